"""The demo's events one by one: each has the verdict that the law gives, and plain trade passes.

``demo_expected.jsonl`` names the verdict of every event that is not plain trade, with the reason where it is not
obvious. Every other event of the demo must be clear without any alert: a false alarm stops an honest shipment.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sekisho.cli.demo.feed import items, lines
from sekisho.errors import EventError
from sekisho.model import Origin
from sekisho.reference import Reference
from sekisho.screening import Screener
from sekisho.wire.events import decode_event, event_from_json

EXPECTED = {
    row["event_id"]: row
    for row in map(json.loads, (Path(__file__).parent / "demo_expected.jsonl").read_text("utf-8").splitlines())
}
EVENTS = [line for name in ("shipments", "payments") for line in lines(name)]


@pytest.fixture(scope="module")
def screener() -> Screener:
    return Screener(Reference.bundled())


@pytest.mark.parametrize("line", EVENTS, ids=[json.loads(line)["event_id"] for line in EVENTS])
def test_the_verdict_is_the_laws(line: bytes, screener: Screener) -> None:
    decoded = event_from_json(line)
    event = decoded.event
    found = screener.screen(event, Origin("t", 0, 0), known_at=event.event_time, now=event.event_time)
    expected = EXPECTED.get(event.event_id, {"verdict": "clear", "why": "plain trade"})
    told = [f"{alert.verdict}: {alert.message}" for alert in found.alerts]
    assert found.verdict.verdict == expected["verdict"], f"{expected.get('why')}\n" + "\n".join(told)
    if expected["verdict"] == "clear":
        assert not told
    assert not decoded.notes, "the demo's codes are all valid"


def test_every_expectation_is_an_event() -> None:
    assert set(EXPECTED) <= {json.loads(line)["event_id"] for line in EVENTS}


def test_event_ids_are_unique_and_times_in_order() -> None:
    assert len({json.loads(line)["event_id"] for line in EVENTS}) == len(EVENTS)
    times = [item.at for item in items()]
    assert times == sorted(times)
    assert (times[0].date().isoformat(), times[-1].date().isoformat()) == ("2023-01-20", "2023-02-10")


def test_broken_ones_are_broken() -> None:
    broken = [item for item in items() if item.broken]
    assert len(broken) >= 8
    for item in broken:
        with pytest.raises(EventError):
            decode_event(item.kind, item.value, item.headers)
