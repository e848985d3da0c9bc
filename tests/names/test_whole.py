"""A slip, or a space moved, hides no name from the index: wherever it is, in whatever script, and in a crowd."""

from __future__ import annotations

from string import ascii_lowercase

import pytest

from sekisho.model import Entity
from sekisho.names import NameIndex, Query, whole
from sekisho.names.parse import parse
from sekisho.names.postings import Postings
from tests.factories import entity

#: More firms that begin as the one does than are looked at one by one.
CROWD = [entity("xx", f"crowd-{n}", f"Limited Liability Company {n} Filler{n}") for n in range(whole.CROWD * 2)]


@pytest.fixture(scope="module")
def index() -> NameIndex:
    names = {
        "jp-1": ("Person", "ジャッベル・イブン・ハヤーン"),
        "jp-2": ("Person", "アレクサンドル・スカチコフ"),
        "jp-3": ("Person", "パク・トチュン"),
        "jp-4": ("Person", "ドミートリー・デゾルツェフ"),
        "jp-5": ("Organization", "ヴェルソルＳ．Ｒ．Ｏ．"),
        "us-1": ("Organization", "Limited Liability Company A1"),
        "us-2": ("Person", "S. V. Chepur"),
    }
    return NameIndex.build([*_entities(names), *CROWD])


def _entities(names: dict[str, tuple[str, str]]) -> list[Entity]:
    return [entity(key[:2], key, name, schema=schema) for key, (schema, name) in names.items()]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("ジャッベル・イブ・ンハヤーン", "jp-1"),
        ("アレクサンドル・スチカコフ", "jp-2"),
        ("パ・クトチュン", "jp-3"),
        ("ドミーリトー・デゾルツェフ", "jp-4"),
        ("ヴェルソルＳＲ．．Ｏ．", "jp-5"),
        ("LIMITED LIABILITY COPMANY A1", "us-1"),
        ("S. V. Cheupr", "us-2"),
    ],
)
def test_a_slip_hides_no_name(index: NameIndex, query: str, wanted: str) -> None:
    assert wanted in [match.entity.entry_id for match in index.search(Query(query), limit=50)]


@pytest.mark.parametrize("length", [7, 8, 9, 10, 12, 16, 17, 18, 30])
@pytest.mark.parametrize(
    "alphabet", [ascii_lowercase * 2, "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホ"]
)
def test_one_letter_swapped_left_out_or_put_in_leaves_one_end(length: int, alphabet: str) -> None:
    name = alphabet[:length]
    files = Postings()
    for key in whole.keys(name):
        files.add(hash(key), 7)
    files.freeze()
    half = length // 2
    for at in [*range(half - 1), *range(half + 1, length - 1)]:
        swapped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
        for other in (swapped, name[:at] + name[at + 1 :], name[:at] + alphabet[-1] + name[at:]):
            if len(other) > 4:
                found: set[int] = set()
                whole.found(other, files, found)
                assert found == {7}, other


def test_kana_is_spelled_as_it_is_written_too() -> None:
    (reading,) = parse("パク・トチュン", True)
    assert whole.spellings(reading) == ("paktochun", "パクトチュン")
    (reading,) = parse("Al Assad", True)
    assert whole.spellings(reading) == ("assad", "alassad")
