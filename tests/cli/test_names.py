"""``names``: rows in, the same rows out; errors that name the line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def file(path: Path, text: str, encoding: str = "utf-8") -> str:
    made = path / "pairs.csv"
    made.write_bytes(text.encode(encoding))
    return str(made)


def test_the_same_rows_come_out_with_score_and_match(run: Run, tmp_path: Path) -> None:
    text = (
        "id,name1,name2,schema,note\n"
        "7,Konstantin Chuychenko,CHUYCHENKO Konstantin,Person,\n"
        '8,"Kitahama Seiki Co., Ltd.",Tula Arms Plant,Company,"a, b"\n'
        "9,Andrey Belousov,Андрей Белоусов,,\n"
    )
    ran = run("names", "compare", file(tmp_path, text))
    assert ran.code == 0, ran.err
    found = rows(ran.out)
    assert ran.out.splitlines()[0] == "id,name1,name2,schema,note,score,match"
    assert [row["id"] for row in found] == ["7", "8", "9"]
    assert [row["match"] for row in found] == ["true", "false", "true"]
    assert found[1]["name1"] == "Kitahama Seiki Co., Ltd."
    assert found[1]["note"] == "a, b"
    assert all(0 <= float(row["score"]) <= 1 for row in found)
    assert "3 pairs" in ran.err, "talk goes to stderr, so that a pipe gets rows only"


def test_a_spreadsheets_byte_order_mark_is_no_column_name(run: Run, tmp_path: Path) -> None:
    ran = run("names", "compare", file(tmp_path, "name1,name2,schema\nA B,A B,Person\n", "utf-8-sig"))
    assert ran.code == 0, ran.err


def test_json_carries_the_evidence(run: Run, tmp_path: Path) -> None:
    ran = run(
        "names", "compare", "--json", file(tmp_path, "name1,name2,schema\nElla Pamfilova,Pamfilova Ella,Person\n")
    )
    row = json.loads(ran.out)
    assert row["match"] is True
    assert isinstance(row["score"], float)


def test_two_names_are_compared_with_what_speaks_for_and_against(run: Run) -> None:
    ran = run("names", "compare", "Usama bin Ladin", "أسامة بن لادن", "--schema", "Person")
    assert ran.code == 0, ran.err
    assert ran.out.startswith("match: score 0.")
    assert "read as the same word" in ran.out
    other = run("names", "compare", "Plant 121", "Plant 123", "--json")
    row = json.loads(other.out)
    assert (row["match"], row["schema"]) == (False, "Unknown")
    assert any(piece["feature"] == "number" for piece in row["evidence"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("Ella", "Pamfilova", "Ella Pamfilova"), "3 arguments: give a file, or two names, each in quotes"),
        (("Ella Pamfilova", " "), "a name is empty"),
        (("pairs.csv", "--schema", "Person"), "a file has the column schema"),
        ((), "FILE.csv | NAME1 NAME2"),
    ],
)
def test_what_is_neither_a_file_nor_two_names_is_told(run: Run, arguments: tuple[str, ...], told: str) -> None:
    ran = run("names", "compare", *arguments)
    assert ran.code == 2
    assert told in ran.err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name1,schema\nA,Person\n", "column name2 is missing"),
        ("name1,name2,schema\nA,B,Persona\n", "line 2: schema 'Persona'"),
        ("name1,name2,schema\nA,B,Person,extra\n", "line 2: more cells than columns"),
        ("", "columns name1, name2 are missing"),
        ("", "it names: nothing"),
        ("a,b\n1,2\n", "it names: a, b"),
        ("Иван Петров,Ivan Petrov,Person\n", "it names: 3 cells that name no column"),
    ],
)
def test_what_is_wrong_is_named(run: Run, tmp_path: Path, text: str, told: str) -> None:
    ran = run("names", "compare", file(tmp_path, text))
    assert ran.code == 1
    assert told in ran.err
    assert "Petrov" not in ran.err, "a list without a header holds names of persons"


def test_another_encoding_is_named(run: Run, tmp_path: Path) -> None:
    ran = run("names", "compare", file(tmp_path, "name1,name2,schema\nプーチン,B,Person\n", "shift_jis"))
    assert ran.code == 1
    assert "not UTF-8" in ran.err


def test_a_listed_name_is_found_in_its_other_script(run: Run) -> None:
    ran = run("names", "search", "Константин Чуйченко", "--json")
    assert ran.code == 0, ran.err
    best = json.loads(ran.out.splitlines()[0])
    assert (best["list_id"], best["entry_id"]) == ("jp-mof-asset-freeze", "29-637")
    assert 0 <= best["name_score"] <= 1
    assert best["identity"] in {"supports", "neutral", "conflicts"}


def test_a_birth_date_speaks_for_or_against(run: Run) -> None:
    right = json.loads(
        run("names", "search", "Andrey Belousov", "--birth-date", "1959-03-17", "--json").out.splitlines()[0]
    )
    wrong = json.loads(
        run("names", "search", "Andrey Belousov", "--birth-date", "1991-06-02", "--json").out.splitlines()[0]
    )
    assert right["identity"] == "supports"
    assert wrong["identity"] == "conflicts"
    assert right["name_score"] == wrong["name_score"], "how alike the names are is another question"


def test_a_stranger_is_not_found(run: Run) -> None:
    ran = run("names", "search", "Siobhan O'Reilly")
    assert (ran.code, ran.out) == (0, "")
    assert "no match" in ran.err


def test_an_identifier_needs_its_scheme(run: Run) -> None:
    assert run("names", "search", "X", "--identifier", "9074729").code == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("X", "--country", "Japan"), "'Japan' is no code of two letters"),
        (("X", "--birth-date", "1959-13"), "'1959-13' is no date"),
        (("X", "--birth-date", "1959-02-30"), "'1959-02-30' is no date"),
        (("X", "--gender", "x"), "'x' is neither m, f, male nor female"),
        (("X", "--gender", ""), "'' is neither m, f, male nor female"),
        (("X", "--birth-date", "17.3.1959"), "'17.3.1959' is no date"),
        (("  ",), "the name is empty"),
    ],
)
def test_a_search_refuses_what_it_would_compare_with_nothing(run: Run, arguments: tuple[str, ...], told: str) -> None:
    ran = run("names", "search", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err


@pytest.mark.parametrize("date", ["1959", "1959-03", "1959-03-17"])
def test_half_a_birth_date_speaks_too(run: Run, date: str) -> None:
    ran = run("names", "search", "Andrey Belousov", "--birth-date", date, "--country", "ru", "--json")
    assert json.loads(ran.out.splitlines()[0])["identity"] == "supports", ran.err
