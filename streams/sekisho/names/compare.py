"""Two names compared by themselves."""

from __future__ import annotations

from typing import Final

from sekisho.model import Evidence
from sekisho.names.parse import Parsed, parse, parse_listed
from sekisho.names.score import THRESHOLD, Pairing, explain, pair_names
from sekisho.names.text import NOTES
from sekisho.names.tokens import GENERIC, LEGAL
from sekisho.names.types import Comparison

#: What each schema is read as: a person's name, an organisation's (or a vessel's), or both where it may be either.
_READINGS: Final = {"Person": (True,), "Unknown": (True, False), "LegalEntity": (True, False)}


def compare_names(name1: str, name2: str, schema: str = "Unknown") -> Comparison:
    """Are these two the same, ``name2`` as a list has it? ``schema`` is ``Person``, ``Organization``, ``Company``, ``LegalEntity``, ``Vessel`` or
    ``Unknown``; a ``LegalEntity`` may be a person too. Where the kind is not known both readings are tried and the
    better one counts."""
    best: Pairing | None = None
    notes: tuple[str, ...] = ()
    for person in _READINGS.get(schema, (False,)):
        if person and schema != "Person" and (_trades(name1) or _trades(name2)):
            continue
        ours, theirs = parse(name1, person), parse_listed(name2, person)
        for a in ours:
            for b in theirs:
                found = pair_names(a, b)
                if best is None or found.score > best.score:
                    best, notes = found, a.notes + b.notes
    if best is None:
        return Comparison(0.0, False)
    evidence = explain(best, name1, name2) + note_evidence(notes, name1)
    return Comparison(best.score, best.score >= THRESHOLD, evidence)


def _trades(name: str) -> bool:
    """Whether a name says by its words that it is no person's: a legal form, or what an organisation does."""
    kinds = [token.kind for token in parse(name, False)[0].tokens]
    return LEGAL in kinds or GENERIC in kinds


def note_evidence(notes: tuple[str, ...], name: str) -> tuple[Evidence, ...]:
    """What had to be undone before the name could be read."""
    return tuple(Evidence(note, name[:200], "", NOTES[note]) for note in dict.fromkeys(notes))


def readings(name: str, kind: str) -> tuple[Parsed, ...]:
    """The readings of a name of this kind of entry."""
    return parse(name, kind == "Person")
