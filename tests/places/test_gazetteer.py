"""Where things are: what must be found, and what must not be taken for it."""

from __future__ import annotations

from datetime import date

import pytest

from sekisho.model import Location
from sekisho.places import LISTED_REGIONS, Gazetteer, Whereabouts
from tests.accuracy.places import missed, read_set, sound_alikes, towns

GAZETTEER = Gazetteer.load()
AREA = "jp-etco-1-5"


def located(country: str | None = None, code: str | None = None, name: str | None = None) -> Whereabouts:
    return GAZETTEER.locate(Location("destination", country, code, name))


def regions(there: Whereabouts) -> dict[str, bool]:
    """Region → certain."""
    return {hit.region: hit.certain for hit in there.regions}


def test_the_six_regions_and_the_area_are_listed() -> None:
    assert set(LISTED_REGIONS) == {"UA-43", "UA-40", "UA-14", "UA-09", "UA-65", "UA-23", AREA}


def test_no_address_that_only_sounds_like_a_region_is_a_hit() -> None:
    assert len(read_set("sound_alikes.tsv")) >= 200
    assert sound_alikes(GAZETTEER) == []


def test_every_address_in_the_regions_is_a_hit() -> None:
    assert missed(GAZETTEER) == []


def test_every_town_is_found_in_each_language() -> None:
    total, failed = towns(GAZETTEER)
    assert total > 600
    assert not any(failed.values()), failed


@pytest.mark.parametrize("country", ["UA", None])
@pytest.mark.parametrize("name", ["Kyiv", "Київ", "Киев", "キーウ", "Lviv", "Odesa", "Kharkiv"])
def test_cities_outside_the_regions_are_clear(name: str, country: str | None) -> None:
    assert located(country, None, name).regions == ()


@pytest.mark.parametrize(
    ("country", "code", "name", "region"),
    [
        ("RU", None, "Sevastopol", "UA-40"),
        ("RU", "UASVP", "Sevastopol", "UA-40"),
        ("RU", "UAKEH", None, "UA-43"),
        ("RU", None, "Kerch", "UA-43"),
        ("RU", None, "Феодосия", "UA-43"),
        ("RU", None, "Port of Yevpatoria", "UA-43"),
    ],
)
def test_ports_of_crimea_declared_as_russian_are_found_and_both_countries_count(
    country: str, code: str | None, name: str | None, region: str
) -> None:
    there = located(country, code, name)
    assert regions(there)[region] is True
    assert set(there.countries) == {"UA", "RU"}
    assert any("declared is RU" in note for note in there.notes)


@pytest.mark.parametrize(
    ("name", "region", "certain"),
    [
        ("Kirovsk", "UA-09", True),
        ("Червонопартизанськ", "UA-09", True),
        ("Krasnopartizansk", "UA-09", True),
        ("Юнокоммунаровск", "UA-14", True),
        ("Тельманово", "UA-14", True),
        ("Углегорск", "UA-14", True),
        # other places in Ukraine had these names too
        ("Кировское", "UA-14", False),
        ("Komsomolskoye", "UA-14", False),
    ],
)
def test_towns_are_found_under_the_names_they_had_before_2016(name: str, region: str, certain: bool) -> None:
    # The occupation goes on using them.
    assert regions(located("UA", None, name))[region] is certain


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("For a school in Mariupol", "UA-14"),
        ("for use in Crimea", "UA-43"),
        ("hospital in Donetsk", "UA-14"),
        ("Yalta in Crimea", "UA-43"),
        ("pumps to be installed in Sevastopol", "UA-40"),
    ],
)
def test_what_is_in_a_town_is_in_its_region(text: str, region: str) -> None:
    assert region in {hit.region for hit in GAZETTEER.read_address(text, None).regions}


@pytest.mark.parametrize(
    "text", ["via Kerch", "transit via Sevastopol to Rostov", "VIA MARIUPOL PORT", "Novorossiysk via Kerch"]
)
def test_the_way_there_is_no_street(text: str) -> None:
    assert GAZETTEER.read_address(text, None).regions


