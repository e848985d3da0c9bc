"""A cluster of three brokers: one gone, one after the other restarted, all gone for a while."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.kafka.broker import ApacheKafka, cluster
from tests.kafka.faults.ledger import TIMEOUT_S, all_committed, hits, publish_slowly, references, settle
from tests.kafka.test_behaviour import open_stage
from tests.support.brokers import need_kafka
from tests.support.stage import Stage, until

#: How long all brokers are gone (seconds); `make faults` takes 60.
OUTAGE_S = float(os.environ.get("SEKISHO_TEST_OUTAGE_S", "10"))

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(TIMEOUT_S)]


@pytest.fixture
def brokers(tmp_path: Path) -> Iterator[list[ApacheKafka]]:
    need_kafka()
    nodes = cluster(tmp_path)
    try:
        for node in nodes:
            node.start(wait=False)
        for node in nodes:
            node.wait_until_up()
        yield nodes
    finally:
        for node in nodes:
            node.stop()


def test_brokers_come_and_go_and_nothing_is_lost(brokers: list[ApacheKafka], tmp_path: Path) -> None:
    """The publisher goes on all the while, as platforms do; what it could not write it writes again."""
    stage, count = Stage(",".join(node.bootstrap_servers for node in brokers), tmp_path, replicas=3), 3000
    try:
        open_stage(stage)
        worker = stage.worker().wait_ready()
        published = threading.Thread(target=publish_slowly, args=(stage, count), daemon=True)
        published.start()

        brokers[0].kill()
        before = worker.metric("sekisho_events_total", outcome="screened")
        until(
            lambda: worker.metric("sekisho_events_total", outcome="screened") > before + 50,
            "the stream goes on without one",
        )
        brokers[0].start()
        for node in brokers[1:]:  # a rolling restart
            node.stop()
            node.start()
        for node in brokers:
            node.kill()
        time.sleep(OUTAGE_S)
        for node in brokers:
            node.start(wait=False)
        for node in brokers:
            node.wait_until_up()

        published.join(120)
        assert not published.is_alive()
        all_committed(stage, worker, count)
        settle(stage, references(count), hits(count))
    finally:
        stage.close()
