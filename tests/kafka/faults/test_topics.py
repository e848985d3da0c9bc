"""Outputs that are missing, forbidden or too narrow, topics that come late or grow. Lost events: none."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ACL, ACLFilter, ACLOperation, ACLPermissionType, ResourcePattern, ResourceType

from deploy.kafka.broker import ApacheKafka
from sekisho.agents.delivery import EXIT_REFUSED
from tests.kafka.faults.ledger import all_committed, hits, references, settle
from tests.kafka.test_behaviour import answered, open_stage
from tests.support import scene
from tests.support.scene import decode
from tests.support.stage import Stage, until

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]


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
    settle(stage, references(10), hits(10))


def test_a_missing_output_topic_loses_nothing(kafka_stage: Stage) -> None:
    """The worker cannot write: it may hold or end itself, but commits nothing."""
    stage = kafka_stage
    open_stage(stage, leave_out=["verdict"])
    stage.publish(stage.topics.shipment, scene.shipments(10))
    worker = stage.worker()
    time.sleep(8)
    assert stage.committed(stage.topics.shipment) == 0
    stage.create_only("verdict")
    all_committed(stage, worker, 10)
    settle(stage, references(10), hits(10))


@pytest.fixture
def guarded(own_kafka: Callable[..., ApacheKafka], tmp_path: Path) -> Iterator[Stage]:
    """A broker with access control in which everything is allowed that no rule forbids."""
    broker = own_kafka(
        properties={
            "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "allow.everyone.if.no.acl.found": "true",
        }
    )
    stage = Stage(broker.bootstrap_servers, tmp_path)
    yield stage
    stage.close()


def test_an_output_topic_that_may_not_be_written_stops_the_worker_and_loses_nothing(guarded: Stage) -> None:
    stage = guarded
    open_stage(stage)
    topic = ResourcePattern(ResourceType.TOPIC, stage.topics.verdict)
    admin = KafkaAdminClient(bootstrap_servers=stage.bootstrap_servers)
    admin.create_acls([ACL("User:ANONYMOUS", "*", ACLOperation.WRITE, ACLPermissionType.DENY, topic)])
    stage.publish(stage.topics.shipment, scene.shipments(10))
    worker = stage.worker()
    until(lambda: not worker.alive(), "the worker ends itself")
    assert worker.process.returncode == EXIT_REFUSED
    assert "TopicAuthorizationFailedError" in worker.words
    assert stage.committed(stage.topics.shipment) == 0
    admin.delete_acls([ACLFilter(None, None, ACLOperation.ANY, ACLPermissionType.ANY, topic)])
    admin.close()
    worker.start()
    until(lambda: stage.committed(stage.topics.shipment) == 10, "all committed")
    stage.forget(stage.topics.verdict)
    settle(stage, references(10), hits(10))


def test_a_partition_more_is_seen(kafka_stage: Stage) -> None:
    stage = kafka_stage
    open_stage(stage)
    worker = stage.worker().wait_ready()
    stage.add_partition(stage.topics.shipment)
    for number, (key, value) in enumerate(scene.shipments(20)):
        stage.producer.send(stage.topics.shipment, key=key.encode(), value=value, partition=number % 5).get(30)
    answered(stage, 20)
    assert worker.alive()
    settle(stage, references(20), hits(20))


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
