"""Two names compared by themselves."""

from __future__ import annotations

from sekisho.model import Evidence
from sekisho.names.parse import Parsed, parse
from sekisho.names.score import THRESHOLD, Pairing, explain, pair_names
from sekisho.names.text import NOTES
from sekisho.names.types import Comparison

_PEOPLE = frozenset({"Person"})


def compare_names(name1: str, name2: str, schema: str = "Unknown") -> Comparison:
    """Are these two the same? ``schema`` is ``Person``, ``Organization``, ``Company``, ``LegalEntity``, ``Vessel`` or
    ``Unknown``; where it is not known, both readings are tried and the better one counts."""
    best: Pairing | None = None
    notes: tuple[str, ...] = ()
    for person in _readings(schema):
        for a in parse(name1, person):
            for b in parse(name2, person):
                found = pair_names(a, b)
                if best is None or found.score > best.score:
                    best, notes = found, a.notes + b.notes
    if best is None:
        return Comparison(0.0, False)
    evidence = explain(best, name1, name2) + note_evidence(notes, name1)
    return Comparison(best.score, best.score >= THRESHOLD, evidence)


def _readings(schema: str) -> tuple[bool, ...]:
    return (True,) if schema in _PEOPLE else (False,)


def note_evidence(notes: tuple[str, ...], name: str) -> tuple[Evidence, ...]:
    """What had to be undone before the name could be read."""
    return tuple(Evidence(note, name[:200], "", NOTES[note]) for note in dict.fromkeys(notes))


def readings(name: str, kind: str) -> tuple[Parsed, ...]:
    """The readings of a name of this kind of entry."""
    return parse(name, kind == "Person")
