"""Names in the lists of the Bureau of Industry and Security, which name affiliates inside a parent's entry."""

from __future__ import annotations

import re

from sekisho.model import Name
from sekisho.model.entry import NameKind
from sekisho.names import forms as name_forms
from sekisho.names.words import ordinary, vocabulary
from sekisho.reference.sources import name_notes

_AFFILIATE = re.compile(r"^(?P<parent>.*?)\.?\s*Affiliated Entit(?:y|ies):\s*(?P<name>.+)$", re.DOTALL)
#: The same in other words; what is named is often a number (``203rd Research Institute``) that only its parent tells apart.
_SUBORDINATE = re.compile(
    r"^(?P<parent>.*?)(?:\.\s*Subordinate Institutions?\s*[-–]\s*|,? and subordinate entity\s+)(?P<name>.+)$", re.DOTALL
)
#: ``Ministry of Defence …, including the Armed Forces … wherever located. …``: a description follows the name.
_DESCRIBED = re.compile(r",\s*including the\b.*$", re.DOTALL)
_SYLLABLE = re.compile("[A-Z][a-z]")
#: Two to four words that a person may have: ``Andrey``, ``McGuinn``, ``Molkova-Poluh``, ``Fa'ur``, ``A.H.`` before others, and
#: ``IONOV`` behind them; not ``MPI`` or ``S.A.``
_NAME = r"[A-Z][a-z'’]+(?:-?[A-Z][a-z'’]+)?"
_A_PERSONS = re.compile(rf"(?:(?:Dr\.|(?:[A-Z]\.){{1,2}}|[A-Z]|{_NAME})\s+){{1,3}}(?:{_NAME}|(?<=[a-z.]\s)[A-Z]{{4,}})")
_WORD = re.compile("[A-Z][a-z]+")
#: ``(all of preceding located in …)``
_ABOUT_OTHERS = re.compile(r"^\(?all of (?:the )?preceding\b")
#: More words than this describe (``Nuclear reactors, fuel reprocessing and enrichment facilities, …``).
_LONG = 12
_NUMBERED = re.compile(r"^\W*(?:\d|(?:First|Second|Third)\b)")


def names(name: str, aliases: list[str]) -> tuple[tuple[Name, ...], str | None]:
    """``(names, parent)``: an affiliate's own names, and the entry that it stands in, if any."""
    parent = None
    name = " ".join(name.split())
    own: list[Name] = []
    if found := _AFFILIATE.match(name) or _SUBORDINATE.match(name):
        parent, name = name_forms.tidy(found["parent"]), found["name"]
        if found.re is _SUBORDINATE:
            whole = Name(
                re.sub(r"\s+(?=,)", "", name_forms.tidy(" ".join(map(name_notes.unbracketed, (parent, name)))))
            )
            own = (
                [whole]
                if _NUMBERED.match(name) or len(name.split()) > _LONG
                else [*name_notes.organisation(name.strip()), whole]
            )
            own = [Name(one.text, "alias" if at else "primary") for at, one in enumerate(own)]
    own = own or _read(name, "primary")
    # ``ACM Research (Shanghai)``: one word in brackets that the name does not have may be its town
    own = [Name(one.text, "weak_alias") if at and _WORD.fullmatch(one.text) and one.text not in own[0].text else one
           for at, one in enumerate(own)]  # fmt: skip
    others = [
        one
        for alias in aliases
        if not _ABOUT_OTHERS.match(alias)
        for part in _parts(alias)
        for one in _read(part, "alias")
    ]
    return name_forms.unique([*own, *others]), parent


def written(name: str) -> str:
    """What ids are made from: the name as far as it was told apart when ids were first given. It never changes."""
    if found := _AFFILIATE.match(name):
        name = found["name"]
    return name_forms.organisation(name.strip())[0].text


_SHORT = 3
#: What a denial order's name may go on with: an office, whose care, and what a spreadsheet left.
_OFFICE = re.compile(
    r"\s*\((?:PRESIDENT|CEO|DIRECTOR|OWNER|MANAGER) OF\b[^)]*\)|\s+(?:CEO|PRESIDENT|DIRECTOR)\s*,.*$|\s+C/O\s.*$|\+[A-Z]+\d+:[A-Z]+\d+$",
    re.IGNORECASE,
)


def denied(text: str) -> tuple[Name, ...]:
    """The names in a row of the Denied Persons List: ``X ALSO KNOWN AS Y`` and ``X -AKA- Y`` are two."""
    found = name_notes.known_as(_OFFICE.sub("", " ".join(text.split())))
    # one letter would meet everybody: ``K (AKA: AMES, ALDRICH HAZEN)``
    found.sort(key=lambda one: len(one[0]) == 1)
    read = name_notes.organisation(found[0][0])
    # ``GE SONG TAO (GE)``: so short a word in brackets is no name by itself
    read = tuple(
        one for one in read if one.kind == "primary" or len(one.text) > _SHORT or one.text not in text.split("(")[0]
    )
    names = [*read, *(Name(one, kind if kind == "former" else "alias") for one, kind in found[1:])]
    return name_forms.unique(
        Name(one.text, "weak_alias" if at and len(one.text) == 1 else one.kind) for at, one in enumerate(names)
    )


def schema(name: str) -> str:
    """The Bureau's lists do not say what an entry is, and of those on the Entity List hundreds are people: Unknown, which is
    searched for both ways, where a name may be somebody's; else Organization."""
    return "Unknown" if _A_PERSONS.fullmatch(name) and not _says_trade(name.split()) else "Organization"


def _says_trade(words: list[str]) -> bool:
    known = vocabulary()
    plain = [word.casefold().strip(".'’") for word in words]
    if any(" ".join(plain[at : at + 2]) in known.phrases for at in range(len(plain) - 1)):
        return True
    kinds = [known.words[word].kind for word in plain if word in known.words]
    return any(kind not in ("particle", "title") for kind in kinds) or not ordinary().isdisjoint(plain)


def _parts(alias: str) -> list[str]:
    return [part for part in name_notes.pieces(alias, ";；") if name_forms.tidy(part)]


def _alias(text: str, kind: NameKind) -> Name:
    """``Al`` would meet half of the Arab world's firms, ``EC`` is an acronym."""
    return Name(text, "weak_alias" if _SYLLABLE.fullmatch(text) else kind)


def _read(text: str, kind: str) -> list[Name]:
    found: list[Name] = []
    for at, (one, word) in enumerate(name_notes.known_as(_DESCRIBED.sub("", text.strip()))):
        if kind == "primary" and at == 0:
            found += name_notes.organisation(one)
        else:
            kinds: NameKind = "former" if word == "former" else "alias"
            whole = name_notes.paired(one)
            whole = whole if whole == one else whole.rstrip(".")  # the end of a sentence whose bracket it stood in
            found += [_alias(other.text, kinds) for other in name_forms.aliases(whole)]
    return found
