"""``demo``: the whole checkpoint on this machine."""

from __future__ import annotations

import contextlib
import signal
import threading
import time

import click

from sekisho.cli.demo.tally import Summary, Tally
from sekisho.cli.options import json_option
from sekisho.cli.output import coloured, emit, say, talk
from sekisho.errors import UnreachableError
from sekisho.settings import Settings

#: An answer that takes longer than this in the demo is a failure, not a slow machine (seconds).
PATIENCE_S = 60.0


@click.command("demo")
@click.option("--keep", is_flag=True, help="Leave broker and worker running until Ctrl-C, with the metrics URL.")
@click.option("--rate", type=click.FloatRange(min=1), default=60.0, show_default=True, help="Events a second.")
@json_option
def command(keep: bool, rate: float, as_json: bool) -> int:
    """Watch real events pass a checkpoint: the case of January 2023.

    Starts an embedded broker, makes the topics, publishes the bundled lists, goods and measures, starts a
    worker, and sends it a few hundred shipments and payments of 20 January to 10 February 2023: most are plain
    trade, some meet the 52 organisations, the 36 people or the 40 items, some are broken. Alerts appear as they
    are raised, each judged by the law known at its event's time. Nothing leaves this machine.

    \b
    Examples:
      sekisho demo
      sekisho demo --keep      then, elsewhere: sekisho alerts tail --bootstrap-servers …
    """
    from sekisho.agents.embedded import EmbeddedBroker
    from sekisho.cli.demo.stage import demo_settings, publish_bundled, start_worker
    from sekisho.cli.topics import ensure, wanted

    began = time.perf_counter()
    # SIGTERM must unwind the stack below, or broker and worker would be left behind.
    signal.signal(signal.SIGTERM, _end)
    with contextlib.ExitStack() as stack:
        broker = stack.enter_context(EmbeddedBroker())
        settings = demo_settings(broker.bootstrap_servers)
        say(f"broker    embedded, in memory, at {broker.bootstrap_servers}")
        made = ensure(settings, wanted(settings))
        say(f"topics    {len(made)}")
        say(f"lists     {publish_bundled(settings)}")
        worker = stack.enter_context(start_worker(settings))
        say(f"worker    ready after {time.perf_counter() - began:.1f} s; metrics at {worker.url}/metrics")
        tally = _run(settings, rate, show=not as_json)
        summary = tally.summary()
        _tell(summary, as_json)
        if tally.open:
            say(worker.last_words())
            raise UnreachableError(
                f"{tally.open} events have no answer after {PATIENCE_S:g} s; the worker's last words are above"
            )
        if keep:
            _keep(settings, worker.url)
    return 0


def _run(settings: Settings, rate: float, *, show: bool) -> Tally:
    """Publish everything at ``rate`` and read what comes out, until each event has its answer or patience ends."""
    from sekisho.cli.demo.feed import items
    from sekisho.cli.demo.stage import publish, watch

    feed = items()
    where = {item.key.decode(): item.where for item in feed if item.key}
    broken = sum(bool(item.broken) for item in feed)
    say(f"events    {len(feed)}, {broken} of them broken; {feed[0].at:%d %B} to {feed[-1].at:%d %B %Y}\n")
    tally, stop = Tally(), threading.Event()
    failure: list[BaseException] = []
    readers = watch(settings, tally, stop, where if show else None, failure)
    try:
        publish(settings, feed, rate, tally)
        deadline = time.monotonic() + PATIENCE_S
        while tally.open and time.monotonic() < deadline and not failure:
            time.sleep(0.05)
        # Alerts are acknowledged before their verdict; what is still on its way to us arrives in a poll or two.
        time.sleep(0.5)
    finally:
        stop.set()
        for reader in readers:
            reader.join(timeout=5)
    if failure:
        raise failure[0]
    return tally


def _tell(summary: Summary, as_json: bool) -> None:
    if as_json:
        emit(summary)
        return
    console = talk()
    order = ("clear", "review", "licence_required", "prohibited", "unscreened")
    verdicts = ", ".join(f"{summary.verdicts[v]} {coloured(v)}" for v in order if summary.verdicts.get(v))
    loud = ("critical", "high", "medium", "low")
    severities = ", ".join(f"{summary.alerts_by_severity[s]} {s}" for s in loud if summary.alerts_by_severity.get(s))
    console.print(
        f"\nevents           {summary.events}, every one answered"
        if summary.answered == summary.events
        else f"\nevents           {summary.events}, only {summary.answered} answered"
    )
    console.print(f"verdicts         {verdicts}")
    console.print(f"alerts           {summary.alerts} ({severities}), each as an OCSF finding too")
    console.print(
        f"dead letters     {summary.dead_letters}, unscreened where their reference could be read "
        "(original bytes kept; `sekisho dead-letters list` with --keep)"
    )
    console.print(f"throughput       {summary.events_per_second:g} events/s, paced by the demo's --rate")
    console.print(f"publish→alert    p50 {summary.alert_p50_ms:g} ms, p99 {summary.alert_p99_ms:g} ms")
    console.print(f"publish→verdict  p50 {summary.verdict_p50_ms:g} ms, p99 {summary.verdict_p99_ms:g} ms")
    console.print(
        "The embedded broker answers in hundreds of milliseconds; Apache Kafka in a few. These latencies are the demo's, "
        "not production's: the README has figures measured on Apache Kafka.",
        style="dim",
    )


def _keep(settings: Settings, url: str) -> None:
    """Hold until Ctrl-C or SIGTERM."""
    servers, port = settings.kafka.bootstrap_servers, settings.metrics.port
    say(
        f"\nstill running; Ctrl-C ends it\n  metrics   {url}/metrics   readiness {url}/ready\n"
        f"  look on   sekisho alerts tail --from-beginning --bootstrap-servers {servers}\n"
        f"  for SIEMs topic {settings.topics.alert_ocsf}, OCSF as JSON\n"
        f"  ask       sekisho publish shipments FILE --wait 30 --bootstrap-servers {servers}\n"
        f"  state     SEKISHO_METRICS__PORT={port} sekisho doctor --bootstrap-servers {servers}"
    )
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()


def _end(*_: object) -> None:
    raise KeyboardInterrupt
