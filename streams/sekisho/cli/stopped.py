"""Events that were stopped and came again, altered: what commands know of them, and both versions side by side."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec

from sekisho.agents.fingerprint_reader import sketcher_of
from sekisho.cli.alert_events import AlertEvents
from sekisho.cli.judge import Judge
from sekisho.errors import EventError
from sekisho.model import Alert, Event, Fingerprint, Match, Origin
from sekisho.reference.log_reader import partitions, records_to
from sekisho.screening import Screening
from sekisho.screening.resubmitted import HASHES, StoppedBefore, place_of
from sekisho.screening.sketch import Sketcher
from sekisho.screening.stopped_events import StoppedEvents
from sekisho.settings import Settings
from sekisho.wire.codec import decode

#: Of a file, so many stopped events are held.
FILE_EVENTS = 100_000


class FilePast:
    """What a file has shown so far: each of its events is held against those before it."""

    def __init__(self, window_days: int) -> None:
        self._sketcher = Sketcher()
        self._stopped = StoppedEvents(
            self._sketcher, window=timedelta(days=window_days), max_count=FILE_EVENTS, max_bytes=1 << 30
        )
        self._events: dict[str, Event] = {}

    def before(self, event: Event, origin: Origin) -> StoppedBefore:
        """What is known when ``event`` comes, at its own time."""
        found = self._stopped.before(event, origin, event.event_time)
        known = {one.fingerprint_id: self._events[one.fingerprint_id] for one in found}
        return StoppedBefore(self._sketcher, found, known)

    def after(self, event: Event, screening: Screening) -> None:
        kept = screening.fingerprint
        if kept is not None:
            self._stopped.put(msgspec.structs.replace(kept, stopped_at=event.event_time))
            self._events[kept.fingerprint_id] = event
            if len(self._events) > 2 * FILE_EVENTS:
                self._events = {key: one for key, one in self._events.items() if key in self._stopped}


class StoppedRecords:
    """The stopped events that an alert names, as far as they are still there."""

    def __init__(self, settings: Settings, consumer: Any, events: AlertEvents) -> None:
        self._topic = settings.topics.fingerprint
        self._consumer = consumer
        self._events = events
        self.sketcher = sketcher_of(settings)

    def of(self, alert: Alert, judge: Judge, missing: list[str], notes: list[str]) -> StoppedBefore:
        """Their fingerprints and events. What is gone is named in ``missing``, what a reader should know in ``notes``."""
        kept = self._kept({match.entry_id for match in alert.matches})
        fingerprints: list[Fingerprint] = []
        events: dict[str, Event] = {}
        for match in alert.matches:
            gone: list[str] = []
            topic, partition, offset, index = match.entry_id.rsplit("/", 3)
            place = {"topic": topic, "partition": int(partition), "offset": int(offset), "index": int(index)}
            passed = self._events.at(msgspec.structs.replace(alert.event, **place), gone)
            one = kept.get(match.entry_id)
            if one is None and passed is not None:
                known_at = alert.engine.known_at
                again = judge.screen(
                    passed, known_at=known_at, now=known_at, trigger="event", stopped=StoppedBefore(self.sketcher)
                )
                one = again.fingerprint
                notes.append(f"the fingerprint of {match.entry_id} is gone; it is made again from the event")
            if one is None:
                missing.append(f"the stopped event {match.entry_id}: its fingerprint is gone from {self._topic}")
                missing.extend(gone)
                continue
            fingerprints.append(one)
            if passed is not None:
                events[one.fingerprint_id] = passed.event
            else:
                notes.append(f"only hashes are left of one version: {'; '.join(gone)}")
        return StoppedBefore(self.sketcher, tuple(fingerprints), events)

    def _kept(self, places: set[str]) -> dict[str, Fingerprint]:
        """Place: fingerprint."""
        parts = partitions(self._consumer, (self._topic,))
        self._consumer.assign(parts)
        self._consumer.seek_to_beginning(*parts)
        found: dict[str, Fingerprint] = {}
        for _, record in records_to(self._consumer, self._consumer.end_offsets(parts)):
            if record.value is None:  # it was taken back
                taken = (record.key or b"").decode("utf-8", "replace")
                found = {place: one for place, one in found.items() if one.fingerprint_id != taken}
                continue
            try:
                one: Fingerprint = decode("fingerprint", record.value)
            except EventError:
                continue
            # Under another key or in an older form the two cannot be compared.
            if place_of(one) in places and one.key_id == self.sketcher.key_id:
                found[place_of(one)] = one
        return found


def as_told(alert: Alert, before: StoppedBefore) -> StoppedBefore:
    """``before`` as the worker knew it: one that had only hashes of the other version showed nothing else of it."""
    only_hashes = any(piece.entry == HASHES for match in alert.matches for piece in match.evidence)
    return msgspec.structs.replace(before, events={}) if only_hashes else before


def versions(match: Match) -> Iterator[tuple[str, str, str]]:
    """Both versions, part by part: what happened to it, what the stopped one said, what this one says."""
    for piece in match.evidence:
        yield piece.effect, piece.entry or "—", piece.query or "—"


def in_lines(match: Match) -> Iterator[str]:
    """The same as lines for people."""
    yield f"  compare    with {match.name}, at {match.entry_id}; {match.score:.0%} of the rest is the same"
    for what, then, now in versions(match):
        yield f"             {what}"
        if (then, now) != ("—", "—"):
            yield f"               then: {then}"
            yield f"               now:  {now}"
