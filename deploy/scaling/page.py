"""Makes `deploy/scaling.md` from the measured figures beside this file.

python -m deploy.scaling.page          writes the page anew; `make scaling` measures first
"""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy.scaling.simulate import Group, Service, plan, steady, worker_dies

HERE = Path(__file__).resolve().parent
FIGURES = HERE / "figures.json"
PAGE = HERE.parent / "scaling.md"

RATES = (1_000, 10_000, 100_000)
#: Workers are busy for at most this share of the time: the rest is for the hour that is busier than the others.
BUSY = 0.6
REPLICAS = 3
RETENTION_DAYS = 7
#: Of what a broker was seen to take, this much is planned with.
BROKER_SHARE = 0.5
#: The worker's own settings (`sekisho.settings`), in seconds, and what one rebalance took in the fault tests.
SESSION_S, REBALANCE_S = 10.0, 3.0
#: How long a worker may take to be as quick as before after another died (seconds).
USUAL_S = 0.5
SIMULATED_S = 20.0

TRAFFIC = {"zipf": "names come again (Zipf)", "new": "every name is new"}


class Scale:
    """What the page computes with, for one traffic."""

    def __init__(self, figures: dict[str, Any], traffic: str) -> None:
        self.figures, self.found = figures, figures["traffic"][traffic]
        inner = Service(tuple(self.found["service_s"]), 0.0, 0.0).mean_s
        loop = max(0.0, self.found["worker"]["cpu_us"] / 1e6 - inner)
        self.service = Service(tuple(self.found["service_s"]), loop, self.found["bare"]["acknowledged_s"])

    @functools.cache  # noqa: B019 - a page is made once
    def group(self, rate: int) -> Group:
        return plan(rate, self.service, busy=BUSY)

    @property
    def bytes_an_event(self) -> float:
        """On a broker's disk, without replicas: the event and all that is written for it."""
        return sum(self.found["bytes"].values())

    @property
    def broker_mb_s(self) -> float:
        """What the one broker of the benchmark took from a bare loop that reads each event and writes it again."""
        return 2 * self.found["bare"]["per_second"] * self.found["bytes"]["in"] / 1e6

    def brokers(self, rate: int) -> int:
        return max(REPLICAS, math.ceil(self.written_mb_s(rate) / (self.broker_mb_s * BROKER_SHARE)))

    def written_mb_s(self, rate: int) -> float:
        return rate * self.bytes_an_event * REPLICAS / 1e6

    def memory_gb(self, rate: int) -> float:
        """Of all workers, without open events."""
        return self.group(rate).workers * self.figures["memory"]["plain"]["end_mb"] / 1024


def _seconds(value: float) -> str:
    if math.isinf(value):
        return "never"
    return f"{value * 1000:,.0f} ms" if value < 1 else f"{value:,.0f} s"


def _sizing(scale: Scale) -> Iterator[str]:
    yield "| events/s | workers (cores) | partitions | memory of workers | busy | publish to verdict p50, p99 | a worker dies: longest wait, as before after |"
    yield "|---|---|---|---|---|---|---|"
    for rate in RATES:
        group = scale.group(rate)
        usual = steady(rate, group, scale.service, seconds=SIMULATED_S)
        dies = worker_dies(
            rate, group, scale.service, session_s=SESSION_S, rebalance_s=REBALANCE_S, usual_s=USUAL_S, horizon_s=120
        )
        yield (
            f"| {rate:,} | {group.workers:,} | {group.partitions:,} | {scale.memory_gb(rate):,.0f} GB | {usual.busy:.0%} "
            f"| {_seconds(usual.p50_s)}, {_seconds(usual.p99_s)} "
            f"| {_seconds(dies.longest_wait_s)}, {_seconds(dies.caught_up_s)} |"
        )


def _brokers(scale: Scale) -> Iterator[str]:
    yield f"| events/s | written, {REPLICAS} replicas | brokers like ours | disk for {RETENTION_DAYS} days |"
    yield "|---|---|---|---|"
    for rate in RATES:
        disk = scale.written_mb_s(rate) * 86_400 * RETENTION_DAYS / 1e6
        yield f"| {rate:,} | {scale.written_mb_s(rate):,.0f} MB/s | {scale.brokers(rate):,} | {disk:,.1f} TB |"


def _open_events(scale: Scale) -> Iterator[str]:
    kept = scale.figures["memory"]["kept"]["bytes_an_event"]
    yield "| new references a day | open for 30 days | for 180 days (the default) |"
    yield "|---|---|---|"
    for a_day in (10_000, 100_000, 1_000_000, 10_000_000):
        yield f"| {a_day:,} | {a_day * 30 * kept / 1e9:,.1f} GB | {a_day * 180 * kept / 1e9:,.1f} GB |"


