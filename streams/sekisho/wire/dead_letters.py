"""Dead letters: an event that could not be screened, exactly as it came, with the reason beside it.

Key, bytes and headers are the original's; what went wrong is in headers of our own, after them:

    sekisho_error_reason, _message       a bounded word, and what a person must know (no payload)
    sekisho_error_topic, _partition, _offset, _timestamp      where it came from (timestamp: milliseconds, the broker's)
    sekisho_error_time, _engine          when, and by which version
    sekisho_error_value_sha256, _value_bytes     only in a pointer: the value did not fit and is in its topic still

A replay sends the original back to where it came from, without those headers. Forged ones do no harm: ours come
last, and begin with the reason.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import msgspec

from sekisho.errors import EventError, InputError
from sekisho.version import VERSION
from sekisho.wire.framing import Headers, pairs
from sekisho.wire.headers import HeaderPairs

PREFIX = "sekisho_error_"

#: An error message is for people; a longer one is cut (bytes).
_MAX_MESSAGE = 4096
#: Headers of the original that a pointer keeps, in bytes in all: they may be why the record was too large.
_MAX_POINTER_HEADERS = 16_384
_MAX_POINTER_KEY = 16_384


class Letter(msgspec.Struct, frozen=True):
    """A record for the dead-letter topic, or from it back to an input topic."""

    key: bytes | None
    value: bytes | None
    headers: HeaderPairs


class Context(msgspec.Struct, frozen=True):
    """What a dead letter says of itself."""

    reason: str
    message: str
    topic: str
    partition: int
    offset: int
    timestamp_ms: int | None = None
    #: when it became a dead letter
    time: datetime | None = None
    engine: str = ""
    #: set in a pointer: SHA-256 (hex) and size of the value that stayed in its topic
    value_sha256: str | None = None
    value_bytes: int | None = None

    @property
    def is_pointer(self) -> bool:
        return self.value_sha256 is not None


def dead_letter(
    key: bytes | None,
    value: bytes | None,
    headers: Headers,
    *,
    topic: str,
    partition: int,
    offset: int,
    fault: EventError,
    at: datetime,
    timestamp_ms: int | None = None,
) -> Letter:
    """The original with the error beside it."""
    context = _context(topic, partition, offset, fault, at, timestamp_ms)
    return Letter(key, value, pairs(headers) + context)


def pointer(
    key: bytes | None,
    value: bytes | None,
    headers: Headers,
    *,
    topic: str,
    partition: int,
    offset: int,
    fault: EventError,
    at: datetime,
    timestamp_ms: int | None = None,
) -> Letter:
    """Where the dead letter itself is refused as too large: its coordinates and SHA-256 instead of its value."""
    value = value or b""
    context = [
        *_context(topic, partition, offset, fault, at, timestamp_ms),
        (PREFIX + "value_sha256", hashlib.sha256(value).hexdigest().encode()),
        (PREFIX + "value_bytes", str(len(value)).encode()),
    ]
    original = pairs(headers)
    if sum(len(name) + len(header) for name, header in original) > _MAX_POINTER_HEADERS:
        original = []
    short_key = key if key is None or len(key) <= _MAX_POINTER_KEY else None
    return Letter(short_key, b"", original + context)


def _context(
    topic: str, partition: int, offset: int, fault: EventError, at: datetime, timestamp_ms: int | None
) -> HeaderPairs:
    fields: dict[str, bytes] = {
        "reason": fault.reason.encode(),
        "message": str(fault).encode("utf-8", "replace")[:_MAX_MESSAGE],
        "topic": topic.encode(),
        "partition": str(partition).encode(),
        "offset": str(offset).encode(),
        "time": at.astimezone(UTC).isoformat(timespec="milliseconds").encode(),
        "engine": VERSION.encode(),
    }
    if timestamp_ms is not None:
        fields["timestamp"] = str(timestamp_ms).encode()
    return [(PREFIX + name, value) for name, value in fields.items()]


def context_of(headers: Headers) -> Context:
    """What went wrong with a dead letter. Raises InputError where the record is none."""
    said: dict[str, str] = {}
    for name, value in pairs(headers):
        if name == PREFIX + "reason":
            said = {}  # ours begin here; what stood before came with the original
        if name.startswith(PREFIX):
            said[name.removeprefix(PREFIX)] = value.decode("utf-8", "replace")
    try:
        return Context(
            reason=said["reason"],
            message=said.get("message", ""),
            topic=said["topic"],
            partition=int(said["partition"]),
            offset=int(said["offset"]),
            timestamp_ms=int(said["timestamp"]) if "timestamp" in said else None,
            time=datetime.fromisoformat(said["time"]) if "time" in said else None,
            engine=said.get("engine", ""),
            value_sha256=said.get("value_sha256"),
            value_bytes=int(said["value_bytes"]) if "value_bytes" in said else None,
        )
    except (KeyError, ValueError):
        raise InputError(
            f"the record has no {PREFIX}reason, _topic, _partition and _offset headers: it is not a dead letter of ours"
        ) from None


def original(key: bytes | None, value: bytes | None, headers: Headers) -> Letter:
    """The record as it came, to be sent to ``context_of(headers).topic`` again. Raises InputError for a pointer."""
    context = context_of(headers)
    if context.is_pointer:
        raise InputError(
            f"this dead letter is a pointer: the value ({context.value_bytes} bytes, SHA-256 {context.value_sha256}) is "
            f"in {context.topic}, partition {context.partition}, offset {context.offset}; read it there, and mend or replay it"
        )
    return Letter(key, value, [(name, header) for name, header in pairs(headers) if not name.startswith(PREFIX)])


def from_source(letter_headers: Headers, key: bytes | None, value: bytes | None, headers: Headers) -> Letter:
    """The original of a pointer, read again from its topic. Raises InputError where the bytes are other ones."""
    context = context_of(letter_headers)
    digest = hashlib.sha256(value or b"").hexdigest()
    if context.value_sha256 is not None and digest != context.value_sha256:
        raise InputError(
            f"{context.topic}, partition {context.partition}, offset {context.offset} is not the record that the pointer "
            f"names: SHA-256 {digest} instead of {context.value_sha256}; was the topic made anew?"
        )
    return Letter(key, value, pairs(headers))
