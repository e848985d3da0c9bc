"""Speed of a back-test over what is open, on Apache Kafka: thorough and quick, and the memory that each takes.

``python -m tests.benchmarks.hindsight_open [EVENTS]`` writes the records that workers keep of as many open events (realistic
traffic, some of it alerted), then asks what ten more entries would do. Each run is a process of its own.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from kafka import KafkaProducer

from deploy.kafka.broker import ApacheKafka
from sekisho.agents.marks import HEADER, mark_of
from sekisho.cli.topics import ensure, wanted
from sekisho.model import Origin, event_type
from sekisho.reference import Reference
from sekisho.reference.publish import Publisher
from sekisho.screening import Screener
from sekisho.screening.lifecycle import advance
from sekisho.screening.probes import probes
from sekisho.settings import Settings, without_environment
from sekisho.wire import encode
from tests import factories
from tests.benchmarks.heading import heading
from tests.benchmarks.traffic import Traffic, everybody

NOW = datetime(2023, 2, 10, 12, tzinfo=UTC)


def keep_open(settings: Settings, count: int) -> int:
    """Write the open-event records; how many bytes."""
    screener = Screener(Reference.bundled())
    listed = [entity.primary_name for entity in screener.tables.names.entities.values()]
    producer = KafkaProducer(bootstrap_servers=settings.kafka.bootstrap_servers, linger_ms=20, batch_size=1 << 18)
    topics = {"shipment": settings.topics.open_shipment, "payment": settings.topics.open_payment}
    size = 0
    for number, event in enumerate(Traffic(listed).events(count)):
        origin = Origin(settings.topics.shipment, number % 4, number)
        found = screener.screen(event, origin, known_at=NOW, now=NOW)
        state = advance(None, event, origin, found, value=msgspec.json.encode(event)).state
        assert state is not None
        until = int((NOW + timedelta(days=180)).timestamp())
        mark = mark_of(0, until, alerts=bool(state.live), probes=[one for one, _ in probes(event)])
        value = encode(state)
        size += len(value)
        producer.send(
            topics[event_type(event)],
            key=state.business_reference.encode(),
            value=value,
            headers=[("content-type", b"application/avro"), (HEADER, mark.pack())],
            partition=number % 4,
        )
    producer.flush()
    producer.close()
    return size


def backtest(settings: Settings, file: str, *flags: str) -> tuple[float, float, str]:
    """Seconds of CPU, MB, and the answer of one run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = ["backtest", "--lists", file, "--traffic", "open", "--json", *flags, "--as-of", "2023-02-10"]
    done = subprocess.run(
        [sys.executable, "-m", "sekisho.cli.main", *command, "--bootstrap-servers", settings.kafka.bootstrap_servers],
        check=True,
        capture_output=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    alerts = json.loads(done.stdout.splitlines()[-1])["summary"]["alerts"]
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, after.ru_maxrss / 1024, f"{alerts['new']:,} new, {alerts['lost']:,} lost, {alerts['changed']:,} changed"


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder, ApacheKafka(Path(folder) / "kafka") as broker:
        settings = without_environment(kafka={"bootstrap_servers": broker.bootstrap_servers})
        ensure(settings, wanted(settings))
        publisher = Publisher(settings.topics, {"bootstrap_servers": broker.bootstrap_servers})
        publisher.publish(Reference.bundled().lists, who="benchmark", why="today")
        began = time.monotonic()
        size = keep_open(settings, count)
        heading("hindsight_open")
        print(f"{count:,} open events, {size / count:,.0f} bytes each, written in {time.monotonic() - began:.0f} s")
        new = [factories.entity("xx-new", str(n), name) for n, name in enumerate(everybody()[50_000:50_010])]
        file = Path(folder) / "xx-new.jsonl"
        file.write_bytes(b"".join(msgspec.json.encode(one) + b"\n" for one in new))
        # The quick one first: the peak that the system tells is that of the largest child so far.
        for flags in (("--quick",), ()):
            cpu, peak, answer = backtest(settings, str(file), *flags)
            print(f"{'quick' if flags else 'thorough':9} {cpu:7.1f} s of CPU, at most {peak:.0f} MB: {answer}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000)
