"""Names that write two words of a query as one, and one word of it as two: Abu Zaid, Abouzid; Abdul Rahman, عبدالرحمان."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from rapidfuzz.distance import OSA

from sekisho.names import quick
from sekisho.names.bounds import bound_of, least_of, share_of
from sekisho.names.lexicon import Lexicon, Sounds
from sekisho.names.lines import SOUND, anagram, joined_key
from sekisho.names.pairing import LOOSE_JOINED
from sekisho.names.parse import Parsed
from sekisho.names.segment import BONES, FATHER, OTHER_VOWELS, Segment, content, missed, pair_key, two_bones
from sekisho.names.similar import letters
from sekisho.names.sounds import korean_fold, korean_kana, skeleton
from sekisho.names.tokens import CONTENT, INITIAL, LOOSE, NUMBER, PARTICLE, Token, token_of

#: Words that are remembered with the names that write them as two.
_REMEMBERED: Final = 20_000
#: Shorter words are not looked for as two.
_SPLIT: Final = 7
#: Consonants of a word that is looked for as two by them, where kana does not tell its vowels.
_TWO_BONES: Final = 4
#: Consonants of such a word of which two may have changed places.
_SWAPPED_BONES: Final = 5
#: How alike two words together must be to one word of the other side.
_JOINED: Final = 0.8
#: The end of many an Arabic name, as Arabic letters are romanised: in Latin letters written with the word before (عبد الله).
_GOD: Final = "allh"
#: Kinds of words of which two may be one elsewhere.
_JOINABLE: Final = frozenset([CONTENT, INITIAL])
#: Scripts whose words are rarely one for another.
_WHOLE: Final = frozenset(["hangul", "han"])

_osa: Final = OSA.normalized_similarity

#: For each word of a query the sound classes it may belong to.
Heard = list[Sounds | quick.Heard]


def split_keys(token: Token) -> list[str]:
    """What names are filed under that write this word as two: by its spelling, also with two letters that changed places
    (bAdulwasea), "father of" somebody in other vowels (Abouzid, Abu Zaid), in a script without their vowels by its consonants (عبدالرحمان, Abdul Rahman), and in kana as Korean syllables, each of which
    may end in the u that stands before the next (ム of スム, ムン)."""
    keys: list[str] = []
    if len(token.text) >= _SPLIT:
        keys = ["+" + token.fold]
        if token.script not in LOOSE:
            keys.append(anagram(token.text))
            if token.key.startswith(FATHER) and len(token.key) >= SOUND:
                keys.append(OTHER_VOWELS + token.key)
    by_bones = token.script == "kana" or (token.script in ("arabic", "hebrew") and len(token.skeleton) >= _TWO_BONES)
    if by_bones and (bones := two_bones(token.skeleton)):
        keys.append(bones)
        if len(bones) > _SWAPPED_BONES:
            keys += [bones[:at] + bones[at + 1] + bones[at] + bones[at + 2 :] for at in range(1, len(bones) - 1)]
    if token.script == "kana":
        keys.append("~" + korean_kana(token.text))
        if token.text.endswith("u"):
            keys.append("~" + korean_fold(token.text[:-1]))
    return keys


def splits(segment: Segment, words: list[Token], heard: Heard, person: bool, promised: dict[int, float]) -> None:
    """Names that write a long word of the query as two, where what else they share is enough."""
    share = total = 0.0
    known = segment.splits
    for i, token in enumerate(words):
        if len(token.text) < _SPLIT and token.script not in LOOSE:
            continue  # it has no keys
        found = known.get(token)
        if found is None:
            if len(known) >= _REMEMBERED:
                known.clear()
            found = known[token] = _written_as_two(segment, token)
        for at, weight in found:
            if at in promised:
                continue
            if not share:
                share, total = share_of(words), sum([missed(word) for word in words], 0.0)
            # initials, on either side, may have met
            theirs = content(segment.records[at].parsed)
            classes = {segment.lexicon.class_of(word) for word in theirs}
            full = alike = token.weight
            rest = sum([missed(word) for word in theirs], 0.0) - weight
            for j, sound in enumerate(heard):
                if j != i:
                    for number, likeness in sound.classes:
                        if number in classes:
                            full += words[j].weight
                            alike += words[j].weight * likeness
                            rest -= words[j].weight
                            break
            if bound_of(alike, full, total - full, rest, share, person) >= least_of(person):
                promised[at] = 1


def _written_as_two(segment: Segment, token: Token) -> list[tuple[int, float]]:
    """Records that have two neighbouring words which are this one, and what those weigh there."""
    found: dict[int, float] = {}
    for key in split_keys(token):
        for at in segment.whole.get(hash(key)):
            for one, article, two in _neighbours(segment.records[at].parsed.tokens, key[0] == BONES):
                if _is_two(token, one.text + article + two.text, key):
                    found[at] = max(found.get(at, 0.0), one.weight + two.weight)
    return list(found.items())


def _neighbours(tokens: tuple[Token, ...], articles: bool) -> list[tuple[Token, str, Token]]:
    """Words beside each other; ``articles``: also with a particle between them."""
    found = [(one, "", two) for one, two in pairwise(tokens)]
    if articles:
        for at, article in enumerate(tokens[1:-1]):
            if article.kind == PARTICLE:
                found += [(tokens[at], article.text, tokens[at + 2])]
    return found


def _is_two(token: Token, two: str, key: str) -> bool:
    """Whether two words are this one, by what they share."""
    if _osa(token.text, two, score_cutoff=_JOINED):
        return True
    head = key[0]
    if head == "~":
        return "~" + korean_fold(two) == key
    if head == BONES:
        return _as_two(token, two, key)
    return head == OTHER_VOWELS and letters(token, token_of(two, CONTENT, "", "latin", False)) >= _JOINED


def _as_two(token: Token, other: str, key: str) -> bool:
    """Whether a word in a script without its vowels is two words in Latin letters."""
    return (
        two_bones(skeleton(other)) == key
        and letters(token, token_of(other, CONTENT, "", "latin", False)) >= LOOSE_JOINED
    )


def joined_pairs(parsed: Parsed, words: list[Token]) -> list[tuple[Token, Token]]:
    """Neighbours that may be one word elsewhere; of a person also a letter torn off (Sa'i,d)."""
    pairs = list(pairwise(words))
    # most names have no letter alone
    if parsed.person and len(parsed.tokens) > len(words):
        for one, two in pairwise(parsed.tokens):
            if (one.kind == INITIAL and two.kind == CONTENT) or (one.kind == CONTENT and two.kind == INITIAL):
                pairs.append((one, two))
    return pairs


def joined_classes(lexicon: Lexicon, one: Token, two: Token) -> list[int]:
    """The classes of two words written as one. In kana a word of trade is cut off wherever it ends a name (プロムスヴャジ | バンク),
    and a single sign is no name, but a dot that slipped (ペ・ラマシュ)."""
    kana = one.script == two.script == "kana"
    if two.text == _GOD and one.script == two.script == "arabic":
        return [number for number, alike in lexicon.similar(_together(one, two)).classes if alike >= LOOSE_JOINED]
    if one.kind in _JOINABLE and two.kind in _JOINABLE and (not kana or (len(one.source) > 1 and len(two.source) > 1)):
        return lexicon.together(one, two)
    if kana and CONTENT in (one.kind, two.kind) and NUMBER not in (one.kind, two.kind):
        return [number for number, alike in lexicon.similar(_together(one, two)).classes if alike >= LOOSE_JOINED]
    return []


def joins(
    segment: Segment, parsed: Parsed, words: list[Token], heard: Heard, total: float, person: bool
) -> dict[int, float]:
    """Words that the entry may write together, and what such an entry promises."""
    promised: dict[int, float] = {}
    share = 0.0
    for one, two in joined_pairs(parsed, words):
        for number in joined_classes(segment.lexicon, one, two):
            share = share or share_of(words)
            # what else they share weighs, and how much of it is alike
            found: dict[int, tuple[float, float]] = {}
            for j, sound in enumerate(heard):
                if words[j] is not one and words[j] is not two:
                    best: dict[int, float] = {}
                    for b, alike in sound.classes:
                        for at in segment.pairs.get(pair_key(number, b)):
                            best.setdefault(at, alike)
                    for at, alike in best.items():
                        full, shared = found.get(at, (0.0, 0.0))
                        found[at] = (full + words[j].weight, shared + words[j].weight * alike)
            over = total - one.weight - two.weight
            if over <= 0.5:
                for at in segment.alone.get(number):
                    found.setdefault(at, (0.0, 0.0))
            for at, (full, shared) in found.items():
                record = segment.records[at]
                for token in record.parsed.tokens:
                    bound = bound_of(
                        shared + token.weight,
                        full + token.weight,
                        over - full,
                        record.weight - full - token.weight,
                        share,
                        person,
                    )
                    if bound >= least_of(person) and bound > promised.get(at, 0.0) and _as_one(one, two, token, person):
                        promised[at] = bound
    return promised


def _as_one(one: Token, two: Token, other: Token, person: bool) -> bool:
    """Whether two words are one word of another name. The same class is not yet the same word: Chen Zhong, Song Song."""
    text = one.text + two.text
    if _osa(text, other.text, score_cutoff=_JOINED):
        return True
    # people's in other vowels too: Abu Zaid, Abouzid
    if (
        person
        and not {one.script, other.script} & _WHOLE
        and other.key == joined_key(one, two)
        and letters(token_of(text, CONTENT, "", "latin", False), other) >= _JOINED
    ):
        return True
    if one.script == two.script == "hangul" and other.script == "kana":
        return korean_fold(text) == korean_kana(other.text)
    return (
        (one.script == two.script == "kana" or (one.script == two.script == "arabic" and two.text == _GOD))
        and other.script not in LOOSE
        and letters(_together(one, two), other) >= LOOSE_JOINED
    )


def _together(one: Token, two: Token) -> Token:
    return token_of(one.source + two.source, CONTENT, "", one.script, False)
