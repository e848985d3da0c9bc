"""Everything in Faust that we go around, in one place. Read and measured with faust-streaming 0.15.3.

Each fix says what goes wrong without it; ``tests/agents/test_faust_fixes.py`` fails when Faust no longer has the
defect, so that a fix does not outlive its reason. Only supported hooks are used: ``App(Stream=…)``, a subclass of
the transport, ``App.BootStrategy``.

The one rule that these keep: **an event is acknowledged only after all before it in its partition are, and only
after its results are acknowledged by the broker.** Faust commits past a single unacknowledged event (the test in
``Consumer._new_offset`` is off by one, and has to be, because a gap at the committed offset looks the same), so a
batch is acknowledged whole or not at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import faust
from faust.app.base import BootStrategy
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, Message
from mode.utils.queues import ThrowableQueue

if TYPE_CHECKING:
    from mode.types import ServiceT


#: Bytes of records that wait in memory for one agent. Honest events have some kB: the count of records comes first.
BUFFERED_BYTES = 8 << 20


class RawSchema(faust.Schema):  # type: ignore[misc]
    """Keys and values reach the agent as the bytes that were in Kafka, a null value too.

    With any other schema a record that does not decode never reaches the agent: Faust acknowledges and drops it
    (``on_value_decode_error``), which for us would be a lost event. Decoding is ours, inside the agent's own ``try``.
    """

    def compile(self, app: Any, **_: Any) -> Any:
        create_event = app.create_event

        async def decode(message: Message, *, propagate: bool = False) -> Any:
            return create_event(message.key, message.value, message.headers, message)

        return decode


class ByteQueue(ThrowableQueue):  # type: ignore[misc]
    """The queue between the fetcher and an agent: full at so many records, or at so many bytes of them.

    Faust's counts records alone: two thousand of the largest that a broker takes are 2 GB. The fetcher waits while it is
    full; one record always fits, however large.
    """

    def __init__(self, *, max_bytes: int, **options: Any) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        super().__init__(**options)

    def full(self) -> bool:
        return self._bytes >= self._max_bytes or super().full()

    def _put(self, item: Any) -> None:
        self._bytes += _size(item)
        super()._put(item)

    def _get(self) -> Any:
        item = super()._get()
        self._bytes -= _size(item)
        return item

    def clear(self) -> None:
        self._bytes = 0
        super().clear()


def _size(event: Any) -> int:
    message = getattr(event, "message", None)
    return len(message.value or b"") + len(message.key or b"") if message is not None else 0


class Batch:
    """Events taken together from the stream; acknowledged when the agent asks for the next batch."""

    __slots__ = ("events", "given_back")

    def __init__(self, events: Sequence[Any]) -> None:
        self.events = events
        self.given_back = False

    @property
    def messages(self) -> list[Message]:
        return [event.message for event in self.events]

    def give_back(self) -> None:
        """Do not acknowledge: the partitions are being taken away, and the events come again, here or elsewhere.

        Only where ``BatchStream.suspended``: otherwise the events would be passed over.
        """
        self.given_back = True


class BatchStream(faust.Stream):  # type: ignore[misc]
    """A stream read in batches: all that is buffered, without waiting longer than asked.

    ``Stream.take`` acknowledges in a ``finally``: a batch whose agent failed, or was cancelled while it waited for the
    broker, is acknowledged all the same and lost (700 of 2,000 events in the measured run). It also wakes up every
    ``within`` seconds on an idle stream. This one acknowledges only a batch that was done to its end.
    """

    async def batches(self, size: int, within_s: float) -> AsyncIterator[Batch]:
        """At most ``size`` events; once there is one, wait up to ``within_s`` seconds for more to come."""
        self._finalized = True
        await self.maybe_start()
        channel, app = self.channel, self.app
        queue = channel.queue
        unacked = app.consumer._unacked_messages
        while not self.should_stop:
            events: list[Any] = []
            try:
                self._admit(await channel.__anext__(), events, unacked)
            except StopAsyncIteration:  # Faust ends its actors so
                return
            self._drain(queue, events, unacked, size)
            if within_s and events and len(events) < size:
                await asyncio.sleep(within_s)
                self._drain(queue, events, unacked, size)
            if not events:
                continue
            batch = Batch(events)
            yield batch
            self._settle(batch, unacked)
            await asyncio.sleep(0)

    @property
    def suspended(self) -> bool:
        """Whether the partitions are being taken away (a rebalance, or the end): what is not acknowledged comes again."""
        return not self.app.flow_control.is_active() or self.app.should_stop

    def _drain(self, queue: Any, events: list[Any], unacked: Any, size: int) -> None:
        while len(events) < size and not queue.empty():
            self._admit(queue.get_nowait(), events, unacked)

    def _admit(self, event: Any, events: list[Any], unacked: Any) -> None:
        """Take the event, unless it was fetched before the last rebalance: then it comes again, or is another's."""
        message = event.message
        if not self.app.flow_control.is_active() or message.generation_id != self.app.consumer_generation_id:
            return
        if not message.tracked:
            message.tracked = True
            unacked.add(message)
        events.append(event)

    def _settle(self, batch: Batch, unacked: Any) -> None:
        generation = self.app.consumer_generation_id
        for event in batch.events:
            message = event.message
            if batch.given_back or message.generation_id != generation:
                unacked.discard(message)
            else:
                event.ack()


