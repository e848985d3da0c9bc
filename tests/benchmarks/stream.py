"""Events a second of the worker, beside agents that do less, on one Apache Kafka in one run.

    python -m tests.benchmarks.stream [--events 20000] [--repeat 3] [--fresh] [--lists PATH …]
                                      [--workers 1 2 4] [--latency] [--json]

What is compared (same app, batching and acknowledgement; only the body of the agent differs):

    worker    decodes, screens, writes alerts and verdicts (`all`)
    forward   decodes and forwards the bytes
    no-op     reads and acknowledges
    bare      no Faust: an aiokafka loop that forwards (what Faust itself costs)

The ratio of worker to forward is what screening costs of the throughput; ratios travel, absolute figures do not. Events
lie in the topics before the clock starts; it runs from the first batch to the last acknowledgement. CPU is that of the
workers' processes alone (the broker shares the machine). ``--workers`` repeats the worker's run with so many of them in
one group; ``--latency`` publishes at half of the measured rate and takes the time from publishing to the verdict.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import signal
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
from tests.support.stage import Stage, until

SHAPES = ("worker", "forward", "no-op", "bare")

#: A run that takes longer has failed (seconds).
PATIENCE_S = 900.0


class Meter:
    """Counts events; keeps wall and CPU time from the first batch to the last acknowledgement."""

    def __init__(self) -> None:
        self.count = 0
        self.began = self.ended = 0.0
        self.cpu_began = self.cpu_ended = 0.0

    def start(self) -> None:
        if not self.began:
            self.began, self.cpu_began = time.time(), time.process_time()

    def add(self, count: int) -> None:
        self.count += count
        self.ended, self.cpu_ended = time.time(), time.process_time()

    def report(self) -> None:
        cpu = self.cpu_ended - self.cpu_began
        print(json.dumps({"events": self.count, "began": self.began, "ended": self.ended, "cpu": cpu}), flush=True)


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
        await stopped()
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
    done = asyncio.ensure_future(stopped())
    while not done.done():
        taken = await consumer.getmany(timeout_ms=200, max_records=settings.worker.batch_size)
        records = [record for some in taken.values() for record in some]
        if not records:
            continue
        meter.start()
        sent = [await producer.send(settings.topics.verdict, record.value, key=record.key) for record in records]
        await asyncio.gather(*sent)
        await consumer.commit()
        meter.add(len(records))
    await consumer.stop()
    await producer.stop()


def worker_shape(settings: Settings, meter: Meter) -> None:
    from sekisho.agents.app import Worker
    from sekisho.agents.screening import ScreeningAgent

    process = ScreeningAgent.process

    async def measured(self: ScreeningAgent, batch: Any, *, suspended: Any) -> None:
        meter.start()
        await process(self, batch, suspended=suspended)
        meter.add(len(batch.events))

    ScreeningAgent.process = measured  # type: ignore[method-assign]
    Worker(settings).run()


async def stopped() -> None:
    """Until SIGTERM."""
    done = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, done.set)
    await done.wait()


def child(shape: str) -> None:
    settings, meter = load(), Meter()
    if shape == "worker":
        worker_shape(settings, meter)
    elif shape == "bare":
        asyncio.run(bare_shape(settings, meter))
    else:
        asyncio.run(faust_shape(settings, meter, shape))
    meter.report()


# -- the run ---------------------------------------------------------------------------------------------------------


def measure(stage: Stage, shape: str, turn: str, expected: int, workers: int = 1) -> dict[str, float]:
    """Events a second and CPU µs an event of ``workers`` processes in one group that read everything."""
    group = f"{shape}-{workers}-{turn}"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")},
        **stage.environment,
        "SEKISHO_WORKER__GROUP": group,
        "SEKISHO_METRICS__PORT": "0",
    }
    command = [sys.executable, "-m", "tests.benchmarks.stream", "--child", shape]
    log = stage.folder / f"{group}.log"
    with log.open("wb") as errors:
        children = [
            subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors) for _ in range(workers)
        ]
    topics = (stage.topics.shipment, stage.topics.payment)

    def done() -> bool:
        if any(one.poll() is not None for one in children):
            raise RuntimeError(f"{shape} ended early:\n{log.read_text()[-3000:]}")
        return sum(stage.committed(topic, group) for topic in topics) >= expected

    try:
        until(done, f"{shape} has read everything", patience_s=PATIENCE_S, pause_s=0.5)
    finally:
        for one in children:
            one.terminate()
    parts = []
    for one in children:
        said = one.communicate(timeout=60)[0].decode()
        parts.append(json.loads([line for line in said.splitlines() if line.startswith("{")][-1]))
    wall = max(part["ended"] for part in parts) - min(part["began"] for part in parts if part["events"])
    events = sum(part["events"] for part in parts)
    return {"per_second": events / wall, "cpu_us": sum(part["cpu"] for part in parts) * 1e6 / events}


def latency(stage: Stage, rate: float, count: int, listed: list[str], fresh: bool) -> dict[str, float]:
    """Milliseconds from an event's publication to its verdict's, by the clients' clocks of this one machine."""
    worker = stage.worker(SEKISHO_WORKER__GROUP="latency").wait_ready()
    topics = (stage.topics.shipment, stage.topics.payment)
    behind = stage.count(topics[0]) + stage.count(topics[1])
    until(lambda: sum(stage.committed(topic, "latency") for topic in topics) >= behind, "caught up", PATIENCE_S)
    before = stage.count(stage.topics.verdict)
    began = time.monotonic()
    for number, (kind, key, value) in enumerate(records(count, listed, fresh, prefix="L")):
        ahead = began + number / rate - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)
        stage.producer.send(getattr(stage.topics, kind), key=key.encode(), value=value)
    stage.producer.flush()
    until(lambda: stage.count(stage.topics.verdict) >= before + count, "all answered", PATIENCE_S)
    worker.stop()
    sent = {record.key: record.timestamp for topic in topics for record in stage.read(topic)}
    taken = sorted(
        record.timestamp - sent[record.key]
        for record in stage.read(stage.topics.verdict)
        if record.key in sent and record.key.startswith(b"L")
    )
    quantiles = statistics.quantiles(taken, n=100)
    return {"rate": rate, "p50_ms": quantiles[49], "p99_ms": quantiles[98], "events": len(taken)}


