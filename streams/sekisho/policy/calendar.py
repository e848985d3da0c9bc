"""Days: when an act happens, what was known on that day, and what was in force.

A day is a day in a measure's own time zone: 2 February 2023 16:00 UTC is 3 February in Tokyo.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import IntEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from sekisho.model import Entity, Measure, Payment, Period, Shipment
from sekisho.model.event import GONE, Event


class Standing(IntEnum):
    """How a rule, a listing or a wording stands to an act, as far as was known; the higher, the nearer to an effect."""

    UNHEARD = 0  # not announced by then: it does not exist
    ENDED = 1  # it held once, and no longer when the act happens
    LATER = 2  # announced, and begins after the act
    IN_FORCE = 3


class Days(msgspec.Struct, frozen=True):
    """The two days that decide, in one time zone."""

    known: date
    act: date
    #: why ``act`` is what it is, where the event leaves it open
    note: str | None = None


#: Where a list's or a table's days are days. Its publisher's seat, by the first part of its id.
_ZONES = {
    "jp": "Asia/Tokyo",
    "us": "America/New_York",
    "uk": "Europe/London",
    "eu": "Europe/Brussels",
    "nl": "Europe/Amsterdam",
    "un": "America/New_York",
}


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def zone_of(list_id: str) -> str:
    """The time zone of a list or table without a measure: its publisher's; UTC where that is not known."""
    return _ZONES.get(list_id.split("-", 1)[0], "UTC")


def days(
    event: Event, known_at: datetime, time_zone: str, *, rescreen: bool = False, gone_since: datetime | None = None
) -> Days:
    """The day known and the day of the act (design §5).

    ``rescreen``: the event came earlier and is looked at again, so its money may have moved.
    ``gone_since``: ``event_time`` of the first event that showed the shipment gone, where it is known.
    """
    tz = zone(time_zone)
    known = known_at.astimezone(tz).date()
    if isinstance(event, Payment):
        return _payment_days(event, known, tz, rescreen)
    if event.status in GONE:
        shown = min(gone_since or event.event_time, event.event_time).astimezone(tz).date()
        if event.export_date is None:
            return Days(known, shown, "the export date is missing; the day it was first seen gone stands for it")
        return Days(known, min(event.export_date, shown))
    return Days(known, max(event.export_date or known, known))


def _payment_days(event: Payment, known: date, tz: ZoneInfo, rescreen: bool) -> Days:
    settles = event.settlement_date
    if rescreen:
        moved = settles or event.event_time.astimezone(tz).date()
        if moved < known:
            return Days(known, moved)
    return Days(known, max(settles or known, known))


def is_over(event: Event) -> bool:
    """Delivered: what begins later can no longer touch it."""
    return isinstance(event, Shipment) and event.status == "delivered"


def standing_of_measure(measure: Measure, day: Days) -> Standing:
    """A measure's end is part of its text, so it counts from the day it is announced."""
    if (measure.announced or measure.in_force_from) > day.known:
        return Standing.UNHEARD
    if measure.in_force_until is not None and measure.in_force_until <= day.act:
        return Standing.ENDED
    return Standing.LATER if measure.in_force_from > day.act else Standing.IN_FORCE


def standing_of_entry(entry: Entity, day: Days) -> Standing:
    """A listing: made known on ``listed_on``; no date at all means in force. A delisting counts once it has happened."""
    begins = entry.in_force_from or entry.listed_on
    told = entry.listed_on or entry.in_force_from
    if told is not None and told > day.known:
        return Standing.UNHEARD
    ended = entry.delisted_on
    if ended is not None and ended <= day.known and ended <= day.act:
        return Standing.ENDED
    return Standing.LATER if begins is not None and begins > day.act else Standing.IN_FORCE


def undated(entry: Entity) -> bool:
    """Whether its list tells no day on which it was listed: it counts on every day, and whoever reads of it has to know."""
    return entry.listed_on is None and entry.in_force_from is None


def standing_of_period(period: Period, day: Days) -> Standing:
    """One wording of a goods item. Its end is its successor's start, so it counts once that has come."""
    if (period.announced or period.from_) > day.known:
        return Standing.UNHEARD
    if period.until is not None and period.until <= day.known and period.until <= day.act:
        return Standing.ENDED
    return Standing.LATER if period.from_ > day.act else Standing.IN_FORCE


def best_period(periods: Iterable[Period], day: Days) -> tuple[Standing, Period | None]:
    """The wording nearest to an effect, and among equals the one that began first: it says since when."""
    best, found = Standing.UNHEARD, None
    for period in periods:
        standing = standing_of_period(period, day)
        if found is None or standing > best or (standing == best and period.from_ < found.from_):
            best, found = standing, period
    return best, found
