"""What breaks in real life, on a real Apache Kafka. Lost events: none. Unknown ids: none."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.kafka.broker import ApacheKafka
from tests.kafka.test_behaviour import answered, open_stage
from tests.support import scene
from tests.support.scene import check_whole, decode
from tests.support.stage import Stage, WorkerProcess, until

#: `make faults` kills ten times; `make test` three.
KILLS = int(os.environ.get("SEKISHO_TEST_KILLS", "3"))

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]


def references(count: int, prefix: str = "SHP") -> list[str]:
    return [f"{prefix}-{number}" for number in range(count)]


def hits(count: int, prefix: str = "SHP") -> list[str]:
    return [f"{prefix}-{number}" for number in range(0, count, 10)]


def in_the_middle(worker: WorkerProcess, least: int = 300) -> None:
    """Wait until the worker, just started, has screened some events."""
    until(lambda: worker.metric("sekisho_events_total", outcome="screened") >= least, "some events", pause_s=0.005)


def test_a_worker_killed_in_the_middle_of_a_batch_loses_nothing(kafka_stage: Stage) -> None:
    stage, count = kafka_stage, 2000 * KILLS
    open_stage(stage)
    stage.publish(stage.topics.shipment, scene.shipments(count))
    worker = stage.worker(SEKISHO_WORKER__ID="w1")
    for _ in range(KILLS):
        in_the_middle(worker)
        worker.kill()
        assert stage.committed(stage.topics.shipment) < count, "it was killed in the middle"
        worker.start()
    until(lambda: stage.committed(stage.topics.shipment) == count, "all committed")
    check_whole(stage, references(count), hits(count))


def test_sigterm_in_the_middle_commits_what_was_done(kafka_stage: Stage) -> None:
    stage, count = kafka_stage, 6000
    open_stage(stage)
    stage.publish(stage.topics.shipment, scene.shipments(count))
    worker = stage.worker()
    for _ in range(3):
        in_the_middle(worker)
        began = time.monotonic()
        assert worker.terminate() == 0, worker.words[-3000:]
        assert time.monotonic() - began < 10, "draining takes less than ten seconds"
        done = stage.count(stage.topics.verdict)
        assert done < count, "it was stopped in the middle"
        assert stage.committed(stage.topics.shipment) == done, "what is acknowledged is committed before it goes"
        worker.start()
    answered(stage, count)
    assert set(check_whole(stage, references(count), hits(count)).values()) == {1}, "an orderly stop repeats nothing"


def test_two_workers_share_and_hand_over(kafka_stage: Stage) -> None:
    """One joins, one leaves in order, one is killed; a stream runs all the while."""
    stage, count = kafka_stage, 3000
    open_stage(stage)
    first = stage.worker().wait_ready()
    events = list(scene.shipments(count))
    stage.publish(stage.topics.shipment, events[:1000])
    second = stage.worker().wait_ready()
    stage.publish(stage.topics.shipment, events[1000:2000])
    until(lambda: second.metric("sekisho_events_total", outcome="screened") > 0, "the second worker has a share")
    assert first.terminate() == 0
    third = stage.worker().wait_ready()
    second.kill()
    stage.publish(stage.topics.shipment, events[2000:])
    until(lambda: stage.committed(stage.topics.shipment) == count, "all committed")
    assert third.alive()
    check_whole(stage, references(count), hits(count))


def test_a_frozen_worker_comes_back_and_does_no_harm(kafka_stage: Stage) -> None:
    """Frozen beyond its session, its partitions go to another; awake again, it must not commit for them."""
    stage, count = kafka_stage, 2000
    open_stage(stage)
    session = {"SEKISHO_KAFKA__SESSION_TIMEOUT_S": "6", "SEKISHO_KAFKA__HEARTBEAT_INTERVAL_S": "1"}
    frozen = stage.worker(**session).wait_ready()
    events = list(scene.shipments(count))
    stage.publish(stage.topics.shipment, events[:1000])
    in_the_middle(frozen, 1)
    frozen.freeze()
    stage.worker(**session).wait_ready()
    stage.publish(stage.topics.shipment, events[1000:])
    until(lambda: stage.committed(stage.topics.shipment) == count, "the other one did it all")
    frozen.thaw()
    stage.publish(stage.topics.shipment, scene.shipments(500, prefix="NEXT"))
    until(lambda: stage.committed(stage.topics.shipment) == count + 500, "all committed")
    check_whole(stage, references(count) + references(500, "NEXT"), hits(count) + hits(500, "NEXT"))


def test_reference_data_changes_between_two_events(kafka_stage: Stage) -> None:
    """Each verdict names one set, and says what that set says."""
    stage, count = kafka_stage, 1500
    open_stage(stage)
    worker = stage.worker().wait_ready()
    events = list(scene.shipments(count))
    for turn in range(3):
        stage.publish(stage.topics.shipment, events[turn * 500 : turn * 500 + 500])
        names = (scene.LISTED,) if turn % 2 else (scene.LISTED, "Honest Trading")
        scene.publish(stage, scene.lists(*names, version=str(turn + 2)))
    answered(stage, count)
    assert worker.alive()
    seen: dict[int, set[str]] = {}
    for record in stage.read(stage.topics.verdict):
        verdict = decode(record)
        honest = int(verdict["event"]["business_reference"].rpartition("-")[2]) % 10 != 0
        if honest:
            seen.setdefault(verdict["engine"]["reference_sequence"], set()).add(verdict["verdict"])
    assert sum(len(words) for words in seen.values()) == len(seen), f"a set that says two things: {seen}"


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
    check_whole(stage, references(10), hits(10))


def test_a_result_too_large_for_its_topic_becomes_a_dead_letter(kafka_stage: Stage) -> None:
    stage = kafka_stage
    open_stage(stage, configs={"alert": {"max.message.bytes": "600"}})
    stage.publish(stage.topics.shipment, scene.shipments(10))
    worker = stage.worker().wait_ready()
    answered(stage, 10)
    until(lambda: stage.committed(stage.topics.shipment) == 10, "all committed")
    assert worker.alive()
    (letter,) = stage.read(stage.topics.dead_letter)
    assert letter.key == b"SHP-0"
    verdicts = {decode(r)["event"]["business_reference"]: decode(r) for r in stage.read(stage.topics.verdict)}
    assert verdicts["SHP-0"]["verdict"] == "unscreened"
    assert verdicts["SHP-1"]["verdict"] == "clear"


def test_a_broker_that_dies_and_comes_back_with_its_log(own_kafka: Callable[..., ApacheKafka], tmp_path: Path) -> None:
    broker = own_kafka()
    stage, count = Stage(broker.bootstrap_servers, tmp_path), 3000
    try:
        open_stage(stage)
        worker = stage.worker().wait_ready()
        stage.publish(stage.topics.shipment, scene.shipments(count))
        in_the_middle(worker)
        broker.kill()
        time.sleep(3)
        broker.start()

        def done() -> bool:
            if not worker.alive():
                worker.start()  # as a supervisor would
            return stage.committed(stage.topics.shipment) == count

        until(done, "all committed", patience_s=90)
        check_whole(stage, references(count), hits(count))
    finally:
        stage.close()


def test_topics_that_are_missing_at_start_are_waited_for(kafka_stage: Stage) -> None:
    stage = kafka_stage
    stage.environment["SEKISHO_REFERENCE__REQUIRED_LISTS"] = json.dumps([scene.LIST_ID, scene.MEASURES_ID])
    stage.environment["SEKISHO_OUTPUT__ENCODING"] = "json"
    worker = stage.worker()
    until(lambda: "topics create" in worker.words, "the log says what to do")
    stage.create_topics()
    scene.publish(stage, scene.lists())
    stage.publish(stage.topics.shipment, scene.shipments(10))
    answered(stage, 10)
    assert worker.alive()
    check_whole(stage, references(10), hits(10))


def test_a_missing_output_topic_loses_nothing(kafka_stage: Stage) -> None:
    """The worker cannot write: it may hold or end itself, but commits nothing."""
    stage = kafka_stage
    open_stage(stage, leave_out=["verdict"])
    stage.publish(stage.topics.shipment, scene.shipments(10))
    worker = stage.worker()
    time.sleep(8)
    assert stage.committed(stage.topics.shipment) == 0
    stage.create_only("verdict")

    def done() -> bool:
        if not worker.alive():
            worker.start()
        return stage.committed(stage.topics.shipment) == 10

    until(done, "all committed")
    check_whole(stage, references(10), hits(10))
