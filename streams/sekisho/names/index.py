"""All names of all lists in one index: a query against every entry costs what others spend on one pair.

How it finds: each content word of an entry's name belongs to a *sound class* (``Token.key``). Names are filed under
pairs of classes, so that two words of a query that both sound like words of one name lead to it, and nothing else does:
most clean names touch no file at all. Names that one word can carry (a single name, an organisation with one word of
its own) are filed under that word too; initials, joined words and names written without spaces have files of their own.

What is found is scored exactly as :func:`sekisho.names.compare_names` scores, best first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sekisho.model import Entity, EntryKey, Evidence, Name
from sekisho.names.candidates import Memory, candidates
from sekisho.names.compare import note_evidence
from sekisho.names.cut import CUT, may_be_cut
from sekisho.names.identifiers import IdentifierTable, normalise
from sekisho.names.identity import Bearing, bearing
from sekisho.names.parse import Parsed, parse
from sekisho.names.phrases import Phrases
from sekisho.names.score import THRESHOLD, Pairing, explain, pair_names
from sekisho.names.segment import Record, Segment, content
from sekisho.names.tokens import CONTENT
from sekisho.names.types import EntityMatch, Query

#: With the identity speaking for it, a name this much below the threshold is shown too.
SUPPORTED: Final = 0.08
#: From here on a match is strong by its name alone.
STRONG: Final = 0.85
#: Exact scorings of one query at most; the candidates are ordered by a bound, so that what is cut is worst. Few
#: queries have so many; but an entry with dozens of spellings (Yanukovych) leaves no room for another under 60.
SCORED: Final = 120
#: Remembered answers: names repeat in real traffic.
REMEMBERED: Final = 20_000
#: A name whose end is not known: it begins as the listed one does.
_CUT_OFF: Final = Pairing(CUT, (), (), (), False)
#: A small segment beside the base is folded into it at this share of the base.
_FOLD: Final = 0.25


class NameIndex:
    """Immutable: ``updated`` gives a new index that shares the base with this one."""

    def __init__(
        self, segments: tuple[Segment, ...], entities: Mapping[EntryKey, Entity], identifiers: IdentifierTable
    ) -> None:
        self._segments = segments
        self._entities = entities
        self._identifiers = identifiers
        self._memory: dict[tuple[Query, int], tuple[EntityMatch, ...]] = {}
        #: the same names, ready to be met in running text
        self.phrases = tuple(_phrases(segment) for segment in segments)

    @property
    def entities(self) -> Mapping[EntryKey, Entity]:
        return self._entities

    @classmethod
    def build(cls, entities: Iterable[Entity]) -> NameIndex:
        by_key = {entity.key: entity for entity in entities}
        return cls((Segment.build(by_key.values()),), by_key, IdentifierTable.build(by_key.values()))

    def updated(self, added: Iterable[Entity], removed: Iterable[EntryKey]) -> NameIndex:
        """With ``added`` in and ``removed`` out; an entry whose key is added again replaces the old one."""
        new = {entity.key: entity for entity in added}
        gone = set(removed) - new.keys()
        entities = {key: entity for key, entity in self._entities.items() if key not in gone} | new
        small = {
            e.key: e for segment in self._segments[1:] for e in segment.entities() if self._entities.get(e.key) is e
        }
        small = {key: entity for key, entity in small.items() if key not in gone} | new
        identifiers = IdentifierTable.build(entities.values())
        base = self._segments[0]
        if len(small) > _FOLD * max(len(base), 1000):
            return NameIndex((Segment.build(entities.values()),), entities, identifiers)
        return NameIndex((base, Segment.build(small.values())), entities, identifiers)

    # -- looking up --------------------------------------------------------------------------------------

    def search(self, query: Query, limit: int = 10) -> list[EntityMatch]:
        """The entries that the query may mean, best first; only those above our threshold."""
        key = (query, limit)
        known = self._memory.get(key)
        if known is not None:
            return list(known)
        found = self._search(query, limit)
        if len(self._memory) >= REMEMBERED:
            self._memory.clear()
        self._memory[key] = tuple(found)
        return found

    def _search(self, query: Query, limit: int) -> list[EntityMatch]:
        best: dict[EntryKey, EntityMatch] = {}
        for identifier in query.identifiers:
            for match in self.by_identifier(identifier.scheme, identifier.value):
                best.setdefault(match.entity.key, match)
        named: dict[EntryKey, tuple[float, Entity, Name, Pairing, Parsed]] = {}
        for record, pairing, parsed in self._named(query.name, query.kind):
            for entity, name in record.bearers:
                if self._entities.get(entity.key) is not entity:
                    continue
                old = named.get(entity.key)
                if old is None or (pairing.score, name.kind != "weak_alias") > (old[0], old[2].kind != "weak_alias"):
                    named[entity.key] = (pairing.score, entity, name, pairing, parsed)
        for key, (_, entity, name, pairing, parsed) in named.items():
            judged = _judge(query, entity, name, pairing, parsed)
            if judged is not None:
                sure = best.get(key)
                best[key] = judged if sure is None else _with_identifier(judged, sure)
        return sorted(best.values(), key=_rank)[:limit]

    def _named(self, text: str, kind: str) -> Iterator[tuple[Record, Pairing, Parsed]]:
        """Records whose names are near enough, with the best reading of the query."""
        person_too, organisation_too = kind in ("Person", "Unknown"), kind != "Person"
        memories = [Memory() for _ in self._segments]
        full = may_be_cut(text)
        for person in (True, False):
            if not (person_too if person else organisation_too):
                continue
            readings = parse(text, person)
            for segment, memory in zip(self._segments, memories, strict=True):
                seen: dict[int, tuple[Record, Pairing, Parsed]] = {}
                for parsed in readings:
                    for record in candidates(segment, parsed, person, SCORED, memory):
                        pairing = pair_names(parsed, record.parsed)
                        if pairing.score >= THRESHOLD - SUPPORTED:
                            old = seen.get(id(record))
                            if old is None or old[1].score < pairing.score:
                                seen[id(record)] = (record, pairing, parsed)
                    if full:
                        for at in segment.beginnings.of(parsed):
                            record = segment.records[at]
                            old = seen.get(id(record))
                            if record.parsed.person == person and (old is None or old[1].score < CUT):
                                seen[id(record)] = (record, _CUT_OFF, parsed.noted("cut_off"))
                yield from seen.values()

    def by_identifier(self, scheme: str, value: str) -> list[EntityMatch]:
        """Entries that carry this identifier; a valid one decides by itself."""
        wanted = normalise(scheme, value)
        if wanted is None:
            return []
        found = []
        for key, shown in self._identifiers.get(wanted):
            entity = self._entities.get(key)
            if entity is not None:
                piece = Evidence("identifier", f"{scheme} {value}", shown, "the same identifier: decides by itself")
                found.append(EntityMatch(entity, entity.names[0], 1.0, 0.0, "supports", "exact", (piece,)))
        return found

    def scan(self, text: str, limit: int = 10) -> list[EntityMatch]:
        """Names inside a free text (remittance information, a note, an address)."""
        from sekisho.names.scan import scan

        return scan(self, text, limit)


def _phrases(segment: Segment) -> Phrases:
    """A segment is shared by many indexes; its phrases are made once."""
    if segment.phrases is None:
        segment.phrases = Phrases(segment.records, segment.lexicon)
    return segment.phrases


def _judge(query: Query, entity: Entity, name: Name, pairing: Pairing, parsed: Parsed) -> EntityMatch | None:
    """Name and identity together: the two numbers, the rank, the grade and the evidence."""
    known: Bearing = bearing(query, entity)
    alike = pairing.score * distinctive(parsed)
    score = known.applied(alike)
    if alike < (THRESHOLD - SUPPORTED if known.strong else THRESHOLD) or score < THRESHOLD:
        return None
    weak = name.kind == "weak_alias" and known.identity != "supports"
    if weak or known.identity == "conflicts" or not content(parsed) or "cut_off" in parsed.notes:
        # what has no word of its own (JSC, S. M.) is anybody's, however exact; what was cut off may say that it is another
        grade = "possible"
    elif alike >= 0.9995:
        grade = "exact"
    elif alike >= STRONG or (known.identity == "supports" and alike >= THRESHOLD):
        grade = "strong"
    else:
        grade = "possible"
    evidence = explain(pairing, query.name, name.text) + note_evidence(parsed.notes, query.name)
    if weak:
        evidence += (Evidence("weak_alias", query.name, name.text, "a weak alias: needs support from the rest"),)
    return EntityMatch(entity, name, round(score, 4), round(alike, 4), known.identity, grade, evidence + known.evidence)  # type: ignore[arg-type]


def distinctive(parsed: Parsed) -> float:
    """0.95 to 0.99 for common names, else 1: exact common names must not saturate; a rare full name says more than "Kim Min"."""
    weights = [token.weight for token in parsed.tokens if token.kind == CONTENT]
    if not parsed.person or not weights or sum(weights) >= 1.4 or max(weights) >= 0.95:
        return 1.0
    return 0.95 + 0.04 * sum(weights) / 1.4


def _with_identifier(match: EntityMatch, sure: EntityMatch) -> EntityMatch:
    return EntityMatch(
        match.entity, match.matched_name, 1.0, match.name_score, "supports", "exact", sure.evidence + match.evidence
    )


def _rank(match: EntityMatch) -> tuple[float, float, EntryKey]:
    return (-match.score, -match.name_score, match.entity.key)
