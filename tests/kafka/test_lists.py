"""Three workers on Apache Kafka hold the same set and give the same verdicts, whatever befalls its publishers and its log.

Each worker is a group of its own, so each answers every event. The reference topics are compacted all the while, as hard
as Kafka can.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from kafka import KafkaConsumer, TopicPartition

from deploy.kafka.broker import ApacheKafka
from sekisho.cli.topics import ensure, wanted
from sekisho.model import Name
from sekisho.reference.guards import Limits
from sekisho.reference.loaded import LoadedList
from sekisho.reference.prune import prune
from sekisho.reference.publish import Published, Publisher
from tests import factories
from tests.conftest import ROOT
from tests.support import scene
from tests.support.brokers import need_kafka
from tests.support.scene import content, decode
from tests.support.stage import Stage, until

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.timeout(180),
    # kafka-python leaves a socket open when it looks for its first broker
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

WORKERS = 3


def company(list_id: str, *names: str) -> LoadedList:
    """A list of organisations by name; the name is the id too, so that an order of names is no edit."""
    records = tuple(factories.entity(list_id, name, names=(Name(name),)) for name in names)
    return LoadedList(list_id, "entities", f"of {len(names)}", "test", records)


class Team:
    """Three workers on one stage, and a publisher as `lists publish` is one."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.options = {"bootstrap_servers": stage.bootstrap_servers}
        self.publisher = Publisher(stage.topics, self.options, limits=Limits(max_shrink=1))
        self.publisher.publish(scene.lists(), who="test", why="the first set")
        # Groups that share their output topics cannot share the state of what is open.
        alone = {"SEKISHO_WORKER__RESCREEN_WINDOW_DAYS": "0"}
        self.workers = [stage.worker(SEKISHO_WORKER__GROUP=f"{stage.name}-{n}", **alone) for n in range(WORKERS)]
        for worker in self.workers:
            worker.wait_ready()

    def publish(self, *lists: LoadedList, force: bool = False) -> Published:
        return self.publisher.publish(lists, who="test", why="test", force=force)

    def settle(self) -> int:
        """Wait until all workers screen with the newest set, whole; its sequence."""
        chain = self.publisher.chain()
        assert chain.problem() is None
        assert chain.faults == []
        assert chain.head is not None
        sequence = chain.head.set.sequence
        until(lambda: self.sequences() == {sequence}, f"all workers hold set {sequence}", pause_s=0.05)
        assert self.incomplete() == {0.0}
        return sequence

    def sequences(self) -> set[float]:
        return {worker.metric("sekisho_reference_sequence") for worker in self.workers}

    def incomplete(self) -> set[float]:
        return {worker.metric("sekisho_reference_incomplete") for worker in self.workers}

    def send(self, *names: str) -> dict[str, str]:
        """A shipment to each of ``names``; business reference: name."""
        mark = uuid.uuid4().hex[:8]
        events = {f"{mark}-{number}": name for number, name in enumerate(names)}
        self.stage.publish(
            self.stage.topics.shipment,
            [
                (
                    reference,
                    msgspec.json.encode(
                        factories.shipment(
                            event_id=reference, shipment_reference=reference, parties=(factories.party(name),)
                        )
                    ),
                )
                for reference, name in events.items()
            ],
        )
        return events

    def answers(self, events: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
        """Every worker's verdict on each event, by business reference."""

        def look() -> dict[str, list[dict[str, Any]]] | None:
            found: dict[str, list[dict[str, Any]]] = {reference: [] for reference in events}
            for record in self.stage.read(self.stage.topics.verdict):
                verdict = decode(record)
                if verdict["trigger"] == "event" and (reference := verdict["event"]["business_reference"]) in found:
                    found[reference].append(verdict)
            return found if all(len(several) >= WORKERS for several in found.values()) else None

        answers: dict[str, list[dict[str, Any]]] = until(look, "every worker answers every event")
        return answers

    def screen(self, *names: str) -> dict[str, str]:
        """Name: verdict, on which all workers agree to the letter, made with the newest set."""
        self.settle()
        head = self.publisher.chain().head
        assert head is not None
        events = self.send(*names)
        verdicts = {}
        for reference, several in self.answers(events).items():
            assert len(several) == WORKERS
            assert len({content(one) for one in several}) == 1, f"the workers disagree on {events[reference]}"
            assert several[0]["engine"]["reference_hash"] == head.hash
            verdicts[events[reference]] = several[0]["verdict"]
        return verdicts


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    need_kafka()
    folder: Path = tmp_path_factory.mktemp("lists")
    with ExitStack() as stack:
        # The cleaner rests for 15 s otherwise, longer than a test.
        broker = stack.enter_context(ApacheKafka(folder / "kafka", properties={"log.cleaner.backoff.ms": "200"}))
        stage = Stage(broker.bootstrap_servers, folder)
        stack.callback(stage.close)
        stage.environment["SEKISHO_REFERENCE__REQUIRED_LISTS"] = json.dumps([scene.LIST_ID, scene.MEASURES_ID])
        stage.environment["SEKISHO_OUTPUT__ENCODING"] = "json"
        hard = {"segment.ms": "200", "min.cleanable.dirty.ratio": "0.01", "delete.retention.ms": "0"}
        settings = stage.settings()
        ensure(
            settings,
            [
                msgspec.structs.replace(topic, configs=topic.configs | hard if topic.partitions == 1 else topic.configs)
                for topic in wanted(settings)
            ],
        )
        yield Team(stage)


def test_updates_and_removals_reach_every_worker(team: Team) -> None:
    team.publish(company("xx-a", "Brindlewick Foundry", "Quorvane Shipping"))
    names = ("Brindlewick Foundry", "Quorvane Shipping", "Tessimond Optics", scene.LISTED)
    assert team.screen(*names) == dict(zip(names, ("review", "review", "clear", "prohibited"), strict=True))
    team.publish(company("xx-a", "Quorvane Shipping", "Tessimond Optics"))
    assert team.screen(*names) == dict(zip(names, ("clear", "review", "review", "prohibited"), strict=True))
    # A list without any entry left is taken only by force.
    team.publish(company("xx-a"), company("xx-b", "Brindlewick Foundry"), force=True)
    assert team.screen(*names) == dict(zip(names, ("review", "clear", "clear", "prohibited"), strict=True))


def test_each_verdict_is_what_the_set_that_it_names_says(team: Team) -> None:
    """Events run while sets change under them: no verdict is made of two sets, and none names a set it was not made with."""
    before = team.settle()
    names = {0: "Pellucid Marrow", 1: "Ostrander Kelp"}
    events: dict[str, str] = {}
    for number in range(8):
        team.publish(company("xx-turns", names[number % 2]))
        events |= team.send(*names.values())
    seen = set()
    by_set: dict[tuple[str, str], set[str]] = {}
    for reference, several in team.answers(events).items():
        for one in several:
            turn = one["engine"]["reference_sequence"] - before - 1
            listed = turn >= 0 and names[turn % 2] == events[reference]
            assert one["verdict"] == ("review" if listed else "clear"), (events[reference], turn)
            by_set.setdefault((reference, one["engine"]["reference_hash"]), set()).add(content(one))
            seen.add(turn)
    assert all(len(contents) == 1 for contents in by_set.values()), "two workers disagree under one set"
    assert len(seen) > 2, "sets changed while events ran"
    assert team.settle() == before + 8


#: One record more than the run before, then SIGKILL: a run after the other dies at every step. Imports once, then forks.
KILLED = """
import json, os, signal, sys
from sekisho.reference import publish
from sekisho.reference.publish import Publisher
from sekisho.settings import Topics
from tests.kafka.test_lists import company

topics, options, names = Topics(**json.loads(sys.argv[1])), json.loads(sys.argv[2]), json.loads(sys.argv[3])

def die():
    os.kill(os.getpid(), signal.SIGKILL)

class Dying(publish.KafkaProducer):
    left = 1
    def send(self, topic, **record):
        if not Dying.left:
            self.flush()
            die()
        Dying.left -= 1
        return super().send(topic, **record)

class Blind(publish.LogReader):
    def read_past(self, topic, offset):
        die()

publish.KafkaProducer, publish.LogReader = Dying, Blind
print("up", flush=True)
Dying.left = 0
while True:
    child = os.fork()
    if not child:
        done = Publisher(topics, options).publish([company("xx-killed", *names)], who="killed", why="test")
        os._exit(0 if not done.new else 3)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(code, flush=True)
    if code != -signal.SIGKILL:
        break
    Dying.left = 1
"""


def test_a_publisher_killed_at_every_step(team: Team) -> None:
    """Until its set is written nothing of it counts; from then on all of it does."""
    names = [f"Vantablick Works {word}" for word in ("North", "South", "East", "West")]
    before = team.settle()
    with subprocess.Popen(
        [
            sys.executable,
            "-c",
            KILLED,
            team.stage.topics.model_dump_json(),
            json.dumps(team.options),
            json.dumps(names),
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        codes, active = [], []
        for line in process.stdout:
            codes.append(int(line))
            chain = team.publisher.chain()
            assert chain.problem() is None
            assert chain.head is not None
            active.append(chain.head.set.sequence)
            assert team.incomplete() == {0.0}
            assert team.sequences() <= {before, active[-1]}
    # Before the first record, after each of 4 entries, the bucket and the version, and after the set; then nothing is new.
    assert codes == [-9] * 8 + [0]
    assert active == [before] * 7 + [before + 1] * 2
    assert set(team.screen(*names).values()) == {"review"}


def test_publishers_at_once(team: Team) -> None:
    """Two of lists of their own, and two of the same list: all get in, in one order, and no list is lost."""
    before = team.settle()
    faults: list[BaseException] = []

    def run(list_id: str, *versions: tuple[str, ...]) -> None:
        try:
            mine = Publisher(team.stage.topics, team.options, limits=Limits(max_shrink=1))
            for names in versions:
                mine.publish([company(list_id, *names)], who=list_id, why="at once")
        except BaseException as error:
            faults.append(error)

    threads = [
        threading.Thread(target=run, args=("xx-left", ("Ulmstead Alpha",), ("Ulmstead Alpha", "Ulmstead Omega"))),
        threading.Thread(target=run, args=("xx-right", ("Krayvoss One",), ("Krayvoss Two",))),
        threading.Thread(target=run, args=("xx-same", ("Dornath Lumen", "Dornath Solis"))),
        threading.Thread(target=run, args=("xx-same", ("Dornath Lumen", "Dornath Ventus"))),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert team.settle() == before + 6
    verdicts = team.screen(
        *("Ulmstead Alpha", "Ulmstead Omega", "Krayvoss One", "Krayvoss Two"),
        *("Dornath Lumen", "Dornath Solis", "Dornath Ventus"),
    )
    assert verdicts.pop("Krayvoss One") == "clear"
    last = [verdicts.pop("Dornath Solis"), verdicts.pop("Dornath Ventus")]
    assert sorted(last) == ["clear", "review"], "the list is one of the two, not a mixture"
    assert set(verdicts.values()) == {"review"}


def test_prune_compaction_and_restarts(team: Team) -> None:
    """What nothing refers to goes, from the log too; a worker that starts on what is left holds the same set as one that saw it all."""
    names = tuple(f"Halcyon Grist {number}" for number in range(1, 41))
    team.publish(company("xx-many", *names))
    team.publish(company("xx-many", *names[:2]))
    team.settle()
    done = prune(team.stage.topics, team.options, retention=timedelta(0))
    assert done.dropped >= 38
    sequence = team.settle()
    team.publish(company("xx-more", "Merrowby Flax"))  # a new segment, so that the one before is cleaned
    time.sleep(0.3)
    team.publish(company("xx-more", "Merrowby Flax", "Merrowby Jute"))
    assert team.settle() == sequence + 2
    until(lambda: left(team, team.stage.topics.entity) < 30, "the log is compacted")

    first, second, _ = team.workers
    first.kill()
    assert second.terminate() == 0
    for worker in (first, second):
        worker.start()
    for worker in (first, second):
        worker.wait_ready()
    asked = (names[0], names[1], names[2], names[39], "Merrowby Jute", scene.LISTED)
    assert team.screen(*asked) == dict(
        zip(asked, ("review", "review", "clear", "clear", "review", "prohibited"), strict=True)
    )


def left(team: Team, topic: str) -> int:
    """How many records a reader finds that starts now."""
    consumer = KafkaConsumer(bootstrap_servers=team.stage.bootstrap_servers, enable_auto_commit=False)
    try:
        part = TopicPartition(topic, 0)
        consumer.assign([part])
        consumer.seek_to_beginning(part)
        end = consumer.end_offsets([part])[part]
        count = 0
        while consumer.position(part) < end:
            count += sum(len(records) for records in consumer.poll(timeout_ms=200).values())
        return count
    finally:
        consumer.close()
