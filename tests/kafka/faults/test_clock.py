"""A worker whose clock jumps. Offsets and ids do not come from clocks: nothing is lost, nothing comes twice for it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sekisho.agents.delivery import EXIT_REFUSED
from tests.kafka.faults.ledger import all_committed, hits, in_the_middle, references, settle
from tests.kafka.test_behaviour import open_stage
from tests.support import scene
from tests.support.stage import Stage, until

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

MINUTE_S, HOUR_S = 60.0, 3600.0

#: Everything in the process that asks for the time of day gets it wrong by what the file says: Faust, its Kafka client,
#: the agents. The monotonic clock goes on, as it does when somebody sets a machine's clock.
WRONG_CLOCK = """
import os, time
from datetime import UTC, datetime, timedelta
from pathlib import Path

right, file, seen = time.time, Path(os.environ["TEST_CLOCK"]), [0.0, 0.0]

def ahead():
    if time.monotonic() > seen[0]:
        seen[:] = time.monotonic() + 0.05, float(file.read_text())
    return seen[1]

time.time = lambda: right() + ahead()

import logging, sys
logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
from sekisho.agents import run_worker
from sekisho.settings import load
sys.exit(run_worker(load(), clock=lambda: datetime.now(UTC) + timedelta(seconds=ahead())))
"""


def test_a_clock_that_jumps_forward_and_back_loses_nothing(kafka_stage: Stage, tmp_path: Path) -> None:
    """Kafka refuses records from more than an hour ahead (`message.timestamp.after.max.ms`): the worker ends itself
    with nothing committed past them, and goes on when its clock is right.
    """
    stage, count, clock = kafka_stage, 6000, tmp_path / "ahead.txt"

    def jump(ahead_s: float) -> None:
        fresh = clock.with_suffix(".new")
        fresh.write_text(str(ahead_s))
        fresh.replace(clock)

    jump(0)
    open_stage(stage)
    stage.publish(stage.topics.shipment, scene.shipments(count))
    began = time.time()
    worker = stage.worker(program=WRONG_CLOCK, TEST_CLOCK=str(clock))
    screened = 0
    for ahead_s in (30 * MINUTE_S, -2 * HOUR_S):
        in_the_middle(worker, screened + 300)
        screened = int(worker.metric("sekisho_events_total", outcome="screened"))
        jump(ahead_s)
    in_the_middle(worker, screened + 300)
    assert worker.alive()
    jump(3 * HOUR_S)
    until(lambda: not worker.alive(), "the broker refuses what comes from so far ahead")
    assert worker.process.returncode == EXIT_REFUSED
    assert "InvalidTimestamp" in worker.words
    assert stage.committed(stage.topics.shipment) < count
    jump(0)
    all_committed(stage, worker, count)
    ahead = {round((record.timestamp / 1000 - began) / (HOUR_S / 2)) for record in stage.read(stage.topics.verdict)}
    assert ahead == {1, 0, -4}, "verdicts were written by all three clocks (half hours)"
    settle(stage, references(count), hits(count), timed=False)
