"""Reads the reference topics to their end and follows them, with kafka-python, for publishers and operators."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from sekisho.errors import InputError, UnreachableError
from sekisho.reference.chain import Chain
from sekisho.settings import Topics
from sekisho.wire import codec
from sekisho.wire.connecting import connecting

#: A broker that gives nothing for this long before the end is reached has a problem (seconds).
SILENCE_S = 30.0

_FETCH_BYTES = 4 << 20


def kinds(topics: Topics) -> dict[str, str]:
    """Topic name: contract of its records (see ``Chain.feed_bytes``)."""
    return {
        topics.entity: "entity",
        topics.goods: "goods_item",
        topics.measure: "measure",
        topics.list_version: "list",
        topics.reference: "reference_set",
    }


class LogReader:
    """``refresh`` reads what is new into ``chain``. One reader reads the log once, however often it is refreshed."""

    def __init__(self, consumer: KafkaConsumer, topics: Topics) -> None:
        self.chain = Chain()
        self._consumer = consumer
        self._kinds = kinds(topics)
        self._partitions = partitions(consumer, self._kinds)
        several = [part.topic for part in self._partitions if part.partition != 0]
        if several:
            raise InputError(
                f"topic {several[0]} has more than one partition; reference sets depend on the order of one log: "
                "delete it and run `sekisho topics create`"
            )
        consumer.assign(self._partitions)
        consumer.seek_to_beginning(*self._partitions)

    def refresh(self) -> Chain:
        """Read to the end as it is at this moment."""
        self._read_to(self._consumer.end_offsets(self._partitions))
        return self.chain

    def read_past(self, topic: str, offset: int) -> Chain:
        """Read until the record at ``offset`` of ``topic`` is in the chain."""
        self._read_to({TopicPartition(topic, 0): offset + 1})
        return self.chain

    def _read_to(self, ends: Mapping[Any, int]) -> None:
        for part, record in records_to(self._consumer, ends):
            self.chain.feed_bytes(self._kinds[part.topic], record.key, record.value, codec.decode)


def records_to(consumer: KafkaConsumer, ends: Mapping[Any, int]) -> Iterator[tuple[Any, Any]]:
    """``(partition, record)`` until the positions reach ``ends``. Raises UnreachableError where nothing comes."""
    heard = time.monotonic()
    while any(consumer.position(part) < end for part, end in ends.items()):
        batches = consumer.poll(timeout_ms=500, max_records=5000)
        for part, records in batches.items():
            for record in records:
                yield part, record
        if batches:
            heard = time.monotonic()
        elif time.monotonic() - heard > SILENCE_S:
            behind = next(part.topic for part, end in ends.items() if consumer.position(part) < end)
            raise UnreachableError(
                f"topic {behind} gave nothing for {SILENCE_S:.0f} s before its end; is its leader up?"
            )


def partitions(consumer: KafkaConsumer, topics: Iterable[str]) -> list[Any]:
    """Every partition of ``topics``. Raises InputError where a topic does not exist."""
    found = {topic: consumer.partitions_for_topic(topic) for topic in topics}
    absent = [topic for topic, parts in found.items() if not parts]
    if absent:
        raise InputError(f"topics do not exist: {', '.join(absent)}; run `sekisho topics create`")
    return [TopicPartition(topic, part) for topic, parts in found.items() for part in sorted(parts)]


@contextmanager
def consumer(options: Mapping[str, Any]) -> Iterator[KafkaConsumer]:
    """A reader without a group. ``options`` are kafka-python's for address and security."""
    with connecting():
        client = KafkaConsumer(
            **options,
            group_id=None,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
            max_partition_fetch_bytes=_FETCH_BYTES,
            # kafka-python computes it in Python, at half the time of a whole read; each record is held against its SHA-256.
            check_crcs=False,
        )
    try:
        yield client
    finally:
        client.close()
