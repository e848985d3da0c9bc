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
from sekisho.errors import EventError, InputError, ReferenceDataError
from sekisho.model import Alert, Shipment
from sekisho.model.event import GONE, Event
from sekisho.settings import Settings

if TYPE_CHECKING:
    from sekisho.cli.passed import Passed
    from sekisho.screening.difference import Change
    from sekisho.wire.events import Decoded


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
    partition and offset, brings the reference set back, and screens at the same moment. Where retention has dropped
    a part, it says exactly which.

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
    from sekisho.cli.clients import reader
    from sekisho.cli.judge import Judge
    from sekisho.reference import as_of
    from sekisho.reference.activate import tables_of

    chain = chain_of(settings)
    results = []
    with reader(settings) as consumer:
        events = Events(settings, consumer)
        for alert in alerts:
            one = Explained(alert)
            results.append(one)
            passed = events.of(alert, one)
            engine = alert.engine
            judge = None
            try:
                wanted = as_of.usable(chain, as_of.named(chain, engine.reference_hash))
                judge = Judge(settings, tables_of(chain, wanted.hash))
            except ReferenceDataError as error:
                one.missing.append(f"the reference set: {error}")
            if judge is None or passed is None:
                continue
            screening = judge.screen(passed, known_at=engine.known_at, now=datetime.now(UTC), trigger=alert.trigger)
            again = next((a for a in screening.alerts if a.alert_id == alert.alert_id), None)
            _compare(one, judge.written(again) if again is not None else None)
    return results


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


class Events:
    """Fetches the events of alerts: from their topic, else from what is kept of open events."""

    def __init__(self, settings: Settings, consumer: Any) -> None:
        from sekisho.wire.registry import Registry

        self._settings = settings
        self._consumer = consumer
        self._registry = Registry.from_settings(settings.schema_registry)

    def of(self, alert: Alert, one: Explained) -> Passed | None:
        """The event of ``alert`` with what was known of its past; None with the reason in ``one.missing``."""
        state = self._open(alert)
        found = self._retained(alert, one)
        if found is None and state is not None and _same_place(state, alert):
            one.missing.clear()
            one.notes.append("the event is dropped from its topic; what is kept of it while it is open stands for it")
            return state
        if found is None or not (isinstance(found.event, Shipment) and found.event.status in GONE):
            return found
        since = state.gone_since if state is not None else self._first_gone(alert, found.event, one)
        if since is not None and since < found.event.event_time:
            one.notes.append(f"an earlier event had shown it gone at {since:%Y-%m-%d %H:%M} UTC")
            found = msgspec.structs.replace(found, gone_since=since)
        return found

    def _retained(self, alert: Alert, one: Explained) -> Passed | None:
        from kafka import TopicPartition

        from sekisho.cli.passed import Passed, origin_of
        from sekisho.reference.log_reader import records_to

        event, consumer = alert.event, self._consumer
        where = f"{event.topic}/{event.partition}/{event.offset}"
        if event.partition not in (consumer.partitions_for_topic(event.topic) or ()):
            one.missing.append(f"the event {where}: there is no such topic or partition any more")
            return None
        part = TopicPartition(event.topic, event.partition)
        consumer.assign([part])
        first, last = consumer.beginning_offsets([part])[part], consumer.end_offsets([part])[part]
        if not first <= event.offset < last:
            kept = f"it holds offsets {first} to {last - 1}" if last > first else f"it is empty up to offset {last}"
            one.missing.append(f"the event {where}: retention has dropped it, {kept}")
            return None
        consumer.seek(part, event.offset)
        record = next((r for _, r in records_to(consumer, {part: event.offset + 1})), None)
        if record is None or record.offset != event.offset:
            one.missing.append(f"the event {where}: the record was deleted from the topic")
            return None
        try:
            found = self._decoded(record)
        except EventError as error:
            one.missing.append(f"the event {where}: it cannot be read any more: {error}")
            return None
        for decoded in found:
            if decoded.index == event.index:
                origin = msgspec.structs.replace(origin_of(record), index=event.index)
                return Passed(decoded.event, origin, decoded.notes)
        one.missing.append(f"the event {where}: the message has no transaction {event.index} any more")
        return None

    def _decoded(self, record: Any) -> list[Decoded]:
        """As what its topic holds; a topic that the settings name no more holds one or the other."""
        from sekisho.wire.events import decode_event

        topics = self._settings.topics
        if record.topic == topics.payment:
            return decode_event("payment", record.value, record.headers, self._registry)
        try:
            return decode_event("shipment", record.value, record.headers, self._registry)
        except EventError:
            if record.topic == topics.shipment:
                raise
        return decode_event("payment", record.value, record.headers, self._registry)

    def _open(self, alert: Alert) -> Passed | None:
        """What is kept of the alert's business reference while it is open."""
        from sekisho.cli.follow import records
        from sekisho.cli.passed import Passed, reopened

        topics = self._settings.topics
        topic = topics.open_payment if alert.event.topic == topics.payment else topics.open_shipment
        if not self._consumer.partitions_for_topic(topic):
            return None
        newest = None
        key = alert.event.business_reference.encode()
        for record in records(self._consumer, topic, from_beginning=True, follow=False):
            if record.key == key:
                newest = record.value
        if newest is None:
            return None
        found = next(iter(reopened(newest, self._registry)), None)
        return found if isinstance(found, Passed) and found.reference == alert.event.business_reference else None

    def _first_gone(self, alert: Alert, event: Event, one: Explained) -> datetime | None:
        """The first event before this one, as far as they are retained, that showed the shipment gone."""
        from kafka import TopicPartition

        from sekisho.cli.passed import Gone
        from sekisho.reference.log_reader import records_to
        from sekisho.wire.events import decode_event

        part = TopicPartition(alert.event.topic, alert.event.partition)
        consumer, gone = self._consumer, Gone()
        consumer.assign([part])
        first = consumer.beginning_offsets([part])[part]
        if first > 0:
            one.notes.append(f"events before offset {first} are dropped: one of them may have shown it gone earlier")
        consumer.seek(part, first)
        key = alert.event.key.encode() if alert.event.key is not None else None
        with progress() as bar:
            for _, record in records_to(consumer, {part: alert.event.offset}) if first < alert.event.offset else ():
                if record.offset % 1000 == 0:
                    bar("earlier events", record.offset - first, alert.event.offset - first)
                if record.key != key or record.offset >= alert.event.offset:
                    continue
                try:
                    for earlier in decode_event("shipment", record.value, record.headers, self._registry):
                        gone.seen(earlier.event, earlier.event.business_reference)
                except EventError:
                    continue  # it is a dead letter, and told nobody anything
        return gone.seen(event, event.business_reference)


def _same_place(passed: Passed, alert: Alert) -> bool:
    origin, event = passed.origin, alert.event
    return (origin.topic, origin.partition, origin.offset, origin.index) == (
        event.topic,
        event.partition,
        event.offset,
        event.index,
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
    for missing in one.missing:
        say(f"dropped: {missing}")
    for change in one.changes:
        say(f"differs: {change.field}: {_shown(change.before)} → {_shown(change.after)}")
    say(_SAID[one.outcome])


def _rows(one: Explained) -> Iterator[tuple[str, str, str]]:
    then, now = dict(facts(one.alert)), dict(facts(one.again)) if one.again is not None else {}
    labels = [*then, *(label for label in now if label not in then)]
    for label in labels:
        for old, new in zip_longest(then.get(label, []), now.get(label, []), fillvalue=""):
            mark = "≠ " if one.outcome != "dropped" and old != new else ""
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
