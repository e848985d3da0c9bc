"""From a screening to what is kept of it, where it stopped the event: why it did, and the sketch of what was said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from sekisho.model import Fingerprint, Origin, Part, Stop, event_type, worst
from sekisho.model.event import Event
from sekisho.screening.roll_up import Raised
from sekisho.screening.sketch import VERSION, Sketched, Sketcher, word

#: Parts that a fingerprint keeps; those that an alert named go first. An honest event has some ten.
MAX_PARTS = 200
#: Alerts and entries of one alert that it keeps.
MAX_STOPS, MAX_MET = 32, 8


def stops_of(raised: Iterable[Raised], sketcher: Sketcher) -> list[Stop]:
    """Why the event is stopped, in the order of ``raised``."""
    return [
        Stop(
            subject=sketcher.subject(one.found.screened),
            kind=one.found.screened.subject.kind,
            role=word(one.found.screened.subject.role),
            verdict=one.verdict,
            met=_met(one),
        )
        for one in raised
    ]


def _met(one: Raised) -> tuple[str, ...]:
    if one.matches:
        return tuple(f"{match.list_id} {match.entry_id}" for match in one.matches[:MAX_MET])
    # A measure that only asks for what was not stated is answered by stating it.
    return tuple(f"measure {spoke.measure.id}" for spoke in one.triggered if not spoke.missing)[:MAX_MET]


def fingerprint_of(
    event: Event,
    reference: str,
    origin: Origin,
    parts: Sequence[Sketched],
    stops: Sequence[Stop],
    sketcher: Sketcher,
    *,
    at: datetime,
) -> Fingerprint | None:
    """What is kept of ``event``, stopped ``at`` that time; None where nothing stopped it."""
    if not stops:
        return None
    named = _Named(stops)
    marked = [named.mark(one.part) for one in parts]
    kept = sorted(marked, key=lambda part: not part.stopped)[:MAX_PARTS]
    return Fingerprint(
        fingerprint_id=sketcher.identity(event, reference, (one.part for one in parts)),
        sketch=VERSION,
        key_id=sketcher.key_id,
        kind=event_type(event),
        business_reference=reference,
        origin=msgspec.structs.replace(origin, key=None),
        event_id=event.event_id,
        event_time=event.event_time,
        stopped_at=at,
        verdict=worst(*(stop.verdict for stop in stops)),
        stops=tuple(stops[:MAX_STOPS]),
        parts=tuple(kept),
        anchors=sketcher.anchors(event),
        whole=len(kept) == len(marked),
    )


class _Named:
    """What alerts named: subjects, parties by their address, and the end use that a measure asks for."""

    def __init__(self, stops: Iterable[Stop]) -> None:
        some = list(stops)
        self._subjects = {stop.subject for stop in some}
        self._addresses = {stop.role for stop in some if stop.kind == "place"}
        self._end_use = any(stop.kind == "event" and stop.met for stop in some)

    def mark(self, part: Part) -> Part:
        """``part`` with whether an alert named it."""
        named = (
            part.subject in self._subjects
            or (part.kind == "party" and f"{part.role}_address" in self._addresses)
            or (part.role == "end_use" and self._end_use)
        )
        return msgspec.structs.replace(part, stopped=True) if named else part
