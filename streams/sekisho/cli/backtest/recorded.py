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
from sekisho.cli.judge import Judge, standing
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

    def __init__(self, verdicts: Iterable[Verdict], alerts: Iterable[Alert]) -> None:
        """In the order of their topics; of several answers to one event (it was delivered again) the last counts."""
        self.verdicts = {
            place_of(one.event): one for one in verdicts if one.trigger == "event" and one.verdict != "unscreened"
        }
        #: engine version: verdicts
        self.engines = Counter(one.engine.version for one in self.verdicts.values())
        self._alerts: dict[str, list[Alert]] = {}
        for alert in alerts:
            self._alerts.setdefault(alert.alert_id, []).append(alert)

    @classmethod
    def read(cls, settings: Settings, consumer: Any, *, progress: Progress | None = None) -> Recorded:
        """From the topics of ``settings``."""
        reader = Reader(settings)

        def decoded(topic: str, decode: Callable[[Any], Any]) -> Iterator[Any]:
            for count, record in enumerate(records(consumer, topic, from_beginning=True, follow=False), 1):
                if progress is not None and count % 1000 == 0:
                    progress(topic, count, count)
                found = decode(record)
                if found is not None:
                    yield found

        return cls(decoded(settings.topics.verdict, reader.verdict), decoded(settings.topics.alert, reader.alert))

    def judged(self, verdict: Verdict) -> Judged | None:
        """The verdict with its alerts; None where an alert of it is no longer there.

        An alert that an update of its event left as it was is not written again: the newest record until then speaks,
        be it of a rescreening.
        """
        found = []
        for alert_id in verdict.alerts:
            until = [one for one in self._alerts.get(alert_id, ()) if _until(one, verdict)]
            if not until:
                return None
            found.append(max(until, key=_age))
        return Judged(verdict.verdict, tuple(found))


def place_of(event: EventRef | Origin) -> Place:
    return (event.topic, event.partition, event.offset, event.index)


def _until(one: Alert, last: Verdict) -> bool:
    same_log = (one.event.topic, one.event.partition) == (last.event.topic, last.event.partition)
    return same_log and _age(one) <= _age(last)


def _age(one: Alert | Verdict) -> tuple[int, int, int, datetime]:
    """Which of two records of one partition is newer (design: ids and order of alerts)."""
    return one.event.offset, one.event.index, one.engine.reference_sequence, one.engine.known_at


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
        found = judge.screen(
            one, known_at=verdict.engine.known_at, now=now, trigger="event", stopped=standing(before.alerts)
        )
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
