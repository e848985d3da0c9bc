"""Events a second of the worker, beside agents that do less, on one Apache Kafka in one run.

    python -m tests.benchmarks.stream [--lists SHARED_DATA] [--traffic zipf new] [--events 8000] [--repeat 3]
                                      [--workers 1 2 4] [--latency] [--memory 1000000] [--json | --figures FILE]

What is compared (same app, batching and acknowledgement; only the body of the agent differs):

    worker    decodes, screens, writes alerts and verdicts (`all`), keeps open events
    forward   decodes and forwards the bytes
    no-op     reads and acknowledges
    bare      no Faust: an aiokafka loop that forwards (what Faust itself costs)

``zipf`` is realistic traffic, in which names come again; in ``new`` every party and goods line is seen for the first time.
The ratio of worker to forward is what screening costs of the throughput; ratios travel, absolute figures do not. Events
lie in the topics before the clock starts; it runs from the first batch to the last acknowledgement. CPU is that of the
workers' processes alone (the broker shares the machine). ``--workers`` repeats the worker's run with so many of them in
one group; ``--latency`` publishes at half of the measured rate and takes the time from publishing to the verdict;
``--memory`` watches a worker's resident memory over so many events, with and without open events. ``--figures`` writes
what `deploy/scaling` computes with; `make scaling` is everything at once.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deploy.kafka.broker import ApacheKafka, missing
from sekisho import Origin, Reference, Screener
from sekisho.compiled import CODE
from sekisho.reference.guards import Limits
from sekisho.reference.publish import Publisher
from sekisho.wire import decode_event, encode
from tests.benchmarks.lists import FILES
from tests.benchmarks.stream_shapes import SHAPES, child
from tests.benchmarks.traffic import Traffic
from tests.support.stage import Stage, until

#: A run that takes longer has failed (seconds).
PATIENCE_S = 1800.0

MB = 1 << 20

#: Quantiles of the time that one event takes, for the simulation.
STEPS = 50

Figures = dict[str, Any]


class Run:
    """One traffic on one broker: topics, reference data and events of its own."""

    def __init__(
        self,
        broker: ApacheKafka,
        folder: Path,
        reference: Reference,
        traffic: str,
        count: int,
        listed: Sequence[str],
        lists_of: Stage | None,
    ) -> None:
        """``lists_of`` has the reference data already."""
        self.traffic, self.count, self.listed = traffic, count, listed
        self.reference = reference
        self.stage = stage = Stage(broker.bootstrap_servers, folder)
        stage.environment["SEKISHO_WORKER__AS_OF"] = "now"
        stage.environment["SEKISHO_REFERENCE__REQUIRED_LISTS"] = json.dumps([one.list_id for one in reference.lists])
        stage.create_topics()
        publisher = Publisher(
            stage.topics, {"bootstrap_servers": broker.bootstrap_servers}, limits=Limits(max_shrink=1)
        )
        publisher.publish(reference.lists, who="benchmark", why="benchmark")
        self.pour(count)

    @property
    def inputs(self) -> tuple[str, str]:
        return self.stage.topics.shipment, self.stage.topics.payment

    def records(self, count: int, prefix: str = "") -> Iterator[tuple[str, str, bytes]]:
        for event in Traffic(self.listed, fresh=self.traffic == "new", prefix=prefix).events(count):
            kind = "shipment" if hasattr(event, "shipment_reference") else "payment"
            yield kind, event.business_reference, encode(event)

    def pour(self, count: int, prefix: str = "") -> None:
        both: dict[str, list[tuple[str, bytes]]] = {"shipment": [], "payment": []}
        for kind, key, value in self.records(count, prefix):
            both[kind].append((key, value))
        for topic, some in zip(self.inputs, both.values(), strict=True):
            self.stage.pour(topic, some)

    def committed(self, group: str) -> int:
        return sum(self.stage.committed(topic, group) for topic in self.inputs)

    def measure(self, shape: str, turn: str, workers: int = 1) -> Figures:
        """Events a second and CPU µs an event of ``workers`` processes in one group that read everything."""
        group = f"{shape}-{workers}-{turn}"
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")},
            **self.stage.environment,
            "SEKISHO_WORKER__GROUP": group,
            "SEKISHO_METRICS__PORT": "0",
        }
        command = [sys.executable, "-m", "tests.benchmarks.stream", "--child", shape]
        log = self.stage.folder / f"{self.traffic}-{group}.log"
        started = time.time()
        with log.open("wb") as errors:
            children = [
                subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=errors)
                for _ in range(workers)
            ]

        def done() -> bool:
            if any(one.poll() is not None for one in children):
                raise RuntimeError(f"{shape} ended early:\n{log.read_text()[-3000:]}")
            return self.committed(group) >= self.count

        try:
            until(done, f"{shape} has read everything", patience_s=PATIENCE_S, pause_s=0.5)
        finally:
            for one in children:
                one.terminate()
        parts = []
        for one in children:
            said = one.communicate(timeout=60)[0].decode()
            parts.append(json.loads([line for line in said.splitlines() if line.startswith("{")][-1]))
        began = min(part["began"] for part in parts if part["events"])
        wall = max(part["ended"] for part in parts) - began
        events = sum(part["events"] for part in parts)
        cpu = sum(part["cpu"] for part in parts)
        more = {"acknowledged_s": parts[0]["acknowledged_s"]} if "acknowledged_s" in parts[0] else {}
        return {"per_second": events / wall, "cpu_us": cpu * 1e6 / events, "start_s": began - started, **more}

    def latency(self, rate: float, count: int) -> Figures:
        """Milliseconds from an event's publication to its verdict's, by the clients' clocks of this one machine."""
        stage, behind = self.stage, self.count
        worker = stage.worker(SEKISHO_WORKER__GROUP="latency").wait_ready()
        until(lambda: self.committed("latency") >= behind, "caught up", PATIENCE_S)
        before = stage.count(stage.topics.verdict)
        # made before the clock runs, and not collected among: the publisher shares two cores with what it measures
        records = list(self.records(count, prefix="L"))
        gc.collect()
        gc.freeze()
        began = time.monotonic()
        late = 0.0
        for number, (kind, key, value) in enumerate(records):
            ahead = began + number / rate - time.monotonic()
            late = max(late, -ahead)
            if ahead > 0:
                time.sleep(ahead)
            stage.producer.send(getattr(stage.topics, kind), key=key.encode(), value=value)
        stage.producer.flush()
        until(lambda: stage.count(stage.topics.verdict) >= before + count, "all answered", PATIENCE_S)
        worker.stop()
        sent = {record.key: record.timestamp for topic in self.inputs for record in stage.read(topic)}
        taken = [
            record.timestamp - sent[record.key]
            for record in stage.read(stage.topics.verdict)
            if record.key in sent and record.key.startswith(b"L")
        ]
        quantiles = statistics.quantiles(taken, n=100)
        # A publisher that falls behind its own clock publishes in bursts: then the figure is worth less.
        return {"rate": rate, "p50_ms": quantiles[49], "p99_ms": quantiles[98], "events": len(taken), "late_s": late}

    def memory(self, count: int, *, keep: bool) -> Figures:
        """Resident bytes of a worker over ``count`` events of distinct references, whether open events are kept or not."""
        group = f"memory-{'kept' if keep else 'plain'}"
        window = {} if keep else {"SEKISHO_WORKER__RESCREEN_WINDOW_DAYS": "0"}
        worker = self.stage.worker(SEKISHO_WORKER__GROUP=group, **window).wait_ready()
        before = self.committed(group)
        samples = [worker.resident_bytes()]
        portion = max(1, count // 10)
        for number in range(10):
            self.pour(portion, prefix=f"{group}{number}")
            self.count += portion
            until(lambda: self.committed(group) >= self.count, "a portion is done", PATIENCE_S)
            samples.append(worker.resident_bytes())
        worker.stop()
        done = self.count - before
        return {
            "events": done,
            "start_mb": samples[0] / MB,
            "half_mb": samples[5] / MB,
            "end_mb": samples[-1] / MB,
            "bytes_an_event": (samples[-1] - samples[5]) / (5 * portion),
        }

    def service(self, count: int) -> list[float]:
        """``STEPS`` + 1 quantiles of the CPU seconds in which one event is decoded, screened and answered, in process."""
        screener, taken = Screener(self.reference), []
        for number, (kind, _, value) in enumerate(self.records(count + count // 5)):
            now = time.thread_time_ns()
            (one,) = decode_event("shipment" if kind == "shipment" else "payment", value)
            moment = datetime.now(UTC)
            found = screener.screen(one.event, Origin("t", 0, number), known_at=moment, now=moment)
            for record in (*found.alerts, found.verdict):
                encode(record)
            taken.append((time.thread_time_ns() - now) / 1e9)
        taken = sorted(taken[count // 5 :])  # memories have filled
        return [taken[min(len(taken) - 1, step * len(taken) // STEPS)] for step in range(STEPS + 1)]


def sizes(broker: ApacheKafka, stage: Stage, events: int) -> dict[str, float]:
    """Bytes on a broker's disk for one event read: its own, its verdict, its alerts (1 % hits), its open-event record."""
    topics = stage.topics
    names = {
        "in": (topics.shipment, topics.payment),
        "verdict": (topics.verdict,),
        "alert": (topics.alert,),
        "open": (topics.open_shipment, topics.open_payment),
    }
    data = broker.folder / "data"
    return {
        name: sum(log.stat().st_size for topic in some for log in data.glob(f"{topic}-*/*.log")) / events
        for name, some in names.items()
    }


def medians(runs: Sequence[Figures]) -> Figures:
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def measure_traffic(run: Run, broker: ApacheKafka, arguments: argparse.Namespace) -> Figures:
    found: Figures = {}
    results: dict[str, list[Figures]] = {shape: [] for shape in SHAPES}
    for turn in range(arguments.repeat):
        for shape in SHAPES:
            results[shape].append(run.measure(shape, str(turn)))
            if shape == "worker" and turn == 0:
                found["bytes"] = sizes(broker, run.stage, run.count)
    found |= {shape: medians(results[shape]) for shape in SHAPES}
    found["ratio"] = found["worker"]["per_second"] / found["forward"]["per_second"]
    found["workers"] = {str(n): run.measure("worker", "scaling", n) for n in arguments.workers}
    if arguments.figures:
        found["service_s"] = run.service(min(run.count, 4000))
    if arguments.latency:
        rate = found["worker"]["per_second"] / 2
        found["latency"] = run.latency(rate, min(run.count, int(rate * 20)))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lists", type=Path, help="folder of the official lists; default: the bundled pack alone")
    parser.add_argument("--traffic", nargs="+", choices=("zipf", "new"), default=["zipf"])
    parser.add_argument("--events", type=int, default=8_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--workers", type=int, nargs="*", default=[], help="repeat with so many workers")
    parser.add_argument("--latency", action="store_true")
    parser.add_argument("--memory", type=int, default=0, metavar="EVENTS")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--figures", type=Path, help="write the figures of `deploy/scaling` to this file")
    parser.add_argument("--child", choices=SHAPES, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.child)
        return 0
    reason = missing()
    if reason:
        print(f"the benchmark needs Apache Kafka: {reason}", file=sys.stderr)
        return 1
    reference = Reference.bundled()
    if arguments.lists:
        reference = Reference.load([arguments.lists / file for file in FILES])
    listed = [
        record.primary_name
        for one in reference.lists
        for record in one.records[:50]
        if one.kind == "entities" and hasattr(record, "primary_name")
    ]
    figures: Figures = {
        "date": datetime.now(UTC).date().isoformat(),
        "command": "python -m tests.benchmarks.stream " + " ".join(sys.argv[1:]),
        "machine": f"Python {platform.python_version()} ({CODE}), {os.cpu_count()} cores shared with the broker",
        "load": os.getloadavg()[0],
        "entries": sum(len(one.records) for one in reference.lists),
        "events": arguments.events,
        "traffic": {},
    }
    with tempfile.TemporaryDirectory() as folder, ApacheKafka(Path(folder) / "kafka", heap_mb=512) as broker:
        first: Stage | None = None
        for traffic in arguments.traffic:
            run = Run(broker, Path(folder), reference, traffic, arguments.events, listed, first)
            first = first or run.stage
            try:
                figures["traffic"][traffic] = measure_traffic(run, broker, arguments)
                if arguments.memory and traffic == arguments.traffic[0]:
                    figures["memory"] = {
                        "plain": run.memory(arguments.memory, keep=False),
                        "kept": run.memory(arguments.memory, keep=True),
                    }
            finally:
                run.stage.close()
    if arguments.figures:
        arguments.figures.write_text(json.dumps(_rounded(figures), indent=1) + "\n")
    print(json.dumps(figures) if arguments.json else report(figures))
    return 0


def _rounded(value: Any) -> Any:
    """Four digits say all that a measurement does."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list) else value


def report(figures: Figures) -> str:
    lines = [
        f"{figures['events']} events, {figures['entries']:,} list records; {figures['machine']}, load {figures['load']:.0f}"
    ]
    for traffic, found in figures["traffic"].items():
        lines += ["", f"{traffic} traffic", "", "| agent | events/s | CPU s a 1,000 events |", "|---|---|---|"]
        for shape in SHAPES:
            lines.append(f"| {shape} | {found[shape]['per_second']:,.0f} | {found[shape]['cpu_us'] / 1000:.3f} |")
        lines += ["", f"worker : forward = {found['ratio']:.2f}"]
        if found["workers"]:
            one = found["worker"]["cpu_us"]
            lines += ["", "| workers | events/s | CPU µs an event | against one |", "|---|---|---|---|"]
            for workers, run in found["workers"].items():
                per_second, cpu = run["per_second"], run["cpu_us"]
                lines.append(f"| {workers} | {per_second:,.0f} | {cpu:,.0f} | {cpu / one:.2f} |")
        if waits := found.get("latency"):
            lines += [
                "",
                f"publish to verdict at {waits['rate']:,.0f} events/s: p50 {waits['p50_ms']:.0f} ms, "
                f"p99 {waits['p99_ms']:.0f} ms ({waits['events']:.0f} events; the publisher was {waits['late_s']:.1f} s late)",
            ]
    for name, kept in figures.get("memory", {}).items():
        lines.append(
            f"\nmemory, {name}: {kept['start_mb']:.0f} MB at the start, {kept['half_mb']:.0f} at half, {kept['end_mb']:.0f} "
            f"after {kept['events']:,} events ({kept['bytes_an_event']:.0f} bytes an event over the last half)"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
