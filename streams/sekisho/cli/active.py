"""What is active on the brokers: the reference set that workers screen with, read as every worker reads it."""

from __future__ import annotations

from datetime import datetime

import msgspec

from sekisho.cli.clients import security, told
from sekisho.model import ListVersion
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
    with told(settings):
        chain = Publisher(settings.topics, security(settings)).chain()
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
