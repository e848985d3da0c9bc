"""Reference: lists, goods tables and measures in memory, ready to screen against, without a broker."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from sekisho.model import Entity, GoodsItem, ListRef, Measure
from sekisho.reference import bundled
from sekisho.reference.load import load_paths, once_each
from sekisho.reference.loaded import LoadedList
from sekisho.reference.versions import snapshot, stamp

if TYPE_CHECKING:
    from sekisho.screening.tables import Tables


class Reference:
    """What events are screened against: ``Screener(Reference.bundled())``.

    ``lists`` are the lists, goods tables and measure sets as they were read, with every row that was refused;
    ``tables`` the indexes made of them (built at first use, a second or so for large lists).
    """

    def __init__(self, lists: Iterable[LoadedList]) -> None:
        self.lists: tuple[LoadedList, ...] = once_each(tuple(lists))

    @classmethod
    def bundled(cls) -> Reference:
        """The pack that comes in the package; made once."""
        return _bundled()

    @classmethod
    def load(cls, paths: Iterable[Path | str]) -> Reference:
        """From files and folders: official files that are recognised, our own JSON lines and CSV, measures in YAML.

        Their entries stand in place of the bundled ones; goods tables and measure sets of the pack stay unless the
        files hold one of the same id. Entries without measures would call nothing prohibited, and measures without
        their goods tables would let controlled goods pass.
        """
        lists = load_paths(paths)
        ids = {one.list_id for one in lists}
        entries = any(one.kind == "entities" for one in lists)
        kept = (one for one in bundled.lists() if one.list_id not in ids and not (entries and one.kind == "entities"))
        return cls((*lists, *kept))

    @cached_property
    def tables(self) -> Tables:
        from sekisho.screening.tables import Tables  # the indexes are not needed to show or publish a list

        records = [record for one in self.lists for record in one.records]
        snapshots = [snapshot(one) for one in self.lists]
        return Tables.build(
            [record for record in records if isinstance(record, Entity)],
            [record for record in records if isinstance(record, GoodsItem)],
            [record for record in records if isinstance(record, Measure)],
            lists={one.version.list_id: stamp(one.version) for one in snapshots},
            sequence=0,
            hash=lists_hash(one.ref for one in snapshots),
        )


def lists_hash(refs: Iterable[ListRef]) -> str:
    """A digest of which versions these are, for tables that no published set stands behind."""
    ordered = sorted(refs, key=lambda ref: ref.list_id)
    return hashlib.sha256(msgspec.json.encode([(ref.list_id, ref.hash) for ref in ordered])).hexdigest()


@cache
def _bundled() -> Reference:
    return Reference(bundled.lists())
