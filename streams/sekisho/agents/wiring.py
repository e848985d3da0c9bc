"""Between the agents and the wire: records of Kafka to events, and results to records of Kafka."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, Protocol

from sekisho.agents.delivery import Outgoing
from sekisho.agents.marks import HEADER, Mark
from sekisho.errors import EventError
from sekisho.model import Alert, Fingerprint, OpenEvent, Progress, Verdict
from sekisho.model.event import Event
from sekisho.settings import Settings
from sekisho.wire import Decoded, decode_event, encode, encode_json, glimpse
from sekisho.wire import dead_letters as letters
from sekisho.wire.framing import AVRO_TYPE
from sekisho.wire.headers import for_output
from sekisho.wire.pacs_xsd import load_xsds
from sekisho.wire.privacy import reduce
from sekisho.wire.references import Readable, references
from sekisho.wire.registry import Registry

#: ``ce_source`` of what we write; the group tells deployments apart.
SOURCE = "/sekisho/"


class Input(Protocol):
    """An input record as Faust hands it over; ``timestamp`` in seconds."""

    topic: str
    partition: int
    offset: int
    timestamp: float
    headers: Any
    key: bytes | None
    value: bytes | None


class Wiring:
    """Decodes and encodes under the settings.

    Each method but ``close`` may raise UnreachableError or SchemaError while the registry does not answer or lacks our
    schemas: then nothing is wrong with the record, and it is to be tried again.
    """

    def __init__(self, settings: Settings, *, registry: Registry | None) -> None:
        self._topics = settings.topics
        self._encoding = settings.output.encoding
        self._payload, self._account_numbers = settings.output.alert_payload, settings.output.account_numbers
        self._source = SOURCE + settings.worker.group
        self._registry = registry
        self._xsds = load_xsds(settings.input.pacs_xsd) if settings.input.pacs_xsd is not None else None

    @classmethod
    def from_settings(cls, settings: Settings) -> Wiring:
        return cls(settings, registry=Registry.from_settings(settings.schema_registry))

    def close(self) -> None:
        if self._registry is not None:
            self._registry.close()

    def decode(self, kind: Literal["shipment", "payment"], value: bytes, headers: Any) -> Sequence[Decoded]:
        """The events in a record. Raises EventError where there is none."""
        return decode_event(kind, value, headers, self._registry, self._xsds)

    def glimpse(self, kind: Literal["shipment", "payment"], value: bytes, headers: Any) -> Event | None:
        """The event in a record that was decoded before, where it can be had for less than that."""
        found: Event | None = glimpse(kind, value, headers, self._registry)
        return found

    def references(self, kind: Literal["shipment", "payment"], record: Input) -> tuple[Readable, ...]:
        """The references that can still be read from a record of which nothing else can."""
        return references(kind, record.value, record.headers, self._registry)

    def alert(self, alert: Alert, cause: Any) -> Outgoing:
        """``cause`` are the headers of the event, whose trace goes on."""
        said = reduce(alert, self._payload, self._account_numbers)
        return self._result(self._topics.alert, "alert", said, cause)

    def verdict(self, verdict: Verdict, cause: Any) -> Outgoing:
        return self._result(self._topics.verdict, "verdict", verdict, cause)

    def dead_letter(self, record: Input, fault: EventError, at: datetime) -> Outgoing:
        """The record as it came, with the error in headers."""
        return self._letter(letters.dead_letter, record, fault, at)

    def pointer(self, record: Input, fault: EventError, at: datetime) -> Outgoing:
        """What stands for a dead letter that its topic refuses as too large."""
        return self._letter(letters.pointer, record, fault, at)

    def open_event(self, state: OpenEvent, mark: Mark, partition: int) -> Outgoing:
        """The newest record of what is open; internal, so never as JSON nor with a registry's id."""
        headers = [("content-type", AVRO_TYPE), (HEADER, mark.pack())]
        return Outgoing(
            self._open_topic(state.kind), state.business_reference.encode(), encode(state), headers, partition
        )

    def closed_event(self, kind: str, reference: str, partition: int) -> Outgoing:
        """It is no longer open: a tombstone."""
        return Outgoing(self._open_topic(kind), reference.encode(), None, [], partition)

    def fingerprint(self, fingerprint: Fingerprint) -> Outgoing:
        """What is kept of a stopped event; internal."""
        headers = [("content-type", AVRO_TYPE)]
        return Outgoing(self._topics.fingerprint, fingerprint.fingerprint_id.encode(), encode(fingerprint), headers)

    def no_fingerprint(self, fingerprint_id: str) -> Outgoing:
        """It is not stopped any more: a tombstone."""
        return Outgoing(self._topics.fingerprint, fingerprint_id.encode(), None, [])

    def progress(self, progress: Progress) -> Outgoing:
        return Outgoing(
            self._topics.progress, progress.key.encode(), encode(progress), [("content-type", AVRO_TYPE)], 0
        )

    def _open_topic(self, kind: str) -> str:
        return self._topics.open_shipment if kind == "shipment" else self._topics.open_payment

    def _result(self, topic: str, contract: str, record: Alert | Verdict, cause: Any) -> Outgoing:
        if self._encoding == "json":
            value = encode_json(record)
        else:
            value = encode(record, self._registry.output_id(topic, contract) if self._registry is not None else None)
        headers = for_output(record, source=self._source, encoding=self._encoding, cause=cause)
        return Outgoing(topic, record.event.business_reference.encode(), value, headers)

    def _letter(self, make: Any, record: Input, fault: EventError, at: datetime) -> Outgoing:
        letter = make(
            record.key,
            record.value,
            record.headers,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            fault=fault,
            at=at,
            timestamp_ms=round(record.timestamp * 1000) if record.timestamp else None,
        )
        return Outgoing(self._topics.dead_letter, letter.key, letter.value, letter.headers)
