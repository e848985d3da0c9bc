"""``explain``: an alert screened once more, under the reference set and the moment that it names, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Literal

import click
import msgspec

from sekisho.cli.options import json_option, with_settings
from sekisho.cli.output import emit, progress, say, show
from sekisho.errors import InputError, ReferenceDataError
from sekisho.model import Alert
from sekisho.settings import Settings

if TYPE_CHECKING:
    from sekisho.cli.judge import Judge
    from sekisho.cli.passed import Passed
    from sekisho.screening.difference import Change
    from sekisho.screening.resubmitted import StoppedBefore


class Explained(msgspec.Struct):
    """One record of an alert, and what screening its event again gives."""

    alert: Alert
    #: ``same``: the same content; ``differs``: see ``changes``; ``dropped``: see ``missing``
    outcome: Literal["same", "differs", "dropped"] = "dropped"
    #: the alert as it is raised now; None where it is not
    again: Alert | None = None
    changes: tuple[Change, ...] = ()
    #: exactly what cannot be read any more, and why
    missing: list[str] = []
    #: what a reader should know: where the event came from, which engine spoke then
    notes: list[str] = []
    #: of an event that was stopped and came again: each part that differs, what it said then, what it says now
    versions: list[tuple[str, str, str]] = []


@click.command("explain")
@click.argument("alert_id")
@click.option(
    "--all", "every", is_flag=True, help="Every record of the alert (new, updated, closed), not only the newest."
)
@json_option
@with_settings
def command(settings: Settings, alert_id: str, every: bool, as_json: bool) -> int:
    """Screen the event of an alert again, under the reference set it names, and show both side by side.

    Finds the alert in its topic (ALERT_ID may be shortened to its first characters), fetches the event by topic,
    partition and offset, brings the reference set back, and screens at the same moment. Of an event that was stopped
    and came again, altered, it shows both versions, too. Where retention has dropped a part, it says exactly which.

    Exit code: 0 where the content is the same, 1 where it differs or cannot be made again.

    \b
    Example:
      sekisho explain 5d4ab0b66fa8
    """
    alerts = find(settings, alert_id)
    results = explain(settings, alerts if every else alerts[-1:])
    for one in results:
        if as_json:
            emit(one)
        else:
            _tell(one)
    return 0 if all(one.outcome == "same" for one in results) else 1


def find(settings: Settings, alert_id: str) -> list[Alert]:
    """Every record of one alert, in the order of the topic. Raises InputError where there is none, or several alerts."""
    from sekisho.cli.clients import reader
    from sekisho.cli.follow import records
    from sekisho.cli.records import Reader

    decode = Reader(settings)
    found: list[Alert] = []
    with reader(settings) as consumer, progress() as bar:
        for done, record in enumerate(records(consumer, settings.topics.alert, from_beginning=True, follow=False), 1):
            if done % 1000 == 0:
                bar("alerts", done, done)
            # The id stands in the bytes as it is, in Avro and in JSON: most records need not be decoded.
            if record.value is None or alert_id.encode() not in record.value:
                continue
            alert = decode.alert(record)
            if alert is not None and alert.alert_id.startswith(alert_id):
                found.append(alert)
    ids = sorted({alert.alert_id for alert in found})
    if not ids:
        raise InputError(
            f"there is no alert {alert_id} in {settings.topics.alert}: it was never raised, or retention has dropped it; "
            "`sekisho alerts tail --from-beginning` shows what is there"
        )
    if len(ids) > 1:
        raise InputError(f"{alert_id} is the beginning of {len(ids)} alerts: {', '.join(ids[:5])}")
    return found


def explain(settings: Settings, alerts: Sequence[Alert]) -> list[Explained]:
    """Each of ``alerts`` (records of one alert) once more."""
    from sekisho.cli.active import chain_of
    from sekisho.cli.alert_events import AlertEvents
    from sekisho.cli.clients import reader
    from sekisho.cli.judge import Judge
    from sekisho.cli.stopped import StoppedRecords, as_told
    from sekisho.reference import as_of
    from sekisho.reference.activate import tables_of
    from sekisho.screening.resubmitted import is_resubmission

    chain = chain_of(settings)
    results = []
    with reader(settings) as consumer:
        events = AlertEvents(settings, consumer)
        for alert in alerts:
            one = Explained(alert)
            results.append(one)
            passed = events.of(alert, one.missing, one.notes)
            engine = alert.engine
            judge = None
            try:
                wanted = as_of.usable(chain, as_of.named(chain, engine.reference_hash))
                judge = Judge(settings, tables_of(chain, wanted.hash))
            except ReferenceDataError as error:
                one.missing.append(f"the reference set: {error}")
            if judge is None or passed is None:
                continue
            before = None
            if is_resubmission(alert) and alert.status != "closed":
                before = StoppedRecords(settings, consumer, events).of(alert, judge, one.missing, one.notes)
                if one.missing:
                    continue
                one.versions = _versions(judge, passed, alert, before)
                before = as_told(alert, before)
            screening = judge.screen(
                passed, known_at=engine.known_at, now=datetime.now(UTC), trigger=alert.trigger, stopped=before
            )
            again = next((a for a in screening.alerts if a.alert_id == alert.alert_id), None)
            _compare(one, judge.written(again) if again is not None else None)
    return results


def _versions(judge: Judge, passed: Passed, alert: Alert, before: StoppedBefore) -> list[tuple[str, str, str]]:
    """Both versions in the clear, as far as their topics still have them and the settings let out."""
    from sekisho.cli.stopped import versions

    found = judge.screen(passed, known_at=alert.engine.known_at, now=datetime.now(UTC), stopped=before)
    return [
        row
        for again in found.alerts
        if again.alert_id == alert.alert_id
        for match in judge.written(again).matches
        for row in versions(match)
    ]


def _compare(one: Explained, again: Alert | None) -> None:
    from sekisho.screening.difference import Change, changes
    from sekisho.version import VERSION

    alert = one.alert
    one.again = again
    if alert.engine.version != VERSION:
        one.notes.append(f"judged by sekisho {alert.engine.version} then, by {VERSION} now")
    if alert.status == "closed":
        # It was closed because screening did not raise it any more.
        one.changes = () if again is None else (Change("status", "closed", "raised"),)
    elif again is None:
        one.changes = (Change("status", "raised", "not raised"),)
    else:
        one.changes = changes(alert, again)
    one.outcome = "differs" if one.changes else "same"
    if one.changes and alert.engine.version == VERSION:
        one.notes.append(
            "the same version judges otherwise: the worker has other settings (jurisdictions, severities, payload), or is "
            "another build"
        )


# -- for people ---------------------------------------------------------------------------------------------------

_SAID = {
    "same": "screened again, it says the same",
    "differs": "screened again, it says something else",
    "dropped": "it cannot be screened again as it was",
}


def _tell(one: Explained) -> None:
    alert = one.alert
    event, engine = alert.event, alert.engine
    say(alert.message)
    say(
        f"alert {alert.alert_id} ({alert.status}, by {alert.trigger}), of {event.business_reference} in "
        f"{event.topic}/{event.partition}/{event.offset}/{event.index}"
    )
    say(
        f"reference set {engine.reference_sequence} ({engine.reference_hash[:12]}), as known at "
        f"{engine.known_at:%Y-%m-%d %H:%M:%S} UTC, by sekisho {engine.version}"
    )
    for note in one.notes:
        say(note)
    columns = ("", "then", "now") if one.outcome != "dropped" else ("", "then", "")
    show(columns, list(_rows(one)))
    if one.versions:
        show(("part", "the version that was stopped", "this version"), one.versions)
    for missing in one.missing:
        say(f"dropped: {missing}")
    for change in one.changes:
        say(f"differs: {change.field}: {_shown(change.before)} → {_shown(change.after)}")
    # of an alert that was closed there is nothing to set beside it, and that is what its closing said
    silent = one.outcome == "same" and one.again is None
    say("screened again, it is not raised either" if silent else _SAID[one.outcome])


def _rows(one: Explained) -> Iterator[tuple[str, str, str]]:
    then, now = dict(facts(one.alert)), dict(facts(one.again)) if one.again is not None else {}
    labels = [*then, *(label for label in now if label not in then)]
    for label in labels:
        for old, new in zip_longest(then.get(label, []), now.get(label, []), fillvalue=""):
            mark = "≠ " if one.outcome == "differs" and old != new else ""
            yield f"{mark}{label}", old, new
            label = ""


def facts(alert: Alert) -> Iterator[tuple[str, list[str]]]:
    """What an alert says, line by line, under labels that are the same in two alerts of one subject."""
    yield "verdict", [f"{alert.verdict.replace('_', ' ')}, {alert.severity}"]
    yield "subject", [f"{alert.subject.kind} {alert.subject.role}: {alert.subject.value}"]
    for match in alert.matches:
        yield (
            f"met {match.list_id} {match.entry_id}",
            [
                f"{match.name}, as “{match.matched_name}”",
                f"{match.grade}, name {match.name_score:.3f}, identity {match.identity}, score {match.score:.3f}",
                f"version {match.list_version}",
                *(f"{piece.feature}: “{piece.query}” / “{piece.entry}”: {piece.effect}" for piece in match.evidence),
            ],
        )
    for rule in alert.measures:
        when = "in force since" if rule.in_force else "announced, in force from"
        yield (
            f"measure {rule.measure_id}",
            [f"{rule.effect.replace('_', ' ')}, {when} {rule.in_force_from}", rule.legal_basis],
        )


def _shown(value: Any) -> str:
    return "absent" if value is None else str(value)
