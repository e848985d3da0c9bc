"""What commands say of events that were stopped and came again, altered; the worker's part is played by the test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sekisho.agents.fingerprint_reader import stopped_events
from sekisho.cli.alert_table import _act, _met
from sekisho.cli.alerts import in_full
from sekisho.cli.backtest.pairs import Drift
from sekisho.cli.backtest.pairs import screened as judged
from sekisho.cli.judge import Judge
from sekisho.cli.passed import Passed
from sekisho.model import Alert, Fingerprint, Money, OpenEvent, Origin, Shipment
from sekisho.reference.activate import tables_of
from sekisho.screening import Screener
from sekisho.screening.lifecycle import Step, advance
from sekisho.screening.resubmitted import StoppedBefore, is_resubmission
from sekisho.wire import codec
from tests import factories
from tests.cli.conftest import Run
from tests.cli.test_hindsight import KNOWN, LISTED, Checkpoint, company
from tests.cli.test_screen import GENERATOR, file, verdicts
from tests.factories import party


class Desk(Checkpoint):
    """A worker that knows again what it has stopped."""

    def __init__(self, servers: str, run: Run) -> None:
        super().__init__(servers, run)
        memory = stopped_events(self.settings)
        assert memory is not None
        self.memory = memory
        self.past: OpenEvent | None = None

    def take(self, event: Shipment, *, clear_text: bool = False) -> Step:
        """Publish the event, and what follows from it."""
        value, key = msgspec.json.encode(event), event.shipment_reference
        origin = Origin(self.settings.topics.shipment, 0, self.send(self.settings.topics.shipment, key, value), key=key)
        chain = self.publisher.chain()
        assert chain.head is not None
        found = self.memory.before(event, origin, KNOWN)
        texts = {one.fingerprint_id: shipment(LISTED) for one in found} if clear_text else {}
        held = tuple(alert for alert in self.past.live if is_resubmission(alert)) if self.past else ()
        screening = Screener(tables_of(chain, chain.head.hash)).screen(
            event, origin, known_at=KNOWN, now=KNOWN, stopped=StoppedBefore(self.memory.sketcher, found, texts, held)
        )
        step = advance(self.past, event, origin, screening, value=value)
        self.past = step.state
        for alert in step.alerts:
            self.alert(alert)
        self.send(self.settings.topics.verdict, key, codec.encode(step.verdict))
        if (kept := screening.fingerprint) is not None:
            self.memory.put(kept)
            self.fingerprint(kept)
        assert step.state is not None
        self.send(self.settings.topics.open_shipment, key, codec.encode(step.state))
        return step

    def fingerprint(self, kept: Fingerprint) -> None:
        self.send(self.settings.topics.fingerprint, kept.fingerprint_id, codec.encode(kept))


def shipment(name: str, **fields: Any) -> Shipment:
    goods = (factories.line("Pumps", quantity="137", value=Money("48213.50", "USD")),)
    parties = (party("Osaka Pumps", "shipper"), party(name, account="DE89370400440532013000"))
    return factories.shipment(**{"parties": parties, "goods": goods, **fields})


@pytest.fixture
def desk(broker: str, run: Run) -> Iterator[Desk]:
    made = Desk(broker, run)
    yield made
    made.close()


def raised(step: Step) -> Alert:
    (alert,) = [alert for alert in step.alerts if is_resubmission(alert)]
    return alert


@pytest.mark.parametrize("clear_text", [True, False])
def test_an_alert_is_explained_with_both_versions(desk: Desk, run: Run, clear_text: bool) -> None:
    desk.take(shipment(LISTED))
    alert = raised(desk.take(shipment("Honest Trading"), clear_text=clear_text))
    told = run("explain", alert.alert_id, "--json")
    line = json.loads(told.out)
    assert (line["outcome"], line["changes"], line["missing"]) == ("same", [], [])
    assert line["versions"][0] == [
        f"consignee altered: name; it had met xx-list {LISTED}", LISTED, "Honest Trading",
    ]  # fmt: skip
    shown = run("explain", alert.alert_id)
    assert shown.code == 0
    assert "the version that was stopped" in shown.out
    assert "DE89" not in shown.out + shown.err


def test_a_fingerprint_that_is_gone_is_made_again_and_an_event_that_is_gone_is_told(desk: Desk, run: Run) -> None:
    desk.take(shipment(LISTED))
    alert = raised(desk.take(shipment("Honest Trading")))
    (kept,) = desk.memory.before(shipment("x"), Origin("y", 0, 0), KNOWN)
    desk.send(desk.settings.topics.fingerprint, kept.fingerprint_id, None)
    again = json.loads(run("explain", alert.alert_id, "--json").out)
    assert again["outcome"] == "same", again["changes"]
    assert "is gone; it is made again from the event" in again["notes"][0]
    elsewhere = msgspec.structs.replace(
        alert, matches=(msgspec.structs.replace(alert.matches[0], entry_id="logistics.shipment.v1/0/999/0"),)
    )
    desk.alert(msgspec.structs.replace(elsewhere, alert_id="f" * 32))
    gone = run("explain", "f" * 32, "--json")
    assert gone.code == 1
    assert json.loads(gone.out)["outcome"] == "dropped"
    assert "logistics.shipment.v1/0/999/0" in json.loads(gone.out)["missing"][0]


def test_an_alert_in_full_is_a_comparison(desk: Desk) -> None:
    desk.take(shipment(LISTED))
    alert = raised(desk.take(shipment("Honest Trading"), clear_text=True))
    text = "\n".join(in_full(alert))
    assert f"compare    with SHP-1, stopped 2023-02-12 (prohibited), at {desk.settings.topics.shipment}/0/0/0" in text
    assert f"then: {LISTED}" in text
    assert "now:  Honest Trading" in text
    assert _met(alert).startswith("SHP-1, stopped 2023-02-12 (prohibited): consignee altered")
    assert "compare the two versions" in _act(alert)


def test_a_back_test_neither_makes_nor_closes_it(desk: Desk) -> None:
    """As a rescreening would not: of what is open it stands on both sides, and is no drift."""
    desk.take(shipment(LISTED))
    step = desk.take(shipment("Honest Trading"))
    assert step.state is not None
    passed = Passed(shipment("Honest Trading"), step.state.origin, state=step.state)
    now_chain = desk.publisher.chain()
    assert now_chain.head is not None
    before = Judge(desk.settings, tables_of(now_chain, now_chain.head.hash))
    chain = desk.publish(company("Honest Trading"))
    assert chain.head is not None
    after, drift = Judge(desk.settings, tables_of(chain, chain.head.hash)), Drift()
    (pair,) = judged([passed], before, after, drift, known_at=KNOWN, now=KNOWN)
    assert not isinstance(pair, Exception)
    assert (pair.before.verdict, pair.after.verdict, drift.events) == ("review", "prohibited", 0)
    assert [is_resubmission(alert) for alert in pair.before.alerts] == [True]


def test_an_engine_is_not_blamed_for_what_only_a_worker_knows(desk: Desk, run: Run) -> None:
    desk.take(shipment(LISTED))
    desk.take(shipment("Honest Trading"))
    ran = run("backtest", "--engine", "--json")
    assert ran.code == 0, ran.err
    summary = json.loads(ran.out.splitlines()[-1])
    assert len(ran.out.splitlines()) == 1, "no difference"
    assert summary


def test_erasing_takes_the_fingerprint_back(desk: Desk, run: Run) -> None:
    desk.take(shipment(LISTED))
    for asked in (("--reference", "SHP-1"), ("--person", "zorkovian   DYNAMICS")):
        found = {row["topic"]: row for row in map(json.loads, run("erase", *asked, "--json").out.splitlines())}
        row = found[desk.settings.topics.fingerprint]
        assert (row["records"], row["action"], row["done"]) == (1, "tombstone", False)
    other = run("erase", "--person", "Somebody Else", "--json").out.splitlines()
    (row,) = [row for row in map(json.loads, other) if row["topic"] == desk.settings.topics.fingerprint]
    assert row["records"] == 0
    done = run("erase", "--reference", "SHP-1", "--yes", "--json")
    assert done.code == 0, done.err
    assert "restart one worker" not in done.err, "workers follow this topic"
    left = run("erase", "--reference", "SHP-1", "--json").out.splitlines()
    assert [row["records"] for row in map(json.loads, left) if row["topic"] == desk.settings.topics.fingerprint] == [0]


def test_a_file_is_held_against_itself_where_that_is_asked_for(run: Run, tmp_path: Path) -> None:
    stripped = GENERATOR | {"event_id": "2", "goods": []}
    late = stripped | {"event_id": "3", "event_time": "2023-03-30T06:00:00Z"}
    events = file(tmp_path, GENERATOR, stripped, late)
    by_itself = [one["verdict"] for one in verdicts(run("screen", events).out)]
    assert by_itself[0] == "prohibited"
    ran = run("screen", "--stripping", "30", events)
    _, second, third = verdicts(ran.out)
    again = [one for one in second["alerts"] if one["subject"]["role"] == "resubmission"]  # type: ignore[attr-defined]
    (alert,) = again
    assert alert["matches"][0]["evidence"][0]["entry"].startswith("Portable diesel generator")
    assert "stopped (prohibited) on 2023-02-03" in alert["message"]
    assert not [one for one in third["alerts"] if one["subject"]["role"] == "resubmission"]  # type: ignore[attr-defined]
    assert run("screen", "--stripping", "0", events).code == 2
