"""The demo's events one by one: each has the verdict that the law gives, and plain trade passes.

A false alarm stops an honest shipment, so an event of plain trade must be clear without any alert.
"""

from __future__ import annotations

import json

import pytest

from sekisho.cli.demo.feed import items, lines
from sekisho.errors import EventError
from sekisho.wire.events import decode_event
from tests.cli.story import Told, expectations, told

IDS = [json.loads(line)["event_id"] for name in ("shipments", "payments") for line in lines(name)]


@pytest.fixture(scope="module")
def judged() -> dict[str, Told]:
    return {one.event.event_id: one for one in told()}


@pytest.mark.parametrize("event_id", IDS)
def test_the_verdict_is_the_laws(event_id: str, judged: dict[str, Told]) -> None:
    one = judged[event_id]
    messages = [f"{alert.verdict}: {alert.message}" for alert in one.alerts]
    assert one.verdict == one.expected, "\n".join((one.why, *messages))
    raised = sorted(f"{alert.verdict} {alert.subject.kind} {alert.subject.role}" for alert in one.alerts)
    assert raised == one.expected_alerts, "\n".join(messages)
    assert not one.notes, "the demo's codes are all valid"


def test_every_alert_says_which_rule_or_list_it_met(judged: dict[str, Told]) -> None:
    for one in judged.values():
        for alert in one.alerts:
            assert alert.matches or alert.measures, one.event.event_id
            assert alert.message.endswith("."), alert.message


def test_every_expectation_is_an_event() -> None:
    assert set(expectations()) <= set(IDS)


def test_event_ids_are_unique_and_the_feed_is_in_the_order_of_time() -> None:
    assert len(set(IDS)) == len(IDS)
    times = [item.at for item in items()]
    assert times == sorted(times)
    assert (times[0].date().isoformat(), times[-1].date().isoformat()) == ("2023-01-20", "2023-02-10")


def test_most_of_it_is_plain_trade() -> None:
    assert len(IDS) - len(expectations()) > 200


def test_broken_ones_are_broken() -> None:
    broken = [item for item in items() if item.broken]
    assert len(broken) >= 8
    for item in broken:
        with pytest.raises(EventError):
            decode_event(item.kind, item.value, item.headers)  # type: ignore[arg-type]
