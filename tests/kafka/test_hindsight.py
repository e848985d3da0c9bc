"""What is said afterwards, on Apache Kafka: an alert explained, a past state replayed, a change foreseen, a shadow compared.

A worker screens events under a first set; a second set takes an entry off and puts one on. What the back-test had
foreseen is held against what then happens.
"""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec
import pytest
from kafka import KafkaAdminClient, TopicPartition

from sekisho.cli.explain import explain
from sekisho.cli.main import main
from sekisho.cli.records import Reader
from sekisho.cli.topics import ensure, wanted
from sekisho.model import Name
from sekisho.reference.loaded import LoadedList
from sekisho.reference.publish import Publisher
from sekisho.settings import load
from tests import factories
from tests.cli.conftest import Ran
from tests.kafka import story
from tests.support import scene
from tests.support.stage import Stage, until

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.timeout(180),
    # kafka-python leaves a socket open when it looks for its first broker
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

STAYS, GOES, COMES, NEVER = "Zorkovian Dynamics", "Quorvane Shipping", "Tessimond Optics", "Honest Bakery"
SHADOW = "canary."


def company(*names: str) -> LoadedList:
    """The list, by name; the name is the id too."""
    records = tuple(factories.entity(scene.LIST_ID, name, names=(Name(name),)) for name in names)
    return LoadedList(scene.LIST_ID, "entities", f"of {', '.join(names)}", "test", records)


def as_file(one: LoadedList, folder: Path) -> str:
    path = folder / f"{one.list_id}.jsonl"
    path.write_bytes(b"".join(msgspec.json.encode(record) + b"\n" for record in one.records))
    return str(path)


