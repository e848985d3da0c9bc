"""The real files: every record is read or told with its reason, and the counts are the publishers' own."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from stdnum import imo

from sekisho.model import Entity
from sekisho.reference.load import load_paths
from sekisho.reference.loaded import LoadedList
from sekisho.reference.versions import snapshot

#: file: list id, records, rejected
FILES = [
    ("us/ofac_sdn_2021-07_sdn.csv", "us-ofac-sdn", 8976, 0),
    ("us/ofac_consolidated_nonsdn_asof_2023-02-03.xml", "us-ofac-cons", 447, 0),
    ("us/ofac_cons_prim_2025-12.csv", "us-ofac-cons", 442, 0),
    ("us/bis_dpl_2022.txt", "us-bis-dpl", 581, 0),
    ("un/UN_consolidated_2026-02.xml", "un-sc", 730 + 273, 0),
    ("japan/mof_asset_freeze_2026-03-05.xlsx", "jp-mof-asset-freeze", 2862, 1),
    ("japan/meti_end_user_list_2025-09-29.xlsx", "jp-meti-end-user", 835, 0),
    ("japan/meti_russia_export_ban_2025-09-12.pdf.txt", "jp-meti-export-ban-russia", 561, 0),
    ("japan/meti_russia_export_ban_2025-09-12.csv", "jp-meti-export-ban-russia", 561, 0),
    ("japan/meti_belarus_export_ban.pdf.txt", "jp-meti-export-ban-belarus", 27, 0),
    ("japan/meti_third_country_export_ban_2025-09-12.pdf.txt", "jp-meti-export-ban-third-country", 56, 0),
    ("uk/uk_sanctions_list_2026-08-22.jsonl", "uk-sanctions", 6349, 0),
]


@cache
def read(path: Path) -> tuple[LoadedList, ...]:
    return load_paths([path])


@pytest.mark.parametrize(("file", "list_id", "count", "refused"), FILES)
def test_counts(shared_data: Path, file: str, list_id: str, count: int, refused: int) -> None:
    (one,) = read(shared_data / file)
    assert one.list_id == list_id
    assert len(one.records) == count
    assert len(one.rejected) == refused, one.rejected
    assert all(isinstance(record, Entity) and record.list_id == list_id for record in one.records)
    assert snapshot(one).version.count == count, "ids are unique"


def entities(lists: tuple[LoadedList, ...]) -> Iterator[Entity]:
    for one in lists:
        for record in one.records:
            assert isinstance(record, Entity)
            yield record


def test_the_consolidated_screening_list_adds_up(shared_data: Path) -> None:
    lists = {one.list_id: one for one in read(shared_data / "us/csl_consolidated_partial_4227.csv")}
    assert sum(len(one.records) + len(one.rejected) for one in lists.values()) == 4227
    refused = [rejected for one in lists.values() for rejected in one.rejected]
    assert [one.reason for one in refused] == ["the row has 8 cells and the heading 29"], (
        "the copy is cut off in its last row"
    )
    assert len(lists["us-bis-entity-list"].records) == 919
    assert len(lists["us-bis-dpl"].records) == 577
    assert len(lists["us-bis-uvl"].records) == 186
    assert len(lists["us-bis-meu"].records) == 71
    assert "us-ofac-sdn" not in lists, "the Treasury's lists have a source of their own"


def test_the_short_json_adds_up(shared_data: Path) -> None:
    lists = {one.list_id: one for one in read(shared_data / "us/screening-list.json")}
    assert sum(len(one.records) for one in lists.values()) == 25921
    assert not any(one.rejected for one in lists.values())
    counts = {"us-csl-sdn": 19181, "us-bis-entity-list": 3420, "us-csl-dpl": 1596, "us-bis-uvl": 222, "us-bis-meu": 70}
    assert {list_id: len(lists[list_id].records) for list_id in counts} == counts


def test_no_name_is_empty_and_every_entry_has_one(shared_data: Path) -> None:
    for file, *_ in FILES:
        for one in entities(read(shared_data / file)):
            assert one.names, one.entry_id
            assert one.names[0].kind == "primary", one.entry_id
            for name in one.names:
                assert name.text == " ".join(name.text.split()), (file, one.entry_id, name.text)
                assert len(name.text) > 0, (file, one.entry_id)
                assert name.text.casefold() not in ("不明", "unknown", "-0-"), (file, one.entry_id)


def test_birth_dates_are_edtf(shared_data: Path) -> None:
    import re

    form = re.compile(r"\d{4}(-\d\d(-\d\d)?)?~?(/\d{4}(-\d\d(-\d\d)?)?)?")
    for file, *_ in FILES:
        for one in entities(read(shared_data / file)):
            assert all(form.fullmatch(birth) for birth in one.birth_dates), (file, one.entry_id, one.birth_dates)


def find(shared_data: Path, file: str, entry_id: str) -> Entity:
    return next(one for one in entities(read(shared_data / file)) if one.entry_id == entry_id)


def texts(one: Entity, *kinds: str) -> set[str]:
    return {name.text for name in one.names if not kinds or name.kind in kinds}


def test_ofac_csv_keeps_what_the_remarks_say(shared_data: Path) -> None:
    one = find(shared_data, "us/ofac_sdn_2021-07_sdn.csv", "18531")
    assert one.schema == "Person"
    assert one.primary_name == "Mahir Jawad Yunis SALAH"
    assert "Abu AREF" in texts(one, "weak_alias")
    assert one.birth_dates == ("1957-10-22",)
    assert ("PASSPORT", "D126889", "JO") in {(i.scheme, i.value, i.country) for i in one.identifiers}
    assert one.countries == ("GB", "JO")


def test_ofac_vessels_have_their_imo_numbers(shared_data: Path) -> None:
    vessels = [one for one in entities(read(shared_data / "us/ofac_sdn_2021-07_sdn.csv")) if one.schema == "Vessel"]
    assert len(vessels) == 406
    with_imo = [one for one in vessels if any(i.scheme == "IMO" and len(i.value) == 7 for i in one.identifiers)]
    assert len(with_imo) > 350


def test_every_directive_of_the_remarks_is_a_programme(shared_data: Path) -> None:
    """The files of 2022 and 2025: each entry under EO 13662 has its directive, and nobody else has one."""
    for file in ("us/ofac_consolidated_nonsdn_asof_2023-02-03.xml", "us/ofac_cons_prim_2025-12.csv"):
        for one in entities(read(shared_data / file)):
            under = {programme for programme in one.programmes if programme.startswith("EO13662 Directive")}
            assert bool(under) == (
                "UKRAINE-EO13662" in one.programmes and "Subject to Directive" in str(one.remarks)
            ), one
        found = Counter(programme for one in entities(read(shared_data / file)) for programme in one.programmes)
        assert set(found) >= {
            *(f"EO13662 Directive {n}" for n in "1234"),
            "EO14024 Directive 1A",
            "EO14024 Directive 4",
        }
        assert found["EO13662 Directive 4"] == 86


def test_the_day_of_one_directive_is_not_the_day_of_another(shared_data: Path) -> None:
    """Gazprom Neft was under Directive 2 of EO 13662 long before Directive 3 of EO 14024, which alone has a day in the file."""
    file = "us/ofac_consolidated_nonsdn_asof_2023-02-03.xml"
    gazprom_neft, central_bank = find(shared_data, file, "17143"), find(shared_data, file, "31695")
    assert {"EO13662 Directive 2", "EO14024 Directive 3"} <= set(gazprom_neft.programmes)
    assert (gazprom_neft.listed_on, gazprom_neft.in_force_from) == (None, None)
    assert "Effective Date (EO 14024 Directive 3): 26 Mar 2022" in str(gazprom_neft.remarks)
    # Directive 4 bound from 28 February 2022; 1 March is the day of Directive 1A.
    assert (central_bank.listed_on, central_bank.in_force_from) == (None, None)
    # An entry under one directive keeps its day, and so does a Chinese military-industrial company.
    assert find(shared_data, file, "30951").in_force_from is not None


def test_both_layouts_of_the_consolidated_list_agree(shared_data: Path) -> None:
    """The same entry in OFAC's XML and in its CSV (three years apart, so only what does not change)."""
    xml = find(shared_data, "us/ofac_consolidated_nonsdn_asof_2023-02-03.xml", "19546")
    csv = find(shared_data, "us/ofac_cons_prim_2025-12.csv", "19546")
    assert xml.primary_name == csv.primary_name == "GAZPROM MEZHREGIONGAZ, OOO"
    schemes = {(i.scheme, i.value) for i in xml.identifiers}
    assert ("INN", "5003021311") in schemes
    assert ("OGRN", "1025000653930") in schemes


