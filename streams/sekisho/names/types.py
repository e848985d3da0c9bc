"""What goes into the matcher and what comes out of it."""

from __future__ import annotations

import msgspec

from sekisho.model import Entity, Evidence, Grade, Identifier, Identity, Name


class Query(msgspec.Struct, frozen=True):
    """A name to look for, with whatever else is known of its bearer.

    ``kind`` is ``Person``, ``Organization``, ``Vessel`` or ``Unknown``; ``birth_date`` EDTF or ISO 8601
    (a year alone will do); ``countries`` ISO 3166-1 alpha-2, which may be a nationality or a residence
    and may be wrong: they support, they never exclude.
    """

    name: str
    kind: str = "Unknown"
    birth_date: str | None = None
    gender: str | None = None
    countries: tuple[str, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    address: str | None = None


class EntityMatch(msgspec.Struct, frozen=True):
    """One entry that a query may mean.

    ``name_score`` (0-1): how alike the names are. ``identity``: what everything else says for or against
    it. ``score`` (0-1) ranks by both; it is not a probability. ``grade``: ``exact`` (the same name once
    normalised, or a valid identifier), ``strong`` (above :data:`THRESHOLD`), ``possible`` (near it, or a
    weak alias without support).
    """

    entity: Entity
    matched_name: Name
    score: float
    name_score: float
    identity: Identity
    grade: Grade
    evidence: tuple[Evidence, ...] = ()


class Comparison(msgspec.Struct, frozen=True):
    """Two names compared by themselves: ``match`` says whether ``score`` reaches :data:`THRESHOLD`."""

    score: float
    match: bool
    evidence: tuple[Evidence, ...] = ()
