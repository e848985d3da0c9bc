"""Answers that were recorded: the verdicts and alerts that a worker has written, held against what is said now.

Two questions share it. What does this version say of events that an older one has answered, under the same reference set
and at the same moment? And what does a shadow worker say of the events that the live one has answered?
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec

from sekisho.cli.backtest.pairs import Judged, Pair
from sekisho.cli.follow import records
from sekisho.cli.judge import Judge
from sekisho.cli.passed import Passed, Progress, Unread
from sekisho.cli.records import Reader
from sekisho.errors import EventError, ReferenceDataError
from sekisho.model import Alert, EventRef, Origin, Verdict, event_type
from sekisho.reference import as_of
from sekisho.reference.activate import tables_of
from sekisho.reference.chain import Chain
from sekisho.screening import Tables
from sekisho.settings import Settings

#: topic, partition, offset, index of an event
Place = tuple[str, int, int, int]

#: Reference sets whose tables are kept while answers go by: sets change rarely, and tables are large.
_KEPT = 2


class Recorded:
    """The answers to events as they came (not to their rescreening), by the event's place. Memory: about 2 kB an answer."""

    def __init__(self, settings: Settings, consumer: Any, *, progress: Progress | None = None) -> None:
        reader = Reader(settings)
        self.verdicts: dict[Place, Verdict] = {}
        #: alert id: its records, in the order of their events
        self._alerts: dict[str, list[Alert]] = {}
        #: engine version: verdicts
        self.engines: Counter[str] = Counter()
        written = records(consumer, settings.topics.verdict, from_beginning=True, follow=False)
        for read, record in enumerate(written, 1):
            verdict = reader.verdict(record)
            if verdict is not None and verdict.trigger == "event" and verdict.verdict != "unscreened":
                self.verdicts[place_of(verdict.event)] = verdict
            if progress is not None and read % 1000 == 0:
                progress("verdicts", read, read)
        for record in records(consumer, settings.topics.alert, from_beginning=True, follow=False):
            alert = reader.alert(record)
            if alert is not None and alert.trigger == "event" and alert.status != "closed":
                self._alerts.setdefault(alert.alert_id, []).append(alert)
        self.engines.update(verdict.engine.version for verdict in self.verdicts.values())

    def judged(self, verdict: Verdict) -> Judged | None:
        """The verdict with its alerts; None where an alert of it is no longer there.

        An alert that an update of its event left as it was is not written again, so its last record until then speaks.
        """
        found = []
        for alert_id in verdict.alerts:
            until = [one for one in self._alerts.get(alert_id, ()) if _until(one.event, verdict.event)]
            if not until:
                return None
            found.append(until[-1])
        return Judged(verdict.verdict, tuple(found))


def place_of(event: EventRef | Origin) -> Place:
    return (event.topic, event.partition, event.offset, event.index)


def _until(one: EventRef, last: EventRef) -> bool:
    return (
        one.topic == last.topic
        and one.partition == last.partition
        and (one.offset, one.index) <= (last.offset, last.index)
    )


class Skipped(msgspec.Struct):
    """What could not be compared, and why: reason in words: how many."""

    reasons: Counter[str] = msgspec.field(default_factory=Counter)


def by_this_engine(
    events: Iterable[Passed | Unread],
    recorded: Recorded,
    chain: Chain,
    judge_of: Callable[[Tables], Judge],
    skipped: Skipped,
    *,
    now: datetime,
) -> Iterator[Pair | EventError]:
    """Each event that has an answer, as it was answered and as this version answers, under the answer's own reference
    set and moment."""
    judges: dict[str, Judge | None] = {}
    for one in events:
        if isinstance(one, Unread):
            yield one.fault
            continue
        verdict = recorded.verdicts.get(place_of(one.origin))
        if verdict is None:
            skipped.reasons["events without a recorded verdict"] += 1
            continue
        before = recorded.judged(verdict)
        if before is None:
            skipped.reasons["verdicts of which an alert is no longer in its topic"] += 1
            continue
        digest = verdict.engine.reference_hash
        if digest not in judges:
            while len(judges) >= _KEPT:
                del judges[next(iter(judges))]
            judges[digest] = _judge(chain, digest, judge_of)
        judge = judges[digest]
        if judge is None:
            skipped.reasons[f"verdicts under reference set {verdict.engine.reference_sequence}, which is pruned"] += 1
            continue
        found = judge.screen(one, known_at=verdict.engine.known_at, now=now, trigger="event")
        yield Pair(
            event_type(one.event), found.verdict.event, before, Judged(found.verdict.verdict, tuple(found.alerts))
        )


def _judge(chain: Chain, digest: str, judge_of: Callable[[Tables], Judge]) -> Judge | None:
    try:
        wanted = as_of.usable(chain, as_of.named(chain, digest))
    except ReferenceDataError:
        return None
    return judge_of(tables_of(chain, wanted.hash))


def by_shadow(live: Recorded, shadow: Recorded, payment_topic: str, skipped: Skipped) -> Iterator[Pair]:
    """Each event that both workers have answered."""
    for place, verdict in live.verdicts.items():
        other = shadow.verdicts.get(place)
        if other is None:
            skipped.reasons["events that only the live worker has answered"] += 1
            continue
        before, after = live.judged(verdict), shadow.judged(other)
        if before is None or after is None:
            skipped.reasons["verdicts of which an alert is no longer in its topic"] += 1
            continue
        kind = "payment" if verdict.event.topic == payment_topic else "shipment"
        yield Pair(kind, verdict.event, before, after)
    ahead = sum(place not in live.verdicts for place in shadow.verdicts)
    if ahead:
        skipped.reasons["events that only the shadow worker has answered"] += ahead
