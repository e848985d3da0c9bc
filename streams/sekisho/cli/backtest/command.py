"""The ``backtest`` command: which two judges, which events, and where the report goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from sekisho.cli.moments import MOMENT, beginning, end, known_at
from sekisho.cli.options import json_option, with_settings
from sekisho.cli.output import emit, progress, say
from sekisho.errors import EventError, InputError
from sekisho.settings import Settings
from sekisho.version import VERSION

if TYPE_CHECKING:
    from sekisho.cli.backtest.about import About
    from sekisho.cli.backtest.pairs import Drift, Pair, Quick
    from sekisho.cli.backtest.recorded import Recorded, Skipped
    from sekisho.cli.backtest.tally import Tally
    from sekisho.cli.passed import Passed, Progress, Unread

_FILES = click.Path(path_type=Path)


class Asked(msgspec.Struct, frozen=True):
    """What the flags ask for."""

    lists: tuple[Path, ...]
    measures: tuple[Path, ...]
    threshold: float | None
    as_of: datetime | None
    today: tuple[Path, ...]
    events: str | None
    traffic: str | None
    begin: datetime | None
    until: datetime | None
    limit: int | None
    quick: bool


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
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write the report as one HTML page too.")
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
    from sekisho.cli.backtest import lines
    from sekisho.cli.backtest.tally import Tally
    from sekisho.cli.backtest.terminal import tell

    wish = Asked(**asked)
    _check(wish, engine, shadow)
    tally = Tally(examples=examples)
    with ExitStack() as stack:
        bar = stack.enter_context(progress())
        if engine:
            about, pairs = _engine(settings, wish, stack, bar)
        elif shadow:
            about, pairs = _shadow(settings, shadow, stack, bar)
        else:
            about, pairs = _change(settings, wish, tally, stack, bar)
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

        html.write_bytes(page(about, report, names=names))
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


# -- a change of reference data -----------------------------------------------------------------------------------


def _change(
    settings: Settings, wish: Asked, tally: Tally, stack: ExitStack, bar: Progress
) -> tuple[About, Iterator[Pair | EventError]]:
    from sekisho.cli.backtest import sides
    from sekisho.cli.backtest.about import About
    from sekisho.cli.backtest.pairs import Drift, Quick, screened
    from sekisho.cli.judge import Judge
    from sekisho.screening.reach import Reach
    from sekisho.screening.stricter import stricter

    now = datetime.now(UTC)
    moment = known_at(wish.as_of, now)
    today = sides.today_of_files(wish.today) if wish.today else sides.today_of_brokers(settings)
    proposed = sides.proposed(settings, today, sides.load(wish.lists, wish.measures))
    tables = proposed.tables
    about = About(
        question="today against what is proposed",
        before=today.title,
        after="the same with what is proposed",
        traffic="",
        known_at=moment,
        engine=VERSION,
        made_at=now,
        changes=list(proposed.changes),
        notes=list(proposed.notes),
    )
    if wish.threshold is not None:
        try:
            tables = stricter(tables, wish.threshold)
        except ValueError as error:
            raise click.UsageError(f"--threshold: {error}") from None
        about.changes.append(f"names are met from a score of {wish.threshold:g} on")
    about.notes += [f"`lists publish` would refuse it without --force: {one}" for one in proposed.objections]
    if not about.changes:
        about.notes.append("what is proposed is what is active: nothing can differ")
    quick = Quick(Reach(proposed.change, tables)) if wish.quick else None
    events = _events(settings, wish, about, quick, stack, bar)
    before, after = Judge(settings, today.tables), Judge(settings, tables)
    drift = Drift()
    pairs = screened(events, before, after, drift, quick, known_at=moment, now=now)
    return about, _with_the_rest(pairs, tally, drift, quick, about)


def _with_the_rest(
    pairs: Iterable[Pair | EventError], tally: Tally, drift: Drift, quick: Quick | None, about: About
) -> Iterator[Pair | EventError]:
    """``pairs``, and then what is known only when all have gone by."""
    yield from pairs
    if quick is not None:
        tally.add_clear(quick.clear)
    if drift.events:
        about.notes.append(
            f"{drift.events:,} open events hold alerts that today's set would not give them as they are (another version "
            "judged, a late event opened one, a day has begun): publishing brings those of them up to date that it touches"
        )


def _events(
    settings: Settings, wish: Asked, about: About, quick: Quick | None, stack: ExitStack, bar: Progress
) -> Iterator[Passed | Unread]:
    """The events that are judged, up to the limit."""
    from sekisho.cli.passed import events_of_file

    if wish.events is not None:
        about.traffic = f"of {wish.events}"
        return _limited(events_of_file(wish.events), wish.limit, about)
    from sekisho.cli.clients import reader

    consumer = stack.enter_context(reader(settings))
    found = None if wish.traffic == "retained" else _open(settings, wish, consumer, about, quick, bar)
    if found is not None:
        about.traffic = "all that are open" + (", those in reach of the change judged" if quick is not None else "")
    else:
        about.traffic = "retained in the input topics" + _range(wish)
        found = _retained(settings, wish, consumer, about, bar)
    return _limited(found, wish.limit, about)


def _open(
    settings: Settings, wish: Asked, consumer: Any, about: About, quick: Quick | None, bar: Progress
) -> Iterator[Passed | Unread] | None:
    """Open events; None where none are kept and none were asked for by name."""
    from sekisho.cli.passed import open_events

    topics = settings.topics
    known = [consumer.partitions_for_topic(topic) for topic in (topics.open_shipment, topics.open_payment)]
    if wish.traffic is None and (wish.begin or wish.until or not all(known)):
        return None
    skip = quick.skip if quick is not None else lambda kind, mark: False
    events = open_events(settings, consumer, about.known_at or about.made_at, about.notes, bar, skip)
    first = next(events, None)
    if first is None:
        if quick is not None and quick.clear:
            return events
        if wish.traffic == "open" or quick is not None:
            raise InputError("no event is open; --traffic retained judges what the input topics hold")
        return None
    return _with_first(first, events)


def _with_first(first: Passed | Unread, rest: Iterator[Passed | Unread]) -> Iterator[Passed | Unread]:
    yield first
    yield from rest


def _retained(settings: Settings, wish: Asked, consumer: Any, about: About, bar: Progress) -> Iterator[Passed | Unread]:
    from sekisho.cli.passed import Retained

    source = Retained(settings, consumer, begin=beginning(wish.begin), end=end(wish.until))
    try:
        yield from source.events(bar)
    finally:
        about.notes += map(str, source.gaps)


def _range(wish: Asked) -> str:
    parts = [
        f" {word} {moment:%Y-%m-%d %H:%M} UTC"
        for word, moment in (("from", beginning(wish.begin)), ("until", end(wish.until)))
        if moment is not None
    ]
    return ", written" + "".join(parts) if parts else ""


def _limited(events: Iterable[Passed | Unread], limit: int | None, about: About) -> Iterator[Passed | Unread]:
    for number, one in enumerate(events):
        if limit is not None and number >= limit:
            about.notes.append(f"only the first {limit:,} events were judged (--limit)")
            return
        yield one


# -- recorded verdicts --------------------------------------------------------------------------------------------


def _engine(
    settings: Settings, wish: Asked, stack: ExitStack, bar: Progress
) -> tuple[About, Iterator[Pair | EventError]]:
    from sekisho.cli.active import chain_of
    from sekisho.cli.backtest.about import About
    from sekisho.cli.backtest.recorded import Recorded, Skipped, by_this_engine
    from sekisho.cli.clients import reader
    from sekisho.cli.judge import Judge

    now = datetime.now(UTC)
    chain = chain_of(settings)
    with reader(settings) as consumer:
        recorded = Recorded(settings, consumer, progress=bar)
    about = About(
        question="recorded verdicts against this version",
        before=f"what was recorded, by sekisho {_engines(recorded)}",
        after=f"sekisho {VERSION}, under each verdict's own reference set and moment",
        traffic="retained in the input topics" + _range(wish),
        known_at=None,
        engine=VERSION,
        made_at=now,
        notes=_modes(settings),
    )
    consumer = stack.enter_context(reader(settings))
    skipped = Skipped()
    events = _limited(_retained(settings, wish, consumer, about, bar), wish.limit, about)
    pairs = by_this_engine(events, recorded, chain, lambda tables: Judge(settings, tables), skipped, now=now)
    return about, _with_skipped(pairs, skipped, about)


def _shadow(
    settings: Settings, prefix: str, stack: ExitStack, bar: Progress
) -> tuple[About, Iterator[Pair | EventError]]:
    from sekisho.cli.backtest.about import About
    from sekisho.cli.backtest.recorded import Recorded, Skipped, by_shadow
    from sekisho.cli.clients import reader
    from sekisho.shadow import shadowed

    beside = shadowed(settings, prefix)
    with reader(settings) as consumer:
        live, its = (Recorded(one, consumer, progress=bar) for one in (settings, beside))
    about = About(
        question="the shadow worker against the live one",
        before=f"the live worker, sekisho {_engines(live)}",
        after=f"the shadow worker {prefix}, sekisho {_engines(its)}",
        traffic="which both have answered",
        known_at=None,
        engine=VERSION,
        made_at=datetime.now(UTC),
        notes=_modes(settings),
    )
    skipped = Skipped()
    return about, _with_skipped(by_shadow(live, its, settings.topics.payment, skipped), skipped, about)


def _engines(recorded: Recorded) -> str:
    """Which versions have answered, and how often."""
    return ", ".join(f"{version} ({count:,} verdicts)" for version, count in recorded.engines.most_common()) or "(none)"


def _modes(settings: Settings) -> list[str]:
    if settings.output.verdicts == "all":
        return []
    return [
        f"SEKISHO_OUTPUT__VERDICTS is {settings.output.verdicts}: events whose verdict was not written cannot be compared"
    ]


def _with_skipped(pairs: Iterable[Pair | EventError], skipped: Skipped, about: About) -> Iterator[Pair | EventError]:
    yield from pairs
    about.notes += [f"not compared: {count:,} {reason}" for reason, count in skipped.reasons.most_common()]
