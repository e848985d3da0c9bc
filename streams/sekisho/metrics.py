"""Prometheus metrics with an injected registry and prefix: base units, bounded labels.

Label values come from settings (topics), from our own words (outcome, verdict, severity, trigger, reason)
and from the active reference set (list); never from an event's content, so a hostile stream cannot grow them.

    sekisho_events_total{topic,outcome}             every record read; outcome: screened, dead_letter
    sekisho_verdicts_total{event_type,verdict}      verdicts acknowledged by the broker
    sekisho_alerts_total{list,severity,trigger}     alerts acknowledged, by the list of the best match ("" if none)
    sekisho_findings_total{outcome}                 new, updated and closed alerts on the OCSF topic; outcome: sent, summarised
    sekisho_dead_letters_total{topic,reason}
    sekisho_screening_duration_seconds              one event, decoded, in the Screener
    sekisho_event_age_seconds                       from the record's Kafka timestamp to its acknowledged verdict
    sekisho_consumer_lag_records{topic,partition}   records of its own partitions that the worker has not committed
    sekisho_open_events{topic}                      open events that this worker keeps
    sekisho_open_events_refused_total{topic}        their records that were too large for their topic
    sekisho_stripping_total{event_type,reference}   stopped events that came again, altered; reference: same, other
    sekisho_fingerprints                            stopped events that this worker knows again
    sekisho_fingerprints_evicted_total              of those, dropped within their window for want of room
    sekisho_fingerprints_refused_total{topic}       their records that were too large for their topic
    sekisho_rescreen_jobs_total{trigger}            partitions held against a change; trigger: reference, calendar
    sekisho_rescreened_total{trigger,outcome}       open events; outcome: passed_over, unchanged, changed
    sekisho_rescreen_pending                        open events that a change has not been held against yet
    sekisho_rescreen_sequence{topic,partition}      the set that a partition's open events have been held against
    sekisho_time_to_alert_seconds                   from a set's own time to its last alert in a partition
    sekisho_list_entries{list}                      entries of the active version
    sekisho_list_updated_timestamp_seconds{list}    when the publisher's version was made; age = time() - this
    sekisho_list_max_age_seconds{list}              older than this it is stale; no series: it has no limit
    sekisho_list_active{list}                       1 active, 0 required but absent
    sekisho_ready                                   1 while agents screen, 0 while they hold
    sekisho_build_info{version,python,code}         code: compiled, or plain Python

`lists sync` is a process of its own, with metrics of its own (``SyncMetrics``):

    sekisho_sync_rounds_total{source,outcome}               outcome: published, unchanged, failed
    sekisho_sync_last_success_timestamp_seconds{source}     when its files were last known to be the publisher's current ones
    sekisho_sync_failing{source}                            1 while the last round of a source failed
    sekisho_sync_changes_total{list,change}                 entries published; change: added, changed, removed
"""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from sekisho.compiled import CODE
from sekisho.model import ListStamp
from sekisho.version import VERSION

#: Screening one event takes 0.1 ms to some ms; a second means something is wrong.
SCREENING_BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
#: From 10 ms (a quiet stream) to 5 minutes (catching up after an outage).
AGE_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)

#: A change of a list should have reached what has already passed within a minute; an hour is an incident.
TIME_TO_ALERT_BUCKETS = (0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3600.0)

_NO_LIMITS: Mapping[str, int] = MappingProxyType({})


