"""The screening agent: raw bytes in, alerts and verdicts out, acknowledged in that order before the batch is.

    batch of records
      └ for each: decode, screen, hold against its past, encode     a fault of the record → it becomes a dead letter
      └ send alerts and dead letters, await all                     too large → dead letter; anything else → the process ends
      └ send verdicts, await all                                    the same
      └ send fingerprints of what is stopped, await all             too large → told and passed over: it is answered already
      └ send open events, await all                                 the same
    acknowledged; Faust commits

A batch is worked on in slices: one is being delivered while the next is screened. A batch that has to be given back
(its partitions go away while the registry is down, say) may have sent some results; they come again with the same ids.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from typing import Literal, NoReturn

import msgspec
from prometheus_client import Counter as PrometheusCounter

from sekisho.agents import dead_letters
from sekisho.agents.answers import Answer, Answerer, Source
from sekisho.agents.delivery import Outgoing, Producer, deliver, is_too_large, stop_hard
from sekisho.agents.faust_fixes import Batch, BatchStream
from sekisho.agents.findings import Findings
from sekisho.agents.gate import Gate, stale_lists
from sekisho.agents.keeping import NOT_FOUND_AGAIN, NOT_KNOWN_AGAIN, keep
from sekisho.agents.open_events import Kept, OpenEvents, OpenPartition
from sekisho.agents.wiring import Input, Wiring
from sekisho.errors import EventError, SchemaError, SekishoError, UnreachableError
from sekisho.metrics import Metrics
from sekisho.model import Alert, OpenEvent, Origin, Verdict, business_reference
from sekisho.screening import Screener
from sekisho.screening.resubmitted import is_resubmission
from sekisho.screening.stopped_events import StoppedEvents
from sekisho.settings import Settings
from sekisho.wire import Decoded, encode
from sekisho.wire.framing import find

logger = logging.getLogger(__name__)

#: Screening keeps the event loop for at most about this long (seconds), then lets deliveries and health checks run.
TURN_S = 0.005

#: What is screened in this time (seconds) is sent together, while the next is screened: an event at the head of a full
#: batch must not wait for 499 others.
SLICE_S = 0.04

#: Errors after which the same record is tried again: the registry does not answer, or lacks our output schemas.
NOT_THE_RECORDS_FAULT = (UnreachableError, SchemaError)

#: Between two looks whether the past of a partition is known, or a rescreening has let go of a reference (seconds).
WAIT_S = 0.005

#: Pauses between attempts while the schema registry does not answer (seconds).
RETRY_FIRST_S, RETRY_LAST_S = 0.25, 5.0


class Work(msgspec.Struct):
    """One input record and what is to be sent for it. ``fault`` is set once it has become a dead letter."""

    record: Input
    alerts: list[tuple[Alert, Outgoing]] = []
    verdicts: list[tuple[Verdict, Outgoing]] = []
    dead_letter: Outgoing | None = None
    fault: EventError | None = None
    #: records of open events
    opened: list[Outgoing] = []
    #: what was put in memory: reference, before, after
    kept: list[tuple[str, bytes | None, bytes | None]] = []
    partition: OpenPartition | None = None
    #: records of the fingerprint topic
    sketched: list[Outgoing] = []
    #: ids of fingerprints that memory has got from this record
    remembered: list[str] = []

    @property
    def place(self) -> str:
        """``topic/partition/offset`` of the record."""
        return f"{self.record.topic}/{self.record.partition}/{self.record.offset}"


class Busy(Exception):  # noqa: N818 - not an error
    """Records of a rescreening of the same reference are on their way out; those of this event must come after them."""


class GiveBack(Exception):  # noqa: N818 - not an error
    """The partitions are being taken away while the batch cannot go on."""


class ScreeningAgent:
    """Screens the records of one input topic. ``kind`` is ``shipment`` or ``payment``."""

    def __init__(
        self,
        kind: Literal["shipment", "payment"],
        *,
        settings: Settings,
        gate: Gate,
        wiring: Wiring,
        producer: Callable[[], Producer],
        metrics: Metrics,
        findings: Findings | None = None,
        open_events: OpenEvents | None = None,
        stopped: StoppedEvents | None = None,
        stopped_are_known: Callable[[], bool] = lambda: True,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        die: Callable[[str], NoReturn] = stop_hard,
    ) -> None:
        """``findings`` are shared by the agents of a worker; without it this one has its own.

        ``open_events`` are what is known of the past; without them each event is answered by itself. ``stopped`` are the
        events that were stopped, shared by the agents, and ``stopped_are_known`` whether all of them are in there.
        """
        self.kind: Literal["shipment", "payment"] = kind
        self._settings = settings
        self._gate = gate
        self._wiring = wiring
        self._producer = producer
        self._metrics = metrics
        self._clock = clock
        self._die = die
        self._by_event = settings.worker.as_of == "event"
        self._mode = settings.output.verdicts
        keeps = open_events is not None
        self._answerer = Answerer(kind, settings=settings, wiring=wiring, metrics=metrics, keep=keeps, stopped=stopped)
        self._stopped = stopped
        self._stopped_are_known = stopped_are_known
        self._open = open_events if self._answerer.keeps else None
        self._findings = findings or Findings(settings, producer=producer, metrics=metrics, clock=clock, die=die)
        self._stale: tuple[str, ...] = ()
        if stopped is not None:  # so that a rate begins at nought
            for reference in ("same", "other"):
                metrics.stripping.labels(kind, reference)
            metrics.fingerprints_refused.labels(settings.topics.fingerprint)
        metrics.events.labels(self._topic, "screened")
        metrics.events.labels(self._topic, "dead_letter")

    @property
    def _topic(self) -> str:
        return self._settings.topics.shipment if self.kind == "shipment" else self._settings.topics.payment

    async def run(self, stream: BatchStream) -> None:
        """The agent's body. Never ends with an exception: Faust would acknowledge what it did not do."""
        worker = self._settings.worker
        async for batch in stream.batches(worker.batch_size, worker.batch_within_s):
            try:
                await self.process(batch, suspended=lambda: stream.suspended)
            except Exception as error:
                logger.exception("the agent failed")
                self._die(f"the agent for {self._topic} failed with {type(error).__name__}")

    async def process(self, batch: Batch, *, suspended: Callable[[], bool]) -> None:
        """Screen a batch and have its results acknowledged; gives the batch back where it cannot and must let go."""
        if not await self._gate.wait(suspended) or not await self._past_is_known(batch, suspended):
            batch.give_back()
            return
        self._stale = stale_lists(self._screener.tables, self._clock(), self._settings.reference.max_age_hours)
        sending: asyncio.Task[None] | None = None
        try:
            async for works in self._slices(batch, suspended):
                if sending is not None:
                    await sending
                sending = asyncio.create_task(self._finish(works))
        except GiveBack:
            batch.give_back()
            for part in self._partitions(batch):
                part.forget()  # it may hold what was screened and is not sent
        finally:
            if sending is not None:
                await sending

    def _partitions(self, batch: Batch) -> list[OpenPartition]:
        if self._open is None:
            return []
        found = {(one.topic, one.partition) for one in batch.messages}
        return [part for place in found if (part := self._open.of(*place)) is not None]

    async def _past_is_known(self, batch: Batch, suspended: Callable[[], bool]) -> bool:
        """Wait until what was stopped is read, the open events of these partitions too, and the set that they were held
        against is active."""
        while not self._stopped_are_known():
            if suspended():
                return False
            await asyncio.sleep(WAIT_S)
        while self._open is not None:
            wanted = {(one.topic, one.partition) for one in batch.messages}
            parts = self._partitions(batch)
            if len(parts) == len(wanted) and all(part.ready(self._screener.tables.sequence) for part in parts):
                return True
            if suspended():
                return False
            await asyncio.sleep(WAIT_S)
        return True

    async def _slices(self, batch: Batch, suspended: Callable[[], bool]) -> AsyncIterator[list[Work]]:
        """The works of the batch in parts of about ``SLICE_S`` of screening, with turns for the event loop between."""
        works: list[Work] = []
        now = time.monotonic()
        turn_ends, slice_ends = now + TURN_S, now + SLICE_S
        for record in batch.messages:
            works.append(await self._work(record, suspended))
            now = time.monotonic()
            if now > slice_ends:
                yield works
                works = []
                now = time.monotonic()
                turn_ends, slice_ends = now + TURN_S, now + SLICE_S
            elif now > turn_ends:
                await asyncio.sleep(0)
                turn_ends = time.monotonic() + TURN_S
        if works:
            yield works

    async def _finish(self, works: Sequence[Work]) -> None:
        await self._send(works)
        for work in works:
            if work.partition is not None:
                work.partition.answered(reference for reference, _, _ in work.kept)
        self._count(works)

    # -- one record ---------------------------------------------------------------------------------------------

    async def _work(self, record: Input, suspended: Callable[[], bool]) -> Work:
        """Decode and screen one record, again and again while the schema registry does not answer."""
        while True:
            try:
                return self._screened(record)
            except NOT_THE_RECORDS_FAULT as error:
                return await self._when_reachable(record, suspended, error)
            except Busy:
                await asyncio.sleep(WAIT_S)

    async def _when_reachable(self, record: Input, suspended: Callable[[], bool], error: SekishoError) -> Work:
        """Hold. The attempts run in a thread: a registry that takes its time must not stop health checks."""
        pause = RETRY_FIRST_S
        while True:
            self._gate.hold("registry", str(error))
            deadline = time.monotonic() + pause
            while time.monotonic() < deadline:
                if suspended():
                    raise GiveBack
                await asyncio.sleep(0.05)
            pause = min(pause * 2, RETRY_LAST_S)
            try:
                work = await asyncio.to_thread(self._screened, record)
            except NOT_THE_RECORDS_FAULT as again:
                error = again
            except Busy:
                pause = RETRY_FIRST_S
            else:
                self._gate.release("registry")
                return work

    def _screened(self, record: Input) -> Work:
        screener = self._screener
        work = Work(record)
        try:
            self._screen(screener, work)
        except (*NOT_THE_RECORDS_FAULT, Busy, GiveBack):
            raise
        except EventError as error:
            # its stack leads back to the record: kept, both would stay until the garbage collector finds them
            self._bury(work, EventError(str(error), reason=error.reason), screener)
        except Exception as error:
            # The Screener never raises for a decoded event; should it, the event must not be lost, nor the worker.
            logger.exception("%s/%s/%s could not be screened", record.topic, record.partition, record.offset)
            self._bury(work, EventError(f"screening failed with {type(error).__name__}", reason="failed"), screener)
        return work

    def _screen(self, screener: Screener, work: Work) -> None:
        record = work.record
        if not record.value:
            raise EventError("the record is empty; publish an event, not a tombstone", reason="empty")
        part = None
        if self._open is not None:
            part = self._open.of(record.topic, record.partition)
            if part is None or not part.loaded:
                raise GiveBack  # the partition went away in the middle of the batch
        key = record.key.decode("utf-8", "replace") if record.key is not None else None
        found = self._wiring.decode(self.kind, record.value, record.headers)
        answers: dict[str, Answer] = {}
        for decoded in found:
            origin = Origin(record.topic, record.partition, record.offset, decoded.index, key)
            now = self._clock()
            answer = self._answerer.answer(
                screener,
                decoded,
                self._source(record, decoded, origin, alone=len(found) == 1),
                self._past(part, business_reference(decoded.event, origin), answers),
                known_at=decoded.event.event_time if self._by_event else now,
                now=now,
                stale_lists=self._stale,
            )
            answers[answer.reference] = answer
            work.alerts += answer.alerts
            if answer.verdict is not None:
                work.verdicts.append(answer.verdict)
            if answer.opened is not None:
                work.opened.append(answer.opened)
            if answer.sketched is not None:
                work.sketched.append(answer.sketched)
        if self._stopped is not None:
            for answer in answers.values():
                if answer.fingerprint is not None and answer.fingerprint.fingerprint_id not in self._stopped:
                    work.remembered.append(answer.fingerprint.fingerprint_id)
                answer.remember(self._stopped)
        if part is not None:
            # Only now: had one of them failed, nothing would have been said.
            work.partition = part
            for reference, answer in answers.items():
                work.kept.append((reference, part.kept(reference), answer.kept))
                part.put(reference, answer.kept)
            part.answers(answers)

    def _source(self, record: Input, decoded: Decoded, origin: Origin, *, alone: bool) -> Source:
        """A transaction of a message of many is kept by itself: ten thousand copies of the message would not fit."""
        assert record.value is not None
        if not alone:
            value = encode(decoded.event) if self._open is not None else b""
            return Source(origin, value, None, record.headers)
        named = find(record.headers, "content-type")
        return Source(origin, record.value, named.decode("ascii", "replace") if named else None, record.headers)

    def _past(self, part: OpenPartition | None, reference: str, answers: dict[str, Answer]) -> OpenEvent | None:
        """What is known of ``reference``, with what the same record has already said of it."""
        if part is None:
            return None
        if reference in part.rescreening:
            part.is_waited_for = True
            raise Busy
        if (said := answers.get(reference)) is not None:
            return Kept.record(said.kept) if said.kept is not None else None
        return part.past(reference)

    def _wanted(self, verdict: Verdict) -> bool:
        return self._mode == "all" or (self._mode == "hits" and verdict.verdict != "clear")

    def _bury(self, work: Work, fault: EventError, screener: Screener) -> None:
        """Make ``work`` a dead letter: with an ``unscreened`` verdict for each reference that can be read from it."""
        now = self._clock()
        work.fault = fault
        work.alerts, work.verdicts, work.opened, work.sketched = [], [], [], []
        if self._stopped is not None:
            for fingerprint_id in work.remembered:
                self._stopped.discard(fingerprint_id)
        if work.partition is not None:
            # It was not said, so it is not the past.
            for reference, before, after in work.kept:
                if work.partition.kept(reference) is after:
                    work.partition.put(reference, before)
        work.dead_letter = self._wiring.dead_letter(work.record, fault, now)
        readable = self._wiring.references(self.kind, work.record)
        for verdict in dead_letters.unscreened(work.record, readable, fault, screener.tables, now, self._stale):
            if self._wanted(verdict):
                try:
                    work.verdicts.append((verdict, self._wiring.verdict(verdict, work.record.headers)))
                except (EventError, ValueError) as error:
                    logger.warning("no verdict for a dead letter: %s", type(error).__name__)

    # -- delivery -----------------------------------------------------------------------------------------------

    async def _send(self, works: Sequence[Work]) -> None:
        """Alerts, dead letters, verdicts, fingerprints, then open events. Returns when all are acknowledged, or does not."""
        for work in await self._deliver(works, lambda work: [out for _, out in work.alerts]):
            self._bury(work, _too_large("an alert"), self._screener)
        await self._findings.send([(alert, work.record.headers) for work in works for alert, _ in work.alerts])
        await self._send_dead_letters(works)
        late = []
        for work in await self._deliver(works, lambda work: [out for _, out in work.verdicts]):
            if work.fault is None:
                self._bury(work, _too_large("the verdict"), self._screener)
                late.append(work)
            else:
                work.verdicts = []  # the dead letter says it all
        await self._send_dead_letters(late)
        for work in await self._deliver(late, lambda work: [out for _, out in work.verdicts]):
            work.verdicts = []
        await self._keep(works)

    async def _keep(self, works: Sequence[Work]) -> None:
        """What is known again of stopped events, then what is open now."""
        metrics = self._metrics
        sketched = [(out, work.place) for work in works for out in work.sketched]
        await keep(
            self._producer(), sketched, refused=metrics.fingerprints_refused, loss=NOT_KNOWN_AGAIN, die=self._die
        )
        opened = [(work, out) for work in works for out in work.opened]
        records = [(out, work.place) for work, out in opened]
        offsets: dict[OpenPartition, list[int]] = {}
        for (work, _), offset in zip(
            opened,
            await keep(
                self._producer(), records, refused=metrics.open_events_refused, loss=NOT_FOUND_AGAIN, die=self._die
            ),
            strict=True,
        ):
            if work.partition is not None and offset is not None:
                offsets.setdefault(work.partition, []).append(offset)
        for part, some in offsets.items():
            part.acknowledged(some)

    async def _send_dead_letters(self, works: Sequence[Work]) -> None:
        """A dead letter too large for its topic goes as a pointer; it must not stop the worker."""
        for work in await self._deliver(works, lambda work: [work.dead_letter] if work.dead_letter else []):
            assert work.fault is not None
            work.dead_letter = self._wiring.pointer(work.record, work.fault, self._clock())
            for _ in await self._deliver([work], lambda work: [work.dead_letter] if work.dead_letter else []):
                self._die(f"{work.dead_letter.topic} refuses even a pointer; raise its max.message.bytes")

    async def _deliver(self, works: Sequence[Work], pick: Callable[[Work], Sequence[Outgoing]]) -> list[Work]:
        """Send what ``pick`` chooses; the works of which a record was too large. Any other refusal ends the process."""
        chosen = [(work, out) for work in works for out in pick(work)]
        if not chosen:
            return []
        refused: list[Work] = []
        results = await deliver(self._producer(), [out for _, out in chosen])
        for (work, out), error in zip(chosen, results, strict=True):
            if error is None:
                continue
            if not is_too_large(error):
                what = type(error.__cause__ or error).__name__
                self._die(
                    f"{out.topic} refused a record with {what}; `sekisho doctor` says what is wrong with the topic"
                )
            if not any(work is one for one in refused):
                refused.append(work)
        return refused

    @property
    def _screener(self) -> Screener:
        """There is one while a batch is worked on: the gate let it through, and a set only gives way to another."""
        assert self._gate.screener is not None
        return self._gate.screener

    # -- counting -----------------------------------------------------------------------------------------------

    def _count(self, works: Sequence[Work]) -> None:
        """After the acknowledgements, so that the figures are of what is really there. Labels are looked up once a batch."""
        metrics = self._metrics
        now = time.time()
        counts: Counter[tuple[PrometheusCounter, tuple[str, ...]]] = Counter()
        for work in works:
            topic = work.record.topic
            if work.fault is None:
                counts[metrics.events, (topic, "screened")] += 1
            else:
                counts[metrics.events, (topic, "dead_letter")] += 1
                counts[metrics.dead_letters, (topic, work.fault.reason)] += 1
            if work.record.timestamp:
                metrics.event_age.observe(max(0.0, now - work.record.timestamp))
            for alert, _ in work.alerts:
                best = alert.matches[0].list_id if alert.matches else ""
                counts[metrics.alerts, (best, alert.severity, alert.trigger)] += 1
                if alert.status == "new" and is_resubmission(alert):
                    under = "same" if alert.matches[0].grade == "exact" else "other"
                    counts[metrics.stripping, (self.kind, under)] += 1
            for verdict, _ in work.verdicts:
                counts[metrics.verdicts, (self.kind, verdict.verdict)] += 1
        for (metric, labels), count in counts.items():
            metric.labels(*labels).inc(count)


def _too_large(what: str) -> EventError:
    return EventError(
        f"{what} is larger than its topic takes; raise max.message.bytes there, then replay this dead letter",
        reason="result_too_large",
    )
