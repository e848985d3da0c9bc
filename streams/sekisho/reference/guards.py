"""Guards: a list that has plainly gone wrong on its way here is refused, and the last good version stays active.

A download that was cut, a column that was renamed, a page of HTML: each of these would take entries off the list, and
each entry that is missing is a hit that is missed.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from sekisho.model import Entity
from sekisho.reference.loaded import LoadedList, Record
from sekisho.reference.versions import record_title


class Limits(msgspec.Struct, frozen=True):
    """How far a list may move between two versions. Shares are of the former version's records."""

    #: a list that loses more than this share is refused; official lists lose a few percent at their largest revisions
    max_shrink: float = 0.1
    #: rows that could not be read, as a share of all rows
    max_rejected: float = 0.02
    #: a field that this share of entries had may not be absent from all of them
    usual_field: float = 0.1


#: Fields that screening leans on.
FIELDS = ("names", "identifiers", "birth_dates", "countries", "addresses", "listed_on", "programmes")


def objections(before: Iterable[Record] | None, after: LoadedList, limits: Limits | None = None) -> list[str]:
    """Why ``after`` should not replace ``before``, in words; empty if nothing speaks against it."""
    limits = limits or Limits()
    found = []
    rows = len(after.records) + len(after.rejected)
    if not after.records:
        found.append(f"no record was read from {after.source}")
    elif len(after.rejected) > limits.max_rejected * rows:
        first = after.rejected[0]
        found.append(
            f"{len(after.rejected)} of {rows} rows could not be read (limit {limits.max_rejected:.0%}); "
            f"the first: {first.where}: {first.reason}"
        )
    if before is None:
        return found
    old = list(before)
    if after.records and len(after.records) < len(old) * (1 - limits.max_shrink):
        found.append(
            f"it shrinks from {len(old)} to {len(after.records)} records (limit {limits.max_shrink:.0%} less); "
            f"missing, for one: {_missing(old, after.records)}"
        )
    found += [
        f"no entry has {field} any more; {share:.0%} had"
        for field in FIELDS
        if (share := _share(old, field)) >= limits.usual_field and after.records and _share(after.records, field) == 0
    ]
    return found


def _share(records: Iterable[Record], field: str) -> float:
    entities = [record for record in records if isinstance(record, Entity)]
    return sum(bool(getattr(one, field)) for one in entities) / len(entities) if entities else 0.0


def _missing(old: Iterable[Record], new: Iterable[Record]) -> str:
    titles = {record_title(record) for record in new}
    return next((title for record in old if (title := record_title(record)) not in titles), "records of equal titles")
