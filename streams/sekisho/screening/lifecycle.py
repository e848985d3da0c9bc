"""The life of an alert over the events and rescreenings of one business reference: new, updated, closed.

Pure: what is known of the past comes in as the open-event record, what is to be kept goes out as the next
one. The worker that owns a partition is the only writer of its records, so a reference has one history.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from sekisho.model import Alert, OpenEvent, Origin, Shipment, Verdict, business_reference, event_type
from sekisho.model.event import GONE, Event
from sekisho.screening.resubmitted import is_resubmission
from sekisho.screening.screener import Screening

#: A shipment in one of these needs no watching: nothing that begins later can touch it.
_ENDED = frozenset({"delivered", "cancelled"})


class Step(msgspec.Struct, frozen=True):
    """What follows from one screening: the records to publish, and the state to keep (None: it is no longer open)."""

    alerts: tuple[Alert, ...]
    verdict: Verdict
    state: OpenEvent | None
    #: whether anything differs from what was last said; a rescreening that changes nothing publishes nothing
    changed: bool


def gone_since(past: OpenEvent | None, event: Event) -> datetime | None:
    """``event_time`` of the first event that showed the shipment gone, ``event`` included."""
    known = past.gone_since if past is not None else None
    if not isinstance(event, Shipment) or event.status not in GONE:
        return known
    return min(known, event.event_time) if known is not None else event.event_time


def is_redelivery(past: OpenEvent | None, origin: Origin) -> bool:
    """Whether this very record is the one that the state was written for."""
    return past is not None and _place(past.origin) == _place(origin)


def is_late(past: OpenEvent | None, event: Event, origin: Origin) -> bool:
    """Whether a newer event of the same reference has already been screened."""
    if past is None or is_redelivery(past, origin):
        return False
    if event.event_time != past.event_time:
        return event.event_time < past.event_time
    return _is_before(origin, past.origin)


def advance(
    past: OpenEvent | None,
    event: Event,
    origin: Origin,
    screening: Screening,
    *,
    value: bytes,
    content_type: str | None = None,
    day: str | None = None,
) -> Step:
    """The next step after ``screening`` of ``event``, which came as ``value``.

    - A redelivery sends the recorded records again, whatever has happened since.
    - A late event opens alerts that are not yet held; it updates and closes none and is not kept. One from before the
      recorded offset has been answered before: what it opens has been closed since and is not held.
    - Any other event, and any rescreening, is the truth from now on: alerts that are new are ``new``,
      those that say something else are ``updated``, those that no longer hold are ``closed``.

    ``day`` is the one that a ``calendar`` screening is for, with its time zone.
    """
    live = screening.verdict.trigger == "event"
    if past is not None and live and is_redelivery(past, origin) and past.value == value:
        return Step(past.sent, past.verdict, past, changed=False)
    held = {alert.alert_id: alert for alert in past.live} if past is not None else {}
    if past is not None and live and is_late(past, event, origin):
        fresh = tuple(alert for alert in screening.alerts if alert.alert_id not in held)
        kept = past if _is_before(origin, past.origin) else msgspec.structs.replace(past, live=(*past.live, *fresh))
        return Step(fresh, screening.verdict, kept, changed=bool(fresh))
    records, now_live = [], []
    for alert in screening.alerts:
        before = held.pop(alert.alert_id, None)
        if before is None:
            records.append(alert)
            now_live.append(alert)
        elif says(alert) != says(before):
            updated = msgspec.structs.replace(alert, status="updated")
            records.append(updated)
            now_live.append(updated)
        else:
            now_live.append(before)
    ends = isinstance(event, Shipment) and event.status in _ENDED
    if isinstance(event, Shipment) and event.status == "delivered":
        # Delivered goods cannot be called back: what was open stays open for the people who work on it.
        held.clear()
    again = next((alert.alert_id for alert in now_live if is_resubmission(alert)), None)
    records += [_closed(alert, event, screening.verdict, again, day) for alert in held.values()]
    verdict = screening.verdict
    if past is not None:
        verdict = msgspec.structs.replace(verdict, supersedes=past.verdict.verdict_id)
    changed = bool(records) or past is None or verdict.verdict != past.verdict.verdict
    if ends:
        return Step(tuple(records), verdict, None, changed)
    state = OpenEvent(
        business_reference=business_reference(event, origin),
        kind=event_type(event),
        origin=origin,
        event_time=event.event_time,
        value=value,
        content_type=content_type,
        gone_since=gone_since(past, event),
        reference_sequence=verdict.engine.reference_sequence,
        verdict=verdict,
        live=tuple(now_live),
        sent=tuple(records),
    )
    return Step(tuple(records), verdict, state, changed)


def _is_before(one: Origin, other: Origin) -> bool:
    """Whether ``one`` stands before ``other`` in the same log."""
    same_log = (one.topic, one.partition) == (other.topic, other.partition)
    return same_log and (one.offset, one.index) < (other.offset, other.index)


def _place(origin: Origin) -> tuple[str, int, int, int]:
    return origin.topic, origin.partition, origin.offset, origin.index


def says(alert: Alert) -> tuple[object, ...]:
    """What makes an alert another for its reader.

    A list's new version alone does not, nor does a score: how rare a word is depends on what else a table holds, so a
    new item would shift the scores of all others.
    """
    return (
        alert.verdict,
        alert.severity,
        tuple(sorted((m.list_id, m.entry_id, m.grade, m.identity) for m in alert.matches)),
        tuple((m.measure_id, m.effect, m.in_force_from, m.in_force) for m in alert.measures),
    )


def _closed(alert: Alert, event: Event, verdict: Verdict, again: str | None, day: str | None) -> Alert:
    """``again`` is the alert that asks to compare the two versions, where this update stripped what was met."""
    engine = verdict.engine
    if verdict.trigger == "reference":
        why = f"reference set {engine.reference_sequence} no longer holds what it met"
    elif verdict.trigger == "calendar":
        why = f"what it met no longer applies on {day or engine.known_at.date().isoformat()}"
    elif isinstance(event, Shipment) and event.status == "cancelled":
        why = f"the shipment is cancelled (event {event.event_id})"
    else:
        why = f"event {event.event_id} no longer holds what was met"
        if again is not None and not is_resubmission(alert):
            why += f", and is held for that as alert {again}"
    return msgspec.structs.replace(
        alert,
        status="closed",
        verdict="clear",
        trigger=verdict.trigger,
        raised_at=verdict.screened_at,
        event=verdict.event,
        engine=engine,
        stale_lists=verdict.stale_lists,
        message=f"Closed: {why}. It had said: {alert.message}",
    )