@pytest.mark.parametrize(
    "text", ["Via Sebastopoli 12, Torino", "Via Crimea 5, 10133 Torino", "Via Crimea, 10133 Torino, Italia"]
)
def test_an_italian_street_is_one(text: str) -> None:
    assert GAZETTEER.read_address(text, None).regions == ()


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("Kırım", "UA-43"),
        ("Κριμαία", "UA-43"),
        ("القرم", "UA-43"),
        ("크림반도", "UA-43"),
        ("克里米亞", "UA-43"),
        ("Kercz", "UA-43"),
        ("세바스토폴", "UA-40"),
        ("Донбасс", "UA-14"),
        ("顿涅茨克", "UA-14"),
        ("Marioupol", "UA-14"),
        ("Lougansk", "UA-09"),
        ("赫尔松", "UA-65"),
        ("Zaporoże", "UA-23"),
    ],
)
def test_names_in_the_languages_of_trade(name: str, region: str) -> None:
    assert region in regions(located(None, None, name))


@pytest.mark.parametrize("name", ["Simferopol station", "station Dzhankoy", "Donetsk station"])
def test_a_railway_station_is_in_its_town(name: str) -> None:
    assert set(regions(located(None, None, name))) & {"UA-43", "UA-14"}


def test_where_goods_go_a_house_is_a_question() -> None:
    assert regions(located("UA", None, "Kerch bridge")) == {"UA-43": False}
    assert regions(located(None, None, "Sevastopol museum")) == {"UA-40": False}
    assert located("CZ", None, "Hotel Jalta").regions == ()
    assert GAZETTEER.read_address("Tickets Sevastopol museum", None).regions == ()


def test_an_inn_is_no_town() -> None:
    assert GAZETTEER.read_address("Yalta Inn, 5 Main Street, Springfield", None).regions == ()
    assert GAZETTEER.read_address("Sevastopol Inn", None).regions == ()


def test_a_former_name_that_russia_has_too_is_not_taken_for_the_town() -> None:
    assert located("RU", None, "Kirovsk").regions == ()
    assert GAZETTEER.read_address("вул. Димитрова 5, Київ", "UA").regions == ()


@pytest.mark.parametrize("name", ["Torez", "Rubizhne", "Polohy"])
def test_a_town_that_its_name_alone_puts_into_ukraine_is_in_its_region(name: str) -> None:
    assert located(None, None, name).regions


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Ukraine", False),
        ("UKRAINE, UA", False),
        ("Any Ukrainian port", False),
        ("TBA", False),
        ("Russian Federation", False),
        ("", False),
        ("Port of Odesa", True),
        ("Kyiv, Ukraine", True),
        ("ウクライナ、キーウ", True),
    ],
)
def test_whether_a_text_names_more_than_a_country(text: str, says: bool) -> None:
    assert GAZETTEER.says_place(text) is says


def test_donetsk_of_rostov_oblast_is_russia() -> None:
    assert GAZETTEER.read_address("Донецк, Ростовская область", "RU") == Whereabouts(
        ("RU",), (), GAZETTEER.read_address("Донецк, Ростовская область", "RU").evidence
    )
    assert located("RU", "RURZA", "Donetsk").regions == ()


def test_donetsk_declared_as_russian_without_more_may_be_either() -> None:
    there = located("RU", None, "Donetsk")
    assert regions(there) == {"UA-14": False, AREA: False}
    assert there.countries == ("RU",)


def test_the_area_is_what_was_held_before_the_invasion() -> None:
    assert regions(located("UA", None, "Donetsk")) == {"UA-14": True, AREA: True}
    assert regions(located("UA", None, "Горлівка")) == {"UA-14": True, AREA: True}
    # under Ukrainian control on 26 February 2022
    assert regions(located("UA", None, "Mariupol")) == {"UA-14": True}
    assert regions(located("UA", None, "Kramatorsk")) == {"UA-14": True}
    assert regions(located("UA", None, "Sievierodonetsk")) == {"UA-09": True}
    # occupied between the invasion and the ban: not the republics' with certainty
    assert regions(located("UA", None, "Станиця Луганська")) == {"UA-09": True}
    # an oblast is only partly in it
    assert regions(GAZETTEER.read_address("Donetsk oblast, Ukraine", None)) == {"UA-14": True, AREA: False}
    # its own name is all of it
    assert regions(GAZETTEER.read_address("Donetsk People's Republic", None)) == {"UA-14": True, AREA: True}


