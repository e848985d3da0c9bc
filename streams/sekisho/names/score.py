"""How alike two names are, from 0 to 1, and why.

The words of both names are paired, best pairs first (``pairing``), and acronyms with what they stand for. With M the weight
of what met (each pair weighted by how alike its words are, ``similar``), C the weight of what *both* sides have beside it
(a contradiction: another family name) and E what only one side has (a patronymic left out)::

    score = M / (M + CONFLICT * C + EXCESS * E)

A word weighs what it says: a rare name 1, the commonest 0.45, what an organisation trades in 0.55, that it is an institute
or trades 0.4, a legal form 0.07 (``tokens``). A contradiction costs eight times what an omission costs in people's names:
a name is often shortened, seldom changed. Then the rules that weights cannot say: numbers must agree; a person is not
known by one word, by common words or by likeness alone; below the threshold rare words keep a name in sight; an
organisation whose own words all meet stays in sight even where its trade is said otherwise, but below the threshold. Every
constant stands here with its reason.
"""

from __future__ import annotations

from math import exp
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from sekisho.model import Evidence
from sekisho.names import acronyms, lone
from sekisho.names.pairing import JOINED, SURE, Pairs, pair_words
from sekisho.names.parse import Parsed
from sekisho.names.similar import PATRONYMIC, other_vowels
from sekisho.names.tokens import CONTENT, GENERIC, INITIAL, LEGAL, NUMBER, PARTICLE, PLACE, Token
from sekisho.names.words import firms

#: At or above this two names match. One number for all lists, scripts and kinds of names.
THRESHOLD: Final = 0.7
#: What a word costs that both sides contradict each other with: of people, one wrong word in five must not pass.
#: Organisations say more words, and say them otherwise in each translation.
CONFLICT_PERSON: Final = 3.0
CONFLICT_ORGANISATION: Final = 2.1
#: The smaller of the two, for bounds.
CONFLICT: Final = CONFLICT_ORGANISATION
#: A word in a script without vowels is never quite alike one with vowels: its defects cost less.
VOWELLESS_DEFECT: Final = 0.85
_VOWELLESS: Final = frozenset(["arabic", "hebrew"])
#: A name of an organisation that is only like another in the same script is another's: Hathaway, Halloway.
LIKE_NAME: Final = 1.3
#: Two places that differ (Sweden, Finland) are two branches: they cost this more than their words weigh.
OTHER_PLACE: Final = 0.5
#: A place on one side alone, and legal forms that differ: a branch that was registered there. It costs this much.
OTHER_FORM: Final = 0.2
#: What a place weighs that one side does not name: a branch is often called like its house.
PLACE_ALONE: Final = 0.5
#: Two words of trade that are near (plant, factory) contradict each other half as much as two names do.
NEAR_TRADE: Final = 0.5
#: What a word costs that one side lacks. People: half a name may be missing. Organisations: one word of its own may not.
EXCESS_PERSON: Final = 0.35
EXCESS_ORGANISATION: Final = 0.9
#: Names in Han or Hangul and Korean ones are written whole: a syllable more is another name.
EXCESS_WHOLE: Final = 1.5
#: A single shared word against a longer name says little: half the people of a village share it.
LONE_WORD: Final = 0.7
#: Numbers that differ keep the score below every threshold.
WRONG_NUMBER: Final = 0.5
#: "Servant of" on one side alone: Abdul Ali is not Ali.
SERVANT: Final = 0.3
#: People's names none of whose words is quite the same; unless all of them sound the same (Moamar Khadafy).
SAME_SOUND: Final = 0.84
ALL_DEFECTIVE: Final = 0.9
#: Where words are missing, what is left must say enough: two rare words, or three common ones.
ENOUGH: Final = 1.3
TOO_LITTLE: Final = 0.85
#: Two words that meet, one of them with a defect, and a third that is missing.
DEFECT_AND_MISSING: Final = 0.93
#: An initial in place of a word leaves no room for another defect.
DEFECT_AT_INITIAL: Final = 0.84
#: An organisation all of whose own words meet (Saksouk Exchange, Saksouk Company): at least this, more by the share of the
#: other words that meet too, and never a match by that alone. Own words that weigh less than this are anybody's.
SAME_CORE: Final = 0.62
CORE_TRADE: Final = 0.07
CORE_WEIGHT: Final = 0.6
#: The same where one side has own words more, each costing a little.
PART_OF_CORE: Final = 0.63
CORE_EXCESS: Final = 0.12
#: Below the threshold, names in one script are told apart by the rarest word that they share as well: two people named Zorkov
#: on the lists are one more often than two named Khan. How much it says of people and of organisations (whose trade speaks
#: too), and the rarity that says nothing either way.
RARITY_PERSON: Final = 5.0
RARITY_ORGANISATION: Final = 3.0
MIDDLING: Final = 0.7
#: What the commonest word lacks of a rare one. Of an organisation it counts here alone: whoever is called Huawei is to be
#: found, though the list has more than a hundred of that name.
MOST_COMMON: Final = 0.55
#: At most, where the only word of an organisation's own is a syllable or two with other vowels, across scripts.
ON_A_SYLLABLE: Final = 0.6
#: At most, where a name rests on one word that is another's, on a few letters, or on plain words (see ``lone``): below the
#: threshold, but in sight.
ON_LITTLE: Final = 0.66

