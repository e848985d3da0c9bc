"""The reference set that publishing some lists would make, as tables, without publishing anything.

It follows the rules of `lists publish`: what is named replaces the version of the same list, everything else is carried
on, and a list of the bundled pack never replaces one from elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import msgspec

from sekisho.model import Entity, GoodsItem, ListVersion, Measure
from sekisho.reference.hashing import content_hash
from sekisho.reference.loaded import LoadedList, Record
from sekisho.reference.reference import lists_hash
from sekisho.reference.versions import BUNDLED, snapshot, stamp
from sekisho.screening.reach import Change
from sekisho.screening.tables import Tables


class Proposal(msgspec.Struct, frozen=True):
    """What was proposed, and the tables with it."""

    tables: Tables
    #: list id: its version now (None: there is none) and as proposed, of each that changes
    changed: Mapping[str, tuple[ListVersion | None, ListVersion]]
    #: lists that were named and are the same already
    unchanged: tuple[str, ...]
    #: lists of the bundled pack that stay out because an official version is there
    kept_official: tuple[str, ...]
    #: records that come and go, over all lists
    change: Change


def propose(
    base: Tables,
    versions: Mapping[str, ListVersion],
    records_of: Callable[[str], Iterable[Record]],
    lists: Iterable[LoadedList],
) -> Proposal:
    """``base`` with ``lists`` in place of their present ``versions``; ``records_of`` gives a present list's records."""
    changed: dict[str, tuple[ListVersion | None, ListVersion]] = {}
    refs = {}
    unchanged, kept = [], []
    old: dict[str, Record] = {}
    new: dict[str, Record] = {}
    for one in lists:
        shot = snapshot(one)
        now = versions.get(one.list_id)
        if now is not None and one.source == BUNDLED and now.source != BUNDLED:
            kept.append(one.list_id)
        elif now is not None and content_hash(now) == shot.hash:
            unchanged.append(one.list_id)
        else:
            changed[one.list_id] = (now, shot.version)
            refs[one.list_id] = shot.ref
            new |= shot.records
            if now is not None:
                old |= {content_hash(record): record for record in records_of(one.list_id)}
    removed = [record for key, record in old.items() if key not in new]
    added = [record for key, record in new.items() if key not in old]
    tables = _updated(base, removed, added, {list_id: after for list_id, (_, after) in changed.items()})
    digest = lists_hash(refs.values())
    return Proposal(
        tables=msgspec.structs.replace(tables, hash=f"proposed-{digest}") if changed else tables,
        changed=changed,
        unchanged=tuple(sorted(unchanged)),
        kept_official=tuple(sorted(kept)),
        change=Change(
            come=tuple(added),
            gone=tuple(removed),
            goods_before=base.goods if tables.goods is not base.goods else None,
        ),
    )


def _updated(
    base: Tables, removed: Iterable[Record], added: Iterable[Record], versions: Mapping[str, ListVersion]
) -> Tables:
    removed, added = list(removed), list(added)
    measures = None
    if any(isinstance(record, Measure) for record in (*removed, *added)):
        gone = {content_hash(record) for record in removed if isinstance(record, Measure)}
        measures = [one for one in base.measures if content_hash(one) not in gone]
        measures += [record for record in added if isinstance(record, Measure)]
    return base.updated(
        entities=[record for record in added if isinstance(record, Entity)],
        entities_removed=[record.key for record in removed if isinstance(record, Entity)],
        goods_items=[record for record in added if isinstance(record, GoodsItem)],
        goods_removed=[record.key for record in removed if isinstance(record, GoodsItem)],
        measures=measures,
        lists={**base.lists, **{list_id: stamp(version) for list_id, version in versions.items()}},
        sequence=base.sequence + 1 if versions else base.sequence,
        hash=base.hash,
    )
