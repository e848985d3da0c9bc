"""The case of January 2023 event by event: the law's answer beside ours.

    python -m tests.cli.story

Reads the events of the demo, and ``demo_expected.jsonl``: the verdict of every event that is not plain trade, worked
out by hand from the notices and orders, what is to be alerted, and the reason where it is not obvious. Exit 1 where
one differs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sekisho.cli.demo.feed import lines
from sekisho.cli.output import COLOURS
from sekisho.model import Alert, Origin, Shipment
from sekisho.model.event import Event
from sekisho.reference import Reference
from sekisho.screening import Screener
from sekisho.wire.events import event_from_json


class Told(NamedTuple):
    """One event: what the law says (and why), and what we say. ``expected_alerts`` are verdict, kind and role of each."""

    event: Event
    expected: str
    expected_alerts: list[str]
    why: str
    verdict: str
    alerts: tuple[Alert, ...]
    notes: tuple[str, ...]


def expectations() -> dict[str, dict[str, Any]]:
    """Event id: its verdict and why. Whoever is not here is plain trade and must be clear."""
    text = (Path(__file__).parent / "demo_expected.jsonl").read_text("utf-8")
    return {row["event_id"]: row for row in map(json.loads, text.splitlines())}


def told() -> Iterator[Told]:
    """Every event of the demo, in the order of time, judged by the law known at that time."""
    expected = expectations()
    screener = Screener(Reference.bundled())
    decoded = [event_from_json(line) for name in ("shipments", "payments") for line in lines(name)]
    for one in sorted(decoded, key=lambda one: one.event.event_time):
        event = one.event
        found = screener.screen(event, Origin("demo", 0, 0), known_at=event.event_time, now=event.event_time)
        row = expected.get(event.event_id, {"verdict": "clear", "alerts": [], "why": "plain trade"})
        yield Told(event, row["verdict"], row["alerts"], row["why"], found.verdict.verdict, found.alerts, one.notes)


def _what(event: Event) -> str:
    if isinstance(event, Shipment):
        other = next((p.name for p in event.parties if p.role == "consignee"), "")
        return f"{event.goods[0].description if event.goods else ''} → {other}"
    ends = [p.name for p in event.parties if p.role in ("debtor", "creditor")]
    return " → ".join(ends)


def main() -> int:
    table = Table("day", "event", "what", "the law", "we", "why", box=None, pad_edge=False)
    rows = list(told())
    for row in rows:
        if (row.expected, row.verdict) == ("clear", "clear") and row.why == "plain trade":
            continue
        same = "" if row.expected == row.verdict else " ✗"
        table.add_row(
            f"{row.event.event_time:%d %b}",
            row.event.event_id,
            Text(_what(row.event)),
            Text(row.expected, style=COLOURS[row.expected]),
            Text(row.verdict + same, style=COLOURS[row.verdict]),
            row.why,
        )
    Console(width=None if sys.stdout.isatty() else 200).print(table)
    wrong = sum(row.expected != row.verdict for row in rows)
    plain = [row for row in rows if row.why == "plain trade"]
    print(
        f"{len(rows)} events, {wrong} judged otherwise than the law; {len(plain)} of plain trade, "
        f"{sum(bool(row.alerts) for row in plain)} of them stopped"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
