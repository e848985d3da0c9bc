"""Lag: the end less what is committed, for the partitions that are ours and no others."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from aiokafka import TopicPartition

from sekisho.agents.lag import LagMeter
from sekisho.metrics import Metrics
from sekisho.settings import without_environment

Offsets = dict[tuple[str, int], int | None]


class Broker:
    """The consumer's part that is used."""

    def __init__(self, ends: Mapping[tuple[str, int], int], begins: Mapping[tuple[str, int], int] = {}) -> None:
        self.ends, self.begins = ends, begins

    async def end_offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {one: self.ends[one] for one in partitions}

    async def beginning_offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {one: self.begins[one] for one in partitions}


def meter(committed: Any, broker: Broker) -> tuple[LagMeter, Metrics]:
    metrics = Metrics()
    one = LagMeter(without_environment(), committed=committed, metrics=metrics)
    one._consumer = broker  # type: ignore[assignment]
    return one, metrics


def shown(metrics: Metrics) -> dict[tuple[str, str], float]:
    (family,) = metrics.consumer_lag.collect()
    return {(sample.labels["topic"], sample.labels["partition"]): sample.value for sample in family.samples}


def test_lag_is_what_is_not_committed() -> None:
    one, metrics = meter(lambda: {("in", 0): 5, ("in", 1): 9}, Broker({("in", 0): 12, ("in", 1): 9}))
    asyncio.run(one.measure())
    assert shown(metrics) == {("in", "0"): 7, ("in", "1"): 0}


def test_where_nothing_was_ever_committed_everything_that_is_retained_waits() -> None:
    one, metrics = meter(lambda: {("in", 0): None}, Broker({("in", 0): 12}, {("in", 0): 4}))
    asyncio.run(one.measure())
    assert shown(metrics) == {("in", "0"): 8}


def test_a_partition_that_went_to_another_is_not_shown_any_more() -> None:
    """Else its last figure would stay, and be summed with the other worker's."""
    mine: Offsets = {("in", 0): 0, ("in", 1): 0}
    one, metrics = meter(lambda: mine, Broker({("in", 0): 3, ("in", 1): 3}))
    asyncio.run(one.measure())
    del mine["in", 1]
    asyncio.run(one.measure())
    assert shown(metrics) == {("in", "0"): 3}
    mine.clear()
    asyncio.run(one.measure())
    assert shown(metrics) == {}


def test_a_rebalance_during_a_look_shows_nothing_of_what_is_gone() -> None:
    mine: Offsets = {("in", 0): 0}

    class Slow(Broker):
        async def end_offsets(self, partitions: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
            mine.clear()
            return await super().end_offsets(partitions)

    one, metrics = meter(lambda: mine, Slow({("in", 0): 3}))
    asyncio.run(one.measure())
    assert shown(metrics) == {}
