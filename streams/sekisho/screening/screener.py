"""The Screener: one event in, its verdict and alerts out. Pure: tables, clock and coordinates are arguments.

``screen``, the worker, rescreening and back-testing all call this one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from sekisho.model import (
    Alert,
    Engine,
    EventRef,
    Fingerprint,
    JurisdictionVerdict,
    Origin,
    Shipment,
    Verdict,
    business_reference,
    event_type,
    worst,
)
from sekisho.model.event import Event
from sekisho.policy import Binding, Checked, Facts, Standing, evaluate
from sekisho.screening.fingerprinting import fingerprint_of, stops_of
from sekisho.screening.look_up import Findings, look_up
from sekisho.screening.resubmitted import StoppedBefore, alert_of, resubmissions, stays
from sekisho.screening.roll_up import RANK, Raised, applied, by_jurisdiction, roll_up
from sekisho.screening.subjects import alert_id, digest, unique
from sekisho.screening.tables import Tables, plan_of
from sekisho.screening.wording import message, severity
from sekisho.version import VERSION


class Screening(msgspec.Struct, frozen=True):
    """What the screening of one event gives. ``verdict.alerts`` names the ids of ``alerts``, worst first.

    ``fingerprint`` is what is to be kept of an event that was stopped for what it says; only where the past was given.
    """

    verdict: Verdict
    alerts: tuple[Alert, ...]
    fingerprint: Fingerprint | None = None


class HasTables(Protocol):
    """Anything that carries tables, such as ``sekisho.Reference``."""

    @property
    def tables(self) -> Tables: ...


class Screener:
    """Screens events against one reference set.

    >>> from sekisho import Reference, Screener
    >>> screener = Screener(Reference.bundled())
    """

    def __init__(
        self,
        tables: Tables | HasTables,
        *,
        jurisdictions: Iterable[str] = (),
        timer_ns: Callable[[], int] = time.perf_counter_ns,
    ) -> None:
        """``jurisdictions`` (``JP``, ``US``, ``EU`` …) are those that bind the firm; none given: all."""
        self.tables = tables if isinstance(tables, Tables) else tables.tables
        self.binding = Binding(jurisdictions, self.tables.measures)
        #: the measures that bind
        self.measures = tuple(measure for measure in self.tables.measures if measure.jurisdiction in self.binding)
        self._plan = self.tables.plan if not self.binding.left_out else plan_of(self.measures, self.tables.goods)
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
        stopped: StoppedBefore | None = None,
        day: str | None = None,
    ) -> Screening:
        """Screen ``event`` with the law and the lists known at ``known_at``.

        ``now`` is written as the time of screening. ``trigger`` is ``event``, or ``reference`` or ``calendar``
        where an event that came earlier is screened again. ``notes`` of decoding are carried into the verdict.
        ``stopped`` is what is known of events that were stopped: one that is such an event once more, with a party, goods
        line or place removed or altered, is ``review`` at least. ``day`` is, for ``calendar``, the day that began with its
        time zone (``2023-02-03 Asia/Tokyo``), which tells its verdict from that of another day; without it UTC's.
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
        jurisdictions: tuple[JurisdictionVerdict, ...] = ()
        fingerprint = None
        all_notes = list(notes)
        if isinstance(event, Shipment) and event.status == "cancelled":
            all_notes.append("cancelled: nothing is exported, so nothing is screened")
        else:
            findings = self.look_up(event, reference, known_at=known_at, trigger=trigger, gone_since=gone_since)
            all_notes += findings.notes
            all_notes += _day_notes(findings.facts)
            all_notes += self.binding.notes
            raised, unbound = roll_up(findings, self._plan, self.binding)
            all_notes += unbound
            alerts = [
                Alert(
                    alert_id=alert_id(event_type(event), reference, one.found.screened),
                    verdict=one.verdict,
                    severity=severity(one.verdict, one.matches, one.triggered),
                    status="new",
                    trigger=trigger,
                    raised_at=now,
                    event=said,
                    subject=one.found.screened.subject,
                    matches=tuple(one.matches),
                    measures=applied(one.triggered),
                    message=message(one.found.screened.subject, one.matches, one.triggered, one.verdict),
                    engine=engine,
                    stale_lists=tuple(stale_lists),
                )
                for one in raised
            ]
            if stopped is not None and (raised or stopped.fingerprints or stopped.held):
                again, fingerprint = self._against_the_past(stopped, event, origin, raised, said, engine, trigger, now)
                alerts += (msgspec.structs.replace(alert, stale_lists=tuple(stale_lists)) for alert in again)
            jurisdictions = by_jurisdiction(raised)
            alerts.sort(key=lambda alert: (-RANK[alert.verdict], alert.alert_id))
        days = (day or f"{known_at.date().isoformat()} UTC",) if trigger == "calendar" else ()
        coordinates = (origin.topic, str(origin.partition), str(origin.offset), str(origin.index))
        verdict_record = Verdict(
            verdict_id=digest("verdict", *coordinates, self.tables.hash, trigger, *days),
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
            jurisdictions=jurisdictions,
        )
        return Screening(verdict_record, tuple(alerts), fingerprint)

    def _against_the_past(
        self,
        stopped: StoppedBefore,
        event: Event,
        origin: Origin,
        raised: Sequence[Raised],
        said: EventRef,
        engine: Engine,
        trigger: str,
        now: datetime,
    ) -> tuple[list[Alert], Fingerprint | None]:
        """The alert of a stopped event that came again, or that stands since it did; and what is to be kept of this one."""
        sketcher = stopped.sketcher
        parts, stops = sketcher.sketch(event), stops_of(raised, sketcher)
        reference = said.business_reference
        found = resubmissions(event, reference, parts, stops, stopped.fingerprints)
        if found:
            alerts = [alert_of(found, stopped, event, said, trigger=trigger, at=now, engine=engine)]
        else:
            # What was altered between two versions, no list and no day undoes: a rescreening leaves it as it is.
            alerts = [
                msgspec.structs.replace(alert, status="new", trigger=trigger, raised_at=now, event=said, engine=engine)
                for alert in stopped.held
                if trigger != "event" or stays(alert, parts, stops, stopped.fingerprints)
            ]
        return alerts, fingerprint_of(event, reference, origin, parts, stops, sketcher, at=now)

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
        asked = {measure.id for measure in self._plan.measures(facts)}
        steps = []
        for measure in self.measures:
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


def _day_notes(facts: Facts) -> list[str]:
    """The note of the day of the act belongs to the event, whichever zone it was worked out in."""
    note = facts.day("UTC").note
    return [note] if note else []
