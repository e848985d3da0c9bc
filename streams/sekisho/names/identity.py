"""What everything beside the name says for or against the identity: birth date, gender, country, identifiers, address."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from sekisho.model import Entity, Evidence, Identity
from sekisho.names.identifiers import normalise
from sekisho.names.types import Query

#: How each piece moves the balance. The sum decides ``identity``: above SUPPORTS for, below CONFLICTS against.
_WEIGHTS: Final = {
    "same birth date": 3.0,
    "same birth year": 1.5,
    "birth date with one part different": 0.8,
    "birth year near": 0.5,
    "another birth year": -1.2,
    "birth year far off": -2.5,
    "same country": 0.8,
    "another country": -0.4,
    "same gender": 0.2,
    "another gender": -1.5,
    "same identifier": 6.0,
    "another identifier of the same kind": -1.0,
    "same place in the address": 1.0,
}
SUPPORTS: Final = 1.0
CONFLICTS: Final = -1.4
STRONG_SUPPORT: Final = 2.2
#: How far the balance moves the rank: never enough to erase a name.
_STEP: Final = 0.04
_YEAR: Final = re.compile(r"(1[89]\d\d|20\d\d)")
_DATE: Final = re.compile(r"(1[89]\d\d|20\d\d)-(\d\d)(?:-(\d\d))?")
_WORD: Final = re.compile(r"[^\W_]{4,}")
_STREET: Final = frozenset(
    [
        "street",
        "road",
        "avenue",
        "city",
        "district",
        "region",
        "province",
        "oblast",
        "building",
        "house",
        "floor",
        "office",
        "flat",
        "room",
        "north",
        "south",
        "east",
        "west",
        "town",
        "village",
        "area",
        "near",
        "republic",
        "russia",
        "iran",
        "china",
        "syria",
        "korea",
        "islamic",
    ]
)


class Bearing(NamedTuple):
    """The balance of all pieces, and the pieces."""

    balance: float
    identity: Identity
    strong: bool
    evidence: tuple[Evidence, ...]

    def applied(self, name_score: float) -> float:
        """The rank: the name's score moved towards 1 by support, towards 0 by conflict, never so far that a
        strong name falls below the threshold (0.85 * 0.85 > 0.7): a conflict lowers, it does not erase."""
        if self.balance >= 0:
            return name_score + (1.0 - name_score) * min(0.5, _STEP * 2 * self.balance)
        return name_score * (1.0 - min(0.15, -_STEP * self.balance))


NEUTRAL: Final = Bearing(0.0, "neutral", False, ())


def bearing(query: Query, entity: Entity) -> Bearing:
    """All that the query and the entry say beside the name."""
    if not (query.birth_date or query.gender or query.countries or query.identifiers or query.address):
        return NEUTRAL
    pieces: list[tuple[str, str, str, str]] = []
    if query.birth_date and entity.birth_dates:
        effect, theirs = _birth(query.birth_date, entity.birth_dates)
        if effect:
            pieces.append(("birth_date", query.birth_date, theirs, effect))
    if query.gender and entity.genders:
        ours, theirs = query.gender[:1].lower(), ", ".join(entity.genders)
        known = {g[:1].lower() for g in entity.genders}
        if ours in "mf" and known <= {"m", "f"}:
            pieces.append(("gender", query.gender, theirs, "same gender" if ours in known else "another gender"))
    if query.countries and entity.countries:
        same = set(query.countries) & set(entity.countries)
        effect = "same country" if same else "another country"
        pieces.append(("country", ", ".join(query.countries), ", ".join(entity.countries), effect))
    pieces.extend(_identifiers(query, entity))
    if query.address and (entity.addresses or entity.birth_places):
        place = _address(query.address, (*entity.addresses, *entity.birth_places))
        if place:
            pieces.append(("address", query.address[:200], place, "same place in the address"))
    balance = sum(_WEIGHTS[effect] for *_, effect in pieces)
    identity: Identity = "supports" if balance >= SUPPORTS else "conflicts" if balance <= CONFLICTS else "neutral"
    shown = tuple(Evidence(f, q, e, f"{effect}: {_direction(effect)}") for f, q, e, effect in pieces)
    return Bearing(balance, identity, balance >= STRONG_SUPPORT, shown)


def _direction(effect: str) -> str:
    weight = _WEIGHTS[effect]
    return ("speaks for" if weight > 0 else "speaks against") + (" it" if abs(weight) >= 1 else " it a little")


def _birth(ours: str, theirs: tuple[str, ...]) -> tuple[str, str]:
    """The most favourable reading: lists give several dates, ranges and years alone."""
    best, shown = "", ""
    order = (
        "same birth date",
        "same birth year",
        "birth date with one part different",
        "birth year near",
        "another birth year",
        "birth year far off",
    )
    for text in theirs:
        effect = _one_birth(ours, text)
        if effect and (not best or order.index(effect) < order.index(best)):
            best, shown = effect, text
    return best, shown


def _one_birth(ours: str, theirs: str) -> str:
    mine = _DATE.search(ours)
    year = _YEAR.search(ours)
    years = [int(y) for y in _YEAR.findall(theirs)]
    if year is None or not years:
        return ""
    number = int(year[1])
    other = _DATE.search(theirs)
    if mine and mine[3] and other and other[3]:
        parts = [mine[i] == other[i] for i in (1, 2, 3)]
        if all(parts):
            return "same birth date"
        if sum(parts) == 2 or (parts[0] and mine[2] == other[3] and mine[3] == other[2]):
            return "birth date with one part different"
    low, high = min(years), max(years)
    if "/" in theirs or ".." in theirs or len(years) > 1:
        if low <= number <= high:
            return "same birth year"
    elif number == low:
        return "same birth year"
    away = min(abs(number - low), abs(number - high))
    if away <= 2 or (away % 10 == 0 and away <= 20):  # a year's slip, or one wrong digit
        return "birth year near"
    return "another birth year" if away <= 10 else "birth year far off"


def _identifiers(query: Query, entity: Entity) -> list[tuple[str, str, str, str]]:
    out = []
    theirs = [(n, i) for i in entity.identifiers if (n := normalise(i.scheme, i.value)) is not None]
    for identifier in query.identifiers:
        ours = normalise(identifier.scheme, identifier.value)
        if ours is None:
            continue
        same = [i.value for n, i in theirs if n[:2] == ours[:2]]
        kind = [i.value for n, i in theirs if n.scheme == ours.scheme]
        if same:
            out.append(("identifier", f"{identifier.scheme} {identifier.value}", same[0], "same identifier"))
        elif kind and ours.valid is not False and ours.scheme in ("IMO", "LEI", "INN", "OGRN"):
            out.append(
                (
                    "identifier",
                    f"{identifier.scheme} {identifier.value}",
                    kind[0],
                    "another identifier of the same kind",
                )
            )
    return out


def _address(ours: str, theirs: tuple[str, ...]) -> str:
    words = set(_WORD.findall(ours[:500].casefold())) - _STREET
    for text in theirs:
        if words & (set(_WORD.findall(text.casefold())) - _STREET):
            return text
    return ""
