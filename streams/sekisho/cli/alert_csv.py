"""Alerts as CSV, one row a record: for spreadsheets, which must not take a name for a formula.

A name on a list or in an event may begin with ``=`` or ``@``; a spreadsheet would calculate it, and a formula can send
what stands beside it elsewhere. Such a cell gets an apostrophe in front, which spreadsheets show as text (OWASP, "CSV
Injection"). Control characters are marked, line ends become spaces, so that a row is a line.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TextIO

from sekisho.cli.output import plain
from sekisho.model import Alert

#: What a spreadsheet begins a formula with, in both widths: some take the full-width signs of Japanese input as well.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "|", "%")

_COLUMNS: dict[str, Callable[[Alert], object]] = {
    "raised_at": lambda alert: alert.raised_at.isoformat(),
    "status": lambda alert: alert.status,
    "verdict": lambda alert: alert.verdict,
    "severity": lambda alert: alert.severity,
    "business_reference": lambda alert: alert.event.business_reference,
    "event_id": lambda alert: alert.event.event_id,
    "event_time": lambda alert: alert.event.event_time.isoformat() if alert.event.event_time else "",
    "subject_kind": lambda alert: alert.subject.kind,
    "subject_role": lambda alert: alert.subject.role,
    "subject": lambda alert: alert.subject.value,
    "matches": lambda alert: len(alert.matches),
    "list_id": lambda alert: alert.matches[0].list_id if alert.matches else "",
    "entry_id": lambda alert: alert.matches[0].entry_id if alert.matches else "",
    "entry": lambda alert: alert.matches[0].name if alert.matches else "",
    "matched_name": lambda alert: alert.matches[0].matched_name if alert.matches else "",
    "grade": lambda alert: alert.matches[0].grade if alert.matches else "",
    "identity": lambda alert: alert.matches[0].identity if alert.matches else "",
    "score": lambda alert: f"{alert.matches[0].score:.4f}" if alert.matches else "",
    "measures": lambda alert: " ".join(measure.measure_id for measure in alert.measures),
    "legal_basis": lambda alert: "; ".join(dict.fromkeys(measure.legal_basis for measure in alert.measures)),
    "in_force_from": lambda alert: alert.measures[0].in_force_from.isoformat() if alert.measures else "",
    "message": lambda alert: alert.message,
    "alert_id": lambda alert: alert.alert_id,
    "topic": lambda alert: alert.event.topic,
    "partition": lambda alert: alert.event.partition,
    "offset": lambda alert: alert.event.offset,
}


class Sheet:
    """Writes rows of ``columns`` as they come; the header stands before the first."""

    def __init__(self, columns: Sequence[str], stream: TextIO | None = None) -> None:
        self._writer = csv.writer(stream or sys.stdout, lineterminator="\n")
        self._writer.writerow(columns)

    def row(self, cells: Iterable[object]) -> None:
        self._writer.writerow([cell(one) for one in cells])


class AlertSheet:
    """One row an alert, with its best match."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._sheet = Sheet(tuple(_COLUMNS), stream)

    def add(self, alert: Alert) -> None:
        self._sheet.row(column(alert) for column in _COLUMNS.values())


def cell(value: object) -> str:
    """A value as a spreadsheet may have it. Our own numbers stay numbers, whatever their sign."""
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    begins_a_formula = text.lstrip(" \n\u00a0\u3000").startswith(_FORMULA)
    text = plain(" ".join(text.splitlines()))
    return f"'{text}" if begins_a_formula else text
