"""What the gazetteer answers, and what its parts tell one another."""

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
    countries of a name that several have, when nothing else decides. ``local``: a location is told more finely than by
    its country.
    """

    countries: tuple[str, ...] = ()
    regions: tuple[RegionHit, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()
    local: bool = False


class Unit(msgspec.Struct, frozen=True):
    """What KATOTTG and the official list of occupied territories say of one settlement or district."""

    region: str
    #: C village, X settlement, M town, K city with special status, P district
    category: str
    since: date | None
    until: date | None
    in_area: bool


class PlaceName(msgspec.Struct, frozen=True):
    """One name. ``areas`` are area files it lies in; ``None`` where only a part does."""

    title: str
    region: str
    #: region | town | district | unit
    kind: str
    #: counts wherever it is met; else only where Ukraine, Russia or a listed region is named
    anywhere: bool = True
    inflected: bool = False
    namesakes: frozenset[str] = frozenset()
    units: tuple[Unit, ...] = ()
    in_area: bool | None = None
    #: ``M`` another oblast has a town of this name, ``C`` a village
    elsewhere: str = ""


class Locode(msgspec.Struct, frozen=True):
    """One code. ``name`` is None where the table does not have it; ``region`` is given for Ukraine (ISO 3166-2)."""

    code: str
    country: str
    name: str | None
    region: str | None


class Found(msgspec.Struct):
    """One name that counts: where, how surely, and what was read."""

    place: PlaceName
    words: str
    certain: bool
    why: str


class Reading(msgspec.Struct):
    """What a text says. ``country`` is the one it names itself."""

    found: list[Found]
    country: str | None
    ukraine: bool
    postal: str | None
    #: another oblast of Ukraine is named
    other_oblast: bool
    truncated: bool


class Around(msgspec.Struct):
    """What the rest of the text says, for weighing one name in it."""

    words: list[str]
    context: bool
    foreign: str | None
    whole: bool
    other_region: bool
    region_named: bool
    rostov: bool
    russia: bool
