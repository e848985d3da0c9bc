"""The same on brokers: what is published is what a reader finds, also with two publishers at once."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import NewTopic

from sekisho.errors import InputError
from sekisho.model import Entity, Progress
from sekisho.reference import bundled
from sekisho.reference.guards import Limits
from sekisho.reference.loaded import LoadedList
from sekisho.reference.prune import prune
from sekisho.reference.publish import Published, Publisher
from sekisho.settings import Topics
from sekisho.wire import encode
from tests.conftest import ROOT
from tests.factories import entity
from tests.support.brokers import apache_kafka, bootstrap_servers, embedded_broker

#: kafka-python leaves a socket open when it looks for its first broker
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

__all__ = ["apache_kafka", "bootstrap_servers", "embedded_broker"]


@pytest.fixture
def topics(bootstrap_servers: str) -> Iterator[Topics]:
    """Topics of this test's own."""
    name = uuid.uuid4().hex[:8]
    own = Topics(
        entity=f"{name}.entity",
        goods=f"{name}.goods",
        measure=f"{name}.measure",
        list=f"{name}.list",
        reference=f"{name}.reference",
        open_shipment=f"{name}.open.shipment",
        open_payment=f"{name}.open.payment",
        progress=f"{name}.progress",
    )
    names = [own.entity, own.goods, own.measure, own.list, own.reference]
    names += [own.open_shipment, own.open_payment, own.progress]
    admin = KafkaAdminClient(bootstrap_servers=bootstrap_servers)
    admin.create_topics([NewTopic(one, 1, 1, topic_configs={"cleanup.policy": "compact"}) for one in names])
    yield own
    admin.delete_topics(names)
    admin.close()


def companies(list_id: str, count: int, version: str = "1") -> LoadedList:
    records = tuple(entity(list_id, str(at), f"Company {at} of {list_id}") for at in range(count))
    return LoadedList(list_id, "entities", version, "test", records)


def test_the_pack_is_published_read_back_changed_and_pruned(bootstrap_servers: str, topics: Topics) -> None:
    options = {"bootstrap_servers": bootstrap_servers}
    publisher = Publisher(topics, options, limits=Limits(max_shrink=1))
    first = publisher.publish(bundled.lists(), who="test", why="first run")
    assert first.new
    chain = publisher.chain()
    assert chain.problem() is None
    assert chain.faults == []
    assert sum(1 for _ in chain.records(first.accepted.hash)) == sum(len(one.records) for one in bundled.lists())
    assert not publisher.publish(bundled.lists(), who="test", why="again").new
    many = publisher.publish([companies("xx-many", 3000)], who="test", why="a list")
    assert many.written >= 3000
    few = publisher.publish([companies("xx-many", 2999, "2")], who="test", why="one less")
    assert few.written <= 4
    done = prune(topics, options, retention=timedelta(0))
    assert done.dropped >= 1
    chain = publisher.chain()
    assert chain.problem() is None
    assert "Company 2999 of xx-many" not in {
        r.primary_name for r in chain.records(few.accepted.hash) if isinstance(r, Entity)
    }


def test_a_set_that_a_rescreening_will_ask_for_is_not_pruned(bootstrap_servers: str, topics: Topics) -> None:
    """A partition without open events, whose worker was away for long: its progress alone names the set."""
    options = {"bootstrap_servers": bootstrap_servers}
    publisher = Publisher(topics, options, limits=Limits(max_shrink=1))
    sets = [
        publisher.publish([companies("xx-many", count, str(count))], who="test", why="a list").accepted
        for count in (5, 4, 3)
    ]

    def note(*records: Progress | tuple[str, None]) -> None:
        producer = KafkaProducer(bootstrap_servers=bootstrap_servers)
        for one in records:
            key, value = (one.key, encode(one)) if isinstance(one, Progress) else one
            producer.send(topics.progress, key=key.encode(), value=value, partition=0).get(timeout=30)
        producer.close(timeout=5)

    now = datetime.now(UTC)
    note(
        Progress("shipment", 0, 0, sets[0].hash, now, now),
        Progress("shipment", 1, 0, sets[0].hash, now, now),
        Progress("shipment", 0, 1, sets[1].hash, now, now),
    )
    note(("shipment/1", None))
    done = prune(topics, options, retention=timedelta(0))
    assert done.kept_sets == (1, 2)
    chain = publisher.chain()
    assert [chain.lacks(one.hash) is None for one in sets] == [False, True, True]


def test_publishers_at_once_all_get_in(bootstrap_servers: str, topics: Topics) -> None:
    options = {"bootstrap_servers": bootstrap_servers}
    results: list[Published | BaseException] = []

    def run(number: int) -> None:
        try:
            mine = Publisher(topics, options).publish([companies(f"xx-{number}", 50)], who=str(number), why="at once")
        except BaseException as error:
            results.append(error)
        else:
            results.append(mine)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(one, Published) and one.new for one in results), results
    chain = Publisher(topics, options).chain()
    assert [one.set.sequence for one in chain.accepted] == [0, 1, 2, 3]
    head: Any = chain.newest_complete()
    assert {ref.list_id for ref in head.set.lists} == {"xx-0", "xx-1", "xx-2", "xx-3"}


def test_a_publisher_killed_at_any_moment_leaves_a_whole_set(bootstrap_servers: str, topics: Topics) -> None:
    """kill -9 while it reads, writes members, or waits: what was active stays, and the next run completes the work."""
    publisher = Publisher(topics, {"bootstrap_servers": bootstrap_servers})
    publisher.publish([companies("xx-first", 20)], who="test", why="first")
    script = (
        "import sys; from tests.reference.test_publish_broker import Publisher, companies; "
        "from sekisho.settings import Topics; import json; print('up', flush=True); "
        "Publisher(Topics(**json.loads(sys.argv[1])), {'bootstrap_servers': sys.argv[2]})"
        ".publish([companies('xx-big', 4000)], who='killed', why='test')"
    )
    for pause in (0.05, 0.4, 0.8):
        with subprocess.Popen(
            [sys.executable, "-c", script, topics.model_dump_json(), bootstrap_servers],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"up\n"
            time.sleep(pause)
            process.kill()
        chain = publisher.chain()
        newest = chain.newest_complete()
        assert newest is not None
        assert chain.problem() is None
        assert {ref.list_id for ref in newest.set.lists} <= {"xx-first", "xx-big"}
    publisher.publish([companies("xx-big", 4000)], who="test", why="last")
    chain = publisher.chain()
    assert chain.problem() is None
    head: Any = chain.newest_complete()
    assert sum(1 for _ in chain.records(head.hash)) == 4020


def test_missing_topics_are_told(bootstrap_servers: str) -> None:
    with pytest.raises(InputError, match="sekisho topics create"):
        Publisher(Topics(entity="not.there"), {"bootstrap_servers": bootstrap_servers}).chain()
