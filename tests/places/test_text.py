"""Folding: the members of a family of spellings meet, different names stay apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.model import Location
from sekisho.places import Gazetteer
from sekisho.places.text import fold, tokens

GAZETTEER = Gazetteer.load()


@pytest.mark.parametrize(
    "family",
    [
        ("Luhansk", "Lugansk", "Luhans'k"),
        ("Yevpatoriya", "Yevpatoria", "Jewpatorija"),
        ("Zaporizhzhia", "Zaporizhzhya"),
        ("Berdyansk", "Berdiansk"),
        ("Kharkiv", "Harkiv"),
        ("セヴァストポリ", "セバストポリ", "セヴァストーポリ"),
        ("ドネツク", "ドネーツク"),
        ("ルハンシク", "ルハンスク"),
    ],
)
def test_spellings_of_one_name_meet(family: tuple[str, ...]) -> None:
    assert len({tuple(tokens(name)) for name in family}) == 1


@pytest.mark.parametrize("pair", [("Donetsk", "Dnipro"), ("Крим", "Крем"), ("Kherson", "Hudson"), ("Ялта", "Мальта")])
def test_different_names_stay_apart(pair: tuple[str, str]) -> None:
    assert tokens(pair[0]) != tokens(pair[1])


@given(st.text(max_size=300))
def test_any_text_is_folded_and_split(text: str) -> None:
    assert fold(text) == fold(text)
    assert all(tokens(text))


@given(st.text(max_size=300), st.sampled_from([None, "UA", "RU", "DE"]))
def test_any_text_is_read(text: str, country: str | None) -> None:
    there = GAZETTEER.read_address(text, country)
    assert country is None or country in there.countries
    assert all(hit.evidence for hit in there.regions)


@given(*(st.none() | st.text(max_size=40) for _ in range(3)))
def test_any_location_is_located(country: str | None, code: str | None, name: str | None) -> None:
    there = GAZETTEER.locate(Location("destination", country, code, name))
    assert all(len(one) == 2 for one in there.countries)
