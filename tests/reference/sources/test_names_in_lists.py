"""What a list names as a name, in the notation of each authority: no note beside it, nobody cut in two, nobody lost."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.model import Entity, Name
from sekisho.reference.entry_ids import derive
from sekisho.reference.load import load_paths
from sekisho.reference.sources import bis_names, ja_cells, name_notes
from sekisho.reference.sources.countries import country_code
from sekisho.reference.sources.us_identifiers import Details
from tests.benchmarks.lists import FILES


def told(names: list[Name] | tuple[Name, ...], kind: str = "") -> list[str]:
    return [name.text for name in names if not kind or name.kind == kind]


def entities(path: Path) -> list[Entity]:
    return [record for one in load_paths([path]) for record in one.records if isinstance(record, Entity)]


# -- the Ministry of Finance's cells --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        # remarks on a name, in both languages
        (
            "(a)甲野・太郎(以前掲載の氏名)(b)甲野・一（誕生名）(c)オオカミ（戦闘員名）\n(a.k.a.: (a)Koono Taro (formerly listed as)"
            "(b)Koono Hajime (birth name) (c)Okami (nom de guerre))",
            ["甲野・太郎", "甲野・一", "オオカミ", "Koono Taro", "Koono Hajime", "Okami"],
        ),
        ("甲野・太郎（以前のリスト記載ぶり）\n(a.k.a.: Koono Taro (previously listed as))", ["甲野・太郎", "Koono Taro"]),
        ("(a)オツノ（Otsuno）（コールサイン）、(b)ヘイノ（Heino）（某軍参加時）", ["オツノ", "Otsuno", "ヘイノ", "Heino"]),
        # a bracket with labels is a note from its beginning, whatever stands between them
        (
            "(a)甲野・太郎（Koono Taro）（旅券番号：Ｂ0515260、生年月日：1948年、出生地：某国甲（Kinoe）州乙（Kinoto）、"
            "発行日2012年1月10日、有効期限：2017年1月10日）",
            ["甲野・太郎", "Koono Taro"],
        ),
        (
            "甲野・太郎（M. 丙の息子、某国旅券番号：OA462456、2012年1月31日(11-11-1390)に発行）\n(a.k.a.: Koono Taro son of M. Hei, "
            "Utopian passport number OA462456, issued on 31 Jan. 2012 (11-11-1390) by the Utopian Consulate General in Oz, Oz)",
            ["甲野・太郎", "Koono Taro son of M. Hei"],
        ),
        # births, with commas and places behind them
        (
            "(a)甲野・太郎、1979年12月31日にアルジェリア、マスカラにて出生(b)乙\n(a.k.a.:(a)Koono Taro, born 31 Dec. 1979 in Maskara, "
            "Algeria (b)Otsu)",
            ["甲野・太郎", "Koono Taro", "Otsu"],
        ),
        (
            "甲野・太郎(生年月日: a）１９６０年４月１１日　b)１９６３年４月１１日。出生地:某国)(b)乙川\n(a.k.a.: (a)Koono Taro (DOB: a)11 Apr. "
            "1960 b)11 Apr. 1963. POB: Oz.Nationality: Oz) (b)Otsukawa)",
            ["甲野・太郎", "乙川", "Koono Taro", "Otsukawa"],
        ),
        # a name in its own script, also behind a remark
        (
            "(a)甲野・太郎(b)乙\n(a.k.a.: (a)Koono Taro (Previously listed as. In Arabic: كونو تارو) (b)Otsu (original script: Оцу))",
            ["甲野・太郎", "Koono Taro", "كونو تارو", "Otsu", "Оцу"],
        ),
        ("(a)【アラビア語】甲野・太郎(b)乙川（【ロシア語】）", ["甲野・太郎", "乙川"]),
        # a list of names in a note's bracket
        (
            "(a)Dr. Koono Taro (born in 1971 in Oz (Kono Taro; Kouno Taro)) (b) أبو ((Okami; Ookami) prominently known by this nom de "
            "guerre)",
            ["Dr. Koono Taro", "Kono Taro", "Kouno Taro", "أبو", "Okami", "Ookami"],
        ),
        # turned round at a comma
        ("(a)甲野、太郎、(b)“甲野、ハジメ”\n(a)KOONO, Taro (b)\"KOONO, Hajime\"",
         ["太郎・甲野", "ハジメ・甲野", "Taro KOONO", "Hajime KOONO"]),
        ("(a)Koono, Taro Hajime (b)Koono Taro, III (third)", ["Taro Hajime Koono", "Koono Taro, III"]),
        ("(a)甲野太郎（KOONO、 TARO HAJIME）", ["甲野太郎", "TARO HAJIME KOONO"]),
        ("甲野、太郎\n(a.k.a.:’KOONO, Taro)", ["太郎・甲野", "Taro KOONO"]),
        # no enumerators: a comma parts names
        ("甲野・太郎、乙\n（Koono Taro，Sa-id）", ["甲野・太郎", "Koono Taro", "Sa-id"]),
        # typesetting
        ("(a)甲乙丙ショ\nー(b)丁戊己\n(a.k.a.: (a)Ko (b)Tei\nBoki)", ["甲乙丙ショー", "丁戊己", "Ko", "Tei Boki"]),
    ],
)  # fmt: skip
def test_other_names_of_a_person(cell: str, names: list[str]) -> None:
    assert told(ja_cells.names(cell, "alias", person=True)) == names


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("華信船務(香港)有限公司", ["華信船務(香港)有限公司"]),
        ("(a)ウレマ援助組織（パキスタン）\n(a.k.a.: (a)Aid Organization of the Ulema, Pakistan)",
         ["ウレマ援助組織", "Aid Organization of the Ulema, Pakistan"]),
        ("(a)殉教者大隊（マーターズ大隊）\n(a)Battalion of Shahids (martyrs)",
         ["殉教者大隊", "マーターズ大隊", "Battalion of Shahids"]),
        ("（別称、KO及び株式会社甲）", ["KO", "株式会社甲"]),
        ("（別称、株式会社甲及び付属工場）", ["株式会社甲及び付属工場"]),
        ("甲ファミリー及び連合による革命の力; 乙", ["甲ファミリー及び連合による革命の力"]),
        ("(a.k.a. PJSC Ko a.k.a. Ko Group)", ["PJSC Ko", "Ko Group"]),
        ("a.k.a., the following two aliases: \n-Ko Works; and \n-KO Plant", ["Ko Works", "KO Plant"]),
        ("(a.k.a. Ko for Development, Production and Export; a.k.a. Shvabe, AO)",
         ["Ko for Development, Production and Export", "Shvabe, AO"]),
        ("(a.k.a. Aktsionernoe Obshchestvo \nInstitut Ko; a.k.a. Ko)", ["Aktsionernoe Obshchestvo Institut Ko", "Ko"]),
        ("株式会社甲; 甲KO\nKO Plant; Akagi", ["株式会社甲", "甲KO", "KO Plant", "Akagi"]),
    ],
)  # fmt: skip
def test_other_names_of_an_organisation(cell: str, names: list[str]) -> None:
    assert told(ja_cells.names(cell, "alias")) == names


def test_a_marker_in_brackets_tells_the_kind_of_its_line() -> None:
    found = ja_cells.names("（別称）甲乙会社\n（旧称）丙丁会社、戊己会社", "alias")
    assert [(one.text, one.kind) for one in found] == [
        ("甲乙会社", "alias"), ("丙丁会社", "former"), ("戊己会社", "former"),
    ]  # fmt: skip


def test_one_word_that_somebody_is_called_by_is_weak() -> None:
    cell = "(a)リヤド（戦闘員名）(b)アブ・ジャマル（戦闘員名）(c)エー・エー（イニシャル）\n(a)Riyadh (nom de guerre) (b)Abu Jamal (nom de guerre) (c)AA (initials)"
    found = ja_cells.names(cell, "alias", person=True)
    assert told(found, "weak_alias") == ["リヤド", "Riyadh", "AA"]
    assert told(found, "alias") == ["アブ・ジャマル", "エー・エー", "Abu Jamal"]


def test_what_somebody_is_called_in_another_language_is_weak() -> None:
    found = ja_cells.names("(a)甲（ザ・モロッカン）(b)Rashid (The Moroccan)", "alias", person=True)
    assert told(found, "weak_alias") == ["ザ・モロッカン", "The Moroccan"]


@pytest.mark.parametrize(
    ("japanese", "english", "person", "names"),
    [
        ("甲・乙（旧姓：丙）", "Kinoe (Kinoye) Otsu（nee, Hei）", True,
         [("Kinoe Otsu", "primary"), ("Kinoye Otsu", "alias"), ("Kinoe Hei", "former"), ("甲・乙", "primary"), ("甲・丙", "former")]),
        ("甲・乙（旧称：丙）", "Kinoe Otsu （f.k.a . Hei）", True,
         [("Kinoe Otsu", "primary"), ("Kinoe Hei", "former"), ("甲・乙", "primary"), ("甲・丙", "former")]),
        ("", "Kinoe Otsu (Otu; a.k.a. ABC9)", True,
         [("Kinoe Otsu", "primary"), ("Kinoe Otu", "alias"), ("ABC9", "alias")]),
        ("", "Kinoe Otsu\n（original script：ኤርሚኣስ）（ティグリニャ語）", True, [("Kinoe Otsu", "primary"), ("ኤርሚኣስ", "primary")]),
        ("", " KINOE GROUP (TGG)\n\u202b (گروپ:original script)", False,
         [("KINOE GROUP", "primary"), ("KINOE GROUP (TGG)", "alias"), ("TGG", "alias"), ("گروپ", "primary")]),
        ("「甲共和国」（自称）", "Self-proclaimed “Luhansk(Lugansk) Guard”", False,
         [("Luhansk Guard", "primary"), ("Lugansk Guard", "alias"), ("「甲共和国」", "primary")]),
        ("甲会社（乙（KO））、丙会社", "KINOE （KO）、 HINOE", False,
         [("KINOE", "primary"), ("KINOE (KO)", "alias"), ("KO", "alias"), ("HINOE", "primary"), ("甲会社", "primary"),
          ("甲会社(乙(KO))", "alias"), ("乙", "alias"), ("乙(KO)", "alias"), ("丙会社", "primary")]),
        ("甲（乙を含む）", "Kinoe （including Kinoto Brigades）", False,
         [("Kinoe", "primary"), ("Kinoto Brigades", "alias"), ("甲", "primary"), ("乙", "alias")]),
    ],
)  # fmt: skip
def test_the_names_in_the_two_columns(japanese: str, english: str, person: bool, names: list[tuple[str, str]]) -> None:
    found = ja_cells.primary_names(japanese, english, person)
    assert [(one.text, one.kind) for one in found if len(one.text) > 1] == [one for one in names if len(one[0]) > 1]


def test_births_in_notes_are_birth_dates_and_dates_of_issue_are_none(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "9.試験（個人）"
    sheet.append(["告示日付", "告示番号", "日本語表記", "英語表記", "別名", "生年月日"])
    cell = (
        "(a)甲（旅券番号：Ｂ1、生年月日：1948年、発行日2012年1月10日）(b)乙、1953年1月1日生まれ\n(a.k.a.: (a)Ko (b)Otsu, born 1 Jan. 1953, "
        "passport number OR1961825 issued on 4 Feb.2003)"
    )
    sheet.append(["2023.1.27", 1, "甲乙", "Koh OTSU", cell, "1960年"])
    book.save(tmp_path / "list.xlsx")
    (one,) = entities(tmp_path / "list.xlsx")
    assert one.birth_dates == ("1960", "1948", "1953-01-01")
    assert "Otsu" in told(one.names)


# -- the Security Council -----------------------------------------------------------------------------------------

UN = """<?xml version="1.0"?>
<CONSOLIDATED_LIST dateGenerated="2026-02-27T00:00:00">
<INDIVIDUALS><INDIVIDUAL><REFERENCE_NUMBER>XXi.001</REFERENCE_NUMBER><FIRST_NAME>Taro</FIRST_NAME><SECOND_NAME>Koono</SECOND_NAME>
{aliases}</INDIVIDUAL></INDIVIDUALS>
<ENTITIES><ENTITY><REFERENCE_NUMBER>XXe.001</REFERENCE_NUMBER><FIRST_NAME>{name}</FIRST_NAME>{others}</ENTITY></ENTITIES>
</CONSOLIDATED_LIST>"""


def un(tmp_path: Path, *aliases: tuple[str, str, str], name: str = "KINOE", others: str = "") -> list[Entity]:
    rows = "".join(
        f"<INDIVIDUAL_ALIAS><QUALITY>{quality}</QUALITY><ALIAS_NAME>{text}</ALIAS_NAME><NOTE>{note}</NOTE></INDIVIDUAL_ALIAS>"
        for quality, text, note in aliases
    )
    (tmp_path / "un.xml").write_text(UN.format(aliases=rows, name=name, others=others), encoding="utf-8")
    return entities(tmp_path / "un.xml")


@pytest.mark.parametrize(
    ("text", "note", "names"),
    [
        ("Koono Hajime (birth name)", "", ["Koono Hajime"]),
        ("Koono Hajime (previously listed as)", "", ["Koono Hajime"]),
        ("Koono Hajime, born 1 Jan. 1953 (Oz passport no.03825239, date of issue 4 May 2014, expiry 3 May 2024.)", "",
         ["Koono Hajime"]),
        ("Koono Hajime born in 1963", "", ["Koono Hajime"]),
        ("Koono Hajime (original script: Коно Хадзимэ)", "", ["Koono Hajime", "Коно Хадзимэ"]),
        ("Koono Hajime", "original script: Коно Хадзимэ", ["Koono Hajime", "Коно Хадзимэ"]),
        ("Koono Hajime", "previously listed as, in Arabic: كونو", ["Koono Hajime", "كونو"]),
        ("كونو (Koono Hajime; Kono Hajime)", "", ["كونو", "Koono Hajime", "Kono Hajime"]),
        ("كونو", "Koono Hajime; Kono Hajime", ["كونو", "Koono Hajime", "Kono Hajime"]),
        ("كونو", "(Koono; Kono) prominently known by this nom de guerre", ["كونو", "Koono", "Kono"]),
        ("Koono", "Passport number: B0515260; DOB: 1948; POB: Oz", ["Koono"]),
        ("Koono Hajime (河野)", "", ["Koono Hajime", "河野"]),
        ("Koono Hajime (Kono)", "", ["Koono Hajime", "Koono Kono"]),
        ("Koono A; Koono B b) H. Koono C", "", ["Koono A", "Koono B", "H. Koono C"]),
        (") Koono Hajime", "", ["Koono Hajime"]),
        ("Koono Hajime, III (third)", "", ["Koono Hajime, III"]),
    ],
)  # fmt: skip
def test_the_security_councils_aliases(tmp_path: Path, text: str, note: str, names: list[str]) -> None:
    person, _ = un(tmp_path, ("Low", text, note))
    assert told(person.names) == ["Taro Koono", *names]
    assert {one.kind for one in person.names[1:]} == {"weak_alias"}, "of low quality, in whatever script"


def test_the_security_councils_notes_give_births(tmp_path: Path) -> None:
    person, _ = un(tmp_path, ("Good", "Koono", "DPOB: 1970, Oz, passport no. 2863795S, expires 23 Aug. 2005"),
                   ("Good", "Kono, born in Oz on 01 Jan.1967", ""))  # fmt: skip
    assert person.birth_dates == ("1970", "1967-01-01")


def test_the_security_councils_organisations(tmp_path: Path) -> None:
    others = "".join(
        f"<ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>{text}</ALIAS_NAME></ENTITY_ALIAS>"
        for text in (
            "Ko (HTS) (كونو (original script); Kono Front)",
            "SECOND ACADEMY (KPE.018)",
            "كو (Network of Ko - sub-unit name)",
            "Ko Movement/Army (LRM/A)",
        )
    )
    _, one = un(tmp_path, name="KINOE (CAGL) ; HINOE / HIN", others=others)
    assert told(one.names) == [
        "KINOE (CAGL)", "HINOE", "HIN", "Ko", "Ko (HTS)", "HTS", "كونو", "Kono Front", "SECOND ACADEMY", "كو", "Network of Ko",
        "Ko Movement/Army", "Ko Movement/Army (LRM/A)", "LRM/A",
    ]  # fmt: skip


# -- the United States and the United Kingdom -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ACME INTERNATIONAL, B.V. ALSO KNOWN AS DELTA, B.V.", ["ACME INTERNATIONAL, B.V.", "DELTA, B.V."]),
        ("KOW LIM -AKA- ERIC LIM", ["KOW LIM", "ERIC LIM"]),
        ("KOW LIM- AKA- ERIC LIM", ["KOW LIM", "ERIC LIM"]),
        ("ACME, AKAS, ACME PTE LTD, CORE ACME CO., LTD., CORE", ["ACME", "ACME PTE LTD", "CORE ACME CO., LTD.", "CORE"]),
        ("SKY AIRLINES D/B/A S8 AIRLINES", ["SKY AIRLINES", "S8 AIRLINES"]),
        ("PEARL (A.K.A. NEI CHU) LI", ["PEARL LI", "NEI CHU"]),
        ("Acme [aka General Acme, aka Tiger Acme]", ["Acme", "General Acme", "Tiger Acme"]),
        ("Acme (a.k.a., Academy (AC)'s 9 Institute)", ["Acme", "Academy (AC)'s 9 Institute"]),
        ("Acme (formerly Bacme)", ["Acme", "Bacme"]),
        # names that have these letters
        ("AKA INTEGRAL SERVICES, S. DE R.L.", ["AKA INTEGRAL SERVICES, S. DE R.L."]),
        ("YK-AKA", ["YK-AKA"]),
        ("Aliaskhab AKADEMIK", ["Aliaskhab AKADEMIK"]),
        ("(SEAN) NAGI", ["(SEAN) NAGI"]),
    ],
)  # fmt: skip
def test_another_name_behind_a_marker(text: str, names: list[str]) -> None:
    assert [name for name, _ in name_notes.known_as(text)] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Acme Foundation (Pakistan)", ["Acme Foundation", "Acme Foundation (Pakistan)"]),
        ("Acme Foundation (Union of the Comoros)", ["Acme Foundation", "Acme Foundation (Union of the Comoros)"]),
        ("Shining Road (SL)", ["Shining Road", "Shining Road (SL)", "SL"]),
        ("Acme Co. (a subordinate institute of CETC-7)", ["Acme Co."]),
        ("Acme (JSC)", ["Acme"]),
        ("Acme Logic (Private)", ["Acme Logic"]),
        ("甲両替所（某国、乙支店）", ["甲両替所"]),
        ("国防省（連邦軍及び場所を問わず全ての運用部隊を含む", ["国防省"]),
        ("Acme (Parent Organization: Bigger Acme (BA))", ["Acme"]),
        ("Acme (ISIL-SEA, ISIL-South East Asia)",
         ["Acme", "Acme (ISIL-SEA, ISIL-South East Asia)", "ISIL-SEA", "ISIL-South East Asia"]),
        ("Huawei Technologies (Yangon) Co.", ["Huawei Technologies (Yangon) Co."]),
    ],
)  # fmt: skip
def test_what_ends_an_organisations_name_in_brackets(text: str, names: list[str]) -> None:
    assert told(name_notes.organisation(text)) == names


@pytest.mark.parametrize(
    ("name", "aliases", "names"),
    [
        ("Acme Corporation (AC). Subordinate Institution - Bacme Systems", [],
         ["Bacme Systems", "Acme Corporation Bacme Systems"]),
        ("Acme Corporation. Subordinate Institution - 203rd Research Institute", [],
         ["Acme Corporation 203rd Research Institute"]),
        ("Acme (AC), and subordinate entity Bacme Complex (BC)", [],
         ["Bacme Complex", "Bacme Complex (BC)", "BC", "Acme Bacme Complex"]),
        ("Ministry of Acme, including the Forces of Acme and all operating units wherever located. All addresses.", [],
         ["Ministry of Acme"]),
        ("Acme", ["(all of preceding located in or near Oz)", "JSC ACM).", "-Bacme", "Cacme (f.k.a., Dacme)"],
         ["Acme", "JSC ACM", "Bacme", "Cacme", "Dacme"]),
    ],
)  # fmt: skip
def test_the_bureaus_names(name: str, aliases: list[str], names: list[str]) -> None:
    assert told(bis_names.names(name, aliases)[0]) == names


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("Andrey Vladimirovich Somebody", "Unknown"), ("A.H. Somebody", "Unknown"), ("Sean McSomebody", "Unknown"),
        ("Yuliya L. Some-Body", "Unknown"), ("Husayn Fa'ur", "Unknown"), ("Sergey SOMEBODY", "Unknown"),
        ("Acme", "Organization"), ("Acme Trading", "Organization"), ("Acme LLC", "Organization"), ("MPI Somebody", "Organization"),
        ("Aktsionernoe Obshchestvo Acme", "Organization"), ("Nakme S.A.", "Organization"), ("Institute of Some Body", "Organization"),
    ],
)  # fmt: skip
def test_an_entry_that_may_be_somebody_is_searched_for_both_ways(name: str, schema: str) -> None:
    assert bis_names.schema(name) == schema


def test_a_syllable_is_a_weak_alias_and_an_acronym_is_not() -> None:
    found, _ = bis_names.names("Saeed Somebody", ["Al", "EC"])
    assert (told(found, "weak_alias"), told(found, "alias")) == (["Al"], ["EC"])


SOURCES = [
    "Denied Persons List (DPL)",
    "Nonproliferation Sanctions (ISN)",
    "ITAR Debarred (DTC)",
    "Specially Designated Nationals (SDN)",
]


def screening_list(tmp_path: Path, source: int, name: str, *aliases: str, type_: str = "") -> Entity:
    tables = {
        "sources": [f"{one} - X" for one in SOURCES],
        "programmes": [],
        "urls": [],
        "licenceRequirements": [],
        "licencePolicies": [],
    }
    row = {"n": name, "s": source, "a": list(aliases), "t": type_}
    file = tmp_path / "list.json"
    file.write_text(
        json.dumps({"note": "Consolidated Screening List", "tables": tables, "entries": [row], "entryCount": 1})
    )
    (one,) = entities(file)
    return one


@pytest.mark.parametrize(
    ("source", "name", "names", "schema"),
    [
        (0, "KOW LIM -AKA- ERIC LIM", ["KOW LIM", "ERIC LIM"], "Unknown"),
        (0, "KOW LIM (PRESIDENT OF ACME)", ["KOW LIM"], "Unknown"),
        (0, "ACME LTD+B843:B853", ["ACME LTD"], "Unknown"),
        (0, "GO SONG TAO (GO)", ["GO SONG TAO", "GO SONG TAO (GO)"], "Unknown"),
        (1, "Pavel Somebody (Russian individual)", ["Pavel Somebody"], "Person"),
        (1, "Kim So (Kim Soh) (DPRK national); and any successor, sub-unit, or subsidiary thereof",
         ["Kim So", "Kim So (Kim Soh)", "Kim Soh"], "Person"),
        (1, "Acme Ltd. [aka Bacme, aka Cacme] (Hong Kong Entity), and its sub-units and successors",
         ["Acme Ltd.", "Bacme", "Cacme"], "Organization"),
        (2, "Anye) Anye (a/k/a Niba Ngoma", ["Anye Ngoma", "Anye Niba"], "Unknown"),
        (2, "Mike Igor\ta/k/a Maru Panche", ["Igor Panche", "Mike Maru"], "Unknown"),
        (2, "Kreig; a.k.a. Cow Craig; a.k.a. Hall Rhoo", ["Kreig Rhoo", "Cow Craig", "Hall"], "Unknown"),
        (2, "Roe, Jane; Acme, S.A., Bacme, S.A., and Cacme, S.A.", ["Roe, Jane", "Acme, S.A.", "Bacme, S.A.", "Cacme, S.A."], "Unknown"),
    ],
)  # fmt: skip
def test_names_of_the_consolidated_screening_list(
    tmp_path: Path, source: int, name: str, names: list[str], schema: str
) -> None:
    one = screening_list(tmp_path, source, name)
    assert (told(one.names), one.schema) == (names, schema)
    # ids were given before names were told apart, and alert ids depend on them
    assert [one.entry_id] == derive(one.list_id, [(" ".join(name.split()), "", ())])


def test_a_single_letter_is_no_primary_name(tmp_path: Path) -> None:
    one = screening_list(tmp_path, 0, "K (AKA: ROE, JANE)")
    assert [(name.text, name.kind) for name in one.names] == [("ROE, JANE", "primary"), ("K", "weak_alias")]


def test_what_people_are_called_by_is_weak(tmp_path: Path) -> None:
    one = screening_list(tmp_path, 3, "ROE, Jane", "42", "ROE, J.", '"THE TANNER"', type_="Individual")
    assert [(name.text, name.kind) for name in one.names[1:]] == [
        ("42", "weak_alias"), ("ROE, J.", "alias"), ("THE TANNER", "weak_alias"),
    ]  # fmt: skip
    details = Details()
    details.read("a.k.a. ''THE TANNER''")
    details.read("a.k.a. ''ADIL HAZZA'")
    assert [(name.text, name.kind) for name in details.names] == [
        ("THE TANNER", "weak_alias"), ("'ADIL HAZZA", "weak_alias"),
    ]  # fmt: skip


def test_a_surname_alone_is_weak(tmp_path: Path) -> None:
    one = screening_list(tmp_path, 2, "Kreig; a.k.a. Cow Craig; a.k.a. Hall Rhoo")
    assert told(one.names, "weak_alias") == ["Hall"]


def test_former_names_behind_a_marker_alone(tmp_path: Path) -> None:
    one = screening_list(tmp_path, 1, "Acme", "F.K.A. Bacme Office (BO)", "CACME; DACME")
    assert [(name.text, name.kind) for name in one.names[1:]] == [
        ("Bacme Office (BO)", "former"), ("CACME", "alias"), ("DACME", "alias"),
    ]  # fmt: skip


def test_the_uks_names(tmp_path: Path) -> None:
    names = [
        {"name6": "Acme / Bacme Ltd", "name_type": "Primary name"},
        {"name6": "Cacme (formerly Dacme)", "name_type": "Alias"},
        {"name1": "Jane", "name6": "(nee) ROE", "name_type": "Alias"},
        {"name6": "Acme Movement/Army (KPe.018)", "name_type": "Alias"},
    ]
    names += [{"name6": "Ko III (third)", "name_type": "Alias"}, {"name6": "(金铁三)", "name_type": "Alias"}]
    scripts = [{"name_non_latin_script": "\u200eكونو،"}]
    row = {"unique_id": "XXX0001", "regime_name": "X", "individual_entity_ship": "Entity", "names": {"names": names},
           "non_latin_names": {"names": scripts}}  # fmt: skip
    file = tmp_path / "uk.jsonl"
    file.write_text(json.dumps(row) + "\n", encoding="utf-8")
    (one,) = entities(file)
    assert [(name.text, name.kind) for name in one.names] == [
        ("Acme", "primary"), ("Bacme Ltd", "primary"), ("Cacme", "alias"), ("Dacme", "former"), ("Jane ROE", "alias"),
        ("Acme Movement/Army", "alias"), ("Ko III", "alias"), ("金铁三", "alias"), ("كونو", "alias"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "reasons", "number"),
    [
        ('IMO 9187629 ("OCEAN STAR")', "", "9187629"),
        ("OCEAN STAR", "\nOCEAN STAR \n(IMO  9187629) is involved in activity whose object …", "9187629"),
        ("OCEAN STAR", "… has reasonable grounds to suspect that IMO \n9187629\n (“OCEAN STAR”) is …", "9187629"),
        ("OCEAN STAR", "OCEAN STAR met IMO 9187629 and IMO 9074729 at sea", None),
    ],
)
def test_a_ship_of_the_uk_has_the_number_that_its_name_or_the_reasons_give(
    tmp_path: Path, name: str, reasons: str, number: str | None
) -> None:
    row = {
        "unique_id": "XXX0002", "regime_name": "X", "individual_entity_ship": "Ship", "uk_statement_of_reasons": reasons,
        "names": {"names": [{"name6": name, "name_type": "Primary name"}]},
    }  # fmt: skip
    file = tmp_path / "uk.jsonl"
    file.write_text(json.dumps(row) + "\n", encoding="utf-8")
    (one,) = entities(file)
    assert told(one.names) == ["OCEAN STAR"]
    assert [(i.scheme, i.value) for i in one.identifiers] == ([("IMO", number)] if number else [])


# -- METI -----------------------------------------------------------------------------------------------------------


def test_metis_lists_of_aliases(tmp_path: Path) -> None:
    text = (
        "○ 輸出等に係る禁止措置の対象となるロシア連邦以外の国の団体\n最終更新日：2025 年09 月12 日\n"
        "１ 甲有限会社（甲公司(甲)）\nKo Limited, the following two aliases:\n—Ko; and\n—Ko Ltd.\n所在地：1 Street, Hong Kong, China.\n"
        "２ 乙有限会社\nOtsu Limited\n別称：乙及び乙・チップ有限会社\nOtsu Chip\n所在地：2 Street, Ankara, Türkiye.\n"
        "３ 国防省（乙軍及び場所を問わず全ての運用部隊を含む。）\nMinistry of Otsu, a.k.a., the following one alias:\n-Otsu; and-ZAO Otsu.\n"
        "所在地：3 Street, Ankara, Türkiye.\n"
    )
    (tmp_path / "ban.txt").write_text(text, encoding="utf-8")
    first, second, third = entities(tmp_path / "ban.txt")
    assert told(first.names)[:3] == ["Ko Limited", "Ko", "Ko Ltd"]
    assert {"甲有限会社", "甲公司"} <= set(told(first.names))
    assert told(second.names) == ["Otsu Limited", "乙有限会社", "乙", "乙・チップ有限会社", "Otsu Chip"]
    assert told(third.names) == ["Ministry of Otsu", "Otsu", "ZAO Otsu", "国防省"]


def test_the_end_user_list_keeps_its_ids(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["No.", "Country or Region", "Company or Organization", "Also Known As", "Type of WMD"])
    sheet.append([1, "中国\nChina", "Acme (China) Limited（甲物流(中國)有限公司）", "・Bacme (Latin: BÁCME)", "核 N"])
    book.save(tmp_path / "list.xlsx")
    (one,) = entities(tmp_path / "list.xlsx")
    assert told(one.names) == [
        "Acme (China) Limited", "Acme (China) Limited（甲物流(中國)有限公司）", "甲物流(中國)有限公司", "Bacme",
    ]  # fmt: skip
    # as the name was read when the id was first given
    assert [one.entry_id] == derive("jp-meti-end-user", [("Acme (China) Limited（甲物流(中國)有限公司）", "CN", ())])


# -- all of them ----------------------------------------------------------------------------------------------------

#: Notations that say something of a name and are no part of one, in the languages of the lists.
NOTATION = re.compile(
    r"\b(?:born (?:on|in|\d)|date of (?:issue|birth|expir)|issued on|expir(?:es|ed|y) \d|passport (?:no|number)|birth name|"
    r"(?:previously|formerly)(?: listed)?(?: as)?$|listed as|nom de guerre|combat name|initials$|original script|also known as|"
    r"any successor|sub-units|subordinate institut\w+|\w+ (?:individual|national)\)|fraudulent|nee\b[.)]|following \w+ alias)|"
    r"\bIMO \d{7}|\b[a-f]\.\s?k\.\s?a\b|\bakas\b|-\s?aka\s?-|a/k/a|d/b/a|\b[A-Z]{2}[ie]\.\d{3}\b|\b\d{1,2} [A-Z][a-z]{2}\.? ?(?:19|20)\d\d\b|"
    r"(?<![(\w])(?-i:[a-h])\) [A-Z]|[\u200e\u200f\u202a-\u202e]|【|】|"
    r"旧姓|以前掲載|記載ぶり|誕生名|戦闘員|コールサイン|イニシャル|自称|生年月日|出生|生まれ|旅券|発行|有効期限|国籍：|を含む|の息子$|にて$|[a-z]語\)|語\)$",
    re.IGNORECASE,
)


def unpaired(text: str) -> bool:
    return name_notes.paired(text) != text or text.count("(") + text.count("（") > text.count(")") + text.count("）")


def test_no_name_of_any_list_has_a_note_in_it(shared_data: Path) -> None:
    seen = 0
    wrong = []
    for file in FILES:
        for one in entities(shared_data / file):
            for name in one.names:
                seen += 1
                note = NOTATION.search(name.text) is not None
                # two that the United Kingdom itself writes so
                cut = unpaired(name.text) and one.entry_id not in ("INU0076", "RUS0975")
                # what would hold all that goes to a country; of two letters it is an acronym
                place = name.kind == "alias" and len(name.text) > 2 and country_code(name.text) not in (None, "IQ")
                number = name.kind == "alias" and one.schema == "Person" and not any(map(str.isalpha, name.text))
                if note or cut or place or number:
                    wrong.append((file, one.entry_id, name.text))
    assert not wrong
    assert seen > 120_000, "all lists were read"


@pytest.mark.parametrize(
    "part",
    [
        "(",
        "()",
        "(;",
        "(A ",
        "甲（",
        "(a.k.a. ",
        " ",
        ", ",
        ". ",
        "- ",
        ")",
        "(a)",
        "a)",
        "x\n",
        "旧称、",
        "及び",
        "IMO ",
        "born ",
        " / A",
    ],
)
def test_a_field_of_any_length_and_depth_is_read_in_time(tmp_path: Path, part: str) -> None:
    text = part * 20_000
    began = time.process_time()
    ja_cells.names(text, "alias", person=True)
    ja_cells.births(text)
    ja_cells.primary_names(text, text, person=True)
    ja_cells.primary_names(text, text, person=False)
    name_notes.alternatives(text, person=False)
    name_notes.noted(text, person=True)
    bis_names.names(f"X{text}", [text])
    bis_names.schema(text)
    for source in range(4):
        screening_list(tmp_path, source, f"X{text}", text)
    assert time.process_time() - began < 10, "seconds, where each step in the square would be minutes"


@given(st.text(alphabet="()（）[]甲A b;,、:a.k.o/-別称旧born1年 \n", max_size=60))
def test_no_field_of_names_breaks_its_reader(text: str) -> None:
    for name in (*ja_cells.names(text, "alias", person=True), *name_notes.organisation(text)):
        assert name.text == " ".join(name.text.split())
    name_notes.alternatives(text, person=True)
    name_notes.noted(text, person=False)
    name_notes.births(text)
    assert all(one for one, _ in name_notes.known_as(text))
    bis_names.names(text, [text])
    ja_cells.primary_names(text, text, person=False)
