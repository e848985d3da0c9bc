"""``erase``: take the records of a person or of a reference out of our topics, and say what stays, and until when."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import click
import msgspec

from sekisho.cli.options import json_option, with_settings
from sekisho.cli.output import counted, emit, say, show
from sekisho.errors import InputError
from sekisho.settings import Settings
from sekisho.wire.erasure import Wanted
from sekisho.wire.references import references
from sekisho.wire.registry import Registry

Action = Literal["rewrite", "tombstone", "keep"]
#: --rewrite: the field of ``Topics``
LOGS = {"alerts": "alert", "findings": "alert_ocsf", "verdicts": "verdict"}


class Found(msgspec.Struct):
    """One topic. ``gone_by`` is when the last record found is deleted at the latest; none: never, as it is set now."""

    topic: str
    records: int
    action: Action
    done: bool
    gone_by: datetime | None
    #: records that stay and were written again
    rewritten: int = 0


@click.command("erase")
@click.option("--reference", "names", multiple=True, metavar="REF", help="A business reference; may be repeated.")
@click.option(
    "--person", "persons", multiple=True, metavar="NAME", help="A person, as a record writes it; repeat for spellings."
)
@click.option("--open", "with_open", is_flag=True, help="Open events, too: they are not screened again then.")
@click.option(
    "--rewrite",
    "logs",
    multiple=True,
    type=click.Choice(tuple(LOGS)),
    help="This output, too; its readers see what stays a second time.",
)
@click.option("--yes", is_flag=True, help="Do it. Without it nothing is changed.")
@json_option
@with_settings
def command(
    settings: Settings,
    names: tuple[str, ...],
    persons: tuple[str, ...],
    with_open: bool,
    logs: tuple[str, ...],
    yes: bool,
    as_json: bool,
) -> int:
    """Erase what our topics hold of a person or a reference, as far as Kafka can, and tell the rest.

    Without --yes it shows what would be done. Records are found by the whole reference, or by the name as it is
    written; other spellings are not guessed, so give each.

    \b
    dead letters        written anew without what goes; they hold events as they came
    open events         with --open: taken back by a tombstone. They are what is screened again when a list
                        changes, so goods under way would not be stopped any more. Restart one worker then:
                        the others read on with it, and forget.
    stopped events      taken back: they hold hashes, in which a name is found as a party's whole name. Sent again,
                        altered, the event is not known any more
    alerts, findings, verdicts
                        stay as the audit trail until their retention ends; --rewrite takes them out, and
                        whoever reads that topic sees its other records again, with the same ids
    inputs              stay until their retention ends: written anew, they would be screened again
    reference topics    hold what lists publish; they are not looked through

    \b
    Examples:
      sekisho erase --reference SHP-2290
      sekisho erase --person "Ivan Petrov" --person "Иван Петров" --rewrite alerts --rewrite findings --yes
    """
    if not names and not persons:
        raise click.UsageError("give --reference or --person")
    wanted = Wanted.of(names, persons)
    registry = Registry.from_settings(settings.schema_registry)
    fields = {LOGS[name] for name in logs}
    with registry or contextlib.nullcontext():
        found = list(_erase(settings, wanted, registry, with_open=with_open, logs=fields, yes=yes))
    if as_json:
        for one in found:
            emit(one)
    else:
        show(
            ("topic", "records", "", "gone at the latest"),
            [(one.topic, str(one.records), _told(one), _when(one)) for one in found],
        )
    left = sum(one.records for one in found if not one.done)
    if not yes:
        say(f"{counted(sum(one.records for one in found), 'record')} found; nothing was changed, --yes does it")
    else:
        say(
            f"{counted(sum(one.records for one in found if one.done), 'record')} erased, {left} stay until the day above"
        )
        open_topics = (settings.topics.open_shipment, settings.topics.open_payment)
        if any(one.topic in open_topics and one.done and one.records for one in found):
            say("restart one worker now: until they read on, workers have the open events in memory")
    return 0


def _erase(
    settings: Settings, wanted: Wanted, registry: Registry | None, *, with_open: bool, logs: set[str], yes: bool
) -> Iterator[Found]:
    """Topic by topic: found, and with ``yes`` erased. What holds events as they came goes first."""
    from sekisho.cli import erase_log
    from sekisho.cli.clients import admin, reader
    from sekisho.cli.retention import configs_of

    topics = settings.topics
    kept = ("dead_letter", "open_shipment", "open_payment", "fingerprint")
    fields = (*kept, "alert", "alert_ocsf", "verdict", "shipment", "payment")
    with admin(settings) as client:
        there = set(client.list_topics())
        configs = configs_of(client, [getattr(topics, field) for field in fields if getattr(topics, field) in there])
    if not configs:
        raise InputError("none of our topics is there; check SEKISHO_KAFKA__BOOTSTRAP_SERVERS and SEKISHO_TOPICS__…")
    with reader(settings) as consumer:
        for field in fields:
            name = getattr(topics, field)
            if name not in configs:
                continue
            judge = _judge(settings, wanted, field, registry)
            if field.startswith("open_"):
                parts = erase_log.find_open(consumer, name, judge)
                action: Action = "tombstone" if with_open else "keep"
            elif field == "fingerprint":
                parts = erase_log.find_open(consumer, name, judge)
                action = "tombstone"
            else:
                parts = erase_log.find(consumer, name, judge)
                action = "rewrite" if field == "dead_letter" or field in logs else "keep"
            one = Found(name, sum(len(part.hits) for part in parts.values()), action, False, None)
            newest = max((part.newest_ms for part in parts.values()), default=0)
            if yes and parts and action == "tombstone":
                erase_log.tombstone(settings, name, parts)
                one.done = True
            elif yes and parts and action == "rewrite":
                one.rewritten = erase_log.rewrite(settings, consumer, name, parts)
                one.done = True
            one.gone_by = _gone_by(action, newest, configs[name], settings)
            yield one


def _judge_fingerprints(settings: Settings, wanted: Wanted) -> Callable[[Any], bool]:
    """By the reference, and by the hash of a party's whole name: what was said is not there."""
    from sekisho.agents.fingerprint_reader import sketcher_of
    from sekisho.errors import EventError
    from sekisho.wire.codec import decode

    names = set(map(sketcher_of(settings).name, wanted.persons))

    def judge(record: Any) -> bool:
        try:
            one = decode("fingerprint", record.value)
        except EventError:
            return False
        return one.business_reference in wanted.references or any(
            part.kind == "party" and part.fields.get("name") in names for part in one.parts
        )

    return judge


