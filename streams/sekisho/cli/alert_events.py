"""The event of an alert: from its topic, else from what is kept of it while it is open; or exactly what is dropped."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from kafka import TopicPartition

from sekisho.cli.output import progress
from sekisho.cli.passed import Gone, Passed, origin_of, reopened
from sekisho.errors import EventError
from sekisho.model import Alert, EventRef, Shipment
from sekisho.model.event import GONE, Event
from sekisho.reference.log_reader import records_to
from sekisho.settings import Settings
from sekisho.wire.events import Decoded, decode_event
from sekisho.wire.registry import Registry


class AlertEvents:
    """Fetches the events of alerts: from their topic, else from what is kept of open events."""

    def __init__(self, settings: Settings, consumer: Any) -> None:
        self._settings = settings
        self._consumer = consumer
        self._registry = Registry.from_settings(settings.schema_registry)

    def of(self, alert: Alert, missing: list[str], notes: list[str]) -> Passed | None:
        """The event of ``alert`` with what was known of its past; None with the reason in ``missing``.

        ``notes`` say what a reader should know of how it was found.
        """
        found = self.at(alert.event, missing)
        if found is None:
            state = self._open(alert)
            if state is not None and _same_place(state, alert):
                missing.clear()
                notes.append("the event is dropped from its topic; what is kept of it while it is open stands for it")
                return state
        if found is None or not (isinstance(found.event, Shipment) and found.event.status in GONE):
            return found
        state = self._open(alert)
        since = state.gone_since if state is not None else self._first_gone(alert, found.event, notes)
        if since is not None and since < found.event.event_time:
            notes.append(f"an earlier event had shown it gone at {since:%Y-%m-%d %H:%M} UTC")
            found = msgspec.structs.replace(found, gone_since=since)
        return found

    def at(self, event: EventRef, missing: list[str]) -> Passed | None:
        """What stands at the coordinates of ``event`` in its topic; None with the reason in ``missing``."""
        consumer = self._consumer
        where = f"{event.topic}/{event.partition}/{event.offset}"
        if event.partition not in (consumer.partitions_for_topic(event.topic) or ()):
            missing.append(f"the event {where}: there is no such topic or partition any more")
            return None
        part = TopicPartition(event.topic, event.partition)
        consumer.assign([part])
        first, last = consumer.beginning_offsets([part])[part], consumer.end_offsets([part])[part]
        if not first <= event.offset < last:
            kept = f"it holds offsets {first} to {last - 1}" if last > first else f"it is empty up to offset {last}"
            missing.append(f"the event {where}: retention has dropped it, {kept}")
            return None
        consumer.seek(part, event.offset)
        record = next((r for _, r in records_to(consumer, {part: event.offset + 1})), None)
        if record is None or record.offset != event.offset:
            missing.append(f"the event {where}: the record was deleted from the topic")
            return None
        try:
            found = self._decoded(record)
        except EventError as error:
            missing.append(f"the event {where}: it cannot be read any more: {error}")
            return None
        for decoded in found:
            if decoded.index == event.index:
                origin = msgspec.structs.replace(origin_of(record), index=event.index)
                return Passed(decoded.event, origin, decoded.notes)
        missing.append(f"the event {where}: the message has no transaction {event.index} any more")
        return None

    def _decoded(self, record: Any) -> list[Decoded]:
        """As what its topic holds; a topic that the settings name no more holds one or the other."""
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
        """What is kept of the alert's business reference while it is open, on its input's own partition number."""
        topics = self._settings.topics
        topic = topics.open_payment if alert.event.topic == topics.payment else topics.open_shipment
        if alert.event.partition not in (self._consumer.partitions_for_topic(topic) or ()):
            return None
        part = TopicPartition(topic, alert.event.partition)
        self._consumer.assign([part])
        self._consumer.seek_to_beginning(part)
        key, newest = alert.event.business_reference.encode(), None
        for _, record in records_to(self._consumer, self._consumer.end_offsets([part])):
            if record.key == key:
                newest = record.value
        if newest is None:
            return None
        found = next(iter(reopened(newest, self._registry)), None)
        return found if isinstance(found, Passed) and found.reference == alert.event.business_reference else None

    def _first_gone(self, alert: Alert, event: Event, notes: list[str]) -> datetime | None:
        """The first event before this one, as far as they are retained, that showed the shipment gone."""
        part = TopicPartition(alert.event.topic, alert.event.partition)
        consumer, gone = self._consumer, Gone()
        consumer.assign([part])
        first = consumer.beginning_offsets([part])[part]
        if first > 0:
            notes.append(f"events before offset {first} are dropped: one of them may have shown it gone earlier")
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
