"""What an organisation's name says that rests on one word, on a few letters, or on plain words: whether it is another's.

Nobody writes the name of his own firm by its sounds. In one script two short names that only sound alike are two firms
(Bayer, Bajer; Meiji, MAEI), and so are two that call themselves by plain words and trade in different things (Great Lakes
Trading, Great Lakes Pumps). Across scripts a name is written by its sounds, and by no others than its own.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA

from sekisho.names.pairing import Pairs
from sekisho.names.similar import ENGLISH_R, MISSPELT, heard
from sekisho.names.sounds import fold
from sekisho.names.tokens import CONTENT, GENERIC, LEGAL, NUMBER, PARTICLE, PLACE, WEIGHTS, Token
from sekisho.names.words import family, plain

#: A word of so many letters is the same word with a slip in it; a shorter one is another firm's. And how alike it must be
#: spelled, or sound: Hizballah, Hezbollah; but not Delhaize, Delice; nor Hexagon, Exagan.
LONG_NAME: Final = 7
LONG_ALIKE: Final = 0.75
LONG_FOLDED: Final = 0.8
#: From so many letters on a word may be transliterated (Mikron, Micron) and letters change places; a shorter one is its letters.
SHORT_NAME: Final = 5
#: How alike what kana says must be to what Japanese would say of a word in Latin letters: of a short one, and of one that is
#: as long. Longer ones are often half translated.
SAID_ALIKE: Final = 0.68
LONG_SAID_ALIKE: Final = 0.6
_LONG_SAID: Final = 8
_LONGEST_SAID: Final = 9
_SPELLED: Final = frozenset(["latin", "cyrillic", "greek"])
_FORMS: Final = frozenset([LEGAL, PARTICLE])
_TRADE: Final = frozenset([GENERIC, PLACE])
#: That both trade supports nothing.
_TRADES: Final = "trade"
_OWN: Final = frozenset([CONTENT, NUMBER])
_BODIES: Final = frozenset(["institute", "bureau", "center", "production"])
#: Letters that are written for one another where a name changes its alphabet; not what only sounds alike (c and s, y and j).
_LETTERS: Final = (("kh", "h"), ("ph", "f"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("ck", "k"), ("c", "k"), ("q", "k"), ("x", "ks"), ("w", "v"), ("y", "i"))  # fmt: skip
_DOUBLED: Final = re.compile(r"(.)\1")

_alike: Final = OSA.normalized_similarity


def lone(pairs: Pairs) -> tuple[Token, Token] | None:
    """The only words that meet, but for legal forms, particles and that both trade; an Arabic article says that a name is
    written by its sounds."""
    found: tuple[Token, Token] | None = None
    for word, other, _ in pairs:
        if word.kind in _FORMS and other.kind in _FORMS:
            if word.concept == "al":
                return None
        elif word.kind == other.kind == GENERIC and family(word.concept) == family(other.concept) == _TRADES:
            if word.weight > WEIGHTS[GENERIC]:
                return None
        elif found is None:
            found = word, other
        else:
            return None
    return found


def another(word: Token, other: Token) -> bool:
    """Whether two words that meet alone are two by their letters, or by what they say where one of them is in kana."""
    if (word.script == "kana") != (other.script == "kana"):
        kana, latin = (word, other) if word.script == "kana" else (other, word)
        return latin.script == "latin" and latin.source.isascii() and not said_alike(kana.text, latin.text)
    return (
        word.text != other.text
        and word.script == other.script
        and word.script in _SPELLED
        # joined words have no script of their own
        and word.source.isascii() == other.source.isascii()
        # a word that is translated is not spelled at all: the Youth, al-Shabab
        and not (word.concept and word.concept == other.concept)
        and not one_spelling(word.text, other.text)
    )


@lru_cache(maxsize=8192)
def one_spelling(x: str, y: str) -> bool:
    """Whether two words in the letters of one script are one: with a slip, or in two transliterations."""
    shortest, longest = sorted([len(x), len(y)])
    if longest < SHORT_NAME:
        return False
    alike = _alike(x, y)
    if shortest == longest and sorted(x) == sorted(y) and (1.0 - alike) * longest < 1.01:
        # two letters changed places under somebody's fingers
        return True
    if longest < LONG_NAME:
        one, two = _transliterated(x), _transliterated(y)
        if one == two:
            return True
        # one letter more on one side that is doubled, or not heard; in Claas and Class another letter is doubled
        more = longest - shortest == 1 and (1.0 - alike) * longest < 1.01
        return more and (_DOUBLED.sub(r"\1", one) == _DOUBLED.sub(r"\1", two) or (x[0] == y[0] and fold(x) == fold(y)))
    return alike >= LONG_ALIKE or _alike(fold(x), fold(y)) >= LONG_FOLDED


def _transliterated(word: str) -> str:
    for one, two in _LETTERS:
        word = word.replace(one, two)
    return word


@lru_cache(maxsize=8192)
def said_alike(kana: str, latin: str) -> bool:
    """Whether kana says what Japanese would make of a word: カマズ is KAMAZ, and not Komatsu."""
    if len(latin) > _LONGEST_SAID:
        return True
    if "p" in latin.replace("ph", "f") and "p" not in kana:
        # kana has a p: ルビン is Rubin, and not Lupin
        return False
    wanted = _plain_sounds(heard(kana))
    least = SAID_ALIKE if len(latin) < _LONG_SAID else LONG_SAID_ALIKE
    return any(_alike(wanted, _plain_sounds(_syllables(one))) >= least for one in (latin, ENGLISH_R.sub("a", latin)))


_VOWELS: Final = frozenset("aeiou")
#: c is a k but where it is ch; what Latin letters write with two is one sound meanwhile.
_DIGRAPHS: Final = (("mp", "np"), ("mb", "nb"), ("tch", "C"), ("ch", "C"), ("sh", "S"), ("ts", "T"), ("th", "t"), ("c", "k"), ("C", "ch"), ("S", "sh"), ("T", "ts"))  # fmt: skip
_SOUNDS: Final = (("ch", "t"), ("sh", "s"), ("ts", "t"), ("j", "z"), ("h", ""), ("y", "i"), ("w", "u"), ("x", "kus"))


def _syllables(latin: str) -> str:
    """As Japanese says it: no consonant without a vowel but n."""
    for one, two in _DIGRAPHS:
        latin = latin.replace(one, two)
    text = heard(latin)
    out = ""
    for at, char in enumerate(text):
        out += char
        after = text[at + 1 : at + 2]
        if char in _VOWELS or (char == "n" and after) or after in _VOWELS or after == char:
            continue
        if char == "n" or (char in "stck" and after and after in "sh"):
            continue
        out += "o" if char in "td" else "u"
    return out


def _plain_sounds(text: str) -> str:
    for one, two in _SOUNDS:
        text = text.replace(one, two)
    return _DOUBLED.sub(r"\1", text)


def of_another_trade(pairs: Pairs, left: list[Token], right: list[Token]) -> bool:
    """Whether names that have but plain words of their own say different things of what they do."""
    own = 0
    differ = False
    for word, other, alike in pairs:
        if word.kind in _TRADE and other.kind in _TRADE:
            if alike < MISSPELT:
                differ = differ or word.kind == other.kind == GENERIC
            elif word.weight > WEIGHTS[GENERIC]:
                # the same place or goods speak for it: Orbit Petrochemicals, Orbit Petrochemicals Trading
                return False
            elif _is_plain(word):
                # Golden Star: said of anything, and of this one
                own += 1
        elif CONTENT in (word.kind, other.kind):
            if not (_is_plain(word) and _is_plain(other)):
                return False
            own += 1
        elif word.kind == NUMBER:
            return False
    if not own or any(token.kind in _OWN for token in left) or any(token.kind in _OWN for token in right):
        return False
    trade1, trade2 = _most_telling(left), _most_telling(right)
    # of one plain word any word of trade says that it is another's, of two what the trade is in
    return (
        differ or (trade1 > 0.0 and trade2 > 0.0) or max(trade1, trade2) >= WEIGHTS[GENERIC] + (0.1 if own > 1 else 0.0)
    )


def _is_plain(word: Token) -> bool:
    return word.script == "latin" and word.text in plain()


def _most_telling(words: list[Token]) -> float:
    return max(
        [token.weight for token in words if token.kind == GENERIC and not _is_a_body(token.concept)], default=0.0
    )


def _is_a_body(concept: str) -> bool:
    """What a body is called is no trade, and is left out or said otherwise: NPO Orion, Orion."""
    return family(concept) in _BODIES and concept != "production.production"