_osa: Final = OSA.normalized_similarity


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
        same = not a.tokens and not b.tokens and a.letters == b.letters != ""
        return Pairing(1.0 if same else 0.0, (), a.tokens, b.tokens, False)
    pairs, left, right = pair_words(a, b)
    short = of_anybody = False
    if not a.person and (left or right):
        short, of_anybody = _acronyms(a, b, pairs, left, right)
    numbers_differ = any(t.kind == NUMBER for t in left) and any(t.kind == NUMBER for t in right)
    person = a.person and b.person
    score = _person(a, b, pairs, left, right) if person else _organisation(pairs, left, right, numbers_differ)
    if not person and score > ON_LITTLE and _on_little(pairs, left, right, short, of_anybody):
        score = ON_LITTLE
    if 0.0 < score < THRESHOLD:
        score = _by_rarity(score, pairs, RARITY_PERSON if person else RARITY_ORGANISATION)
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


def _on_little(pairs: Pairs, left: list[Token], right: list[Token], short: bool, of_anybody: bool) -> bool:
    """Whether a name rests on what is another's (see ``lone``). All its letters in a row may still be the same but for a slip."""
    one = lone.lone(pairs)
    if one is not None and (of_anybody if short else lone.another(*one)):
        return True
    return lone.of_another_trade(pairs, left, right)


def _person(a: Parsed, b: Parsed, pairs: Pairs, left: list[Token], right: list[Token]) -> float:
    met = conflict = 0.0
    own = 0
    korean = False
    for word, other, alike in pairs:
        weight = (
            min(word.weight, other.weight) if INITIAL in (word.kind, other.kind) else (word.weight + other.weight) / 2
        )
        met += weight * alike
        if alike < 1.0:
            vowelless = (word.script in _VOWELLESS) != (other.script in _VOWELLESS)
            conflict += weight * (1.0 - alike) * (VOWELLESS_DEFECT if vowelless else 1.0)
        if (word.kind == CONTENT or other.kind == CONTENT) and word.text != "abdul":
            own += 1
            korean = korean or word.script == "hangul" or other.script == "hangul"
    over1, over2 = _weight(left), _weight(right)
    both = min(over1, over2)
    excess = max(over1, over2) - both
    if _servant_alone(left) or _servant_alone(right):
        both += SERVANT if own < 3 else SERVANT / 2
    lost = EXCESS_WHOLE if korean or a.characters or b.characters else EXCESS_PERSON
    score = met / (met + CONFLICT_PERSON * (conflict + both) + lost * excess + 1e-9)
    return score * _certain(pairs, own, excess)


def _certain(pairs: Pairs, own: int, excess: float) -> float:
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
    if all(alike < (0.97 if missing else 0.9) for alike in likes) and (missing or min(likes, default=0.0) < SAME_SOUND):
        factor *= ALL_DEFECTIVE
    if missing and own == 2 and min(likes, default=1.0) < 0.9:
        factor *= DEFECT_AND_MISSING
    if missing and sum([min(w.weight, o.weight) for w, o, _ in pairs]) < ENOUGH:
        factor *= TOO_LITTLE
    return factor


def _servant_alone(words: list[Token]) -> bool:
    own = [t.text for t in words if t.kind == CONTENT]
    return own == ["abdul"]


def _by_rarity(score: float, pairs: Pairs, says: float) -> float:
    """A score below the threshold, which it stays below, with its odds changed by the rarest word that met. Across scripts
    a word may meet by chance, and its rarity says nothing."""
    rarest, known = 0.0, firms()
    for word, other, alike in pairs:
        if word.script != other.script:
            return score
        if word.kind == CONTENT or other.kind == CONTENT:
            rare = min(word.weight, other.weight)
            if says == RARITY_ORGANISATION:
                rare = min(rare, 1.0 - MOST_COMMON * max(known.get(word.fold, 0.0), known.get(other.fold, 0.0)))
            rarest = max(rarest, rare * alike)
    odds = score / (THRESHOLD - score) * exp(says * (rarest - MIDDLING))
    return min(THRESHOLD * odds / (1.0 + odds), THRESHOLD - 1e-6)


