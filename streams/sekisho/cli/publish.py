"""``publish``: send events to the input topics, and wait for their verdicts."""

from __future__ import annotations

import collections
import time
from pathlib import Path
from typing import Any

import click
import msgspec

from sekisho.cli.options import json_option, with_settings
from sekisho.cli.output import coloured, counted, emit, plain, say, talk
from sekisho.errors import EventError, InputError, UnreachableError
from sekisho.model import Verdict, event_type
from sekisho.settings import Settings
from sekisho.wire.events import decode_event, event_from_json
from sekisho.wire.framing import JSON_TYPE
from sekisho.wire.headers import cloudevents
from sekisho.wire.pacs_xsd import load_xsds

#: Of lines that cannot be read, so many are told one by one: a file of another kind has thousands.
TOLD = 20


class Outgoing(msgspec.Struct):
    """One record to send. ``line`` is where it stands in the file."""

    line: int
    key: bytes | None
    value: bytes
    headers: list[tuple[str, bytes]]
    #: events in it: the transactions of a payment message
    events: int = 1


@click.group("publish")
def command() -> None:
    """Send events to the input topics.

    The key is the business reference, so that updates of one shipment stay in order: they go to the same
    partition as long as every publisher uses the murmur2 partitioner (the default of Java clients and
    kafka-python; librdkafka clients must set partitioner=murmur2_random).
    """


def _options(command: Any) -> Any:
    for option in reversed(
        (
            click.argument("file", metavar="FILE|-"),
            click.option("--rate", type=click.FloatRange(min=0, min_open=True), help="Events a second at most."),
            click.option(
                "--wait", type=click.FloatRange(min=0, min_open=True), metavar="SECONDS", help="Wait for the verdicts."
            ),
            click.option(
                "--skip-invalid", is_flag=True, help="Send what can be read; tell the rest. Exit 1 at the end."
            ),
            json_option,
            with_settings,
        )
    ):
        command = option(command)
    return command


@command.command("shipments")
@_options
def shipments(
    settings: Settings, file: str, rate: float | None, wait: float | None, skip_invalid: bool, as_json: bool
) -> int:
    """Publish shipments from FILE (JSON lines; `-` is stdin).

    Every line is checked before anything is sent. With --wait the verdicts come out on stdout, one line an
    event (verdict, reference, event id and notes, with tabs between); the exit code is 1 when one did not come in time. Then: look at /ready of the worker and at its
    consumer lag; the event is in the topic and will be screened, so do not send it again, and do not let the
    goods go.

    \b
    Example:
      sekisho publish shipments shipments.jsonl --wait 30 --json
    """
    return _publish(settings, "shipment", settings.topics.shipment, file, rate, wait, skip_invalid, as_json)


@command.command("payments")
@_options
def payments(
    settings: Settings, file: str, rate: float | None, wait: float | None, skip_invalid: bool, as_json: bool
) -> int:
    """Publish payments from FILE: JSON lines, or one ISO 20022 pacs.008 or pacs.009 message (FILE ends in .xml).

    A message is one record, and each of its transactions an event with a verdict of its own. Where
    SEKISHO_INPUT__PACS_XSD names XML schemas, it has to fit the one of its version.

    \b
    Examples:
      sekisho publish payments payments.jsonl --wait 30
      sekisho publish payments pacs008.xml --wait 30 --json
    """
    return _publish(settings, "payment", settings.topics.payment, file, rate, wait, skip_invalid, as_json)


def _publish(
    settings: Settings,
    kind: str,
    topic: str,
    file: str,
    rate: float | None,
    wait: float | None,
    skip_invalid: bool,
    as_json: bool,
) -> int:
    from kafka.errors import KafkaError

    from sekisho.cli.clients import producer, reader

    outgoing, invalid = read(kind, file, settings.input.pacs_xsd)
    if invalid and not skip_invalid:
        raise InputError(
            f"{invalid} of {counted(invalid + len(outgoing), 'event')} cannot be read; nothing was sent. Correct them, or "
            "send the others with --skip-invalid"
        )
    if not invalid and not outgoing:
        from sekisho.cli.files import name_of

        say(f"{name_of(file)} holds no event")
    with reader(settings) as consumer:
        waiting = None
        if wait:
            from sekisho.cli.verdicts import Waiting

            waiting = Waiting(settings, consumer)
        with producer(settings) as client:
            began = time.monotonic()
            futures = []
            for number, record in enumerate(outgoing):
                if rate:
                    time.sleep(max(0.0, began + number / rate - time.monotonic()))
                futures.append(client.send(topic, value=record.value, key=record.key, headers=record.headers))
            client.flush(timeout=60)
            places = []
            for record, future in zip(outgoing, futures, strict=True):
                try:
                    sent = future.get(timeout=60)
                except KafkaError as error:
                    raise UnreachableError(
                        f"{file}, line {record.line}: the broker refused it ({type(error).__name__}); lines before it "
                        "may have been sent, and sending them again is harmless: ids are the same"
                    ) from error
                places.append((sent.topic, sent.partition, sent.offset))
        seconds = time.monotonic() - began
        say(
            f"{counted(sum(one.events for one in outgoing), kind)} acknowledged on {topic} in {seconds:.2f} s"
            + (f", {invalid} invalid" if invalid else "")
        )
        late = 0
        if waiting is not None and wait:
            late = _answers(waiting, places, outgoing, wait, as_json)
        elif as_json:
            for record, place in zip(outgoing, places, strict=True):
                key = record.key.decode() if record.key else None
                emit({"line": record.line, "key": key, "topic": place[0], "partition": place[1], "offset": place[2]})
    return 1 if invalid or late else 0