def _measured(figures: dict[str, Any]) -> Iterator[str]:
    yield "| | " + " | ".join(TRAFFIC[one] for one in figures["traffic"]) + " |"
    yield "|---|" + "---|" * len(figures["traffic"])
    scales = [Scale(figures, one) for one in figures["traffic"]]
    rows: tuple[tuple[str, Any], ...] = (
        ("CPU of a worker, µs an event", lambda one: f"{one.found['worker']['cpu_us']:,.0f}"),
        ("of it the loop around screening", lambda one: f"{one.service.loop_s * 1e6:,.0f}"),
        ("screening: median, slowest of 50", lambda one: f"{one.service.quantiles[25] * 1e6:,.0f}, {one.service.quantiles[49] * 1e6:,.0f} µs"),
        ("bytes an event: itself", lambda one: f"{one.found['bytes']['in']:,.0f}"),
        ("its verdict, alerts, open-event record", lambda one: ", ".join(f"{one.found['bytes'][name]:,.0f}" for name in ("verdict", "alert", "open"))),
        ("one broker took, read and written", lambda one: f"{one.broker_mb_s:,.0f} MB/s"),
        ("a slice is acknowledged within", lambda one: f"{one.service.acknowledged_s * 1e3:,.1f} ms"),
    )  # fmt: skip
    if all("latency" in one.found for one in scales):
        rows += (
            ("publish to verdict at half of one worker's rate, measured", lambda one: _half(one)),
            ("the same, simulated", lambda one: _half_simulated(one)),
        )
    for name, tell in rows:
        yield f"| {name} | " + " | ".join(tell(one) for one in scales) + " |"


def _half(scale: Scale) -> str:
    waits = scale.found["latency"]
    return f"{waits['rate']:,.0f} events/s: p50 {waits['p50_ms']:,.0f}, p99 {waits['p99_ms']:,.0f} ms"


def _half_simulated(scale: Scale) -> str:
    outcome = steady(scale.found["latency"]["rate"], Group(1, 1), scale.service, seconds=60)
    return f"p50 {outcome.p50_s * 1000:,.0f}, p99 {outcome.p99_s * 1000:,.0f} ms"


def _remark(figures: dict[str, Any], between: str = "\n\n") -> str:
    """What whoever keeps the figures has to say of them; a new measurement has none."""
    return between + figures["remark"] if "remark" in figures else ""


def page(figures: dict[str, Any]) -> str:
    memory = figures["memory"]
    plain, kept = memory["plain"], memory["kept"]
    sections = []
    for traffic in figures["traffic"]:
        scale = Scale(figures, traffic)
        sections.append(f"### Where {TRAFFIC[traffic]}\n\n" + "\n".join(_sizing(scale)))
    first = Scale(figures, next(iter(figures["traffic"])))
    top = first.group(RATES[-1])
    one_worker = 1 / first.service.mean_s
    return f"""# How large a checkpoint has to be

Made by `python -m deploy.scaling.page` from `deploy/scaling/figures.json`; a test holds it. `make scaling` measures anew on
your machine and writes this page from it: do that before you buy anything, for ratios travel and absolute figures do not.

## What was measured

`{figures["command"]}` on {figures["date"]}: {figures["machine"]}, load {figures["load"]:.0f}; {figures["entries"]:,} records of lists,
tables and measures; Apache Kafka 4.3.1, one broker.{_remark(figures)}

{chr(10).join(_measured(figures))}

A worker takes {plain["start_mb"]:,.0f} MB at the start and {plain["end_mb"]:,.0f} MB after {plain["events"]:,} events
({plain["half_mb"]:,.0f} MB at half). Each open event that it keeps takes {kept["bytes_an_event"]:,.0f} bytes more{_remark(kept, " ")}.

## Workers and partitions

A worker is one process on one core; workers share nothing but partitions. The plan: busy for at most {BUSY:.0%}, three
partitions a worker (Kafka never takes a partition away again, so take the larger number), and enough workers to catch up when one dies. The times are
simulated (`deploy/scaling/simulate.py`): random arrivals, batches and slices as in the worker, service times as measured.
The last column is a worker killed with its share: {SESSION_S:.0f} s of session, {REBALANCE_S:.0f} s of rebalance, then its backlog.

{(chr(10) * 2).join(sections)}

## Brokers

All that an event causes, its own record included. A broker is planned at {BROKER_SHARE:.0%} of what ours took while it shared two
cores with its clients; yours will take more. Compression (`compression.type` of the topics) is not counted.

{chr(10).join(_brokers(first))}

## Open events

What passed and may still be hit by a change of a list is kept in the memory of the worker that has its partition, all workers
together:

{chr(10).join(_open_events(first))}

Updates of one reference take its place; a delivered or settled one goes. Where this is more than you have, shorten
`SEKISHO_WORKER__RESCREEN_WINDOW_DAYS`; 0 keeps nothing, and a change of a list is then not held against what has passed.

## Where it stops

1. **Open events, long before CPU.** {RATES[0]:,} new references a second for 180 days would be
   {RATES[0] * 86_400 * 180 * kept["bytes_an_event"] / 1e12:,.0f} TB: at such rates the window has to be hours, or the workers many.
2. **One busy key.** All events of one reference are one partition's, and a partition is one worker's: {one_worker:,.0f} events/s
   at most, however many workers there are.
3. **Rebalances.** Faust gives all partitions of all workers back whenever one comes or goes. Measured with four workers at most;
   at {top.workers:,} workers a rolling restart is {top.workers:,} such pauses. Past some dozens, run several groups, each with
   its own input topics, and let publishers choose by key.
4. **Partitions.** {top.partitions:,} of them on each of four event topics are many for one cluster of {first.brokers(RATES[-1])} brokers, not too many (KRaft);
   they cannot be made fewer, and more of them move keys to other partitions, so that updates in flight lose their order once.
5. **Starting.** Each worker reads every list and indexes it ({first.found["worker"]["start_s"]:,.0f} s here until its first event): {top.workers:,} at once
   read {top.workers:,} times the reference topics.

Not measured, so not claimed: several hosts, brokers at their limit, more than four workers, compression, TLS.
"""


def main() -> int:
    PAGE.write_text(page(json.loads(FIGURES.read_text())), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
