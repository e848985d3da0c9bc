"""A checkpoint that runs, as the demo sets it up: embedded broker, bundled pack, worker; the commands against it."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sekisho.agents.embedded import EmbeddedBroker
from sekisho.cli.demo.feed import lines
from sekisho.cli.demo.stage import WorkerProcess, demo_settings, publish_bundled, start_worker
from sekisho.cli.topics import ensure, wanted
from sekisho.settings import Settings
from tests.cli.conftest import Run
from tests.support.stage import until
from tests.wire.test_ocsf import faults
from tests.wire.test_pacs008 import message, transaction

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.broker


@pytest.fixture(scope="module")
def checkpoint() -> Iterator[tuple[Settings, WorkerProcess]]:
    with EmbeddedBroker() as broker:
        settings = demo_settings(broker.bootstrap_servers)
        ensure(settings, wanted(settings))
        publish_bundled(settings)
        with start_worker(settings) as worker:
            yield settings, worker


@pytest.fixture
def here(checkpoint: tuple[Settings, WorkerProcess], monkeypatch: pytest.MonkeyPatch) -> Settings:
    settings, _ = checkpoint
    monkeypatch.setenv("SEKISHO_KAFKA__BOOTSTRAP_SERVERS", settings.kafka.bootstrap_servers)
    monkeypatch.setenv("SEKISHO_METRICS__PORT", str(settings.metrics.port))
    return settings


def one(verdict: str) -> bytes:
    """A shipment of the demo with that verdict."""
    expected = [json.loads(line) for line in (ROOT / "tests/cli/demo_expected.jsonl").read_text().splitlines()]
    wanted_id = next(row["event_id"] for row in expected if row["verdict"] == verdict and "-S" in row["event_id"])
    return next(line for line in lines("shipments") if wanted_id.encode() in line)


def test_a_shipment_is_published_and_answered(here: Settings, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "one.jsonl"
    file.write_bytes(one("prohibited") + b"\n")
    ran = run("publish", "shipments", str(file), "--wait", "30", "--json")
    assert ran.code == 0, ran.err
    (answer,) = [json.loads(line) for line in ran.out.splitlines()]
    assert answer["verdict"] == "prohibited"
    assert answer["alerts"]


def test_a_payment_message_is_one_record_and_each_of_its_transactions_is_answered(
    here: Settings, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "pacs.xml"
    file.write_bytes(message(transaction(reference="A"), transaction(reference="B"), transaction(reference="C")))
    ran = run("publish", "payments", str(file), "--wait", "30", "--json")
    assert ran.code == 0, ran.err
    answers = [json.loads(line)["event"] for line in ran.out.splitlines()]
    assert sorted(one["business_reference"] for one in answers) == ["A/MSG-1", "B/MSG-1", "C/MSG-1"]
    assert sorted(one["index"] for one in answers) == [0, 1, 2]
    assert {one["key"] for one in answers} == {"MSG-1"}
    assert "3 payments acknowledged" in ran.err


def test_its_alert_is_there(here: Settings, run: Run) -> None:
    # the embedded broker's ends are wrong: what a slow first fetch does not bring is not waited for
    tail = ("alerts", "tail", "--from-beginning", "--no-follow", "--verdict", "prohibited", "--json")
    alert = json.loads(until(lambda: run(*tail).out, "the alert is listed").splitlines()[0])
    assert alert["verdict"] == "prohibited"
    assert alert["measures"], "an alert names its rule"
    until(lambda: "prohibited" in run("alerts", "tail", "--from-beginning", "--no-follow").out, "the table has it")


def test_every_finding_of_the_demo_is_valid_and_none_is_missing(here: Settings, run: Run) -> None:
    """What SIEMs get, read from its topic: held against the schema that OCSF publishes, and against the alerts."""
    from sekisho.cli.clients import reader
    from sekisho.cli.demo.command import _run
    from sekisho.cli.follow import records

    assert _run(here, 400, show=False).open == 0

    def named() -> set[str]:
        """The alerts that stand in a finding of their own or in a summary; each finding is held against the schema."""
        with reader(here) as consumer:
            topic = here.topics.alert_ocsf
            found = [json.loads(one.value) for one in records(consumer, topic, from_beginning=True, follow=False)]
        assert [fault for finding in found for fault in faults(finding)] == []
        ids = {one["finding_info"]["uid"] for one in found if one["status_code"] != "summary"}
        tags = [tag for one in found for event in one["finding_info"]["related_events"] for tag in event["tags"]]
        return ids | {tag["value"] for tag in tags if tag["name"] == "alert_id"}

    def told() -> set[str]:
        ran = run("alerts", "tail", "--from-beginning", "--no-follow", "--json")
        return {json.loads(line)["alert_id"] for line in ran.out.splitlines()}

    # The ends that the embedded broker tells lag behind its log.
    until(lambda: len(told()) > 50 and named() == told(), "every alert has its finding", pause_s=1)


def test_the_program_of_the_readme_gets_its_answer(here: Settings, tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    program = next(text for text in re.findall(r"```python\n(.*?)```", readme, re.S) if "PATIENCE_S" in text)
    file = tmp_path / "event.json"
    file.write_bytes(one("licence_required"))
    done = subprocess.run(
        [sys.executable, "-c", program, here.kafka.bootstrap_servers, str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=90,
        env=os.environ | {"PYTHONWARNINGS": "ignore"},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("licence_required\t")


def test_the_doctor_finds_it_well(here: Settings, run: Run) -> None:
    ran = run("doctor", "--json")
    assert ran.code == 0, ran.out
    found = {row["what"]: row for row in map(json.loads, ran.out.splitlines())}
    assert found["worker"]["level"] == "ok"
    assert "reference set 0" in found["lists"]["said"]


def test_what_is_active_is_what_is_bundled(here: Settings, run: Run) -> None:
    active = {
        row["list_id"]: row["entries"]
        for row in map(json.loads, run("lists", "show", "--active", "--json").out.splitlines())
    }
    bundled = {
        row["list_id"]: row["entries"] for row in map(json.loads, run("lists", "show", "--json").out.splitlines())
    }
    assert active == bundled


def test_a_broken_event_is_a_dead_letter(here: Settings, run: Run) -> None:
    from kafka import KafkaProducer

    producer = KafkaProducer(bootstrap_servers=here.kafka.bootstrap_servers)
    sent = producer.send(here.topics.shipment, b"not an event").get(10)
    producer.close()
    for _ in range(40):
        listed = run("dead-letters", "list", "--json").out.splitlines()
        if any(json.loads(line)["offset"] == sent.offset for line in listed):
            return
    pytest.fail("the dead letter did not come")


def test_the_demo_from_outside() -> None:
    """Exactly what `make demo` runs: every event is answered, and the answers are the law's."""
    done = subprocess.run(
        [sys.executable, "-m", "sekisho.cli.main", "demo", "--json", "--rate", "200"],
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    expected = [json.loads(line) for line in (ROOT / "tests/cli/demo_expected.jsonl").read_text().splitlines()]
    broken = len(list(lines("broken")))
    events = len(list(lines("shipments"))) + len(list(lines("payments")))
    assert summary["events"] == summary["answered"] == events + broken
    assert summary["dead_letters"] == broken
    for word in ("review", "licence_required", "prohibited"):
        assert summary["verdicts"][word] == sum(row["verdict"] == word for row in expected), word
    assert summary["verdicts"]["clear"] == events - sum(row["verdict"] != "clear" for row in expected)


def test_a_demo_that_is_ended_leaves_nothing_behind() -> None:
    """Broker and worker are processes of their own; whoever ends the demo has not asked for them to stay."""
    demo = subprocess.Popen(
        [sys.executable, "-m", "sekisho.cli.main", "demo", "--rate", "10"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert demo.stderr is not None
    try:
        said = []
        for line in demo.stderr:
            said.append(line)
            if line.startswith("events"):
                break
        ports = [int(port) for port in re.findall(r"127\.0\.0\.1:(\d+)", "".join(said))]
        assert len(ports) == 2, "".join(said)
        demo.terminate()
        assert demo.wait(60) == 130
    finally:
        demo.kill()
        demo.wait()
        demo.stderr.close()
    for port in ports:
        with socket.socket() as client:
            assert client.connect_ex(("127.0.0.1", port)) != 0, f"something still listens on {port}"
