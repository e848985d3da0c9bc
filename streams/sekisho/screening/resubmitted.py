"""The alert of an event that is a stopped one sent again, altered: the two versions, part by part, for a person to compare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from sekisho.model import Alert, Engine, EventRef, Evidence, Fingerprint, Match, Part, Stop, event_type
from sekisho.model.event import Event
from sekisho.screening import subjects
from sekisho.screening.sketch import VERSION, Sketched, Sketcher
from sekisho.screening.stripping import Difference, Resubmission, is_restored, resubmission, said_by, standing

#: Stands where a list's id does: what was met is an event that was stopped.
STOPPED = "stopped-events"
#: The kind of the evidence: one part in two versions.
FEATURE = "stripping"

#: Of the stopped events that an event may be, those that are shown; and the parts of each (the rest is counted).
SHOWN_EVENTS, SHOWN_PARTS = 3, 20
#: Parts that the sentence names.
_NAMED = 3
#: Characters of a value.
_LONGEST = 200

#: Stands for what is known of a version that is not there in the clear.
HASHES = "kept as hashes"

#: Fields that are shown of a part whatever has changed in it: who or what it is.
_SAYING = ("name", "description", "value", "un_location_code", "country", "imo_number")
#: A field that nobody needs to read to decide.
_HIDDEN = frozenset({"account", "token"})


class StoppedBefore(msgspec.Struct, frozen=True):
    """What the Screener is told of the past.

    ``fingerprints`` of stopped events that this one may be once more, as ``StoppedEvents.before`` gives them; ``events``
    those of them that are still there in the clear, by ``fingerprint_id``, so that both versions can be shown; ``held``
    the alerts of this reference that say it is a resubmission, and stand. The ``sketcher`` has the key that the
    fingerprints were made with.
    """

    sketcher: Sketcher
    fingerprints: tuple[Fingerprint, ...] = ()
    events: Mapping[str, Event] = {}
    held: tuple[Alert, ...] = ()


def is_resubmission(alert: Alert) -> bool:
    """Whether this alert is of an event that was stopped and came again."""
    return alert.subject.kind == "event" and alert.subject.role == subjects.RESUBMISSION


def resubmissions(
    event: Event, reference: str, parts: Sequence[Sketched], stops: Sequence[Stop], before: Sequence[Fingerprint]
) -> list[Resubmission]:
    """The stopped events that ``event`` is once more: of its own reference first, then the most alike."""
    if not before:
        return []
    said, now = said_by(parts), standing(stops)
    found = [one for was in before if (one := resubmission(event, reference, parts, now, was, said)) is not None]
    found.sort(key=lambda one: (not one.same_reference, -one.similarity, -one.fingerprint.stopped_at.timestamp()))
    return found[:SHOWN_EVENTS]


def stays(alert: Alert, parts: Sequence[Sketched], stops: Sequence[Stop], before: Iterable[Fingerprint]) -> bool:
    """Whether an alert that was raised for an earlier version of the event stands for this one, too.

    It goes where what was stripped is there again. Altering more, or waiting until the window is over, does not shake it off.
    """
    places = {match.entry_id for match in alert.matches}
    now = standing(stops)
    return not any(place_of(was) in places and is_restored(parts, now, was) for was in before)


def alert_of(
    found: Sequence[Resubmission],
    before: StoppedBefore,
    event: Event,
    said: EventRef,
    *,
    trigger: str,
    at: datetime,
    engine: Engine,
) -> Alert:
    """One alert over everything ``found`` (at least one). ``review``, and loud where an act was stopped as not allowed."""
    screened = subjects.of_resubmission(said.business_reference)
    stopped = any(one.fingerprint.verdict in ("prohibited", "licence_required") for one in found)
    return Alert(
        alert_id=subjects.alert_id(event_type(event), said.business_reference, screened),
        verdict="review",
        severity="high" if stopped else "medium",
        status="new",
        trigger=trigger,
        raised_at=at,
        event=said,
        subject=screened.subject,
        matches=tuple(_match(one, before) for one in found),
        measures=(),
        message=_message(found[0], event_type(event)),
        engine=engine,
    )


def _match(one: Resubmission, before: StoppedBefore) -> Match:
    was = one.fingerprint
    event = before.events.get(was.fingerprint_id)
    clear = {_key(part.part): part for part in before.sketcher.sketch(event)} if event is not None else {}
    shown = one.differences[:SHOWN_PARTS]
    evidence = [_evidence(difference, clear, was.stops) for difference in shown]
    if len(one.differences) > len(shown):
        evidence.append(Evidence(FEATURE, "", "", f"and {len(one.differences) - len(shown)} more parts differ"))
    return Match(
        list_id=STOPPED,
        list_version=str(VERSION),
        entry_id=place_of(was),
        name=f"{was.business_reference}, stopped {was.stopped_at:%Y-%m-%d} ({was.verdict.replace('_', ' ')})",
        matched_name=was.business_reference,
        score=one.similarity,
        name_score=one.similarity,
        identity="neutral",
        grade="exact" if one.same_reference else "strong",
        evidence=tuple(evidence),
    )


def place_of(was: Fingerprint) -> str:
    """``topic/partition/offset/index``: where the stopped event is."""
    origin = was.origin
    return f"{origin.topic}/{origin.partition}/{origin.offset}/{origin.index}"


def _evidence(difference: Difference, clear: Mapping[tuple[object, ...], Sketched], stops: Iterable[Stop]) -> Evidence:
    then = clear.get(_key(difference.before)) if difference.before is not None else None
    met = _met(difference.before, stops)
    if difference.before is None:
        entry = ""
    elif then is not None:
        entry = _told(then, difference.fields)
    else:
        entry = HASHES
    query = _told(difference.now, difference.fields) if difference.now is not None else ""
    return Evidence(FEATURE, query, entry, f"{_named(difference)}{f'; it had met {met}' if met else ''}")


def _key(part: Part) -> tuple[object, ...]:
    return part.kind, part.role, tuple(sorted(part.fields.items()))


def _told(one: Sketched, fields: Iterable[str]) -> str:
    """What the part says in the clear: who or what it is, and what differs."""
    wanted = dict.fromkeys((*_SAYING, *fields))
    said = [
        text if name in _SAYING else f"{name.replace('_', ' ')} {text}"
        for name in wanted
        if name not in _HIDDEN and (text := one.values.get(name, ""))
    ]
    text = ", ".join(said)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _named(difference: Difference) -> str:
    """``consignee altered: name, address``"""
    part = difference.part
    what = part.kind if part.role in (part.kind, "other") else part.role.replace("_", " ")
    if difference.how not in ("altered", "completed"):
        return f"{what} {difference.how}"
    fields = (name.replace("_", " ") for name in difference.fields if name != "token")
    return f"{what} {difference.how}: {', '.join(fields)}"


def _met(part: Part | None, stops: Iterable[Stop]) -> str:
    if part is None:
        return ""
    met = dict.fromkeys(one for stop in stops if stop.subject == part.subject for one in stop.met)
    return ", ".join(list(met)[:3])


def _message(one: Resubmission, kind: str) -> str:
    """One sentence a person can act on. It quotes nothing of the event but references."""
    was = one.fingerprint
    strips = [difference for difference in one.differences if difference.strips]
    named = list(dict.fromkeys(_named(difference) for difference in strips))
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    met = list(dict.fromkeys(entry for stop in one.gone for entry in stop.met[:1]))
    lost = f"; {', '.join(met[:_NAMED])} had been met" if met else ""
    again = "it" if one.same_reference else f"{was.business_reference} under another reference"
    what = "Shipment" if kind == "shipment" else "Payment"
    return (
        f"{what} was stopped ({was.verdict.replace('_', ' ')}) on {was.stopped_at:%Y-%m-%d} at {place_of(was)}, and this is "
        f"{again} once more, altered: {', '.join(named[:_NAMED])}{more}{lost} — review: hold it, compare the two versions and decide."
    )
