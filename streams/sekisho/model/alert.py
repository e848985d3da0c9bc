"""An alert: one subject of one business reference, with all its matches and the measures they trigger."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

VerdictWord = Literal["clear", "review", "licence_required", "prohibited", "unscreened"]
Identity = Literal["supports", "neutral", "conflicts"]
Grade = Literal["exact", "strong", "possible"]

#: From least to most. ``unscreened`` stands outside the order: it is the answer for a dead letter.
ORDER: dict[str, int] = {"clear": 0, "review": 1, "licence_required": 2, "prohibited": 3}


def worst(*verdicts: str) -> str:
    """The highest of ``verdicts``; ``clear`` if there are none."""
    return max(verdicts, key=ORDER.__getitem__, default="clear")


class Evidence(msgspec.Struct, frozen=True):
    """One piece of evidence: what the event said, what the entry says, and what follows.

    ``feature`` is a bounded word (``name``, ``script``, ``birth_date``, ``hs_code`` …), ``effect`` a
    sentence fragment a person can read (``same birth date``, ``+0.04 …``).
    """

    feature: str
    query: str
    entry: str
    effect: str


class Match(msgspec.Struct, frozen=True):
    """A subject met an entry of a list, a goods item of a table or a place.

    ``name_score`` (0–1) says how alike the names (or the words) are; ``identity`` what the rest says for
    or against it. ``score`` (0–1) ranks matches; it is not a probability.
    """

    list_id: str
    list_version: str
    entry_id: str
    name: str
    matched_name: str
    score: float
    name_score: float
    identity: Identity
    grade: Grade
    evidence: tuple[Evidence, ...] = ()


class AppliedMeasure(msgspec.Struct, frozen=True):
    """A measure that this alert triggers, with the effect it has here and now."""

    measure_id: str
    title: str
    jurisdiction: str
    legal_basis: str
    effect: str
    in_force_from: date
    in_force: bool
    #: who grants what would clear it, and the document that would; None where that is not known
    authority: str | None = None
    clearing_document: str | None = None


class JurisdictionVerdict(msgspec.Struct, frozen=True):
    """What one jurisdiction asks of an event, over all its alerts.

    ``measures`` is empty where only a list of the jurisdiction was met: that is ``review`` (design §5).
    """

    jurisdiction: str
    verdict: str
    measures: tuple[AppliedMeasure, ...] = ()


class Subject(msgspec.Struct, frozen=True):
    """What was screened: a party, a goods line, a place, a vessel, a free text, or the event itself."""

    kind: str
    role: str
    value: str


class EventRef(msgspec.Struct, frozen=True):
    """Which event: its coordinates and what it calls itself."""

    topic: str
    partition: int
    offset: int
    index: int
    key: str | None
    event_id: str
    event_time: datetime | None
    business_reference: str


class Engine(msgspec.Struct, frozen=True):
    """What decided: our version, the reference set, and the moment whose law and lists were used."""

    version: str
    reference_sequence: int
    reference_hash: str
    known_at: datetime


class Alert(msgspec.Struct, frozen=True):
    """``schemas/alert.v2.avsc``: the contract for SOC teams. ``message`` is one sentence a person can act on."""

    alert_id: str
    verdict: str
    severity: str
    status: str
    trigger: str
    raised_at: datetime
    event: EventRef
    subject: Subject
    matches: tuple[Match, ...]
    measures: tuple[AppliedMeasure, ...]
    message: str
    engine: Engine
    stale_lists: tuple[str, ...] = ()


class Verdict(msgspec.Struct, frozen=True):
    """``schemas/verdict.v2.avsc``: the answer for one event, and the audit trail."""

    verdict_id: str
    event: EventRef
    verdict: str
    trigger: str
    alerts: tuple[str, ...]
    notes: tuple[str, ...]
    screened_at: datetime
    duration_us: int
    engine: Engine
    supersedes: str | None = None
    stale_lists: tuple[str, ...] = ()
    #: those that ask for something, those that ask most first
    jurisdictions: tuple[JurisdictionVerdict, ...] = ()
