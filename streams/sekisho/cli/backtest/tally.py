"""Counting the differences of two judges over many events, in bounded memory: what a back-test reports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal

import msgspec

from sekisho.cli.backtest.pairs import Pair
from sekisho.errors import EventError
from sekisho.model import ORDER, Alert, EventRef
from sekisho.screening.difference import delta

Change = Literal["new", "lost", "changed"]

#: Width of a bin of scores; the last bin holds 1.00 alone, which is where exact names and identifiers are.
BINS = 20

#: Examples that meet the same entry: a third one says nothing that two did not.
_ALIKE = 2


class Difference(msgspec.Struct, frozen=True):
    """One alert that only one judge raises, or that they raise with other content."""

    change: Change
    event: EventRef
    before: Alert | None
    after: Alert | None

    @property
    def shown(self) -> Alert:
        """The alert as it would be; as it is today, where it would no longer be raised."""
        found = self.after or self.before
        assert found is not None
        return found


class Count(msgspec.Struct):
    """Alerts that meet a list, or apply a measure: ``after`` is ``before + new - lost``."""

    before: int = 0
    after: int = 0
    new: int = 0
    lost: int = 0
    #: met by both, and the alert says something else
    changed: int = 0


class Bin(msgspec.Struct):
    """Alerts whose best match has a score in ``[low, high)`` (the last bin: exactly 1; no bounds: no match at all)."""

    low: float | None
    high: float | None
    same: int = 0
    changed: int = 0
    new: int = 0
    lost: int = 0


class Step(msgspec.Struct):
    """Events whose verdict goes from ``before`` to ``after``."""

    before: str
    after: str
    events: int


class Report(msgspec.Struct):
    """All that was counted."""

    events: int
    #: kind of event: how many
    kinds: dict[str, int]
    #: reason: how many records could not be read, and so were not screened by either judge
    unread: dict[str, int]
    #: an alert counts once for each event that raises it
    alerts: Count
    #: change: different alerts, whose events may be updates of one shipment
    distinct: dict[str, int]
    verdicts: list[Step]
    lists: dict[str, Count]
    measures: dict[str, Count]
    scores: list[Bin]
    #: some of the differences, those with the highest verdicts first
    examples: list[Difference]


class Tally:
    """Add pairs; ask for the report. Memory: the examples, a counter a list and measure, the ids of alerts that differ."""

    def __init__(self, *, examples: int = 20) -> None:
        self._examples = examples
        self._kept: dict[Change, list[Difference]] = {"new": [], "lost": [], "changed": []}
        self._kinds: Counter[str] = Counter()
        self._unread: Counter[str] = Counter()
        self._verdicts: Counter[tuple[str, str]] = Counter()
        self._alerts = Count()
        self._ids: dict[str, set[str]] = {"new": set(), "lost": set(), "changed": set()}
        self._lists: dict[str, Count] = {}
        self._measures: dict[str, Count] = {}
        self._bins = [Bin(n / BINS, (n + 1) / BINS) for n in range(BINS)] + [Bin(1.0, 1.0)]
        self._without = Bin(None, None)

    def add(self, pair: Pair | EventError) -> list[Difference]:
        """Count one event; the differences in it."""
        if isinstance(pair, EventError):
            self._unread[pair.reason] += 1
            return []
        self._kinds[pair.kind] += 1
        self._verdicts[pair.before.verdict, pair.after.verdict] += 1
        found = delta(pair.before.alerts, pair.after.alerts)
        differences = [
            *(Difference("new", pair.event, None, alert) for alert in found.new),
            *(Difference("lost", pair.event, alert, None) for alert in found.lost),
            *(Difference("changed", pair.event, old, new) for old, new in found.changed),
        ]
        for one in differences:
            self._count(one.change, one.before, one.after)
            self._ids[one.change].add(one.shown.alert_id)
            self._keep(one)
        for alert in found.same:
            self._count("same", alert, alert)
        return differences

    def add_clear(self, kinds: Mapping[str, int]) -> None:
        """Events without an alert under either judge, by kind."""
        self._kinds.update(kinds)
        self._verdicts["clear", "clear"] += sum(kinds.values())

    def report(self) -> Report:
        used = [number for number, one in enumerate(self._bins) if one.same or one.changed or one.new or one.lost]
        bins = self._bins[used[0] :] if used else []
        without = [self._without] if any((self._without.same, self._without.new, self._without.lost)) else []
        return Report(
            events=sum(self._kinds.values()),
            kinds=dict(self._kinds),
            unread=dict(self._unread.most_common()),
            alerts=self._alerts,
            distinct={change: len(ids) for change, ids in self._ids.items()},
            verdicts=[
                Step(before, after, count)
                for (before, after), count in sorted(self._verdicts.items(), key=lambda item: _rank(*item[0]))
            ],
            lists=_ordered(self._lists),
            measures=_ordered(self._measures),
            scores=bins + without,
            examples=[
                one
                for change in ("new", "lost", "changed")
                for one in sorted(self._kept[change], key=_severity, reverse=True)
            ],
        )

    def _count(self, change: Change | Literal["same"], before: Alert | None, after: Alert | None) -> None:
        _move(self._alerts, before is not None, after is not None, change == "changed")
        for counts, old, new in (
            (self._lists, _lists(before), _lists(after)),
            (self._measures, _measures(before), _measures(after)),
        ):
            for name in old | new:
                _move(counts.setdefault(name, Count()), name in old, name in new, change == "changed")
        score = _score(after or before)
        one = self._without if score is None else self._bins[min(BINS, int(score * BINS))]
        setattr(one, change, getattr(one, change) + 1)

    def _keep(self, one: Difference) -> None:
        """The first of the highest verdicts: a person looks at what would stop a shipment before anything else."""
        kept = self._kept[one.change]
        met = _met(one)
        if sum(_met(other) == met for other in kept) >= _ALIKE:
            return
        if len(kept) < self._examples:
            kept.append(one)
        elif kept:
            least = min(kept, key=_severity)
            if _severity(one) > _severity(least):
                kept[kept.index(least)] = one


def _move(count: Count, before: bool, after: bool, changed: bool) -> None:
    count.before += before
    count.after += after
    count.new += after and not before
    count.lost += before and not after
    count.changed += before and after and changed


def _lists(alert: Alert | None) -> set[str]:
    return {match.list_id for match in alert.matches} if alert is not None else set()


def _measures(alert: Alert | None) -> set[str]:
    return {one.measure_id for one in alert.measures} if alert is not None else set()


def _score(alert: Alert | None) -> float | None:
    return max((match.score for match in alert.matches), default=None) if alert is not None else None


def _met(one: Difference) -> tuple[str, ...]:
    match = next(iter(one.shown.matches), None)
    return (
        (match.list_id, match.entry_id) if match is not None else tuple(rule.measure_id for rule in one.shown.measures)
    )


def _severity(one: Difference) -> int:
    return ORDER.get(one.shown.verdict, 0)


def _rank(before: str, after: str) -> tuple[int, int]:
    return ORDER.get(before, -1), ORDER.get(after, -1)


def _ordered(counts: dict[str, Count]) -> dict[str, Count]:
    """Those that move most first."""
    return dict(
        sorted(
            counts.items(), key=lambda item: (-(item[1].new + item[1].lost + item[1].changed), -item[1].after, item[0])
        )
    )