def _weight(tokens: list[Token]) -> float:
    """Patronymics are left out more often than other words."""
    total = 0.0
    for token in tokens:
        total += token.weight * 0.5 if token.kind == CONTENT and token.text.endswith(PATRONYMIC) else token.weight
    return total


def _organisation(pairs: Pairs, left: list[Token], right: list[Token], numbers_differ: bool) -> float:
    met = conflict = core = trade = 0.0
    for word, other, alike in pairs:
        weight = (word.weight + other.weight) / 2
        met += weight * alike
        if word.kind in _TRADE and other.kind in _TRADE:
            conflict += weight * (1.0 - alike) * NEAR_TRADE
            trade += weight * alike
        else:
            conflict += weight * (1.0 - alike) * (LIKE_NAME if alike < SURE and word.script == other.script else 1.0)
            if alike >= SURE and CONTENT in (word.kind, other.kind):
                core += weight * alike
    own1, trade1 = _two_weights(left)
    own2, trade2 = _two_weights(right)
    both = min(own1 + trade1, own2 + trade2)
    excess = max(own1 + trade1, own2 + trade2) - both
    placed1, placed2 = _in_a_place(left), _in_a_place(right)
    if placed1 and placed2:
        both += OTHER_PLACE
    elif (placed1 or placed2) and _has_a_form(left) and _has_a_form(right):
        both += OTHER_FORM
    if _servant_alone(left) or _servant_alone(right):
        both += SERVANT
    score = met / (met + CONFLICT_ORGANISATION * (conflict + both) + EXCESS_ORGANISATION * excess + 1e-9)
    if _on_a_syllable(pairs):
        return min(score, ON_A_SYLLABLE)
    if score < SAME_CORE + CORE_TRADE and core >= CORE_WEIGHT and min(own1, own2) < 0.01 and not numbers_differ:
        more = max(own1, own2)
        if more < 0.2:
            said = trade + trade1 + trade2
            return max(score, SAME_CORE + CORE_TRADE * (trade / said if said else 1.0))
        return max(score, PART_OF_CORE * core / (core + CORE_EXCESS * more))
    return score


def _on_a_syllable(pairs: Pairs) -> bool:
    """Whether one short word that sounds only nearly the same is all that an organisation's name has of its own."""
    own = [(word, other) for word, other, _ in pairs if CONTENT in (word.kind, other.kind)]
    return len(own) == 1 and other_vowels(*own[0])


_TRADE: Final = frozenset([GENERIC, PLACE])


def _two_weights(tokens: list[Token]) -> tuple[float, float]:
    """Of a name's own words, and of what it trades in and where: a place weighs half where the other side has none."""
    own = trade = 0.0
    for token in tokens:
        if token.kind == GENERIC:
            trade += token.weight
        elif token.kind == PLACE:
            trade += token.weight * PLACE_ALONE
        else:
            own += token.weight
    return own, trade


def _has_a_form(tokens: list[Token]) -> bool:
    return any(token.kind == LEGAL for token in tokens)


def _in_a_place(tokens: list[Token]) -> bool:
    return any(token.kind == PLACE for token in tokens)


def _acronyms(a: Parsed, b: Parsed, pairs: Pairs, left: list[Token], right: list[Token]) -> tuple[bool, bool]:
    """Pairs what is left of one name with the acronym of it in the other; an acronym that repeats its name goes. Whether one
    met what it stands for, and whether that may be anybody's."""
    met = of_anybody = False
    for words, others, one, two, swap in ((left, right, a, b, False), (right, left, b, a, True)):
        found = acronyms.meet(words, others)
        if found is not None:
            word, meant = found
            met, of_anybody = True, acronyms.anybodys(word, meant)
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
        same = (
            next((t for t in two.tokens if t.text == brief and acronyms.repeats(t, two, two)), None) if brief else None
        )
        if same is not None:
            # TsAGI alone, and "Central Aerohydrodynamic Institute (TsAGI)"; any firm may add its three initials
            met, of_anybody = True, acronyms.anybodys(same, others)
            others[:] = [t for t in others if t.kind == NUMBER]
    return met, of_anybody


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
    alike = max(_osa(x, y), _osa(a.written, b.written) if a.written and b.written else 0.0)
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
        return pair_names(a.without_characters(), b.without_characters())
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
