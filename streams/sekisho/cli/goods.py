"""``goods classify``: which controlled goods a description may be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from sekisho.cli.files import rows
from sekisho.cli.options import json_option
from sekisho.cli.output import emit, say, show
from sekisho.cli.reference_option import lists_option, reference_of


@click.group("goods")
def command() -> None:
    """Controlled goods by code, HS reference and words."""


@command.command("classify")
@click.argument("text", metavar="TEXT|FILE.csv")
@click.option("--hs", "hs_code", metavar="CODE", help="HS code, as 8479.50: items that refer to it are shown too.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Only items in force on that day.")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True)
@lists_option
@json_option
def classify(
    text: str, hs_code: str | None, as_of: datetime | None, limit: int, lists: tuple[Path, ...], as_json: bool
) -> None:
    """The goods items that TEXT may mean, best first, with the words that met.

    FILE.csv has a column `description` (and perhaps `hs_code`), one row a description. With --json: one line
    a row with the items above our threshold. Words alone never decide: the law defines most items by
    parameters, so a hit says where to look.

    \b
    Examples:
      sekisho goods classify "portable diesel generator, 5 kVA"
      sekisho goods classify --as-of 2023-01-26 --json descriptions.csv
    """
    if not text.strip():
        raise click.BadParameter("the description is empty; give one, in quotes", param_hint="TEXT|FILE.csv")
    from sekisho.goods import hs

    if hs_code and hs.normalise(hs_code) is None:
        raise click.BadParameter(
            f"{hs_code!r} is no HS code; write four to twelve digits, as 8479.50", param_hint="--hs"
        )
    index = reference_of(lists).tables.goods
    day = as_of.date() if as_of else None
    count = hits = 0
    for description, code in _lines(text, hs_code):
        found = [match for match in _matches(index, description, code, limit) if day is None or _in_force(match, day)]
        count, hits = count + 1, hits + bool(found)
        if as_json:
            items = [
                {"table_id": m.item.table_id, "item_id": m.item.item_id, "score": round(m.score, 4), "via": m.via}
                for m in found
            ]
            emit({"description": description, "items": items})
        elif found:
            show(
                ("item", "score", "goods", "in force", "why"),
                [
                    (
                        f"{m.item.table_id} {m.item.item_id}",
                        f"{m.score:.2f} {m.grade}",
                        m.item.title.get("en") or next(iter(m.item.title.values()), ""),
                        "; ".join(_span(m.item.validity[i]) for i in m.periods),
                        "; ".join(f"{e.query} — {e.effect}" for e in m.evidence),
                    )
                    for m in found
                ],
                title=description,
            )
        else:
            say(f"{description}: no controlled item")
    say(f"{count} description{'' if count == 1 else 's'}, {hits} with controlled items")


def _lines(text: str, hs_code: str | None) -> Iterator[tuple[str, str | None]]:
    from sekisho.goods import hs

    if text == "-" or text.lower().endswith(".csv"):
        for line, row in rows(text, ("description",)):
            code = row.get("hs_code", "").strip()
            if code and hs.normalise(code) is None:
                say(f"{text}, line {line}: {code[:40]!r} is no HS code (four to twelve digits); judged by its words")
            yield row["description"], code or hs_code
    else:
        if os.path.exists(text):
            say(f"{text} is also a file or folder here, and was read as a description: a CSV's name must end in .csv")
        yield text, hs_code


def _matches(index: Any, description: str, hs_code: str | None, limit: int) -> list[Any]:
    """By words, and by HS code where there is one; each item once, with its better score."""
    found = index.classify(description, limit)
    if hs_code:
        from sekisho.model import GoodsLine

        met = index.match(GoodsLine(line=1, description=description, hs_code=hs_code)).matches
        seen = {match.item.key for match in met}
        found = [*met, *(match for match in found if match.item.key not in seen)]
    return sorted(found, key=lambda match: -match.score)[:limit]


def _in_force(match: Any, day: date) -> bool:
    periods = [match.item.validity[i] for i in match.periods] if match.periods else match.item.validity
    return any(period.from_ <= day and (period.until is None or day < period.until) for period in periods)


def _span(period: Any) -> str:
    text = f"from {period.from_}" + (f" until {period.until}" if period.until else "")
    return text + (f" (announced {period.announced})" if period.announced else "")
