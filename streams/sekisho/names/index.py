"""The name index (first version: shared words, then an exact comparison)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from anyascii import anyascii
from rapidfuzz.fuzz import token_set_ratio, token_sort_ratio

from sekisho.model import Entity, EntryKey, Evidence, Name
from sekisho.names.types import Comparison, EntityMatch, Query

THRESHOLD = 0.85


def _plain(name: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in anyascii(name[:500]).casefold()).split())


def compare_names(name1: str, name2: str, schema: str = "Unknown") -> Comparison:
    a, b = _plain(name1), _plain(name2)
    score = (token_sort_ratio(a, b) * 0.7 + token_set_ratio(a, b) * 0.3) / 100 if a and b else 0.0
    return Comparison(score, score >= THRESHOLD, (Evidence("name", name1, name2, f"alike {score:.2f}"),))


class NameIndex:
    def __init__(self, entities: dict[EntryKey, Entity]) -> None:
        self.entities: Mapping[EntryKey, Entity] = entities
        self._words: dict[str, set[tuple[EntryKey, Name]]] = {}
        for key, entity in entities.items():
            for name in entity.names:
                for word in _plain(name.text).split():
                    self._words.setdefault(word, set()).add((key, name))

    @classmethod
    def build(cls, entities: Iterable[Entity]) -> NameIndex:
        return cls({entity.key: entity for entity in entities})

    def updated(self, added: Iterable[Entity], removed: Iterable[EntryKey]) -> NameIndex:
        gone = set(removed)
        return NameIndex(
            {k: e for k, e in self.entities.items() if k not in gone} | {entity.key: entity for entity in added}
        )

    def search(self, query: Query, limit: int = 10) -> list[EntityMatch]:
        best: dict[EntryKey, EntityMatch] = {}
        found: set[tuple[EntryKey, Name]] = set()
        for word in _plain(query.name).split():
            found |= self._words.get(word, set())
        for key, name in found:
            result = compare_names(query.name, name.text)
            if result.match and (key not in best or best[key].score < result.score):
                grade = "exact" if result.score > 0.999 else "strong"
                best[key] = EntityMatch(
                    self.entities[key], name, result.score, result.score, "neutral", grade, result.evidence
                )
        return sorted(best.values(), key=lambda m: -m.score)[:limit]

    def scan(self, text: str, limit: int = 10) -> list[EntityMatch]:
        return []

    def by_identifier(self, scheme: str, value: str) -> list[EntityMatch]:
        value = value.upper().replace(" ", "")
        return [
            EntityMatch(e, e.names[0], 1.0, 1.0, "supports", "exact", (Evidence(scheme, value, i.value, "the same"),))
            for e in self.entities.values()
            for i in e.identifiers
            if i.scheme.upper() == scheme.upper() and i.value.upper().replace(" ", "") == value
        ]
