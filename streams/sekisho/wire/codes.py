"""Codes are validated, never trusted and never a reason to lose an event.

A malformed LEI or IMO number is a note on the verdict; the event is screened as it is, the code as text. What decides
by itself (money) must be exact: there a fault is an error (``events``). HS and control codes are noted by ``goods``,
which knows what exists. Notes name the field and the fault, never the value: it may be an account number.
"""

from __future__ import annotations

import functools
import re
import uuid
from collections.abc import Callable

from babel import Locale
from stdnum import bic, iban, imo, lei
from stdnum.exceptions import ValidationError
from stdnum.ru import inn, ogrn

from sekisho.model import GoodsLine, Location, Party, Payment, Shipment
from sekisho.model.event import GONE

#: A name in a code field is not looked up for ever: longer texts are malformed at once (characters).
_MAX_CODE = 64

STATUSES = frozenset({"booked", "cancelled"}) | GONE

_LOCODE = re.compile(r"[A-Z]{2} ?[A-Z2-9]{3}")
#: EDTF level 0 (a year, a month, a day), uncertain or approximate (``~ ?``), unspecified digits (``197X``), an interval.
_EDTF_DATE = r"\d{3}[\dX](?:-(?:0[1-9]|1[0-2]|XX)(?:-(?:0[1-9]|[12]\d|3[01]|XX))?)?[~?%]?"
_EDTF = re.compile(rf"(?:{_EDTF_DATE}|\d\dXX)(?:/(?:{_EDTF_DATE}|\.\.)?)?|\[{_EDTF_DATE}(?:,{_EDTF_DATE})*\]")
DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_LOOKS_LIKE_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")

_NOT_ISO = frozenset(["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"])


@functools.cache
def countries() -> frozenset[str]:
    """ISO 3166-1 alpha-2 from CLDR, without CLDR's own groups; with XK (Kosovo), user-assigned, which laws use."""
    return frozenset(c for c in Locale("en").territories if len(c) == 2 and c.isalpha()) - _NOT_ISO


@functools.cache
def currencies() -> frozenset[str]:
    """ISO 4217 from CLDR, those of the past included: a late event may name one."""
    return frozenset(Locale("en").currencies)


def is_country(code: str) -> bool:
    return code in countries()


def is_currency(code: str) -> bool:
    return code in currencies()


@functools.lru_cache(65_536)
def _is_valid(scheme: str, value: str) -> bool:
    """By python-stdnum, check digits included; vessels, banks and firms come again and again."""
    try:
        _VALIDATORS[scheme](value)
    except ValidationError:
        return False
    return True


_VALIDATORS: dict[str, Callable[[str], str]] = {
    "LEI": lei.validate,
    "BIC": bic.validate,
    "IMO": imo.validate,
    "IBAN": iban.validate,
    "INN": inn.validate,
    "OGRN": ogrn.validate,
}

_STANDARD = {
    "LEI": "an LEI (ISO 17442)",
    "BIC": "a BIC (ISO 9362)",
    "IMO": "an IMO number",
    "IBAN": "an IBAN (ISO 13616)",
    "INN": "a Russian INN",
    "OGRN": "a Russian OGRN",
}

#: Events differ in few ways: past this many notes one says how many more there are.
MAX_NOTES = 20


def is_valid(scheme: str, value: str) -> bool:
    """Whether ``value`` is a well-formed identifier of ``scheme``; true for a scheme that we have no rule for."""
    scheme = scheme.upper()
    return scheme not in _VALIDATORS or (len(value) <= _MAX_CODE and _is_valid(scheme, value))


def notes(event: Shipment | Payment) -> tuple[str, ...]:
    """What is malformed in ``event``: one note a field, at most MAX_NOTES and a count of the rest."""
    found: list[str] = []
    if isinstance(event, Shipment):
        _shipment(event, found)
    else:
        _payment(event, found)
    if len(found) > MAX_NOTES:
        found[MAX_NOTES:] = [f"{len(found) - MAX_NOTES} more fields are malformed"]
    return tuple(found)


# Each of these adds its notes to ``found``: an event has twenty such fields, and nearly always nothing to note.


def _shipment(event: Shipment, found: list[str]) -> None:
    if event.status not in STATUSES:
        found.append(
            "status: not one of booked, departed, in_transit, arrived, delivered, cancelled; screened as booked"
        )
    if not event.shipment_reference.strip():
        found.append("shipment_reference: empty; updates of this shipment cannot be told to be one")
    _country("export_country", event.export_country, found)
    _country("import_country", event.import_country, found)
    _parties(event.parties, found)
    for index, line in enumerate(event.goods):
        _line(index, line, found)
    for index, location in enumerate(event.locations):
        _location(index, location, found)
    if event.transport is not None:
        imo = event.transport.vessel_imo_number
        if imo is not None and not is_valid("IMO", imo):
            found.append(f"transport.vessel_imo_number: not {_STANDARD['IMO']}; screened as text")
        _country("transport.vessel_flag", event.transport.vessel_flag, found)


def _payment(event: Payment, found: list[str]) -> None:
    if event.uetr is not None and not _is_uuid(event.uetr):
        found.append("uetr: not a UUID (ISO 20022 UETR)")
    if not is_currency(event.amount.currency):
        found.append("amount.currency: not an ISO 4217 code")
    _parties(event.parties, found)


def _parties(parties: tuple[Party, ...], found: list[str]) -> None:
    known = countries()
    for index, party in enumerate(parties):
        if party.country is not None and party.country not in known:
            _country(f"parties[{index}].country", party.country, found)
        if party.birth_date is not None and not _EDTF.fullmatch(party.birth_date):
            found.append(f"parties[{index}].birth_date: not an EDTF date; the birth date is not compared")
        for at, identifier in enumerate(party.identifiers):
            if not is_valid(identifier.scheme, identifier.value):
                standard = _STANDARD[identifier.scheme.upper()]
                found.append(f"parties[{index}].identifiers[{at}].value: not {standard}; screened as text")
        account = party.account
        if account is not None and len(account) <= _MAX_CODE:
            compact = account.replace(" ", "").upper()
            if _LOOKS_LIKE_IBAN.fullmatch(compact) and not _is_valid("IBAN", compact):
                found.append(f"parties[{index}].account: looks like an IBAN, but its check digits or length are wrong")


def _line(index: int, line: GoodsLine, found: list[str]) -> None:
    if line.origin_country is not None:
        _country(f"goods[{index}].origin_country", line.origin_country, found)
    if line.quantity is not None and not DECIMAL.fullmatch(line.quantity):
        found.append(f"goods[{index}].quantity: not a decimal number")
    if line.value is not None and not is_currency(line.value.currency):
        found.append(f"goods[{index}].value.currency: not an ISO 4217 code")


def _location(index: int, location: Location, found: list[str]) -> None:
    if location.country not in countries():
        _country(f"locations[{index}].country", location.country, found)
    code = location.un_location_code
    if code is not None and not _LOCODE.fullmatch(code.upper()):
        found.append(f"locations[{index}].un_location_code: not a UN/LOCODE; read as a place name")


def _country(path: str, code: str | None, found: list[str]) -> None:
    if code is not None and code not in countries():
        found.append(f"{path}: not an ISO 3166-1 alpha-2 code; read as a name")


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text[:_MAX_CODE])
    except ValueError:
        return False
    return len(text) <= _MAX_CODE
