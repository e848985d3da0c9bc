"""How alike two names are, from 0 to 1, and why.

The words of both names are paired, best pairs first. With M the weight of what met (each pair weighted by how alike
its words are), C the weight of what *both* sides have beside it (a contradiction: another family name) and E what only
one side has (a patronymic left out)::

    score = M / (M + CONFLICT * C + EXCESS * E)

A contradiction costs seven times what an omission costs in people's names: a name is often shortened, seldom changed.
Numbers must agree: names with different numbers never match. Every constant stands here with its reason.
"""

from __future__ import annotations

from typing import NamedTuple

from rapidfuzz.distance import OSA

from sekisho.model import Evidence
from sekisho.names import acronyms
from sekisho.names.pairing import JOINED, Pairs, pair_words
from sekisho.names.parse import CONTENT, INITIAL, LEGAL, NUMBER, PARTICLE, PLACE, Parsed, Token

#: At or above this two names match. One number for all lists, scripts and kinds of names.
THRESHOLD = 0.7
#: What a word costs that both sides contradict each other with: one wrong word in five must not pass.
CONFLICT = 2.5
#: What a word costs that one side lacks. People: half a name may be missing. Organisations: one word of its own may not.
EXCESS_PERSON = 0.35
EXCESS_ORGANISATION = 0.9
#: A single shared word against a longer name says little: half the people of a village share it.
LONE_WORD = 0.7
#: Numbers that differ keep the score below every threshold.
WRONG_NUMBER = 0.5

_osa = OSA.normalized_similarity


#: Names in Han or Hangul are written whole: a syllable more is another name.
EXCESS_WHOLE = 1.5
#: "Servant of" on one side alone: Abdul Ali is not Ali.
SERVANT = 0.3
#: People's names none of whose words is quite the same.
ALL_DEFECTIVE = 0.9
#: Where words are missing, what is left must say enough: two rare words, or three common ones.
ENOUGH, TOO_LITTLE = 1.3, 0.85
#: An initial in place of a word leaves no room for another defect.
DEFECT_AT_INITIAL = 0.84


def _servant_alone(words: list[Token]) -> bool:
    own = [t.text for t in words if t.kind == CONTENT]
    return own == ["abdul"]


def _certain(pairs: list[tuple[Token, Token, float]], own: int, excess: float) -> float:
    """What a person's name loses for resting on one word, an initial, common words, or on nothing but likeness."""
    missing = excess > 0.35
    if own <= 1:
        return LONE_WORD if missing else 1.0
    likes = [alike for w, o, alike in pairs if w.kind == o.kind == CONTENT]
    factor = 1.0
    if own == 2 and len(likes) < own:
        # a family name and an initial: as much as the family name is rare
        factor *= min([1.0, *(w.weight**1.5 for w, o, _ in pairs if w.kind == o.kind == CONTENT)])
        if missing or (likes and max(likes) < 0.99):
            factor *= DEFECT_AT_INITIAL
    if all(alike < (0.97 if missing else 0.9) for alike in likes):
        factor *= ALL_DEFECTIVE
    if missing and sum([min(w.weight, o.weight) for w, o, _ in pairs]) < ENOUGH:
        factor *= TOO_LITTLE
    return factor


class Pairing(NamedTuple):
    """Words of the one name with words of the other; ``extra`` are what has no partner."""

    score: float
    pairs: tuple[tuple[str, str, float], ...]
    extra1: tuple[Token, ...]
    extra2: tuple[Token, ...]
    numbers_differ: bool


def name_score(a: Parsed, b: Parsed) -> float:
    """The score alone (see the module)."""
    return pair_names(a, b).score


def pair_names(a: Parsed, b: Parsed) -> Pairing:
    """Pair the words and score."""
    if a.characters and b.characters and a.characters_script == b.characters_script:
        return _by_character(a, b)
    if not a.tokens or not b.tokens:
        return Pairing(0.0, (), a.tokens, b.tokens, False)
    pairs, left, right = pair_words(a, b)
    if not a.person:
        _acronyms(a, b, pairs, left, right)
    numbers_differ = any(t.kind == NUMBER for t in left) and any(t.kind == NUMBER for t in right)
    met = conflict = 0.0
    own = 0
    for word, other, alike in pairs:
        weight = (
            min(word.weight, other.weight) if INITIAL in (word.kind, other.kind) else (word.weight + other.weight) / 2
        )
        met += weight * alike
        conflict += weight * (1.0 - alike)
        if (word.kind == CONTENT or other.kind == CONTENT) and word.text != "abdul":
            own += 1
    over1, over2 = _weight(left, a.person), _weight(right, b.person)
    both = min(over1, over2)
    excess = max(over1, over2) - both
    person = a.person and b.person
    lost = EXCESS_PERSON if person else EXCESS_ORGANISATION
    if person and (a.characters or b.characters):
        lost = EXCESS_WHOLE
    if _servant_alone(left) or _servant_alone(right):
        both += SERVANT
    score = met / (met + CONFLICT * (conflict + both) + lost * excess + 1e-9)
    if person:
        score *= _certain(pairs, own, excess)
    if score < THRESHOLD and not numbers_differ:
        score = max(score, _whole(a, b))
    if numbers_differ:
        score = min(score, WRONG_NUMBER)
    return Pairing(
        min(1.0, round(score, 6)),
        tuple((w.source, o.source, s) for w, o, s in pairs),
        tuple(left),
        tuple(right),
        numbers_differ,
    )


