"""Tables that meet names only from a higher threshold on: what a stricter matcher would raise.

It can be stricter than the matcher and never laxer: what the index does not look for cannot be found by asking again.
"""

from __future__ import annotations

from typing import cast

import msgspec

from sekisho.names import THRESHOLD, EntityMatch, NameIndex, Query
from sekisho.screening.tables import Tables


class _Stricter:
    """As much of a NameIndex as screening asks: ``index`` without the matches whose ``score`` is below ``threshold``."""

    def __init__(self, index: NameIndex, threshold: float) -> None:
        self._index = index
        self._threshold = threshold

    def search(self, query: Query, limit: int = 10) -> list[EntityMatch]:
        return self._over(self._index.search(query, limit))

    def scan(self, text: str, limit: int = 10) -> list[EntityMatch]:
        return self._over(self._index.scan(text, limit))

    def _over(self, found: list[EntityMatch]) -> list[EntityMatch]:
        return [match for match in found if match.score >= self._threshold]


def stricter(tables: Tables, threshold: float) -> Tables:
    """``tables`` that meet names only from ``threshold`` (0-1) on. Raises ValueError below the matcher's own."""
    if not THRESHOLD <= threshold <= 1:
        raise ValueError(f"names are looked for from {THRESHOLD:g} on, so the threshold lies between that and 1")
    if threshold == THRESHOLD:
        return tables
    return msgspec.structs.replace(tables, names=cast(NameIndex, _Stricter(tables.names, threshold)))
