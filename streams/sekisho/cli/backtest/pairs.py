"""One event judged twice: as it is today, and as it would be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from sekisho.agents.marks import Mark
from sekisho.cli.judge import Judge
from sekisho.cli.passed import Passed, Unread
from sekisho.errors import EventError
from sekisho.model import Alert, EventRef, event_type
from sekisho.screening.difference import delta
from sekisho.screening.reach import Reach


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


class Quick:
    """Passes over open events that a change cannot reach, as rescreening does: they count as they were recorded."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        #: kind: events that were passed over without being decoded; none of them has an alert
        self.clear: Counter[str] = Counter()

    def skip(self, kind: str, mark: Mark) -> bool:
        if mark.alerts or mark.probes is None or not self._reach.passes_over(mark.probes):
            return False
        self.clear[kind] += 1
        return True

    def recorded(self, one: Passed, known_at: datetime) -> Judged | None:
        """What was recorded of an event that is out of reach; None where it has to be judged."""
        state = one.state
        if (
            state is None
            or self._reach.of_alerts(state.live)
            or self._reach.of_event(one.event, known_at=known_at, gone_since=one.gone_since)
        ):
            return None
        return Judged(state.verdict.verdict, state.live)


class Drift(msgspec.Struct):
    """Open events whose recorded alerts are not what today's judge gives."""

    events: int = 0


def screened(
    events: Iterable[Passed | Unread],
    before: Judge,
    after: Judge,
    drift: Drift,
    quick: Quick | None = None,
    *,
    known_at: datetime,
    now: datetime,
) -> Iterator[Pair | EventError]:
    """Each of ``events`` by both judges, with the law known at ``known_at``; the fault of one that cannot be read.

    Without ``quick`` nothing is taken from what was recorded, so that it is an answer of its own.
    """
    for one in events:
        if isinstance(one, Unread):
            yield one.fault
            continue
        held = quick.recorded(one, known_at) if quick is not None else None
        if held is not None:
            assert one.state is not None
            yield Pair(event_type(one.event), one.state.verdict.event, held, held)
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
