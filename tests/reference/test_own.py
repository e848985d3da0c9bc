"""Our own format: what is written is read back, and what is wrong is told with its line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.errors import InputError, ReferenceDataError
from sekisho.model import Entity, EntryIdentifier, Name
from sekisho.reference import Reference, own
from sekisho.reference.entry_ids import derive
from sekisho.reference.load import load_paths

LINE = '{"entry_id": "1", "schema": "Organization", "names": [{"text": "Zorkovian Dynamics"}]}'


def test_json_lines_with_their_defaults() -> None:
    ((one,), rejected) = own.from_json_lines(LINE, "house")
    assert rejected == []
    assert one == Entity("house", "1", "Organization", (Name("Zorkovian Dynamics"),))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"names": [{"text": "A"}], "listedon": "2024-01-01"}', "unknown field listedon"),
        ('{"names": []}', "at least one name"),
        ('{"names": [{"text": "A"}], "schema": "Company"}', "schema is one of"),
        ('{"names": [{"text": "A"}], "listed_on": "soon"}', "listed_on"),
        ('{"names": [{"text": "A", "kind": "nick"}]}', "kind"),
        ('["A"]', "a record is a JSON object"),
        ("{", "Input data was truncated"),
    ],
)
def test_a_wrong_line_is_told_and_the_others_are_read(line: str, reason: str) -> None:
    records, rejected = own.from_json_lines(f"{LINE}\n{line}\n{LINE.replace('1', '2')}\n", "house")
    assert len(records) == 2
    assert [one.where for one in rejected] == ["line 2"]
    assert reason in rejected[0].reason


def test_csv_in_full() -> None:
    text = (
        "name,aliases,weak_aliases,schema,identifiers,birth_dates,countries,listed_on,delisted_on\n"
        '"Acme, Ltd.",Acme Intl; アクメ,AC,Organization,LEI:529900T8BM49AURSDO55; REG:12-3@SG,,SG;MY,2024-03-01,\n'
    )
    ((one,), rejected) = own.from_csv(text, "house")
    assert rejected == []
    assert isinstance(one, Entity)
    assert [(name.text, name.kind) for name in one.names] == [
        ("Acme, Ltd.", "primary"),
        ("Acme Intl", "alias"),
        ("アクメ", "alias"),
        ("AC", "weak_alias"),
    ]
    assert one.identifiers == (EntryIdentifier("LEI", "529900T8BM49AURSDO55"), EntryIdentifier("REG", "12-3", "SG"))
    assert one.countries == ("SG", "MY")
    assert one.listed_on == date(2024, 3, 1)
    assert len(one.entry_id) == 16


@pytest.mark.parametrize(
    ("text", "where", "reason"),
    [
        ("nom\nAcme\n", "line 1", "unknown columns nom"),
        ("schema\nPerson\n", "line 1", "no column `name`"),
        ("name,schema\nAcme,Organization,more\n", "line 2", "3 cells and the heading 2"),
        ("name,identifiers\nAcme,12345\n", "line 2", "SCHEME:VALUE"),
        ("name,listed_on\nAcme,1.2.2024\n", "line 2", "listed_on"),
        ("name,listed_on\n,2024-01-01\n", "line 2", "at least one name"),
    ],
)
def test_csv_faults(text: str, where: str, reason: str) -> None:
    records, (one,) = own.from_csv(text, "house")
    assert records == []
    assert one.where == where
    assert reason in one.reason


words = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(str.strip)


@given(
    st.builds(
        Entity,
        list_id=st.just("house"),
        entry_id=words,
        schema=st.sampled_from(own.SCHEMAS),
        names=st.lists(st.builds(Name, text=words), min_size=1, max_size=3).map(tuple),
        birth_dates=st.lists(st.sampled_from(["1970", "1970-05", "1970~"]), max_size=2).map(tuple),
        listed_on=st.none() | st.dates(),
        remarks=st.none() | words,
    )
)
def test_what_is_written_is_read_back(one: Entity) -> None:
    assert own.from_json_lines(own.to_json_line(one), "other") == ([one], [])


def test_an_id_of_ours_outlives_edits_of_aliases_and_cosmetics() -> None:
    first = derive("us-x", [("Acme Co., Ltd.", "CN", ())])
    assert derive("us-x", [("ACME CO LTD", "CN", ("another address",))]) == first
    assert derive("us-x", [("Acme Co., Ltd.", "SG", ())]) != first
    assert derive("us-y", [("Acme Co., Ltd.", "CN", ())]) != first


def test_repeated_names_are_told_apart_by_what_differs_and_then_by_number() -> None:
    rows = [("Acme", "CN", ("1 Road",)), ("Acme", "CN", ("2 Road",)), ("Acme", "CN", ("2 Road",))]
    ids = derive("us-x", rows)
    assert len(set(ids)) == 3
    assert derive("us-x", [rows[1], rows[0], rows[2]])[1] == ids[0], "the order of rows that differ does not matter"


def test_files_folders_and_words(tmp_path: Path) -> None:
    (tmp_path / "house.jsonl").write_text(LINE, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("nothing of interest", encoding="utf-8")
    assert [one.list_id for one in load_paths([tmp_path])] == ["house"]
    assert {"house", "jp-mof-asset-freeze", "measures-jp"} <= {one.list_id for one in load_paths(["bundled", tmp_path])}
    with pytest.raises(InputError, match="no format recognises"):
        load_paths([tmp_path / "notes.txt"])
    with pytest.raises(InputError, match="no such file"):
        load_paths([tmp_path / "absent.csv"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="no list was found"):
        load_paths([tmp_path / "empty"])


def test_one_list_from_two_files_is_an_error(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text(LINE.replace("{", '{"list_id": "house", ', 1), encoding="utf-8")
    with pytest.raises(ReferenceDataError, match=r"house comes from two sources: a\.jsonl and b\.jsonl"):
        load_paths([tmp_path])


def test_what_the_files_do_not_hold_comes_from_the_pack(tmp_path: Path) -> None:
    """Entries without measures would call nothing prohibited."""
    (tmp_path / "house.jsonl").write_text(LINE, encoding="utf-8")
    kinds = {one.list_id: one.kind for one in Reference.load([tmp_path]).lists}
    assert [key for key, kind in kinds.items() if kind == "entities"] == ["house"]
    assert {"measures-jp", "jp-eto-2-3"} <= kinds.keys()


def test_a_goods_table_replaces_its_own_and_no_other(tmp_path: Path) -> None:
    """With the Commerce Control List alone, Japan's tables would be gone and their goods would pass."""
    line = '{"table_id": "jp-chip-23", "item_id": "1", "title": {"en": "x"}, "legal_basis": "x", "validity": [{"from": "2023-07-23"}]}'
    (tmp_path / "jp-chip-23.jsonl").write_text(line, encoding="utf-8")
    lists = {one.list_id: one for one in Reference.load([tmp_path]).lists}
    assert len(lists["jp-chip-23"].records) == 1
    assert lists["jp-chip-23"].source == "jp-chip-23.jsonl"
    assert {"jp-eto-2-3", "us-emerging-2022", "jp-mof-asset-freeze"} <= lists.keys()


def test_a_download_on_its_way_is_no_list(tmp_path: Path) -> None:
    (tmp_path / "house.jsonl").write_text(LINE, encoding="utf-8")
    (tmp_path / ".77.house.jsonl").write_text(LINE, encoding="utf-8")
    assert [one.source for one in load_paths([tmp_path])] == ["house.jsonl"]
