"""The Screener: one event in, its verdict and alerts out. Pure: tables, clock and coordinates are arguments.

``screen``, the worker, rescreening and back-testing all call this one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from sekisho.model import (
    Alert,
    AppliedMeasure,
    Engine,
    EventRef,
    Match,
    Origin,
    Shipment,
    Verdict,
    business_reference,
    event_type,
    worst,
)
from sekisho.model.event import Event
from sekisho.places import RegionHit
from sekisho.policy import (
    Checked,
    Facts,
    GoodsHit,
    PartyHit,
    Standing,
    Triggered,
    best_period,
    evaluate,
    is_over,
    standing_of_entry,
    zone_of,
)
from sekisho.screening.look_up import Findings, Found, look_up
from sekisho.screening.subjects import alert_id, digest, unique
from sekisho.screening.tables import Tables
from sekisho.screening.wording import message, severity
from sekisho.version import VERSION


class Screening(msgspec.Struct, frozen=True):
    """What the screening of one event gives. ``verdict.alerts`` names the ids of ``alerts``, worst first."""

    verdict: Verdict
    alerts: tuple[Alert, ...]


class HasTables(Protocol):
    """Anything that carries tables, such as ``sekisho.Reference``."""

    @property
    def tables(self) -> Tables: ...


class Screener:
    """Screens events against one reference set.

    >>> from sekisho import Reference, Screener
    >>> screener = Screener(Reference.bundled())
    """

    def __init__(self, tables: Tables | HasTables, *, timer_ns: Callable[[], int] = time.perf_counter_ns) -> None:
        self.tables = tables if isinstance(tables, Tables) else tables.tables
        self._timer_ns = timer_ns

    def screen(
        self,
        event: Event,
        origin: Origin,
        *,
        known_at: datetime,
        now: datetime,
        trigger: str = "event",
        stale_lists: Sequence[str] = (),
        notes: Sequence[str] = (),
        supersedes: str | None = None,
        gone_since: datetime | None = None,
    ) -> Screening:
        """Screen ``event`` with the law and the lists known at ``known_at``.

        ``now`` is written as the time of screening. ``trigger`` is ``event``, or ``reference`` or ``calendar``
        where an event that came earlier is screened again. ``notes`` of decoding are carried into the verdict.
        Never raises for an event that was decoded; linear in the size of the event.
        """
        began = self._timer_ns()
        known_at, now = _to_millis(known_at), _to_millis(now)
        reference = business_reference(event, origin)
        engine = Engine(VERSION, self.tables.sequence, self.tables.hash, known_at)
        said = EventRef(
            topic=origin.topic,
            partition=origin.partition,
            offset=origin.offset,
            index=origin.index,
            key=origin.key,
            event_id=event.event_id,
            event_time=event.event_time,
            business_reference=reference,
        )
        alerts: list[Alert] = []
        all_notes = list(notes)
        if isinstance(event, Shipment) and event.status == "cancelled":
            all_notes.append("cancelled: nothing is exported, so nothing is screened")
        else:
            findings = self.look_up(event, reference, known_at=known_at, trigger=trigger, gone_since=gone_since)
            all_notes += findings.notes
            all_notes += _day_notes(findings.facts)
            raised = _roll_up(findings, self.tables)
            for found, matches, triggered, verdict in raised:
                alerts.append(
                    Alert(
                        alert_id=alert_id(event_type(event), reference, found.screened),
                        verdict=verdict,
                        severity=severity(verdict, matches, triggered),
                        status="new",
                        trigger=trigger,
                        raised_at=now,
                        event=said,
                        subject=found.screened.subject,
                        matches=tuple(matches),
                        measures=_applied(triggered),
                        message=message(found.screened.subject, matches, triggered, verdict),
                        engine=engine,
                        stale_lists=tuple(stale_lists),
                    )
                )
            alerts.sort(key=lambda alert: (-_RANK[alert.verdict], alert.alert_id))
        day = (known_at.date().isoformat(),) if trigger == "calendar" else ()
        coordinates = (origin.topic, str(origin.partition), str(origin.offset), str(origin.index))
        verdict_record = Verdict(
            verdict_id=digest("verdict", *coordinates, self.tables.hash, trigger, *day),
            event=said,
            verdict=worst(*(alert.verdict for alert in alerts)),
            trigger=trigger,
            alerts=tuple(alert.alert_id for alert in alerts),
            notes=unique(all_notes),
            screened_at=now,
            duration_us=max(0, self._timer_ns() - began) // 1000,
            engine=engine,
            supersedes=supersedes,
            stale_lists=tuple(stale_lists),
        )
        return Screening(verdict_record, tuple(alerts))

    def look_up(
        self,
        event: Event,
        reference: str,
        *,
        known_at: datetime,
        trigger: str = "event",
        gone_since: datetime | None = None,
    ) -> Findings:
        """What the subjects of ``event`` meet, before any measure is asked."""
        return look_up(
            event,
            self.tables,
            reference=reference,
            known_at=known_at,
            rescreen=trigger != "event",
            gone_since=gone_since,
        )

    def explain(self, event: Event, origin: Origin, *, known_at: datetime, trigger: str = "event") -> list[Checked]:
        """Every measure with the answer of each of its conditions, for people."""
        facts = self.look_up(event, business_reference(event, origin), known_at=known_at, trigger=trigger).facts
        asked = {measure.id for measure in self.tables.plan.measures(facts)}
        steps = []
        for measure in self.tables.measures:
            checked = Checked(measure, Standing.UNHEARD, facts.day(measure.time_zone), [], [])
            evaluate(measure, facts, checked)
            if measure.id not in asked:
                # Only goods that are not described could speak here, and of a table that is not loaded.
                checked.branches = [branch for branch in checked.branches if branch.triggered is None]
            steps.append(checked)
        return steps


def _to_millis(moment: datetime) -> datetime:
    """Contracts carry milliseconds; cut here, so that every encoding says the same."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


