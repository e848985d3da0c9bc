"""``screen``: events from a file against lists from files, without a broker."""

from __future__ import annotations

import collections
import time
from datetime import UTC, datetime
from pathlib import Path

import click

from sekisho.cli.files import binary_lines, name_of, one_a_line
from sekisho.cli.options import json_option
from sekisho.cli.output import coloured, counted, emit, say, talk
from sekisho.cli.reference_option import jurisdictions_option, lists_option, reference_of, screener_of
from sekisho.errors import EventError
from sekisho.model import ORDER, Origin

VERDICTS = (*ORDER, "unscreened")


@click.command("screen")
@click.argument("file", metavar="FILE|-")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"]),
    help="The law and the lists known on that day (noon UTC), for every event [each event's own time].",
)
@click.option(
    "--fail-on",
    type=click.Choice(VERDICTS[1:]),
    help="Exit 1 if an event has this verdict or a higher one, or could not be screened.",
)
@click.option("--hits", is_flag=True, help="Print only verdicts that are not clear.")
@click.option(
    "--stripping",
    "window_days",
    type=click.IntRange(1),
    metavar="DAYS",
    help="Also hold each event against those stopped in the DAYS before it, in the order of the file, as a worker does.",
)
@jurisdictions_option
@lists_option
@json_option
def command(
    file: str,
    as_of: datetime | None,
    fail_on: str | None,
    hits: bool,
    window_days: int | None,
    jurisdictions: str | None,
    lists: tuple[Path, ...],
    as_json: bool,
) -> int:
    """Screen events from FILE (JSON lines; `-` is stdin).

    A line with `shipment_reference` is a shipment, one with `end_to_end_id` a payment. Each gives one line on
    stdout: its verdict as JSON, with its alerts inside. A line that cannot be read gives the verdict
    `unscreened` with the error, and the run goes on. A summary goes to stderr. The output is JSON with or
    without --json.

    Exit code: 0 when the run went through, whatever the verdicts; with --fail-on, 1 when an event has that
    verdict or a higher one, or is unscreened.

    Each event is screened by itself. With --stripping one that was stopped, and comes again with what stopped it
    removed or altered, is `review`, with the two versions compared.

    \b
    Examples:
      sekisho screen events.jsonl
      sekisho screen --stripping 30 --hits events.jsonl
      sekisho screen --as-of 2023-02-03 --fail-on licence_required - < events.jsonl
      sekisho screen --jurisdictions JP,US,UN events.jsonl
    """
    from sekisho.cli.stopped import FilePast
    from sekisho.cli.verdict_lines import screened, unscreened
    from sekisho.wire.events import event_from_json

    past = FilePast(window_days) if window_days else None
    screener = screener_of(reference_of(lists), jurisdictions)
    known = _moment(as_of) if as_of else None
    verdicts: collections.Counter[str] = collections.Counter()
    alerts = 0
    not_json = False
    began = time.perf_counter()
    for number, line in binary_lines(file):
        origin = Origin(topic=file, partition=0, offset=number - 1)
        try:
            decoded = event_from_json(line)
        except EventError as error:
            verdicts["unscreened"] += 1
            not_json |= error.reason == "json"
            say(f"{file}, line {number}: unscreened: {error}")
            emit(unscreened(origin, error))
            continue
        found = screener.screen(
            decoded.event,
            origin,
            known_at=known or decoded.event.event_time,
            now=datetime.now(UTC),
            notes=decoded.notes,
            stopped=past.before(decoded.event, origin) if past is not None else None,
        )
        if past is not None:
            past.after(decoded.event, found)
        verdicts[found.verdict.verdict] += 1
        alerts += len(found.alerts)
        if not hits or found.verdict.verdict != "clear":
            emit(screened(found))
    _summary(verdicts, alerts, time.perf_counter() - began)
    if not_json:
        say(one_a_line(file))
    if not verdicts:
        say(f"{name_of(file)} holds no event")
    return 1 if fail_on and _met(verdicts, fail_on) else 0


def _moment(day: datetime) -> datetime:
    """A bare day means its noon in UTC: that is the same day from New York to Tokyo."""
    return (day.replace(hour=12) if day.time() == datetime.min.time() else day).replace(tzinfo=UTC)


def _met(verdicts: collections.Counter[str], fail_on: str) -> bool:
    if verdicts["unscreened"] or fail_on == "unscreened":
        return bool(verdicts["unscreened"])
    return any(ORDER[verdict] >= ORDER[fail_on] for verdict in verdicts if verdict in ORDER and verdicts[verdict])


def _summary(verdicts: collections.Counter[str], alerts: int, seconds: float) -> None:
    count = sum(verdicts.values())
    parts = [f"{verdicts[verdict]} {coloured(verdict)}" for verdict in VERDICTS if verdicts[verdict]]
    rate = f", {count / seconds:,.0f} events/s" if seconds > 0 and count else ""
    talk().print(
        f"{counted(count, 'event')}: {', '.join(parts) or 'none'}; {counted(alerts, 'alert')}; {seconds:.2f} s{rate}"
    )
    if unread := verdicts["unscreened"]:
        were = "was" if unread == 1 else "were"
        talk().print(
            f"[bold red]{counted(unread, 'event')} {were} NOT screened[/]: see each `error`; correct it and screen the event again"
        )