def test_former_names_lie_where_the_town_lies() -> None:
    assert regions(located("UA", None, "Torez"))[AREA] is True
    assert AREA not in regions(located("UA", None, "Artemivsk"))


def test_since_when_is_said() -> None:
    by_region = {hit.region: hit for name in ("Yalta", "Донецк", "Херсон") for hit in located("UA", None, name).regions}
    assert by_region["UA-43"].since == date(2014, 2, 20)
    assert by_region["UA-14"].since == date(2014, 4, 7)
    assert by_region["UA-65"].since == date(2022, 2, 24)
    assert by_region[AREA].since == date(2022, 2, 26)
    occupation = [one.effect for one in by_region["UA-65"].evidence if one.feature == "occupation"]
    assert occupation == ["occupied from 2022-03-01 until 2022-11-11 by Ukraine's official list (7 May 2025)"]


def test_a_name_that_several_countries_have_is_not_decided() -> None:
    there = located(None, None, "Porterville")
    assert there.countries == ()
    assert set(there.possible) == {"US", "ZA"}
    assert located("ZA", None, "Porterville").countries == ("ZA",)


def test_a_leading_city_is_decided() -> None:
    assert located(None, None, "Moscow").countries == ("RU",)
    assert located(None, None, "東京").countries == ("JP",)


def test_contradictions_are_notes_and_both_countries_count() -> None:
    there = located("DE", "NLRTM", "Rotterdam")
    assert set(there.countries) == {"NL", "DE"}
    assert there.notes == ("the country declared is DE, UN/LOCODE NLRTM is in NL",)


def test_a_wrong_code_is_a_note_not_an_error() -> None:
    assert located(None, "??", None).notes == ("not a UN/LOCODE: '??'",)
    assert located(None, "QQ123", None).countries == ()


def test_a_port_that_russia_really_has_is_not_taken_for_its_namesake() -> None:
    for name in ("Primorsk", "Port of Primorsk", "Belogorsk", "Шахтёрск", "Дзержинск"):
        assert located("RU", None, name).regions == (), name
    assert regions(located("RU", None, "Приморск, Запорожская область")) == {"UA-23": True}


def test_the_code_says_which_pervomaisk() -> None:
    assert located("UA", "UAPER", "Pervomaysk").regions == ()  # Mykolaiv oblast
    assert not any(regions(located("UA", None, "Pervomaisk")).values())


def test_a_city_before_a_state_or_a_country_that_is_both() -> None:
    assert located(None, None, "Tbilisi, Georgia").countries == ("GE",)
    assert "GE" not in located(None, None, "Atlanta, Georgia").countries


def test_a_code_that_our_table_lacks_still_has_its_country() -> None:
    assert located(None, "SG SIN", None).countries == ("SG",)
    assert located(None, "SGSIN", None).notes == ()
    assert "not in our table" in located(None, "UA999", None).notes[0]  # it may be in a listed region


def test_a_third_country_makes_a_hit_uncertain() -> None:
    there = GAZETTEER.read_address("Simferopol, Limassol", "CY")
    assert regions(there) == {"UA-43": False}
    # but an address that names Ukraine itself is there, whatever is declared
    assert regions(GAZETTEER.read_address("Simferopol, Crimea, Ukraine", "CY")) == {"UA-43": True}


def test_a_village_of_many_oblasts_needs_more_than_its_name() -> None:
    assert set(regions(GAZETTEER.read_address("с. Мирне, Херсонська область", "UA"))) == {"UA-65"}
    assert GAZETTEER.read_address("с. Мирне, Київська область", "UA").regions == ()
    alone = regions(located("UA", None, "Мирне"))
    assert "UA-43" in alone
    assert not any(alone.values())


