"""A stage for one test: its own topics on a broker, workers as processes of their own, and what came out.

Workers run as processes because the tests kill them: a thread cannot be killed with -9.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewPartitions, NewTopic

from sekisho.settings import Settings, Topics

#: Long enough for a loaded machine; a test that waits this long has failed (seconds). Where tests share the machine with
#: much else it may be set higher; what they assert of times stays.
PATIENCE_S = float(os.environ.get("SEKISHO_TEST_PATIENCE_S", "60"))


def until(condition: Any, what: str, patience_s: float = PATIENCE_S, pause_s: float = 0.1) -> Any:
    """The first true value of ``condition()``."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(pause_s)
    raise AssertionError(f"{what}: not within {patience_s:.0f} s")


class WorkerProcess:
    """A worker under ``environment``; its log is kept."""

    def __init__(self, environment: Mapping[str, str], folder: Path, program: str = "") -> None:
        """``program`` is Python that runs the worker in some other way than users do."""
        self._program = program or _RUN_WORKER
        self.log = folder / f"worker-{uuid.uuid4().hex[:6]}.log"
        self._environment = {**{k: v for k, v in os.environ.items() if not k.startswith("SEKISHO_")}, **environment}
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", self._program],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    @property
    def words(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._environment['SEKISHO_METRICS__PORT']}"

    def alive(self) -> bool:
        return self.process.poll() is None

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def metric(self, name: str, **labels: str) -> float:
        """The sum of the samples of ``name`` with these labels; not a number while the worker does not answer."""
        status, page = self.get("/metrics")
        if status != 200:
            return math.nan
        total = 0.0
        for line in page.splitlines():
            head, _, value = line.rpartition(" ")
            if head.partition("{")[0] == name and all(f'{k}="{v}"' in head for k, v in labels.items()):
                total += float(value)
        return total

    def wait_ready(self) -> WorkerProcess:
        def look() -> bool:
            assert self.alive(), self.words[-3000:]
            return self.get("/ready")[0] == 200

        until(look, f"the worker is ready; its log: {self.log}")
        return self

    def resident_bytes(self) -> int:
        """The memory that it takes now."""
        return _memory(self.process.pid, "VmRSS")

    def most_resident_bytes(self) -> int:
        """The most that it has taken since it started."""
        return _memory(self.process.pid, "VmHWM")

    def holding(self) -> Mapping[str, str]:
        """Why it holds."""
        status, text = self.get("/ready")
        reasons: Mapping[str, str] = json.loads(text)["holding"] if status == 503 else {}
        return reasons

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def terminate(self, patience_s: float = 30.0) -> int:
        self.process.terminate()
        return self.process.wait(patience_s)

    def stop(self) -> None:
        if self.alive():
            with contextlib.suppress(ProcessLookupError):
                self.thaw()
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()