def _acronyms(a: Parsed, b: Parsed, pairs: Pairs, left: list[Token], right: list[Token]) -> None:
    """Pairs what is left of one name with the acronym of it in the other; an acronym that repeats its name goes."""
    for words, others, one, two, swap in ((left, right, a, b, False), (right, left, b, a, True)):
        found = acronyms.meet(words, others)
        if found is not None:
            word, meant = found
            supported = any(w.kind == o.kind == CONTENT for w, o, _ in pairs)
            alike = acronyms.likeness(word, meant, supported)
            whole = meant[0].changed(weight=word.weight, source=" ".join(t.source for t in meant))
            pairs.append((whole, word, alike) if swap else (word, whole, alike))
            words.remove(word)
            others[:] = [t for t in others if t not in meant]
        elif words and len(one.tokens) > 2:
            repeated = [t for t in words if acronyms.repeats(t, one, two)]
            words[:] = [t for t in words if t not in repeated]
        brief = acronyms.short(one) if others and not words else ""
        if brief and any(t.text == brief and acronyms.repeats(t, two, two) for t in two.tokens):
            # TsAGI alone, and "Central Aerohydrodynamic Institute (TsAGI)"
            others[:] = [t for t in others if t.kind == NUMBER]


def _weight(tokens: list[Token], person: bool) -> float:
    total = 0.0
    for token in tokens:
        weight = token.weight
        if (person and token.kind == CONTENT and token.text.endswith(_PATRONYMIC)) or token.kind == PLACE:
            weight *= 0.5
        total += weight
    return total


#: Endings of patronymics: they are left out more often than other words.
_PATRONYMIC = ("vich", "vych", "vic", "vna", "ovna", "evna", "ogly", "oglu", "uulu", "kyzy", "qizi")


def _whole(a: Parsed, b: Parsed) -> float:
    """All letters in a row: spaces anywhere, one slip in ten letters."""
    x, y = a.joined, b.joined
    if len(x) < 5 or len(y) < 5:
        return 0.0
    if x == y or a.letters == b.letters:
        return JOINED
    if abs(len(x) - len(y)) > 6:
        return 0.0
    full1, full2 = "".join(t.text for t in a.tokens), "".join(t.text for t in b.tokens)
    if full1 in (full2, y) or x == full2:
        return JOINED
    alike = _osa(x, y)
    return alike * JOINED if alike >= 0.9 and _numbers(a) == _numbers(b) else 0.0


def _numbers(name: Parsed) -> list[str]:
    return sorted(t.text for t in name.tokens if t.kind == NUMBER)


def _by_character(a: Parsed, b: Parsed) -> Pairing:
    """Two names in Han or two in Hangul: a character is a word of its own."""
    x, y = a.characters, b.characters
    if sorted(x) == sorted(y):
        return Pairing(1.0, (("".join(x), "".join(y), 1.0),), (), (), False)
    score = _osa("".join(x), "".join(y))
    if a.characters_script == "han" and len(x) == len(y):
        from sekisho.names.han import pinyin

        same = sum(
            1.0 if c == d else 0.9 if pinyin(c) and pinyin(c) == pinyin(d) else 0.0 for c, d in zip(x, y, strict=True)
        )
        score = max(score, same / len(x))
    if not a.person and score < 1.0 and len(x) > 4:
        # an organisation: its words count, not its characters
        return pair_names(a._replace(characters=()), b._replace(characters=()))
    return Pairing(score, (("".join(x), "".join(y), score),), (), (), False)


def explain(pairing: Pairing, name1: str, name2: str) -> tuple[Evidence, ...]:
    """The pairing as evidence: the words that met with a defect, and what each side has alone."""
    out = [Evidence("name", name1, name2, _name_effect(pairing))]
    for one, two, alike in pairing.pairs:
        if alike < 0.999 and one != two:
            out.append(Evidence("word", one, two, f"read as the same word ({alike:.2f})"))
    extra1 = " ".join(t.source for t in pairing.extra1 if t.kind not in (LEGAL, PARTICLE))
    extra2 = " ".join(t.source for t in pairing.extra2 if t.kind not in (LEGAL, PARTICLE))
    if pairing.numbers_differ:
        out.append(Evidence("number", extra1, extra2, "different numbers: not the same"))
    elif extra1 and extra2:
        out.append(Evidence("word", extra1, extra2, "different words: speaks against"))
    elif extra1 or extra2:
        out.append(Evidence("word", extra1, extra2, "only one side has it: lowers a little"))
    return tuple(out)


def _name_effect(pairing: Pairing) -> str:
    if pairing.score >= 0.9995:
        return "the same name"
    return f"alike {pairing.score:.2f} of 1, match from {THRESHOLD:g}"
