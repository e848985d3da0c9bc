"""Reads the reference topics and swaps the tables: a group-less consumer in each worker, started before the agents'.

Every worker reads all five topics from their beginning (100,000 records: two seconds) and then follows them. What is
accepted, complete and newest is decided by ``sekisho.reference.Chain`` from the log alone, so all workers agree. Not
Faust's GlobalTable: that takes 18 to 43 s for as many records and stands still with its group.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from mode import Service
from prometheus_client import Gauge

from sekisho.agents.clients import aiokafka_options
from sekisho.agents.gate import Gate, stale_lists
from sekisho.agents.memory import settle
from sekisho.errors import ReferenceDataError
from sekisho.goods import GoodsIndex
from sekisho.metrics import Metrics
from sekisho.model import GoodsItem
from sekisho.reference import bundled
from sekisho.reference.activate import tables_of
from sekisho.reference.chain import Chain
from sekisho.screening import Tables
from sekisho.screening.reach import Change
from sekisho.settings import Settings
from sekisho.wire import decode

logger = logging.getLogger(__name__)

#: How long one fetch waits for news (milliseconds); a new set is active within about this time.
FOLLOW_MS = 250

#: Between two looks for topics that are missing, and after a failed fetch (seconds).
PAUSE_S = 1.0

FETCH_BYTES = 4 << 20

#: Records between two turns of the event loop: decoding and hashing one takes about 0.1 ms.
TURN_RECORDS = 200

#: Field of ``Topics``: the kind of its records for the chain.
KINDS = {
    "entity": "entity",
    "goods": "goods_item",
    "measure": "measure",
    "list_version": "list",
    "reference": "reference_set",
}


def required_lists(settings: Settings) -> tuple[str, ...]:
    """The lists without which nothing is screened: those of the settings, else those of the bundled pack."""
    return settings.reference.required_lists or tuple(one.list_id for one in bundled.lists())


class ReferenceReader(Service):  # type: ignore[misc]
    """Feeds the reference topics to a chain, and opens the gate when the required lists are active."""

    def __init__(self, settings: Settings, *, gate: Gate, metrics: Metrics, **options: object) -> None:
        super().__init__(**options)
        self._settings = settings
        self._gate = gate
        self._metrics = metrics
        self._chain = Chain()
        self._kinds = {getattr(settings.topics, field): kind for field, kind in KINDS.items()}
        self._required = required_lists(settings)
        self._consumer: AIOKafkaConsumer | None = None
        self._told: str | None = None
        #: a complete set that could not be made into tables
        self._unusable: str | None = None
        self._incomplete = Gauge(
            f"{metrics.prefix}_reference_incomplete",
            "1 while the newest accepted reference set lacks records or does not match its hashes",
            registry=metrics.registry,
        )
        self._sequence = Gauge(
            f"{metrics.prefix}_reference_sequence",
            "Sequence of the reference set that events are screened against",
            registry=metrics.registry,
        )
        metrics.set_lists((), self._required)

    # -- history, for rescreening -----------------------------------------------------------------------------

    def change(self, sequence: int, tables: Tables) -> Change | None:
        """What differs between the set of ``sequence`` and ``tables``.

        None where it can no longer be told: the set is not in the chain, or was pruned. Takes up to seconds for large
        lists; may be called in a thread.
        """
        chain = self._chain
        accepted = chain.accepted
        at = sequence - accepted[0].set.sequence if accepted else -1
        if not 0 <= at < len(accepted) or tables.hash not in chain:
            return None
        before = accepted[at].hash
        if chain.lacks(before) is not None or chain.lacks(tables.hash) is not None:
            return None
        gone, come = chain.difference(before, tables.hash)
        goods = None
        if any(isinstance(one, GoodsItem) for one in (*gone, *come)):
            goods = GoodsIndex.build(one for one in chain.records(before) if isinstance(one, GoodsItem))
        return Change(tuple(come), tuple(gone), goods)

    def created_at(self, tables: Tables) -> datetime | None:
        """When the set of ``tables`` was made."""
        return self._chain.get(tables.hash).created_at if tables.hash in self._chain else None

    async def on_start(self) -> None:
        """Read to the end as it is now; returns with the newest complete set active, if there is one."""
        topics = tuple(self._kinds)
        self._consumer = consumer = AIOKafkaConsumer(
            **aiokafka_options(self._settings.kafka),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=FETCH_BYTES,
        )
        await consumer.start()
        while absent := await self._absent(consumer, topics):
            self._gate.hold("topics", f"topics do not exist: {', '.join(absent)}; run `sekisho topics create`")
            await asyncio.sleep(PAUSE_S)
        self._gate.release("topics")
        partitions = [TopicPartition(topic, 0) for topic in topics]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        for topic in topics:
            if len(consumer.partitions_for_topic(topic) or ()) > 1:
                raise ReferenceDataError(
                    f"{topic} has more than one partition, so its records have no order; "
                    "make it anew with one partition (`sekisho topics create`) and publish again"
                )
        while not self.should_stop:
            if all([await consumer.position(tp) >= end for tp, end in ends.items()]):
                break
            await self._take(consumer, timeout_ms=500)
        await self._refresh()

    async def on_stop(self) -> None:
        if self._consumer is not None:
            await self._consumer.stop()

    @Service.task  # type: ignore[untyped-decorator]
    async def _follow(self) -> None:
        """Follow the topics; a fetch that fails leaves what is active as it is."""
        consumer = self._consumer
        assert consumer is not None
        while not self.should_stop:
            try:
                news = await self._take(consumer, timeout_ms=FOLLOW_MS)
            except KafkaError as error:
                logger.warning("reference topics cannot be read: %s", type(error).__name__)
                await self.sleep(PAUSE_S)
                continue
            if news:
                await self._refresh()
            self._look_at_age()

    async def _absent(self, consumer: AIOKafkaConsumer, topics: tuple[str, ...]) -> list[str]:
        known = await consumer.topics()
        return [topic for topic in topics if topic not in known]

    async def _take(self, consumer: AIOKafkaConsumer, *, timeout_ms: int) -> int:
        """Feed what has come, topic by topic in offset order; how many records."""
        count = 0
        for tp, records in (await consumer.getmany(timeout_ms=timeout_ms, max_records=5000)).items():
            kind = self._kinds[tp.topic]
            for record in records:
                self._chain.feed_bytes(kind, record.key, record.value, decode)
                count += 1
                if count % TURN_RECORDS == 0:
                    await asyncio.sleep(0)
        return count

    async def _refresh(self) -> None:
        """Make the newest complete set active, if another one is; say what is missing."""
        problem = self._chain.problem()
        newest = self._chain.newest_complete()
        if newest is not None and newest.hash not in (self._active_hash, self._unusable):
            try:
                await self._activate(newest.hash)
            except Exception as error:  # what is active stays active, whatever this set does to us
                logger.exception("the indexes of reference set %d cannot be built", newest.set.sequence)
                self._unusable = newest.hash
                problem = f"reference set {newest.set.sequence}: its indexes cannot be built ({type(error).__name__})"
        elif newest is not None and newest.hash == self._unusable:
            problem = self._told
        self._incomplete.set(1 if problem else 0)
        if problem and problem != self._told:
            logger.error("not used, because it is not whole: %s", problem)
            for fault in self._chain.faults[-5:]:
                logger.warning("refused in a reference topic: %s", fault)
        self._told = problem
        self._look_at_lists(problem)
        self._look_at_age()

    @property
    def _active_hash(self) -> str | None:
        tables = self._gate.tables
        return tables.hash if tables is not None else None

    async def _activate(self, set_hash: str) -> None:
        """Build the tables of a complete set and swap them in.

        Building takes seconds for large lists: not on the event loop, which has health checks to answer.
        """
        tables = await asyncio.to_thread(tables_of, self._chain, set_hash, self._gate.tables)
        self._gate.activate(tables)
        settle()
        self._sequence.set(tables.sequence)
        self._metrics.set_lists(tables.lists.values(), self._required, self._settings.reference.max_age_hours)
        logger.info("reference set %d is active with %d lists", tables.sequence, len(tables.lists))

    def _look_at_lists(self, problem: str | None) -> None:
        tables = self._gate.tables
        if tables is None:
            self._gate.hold(
                "reference", problem or "no reference set has been published; run `sekisho lists publish bundled`"
            )
            return
        absent = sorted(set(self._required) - set(tables.lists))
        if absent:
            self._gate.hold(
                "reference",
                f"required lists are not active: {', '.join(absent)}; publish them with `sekisho lists publish`, "
                "or change SEKISHO_REFERENCE__REQUIRED_LISTS",
            )
        else:
            self._gate.release("reference")

    def _look_at_age(self) -> None:
        tables = self._gate.tables
        if tables is None or self._settings.reference.on_stale != "hold":
            return
        stale = stale_lists(tables, datetime.now(UTC), self._settings.reference.max_age_hours)
        if stale:
            self._gate.hold("stale", f"lists are older than their limit: {', '.join(stale)}; fetch and publish them")
        else:
            self._gate.release("stale")
