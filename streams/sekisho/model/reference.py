"""Versions of lists and reference sets: reference data as git keeps it (content-addressed, chained)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

#: What a list version holds: entries, goods items or measures.
Kind = Literal["entities", "goods", "measures"]


class ListVersion(msgspec.Struct, frozen=True):
    """One version of a list, goods table or measure set: its identity and the hashes of its buckets."""

    list_id: str
    kind: Kind
    #: the publisher's own version or date; for display, the hash identifies
    version: str
    count: int
    #: ``bundled`` or the address or file name it was read from
    source: str
    published_at: datetime | None
    buckets: tuple[str, ...]
    #: older than this many hours it is stale; none: it is history and never stale
    max_age_hours: int | None = None


class Bucket(msgspec.Struct, frozen=True):
    """Some members of a list version: those whose content hash begins with ``bits``.

    Members are grouped so that an edit rewrites one small record and not the whole list of hashes.
    """

    #: ``""`` holds all members; ``"0110"`` those whose SHA-256 begins with these bits
    bits: str
    #: raw SHA-256 hashes, 32 bytes each, ascending, at most 512 kB
    members: bytes


class ListRef(msgspec.Struct, frozen=True):
    """How a reference set names a list version."""

    list_id: str
    kind: Kind
    version: str
    hash: str


class ReferenceSet(msgspec.Struct, frozen=True):
    """The only activation point: everything that events are screened against at one moment."""

    sequence: int
    #: content hash of the parent set; empty in the genesis
    parent: str
    lists: tuple[ListRef, ...]
    who: str
    why: str
    created_at: datetime


class ListStamp(msgspec.Struct, frozen=True):
    """What the screener says of a list in matches and verdicts."""

    list_id: str
    version: str
    count: int = 0
    published_at: datetime | None = None
    max_age_hours: int | None = None
