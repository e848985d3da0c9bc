"""Versions: a loaded list as the records that are published, and the difference between two of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import msgspec

from sekisho.errors import ReferenceDataError
from sekisho.model import Bucket, Entity, GoodsItem, ListRef, ListStamp, ListVersion, Measure
from sekisho.reference import buckets
from sekisho.reference.hashing import content_hash
from sekisho.reference.loaded import LoadedList, Record

#: ``LoadedList.source`` of what comes in the package.
BUNDLED = "bundled"


class Snapshot(msgspec.Struct, frozen=True):
    """One version of one list with all its records, by content hash."""

    version: ListVersion
    hash: str
    buckets: Mapping[str, Bucket]
    records: Mapping[str, Record]

    @property
    def ref(self) -> ListRef:
        return ListRef(self.version.list_id, self.version.kind, self.version.version, self.hash)


def snapshot(loaded: LoadedList) -> Snapshot:
    """The records to publish for ``loaded``. Raises ReferenceDataError where two records have one id."""
    _one_record_an_id(loaded)
    records = {content_hash(record): record for record in loaded.records}
    grouped = {content_hash(bucket): bucket for bucket in buckets.group(records)}
    version = ListVersion(
        list_id=loaded.list_id,
        kind=loaded.kind,
        version=loaded.version,
        count=len(records),
        source=loaded.source,
        published_at=whole_milliseconds(loaded.published_at),
        buckets=tuple(grouped),
        max_age_hours=loaded.max_age_hours,
    )
    return Snapshot(version, content_hash(version), grouped, records)


def stamp(version: ListVersion) -> ListStamp:
    """What matches and verdicts say of a list version."""
    return ListStamp(
        list_id=version.list_id,
        version=version.version,
        count=version.count,
        published_at=version.published_at,
        max_age_hours=version.max_age_hours,
    )


def record_id(record: Record) -> str:
    """The id of a record within its list: what an edited record keeps."""
    if isinstance(record, Entity):
        return record.entry_id
    return record.item_id if isinstance(record, GoodsItem) else record.id


def record_title(record: Record) -> str:
    """What a person calls a record."""
    if isinstance(record, Entity):
        return record.primary_name
    if isinstance(record, Measure):
        return record.title
    return record.title.get("en") or next(iter(record.title.values()), record.item_id)


def whole_milliseconds(moment: datetime | None) -> datetime | None:
    """As the wire carries it (UTC, milliseconds): a hash must be the same before and after."""
    if moment is None:
        return None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _one_record_an_id(loaded: LoadedList) -> None:
    seen: dict[str, Record] = {}
    for record in loaded.records:
        other = seen.setdefault(record_id(record), record)
        if other != record:
            raise ReferenceDataError(
                f"{loaded.list_id}: two records have the id {record_id(record)}: {record_title(other)} and "
                f"{record_title(record)}; an id names one record"
            )


class Change(msgspec.Struct, frozen=True):
    """An entry, goods item or measure that is in both versions under one id, with other content."""

    before: Record
    after: Record
    #: names of the fields that differ
    fields: tuple[str, ...]


class Diff(msgspec.Struct, frozen=True):
    """What turns one version of a list into the next."""

    list_id: str
    added: tuple[Record, ...] = ()
    changed: tuple[Change, ...] = ()
    removed: tuple[Record, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def diff(list_id: str, before: Iterable[Record], after: Iterable[Record]) -> Diff:
    """The difference of two versions of one list, by id; in the order of ids."""
    old = {record_id(record): record for record in before}
    new = {record_id(record): record for record in after}
    return Diff(
        list_id=list_id,
        added=tuple(new[one] for one in sorted(new.keys() - old.keys())),
        changed=tuple(
            Change(old[one], new[one], _differing(old[one], new[one]))
            for one in sorted(old.keys() & new.keys())
            if old[one] != new[one]
        ),
        removed=tuple(old[one] for one in sorted(old.keys() - new.keys())),
    )


def _differing(before: Record, after: Record) -> tuple[str, ...]:
    return tuple(
        field for field in after.__struct_fields__ if getattr(before, field, None) != getattr(after, field, None)
    )
