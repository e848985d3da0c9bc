"""One event judged twice: as it is today, and as it would be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from sekisho.cli.judge import Judge
from sekisho.cli.passed import Passed, Unread
from sekisho.errors import EventError
from sekisho.model import Alert, EventRef, event_type
from sekisho.screening.difference import delta


class Judged(msgspec.Struct, frozen=True):
    """A verdict's word and the alerts under it."""

    verdict: str
    alerts: tuple[Alert, ...] = ()


class Pair(msgspec.Struct, frozen=True):
    """One event under two judges. ``kind`` is ``shipment`` or ``payment``."""

    kind: str
    event: EventRef
    before: Judged
    after: Judged


class Drift(msgspec.Struct):
    """Open events whose recorded alerts are not what today's judge gives."""

    events: int = 0


def screened(
    events: Iterable[Passed | Unread],
    before: Judge,
    after: Judge,
    drift: Drift,
    *,
    known_at: datetime,
    now: datetime,
) -> Iterator[Pair | EventError]:
    """Each of ``events`` by both judges, with the law known at ``known_at``; the fault of one that cannot be read."""
    for one in events:
        if isinstance(one, Unread):
            yield one.fault
            continue
        today, then = (judge.screen(one, known_at=known_at, now=now) for judge in (before, after))
        if one.state is not None and delta(one.state.live, today.alerts):
            drift.events += 1
        yield Pair(
            event_type(one.event),
            then.verdict.event,
            Judged(today.verdict.verdict, today.alerts),
            Judged(then.verdict.verdict, then.alerts),
        )
