"""What is active on the brokers: the reference set that workers screen with, read as every worker reads it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from sekisho.cli.clients import security, told
from sekisho.errors import InputError
from sekisho.model import ListVersion
from sekisho.reference.chain import Chain
from sekisho.reference.loaded import Record
from sekisho.reference.publish import Publisher
from sekisho.settings import Settings


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
    chain = chain_of(settings)
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


class Link(msgspec.Struct, frozen=True):
    """One accepted set of the chain, and what it changed against its parent."""

    sequence: int
    hash: str
    created_at: datetime
    who: str
    why: str
    #: list ids whose version this set changed or brought, and those it no longer has
    changed: tuple[str, ...]
    dropped: tuple[str, ...]
    #: what is missing of it, in words: a set that was never whole, or whose records have been pruned
    lacks: str | None


def chain_of(settings: Settings) -> Chain:
    """The reference topics read to their end. Raises UnreachableError, or InputError where a topic is missing."""
    with told(settings):
        return Publisher(settings.topics, security(settings)).chain()


def links(chain: Chain) -> list[Link]:
    """Every accepted set, the oldest first."""
    found = []
    before: dict[str, str] = {}
    for one in chain.accepted:
        now = {ref.list_id: ref.hash for ref in one.set.lists}
        found.append(
            Link(
                sequence=one.set.sequence,
                hash=one.hash,
                created_at=one.set.created_at,
                who=one.set.who,
                why=one.set.why,
                changed=tuple(sorted(list_id for list_id, digest in now.items() if before.get(list_id) != digest)),
                dropped=tuple(sorted(before.keys() - now.keys())),
                lacks=chain.lacks(one.hash),
            )
        )
        before = now
    return found


def active_records(settings: Settings, list_ids: Iterable[str]) -> dict[str, tuple[Record, ...]]:
    """List id: its records in the set that workers screen with, of those of ``list_ids`` that it has."""
    chain = chain_of(settings)
    newest = chain.newest_complete()
    if newest is None:
        raise InputError(
            chain.problem() or "no reference set is active; `sekisho lists publish bundled` makes the first one"
        )
    wanted = set(list_ids)
    return {ref.list_id: tuple(chain.list_records(ref)) for ref in newest.set.lists if ref.list_id in wanted}
