"""What the demo counts: which records have their answer, and how long it took."""

from __future__ import annotations

import collections
import statistics
import threading
import time

import msgspec

from sekisho.model import Alert, Verdict

#: topic, partition, offset of the record that was published
Place = tuple[str, int, int]


class Summary(msgspec.Struct):
    """Figures of one run; times in seconds, latencies in milliseconds from publish to the alert's (verdict's) arrival."""

    events: int
    answered: int
    verdicts: dict[str, int]
    alerts: int
    alerts_by_severity: dict[str, int]
    dead_letters: int
    seconds: float
    events_per_second: float
    alert_p50_ms: float
    alert_p99_ms: float
    verdict_p50_ms: float
    verdict_p99_ms: float


class Tally:
    """Filled by the publisher and by the readers of the three output topics; safe between their threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sent: dict[Place, float] = {}
        self._answered: set[Place] = set()
        self._alert_ms: dict[Place, float] = {}
        self._verdict_ms: list[float] = []
        self._verdicts: collections.Counter[str] = collections.Counter()
        #: alert id: severity of its newest record; updates of a subject are records of one alert
        self._alerts: dict[str, str] = {}
        self._dead = 0
        self._began = time.perf_counter()
        self._last = self._began

    def sent(self, place: Place, at: float) -> None:
        """A record was handed to the producer at ``at`` (``time.perf_counter``); its place is known now."""
        with self._lock:
            if not self._sent:
                self._began = at
            self._sent[place] = at

    def alert(self, alert: Alert, at: float) -> None:
        with self._lock:
            place = _place(alert)
            if place in self._sent and place not in self._alert_ms:
                self._alert_ms[place] = (at - self._sent[place]) * 1000
            self._alerts[alert.alert_id] = alert.severity

    def verdict(self, verdict: Verdict, at: float) -> None:
        with self._lock:
            place = _place(verdict)
            if place in self._answered and verdict.verdict != "unscreened":
                return  # delivered twice: the same answer, counted once
            self._answered.add(place)
            self._verdicts[verdict.verdict] += 1
            if place in self._sent:
                self._verdict_ms.append((at - self._sent[place]) * 1000)
            self._last = at

    def dead_letter(self, place: Place, at: float) -> None:
        with self._lock:
            self._answered.add(place)
            self._dead += 1
            self._last = at

    @property
    def open(self) -> int:
        """Records that have neither a verdict nor a dead letter yet."""
        with self._lock:
            return len(self._sent.keys() - self._answered)

    def summary(self) -> Summary:
        with self._lock:
            seconds = max(self._last - self._began, 1e-9)
            alert_ms, verdict_ms = list(self._alert_ms.values()), self._verdict_ms
            return Summary(
                events=len(self._sent),
                answered=len(self._answered & self._sent.keys()),
                verdicts=dict(self._verdicts),
                alerts=len(self._alerts),
                alerts_by_severity=dict(collections.Counter(self._alerts.values())),
                dead_letters=self._dead,
                seconds=round(seconds, 2),
                events_per_second=round(len(self._answered) / seconds, 1),
                alert_p50_ms=_quantile(alert_ms, 50),
                alert_p99_ms=_quantile(alert_ms, 99),
                verdict_p50_ms=_quantile(verdict_ms, 50),
                verdict_p99_ms=_quantile(verdict_ms, 99),
            )


def _place(record: Alert | Verdict) -> Place:
    return (record.event.topic, record.event.partition, record.event.offset)


def _quantile(values: list[float], percent: int) -> float:
    """The percentile, in milliseconds; 0 where there is nothing."""
    if len(values) < 2:
        return round(values[0], 1) if values else 0.0
    return round(statistics.quantiles(values, n=100, method="inclusive")[percent - 1], 1)
