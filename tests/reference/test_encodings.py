"""A list in the wrong encoding is told: read in another code page, its names would meet nobody, and no row would say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from sekisho.errors import InputError
from sekisho.reference.load import load_paths
from sekisho.reference.sources.file import SourceFile

HEADING = "name,schema\n"


@pytest.mark.parametrize(
    ("name", "code_page"), [("株式会社レムディゼリ", "cp932"), ("Иван Петров", "cp1251"), ("Jürgen Müller", "cp1252")]
)
def test_a_row_of_ones_own_list_in_a_code_page_is_rejected_with_its_line(
    tmp_path: Path, name: str, code_page: str
) -> None:
    path = tmp_path / "mine.csv"
    path.write_bytes(f"{HEADING}Plain Name,Person\n{name},Person\n".encode(code_page))
    (one,) = load_paths([path])
    assert len(one.records) == 1
    (rejected,) = one.rejected
    assert rejected.where == "line 3"
    assert "not UTF-8" in rejected.reason
    assert "iconv" in rejected.reason


def test_so_is_a_line_of_json(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_bytes(b'{"names": [{"text": "Plain Name"}]}\n' + '{"names": [{"text": "株式会社"}]}\n'.encode("cp932"))
    (one,) = load_paths([path])
    assert len(one.records) == 1
    assert "not UTF-8" in one.rejected[0].reason


def test_a_byte_order_mark_of_utf_8_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(f"{HEADING}Иван Петров,Person\n", encoding="utf-8-sig")
    assert load_paths([path])[0].records[0].names[0].text == "Иван Петров"  # type: ignore[union-attr]


def test_utf_16_is_called_that(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(f"{HEADING}Иван Петров,Person\n", encoding="utf-16")
    with pytest.raises(InputError, match=r"mine\.csv: the file is UTF-16; save it as UTF-8"):
        load_paths([path])


def test_one_damaged_byte_leaves_the_other_names_of_an_official_file_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "list.jsonl"
    path.write_bytes("Иван Петров\nمحمد\n".encode() + b"Jos\xe9\n")
    text = SourceFile.open(path).text()
    assert text.split("\n")[:2] == ["Иван Петров", "محمد"]


def test_an_american_file_in_its_latin_code_page_is_still_read(tmp_path: Path) -> None:
    path = tmp_path / "sdn.csv"
    path.write_bytes("José MUÑOZ".encode("cp1252"))
    assert SourceFile.open(path).text() == "José MUÑOZ"
