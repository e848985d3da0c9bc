"""``dead-letters``: look at records that could not be screened, and send them again once the cause is mended."""

from __future__ import annotations

import collections
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click
import msgspec

from sekisho.cli.options import json_option, with_settings
from sekisho.cli.output import counted, emit, plain, say, show
from sekisho.errors import InputError, UnreachableError
from sekisho.settings import Settings
from sekisho.wire import dead_letters

if TYPE_CHECKING:
    from sekisho.cli.records import Letter

#: Of an error message in the table (characters); payloads, which may be personal data, are not in it at all.
_SHOWN = 200


@click.group("dead-letters")
def command() -> None:
    """Records that could not be screened: each is an event somebody waits for."""


def _picked(settings: Settings, topic: str | None, reason: str | None) -> Iterator[Letter]:
    """Letters in the order of the topic; a record that is none of ours is told and passed over."""
    from sekisho.cli.clients import reader
    from sekisho.cli.follow import records
    from sekisho.cli.records import letter

    with reader(settings) as consumer:
        for record in records(consumer, settings.topics.dead_letter, from_beginning=True, follow=False):
            try:
                found = letter(record)
            except InputError as error:
                say(f"{record.partition}:{record.offset}: {error}")
                continue
            if topic in (None, found.context.topic) and reason in (None, found.context.reason):
                yield found


@command.command("list")
@click.option("--topic", help="Only letters whose record came from this topic.")
@click.option("--reason", help="Only letters with this reason, as the metric sekisho_dead_letters_total names it.")
@json_option
@with_settings
def list_letters(settings: Settings, topic: str | None, reason: str | None, as_json: bool) -> None:
    """All dead letters: what, from where, why, when. Payloads are not shown.

    \b
    Example:
      sekisho dead-letters list --reason unknown_schema
    """
    letters = list(_picked(settings, topic, reason))
    if as_json:
        for one in letters:
            emit({"id": one.id, **msgspec.to_builtins(one.context), "bytes": _size(one)})
    elif letters:
        show(
            ("id", "record", "reason", "what is wrong", "when", "bytes"),
            [
                (
                    one.id,
                    f"{one.context.topic}/{one.context.partition}/{one.context.offset}",
                    one.context.reason,
                    one.context.message[:_SHOWN],
                    f"{one.context.time:%Y-%m-%d %H:%M:%S}" if one.context.time else "",
                    str(_size(one)),
                )
                for one in letters
            ],
        )
    reasons = collections.Counter(one.context.reason for one in letters)
    said = ", ".join(f"{count} {word}" for word, count in reasons.most_common())
    say(counted(len(letters), "dead letter") + (f": {said}" if said else ""))


def _size(one: Letter) -> int:
    return one.context.value_bytes or len(one.value or b"")


@command.command("show")
@click.argument("letter_id", metavar="ID")
@click.option("--raw", is_flag=True, help="Only the original value, byte for byte, on stdout.")
@json_option
@with_settings
def show_letter(settings: Settings, letter_id: str, raw: bool, as_json: bool) -> None:
    """One dead letter in full, payload included. It may hold personal data.

    ID is partition:offset, as `dead-letters list` shows it.

    \b
    Example:
      sekisho dead-letters show 2:17 --raw > event.json
    """
    found = _one(settings, letter_id)
    value = found.value or b""
    if raw:
        sys.stdout.buffer.write(value)
        sys.stdout.buffer.flush()
        return
    context = {name: said for name, said in msgspec.to_builtins(found.context).items() if said not in (None, "")}
    key = _text(found.key) if found.key is not None else None
    headers = [(name, _text(content)) for name, content in found.headers if not name.startswith(dead_letters.PREFIX)]
    if as_json:
        emit({"id": found.id, **context, "key": key, "headers": headers, "value": _text(value)})
        return
    for name, said in context.items():
        click.echo(f"{name:<12} {said}")
    click.echo(f"{'key':<12} {plain(key or 'none')}")
    for name, content in headers:
        click.echo(f"{'header':<12} {plain(name)} = {plain(content)}")
    click.echo(f"\n{plain(_text(value))}")


