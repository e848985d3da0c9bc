"""The screening agent: raw bytes in, alerts and verdicts out, acknowledged in that order before the batch is.

    batch of records
      └ for each: decode, screen, encode            a fault of the record → it becomes a dead letter
      └ send alerts and dead letters, await all     too large → dead letter; anything else → the process ends
      └ send verdicts, await all                    the same
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
from sekisho.agents.delivery import Outgoing, Producer, deliver, is_too_large, stop_hard
from sekisho.agents.faust_fixes import Batch, BatchStream
from sekisho.agents.findings import Findings
from sekisho.agents.gate import Gate, stale_lists
from sekisho.agents.wiring import Input, Wiring
from sekisho.errors import EventError, SchemaError, SekishoError, UnreachableError
from sekisho.metrics import Metrics
from sekisho.model import Alert, Origin, Verdict
from sekisho.screening import Screener
from sekisho.screening.severity import Rule, graded
from sekisho.settings import Settings

logger = logging.getLogger(__name__)

#: Screening keeps the event loop for at most about this long (seconds), then lets deliveries and health checks run.
TURN_S = 0.005

#: What is screened in this time (seconds) is sent together, while the next is screened: an event at the head of a full
#: batch must not wait for 499 others.
SLICE_S = 0.04

#: Errors after which the same record is tried again: the registry does not answer, or lacks our output schemas.
NOT_THE_RECORDS_FAULT = (UnreachableError, SchemaError)

#: Pauses between attempts while the schema registry does not answer (seconds).
RETRY_FIRST_S, RETRY_LAST_S = 0.25, 5.0


class Work(msgspec.Struct):
    """One input record and what is to be sent for it. ``fault`` is set once it has become a dead letter."""

    record: Input
    alerts: list[tuple[Alert, Outgoing]] = []
    verdicts: list[tuple[Verdict, Outgoing]] = []
    dead_letter: Outgoing | None = None
    fault: EventError | None = None


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
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        die: Callable[[str], NoReturn] = stop_hard,
    ) -> None:
        """``findings`` are shared by the agents of a worker; without it this one has its own."""
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
        self._severities = msgspec.convert([rule.model_dump() for rule in settings.output.severities], tuple[Rule, ...])
        self._findings = findings or Findings(settings, producer=producer, metrics=metrics, clock=clock, die=die)
        self._stale: tuple[str, ...] = ()
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
        if not await self._gate.wait(suspended):
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
        finally:
            if sending is not None:
                await sending

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
        self._count(works)

    # -- one record ---------------------------------------------------------------------------------------------

    async def _work(self, record: Input, suspended: Callable[[], bool]) -> Work:
        """Decode and screen one record, again and again while the schema registry does not answer."""
        try:
            return self._screened(record)
        except NOT_THE_RECORDS_FAULT as error:
            return await self._when_reachable(record, suspended, error)

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
            else:
                self._gate.release("registry")
                return work

    def _screened(self, record: Input) -> Work:
        screener = self._screener
        work = Work(record)
        try:
            self._screen(screener, work)
        except NOT_THE_RECORDS_FAULT:
            raise
        except EventError as error:
            self._bury(work, error, screener)
        except Exception as error:
            # The Screener never raises for a decoded event; should it, the event must not be lost, nor the worker.
            logger.exception("%s/%s/%s could not be screened", record.topic, record.partition, record.offset)
            self._bury(work, EventError(f"screening failed with {type(error).__name__}", reason="failed"), screener)
        return work

    def _screen(self, screener: Screener, work: Work) -> None:
        record = work.record
        if not record.value:
            raise EventError("the record is empty; publish an event, not a tombstone", reason="empty")
        key = record.key.decode("utf-8", "replace") if record.key is not None else None
        for decoded in self._wiring.decode(self.kind, record.value, record.headers):
            now = self._clock()
            screened = screener.screen(
                decoded.event,
                Origin(record.topic, record.partition, record.offset, decoded.index, key),
                known_at=decoded.event.event_time if self._by_event else now,
                now=now,
                stale_lists=self._stale,
                notes=decoded.notes,
            )
            screening = graded(screened, self._severities)
            self._metrics.screening_duration.observe(screening.verdict.duration_us / 1e6)
            for alert in screening.alerts:
                work.alerts.append((alert, self._wiring.alert(alert, record.headers)))
            if self._wanted(screening.verdict):
                work.verdicts.append((screening.verdict, self._wiring.verdict(screening.verdict, record.headers)))

    def _wanted(self, verdict: Verdict) -> bool:
        return self._mode == "all" or (self._mode == "hits" and verdict.verdict != "clear")

    def _bury(self, work: Work, fault: EventError, screener: Screener) -> None:
        """Make ``work`` a dead letter: with an ``unscreened`` verdict for each reference that can be read from it."""
        now = self._clock()
        work.fault = fault
        work.alerts, work.verdicts = [], []
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
        """Alerts, dead letters, then verdicts. Returns when all are acknowledged, or does not return."""
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
                self._die(f"{out.topic} refused a record with {type(error.__cause__ or error).__name__}")
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
            for verdict, _ in work.verdicts:
                counts[metrics.verdicts, (self.kind, verdict.verdict)] += 1
        for (metric, labels), count in counts.items():
            metric.labels(*labels).inc(count)


def _too_large(what: str) -> EventError:
    return EventError(
        f"{what} is larger than its topic takes; raise max.message.bytes there, then replay this dead letter",
        reason="result_too_large",
    )
