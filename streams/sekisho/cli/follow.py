"""Reading a topic to look at it: all partitions, without a group, from the beginning or from now on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from sekisho.errors import InputError

POLL_MS = 250
#: Looks that bring nothing, until a topic is taken to be read to its end.
LOOKS = 2


def assign(consumer: KafkaConsumer, topic: str, *, from_beginning: bool) -> dict[TopicPartition, int]:
    """Assign every partition of ``topic``; their end offsets. Raises InputError where there is no such topic."""
    numbers = consumer.partitions_for_topic(topic)
    if not numbers:
        raise InputError(f"there is no topic {topic}; `sekisho topics create` makes it, SEKISHO_TOPICS__… renames it")
    partitions = [TopicPartition(topic, number) for number in sorted(numbers)]
    consumer.assign(partitions)
    ends: dict[TopicPartition, int] = consumer.end_offsets(partitions)
    if from_beginning:
        consumer.seek_to_beginning(*partitions)
    else:
        for partition, end in ends.items():
            consumer.seek(partition, end)
    return ends


def records(
    consumer: KafkaConsumer, topic: str, *, from_beginning: bool, follow: bool, seconds: float | None = None
) -> Iterator[Any]:
    """Records in partition order: those that are there, and with ``follow`` those to come, ``seconds`` long at most.

    Past the ends it looks twice more: those that the embedded broker tells may lag behind its log.
    """
    ends = assign(consumer, topic, from_beginning=from_beginning)
    deadline = time.monotonic() + seconds if seconds is not None else None
    quiet = 0
    while True:
        news = consumer.poll(timeout_ms=POLL_MS)
        for batch in news.values():
            yield from batch
        quiet = 0 if news else quiet + 1
        if (
            not follow
            and quiet >= LOOKS
            and all(consumer.position(partition) >= end for partition, end in ends.items())
        ):
            return
        if deadline is not None and time.monotonic() >= deadline:
            return
