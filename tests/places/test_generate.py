"""The generated files are what the public ones say today, and their counts are those of the sources."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from sekisho.places.countries import ISO
from sekisho.places.generate import generate
from sekisho.places.index import _TODAY as FORMER
from sekisho.places.index import PlaceIndex
from sekisho.places.sorted_lines import SortedLines, read_rows, read_text
from sekisho.places.transliterate import to_katakana, to_latin, to_russian


def test_generated_files_are_current(shared_data: Path) -> None:
    for name, text in generate(shared_data).items():
        assert read_text(f"{name}.xz") == text, f"{name}: run python -m sekisho.places.generate {shared_data}"


def test_no_code_of_un_locode_is_lost(shared_data: Path) -> None:
    with (shared_data / "geo" / "unlocode_2021.csv").open(encoding="utf-8", newline="") as file:
        codes = {row["locode"] for row in csv.DictReader(file) if row["subdivision_or_file"] != "states"}
    assert len(codes) == len(read_text("locodes.tsv.xz").splitlines())


def test_every_town_written_by_hand_is_an_official_unit_of_its_region() -> None:
    index = PlaceIndex.load()
    districts = {"Балаклава"}  # of Sevastopol
    for region, _, _, name, *_ in read_rows("towns.tsv"):
        if name in districts:
            continue
        name = FORMER.get(name, name)  # a former name is of today's town
        unit = index.units[" ".join(word for word in name.lower().replace("’", "").replace("-", " ").split())]
        assert region in {one.region for one in unit.units}, name


def test_every_country_has_a_name() -> None:
    named = {line.split("\t")[1][:2] for line in read_text("country_names.tsv.xz").splitlines()}
    assert named >= ISO


@pytest.mark.parametrize("key", ["a", "b", "zz", "m m", "я"])
def test_sorted_lines_find_each_key_and_no_other(key: str) -> None:
    keys = sorted({f"{key}{number}" for number in range(200)}, key=str.encode)
    table = SortedLines("\n".join(f"{one}\tvalue of {one}" for one in keys).encode())
    assert all(table.get(one) == f"value of {one}" for one in keys)
    assert table.get(key) is None
    assert table.get(f"{key}2000") is None
    assert table.get("") is None


def test_transliteration() -> None:
    assert to_latin("Запоріжжя") == "zaporizhzhia"
    assert to_latin("Згурівка") == "zghurivka"
    assert to_latin("Щастя") == "shchastia"
    assert "красногоровка" in to_russian("Красногорівка")
    assert "николаевка" in to_russian("Миколаївка")
    assert to_katakana("Горлівка") == "ホルリウカ"