def records(count: int, listed: list[str], fresh: bool, prefix: str = "") -> Iterator[tuple[str, str, bytes]]:
    for event in Traffic(listed, fresh=fresh, prefix=prefix).events(count):
        kind = "shipment" if hasattr(event, "shipment_reference") else "payment"
        yield kind, event.business_reference, encode(event)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--fresh", action="store_true", help="every party and goods line is seen for the first time")
    parser.add_argument("--lists", type=Path, nargs="*", help="lists to screen against; default: the bundled pack")
    parser.add_argument("--workers", type=int, nargs="*", default=[], help="repeat with so many workers")
    parser.add_argument("--latency", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", choices=SHAPES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.child)
        return 0
    reason = missing()
    if reason:
        print(f"the benchmark needs Apache Kafka: {reason}", file=sys.stderr)
        return 1
    reference = Reference.load(arguments.lists) if arguments.lists else Reference.bundled()
    listed = [
        record.primary_name
        for one in reference.lists
        for record in one.records[:50]
        if one.kind == "entities" and hasattr(record, "primary_name")
    ]
    results: dict[str, list[dict[str, float]]] = {shape: [] for shape in SHAPES}
    scaling: dict[int, dict[str, float]] = {}
    waits = None
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
                results[shape].append(measure(stage, shape, str(turn), arguments.events))
        for workers in arguments.workers:
            scaling[workers] = measure(stage, "worker", "scaling", arguments.events, workers)
        if arguments.latency:
            rate = statistics.median(run["per_second"] for run in results["worker"]) / 2
            waits = latency(stage, rate, min(arguments.events, int(rate * 20)), listed, arguments.fresh)
        stage.close()
    report(results, scaling, waits, arguments, reference)
    return 0


def report(
    results: dict[str, list[dict[str, float]]],
    scaling: dict[int, dict[str, float]],
    waits: dict[str, float] | None,
    arguments: argparse.Namespace,
    reference: Reference,
) -> None:
    middle = {
        shape: {key: statistics.median(run[key] for run in runs) for key in ("per_second", "cpu_us")}
        for shape, runs in results.items()
    }
    ratio = middle["worker"]["per_second"] / middle["forward"]["per_second"]
    entries = sum(len(one.records) for one in reference.lists)
    if arguments.json:
        print(json.dumps({"median": middle, "ratio": ratio, "scaling": scaling, "latency": waits, "entries": entries}))
        return
    print(
        f"{arguments.events} events, {arguments.repeat} runs (median), {entries} list records, fresh={arguments.fresh}"
    )
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores shared with the broker\n")
    print("| agent | events/s | CPU µs an event |\n|---|---|---|")
    for shape in SHAPES:
        print(f"| {shape} | {middle[shape]['per_second']:,.0f} | {middle[shape]['cpu_us']:,.0f} |")
    print(f"\nworker : forward = {ratio:.2f}")
    if scaling:
        print("\n| workers | events/s | CPU µs an event |\n|---|---|---|")
        for workers, run in scaling.items():
            print(f"| {workers} | {run['per_second']:,.0f} | {run['cpu_us']:,.0f} |")
    if waits:
        print(
            f"\npublish to verdict at {waits['rate']:,.0f} events/s: "
            f"p50 {waits['p50_ms']:.0f} ms, p99 {waits['p99_ms']:.0f} ms ({waits['events']:.0f} events)"
        )


if __name__ == "__main__":
    sys.exit(main())
