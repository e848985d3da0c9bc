"""Content hashes: the same facts give the same hash, whatever the order of keys and the defaults left unsaid.

The canonical form is JSON with sorted keys, UTF-8, no spaces, in which fields that are null or empty are left out.
So a field added to a record later, with an empty default, leaves the hash of every record without it as it was.
"""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

_ENCODER = msgspec.json.Encoder(order="sorted")


def canonical(record: msgspec.Struct) -> bytes:
    """The bytes that are hashed."""
    return _ENCODER.encode(_without_empty(msgspec.to_builtins(record, str_keys=True)))


def content_hash(record: msgspec.Struct) -> str:
    """SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(record)).hexdigest()


def _without_empty(value: Any) -> Any:
    kind = type(value)
    if kind is dict:
        found = {}
        for key, item in value.items():
            if item is None or item == "":
                continue
            if type(item) in _DEEP:
                item = _without_empty(item)
                if not item:
                    continue
            found[key] = item
        return found
    if kind in (list, tuple):
        return [_without_empty(item) if type(item) in _DEEP else item for item in value]
    return value


_DEEP = (dict, list, tuple)
