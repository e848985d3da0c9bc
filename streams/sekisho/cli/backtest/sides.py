"""The two sides of a back-test: the reference data of today, and what publishing some files would make of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from sekisho.errors import InputError
from sekisho.model import ListVersion
from sekisho.reference.loaded import LoadedList, Record
from sekisho.screening import Tables
from sekisho.screening.reach import Change
from sekisho.settings import Settings


class Today(msgspec.Struct, frozen=True):
    """What events are screened against now."""

    tables: Tables
    versions: Mapping[str, ListVersion]
    records_of: Callable[[str], Iterable[Record]]
    #: in words
    title: str


class Proposed(msgspec.Struct, frozen=True):
    """What they would be screened against, and what stands between the two."""

    tables: Tables
    change: Change
    #: each list that changes, in words
    changes: tuple[str, ...]
    #: what was named and changes nothing, or could not be read, in words
    notes: tuple[str, ...]
    #: why `lists publish` would refuse it as it is
    objections: tuple[str, ...]


def today_of_files(paths: Sequence[Path]) -> Today:
    """Files (or the word ``bundled``) that stand for today's set."""
    from sekisho.reference import Reference
    from sekisho.reference.load import BUNDLED_WORD
    from sekisho.reference.versions import snapshot

    only_pack = [str(path) for path in paths] == [BUNDLED_WORD]
    reference = Reference.bundled() if only_pack else Reference.load(paths)
    lists = {one.list_id: one for one in reference.lists}
    return Today(
        reference.tables,
        {list_id: snapshot(one).version for list_id, one in lists.items()},
        lambda list_id: lists[list_id].records,
        f"the bundled pack, {len(lists)} lists" if only_pack else f"{len(lists)} lists of files",
    )


def today_of_brokers(settings: Settings) -> Today:
    """The set that workers screen with. Raises InputError where there is none."""
    from sekisho.cli.active import chain_of
    from sekisho.reference.activate import tables_of
    from sekisho.reference.as_of import described

    chain = chain_of(settings)
    one = chain.newest_complete()
    if one is None:
        raise InputError(
            chain.problem()
            or "no reference set is active; `sekisho lists publish bundled` makes the first one, and "
            "--today names files that stand for it"
        )
    refs = {ref.list_id: ref for ref in one.set.lists}
    return Today(
        tables_of(chain, one.hash),
        chain.versions(one.hash),
        lambda list_id: chain.list_records(refs[list_id]),
        f"reference set {described(one)}",
    )


def proposed(settings: Settings, today: Today, lists: Sequence[LoadedList]) -> Proposed:
    """``today`` with ``lists`` as `lists publish` would put them in."""
    from sekisho.reference.guards import Limits, objections
    from sekisho.reference.proposed import propose
    from sekisho.reference.versions import BUNDLED, diff

    limits = Limits(max_shrink=settings.reference.max_shrink, max_rejected=settings.reference.max_rejected)
    found = propose(today.tables, today.versions, today.records_of, lists)
    changes, refused = [], []
    for one in lists:
        if one.list_id not in found.changed:
            continue
        now, then = found.changed[one.list_id]
        before = list(today.records_of(one.list_id)) if now is not None else []
        edits = diff(one.list_id, before, one.records)
        was = f"version {now.version}" if now is not None else "not there"
        changes.append(
            f"{one.list_id}: {was} → version {then.version}: {len(edits.added)} added, {len(edits.changed)} edited, "
            f"{len(edits.removed)} removed"
        )
        official = before if now is not None and now.source != BUNDLED else None
        refused += [f"{one.list_id}: {reason}" for reason in objections(official, one, limits)]
    notes = [f"{list_id}: the same already" for list_id in found.unchanged]
    notes += [f"{list_id}: the bundled version does not replace an official one" for list_id in found.kept_official]
    notes += [
        f"{one.list_id}: not read: {len(one.rejected):,} of {len(one.rejected) + len(one.records):,} rows of {one.source}, "
        f"the first: {one.rejected[0].where}: {one.rejected[0].reason}"
        for one in lists
        if one.rejected
    ]
    return Proposed(found.tables, found.change, tuple(changes), tuple(notes), tuple(refused))


def load(paths: Sequence[Path], measures: Sequence[Path]) -> tuple[LoadedList, ...]:
    """Files as `lists load` reads them. Raises InputError where ``measures`` holds no measures."""
    from sekisho.reference.load import load_paths

    if not paths and not measures:
        return ()
    found = load_paths([*paths, *measures])
    if measures and not any(one.kind == "measures" for one in found):
        raise InputError(
            f"{', '.join(map(str, measures))}: no measures; they are YAML files (`sekisho measures check`)"
        )
    return found
