"""Names inside running text: every listed name is met, and ordinary words name nobody."""

import time
from pathlib import Path

import pytest

from sekisho.compiled import COMPILED
from sekisho.model import Entity, Name
from sekisho.names import NameIndex, Query, phrases
from sekisho.reference import Reference

INDEX = Reference.bundled().tables.names


def met(text: str, index: NameIndex = INDEX) -> set[str]:
    return {match.entity.primary_name for match in index.scan(text)}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "INV 4711 trucks delivered by KAMAZ Publicly Traded Company Naberezhnye Chelny",
            "KAMAZ Publicly Traded Company",
        ),
        ("Payment for trucks, supplier KAMAZ PJSC, contract 12", "KAMAZ Publicly Traded Company"),
        ("fee for Sergei Kogogin, March", "Sergei Kogogin"),
        ("KOGOGIN SERGEI consulting", "Sergei Kogogin"),
        (
            "Invoice 33/2023 Votkinsk Machine Building Plant steel castings",
            "Joint Stock Company Votkinsk Machine Building Plant",
        ),
        ("Оплата по счёту 17 ПАО «КАМАЗ» за запасные части", "KAMAZ Publicly Traded Company"),
        ("トゥーラ兵器工場向け部品代金", "Tula Arms Plant"),
        ("代金　航空流体力学中央研究所　研究協力費", "Central Aerohydrodynamic Institute"),
        ("goods for Tula Arms Plant, lot 5", "Tula Arms Plant"),
        ("trucks of KAMAZ Publikly Traded Company", "KAMAZ Publicly Traded Company"),
        ("fee for Sergey Kogogine, March", "Sergei Kogogin"),
        ("fee for KGOOGIN SERGEI A. according to contract", "Sergei Kogogin"),
        ("оплата, Когогин Сергей, консультация", "Sergei Kogogin"),
    ],
)
def test_a_listed_name_is_met(text: str, name: str) -> None:
    assert name in met(text)


@pytest.mark.parametrize(
    "text",
    [
        "Invoice 2023-118 spare parts for textile machinery",
        "Agricultural machinery and parts thereof, wheels incorporated in tractors",
        "Salary February 2023",
        "Payment for herbs, buckwheat, mercury thermometers and chemical elements",
        "School fees for the first semester, plant and machine rental",
        "aviation repair services, arms and legs of dolls, central institute of art",
        "自動車部品の代金　株式会社山田工業",
        "запасные части для тракторов, завод, институт",
        "",
        "....",
    ],
)
def test_ordinary_words_name_nobody(text: str) -> None:
    assert met(text) == set()


def test_a_weak_alias_or_a_vessels_single_name_needs_more_than_a_text() -> None:
    index = NameIndex.build(
        [
            Entity("x", "1", "Person", (Name("Ibrahim Tulasov"), Name("Tula", "weak_alias"))),
            Entity("x", "2", "Vessel", (Name("MERIDIAN"),)),
        ]
    )
    assert met("Tula and the MERIDIAN hotel", index) == set()
    assert met("for Tulasov Ibrahim", index) == {"Ibrahim Tulasov"}


