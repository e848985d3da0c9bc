"""Each format on small files made for the purpose: odd rows, hostile files, and layouts of which no real file is at hand."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.errors import InputError
from sekisho.model import Entity
from sekisho.reference.load import load_paths
from sekisho.reference.loaded import LoadedList
from sekisho.reference.sources import en_dates, ja_cells, jp_dates, us_directives
from sekisho.reference.sources.countries import country_code
from sekisho.reference.sources.us_identifiers import Details
from sekisho.reference.sources.workbook import open_workbook


def read(tmp_path: Path, name: str, content: str | bytes) -> LoadedList:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (one,) = load_paths([path])
    return one


def entities(one: LoadedList) -> list[Entity]:
    return [record for record in one.records if isinstance(record, Entity)]


# -- dates, countries, statements -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("28 Jan 1971", "1971-01-28"),
        ("1971-01-28", "1971-01-28"),
        ("2015-04-07-04:00", "2015-04-07"),
        ("28/01/1971", "1971-01-28"),
        ("dd/mm/1971", "1971"),
        ("00/00/1971", "1971"),
        ("Jan 1971", "1971-01"),
        ("1971", "1971"),
        ("circa 1971", "1971~"),
        ("1953 to 1955", "1953/1955"),
        ("between 1953 and 1955", "1953/1955"),
        ("Sept. 1971", "1971-09"),
        ("January 28, 1971", "1971-01-28"),
        ("31 Feb 1971", None),
        ("unknown", None),
        ("", None),
    ],
)
def test_english_dates(text: str, meant: str | None) -> None:
    assert en_dates.edtf(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1973年7月1日又は7月10日", ("1973-07-01", "1973-07-10")),
        ("1967年12月22日又は10月22日", ("1967-12-22", "1967-10-22")),
        ("昭和36年5月", ("1961-05",)),
        ("平成元年1月8日", ("1989-01-08",)),
        ("１９６４年又は１９６７年", ("1964", "1967")),
        ("(a)1955年-1958年頃\n(b)1945年-1950年頃", ("1955/1958", "1945/1950")),
        ("2001.9.22\n2008.6.25改訂", ("2001-09-22", "2008-06-25")),
        ("1941年8月20日セルビア生\nBorn on 20 August 1941", ("1941-08-20",)),
        ("不明", ()),
    ],
)
def test_japanese_dates(text: str, meant: tuple[str, ...]) -> None:
    assert jp_dates.birth_dates(text) == meant


@given(st.text(max_size=60))
def test_no_text_breaks_a_date(text: str) -> None:
    en_dates.edtf(text)
    jp_dates.birth_dates(text)
    country_code(text)
    ja_cells.names(text, "alias")
    ja_cells.values(text)
    ja_cells.primary_names(text, text, True)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Korea, North", "KP"), ("Democratic People's Republic of Korea", "KP"), ("Iran (Islamic Republic of)", "IR"),
        ("Islamic Republic of Iran", "IR"), ("Côte d'Ivoire", "CI"), ("Burma", "MM"), ("Russian Federation", "RU"),
        ("Congo, Democratic Republic of the", "CD"), ("ロシア連邦", "RU"), ("アラブ首長国連邦", "AE"), ("イラン", "IR"),
        ("Hong Kong", "HK"), ("RU", "RU"), ("The Gambia", "GM"), ("Türkiye", "TR"), ("Atlantis", None), ("", None),
    ],
)  # fmt: skip
def test_countries(name: str, code: str | None) -> None:
    assert country_code(name) == code


def test_statements_of_american_lists() -> None:
    details = Details()
    for statement in (
        "DOB 28 Jan 1971", "alt. DOB circa 1972", "POB Shati, Gaza", "nationality Iraq", "Gender Male",
        "Passport A123456 (Iran) expires 12 Jan 2020", "Vessel Registration Identification IMO 9187629",
        "Tax ID No. 7740000020 (Russia)", "Digital Currency Address - XBT 1Kuf2Rd8mDyAViwBozGTNYnvWL8uYFrkVo",
        "a.k.a. 'THE ENGINEER'", "Listing Date (EO 14024 Directive 3): 24 Feb 2022", "Linked To: SOMEBODY ELSE",
    ):  # fmt: skip
        details.read(statement)
    assert details.birth_dates == ["1971-01-28", "1972~"]
    assert details.birth_places == ["Shati, Gaza"]
    assert details.countries == ["IQ"]
    assert details.genders == ["male"]
    assert [(i.scheme, i.value, i.country) for i in details.identifiers] == [
        ("PASSPORT", "A123456", "IR"),
        ("IMO", "9187629", None),
        ("INN", "7740000020", "RU"),
        ("WALLET_XBT", "1Kuf2Rd8mDyAViwBozGTNYnvWL8uYFrkVo", None),
    ]
    assert [(name.text, name.kind) for name in details.names] == [("THE ENGINEER", "weak_alias")]
    assert details.listing_dates == [date(2022, 2, 24)]
    assert details.rest == ["Linked To: SOMEBODY ELSE"], "what is not understood is kept in its own words"


@given(st.text(max_size=80))
def test_no_statement_is_lost(text: str) -> None:
    details = Details()
    details.read(text)
    said = " ".join(text.split()).rstrip(".")
    found = [*details.names, *details.identifiers, *details.birth_dates, *details.birth_places, *details.countries]
    found += [*details.genders, *details.listing_dates, *details.effective_dates, *details.rest]
    assert found or not said


# -- OFAC ---------------------------------------------------------------------------------------------------------

SDN = '36,"AEROCARIBBEAN AIRLINES",-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n'


def test_parts_beside_the_named_file_belong_to_it(tmp_path: Path) -> None:
    (tmp_path / "alt.csv").write_text('36,12,"aka","AERO-CARIBBEAN",-0- \r\n99,13,"aka","NOBODY",-0- \r\n\x1a')
    (tmp_path / "add.csv").write_text('36,25,-0- ,"Havana","Cuba",-0- \r\n')
    one = read(tmp_path, "sdn.csv", f"{SDN}\x1a")
    (entity,) = entities(one)
    assert [name.text for name in entity.names] == ["AEROCARIBBEAN AIRLINES", "AERO-CARIBBEAN"]
    assert entity.countries == ("CU",)
    assert [rejected.reason for rejected in one.rejected] == ["no entry has the number 99; is it of the same day?"]


def test_other_names_without_their_entries_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"alt\.csv: other names or addresses without their entries"):
        read(tmp_path, "alt.csv", '36,12,"aka","AERO-CARIBBEAN",-0- \r\n')


def test_a_broken_row_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    one = read(tmp_path, "sdn.csv", f'{SDN}37,"CUT OFF\r\n')
    assert len(one.records) == 1
    assert one.rejected[0].where == "sdn.csv: line 2"


XML = """<?xml version="1.0"?>
<sdnList xmlns="http://tempuri.org/sdnList.xsd">
  <publshInformation><Publish_Date>12/15/2022</Publish_Date><Record_Count>{count}</Record_Count></publshInformation>
  <sdnEntry><uid>1</uid><firstName>Ivan</firstName><lastName>IVANOV</lastName><sdnType>Individual</sdnType>
    <akaList><aka><uid>2</uid><type>a.k.a.</type><category>weak</category><lastName>VANYA</lastName></aka></akaList>
  </sdnEntry>
