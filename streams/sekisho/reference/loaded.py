"""What reading a list gives: its records, and every row that could not become one, with its place and reason."""

from __future__ import annotations

from datetime import datetime

import msgspec

from sekisho.model import Entity, GoodsItem, Measure
from sekisho.model.reference import Kind

Record = Entity | GoodsItem | Measure


class Rejected(msgspec.Struct, frozen=True):
    """A row that was not read: ``where`` names line, row or element, ``reason`` what is wrong with it."""

    where: str
    reason: str


class LoadedList(msgspec.Struct, frozen=True):
    """One list, goods table or measure set, read from ``source``."""

    list_id: str
    kind: Kind
    version: str
    source: str
    records: tuple[Record, ...]
    rejected: tuple[Rejected, ...] = ()
    published_at: datetime | None = None
    #: older than this many hours it is stale; none: it is history and never stale
    max_age_hours: int | None = None
    #: what else the file says: rows that are no records, such as those that tell of removals
    notes: tuple[str, ...] = ()
