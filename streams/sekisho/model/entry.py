"""An entry of a list: a person, an organisation, a vessel … with everything its publisher says of it."""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

NameKind = Literal["primary", "alias", "weak_alias", "former"]
#: (list_id, entry_id): names one entry in one reference set.
EntryKey = tuple[str, str]


class Name(msgspec.Struct, frozen=True):
    """One name. A ``weak_alias`` (a low-quality a.k.a.) hits only with support from the rest of the identity."""

    text: str
    kind: NameKind = "primary"
    #: BCP 47, with a script subtag where it matters (``ja-Hani``, ``ja-Kana``)
    lang: str | None = None


class EntryIdentifier(msgspec.Struct, frozen=True):
    """An identifier in a list; ``country`` is its issuer's (ISO 3166-1 alpha-2)."""

    scheme: str
    value: str
    country: str | None = None


class Entity(msgspec.Struct, frozen=True):
    """One row of a list (``schemas/entity.v1.avsc``).

    Dates: ``listed_on`` is the day the listing was made known, ``in_force_from`` the day its effect
    begins (absent: ``listed_on``), ``delisted_on`` the first day it no longer holds.
    """

    list_id: str
    entry_id: str
    schema: str
    names: tuple[Name, ...]
    identifiers: tuple[EntryIdentifier, ...] = ()
    #: EDTF, so that a birth year alone can be said
    birth_dates: tuple[str, ...] = ()
    birth_places: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    genders: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    listed_on: date | None = None
    in_force_from: date | None = None
    delisted_on: date | None = None
    source_url: str | None = None
    remarks: str | None = None
    licence_requirement: str | None = None
    licence_policy: str | None = None

    @property
    def key(self) -> EntryKey:
        return (self.list_id, self.entry_id)

    @property
    def primary_name(self) -> str:
        for name in self.names:
            if name.kind == "primary":
                return name.text
        return self.names[0].text
