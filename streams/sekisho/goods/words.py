"""Finding goods items by the words of a description.

Each term of an item becomes a pattern: the set of concepts that it names, fillers aside. A description meets an item
where all concepts of one of its patterns stand close together in it, in any order and any of the lexicon's languages.
What is said of a purpose ("filter for a vacuum pump") counts for less, and a decoy ("toy", "book about", "rental")
takes the match away: such goods only borrow the words. It does so for the goods that it is said of, not for those that a
line names beside them, and not where it packs them, comes with them or names the trade that they are for.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from sekisho.goods.lexicon import Lexicon, Role
from sekisho.goods.substances import CHEMICAL
from sekisho.goods.text import fold, stem, words
from sekisho.goods.types import Hit, Pattern, Token
from sekisho.model import GoodsItem

#: Matches below are not shown. A term met whole, unmended and unopposed starts at ``_MET``.
THRESHOLD: Final = 0.5

_MET: Final = 0.6
#: How much a specific pattern (many rare concepts) can add: orders the items that one description meets.
_SPECIFIC: Final = 0.37
#: The weight (nats of rarity) at which two thirds of ``_SPECIFIC`` are reached.
_HALF: Final = 6.0
#: Taken off for each mended word, and where the whole pattern stands in the purpose ("for …") of other goods.
_MENDED: Final = 0.03
_PURPOSE: Final = 0.08
#: Concepts of a pattern stand within this many recognised words.
_WINDOW: Final = 9
#: Between the goods of a line that names several: surely, and likely.
_CLAUSES: Final = re.compile(r"[;|。•]+|(?:^|(?<=\s))(?:\(?\d{1,2}\)|\d{1,2}\.(?=\s))")
_LIKELY: Final = re.compile(r"[,、+&]+|\s[/-]\s|\b(?:and|und|y|et|и)\b")
#: A line of a form that ends early was ended, a longer one may have been broken; a hyphen says that it was.
_SHORT_LINE: Final = 24
_MAX_CLAUSES: Final = 40
#: What follows is what a book or a film is about.
_ABOUT: Final = frozenset({"about", "featuring", "о", "об", "про"})
#: Decoys that pack goods, where a number or "in" stands before them: "in 3 wooden cases".
_PACKS: Final = frozenset({"bag", "case", "packaging"})
#: What follows a decoy that is a trade: a valve for the food industry is a valve.
_TRADES: Final = frozenset(
    {
        "production",
        "plant",
        "line",
        "industry",
        "industrial",
        "factory",
        "processing",
        "packing",
        "промышленность",
        "завод",
    }
)
#: Decoys that come with goods: "with training course", "including handbook".
_COME_ALONG: Final = frozenset({"service", "book", "printed"})


class WordIndex:
    """Patterns of all items, each found by the one of its concepts that fewest patterns have."""

    def __init__(self, items: Sequence[GoodsItem], lexicon: Lexicon) -> None:
        self._titles: dict[str, list[int]] = {}
        terms = dict.fromkeys(term for item in items for term in _terms(item))
        self._lexicon = lexicon.knowing(terms)
        patterns: dict[tuple[int, frozenset[str]], str] = {}
        owned: dict[tuple[int, frozenset[str]], frozenset[str]] = {}
        for number, item in enumerate(items):
            for title in item.title.values():
                self._titles.setdefault("".join(words(fold(title))), []).append(number)
            for term in _terms(item):
                concepts = self.concepts(term)
                if concepts:
                    patterns.setdefault((number, concepts), term)
                    if own := self._decoys(term):
                        owned[number, concepts] = owned.get((number, concepts), frozenset()) | own
        self._weights = _rarity(patterns)
        self._by_concept: dict[str, list[Pattern]] = {}
        counts = Counter(concept for _, concepts in patterns for concept in concepts)
        for (number, concepts), term in patterns.items():
            rarest = min(concepts, key=lambda one: (counts[one], one))
            self._by_concept.setdefault(rarest, []).append(
                Pattern(number, concepts, term, self._score(concepts), owned.get((number, concepts), frozenset()))
            )

    def _score(self, concepts: frozenset[str]) -> float:
        weight = sum(self._weights[concept] for concept in concepts)
        return _MET + _SPECIFIC * (1 - math.exp(-weight / _HALF))

    def concepts(self, term: str) -> frozenset[str]:
        """The concepts of a term; fillers only where it names one other thing at most."""
        tokens = self._lexicon.tokens(term)
        named = frozenset(token.concept for token in tokens if not self._lexicon.role(token.concept))
        if len(named) > 1:
            return named
        if not named:
            return named
        # One concept alone may be too little: "gear machine" needs its machine.
        return named | frozenset(token.concept for token in tokens if self._lexicon.role(token.concept) == "~")

    def _decoys(self, term: str) -> frozenset[str]:
        return frozenset(
            token.concept for token in self._lexicon.tokens(term) if self._lexicon.role(token.concept) in ("!", "?")
        )

    def search(self, found: list[str], folded: str = "") -> list[Hit]:
        """Every item that the words of a text (folded, in order) meet, best first.

        With the folded text itself each of several goods that it names is read by itself: toys beside an oscilloscope
        do not make it one.
        """
        hits = self._by_words(self._lexicon.read(found), folded)
        if (same := self._titles.get("".join(found))) is not None:
            for number in same:
                hits[number] = Hit(number, 1.0, "its own title", (" ".join(found),))
        return sorted(hits.values(), key=lambda hit: (-hit.score, hit.item))

    def _by_words(self, tokens: list[Token], folded: str) -> dict[int, Hit]:
        places: dict[str, list[int]] = {}
        for place, token in enumerate(tokens):
            places.setdefault(token.concept, []).append(place)
        said = places.keys()
        met = [
            pattern
            for concept in places
            if concept in self._by_concept
            for pattern in self._by_concept[concept]
            if said >= pattern.concepts
        ]
        if not met:
            return {}
        purpose = self._purpose(tokens)
        hits: dict[int, Hit] = {}
        against = self._against(tokens)
        if against:
            if folded and (clauses := _clauses(folded)):
                return self._by_clauses(clauses)
            # What stands in the purpose of others is no thing of its own: a manual for the machine.
            met = [
                pattern
                for pattern in met
                if against <= pattern.owned and min(places[concept][0] for concept in pattern.concepts) < purpose
            ]
        for pattern in met:
            hit = self._hit(pattern, tokens, places, purpose)
            if hit is not None and (hit.item not in hits or hit.score > hits[hit.item].score):
                hits[hit.item] = hit
        return hits

    def _by_clauses(self, clauses: list[list[str]]) -> dict[int, Hit]:
        hits: dict[int, Hit] = {}
        for parts in clauses:
            read = [self._lexicon.read(words(part)) for part in parts]
            roles = [[self._lexicon.role(token.concept) for token in tokens] for tokens in read]
            if _names_one(parts, roles):
                continue
            for at, tokens in enumerate(read):
                if roles[at][:1] == [">"] or any(token.text in _ABOUT for token in tokens):
                    break
                for number, hit in self._by_words(tokens, "").items():
                    # Said of the purpose in a text of toys, it is what the toys are for.
                    if not hit.purpose and (number not in hits or hit.score > hits[number].score):
                        hits[number] = hit
                if any(token.concept == "for" for token in tokens):
                    break  # "for vehicles, aircraft": the purpose goes on
        return hits

    def _hit(self, pattern: Pattern, tokens: list[Token], places: dict[str, list[int]], purpose: int) -> Hit | None:
        where = [places[concept][0] for concept in pattern.concepts]
        if max(where) - min(where) > _WINDOW + len(where) and not _close(pattern, places):
            return None
        score = pattern.score
        remarks = []
        if mended := [tokens[at].text for at in where if tokens[at].mended]:
            score -= _MENDED * len(mended)
            remarks.append(f"spelling mended: {', '.join(mended)}")
        aside = min(where) > purpose
        if aside:
            score -= _PURPOSE
            remarks.append("named as the purpose of the goods")
        return Hit(
            pattern.item, score, pattern.term, tuple(tokens[at].text for at in sorted(where)), tuple(remarks), aside
        )

    def _against(self, tokens: list[Token]) -> frozenset[str]:
        """The decoys that say that the goods only borrow the words: a toy, a book, a bag for an instrument."""
        roles = [self._lexicon.role(token.concept) for token in tokens]
        if "!" in roles:
            against = frozenset(
                token.concept for at, token in enumerate(tokens) if roles[at] == "!" and not _beside(tokens, roles, at)
            )
            if against:
                return against
        if "?" not in roles:
            return frozenset()
        end = roles.index(">") if ">" in roles else len(roles)
        head = [at for at in range(end) if roles[at] != "~"]
        while head and roles[head[-1]] == "?":
            if not _packs(tokens, roles, head[-1], end):
                return frozenset((tokens[head[-1]].concept,))
            head.pop()
        return frozenset()

    def _purpose(self, tokens: list[Token]) -> int:
        """The place of the word that introduces the purpose; past the end where there is none."""
        for place, token in enumerate(tokens):
            if place and self._lexicon.role(token.concept) == ">":
                return place
        return len(tokens)


def _terms(item: GoodsItem) -> Iterable[str]:
    """The terms that are met word by word; names of substances are met as a whole (``goods/substances.py``)."""
    for language, found in item.terms.items():
        if CHEMICAL not in language:
            yield from found


def _clauses(folded: str) -> list[list[str]]:
    """The goods that a text names, each with what a comma sets apart from it; none where it names them in one."""
    found: list[list[str]] = []
    left = _MAX_CLAUSES
    for line in _lines(folded):
        for clause in _CLAUSES.split(line):
            parts = [part for part in _LIKELY.split(clause) if part and not part.isspace()][:left]
            left -= len(parts)
            if parts:
                found.append(parts)
    return found if _MAX_CLAUSES - left > 1 else []


def _names_one(parts: list[str], roles: list[list[Role]]) -> bool:
    """Whether a decoy is of all parts: ``mask and snorkel for children``, and ``robot, toy`` the wrong way round."""
    for part in roles:
        if ">" in part and "!" in part[part.index(">") :]:
            return True
    if len(parts) != 2:
        return False
    return any(
        role in (["!"], ["?"]) and stem(part.strip()) == part.strip() for part, role in zip(parts, roles, strict=True)
    )


def _lines(folded: str) -> list[str]:
    """The lines that somebody ended; those that a narrow form broke are put together again."""
    if "\n" not in folded:
        return [folded]
    broken = [line.strip() for line in folded.split("\n")]
    if not any(" " in line for line in broken):
        return [" ".join(broken)]
    ended: list[str] = []
    open_ = ""
    for line in broken:
        open_ = f"{open_} {line}" if open_ else line
        if 0 < len(line) <= _SHORT_LINE and line[-1] != "-":
            ended.append(open_)
            open_ = ""
    return [*ended, open_] if open_ else ended


def _beside(tokens: list[Token], roles: list[Role], at: int) -> bool:
    """Whether a decoy says what the goods are for or come with, and not what they are."""
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if after is not None and (after.concept in _TRADES or (after.text.isdigit() and tokens[at].text.startswith("fig"))):
        return True
    if tokens[at].concept in _COME_ALONG:
        return any(role == ">" and tokens[place].concept == "with" for place, role in enumerate(roles[:at]) if place)
    return False


def _packs(tokens: list[Token], roles: list[Role], at: int, end: int) -> bool:
    """Whether a bag or case holds the goods: ``12 cases equipment``, ``25 kg bags``, ``in wooden cases``."""
    if tokens[at].concept not in _PACKS:
        return False
    counted = any(token.text.isdigit() or token.text == "in" for token in tokens[max(0, at - 3) : at])
    if not counted:
        return False
    following = at + 1 < len(tokens) and roles[at + 1] != ">"
    return following or any(not roles[place] and not tokens[place].text.isdigit() for place in range(min(at, end)))


def _close(pattern: Pattern, places: dict[str, list[int]]) -> bool:
    """Whether some choice of places lies within the window: slid over the places of all concepts."""
    width = _WINDOW + len(pattern.concepts)
    spots = sorted((place, concept) for concept in pattern.concepts for place in places[concept])
    for at, (first, _) in enumerate(spots):
        # A place holds one concept, so a window has no more spots than places: a long text costs no square.
        seen = {concept for place, concept in spots[at : at + width + 1] if place - first <= width}
        if len(seen) == len(pattern.concepts):
            return True
    return False


def _rarity(patterns: Iterable[tuple[int, frozenset[str]]]) -> dict[str, float]:
    """In how few items a concept occurs, in nats; at least 0.7, so that none is worth nothing."""
    items: dict[str, set[int]] = {}
    for number, concepts in patterns:
        for concept in concepts:
            items.setdefault(concept, set()).add(number)
    total = len({number for owners in items.values() for number in owners}) or 1
    return {concept: max(0.7, math.log(total / len(owners))) for concept, owners in items.items()}
