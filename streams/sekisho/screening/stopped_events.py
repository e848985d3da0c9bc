"""What is known of stopped events, in memory: found by reference, or by what a near-equal event shares with them.

Bounded in number, bytes and age. A look-up costs the same however many are held: an anchor that many share keeps its
newest few alone, the rarest anchors are asked first, and a bounded number of candidates comes back.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from sekisho.model import Fingerprint, Origin, Part, business_reference, event_type
from sekisho.model.event import Event
from sekisho.screening.sketch import VERSION, Sketcher

#: Stopped versions of one reference that are held, the newest.
VERSIONS = 4
#: Holders of one anchor, the newest: more share it where it is a firm's everyday business.
HOLDERS = 16
#: Near-equal candidates of one look-up.
CANDIDATES = 16

#: What Python needs beside the packed record: objects, one key of each dictionary, one entry of the heap (bytes).
_OVERHEAD, _PER_ANCHOR = 490, 130

_astuple = msgspec.structs.astuple


class _Part(Part, frozen=True, array_like=True):
    """Without the names of its attributes: with them a record takes half as much again."""


class _Fingerprint(Fingerprint, frozen=True, array_like=True):
    parts: tuple[_Part, ...]


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Fingerprint).decode
#: Where the parts stand among the attributes.
_PARTS = Fingerprint.__struct_fields__.index("parts")


def _pack(fingerprint: Fingerprint) -> bytes:
    """Nearly all of it is hashes, which no compression makes smaller."""
    values: list[Any] = list(_astuple(fingerprint))
    values[_PARTS] = [_astuple(part) for part in fingerprint.parts]
    return _encode(values)


def _unpack(packed: bytes) -> Fingerprint:
    found = _decode(packed)
    values: list[Any] = list(_astuple(found))
    values[_PARTS] = tuple(Part(*_astuple(part)) for part in found.parts)
    return Fingerprint(*values)


class _Held(msgspec.Struct, frozen=True):
    packed: bytes
    reference: int
    anchors: tuple[int, ...]
    stopped_at: float
    #: hash of the record that it was written as, where that is known
    record: int | None

    @property
    def size(self) -> int:
        return len(self.packed) + _OVERHEAD + _PER_ANCHOR * len(self.anchors)


class StoppedEvents:
    """The fingerprints of the window. Not for several threads."""

    def __init__(self, sketcher: Sketcher, *, window: timedelta, max_count: int, max_bytes: int) -> None:
        self.sketcher = sketcher
        self._window = window.total_seconds()
        self._max_count, self._max_bytes = max_count, max_bytes
        self._held: dict[int, _Held] = {}
        self._by_reference: dict[int, tuple[int, ...]] = {}
        self._by_anchor: dict[int, tuple[int, ...]] = {}
        #: (stopped_at, number); entries of what was replaced stay until they come up
        self._by_age: list[tuple[float, int]] = []
        self._bytes = 0
        #: how many were dropped because there was no room, since the start
        self.evicted = 0

    def __len__(self) -> int:
        return len(self._held)

    @property
    def size(self) -> int:
        """Memory of what is held, about (bytes)."""
        return self._bytes

    def __contains__(self, fingerprint_id: str) -> bool:
        return _number(fingerprint_id) in self._held

    def holds(self, fingerprint_id: str, record: bytes) -> bool:
        """Whether what this record says is held already: a worker reads back what it wrote itself. False for what is no id."""
        try:
            held = self._held.get(_number(fingerprint_id))
        except ValueError:
            return False
        return held is not None and held.record == hash(record)

    def put(self, fingerprint: Fingerprint, record: bytes | None = None) -> None:
        """Hold it; the oldest go where there is no room. One that was made under another key or version is none of ours.

        ``record`` is what it is written as, so that ``holds`` knows it again.
        """
        if fingerprint.key_id != self.sketcher.key_id or fingerprint.sketch != VERSION:
            return
        number = _number(fingerprint.fingerprint_id)
        self._drop(number)
        reference = self.sketcher.number("reference", fingerprint.kind, fingerprint.business_reference)
        held = _Held(
            _pack(fingerprint),
            reference,
            fingerprint.anchors,
            fingerprint.stopped_at.timestamp(),
            hash(record) if record is not None else None,
        )
        self._held[number] = held
        self._bytes += held.size
        _add(self._by_reference, reference, number, VERSIONS)
        for anchor in held.anchors:
            _add(self._by_anchor, anchor, number, HOLDERS)
        heapq.heappush(self._by_age, (held.stopped_at, number))
        if len(self._by_age) > 2 * len(self._held) + 1000:
            self._by_age = [(one.stopped_at, number) for number, one in self._held.items()]
            heapq.heapify(self._by_age)
        while len(self._held) > self._max_count or self._bytes > self._max_bytes:
            self._drop(self._oldest())
            self.evicted += 1

    def discard(self, fingerprint_id: str) -> None:
        """It was taken back."""
        self._drop(_number(fingerprint_id))

    def expire(self, now: datetime) -> None:
        """Forget what is older than the window."""
        limit = now.timestamp() - self._window
        while self._held and self._by_age[0][0] < limit:
            stopped_at, number = self._by_age[0]
            held = self._held.get(number)
            if held is not None and held.stopped_at == stopped_at:
                self._drop(number)
            heapq.heappop(self._by_age)

    def before(self, event: Event, origin: Origin, now: datetime) -> tuple[Fingerprint, ...]:
        """Stopped events that ``event`` may be once more: those of its reference, then near-equal candidates.

        Left out is what did not come before it: its own record (it is delivered again), a later one of its partition, other
        transactions of its message, and under its own reference a version that is newer by its ``event_time``.
        """
        if not self._held:
            return ()
        kind, reference = event_type(event), business_reference(event, origin)
        named = self._by_reference.get(self.sketcher.number("reference", kind, reference), ())
        limit = now.timestamp() - self._window
        found = []
        for number in (*reversed(named), *(one for one in self._near(event) if one not in named)):
            held = self._held.get(number)
            if held is None or held.stopped_at < limit:
                continue
            one = _unpack(held.packed)
            if one.kind != kind or not _came_before(one.origin, origin):
                continue
            if one.business_reference == reference and one.event_time > event.event_time:
                continue
            found.append(one)
        return tuple(found)

    def _near(self, event: Event) -> list[int]:
        """Candidates, those of rare anchors first."""
        holders = [found for anchor in self.sketcher.anchors(event, 2) if (found := self._by_anchor.get(anchor))]
        holders.sort(key=len)
        order: dict[int, None] = {}
        for some in holders:
            order.update(dict.fromkeys(reversed(some)))
            if len(order) >= CANDIDATES:
                break
        return list(order)[:CANDIDATES]

    def _oldest(self) -> int:
        while True:
            stopped_at, number = heapq.heappop(self._by_age)
            held = self._held.get(number)
            if held is not None and held.stopped_at == stopped_at:
                return number

    def _drop(self, number: int) -> None:
        held = self._held.pop(number, None)
        if held is None:
            return
        self._bytes -= held.size
        _remove(self._by_reference, held.reference, number)
        for anchor in held.anchors:
            _remove(self._by_anchor, anchor, number)


def _came_before(earlier: Origin, origin: Origin) -> bool:
    """In one log the offset tells; of two logs nothing does but that the other one is known already."""
    if (earlier.topic, earlier.partition) != (origin.topic, origin.partition):
        return True
    return earlier.offset < origin.offset


def _number(fingerprint_id: str) -> int:
    return int(fingerprint_id, 16)


def _add(index: dict[int, tuple[int, ...]], key: int, number: int, most: int) -> None:
    others: Iterable[int] = index.get(key, ())
    index[key] = (*others, number)[-most:]


def _remove(index: dict[int, tuple[int, ...]], key: int, number: int) -> None:
    left = tuple(one for one in index.get(key, ()) if one != number)
    if left:
        index[key] = left
    else:
        index.pop(key, None)
