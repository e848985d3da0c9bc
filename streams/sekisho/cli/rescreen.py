"""``rescreen status``: how far what has already passed has been held against the active set and the calendar."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import click
import msgspec

from sekisho.cli.options import json_option, with_settings
from sekisho.cli.output import emit, say, show
from sekisho.errors import EventError, InputError
from sekisho.settings import Settings

#: Between two looks of ``--wait`` (seconds).
LOOK_S = 0.5


class Row(msgspec.Struct, frozen=True):
    """One partition of an input topic. ``sequence`` is None where no worker has come so far yet."""

    kind: str
    partition: int
    sequence: int | None
    #: reference sets that its open events have not been held against yet
    behind: int | None
    #: midnights up to then are made up
    calendar_to: datetime | None
    updated_at: datetime | None
    #: open events; None unless they were counted
    open_events: int | None = None

    @property
    def done(self) -> bool:
        return self.behind == 0


class Status(msgspec.Struct, frozen=True):
    """``active`` is the sequence of the newest complete set; None where there is none."""

    active: int | None
    created_at: datetime | None
    rows: tuple[Row, ...]

    @property
    def done(self) -> bool:
        return bool(self.rows) and not self.late

    @property
    def late(self) -> int:
        """How many partitions are not done."""
        return sum(not row.done for row in self.rows)


@click.group("rescreen")
def command() -> None:
    """What has already passed, held against a list or a law that changed since."""


@command.command("status")
@click.option("--count", is_flag=True, help="Count the open events too: reads their topics to the end.")
@click.option(
    "--wait", type=click.FloatRange(0), metavar="SECONDS", help="Wait until all is done; exit 1 if it is not."
)
@json_option
@with_settings
def status(settings: Settings, count: bool, wait: float | None, as_json: bool) -> int:
    """How far each partition is.

    After a new reference set each partition's open events are held against what changed, and at midnight against
    what begins or ends on that day. `behind` is how many sets a partition has yet to be held against.

    \b
    Examples:
      sekisho rescreen status
      sekisho lists publish sdn.csv --who me --why today && sekisho rescreen status --wait 60
    """
    deadline = time.monotonic() + (wait or 0)
    found = look(settings)
    told = None
    while wait is not None and not found.done and time.monotonic() < deadline:
        if found.late != told:
            say(_in_words(found))
            told = found.late
        time.sleep(LOOK_S)
        found = look(settings)
    if count:
        counts = counted(settings)
        rows = (
            msgspec.structs.replace(row, open_events=counts.get((row.kind, row.partition), 0)) for row in found.rows
        )
        found = msgspec.structs.replace(found, rows=tuple(rows))
    if as_json:
        for row in found.rows:
            emit({**msgspec.structs.asdict(row), "active": found.active})
    else:
        heads = ("partition", "held against set", "behind", "midnights made up to", "written")
        show((*heads, "open events") if count else heads, [_cells(row, count) for row in found.rows])
    say(_in_words(found))
    return 0 if wait is None or found.done else 1


def look(settings: Settings) -> Status:
    """Raises UnreachableError, or InputError where a topic is missing."""
    from sekisho.cli.active import chain_of

    chain = chain_of(settings)
    newest = chain.newest_complete()
    active = newest.set.sequence if newest is not None else None
    progress = {(one.kind, one.partition): one for one in _progress(settings)}
    rows = []
    for kind, partition in _partitions(settings):
        one = progress.get((kind, partition))
        rows.append(
            Row(
                kind=kind,
                partition=partition,
                sequence=one.sequence if one else None,
                behind=max(0, active - one.sequence) if one and active is not None else None,
                calendar_to=one.calendar_to if one else None,
                updated_at=one.updated_at if one else None,
            )
        )
    return Status(active, newest.set.created_at if newest is not None else None, tuple(rows))


def counted(settings: Settings) -> dict[tuple[str, int], int]:
    """(kind, partition): how many events are open."""
    topics = {settings.topics.open_shipment: "shipment", settings.topics.open_payment: "payment"}
    found: dict[tuple[str, int], set[bytes]] = {}
    for topic, kind in topics.items():
        for record in _records(settings, topic):
            keys = found.setdefault((kind, record.partition), set())
            if record.value is None:
                keys.discard(record.key)
            else:
                keys.add(record.key)
    return {place: len(keys) for place, keys in found.items()}


def _partitions(settings: Settings) -> list[tuple[str, int]]:
    from sekisho.cli.clients import reader

    with reader(settings) as consumer:
        found = []
        for kind in ("shipment", "payment"):
            topic = getattr(settings.topics, kind)
            numbers = consumer.partitions_for_topic(topic)
            if not numbers:
                raise InputError(f"there is no topic {topic}; `sekisho topics create` makes it")
            found += [(kind, number) for number in sorted(numbers)]
    return found


def _progress(settings: Settings) -> Iterator[Any]:
    from sekisho.wire import decode

    for record in _records(settings, settings.topics.progress):
        if record.value is not None:
            try:
                yield decode("progress", record.value)
            except EventError as error:
                say(f"{record.topic}, offset {record.offset}: {error}")


def _records(settings: Settings, topic: str) -> Iterator[Any]:
    from sekisho.cli.clients import reader
    from sekisho.cli.follow import records

    with reader(settings) as consumer:
        yield from records(consumer, topic, from_beginning=True, follow=False)


def _cells(row: Row, count: bool) -> tuple[str, ...]:
    cells = (
        f"{row.kind}/{row.partition}",
        "-" if row.sequence is None else str(row.sequence),
        "-" if row.behind is None else str(row.behind),
        _moment(row.calendar_to),
        _moment(row.updated_at),
    )
    return (*cells, str(row.open_events)) if count else cells


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if moment else "-"


def _in_words(found: Status) -> str:
    if found.active is None:
        return "no reference set is active; `sekisho lists publish bundled` makes the first one"
    if not found.late:
        return f"everything that is open has been held against reference set {found.active}"
    return (
        f"{found.late} of {len(found.rows)} partitions have not been held against reference set {found.active} yet, made "
        f"{_ago(found.created_at, datetime.now(UTC))} ago; a worker does it as soon as it has the set (`sekisho doctor` says "
        "whether one runs)"
    )


def _ago(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "-"
    seconds = max(0, int((now - moment).total_seconds()))
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
