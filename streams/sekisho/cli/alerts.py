"""``alerts``: what SOC teams consume: as it is raised, one in full, or counted."""

from __future__ import annotations

import collections
import contextlib
import sys
from collections.abc import Callable, Iterator

import click
import msgspec

from sekisho.cli.options import csv_option, json_option, one_form, with_settings
from sekisho.cli.output import counted, emit, plain, say, show
from sekisho.errors import InputError
from sekisho.model import ORDER, Alert
from sekisho.settings import Settings

SEVERITIES = ("low", "medium", "high", "critical")


class Filter(msgspec.Struct, frozen=True):
    """Which alerts are wanted; what is not set asks nothing."""

    verdict: str | None = None
    severity: str | None = None
    list_id: str | None = None
    measure: str | None = None

    def takes(self, alert: Alert) -> bool:
        return (
            (self.verdict is None or ORDER[alert.verdict] >= ORDER[self.verdict])
            and (self.severity is None or SEVERITIES.index(alert.severity) >= SEVERITIES.index(self.severity))
            and (self.list_id is None or any(match.list_id == self.list_id for match in alert.matches))
            and (self.measure is None or any(one.measure_id == self.measure for one in alert.measures))
        )


@click.group("alerts")
def command() -> None:
    """Alerts: what SOC teams consume.

    Reads without a consumer group, so it takes nothing away from anybody.
    """


