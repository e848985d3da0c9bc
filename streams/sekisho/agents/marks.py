"""The mark of an open event: what must be known of it without decoding its record.

It travels as the header ``sekisho_open`` of the record: flags, the sequence of the reference set it was screened under,
until when it is open (Unix seconds), and the hashes of its probes (``screening.probes``), all big-endian.
"""

from __future__ import annotations

import functools
import struct
from collections.abc import Iterable
from typing import Any, NamedTuple

#: Name of the header.
HEADER = "sekisho_open"

_VERSION = 1
_HEAD = struct.Struct(">BBqq")
_ALERTS = 1

#: An event has at most this many probes in its mark; one with more is decoded instead.
MAX_PROBES = 4000


class Mark(NamedTuple):
    """``probes`` is None where they are not known: then the record has to be decoded."""

    sequence: int
    #: Unix seconds
    open_until: int
    #: whether alerts stand
    alerts: bool
    probes: tuple[int, ...] | None

    def pack(self) -> bytes:
        head = _HEAD.pack(_VERSION, _ALERTS if self.alerts else 0, self.sequence, self.open_until)
        probes = self.probes
        if probes is None:
            return head
        return head + struct.pack(f">{len(probes)}Q", *probes)

    @classmethod
    def unpack(cls, data: bytes) -> Mark | None:
        """The mark in ``data``; None where it is of another version or damaged."""
        if len(data) < _HEAD.size or (len(data) - _HEAD.size) % 8 or data[0] != _VERSION:
            return None
        _, flags, sequence, open_until = _HEAD.unpack_from(data)
        count = (len(data) - _HEAD.size) // 8
        # An event always has a probe or two: none at all means that they were not worked out.
        probes = struct.unpack_from(f">{count}Q", data, _HEAD.size) if count else None
        return cls(sequence, open_until, bool(flags & _ALERTS), probes)


def sequence_at(data: bytes, start: int) -> int:
    """The sequence of a packed mark that begins at ``start``, without the rest."""
    return int.from_bytes(data[start + 2 : start + 10], "big", signed=True)


def open_until_at(data: bytes, start: int) -> int:
    """Likewise until when it is open (Unix seconds)."""
    return int.from_bytes(data[start + 10 : start + 18], "big", signed=True)


def silent_probes_at(data: bytes, start: int, length: int) -> tuple[int, ...] | None:
    """Likewise the probes, where no alert stands."""
    count = (length - _HEAD.size) // 8
    if not count or data[start + 1] & _ALERTS:
        return None
    return _probes(count).unpack_from(data, start + _HEAD.size)


@functools.lru_cache(MAX_PROBES)
def _probes(count: int) -> struct.Struct:
    return struct.Struct(f">{count}Q")


def mark_of(sequence: int, open_until: int, *, alerts: bool, probes: Iterable[int]) -> Mark:
    """A mark; each probe once."""
    some = tuple(dict.fromkeys(probes))
    return Mark(sequence, open_until, alerts, some if some and len(some) <= MAX_PROBES else None)


def mark_in(headers: Any) -> Mark | None:
    """The mark in the headers of a record, where there is a sound one."""
    for name, value in headers or ():
        if name == HEADER and value:
            return Mark.unpack(value)
    return None
