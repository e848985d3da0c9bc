"""How much one event may hold. A hostile event costs bounded time; past a limit it is a dead letter, told as such.

The limits are far beyond honest events: ISO 20022 takes 140 characters for a name, DCSA 35,000 for the goods of a
whole bill of lading; a broker takes 1 MiB a record unless told otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sekisho.errors import EventError
from sekisho.model import Payment, Shipment
from sekisho.names.fields import is_text

#: bytes
MAX_VALUE = 8 * 1024 * 1024
#: characters of one text
MAX_TEXT = 35_000
#: characters of a reference or id: it is a key, and goes into other records
MAX_REFERENCE = 512
#: characters of all free texts of one kind together: names are searched in them word by word (so much of nothing but
#: listed names takes 2 to 4 s, in other scripts 8, twice that without compiled code; heartbeats go on meanwhile);
#: the remittance information of cross-border payments practice has 9,000 at most
MAX_FREE_TEXT = 70_000
MAX_PARTIES = 2_000
#: characters of the names of all parties together: those of as many parties as there may be (each may hold several names,
#: and each of those is searched for); and of those that are texts, in which names are searched for word by word as well
#: (so much of either, of nothing but listed names, takes 7 to 12 s without compiled code)
MAX_NAMES = 140 * MAX_PARTIES
MAX_LONG_NAMES = MAX_FREE_TEXT
MAX_LINES = 10_000
MAX_PLACES = 2_000
MAX_TEXTS = 2_000

#: A shorter value cannot break any limit but that of references.
_HARMLESS = min(MAX_TEXT, MAX_PARTIES, MAX_PLACES, MAX_TEXTS)


def check_size(value: bytes) -> None:
    if len(value) > MAX_VALUE:
        raise EventError(f"{len(value)} bytes are more than an event may have ({MAX_VALUE})", reason="too_large")


def check(event: Shipment | Payment, size: int) -> None:
    """Hold ``event``, read from ``size`` bytes, to the limits. Raises EventError with the field and its limit."""
    references = (
        ("event_id", event.event_id),
        *(
            (("shipment_reference", event.shipment_reference),)
            if isinstance(event, Shipment)
            else (("message_id", event.message_id), ("end_to_end_id", event.end_to_end_id), ("uetr", event.uetr or ""))
        ),
    )
    for name, text in references:
        if len(text) > MAX_REFERENCE:
            raise _too_large(name, len(text), MAX_REFERENCE, "characters")
    if size <= _HARMLESS:
        return
    counts: list[tuple[str, int, int]] = [("parties", len(event.parties), MAX_PARTIES)]
    counts.append(("deal_references", len(event.deal_references), MAX_TEXTS))
    if isinstance(event, Shipment):
        counts.append(("goods", len(event.goods), MAX_LINES))
        counts.append(("locations", len(event.locations), MAX_PLACES))
        counts.append(("equipment", len(event.equipment), MAX_LINES))
    else:
        counts.append(("remittance_information", len(event.remittance_information), MAX_TEXTS))
    counts += [(f"parties[{i}].identifiers", len(p.identifiers), MAX_TEXTS) for i, p in enumerate(event.parties)]
    if isinstance(event, Shipment):
        counts += [(f"goods[{i}].control_codes", len(g.control_codes), MAX_TEXTS) for i, g in enumerate(event.goods)]
    for name, count, limit in counts:
        if count > limit:
            raise _too_large(name, count, limit, "items")
    if size > MAX_TEXT:
        _check_texts(event, "")
        names = [party.name for party in event.parties]
        _check_together("names of parties", names, MAX_NAMES)
        _check_together("names of parties that are texts", filter(is_text, names), MAX_LONG_NAMES)
        _check_together("deal_references", event.deal_references)
        _check_together("extra", event.extra.values())
        if isinstance(event, Payment):
            _check_together("remittance_information", event.remittance_information)


def _check_together(name: str, texts: Iterable[str], limit: int = MAX_FREE_TEXT) -> None:
    count = sum(len(text) for text in texts)
    if count > limit:
        raise _too_large(name, count, limit, "characters in all")


def _check_texts(value: Any, path: str) -> None:
    """Walk the record; it is as deep as its contract, no deeper."""
    if isinstance(value, str):
        if len(value) > MAX_TEXT:
            raise _too_large(path, len(value), MAX_TEXT, "characters")
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            _check_texts(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for text in value.values():
            _check_texts(text, f"{path}[…]")
    elif hasattr(value, "__struct_fields__"):
        for name in value.__struct_fields__:
            _check_texts(getattr(value, name), f"{path}.{name}" if path else name)


def _too_large(name: str, count: int, limit: int, what: str) -> EventError:
    return EventError(f"{name}: {count} {what}; an event may have {limit}", reason="too_large")
