"""Events that have already passed: what the input topics still hold, what is open, or a file of them.

Each comes as ``Passed``, decoded as a worker decodes it, or as ``Unread`` with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Literal

import msgspec

from sekisho.agents.marks import Mark, mark_in
from sekisho.cli.files import binary_lines
from sekisho.cli.follow import assign
from sekisho.errors import EventError
from sekisho.model import OpenEvent, Origin, Shipment, business_reference
from sekisho.model.event import GONE, Event
from sekisho.reference.log_reader import records_to
from sekisho.settings import Settings
from sekisho.wire.codec import decode
from sekisho.wire.events import Kind, decode_event, event_from_json
from sekisho.wire.registry import Registry

#: What is being read, how many records have been, and of how many.
Progress = Callable[[str, int, int], None]


class Passed(msgspec.Struct, frozen=True):
    """One event, with what screening it again needs to know of its past."""

    event: Event
    origin: Origin
    notes: tuple[str, ...] = ()
    #: ``event_time`` of the first event that showed the shipment gone
    gone_since: datetime | None = None
    #: what is kept of it while it is open; None for a record of an input topic or a line of a file
    state: OpenEvent | None = None

    @property
    def reference(self) -> str:
        return business_reference(self.event, self.origin)

    @property
    def trigger(self) -> Literal["event", "reference"]:
        """How screening it again is meant: as it came, or as an open event that a new set is held against."""
        return "event" if self.state is None else "reference"


class Unread(msgspec.Struct, frozen=True):
    """A record or line that is no event."""

    origin: Origin
    fault: EventError


class Gap(msgspec.Struct, frozen=True):
    """Records that retention has dropped: ``topic``/``partition`` begins at ``first``, written at ``written``."""

    topic: str
    partition: int
    first: int
    written: datetime | None

    def __str__(self) -> str:
        when = f", written {self.written:%Y-%m-%d %H:%M} UTC" if self.written else ""
        return f"{self.topic}/{self.partition} begins at offset {self.first}{when}: what came before is dropped"


class Gone:
    """Remembers when each shipment was first shown gone, as events go by in their order."""

    def __init__(self) -> None:
        self._since: dict[str, datetime] = {}

    def seen(self, event: Event, reference: str) -> datetime | None:
        """The first ``event_time`` that showed it gone, ``event`` included."""
        if not isinstance(event, Shipment):
            return None
        known = self._since.get(reference)
        if event.status in GONE:
            known = self._since[reference] = min(known, event.event_time) if known else event.event_time
        return known


# -- retained topics ----------------------------------------------------------------------------------------------


class Retained:
    """The records of the input topics that were written in ``[begin, end)``, partition by partition in their order."""

    def __init__(
        self, settings: Settings, consumer: Any, *, begin: datetime | None = None, end: datetime | None = None
    ) -> None:
        self._registry = Registry.from_settings(settings.schema_registry)
        self._consumer = consumer
        self._kinds: dict[str, Kind] = {settings.topics.shipment: "shipment", settings.topics.payment: "payment"}
        self._begin, self._end = begin, end
        #: where retention has dropped what the range asks for
        self.gaps: list[Gap] = []
        self.total = 0

    def events(self, progress: Progress | None = None) -> Iterator[Passed | Unread]:
        """Raises UnreachableError where the broker, or the registry, does not answer."""
        consumer = self._consumer
        starts, ends = self._range()
        consumer.assign(list(ends))
        for part, offset in starts.items():
            consumer.seek(part, offset)
        self.total = sum(max(0, ends[part] - starts[part]) for part in ends)
        gone = Gone()
        first_seen: set[Any] = set()
        for done, (part, record) in enumerate(records_to(consumer, ends), 1):
            if part not in first_seen:
                first_seen.add(part)
                self._look_for_gap(part, record)
            if progress is not None and done % 100 == 0:
                progress(part.topic, done, self.total)
            if record.offset < ends[part] and self._is_within(record):
                yield from self._decoded(record, gone)

    def _range(self) -> tuple[dict[Any, int], dict[Any, int]]:
        parts: list[Any] = []
        ends: dict[Any, int] = {}
        for topic in self._kinds:
            found = assign(self._consumer, topic, from_beginning=True)
            parts += found
            ends |= found
        self._firsts = self._consumer.beginning_offsets(parts)
        starts = dict(self._firsts)
        if self._begin is not None:
            # What stands before the first record of that time is older; what comes after need not be younger.
            found = self._consumer.offsets_for_times(dict.fromkeys(parts, _millis(self._begin)))
            starts = {part: found[part].offset if found.get(part) else ends[part] for part in parts}
        return starts, ends

    def _is_within(self, record: Any) -> bool:
        """Clocks of publishers differ, so records are not in the order of their times: each is asked."""
        return (self._begin is None or record.timestamp >= _millis(self._begin)) and (
            self._end is None or record.timestamp < _millis(self._end)
        )

    def _look_for_gap(self, part: Any, record: Any) -> None:
        first = self._firsts[part]
        written = datetime.fromtimestamp(record.timestamp / 1000, UTC) if record.timestamp else None
        if first > 0 and record.offset == first and (self._begin is None or written is None or written > self._begin):
            self.gaps.append(Gap(part.topic, part.partition, first, written))

    def _decoded(self, record: Any, gone: Gone) -> Iterator[Passed | Unread]:
        origin = origin_of(record)
        try:
            found = decode_event(self._kinds[record.topic], record.value, record.headers, self._registry)
        except EventError as error:
            yield Unread(origin, error)
            return
        for one in found:
            place = msgspec.structs.replace(origin, index=one.index)
            since = gone.seen(one.event, business_reference(one.event, place))
            yield Passed(one.event, place, one.notes, since)


def _millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def origin_of(record: Any) -> Origin:
    """The coordinates of a Kafka record, as a worker writes them."""
    key = record.key.decode("utf-8", "replace") if record.key is not None else None
    return Origin(record.topic, record.partition, record.offset, key=key)


# -- open events --------------------------------------------------------------------------------------------------


def open_events(
    settings: Settings,
    consumer: Any,
    at: datetime,
    notes: list[str],
    progress: Progress | None = None,
    skip: Callable[[Kind, Mark], bool] = lambda kind, mark: False,
) -> Iterator[Passed | Unread]:
    """What is open at a moment: the newest record of each business reference, unless its window has ended by then.

    The topics are read twice, first for where the newest records stand: of a million open events that takes 130 MB, of
    which whole they would take several GB. ``notes`` are told of those that changed in between and so are missing; those
    that ``skip`` names by their kind and mark are not decoded.
    """
    topics = (settings.topics.open_shipment, settings.topics.open_payment)
    newest: dict[str, dict[bytes, int]] = {topic: {} for topic in topics}
    read: dict[str, dict[Any, int]] = {}
    for topic, places in newest.items():
        ends = read[topic] = assign(consumer, topic, from_beginning=True)
        for done, (part, record) in enumerate(records_to(consumer, ends), 1):
            if record.value is None or _is_over(record, at):
                places.pop(record.key or b"", None)  # a worker that reads it forgets it too
            else:
                places[record.key or b""] = _place(part, record)
            if progress is not None and done % 1000 == 0:
                progress(f"looking through {topic}", done, sum(ends.values()))
    registry = Registry.from_settings(settings.schema_registry)
    judged, total = 0, sum(map(len, newest.values()))
    for topic, places in newest.items():
        assign(consumer, topic, from_beginning=True)
        for part, record in records_to(consumer, read[topic]):
            if places.get(record.key or b"") != _place(part, record):
                continue
            judged += 1
            if progress is not None and judged % 100 == 0:
                progress("open events", judged, total)
            mark = mark_in(record.headers)
            if mark is None or not skip("shipment" if topic == topics[0] else "payment", mark):
                yield from reopened(record.value, registry)
    if judged < total:
        notes.append(f"{total - judged:,} open events changed while they were read, and are not among these")


def _place(part: Any, record: Any) -> int:
    """Partition and offset in one number: there may be millions of them."""
    place: int = part.partition << 48 | record.offset
    return place


def _is_over(record: Any, at: datetime) -> bool:
    mark = mark_in(record.headers)
    return mark is not None and mark.open_until <= at.timestamp()


def reopened(value: bytes, registry: Registry | None) -> Iterator[Passed | Unread]:
    """The event that an open-event record keeps, decoded by this version from the bytes as they came."""
    try:
        state: OpenEvent = decode("open_event", value)
    except EventError as error:
        yield Unread(Origin("open events", 0, 0), error)
        return
    headers = [("content-type", state.content_type.encode())] if state.content_type else None
    kind: Kind = "shipment" if state.kind == "shipment" else "payment"
    try:
        found = decode_event(kind, state.value, headers, registry)
    except EventError as error:
        yield Unread(state.origin, error)
        return
    for one in found:
        # one transaction of a message of many is kept by itself
        if one.index == state.origin.index or len(found) == 1:
            yield Passed(one.event, state.origin, one.notes, state.gone_since, state)


# -- files --------------------------------------------------------------------------------------------------------


def events_of_file(file: str) -> Iterator[Passed | Unread]:
    """Events of JSON lines, as `sekisho screen` reads them."""
    gone = Gone()
    for number, line in binary_lines(file):
        origin = Origin(topic=file, partition=0, offset=number - 1)
        try:
            one = event_from_json(line)
        except EventError as error:
            yield Unread(origin, error)
            continue
        yield Passed(one.event, origin, one.notes, gone.seen(one.event, business_reference(one.event, origin)))
