"""A worker whose clock jumps. Offsets and ids do not come from clocks: nothing is lost, nothing comes twice for it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sekisho.agents.delivery import EXIT_REFUSED
from tests.kafka.faults.ledger import all_committed, hits, in_the_middle, references, settle
from tests.kafka.test_behaviour import open_stage
from tests.support import scene
from tests.support.clock import WrongClock
from tests.support.stage import Stage, until

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

MINUTE_S, HOUR_S = 60.0, 3600.0

#: Events by each clock.
PORTION = 1000


def test_a_clock_that_jumps_forward_and_back_loses_nothing(kafka_stage: Stage, tmp_path: Path) -> None:
    """Kafka refuses records from more than an hour ahead (`message.timestamp.after.max.ms`): the worker ends itself
    with nothing committed past them, and goes on when its clock is right.
    """
    stage, count, clock = kafka_stage, 4 * PORTION, WrongClock(tmp_path)
    open_stage(stage)
    events = list(scene.shipments(count))
    began = time.time()
    worker = stage.worker(**clock.environment)
    screened = 0
    for ahead_s in (30 * MINUTE_S, -2 * HOUR_S):
        stage.publish(stage.topics.shipment, events[screened : screened + PORTION])
        screened += PORTION
        in_the_middle(worker, screened - PORTION // 2)
        clock.jump(ahead_s)
    stage.publish(stage.topics.shipment, events[screened : screened + PORTION])
    in_the_middle(worker, screened + PORTION)
    assert worker.alive()
    clock.jump(3 * HOUR_S)
    stage.publish(stage.topics.shipment, events[screened + PORTION :])
    until(lambda: not worker.alive(), "the broker refuses what comes from so far ahead")
    assert worker.process.returncode == EXIT_REFUSED
    assert "InvalidTimestamp" in worker.words
    assert stage.committed(stage.topics.shipment) < count
    clock.jump(0)
    all_committed(stage, worker, count)
    ahead = {round((record.timestamp / 1000 - began) / (HOUR_S / 2)) for record in stage.read(stage.topics.verdict)}
    assert ahead == {1, 0, -4}, "verdicts were written by all three clocks (half hours)"
    settle(stage, references(count), hits(count), timed=False)