@command.command("tail")
@click.option("--from-beginning", is_flag=True, help="Start with the oldest alert that the topic keeps.")
@click.option("--follow/--no-follow", default=True, show_default=True, help="Wait for more.")
@click.option("--verdict", type=click.Choice(tuple(ORDER)[1:]), help="Only this verdict or a higher one.")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Only this severity or a higher one.")
@click.option("--list", "list_id", metavar="LIST", help="Only alerts that met this list or goods table.")
@click.option("--measure", metavar="ID", help="Only alerts that this measure is applied in.")
@click.option("--limit", type=click.IntRange(1), help="Stop after so many.")
@click.option("--seconds", type=click.FloatRange(0), help="Stop after so long.")
@csv_option
@json_option
@with_settings
def tail(
    settings: Settings,
    from_beginning: bool,
    follow: bool,
    verdict: str | None,
    severity: str | None,
    list_id: str | None,
    measure: str | None,
    limit: int | None,
    seconds: float | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Show alerts as they are raised, until Ctrl-C.

    \b
    Examples:
      sekisho alerts tail
      sekisho alerts tail --from-beginning --no-follow --severity critical --json | jq .message
      sekisho alerts tail --from-beginning --no-follow --list us-ofac-sdn --csv > alerts.csv
    """
    one_form(as_json, as_csv)
    shown = passed = 0
    lists: set[str] = set()
    measures: set[str] = set()
    add = _shower(as_json, as_csv)
    wanted = Filter(verdict, severity, list_id, measure)
    with contextlib.suppress(KeyboardInterrupt):
        for alert in _alerts(settings, from_beginning=from_beginning, follow=follow, seconds=seconds):
            if not wanted.takes(alert):
                passed += 1
                lists.update(match.list_id for match in alert.matches)
                measures.update(one.measure_id for one in alert.measures)
                continue
            add(alert)
            shown += 1
            if limit and shown >= limit:
                break
    say(counted(shown, "alert"))
    # a mistyped id would look like a quiet day
    for flag, asked, met in (("--list", list_id, lists), ("--measure", measure, measures)):
        if asked and not shown and passed and asked not in met:
            ids = ", ".join(sorted(met)) or "none"
            say(f"{counted(passed, 'alert')} passed over; none is of {flag} {asked}. Those that are there: {ids}")


def _shower(as_json: bool, as_csv: bool) -> Callable[[Alert], None]:
    """What shows an alert. CSV goes out row by row: whoever follows it must not wait for a full buffer."""
    if as_json:
        return emit
    if as_csv:
        from sekisho.cli.alert_csv import AlertSheet

        sheet = AlertSheet()

        def add(alert: Alert) -> None:
            sheet.add(alert)
            sys.stdout.flush()

        return add
    from sekisho.cli.alert_table import AlertTable

    return AlertTable().add


@command.command("show")
@click.argument("alert_id")
@csv_option
@json_option
@with_settings
def show_alert(settings: Settings, alert_id: str, as_json: bool, as_csv: bool) -> None:
    """One alert in full: every record of it, oldest first, with matches, evidence and measures.

    ALERT_ID may be shortened to its first characters.

    \b
    Example:
      sekisho alerts show 5d4ab0b66fa8
    """
    one_form(as_json, as_csv)
    found = [
        alert
        for alert in _alerts(settings, from_beginning=True, follow=False, seconds=None)
        if alert.alert_id.startswith(alert_id)
    ]
    if not found:
        raise InputError(
            f"there is no alert {alert_id} in {settings.topics.alert}: it was never raised, or retention has dropped it; "
            "`sekisho alerts tail --from-beginning` shows what is there"
        )
    if len(ids := sorted({alert.alert_id for alert in found})) > 1:
        raise InputError(f"{alert_id} is the beginning of {len(ids)} alerts: {', '.join(ids[:5])}")
    if as_json or as_csv:
        add = _shower(as_json, as_csv)
        for alert in found:
            add(alert)
        return
    for alert in found:
        for line in in_full(alert):
            click.echo(plain(line))


def in_full(alert: Alert) -> Iterator[str]:
    """An alert as lines for people."""
    from sekisho.cli.stopped import in_lines
    from sekisho.screening.resubmitted import STOPPED

    event, engine = alert.event, alert.engine
    yield alert.message
    yield f"  alert      {alert.alert_id} ({alert.status}, {alert.severity}, by {alert.trigger} at {alert.raised_at:%Y-%m-%d %H:%M:%S} UTC)"
    yield f"  event      {event.business_reference}, {event.event_id}, in {event.topic}/{event.partition}/{event.offset}/{event.index}"
    yield f"  subject    {alert.subject.kind} {alert.subject.role}: {alert.subject.value}"
    for match in alert.matches:
        if match.list_id == STOPPED:
            yield from in_lines(match)
            continue
        yield f"  met        {match.name} [{match.list_id} {match.entry_id}, version {match.list_version}]"
        yield (
            f"             as “{match.matched_name}”: {match.grade}, name {match.name_score:.2f}, "
            f"identity {match.identity}, score {match.score:.2f}"
        )
        for piece in match.evidence:
            yield f"             {piece.feature}: “{piece.query}” / “{piece.entry}” — {piece.effect}"
    for one in alert.measures:
        when = "in force since" if one.in_force else "announced, in force from"
        yield f"  measure    {one.measure_id}: {one.effect.replace('_', ' ')}, {when} {one.in_force_from}"
        yield f"             {one.legal_basis}"
    yield f"  judged     with reference set {engine.reference_sequence} ({engine.reference_hash[:12]}), as known at {engine.known_at:%Y-%m-%d %H:%M} UTC, by sekisho {engine.version}"
    if alert.stale_lists:
        yield f"  stale      {', '.join(alert.stale_lists)}"


@command.command("stats")
@csv_option
@json_option
@with_settings
def stats(settings: Settings, as_json: bool, as_csv: bool) -> None:
    """How many alerts there are, by verdict, severity, list and measure. An alert counts once, as its newest record.

    \b
    Example:
      sekisho alerts stats --json
    """
    one_form(as_json, as_csv)
    newest = {alert.alert_id: alert for alert in _alerts(settings, from_beginning=True, follow=False, seconds=None)}
    counts: dict[str, collections.Counter[str]] = {
        what: collections.Counter() for what in ("status", "verdict", "severity", "list", "measure")
    }
    for alert in newest.values():
        counts["status"][alert.status] += 1
        if alert.status == "closed":
            continue
        counts["verdict"][alert.verdict] += 1
        counts["severity"][alert.severity] += 1
        counts["list"].update({match.list_id for match in alert.matches})
        counts["measure"].update({one.measure_id for one in alert.measures})
    if as_json:
        emit({"alerts": len(newest), **{what: dict(counter) for what, counter in counts.items()}})
        return
    rows = [(what, word, str(count)) for what, counter in counts.items() for word, count in counter.most_common()]
    if as_csv:
        from sekisho.cli.alert_csv import Sheet

        sheet = Sheet(("by", "value", "alerts"))
        for what, word, count in rows:
            sheet.row((what, word, int(count)))
        return
    show(("by", "", "alerts"), rows)
    say(counted(len(newest), "alert"))


def _alerts(settings: Settings, *, from_beginning: bool, follow: bool, seconds: float | None) -> Iterator[Alert]:
    from sekisho.cli.clients import reader
    from sekisho.cli.follow import records
    from sekisho.cli.records import Reader

    decode = Reader(settings)
    with reader(settings) as consumer:
        for record in records(
            consumer, settings.topics.alert, from_beginning=from_beginning, follow=follow, seconds=seconds
        ):
            alert = decode.alert(record)
            if alert is not None:
                yield alert
