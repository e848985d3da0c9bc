"""The live table: everything a person needs to decide, whatever the width; nothing that a terminal would act on."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from rich.console import Console

from sekisho.cli.alert_table import AlertTable
from sekisho.model import Alert, AppliedMeasure, Engine, EventRef, Match, Subject

MOMENT = datetime(2023, 1, 27, 8, 30, tzinfo=UTC)


def alert(**fields: object) -> Alert:
    return Alert(
        **{
            "alert_id": "a",
            "verdict": "prohibited",
            "severity": "critical",
            "status": "new",
            "trigger": "event",
            "raised_at": MOMENT,
            "event": EventRef("t", 0, 1, 0, None, "1", MOMENT, "KSJ-RU-0041"),
            "subject": Subject("party", "consignee", "АО «Ремдизель»"),
            "matches": (
                Match("jp-x", "1", "308", "Joint Stock Company Remdizel", "Remdizel", 0.9, 0.9, "supports", "strong"),
            ),
            "measures": (
                AppliedMeasure("m", "t", "JP", "Order art. 2", "prohibited", date(2023, 2, 3), in_force=False),
            ),
            "message": "…",
            "engine": Engine("0", 1, "h", MOMENT),
            **fields,
        }
    )


def shown(one: Alert, width: int | None, *, where: str | None = None) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=width, force_terminal=width is not None, color_system=None, highlight=False)
    AlertTable(console, (lambda _: where) if where else None).add(one)
    return stream.getvalue()


@pytest.mark.parametrize("width", [None, 200, 140, 100, 60])
def test_who_what_where_why_act_and_day_are_there_at_any_width(width: int | None) -> None:
    text = shown(alert(), width, where="JP → RU")
    for part in (
        "27 Jan 08:30",
        "prohibited",
        "KSJ-RU-0041",
        "«Ремдизель»",
        "JP → RU",
        "Order art. 2",
        "2023-02-03",
        "announced",
    ):
        assert part in text, part
    assert "jp-x" in text


@pytest.mark.parametrize("width", [None, 200, 60])
def test_how_loud_it_is_and_what_became_of_it_is_told(width: int | None) -> None:
    assert "critical" in shown(alert(), width)
    assert "changed" not in shown(alert(), width)
    assert "changed" in shown(alert(status="updated"), width)
    closed = shown(alert(status="closed", verdict="clear"), width)
    assert "closed" in closed
    assert "clear" not in closed, "a closed alert is no clearance that somebody gave"


@pytest.mark.parametrize("width", [140, 60])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    long = alert(subject=Subject("goods", "goods", "溶接用産業用ロボット" * 30))
    assert all(len(line) <= width for line in shown(long, width).splitlines())


def test_markup_in_an_event_is_text() -> None:
    """A publisher could write `[red]` or a link into a name; it must be seen as it is."""
    text = shown(alert(subject=Subject("party", "consignee", "[bold red]Acme[/] [link=http://x]")), 300)
    assert "[bold red]Acme[/] [link=http://x]" in text


def test_what_acts_on_a_terminal_is_only_marked() -> None:
    """An escape sequence could clear the screen, a direction mark turn a listed name round before a person's eyes."""
    hostile = "Acme\x1b[2J\x9b31m \u202eLLC\u202c\x07"
    text = shown(
        alert(subject=Subject("party", "consignee", hostile), event=EventRef("t", 0, 1, 0, None, "1", None, hostile)),
        300,
    )
    assert not set("\x1b\x9b\u202e\u202c\x07") & set(text)
    assert "Acme␦[2J" in text


def test_an_alert_without_match_or_measure_says_so() -> None:
    bare = alert(matches=(), measures=(), verdict="review", subject=Subject("event", "shipment", "SHP-1"))
    text = shown(bare, 200)
    assert "something is not stated" in text
    assert "the shipment itself" in text
    again = alert(matches=(), measures=(), verdict="review", subject=Subject("event", "resubmission", "SHP-1"))
    assert "the event, sent again" in shown(again, 200)
