"""Prune: drops what nothing refers to any more. Old versions stay until then.

Kept is everything that the last accepted set, the one events are screened with, the sets within the retention (and the
one that was in force when it began), the open events and the progress of rescreening refer to. Everything else gets a
tombstone, except sets: the chain itself is never shortened.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from sekisho.errors import EventError
from sekisho.reference.chain import AcceptedSet, Chain
from sekisho.reference.log_reader import consumer, partitions, records_to
from sekisho.reference.publish import Publisher, Session
from sekisho.settings import Topics
from sekisho.wire import codec


class Pruned(msgspec.Struct, frozen=True):
    """What a prune did."""

    #: sequences of the sets whose records are kept whole
    kept_sets: tuple[int, ...]
    dropped: int
    #: written back because a set that was accepted meanwhile names them
    restored: int


def prune(
    topics: Topics,
    options: Mapping[str, Any],
    *,
    retention: timedelta,
    now: datetime | None = None,
    dry_run: bool = False,
) -> Pruned:
    """Drop what nothing within ``retention`` refers to. ``options`` as in ``Publisher``."""
    in_use = open_sequences(topics, options) | progress_sequences(topics, options)
    with Publisher(topics, options)._session() as session:
        return prune_session(session, topics, in_use, retention, now or datetime.now(UTC), dry_run)


def prune_session(
    session: Session,
    topics: Topics,
    in_use: Collection[int],
    retention: timedelta,
    now: datetime,
    dry_run: bool = False,
) -> Pruned:
    topic_of = {
        "entity": topics.entity,
        "goods_item": topics.goods,
        "measure": topics.measure,
        "list": topics.list_version,
    }
    chain = session.log.refresh()
    kept = keep(chain, in_use, now - retention)
    needed = {name for one in kept for name in chain.names(one.set.lists)}
    kinds = chain.stored()
    dropped = {key: chain.record(key) for key in kinds if key not in needed}
    sequences = tuple(one.set.sequence for one in kept)
    if dry_run or not dropped:
        return Pruned(sequences, len(dropped), 0)
    # Versions first: whoever reads along never meets a version whose members are going.
    order = sorted(dropped, key=lambda key: kinds[key] != "list")
    session.write([(topic_of[kinds[key]], key, None) for key in order])
    chain = session.log.refresh()
    back: set[str] = set()
    for one in chain.accepted:
        if one.set.sequence > sequences[-1]:
            back |= _names(one, chain, dropped)
    session.write([(topic_of[kinds[key]], key, dropped[key]) for key in sorted(back, key=lambda k: kinds[k] == "list")])
    return Pruned(sequences, len(dropped) - len(back), len(back))


def keep(chain: Chain, in_use: Collection[int], since: datetime) -> list[AcceptedSet]:
    """The sets whose records stay, in their order."""
    last = chain.head
    used = chain.newest_complete()
    kept = {}
    for at, one in enumerate(chain.accepted):
        following = chain.accepted[at + 1] if at + 1 < len(chain.accepted) else None
        in_force_later = following is None or following.set.created_at >= since
        if one in (last, used) or in_force_later or one.set.sequence in in_use:
            kept[one.set.sequence] = one
    return list(kept.values())


def _names(one: AcceptedSet, chain: Chain, dropped: Mapping[str, Any]) -> set[str]:
    """The dropped keys that a set leads to, also through buckets and versions that were dropped themselves."""
    shadow = Chain()
    for key in dropped:
        if chain.record(key) is None and type(dropped[key]).__name__ in ("ListVersion", "Bucket"):
            shadow.feed(key, dropped[key])
    for ref in one.set.lists:
        version = chain.record(ref.hash)
        if version is not None:
            shadow.feed(ref.hash, version)
            for bucket in version.buckets:
                if (there := chain.record(bucket)) is not None:
                    shadow.feed(bucket, there)
    return {name for name in shadow.names(one.set.lists) if name in dropped}


def open_sequences(topics: Topics, options: Mapping[str, Any]) -> frozenset[int]:
    """Sequences of the sets that open events were last screened under. Raises InputError where a topic is absent."""
    latest: dict[tuple[str, bytes], int] = {}
    with consumer(options) as client:
        parts = partitions(client, (topics.open_shipment, topics.open_payment))
        client.assign(parts)
        client.seek_to_beginning(*parts)
        for part, record in records_to(client, client.end_offsets(parts)):
            key = (part.topic, record.key or b"")
            if record.value is None:
                latest.pop(key, None)
                continue
            try:
                latest[key] = codec.decode("open_event", record.value).reference_sequence
            except EventError:
                continue
    return frozenset(latest.values())


def progress_sequences(topics: Topics, options: Mapping[str, Any]) -> frozenset[int]:
    """Sequences of the sets that partitions have been rescreened under: a worker asks for the difference from there.

    Without that set it would have to screen everything again. Raises InputError where the topic is absent.
    """
    latest: dict[bytes, int] = {}
    with consumer(options) as client:
        parts = partitions(client, (topics.progress,))
        client.assign(parts)
        client.seek_to_beginning(*parts)
        for _, record in records_to(client, client.end_offsets(parts)):
            key = record.key or b""
            if record.value is None:
                latest.pop(key, None)
                continue
            try:
                latest[key] = codec.decode("progress", record.value).sequence
            except EventError:
                continue
    return frozenset(latest.values())