PEOPLE = NameIndex.build(
    [
        Entity("x", "1", "Person", (Name("Eduard Anatoliyovych Stavytsky"),)),
        Entity("x", "2", "Person", (Name("Oleksandr Yemelyanenko"),)),
        Entity("x", "3", "Organization", (Name("MMC Steel LLC"),)),
        Entity("x", "4", "Vessel", (Name("Pioneer"),)),
        Entity("x", "5", "Organization", (Name("Plant 121 Lyubertsy Nadezhda"),)),
        Entity("x", "6", "Organization", (Name("Meymar Trust"),)),
        Entity("x", "7", "Organization", (Name("Agentstvo Sotsialnogo Proektirovaniya"),)),
        Entity("x", "8", "Organization", (Name("Oboronlogistika LLC"),)),
    ]
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        # the rarest word, by which it is filed, with a slip and in another spelling
        ("inv 12 Stavytskyi Eduard Anatoliyovych consulting", "Eduard Anatoliyovych Stavytsky"),
        ("payment to Aleksandr Emelianenko for consulting", "Oleksandr Yemelyanenko"),
        ("payment to EMELYANENOK OLEKSANDR", "Oleksandr Yemelyanenko"),
        # without his patronymic
        ("salary Eduard Stavytskyi", "Eduard Anatoliyovych Stavytsky"),
        ("freight MV PIONEER voyage 12", "Pioneer"),
        ("bunkers for M/T Pioneer", "Pioneer"),
        ("demurrage, vessel Pioneer, April", "Pioneer"),
        ("scrap for Steel LLC", "MMC Steel LLC"),
        ("parts for plant 121 Lubertsy Nadezda", "Plant 121 Lyubertsy Nadezhda"),
        ("dividends of Maymar Trust, 2026", "Meymar Trust"),
        ("posters for the Social Design Agency", "Agentstvo Sotsialnogo Proektirovaniya"),
        ("freight Oboronlogistics LLC", "Oboronlogistika LLC"),
    ],
)
def test_a_name_is_met_in_another_spelling(text: str, name: str) -> None:
    assert met(text, PEOPLE) == {name}


@pytest.mark.parametrize(
    "text",
    [
        "payment to Aleksandr Petrenko for consulting",
        "Eduard and Anatoliy, two tickets",
        "MV PIONEER GLADYS voyage 12",
        "loading 500 mt pioneer rice",
        "a pioneer of agriculture",
        # words of trade end many names
        "rolled goods of Durban Steel LLC",
        "tubes, Kowalski Steel LLC, lot 7",
        "parts for plant 122 Lubertsy Nadezda",
        "in trust for Maria Trusova",
        "design of social media for the travel agency",
        "oboronlogistics of the region",
    ],
)
def test_what_is_only_a_part_of_a_name_or_of_another_is_none(text: str) -> None:
    assert met(text, PEOPLE) == set()


ARABIC = NameIndex.build(
    [
        Entity("x", "1", "Person", (Name("Abdulqader Makkawi"), Name("عبدالقادر مكاوي", "alias"))),
        Entity("x", "2", "Person", (Name("Saad Abd al-Majid al-Faysal"),)),
        Entity("x", "3", "Person", (Name("Hedayatullah Popalzai"), Name("هدايت الله پوپلزی", "alias"))),
        Entity("x", "4", "Person", (Name("Mohamed ben Belgacem ben Abdallah al-Aouadi"),)),
        Entity("x", "5", "Person", (Name("Saad al-Shammari"), Name("سعد الشمري", "alias"))),
        Entity("x", "6", "Person", (Name("Turki Alharbi"),)),
        Entity("x", "7", "Person", (Name("Abdul Hadi"), Name("محمد علي", "alias"))),
    ]
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        # "servant of" is two words of a name however it is written
        ("payment to Abdulqader Makkawi invoice 12", "Abdulqader Makkawi"),
        ("payment to MAKKAWI, ABDUL QADER invoice 12", "Abdulqader Makkawi"),
        ("دفعة إلى عبدالقادر مكاوي فاتورة 12", "Abdulqader Makkawi"),
        ("دفعة إلى عبد القادر مكاوي فاتورة 12", "Abdulqader Makkawi"),
        ("fee for Saad Abdelmajid Al Faisal, March", "Saad Abd al-Majid al-Faysal"),
        # what stands behind a name is one word with it
        ("payment to Hedayat Ullah Popalzai invoice 12", "Hedayatullah Popalzai"),
        ("حواله به هدايت الله پوپلزی", "Hedayatullah Popalzai"),
        # small words of the name itself do not tear it apart
        ("salary Mohamed ben Belgacem ben Abdallah al-Aouadi May", "Mohamed ben Belgacem ben Abdallah al-Aouadi"),
        # a family name that is a town in an organisation's
        ("contract with Saad Al-Shammari of 3 May", "Saad al-Shammari"),
        ("عقد مع سعد الشمري", "Saad al-Shammari"),
        ("contract with Turki AL HARBI of 3 May", "Turki Alharbi"),
    ],
)
def test_a_person_is_met_whose_words_are_read_otherwise_than_an_organisations(text: str, name: str) -> None:
    assert met(text, ARABIC) == {name}


