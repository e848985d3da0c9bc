"""Record headers: CloudEvents 1.0 (Kafka binding, binary mode) on what we write, trace context passed through.

ce_specversion ce_id ce_type ce_source ce_time content-type     what it is, for any CloudEvents consumer
traceparent tracestate                                         W3C trace context of the event that caused it
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import msgspec

from sekisho.model import Alert, Verdict
from sekisho.wire.framing import AVRO_TYPE, JSON_TYPE, Headers, find, pairs

#: As aiokafka and kafka-python take them.
HeaderPairs = list[tuple[str, bytes]]

SPEC_VERSION = b"1.0"

_TRACE = ("traceparent", "tracestate")
#: W3C gives 512 characters to tracestate; a longer header is not passed on.
_MAX_TRACE = 1024

CONTENT_TYPES = {"avro": AVRO_TYPE, "json": JSON_TYPE}

__all__ = [
    "CONTENT_TYPES",
    "HeaderPairs",
    "Headers",
    "cloudevents",
    "content_type",
    "find",
    "for_output",
    "pairs",
    "record_id",
    "trace",
]


def cloudevents(*, event_id: str, kind: str, source: str, time: datetime, content_type: bytes) -> HeaderPairs:
    """The attributes of one event as headers. ``kind`` is the CloudEvents type, such as ``sekisho.alert.v1``."""
    return [
        ("ce_specversion", SPEC_VERSION),
        ("ce_id", event_id.encode()),
        ("ce_type", kind.encode()),
        ("ce_source", source.encode()),
        ("ce_time", _rfc3339(time)),
        ("content-type", content_type),
    ]


def for_output(record: Alert | Verdict, *, source: str, encoding: str = "avro", cause: Headers = None) -> HeaderPairs:
    """Headers of an alert or verdict; ``cause`` are those of the event, whose trace goes on.

    ``ce_id`` names this record.
    """
    if isinstance(record, Alert):
        event_id, kind, time = record_id(record), "sekisho.alert.v1", record.raised_at
    else:
        event_id, kind, time = record.verdict_id, "sekisho.verdict.v1", record.screened_at
    return cloudevents(
        event_id=event_id, kind=kind, source=source, time=time, content_type=CONTENT_TYPES[encoding]
    ) + trace(cause)


def record_id(alert: Alert) -> str:
    """Names one record of an alert: they share ``alert_id``, so what tells them apart goes with it. A redelivery has the
    same one; a day that changes something, with the same event and lists, has another.

    Of a day, what is said then tells it too: one date in UTC may see a day begin in Tokyo, and hours later one in Brussels.
    """
    day = f"/{alert.engine.known_at:%Y-%m-%d}/{_said(alert)}" if alert.trigger == "calendar" else ""
    return f"{alert.alert_id}/{alert.event.offset}/{alert.engine.reference_sequence}/{alert.status}{day}"


def _said(alert: Alert) -> str:
    """Eight hexadecimal digits of what makes an alert another for its reader."""
    matches = sorted((one.list_id, one.entry_id, one.grade, one.identity) for one in alert.matches)
    measures = [(one.measure_id, one.effect, one.in_force_from, one.in_force) for one in alert.measures]
    said = msgspec.json.encode((alert.verdict, alert.severity, matches, measures))
    return hashlib.blake2b(said, digest_size=4).hexdigest()


def trace(cause: Headers) -> HeaderPairs:
    """The trace context among ``cause``, unchanged."""
    found = ((name, find(cause, name)) for name in _TRACE)
    return [(name, value) for name, value in found if value and len(value) <= _MAX_TRACE]


def content_type(headers: Headers) -> str | None:
    """The declared media type, as text."""
    value = find(headers, "content-type")
    return value.decode("ascii", "replace") if value else None


def _rfc3339(time: datetime) -> bytes:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z").encode()
