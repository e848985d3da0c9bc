"""The ``backtest`` command: which two judges, which events, and where the report goes."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sekisho.cli.files import check_writable
from sekisho.cli.moments import MOMENT
from sekisho.cli.options import json_option, with_settings
from sekisho.cli.output import emit, progress, say
from sekisho.errors import InputError
from sekisho.settings import Settings

if TYPE_CHECKING:
    from sekisho.cli.backtest.questions import Asked

_FILES = click.Path(path_type=Path)


@click.command("backtest")
@click.option("--lists", multiple=True, type=_FILES, help="Lists as they would be: files as `lists load` reads them.")
@click.option("--measures", multiple=True, type=_FILES, help="Measures as they would be: YAML files.")
@click.option("--threshold", type=click.FloatRange(0, 1), help="Meet names only from this score on.")
@click.option("--engine", is_flag=True, help="What this version says, against what an older one has recorded.")
@click.option("--shadow", metavar="PREFIX", help="What a shadow worker has recorded, against the live one.")
@click.option("--as-of", type=MOMENT, help="The day on which the change goes live; at noon UTC [now].")
@click.option(
    "--today",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Files (or `bundled`) as today's set, without a broker.",
)
@click.option("--events", "events", metavar="FILE|-", help="Events of a file (JSON lines) instead of topics.")
@click.option(
    "--traffic",
    type=click.Choice(["open", "retained"]),
    help="Which events of the topics [those that are open, if any is; else what the input topics retain].",
)
@click.option("--from", "begin", type=MOMENT, help="Of retained events, those written then or later.")
@click.option("--to", "until", type=MOMENT, help="Of retained events, those written before; a bare day is in whole.")
@click.option("--limit", type=click.IntRange(1), help="Stop after so many events.")
@click.option("--quick", is_flag=True, help="Of open events, judge only those that the change can reach.")
@click.option(
    "--examples", type=click.IntRange(0), default=20, show_default=True, help="Examples of each kind of change."
)
@click.option("--names", is_flag=True, help="Show what events say and names of entries too: personal data.")
@click.option("--html", type=click.Path(path_type=Path), help="Write the report as one HTML page too.")
@json_option
@with_settings
def command(
    settings: Settings,
    engine: bool,
    shadow: str | None,
    examples: int,
    names: bool,
    html: Path | None,
    as_json: bool,
    **asked: Any,
) -> None:
    """What a change would do to events that have passed, before it is published.

    Each event is judged twice: under today's reference set, and with the lists and measures given in place of their
    present versions, as `lists publish` would put them in. Reported are the alerts that would be new, lost or changed,
    counted by list and measure, with examples and the scores of their matches. --json gives one line a difference
    and one with the summary; --html a page for those who decide. Nothing is written to any topic.

    --quick passes over open events that the change cannot reach, as a worker does when it rescreens, and counts
    them as they were recorded. Without it every event is judged: an answer that owes nothing to what was written.

    With --engine, recorded verdicts are held against what this version says under their own reference sets: run it
    before an upgrade is rolled out. With --shadow, the verdicts of a shadow worker are held against the live ones.

    \b
    Examples:
      sekisho backtest --lists sdn.csv --lists alt.csv --as-of 2026-12-01 --html report.html
      sekisho backtest --measures new-rule.yaml --traffic retained --from 2026-11-01
      sekisho backtest --today bundled --lists mine.jsonl --events events.jsonl
      sekisho backtest --engine
    """
    from sekisho.cli.backtest import lines, questions
    from sekisho.cli.backtest.tally import Tally
    from sekisho.cli.backtest.terminal import tell

    wish = questions.Asked(**asked)
    _check(wish, engine, shadow)
    if html is not None:
        check_writable(html, "--html")
    tally = Tally(examples=examples)
    with ExitStack() as stack:
        bar = stack.enter_context(progress())
        if engine:
            about, pairs = questions.engine(settings, wish, stack, bar)
        elif shadow:
            about, pairs = questions.shadow(settings, shadow, bar)
        else:
            about, pairs = questions.change(settings, wish, tally, stack, bar)
        for pair in pairs:
            for one in tally.add(pair):
                if as_json:
                    emit(lines.difference(one, names=names))
    report = tally.report()
    if report.unread:
        reasons = ", ".join(f"{count} {reason}" for reason, count in report.unread.items())
        about.notes.append(f"{sum(report.unread.values())} records are no event and were not judged: {reasons}")
    if as_json:
        emit(lines.summary(report, about))
    else:
        tell(about, report, names=names)
    if html is not None:
        from sekisho.cli.backtest.page import page

        try:
            html.write_bytes(page(about, report, names=names))
        except OSError as error:
            raise InputError(f"{html}: cannot be written: {error.strerror}") from None
        say(f"the report is in {html}")


def _check(wish: Asked, engine: bool, shadow: str | None) -> None:
    change = wish.lists or wish.measures or wish.threshold is not None
    if sum((bool(change), engine, bool(shadow))) != 1:
        raise click.UsageError(
            "name what is to be tried: --lists, --measures or --threshold; or --engine; or --shadow PREFIX"
        )
    if (engine or shadow) and (wish.today or wish.events or wish.as_of or wish.traffic or wish.quick):
        raise click.UsageError("recorded verdicts have their own sets, events and moments: leave out what names others")
    if shadow and (wish.begin or wish.until or wish.limit):
        raise click.UsageError(
            "--shadow compares every verdict that both workers have written: leave out --from, --to and --limit"
        )
    if wish.quick and (wish.events or wish.traffic == "retained" or wish.threshold is not None):
        raise click.UsageError("--quick is for open events, and for a change of lists and measures")
    if wish.events and (wish.traffic or wish.begin or wish.until):
        raise click.UsageError("--traffic, --from and --to choose from topics; --events is a file")