def _judge(settings: Settings, wanted: Wanted, field: str, registry: Registry | None) -> Callable[[Any], bool]:
    if field == "fingerprint":
        return _judge_fingerprints(settings, wanted)
    kinds = {settings.topics.shipment: "shipment", settings.topics.payment: "payment"}

    def judge(record: Any) -> bool:
        said: list[str] = []
        if wanted.references and field in ("dead_letter", "shipment", "payment"):
            headers = dict(record.headers or ())
            origin = headers.get("sekisho_error_topic", b"").decode("utf-8", "replace") or record.topic
            kind: Any = kinds.get(origin, "shipment")
            said = [one.reference for one in references(kind, record.value, record.headers, registry)]
        return wanted.meets(record.key, record.value, record.headers, said)

    return judge


def _gone_by(action: Action, newest_ms: int, configs: dict[str, str], settings: Settings) -> datetime | None:
    """A file is deleted when its newest record is older than the retention, and a file takes records for ``segment.ms``."""
    segment = int(configs.get("segment.ms", 7 * 24 * 3600 * 1000))
    now_ms = datetime.now(UTC).timestamp() * 1000
    if action == "rewrite":
        return _moment(now_ms + segment)
    if action == "tombstone":
        lag = int(configs.get("max.compaction.lag.ms", 2**63 - 1))
        return _moment(now_ms + segment + lag) if lag < 2**53 else None
    if configs.get("cleanup.policy", "") == "compact":
        open_ms = settings.worker.rescreen_window_days * 86_400_000.0
        return _moment(newest_ms + open_ms + segment + int(configs.get("max.compaction.lag.ms", 0)))
    retention = int(configs.get("retention.ms", -1))
    return _moment(newest_ms + retention + segment) if retention >= 0 and newest_ms else None


def _moment(milliseconds: float) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def _told(one: Found) -> str:
    if not one.records:
        return "nothing found"
    words = {"rewrite": "written anew without them", "tombstone": "taken back", "keep": "stay"}[one.action]
    if one.done:
        return f"{words} ({one.rewritten} others written again)" if one.action == "rewrite" else words
    return words if one.action == "keep" else f"would be {words}"


def _when(one: Found) -> str:
    if not one.records:
        return ""
    return f"{one.gone_by:%Y-%m-%d}" if one.gone_by else "never: set retention.ms"
