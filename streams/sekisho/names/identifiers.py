"""Identifiers: what they are called, how they are written, whether they can be true (python-stdnum).

A valid identifier decides by itself; one that fails its check digit is kept as it is written and meets only the same text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from stdnum import bic, iban, imo, isin, lei
from stdnum.ru import inn, ogrn

from sekisho.model import Entity, EntryKey

#: What lists and messages call one kind of identifier.
_SCHEMES: Final = {
    "IMO": ("IMO", "IMONUMBER", "IMONO", "VESSELIMO", "VESSELREGISTRATIONIDENTIFICATION", "IMOSHIPNO"),
    "LEI": ("LEI", "LEICODE"),
    "BIC": ("BIC", "BICFI", "SWIFT", "SWIFTBIC", "BICCODE", "ANYBIC"),
    "IBAN": ("IBAN",),
    "INN": ("INN", "TAXIDNO", "ИНН", "RUINN"),
    "OGRN": ("OGRN", "OGRNIP", "ОГРН", "RUOGRN"),
    "ISIN": ("ISIN",),
    "PASSPORT": ("PASSPORT", "PASSPORTNO", "PASSPORTNUMBER", "CCPT"),
    "NATIONAL": ("NATIONALID", "NIDN", "IDCARD", "NATIONALIDNO", "NATIONALNO", "CEDULANO", "NATIONALIDENTIFICATIONNUMBER"),
    "COMPANY": ("COMPANY", "COMPANYNUMBER", "REGISTRATION", "REGISTRATIONNUMBER", "REGISTRATIONID", "COMPANYREGISTRATIONNUMBER", "COID"),
    "MMSI": ("MMSI",),
    "CALLSIGN": ("CALLSIGN", "VESSELCALLSIGN"),
    "TAX": ("TAX", "TAXID", "TIN", "TXID", "VAT"),
}  # fmt: skip
_CANONICAL: Final = {alias: scheme for scheme, aliases in _SCHEMES.items() for alias in aliases}
_CHECKED: Final = {"IMO": imo, "LEI": lei, "BIC": bic, "IBAN": iban, "INN": inn, "OGRN": ogrn, "ISIN": isin}
_KEEP: Final = re.compile(r"[^0-9A-Z]")
_PREFIX: Final = re.compile(r"^(?:IMO|LEI|INN|OGRN|MMSI)(?=\d)")


#: In a text, what says which kind of number follows; only kinds that have a check to fail, for a text has many numbers.
_IN_TEXT: Final = re.compile(
    r"(?<![^\W\d_])(?P<scheme>IMO|INN|ИНН|OGRN|ОГРН|LEI|SWIFT|BIC)"
    r"(?:/(?:КПП|KPP))?(?:[\s:./-]{0,2}(?:NO|NR|NUMBER|CODE|№)\b)?[\s:.#№/-]{0,3}(?P<value>(?=[A-Z]{0,18}\d|[A-Z]{8})[A-Z0-9]{7,20})(?![A-Z0-9])",
    re.IGNORECASE,
)


class Normalised(NamedTuple):
    """``valid`` is None where a scheme has no check to fail."""

    scheme: str
    value: str
    valid: bool | None


def normalise(scheme: str, value: str) -> Normalised | None:
    """One spelling of an identifier; None if there is nothing in it."""
    name = re.sub(r"[^A-ZА-Я]", "", scheme.upper()[:64])
    name = _CANONICAL.get(name, name)
    text = _KEEP.sub("", value.upper()[:128])
    text = _PREFIX.sub("", text)
    if len(text) < 4:
        return None
    check = _CHECKED.get(name)
    if check is None:
        return Normalised(name, text, None)
    valid = bool(check.is_valid(text))
    if name == "BIC" and valid:
        text = text[:8]  # the institution; a branch code does not change it
    return Normalised(name, text, valid)


def in_text(text: str) -> list[tuple[str, str]]:
    """``(scheme, value)`` of what a free text names as an identifier, such as ``IMO 9187629`` and ``ИНН: 7707083893``, valid or
    not."""
    return [(found["scheme"], found["value"]) for found in _IN_TEXT.finditer(text)]


def imo_numbers(name: str) -> list[str]:
    """The IMO numbers that stand with a vessel's name, valid or not."""
    return [value for scheme, value in in_text(name) if scheme.upper() == "IMO"]


class IdentifierTable:
    """Identifier -> entries that carry it."""

    def __init__(self) -> None:
        self._table: dict[tuple[str, str], list[tuple[EntryKey, str]]] = {}

    @classmethod
    def build(cls, entities: Iterable[Entity]) -> IdentifierTable:
        table = cls()
        for entity in entities:
            for identifier in entity.identifiers:
                found = normalise(identifier.scheme, identifier.value)
                if found is not None:
                    shown = f"{identifier.scheme} {identifier.value}"
                    table._table.setdefault(found[:2], []).append((entity.key, shown))
        return table

    def get(self, wanted: Normalised) -> list[tuple[EntryKey, str]]:
        """A number that fails its own check digit meets nothing: it is a slip, and slips meet strangers."""
        if wanted.valid is False:
            return []
        return self._table.get(wanted[:2], [])