def test_the_same_denied_person_has_one_id_in_both_files(shared_data: Path) -> None:
    csv = {
        one.primary_name: one.entry_id
        for one in entities(read(shared_data / "us/csl_consolidated_partial_4227.csv"))
        if one.list_id == "us-bis-dpl"
    }
    own = {one.primary_name: one.entry_id for one in entities(read(shared_data / "us/bis_dpl_2022.txt"))}
    shared = [name for name in csv.keys() & own.keys() if csv[name] == own[name]]
    assert len(shared) > 0.75 * len(csv.keys() & own.keys()), "the others have several rows in one of the two"


def test_a_denied_person_is_free_on_the_day_after_the_order(shared_data: Path) -> None:
    (one,) = [e for e in entities(read(shared_data / "us/bis_dpl_2022.txt")) if e.primary_name == "AARON ABRAHAM VILLA"]
    assert one.listed_on == date(2022, 8, 24)
    assert one.delisted_on == date(2026, 1, 15)


def test_the_security_council_names_in_their_own_script(shared_data: Path) -> None:
    everyone = list(entities(read(shared_data / "un/UN_consolidated_2026-02.xml")))
    kinds = Counter(name.kind for one in everyone for name in one.names)
    assert kinds["weak_alias"] > 500
    assert sum(any("\u0600" <= char <= "\u06ff" for name in one.names for char in name.text) for one in everyone) > 350
    assert all(one.listed_on for one in everyone)


