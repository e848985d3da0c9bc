"""Alerts as they come: who, what, where, why, under which act, from when.

A table that grows on a wide terminal (and in a log), a block of lines an alert on a narrow one.
"""

from __future__ import annotations

from collections.abc import Callable

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sekisho.cli.output import COLOURS, plain
from sekisho.model import Alert
from sekisho.screening.resubmitted import is_resubmission

#: Without a terminal there is no width to fit in; this one reads well in a log.
PLAIN_WIDTH = 180
#: Narrower than this, a table is only columns of syllables.
NARROW = 120
#: Columns that never need more or less (characters).
_FIXED = {"event time": 12, "verdict": 10, "event": 14, "from": 11}
#: Shares of the rest.
_SHARES = {"who or what": 30, "where": 16, "met": 40, "act": 36}
_ORDER = ("event time", "verdict", "event", "who or what", "where", "met", "act", "from")


class AlertTable:
    """Prints each alert at once. ``where`` tells the place of its event, where the caller knows it."""

    def __init__(self, console: Console | None = None, where: Callable[[Alert], str] | None = None) -> None:
        console = console or Console(highlight=False)
        self.console = (
            console if console.is_terminal else Console(file=console.file, highlight=False, width=PLAIN_WIDTH)
        )
        self._where = where
        self._columns = [name for name in _ORDER if name != "where" or where]
        room = self.console.width - sum(_FIXED.values()) - 2 * len(self._columns)
        shares = {name: share for name, share in _SHARES.items() if name in self._columns}
        self._widths = _FIXED | {name: max(8, room * share // sum(shares.values())) for name, share in shares.items()}
        self._begun = False

    def add(self, alert: Alert) -> None:
        """One alert."""
        cells = self._cells(alert)
        if self.console.width < NARROW:
            self._block(cells)
            return
        if not self._begun:
            self._row([Text(name, style="bold") for name in self._columns])
            self.console.print(Text("─" * self.console.width, style="dim"))
            self._begun = True
        self._row([cells[name] for name in self._columns])

    def _cells(self, alert: Alert) -> dict[str, Text]:
        time = alert.event.event_time
        return {
            "event time": Text(f"{time:%d %b %H:%M}" if time else "", style="dim"),
            "verdict": self._verdict(alert),
            "event": Text(plain(alert.event.business_reference), overflow="ellipsis", no_wrap=True),
            "who or what": Text(plain(_subject(alert))),
            "where": Text(plain(self._where(alert)) if self._where else ""),
            "met": Text(plain(_met(alert))),
            "act": Text(plain(_act(alert))),
            "from": Text(_from(alert)),
        }

    def _verdict(self, alert: Alert) -> Text:
        """The verdict; below it, or behind it where there is no table, how loud it is and whether it is a change."""
        closed = alert.status == "closed"
        word = "closed" if closed else alert.verdict.replace("_required", "")
        text = Text(word, style="dim" if closed else COLOURS.get(alert.verdict, ""))
        more = [alert.severity, *(["changed"] if alert.status == "updated" else [])]
        between = " " if self.console.width < NARROW else "\n"
        return text if closed else text.append(between + between.join(more), style="dim")

    def _row(self, cells: list[Text]) -> None:
        row = Table(box=box.SIMPLE, show_header=False, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
        for name in self._columns:
            row.add_column(width=self._widths[name], overflow="fold")
        row.add_row(*cells)
        self.console.print(row)

    def _block(self, cells: dict[str, Text]) -> None:
        head = Text("  ").join(cells[name] for name in ("event time", "verdict", "event", "where") if cells.get(name))
        self.console.print(head)
        rest = Table.grid(padding=(0, 1, 0, 0))
        rest.add_column(width=15)
        rest.add_column(overflow="fold")
        for name in ("who or what", "met", "act", "from"):
            if cells[name].plain:
                rest.add_row(Text(f"    {name}", style="dim"), cells[name])
        self.console.print(rest)


def _subject(alert: Alert) -> str:
    subject = alert.subject
    if is_resubmission(alert):
        return "the event, sent again"
    if subject.kind == "event":
        return f"the {subject.role} itself"
    label = subject.kind if subject.kind in ("goods", "vessel") else subject.role.replace("_", " ")
    return f"{label}: {subject.value}"


def _met(alert: Alert) -> str:
    if not alert.matches:
        return "something is not stated"
    best = alert.matches[0]
    if is_resubmission(alert):
        return f"{best.name}: {best.evidence[0].effect}" if best.evidence else best.name
    more = f", and {len(alert.matches) - 1} more" if len(alert.matches) > 1 else ""
    identity = "" if best.identity == "neutral" else f", identity {best.identity}"
    return f"{best.name} [{best.list_id} {best.entry_id}] {best.grade}{identity}{more}"


def _act(alert: Alert) -> str:
    if is_resubmission(alert):
        return "stopped before, and sent again altered: compare the two versions"
    if not alert.measures:
        return "no measure on file makes an effect of it"
    return alert.measures[0].legal_basis


def _from(alert: Alert) -> str:
    if not alert.measures:
        return ""
    first = alert.measures[0]
    return first.in_force_from.isoformat() + ("" if first.in_force else " announced")
