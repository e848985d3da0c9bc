"""Codes are validated, never trusted and never a reason to lose an event.

A malformed LEI or IMO number is a note on the verdict; the event is screened as it is, the code as text. What decides
by itself (money) must be exact: there a fault is an error (``events``). HS and control codes are noted by ``goods``,
which knows what exists. Notes name the field and the fault, never the value: it may be an account number.
"""

from __future__ import annotations

import functools
import re
import uuid
from collections.abc import Callable, Iterator

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
    found = list(_shipment(event) if isinstance(event, Shipment) else _payment(event))
    if len(found) > MAX_NOTES:
        found[MAX_NOTES:] = [f"{len(found) - MAX_NOTES} more fields are malformed"]
    return tuple(found)


def _shipment(event: Shipment) -> Iterator[str]:
    if event.status not in STATUSES:
        yield "status: not one of booked, departed, in_transit, arrived, delivered, cancelled; screened as booked"
    if not event.shipment_reference.strip():
        yield "shipment_reference: empty; updates of this shipment cannot be told to be one"
    yield from _country("export_country", event.export_country)
    yield from _country("import_country", event.import_country)
    yield from _parties(event.parties)
    for index, line in enumerate(event.goods):
        yield from _line(f"goods[{index}]", line)
    for index, location in enumerate(event.locations):
        yield from _location(f"locations[{index}]", location)
    if event.transport is not None:
        yield from _identifier("transport.vessel_imo_number", "IMO", event.transport.vessel_imo_number)
        yield from _country("transport.vessel_flag", event.transport.vessel_flag)


def _payment(event: Payment) -> Iterator[str]:
    if event.uetr is not None and not _is_uuid(event.uetr):
        yield "uetr: not a UUID (ISO 20022 UETR)"
    if not is_currency(event.amount.currency):
        yield "amount.currency: not an ISO 4217 code"
    yield from _parties(event.parties)


def _parties(parties: tuple[Party, ...]) -> Iterator[str]:
    for index, party in enumerate(parties):
        path = f"parties[{index}]"
        if party.country is not None and party.country not in countries():
            yield f"{path}.country: not an ISO 3166-1 alpha-2 code; read as a name"
        if party.birth_date is not None and not _EDTF.fullmatch(party.birth_date):
            yield f"{path}.birth_date: not an EDTF date; the birth date is not compared"
        for at, identifier in enumerate(party.identifiers):
            if not is_valid(identifier.scheme, identifier.value):
                yield f"{path}.identifiers[{at}].value: not {_STANDARD[identifier.scheme.upper()]}; screened as text"
        account = party.account
        if account is not None and len(account) <= _MAX_CODE:
            compact = account.replace(" ", "").upper()
            if _LOOKS_LIKE_IBAN.fullmatch(compact) and not _is_valid("IBAN", compact):
                yield f"{path}.account: looks like an IBAN, but its check digits or length are wrong"


def _line(path: str, line: GoodsLine) -> Iterator[str]:
    yield from _country(f"{path}.origin_country", line.origin_country)
    if line.quantity is not None and not DECIMAL.fullmatch(line.quantity):
        yield f"{path}.quantity: not a decimal number"
    if line.value is not None and not is_currency(line.value.currency):
        yield f"{path}.value.currency: not an ISO 4217 code"


def _location(path: str, location: Location) -> Iterator[str]:
    yield from _country(f"{path}.country", location.country)
    code = location.un_location_code
    if code is not None and not _LOCODE.fullmatch(code.upper()):
        yield f"{path}.un_location_code: not a UN/LOCODE; read as a place name"


def _country(path: str, code: str | None) -> Iterator[str]:
    if code is not None and code not in countries():
        yield f"{path}: not an ISO 3166-1 alpha-2 code; read as a name"


def _identifier(path: str, scheme: str, value: str | None) -> Iterator[str]:
    if value is not None and not is_valid(scheme, value):
        yield f"{path}: not {_STANDARD[scheme]}; screened as text"


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text[:_MAX_CODE])
    except ValueError:
        return False
    return len(text) <= _MAX_CODE
