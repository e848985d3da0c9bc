"""Records that nobody can screen, and logs with rubbish in them. Each is a dead letter; the others are answered."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator

import pytest

from tests.kafka.faults.ledger import hits, references, settle
from tests.kafka.test_behaviour import answered, open_stage
from tests.support import scene
from tests.support.scene import decode
from tests.support.stage import Stage, until

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]


def test_ten_thousand_malformed_records_are_dead_letters_and_the_worker_lives(kafka_stage: Stage) -> None:
    stage = kafka_stage
    open_stage(stage)
    bad = list(malformed(10_000))
    stage.publish(stage.topics.shipment, ((None, value) for value in bad[:5000]))
    stage.publish(stage.topics.payment, ((None, value) for value in bad[5000:]))
    stage.publish(stage.topics.shipment, scene.shipments(10))
    worker = stage.worker().wait_ready()
    until(lambda: stage.count(stage.topics.dead_letter) == 10_000, "10,000 dead letters", patience_s=120)
    until(lambda: worker.metric("sekisho_events_total", outcome="screened") == 10, "the good ones after them")
    assert sorted(record.value or b"" for record in stage.read(stage.topics.dead_letter)) == sorted(bad)
    assert worker.alive()
    answers = {decode(r)["event"]["business_reference"]: decode(r)["verdict"] for r in stage.read(stage.topics.verdict)}
    assert {answers.pop(reference) for reference in references(10)} == {"prohibited", "clear"}
    assert set(answers) == {"x" * 10}, "only a reference that can be read, and is one, is answered"
    assert set(answers.values()) == {"unscreened"}
    assert stage.count(stage.topics.alert) == 1


def malformed(count: int) -> Iterator[bytes]:
    """Random bytes, cut and flipped Avro, wrong magic, deep and wrong JSON, long strings."""
    chance = random.Random(7)
    good = next(iter(scene.shipments(1)))[1]
    for number in range(count):
        choice = number % 8
        if choice == 0:
            yield chance.randbytes(chance.randint(1, 300))
        elif choice == 1:
            yield b"\x00\x7f\xff\xff" + chance.randbytes(40)
        elif choice == 2:
            yield b"\xc3\x01" + chance.randbytes(chance.randint(0, 60))
        elif choice == 3:
            yield good[: chance.randint(1, len(good) - 1)]
        elif choice == 4:
            depth = chance.choice([10, 1000, 20_000])
            yield b"[" * depth + b"]" * depth
        elif choice == 5:
            yield json.dumps({"shipment_reference": chance.choice([None, 7, [], {}]), "goods": "none"}).encode()
        elif choice == 6:
            yield (
                b'{"shipment_reference":"' + b"x" * chance.choice([10, 100_000 if number % 400 == 6 else 1000]) + b'"}'
            )
        else:
            yield b"<Document>" + chance.randbytes(20).hex().encode()


def test_a_dead_letter_too_large_for_its_topic_goes_as_a_pointer(kafka_stage: Stage) -> None:
    stage = kafka_stage
    open_stage(stage, configs={"dead_letter": {"max.message.bytes": "20000"}})
    large = b"{" + b"x" * 200_000
    stage.publish(stage.topics.shipment, [("big", large), ("small", b"{")])
    stage.publish(stage.topics.shipment, scene.shipments(10))
    worker = stage.worker().wait_ready()
    answered(stage, 10)
    until(lambda: stage.committed(stage.topics.shipment) == 12, "all committed")
    assert worker.alive()
    letters = {record.key: record for record in stage.read(stage.topics.dead_letter)}
    assert letters[b"small"].value == b"{"
    pointer = dict(letters[b"big"].headers)
    assert len(letters[b"big"].value or b"") < 20_000
    assert pointer["sekisho_error_offset"].isdigit()
    assert any(name.startswith("sekisho_error") and b"sha" in name.encode() for name in pointer)
    settle(stage, references(10), hits(10), dead_letters=2)


def test_rubbish_in_the_reference_topics_changes_nothing(kafka_stage: Stage) -> None:
    """Records that do not decode, do not match their key, or are sets that follow nothing."""
    stage = kafka_stage
    open_stage(stage)
    topics = stage.topics
    worker = stage.worker().wait_ready()
    good = stage.read(topics.reference)[-1]
    rubbish: list[tuple[str | None, bytes | None]] = [
        ("x", b"\x00rubbish"),
        ("", b"{}"),
        ("0" * 64, good.value),
        ("1" * 64, json.dumps({"sequence": 7, "parent": "0" * 64, "lists": []}).encode()),
        ("not hexadecimal", None),
    ]
    for topic in (topics.entity, topics.goods, topics.measure, topics.list_version, topics.reference):
        stage.publish(topic, rubbish)
    time.sleep(1)
    stage.publish(topics.shipment, scene.shipments(10))
    answered(stage, 10)
    settle(stage, references(10), hits(10))
    assert worker.metric("sekisho_reference_incomplete") == 0
    stage.worker(SEKISHO_WORKER__GROUP=f"{stage.name}-late").wait_ready()
    scene.publish(stage, scene.lists(scene.LISTED, "Honest Trading", version="2"))
    until(lambda: worker.metric("sekisho_reference_sequence") == 1, "the next set is active")
