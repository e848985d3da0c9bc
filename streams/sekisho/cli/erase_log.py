"""Finding records in topics and taking them out, as far as Kafka permits.

A compacted topic takes a tombstone for a key. A log can only be cut from its beginning: so the records that stay are
written again at its end, with their own time, and then everything up to the last one that goes is deleted. Whoever is
interrupted in between has some records twice and none too few; doing it again adds none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from kafka import KafkaConsumer, TopicPartition

from sekisho.cli.clients import admin, producer
from sekisho.cli.follow import POLL_MS, records
from sekisho.settings import Settings

#: Waits for one acknowledgement (seconds).
_PATIENCE_S = 60

Judge = Callable[[Any], bool]


class Part(msgspec.Struct):
    """What was found in one partition. ``newest_ms`` is the time of the newest hit."""

    hits: list[int] = []
    keys: set[bytes] = set()
    newest_ms: int = 0
    #: digests of the records after the last hit, to tell what was written again already
    after: set[bytes] = set()

    @property
    def last(self) -> int:
        return self.hits[-1]


def find(consumer: KafkaConsumer, topic: str, judge: Judge) -> dict[int, Part]:
    """Partition: what ``judge`` takes there; partitions without a hit are left out."""
    parts: dict[int, Part] = {}
    for record in records(consumer, topic, from_beginning=True, follow=False):
        part = parts.setdefault(record.partition, Part())
        if judge(record):
            part.hits.append(record.offset)
            part.newest_ms = max(part.newest_ms, record.timestamp or 0)
            part.after.clear()
        else:
            part.after.add(_digest(record))
    return {number: part for number, part in parts.items() if part.hits}


def find_open(consumer: KafkaConsumer, topic: str, judge: Judge) -> dict[int, Part]:
    """The same in a compacted topic: of each key only the newest record counts."""
    newest: dict[tuple[int, bytes], Any] = {}
    parts: dict[int, Part] = {}
    for record in records(consumer, topic, from_beginning=True, follow=False):
        if record.key is None:
            continue
        newest.pop((record.partition, record.key), None)
        if record.value is not None and judge(record):
            newest[record.partition, record.key] = record
    for (number, key), record in newest.items():
        part = parts.setdefault(number, Part())
        part.hits.append(record.offset)
        part.keys.add(key)
        part.newest_ms = max(part.newest_ms, record.timestamp or 0)
    return parts


def tombstone(settings: Settings, topic: str, parts: dict[int, Part]) -> int:
    """Take the keys of ``parts`` back, each on its partition; how many."""
    with producer(settings) as client:
        sent = [
            client.send(topic, key=key, value=None, partition=number)
            for number, part in parts.items()
            for key in sorted(part.keys)
        ]
        for future in sent:
            future.get(timeout=_PATIENCE_S)
    return len(sent)


def rewrite(settings: Settings, consumer: KafkaConsumer, topic: str, parts: dict[int, Part]) -> int:
    """Write what stays again, then delete up to the last hit of each partition; how many were written again."""
    copied = 0
    with producer(settings) as client:
        sent = [
            client.send(
                topic,
                key=record.key,
                value=record.value,
                headers=list(record.headers or []),
                partition=number,
                timestamp_ms=record.timestamp,
            )
            for number, part in parts.items()
            for record in _up_to(consumer, TopicPartition(topic, number), part)
        ]
        client.flush(timeout=_PATIENCE_S)
        for future in sent:
            future.get(timeout=_PATIENCE_S)  # a refusal ends here, before anything is deleted
            copied += 1
    with admin(settings) as client:
        client.delete_records({TopicPartition(topic, number): part.last + 1 for number, part in parts.items()})
    return copied


def _up_to(consumer: KafkaConsumer, place: TopicPartition, part: Part) -> Iterator[Any]:
    """The records of ``place`` before its last hit that stay, and are not behind it already."""
    hits = set(part.hits)
    consumer.assign([place])
    consumer.seek_to_beginning(place)
    while consumer.position(place) <= part.last:
        for batch in consumer.poll(timeout_ms=POLL_MS).values():
            for record in batch:
                if record.offset > part.last:
                    return
                if record.offset not in hits and _digest(record) not in part.after:
                    yield record


def _digest(record: Any) -> bytes:
    sha = hashlib.blake2b(digest_size=16)
    for piece in (record.key, record.value, *(content for pair in record.headers or () for content in pair)):
        data = piece.encode() if isinstance(piece, str) else piece
        sha.update(b"-" if data is None else b"%d:" % len(data))
        sha.update(data or b"")
    return sha.digest()