class Metrics:
    """The metrics of one worker. ``registry`` is its own by default, so that two in one process do not collide."""

    def __init__(self, registry: CollectorRegistry | None = None, prefix: str = "sekisho") -> None:
        self.registry = registry = registry if registry is not None else CollectorRegistry()
        self.prefix = prefix

        def counter(name: str, text: str, *labels: str) -> Counter:
            return Counter(f"{prefix}_{name}", text, labels, registry=registry)

        def gauge(name: str, text: str, *labels: str) -> Gauge:
            return Gauge(f"{prefix}_{name}", text, labels, registry=registry)

        def histogram(name: str, text: str, buckets: tuple[float, ...]) -> Histogram:
            return Histogram(f"{prefix}_{name}", text, registry=registry, buckets=buckets)

        self.events = counter("events", "Input records read, by what became of them", "topic", "outcome")
        self.verdicts = counter("verdicts", "Verdicts that the broker acknowledged", "event_type", "verdict")
        self.alerts = counter("alerts", "Alerts that the broker acknowledged", "list", "severity", "trigger")
        self.findings = counter(
            "findings", "Alerts that went to the OCSF topic, by themselves or summarised", "outcome"
        )
        self.dead_letters = counter("dead_letters", "Records sent to the dead-letter topic", "topic", "reason")
        self.consumer_lag = gauge(
            "consumer_lag_records",
            "Records of a partition of this worker that it has not committed yet",
            "topic",
            "partition",
        )
        self.open_events = gauge("open_events", "Open events that this worker keeps", "topic")
        self.open_events_refused = counter(
            "open_events_refused", "Open-event records that were too large for their topic", "topic"
        )
        self.stripping = counter(
            "stripping",
            "Stopped events that came again with something removed or altered, under the same or another reference",
            "event_type",
            "reference",
        )
        self.fingerprints = gauge("fingerprints", "Stopped events that this worker knows again")
        self.fingerprints_evicted = counter(
            "fingerprints_evicted", "Stopped events that were dropped within their window for want of room"
        )
        self.fingerprints_refused = counter(
            "fingerprints_refused", "Fingerprint records that were too large for their topic", "topic"
        )
        self.rescreen_jobs = counter(
            "rescreen_jobs", "Partitions whose open events were held against a change, to the end", "trigger"
        )
        self.rescreened = counter(
            "rescreened",
            "Open events held against a change; outcome: passed_over, unchanged, changed",
            "trigger",
            "outcome",
        )
        self.rescreen_pending = gauge("rescreen_pending", "Open events that a change has not been held against yet")
        self.rescreen_sequence = gauge(
            "rescreen_sequence",
            "Sequence of the set that a partition's open events were held against",
            "topic",
            "partition",
        )
        self.time_to_alert = histogram(
            "time_to_alert_seconds",
            "From a reference set's own time to the last alert that it raised in a partition",
            TIME_TO_ALERT_BUCKETS,
        )
        self.screening_duration = histogram(
            "screening_duration_seconds", "Time to screen one decoded event", SCREENING_BUCKETS
        )
        self.event_age = histogram(
            "event_age_seconds", "Age of an event when its verdict was acknowledged", AGE_BUCKETS
        )
        self.list_entries = gauge("list_entries", "Entries of the active version of a list", "list")
        self.list_updated = gauge(
            "list_updated_timestamp_seconds", "When the active version of a list was published (Unix time)", "list"
        )
        self.list_max_age = gauge(
            "list_max_age_seconds",
            "Age at which the active version of a list is stale; absent: it has no limit",
            "list",
        )
        self.list_active = gauge(
            "list_active", "1 if a version of the list is active, 0 if it is required and absent", "list"
        )
        self.ready = gauge("ready", "1 while events are screened, 0 while agents hold")
        self.build_info = gauge("build_info", "Always 1; the labels say what runs", "version", "python", "code")
        self.build_info.labels(VERSION, platform.python_version(), CODE).set(1)
        self.ready.set(0)

    def set_lists(
        self, active: Iterable[ListStamp], required: Iterable[str] = (), max_age_hours: Mapping[str, int] = _NO_LIMITS
    ) -> None:
        """Show exactly these lists; series of lists that are gone are removed, not left at their last value.

        ``max_age_hours`` are the limits of the settings, which go before a list's own.
        """
        for family in (self.list_entries, self.list_updated, self.list_active, self.list_max_age):
            family.clear()
        for list_id in required:
            self.list_active.labels(list_id).set(0)
        for stamp in active:
            self.list_entries.labels(stamp.list_id).set(stamp.count)
            self.list_active.labels(stamp.list_id).set(1)
            if stamp.published_at is not None:
                self.list_updated.labels(stamp.list_id).set(_unix(stamp.published_at))
            hours = max_age_hours.get(stamp.list_id, stamp.max_age_hours)
            if hours is not None:
                self.list_max_age.labels(stamp.list_id).set(hours * 3600)

    def exposition(self) -> bytes:
        """The Prometheus text format (content type ``text/plain; version=0.0.4``)."""
        return generate_latest(self.registry)


class SyncMetrics:
    """The metrics of `lists sync`. Sources come from settings and arguments, lists from the files of those sources."""

    def __init__(self, registry: CollectorRegistry | None = None, prefix: str = "sekisho") -> None:
        self.registry = registry = registry if registry is not None else CollectorRegistry()
        self.rounds = Counter(
            f"{prefix}_sync_rounds",
            "Rounds of a source, by what became of them",
            ("source", "outcome"),
            registry=registry,
        )
        self.last_success = Gauge(
            f"{prefix}_sync_last_success_timestamp_seconds",
            "When the files of a source were last known to be current (Unix time)",
            ("source",),
            registry=registry,
        )
        self.failing = Gauge(
            f"{prefix}_sync_failing",
            "1 while the last round of a source failed, else 0",
            ("source",),
            registry=registry,
        )
        self.changes = Counter(
            f"{prefix}_sync_changes",
            "Entries that were published, by what changed",
            ("list", "change"),
            registry=registry,
        )

    def failed(self, source: str) -> None:
        """What was active stays active."""
        self.rounds.labels(source, "failed").inc()
        self.failing.labels(source).set(1)

    def succeeded(self, source: str, *, published: bool, at: datetime) -> None:
        self.rounds.labels(source, "published" if published else "unchanged").inc()
        self.failing.labels(source).set(0)
        self.last_success.labels(source).set(_unix(at))


def _unix(moment: datetime) -> float:
    """A moment without a zone is UTC, as everywhere in sekisho."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
