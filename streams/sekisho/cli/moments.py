"""Days and moments on the command line, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import click

#: ``2023-02-03``, or ``2023-02-03T16:00:00Z`` where the hour matters.
MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"])


def known_at(given: datetime | None, now: datetime) -> datetime:
    """The moment whose law and lists are meant: now where none is given, now where today is given, and noon of any other
    day: that is the same day from New York to Tokyo."""
    if given is None:
        return now
    if not _bare(given):
        return given.replace(tzinfo=UTC)
    return now if given.date() == now.date() else given.replace(hour=12, tzinfo=UTC)


def beginning(given: datetime | None) -> datetime | None:
    """Where a range begins: a bare day at its first moment."""
    return given.replace(tzinfo=UTC) if given is not None else None


def end(given: datetime | None) -> datetime | None:
    """Where a range ends (that moment is out): a bare day is in to its last moment."""
    if given is None:
        return None
    return given.replace(tzinfo=UTC) + (timedelta(days=1) if _bare(given) else timedelta())


def _bare(given: datetime) -> bool:
    return given.time() == time.min
