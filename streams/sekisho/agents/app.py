"""The worker: one Faust app with an agent for shipments and one for payments, and the services before them.

Start: metrics and health, producer, reference data (read to its end), then the consumer joins its group. Agents hold
until every required list is active. SIGTERM or SIGINT drains: no new batch is taken, the one in work is finished,
acknowledged and committed, the group is left.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Literal

from aiokafka.errors import KafkaConnectionError
from faust.types import TP

from sekisho.agents import clients, faust_fixes
from sekisho.agents.delivery import stop_hard
from sekisho.agents.faust_fixes import BatchStream, RawSchema
from sekisho.agents.findings import Findings
from sekisho.agents.fingerprint_reader import FingerprintReader, stopped_events
from sekisho.agents.gate import Gate
from sekisho.agents.health import HealthServer
from sekisho.agents.lag import LagMeter
from sekisho.agents.open_events import OpenEvents
from sekisho.agents.open_reader import OpenReader
from sekisho.agents.reference_reader import ReferenceReader
from sekisho.agents.rescreening import Rescreener
from sekisho.agents.screening import ScreeningAgent
from sekisho.agents.wiring import Wiring
from sekisho.errors import SettingsError, UnreachableError
from sekisho.metrics import Metrics
from sekisho.settings import Settings
from sekisho.wire import silence

logger = logging.getLogger(__name__)

#: An orderly stop takes 1 to 2 s; after this many the process ends anyway, and what is not committed comes again.
DRAIN_S = 20.0

#: Agents may hold for days (a missing list, a registry that is gone) without leaving the group (seconds).
HOLD_MAX_S = 7 * 24 * 3600

#: New partitions of the inputs are seen within this time (milliseconds); Kafka's default is five minutes.
METADATA_AGE_MS = 10_000

#: Records that wait in memory for an agent: four batches; the fetcher stops when they are there.
BUFFERED_BATCHES = 4

Body = Callable[[BatchStream], Awaitable[None]]


def faust_app(
    settings: Settings, *, data_dir: str, bodies: dict[str, Body], name: str | None = None
) -> faust_fixes.App:
    """A Faust app with our settings. ``bodies`` maps input topics to agents."""
    kafka, worker = settings.kafka, settings.worker
    app = faust_fixes.App(
        name or worker.group,
        broker=clients.broker_urls(kafka),
        broker_credentials=clients.faust_credentials(kafka),
        broker_session_timeout=kafka.session_timeout_s,
        broker_heartbeat_interval=kafka.heartbeat_interval_s,
        broker_rebalance_timeout=kafka.rebalance_timeout_s,
        broker_commit_interval=kafka.commit_interval_s,
        broker_request_timeout=max(40.0, kafka.session_timeout_s),
        broker_max_poll_interval=HOLD_MAX_S,
        consumer_group_instance_id=worker.id,
        consumer_auto_offset_reset="earliest",
        consumer_metadata_max_age_ms=METADATA_AGE_MS,
        producer_acks=-1,
        producer_max_request_size=kafka.max_request_size,
        stream_buffer_maxsize=max(1000, BUFFERED_BATCHES * worker.batch_size),
        stream_wait_empty=True,
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=False,
        autodiscover=False,
        datadir=data_dir,
    )
    for topic, body in bodies.items():
        _add_agent(app, topic, body)
    return app


def _add_agent(app: faust_fixes.App, topic: str, body: Body) -> None:
    async def agent(stream: Any) -> None:
        await body(stream)

    channel = app.topic(topic, schema=RawSchema(key_type=bytes, value_type=bytes), allow_empty=True)
    app.agent(channel, name=f"screen {topic}")(agent)


class Worker:
    """One worker in this process. ``stop`` may be called from any thread."""

    def __init__(
        self,
        settings: Settings,
        *,
        on_ready: Callable[[str], None] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.settings = settings
        self._clock = clock
        self.metrics = Metrics(prefix=settings.metrics.prefix)
        self._on_ready = on_ready
        self._loop: asyncio.AbstractEventLoop | None = None
        self._asked_to_stop = threading.Event()
        self._stop: asyncio.Event | None = None

    def stop(self) -> None:
        """Ask for an orderly stop."""
        self._asked_to_stop.set()
        if self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)

    def run(self) -> int:
        """Run until SIGTERM, SIGINT or ``stop``; 0 after an orderly stop, 1 after a failure."""
        return asyncio.run(self._run())

    async def _run(self) -> int:
        self._loop = asyncio.get_running_loop()
        self._stop = stop = asyncio.Event()
        if self._asked_to_stop.is_set():
            return 0
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                self._loop.add_signal_handler(number, stop.set)
        with contextlib.ExitStack() as stack:
            return await self._serve(stop, self._data_dir(stack))

    def _data_dir(self, stack: contextlib.ExitStack) -> str:
        """A folder for what Faust keeps. Raises SettingsError where nothing can be written."""
        folder = self.settings.worker.data_dir
        try:
            if folder is None:
                return stack.enter_context(tempfile.TemporaryDirectory(prefix="sekisho-", ignore_cleanup_errors=True))
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                return str(folder)
        except OSError as error:
            what = f"{folder} cannot be written" if folder else "there is no temporary folder to write to"
            raise SettingsError(
                f"SEKISHO_WORKER__DATA_DIR: {what}: {error.strerror}; name a folder that can be written"
            ) from error

    async def _serve(self, stop: asyncio.Event, data_dir: str) -> int:
        settings = self.settings
        gate = Gate(self.metrics, jurisdictions=settings.policy.jurisdictions)
        wiring = Wiring.from_settings(settings)
        inputs: tuple[tuple[Literal["shipment", "payment"], str], ...] = (
            ("shipment", settings.topics.shipment),
            ("payment", settings.topics.payment),
        )
        findings = Findings(settings, producer=lambda: app.producer, metrics=self.metrics, clock=self._clock)
        keeps = settings.worker.rescreen_window_days > 0
        open_events = OpenEvents() if keeps else None
        stopped = stopped_events(settings)
        stopped_reader = None
        if stopped is not None:
            stopped_reader = FingerprintReader(
                settings, stopped=stopped, gate=gate, metrics=self.metrics, clock=self._clock
            )
        agents = {
            topic: ScreeningAgent(
                kind,
                settings=settings,
                gate=gate,
                wiring=wiring,
                producer=lambda: app.producer,
                metrics=self.metrics,
                findings=findings,
                open_events=open_events,
                stopped=stopped,
                stopped_are_known=lambda: stopped_reader is None or stopped_reader.is_current,
                clock=self._clock,
            )
            for kind, topic in inputs
        }
        app = faust_app(settings, data_dir=data_dir, bodies={topic: agent.run for topic, agent in agents.items()})
        health = HealthServer(gate, self.metrics, host=settings.metrics.host, port=settings.metrics.port)
        reader = ReferenceReader(settings, gate=gate, metrics=self.metrics)
        lag = LagMeter(settings, committed=lambda: app.consumer.committed_offsets(), metrics=self.metrics)
        app.before_consumer += [health, reader, lag]
        if stopped_reader is not None:
            app.before_consumer.append(stopped_reader)
        rescreener = None
        if open_events is not None:
            open_reader = OpenReader(
                settings, open_events=open_events, gate=gate, metrics=self.metrics, writable=app.sees_partition
            )
            rescreener = Rescreener(
                settings,
                open_events=open_events,
                gate=gate,
                wiring=wiring,
                history=reader,
                producer=lambda: app.producer,
                metrics=self.metrics,
                findings=findings,
                stopped=stopped,
                clock=self._clock,
            )
            app.before_consumer += [open_reader, rescreener]

        async def assigned(_: Any, partitions: Iterable[TP], **__: Any) -> None:
            if stopped_reader is not None:
                stopped_reader.renew()  # whoever had them before may have stopped something a moment ago
            if rescreener is not None:
                open_reader.own((tp.topic, tp.partition) for tp in partitions)
                rescreener.resume()
            gate.assigned(True)

        async def revoked(*_: Any, **__: Any) -> None:
            gate.assigned(False)
            if rescreener is not None:
                await rescreener.pause()

        app.on_partitions_assigned.connect(assigned)
        app.on_partitions_revoked.connect(revoked)
        tell = asyncio.create_task(self._tell_when_ready(gate, health))
        start = asyncio.create_task(app.start())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({start, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if start.done():
                await self._started(app, start)
                while not stop.is_set() and not app.crashed:
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(asyncio.shield(stopping), 0.25)
            if app.crashed:
                logger.error("the worker crashed: %r", app.crash_reason)
                stop_hard("Faust gave up; see the error above", code=1)
            logger.info("draining")
            gate.assigned(False)
            if rescreener is not None:
                await rescreener.pause()
            await self._drain(app, start)
            return 0
        finally:
            for task in (tell, stopping, start):
                task.cancel()
            app.discard()
            wiring.close()

    async def _started(self, app: faust_fixes.App, start: asyncio.Task[Any]) -> None:
        """Raise what kept the app from starting, in words; what had started is stopped."""
        fault = start.exception()
        if fault is None:
            return
        with contextlib.suppress(Exception):
            await asyncio.wait_for(app.stop(), DRAIN_S)
        if isinstance(fault, KafkaConnectionError):
            check = silence.remark(self.settings.kafka) or "start one, or set SEKISHO_KAFKA__BOOTSTRAP_SERVERS"
            raise UnreachableError(f"no broker answers at {self.settings.kafka.bootstrap_servers}; {check}") from fault
        raise fault

    async def _drain(self, app: faust_fixes.App, start: asyncio.Task[Any]) -> None:
        if not start.done():  # still reading: nothing was consumed, nothing is owed
            start.cancel()
        try:
            await asyncio.wait_for(app.stop(), DRAIN_S)
        except TimeoutError:
            stop_hard(f"draining took longer than {DRAIN_S:.0f} s", code=1)

    async def _tell_when_ready(self, gate: Gate, health: HealthServer) -> None:
        while not gate.ready:
            await asyncio.sleep(0.05)
        logger.info("ready; metrics and health at %s", health.url)
        if self._on_ready is not None:
            self._on_ready(health.url)


def run_worker(
    settings: Settings,
    *,
    on_ready: Callable[[str], None] | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> int:
    """Run a worker in the foreground until SIGTERM or SIGINT; returns the exit code.

    ``on_ready`` is called once, with the URL of metrics and health, when events begin to be screened. ``clock`` tells
    the time that events are screened at (UTC).
    Raises UnreachableError where the metrics port is taken or the broker does not answer.
    """
    return Worker(settings, on_ready=on_ready, clock=clock).run()
