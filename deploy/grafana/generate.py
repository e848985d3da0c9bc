"""Make the dashboards: ``python deploy/grafana/generate.py``. They are committed; a test makes them anew and compares.

Three boards, one question each: Checkpoint (does it work?), Alerts (what is hit?), Lists (what is it screened against?).
A panel says in its description what it shows and when to worry; expressions use the metrics of ``sekisho/metrics.py``.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Literal

from grafana_foundation_sdk.builders import bargauge, heatmap, prometheus, stat, table, timeseries
from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

FOLDER = Path(__file__).resolve().parent / "dashboards"
SOURCE = models.DataSourceRef(type_val="prometheus", uid="prometheus")
KINDS = {one.__name__.rpartition(".")[2]: one for one in (bargauge, heatmap, stat, table, timeseries)}
#: The builder of a panel of any kind.
Panel = Any

#: unit names of Grafana
PER_SECOND, COUNT, SECONDS, SHARE = "reqps", "short", "s", "percentunit"


def panel(
    kind: Literal["stat", "timeseries", "table", "bargauge", "heatmap"],
    title: str,
    description: str,
    *expressions: tuple[str, str],
    unit: str = COUNT,
    width: int = 8,
    height: int = 8,
    steps: tuple[tuple[float, str], ...] = (),
    words: dict[str, tuple[str, str]] | None = None,
) -> Panel:
    """``expressions`` are (PromQL, legend). ``steps``: from this value on, this colour. ``words``: value → (text, colour)."""
    made = KINDS[kind].Panel().title(title).description(description).datasource(SOURCE)
    made.unit(unit).min(0).span(width).height(height)
    if steps:
        colours = [models.Threshold(None, "green"), *(models.Threshold(value, colour) for value, colour in steps)]
        made.thresholds(builders.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(colours))
    if words:
        shown = {value: models.ValueMappingResult(text, colour) for value, (text, colour) in words.items()}
        made.mappings([models.ValueMap(shown)])
    if kind == "heatmap":  # Prometheus has counted the buckets already
        made.calculate(False).y_axis(heatmap.YAxisConfig().unit(unit))
    for number, (expression, legend) in enumerate(expressions):
        query = prometheus.Dataquery().ref_id("ABCDEF"[number]).datasource(SOURCE).expr(whole(expression))
        query.legend_format(legend)
        # These show the state of now; the others its history.
        query = query.instant() if kind in {"stat", "table", "bargauge"} else query.range()
        made.with_target(query.format(PromQueryFormat.TABLE) if kind == "table" else query)
    return made


_INCREASE = re.compile(
    r"increase\((sekisho_(?:alerts|verdicts|dead_letters|findings|rescreened|rescreen_jobs|open_events_refused)_total(?:{[^}]*})?)\[(\w+)\]\)"
)


def whole(expression: str) -> str:
    """``increase()`` misses the first value of a series that begins in its window, as the first alert of a list does: add it."""
    return _INCREASE.sub(r"((\1 unless \1 offset \2) or increase(\1[\2]))", expression)


def quantiles(metric: str) -> tuple[tuple[str, str], ...]:
    """The middle, the slowest twentieth and the slowest hundredth."""
    return tuple(
        (f"histogram_quantile({share}, sum by (le) (rate(sekisho_{metric}_bucket[5m])))", f"p{share * 100:g}")
        for share in (0.5, 0.95, 0.99)
    )


def checkpoint() -> list[Panel]:
    """Is it working? Rate, waiting time, verdicts, dead letters."""
    small = {"width": 4, "height": 4}
    return [
        panel("stat", "Workers", "Screening, or holding: then /ready of the worker says why.", ("sekisho_ready", "{{instance}}"),
              words={"0": ("holds", "red"), "1": ("screens", "green")}, **small),
        panel("stat", "Events per second", "Records read from the input topics.", ("sum(rate(sekisho_events_total[1m]))", "events/s"),
              unit=PER_SECOND, **small),
        panel("stat", "Waiting time, p99", "From the event's arrival in Kafka to its acknowledged verdict. Over a minute, the stream is behind.",
              quantiles("event_age_seconds")[2], unit=SECONDS, steps=((10, "yellow"), (60, "red")), **small),
        panel("stat", "Dead letters, last hour", "Events that could not be screened: somebody waits for each of them.",
              ("sum(increase(sekisho_dead_letters_total[1h]))", "dead letters"), steps=((0.5, "red"),), **small),
        panel("stat", "Alerts, last hour", "Alerts acknowledged by the broker.", ("sum(increase(sekisho_alerts_total[1h]))", "alerts"), **small),
        panel("stat", "Versions", "What runs. Two versions side by side are normal only during a deployment.",
              ("count by (version, python, code) (sekisho_build_info)", "{{version}} (Python {{python}}, {{code}})"), **small),
        panel("timeseries", "Events by outcome", "What became of the records that were read.",
              ("sum by (topic, outcome) (rate(sekisho_events_total[1m]))", "{{topic}} {{outcome}}"), unit=PER_SECOND),
        panel("timeseries", "Verdicts", "Answers, by verdict.", ("sum by (verdict) (rate(sekisho_verdicts_total[1m]))", "{{verdict}}"), unit=PER_SECOND),
        panel("timeseries", "Dead letters by reason", "In five minutes. A new reason is a publisher that changed something.",
              ("sum by (topic, reason) (increase(sekisho_dead_letters_total[5m]))", "{{topic}} {{reason}}")),
        panel("timeseries", "Waiting time", "From arrival in Kafka to the acknowledged verdict. It grows with the lag.",
              *quantiles("event_age_seconds"), unit=SECONDS),
        panel("timeseries", "Screening time", "One decoded event in the screener, without Kafka.", *quantiles("screening_duration_seconds"), unit=SECONDS),
        panel("heatmap", "Screening time, spread", "How many events took how long.",
              ("sum by (le) (increase(sekisho_screening_duration_seconds_bucket[5m]))", "{{le}}"), unit=SECONDS),
        panel("timeseries", "Events that wait", "Lag: records that are in Kafka and not committed yet, as the workers count them. A partition that no worker has is not in it.",
              ("sum by (topic) (sekisho_consumer_lag_records)", "{{topic}}"), width=12),
        panel("timeseries", "Partitions furthest behind", "The ten with the most events that wait. One alone: a key that carries most of the traffic, or a worker that stands still.",
              ("topk(10, max by (topic, partition) (sekisho_consumer_lag_records))", "{{topic}} {{partition}}"), width=12),
    ]  # fmt: skip


def alerts() -> list[Panel]:
    """What is hit? By list, severity, verdict and cause; without names, which are in the alerts topic only."""
    return [
        panel("stat", "Prohibited, last day", "Events that may not go on.",
              ('sum(increase(sekisho_verdicts_total{verdict="prohibited"}[1d]))', "prohibited"), steps=((0.5, "red"),), width=6, height=4),
        panel("stat", "Licence required, last day", "Events that need a licence first.",
              ('sum(increase(sekisho_verdicts_total{verdict="licence_required"}[1d]))', "licence required"), width=6, height=4),
        panel("stat", "To review, last day", "Events that a person must decide.",
              ('sum(increase(sekisho_verdicts_total{verdict="review"}[1d]))', "review"), width=6, height=4),
        panel("stat", "Share of events with a hit, last day", "Far from its usual value, either trade or a list has changed.",
              ('sum(increase(sekisho_verdicts_total{verdict!="clear"}[1d])) / sum(increase(sekisho_verdicts_total[1d]))', "share"),
              unit=SHARE, width=6, height=4),
        panel("timeseries", "Alerts by severity", "In five minutes.", ("sum by (severity) (increase(sekisho_alerts_total[5m]))", "{{severity}}"), width=12),
        panel("timeseries", "Alerts by list", "In five minutes, by the list of the best match. `places` are listed regions.",
              ("sum by (list) (increase(sekisho_alerts_total[5m]))", "{{list}}"), width=12),
        panel("timeseries", "Alerts by cause", "event: as it passed; reference: a list or a law changed; calendar: a date came.",
              ("sum by (trigger) (increase(sekisho_alerts_total[5m]))", "{{trigger}}"), width=12),
        panel("timeseries", "Verdicts by kind of event", "Hits only.",
              ('sum by (event_type, verdict) (increase(sekisho_verdicts_total{verdict!="clear"}[5m]))', "{{event_type}} {{verdict}}"), width=12),
        panel("timeseries", "OCSF findings", "In five minutes, where they are switched on. Summarised: one noisy subject, told in one finding instead of many.",
              ("sum by (outcome) (increase(sekisho_findings_total[5m]))", "{{outcome}}"), width=12),
        panel("timeseries", "Stopped events sent again, altered", "In an hour: what stopped them was removed or altered; under the same reference or another.",
              ("sum by (event_type, reference) (increase(sekisho_stripping_total[1h]))", "{{event_type}}, {{reference}} reference"), width=12),
        panel("bargauge", "Lists with the most alerts, last day", "Which list keeps the reviewers busy.",
              ("topk(10, sum by (list) (increase(sekisho_alerts_total[1d])))", "{{list}}"), width=24),
    ]  # fmt: skip


def lists() -> list[Panel]:
    """What is it screened against? Presence, age, size, and whether all workers agree."""
    return [
        panel("stat", "Reference set", "Sequence of the set that each worker screens against; workers differ for moments only.",
              ("sekisho_reference_sequence", "{{instance}}"), width=6, height=4),
        panel("stat", "Incomplete sets", "1: the newest published set lacks records, so the one before it is in use.",
              ("max(sekisho_reference_incomplete)", "incomplete"), steps=((1, "red"),), width=6, height=4),
        panel("stat", "Active lists", "Lists, goods tables and measure sets in use.", ("count(max by (list) (sekisho_list_active) == 1)", "active"),
              width=6, height=4),
        panel("stat", "Entries in all", "Entries, goods items and measures in use.", ("sum(max by (list) (sekisho_list_entries))", "entries"),
              width=6, height=4),
        panel("table", "Required and absent", "Workers hold while one is here.", ("min by (list) (sekisho_list_active) == 0", "{{list}}"), width=8),
        panel("table", "Entries by list", "Of the active version.", ("sort_desc(max by (list) (sekisho_list_entries))", "{{list}}"), width=8),
        panel("table", "Age by list", "Since its publisher's version was fetched. Lists of the bundled pack have no date and are not here.",
              ("sort_desc(time() - max by (list) (sekisho_list_updated_timestamp_seconds))", "{{list}}"), unit=SECONDS, width=8),
        panel("timeseries", "Entries over time", "A sudden fall is a broken download more often than a pardon.",
              ("max by (list) (sekisho_list_entries)", "{{list}}"), width=12),
        panel("timeseries", "Age over time", "A saw-tooth: it falls to nothing with each fetch.",
              ("time() - max by (list) (sekisho_list_updated_timestamp_seconds)", "{{list}}"), unit=SECONDS, width=12),
        panel("table", "Time left", "Until a list is stale: its limit less its age. Below nothing it is named in each verdict.",
              ("sort(max by (list) (sekisho_list_max_age_seconds) + max by (list) (sekisho_list_updated_timestamp_seconds) - time())",
               "{{list}}"), unit=SECONDS, width=8),
        panel("timeseries", "Rounds of the sync", "What became of each source: published, unchanged, failed. Empty where `lists sync` does not run.",
              ("sum by (source, outcome) (increase(sekisho_sync_rounds_total[1h]))", "{{source}} {{outcome}}"), width=8),
        panel("timeseries", "Entries that changed", "Published by the sync: added, changed and removed entries.",
              ("sum by (list, change) (increase(sekisho_sync_changes_total[1h]))", "{{list}} {{change}}"), width=8),
        panel("table", "Sources that fail", "The last round of `lists sync` failed; its log says why. What was active stays active.",
              ("max by (source) (sekisho_sync_failing) == 1", "{{source}}"), width=12),
        panel("table", "Last success by source", "Since the files of a source were last known to be its publisher's current ones.",
              ("sort_desc(time() - max by (source) (sekisho_sync_last_success_timestamp_seconds))", "{{source}}"), unit=SECONDS, width=12),
        panel("timeseries", "Open events", "Shipments under way and payments not settled: what a change of a list is held against.",
              ("sum by (topic) (sekisho_open_events)", "{{topic}}"), width=8),
        panel("timeseries", "Rescreened", "In five minutes, after a change. Changed: the answer is another now, and an alert or a clearance went out.",
              ("sum by (trigger, outcome) (increase(sekisho_rescreened_total[5m]))", "{{trigger}} {{outcome}}"), width=8),
        panel("timeseries", "Rescreening that waits", "Open events that a change has not been held against yet. It should fall to nothing within a minute.",
              ("sum(sekisho_rescreen_pending)", "pending"), width=8),
        panel("timeseries", "Partitions rescreened", "In an hour: partitions whose open events were held against a change, to the end.",
              ("sum by (trigger) (increase(sekisho_rescreen_jobs_total[1h]))", "{{trigger}}"), width=8),
        panel("timeseries", "Set that open events were held against", "By topic, the partition that is furthest behind. It follows the reference set.",
              ("min by (topic) (sekisho_rescreen_sequence)", "{{topic}}"), width=8),
        panel("timeseries", "Time from list to alert", "From a reference set's own time to the last alert that it raised in a partition.",
              *quantiles("time_to_alert_seconds"), unit=SECONDS, width=8),
        panel("table", "Open events too large to keep", "In a day. Each was answered, but after a restart no change of a list will find it.",
              ("sum by (topic) (increase(sekisho_open_events_refused_total[1d])) > 0", "{{topic}}"), width=24, height=4),
        panel("timeseries", "Stopped events that are known again", "Within the window. Every worker knows all of them, so the lines should lie on one another.",
              ("sekisho_fingerprints", "{{instance}}"), width=12),
        panel("timeseries", "Stopped events forgotten too early", "In a day: dropped for want of room, or too large for their topic. Sent again, altered, they pass for new.",
              ("sum by (instance) (increase(sekisho_fingerprints_evicted_total[1d]))", "no room {{instance}}"),
              ("sum by (topic) (increase(sekisho_fingerprints_refused_total[1d]))", "refused by {{topic}}"), width=12),
    ]  # fmt: skip


def board(uid: str, title: str, panels: list[Panel], since: str) -> models.Dashboard:
    """The builder lays panels out from left to right: the widths of a row make 24."""
    made = builders.Dashboard(title).uid(uid).tags(["sekisho"]).timezone("utc").version(1).readonly()
    made.refresh("10s").time(since, "now").tooltip(models.DashboardCursorSync.CROSSHAIR)
    made.link(
        builders.DashboardLink("sekisho")
        .type(models.DashboardLinkType.DASHBOARDS)
        .tags(["sekisho"])
        .as_dropdown(False)
        .keep_time(True)
    )
    for number, one in enumerate(panels, 1):
        made.with_panel(one.id(number))
    return made.build()


def dashboards() -> dict[str, models.Dashboard]:
    """File name → dashboard."""
    return {
        "checkpoint.json": board("sekisho-checkpoint", "Checkpoint", checkpoint(), "now-1h"),
        "alerts.json": board("sekisho-alerts", "Alerts", alerts(), "now-24h"),
        "lists.json": board("sekisho-lists", "Lists", lists(), "now-7d"),
    }


def text(one: models.Dashboard) -> str:
    """The file of a dashboard."""
    return json.dumps(one, cls=JSONEncoder, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name, one in dashboards().items():
        (FOLDER / name).write_text(text(one), encoding="utf-8")
