"""What the gazetteer answers."""

from __future__ import annotations

from datetime import date

import msgspec

from sekisho.model import Evidence


class RegionHit(msgspec.Struct, frozen=True):
    """A place lies in a listed region, or may.

    ``region`` is ISO 3166-2 (``UA-43``) or the id of an area file (``jp-etco-1-5``). ``since`` is the day from which
    the region (not the single town) is a listed place, ``until`` the first day it no longer is; the town's own days
    of occupation, where Ukraine's official list has them, stand in the evidence. ``certain`` is false where the
    name also belongs to another place, the country declared contradicts it, or only a part of it is in the area.
    """

    region: str
    title: str
    since: date | None
    until: date | None
    certain: bool
    evidence: tuple[Evidence, ...]


class Whereabouts(msgspec.Struct, frozen=True):
    """Where something is. ``countries`` are those it is in (ISO 3166-1 alpha-2); empty means not known.

    Two countries stand there where what is declared and what is known differ: both count. ``possible`` are the
    countries of a name that several have, when nothing else decides.
    """

    countries: tuple[str, ...] = ()
    regions: tuple[RegionHit, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()
