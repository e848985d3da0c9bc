"""Events a second of the worker, beside agents that do less, on one Apache Kafka in one run.

    python -m tests.benchmarks.stream [--events 20000] [--repeat 3] [--fresh] [--lists PATH …] [--json]

What is compared (same app, batching and acknowledgement; only the body of the agent differs):

    worker    decodes, screens, writes alerts and verdicts (`all`)
    forward   decodes and forwards the bytes
    no-op     reads and acknowledges
    bare      no Faust: an aiokafka loop that forwards (what Faust itself costs)

The ratio of worker to forward is what screening costs of the throughput; ratios travel, absolute figures do not. Events
lie in the topics before the clock starts; it runs from the first batch to the last acknowledgement. CPU is that of the
worker's process alone (the broker shares the machine).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.kafka.broker import ApacheKafka, missing
from sekisho.agents.delivery import Outgoing, deliver
from sekisho.reference import Reference
from sekisho.settings import Settings, load
from sekisho.wire import decode_event, encode
from tests.benchmarks.traffic import Traffic
from tests.support import scene
from tests.support.stage import Stage

SHAPES = ("worker", "forward", "no-op", "bare")


class Meter:
    """Counts events; keeps wall and CPU time from the first batch to the last."""

    def __init__(self, expected: int) -> None:
        self.expected = expected
        self.count = 0
        self.began: tuple[float, float] | None = None
        self.done = asyncio.Event()

    def start(self) -> None:
        if self.began is None:
            self.began = (time.perf_counter(), time.process_time())

    def add(self, count: int) -> None:
        self.count += count
        if self.count >= self.expected:
            self.done.set()

    def report(self) -> dict[str, float]:
        assert self.began is not None
        wall, cpu = time.perf_counter() - self.began[0], time.process_time() - self.began[1]
        return {"events": self.count, "per_second": self.count / wall, "cpu_us": cpu * 1e6 / self.count}


# -- the shapes, each in a process of its own ------------------------------------------------------------------------


async def faust_shape(settings: Settings, meter: Meter, shape: str) -> None:
    from sekisho.agents.app import faust_app

    async def body(stream: Any, kind: Any) -> None:
        async for batch in stream.batches(settings.worker.batch_size, settings.worker.batch_within_s):
            meter.start()
            out = []
            if shape == "forward":
                for message in batch.messages:
                    decode_event(kind, message.value, message.headers)
                    out.append(Outgoing(settings.topics.verdict, message.key, message.value, []))
                refused = [error for error in await deliver(app.producer, out) if error is not None]
                assert not refused, refused[0]
            meter.add(len(batch.events))

    with tempfile.TemporaryDirectory() as folder:
        app = faust_app(
            settings,
            data_dir=folder,
            bodies={
                settings.topics.shipment: lambda stream: body(stream, "shipment"),
                settings.topics.payment: lambda stream: body(stream, "payment"),
            },
        )
        await app.start()
        await meter.done.wait()
        print(json.dumps(meter.report()), flush=True)
        await app.stop()


async def bare_shape(settings: Settings, meter: Meter) -> None:
    from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

    servers = settings.kafka.bootstrap_servers
    consumer = AIOKafkaConsumer(
        settings.topics.shipment,
        settings.topics.payment,
        bootstrap_servers=servers,
        group_id=settings.worker.group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    producer = AIOKafkaProducer(bootstrap_servers=servers, acks="all")
    await consumer.start()
    await producer.start()
    while not meter.done.is_set():
        taken = await consumer.getmany(timeout_ms=500, max_records=settings.worker.batch_size)
        records = [record for some in taken.values() for record in some]
        if not records:
            continue
        meter.start()
        sent = [await producer.send(settings.topics.verdict, record.value, key=record.key) for record in records]
        await asyncio.gather(*sent)
        meter.add(len(records))
    print(json.dumps(meter.report()), flush=True)
    await consumer.stop()
    await producer.stop()


def worker_shape(settings: Settings, expected: int) -> None:
    from sekisho.agents.app import Worker
    from sekisho.agents.screening import ScreeningAgent

    meter = Meter(expected)
    process = ScreeningAgent.process

    async def measured(self: ScreeningAgent, batch: Any, *, suspended: Any) -> None:
        meter.start()
        await process(self, batch, suspended=suspended)
        meter.add(len(batch.events))
        if meter.done.is_set():
            print(json.dumps(meter.report()), flush=True)
            worker.stop()

    ScreeningAgent.process = measured  # type: ignore[method-assign]
    worker = Worker(settings)
    worker.run()


def child(shape: str, expected: int) -> None:
    settings = load()
    if shape == "worker":
        worker_shape(settings, expected)
    elif shape == "bare":

        async def bare() -> None:
            await bare_shape(settings, Meter(expected))

        asyncio.run(bare())
    else:

        async def run() -> None:
            await faust_shape(settings, Meter(expected), shape)

        asyncio.run(run())


# -- the run ---------------------------------------------------------------------------------------------------------


def measure(stage: Stage, shape: str, expected: int, turn: int) -> dict[str, float]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")},
        **stage.environment,
        "SEKISHO_WORKER__GROUP": f"{shape}-{turn}",
        "SEKISHO_METRICS__PORT": "0",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.stream", "--child", shape, "--events", str(expected)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        raise RuntimeError(f"{shape} said nothing:\n{done.stderr[-3000:]}")
    report: dict[str, float] = json.loads(lines[0])
    return report


def records(count: int, listed: list[str], fresh: bool) -> Iterator[tuple[str, str, bytes]]:
    for event in Traffic(listed, fresh=fresh).events(count):
        kind = "shipment" if hasattr(event, "shipment_reference") else "payment"
        yield kind, event.business_reference, encode(event)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--fresh", action="store_true", help="every party and goods line is seen for the first time")
    parser.add_argument("--lists", type=Path, nargs="*", help="lists to screen against; default: the bundled pack")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", choices=SHAPES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.child, arguments.events)
        return 0
    reason = missing()
    if reason:
        print(f"the benchmark needs Apache Kafka: {reason}", file=sys.stderr)
        return 1
    reference = Reference.load(arguments.lists) if arguments.lists else Reference.bundled()
    listed = [record.primary_name for one in reference.lists if one.kind == "entities" for record in one.records[:50]]
    results: dict[str, list[dict[str, float]]] = {shape: [] for shape in SHAPES}
    with tempfile.TemporaryDirectory() as folder, ApacheKafka(Path(folder) / "kafka", heap_mb=512) as broker:
        stage = Stage(broker.bootstrap_servers, Path(folder))
        stage.environment["SEKISHO_WORKER__AS_OF"] = "now"
        stage.environment["SEKISHO_REFERENCE__REQUIRED_LISTS"] = json.dumps([one.list_id for one in reference.lists])
        stage.create_topics()
        scene.publish(stage, list(reference.lists))
        waiting = [
            stage.producer.send(getattr(stage.topics, kind), key=key.encode(), value=value)
            for kind, key, value in records(arguments.events, listed, arguments.fresh)
        ]
        for one in waiting:
            one.get(timeout=60)
        for turn in range(arguments.repeat):
            for shape in SHAPES:
                results[shape].append(measure(stage, shape, arguments.events, turn))
        stage.close()
    report(results, arguments, reference)
    return 0


def report(results: dict[str, list[dict[str, float]]], arguments: argparse.Namespace, reference: Reference) -> None:
    middle = {
        shape: {key: statistics.median(run[key] for run in runs) for key in ("per_second", "cpu_us")}
        for shape, runs in results.items()
    }
    ratio = middle["worker"]["per_second"] / middle["forward"]["per_second"]
    entries = sum(len(one.records) for one in reference.lists)
    if arguments.json:
        print(json.dumps({"median": middle, "runs": results, "ratio": ratio, "entries": entries}))
        return
    print(
        f"{arguments.events} events, {arguments.repeat} runs (median), {entries} list records, fresh={arguments.fresh}"
    )
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores shared with the broker\n")
    print("| agent | events/s | CPU µs an event |")
    print("|---|---|---|")
    for shape in SHAPES:
        print(f"| {shape} | {middle[shape]['per_second']:,.0f} | {middle[shape]['cpu_us']:,.0f} |")
    print(f"\nworker : forward = {ratio:.2f}")


if __name__ == "__main__":
    sys.exit(main())
