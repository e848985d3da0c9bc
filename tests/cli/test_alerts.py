"""``alerts``: filters, one in full, counts, and the forms for machines, on a topic of this test's own."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

import msgspec
import pytest
from kafka import KafkaProducer

from sekisho.model import AppliedMeasure, Match
from sekisho.settings import load
from sekisho.wire import encode
from tests.cli.conftest import Run
from tests.cli.test_alert_table import alert

NOW = ("tail", "--from-beginning", "--no-follow")


def met(list_id: str) -> tuple[Match, ...]:
    return (Match(list_id, "1", "7", "Remdizel", "Remdizel", 0.9, 0.9, "neutral", "strong"),)


def under(measure: str) -> tuple[AppliedMeasure, ...]:
    return (AppliedMeasure(measure, "t", "JP", "Order art. 2", "review", date(2023, 2, 3), in_force=True),)


ALERTS = (
    alert(alert_id="a" * 32, severity="critical", verdict="prohibited", matches=met("jp-x"), measures=under("jp-1")),
    alert(alert_id="b" * 32, severity="low", verdict="review", matches=met("us-y"), measures=()),
    alert(alert_id="ba" * 16, severity="medium", verdict="review", matches=met("us-y"), measures=under("us-1")),
    alert(alert_id="c" * 32, severity="high", verdict="licence_required", matches=(), measures=under("us-2")),
)


@pytest.fixture
def topic(broker: str, run: Run) -> str:
    """The alerts above; the last is raised, changed and closed."""
    run("topics", "create", "--partitions", "1")
    history = [msgspec.structs.replace(ALERTS[3], status=status) for status in ("updated", "closed")]
    producer = KafkaProducer(bootstrap_servers=broker, acks="all")
    for one in (*ALERTS, *history):
        producer.send(load().topics.alert, encode(one)).get(10)
    producer.close()
    return load().topics.alert


def ids(run: Run, *flags: str) -> list[str]:
    ran = run("alerts", *NOW, *flags, "--json")
    assert ran.code == 0, ran.err
    return [json.loads(line)["alert_id"][:2] for line in ran.out.splitlines()]


def test_an_id_that_no_alert_has_is_no_quiet_day(topic: str, run: Run) -> None:
    ran = run("alerts", *NOW, "--list", "us-z")
    assert "6 alerts passed over; none is of --list us-z. Those that are there: jp-x, us-y" in ran.err
    assert "--measure jp-2. Those that are there: jp-1, us-1, us-2" in run("alerts", *NOW, "--measure", "jp-2").err
    assert "passed over" not in run("alerts", *NOW, "--list", "jp-x").err
    assert "passed over" not in run("alerts", *NOW, "--list", "us-y", "--severity", "critical").err, "it is there"


def test_filters_and_all_of_them_together(topic: str, run: Run) -> None:
    assert ids(run) == ["aa", "bb", "ba", "cc", "cc", "cc"]
    assert ids(run, "--severity", "high") == ["aa", "cc", "cc", "cc"], "this one or a higher one"
    assert ids(run, "--verdict", "prohibited") == ["aa"]
    assert ids(run, "--list", "us-y") == ["bb", "ba"]
    assert ids(run, "--measure", "us-1") == ["ba"]
    assert ids(run, "--list", "us-y", "--severity", "medium", "--measure", "us-1") == ["ba"]
    assert ids(run, "--list", "us-y", "--measure", "jp-1") == []
    assert ids(run, "--limit", "2") == ["aa", "bb"]


def table(text: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_has_the_same_alerts(topic: str, run: Run) -> None:
    rows = table(run("alerts", *NOW, "--severity", "high", "--csv").out)
    assert [row["alert_id"][:2] for row in rows] == ["aa", "cc", "cc", "cc"]
    assert [row["status"] for row in rows] == ["new", "new", "updated", "closed"]
    assert run("alerts", *NOW, "--csv", "--json").code == 2


def test_one_in_full_is_its_whole_history(topic: str, run: Run) -> None:
    said = run("alerts", "show", "cc")
    assert said.code == 0
    assert [word for word in ("new", "updated", "closed") if f"({word}," in said.out] == ["new", "updated", "closed"]
    assert [row["status"] for row in table(run("alerts", "show", "cc", "--csv").out)] == ["new", "updated", "closed"]
    assert run("alerts", "show", "b").code == 1, "the beginning of two"
    assert "beginning of 2 alerts" in run("alerts", "show", "b").err
    assert run("alerts", "show", "f").code == 1


def test_an_alert_counts_once_and_a_closed_one_no_more(topic: str, run: Run) -> None:
    counted = json.loads(run("alerts", "stats", "--json").out)
    assert counted["alerts"] == 4
    assert counted["status"] == {"new": 3, "closed": 1}
    assert counted["severity"] == {"critical": 1, "low": 1, "medium": 1}
    assert counted["list"] == {"us-y": 2, "jp-x": 1}
    rows = {(row["by"], row["value"]): row["alerts"] for row in table(run("alerts", "stats", "--csv").out)}
    assert rows["list", "us-y"] == "2"
    assert rows["measure", "jp-1"] == "1"