def _answers(waiting: Any, places: list[Any], outgoing: list[Outgoing], wait: float, as_json: bool) -> int:
    """Print each verdict as it comes; how many did not come within ``wait`` seconds."""
    lines = {place: record.line for place, record in zip(places, outgoing, strict=True)}
    events = {place: record.events for place, record in zip(places, outgoing, strict=True)}
    counts: collections.Counter[str] = collections.Counter()
    for place, verdict in waiting.take(events, wait):
        counts[verdict.verdict] += 1
        if as_json:
            emit({"line": lines[place], **msgspec.to_builtins(verdict)})
        else:
            click.echo(line_of(verdict))
    late = sorted(lines[place] for place in waiting.missing)
    said = ", ".join(f"{count} {coloured(word)}" for word, count in counts.items())
    talk().print(f"verdicts: {said or 'none'}")
    if late:
        shown = ", ".join(map(str, late[:10])) + (" …" if len(late) > 10 else "")
        say(
            f"no verdict within {wait:g} s for line {shown}: nothing is lost, it waits in the topic. Look at the worker's "
            "/ready and lag (`sekisho doctor`); hold the goods until the verdict is there"
        )
    return len(late)


def line_of(verdict: Verdict) -> str:
    """Verdict, reference, event id and each note, with tabs between. What a publisher wrote makes no line and no cell."""
    said = (verdict.event.business_reference, verdict.event.event_id, *verdict.notes)
    return "\t".join((verdict.verdict, *(" ".join(plain(text).split()) for text in said)))


def read(kind: str, file: str, pacs_xsd: Path | None = None) -> tuple[list[Outgoing], int]:
    """The records of ``file`` and how many lines cannot be read; those are told on stderr."""
    from sekisho.cli.files import binary_lines, one_a_line

    if file.lower().endswith(".xml"):
        return [_xml(kind, file, pacs_xsd)], 0
    good: list[Outgoing] = []
    invalid = 0
    not_json = False
    for line, value in binary_lines(file):
        try:
            event = event_from_json(value).event
            if event_type(event) != kind:
                raise EventError(f"this is a {event_type(event)}, not a {kind}", reason="kind")
        except EventError as error:
            invalid += 1
            not_json |= error.reason == "json"
            if invalid <= TOLD:
                say(f"{file}, line {line}: {error}")
            continue
        good.append(Outgoing(line, event.business_reference.encode() or None, value, _headers(kind, event)))
    if invalid > TOLD:
        say(f"… and {counted(invalid - TOLD, 'more line')} that cannot be read")
    if not_json:
        say(one_a_line(file))
    return good, invalid


def _headers(kind: str, event: Any) -> list[tuple[str, bytes]]:
    """CloudEvents, Kafka binding, binary mode."""
    return cloudevents(
        event_id=event.event_id,
        kind=f"sekisho.{kind}.v1",
        source="/sekisho/publish",
        time=event.event_time,
        content_type=JSON_TYPE,
    )


def _xml(kind: str, file: str, pacs_xsd: Path | None) -> Outgoing:
    if kind != "payment":
        raise InputError(f"{file}: XML holds payments (pacs.008); shipments are JSON lines")
    try:
        with open(file, "rb") as stream:
            value = stream.read()
        xsds = load_xsds(pacs_xsd) if pacs_xsd is not None else None
        found = decode_event("payment", value, [("content-type", b"application/xml")], None, xsds)
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from None
    first = found[0].event
    key = first.business_reference if len(found) == 1 else getattr(first, "message_id", "")
    for note in found[0].notes:
        say(f"{file}: {note}")
    return Outgoing(1, key.encode() or None, value, [("content-type", b"application/xml")], len(found))