def test_postal_codes_count_beside_a_declared_country_only() -> None:
    assert regions(GAZETTEER.read_address("вул. Шевченка 5, 95000", "UA")) == {"UA-43": False}
    assert regions(GAZETTEER.read_address("ул. Ленина 5, 299011", "RU")) == {"UA-40": False}
    assert GAZETTEER.read_address("invoice 95000, Ukraine", None).regions == ()
    assert GAZETTEER.read_address("Bobigny 95000", "FR").regions == ()


@pytest.mark.parametrize(
    "text",
    ["Se\u200bvastopol", "Sеvastоpol", "ＳＥＶＡＳＴＯＰＯＬ", "S\u00ebvastopol", "Севастополь\u200b", "Cевастополь"],
)
def test_disguised_writing_is_seen_through(text: str) -> None:
    assert regions(GAZETTEER.read_address(text, None)) == {"UA-40": True}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Russian Federation", "RU"), ("РФ", "RU"), ("ロシア", "RU"), ("Росія", "RU"), ("Burma", "MM"), ("Holland", "NL"), ("USSR", None),
        ("jp", "JP"), ("RUS", "RU"), ("South Korea", "KR"), ("DPRK", "KP"), ("Côte d’Ivoire", "CI"), ("中国", "CN"), ("Georgia", "GE"), ("", None),
    ],
)  # fmt: skip
def test_countries_by_name(name: str, code: str | None) -> None:
    assert GAZETTEER.country_code(name) == code


def test_a_hostile_text_is_cut_and_says_so() -> None:
    there = GAZETTEER.read_address("ул. Героев Донецка " * 100_000, "UA")
    assert any("only the first 20000 characters" in note for note in there.notes)


def test_answers_do_not_depend_on_the_cache() -> None:
    fresh = Gazetteer(GAZETTEER._countries, GAZETTEER._locodes, GAZETTEER._reader.index)
    for _, country, text in read_set("in_regions.tsv"):
        assert fresh.read_address(text, country or None) == GAZETTEER.read_address(text, country or None)


@pytest.mark.parametrize("country", ["JP", "UA", "RU", None])
def test_another_number_never_brings_up_the_answer_for_the_first(country: str | None) -> None:
    shared = Gazetteer(GAZETTEER._countries, GAZETTEER._locodes, GAZETTEER._reader.index)
    texts = [
        f"{number} {street}"
        for street in (
            "Osaka Street",
            "Lenina, Donetsk",
            "Nevsky Prospekt, Simferopol, Ukraine",
            "Main St, Japan",
            "Krym",
        )
        for number in ("0", "12", "295000", "83001", "99000", "１２", "1２")
    ]
    for text in (*texts, *reversed(texts)):
        fresh = Gazetteer(GAZETTEER._countries, GAZETTEER._locodes, GAZETTEER._reader.index)
        assert shared.read_address(text, country) == fresh.read_address(text, country)


def test_houses_of_one_street_are_read_once() -> None:
    """The answer for the first is the very one for the others."""
    shared = Gazetteer(GAZETTEER._countries, GAZETTEER._locodes, GAZETTEER._reader.index)
    first = shared.read_address("0 Osaka Street", "JP")
    assert first == Whereabouts(("JP",))
    assert all(shared.read_address(f"{number} Osaka Street", "JP") is first for number in range(1, 100))


def test_a_country_is_found_only_by_a_word_that_ends_its_name() -> None:
    countries = GAZETTEER._countries
    assert all(name.split(" ")[-1] in countries.last_words for name in countries._names)


def test_an_oblast_named_after_a_towns_namesake_is_not_the_town() -> None:
    for text in ("ロシア連邦スヴェルドロフスク州アラミル市", "スヴェルドロフスク州エカテリンブルク市"):
        assert Gazetteer.load().read_address(text, "RU").regions == ()