class Checkpoint:
    """Commands on a stage, and what stands on its topics."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def written(self, field: str) -> list[dict[str, Any]]:
        return [
            json.loads(record.value) for record in self.stage.read(getattr(self.stage.topics, field)) if record.value
        ]

    def command(self, *arguments: str, code: int = 0, **environment: str) -> list[dict[str, Any]]:
        """What a command says, line by line."""
        ran = self.run(*arguments, **environment)
        assert ran.code == code, ran.err
        return [json.loads(line) for line in ran.out.splitlines()]

    def run(self, *arguments: str, **environment: str) -> Ran:
        """In this process: a new one takes seconds to import what this one has."""
        out, err = io.StringIO(), io.StringIO()
        with (
            patch.dict(os.environ, self.environment | environment, clear=True),
            redirect_stdout(out),
            redirect_stderr(err),
            pytest.raises(SystemExit) as ended,
        ):
            main(list(arguments))
        return Ran(int(ended.value.code or 0), out.getvalue(), err.getvalue())

    @property
    def environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")}
        return ours | self.stage.environment

    def raised(self, sequence: int) -> dict[tuple[str, str], dict[str, Any]]:
        """By alert and status: what rescreening has published under a set."""
        return {
            (one["alert_id"], one["status"]): one
            for one in self.written("alert")
            if one["trigger"] == "reference" and one["engine"]["reference_sequence"] == sequence
        }


class World(Checkpoint):
    """A stage with one worker, which has answered events under the first set."""

    def __init__(self, stage: Stage, window_days: int) -> None:
        super().__init__(stage)
        stage.environment |= {
            "SEKISHO_REFERENCE__REQUIRED_LISTS": json.dumps([scene.LIST_ID, scene.MEASURES_ID]),
            "SEKISHO_REFERENCE__MAX_SHRINK": "1",
            "SEKISHO_OUTPUT__ENCODING": "json",
            "SEKISHO_WORKER__AS_OF": "now",
            "SEKISHO_WORKER__RESCREEN_WINDOW_DAYS": str(window_days),
        }
        settings = stage.settings()
        topics = settings.topics.model_copy(update={"partitions": stage.partitions})
        ensure(settings, wanted(settings.model_copy(update={"topics": topics})))
        self.publisher = Publisher(stage.topics, {"bootstrap_servers": stage.bootstrap_servers})
        _, rule = scene.lists()
        self.publish(company(STAYS, GOES), rule)
        self.worker = stage.worker().wait_ready()
        self.events = 0
        for number, name in enumerate((STAYS, GOES, COMES, NEVER) * 3):
            self.ship(f"S-{number}", name)
        # An update that shows a shipment gone, and a later one that no longer says when it left.
        self.ship("S-0", STAYS, event_id="gone", status="departed", event_time=factories.utc("2023-02-11"))
        self.ship("S-0", STAYS, event_id="still", status="in_transit", event_time=factories.utc("2023-02-20"))
        for number, name in enumerate((GOES, COMES, NEVER)):
            payment = factories.payment(
                event_id=f"P-{number}",
                end_to_end_id=f"P-{number}",
                message_id="M",
                # one that has settled for long is not open any more
                event_time=datetime.now(UTC),
                settlement_date=datetime.now(UTC).date(),
                parties=(factories.party(name, "creditor"),),
            )
            self.send(stage.topics.payment, f"P-{number}/M", msgspec.json.encode(payment))
        self.send(stage.topics.shipment, "broken", b'{"shipment_reference": "broken", "status": 7}')
        self.settle()
        self.between = datetime.now(UTC)

    def ship(self, reference: str, name: str, **more: Any) -> None:
        event = factories.shipment(
            **{"event_id": reference, "shipment_reference": reference, "parties": (factories.party(name),), **more}
        )
        self.send(self.stage.topics.shipment, reference, msgspec.json.encode(event))

    def send(self, topic: str, key: str, value: bytes) -> None:
        self.stage.publish(topic, [(key, value)])
        self.events += 1

    def settle(self) -> None:
        until(
            lambda: len({_place(one) for one in self.written("verdict") if one["trigger"] == "event"}) >= self.events,
            "every event is answered",
        )

    def publish(self, *lists: LoadedList) -> None:
        self.publisher.publish(lists, who="test", why="test", force=True)

    def publish_second(self) -> None:
        self.publish(company(STAYS, COMES))
        until(lambda: self.worker.metric("sekisho_reference_sequence") == 1, "the second set is active")


def _place(verdict: dict[str, Any]) -> tuple[Any, ...]:
    event = verdict["event"]
    return event["topic"], event["partition"], event["offset"], event["index"]


def said(alert: dict[str, Any]) -> tuple[Any, ...]:
    """What an alert says, as far as a back-test without names tells it."""
    return (
        alert["verdict"],
        alert["severity"],
        sorted((one["list_id"], one["list_version"], one["entry_id"], one["score"]) for one in alert["matches"]),
        sorted((one["measure_id"], one["effect"], one["in_force_from"], one["in_force"]) for one in alert["measures"]),
    )


@pytest.fixture(scope="module")
def world(apache_kafka: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    stage = Stage(apache_kafka.bootstrap_servers, tmp_path_factory.mktemp("hindsight"))
    try:
        yield World(stage, window_days=180)
    finally:
        stage.close()


@pytest.fixture(scope="module")
def foreseen(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """Traffic: what the back-test says of it, before the second set is published; after it has been, on return."""
    new = as_file(company(STAYS, COMES), tmp_path_factory.mktemp("new"))
    before = {
        field: world.stage.count(getattr(world.stage.topics, field)) for field in ("alert", "verdict", "reference")
    }
    told = {
        traffic: world.command("backtest", "--lists", new, "--traffic", traffic, "--json")
        for traffic in ("retained", "open")
    }
    for field, count in before.items():
        assert world.stage.count(getattr(world.stage.topics, field)) == count, f"a back-test wrote to {field}"
    world.publish_second()
    return told


def test_publishing_raises_exactly_what_the_backtest_foresaw(
    world: World, foreseen: dict[str, list[dict[str, Any]]]
) -> None:
    """Of open events: rescreening publishes each alert that was foreseen, saying the same, and no other."""
    *differences, last = foreseen["open"]
    assert last["summary"]["alerts"]["new"] == last["summary"]["alerts"]["lost"] == 4
    until(lambda: len(world.raised(1)) >= len(differences), "open events are rescreened")
    hold_against(differences, world.raised(1))


def hold_against(differences: list[dict[str, Any]], raised: dict[tuple[str, str], dict[str, Any]]) -> None:
    """What was foreseen is what was raised: the same alerts, for the same reason, saying the same."""
    statuses = {"new": "new", "lost": "closed", "changed": "updated"}
    expected = {(one["alert_id"], statuses[one["change"]]): one for one in differences}
    assert len(expected) == len(differences)
    assert raised.keys() == expected.keys()
    for key, one in expected.items():
        if one["after"] is not None:
            assert said(_without_version(raised[key])) == said(_without_version(one["after"]))


def _quick(checkpoint: Checkpoint) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    *differences, last = checkpoint.command(
        "backtest", "--lists", "bundled", "--quick", "--as-of", "2023-01-27T02:00:00Z", "--json"
    )
    return differences, last["summary"]


@pytest.mark.timeout(240)
def test_the_27th_of_january_was_foreseen(kafka_stage: Stage) -> None:
    """The case itself: 565 shipments and payments, and the set of that day. What the law makes of them stands in the story."""
    checkpoint = Checkpoint(kafka_stage)
    told = story.Story(kafka_stage, lambda _: None)
    told.worker().wait_ready()
    told.pass_by()
    *differences, last = checkpoint.command(
        "backtest", "--lists", "bundled", "--traffic", "open", "--as-of", "2023-01-27T02:00:00Z", "--json"
    )
    quick, summary = _quick(checkpoint)
    assert quick == differences
    assert (summary["events"], summary["verdicts"]) == (last["summary"]["events"], last["summary"]["verdicts"])
    sequence = told.publish_the_27th()
    until(lambda: told.rescreened(sequence), "every open event is held against the set of the 27th")
    hold_against(differences, checkpoint.raised(sequence))
    touched = {case.reference for case in told.cases if case.law[1] != case.law[0]}
    # What goes to Irkut was forbidden before; its alert says one thing more.
    assert {one["event"]["business_reference"] for one in differences} - touched == {
        f"FRZ-28-54-{when}" for when in ("LATE", "SOON", "AWAY")
    }
    assert touched <= {one["event"]["business_reference"] for one in differences}
    steps = {(step["before"], step["after"]): step["events"] for step in last["summary"]["verdicts"]}
    by_law = Counter(
        case.law[:2]
        for case in told.cases
        if not case.reference.startswith("END-")  # what has ended is not open
    )
    assert steps == by_law


def _without_version(alert: dict[str, Any]) -> dict[str, Any]:
    """A file has a version of its own making."""
    return alert | {"matches": [match | {"list_version": ""} for match in alert["matches"]]}


def test_what_was_foreseen_of_retained_events_is_what_screening_then_says(
    world: World, foreseen: dict[str, list[dict[str, Any]]]
) -> None:
    *differences, last = foreseen["retained"]
    assert last["summary"]["events"] == world.events - 1
    assert last["summary"]["unread"] == {"invalid": 1}
    before, after = (
        {_place(line): line for line in world.command("replay", "--set", number) if line["verdict"] != "unscreened"}
        for number in ("0", "1")
    )
    assert before.keys() == after.keys()
    seen = set()
    for place in before:
        old, new = ({alert["alert_id"]: alert for alert in side[place]["alerts"]} for side in (before, after))
        seen |= {(place, one, "new") for one in new.keys() - old.keys()}
        seen |= {(place, one, "lost") for one in old.keys() - new.keys()}
        for alert_id in old.keys() & new.keys():
            assert said(_without_version(old[alert_id])) == said(_without_version(new[alert_id]))
    assert {(_place(one), one["alert_id"], one["change"]) for one in differences} == seen
    assert len(seen) == 8


@pytest.mark.usefixtures("foreseen")
def test_a_past_state_is_replayed_as_it_was(world: World) -> None:
    """Under the set of that moment, and the law known then, every event is answered as it was."""
    at = world.between.strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = {_place(line): line for line in world.command("replay", "--as-of", _next_second(world.between))}
    recorded = {_place(one): one for one in world.written("verdict") if one["trigger"] == "event"}
    assert lines.keys() == recorded.keys()
    for place, line in lines.items():
        assert line["verdict"] == recorded[place]["verdict"], place
        if line["verdict"] != "unscreened":
            assert [alert["alert_id"] for alert in line["alerts"]] == recorded[place]["alerts"]
            assert line["engine"]["reference_sequence"] == 0
    assert world.command("replay", "--from", _next_second(world.between), "--set", "0") == []
    assert world.command("replay", "--to", "2023-02-03", "--set", "0") == []
    few = world.command("replay", "--as-of", at, "--set", "0", "--reference", "S-0", "--hits")
    assert [line["event"]["event_id"] for line in few] == ["S-0", "gone", "still"]


def _next_second(moment: datetime) -> str:
    """Moments on the command line are whole seconds; sets of a test follow one another faster."""
    return datetime.fromtimestamp(int(moment.timestamp()) + 1, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_a_day_before_the_first_set(world: World) -> None:
    done = world.run("replay", "--as-of", "2023-02-03")
    assert (done.code, done.out) == (1, "")
    assert "no reference set was active at 2023-02-03" in done.err
    assert "--set 0" in done.err


@pytest.mark.usefixtures("foreseen")
def test_every_alert_is_explained_to_the_letter(world: World) -> None:
    """Also those of the older set, those that were closed, and those of a shipment that an earlier event showed gone."""
    reader = Reader(world.stage.settings())
    alerts = [reader.alert(record) for record in world.stage.read(world.stage.topics.alert)]
    sequences = set()
    with patch.dict(os.environ, world.environment, clear=True):
        for told in explain(load(), [alert for alert in alerts if alert is not None]):
            assert (told.outcome, told.changes, told.missing) == ("same", (), []), told
            sequences.add((told.alert.engine.reference_sequence, told.alert.trigger, told.alert.status))
    assert {(0, "event", "new"), (1, "reference", "new"), (1, "reference", "closed")} <= sequences
    still = next(one for one in world.written("alert") if one["subject"]["value"] == STAYS)
    shown = world.run("explain", still["alert_id"][:12])
    assert shown.code == 0
    assert "screened again, it says the same" in shown.err
    assert shown.out.count(STAYS) >= 2, "side by side"


def test_an_alert_that_nobody_raised(world: World) -> None:
    done = world.run("explain", "f" * 32)
    assert done.code == 1
    assert "there is no alert" in done.err


@pytest.mark.usefixtures("foreseen")
def test_this_version_says_what_it_has_recorded(world: World) -> None:
    *differences, last = world.command("backtest", "--engine", "--json")
    assert differences == []
    assert last["summary"]["events"] == world.events - 1
    assert last["summary"]["alerts"]["before"] == last["summary"]["alerts"]["after"] >= 9
    # Were it another engine, here with other severities, it would be seen.
    rules = json.dumps([{"when": {"lists": [scene.LIST_ID]}, "severity": "low"}])
    *differences, last = world.command("backtest", "--engine", "--json", SEKISHO_OUTPUT__SEVERITIES=rules)
    assert {one["change"] for one in differences} == {"changed"}
    assert len(differences) == last["summary"]["alerts"]["before"]


@pytest.mark.usefixtures("foreseen")
def test_a_shadow_worker_shares_nothing_that_it_writes(world: World) -> None:
    stage = world.stage
    settings = stage.settings()
    live = {field: stage.count(getattr(stage.topics, field)) for field in ("alert", "verdict", "dead_letter")}
    committed = stage.committed(stage.topics.shipment)
    made = world.command("topics", "create", "--shadow", SHADOW, "--json")
    assert all(one["name"].startswith(SHADOW) and one["outcome"] == "created" for one in made)
    rules = json.dumps([{"when": {"lists": [scene.LIST_ID]}, "severity": "low"}])
    with shadow_worker(world, SEKISHO_OUTPUT__SEVERITIES=rules) as process:
        until(lambda: stage.count(SHADOW + settings.topics.verdict) >= world.events, "the shadow answers all")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    for field, count in live.items():
        assert stage.count(getattr(stage.topics, field)) == count, f"the shadow wrote to the live {field}"
    assert stage.committed(stage.topics.shipment) == committed
    *differences, last = world.command("backtest", "--shadow", SHADOW, "--json")
    assert last["summary"]["events"] == world.events - 1
    # It started later, so it knows the second set alone: what the list change did, and the severities.
    assert {one["change"] for one in differences} == {"new", "lost", "changed"}
    for one in differences:
        if one["change"] == "changed":
            assert (one["before"]["severity"], one["after"]["severity"]) == ("critical", "low")


@contextmanager
def shadow_worker(world: World, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process with --shadow."""
    with (world.stage.folder / "shadow.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "sekisho.cli.main", "worker", "--shadow", SHADOW, "--metrics-port", "0"],
            env=world.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()


# -- what retention has dropped -----------------------------------------------------------------------------------


def test_what_is_dropped_is_said_exactly(apache_kafka: Any, tmp_path: Path) -> None:
    """Nothing is kept open here, so a pruned set and a deleted record are gone for good."""
    stage = Stage(apache_kafka.bootstrap_servers, tmp_path, partitions=1)
    try:
        world = World(stage, window_days=0)
        alert = next(one for one in world.written("alert") if one["subject"]["value"] == GOES)
        world.publish_second()
        assert world.command("explain", alert["alert_id"], "--json")[0]["outcome"] == "same"

        world.command("lists", "prune", "--keep-days", "0", "--json")
        (told,) = world.command("explain", alert["alert_id"], "--json", code=1)
        assert (told["outcome"], told["again"]) == ("dropped", None)
        (missing,) = told["missing"]
        assert "reference set 0" in missing
        assert "it was pruned" in missing
        assert "Whole are: 1" in missing

        topic, offset = alert["event"]["topic"], alert["event"]["offset"]
        admin = KafkaAdminClient(bootstrap_servers=stage.bootstrap_servers)
        try:
            admin.delete_records({TopicPartition(topic, alert["event"]["partition"]): offset + 2})
        finally:
            admin.close()
        (told,) = world.command("explain", alert["alert_id"], "--json", code=1)
        assert len(told["missing"]) == 2
        assert f"retention has dropped it, it holds offsets {offset + 2} to" in told["missing"][0]
        done = world.run("replay", "--set", "1")
        assert done.code == 0
        assert f"{topic}/{alert['event']['partition']} begins at offset {offset + 2}" in done.err
        shown = world.run("explain", alert["alert_id"])
        assert shown.code == 1
        assert "it cannot be screened again as it was" in shown.err
    finally:
        stage.close()