@pytest.mark.parametrize(
    "text",
    [
        # one word is a single name, though people's names have it as two
        "payment to Koncagul Abdulhadi Akdeniz",
        "دفعة إلى محمدعلي چنگیزی",
        "contract with Abdulqader Salem",
        "fee for Turki Alotaibi",
    ],
)
def test_one_word_of_a_text_is_no_persons_whole_name(text: str) -> None:
    assert met(text, ARABIC) == set()


SPLIT = NameIndex.build(
    [
        Entity("x", "1", "Person", (Name("CHEN, Guo Ping"),)),
        Entity("x", "2", "Person", (Name("Jamal Shah Karami"),)),
        Entity("x", "3", "Person", (Name("Algoney Hamdan"),)),
        Entity("x", "4", "Organization", (Name("Stroy Trans Gaz LLC"),)),
        Entity("x", "5", "Organization", (Name("Zarubezhneft"),)),
        Entity("x", "6", "Person", (Name("Guoqiang"),)),
        Entity("x", "9", "Organization", (Name("LAGOSMARINE LIMITED"),)),
        Entity("x", "8", "Organization", (Name("Chongchongang Shipping Co LTD"),)),
        Entity("x", "7", "Vessel", (Name("ZHENGXIN"),)),
    ]
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("payment to Chen Guoping invoice 12", "CHEN, Guo Ping"),
        ("payment to Guoping CHEN, invoice 12", "CHEN, Guo Ping"),
        ("contract of 3 May, Shahkarami Jamal, pumps", "Jamal Shah Karami"),
        ("fee for Al-Goney Hamdan, March", "Algoney Hamdan"),
        ("pipes of Stroytransgaz, lot 7", "Stroy Trans Gaz LLC"),
        ("crude of Zarubezh Neft, lot 7", "Zarubezhneft"),
        ("hire, Chong Chon Gang Shipping Co. Ltd., May", "Chongchongang Shipping Co LTD"),
    ],
)
def test_a_name_is_met_wherever_its_spaces_are(text: str, name: str) -> None:
    assert met(text, SPLIT) == {name}


@pytest.mark.parametrize(
    "text",
    [
        "payment to Guo Qiang invoice 12",
        "parts for Zheng Xin",
        "payment to Guoqiang",
        "wechat chenguoping",
        "Pham Lagos Marine A/S",
    ],
)
def test_letters_in_a_row_are_no_single_name(text: str) -> None:
    assert met(text, SPLIT) == set()


TRADE = NameIndex.build(
    [
        Entity("x", "1", "Organization", (Name("UEC (Pvt.) Ltd."),)),
        Entity("x", "2", "Organization", (Name("KHK"),)),
        Entity("x", "3", "Organization", (Name("Hitech Corporation"),)),
        Entity("x", "4", "Organization", (Name("TETZ"),)),
        Entity("x", "5", "Organization", (Name("CITI LLC"),)),
        Entity("x", "6", "Person", (Name("Shi ZHANG"),)),
        Entity("x", "7", "Person", (Name("Yi HE"),)),
        Entity("x", "8", "Organization", (Name("20 Aviaremont Plant"),)),
    ]
)