@pytest.mark.parametrize(
    ("text", "country", "regions"),
    [
        ("克里米亚 塞瓦斯托波尔", None, [("UA-40", True), ("UA-43", True)]),
        ("顿涅茨克人民共和国", None, [("UA-14", True), ("jp-etco-1-5", True)]),
        # Rostov oblast has a village Krym: somebody has to look.
        ("Krym, Rostov oblast", "RU", [("UA-43", False)]),
        ("Республика Крым, г. Керчь", "RU", [("UA-43", True)]),
        # a garden plot society of that name near Krasnodar
        ("СНТ Крым, Краснодар", "RU", []),
    ],
)
def test_names_in_chinese_and_namesakes_of_the_peninsula(
    text: str, country: str | None, regions: list[tuple[str, bool]]
) -> None:
    found = Gazetteer.load().read_address(text, country).regions
    assert sorted((hit.region, hit.certain) for hit in found) == regions


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("UA-43", "UA-43"),
        ("12 Main St, ua-43", "UA-43"),
        ("RU-CR", "UA-43"),
        ("Russia, RU-SEV", "UA-40"),
        ("UA-65, Ukraine", "UA-65"),
    ],
)
def test_the_code_of_a_region_is_its_name(text: str, region: str) -> None:
    gazetteer = Gazetteer.load()
    gazetteer.read_address(text.replace("43", "46"), None)  # another number in the cache is another region
    assert region in {hit.region for hit in gazetteer.read_address(text, None).regions}
    assert region in {hit.region for hit in gazetteer.locate(Location("destination", name=text)).regions}


@pytest.mark.parametrize("text", ["Kyiv, UA-01001", "UA-46, Lviv", "Invoice RU-CRX-2", "UA-431"])
def test_other_codes_are_no_listed_region(text: str) -> None:
    assert not Gazetteer.load().read_address(text, None).regions


@pytest.mark.parametrize("country", ["Crimea", "Russia (Crimea)", "DNR Donetsk", "UA-43"])
def test_a_region_in_the_field_of_the_country_is_met(country: str) -> None:
    found = Gazetteer.load().locate(Location("destination", country=country, name="Warehouse 5")).regions
    assert {"UA-43", "UA-14"} & {hit.region for hit in found}


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Tehran, I.R. Iran", "IR"),
        ("Bandar Abbas جمهوری اسلامی ایران", "IR"),
        ("Ahar - IRAN. ATTN: MR REZA", "IR"),
        ("No 5 Azadi St, Tehran, Iran, Tel +98 21 8888 Fax 1", "IR"),
        ("Homs 14155, Syrian Arab Rep.", "SY"),
        ("Damascus سوريا", "SY"),
        ("Havana Cuba", "CU"),
        ("Varadero, Republica de Cuba", "CU"),
        ("Nampo, D.P.R. of Korea", "KP"),
        ("Pyongyang, Korea (Democratic People's Rep. of)", "KP"),
        ("Pyongyang, Korea, Democratic People's Republic of", "KP"),
        ("Tehran, Iran (Islamic Republic of)", "IR"),
        ("Seoul, Korea (Republic of)", "KR"),
        ("평양 조선민주주의인민공화국", "KP"),
        ("Minsk, Rep. of Belarus", "BY"),
        ("Moscow, Russian Fed.", "RU"),
    ],
)
def test_countries_as_addresses_write_them(text: str, country: str) -> None:
    assert country in Gazetteer.load().read_address(text, None).countries


@pytest.mark.parametrize(
    ("text", "country"),
    [("123 Oak Prk", "KP"), ("Attn: Mr Reza, 5 High St, Cuba", "CU"), ("12 Main St, Cuba NY", "CU")],
)
def test_words_that_only_look_like_those_countries(text: str, country: str) -> None:
    found = Gazetteer.load().read_address(text, None).countries
    assert (country in found) is (text.startswith("Attn"))


@pytest.mark.parametrize(
    "name", ["PORT OF BANDAR ABBAS", "CIF Bandar Abbas Port", "Bandar Abbas seaport", "Bandar Abbas Port Terminal"]
)
def test_a_port_is_the_town_it_is_of(name: str) -> None:
    there = Gazetteer.load().locate(Location("destination", name=name))
    assert "IR" in (*there.countries, *there.possible)


@pytest.mark.parametrize("text", ["Джанкои", "Краснии Луч, Ukraine", "&#1050;&#1077;&#1088;&#1095;&#1100;"])
def test_letters_that_systems_strip_or_escape(text: str) -> None:
    assert Gazetteer.load().read_address(text, "UA").regions
