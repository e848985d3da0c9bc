"""``alerts tail``: alerts as they are raised."""

from __future__ import annotations

import contextlib

import click

from sekisho.cli.options import json_option, with_settings
from sekisho.cli.output import emit, say
from sekisho.model import ORDER, Alert
from sekisho.settings import Settings


@click.group("alerts")
def command() -> None:
    """Alerts: what SOC teams consume."""


@command.command("tail")
@click.option("--from-beginning", is_flag=True, help="Start with the oldest alert that the topic keeps.")
@click.option("--follow/--no-follow", default=True, show_default=True, help="Wait for more.")
@click.option("--verdict", type=click.Choice(tuple(ORDER)[1:]), help="Only this verdict or a higher one.")
@click.option("--limit", type=click.IntRange(1), help="Stop after so many.")
@click.option("--seconds", type=click.FloatRange(0), help="Stop after so long.")
@json_option
@with_settings
def tail(
    settings: Settings,
    from_beginning: bool,
    follow: bool,
    verdict: str | None,
    limit: int | None,
    seconds: float | None,
    as_json: bool,
) -> None:
    """Show alerts as they are raised, until Ctrl-C.

    Reads without a consumer group, so it takes nothing away from anybody.

    \b
    Examples:
      sekisho alerts tail
      sekisho alerts tail --from-beginning --no-follow --verdict prohibited --json | jq .message
    """
    from sekisho.cli.alert_table import AlertTable
    from sekisho.cli.clients import reader
    from sekisho.cli.follow import records
    from sekisho.cli.records import Reader

    shown = 0
    table = AlertTable()
    with contextlib.suppress(KeyboardInterrupt), reader(settings) as consumer:
        decode = Reader(settings)
        for record in records(
            consumer, settings.topics.alert, from_beginning=from_beginning, follow=follow, seconds=seconds
        ):
            alert: Alert | None = decode.alert(record)
            if alert is None or (verdict and ORDER[alert.verdict] < ORDER[verdict]):
                continue
            if as_json:
                emit(alert)
            else:
                table.add(alert)
            shown += 1
            if limit and shown >= limit:
                break
    say(f"{shown} alerts")
