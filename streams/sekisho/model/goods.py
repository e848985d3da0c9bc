"""A goods item: one row of a table of controlled goods, with the periods in which each wording held."""

from __future__ import annotations

from datetime import date

import msgspec

from sekisho.model.event import ControlCode, Money

#: (table_id, item_id): names one goods item in one reference set.
ItemKey = tuple[str, str]


class Period(msgspec.Struct, frozen=True):
    """One version of an item: in force from ``from_`` until the day before ``until``."""

    from_: date = msgspec.field(name="from")
    announced: date | None = None
    until: date | None = None
    #: digits only, a prefix: ``8479`` holds every code under the heading
    hs_codes: tuple[str, ...] = ()
    hs_excluded: tuple[str, ...] = ()
    #: the item holds only goods worth more than this (Japan's luxury goods)
    value_below: Money | None = None


class GoodsItem(msgspec.Struct, frozen=True):
    """One item (``schemas/goods_item.v1.avsc``).

    ``parameters`` holds the wording of the law where technical parameters decide. Such an item met by
    an HS code or by words is never certain: the mapping is our interpretation, not the law's.
    """

    table_id: str
    item_id: str
    #: BCP 47 language: title
    title: dict[str, str]
    validity: tuple[Period, ...]
    legal_basis: str
    control_codes: tuple[ControlCode, ...] = ()
    #: BCP 47 language: words and phrases of trade that name such goods
    terms: dict[str, tuple[str, ...]] = {}
    parameters: str | None = None
    #: reasons for control of the Commerce Control List (``NS``, ``AT`` …)
    reasons_for_control: tuple[str, ...] = ()

    @property
    def key(self) -> ItemKey:
        return (self.table_id, self.item_id)
