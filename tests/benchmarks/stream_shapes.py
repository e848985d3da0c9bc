"""The agents that the stream benchmark compares, each in a process of its own (``python -m tests.benchmarks.stream``)."""

from __future__ import annotations

import asyncio
import json
import signal
import statistics
import tempfile
import time
from typing import Any

from sekisho.agents.delivery import Outgoing, deliver
from sekisho.settings import Settings, load
from sekisho.wire import decode_event

SHAPES = ("worker", "forward", "no-op", "bare")


class Meter:
    """Counts events; keeps wall and CPU time from the first batch to the last acknowledgement."""

    def __init__(self) -> None:
        self.count = 0
        self.began = self.ended = 0.0
        self.cpu_began = self.cpu_ended = 0.0
        self.acknowledged: list[float] = []

    def start(self) -> None:
        if not self.began:
            self.began, self.cpu_began = time.time(), time.process_time()

    def add(self, count: int) -> None:
        self.count += count
        self.ended, self.cpu_ended = time.time(), time.process_time()

    def report(self) -> None:
        said = {"events": self.count, "began": self.began, "ended": self.ended, "cpu": self.cpu_ended - self.cpu_began}
        if self.acknowledged:
            said["acknowledged_s"] = statistics.median(self.acknowledged)
        print(json.dumps(said), flush=True)


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
        now = time.perf_counter()
        await asyncio.gather(*sent)
        meter.acknowledged.append(time.perf_counter() - now)
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