class Consumer(driver.Consumer):  # type: ignore[misc]
    """Faust's consumer, without the three habits below."""

    async def on_partitions_revoked(self, revoked: set[TP]) -> None:
        """Commit what is acknowledged before the partitions go.

        Faust first forgets the acknowledgements of the revoked partitions and then commits, so everything of the last
        commit interval is done twice at every rebalance and at every stop.
        """
        await self.commit()
        await super().on_partitions_revoked(revoked)

    def committed_offsets(self) -> dict[tuple[str, int], int | None]:
        """The partitions that are ours → the next offset, as committed; nothing where the group never committed there."""
        if self._thread._consumer is None:  # not started yet: nothing is ours
            return {}
        known = self._committed_offset
        return {(tp.topic, tp.partition): known.get(tp) for tp in self.assignment()}

    def on_buffer_full(self, tp: TP) -> None:
        """Do nothing: a full queue holds the fetcher by itself.

        Faust takes the partition out of the fetch; once no partition is left it sleeps a whole second, so an agent
        that empties the buffer faster than that idles.
        """

    async def wait_first(self, *coros: Any, timeout: Any = None) -> Any:
        """Hand a message on without two tasks and a wait around it, where nothing can make it wait.

        Faust delivers each message inside ``wait_first(deliver, suspended)``, which is a third of what an event costs.
        Where flow is on and no queue is full, delivering does not wait, so there is nothing to be interrupted.
        """
        if len(coros) == 2 and timeout is None and self._delivers_at_once():
            delivery, suspension = coros
            if asyncio.iscoroutine(delivery) and asyncio.iscoroutine(suspension):
                suspension.close()
                return await delivery
        return await super().wait_first(*coros, timeout=timeout)

    def _delivers_at_once(self) -> bool:
        flow = self.app.flow_control
        return flow.is_active() and not any(queue.full() for queue in flow._queues)

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Do nothing: the check reads the time of the last event from a sensor that batches go around.

        A stream that stands still is seen by our own readiness and event age, and may be meant: agents hold.
        """


class Transport(driver.Transport):  # type: ignore[misc]
    Consumer = Consumer


class Boot(BootStrategy):  # type: ignore[misc]
    """Starts ``app.before_consumer`` after the producer and before the consumer.

    ``@app.service`` starts only after the first assignment, when events already run.
    """

    def server(self) -> Iterable[ServiceT]:
        services: Iterable[ServiceT] = self._chain(
            self.sensors(),
            self.kafka_producer(),
            self.app.before_consumer,
            self.kafka_consumer(),
            self.agents(),
            self.kafka_conductor(),
            self.tables(),
        )
        return services


class App(faust.App):  # type: ignore[misc]
    """A Faust app with the fixes in place."""

    BootStrategy = Boot

    def __init__(self, *args: Any, **options: Any) -> None:
        self.before_consumer: list[ServiceT] = []
        super().__init__(*args, Stream=BatchStream, **options)
        self.transport = Transport(self.conf.broker_consumer, self)

    def FlowControlQueue(self, maxsize: int | None = None, *, clear_on_resume: bool = False) -> Any:  # noqa: N802
        return ByteQueue(
            max_bytes=BUFFERED_BYTES,
            maxsize=maxsize or 0,
            flow_control=self.flow_control,
            clear_on_resume=clear_on_resume,
        )

    async def sees_partition(self, topic: str, partition: int) -> bool:
        """Whether the producer can write there. It refuses a partition that is younger than its picture of the cluster."""
        producer = self.producer._ensure_producer()
        if partition in await producer.partitions_for(topic):
            return True
        await producer.client.force_metadata_update()
        return partition in await producer.partitions_for(topic)

    def discard(self) -> None:
        """Close the event loop that the consumer makes for its thread, should the thread never have run."""
        loop = self.consumer._thread.thread_loop
        if not loop.is_running() and not loop.is_closed():
            loop.close()