@pytest.mark.parametrize(
    "text",
    [
        # a town or a word of trade that sounds like a whole name
        "payment to Smith Trading (UK) Ltd",
        "Brown Packaging UK Limited, invoice",
        "goods of Kings Plastics (HK) Limited",
        "delivery of hi-tech equipment",
        "Oregon Tech S.L.",
        "salary, Osaka City Limited Liability Company",
        # characters of a sentence that sound like one
        "四　長さが五〇メートルを超える光ファイバー及び光ファイバーケーブルであって、単一モード用に設計したもの",
        "イ　貨物等省令第二条第一項第三号ヘ、リからルまで、ヨ又はタに該当する化学物質の含有率が重量比で一〇パーセント以下のもの",
    ],
)
def test_what_only_sounds_like_a_name_of_one_word_or_in_a_sentence_is_none(text: str) -> None:
    assert met(text, TRADE) == set()


EAST = NameIndex.build(
    [
        Entity("x", "1", "Person", (Name("Ri Chang Ho"), Name("리창호", "alias"))),
        Entity("x", "2", "Person", (Name("Wan Kuok Koi"), Name("尹國駒", "alias"))),
        Entity("x", "3", "Organization", (Name("Minkeiren"), Name("民経連", "alias"))),
        Entity("x", "4", "Person", (Name("Bo Lei"), Name("雷波", "alias"))),
    ]
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("송금인 리창호에게", "Ri Chang Ho"),
        ("REF 12 리창호 송장", "Ri Chang Ho"),
        ("REF 12 리 창호 송장", "Ri Chang Ho"),
        ("向尹國駒出口货款", "Wan Kuok Koi"),
        ("尹國駒様 2026年8月分", "Wan Kuok Koi"),
    ],
)
def test_a_persons_name_of_three_characters_is_met(text: str, name: str) -> None:
    assert met(text, EAST) == {name}


@pytest.mark.skipif(COMPILED, reason="a compiled module does not see what is put in its place")
def test_a_name_that_stands_within_others_again_and_again_costs_bounded_time() -> None:
    asked = phrases._begins_a_word
    count = 0

    def counted(bare: str, text: str) -> bool:
        nonlocal count
        count += 1
        return asked(bare, text)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(phrases, "_begins_a_word", counted)
        assert met("가리창호" * 1000, EAST) == set()
    assert count == 1


@pytest.mark.parametrize("text", ["거리창호 공사 대금", "리창 호텔 숙박", "民経連合会", "雷波县运费"])
def test_three_characters_within_other_words_are_none(text: str) -> None:
    assert met(text, EAST) == set()


BODIES = NameIndex.build(
    [
        Entity("x", "1", "Organization", (Name("Bank of Moscow"),)),
        Entity("x", "2", "Organization", (Name("RUSSIAN RAILWAYS"),)),
        Entity("x", "3", "Organization", (Name("SINALOA CARTEL"),)),
        Entity("x", "4", "Organization", (Name("SOUTH ALUMINUM"),)),
        Entity("x", "5", "Organization", (Name("TEHRAN CEMENT"),)),
        Entity("x", "6", "Organization", (Name("NORTH AIR"),)),
    ]
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("transfer to Bank of Moscow, ref 12", "Bank of Moscow"),
        ("freight paid to Russian Railways", "RUSSIAN RAILWAYS"),
        ("SINALOA CARTEL", "SINALOA CARTEL"),
    ],
)
def test_a_body_called_by_its_place_is_met_as_it_is_written(text: str, name: str) -> None:
    assert met(text, BODIES) == {name}


@pytest.mark.parametrize(
    "text",
    [
        "account with our bank, Moscow",
        "VTB Bank, Moscow",
        "Moscow bank of blood",
        "railways, Russian wagons",
        "scrap of south aluminum profiles",
        "cement, Tehran",
        "Tehran cement bags",
        "cold north air",
    ],
)
def test_a_place_beside_an_everyday_word_is_nobody(text: str) -> None:
    assert met(text, BODIES) == set()


