"""``replay``: what the input topics still hold, under the reference set and the law known at a day. Writes to no topic."""

from __future__ import annotations

import collections
import time
from datetime import UTC, datetime

import click

from sekisho.cli.moments import MOMENT, beginning, end, known_at
from sekisho.cli.options import with_settings
from sekisho.cli.output import coloured, emit, progress, say, talk
from sekisho.errors import InputError
from sekisho.settings import Settings


@click.command("replay")
@click.option("--from", "begin", type=MOMENT, help="Only records written then or later [the oldest that is retained].")
@click.option("--to", "until", type=MOMENT, help="Only records written before; a bare day is in whole [the newest].")
@click.option(
    "--as-of", type=MOMENT, help="The reference set and the law known then; of a bare day, at noon UTC [now]."
)
@click.option("--set", "set_name", metavar="SET", help="This reference set instead: its number, or its hash.")
@click.option("--reference", "references", multiple=True, help="Only events of this business reference; repeatable.")
@click.option("--hits", is_flag=True, help="Print only verdicts that are not clear.")
@click.option("--json", "as_json", is_flag=True, help="The output is JSON with or without it.")
@with_settings
def command(
    settings: Settings,
    begin: datetime | None,
    until: datetime | None,
    as_of: datetime | None,
    set_name: str | None,
    references: tuple[str, ...],
    hits: bool,
    as_json: bool,
) -> None:
    """Screen again what the input topics still hold.

    Every record is screened by itself (so none is known again as one that was stopped before) under the reference set that was active at --as-of, with the law known then.
    Each gives one line on stdout, as `sekisho screen` writes it; talk goes to stderr. Nothing is written to any topic,
    and no consumer group is touched. What retention has dropped of the range is said.

    \b
    Examples:
      sekisho replay --from 2023-01-20 --to 2023-01-27 --as-of 2023-02-03 > as-of-february.jsonl
      sekisho replay --set 0 --as-of 2023-01-26 --hits
    """
    from sekisho.cli.active import chain_of
    from sekisho.cli.clients import reader
    from sekisho.cli.judge import Judge
    from sekisho.cli.passed import Retained, Unread
    from sekisho.cli.verdict_lines import screened, unscreened
    from sekisho.reference import as_of as past
    from sekisho.reference.activate import tables_of

    now = datetime.now(UTC)
    moment = known_at(as_of, now)
    first, last = beginning(begin), end(until)
    if first is not None and last is not None and first >= last:
        raise InputError("--from is not before --to")
    chain = chain_of(settings)
    one = past.usable(chain, past.named(chain, set_name) if set_name else past.active_at(chain, moment))
    say(f"reference set {past.described(one)}; the law known at {moment:%Y-%m-%d %H:%M} UTC")
    judge = Judge(settings, tables_of(chain, one.hash))
    verdicts: collections.Counter[str] = collections.Counter()
    began = time.perf_counter()
    with reader(settings) as consumer, progress() as bar:
        source = Retained(settings, consumer, begin=first, end=last)
        for event in source.events(bar):
            if isinstance(event, Unread):
                if not references:
                    verdicts["unscreened"] += 1
                    emit(unscreened(event.origin, event.fault))
                continue
            if references and event.reference not in references:
                continue
            found = judge.screen(event, known_at=moment, now=now)
            verdicts[found.verdict.verdict] += 1
            if not hits or found.verdict.verdict != "clear":
                emit(screened(found))
    for gap in source.gaps:
        say(str(gap))
    seconds = time.perf_counter() - began
    parts = [f"{count} {coloured(verdict)}" for verdict, count in verdicts.most_common()]
    talk().print(f"{verdicts.total()} events: {', '.join(parts) or 'none'}; {seconds:.1f} s")