_RANK = {"clear": 0, "review": 1, "licence_required": 2, "prohibited": 3}

_Raised = tuple[Found, list[Match], list[Triggered], str]


def _roll_up(findings: Findings, tables: Tables) -> list[_Raised]:
    """Per subject: the matches that exist at that moment, the measures they trigger, and the verdict over them."""
    facts = findings.facts
    by_subject: dict[int, list[Triggered]] = {}
    for measure in tables.plan.measures(facts):
        for one in evaluate(measure, facts):
            for number in one.subjects:
                by_subject.setdefault(number, []).append(one)
    raised: list[_Raised] = []
    for number, found in enumerate(findings.found):
        triggered = by_subject.get(number, [])
        matches = []
        listed = False
        for match, hit in found.matches:
            if not _exists(hit, facts):
                continue
            matches.append(match)
            listed = listed or not isinstance(hit, GoodsHit)
        if not triggered and not listed:
            continue
        verdict = worst("review", *(one.effect for one in triggered))
        matches.sort(key=lambda match: (-match.score, match.list_id, match.entry_id))
        raised.append((found, matches, _strongest(triggered), verdict))
    return raised


def _exists(hit: PartyHit | GoodsHit | RegionHit, facts: Facts) -> bool:
    """Whether what was met was known by then, and can still touch the event."""
    if isinstance(hit, RegionHit):
        day = facts.day("UTC")
        return hit.since is None or hit.since <= day.known
    if isinstance(hit, PartyHit):
        standing = standing_of_entry(hit.entity, facts.day(zone_of(hit.entity.list_id)))
    else:
        standing, _ = best_period(hit.periods, facts.day(zone_of(hit.item.table_id)))
    return standing is Standing.IN_FORCE or (standing is Standing.LATER and not is_over(facts.event))


def _strongest(triggered: list[Triggered]) -> list[Triggered]:
    """One entry a measure, the one that asks most; those that ask most first."""
    best: dict[str, Triggered] = {}
    for one in triggered:
        held = best.get(one.measure.id)
        if held is None or (_RANK[one.effect], one.in_force) > (_RANK[held.effect], held.in_force):
            best[one.measure.id] = one
    return sorted(best.values(), key=lambda one: (-_RANK[one.effect], one.measure.id))


def _applied(triggered: Sequence[Triggered]) -> tuple[AppliedMeasure, ...]:
    return tuple(
        AppliedMeasure(
            measure_id=one.measure.id,
            title=one.measure.title,
            jurisdiction=one.measure.jurisdiction,
            legal_basis=one.measure.legal_basis,
            effect=one.effect,
            in_force_from=one.in_force_from,
            in_force=one.in_force,
        )
        for one in triggered
    )


def _day_notes(facts: Facts) -> list[str]:
    """The note of the day of the act belongs to the event, whichever zone it was worked out in."""
    note = facts.day("UTC").note
    return [note] if note else []
