"""An input record as events: one shipment, or the transactions of one payment message.

    decode_event("shipment", value, headers, registry) -> [Decoded(event, index, notes)]

Raises EventError, and nothing else, for bytes that are no event; UnreachableError where the registry does not answer
(then the record is fine, and is to be tried again).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from sekisho.errors import EventError
from sekisho.model import GoodsLine, Money, Payment, Shipment
from sekisho.wire import codes, limits, pacs008
from sekisho.wire.codec import Schemas, convert, parse_json, read_avro, read_own, writer_of
from sekisho.wire.framing import Headers, format_of
from sekisho.wire.pacs_xsd import Xsds
from sekisho.wire.resolution import reader_for
from sekisho.wire.shape import shape_of, tidy

Kind = Literal["shipment", "payment"]

#: The times that an event may have: what calendars and time zones can be counted in, whatever the zone.
_FIRST, _LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)

_RECORDS: dict[str, type[Shipment] | type[Payment]] = {"shipment": Shipment, "payment": Payment}


class Decoded(msgspec.Struct, frozen=True):
    """One event of a record. ``index`` counts the transactions of a message; ``notes`` go on the verdict."""

    event: Shipment | Payment
    index: int = 0
    notes: tuple[str, ...] = ()


def decode_event(
    topic_kind: Kind,
    value: bytes | None,
    headers: Headers = None,
    registry: Schemas | None = None,
    xsds: Xsds | None = None,
) -> list[Decoded]:
    """The events in one record of an input topic.

    ``registry`` is a Registry (or anything that gives a parsed schema for an id); without one Confluent framing cannot
    be read. The ``content-type`` header decides the format, else the first bytes. ``xsds`` are held against XML where given.
    """
    if not value:
        raise EventError("the record is empty; publish an event, not a tombstone", reason="empty")
    limits.check_size(value)
    form = format_of(value, headers)
    if form == "json":
        data = parse_json(value)
        return [_decoded(topic_kind, data, tidy(shape_of(topic_kind), data), len(value))]
    if form == "xml":
        if topic_kind != "payment":
            raise EventError("XML holds payments (pacs.008, pacs.009), not shipments", reason="unknown_format")
        return [_checked(payment, index, notes, len(value)) for index, payment, notes in pacs008.read(value, xsds)]
    schema, start = writer_of(value, form, registry)
    reader = reader_for(topic_kind, schema)
    if reader.reader is None and (event := read_own(topic_kind, value, start)) is not None:
        return [_checked(event, 0, (), len(value))]
    data, extra = read_avro(reader, value, start)
    return [_decoded(topic_kind, data, extra, len(value))]


def glimpse(kind: Kind, value: bytes, headers: Headers = None, registry: Schemas | None = None) -> Any | None:
    """The event in a record that was decoded before, without the checks that it passed then; None where that takes more than
    reading it under our own newest schema. Raises as ``decode_event`` does."""
    form = format_of(value, headers)
    if form not in ("confluent", "single_object"):
        return None
    schema, start = writer_of(value, form, registry)
    return read_own(kind, value, start) if reader_for(kind, schema).reader is None else None


def event_from_json(source: bytes | str | dict[str, Any]) -> Decoded:
    """One event of a JSON line: with ``shipment_reference`` a Shipment, with ``end_to_end_id`` a Payment."""
    if isinstance(source, str):
        source = source.encode("utf-8", "surrogatepass")
    if isinstance(source, dict):
        source = msgspec.json.encode(source)
    limits.check_size(source)
    data = parse_json(source)
    if "shipment_reference" in data:
        kind: Kind = "shipment"
    elif "end_to_end_id" in data:
        kind = "payment"
    else:
        raise EventError(
            "the record: neither shipment_reference (a shipment) nor end_to_end_id (a payment)", reason="invalid"
        )
    return _decoded(kind, data, tidy(shape_of(kind), data), len(source))


def _decoded(kind: Kind, data: Any, extra: dict[str, str], size: int) -> Decoded:
    notes: tuple[str, ...] = ()
    if extra:
        own = data.get("extra")
        # What the publisher itself put in `extra` under the same name stays.
        data["extra"] = {**extra, **own} if isinstance(own, dict) else extra
        notes = (_beyond(extra),)
    return _checked(convert(data, _RECORDS[kind]), 0, notes, size)


def _checked(event: Shipment | Payment, index: int, notes: tuple[str, ...], size: int) -> Decoded:
    limits.check(event, size)
    moment = event.event_time
    if moment.tzinfo is not UTC:
        event = _in_utc(event)
        moment = event.event_time
    if not _FIRST <= moment <= _LAST:
        raise EventError("event_time: not between the years 1900 and 2999", reason="invalid")
    _check_money(event)
    return Decoded(event, index, notes + codes.notes(event))


def _in_utc(event: Any) -> Any:
    moment: datetime = event.event_time
    if moment.tzinfo is None:
        raise EventError("event_time: no offset from UTC; write 2023-01-27T06:00:00Z", reason="invalid")
    try:
        return msgspec.structs.replace(event, event_time=moment.astimezone(UTC))
    except OverflowError:
        raise EventError("event_time: not between the years 1900 and 2999", reason="invalid") from None


def _check_money(event: Shipment | Payment) -> None:
    """A rule may turn on an amount: one that is no number must not be read as none."""
    if isinstance(event, Payment):
        _exact("amount.amount", event.amount)
    else:
        for index, line in enumerate(event.goods):
            _exact_line(index, line)


def _exact_line(index: int, line: GoodsLine) -> None:
    if not -(2**31) <= line.line < 2**31:
        raise EventError(f"goods[{index}].line: not a 32-bit number", reason="invalid")
    if line.value is not None:
        _exact(f"goods[{index}].value.amount", line.value)


def _exact(path: str, money: Money) -> None:
    if len(money.amount) > 40 or not codes.DECIMAL.fullmatch(money.amount):
        raise EventError(
            f"{path}: not a decimal number of at most 40 characters such as 1250.00 (a point, no separators)",
            reason="invalid",
        )


def _beyond(extra: dict[str, str]) -> str:
    names = sorted(extra)
    shown = ", ".join(name[:60] for name in names[:10])
    more = f" and {len(names) - 10} more" if len(names) > 10 else ""
    return f"fields beyond the contract, kept in extra: {shown}{more}"
