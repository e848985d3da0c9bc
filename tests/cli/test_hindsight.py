"""``explain``, ``replay`` and ``backtest`` on topics, on the embedded broker; the worker's part is played by the test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from kafka import KafkaProducer

from sekisho.model import Alert, Name, Origin, Party, Shipment
from sekisho.reference.activate import tables_of
from sekisho.reference.chain import Chain
from sekisho.reference.loaded import LoadedList
from sekisho.reference.publish import Publisher
from sekisho.screening import Screener, Screening
from sekisho.screening.lifecycle import advance
from sekisho.settings import Settings, load
from sekisho.wire import codec
from tests import factories
from tests.cli.conftest import Run
from tests.factories import utc
from tests.support import scene

LISTED, OTHER = "Zorkovian Dynamics", "Quorvane Shipping"
KNOWN = utc("2023-02-12")


class Checkpoint:
    """Topics, one reference set, and what a worker would have written of the events it was given."""

    def __init__(self, servers: str, run: Run) -> None:
        assert run("topics", "create", "--partitions", "1").code == 0
        self.settings: Settings = load()
        self.publisher = Publisher(self.settings.topics, {"bootstrap_servers": servers})
        self._producer = KafkaProducer(bootstrap_servers=servers)
        _, rule = scene.lists()
        self.publish(company(LISTED, OTHER), rule)

    def publish(self, *lists: LoadedList) -> Chain:
        self.publisher.publish(lists, who="test", why="test", force=True)
        return self.publisher.chain()

    def send(self, topic: str, key: str, value: bytes | None) -> int:
        sent = self._producer.send(topic, key=key.encode(), value=value, partition=0)
        offset: int = sent.get(timeout=30).offset
        return offset

    def screen(self, name: str, *, version: str | None = None, gone_since: Any = None, **event: Any) -> Screening:
        """Publish a shipment to ``name``, and its verdict and alerts."""
        shipment = factories.shipment(parties=(Party("consignee", name),), **event)
        value = msgspec.json.encode(shipment)
        offset = self.send(self.settings.topics.shipment, shipment.shipment_reference, value)
        origin = Origin(self.settings.topics.shipment, 0, offset, key=shipment.shipment_reference)
        chain = self.publisher.chain()
        assert chain.head is not None
        screener = Screener(tables_of(chain, chain.head.hash))
        found = screener.screen(shipment, origin, known_at=KNOWN, now=KNOWN, gone_since=gone_since)
        if version is not None:
            engine = msgspec.structs.replace(found.verdict.engine, version=version)
            found = Screening(
                msgspec.structs.replace(found.verdict, engine=engine),
                tuple(msgspec.structs.replace(alert, engine=engine) for alert in found.alerts),
            )
        for alert in found.alerts:
            self.alert(alert)
        self.send(self.settings.topics.verdict, shipment.shipment_reference, codec.encode(found.verdict))
        return found

    def alert(self, alert: Alert) -> None:
        self.send(self.settings.topics.alert, alert.event.business_reference, codec.encode(alert))

    def close(self) -> None:
        self._producer.close(timeout=5)

    def keep_open(self, found: Screening, shipment: Shipment) -> None:
        """The open-event record, as the worker writes it."""
        said = found.verdict.event
        origin = Origin(said.topic, said.partition, said.offset, said.index, said.key)
        step = advance(None, shipment, origin, found, value=msgspec.json.encode(shipment))
        assert step.state is not None
        self.send(self.settings.topics.open_shipment, said.business_reference, codec.encode(step.state))


def company(*names: str) -> LoadedList:
    records = tuple(factories.entity(scene.LIST_ID, name, names=(Name(name),)) for name in names)
    return LoadedList(scene.LIST_ID, "entities", f"of {len(names)}", "test", records)


@pytest.fixture
def checkpoint(broker: str, run: Run) -> Iterator[Checkpoint]:
    made = Checkpoint(broker, run)
    yield made
    made.close()


def one_line(ran: Any) -> dict[str, Any]:
    (line,) = ran.out.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def test_an_alert_is_explained_under_the_set_it_names(checkpoint: Checkpoint, run: Run) -> None:
    alert = checkpoint.screen(OTHER).alerts[0]
    checkpoint.publish(company(LISTED))
    told = one_line(run("explain", alert.alert_id[:10], "--json"))
    assert (told["outcome"], told["changes"], told["missing"]) == ("same", [], [])
    assert told["again"]["matches"] == json.loads(msgspec.json.encode(alert.matches))
    shown = run("explain", alert.alert_id)
    assert shown.code == 0
    assert "reference set 0" in shown.err
    assert shown.out.count(f"consignee: {OTHER}") == 2, "then and now"


def test_an_alert_that_says_something_else_is_told_field_by_field(checkpoint: Checkpoint, run: Run) -> None:
    """As an older version would have judged."""
    alert = checkpoint.screen(LISTED).alerts[0]
    match = msgspec.structs.replace(alert.matches[0], score=0.5)
    engine = msgspec.structs.replace(alert.engine, version="0.0.9")
    checkpoint.alert(
        msgspec.structs.replace(alert, alert_id="e" * 32, matches=(match,), verdict="review", engine=engine)
    )
    # Another subject's id: it is not raised at all.
    assert one_line(run("explain", "e" * 32, "--json"))["changes"][0]["after"] == "not raised"
    checkpoint.alert(
        msgspec.structs.replace(alert, matches=(match,), verdict="review", engine=engine, status="updated")
    )
    ran = run("explain", alert.alert_id)
    assert ran.code == 1
    assert "judged by sekisho 0.0.9 then" in ran.err
    assert "differs: verdict: review → prohibited" in ran.err
    assert f"differs: matches[{scene.LIST_ID} {LISTED}].score: 0.5 → 1.0" in ran.err
    assert "≠ verdict" in ran.out
    every = run("explain", alert.alert_id, "--all", "--json")
    assert [json.loads(line)["outcome"] for line in every.out.splitlines()] == ["same", "differs"]


def test_what_is_kept_of_an_open_event_stands_for_one_that_is_dropped(checkpoint: Checkpoint, run: Run) -> None:
    """Input topics keep a week, voyages take 45 days."""
    found = checkpoint.screen(LISTED)
    shipment = factories.shipment(parties=(Party("consignee", LISTED),))
    beyond = 7
    alert = msgspec.structs.replace(
        found.alerts[0], event=msgspec.structs.replace(found.alerts[0].event, offset=beyond)
    )
    checkpoint.alert(alert)
    told = one_line(run("explain", alert.alert_id, "--json"))
    assert told["outcome"] == "dropped"
    assert "/0/7: retention has dropped it, it holds offsets 0 to 0" in told["missing"][0]
    moved = msgspec.structs.replace(
        found, verdict=msgspec.structs.replace(found.verdict, event=alert.event), alerts=(alert,)
    )
    checkpoint.keep_open(moved, shipment)
    told = one_line(run("explain", alert.alert_id, "--json"))
    assert (told["outcome"], told["missing"]) == ("same", [])
    assert any("what is kept of it" in note for note in told["notes"])


def test_an_alert_of_a_topic_that_has_another_name_now(
    checkpoint: Checkpoint, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    payment = factories.payment(parties=(Party("creditor", LISTED),))
    topic = checkpoint.settings.topics.payment
    offset = checkpoint.send(topic, "E2E-1/MSG-1", msgspec.json.encode(payment))
    chain = checkpoint.publisher.chain()
    assert chain.head is not None
    screener = Screener(tables_of(chain, chain.head.hash))
    found = screener.screen(payment, Origin(topic, 0, offset, key="E2E-1/MSG-1"), known_at=KNOWN, now=KNOWN)
    checkpoint.alert(found.alerts[0])
    monkeypatch.setenv("SEKISHO_TOPICS__PAYMENT", "another-name")
    assert one_line(run("explain", found.alerts[0].alert_id, "--json"))["outcome"] == "same"


def test_a_shipment_that_an_earlier_event_showed_gone(checkpoint: Checkpoint, run: Run) -> None:
    """The rule begins on the 10th: what left on the 5th is not under it, whatever day its last update bears."""
    rule = msgspec.structs.replace(
        scene.lists()[1].records[0],
        announced=utc("2023-01-01").date(),
        in_force_from=utc("2023-02-10").date(),
    )
    checkpoint.publish(LoadedList(scene.MEASURES_ID, "measures", "2", "test", (rule,)))
    left = utc("2023-02-05")
    checkpoint.screen(LISTED, status="departed", event_time=left)
    checkpoint.screen("Honest Bakery", shipment_reference="SHP-2")
    alert = checkpoint.screen(LISTED, status="in_transit", event_time=utc("2023-02-11"), gone_since=left).alerts[0]
    assert not alert.measures[0].in_force
    told = one_line(run("explain", alert.alert_id, "--json"))
    assert (told["outcome"], told["changes"]) == ("same", [])
    assert told["notes"] == ["an earlier event had shown it gone at 2023-02-05 12:00 UTC"]
    # Replaying sees them in their order too.
    last = [json.loads(line) for line in run("replay", "--as-of", "2023-02-12", "--set", "1").out.splitlines()][-1]
    assert last["alerts"][0]["measures"][0]["in_force"] is False


def test_a_range_of_what_is_retained(checkpoint: Checkpoint, run: Run) -> None:
    checkpoint.screen(LISTED)
    checkpoint.send(checkpoint.settings.topics.shipment, "x", b"{")
    ran = run("replay")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    assert [line["verdict"] for line in lines] == ["prohibited", "unscreened"]
    assert lines[1]["error"]["reason"] == "json"
    assert "2 events: 1 prohibited, 1 unscreened" in ran.err
    assert run("replay", "--to", "2023-01-01").out == ""
    assert run("replay", "--from", "2033-01-01").out == ""
    assert len(run("replay", "--from", "2023-01-01", "--to", "2033-01-01").out.splitlines()) == 2
    wrong = run("replay", "--from", "2023-01-02", "--to", "2023-01-01")
    assert (wrong.code, wrong.out) == (1, "")


def test_open_events_are_judged_before_retained_ones(checkpoint: Checkpoint, run: Run, tmp_path: Path) -> None:
    new = tmp_path / f"{scene.LIST_ID}.jsonl"
    new.write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for record in company(OTHER, "Honest Bakery").records))
    asked = ("backtest", "--lists", str(new), "--as-of", "2023-02-12", "--json")
    for number, name in enumerate((LISTED, OTHER, "Honest Bakery")):
        checkpoint.screen(name, shipment_reference=f"SHP-{number}")
    assert "no event is open" in run(*asked, "--traffic", "open").err
    *differences, last = map(json.loads, run(*asked).out.splitlines())
    assert last["summary"]["about"]["traffic"] == "retained in the input topics"
    assert {one["event"]["business_reference"]: one["change"] for one in differences} == {
        "SHP-0": "lost",
        "SHP-2": "new",
    }
    shipment = factories.shipment(shipment_reference="SHP-9", parties=(Party("consignee", "Honest Bakery"),))
    checkpoint.keep_open(checkpoint.screen("Honest Bakery", shipment_reference="SHP-9"), shipment)
    *differences, last = map(json.loads, run(*asked).out.splitlines())
    assert last["summary"]["about"]["traffic"] == "all that are open"
    assert [one["event"]["business_reference"] for one in differences] == ["SHP-9"]
    # A range is of what is retained.
    *_, last = map(json.loads, run(*asked, "--from", "2023-01-01").out.splitlines())
    assert last["summary"]["events"] == 4


def test_an_older_engine_and_what_cannot_be_compared(checkpoint: Checkpoint, run: Run) -> None:
    checkpoint.screen(LISTED, shipment_reference="SHP-0", version="0.0.9")
    # Another engine had missed this one.
    found = checkpoint.screen(OTHER, shipment_reference="SHP-1", version="0.0.9")
    missed = msgspec.structs.replace(found.verdict, verdict="clear", alerts=())
    checkpoint.send(checkpoint.settings.topics.verdict, "SHP-1", codec.encode(missed))
    checkpoint.send(
        checkpoint.settings.topics.shipment,
        "SHP-2",
        msgspec.json.encode(factories.shipment(shipment_reference="SHP-2")),
    )
    ran = run("backtest", "--engine", "--json")
    assert ran.code == 0, ran.err
    *differences, last = map(json.loads, ran.out.splitlines())
    assert [(one["change"], one["event"]["business_reference"]) for one in differences] == [("new", "SHP-1")]
    about = last["summary"]["about"]
    assert "0.0.9 (2 verdicts)" in about["before"]
    assert "not compared: 1 events without a recorded verdict" in about["notes"]
