"""Slower and rarer faults: a bad network, an output that is forbidden, a log with rubbish in it, a partition more."""

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
from sekisho.agents.embedded import free_port
from tests.kafka.test_behaviour import answered, open_stage
from tests.kafka.test_faults import hits, in_the_middle, references
from tests.support import scene
from tests.support.proxy import Proxy
from tests.support.scene import check_whole
from tests.support.stage import Stage, until

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]


def test_a_network_that_delays_and_cuts_loses_nothing(own_kafka: Callable[..., ApacheKafka], tmp_path: Path) -> None:
    """The worker's listener lies behind a proxy; the test's own clients go past it."""
    direct, behind, controller = free_port(), free_port(), free_port()
    with Proxy(behind) as proxy:
        broker = own_kafka(
            port=direct,
            properties={
                "listeners": f"PLAINTEXT://127.0.0.1:{direct},PROXIED://127.0.0.1:{behind},"
                f"CONTROLLER://127.0.0.1:{controller}",
                "controller.quorum.voters": f"1@127.0.0.1:{controller}",
                "advertised.listeners": f"PLAINTEXT://127.0.0.1:{direct},PROXIED://127.0.0.1:{proxy.port}",
                "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT",
            },
        )
        stage, count = Stage(broker.bootstrap_servers, tmp_path), 6000
        try:
            open_stage(stage)
            stage.publish(stage.topics.shipment, scene.shipments(count))
            stage.environment["SEKISHO_KAFKA__BOOTSTRAP_SERVERS"] = f"127.0.0.1:{proxy.port}"
            worker = stage.worker()
            in_the_middle(worker)
            for pause in (0.1, 2.0, 0.5):
                proxy.cut()
                time.sleep(pause)
                proxy.mend()
                proxy.delay_s = 0.02
                time.sleep(1)
                proxy.delay_s = 0

            def done() -> bool:
                if not worker.alive():
                    worker.start()  # as a supervisor would
                return stage.committed(stage.topics.shipment) == count

            until(done, "all committed", patience_s=90)
            check_whole(stage, references(count), hits(count))
        finally:
            stage.close()


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
    check_whole(stage, references(10), hits(10))


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
    check_whole(stage, references(10), hits(10))
    assert worker.metric("sekisho_reference_incomplete") == 0
    stage.worker(SEKISHO_WORKER__GROUP=f"{stage.name}-late").wait_ready()
    scene.publish(stage, scene.lists(scene.LISTED, "Honest Trading", version="2"))
    until(lambda: worker.metric("sekisho_reference_sequence") == 1, "the next set is active")


def test_a_partition_more_is_seen(kafka_stage: Stage) -> None:
    stage = kafka_stage
    open_stage(stage)
    worker = stage.worker().wait_ready()
    stage.add_partition(stage.topics.shipment)
    for number, (key, value) in enumerate(scene.shipments(20)):
        stage.producer.send(stage.topics.shipment, key=key.encode(), value=value, partition=number % 5).get(30)
    answered(stage, 20)
    assert worker.alive()
    check_whole(stage, references(20), hits(20))
