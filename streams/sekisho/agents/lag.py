"""How many events wait, as the worker sees it: the end of each partition that is its own, less what it has committed.

The ends are asked for over a connection apart from Faust's: what a fetch says of them grows old as soon as agents hold
and nothing more is fetched, which is when one wants to know.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from mode import Service

from sekisho.agents.clients import aiokafka_options
from sekisho.metrics import Metrics
from sekisho.settings import Settings

logger = logging.getLogger(__name__)

#: Between two looks (seconds): a scrape or two.
LOOK_S = 5.0

#: (topic, partition) of what is ours: the next offset to be screened, or nothing where none was ever committed.
Committed = Callable[[], Mapping[tuple[str, int], int | None]]


class LagMeter(Service):  # type: ignore[misc]
    """Keeps ``sekisho_consumer_lag_records`` for the partitions that ``committed`` names, and for no others."""

    def __init__(self, settings: Settings, *, committed: Committed, metrics: Metrics, **options: object) -> None:
        super().__init__(**options)
        self._settings = settings
        self._committed = committed
        self._gauge = metrics.consumer_lag
        self._shown: set[tuple[str, int]] = set()
        self._consumer: AIOKafkaConsumer | None = None
        self._told = False

    async def on_start(self) -> None:
        self._consumer = AIOKafkaConsumer(**aiokafka_options(self._settings.kafka), group_id=None)
        await self._consumer.start()

    async def on_stop(self) -> None:
        if self._consumer is not None:
            await self._consumer.stop()

    @Service.task  # type: ignore[untyped-decorator]
    async def _look(self) -> None:
        while not self.should_stop:
            try:
                await self.measure()
                self._told = False
            except KafkaError as error:
                # The last figures stay: that no broker answers is told by readiness and by the age of events.
                if not self._told:
                    logger.warning("lag cannot be read: %s", type(error).__name__)
                self._told = True
            await self.sleep(LOOK_S)

    async def measure(self) -> None:
        """One look. Raises KafkaError where the broker does not answer."""
        consumer = self._consumer
        assert consumer is not None
        committed = dict(self._committed())
        ends = await consumer.end_offsets([TopicPartition(*one) for one in committed]) if committed else {}
        fresh = [TopicPartition(*one) for one, offset in committed.items() if offset is None]
        begins = await consumer.beginning_offsets(fresh) if fresh else {}
        mine = self._committed().keys()  # a rebalance may have come meanwhile
        lags = {}
        for one, offset in committed.items():
            partition = TopicPartition(*one)
            if one in mine:
                lags[one] = max(0, ends[partition] - (begins[partition] if offset is None else offset))
        for topic, number in self._shown - lags.keys():
            self._gauge.remove(topic, str(number))
        for (topic, number), lag in lags.items():
            self._gauge.labels(topic, str(number)).set(lag)
        self._shown = set(lags)
