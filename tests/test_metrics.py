"""Metric names and labels are what dashboards and alert rules are built on: they are held here word by word."""

from __future__ import annotations

from datetime import UTC, datetime

from prometheus_client import CollectorRegistry

from sekisho.metrics import Metrics, SyncMetrics
from sekisho.model import ListStamp

NAMES = {
    "sekisho_events": ("topic", "outcome"),
    "sekisho_verdicts": ("event_type", "verdict"),
    "sekisho_alerts": ("list", "severity", "trigger"),
    "sekisho_dead_letters": ("topic", "reason"),
    "sekisho_findings": ("outcome",),
    "sekisho_screening_duration_seconds": (),
    "sekisho_event_age_seconds": (),
    "sekisho_consumer_lag_records": ("topic", "partition"),
    "sekisho_open_events": ("topic",),
    "sekisho_open_events_refused": ("topic",),
    "sekisho_stripping": ("event_type", "reference"),
    "sekisho_fingerprints": (),
    "sekisho_fingerprints_evicted": (),
    "sekisho_fingerprints_refused": ("topic",),
    "sekisho_rescreen_jobs": ("trigger",),
    "sekisho_rescreened": ("trigger", "outcome"),
    "sekisho_rescreen_pending": (),
    "sekisho_rescreen_sequence": ("topic", "partition"),
    "sekisho_time_to_alert_seconds": (),
    "sekisho_list_entries": ("list",),
    "sekisho_list_updated_timestamp_seconds": ("list",),
    "sekisho_list_max_age_seconds": ("list",),
    "sekisho_list_active": ("list",),
    "sekisho_ready": (),
    "sekisho_build_info": ("version", "python", "code"),
}

SYNC_NAMES = {
    "sekisho_sync_rounds": ("source", "outcome"),
    "sekisho_sync_last_success_timestamp_seconds": ("source",),
    "sekisho_sync_failing": ("source",),
    "sekisho_sync_changes": ("list", "change"),
}


def value(registry: CollectorRegistry, name: str, **labels: str) -> float | None:
    return registry.get_sample_value(name, labels)


def test_names_and_labels() -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    families = {family.name for family in registry.collect()}
    assert set(NAMES) <= families
    assert labels(metrics) == NAMES


def test_names_and_labels_of_the_sync() -> None:
    assert labels(SyncMetrics()) == SYNC_NAMES


def labels(metrics: object) -> dict[str, tuple[str, ...]]:
    return {one._name: tuple(one._labelnames) for one in vars(metrics).values() if hasattr(one, "_labelnames")}


def test_buckets_reach_from_a_tenth_of_a_millisecond_and_to_five_minutes() -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    metrics.screening_duration.observe(0.0002)
    metrics.event_age.observe(200)
    assert value(registry, "sekisho_screening_duration_seconds_bucket", le="0.0001") == 0
    assert value(registry, "sekisho_screening_duration_seconds_bucket", le="0.00025") == 1
    assert value(registry, "sekisho_event_age_seconds_bucket", le="120.0") == 0
    assert value(registry, "sekisho_event_age_seconds_bucket", le="300.0") == 1


def test_lists_that_are_gone_leave_no_stale_series() -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    published = datetime(2023, 1, 27, tzinfo=UTC)
    metrics.set_lists([ListStamp("old", "1", 10, published), ListStamp("kept", "1", 5)], required=["kept", "absent"])
    assert value(registry, "sekisho_list_entries", list="old") == 10
    assert value(registry, "sekisho_list_updated_timestamp_seconds", list="old") == published.timestamp()
    assert value(registry, "sekisho_list_active", list="absent") == 0
    metrics.set_lists([ListStamp("kept", "2", 6)], required=["kept"])
    assert value(registry, "sekisho_list_entries", list="old") is None
    assert value(registry, "sekisho_list_entries", list="kept") == 6
    assert value(registry, "sekisho_list_active", list="kept") == 1


def test_a_list_without_a_date_has_no_age() -> None:
    """An age of 53 years would alarm; none says that the publisher gave no date."""
    registry = CollectorRegistry()
    Metrics(registry).set_lists([ListStamp("undated", "1", 5)])
    assert value(registry, "sekisho_list_updated_timestamp_seconds", list="undated") is None


def test_a_limit_of_the_settings_goes_before_the_lists_own() -> None:
    registry = CollectorRegistry()
    stamps = [
        ListStamp("a", "1", 5, max_age_hours=48),
        ListStamp("b", "1", 5, max_age_hours=48),
        ListStamp("c", "1", 5),
    ]
    Metrics(registry).set_lists(stamps, max_age_hours={"b": 1})
    ages = [value(registry, "sekisho_list_max_age_seconds", list=one) for one in "abc"]
    assert ages == [48 * 3600, 3600, None], "no limit, no series: history is never stale"


def test_a_source_that_failed_and_came_back() -> None:
    registry = CollectorRegistry()
    metrics = SyncMetrics(registry)
    at = datetime(2023, 1, 27, tzinfo=UTC)
    metrics.succeeded("un-sc", published=True, at=at)
    metrics.failed("un-sc")
    assert value(registry, "sekisho_sync_failing", source="un-sc") == 1
    assert value(registry, "sekisho_sync_last_success_timestamp_seconds", source="un-sc") == at.timestamp()
    metrics.succeeded("un-sc", published=False, at=at)
    assert value(registry, "sekisho_sync_failing", source="un-sc") == 0
    for outcome in ("published", "unchanged", "failed"):
        assert value(registry, "sekisho_sync_rounds_total", source="un-sc", outcome=outcome) == 1


def test_a_prefix_and_a_registry_of_ones_own() -> None:
    one, two = Metrics(), Metrics(prefix="other")
    one.ready.set(1)
    assert b"sekisho_ready 1.0" in one.exposition()
    assert b"other_ready 0.0" in two.exposition()
