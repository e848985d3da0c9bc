"""The worker's own count of what waits, on Apache Kafka: also while it holds, when nothing is fetched any more."""

from __future__ import annotations

import json

import pytest

from tests.support import scene
from tests.support.stage import Stage, until

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]


def test_what_waits_is_counted_while_agents_hold_and_when_they_have_caught_up(kafka_stage: Stage) -> None:
    stage, metric = kafka_stage, "sekisho_consumer_lag_records"
    stage.environment["SEKISHO_REFERENCE__REQUIRED_LISTS"] = json.dumps([scene.LIST_ID, scene.MEASURES_ID])
    stage.create_topics()
    # More than a worker takes into memory: the fetcher stops, and the end that it knows stands still.
    stage.environment["SEKISHO_WORKER__BATCH_SIZE"] = "10"
    worker = stage.worker()
    until(lambda: "reference" in worker.holding(), "it holds")
    stage.publish(stage.topics.shipment, scene.shipments(3000))
    until(lambda: worker.metric(metric, topic=stage.topics.shipment) == 3000, "all of them wait")
    stage.publish(stage.topics.shipment, scene.shipments(500, prefix="MORE"))
    until(lambda: worker.metric(metric) == 3500, "and those that came later")
    scene.publish(stage, scene.lists())
    until(lambda: worker.metric(metric) == 0, "none waits")
    assert stage.committed(stage.topics.shipment) == 3500
    assert worker.terminate() == 0
