"""What is active on the brokers: the reference set that workers screen with, read as every worker reads it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from sekisho.cli.clients import reader
from sekisho.cli.follow import records
from sekisho.model import ListVersion
from sekisho.reference.chain import Chain
from sekisho.settings import Settings
from sekisho.wire import codec


class Active(msgspec.Struct, frozen=True):
    """The newest complete reference set. ``sequence`` is None where there is none; ``problem`` says what is wrong with
    a newer one that cannot be used."""

    sequence: int | None = None
    hash: str = ""
    who: str = ""
    why: str = ""
    created_at: datetime | None = None
    lists: tuple[ListVersion, ...] = ()
    problem: str | None = None


def active_set(settings: Settings) -> Active:
    """Read the reference topics to their end. Raises UnreachableError, or InputError where a topic is missing."""
    chain = read_chain(settings)
    newest = chain.newest_complete()
    if newest is None:
        return Active(problem=chain.problem())
    versions = chain.versions(newest.hash)
    return Active(
        sequence=newest.set.sequence,
        hash=newest.hash,
        who=newest.set.who,
        why=newest.set.why,
        created_at=newest.set.created_at,
        lists=tuple(versions[list_id] for list_id in sorted(versions)),
        problem=chain.problem(),
    )


def read_chain(settings: Settings) -> Chain:
    """The chain of reference sets with everything they name, from the five reference topics."""
    names = settings.topics
    chain = Chain()
    kinds = [
        ("entity", names.entity),
        ("goods_item", names.goods),
        ("measure", names.measure),
        ("list", names.list),
        ("reference_set", names.reference),
    ]
    for kind, topic in kinds:
        with reader(settings) as consumer:
            for record in records(consumer, topic, from_beginning=True, follow=False):
                chain.feed_bytes(kind, record.key, record.value, codec.decode)
    return chain
