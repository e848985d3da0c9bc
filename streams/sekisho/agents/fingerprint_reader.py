"""Reads the fingerprints of stopped events: every worker all of them, before it takes anything, and then follows.

A group-less consumer, as for reference data: an event may come again in any partition. When partitions come to this worker
it reads to the end as it is then, so that it knows what their former owner stopped a moment before. What another worker
stops while both run is known here within about ``FOLLOW_MS``.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from mode import Service

from sekisho.agents.clients import aiokafka_options
from sekisho.agents.gate import Gate
from sekisho.errors import EventError
from sekisho.metrics import Metrics
from sekisho.screening.sketch import Sketcher
from sekisho.screening.stopped_events import StoppedEvents
from sekisho.settings import Settings
from sekisho.shadow import create_topics
from sekisho.wire import decode

logger = logging.getLogger(__name__)

#: How long one fetch waits for news (milliseconds).
FOLLOW_MS = 100
#: After a failed fetch, and between two looks for a topic that is missing (seconds).
PAUSE_S = 1.0
#: Between two looks for new partitions, and for what is older than the window (seconds).
LOOK_S = 60.0
FETCH_BYTES = 4 << 20
#: Records between two turns of the event loop: decoding and packing one takes about 0.1 ms.
TURN_RECORDS = 100
#: The word under which agents hold.
HOLD = "stopped events"


def sketcher_of(settings: Settings) -> Sketcher:
    """Of the key in the settings."""
    key = settings.worker.fingerprint_key
    return Sketcher(key.get_secret_value().encode() if key is not None else b"")


def stopped_events(settings: Settings) -> StoppedEvents | None:
    """An empty memory under the settings; None where they want none."""
    worker = settings.worker
    if not worker.stripping_window_days:
        return None
    return StoppedEvents(
        sketcher_of(settings),
        window=timedelta(days=worker.stripping_window_days),
        max_count=worker.stripping_max_events,
        max_bytes=worker.stripping_max_bytes,
    )


class FingerprintReader(Service):  # type: ignore[misc]
    """Makes ``stopped`` hold what the log says."""

    def __init__(
        self,
        settings: Settings,
        *,
        stopped: StoppedEvents,
        gate: Gate,
        metrics: Metrics,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        **options: object,
    ) -> None:
        """``clock`` is the one that events are screened by."""
        super().__init__(**options)
        self._clock = clock
        self._settings = settings
        self._topic = settings.topics.fingerprint
        self._window = timedelta(days=settings.worker.stripping_window_days)
        self._stopped_events = stopped
        self._gate = gate
        self._metrics = metrics
        self._consumer: AIOKafkaConsumer | None = None
        #: partition: the next offset that is not known here
        self._positions: dict[TopicPartition, int] = {}
        #: counts requests to read to the end, and the last that was met
        self._asked, self._met = 1, 0
        self._looked_at = 0.0
        self._evicted = 0
        self._foreign = 0

    @property
    def is_current(self) -> bool:
        """Whether everything is known that was in the log when it was last asked for."""
        return self._met == self._asked

    def renew(self) -> None:
        """Read to the end as it is from now on; until then ``is_current`` is False."""
        self._asked += 1

    async def on_start(self) -> None:
        """Read to the end as it is now."""
        self._consumer = consumer = AIOKafkaConsumer(
            **aiokafka_options(self._settings.kafka),
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            max_partition_fetch_bytes=FETCH_BYTES,
        )
        await consumer.start()
        while not await self._partitions():
            self._gate.hold(HOLD, f"the topic {self._topic} does not exist; run {create_topics(self._settings)}")
            await asyncio.sleep(PAUSE_S)
        self._gate.release(HOLD)
        await self._catch_up()
        logger.info("%d stopped events are known", len(self._stopped_events))

    async def on_stop(self) -> None:
        if self._consumer is not None:
            await self._consumer.stop()

    @Service.task  # type: ignore[untyped-decorator]
    async def _follow(self) -> None:
        """Follow the log; while it cannot be read, what has been read is known."""
        while not self.should_stop:
            try:
                if not self.is_current:
                    await self._catch_up()
                elif time.monotonic() - self._looked_at > LOOK_S:
                    await self._assign()
                await self._take(FOLLOW_MS)
            except KafkaError as error:
                logger.warning("%s cannot be read: %s", self._topic, type(error).__name__)
                await self.sleep(PAUSE_S)
            except Exception:
                logger.exception("%s cannot be read", self._topic)
                await self.sleep(PAUSE_S)

    async def _catch_up(self) -> None:
        asked = self._asked
        consumer = self._consumer
        assert consumer is not None
        await self._assign()
        ends = await consumer.end_offsets(list(self._positions))
        # Once more after the ends are reached: the embedded broker's ends may lag behind its log.
        while not self.should_stop:
            news = await self._take(FOLLOW_MS)
            if not news and all([await consumer.position(tp) >= end for tp, end in ends.items()]):
                break
        self._met = asked

    async def _partitions(self) -> list[TopicPartition]:
        """Those that the topic has now; none where there is no such topic. A consumer learns of them only once it has some."""
        admin = AIOKafkaAdminClient(**aiokafka_options(self._settings.kafka))
        await admin.start()
        try:
            (found,) = await admin.describe_topics([self._topic])
        finally:
            await admin.close()
        numbers = [] if found["error_code"] else sorted(one["partition"] for one in found["partitions"])
        return [TopicPartition(self._topic, number) for number in numbers]

    async def _assign(self) -> None:
        """Take new partitions of the topic, and go on where the others are known; forget what is too old."""
        consumer = self._consumer
        assert consumer is not None
        parts = await self._partitions()
        if parts and set(parts) != set(self._positions):
            firsts = await consumer.beginning_offsets(parts)
            self._positions = {tp: max(self._positions.get(tp, 0), first) for tp, first in firsts.items()}
            consumer.assign(parts)
            for tp, position in self._positions.items():
                consumer.seek(tp, position)
        self._looked_at = time.monotonic()
        self._stopped_events.expire(self._clock())
        self._show()

    async def _take(self, timeout_ms: int) -> int:
        """Know what has come; how many records."""
        consumer = self._consumer
        assert consumer is not None
        count = 0
        oldest_ms = (self._clock() - self._window).timestamp() * 1000
        for tp, records in (await consumer.getmany(timeout_ms=timeout_ms, max_records=2000)).items():
            for record in records:
                self._know(record.key or b"", record.value, record.timestamp < oldest_ms, record.offset)
                self._positions[tp] = record.offset + 1
                count += 1
                if count % TURN_RECORDS == 0:
                    await asyncio.sleep(0)
        if count:
            self._show()
        return count

    def _know(self, key: bytes, value: bytes | None, is_over: bool, offset: int) -> None:
        try:
            number = key.decode("ascii", "replace")
            if value is None:
                self._stopped_events.discard(number)
            elif not is_over and not self._stopped_events.holds(number, value):
                one = decode("fingerprint", value)
                if one.key_id != self._stopped_events.sketcher.key_id:
                    self._warn_of_another_key()
                self._stopped_events.put(one, value)
        except (EventError, ValueError) as error:
            logger.warning("%s/%s is no fingerprint (%s)", self._topic, offset, type(error).__name__)

    def _warn_of_another_key(self) -> None:
        self._foreign += 1
        if self._foreign == 1:
            logger.warning(
                "%s holds fingerprints that were made with another key: those events are not known again. Set the same "
                "SEKISHO_WORKER__FINGERPRINT_KEY for all workers; after a change of it this is so for one window",
                self._topic,
            )

    def _show(self) -> None:
        self._metrics.fingerprints.set(len(self._stopped_events))
        self._metrics.fingerprints_evicted.inc(self._stopped_events.evicted - self._evicted)
        self._evicted = self._stopped_events.evicted