def test_a_word_of_many_names_leads_to_them_by_its_sound() -> None:
    trades = [
        "Neft",
        "Bank",
        "Invest",
        "Media",
        "Avia",
        "Energo",
        "Trans",
        "Stroy",
        "Servis",
        "Torg",
        "Geo",
        "Kosmos",
        "Dobycha",
        "Remont",
        "Export",
    ]
    many = [Entity("x", trade, "Organization", (Name(f"Gazprom {trade} LLC"),)) for trade in trades]
    assert "Gazprom Bank LLC" in met("services of Gasprom Bank LLC", NameIndex.build(many))
    syllables = ["Il", "Ho", "Su", "Ri", "Chol", "Nam", "Yong", "Hak", "Jin", "Myong", "Song", "Guk", "Il Ho", "Su Ri"]
    people = [Entity("x", one, "Person", (Name(f"{one} Gwang Kim"),)) for one in syllables]
    assert "Chol Gwang Kim" in met("fee of Chol Kwang Kim", NameIndex.build(people))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        # what a word that is nobody's stands before
        ("odenecek Tula Arms Plant, lot 5", "Tula Arms Plant"),
        ("xenos Votkinsk Machine Building Plant steel castings", "Joint Stock Company Votkinsk Machine Building Plant"),
    ],
)
def test_a_name_of_several_words_is_met_whatever_stands_before_it(text: str, name: str) -> None:
    assert name in met(text)


@pytest.mark.parametrize("name", ["P-885", "M23", "Tin Oo", "M/M Associates", "Mercury LLC"])
def test_a_name_of_letters_numbers_and_everyday_words_is_met_as_it_is_written(name: str) -> None:
    index = NameIndex.build([Entity("x", "1", "Organization", (Name(name),))])
    assert met(f"invoice 4711 odenecek {name}, lot 7", index) == {name}


def test_an_organisation_called_like_a_vessel_is_met_as_before() -> None:
    index = NameIndex.build(
        [Entity("x", "1", "Vessel", (Name("Zorkovia"),)), Entity("x", "2", "Organization", (Name("Zorkovia"),))]
    )
    assert met("MV Zorkovia Gladys, hire", index) == {"Zorkovia"}


def test_a_person_whose_name_has_a_slip_is_met_in_a_text_as_by_himself() -> None:
    slipped = [
        (entity, name.text[:at] + name.text[at + 1] + name.text[at] + name.text[at + 2 :])
        for entity in INDEX.entities.values()
        if entity.schema == "Person"
        for name in entity.names
        if name.kind != "weak_alias" and name.text.isascii() and len(name.text.split()) > 1
        for at in [name.text.rindex(" ") + 2]
        if at + 3 < len(name.text)
    ]
    found = [
        (entity, text)
        for entity, text in slipped
        if any(one.entity is entity and one.name_score >= 0.85 for one in INDEX.search(Query(text, "Person")))
    ]
    missed = [text for entity, text in found if entity.primary_name not in met(f"Invoice 118, {text}, contract")]
    assert len(found) >= 20
    assert len(missed) <= 0.1 * len(found), missed


def test_every_name_of_two_words_is_met_in_a_sentence() -> None:
    missed = [
        name.text
        for entity in INDEX.entities.values()
        for name in entity.names
        if name.kind != "weak_alias" and len(name.text.split()) >= 2 and name.text.isascii()
        if entity.primary_name not in met(f"Invoice 118 of 3 March, {name.text}, according to contract")
    ]
    assert len(missed) <= len(INDEX.entities) * 0.02, missed


def test_ordinary_descriptions_of_goods_name_nobody(shared_data: Path) -> None:
    lines = (shared_data / "goods" / "hs2022.csv").read_text(encoding="utf-8").splitlines()[1:]
    hits = [line for line in lines[::7] if met(line.split(",", 2)[-1])]
    assert hits == []


def test_a_long_text_costs_bounded_time() -> None:
    names = " ".join(entity.primary_name for entity in INDEX.entities.values())
    began = time.process_time()
    INDEX.scan((names + " ") * 20)
    assert time.process_time() - began < 30
