"""What can still be said of an event that could not be screened: whose answer somebody waits for.

The dead letter itself (original key, bytes and headers, with the error beside them) is made in ``wire``, which also reads
the references from bytes that are otherwise useless; here the platform that waits for a verdict gets one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from sekisho.errors import EventError
from sekisho.model import Engine, EventRef, Verdict
from sekisho.screening import Tables, digest
from sekisho.version import VERSION
from sekisho.wire.references import Readable


class Coordinates(Protocol):
    topic: str
    partition: int
    offset: int
    key: bytes | None


def unscreened(
    record: Coordinates,
    readable: Iterable[Readable],
    fault: EventError,
    tables: Tables,
    now: datetime,
    stale: tuple[str, ...],
) -> list[Verdict]:
    """The verdict ``unscreened`` for each event whose reference can be read; none where nobody could wait for it."""
    key = record.key.decode("utf-8", "replace") if record.key is not None else None
    coordinates = (record.topic, str(record.partition), str(record.offset))
    return [
        Verdict(
            verdict_id=digest("verdict", *coordinates, str(one.index), tables.hash, "event"),
            event=EventRef(
                topic=record.topic,
                partition=record.partition,
                offset=record.offset,
                index=one.index,
                key=key,
                event_id=one.event_id,
                event_time=None,
                business_reference=one.reference,
            ),
            verdict="unscreened",
            trigger="event",
            alerts=(),
            notes=(f"not screened, see the dead letter: {fault}",),
            screened_at=now,
            duration_us=0,
            engine=Engine(VERSION, tables.sequence, tables.hash, now),
            stale_lists=stale,
        )
        for one in readable
    ]