def _memory(pid: int, field: str) -> int:
    """Of Linux' own account, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    raise AssertionError(f"the process {pid} has no {field}")


_RUN_WORKER = """
import logging, sys
logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
from sekisho.agents import run_worker
from sekisho.settings import load
sys.exit(run_worker(load()))
"""


class Stage:
    """Topics of one test. ``environment`` holds the settings of its workers as variables."""

    def __init__(
        self, bootstrap_servers: str, folder: Path, *, partitions: int = 4, replicas: int = 1, embedded: bool = False
    ) -> None:
        self.bootstrap_servers = bootstrap_servers
        self.folder = folder
        self.name = f"t{uuid.uuid4().hex[:8]}"
        self.partitions = partitions
        self.replicas = replicas
        self.topics = Topics(
            **{
                field: f"{self.name}.{info.default}"
                for field, info in Topics.model_fields.items()
                if isinstance(info.default, str)
            }
        )
        self.workers: list[WorkerProcess] = []
        self._producer: KafkaProducer | None = None
        self._taps: dict[str, tuple[KafkaConsumer, list[Any]]] = {}
        self.environment = {
            "SEKISHO_KAFKA__BOOTSTRAP_SERVERS": bootstrap_servers,
            "SEKISHO_WORKER__GROUP": f"{self.name}-group",
            "SEKISHO_WORKER__AS_OF": "event",
            **{
                f"SEKISHO_TOPICS__{field.upper()}": getattr(self.topics, field)
                for field, info in Topics.model_fields.items()
                if isinstance(info.default, str)
            },
        }
        if embedded:
            # That broker holds a new group's join for half of the rebalance timeout.
            self.environment["SEKISHO_KAFKA__REBALANCE_TIMEOUT_S"] = "4"

    def settings(self, **more: Any) -> Settings:
        return Settings(
            kafka={"bootstrap_servers": self.bootstrap_servers},  # type: ignore[arg-type]
            topics=self.topics,
            worker={"group": f"{self.name}-group", "as_of": "event"},  # type: ignore[arg-type]
            **more,
        )

    def create_only(self, field: str) -> None:
        """One topic that ``create_topics`` left out."""
        everything = {"shipment", "payment", "alert", "verdict", "dead_letter"}
        everything |= {"entity", "goods", "measure", "list_version", "reference"}
        everything |= {"open_shipment", "open_payment", "progress", "fingerprint"}
        self.create_topics(leave_out=sorted(everything - {field}))

    def create_topics(self, *, configs: Mapping[str, Mapping[str, str]] = {}, leave_out: Sequence[str] = ()) -> None:
        """All topics; ``configs`` and ``leave_out`` name fields of ``Topics``."""
        events = {"shipment", "payment", "alert", "verdict", "dead_letter", "open_shipment", "open_payment"}
        events |= {"fingerprint"}
        compacted = {"entity", "goods", "measure", "list_version", "reference"}
        compacted |= {"open_shipment", "open_payment", "progress", "fingerprint"}
        wanted = []
        for field in sorted((events | compacted) - set(leave_out)):
            config = dict(configs.get(field, {}))
            if field in compacted:
                config.setdefault("cleanup.policy", "compact")
            if field == "dead_letter":
                config.setdefault("max.message.bytes", str(1_048_588 + 65_536))
            if field in ("open_shipment", "open_payment"):
                config.setdefault("max.message.bytes", str(4 << 20))
            wanted.append(
                NewTopic(
                    getattr(self.topics, field),
                    self.partitions if field in events else 1,
                    self.replicas,
                    topic_configs=config,
                )
            )
        admin = KafkaAdminClient(bootstrap_servers=self.bootstrap_servers)
        try:
            admin.create_topics(wanted)
        finally:
            admin.close()

    def add_partition(self, topic: str) -> None:
        """One partition more than it has."""
        admin = KafkaAdminClient(bootstrap_servers=self.bootstrap_servers)
        try:
            admin.create_partitions({topic: NewPartitions(total_count=self.partitions + 1)})
        finally:
            admin.close()

    def forget(self, topic: str) -> None:
        """Read ``topic`` from its beginning the next time."""
        consumer, _ = self._taps.pop(topic, (None, []))
        if consumer is not None:
            consumer.close()

    def worker(self, *, program: str = "", **environment: str) -> WorkerProcess:
        """Start a worker with a metrics port of its own."""
        from sekisho.agents.embedded import free_port

        environment = {**self.environment, "SEKISHO_METRICS__PORT": str(free_port()), **environment}
        one = WorkerProcess(environment, self.folder, program)
        self.workers.append(one)
        return one

    @property
    def producer(self) -> KafkaProducer:
        if self._producer is None:
            self._producer = KafkaProducer(
                bootstrap_servers=self.bootstrap_servers, linger_ms=5, max_request_size=2_000_000
            )
        return self._producer

    def publish(self, topic: str, records: Iterable[tuple[str | None, bytes | None]]) -> int:
        """Write the records, keyed, and wait for their acknowledgement."""
        waiting = [
            self.producer.send(topic, key=key.encode() if key is not None else None, value=value)
            for key, value in records
        ]
        for one in waiting:
            one.get(timeout=30)
        return len(waiting)

    def pour(self, topic: str, records: Iterable[tuple[str, bytes]]) -> int:
        """``publish`` for megabytes: with a client whose checksums are in C (kafka-python makes 1 MB a second)."""

        async def send() -> int:
            async with AIOKafkaProducer(
                bootstrap_servers=self.bootstrap_servers, linger_ms=5, max_request_size=4 << 20
            ) as producer:
                waiting = [await producer.send(topic, value, key=key.encode()) for key, value in records]
                await asyncio.gather(*waiting)
                return len(waiting)

        return asyncio.run(send())

    def headers(self, topic: str, count: int) -> list[dict[str, bytes]]:
        """Of the first ``count`` records of ``topic``, without their values: for topics with megabytes."""

        async def read() -> list[dict[str, bytes]]:
            found: list[dict[str, bytes]] = []
            async with AIOKafkaConsumer(
                topic, bootstrap_servers=self.bootstrap_servers, auto_offset_reset="earliest"
            ) as consumer:
                while len(found) < count:
                    found.append(dict((await consumer.getone()).headers))
            return found

        return asyncio.run(asyncio.wait_for(read(), PATIENCE_S))

    def read(self, topic: str) -> list[Any]:
        """Everything that is in ``topic`` now, by partition and offset."""
        return sorted(self._tap(topic), key=lambda record: (record.partition, record.offset))

    def keep(self, topic: str, wanted: Any) -> None:
        """Forget what was read of ``topic`` but the records that ``wanted`` says yes to."""
        records = self._tap(topic)
        records[:] = [record for record in records if wanted(record)]

    def count(self, topic: str) -> int:
        """How many records are in ``topic`` now."""
        return len(self._tap(topic))

    def _tap(self, topic: str) -> list[Any]:
        """Read on from where the last look ended, until nothing comes: the embedded broker's end offsets are wrong."""
        if topic not in self._taps:
            consumer = KafkaConsumer(
                bootstrap_servers=self.bootstrap_servers,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                max_poll_records=5000,
                fetch_max_wait_ms=50,
            )
            parts = until(lambda: consumer.partitions_for_topic(topic), f"{topic} is known")
            tps = [TopicPartition(topic, part) for part in parts]
            consumer.assign(tps)
            consumer.seek_to_beginning(*tps)
            self._taps[topic] = (consumer, [])
        consumer, records = self._taps[topic]
        idle = 0
        while idle < 3:
            news = consumer.poll(timeout_ms=100)
            idle = 0 if news else idle + 1
            for some in news.values():
                records += some
        return records

    def committed(self, topic: str, group: str = "") -> int:
        """The sum of the committed offsets of ``group``, else of the stage's own."""
        consumer = KafkaConsumer(
            bootstrap_servers=self.bootstrap_servers,
            group_id=group or self.environment["SEKISHO_WORKER__GROUP"],
            enable_auto_commit=False,
        )
        try:
            parts = until(lambda: consumer.partitions_for_topic(topic), f"{topic} is known")
            return sum(consumer.committed(TopicPartition(topic, part)) or 0 for part in parts)
        finally:
            consumer.close()

    def close(self) -> None:
        for one in self.workers:
            one.stop()
        if self._producer is not None:
            self._producer.close(timeout=5)
        for consumer, _ in self._taps.values():
            consumer.close()
