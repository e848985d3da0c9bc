"""What a back-test compared, in words: what the reader of a report must know to trust it."""

from __future__ import annotations

from datetime import datetime

import msgspec


class About(msgspec.Struct):
    """One back-test."""

    #: the question, such as ``today against a proposed reference set``
    question: str
    #: what judged before, and what judges after
    before: str
    after: str
    #: which events
    traffic: str
    #: whose law and lists; None: each verdict's own moment
    known_at: datetime | None
    engine: str
    made_at: datetime
    #: what differs between the two sides, one line a list
    changes: list[str] = []
    #: what the reader should mind: what was left out, what retention has dropped, what publishing would refuse
    notes: list[str] = []

    def lines(self) -> list[str]:
        """For a terminal."""
        known = f"; the law known at {self.known_at:%Y-%m-%d %H:%M} UTC" if self.known_at else ""
        return [
            f"before: {self.before}",
            f"after: {self.after}",
            f"events: {self.traffic}{known}",
            *(f"change: {change}" for change in self.changes),
            *(f"note: {note}" for note in self.notes),
        ]
