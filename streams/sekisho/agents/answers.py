"""What one event is answered with: its screening held against its past, as records that are ready to be sent.

Live events and rescreenings both come through here, so that an alert has one life whatever brings it up again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal

import msgspec

from sekisho.agents.delivery import Headers, Outgoing
from sekisho.agents.marks import mark_of
from sekisho.agents.open_events import Kept
from sekisho.agents.wiring import Wiring
from sekisho.errors import EventError
from sekisho.metrics import Metrics
from sekisho.model import (
    Alert,
    Fingerprint,
    OpenEvent,
    OpenEventBeginning,
    Origin,
    Payment,
    Verdict,
    business_reference,
)
from sekisho.model.event import Event
from sekisho.screening import Screener, Screening
from sekisho.screening.lifecycle import Step, advance, gone_since
from sekisho.screening.probes import probes
from sekisho.screening.resubmitted import StoppedBefore, is_resubmission
from sekisho.screening.severity import Rule, graded
from sekisho.screening.stopped_events import StoppedEvents
from sekisho.settings import Settings
from sekisho.wire import Decoded

Kind = Literal["shipment", "payment"]


class Source(msgspec.Struct, frozen=True):
    """Where an event stands: its coordinates, the bytes it came as, and the headers that caused it."""

    origin: Origin
    value: bytes
    content_type: str | None = None
    headers: Any = ()


class Answer(msgspec.Struct):
    """``opened`` is the record of the open-event topic (a tombstone ends it), ``kept`` what memory holds of it then.

    ``sketched`` is the record of the fingerprint topic: of ``fingerprint``, where the event is stopped, or the tombstone of
    ``taken_back``, where a rescreening found that it is not any more. Whoever sends it changes the memory of them, too.
    """

    reference: str
    alerts: list[tuple[Alert, Outgoing]]
    verdict: tuple[Verdict, Outgoing] | None
    changed: bool
    opened: Outgoing | None = None
    kept: bytes | None = None
    sketched: Outgoing | None = None
    fingerprint: Fingerprint | None = None
    taken_back: str | None = None

    def remember(self, stopped: StoppedEvents) -> None:
        """Have ``stopped`` know what follows for it."""
        if self.fingerprint is not None:
            stopped.put(self.fingerprint, self.sketched.value if self.sketched is not None else None)
        elif self.taken_back is not None:
            stopped.discard(self.taken_back)


class Answerer:
    """Screens the events of one kind and says what follows."""

    def __init__(
        self,
        kind: Kind,
        *,
        settings: Settings,
        wiring: Wiring,
        metrics: Metrics,
        keep: bool = True,
        stopped: StoppedEvents | None = None,
    ) -> None:
        """Without ``keep``, or with a window of no days, nothing is kept of an event: each is answered by itself.

        ``stopped`` are the events that were stopped; without it none is known again when it is sent once more.
        """
        self.kind: Kind = kind
        self._stopped = stopped
        self._wiring = wiring
        self._metrics = metrics
        self._mode = settings.output.verdicts
        self._severities = msgspec.convert([rule.model_dump() for rule in settings.output.severities], tuple[Rule, ...])
        self._window = timedelta(days=settings.worker.rescreen_window_days if keep else 0)
        self._after_settlement = timedelta(days=settings.worker.payment_open_days)

    @property
    def keeps(self) -> bool:
        """Whether open events are kept at all."""
        return bool(self._window)

    def answer(
        self,
        screener: Screener,
        decoded: Decoded,
        source: Source,
        past: OpenEvent | None,
        *,
        known_at: datetime,
        now: datetime,
        trigger: str = "event",
        stale_lists: Sequence[str] = (),
        open_until: int | None = None,
        day: str | None = None,
    ) -> Answer:
        """``open_until`` (Unix seconds) stays for a rescreening; an event that comes has its own.

        ``day`` is the one that began, with its time zone, where that is what triggered it.
        """
        event = decoded.event
        screened = screener.screen(
            event,
            source.origin,
            known_at=known_at,
            now=now,
            trigger=trigger,
            stale_lists=stale_lists,
            notes=decoded.notes,
            gone_since=gone_since(past, event),
            stopped=self._stopped_before(event, source.origin, past, now, trigger),
            day=day,
        )
        screening = graded(screened, self._severities)
        self._metrics.screening_duration.observe(screening.verdict.duration_us / 1e6)
        reference = business_reference(event, source.origin)
        if not self._window:
            answer = self._plain(reference, screening, source)
            self._sketch(answer, event, screening, None)
            return answer
        step = advance(
            past, event, source.origin, screening, value=source.value, content_type=source.content_type, day=day
        )
        answer = Answer(
            reference,
            [(alert, self._wiring.alert(alert, source.headers)) for alert in step.alerts],
            None,
            step.changed,
        )
        if self._is_wanted(step.verdict, past):
            answer.verdict = (step.verdict, self._wiring.verdict(step.verdict, source.headers))
        self._keep(answer, step, event, past, source.origin, open_until or self.open_until(event, now), now)
        self._sketch(answer, event, screening, past)
        return answer

    def _stopped_before(
        self, event: Event, origin: Origin, past: OpenEvent | None, now: datetime, trigger: str
    ) -> StoppedBefore | None:
        """What the Screener must know of stopped events. A rescreening looks for none: the event has come before."""
        if self._stopped is None:
            return None
        held = tuple(alert for alert in past.live if is_resubmission(alert)) if past is not None else ()
        if trigger != "event":
            return StoppedBefore(self._stopped.sketcher, held=held)
        found = self._stopped.before(event, origin, now)
        events = {}
        for one in found:
            # Where the version that was stopped is the one that is open, both can be shown in the clear.
            if past is not None and _place(past.origin) == _place(one.origin):
                try:
                    events[one.fingerprint_id] = self.reopened(past).event
                except EventError:
                    continue
        return StoppedBefore(self._stopped.sketcher, found, events, held)

    def _sketch(self, answer: Answer, event: Event, screening: Screening, past: OpenEvent | None) -> None:
        """Have kept what is stopped, and taken back what a change of lists or a day let go."""
        if self._stopped is None:
            return
        if screening.fingerprint is not None:
            answer.fingerprint = screening.fingerprint
            answer.sketched = self._wiring.fingerprint(screening.fingerprint)
        elif screening.verdict.trigger != "event" and past is not None and past.verdict.verdict != "clear":
            sketcher = self._stopped.sketcher
            parts = (one.part for one in sketcher.sketch(event))
            answer.taken_back = sketcher.identity(event, answer.reference, parts)
            answer.sketched = self._wiring.no_fingerprint(answer.taken_back)

    def _plain(self, reference: str, screening: Screening, source: Source) -> Answer:
        """Nothing is kept: each event is answered by itself."""
        wiring, verdict = self._wiring, screening.verdict
        alerts = [(alert, wiring.alert(alert, source.headers)) for alert in screening.alerts]
        wanted = (verdict, wiring.verdict(verdict, source.headers)) if self._is_wanted(verdict, None) else None
        return Answer(reference, alerts, wanted, changed=True)

    def _keep(
        self,
        answer: Answer,
        step: Step,
        event: Event,
        past: OpenEvent | None,
        origin: Origin,
        open_until: int,
        now: datetime,
    ) -> None:
        partition = origin.partition
        state = step.state if open_until > now.timestamp() else None
        if state is None:
            if past is not None:
                answer.opened = self._wiring.closed_event(self.kind, answer.reference, partition)
            return
        mark = mark_of(
            state.reference_sequence,
            open_until,
            alerts=bool(state.live),
            probes=self._probes(state, event, origin),
        )
        answer.opened = self._wiring.open_event(state, mark, partition)
        assert answer.opened.value is not None
        answer.kept = Kept.pack(self.kind, mark, answer.opened.value)

    def _probes(self, state: OpenEvent, event: Event, origin: Origin) -> list[int]:
        """Of the event that is kept, which a late one does not replace; none where they cannot be told."""
        if state.origin != origin:
            try:
                event = self.reopened(state).event
            except EventError:
                return []
        return [number for number, _ in probes(event)]

    def _is_wanted(self, verdict: Verdict, past: OpenEvent | None) -> bool:
        """``hits`` has every verdict that is one, and that which says that one is no more."""
        if self._mode != "hits":
            return self._mode == "all"
        return verdict.verdict != "clear" or (past is not None and past.verdict.verdict != "clear")

    def open_until(self, event: Event, now: datetime) -> int:
        """When the event is forgotten, should nothing more come (Unix seconds).

        A shipment after the window; a payment some days after its settlement (its own day, where it names none).
        """
        until = now + self._window
        if isinstance(event, Payment):
            settled = event.settlement_date or event.event_time.date()
            # to the end of that day everywhere on earth
            until = min(until, datetime.combine(settled, time(), UTC) + timedelta(days=2) + self._after_settlement)
        return int(until.timestamp())

    def glimpse(self, state: OpenEventBeginning) -> Event | None:
        """The event that an open-event record keeps, for a look at its probes; None where it has to be reopened for that."""
        try:
            return self._wiring.glimpse(self.kind, state.value, _headers(state))
        except EventError:
            return None

    def reopened(self, state: OpenEvent) -> Decoded:
        """The event that an open-event record keeps. Raises EventError where this version cannot read it."""
        found = self._wiring.decode(self.kind, state.value, _headers(state))
        for one in found:
            # one transaction of a message is kept by itself, without the others
            if one.index == state.origin.index or len(found) == 1:
                return msgspec.structs.replace(one, index=state.origin.index)
        raise EventError("the record no longer holds the transaction", reason="invalid")


def _headers(state: OpenEvent | OpenEventBeginning) -> Headers:
    return [("content-type", state.content_type.encode())] if state.content_type else []


def _place(origin: Origin) -> tuple[str, int, int, int]:
    return origin.topic, origin.partition, origin.offset, origin.index
