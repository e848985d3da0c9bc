"""Bytes to records and back: Avro, the schema registry, JSON, ISO 20022 XML, headers, dead letters, OCSF."""

from sekisho.wire.codec import decode, encode, encode_json, read_beginning
from sekisho.wire.events import Decoded, decode_event, event_from_json, glimpse

__all__ = [
    "Decoded",
    "decode",
    "decode_event",
    "encode",
    "encode_json",
    "event_from_json",
    "glimpse",
    "read_beginning",
]