</sdnList>"""


@pytest.mark.parametrize(
    ("remarks", "programmes"),
    [
        (
            "Executive Order 13662 Directive Determination - Subject to Directive 1; Website www.x.ru",
            ("EO13662 Directive 1",),
        ),
        (
            "Executive Order 13662 Directive Determination - Subject to Directive 2; alt. Executive Order 13662 Directive "
            "Determination - Subject to Directive 4; Executive Order 13662 Directive Determination - Subject to Directive 2",
            ("EO13662 Directive 2", "EO13662 Directive 4"),
        ),
        (
            "Executive Order 14024 Directive Information Subject to Directive 1a - As of the effective",
            ("EO14024 Directive 1A",),
        ),
        ("Executive Order 14014 Directive Information: Subject to Directive 1 - As of", ("EO14014 Directive 1",)),
        # a link to the directives makes nobody subject to one
        ("Executive Order 14024 Directive Information - For more information on directives, please visit", ()),
        ("Secondary sanctions risk: Directive 4", ()),
    ],
)
def test_directives_in_ofac_s_remarks(remarks: str, programmes: tuple[str, ...]) -> None:
    assert us_directives.read(remarks) == programmes


def test_ofac_xml(tmp_path: Path) -> None:
    one = read(tmp_path, "sdn.xml", XML.format(count=1))
    (entity,) = entities(one)
    assert [(name.text, name.kind) for name in entity.names] == [("Ivan IVANOV", "primary"), ("VANYA", "weak_alias")]
    assert one.version == "2022-12-15"


def test_a_file_that_says_it_is_longer_is_cut_off(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cut off"):
        read(tmp_path, "sdn.xml", XML.format(count=2))


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE sdnList [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE sdnList [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE sdnList SYSTEM "http://127.0.0.1:9/x.dtd">',
    ],
)
def test_xml_with_a_document_type_is_refused(tmp_path: Path, declaration: str) -> None:
    text = XML.format(count=1).replace("<sdnList", f"{declaration}\n<sdnList", 1).replace("IVANOV", "&x;&b;")
    with pytest.raises(InputError):
        read(tmp_path, "sdn.xml", text)


def test_xml_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a readable XML file"):
        read(tmp_path, "sdn.xml", XML.format(count=1)[:-20])


# -- United Kingdom -----------------------------------------------------------------------------------------------


def test_the_uks_csv_as_its_publisher_documents_it(tmp_path: Path) -> None:
    heading = (
        "Last Updated,Unique ID,OFSI Group ID,UN Reference Number,Name 6,Name 1,Name type,Alias strength,"
        "Name non-latin script,Regime Name,Designation Type,Sanctions Imposed,Date Designated,Nationality(/ies),D.O.B,"
        "Gender,Passport number,IMO number,Address Line 1,Address Country"
    )
    text = (
        "Report Date: 01-Aug-2026\n"
        f"{heading}\n"
        "04/08/2026,RUS0001,1,,IVANOV,Ivan,Primary name,,ИВАНОВ Иван,The Russia Regulations,Individual,Asset freeze|Travel Ban,"
        "15/03/2022,Russia,dd/mm/1970,Male,123456,,1 Street,Russia\n"
        "04/08/2026,RUS0001,1,,VANYA,,Alias,Low quality a.k.a,,The Russia Regulations,Individual,Asset freeze|Travel Ban,"
        "15/03/2022,Russia,12/05/1970,Male,,,,\n"
        "04/08/2026,RUS0002,2,,OCEAN STAR,,Primary name,,,The Russia Regulations,Ship,,17/12/2024,,,,,9187629,,\n"
    )
    one = read(tmp_path, "UK-Sanctions-List.csv", text)
    person, ship = entities(one)
    assert [(name.text, name.kind) for name in person.names] == [
        ("Ivan IVANOV", "primary"),
        ("ИВАНОВ Иван", "primary"),
        ("VANYA", "weak_alias"),
    ]
    assert person.birth_dates == ("1970", "1970-05-12")
    assert person.countries == ("RU",)
    assert person.listed_on == date(2022, 3, 15)
    assert "Travel Ban" in person.programmes
    assert ship.schema == "Vessel"
    assert [(i.scheme, i.value) for i in ship.identifiers] == [("IMO", "9187629")]
    assert one.rejected == ()


# -- FollowTheMoney -----------------------------------------------------------------------------------------------


def ftm(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def test_followthemoney(tmp_path: Path) -> None:
    text = ftm(
        {
            "id": "a",
            "schema": "Company",
            "caption": "Acme",
            "properties": {"name": ["Acme", "Akme"], "innCode": ["7740000020"], "country": ["ru"]},
        },
        {
            "id": "s",
            "schema": "Sanction",
            "properties": {
                "entity": ["a"],
                "program": ["EU-RUS"],
                "startDate": ["2022-03-15"],
                "listingDate": ["2022-03-14"],
            },
        },
        {
            "id": "v",
            "schema": "Vessel",
            "caption": "Ocean Star",
            "properties": {"name": ["Ocean Star"], "imoNumber": ["9187629"], "flag": ["pa"]},
        },
        {
            "id": "p",
            "schema": "Person",
            "caption": "Ivan Ivanov",
            "properties": {"name": ["Ivan Ivanov"], "weakAlias": ["Vanya"], "birthDate": ["1970"]},
        },
        {"id": "o", "schema": "Ownership", "properties": {"owner": ["p"], "asset": ["a"], "percentage": ["51"]}},
        {"id": "x", "schema": "Address", "properties": {"full": ["1 Street"]}},
        {"id": "n", "schema": "Person", "properties": {}},
    )
    one = read(tmp_path, "eu-fsf.ftm.jsonl", text)
    assert one.list_id == "eu-fsf"
    company, vessel, person = entities(one)
    assert [(name.text, name.kind) for name in company.names] == [("Acme", "primary"), ("Akme", "alias")]
    assert (company.listed_on, company.in_force_from) == (date(2022, 3, 14), date(2022, 3, 15))
    assert company.programmes == ("EU-RUS",)
    assert company.remarks == "is owned by Ivan Ivanov (51 %)"
    assert [(i.scheme, i.value) for i in vessel.identifiers] == [("IMO", "9187629")]
    assert vessel.countries == ("PA",)
    assert ("Vanya", "weak_alias") in {(name.text, name.kind) for name in person.names}
    assert [rejected.where for rejected in one.rejected] == ["line 7"]
    assert one.notes == ("1 entities of the schema Address are not screened",)


def test_a_sanction_that_ended_ends_the_entry_only_if_all_have(tmp_path: Path) -> None:
    company = {"id": "a", "schema": "Company", "caption": "Acme", "properties": {"name": ["Acme"]}}
    over = {"id": "s", "schema": "Sanction", "properties": {"entity": ["a"], "endDate": ["2024-01-01"]}}
    running = {"id": "t", "schema": "Sanction", "properties": {"entity": ["a"]}}
    (one,) = entities(read(tmp_path, "a.jsonl", ftm(company, over)))
    assert one.delisted_on == date(2024, 1, 1)
    (one,) = entities(read(tmp_path, "b.jsonl", ftm(company, over, running)))
    assert one.delisted_on is None


# -- Japan --------------------------------------------------------------------------------------------------------


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


HEADING = ["告示日付", "告示番号", "日本語表記", "英語表記", "別名", "確定に十分でない別名", "生年月日"]


def test_the_ministry_of_finances_workbook(tmp_path: Path) -> None:
    rows = [
        ["programme"],
        HEADING,
        [
            "2023.1.27",
            1,
            "イワン・イワノフ",
            "Ivan IVANOV\n(original script: Иван Иванов)",
            "(a)甲乙丙（A. Bc）、(b)丁戊己（D. Ef）",
            "ワーニャ",
            13633,
        ],
        [None, None, None, None, None, None, "続き"],
        ["2024.1.1削除", 2, None, None, None, None, None],
        ["2024.1.1", 3, None, None, None, None, None],
        ["2024.1.1", 4, "不明", "Petr PETROV", "不明", None, "1950年又は1951年"],
        ["2024.1.1", 4, "別", "Somebody ELSE", None, None, None],
    ]
    path = workbook(tmp_path / "list.xlsx", {"一覧": [["外為法に基づく資産凍結等の措置"]], "9.試験（個人）": rows})
    (one,) = load_paths([path])
    first, second = entities(one)
    assert first.entry_id == "9-1"
    assert [(name.text, name.kind) for name in first.names] == [
        ("Ivan IVANOV", "primary"),
        ("Иван Иванов", "primary"),
        ("イワン・イワノフ", "primary"),
        ("甲乙丙", "alias"),
        ("A. Bc", "alias"),
        ("丁戊己", "alias"),
        ("D. Ef", "alias"),
        ("ワーニャ", "weak_alias"),
    ]
    assert first.birth_dates == ("1937-04-28",)
    assert first.listed_on == date(2023, 1, 27)
    assert "続き" in str(first.remarks)
    assert second.birth_dates == ("1950", "1951")
    assert [rejected.where for rejected in one.rejected] == ["9.試験（個人）: row 6", "9.試験（個人）: row 8"]
    assert one.notes == ("1 rows tell of removals",)


def test_a_file_that_is_no_workbook_is_an_error_and_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"no zip")
    with pytest.raises(InputError, match="not a readable workbook"):
        open_workbook(tmp_path / "x.xlsx")
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        for part in range(3):
            archive.writestr(f"xl/worksheets/sheet{part}.xml", b"\0" * (100 << 20))
    with pytest.raises(InputError, match="more than any list"):
        open_workbook(tmp_path / "bomb.xlsx")


BAN = """○ 国際平和のための国際的な努力に我が国として寄与するために講ずる輸出等に係る禁止措置
の対象となるロシア連邦の団体（令和四年外務省告示第八十二号）
指定日：2022 年03月01 日
最終更新日：2025 年09 月12 日
１ 株式会社甲造船所（別称、甲、乙造船
所及び KO）
Ko Shipyard JSC, a.k.a., the following
two aliases:
-Ko – Shipyard Works; and
-KO.
所在地：203, Fontanka Emb., Russia; and
2 Second Street, Moscow, Russia.2 丙センター「プログレス」JSC Centre for Progress – Works
所 在 地 ： 2 Street, Samara, Russia.
３ 丁
所在地：3 Street, Russia.
"""


def test_metis_text(tmp_path: Path) -> None:
    one = read(tmp_path, "ban.txt", BAN)
    first, second, third = entities(one)
    assert [name.text for name in first.names] == [
        "Ko Shipyard JSC", "Ko – Shipyard Works", "KO", "株式会社甲造船所", "甲", "乙造船所",
    ]  # fmt: skip
    assert first.addresses == ("203, Fontanka Emb., Russia", "2 Second Street, Moscow, Russia")
    assert [name.text for name in second.names] == ["JSC Centre for Progress – Works", "丙センター「プログレス」"]
    assert [name.text for name in third.names] == ["丁"]
    assert first.listed_on == date(2022, 3, 15)
    assert (one.list_id, one.version) == ("jp-meti-export-ban-russia", "2025-09-12")


@given(st.text(alphabet="１２3４ 所在地：甲ア（）a.k,;\n-", max_size=200))
def test_any_text_after_the_title_is_read_or_told(text: str) -> None:
    from sekisho.reference.sources.jp_meti_export_ban import _entity, _entries

    for number, body in _entries(text):
        try:
            assert _entity(number, body, "x", None).names
        except ValueError:
            continue
