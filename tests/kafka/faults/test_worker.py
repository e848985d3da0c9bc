"""Workers that are killed, stopped, frozen, joined and left. Lost events: none. Unknown ids: none."""

from __future__ import annotations

import os
import time

import pytest

from tests.kafka.faults.ledger import TIMEOUT_S, hits, in_the_middle, references, settle
from tests.kafka.test_behaviour import answered, open_stage
from tests.support import scene
from tests.support.scene import decode
from tests.support.stage import Stage, until

#: `make faults` kills ten times; `make test` three.
KILLS = int(os.environ.get("SEKISHO_TEST_KILLS", "3"))

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(TIMEOUT_S)]


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
    settle(stage, references(count), hits(count))


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
    row = settle(stage, references(count), hits(count))
    assert row.answered_again == 0, "an orderly stop repeats nothing"


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
    settle(stage, references(count), hits(count))


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
    settle(stage, references(count) + references(500, "NEXT"), hits(count) + hits(500, "NEXT"))


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
