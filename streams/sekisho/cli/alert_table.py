"""Alerts as rows of a table that grows while a person watches: who, what, where, why, under which act, from when."""

from __future__ import annotations

from collections.abc import Callable

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sekisho.cli.output import COLOURS
from sekisho.model import Alert

#: Without a terminal there is no width to fit in; this one reads well in a log.
PLAIN_WIDTH = 160
_SHARE = {"when": 11, "verdict": 10, "event": 12, "subject": 28, "where": 11, "met": 30, "act": 36, "from": 10}


class AlertTable:
    """Prints the header with the first alert, then a row an alert, each at once.

    ``where`` tells the place of an event by its business reference, where the caller knows it.
    """

    def __init__(self, console: Console | None = None, where: Callable[[Alert], str] | None = None) -> None:
        console = console or Console(highlight=False)
        self.console = (
            console if console.is_terminal else Console(file=console.file, highlight=False, width=PLAIN_WIDTH)
        )
        self._where = where
        self._columns = [name for name in _SHARE if name != "where" or where]
        room = self.console.width - 2 * len(self._columns)
        total = sum(_SHARE[name] for name in self._columns)
        self._widths = {name: max(8, room * _SHARE[name] // total) for name in self._columns}
        self._begun = False

    def add(self, alert: Alert) -> None:
        """One alert. A subject of the event itself is named by its kind."""
        if not self._begun:
            self._print([Text(name, style="bold") for name in self._columns])
            self.console.print("─" * min(self.console.width, sum(self._widths.values()) + 2 * len(self._widths)))
            self._begun = True
        cells = {
            "when": Text(f"{alert.event.event_time:%d %b %H:%M}" if alert.event.event_time else "", style="dim"),
            "verdict": Text(alert.verdict.replace("_", " "), style=COLOURS.get(alert.verdict, "")),
            "event": Text(alert.event.business_reference),
            "subject": Text(_subject(alert)),
            "where": Text(self._where(alert) if self._where else ""),
            "met": Text(_met(alert)),
            "act": Text(_act(alert)),
            "from": Text(_from(alert)),
        }
        self._print([cells[name] for name in self._columns])

    def _print(self, cells: list[Text]) -> None:
        row = Table(box=box.SIMPLE, show_header=False, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
        for name in self._columns:
            row.add_column(width=self._widths[name], overflow="fold")
        row.add_row(*cells)
        self.console.print(row)


def _subject(alert: Alert) -> str:
    subject = alert.subject
    if subject.kind == "event":
        return f"the {subject.role} itself"
    label = subject.kind if subject.kind in ("goods", "vessel") else subject.role.replace("_", " ")
    return f"{label}: {subject.value}"


def _met(alert: Alert) -> str:
    if not alert.matches:
        return "nothing listed; something is missing"
    best = alert.matches[0]
    more = f" (+{len(alert.matches) - 1})" if len(alert.matches) > 1 else ""
    return f"{best.name} [{best.list_id} {best.entry_id}] {best.grade}, identity {best.identity}{more}"


def _act(alert: Alert) -> str:
    if not alert.measures:
        return "no measure on file makes an effect of it: look"
    return alert.measures[0].legal_basis


def _from(alert: Alert) -> str:
    if not alert.measures:
        return ""
    first = alert.measures[0]
    return first.in_force_from.isoformat() + ("" if first.in_force else " (announced)")
