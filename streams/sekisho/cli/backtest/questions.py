"""The questions of a back-test: a change of reference data, another engine, a shadow worker. Each gives what is compared, in
words, and the events as two judges see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from sekisho.cli.active import chain_of
from sekisho.cli.backtest import sides
from sekisho.cli.backtest.about import About
from sekisho.cli.backtest.pairs import Drift, Pair, Quick, screened
from sekisho.cli.backtest.recorded import Recorded, Skipped, by_shadow, by_this_engine
from sekisho.cli.backtest.tally import Tally
from sekisho.cli.clients import reader
from sekisho.cli.judge import Judge
from sekisho.cli.moments import beginning, end, known_at
from sekisho.cli.passed import Passed, Progress, Retained, Unread, events_of_file, open_events
from sekisho.errors import EventError, InputError
from sekisho.screening.reach import Reach
from sekisho.screening.stricter import stricter
from sekisho.settings import Settings
from sekisho.shadow import shadowed
from sekisho.version import VERSION

Compared = tuple[About, Iterator[Pair | EventError]]


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


# -- a change of reference data -----------------------------------------------------------------------------------


def change(settings: Settings, wish: Asked, tally: Tally, stack: ExitStack, bar: Progress) -> Compared:
    """Today's set against what publishing some files, or a stricter threshold, would make of it."""
    now = datetime.now(UTC)
    moment = known_at(wish.as_of, now)
    lists = sides.load(wish.lists, wish.measures)  # first: a file that is not there needs no broker to be told
    today = sides.today_of_files(wish.today) if wish.today else sides.today_of_brokers(settings)
    proposed = sides.proposed(settings, today, lists)
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
    if wish.events is not None:
        about.traffic = f"of {wish.events}"
        return _limited(events_of_file(wish.events), wish.limit, about)

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
    source = Retained(settings, consumer, begin=beginning(wish.begin), end=end(wish.until))
    if wish.begin is not None:
        about.notes.append(
            "what events before --from had shown gone is not known: later days of departure stand for it"
        )
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


def engine(settings: Settings, wish: Asked, stack: ExitStack, bar: Progress) -> Compared:
    """Recorded verdicts against what this version says."""
    now = datetime.now(UTC)
    chain = chain_of(settings)
    with reader(settings) as consumer:
        recorded = Recorded.read(settings, consumer, progress=bar)
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


def shadow(settings: Settings, prefix: str, bar: Progress) -> Compared:
    """The verdicts of a shadow worker against the live ones."""
    beside = shadowed(settings, prefix)
    with reader(settings) as consumer:
        live, its = (Recorded.read(one, consumer, progress=bar) for one in (settings, beside))
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
