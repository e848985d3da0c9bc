"""Commands that talk to a broker, on the embedded one."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient

from sekisho.errors import EventError
from sekisho.settings import load
from sekisho.wire import dead_letters
from tests.cli.conftest import Run
from tests.wire.test_pacs008 import message, transaction
from tests.wire.test_pacs_xsd import XSD

SHIPMENT = {
    "event_id": "1",
    "event_time": "2023-02-01T00:00:00Z",
    "shipment_reference": "SHP-1",
    "status": "booked",
    "export_country": "JP",
}


def events(path: Path, *lines: object) -> str:
    file = path / "events.jsonl"
    file.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return str(file)


def all_of(servers: str, topic: str, count: int) -> list[Any]:
    consumer = KafkaConsumer(topic, bootstrap_servers=servers, auto_offset_reset="earliest", consumer_timeout_ms=5000)
    found = []
    for record in consumer:
        found.append(record)
        if len(found) == count:
            break
    consumer.close()
    return found


def test_topics_are_made_once_and_asked_again(broker: str, run: Run) -> None:
    first = run("topics", "create", "--json", "--partitions", "3")
    assert first.code == 0, first.err
    made = {line["name"]: line for line in map(json.loads, first.out.splitlines())}
    names = load().topics
    assert made[names.shipment]["partitions"] == 3
    assert made[names.reference]["partitions"] == 1, "acceptance of a set is an order of one log"
    assert made[names.entity]["configs"]["cleanup.policy"] == "compact"
    more = int(made[names.dead_letter]["configs"]["max.message.bytes"]) - 1_048_588
    assert more == 65_536, "a dead letter is an input with headers on top"
    again = run("topics", "create", "--json")
    assert again.code == 0
    assert {json.loads(line)["outcome"] for line in again.out.splitlines()} == {"exists"}
    more_of_them = run("topics", "create", "--json", "--partitions", "6")
    assert more_of_them.code == 0, "a deployment runs it again"
    found = {line["name"]: line for line in map(json.loads, more_of_them.out.splitlines())}
    assert found[names.shipment]["partitions"] == 3, "what is there, not what was asked"
    assert f"--partitions says 6: {names.shipment} has 3" in more_of_them.err
    assert names.reference not in more_of_them.err, "it has one partition, as it should"


def test_a_reference_topic_in_two_partitions_is_refused(broker: str, run: Run) -> None:
    client = KafkaAdminClient(bootstrap_servers=broker)
    name = load().topics.reference
    client.create_topics({name: {"num_partitions": 2, "replication_factor": 1}})
    client.close()
    ran = run("topics", "create")
    assert ran.code == 1
    assert f"{name} has 2 partitions and needs exactly 1" in ran.err


def test_events_are_keyed_by_their_reference_and_carried_unchanged(broker: str, run: Run, tmp_path: Path) -> None:
    run("topics", "create")
    odd = json.dumps(SHIPMENT, indent=None).replace('"SHP-1"', '"SHP-2"').replace(", ", " ,  ")
    ran = run("publish", "shipments", events(tmp_path, SHIPMENT, "", SHIPMENT | {"event_id": "2"}, odd), "--json")
    assert ran.code == 0, ran.err
    sent = [json.loads(line) for line in ran.out.splitlines()]
    assert [one["line"] for one in sent] == [1, 3, 4], "the line is where it stands in the file"
    assert sent[0]["partition"] == sent[1]["partition"], "updates of one shipment stay in order"
    found = all_of(broker, load().topics.shipment, 3)
    assert {record.key for record in found} == {b"SHP-1", b"SHP-2"}
    assert odd.encode() in {record.value for record in found}, "the bytes are the publisher's"
    headers = dict(found[0].headers)
    assert headers["content-type"] == b"application/json"
    assert headers["ce_type"] == b"sekisho.shipment.v1"


def test_nothing_is_sent_when_a_line_is_wrong(broker: str, run: Run, tmp_path: Path) -> None:
    run("topics", "create")
    file = events(tmp_path, SHIPMENT, {"shipment_reference": "SHP-2", "secret": "Ivan Petrov"}, "{")
    ran = run("publish", "shipments", file)
    assert ran.code == 1
    assert "line 2" in ran.err
    assert "line 3" in ran.err
    assert "2 of 3" in ran.err
    assert "Ivan" not in ran.err, "an error never shows content"
    assert all_of(broker, load().topics.shipment, 1) == []
    skipped = run("publish", "shipments", file, "--skip-invalid", "--json")
    assert skipped.code == 1, "somebody must notice that lines were left out"
    assert len(skipped.out.splitlines()) == 1


def test_a_payment_is_no_shipment(broker: str, run: Run, tmp_path: Path) -> None:
    run("topics", "create")
    assert "not a payment" in run("publish", "payments", events(tmp_path, SHIPMENT)).err


def test_a_message_that_does_not_fit_its_schema_is_not_sent(
    broker: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("topics", "create")
    file, xsd = tmp_path / "pacs.xml", tmp_path / "pacs.xsd"
    file.write_bytes(message(transaction(inner="<Secret>Ivan</Secret>")))
    xsd.write_text(XSD)
    monkeypatch.setenv("SEKISHO_INPUT__PACS_XSD", str(xsd))
    ran = run("publish", "payments", str(file))
    assert ran.code == 1
    assert "does not fit its schema" in ran.err
    assert "Ivan" not in ran.err
    assert all_of(broker, load().topics.payment, 1) == []


def test_no_verdict_in_time_says_what_to_do(broker: str, run: Run, tmp_path: Path) -> None:
    run("topics", "create")
    ran = run("publish", "shipments", events(tmp_path, SHIPMENT), "--wait", "0.5")
    assert ran.code == 1
    assert "no verdict within 0.5 s for line 1: nothing is lost" in ran.err
    assert "hold the goods" in ran.err


@pytest.fixture
def letters(broker: str, run: Run) -> list[str]:
    """Two dead letters and something that is none; their ids."""
    run("topics", "create")
    names = load().topics
    producer = KafkaProducer(bootstrap_servers=broker, acks="all")
    ids = []
    for offset, (value, fault) in enumerate(
        [
            (b'{"shipment_ref', EventError("the value is not JSON", reason="json")),
            (b"\xff\x00\x80", EventError("the value is not Avro of its schema", reason="avro")),
        ]
    ):
        letter = dead_letters.dead_letter(
            b"SHP-\xe9",
            value,
            [("ce_id", b"7"), ("traceparent", b"00-ab")],
            topic=names.shipment,
            partition=0,
            offset=offset,
            fault=fault,
            at=datetime(2023, 2, 1, tzinfo=UTC),
        )
        sent = producer.send(names.dead_letter, letter.value, key=letter.key, headers=letter.headers).get(10)
        ids.append(f"{sent.partition}:{sent.offset}")
    producer.send(names.dead_letter, b"not ours").get(10)
    producer.close()
    return ids


def test_dead_letters_are_listed_without_their_content(letters: list[str], run: Run) -> None:
    ran = run("dead-letters", "list", "--json")
    assert ran.code == 0
    found = {json.loads(line)["id"]: json.loads(line) for line in ran.out.splitlines()}
    assert set(found) == set(letters)
    assert found[letters[0]]["reason"] == "json"
    assert "shipment_ref" not in ran.out
    assert "not a dead letter of ours" in ran.err, "a foreign record is told, not a crash"
    only = run("dead-letters", "list", "--json", "--reason", "avro")
    assert [json.loads(line)["id"] for line in only.out.splitlines()] == [letters[1]]
    assert "json" in run("dead-letters", "list").out


def test_one_dead_letter_in_full(letters: list[str], run: Run) -> None:
    raw = subprocess.run(
        [sys.executable, "-m", "sekisho.cli.main", "dead-letters", "show", letters[1], "--raw"],
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert raw.stdout == b"\xff\x00\x80", "byte for byte, with nothing beside it"
    said = json.loads(run("dead-letters", "show", letters[1], "--json").out)
    assert said["value"] == "hex ff0080"
    assert said["reason"] == "avro"
    assert ["ce_id", "7"] in said["headers"]


def test_an_alert_that_is_not_there_says_where_to_look(broker: str, run: Run) -> None:
    run("topics", "create")
    for command in (("alerts", "show"), ("explain",)):
        ran = run(*command, "0123456789abcdef0123456789abcdef")
        assert ran.code == 1
        assert "`sekisho alerts tail --from-beginning` shows what is there" in ran.err


def test_a_file_without_an_event_is_told_before_it_is_sent(broker: str, run: Run, tmp_path: Path) -> None:
    run("topics", "create")
    empty = tmp_path / "empty.jsonl"
    empty.write_text("")
    ran = run("publish", "shipments", str(empty))
    assert ran.code == 0
    assert f"{empty} holds no event" in ran.err


def test_a_letter_that_is_not_there(letters: list[str], run: Run) -> None:
    assert "holds no record 0:999" in run("dead-letters", "show", "0:999").err
    for absent in ("0:999", "77:0"):
        assert "`sekisho dead-letters list` shows which there are" in run("dead-letters", "show", absent).err
    assert run("dead-letters", "show", "first").code == 1


def test_a_replay_sends_the_original(letters: list[str], broker: str, run: Run) -> None:
    assert run("dead-letters", "replay").code == 2, "which letters must be said"
    dry = run("dead-letters", "replay", "--all", "--dry-run")
    assert "2 would be sent again" in dry.err
    assert run("dead-letters", "replay", letters[1]).code == 0
    (record,) = all_of(broker, load().topics.shipment, 1)
    assert (record.key, record.value) == (b"SHP-\xe9", b"\xff\x00\x80")
    assert record.headers == [("ce_id", b"7"), ("traceparent", b"00-ab")], "no error header goes back in"


def test_what_was_replayed_in_vain_is_not_sent_twice_by_the_next_replay(
    letters: list[str], broker: str, run: Run
) -> None:
    """Each attempt doubled the letters: the old one stays, and the record leaves another one."""
    names = load().topics
    producer = KafkaProducer(bootstrap_servers=broker, acks="all")
    once_more = dead_letters.dead_letter(
        b"SHP-\xe9",
        b"\xff\x00\x80",
        [("ce_id", b"7"), ("traceparent", b"00-ab")],
        topic=names.shipment,
        partition=0,
        offset=7,
        fault=EventError("still no Avro of its schema", reason="avro"),
        at=datetime(2023, 2, 2, tzinfo=UTC),
    )
    producer.send(names.dead_letter, once_more.value, key=once_more.key, headers=once_more.headers).get(10)
    producer.close()
    dry = run("dead-letters", "replay", "--all", "--dry-run")
    assert "2 would be sent again; 1 letter of the same records left out" in dry.err
    assert letters[1] in dry.out, "it shows what would be sent"
    assert run("dead-letters", "replay", "--all", "--reason", "avro").code == 0
    assert len(all_of(broker, names.shipment, 2)) == 1


def test_a_reason_that_no_letter_has_is_answered_with_those_there_are(letters: list[str], run: Run) -> None:
    ran = run("dead-letters", "replay", "--all", "--reason", "unknown_shema")
    assert "0 sent again" in ran.err
    assert "these reasons: avro, json" in ran.err


def test_alerts_of_an_empty_topic(broker: str, run: Run) -> None:
    run("topics", "create")
    ran = run("alerts", "tail", "--from-beginning", "--no-follow")
    assert (ran.code, ran.out) == (0, "")
    assert "0 alerts" in ran.err


def test_a_topic_that_is_missing_is_named(broker: str, run: Run) -> None:
    ran = run("alerts", "tail", "--no-follow")
    assert ran.code == 1
    assert "sekisho topics create" in ran.err
