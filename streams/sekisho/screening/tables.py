"""The in-memory tables of one reference set: the indexes and measures that events are screened against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from sekisho.goods import GoodsIndex
from sekisho.model import Entity, EntryKey, GoodsItem, ItemKey, ListStamp, Measure
from sekisho.names import NameIndex, Query
from sekisho.names.nearness import Nearness
from sekisho.names.strangers import Strangers
from sekisho.places import Gazetteer
from sekisho.policy import Plan


class Tables(msgspec.Struct, frozen=True):
    """Swapped whole between two events; never changed in place."""

    names: NameIndex
    #: names that are near none of its entries
    strangers: Strangers
    goods: GoodsIndex
    places: Gazetteer
    measures: tuple[Measure, ...]
    #: the same measures, filed by what they need
    plan: Plan
    #: list, table and measure set id: its version
    lists: Mapping[str, ListStamp]
    sequence: int
    hash: str

    @classmethod
    def build(
        cls,
        entities: Iterable[Entity],
        goods_items: Iterable[GoodsItem],
        measures: Iterable[Measure],
        *,
        lists: Mapping[str, ListStamp],
        sequence: int,
        hash: str,  # noqa: A002 - the name the contract gives it
    ) -> Tables:
        """From the records of a whole reference set."""
        names = NameIndex.build(entities)
        # Readings of Han characters are loaded at the first one met: here, not in the middle of the stream.
        names.search(Query(name="関所 关所 관문"))
        goods = GoodsIndex.build(goods_items)
        ordered = _ordered(measures)
        return cls(
            names=names,
            strangers=_strangers(names),
            goods=goods,
            places=Gazetteer.load(),
            measures=ordered,
            plan=plan_of(ordered, goods),
            lists=lists,
            sequence=sequence,
            hash=hash,
        )

    def updated(
        self,
        *,
        entities: Iterable[Entity] = (),
        entities_removed: Iterable[EntryKey] = (),
        goods_items: Iterable[GoodsItem] = (),
        goods_removed: Iterable[ItemKey] = (),
        measures: Iterable[Measure] | None = None,
        lists: Mapping[str, ListStamp],
        sequence: int,
        hash: str,  # noqa: A002
    ) -> Tables:
        """The tables of the next set, from what it adds and removes; what is unchanged is shared with this one."""
        entities, entities_removed = list(entities), list(entities_removed)
        goods_items, goods_removed = list(goods_items), list(goods_removed)
        goods = self.goods.updated(goods_items, goods_removed) if goods_items or goods_removed else self.goods
        ordered = self.measures if measures is None else _ordered(measures)
        names = self.names.updated(entities, entities_removed) if entities or entities_removed else self.names
        return Tables(
            names=names,
            strangers=self.strangers if names is self.names else _strangers(names),
            goods=goods,
            places=self.places,
            measures=ordered,
            plan=self.plan if measures is None and goods is self.goods else plan_of(ordered, goods),
            lists=lists,
            sequence=sequence,
            hash=hash,
        )

    def version_of(self, list_id: str) -> str:
        stamp = self.lists.get(list_id)
        return stamp.version if stamp is not None else ""


def _strangers(names: NameIndex) -> Strangers:
    nearness = Nearness(names)
    return Strangers(names, nearness.lets_in if nearness.few else None)


def _ordered(measures: Iterable[Measure]) -> tuple[Measure, ...]:
    return tuple(sorted(measures, key=lambda measure: measure.id))


def plan_of(measures: tuple[Measure, ...], goods: GoodsIndex) -> Plan:
    """``measures`` filed by what they need, over the tables of ``goods``."""
    return Plan(measures, {table_id for table_id, _ in goods.items})
