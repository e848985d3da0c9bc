"""Identifiers: one spelling, a check where there is one."""

from __future__ import annotations

import pytest

from sekisho.names.identifiers import normalise


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
