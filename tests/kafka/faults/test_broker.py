"""Brokers that die, run out of disk, or are reached over a bad network. Lost events: none. Unknown ids: none."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import NewTopic

from deploy.kafka.broker import ApacheKafka
from sekisho.agents.embedded import free_port
from tests.kafka.faults.ledger import LONG, TIMEOUT_S, all_committed, hits, in_the_middle, references, settle
from tests.kafka.test_behaviour import open_stage
from tests.support import scene
from tests.support.proxy import Proxy
from tests.support.stage import Stage, WorkerProcess, until

#: A log larger than this cannot be written by a broker whose disk is full (bytes).
DISK_BYTES = 150_000

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(TIMEOUT_S)]


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
        all_committed(stage, worker, count)
        settle(stage, references(count), hits(count))
    finally:
        stage.close()


def test_a_broker_whose_disk_is_full_loses_nothing(own_kafka: Callable[..., ApacheKafka], tmp_path: Path) -> None:
    """Its writes fail as they do on a full disk: it answers KAFKA_STORAGE_ERROR, then gives up its log folders and ends.

    The limit is the system's (RLIMIT_FSIZE), set on the running broker; room is made, and it starts again.
    """
    broker = own_kafka(properties={"log.dirs": f"{tmp_path}/one,{tmp_path}/two"})
    # so many that a quick worker is not done with them before the disk is full
    stage, count = Stage(broker.bootstrap_servers, tmp_path), 9000
    try:
        open_stage(stage)
        stage.publish(stage.topics.shipment, scene.shipments(count))
        others = [NewTopic("others", 8, 1)]
        admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap_servers)
        admin.create_topics(others)
        admin.close()
        worker = stage.worker()
        in_the_middle(worker, 100)
        resource.prlimit(broker.pid, resource.RLIMIT_FSIZE, (DISK_BYTES, resource.RLIM_INFINITY))
        # others write too: a worker whose own topics are in the folder that was full first waits, and never fills the second
        producer = KafkaProducer(bootstrap_servers=broker.bootstrap_servers, retries=0, max_block_ms=5000)
        for partition in range(8):
            producer.send("others", b"x" * 2 * DISK_BYTES, partition=partition)
        # all folders, or the one that holds its metadata: whichever was full first
        until(lambda: "Shutdown broker because" in broker.log.read_text(errors="replace"), "the broker gives up")
        assert "File too large" in broker.log.read_text(errors="replace")
        broker.kill()
        time.sleep(2)
        broker.start()
        producer.close(timeout=30)
        assert stage.committed(stage.topics.shipment) < count, "the disk was full in the middle"
        all_committed(stage, worker, count)
        stage.forget(stage.topics.verdict)
        settle(stage, references(count), hits(count))
    finally:
        stage.close()


@pytest.fixture
def proxied(own_kafka: Callable[..., ApacheKafka], tmp_path: Path) -> Iterator[tuple[Stage, Proxy]]:
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
        stage = Stage(broker.bootstrap_servers, tmp_path)
        stage.environment["SEKISHO_KAFKA__BOOTSTRAP_SERVERS"] = f"127.0.0.1:{proxy.port}"
        yield stage, proxy
        stage.close()


def under_way(stage: Stage, count: int) -> WorkerProcess:
    """A worker in the middle of ``count`` events."""
    open_stage(stage)
    stage.publish(stage.topics.shipment, scene.shipments(count))
    worker = stage.worker()
    in_the_middle(worker)
    return worker


def test_a_network_that_delays_and_cuts_loses_nothing(proxied: tuple[Stage, Proxy]) -> None:
    stage, proxy = proxied
    count = 6000
    worker = under_way(stage, count)
    for pause in (0.1, 2.0, 0.5):
        proxy.cut()
        time.sleep(pause)
        proxy.mend()
        proxy.delay_s = 0.02
        time.sleep(1)
        proxy.delay_s = 0
    all_committed(stage, worker, count)
    settle(stage, references(count), hits(count))


def test_a_slow_broker_whose_answers_overtake_one_another_loses_nothing(proxied: tuple[Stage, Proxy]) -> None:
    """Every packet takes up to 300 ms, each connection by itself; then nothing gets through at all, and nobody is told."""
    stage, proxy = proxied
    count = 4000
    worker = under_way(stage, count)
    proxy.jitter_s = 0.3
    time.sleep(5)
    proxy.jitter_s = 0.02
    proxy.stall()
    # Beyond the session (10 s) the group goes on without this member; `make test` takes a shorter one.
    time.sleep(60 if LONG else 4)
    proxy.mend()
    all_committed(stage, worker, count)
    proxy.jitter_s = 0
    settle(stage, references(count), hits(count))
