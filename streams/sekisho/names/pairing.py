"""Which word of one name meets which word of the other: best pairs first, then words that one side writes together."""

from __future__ import annotations

from typing import Final

from rapidfuzz.distance import OSA

from sekisho.names.parse import Parsed
from sekisho.names.people import one_tail
from sekisho.names.similar import ALIKE, letters, word_similarity
from sekisho.names.sounds import fold, korean_fold, skeleton
from sekisho.names.tokens import CONTENT, GENERIC, LEGAL, LOOSE, NUMBER, PARTICLE, PLACE, Token, token_of

#: Joined words across scripts whose consonants are less alike than this are not looked at closely.
SAME_BONES: Final = 0.4

Pairs = list[tuple[Token, Token, float]]

#: A word of trade or a place meets another from here on: it may be of the same family (see ``similar``).
GENERIC_ALIKE: Final = 0.5
#: Words this much alike are taken as met before joined words are looked for.
SURE: Final = 0.85
#: How alike joined words and one word must be spelled for their sounds to count.
SAME_LETTERED: Final = 0.6
#: A name all of whose words together are joined or split otherwise, at best.
JOINED: Final = 0.97
#: The same across scripts, where sounds are lost.
LOOSE_JOINED: Final = 0.78

_osa: Final = OSA.normalized_similarity


def pair_words(a: Parsed, b: Parsed) -> tuple[Pairs, list[Token], list[Token]]:
    """The pairs with how alike they are, and what each side has left."""
    left, right = list(a.tokens), list(b.tokens)
    pairs: Pairs = []
    # the same words first: most of the work in most cases
    for at in range(len(left) - 1, -1, -1):
        word = left[at]
        for other_at, other in enumerate(right):
            if word.text == other.text and (word.kind == other.kind or word.concept == other.concept):
                pairs.append((word, other, 1.0))
                del left[at]
                del right[other_at]
                break
    if left and right:
        options = [
            (alike, -i - j, i, j)
            for i, word in enumerate(left)
            for j, other in enumerate(right)
            if (alike := word_similarity(word, other))
            >= (ALIKE if word.kind not in (GENERIC, PLACE) else GENERIC_ALIKE)
        ]
        options.sort(reverse=True)
        used1: set[int] = set()
        used2: set[int] = set()
        weak: Pairs = []
        for alike, _, i, j in options:
            if i not in used1 and j not in used2:
                used1.add(i)
                used2.add(j)
                (pairs if alike >= SURE else weak).append((left[i], right[j], alike))
        left = [t for i, t in enumerate(left) if i not in used1]
        right = [t for j, t in enumerate(right) if j not in used2]
        if (left or right) and _mergeable(a, b, left, right, weak):
            pairs.extend(_merge(a.tokens, b.tokens, left, right, weak, a.person and b.person))
        pairs.extend(weak)
    return pairs, left, right


def _mergeable(a: Parsed, b: Parsed, left: list[Token], right: list[Token], weak: Pairs) -> bool:
    """Whether one side has an open word that two words of the other could make up."""
    one, two = left + [p[0] for p in weak], right + [p[1] for p in weak]
    return _could_make(one, a, two) or _could_make(two, b, one)


def _could_make(words: list[Token], name: Parsed, others: list[Token]) -> bool:
    """Neighbours, one of them open and none met, that are no longer than an open word of the other side."""
    if not words or not others:
        return False
    tokens = name.tokens
    if len(tokens) < 2:
        return False
    longest = max([len(o.text) + (6 if o.script in LOOSE else 2) for o in others])
    if any(t.script in LOOSE for t in tokens):
        longest += 4
    before: Token | None = None
    before_open = False
    for token in tokens:
        # compared by identity, as tokens are
        token_open = token in words
        if (
            before is not None
            and (before_open or token_open)
            and len(before.text) + len(token.text) <= longest
            and (before_open or before.kind in (PARTICLE, LEGAL))
            and (token_open or token.kind in (PARTICLE, LEGAL))
        ):
            return True
        before, before_open = token, token_open
    return False


