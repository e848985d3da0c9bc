"""A measure: one rule of law as data (``schemas/measure.v2.avsc``; written as one YAML file a legal act)."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from sekisho.model.event import Money

Effect = Literal["prohibited", "licence_required", "review", "from_entry"]


class Destination(msgspec.Struct, frozen=True):
    """Met by one destination in one of ``countries`` (ISO 3166-1) or ``regions`` (ISO 3166-2, or the id of an area file)."""

    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()


class GoodsTerm(msgspec.Struct, frozen=True):
    """Met by a goods item of one of ``tables`` or ``items``, controlled for one of the reasons if any is named.

    ``items`` are ``table/item``; a ``*`` at the end takes in all that begins so (``jp-eto-1/7(*``).
    """

    tables: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    reasons_for_control: tuple[str, ...] = ()


class PartyTerm(msgspec.Struct, frozen=True):
    """Met by a party on one of ``lists`` in one of ``roles`` (none given: any role)."""

    lists: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()


class Nexus(msgspec.Struct, frozen=True):
    """Ties a payment to a jurisdiction: met by its currency (ISO 4217), or a party or bank in one of ``countries``."""

    currencies: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


class Terms(msgspec.Struct, frozen=True):
    """Conditions that must all hold. An absent one asks nothing."""

    export_country: tuple[str, ...] = ()
    origin_country: tuple[str, ...] = ()
    destination: Destination | None = None
    goods: GoodsTerm | None = None
    parties: PartyTerm | None = None
    nexus: Nexus | None = None
    #: words of a declared end use
    end_use: tuple[str, ...] = ()
    value_below: Money | None = None


class Measure(msgspec.Struct, frozen=True):
    """One rule. ``effect`` is what follows when ``when`` holds and none of ``except_`` does."""

    id: str
    title: str
    jurisdiction: str
    #: IANA name: the days of this measure are days there
    time_zone: str
    legal_basis: str
    url: str
    in_force_from: date
    applies_to: tuple[str, ...]
    when: Terms
    effect: Effect
    announced: date | None = None
    in_force_until: date | None = None
    except_: tuple[Terms, ...] = msgspec.field(default=(), name="except")
    note: str = ""
    #: who grants what would clear it; None where that is not known
    authority: str | None = None
    #: the document that would clear it, with its article; None where there is none or it is not known
    clearing_document: str | None = None
