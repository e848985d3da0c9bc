"""What can still be said of an event that could not be screened: whose answer somebody waits for.

The dead letter itself (original key, bytes and headers, with the error beside them) is made in ``wire``. Here the
reference is read from bytes that are otherwise useless, so that the platform that waits for a verdict gets one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import msgspec

from sekisho.errors import EventError
from sekisho.model import Engine, EventRef, Verdict
from sekisho.model.event import NOT_PROVIDED
from sekisho.screening import Tables, digest
from sekisho.version import VERSION

#: A longer one is not a reference but an attack (characters).
MAX_REFERENCE = 512


class Coordinates(Protocol):
    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


class _Shipment(msgspec.Struct):
    shipment_reference: str
    event_id: str = ""


class _Payment(msgspec.Struct):
    uetr: str | None = None
    end_to_end_id: str = ""
    message_id: str = ""
    event_id: str = ""


class Readable(msgspec.Struct, frozen=True):
    """The name an event gives itself."""

    reference: str
    event_id: str


def read_reference(kind: str, value: bytes | None) -> Readable | None:
    """The event's own reference, where ``value`` is JSON in which it stands whole; else nothing.

    Only the named fields are built, so a deep or huge document costs no more than its syntax check.
    """
    if not value:
        return None
    try:
        if kind == "shipment":
            shipment = msgspec.json.decode(value, type=_Shipment)
            reference, event_id = shipment.shipment_reference, shipment.event_id
        else:
            payment = msgspec.json.decode(value, type=_Payment)
            reference, event_id = _reference_of(payment), payment.event_id
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError):
        return None
    if not reference or len(reference) > MAX_REFERENCE or len(event_id) > MAX_REFERENCE:
        return None
    return Readable(reference, event_id)


def _reference_of(payment: _Payment) -> str:
    if payment.uetr:
        return payment.uetr
    if payment.end_to_end_id and payment.end_to_end_id != NOT_PROVIDED and payment.message_id:
        return f"{payment.end_to_end_id}/{payment.message_id}"
    return ""


def unscreened(
    record: Coordinates, kind: str, fault: EventError, tables: Tables, now: datetime, stale: tuple[str, ...]
) -> list[Verdict]:
    """The verdict ``unscreened`` for an event whose reference can be read; no verdict where nobody could wait for it."""
    readable = read_reference(kind, record.value)
    if readable is None:
        return []
    coordinates = (record.topic, str(record.partition), str(record.offset), "0")
    verdict = Verdict(
        verdict_id=digest("verdict", *coordinates, tables.hash, "event"),
        event=EventRef(
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            index=0,
            key=record.key.decode("utf-8", "replace") if record.key is not None else None,
            event_id=readable.event_id,
            event_time=None,
            business_reference=readable.reference,
        ),
        verdict="unscreened",
        trigger="event",
        alerts=(),
        notes=(f"not screened, see the dead letter: {fault}",),
        screened_at=now,
        duration_us=0,
        engine=Engine(VERSION, tables.sequence, tables.hash, now),
        stale_lists=stale,
    )
    return [verdict]
