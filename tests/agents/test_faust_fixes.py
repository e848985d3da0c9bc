"""Each fix has two tests: Faust still has the defect (when this one fails, take the fix out), and we do not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, ClassVar

import faust
import pytest
from faust.transport.conductor import ConductorCompiler
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.tuples import ConsumerMessage

from sekisho.agents import faust_fixes
from sekisho.agents.faust_fixes import RawSchema

IN = TP("in", 0)


class Bench:
    """An app without a broker, with one stream, and the offsets that were acknowledged."""

    open: ClassVar[list[Bench]] = []

    def __init__(self, kind: Callable[..., Any], folder: Path, **topic: Any) -> None:
        self.app = kind("bench", broker="kafka://127.0.0.1:1", web_enabled=False, datadir=str(folder))
        self.app.topics._acking_topics.add("in")
        self.app.consumer_generation_id = 1
        self.app.flow_control.resume()
        Bench.open.append(self)
        self.stream = self.app.topic("in", **(topic or {"schema": RawSchema()})).stream()

    def put(self, *offsets: int, value: bytes | None = b"x", generation: int = 1) -> None:
        for offset in offsets:
            message = self.message(offset, value, generation)
            message.incref()
            self.stream.channel.queue.put_nowait(self.app.create_event(None, value, None, message))

    def message(self, offset: int, value: bytes | None = b"x", generation: int = 1) -> ConsumerMessage:
        return ConsumerMessage("in", 0, offset, 0.0, 0, [], None, value, None, tp=IN, generation_id=generation)

    @property
    def acked(self) -> list[int]:
        return sorted(self.app.consumer._acked[IN])


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    try:
        asyncio.run(asyncio.wait_for(test(), 20))
    finally:
        while Bench.open:
            faust_fixes.App.discard(Bench.open.pop().app)


async def settle() -> None:
    """Let generators that were left be closed."""
    for _ in range(10):
        await asyncio.sleep(0)


def test_take_acknowledges_a_batch_that_failed(tmp_path: Path) -> None:
    async def test() -> None:
        bench = Bench(faust.App, tmp_path)
        bench.put(0, 1)

        async def agent() -> None:
            async for _ in bench.stream.take(2, within=5):
                raise RuntimeError("the agent failed")

        with pytest.raises(RuntimeError, match="the agent failed"):
            await agent()
        await settle()
        assert bench.acked == [0, 1]
        await bench.stream.stop()

    run(test)


def test_batches_do_not_acknowledge_a_batch_that_failed(tmp_path: Path) -> None:
    async def test() -> None:
        bench = Bench(faust_fixes.App, tmp_path)
        bench.put(0, 1)

        async def agent() -> None:
            async for _ in bench.stream.batches(2, 0):
                raise RuntimeError("the agent failed")

        with pytest.raises(RuntimeError, match="the agent failed"):
            await agent()
        await settle()
        assert bench.acked == []

    run(test)


def test_a_batch_is_acknowledged_when_the_next_one_is_asked_for(tmp_path: Path) -> None:
    async def test() -> None:
        bench = Bench(faust_fixes.App, tmp_path)
        bench.put(0, 1, 2)
        batches = bench.stream.batches(2, 0)
        first = await anext(batches)
        assert [message.offset for message in first.messages] == [0, 1]
        assert bench.acked == []
        assert len(bench.app.consumer._unacked_messages) == 2
        second = await anext(batches)
        assert [message.offset for message in second.messages] == [2]
        assert bench.acked == [0, 1]
        assert len(bench.app.consumer._unacked_messages) == 1

    run(test)


def test_a_batch_waits_for_company_but_no_longer_than_asked(tmp_path: Path) -> None:
    async def test() -> None:
        bench = Bench(faust_fixes.App, tmp_path)
        bench.put(0)
        asyncio.get_running_loop().call_later(0.01, bench.put, 1)
        batch = await anext(bench.stream.batches(500, 0.2))
        assert [message.offset for message in batch.messages] == [0, 1]

    run(test)


def test_what_is_given_back_is_neither_acknowledged_nor_waited_for(tmp_path: Path) -> None:
    async def test() -> None:
        bench = Bench(faust_fixes.App, tmp_path)
        bench.put(0, 1, 2)
        batches = bench.stream.batches(2, 0)
        (await anext(batches)).give_back()
        await anext(batches)
        assert bench.acked == []
        assert {message.offset for message in bench.app.consumer._unacked_messages} == {2}

    run(test)


def test_a_batch_that_a_rebalance_overtook_is_not_acknowledged(tmp_path: Path) -> None:
    async def test() -> None:
        bench = Bench(faust_fixes.App, tmp_path)
        bench.put(0, 1)
        batches = bench.stream.batches(2, 0)
        await anext(batches)
        bench.app.consumer_generation_id = 2
        bench.put(0, generation=2)
        assert [message.offset for message in (await anext(batches)).messages] == [0]
        assert bench.acked == []

    run(test)


def test_batches_drop_an_event_of_an_old_generation_unacknowledged(tmp_path: Path) -> None:
    async def test() -> None:
        bench = Bench(faust_fixes.App, tmp_path)
        bench.put(0, generation=0)
        bench.put(1)
        batches = bench.stream.batches(10, 0)
        assert [message.offset for message in (await anext(batches)).messages] == [1]
        bench.put(2)
        await anext(batches)
        assert bench.acked == [1]

    run(test)


def test_a_stopped_actor_ends_the_batches(tmp_path: Path) -> None:
    async def test() -> None:
        bench = Bench(faust_fixes.App, tmp_path)
        task = asyncio.ensure_future(anext(bench.stream.batches(2, 0), None))
        await settle()
        bench.stream.channel._throw(StopAsyncIteration())
        assert await task is None

    run(test)


async def deliver(bench: Bench, message: ConsumerMessage) -> None:
    handler = ConductorCompiler().build(bench.app.topics, IN, {bench.stream.channel})
    await handler(message)


def test_faust_acknowledges_and_drops_what_it_cannot_decode(tmp_path: Path) -> None:
    async def test() -> None:
        bench = Bench(faust.App, tmp_path, value_type=int, value_serializer="json")
        await deliver(bench, bench.message(0, b"{"))
        assert bench.stream.channel.queue.qsize() == 0
        assert bench.acked == [0]

    run(test)


@pytest.mark.parametrize("value", [b"{", b"", None, b"\xff\x00"])
def test_the_raw_schema_hands_on_every_value(tmp_path: Path, value: bytes | None) -> None:
    async def test() -> None:
        bench = Bench(faust_fixes.App, tmp_path)
        await deliver(bench, bench.message(0, value))
        event = bench.stream.channel.queue.get_nowait()
        assert event.message.value == value
        assert event.value == value
        assert bench.acked == []

    run(test)


def revoked(kind: Callable[..., Any], folder: Path) -> list[list[int]]:
    """What is still known to be acknowledged at each commit of a rebalance."""
    seen: list[list[int]] = []

    async def test() -> None:
        bench = Bench(kind, folder)
        consumer = bench.app.consumer

        async def commit(*_: Any, **__: Any) -> bool:
            seen.append(sorted(consumer._acked.get(IN, [])))
            return True

        async def callback(_: Any) -> None:
            await commit()  # Faust commits in here

        consumer.commit = commit
        consumer._on_partitions_revoked = callback
        consumer._acked[IN] = [0, 1, 2]
        await consumer.on_partitions_revoked({IN})

    run(test)
    return seen


def test_faust_forgets_acknowledgements_before_it_commits(tmp_path: Path) -> None:
    assert revoked(faust.App, tmp_path) == [[]]


def test_we_commit_before_the_partitions_go(tmp_path: Path) -> None:
    assert revoked(faust_fixes.App, tmp_path)[0] == [0, 1, 2]


def test_faust_stops_fetching_from_a_full_partition_for_a_second(tmp_path: Path) -> None:
    async def test() -> None:
        bench = Bench(faust.App, tmp_path)
        consumer = bench.app.consumer
        consumer._set_active_tps({IN})
        consumer.on_buffer_full(IN)
        assert not consumer._get_active_partitions()

    run(test)


def test_a_full_queue_does_not_take_its_partition_out_of_the_fetch(tmp_path: Path) -> None:
    async def test() -> None:
        bench = Bench(faust_fixes.App, tmp_path)
        consumer = bench.app.consumer
        consumer._set_active_tps({IN})
        consumer.on_buffer_full(IN)
        assert consumer._get_active_partitions() == {IN}

    run(test)


def test_faust_commits_past_one_unacknowledged_event(tmp_path: Path) -> None:
    """Why a batch is acknowledged whole or not at all."""

    async def test() -> None:
        consumer = Bench(faust.App, tmp_path).app.consumer
        consumer._committed_offset[IN] = 100
        consumer._acked[IN] = [101, 102]
        assert consumer._new_offset(IN) == 103

    run(test)


def test_faust_cannot_make_tls_credentials_of_a_file(tmp_path: Path) -> None:
    """Why ``clients.faust_credentials`` always gives a context."""
    with pytest.raises(TypeError):
        faust.SSLCredentials(cafile=str(tmp_path / "ca.pem"))


def test_services_before_the_consumer_start_before_it(tmp_path: Path) -> None:
    async def test() -> None:
        bench = Bench(faust_fixes.App, tmp_path)
        mark = faust.Service()
        bench.app.before_consumer.append(mark)
        order = list(bench.app.boot_strategy.server())
        assert order.index(bench.app.producer) < order.index(mark) < order.index(bench.app.consumer)
        assert isinstance(bench.app.consumer, faust_fixes.Consumer)
        assert isinstance(bench.app.consumer, driver.Consumer)

    run(test)


def deliveries(kind: Callable[..., Any], folder: Path, *, full: bool = False) -> bool:
    """Whether a message is handed on inside a task of its own."""
    inside: list[bool] = []

    async def test() -> None:
        bench = Bench(kind, folder)
        consumer = bench.app.consumer
        if full:
            bench.put(*range(bench.stream.channel.queue.maxsize))
        here = asyncio.current_task()

        async def delivery() -> None:
            inside.append(asyncio.current_task() is not here)

        await consumer.wait_first(delivery(), consumer.suspend_flow.wait())

    run(test)
    return inside[0]


def test_faust_delivers_each_message_in_a_task(tmp_path: Path) -> None:
    assert deliveries(faust.App, tmp_path)


def test_we_deliver_without_a_task_where_nothing_can_make_it_wait(tmp_path: Path) -> None:
    assert not deliveries(faust_fixes.App, tmp_path)
    assert deliveries(faust_fixes.App, tmp_path, full=True)


def test_a_delivery_that_waits_is_ended_by_a_rebalance(tmp_path: Path) -> None:
    async def test() -> None:
        bench = Bench(faust_fixes.App, tmp_path)
        consumer = bench.app.consumer
        bench.put(*range(bench.stream.channel.queue.maxsize))
        asyncio.get_running_loop().call_later(0.02, consumer.stop_flow)
        never = asyncio.Event()
        await consumer.wait_first(never.wait(), consumer.suspend_flow.wait())

    run(test)


def test_faust_fills_memory_with_large_records(tmp_path: Path) -> None:
    async def test() -> None:
        bench = Bench(faust.App, tmp_path)
        bench.put(*range(100), value=b"x" * 1_000_000)
        assert not bench.stream.channel.queue.full(), "100 MB wait, and 4 GB would be taken"

    run(test)


def test_the_buffer_is_full_at_so_many_bytes(tmp_path: Path) -> None:
    async def test() -> None:
        bench = Bench(faust_fixes.App, tmp_path)
        queue, megabyte = bench.stream.channel.queue, b"x" * (1 << 20)
        most = faust_fixes.BUFFERED_BYTES >> 20
        bench.put(*range(most - 1), value=megabyte)
        assert not queue.full()
        bench.put(most - 1, value=megabyte)
        assert queue.full()
        late = asyncio.create_task(queue.put(bench.app.create_event(None, megabyte, None, bench.message(most))))
        await asyncio.sleep(0.01)
        assert not late.done(), "the fetcher waits"
        taken = await anext(bench.stream.batches(2, 0))
        assert len(taken.events) == 2
        await asyncio.wait_for(late, 1)
        await bench.stream.stop()

    run(test)


def test_a_record_larger_than_the_buffer_gets_through_and_a_rebalance_empties_the_account(tmp_path: Path) -> None:
    async def test() -> None:
        bench = Bench(faust_fixes.App, tmp_path)
        queue = bench.stream.channel.queue
        bench.put(0, value=b"x" * (2 * faust_fixes.BUFFERED_BYTES))
        assert queue.full()
        assert len((await anext(bench.stream.batches(2, 0))).events) == 1
        assert not queue.full()
        bench.put(1, value=b"x" * (2 * faust_fixes.BUFFERED_BYTES))
        queue.clear()
        assert not queue.full()
        bench.put(*range(2, 12), value=None)
        assert not queue.full()
        await bench.stream.stop()

    run(test)