@command.command("replay")
@click.argument("letter_ids", metavar="[ID]...", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every letter (with --topic and --reason: those).")
@click.option("--topic", help="With --all: only letters whose record came from this topic.")
@click.option("--reason", help="With --all: only letters with this reason.")
@click.option("--dry-run", is_flag=True, help="Show what would be sent; send nothing.")
@json_option
@with_settings
def replay(
    settings: Settings,
    letter_ids: tuple[str, ...],
    every: bool,
    topic: str | None,
    reason: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Send dead letters to their topics again, byte for byte, once the cause is mended.

    The original key, value and headers go to the original topic. The dead letter itself stays (the topic is a
    log); if the cause is still there, another dead letter follows, and --all sends the record of both once. Content cannot be corrected here: ask the
    publisher for a new event instead.

    \b
    Examples:
      sekisho dead-letters replay 2:17 0:3
      sekisho dead-letters replay --all --reason unknown_schema --dry-run
    """
    if bool(letter_ids) == every:
        raise click.UsageError("name the letters, or give --all")
    letters = list(_picked(settings, topic, reason)) if every else [_one(settings, one) for one in letter_ids]
    originals = [_original(settings, one) for one in letters]
    found = len(letters)
    if every:
        letters, originals = _each_once(letters, originals)
    if not dry_run and originals:
        _send(settings, letters, originals)
    for one in letters if as_json else ():
        emit({"id": one.id, "topic": one.context.topic, "sent": not dry_run})
    if dry_run and letters and not as_json:
        show(
            ("id", "to", "reason", "bytes"),
            [(one.id, one.context.topic, one.context.reason, str(_size(one))) for one in letters],
        )
    again = f"; {counted(found - len(letters), 'letter')} of the same records left out" if found > len(letters) else ""
    say(f"{len(letters)} {'would be sent again' if dry_run else 'sent again'}{again}")
    if every and not found:
        reasons = sorted({one.context.reason for one in _picked(settings, None, None)})
        say(f"there are letters with these reasons: {', '.join(reasons)}" if reasons else "there are no dead letters")


def _each_once(
    letters: list[Letter], originals: list[dead_letters.Letter]
) -> tuple[list[Letter], list[dead_letters.Letter]]:
    """The first letter of each record: one that was sent again in vain has left another, and all of them sent again would
    double at each attempt."""
    seen: set[object] = set()
    kept: list[tuple[Letter, dead_letters.Letter]] = []
    for one, original in zip(letters, originals, strict=True):
        record = (one.context.topic, original.key, original.value, tuple(original.headers))
        if record not in seen:
            seen.add(record)
            kept.append((one, original))
    return [one for one, _ in kept], [original for _, original in kept]


def _original(settings: Settings, one: Letter) -> dead_letters.Letter:
    """The record as it came; that of a pointer is read from its own topic again."""
    if not one.context.is_pointer:
        return dead_letters.original(one.key, one.value, one.headers)
    source = _at(settings, one.context.topic, one.context.partition, one.context.offset)
    return dead_letters.from_source(one.headers, source.key, source.value, source.headers)


def _send(settings: Settings, letters: list[Letter], originals: list[dead_letters.Letter]) -> None:
    from kafka.errors import KafkaError

    from sekisho.cli.clients import producer

    with producer(settings) as client:
        futures = [
            client.send(one.context.topic, value=original.value, key=original.key, headers=original.headers)
            for one, original in zip(letters, originals, strict=True)
        ]
        client.flush(timeout=60)
        for one, future in zip(letters, futures, strict=True):
            try:
                future.get(timeout=60)
            except KafkaError as error:
                raise UnreachableError(
                    f"letter {one.id} was refused ({type(error).__name__}); those before it were sent, and sending "
                    "them again is harmless"
                ) from error


def _one(settings: Settings, letter_id: str) -> Letter:
    from sekisho.cli.records import letter

    partition, colon, offset = letter_id.partition(":")
    if not colon or not partition.isdigit() or not offset.isdigit():
        raise InputError(f"{letter_id!r} is no id of a dead letter; `sekisho dead-letters list` shows them, as 2:17")
    return letter(_at(settings, settings.topics.dead_letter, int(partition), int(offset)))


def _at(settings: Settings, topic: str, partition: int, offset: int) -> Any:
    """The record at one place. Raises InputError where the topic does not hold it (any more)."""
    from kafka import TopicPartition

    from sekisho.cli.clients import reader

    place = TopicPartition(topic, partition)
    with reader(settings) as consumer:
        if partition not in (consumer.partitions_for_topic(topic) or ()):
            raise InputError(
                f"{topic} has no partition {partition}, so {partition}:{offset} is no record of it; `sekisho dead-letters list` "
                "shows which there are"
            )
        begin, end = consumer.beginning_offsets([place])[place], consumer.end_offsets([place])[place]
        if begin <= offset < end:
            consumer.assign([place])
            consumer.seek(place, offset)
            while consumer.position(place) < end:
                for batch in consumer.poll(timeout_ms=500).values():
                    if batch[0].offset == offset:
                        return batch[0]
                    break
                else:
                    continue
                break
    held = f"it holds {begin} to {end - 1} of that partition" if begin < end else "it holds none of that partition"
    raise InputError(
        f"{topic} holds no record {partition}:{offset} ({held}); `sekisho dead-letters list` shows which there are"
    )


def _text(value: bytes) -> str:
    """As text where it is UTF-8, else in hexadecimal."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return f"hex {value.hex()}"
