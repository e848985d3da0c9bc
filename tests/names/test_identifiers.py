"""Identifiers: one spelling, a check where there is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.model import Entity, Identifier, Name
from sekisho.names import NameIndex, identifiers
from sekisho.names.identifiers import normalise
from sekisho.names.nearness import Texts


@pytest.mark.parametrize(
    ("scheme", "value", "expected"),
    [
        ("IMO", "IMO 9074729", ("IMO", "9074729", True)),
        ("imo number", "9074728", ("IMO", "9074728", False)),
        ("LEI", "2138 00WSGIIZCXF1P572", ("LEI", "213800WSGIIZCXF1P572", True)),
        ("SWIFT/BIC", "sabrrumm xxx", ("BIC", "SABRRUMM", True)),
        ("INN", "7707083893", ("INN", "7707083893", True)),
        ("ИНН", "7707083894", ("INN", "7707083894", False)),
        ("OGRN", "1027700132195", ("OGRN", "1027700132195", True)),
        ("Passport No.", "K 123-456", ("PASSPORT", "K123456", None)),
        ("C.R. No.", "12345", ("CRNO", "12345", None)),
    ],
)
def test_normalise(scheme: str, value: str, expected: tuple[str, str, bool | None]) -> None:
    assert normalise(scheme, value) == expected


@pytest.mark.parametrize("value", ["", "-", "n/a", "0"])
def test_nothing_is_no_identifier(value: str) -> None:
    assert normalise("PASSPORT", value) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("freight MV Pioneer IMO 9187629 voyage 3", ("IMO", "9187629")),
        ("imo no. 9187629", ("imo", "9187629")),
        ("IMO number: 9187629", ("IMO", "9187629")),
        ("Оплата, ИНН 7707083893", ("ИНН", "7707083893")),
        ("ИНН/КПП 7707083893/773601001 ПАО", ("ИНН", "7707083893")),
        ("OGRN:1027700132195", ("OGRN", "1027700132195")),
        ("swift code: SABRRUMMXXX", ("swift", "SABRRUMMXXX")),
    ],
)
def test_an_identifier_is_read_in_a_text(text: str, found: tuple[str, str]) -> None:
    assert identifiers.in_text(text) == [found]


@pytest.mark.parametrize(
    "text",
    ["bicycle 12345678", "innovation 1234567890", "IMO class 9", "invoice 9187629", "maximo 9187629", "swift payment"],
)
def test_other_words_and_numbers_are_none(text: str) -> None:
    assert identifiers.in_text(text) == []


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert all(len(value) >= 7 for _, value in identifiers.in_text(text))


def test_an_identifier_in_a_text_decides_by_itself_where_it_is_valid() -> None:
    vessel = Entity("x", "1", "Vessel", (Name("Grinch"),), identifiers=(Identifier("IMO", "9187629"),))
    index = NameIndex.build([vessel])
    (match,) = index.scan("demurrage of the ship with IMO 9187629, April")
    assert match.entity is vessel
    assert match.grade == "exact"
    assert index.scan("demurrage of the ship with IMO 9187628, April") == []  # its check digit fails
    assert Texts(index).meet("demurrage, IMO 9187629") == (True, False)
    # another number may meet it
    assert Texts(index).meet("demurrage, IMO 9074729") == (False, False)
    assert Texts(index).meet("оплата, ИМО, ИНН 7707083893") == (False, False)