def _merge(
    all1: tuple[Token, ...],
    all2: tuple[Token, ...],
    left: list[Token],
    right: list[Token],
    weak: Pairs,
    person: bool,
) -> Pairs:
    """Words that one side writes together: takes them out of ``left``, ``right`` and ``weak``."""
    found: Pairs = []
    for swap in (False, True):
        words, free, others = (all2, right, left) if swap else (all1, left, right)
        mine: list[Token] = [p[1] if swap else p[0] for p in weak]
        theirs: list[Token] = [p[0] if swap else p[1] for p in weak]
        open_words = {id(t) for t in free} | {id(t) for t in mine}
        all_latin = not any(t.script in LOOSE for t in words)
        open_others = list(others) + theirs
        for other in open_others:
            if len(other.text) < (5 if other.script not in LOOSE else 4) or other.kind == NUMBER:
                continue
            best: tuple[float, int, int] | None = None
            latin = other.script not in LOOSE and all_latin
            longest = len(other.text) + (2 if latin else 6)
            # a word that has met may not be joined, unless it is a particle or a form
            free_too = [id(t) in open_words for t in words]
            barred = [not f and t.kind not in (PARTICLE, LEGAL) for f, t in zip(free_too, words, strict=True)]
            for start in range(len(words)):
                if barred[start]:
                    continue
                text = words[start].text
                for stop in range(start + 1, min(len(words), start + 4)):
                    if barred[stop]:
                        break
                    text += words[stop].text
                    if len(text) > longest:
                        break
                    if latin and len(text) < len(other.text) - 2:
                        continue
                    if latin and text[0] != other.text[0] and text[-1] != other.text[-1]:
                        continue
                    if not any(free_too[start : stop + 1]):
                        continue
                    group = words[start : stop + 1]
                    if text == other.text or one_tail(text) == other.text:
                        alike = 1.0
                    elif other.script == "han" and all(t.script == "han" for t in group):
                        # a character is another word, however alike it sounds: 電気技術, 電子技術
                        alike = _osa("".join([t.source for t in group]), other.source)
                    else:
                        alike = max(_osa(text, other.text), _joined_alike(text, group, other, person))
                    if alike >= 0.85 and (best is None or alike > best[0]):
                        best = (alike, start, stop)
            if best is None:
                continue
            alike, start, stop = best
            group = words[start : stop + 1]
            gone = {id(t) for t in group} | {id(other)}
            for pair in [p for p in weak if id(p[0]) in gone or id(p[1]) in gone]:
                weak.remove(pair)
                one, two = pair[0], pair[1]
                if id(one) not in gone:
                    left.append(one)
                if id(two) not in gone:
                    right.append(two)
            left[:] = [t for t in left if id(t) not in gone]
            right[:] = [t for t in right if id(t) not in gone]
            joined = token_of("".join(t.text for t in group), other.kind, other.concept, "latin", False).changed(
                weight=other.weight, source=" ".join(t.source for t in group)
            )
            found.append((other, joined, alike * JOINED) if swap else (joined, other, alike * JOINED))
            open_words -= gone
    return found


def _joined_alike(text: str, group: tuple[Token, ...], other: Token, person: bool) -> float:
    if other.script == "hangul" or (group[0].script == "hangul" and other.script not in LOOSE):
        return 0.97 if korean_fold(text) == korean_fold(other.text) else 0.0
    script = next((t.script for t in group if t.script in LOOSE), "latin")
    if (other.script in LOOSE) != (script in LOOSE):
        if _osa(skeleton(text), other.skeleton) < SAME_BONES:
            return 0.0
        joined = token_of(text, CONTENT, "", "latin", False)
        alike = letters(other, joined.changed(script=script, source="".join(t.source for t in group)))
        return max(alike, 0.85) if alike >= LOOSE_JOINED else alike
    spelled = _osa(fold(text), other.fold)
    alike = 0.97 * spelled
    # people's in other vowels: Abu Zaid, Abouzid; but Japanese readings have all their vowels, and what two words and one
    # have but some sounds in common is chance (Feyha Soylu, Faizullah)
    if not person or spelled < SAME_LETTERED or other.script == "han" or group[0].script == "han":
        return alike
    return max(alike, letters(token_of(text, CONTENT, "", "latin", False), other))
