"""An older reference set: which one was active at a moment, and whether it can still be screened with.

The chain keeps every set for ever, and the records of a set until `lists prune` drops them. So a past state can be
brought back exactly, or it can be said exactly what of it is gone.
"""

from __future__ import annotations

from datetime import datetime

from sekisho.errors import ReferenceDataError
from sekisho.reference.chain import AcceptedSet, Chain

#: Of a hash, when a set is named by it: as much as every command shows.
_SHORTEST = 6

#: Numbers of sets in one message.
_SHOWN = 12


def active_at(chain: Chain, moment: datetime) -> AcceptedSet:
    """The last accepted set that was published by ``moment``, as workers would have screened with it.

    A set says itself when it was made, by its publisher's clock. Raises ReferenceDataError where there was none yet.
    """
    before = [one for one in chain.accepted if one.set.created_at <= moment]
    if before:
        return before[-1]
    if not chain.accepted:
        raise ReferenceDataError("no reference set has been published; `sekisho lists publish bundled` makes the first")
    first = chain.accepted[0]
    raise ReferenceDataError(
        f"no reference set was active at {moment:%Y-%m-%d %H:%M} UTC: the first, {described(first)}, is younger; "
        f"name a set (`--set {first.set.sequence}`) to screen with it under the law known at that time"
    )


def named(chain: Chain, name: str) -> AcceptedSet:
    """A set by its sequence, or by the first characters of its hash. Raises ReferenceDataError where there is no such."""
    if name.isdigit() and len(name) < _SHORTEST:
        found = [one for one in chain.accepted if one.set.sequence == int(name)]
    else:
        found = [one for one in chain.accepted if len(name) >= _SHORTEST and one.hash.startswith(name)]
    if len(found) != 1:
        raise ReferenceDataError(
            f"there is no reference set {name}; `sekisho lists show --chain` shows each with its number and hash"
        )
    return found[0]


def usable(chain: Chain, one: AcceptedSet) -> AcceptedSet:
    """``one``, if every record of it is still there. Raises ReferenceDataError that says what is missing."""
    lacks = chain.lacks(one.hash)
    if lacks is not None:
        raise ReferenceDataError(
            f"reference set {described(one)}, is not whole any more: {lacks}; it was pruned (`sekisho lists prune` keeps "
            f"what lies within its --retention), or never whole. {_whole(chain)}"
        )
    return one


def described(one: AcceptedSet) -> str:
    """A set in words: its number, hash, day and publisher."""
    return f"{one.set.sequence} ({one.hash[:12]}) of {one.set.created_at:%Y-%m-%d %H:%M} UTC by {one.set.who}"


def _whole(chain: Chain) -> str:
    """Which sets can be screened with, by their numbers."""
    whole = [str(one.set.sequence) for one in chain.accepted if chain.lacks(one.hash) is None]
    if not whole:
        return "No set is whole"
    shown = whole if len(whole) <= _SHOWN else [*whole[:3], "…", *whole[3 - _SHOWN :]]
    return f"Whole are: {', '.join(shown)}"
