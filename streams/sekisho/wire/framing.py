"""How a value says what it is: by its ``content-type`` header, else by its first bytes.

00 | schema id (4 bytes, big-endian) | Avro     Confluent: the schema is in a registry
C3 01 | fingerprint (8 bytes, little-endian) | Avro     Avro single-object encoding: the schema is known
{ …     JSON        < …     XML
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from sekisho.errors import EventError

Format = Literal["confluent", "single_object", "json", "xml"]

CONFLUENT_MAGIC = b"\x00"
CONFLUENT_HEADER = 5
SINGLE_OBJECT_MAGIC = b"\xc3\x01"
SINGLE_OBJECT_HEADER = 10

UTF8_BOM = b"\xef\xbb\xbf"

AVRO_TYPE = b"application/avro"
JSON_TYPE = b"application/json"
XML_TYPE = b"application/xml"

#: As clients hand them over: pairs (kafka-python, aiokafka), a mapping (Faust), or nothing.
Headers = Iterable[tuple[str, bytes | None]] | Mapping[str, bytes | None] | None


def pairs(headers: Headers) -> list[tuple[str, bytes]]:
    """Headers as pairs in their order, duplicates kept; a null value as empty."""
    if not headers:
        return []
    items: Iterable[tuple[str, Any]] = headers.items() if isinstance(headers, Mapping) else headers
    return [(name, value if value is not None else b"") for name, value in items]


def find(headers: Headers, name: str) -> bytes | None:
    """The last value of the header ``name`` (case does not matter), or nothing."""
    if not headers:
        return None
    found = None
    wanted = len(name)
    for key, value in headers.items() if isinstance(headers, Mapping) else headers:
        # Most headers are ruled out by their length: this runs for every event.
        if len(key) == wanted and (key == name or key.lower() == name):
            found = value if value is not None else b""
    return found


def format_of(value: bytes, headers: Headers) -> Format:
    """Which format ``value`` has. Raises EventError for one that nobody declared and nothing shows."""
    declared = find(headers, "content-type") if headers else None
    if declared:
        told = _declared(declared)
        if told == "avro":
            return _avro(value)
        if told is not None:
            return told
    return _sniffed(value)


def _declared(content_type: bytes) -> Literal["avro", "json", "xml"] | None:
    """What a media type says; nothing for one that says nothing (``application/octet-stream``) or is not ours."""
    media = content_type.partition(b";")[0].strip().lower()
    if media == b"application/cloudevents+json":
        raise EventError(
            "CloudEvents in structured mode are not read; send binary mode (attributes as ce_ headers)",
            reason="unknown_format",
        )
    if b"avro" in media:
        return "avro"
    if media.endswith((b"/json", b"+json")):
        return "json"
    if media.endswith((b"/xml", b"+xml")):
        return "xml"
    return None


def _avro(value: bytes) -> Format:
    if value.startswith(SINGLE_OBJECT_MAGIC):
        return "single_object"
    if value.startswith(CONFLUENT_MAGIC):
        return "confluent"
    raise EventError(
        "the content type says Avro, but the value has neither Confluent framing (00) nor single-object encoding (C3 01); "
        "Avro without its schema cannot be read",
        reason="unknown_format",
    )


def _sniffed(value: bytes) -> Format:
    if value.startswith(CONFLUENT_MAGIC):
        return "confluent"
    if value.startswith(SINGLE_OBJECT_MAGIC):
        return "single_object"
    start = value[:64].removeprefix(UTF8_BOM).lstrip()
    if start.startswith(b"{"):
        return "json"
    if start.startswith(b"<"):
        return "xml"
    raise EventError(
        "the value is neither Avro (Confluent framing or single-object encoding), nor a JSON object, nor XML; "
        "see the README for what a publisher may send",
        reason="unknown_format",
    )
