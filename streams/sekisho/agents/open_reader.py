"""Reads the open events and the progress of the partitions that come to this worker, before anything of them is taken.

A group-less consumer, as for reference data. A partition that stays over a rebalance is read on from where it is known.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions
from aiokafka.errors import KafkaError
from mode import Service

from sekisho.agents.clients import aiokafka_options
from sekisho.agents.gate import Gate
from sekisho.agents.marks import Mark, mark_in
from sekisho.agents.open_events import Kept, Kind, OpenEvents, OpenPartition
from sekisho.errors import EventError
from sekisho.metrics import Metrics
from sekisho.model import Progress
from sekisho.settings import Settings
from sekisho.shadow import create_topics
from sekisho.wire import decode

logger = logging.getLogger(__name__)

FETCH_BYTES = 4 << 20
#: Between two looks for topics that are missing, and after a failed read (seconds).
PAUSE_S = 1.0
#: Records between two turns of the event loop.
TURN_RECORDS = 500
#: The word under which agents hold.
HOLD = "open events"


class OpenReader(Service):  # type: ignore[misc]
    """Makes ``open_events`` hold what the log says of every partition that ``own`` names."""

    def __init__(
        self,
        settings: Settings,
        *,
        open_events: OpenEvents,
        gate: Gate,
        metrics: Metrics,
        writable: Callable[[str, int], Awaitable[bool]],
        **options: object,
    ) -> None:
        """``writable`` tells whether the worker's producer sees a (topic, partition): a new one it has to learn of."""
        super().__init__(**options)
        self._writable = writable
        self._settings = settings
        self._open = open_events
        self._gate = gate
        self._metrics = metrics
        topics = settings.topics
        self._kinds: dict[str, Kind] = {topics.shipment: "shipment", topics.payment: "payment"}
        self._logs = {"shipment": topics.open_shipment, "payment": topics.open_payment}
        self._consumer: AIOKafkaConsumer | None = None

    def own(self, owned: Iterable[tuple[str, int]]) -> None:
        """These (input topic, partition) are ours from now on, and no others. They are read in the background."""
        self._open.own(self._kinds, owned)

    async def on_start(self) -> None:
        self._consumer = AIOKafkaConsumer(
            **aiokafka_options(self._settings.kafka),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=FETCH_BYTES,
        )
        await self._consumer.start()

    async def on_stop(self) -> None:
        if self._consumer is not None:
            await self._consumer.stop()

    @Service.task  # type: ignore[untyped-decorator]
    async def _read(self) -> None:
        while not self.should_stop:
            parts = [part for part in self._open.all() if not part.loaded]
            if not parts:
                await self.sleep(0.02)
                continue
            try:
                await self._load(parts)
            except KafkaError as error:
                self._gate.hold(HOLD, f"open events cannot be read: {type(error).__name__}")
                await self.sleep(PAUSE_S)
            except Exception:
                logger.exception("open events cannot be read")
                self._gate.hold(HOLD, "open events cannot be read; see the log")
                await self.sleep(PAUSE_S)

    async def _load(self, parts: list[OpenPartition]) -> None:
        if problem := await self._lacking(parts):
            self._gate.hold(HOLD, problem)
            await self.sleep(PAUSE_S)
            return
        progress = await self._progress()
        logs = {TopicPartition(self._logs[part.kind], part.partition): part for part in parts}
        await self._to_the_end(logs)
        for part in parts:
            if self._open.of(part.topic, part.partition) is part:
                part.progress = progress.get((part.kind, part.partition), part.progress)
                part.loaded = True
        self._gate.release(HOLD)
        logger.info("%d open events of %d partitions", sum(map(len, self._open.all())), len(self._open.all()))

    async def _lacking(self, parts: list[OpenPartition]) -> str | None:
        """What the topics lack, in words. A partition that an input has gained is made in the log, too."""
        logs = sorted({self._logs[part.kind] for part in parts})
        admin = AIOKafkaAdminClient(**aiokafka_options(self._settings.kafka))
        await admin.start()
        try:
            found = await admin.describe_topics([*logs, self._settings.topics.progress])
            counts = {one["topic"]: len(one["partitions"]) for one in found if not one["error_code"]}
            absent = sorted({*logs, self._settings.topics.progress} - counts.keys())
            if absent:
                return f"topics do not exist: {', '.join(absent)}; run {create_topics(self._settings)}"
            for log in logs:
                most = max(part.partition for part in parts if self._logs[part.kind] == log) + 1
                if counts[log] < most and (problem := await self._grow(admin, log, most)):
                    return f"{log} has {counts[log]} partitions and its input {most}: {problem}"
        finally:
            await admin.close()
        for part in parts:
            if not await self._writable(self._logs[part.kind], part.partition):
                return f"{self._logs[part.kind]}/{part.partition} cannot be written yet"
        return None

    async def _grow(self, admin: AIOKafkaAdminClient, topic: str, count: int) -> str | None:
        try:
            await admin.create_partitions({topic: NewPartitions(count)})
        except KafkaError as error:  # no right to, say: a person has to
            return f"give it as many ({type(error).__name__})"
        logger.warning("%s is given %d partitions, as many as its input", topic, count)
        return "they are being made"

    async def _progress(self) -> Mapping[tuple[str, int], Progress]:
        found: dict[tuple[str, int], Progress] = {}
        log = TopicPartition(self._settings.topics.progress, 0)
        async for record in self._records({log: 0}):
            if record.value is None:
                continue
            try:
                one: Progress = decode("progress", record.value)
            except EventError as error:
                logger.warning("%s/%s: %s", record.topic, record.offset, error)
                continue
            found[one.kind, one.partition] = one
        return found

    async def _to_the_end(self, logs: Mapping[TopicPartition, OpenPartition]) -> None:
        now = datetime.now(UTC).timestamp()
        fresh = int(now) + self._settings.worker.rescreen_window_days * 86400
        async for record in self._records({tp: part.position for tp, part in logs.items()}):
            part = logs[TopicPartition(record.topic, record.partition)]
            part.position = record.offset + 1
            reference = (record.key or b"").decode("utf-8", "replace")
            if record.value is None:
                part.put(reference, None)
                continue
            mark = mark_in(record.headers) or self._unmarked(record.value, fresh)
            if mark is None:
                logger.warning("%s/%s/%s is no open event", record.topic, record.partition, record.offset)
                continue
            part.put(reference, Kept.pack(part.kind, mark, record.value))

    def _unmarked(self, value: bytes, open_until: int) -> Mark | None:
        """For a record whose mark is lost, or of another version."""
        try:
            state = decode("open_event", value)
        except EventError:
            return None
        return Mark(state.reference_sequence, open_until, bool(state.live), None)

    async def _records(self, starts: Mapping[TopicPartition, int]):  # type: ignore[no-untyped-def]
        """Every record from ``starts`` to the ends as they are now."""
        consumer = self._consumer
        assert consumer is not None
        consumer.assign(list(starts))
        firsts = await consumer.beginning_offsets(list(starts))
        ends = await consumer.end_offsets(list(starts))
        for tp, start in starts.items():
            consumer.seek(tp, max(start, firsts[tp]))
        count = 0
        news: Any = True
        # Once more after the ends are reached: the embedded broker's ends may lag behind its log.
        while news or any([await consumer.position(tp) < end for tp, end in ends.items()]):
            news = await consumer.getmany(timeout_ms=100, max_records=5000)
            for records in news.values():
                for record in records:
                    yield record
                    count += 1
                    if count % TURN_RECORDS == 0:
                        await asyncio.sleep(0)
        consumer.unsubscribe()
