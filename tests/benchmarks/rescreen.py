"""Time to alert: from a reference set's timestamp to the last alert that it raises among events that have already passed.

    python -m tests.benchmarks.rescreen --events 1000000 --workers 2

Open events (shipments and payments, 70 to 30) are put on their topics as workers put them there; then workers take over, and
a set with 50 more entries is published while live events keep coming. Figures: how long a new owner reads, the time to the
last alert, the live rate before and meanwhile, and the memory of an open event. Needs Apache Kafka.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import multiprocessing
import os
import platform
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from aiokafka import AIOKafkaProducer

from deploy.kafka.broker import ApacheKafka, missing
from sekisho.agents.answers import Answerer, Source
from sekisho.agents.marks import mark_of
from sekisho.agents.wiring import Wiring
from sekisho.metrics import Metrics
from sekisho.model import Entity, EventRef, Name, OpenEvent, Origin, Shipment, Verdict, event_type
from sekisho.reference import Reference, bundled
from sekisho.reference.guards import Limits
from sekisho.reference.loaded import LoadedList
from sekisho.reference.publish import Publisher
from sekisho.screening import Screener, digest
from sekisho.screening.probes import probes
from sekisho.screening.tables import Tables
from sekisho.settings import Settings
from sekisho.wire import Decoded, decode, encode
from tests.benchmarks.traffic import Traffic, everybody
from tests.support.stage import Stage, WorkerProcess, until

PATIENCE_S = 1800.0
#: Entries that the change adds; each stands in an open event.
ADDED = 50
LIST = "xx-new"
#: Processes that write the open events.
SHARES = 2
#: Live events that are made beforehand: for so many seconds.
READY_S = 120


def new_entries(names: list[str]) -> LoadedList:
    """``names`` as a list of its own."""
    records = tuple(Entity(LIST, str(number), "Unknown", (Name(name),)) for number, name in enumerate(names))
    return LoadedList(LIST, "entities", "1", "benchmark", records)


def passed(count: int, fresh: bool, share: int = 0) -> Iterator[Any]:
    """``count`` events of this moment, so that none is over; each ``share`` has others."""
    now = datetime.now(UTC)
    for event in Traffic([], seed=7 + share, fresh=fresh, prefix=f"P{share}").events(count):
        when = {"event_time": now}
        yield msgspec.structs.replace(
            event, **when, **({} if isinstance(event, Shipment) else {"settlement_date": now.date()})
        )


def put(stage: Stage, count: int, fresh: bool) -> list[str]:
    """Write ``count`` open events as workers would; names of parties, some of which the change will list."""
    with ProcessPoolExecutor(SHARES, mp_context=multiprocessing.get_context("spawn")) as pool:
        shares = [
            pool.submit(put_share, stage.settings(), stage.partitions, share, count // SHARES, fresh)
            for share in range(SHARES)
        ]
        return [name for share in shares for name in share.result()]


def put_share(settings: Settings, partitions: int, share: int, count: int, fresh: bool) -> list[str]:
    """One share, in a process of its own."""
    return asyncio.run(_put_share(settings, partitions, share, count, fresh))


async def _put_share(settings: Settings, partitions: int, share: int, count: int, fresh: bool) -> list[str]:
    wiring, metrics = Wiring.from_settings(settings), Metrics()
    answerers = {
        kind: Answerer(kind, settings=settings, wiring=wiring, metrics=metrics)  # type: ignore[arg-type]
        for kind in ("shipment", "payment")
    }
    verdicts: dict[str, Verdict] = {}
    names: list[str] = []
    rank = {name: place for place, name in enumerate(everybody())}
    now = datetime.now(UTC)
    # kafka-python makes its checksums in Python: 1 MB a second
    async with AIOKafkaProducer(
        bootstrap_servers=settings.kafka.bootstrap_servers,
        linger_ms=20,
        max_batch_size=1 << 18,
        max_request_size=4 << 20,
    ) as producer:
        sent: list[Any] = []
        for number, event in enumerate(passed(count, fresh, share)):
            kind = event_type(event)
            origin = Origin(getattr(settings.topics, kind), number % partitions, number, key=event.business_reference)
            if kind not in verdicts:
                verdicts[kind] = clear(event, origin, now)
            until = answerers[kind].open_until(event, now)
            mark = mark_of(0, until, alerts=False, probes=[one for one, _ in probes(event)])
            out = wiring.open_event(opened(event, origin, verdicts[kind]), mark, origin.partition)
            sent.append(
                await producer.send(out.topic, out.value, key=out.key, headers=out.headers, partition=out.partition)
            )
            if number % max(1, count * SHARES // ADDED) == 0 and len(names) < ADDED // SHARES:
                # Who is listed is seldom a name that everybody trades with.
                names.append(max((party.name for party in event.parties), key=lambda name: rank.get(name, 0)))
            if len(sent) >= 5000:
                await asyncio.gather(*sent)
                sent.clear()
            if number % 20_000 == 0:
                print(f"  {number:,} open events of share {share}", file=sys.stderr)
        await asyncio.gather(*sent)
    return names


def clear(event: Any, origin: Origin, now: datetime) -> Verdict:
    """What an event is answered where nothing is listed."""
    nothing = Tables.build([], [], [], lists={}, sequence=0, hash="")
    return Screener(nothing).screen(event, origin, known_at=now, now=now).verdict


def opened(event: Any, origin: Origin, verdict: Verdict) -> OpenEvent:
    """The record of an event that was answered like another: screening a million would take longer than all the rest."""
    reference = event.business_reference
    said = EventRef(
        topic=origin.topic,
        partition=origin.partition,
        offset=origin.offset,
        index=0,
        key=origin.key,
        event_id=event.event_id,
        event_time=event.event_time,
        business_reference=reference,
    )
    return OpenEvent(
        business_reference=reference,
        kind=event_type(event),
        origin=origin,
        event_time=event.event_time,
        value=encode(event),
        content_type=None,
        gone_since=None,
        reference_sequence=0,
        verdict=msgspec.structs.replace(verdict, verdict_id=digest("verdict", reference), event=said),
    )


class Live:
    """Publishes events at ``rate`` a second until left. They are made before, so that this takes little of the processors."""

    def __init__(self, stage: Stage, rate: float) -> None:
        self._stage = stage
        self._rate = rate
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self._events = self._encoded()
        self._ready = deque(itertools.islice(self._events, int(rate * READY_S)))
        self.sent = 0

    def __enter__(self) -> Live:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _encoded(self) -> Iterator[tuple[str, bytes, bytes]]:
        now = datetime.now(UTC)
        for event in Traffic([], prefix="LIVE", seed=11).events(10_000_000):
            kind = "shipment" if isinstance(event, Shipment) else "payment"
            value = encode(msgspec.structs.replace(event, event_time=now))
            yield getattr(self._stage.topics, kind), event.business_reference.encode(), value

    async def _run(self) -> None:
        async with AIOKafkaProducer(bootstrap_servers=self._stage.bootstrap_servers, linger_ms=5) as producer:
            began = time.monotonic()
            while not self._stopped.is_set():
                due = int((time.monotonic() - began) * self._rate)
                while self.sent < due:
                    topic, key, value = self._ready.popleft() if self._ready else next(self._events)
                    await producer.send(topic, value, key=key)
                    self.sent += 1
                await asyncio.sleep(0.02)


def screened(workers: list[WorkerProcess]) -> float:
    return sum(worker.metric("sekisho_events_total", outcome="screened") for worker in workers)


def rate(workers: list[WorkerProcess], seconds: float) -> float:
    began, before = time.monotonic(), screened(workers)
    time.sleep(seconds)
    return (screened(workers) - before) / (time.monotonic() - began)


def measure(arguments: argparse.Namespace, stage: Stage) -> dict[str, Any]:
    reference = Reference.bundled()
    stage.environment["SEKISHO_WORKER__AS_OF"] = "now"
    stage.environment["SEKISHO_REFERENCE__REQUIRED_LISTS"] = json.dumps([one.list_id for one in reference.lists])
    stage.create_topics()
    options = {"bootstrap_servers": stage.bootstrap_servers}
    publisher = Publisher(stage.topics, options, limits=Limits(max_shrink=1))
    publisher.publish(bundled.lists(), who="benchmark", why="base")
    names = put(stage, arguments.events, arguments.fresh)
    began = time.monotonic()
    workers = [stage.worker() for _ in range(arguments.workers)]
    for worker in workers:
        worker.wait_ready()
    until(lambda: held(workers) >= arguments.events * 0.999, "the open events are read", PATIENCE_S, 0.5)
    read_s = time.monotonic() - began
    memory = sum(worker.resident_bytes() for worker in workers)
    # Progress for the first time: every partition is held against the set that it was screened under.
    until(lambda: sum(w.metric("sekisho_rescreen_pending") for w in workers) == 0, "idle", PATIENCE_S)
    time.sleep(2)
    with Live(stage, arguments.rate) as live:
        time.sleep(3)
        alone = rate(workers, arguments.seconds)
        published = publisher.publish([new_entries(names)], who="benchmark", why="50 entries")
        set_time = published.accepted.set.created_at
        sequence = published.accepted.set.sequence
        cpu = sum(map(cpu_s, workers))
        before, at = screened(workers), time.monotonic()
        until(lambda: least(workers) >= sequence, "all partitions are done", PATIENCE_S, 1.0)
        took = (datetime.now(UTC) - set_time).total_seconds()
        cpu = sum(map(cpu_s, workers)) - cpu
        answered = screened(workers) - before
        meanwhile = answered / (time.monotonic() - at)
        sent = live.sent
    # live events of the same names alert too, by themselves
    alerts = [
        record for record in stage.read(stage.topics.alert) if decode("alert", record.value).trigger == "reference"
    ]
    last = max((record.timestamp for record in alerts), default=0) / 1000
    return {
        "events": arguments.events,
        "workers": arguments.workers,
        "fresh": arguments.fresh,
        "read_s": read_s,
        "time_to_last_alert_s": last - set_time.timestamp(),
        "time_to_done_s": took,
        "alerts": len(alerts),
        "live_rate_alone": alone,
        "live_rate_meanwhile": meanwhile,
        "live_sent": sent,
        "live_answered": answered,
        "cpu_s": cpu,
        "memory_bytes": memory,
        "bytes_an_open_event": memory_an_event(arguments),
    }


def cpu_s(worker: WorkerProcess) -> float:
    """Seconds of processor that the process has had."""
    fields = Path(f"/proc/{worker.process.pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def held(workers: list[WorkerProcess]) -> float:
    return sum(worker.metric("sekisho_open_events") for worker in workers)


def least(workers: list[WorkerProcess]) -> float:
    """The lowest sequence that any partition has been held against."""
    found = [
        float(line.rpartition(" ")[2])
        for worker in workers
        for line in worker.get("/metrics")[1].splitlines()
        if line.startswith("sekisho_rescreen_sequence{")
    ]
    return min(found, default=-1)


def memory_an_event(arguments: argparse.Namespace) -> float:
    """Of what is kept in memory, without the process around it."""
    from sekisho.agents.open_events import OpenPartition

    settings = Stage("127.0.0.1:1", Path()).settings()
    answerer = Answerer("shipment", settings=settings, wiring=Wiring.from_settings(settings), metrics=Metrics())
    screener = Screener(Tables.build([], [], [], lists={}, sequence=0, hash=""))
    part = OpenPartition("shipment", "t", 0)
    now = datetime.now(UTC)
    for number, event in enumerate(passed(2000, arguments.fresh)):
        if isinstance(event, Shipment):
            source = Source(Origin("t", 0, number, key=event.business_reference), encode(event))
            answer = answerer.answer(screener, Decoded(event), source, None, known_at=now, now=now)
            part.put(answer.reference, answer.kept)
    return part.bytes() / len(part)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--partitions", type=int, default=8)
    parser.add_argument("--rate", type=float, default=400, help="live events a second")
    parser.add_argument("--seconds", type=float, default=5, help="how long the live rate is measured alone")
    parser.add_argument("--fresh", action="store_true", help="every party is seen for the first time")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if reason := missing():
        print(f"the benchmark needs Apache Kafka: {reason}", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder, ApacheKafka(Path(folder) / "kafka", heap_mb=512) as broker:
        stage = Stage(broker.bootstrap_servers, Path(folder), partitions=arguments.partitions)
        try:
            found = measure(arguments, stage)
        finally:
            stage.close()
    if arguments.json:
        print(json.dumps(found))
        return 0
    print(
        f"{found['events']:,} open events in {2 * arguments.partitions} partitions, {found['workers']} workers, "
        f"{ADDED} entries come; Python {platform.python_version()}, {os.cpu_count()} cores shared with the broker\n"
        f"  a new owner has read its events after   {found['read_s']:8.1f} s (with the start of the process)\n"
        f"  set to last alert ({found['alerts']:,} alerts)    {found['time_to_last_alert_s']:8.1f} s\n"
        f"  set to every partition done             {found['time_to_done_s']:8.1f} s\n"
        f"  processor time of the workers for it    {found['cpu_s']:8.1f} s (with {found['live_answered']:.0f} live events)\n"
        f"  live events a second alone              {found['live_rate_alone']:8.0f}\n"
        f"  live events a second meanwhile          {found['live_rate_meanwhile']:8.0f}\n"
        f"  memory of an open shipment              {found['bytes_an_open_event']:8.0f} bytes\n"
        f"  memory of the workers                   {found['memory_bytes'] / 1e6:8.0f} MB"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
