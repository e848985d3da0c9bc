"""Midnights at which a rule, a listing or the wording of an item begins or ends: then open events are looked at again.

A day is a day in the time zone of the rule or of the list's publisher, as everywhere (``policy.calendar``).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from sekisho.model import Entity, GoodsItem, Measure
from sekisho.policy import zone_of
from sekisho.screening.reach import Change
from sekisho.screening.tables import Tables

#: No time zone is further from UTC than this.
_DAY = timedelta(days=1)


class Midnight(msgspec.Struct, frozen=True):
    """The moment (UTC) a day of this record begins."""

    at: datetime
    record: Entity | GoodsItem | Measure
    #: that day, and the zone it begins in: ``2023-02-03 Asia/Tokyo``
    day: str


class Midnights:
    """Those of one reference set that come after a moment, in their order."""

    def __init__(self, tables: Tables, after: datetime) -> None:
        since = after.date() - _DAY
        found = (
            Midnight(midnight(day, zone), record, f"{day.isoformat()} {zone}")
            for day, zone, record in _days(tables)
            if day is not None and day >= since
        )
        self.tables = tables
        self.after = after
        self._midnights = sorted((one for one in found if one.at > after), key=lambda one: (one.at, one.day))
        self._moments = [one.at for one in self._midnights]

    def due(self, after: datetime, until: datetime) -> Change:
        """What begins or ends after ``after`` and not after ``until``."""
        first, last = bisect_right(self._moments, after), bisect_right(self._moments, until)
        records = {id(one.record): one.record for one in self._midnights[first:last]}
        return Change(come=tuple(records.values()))

    def day(self, after: datetime, until: datetime) -> str | None:
        """The day that began last of those, in its own time zone; None where none did."""
        last = bisect_right(self._moments, until)
        return self._midnights[last - 1].day if last > bisect_right(self._moments, after) else None

    def next(self, after: datetime) -> datetime | None:
        """The first midnight after ``after``."""
        at = bisect_right(self._moments, after)
        return self._moments[at] if at < len(self._moments) else None


def midnight(day: date, zone: str) -> datetime:
    """The first moment of ``day`` in ``zone``, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def _days(tables: Tables) -> Iterator[tuple[date | None, str, Entity | GoodsItem | Measure]]:
    for entity in tables.names.entities.values():
        zone = zone_of(entity.list_id)
        for day in (entity.listed_on, entity.in_force_from, entity.delisted_on):
            yield day, zone, entity
    for item in tables.goods.items.values():
        zone = zone_of(item.table_id)
        for period in item.validity:
            for day in (period.announced, period.from_, period.until):
                yield day, zone, item
    for measure in tables.measures:
        for day in (measure.announced, measure.in_force_from, measure.in_force_until):
            yield day, measure.time_zone, measure