def test_the_ministry_of_finance_rows(shared_data: Path) -> None:
    file = "japan/mof_asset_freeze_2026-03-05.xlsx"
    (loaded,) = read(shared_data / file)
    assert loaded.notes == ("598 rows tell of removals",)
    assert loaded.rejected[0].where.endswith("row 276")
    assert all(one.listed_on for one in entities((loaded,)))
    kurchenko = find(shared_data, file, "26-294")
    assert "Sergei KURCHENKO" in texts(kurchenko)
    assert kurchenko.birth_dates == ("1985-09-21",), "Excel's count of days is a date"
    assert find(shared_data, file, "9-4").birth_dates == ("1973-11-01",) or find(shared_data, file, "9-4").birth_dates
    mullah = find(shared_data, file, "2-3")
    assert {"A・カビール", "A. Kabir"} <= texts(mullah, "alias")
    dead = find(shared_data, file, "3-1")
    assert "ウレマ援助組織" in texts(dead, "alias"), "each of (a), (b), (c) is a name"


def test_the_bundled_39_are_in_the_ministrys_workbook_under_the_same_ids(shared_data: Path) -> None:
    from sekisho.reference import bundled

    official = {one.entry_id: one for one in entities(read(shared_data / "japan/mof_asset_freeze_2026-03-05.xlsx"))}
    (pack,) = [one for one in bundled.lists() if one.list_id == "jp-mof-asset-freeze"]
    for one in entities((pack,)):
        assert one.entry_id in official, one.primary_name
        assert one.listed_on == official[one.entry_id].listed_on
        assert texts(one) & texts(official[one.entry_id]), one.primary_name


def normal(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def test_metis_entries_in_both_readings(shared_data: Path) -> None:
    """The text of the PDF and an independent table of it: the same numbers, days and addresses, and no name missing."""
    pdf = {one.entry_id: one for one in entities(read(shared_data / "japan/meti_russia_export_ban_2025-09-12.pdf.txt"))}
    table = {one.entry_id: one for one in entities(read(shared_data / "japan/meti_russia_export_ban_2025-09-12.csv"))}
    assert pdf.keys() == table.keys()
    missing = 0
    for key, one in pdf.items():
        assert one.listed_on == table[key].listed_on, key
        mine = {normal(text).rstrip(".") for text in texts(one)}
        theirs = [normal(text).strip(".-—") for text in texts(table[key]) if "及び" not in text and "alias" not in text]
        missing += sum(text not in mine for text in theirs)
    assert missing <= 25, "the table has a few names that run into the next field"


def test_metis_aliases_end_with_and(shared_data: Path) -> None:
    one = find(shared_data, "japan/meti_russia_export_ban_2025-09-12.pdf.txt", "12")
    assert {"ロシア量子センター", "RQC", "Russian Quantum Center"} <= texts(one, "alias")
    kamaz = find(shared_data, "japan/meti_russia_export_ban_2025-09-12.pdf.txt", "409")
    assert "Kamskoe Obedinenie PO Proizvodstvu Bolshegruznykh Avtomobilei Kamaz" in texts(kamaz)
    assert kamaz.listed_on == date(2023, 5, 26)


def test_metis_day_of_force_is_a_week_after_the_announcement(shared_data: Path) -> None:
    one = find(shared_data, "japan/meti_russia_export_ban_2025-09-12.pdf.txt", "288")
    assert (one.listed_on, one.in_force_from) == (date(2023, 1, 27), date(2023, 2, 3))


def test_uk_name_variations_are_not_primary(shared_data: Path) -> None:
    everyone = list(entities(read(shared_data / "uk/uk_sanctions_list_2026-08-22.jsonl")))
    assert sum(sum(name.kind == "primary" for name in one.names) > 3 for one in everyone) < 10
    assert all(one.listed_on for one in everyone)
    assert Counter(one.schema for one in everyone).keys() == {"Person", "Organization", "Vessel"}


def test_uk_ships_have_their_imo_numbers(shared_data: Path) -> None:
    """All but those of the Security Council, of which the file gives none."""
    ships = [
        one for one in entities(read(shared_data / "uk/uk_sanctions_list_2026-08-22.jsonl")) if one.schema == "Vessel"
    ]
    numbers = [i.value for one in ships for i in one.identifiers if i.scheme == "IMO"]
    assert (len(ships), len(numbers), len(set(numbers))) == (666, 629, 629)
    assert all(imo.is_valid(number) for number in numbers)


def test_a_folder_is_read_file_by_file(shared_data: Path) -> None:
    lists = load_paths([shared_data / "un"])
    assert [one.list_id for one in lists] == ["un-sc"]
