"""Rescreening: what changed in the reference set, or began at midnight, held against the events that have passed.

The worker that owns a partition rescreens it, after it has swapped to the new set itself: what it read before is
rescreened, what comes after is screened under the new set, and each reference has one writer. Only events that the change
can reach (``screening.reach``) are screened again; only what they say anew is published. Live traffic goes first.

A partition that is done has a progress record. Whoever is killed before loses nothing: the next owner begins where that
record stands, and what had been said already is said again under the same ids.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NoReturn, Protocol

import msgspec
from mode import Service
from prometheus_client import Counter

from sekisho.agents.answers import Answer, Answerer, Source
from sekisho.agents.delivery import Outgoing, Producer, is_too_large, outcomes, stop_hard
from sekisho.agents.findings import Findings
from sekisho.agents.gate import Gate, stale_lists
from sekisho.agents.open_events import Kept, Kind, OpenEvents, OpenPartition
from sekisho.agents.wiring import Wiring
from sekisho.errors import EventError, SchemaError, UnreachableError
from sekisho.metrics import Metrics
from sekisho.model import Alert, Progress
from sekisho.screening import Screener, Tables
from sekisho.screening.midnights import Midnights
from sekisho.screening.reach import Change, Reach
from sekisho.screening.stopped_events import StoppedEvents
from sekisho.settings import Settings

logger = logging.getLogger(__name__)

#: How soon a new set, or a midnight, is seen (seconds).
LOOK_S = 0.1
#: A rescreening keeps the event loop for at most about this long (seconds); live screening takes twice as much a turn.
TURN_S = 0.0025
#: Marks that are looked at in one turn.
TURN_MARKS = 5000
#: What says something else is sent together: so many events, or those of this time (seconds). Each sending waits for five
#: acknowledgements, one after the other; while it does, more come together, up to ``MOST_EVENTS``. A live event that waits for
#: one of them has them sent at once.
SEND_EVENTS, SEND_S, MOST_EVENTS = 100, 0.5, 400
#: Open events whose time is over are looked for this often (seconds).
EXPIRE_S = 60.0
#: Between two attempts while the schema registry does not answer (seconds).
RETRY_S = 1.0


class History(Protocol):
    """What the rescreener asks of the reference chain."""

    def change(self, sequence: int, tables: Tables) -> Change | None:
        """What differs between the set of that sequence and ``tables``; None where it can no longer be told."""
        ...

    def created_at(self, tables: Tables) -> datetime | None:
        """When the set of ``tables`` was made."""
        ...


class Interrupted(Exception):  # noqa: N818 - not an error
    """A newer set, or a rebalance: begin anew with what is so now."""


class Rescreener(Service):  # type: ignore[misc]
    """Keeps every owned partition held against the active set and the midnights that have passed."""

    def __init__(
        self,
        settings: Settings,
        *,
        open_events: OpenEvents,
        gate: Gate,
        wiring: Wiring,
        history: History,
        producer: Callable[[], Producer],
        metrics: Metrics,
        findings: Findings,
        stopped: StoppedEvents | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        die: Callable[[str], NoReturn] = stop_hard,
        **options: object,
    ) -> None:
        super().__init__(**options)
        self._stopped_events = stopped
        self._settings = settings
        self._open = open_events
        self._gate = gate
        self._wiring = wiring
        self._history = history
        self._producer = producer
        self._metrics = metrics
        self._findings = findings
        self._clock = clock
        self._die = die
        kinds: tuple[Kind, ...] = ("shipment", "payment")
        self._answerers = {
            kind: Answerer(kind, settings=settings, wiring=wiring, metrics=metrics, stopped=stopped) for kind in kinds
        }
        self._midnights: Midnights | None = None
        self._reaches: dict[int, Reach | None] = {}
        self._reaches_of: Tables | None = None
        #: from when to when, and what begins or ends between
        self._dawn: tuple[tuple[datetime, datetime], Reach] | None = None
        self._working = asyncio.Lock()
        self._paused = False
        self._expired_at = time.monotonic()

    # -- the loop ---------------------------------------------------------------------------------------------

    @Service.task  # type: ignore[untyped-decorator]
    async def _run(self) -> None:
        while not self.should_stop:
            try:
                async with self._working:
                    await self.look()
            except Interrupted:
                pass
            except (UnreachableError, SchemaError) as error:
                logger.warning("rescreening waits: %s", error)
                await self.sleep(RETRY_S)
            except Exception as error:
                logger.exception("rescreening failed")
                self._die(f"rescreening failed with {type(error).__name__}")
            await self.sleep(LOOK_S)

    async def pause(self) -> None:
        """Partitions go away: finish what is being sent, and begin nothing."""
        self._paused = True
        async with self._working:
            pass

    def resume(self) -> None:
        """Partitions have come, or stayed."""
        self._metrics.rescreen_sequence.clear()  # those that went are another's to show
        self._paused = False

    async def look(self) -> None:
        """Do all that is due now."""
        self._check()
        tables = self._tables
        parts = [part for part in self._open.all() if part.ready(tables.sequence)]
        self._show(parts)
        for part in parts:
            await self._hold_against_set(part, tables)
        self._reaches, self._reaches_of = {}, None
        now = self._clock()
        for part in parts:
            await self._make_up_midnights(part, tables, now)
        self._dawn = None
        if time.monotonic() - self._expired_at >= EXPIRE_S:
            self._expired_at = time.monotonic()
            for part in parts:
                await self._expire(part)

    def _check(self) -> None:
        """Raises Interrupted where nothing may be done now."""
        if self._paused or self.should_stop or self._gate.reasons:
            raise Interrupted

    @property
    def _tables(self) -> Tables:
        if self._gate.tables is None:
            raise Interrupted
        return self._gate.tables

    # -- the two causes ---------------------------------------------------------------------------------------

    async def _hold_against_set(self, part: OpenPartition, tables: Tables) -> None:
        done = part.progress
        if done is not None and (done.sequence, done.reference_hash) == (tables.sequence, tables.hash):
            return
        began = self._clock()
        known = done.sequence if done is not None else -1
        by_sequence: dict[int, list[str]] = {}
        for number, reference in enumerate(part.references()):
            kept = part.kept(reference)
            if kept is not None and (sequence := max(Kept.sequence(kept), known)) < tables.sequence:
                by_sequence.setdefault(sequence, []).append(reference)
            if number % TURN_MARKS == 0:
                await asyncio.sleep(0)
                self._check_still(part, tables)
        raised = 0
        for sequence, references in by_sequence.items():
            reach = await self._reach_since(sequence, tables)
            raised += await self._job(part, references, reach, tables, "reference")
        await self._done(part, tables, done.calendar_to if done is not None else began)
        if by_sequence:
            self._metrics.rescreen_jobs.labels("reference").inc()
        created = self._history.created_at(tables)
        if raised and created is not None:
            self._metrics.time_to_alert.observe(max(0.0, (self._clock() - created).total_seconds()))
            logger.info(
                "reference set %d: %d open events of %s/%d have other alerts",
                tables.sequence, raised, part.topic, part.partition,
            )  # fmt: skip

    async def _reach_since(self, sequence: int, tables: Tables) -> Reach | None:
        """What the sets since ``sequence`` reach; shared by partitions, for it learns what it does not reach."""
        if self._reaches_of is not tables:
            self._reaches_of, self._reaches = tables, {}
        if sequence not in self._reaches:
            self._reaches[sequence] = await asyncio.to_thread(self._reach, sequence, tables)
            self._check()
        return self._reaches[sequence]

    def _reach(self, sequence: int, tables: Tables) -> Reach | None:
        change = self._history.change(sequence, tables)
        return Reach(change, tables) if change is not None else None

    async def _make_up_midnights(self, part: OpenPartition, tables: Tables, now: datetime) -> None:
        done = part.progress
        if done is None:
            return
        midnights = self._midnights
        if midnights is None or midnights.tables is not tables or midnights.after > done.calendar_to:
            midnights = self._midnights = await asyncio.to_thread(Midnights, tables, done.calendar_to)
            self._check()
        first = midnights.next(done.calendar_to)
        if first is None or first > now:
            return
        if self._dawn is None or self._dawn[0] != (done.calendar_to, now):
            change = midnights.due(done.calendar_to, now)
            self._dawn = (done.calendar_to, now), await asyncio.to_thread(Reach, change, tables)
            self._check()
        reach = self._dawn[1]
        day = midnights.day(done.calendar_to, now)
        await self._job(part, part.references(), reach, tables, "calendar", day)
        await self._done(part, tables, now)
        self._metrics.rescreen_jobs.labels("calendar").inc()

    # -- a job ------------------------------------------------------------------------------------------------

    async def _job(
        self,
        part: OpenPartition,
        references: Sequence[str],
        reach: Reach | None,
        tables: Tables,
        trigger: str,
        day: str | None = None,
    ) -> int:
        """Hold ``references`` against ``reach`` (None: screen all of them again). How many say something else now.

        ``day`` began last of those that ``calendar`` makes up.
        """
        waiting, changed = list(references), 0
        counts = {"passed_over": 0, "unchanged": 0, "changed": 0}
        answers: list[Answer] = []
        #: what was screened before is on its way out while the next is screened
        sending: asyncio.Task[None] | None = None
        turn_ends = send_at = time.monotonic() + TURN_S
        pending = self._metrics.rescreen_pending
        pending.set(len(waiting))
        try:
            while waiting:
                busy: list[str] = []
                for number, reference in enumerate(waiting):
                    if reference in part.answering:
                        busy.append(reference)  # a live event of it is on its way out: after that
                        continue
                    answer, outcome = self._again(part, reference, reach, tables, trigger, day)
                    counts[outcome] += 1
                    now = time.monotonic()
                    if answer is not None:
                        if not answers:
                            send_at = now + SEND_S
                        answers.append(answer)
                    due = answers and (len(answers) >= SEND_EVENTS or now > send_at or part.is_waited_for)
                    if due and (sending is None or sending.done() or len(answers) >= MOST_EVENTS):
                        if sending is not None:
                            await sending
                        part.is_waited_for = False
                        sending = asyncio.create_task(self._send(part, answers))
                        answers = []
                    if now > turn_ends:
                        pending.set(len(waiting) - number + len(busy))
                        await asyncio.sleep(0)
                        self._check_still(part, tables)
                        turn_ends = time.monotonic() + TURN_S
                if busy:
                    # Those may be answered in one batch with an event that waits for what is not sent yet.
                    if sending is not None:
                        await sending
                    sending, some, answers = None, answers, []
                    await self._send(part, some)
                    await asyncio.sleep(LOOK_S)
                    self._check_still(part, tables)
                waiting = busy
        finally:
            if sending is not None:
                await sending
            await self._send(part, answers)
            pending.set(0)
            changed = counts["changed"]
            for outcome, count in counts.items():
                self._metrics.rescreened.labels(trigger, outcome).inc(count)
        return changed

    def _check_still(self, part: OpenPartition, tables: Tables) -> None:
        self._check()
        if self._gate.tables is not tables or not part.loaded:
            raise Interrupted

    def _again(
        self,
        part: OpenPartition,
        reference: str,
        reach: Reach | None,
        tables: Tables,
        trigger: str,
        day: str | None = None,
    ) -> tuple[Answer | None, str]:
        """Screen one open event again if it is within reach; what it says now is in memory when this returns."""
        kept = part.kept(reference)
        if kept is None:
            return None, "passed_over"
        if trigger == "reference" and Kept.sequence(kept) >= tables.sequence:
            return None, "passed_over"  # a live event of it came under this set meanwhile
        probes = Kept.silent_probes(kept) if reach is not None else None
        if reach is not None and probes is not None and reach.passes_over(probes):
            return None, "passed_over"
        now = self._clock()
        answerer = self._answerers[part.kind]
        within = reach is None or (probes is not None and reach.reaches(probes))
        if reach is not None and probes is not None and not within:
            beginning = Kept.beginning(kept)
            event = answerer.glimpse(beginning) if beginning is not None else None
            if beginning is not None and event is not None:
                within = reach.of_event(event, known_at=now, gone_since=beginning.gone_since)
                if not within:
                    return None, "passed_over"
        past = Kept.record(kept)
        try:
            decoded = answerer.reopened(past)
        except EventError as error:
            # It was read once: an engine that cannot read it any more must say so, and cannot screen it.
            logger.error("open event %s of %s/%d cannot be read: %s", reference[:64], part.topic, part.partition, error)
            return None, "unchanged"
        if (
            reach is not None
            and not within
            and not reach.of_alerts(past.live)
            and not reach.of_event(decoded.event, known_at=now, gone_since=past.gone_since)
        ):
            return None, "passed_over"
        screener = self._screener
        answer = answerer.answer(
            screener,
            decoded,
            Source(past.origin, past.value, past.content_type),
            past,
            known_at=now,
            now=now,
            trigger=trigger,
            stale_lists=stale_lists(tables, now, self._settings.reference.max_age_hours),
            open_until=Kept.open_until(kept),
            day=day,
        )
        if not answer.changed:
            return None, "unchanged"
        part.put(reference, answer.kept)
        part.rescreening.add(reference)
        if self._stopped_events is not None:
            answer.remember(self._stopped_events)
        return answer, "changed"

    @property
    def _screener(self) -> Screener:
        assert self._gate.screener is not None
        return self._gate.screener

    # -- sending ----------------------------------------------------------------------------------------------

    async def _send(self, part: OpenPartition, answers: Sequence[Answer]) -> None:
        """Alerts, verdicts, fingerprints, open events: each acknowledged before the next is sent."""
        if not answers:
            return
        alerts = [pair for answer in answers for pair in answer.alerts]
        await self._deliver_alerts(alerts)
        await self._findings.send([(alert, ()) for alert, _ in alerts])
        verdicts = [answer.verdict for answer in answers if answer.verdict is not None]
        await self._deliver([out for _, out in verdicts])
        sketched = [answer.sketched for answer in answers if answer.sketched is not None]
        await self._deliver(sketched, self._metrics.fingerprints_refused)
        part.acknowledged(await self._deliver([answer.opened for answer in answers if answer.opened is not None]))
        for answer in answers:
            part.rescreening.discard(answer.reference)
        for alert, _ in alerts:
            best = alert.matches[0].list_id if alert.matches else ""
            self._metrics.alerts.labels(best, alert.severity, alert.trigger).inc()
        for verdict, _ in verdicts:
            self._metrics.verdicts.labels(part.kind, verdict.verdict).inc()

    async def _deliver_alerts(self, alerts: Sequence[tuple[Alert, Outgoing]]) -> None:
        """An alert too large for its topic goes without its evidence: an alert that is lost would be a missed hit."""
        outs = [out for _, out in alerts]
        for (alert, out), outcome in zip(alerts, await outcomes(self._producer(), outs), strict=True):
            if not isinstance(outcome, BaseException):
                continue
            if is_too_large(outcome):
                logger.warning("alert %s is too large for %s; sent without its evidence", alert.alert_id, out.topic)
                bare = tuple(msgspec.structs.replace(match, evidence=()) for match in alert.matches)
                small = self._wiring.alert(msgspec.structs.replace(alert, matches=bare), ())
                (outcome,) = await outcomes(self._producer(), [small])
            if isinstance(outcome, BaseException):
                self._die(f"{out.topic} refused an alert with {type(outcome.__cause__ or outcome).__name__}")

    async def _deliver(self, records: Sequence[Outgoing], refused: Counter | None = None) -> list[int]:
        """The offsets of what is acknowledged. A record too large for its topic is told; any other refusal ends the process."""
        offsets = []
        for out, outcome in zip(records, await outcomes(self._producer(), records), strict=True):
            if not isinstance(outcome, BaseException):
                if outcome is not None:
                    offsets.append(outcome.offset)
            elif is_too_large(outcome):
                (refused or self._metrics.open_events_refused).labels(out.topic).inc()
                logger.error(
                    "%s refused a record of a rescreening as too large; raise its max.message.bytes", out.topic
                )
            else:
                self._die(f"{out.topic} refused a record with {type(outcome.__cause__ or outcome).__name__}")
        return offsets

    async def _done(self, part: OpenPartition, tables: Tables, calendar_to: datetime) -> None:
        """Write how far the partition has come."""
        self._check_still(part, tables)
        progress = Progress(part.kind, part.partition, tables.sequence, tables.hash, calendar_to, self._clock())
        await self._deliver([self._wiring.progress(progress)])
        part.progress = progress
        self._show([part])

    async def _expire(self, part: OpenPartition) -> None:
        """Forget what nothing has been heard of for the window. Its alerts stay: they are for people to close."""
        now = self._clock().timestamp()
        over = []
        for number, reference in enumerate(part.references()):
            kept = part.kept(reference)
            if kept is not None and Kept.open_until(kept) <= now and not part.answering[reference]:
                over.append(reference)
            if number % TURN_MARKS == 0:
                await asyncio.sleep(0)
                self._check()
        for first in range(0, len(over), 500):
            some = over[first : first + 500]
            for reference in some:
                part.put(reference, None)
            part.rescreening.update(some)
            part.acknowledged(
                await self._deliver([self._wiring.closed_event(part.kind, one, part.partition) for one in some])
            )
            part.rescreening.difference_update(some)
            self._check()

    def _show(self, parts: Sequence[OpenPartition]) -> None:
        metrics = self._metrics
        for part in parts:
            if part.progress is not None:
                metrics.rescreen_sequence.labels(part.topic, str(part.partition)).set(part.progress.sequence)
        counts = dict.fromkeys((self._settings.topics.shipment, self._settings.topics.payment), 0)
        for part in self._open.all():
            counts[part.topic] += len(part)
        for topic, count in counts.items():
            metrics.open_events.labels(topic).set(count)
