"""What is published can be found again: each entry of the bundled pack under each of its names."""

from __future__ import annotations

import pytest

from sekisho import Reference
from sekisho.model import Entity
from sekisho.names import NameIndex, Query

#: `names search` takes as many at most.
LIMIT = 100


@pytest.fixture(scope="module")
def index() -> NameIndex:
    return Reference.bundled().tables.names


def lists() -> dict[str, list[Entity]]:
    found: dict[str, list[Entity]] = {}
    for entity in Reference.bundled().tables.names.entities.values():
        found.setdefault(entity.list_id, []).append(entity)
    return found


@pytest.mark.parametrize("list_id", sorted(lists()))
@pytest.mark.parametrize("kind", ["Unknown", "as listed"])
def test_every_entry_under_each_of_its_names(index: NameIndex, list_id: str, kind: str) -> None:
    """Asked as a person asks who does not know what it is, and as an event asks that does."""
    asked = 0
    missed = []
    for entity in lists()[list_id]:
        assert entity.names
        for name in entity.names:
            asked += 1
            query = Query(name=name.text, kind=entity.schema if kind == "as listed" else "Unknown")
            if entity.key not in {match.entity.key for match in index.search(query, LIMIT)}:
                missed.append((entity.entry_id, name.text))
    assert asked >= len(lists()[list_id])
    assert missed == []
