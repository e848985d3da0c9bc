"""The goods index: a line of goods to the items it meets, by declared code, HS code and words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from sekisho.goods import codes, hs, oddities
from sekisho.goods.lexicon import Lexicon, bundled
from sekisho.goods.substances import SCORE, SubstanceIndex
from sekisho.goods.text import fold, words
from sekisho.goods.types import GoodsMatch, GoodsResult, Hit, Substance
from sekisho.goods.words import THRESHOLD, WordIndex
from sekisho.model import Evidence, GoodsItem, GoodsLine
from sekisho.model.alert import Grade
from sekisho.model.goods import ItemKey

#: Lines remembered: shippers declare the same goods again and again. About 2 kB each.
MAX_CACHED: Final = 4096

#: Items met by words alone that one line can have: what stands lower is noise in an alert.
MAX_BY_WORDS: Final = 3

#: A declared code above the item's own paragraph: it may mean the item.
_CODE_ABOVE: Final = 0.7
_HS: Final = 0.9
_HS_INTERPRETED: Final = 0.75
_HS_SHORT: Final = 0.6


class GoodsIndex:
    """All goods tables of a reference set. Built once and never changed, its cache aside."""

    def __init__(self, items: Iterable[GoodsItem], lexicon: Lexicon | None = None) -> None:
        self.items: Mapping[ItemKey, GoodsItem] = {item.key: item for item in items}
        self._items = list(self.items.values())
        self._all_periods = [tuple(range(len(item.validity))) for item in self._items]
        self._words = WordIndex(self._items, lexicon or bundled())
        self._substances = SubstanceIndex(self._items)
        #: (regime, levels of a code) to (item, the code as written): items of just that code, and of codes under it.
        self._codes: dict[tuple[str, tuple[str, ...]], list[tuple[int, str]]] = {}
        self._below: dict[tuple[str, tuple[str, ...]], list[tuple[int, str]]] = {}
        self._hs: dict[str, list[int]] = {}
        self._cache: dict[tuple[object, ...], GoodsResult] = {}
        for number, item in enumerate(self._items):
            for code in item.control_codes:
                regime = codes.regime(code.regime)
                if parts := codes.parts(regime, code.code):
                    self._codes.setdefault((regime, parts), []).append((number, code.code))
                    for depth in range(1, len(parts)):
                        self._below.setdefault((regime, parts[:depth]), []).append((number, code.code))
            # A chapter (two digits) stands under itself, everything else under its heading.
            for heading in {code[:4] for period in item.validity for code in period.hs_codes}:
                self._hs.setdefault(heading, []).append(number)

        self._regimes = frozenset(regime for regime, _ in self._codes)

    @classmethod
    def build(cls, items: Iterable[GoodsItem]) -> GoodsIndex:
        """An index over ``items``; of two with the same key the last stays."""
        return cls(items)

    def updated(self, added: Iterable[GoodsItem], removed: Iterable[ItemKey]) -> GoodsIndex:
        """A new index without ``removed`` and with ``added``; this one stays as it is.

        It is built anew: tables are a few hundred items, which takes about a tenth of a second.
        """
        items = dict(self.items)
        for key in removed:
            items.pop(key, None)
        items.update((item.key, item) for item in added)
        return GoodsIndex(items.values())

    def match(self, line: GoodsLine) -> GoodsResult:
        """Every item that the line meets. Never raises: what cannot be read is a note."""
        key = (line.description, line.hs_code, line.control_codes)
        result = self._cache.get(key)
        if result is None:
            result = self._match(line)
            if len(self._cache) >= MAX_CACHED:
                self._cache.clear()
            self._cache[key] = result
        return result

    def classify(self, text: str, limit: int = 10) -> list[GoodsMatch]:
        """The items that a description may mean, best first, above ``THRESHOLD``; by words alone, so never certain."""
        folded = fold(text)
        return self._by_description(text, folded, words(folded), limit)

    def _match(self, line: GoodsLine) -> GoodsResult:
        notes: list[str] = []
        by_code = self._by_code(line, notes)
        by_hs: list[GoodsMatch] = []
        told: list[str] = []
        field = line.hs_code or ""
        for written in hs.split(field) if len(field) >= hs.TWO else (field,) if field else ():
            digits = hs.normalise(written)
            if digits is None:
                notes.append(f"HS code {written[:40]!r} has not the form of one: four to twelve digits")
                continue
            told.append(digits)
            if not hs.exists(digits):
                notes.append(f"HS code {digits} is not in HS 2022 (it may be of an earlier edition)")
            by_hs.extend(self._by_hs(digits))
        folded = fold(line.description)
        found = words(folded)
        by_words = self._by_description(line.description, folded, found, MAX_BY_WORDS)
        described = oddities.describes(found)
        if not described:
            said = line.description.strip()
            notes.append(f"the description {said[:60]!r} does not say what the goods are" if said else "no description")
        elif len(told) == 1 and (against := oddities.contradiction(found, told[0])):
            notes.append(against)
        matches = _merged([*by_code, *by_hs, *by_words])
        return GoodsResult(matches, tuple(notes), described or bool(by_code))

    def _by_code(self, line: GoodsLine, notes: list[str]) -> list[GoodsMatch]:
        found: list[GoodsMatch] = []
        for declared in line.control_codes:
            if codes.none_applies(declared.code):
                continue
            regime = codes.regime(declared.regime)
            shown = f"{declared.regime} {declared.code}"
            levels = codes.several(regime, declared.code)
            if not levels:
                notes.append(f"control code {shown[:80]!r} cannot be read")
                continue
            before = len(found)
            for parts in levels:
                self._by_parts(regime, parts, shown, found)
            if len(found) == before and regime in self._regimes:
                notes.append(f"control code {shown[:80]} is in none of the tables at hand")
        return found

    def _by_parts(self, regime: str, parts: tuple[str, ...], shown: str, found: list[GoodsMatch]) -> None:
        for depth in range(len(parts), 0, -1):
            same = depth == len(parts)
            effect = "the declared code is the item's" if same else "the declared paragraph lies in the item's"
            for number, written in self._codes.get((regime, parts[:depth]), ()):
                found.append(self._code_match(number, Evidence("control_code", shown, written, effect), certain=True))
        for number, written in self._below.get((regime, parts), ()):
            evidence = Evidence("control_code", shown, written, "the declared code holds the item and others")
            found.append(self._code_match(number, evidence, certain=False))

    def _code_match(self, number: int, evidence: Evidence, *, certain: bool) -> GoodsMatch:
        score, grade = (1.0, "exact") if certain else (_CODE_ABOVE, "possible")
        item, periods = self._items[number], self._all_periods[number]
        return GoodsMatch(item, "code", score, grade, certain, periods, (evidence,))  # type: ignore[arg-type]

    def _by_hs(self, digits: str) -> list[GoodsMatch]:
        found: list[GoodsMatch] = []
        for number in (*self._hs.get(digits[:4], ()), *self._hs.get(digits[:2], ())):
            item = self._items[number]
            sure: list[int] = []
            open_: list[int] = []
            for at, period in enumerate(item.validity):
                answer = hs.meets(digits, period)
                if answer is not False:
                    (sure if answer and item.parameters is None else open_).append(at)
            for certain, periods in ((True, sure), (False, open_)):
                if periods:
                    found.append(_hs_match(item, digits, certain, tuple(periods)))
        return found

    def _by_description(self, text: str, folded: str, found: list[str], limit: int) -> list[GoodsMatch]:
        """Names of substances, which are met whole, and words; one match an item, best first."""
        matches = [
            self._substance(known, number, periods)
            for known in self._substances.search(text, found)
            for number, periods in known.items
        ]
        matches += [self._by_words(hit) for hit in self._words.search(found, folded) if hit.score >= THRESHOLD]
        best: dict[ItemKey, GoodsMatch] = {}
        for match in sorted(matches, key=lambda one: -one.score):
            best.setdefault(match.item.key, match)
        return list(best.values())[:limit]

    def _substance(self, known: Substance, number: int, periods: tuple[int, ...]) -> GoodsMatch:
        evidence = (Evidence("description", known.text[:200], known.name, "the name of a substance of the item"),)
        return GoodsMatch(self._items[number], "words", SCORE, "strong", False, periods, evidence)

    def _by_words(self, hit: Hit) -> GoodsMatch:
        item = self._items[hit.item]
        effect = "; ".join(("the words meet the item's term", *hit.remarks))
        evidence = (Evidence("description", ", ".join(hit.met)[:200], hit.term, effect),)
        grade: Grade = "strong" if hit.score >= _HS_INTERPRETED else "possible"
        return GoodsMatch(
            item,
            "words",
            round(hit.score, 4),
            grade,
            False,
            self._all_periods[hit.item],
            evidence,
        )


def _hs_match(item: GoodsItem, digits: str, certain: bool, periods: tuple[int, ...]) -> GoodsMatch:
    codes_of = {code for at in periods for code in item.validity[at].hs_codes}
    own = sorted(code for code in codes_of if digits.startswith(code) or code.startswith(digits))
    if certain:
        score, effect = _HS, "the law names this HS code"
    elif item.parameters is not None:
        score, effect = (
            _HS_INTERPRETED,
            "the law defines the item by its parameters; that such goods bear this HS code is our interpretation",
        )
    else:
        score, effect = _HS_SHORT, "the declared code is too short to tell: the law names codes under it"
    evidence = (Evidence("hs_code", digits, ", ".join(own[:8]), effect),)
    return GoodsMatch(item, "hs", score, "exact" if certain else "possible", certain, periods, evidence)


def _merged(found: list[GoodsMatch]) -> tuple[GoodsMatch, ...]:
    """One match an item and certainty: the first way (code, HS, words) stands, the evidence of the others with it."""
    kept: dict[tuple[ItemKey, bool], GoodsMatch] = {}
    for match in found:
        key = (match.item.key, match.certain)
        first = kept.get(key)
        if first is None:
            sure = kept.get((match.item.key, True))
            if sure is not None and set(match.periods) <= set(sure.periods):
                key, first = (match.item.key, True), sure
        if first is None:
            kept[key] = match
            continue
        kept[key] = GoodsMatch(
            first.item,
            first.via,
            max(first.score, match.score),
            first.grade,
            first.certain,
            tuple(sorted({*first.periods, *match.periods})),
            (*first.evidence, *match.evidence),
        )
    return tuple(sorted(kept.values(), key=lambda match: (-match.score, match.item.key)))
