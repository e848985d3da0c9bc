"""Finding goods items by the words of a description.

Each term of an item becomes a pattern: the set of concepts that it names, fillers aside. A description meets an item
where all concepts of one of its patterns stand close together in it, in any order and any of the lexicon's languages.
What is said of a purpose ("filter for a vacuum pump") counts for less, and a decoy ("toy", "book about", "rental")
takes the match away: such goods only borrow the words.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from sekisho.goods.lexicon import Lexicon
from sekisho.goods.substances import CHEMICAL
from sekisho.goods.text import fold, words
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


class WordIndex:
    """Patterns of all items, each found by the one of its concepts that fewest patterns have."""

    def __init__(self, items: Sequence[GoodsItem], lexicon: Lexicon) -> None:
        self._titles: dict[str, list[int]] = {}
        terms = dict.fromkeys(term for item in items for term in _terms(item))
        self._lexicon = lexicon.knowing(terms)
        patterns: dict[tuple[int, frozenset[str]], str] = {}
        for number, item in enumerate(items):
            for title in item.title.values():
                self._titles.setdefault("".join(words(fold(title))), []).append(number)
            for term in _terms(item):
                concepts = self.concepts(term)
                if concepts:
                    patterns.setdefault((number, concepts), term)
        self._weights = _rarity(patterns)
        self._by_concept: dict[str, list[Pattern]] = {}
        counts = Counter(concept for _, concepts in patterns for concept in concepts)
        for (number, concepts), term in patterns.items():
            rarest = min(concepts, key=lambda one: (counts[one], one))
            self._by_concept.setdefault(rarest, []).append(Pattern(number, concepts, term, self._score(concepts)))

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

    def search(self, found: list[str]) -> list[Hit]:
        """Every item that the words of a text (folded, in order) meet, best first."""
        hits = self._by_words(found)
        if (same := self._titles.get("".join(found))) is not None:
            for number in same:
                hits[number] = Hit(number, 1.0, "its own title", (" ".join(found),))
        return sorted(hits.values(), key=lambda hit: (-hit.score, hit.item))

    def _by_words(self, found: list[str]) -> dict[int, Hit]:
        tokens = self._lexicon.read(found)
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
        if not met or self._opposed(tokens):
            return {}
        purpose = self._purpose(tokens)
        hits: dict[int, Hit] = {}
        for pattern in met:
            hit = self._hit(pattern, tokens, places, purpose)
            if hit is not None and (hit.item not in hits or hit.score > hits[hit.item].score):
                hits[hit.item] = hit
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
        if min(where) > purpose:
            score -= _PURPOSE
            remarks.append("named as the purpose of the goods")
        return Hit(pattern.item, score, pattern.term, tuple(tokens[at].text for at in sorted(where)), tuple(remarks))

    def _opposed(self, tokens: list[Token]) -> bool:
        """Whether the goods are something that only borrows the words: a toy, a book, a bag for an instrument."""
        roles = [self._lexicon.role(token.concept) for token in tokens]
        if "!" in roles:
            return True
        if "?" not in roles:
            return False
        end = roles.index(">") if ">" in roles else len(roles)
        head = [role for role in roles[:end] if role != "~"]
        return bool(head) and head[-1] == "?"

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
