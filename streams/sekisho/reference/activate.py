"""From a set of the chain to the tables that events are screened against."""

from __future__ import annotations

from collections.abc import Iterable

from sekisho.model import Entity, GoodsItem, Measure
from sekisho.reference.chain import Chain
from sekisho.reference.versions import stamp
from sekisho.screening.tables import Tables


def tables_of(chain: Chain, set_hash: str, base: Tables | None = None) -> Tables:
    """The tables of a complete set. With ``base``, tables of another complete set of the chain, only the difference
    is indexed anew."""
    one = chain.get(set_hash)
    lists = {list_id: stamp(version) for list_id, version in chain.versions(set_hash).items()}
    if base is None or base.hash not in chain or chain.lacks(base.hash) is not None:
        entities, items, measures = _by_kind(chain.records(set_hash))
        return Tables.build(entities, items, measures, lists=lists, sequence=one.sequence, hash=set_hash)
    removed, added = chain.difference(base.hash, set_hash)
    entities_removed, items_removed, measures_removed = _by_kind(removed)
    entities, items, measures = _by_kind(added)
    changed = bool(measures or measures_removed)
    return base.updated(
        entities=entities,
        entities_removed=[entity.key for entity in entities_removed],
        goods_items=items,
        goods_removed=[item.key for item in items_removed],
        measures=_by_kind(chain.records(set_hash))[2] if changed else None,
        lists=lists,
        sequence=one.sequence,
        hash=set_hash,
    )


def _by_kind(records: Iterable[object]) -> tuple[list[Entity], list[GoodsItem], list[Measure]]:
    entities: list[Entity] = []
    items: list[GoodsItem] = []
    measures: list[Measure] = []
    for record in records:
        if isinstance(record, Entity):
            entities.append(record)
        elif isinstance(record, GoodsItem):
            items.append(record)
        elif isinstance(record, Measure):
            measures.append(record)
    return entities, items, measures
