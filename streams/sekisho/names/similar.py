"""How alike two words are, from 0 to 1."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import OSA, JaroWinkler, LCSseq

from sekisho.names.quick import native
from sekisho.names.sounds import consonants, fold, korean_fold, korean_kana, letter_key, skeleton
from sekisho.names.tokens import GENERIC, INITIAL, LEGAL, LOOSE, NUMBER, PARTICLE, PLACE, Token
from sekisho.names.words import family

#: Below this two words are different words; above, they are one word with a defect, weighed by how alike they are.
ALIKE: Final = 0.6
#: The same spelling family (Yemelyanenko / Emelianenko): nearly as good as the same letters.
SAME_FOLD: Final = 0.97
#: The same consonants with other vowels (Muhammad / Mohammed).
SAME_KEY: Final = 0.92
#: The same but for the consonants that Arabic dialects and transliterations mix (Qadhafi, Khadafy, Kazzafi).
SAME_LETTERS: Final = 0.86
#: Where they also begin with the same letter and are about as long (Murtadi, Morteza), they must be so alike in the others.
FEW_ALIKE: Final = 0.4
#: Of so many sounds at least: na and tak are what NIIEI and Nahaja, Hitech and Yatec have in common.
LETTERS: Final = 4
#: The same consonants, vowels left out or put in (Harzi / Harazi, Shukr / Shakar): not enough by itself.
SAME_CONSONANTS: Final = 0.75
#: Korean syllables that differ even so: a letter more is another syllable.
KOREAN: Final = 0.8
KOREAN_LATIN: Final = 0.92
#: The same but for ch in place of sh.
FRENCH: Final = 0.93
#: A katakana word against the sounds of English.
ENGLISH: Final = 0.97
#: Two letters that changed places cost this share of a slip: nothing is missing. In shorter words it is another word.
SWAPPED: Final = 0.7
REORDERED: Final = 0.8
#: A short form of the given name (Bibi / Benjamin), and what two alphabets or dialects make of one name (see ``people.families``).
SAME_NICK: Final = 0.9
#: A word and its first letters, four of them or more (Rafa, Rafael).
SHORT_FORM: Final = 0.8
#: Endings of patronymics.
PATRONYMIC: Final = ("vich", "vych", "vic", "vna", "ovna", "evna", "ogly", "oglu", "uulu", "kyzy", "qizi")
#: A slip in so few letters or sounds makes another word: what is left of how alike they are.
FEW_SOUNDS: Final = 0.9
#: Kana has all its vowels: two words in it that are less alike are two, though they sound alike (グリエフ, ゴロホフ).
FEW_IN_KANA: Final = 0.5
#: An initial and a word that begins with it.
SAME_INITIAL: Final = 0.8
#: The same concept in two languages (工場 / plant), and in one language by two words (trade / commerce).
SAME_CONCEPT: Final = 0.93
SYNONYM: Final = 0.88
#: Two concepts of one family (plant / factory), where its words are said one for the other: always, or in translation.
NEAR_CONCEPT: Final = 0.55
#: A word of the vocabulary and another one that is none, or says something else, are one word from here on.
MISSPELT: Final = 0.8
_NEAR: Final = frozenset(
    ["group", "enterprise", "plant", "institute", "research", "production", "bureau", "center", "association", "trade"]
)
_NEAR_TRANSLATED: Final = frozenset(
    [
        "technology",
        "system",
        "machine",
        "electro",
        "aviation",
        "ship",
        "control",
        "info",
        "transport",
        "defence",
        "finance",
    ]
)

_osa: Final = OSA.normalized_similarity
_jaro: Final = JaroWinkler.similarity
_lcs: Final = LCSseq.similarity
#: All families whose words are said for one another.
NEAR_FAMILIES: Final = _NEAR | _NEAR_TRANSLATED


@lru_cache(maxsize=65536)
def word_similarity(a: Token, b: Token) -> float:
    """Kinds first (a number is never like a word), then sound and letters."""
    kind, other = a.kind, b.kind
    if kind == NUMBER or other == NUMBER:
        return 1.0 if kind == other and a.text == b.text else 0.0
    if kind == INITIAL or other == INITIAL:
        if a.text[:1] != b.text[:1] and a.fold[:1] != b.fold[:1]:
            return 0.0
        return 1.0 if kind == other else SAME_INITIAL
    if kind in (LEGAL, PARTICLE) or other in (LEGAL, PARTICLE):
        if kind == other and a.concept == b.concept:
            return 1.0
        return 1.0 if a.text == b.text else 0.0
    if a.concept and b.concept:
        if a.concept == b.concept:
            if a.fold == b.fold:
                return 1.0
            return SAME_CONCEPT if a.script != b.script or kind == PLACE else max(SYNONYM, letters(a, b))
        if kind == other == PLACE:
            # another place, but for a slip
            alike = letters(a, b)
            return alike if alike >= ALIKE else 0.0
        alike = letters(a, b)
        if kind == other == GENERIC and _near(family(a.concept), family(b.concept), a.script != b.script):
            return max(NEAR_CONCEPT, alike)
        # two words that say different things: only one that is misspelt (invest is not neft)
        return _misspelt(a, b, alike)
    if (kind in (GENERIC, PLACE)) != (other in (GENERIC, PLACE)) and a.script == b.script:
        # a word of the vocabulary and a name: only the same word, well nigh
        return _misspelt(a, b, letters(a, b))
    return letters(a, b)


def _misspelt(a: Token, b: Token, alike: float) -> float:
    """A word of the vocabulary is no short form of another word, nor another of it: Chen is not Chengdu."""
    return alike if alike >= MISSPELT and abs(len(a.text) - len(b.text)) <= 2 else 0.0


def _near(one: str, two: str, translated: bool) -> bool:
    return one == two and (one in _NEAR or (translated and one in _NEAR_TRANSLATED))


@lru_cache(maxsize=16384)
def _arabic_key(word: str) -> str:
    found = letter_key(word)
    # but zh is of other languages, and never a d: Zhukov, Dyukov
    return found.replace("s", "t") if "z" in word and "zh" not in word else found


def _in_dialects(x: str, y: str) -> bool:
    """A z is th, d or dh elsewhere (Murtadi, Morteza), and no plain t."""
    with_z = "z" in x
    if with_z == ("z" in y):
        return True
    other = y if with_z else x
    return "th" in other or "d" in other or "zh" in x or "zh" in y


#: Scripts that write a name's own vowels: one side must, or there is nothing to compare by.
_OPEN: Final = frozenset({"latin", "cyrillic", "greek", "hangul"})


def letters(a: Token, b: Token) -> float:
    """By letters and sound alone."""
    if a.fold == b.fold:
        return 1.0 if a.text == b.text else SAME_FOLD
    if a.script != b.script and (a.script in LOOSE or b.script in LOOSE):
        if a.script not in _OPEN and b.script not in _OPEN:
            return 0.0
        quickly = None if native is None else native.across(a, b)
        alike = plain_loose(a, b) if quickly is None else quickly
        return max(0.0, alike - OTHER_SOUND) if _ch_is_no_s(a, b) else alike
    if a.script == "arabic":
        # no vowels to differ in: each letter says more
        return max(0.0, 1.0 - 1.4 * (1.0 - _osa(a.text, b.text)))
    x, y = a.text, b.text
    longest = max(len(x), len(y))
    if a.script == "hangul" or b.script == "hangul":
        if korean_fold(x) == korean_fold(y):
            return SAME_FOLD
        return (KOREAN_LATIN if a.source.isascii() and b.source.isascii() else KOREAN) * _osa(x, y)
    if a.script == "han" or b.script == "han":
        return 0.8 * _osa(a.fold, b.fold)
    alike = _osa(x, y)
    if x == "abdul" or y == "abdul":
        alike = max(alike, _osa(a.source, y), _osa(x, b.source))
    if REORDERED <= alike < 0.99 and len(x) == len(y) and sorted(x) == sorted(y):
        alike = 1.0 - SWAPPED * (1.0 - alike)
    if alike < 0.99:
        folded = SAME_FOLD * _osa(a.fold, b.fold)
        if longest > 4 >= max(len(a.fold), len(b.fold)) and folded < REORDERED:
            # four sounds, one of them another, are another word however they are written: Makki, Faqih
            folded *= FEW_SOUNDS
        alike = max(alike, folded)
    if a.key == b.key and len(a.key) > 3 and (a.script != "kana" or alike >= FEW_IN_KANA):
        # other vowels alone: the longer the word, the less they say (Muhammad / Mohammed; but not Sani / Suno)
        share = 0.5 if len(a.key) == 4 else 0.8 if len(a.key) == 5 else 1.0
        alike = max(alike, share * SAME_KEY + (1.0 - share) * alike)
    elif (
        longest >= 6
        and a.script != "kana"
        and alike < SAME_LETTERS
        and alike >= (FEW_ALIKE if x[0] == y[0] and abs(len(x) - len(y)) <= 2 else ALIKE)
        and len(sound := _arabic_key(x)) >= LETTERS
        and sound == _arabic_key(y)
        and _in_dialects(x, y)
    ):
        # of one dialect and another, not any letters of one class: Qadhafi, Kazzafi; but not Tango, Zhangge; nor Atila, Azalea
        alike = SAME_LETTERS
    if alike < SAME_CONSONANTS and longest >= 5 and len(bones := consonants(x)) >= 3 and bones == consonants(y):
        alike = SAME_CONSONANTS
    if alike < SAME_FOLD and ("ch" in x) != ("ch" in y) and ("sh" in x) != ("sh" in y):
        # French writes sh as ch: Hamcho, Hamsho
        alike = max(alike, FRENCH * _osa(fold(x.replace("ch", "sh")), fold(y.replace("ch", "sh"))))
    # a father's name is nobody's long form: Mikhail, Mikhailovich
    short_form = min(len(x), len(y)) >= 4 and (x.startswith(y) or y.startswith(x))
    if short_form and alike < SHORT_FORM and not max(x, y, key=len).endswith(PATRONYMIC):
        alike = SHORT_FORM
    if longest <= 3:
        alike = 0.7 if len(x) == len(y) == 3 and sorted(x) == sorted(y) else alike * 0.75
    elif longest == 4 and alike < REORDERED:
        alike *= FEW_SOUNDS
    if a.nick and not a.nick.isdisjoint(b.nick):
        alike = max(alike, SAME_NICK)
    return alike


#: Kana has signs of its own for ch (チ), and for the sh that it is in French: a plain s is neither (ピンスキー is no Pinchuk).
OTHER_SOUND: Final = 0.2
#: What Latin letters write for an s: another word's, or a c before e and i.
_AN_S: Final = re.compile("s(?!ch)|[xz]|c[eiy]")


def _ch_is_no_s(a: Token, b: Token) -> bool:
    if a.script == "kana":
        a, b = b, a
    return (
        b.script == "kana"
        and a.script == "latin"
        and "ch" in a.text
        and "ch" not in b.text
        and "s" in b.text.replace("sh", "").replace("ts", "")
        and not _AN_S.search(a.text)
    )


#: A word that begins with a vowel is not one that begins with a consonant (グリエフ is no Uglov), but for those that Japanese
#: or another language writes with a vowel (v, w, y, j, h), and an article (アッサイード, Sayyid).
_VOWEL_FIRST: Final = frozenset("aeiou")
_NOT_A_VOWEL: Final = frozenset("bcdfgklmnpqrstxz")
OTHER_OPENING: Final = 0.2


def _opens_otherwise(kana: str, latin: str) -> bool:
    one, two = kana[:1], latin[:1]
    if one in _VOWEL_FIRST:
        return two in _NOT_A_VOWEL and not (one == "a" and kana[1:2] == two and (two != "n" or kana[2:3] == two))
    return one in _NOT_A_VOWEL and two in _VOWEL_FIRST


#: Kana that is less alike than this is not read again in other ways.
_HOPE: Final = 0.4


def plain_loose(a: Token, b: Token) -> float:
    """One side is written without vowels, or with vowels that are not the name's: consonants decide, vowels help."""
    if a.script == "arabic" or b.script == "arabic" or a.script == "hebrew" or b.script == "hebrew":
        return _abjad(a, b) if a.script in ("arabic", "hebrew") else _abjad(b, a)
    if a.script not in LOOSE:
        a, b = b, a
    if b.script == "hangul":
        one, two = korean_kana(a.text), korean_kana(b.text)
        if one == two:
            return SAME_FOLD
        return min(KOREAN_LATIN * _osa(one, two), _kana(a.text, a.skeleton, b.text, b.skeleton))
    alike = _kana(a.text, a.skeleton, b.text, b.skeleton)
    if _HOPE < alike < 0.9 and a.script == "kana":
        # Japanese has no ti, di, tu, si: what stands for them is read back
        text = (
            a.text.replace("chi", "ti")
            .replace("cha", "tia")
            .replace("chu", "tu")
            .replace("cho", "tio")
            .replace("tsu", "tu")
            .replace("ji", "di")
            .replace("je", "de")
            .replace("shi", "si")
        )
        if text != a.text:
            alike = max(alike, _kana(text, skeleton(text), b.text, b.skeleton))
    if _HOPE < alike < 0.9:
        # English: er, or, ur are one long vowel (purpose, パーパス), and g before e or i is soft (regiment)
        text = ENGLISH_R.sub("a", b.text).replace("ge", "je").replace("gi", "ji")
        if text != b.text:
            alike = max(alike, ENGLISH * _kana(a.text, a.skeleton, text, skeleton(text)))
    if a.script == "kana" and _opens_otherwise(a.text, b.text):
        return max(0.0, alike - OTHER_OPENING)
    return alike


#: One long vowel of English, where no vowel follows.
ENGLISH_R: Final = re.compile(r"[aeiou]+r(?=[^aeiouyr]|$)")


def _kana(text: str, bones1: str, latin: str, bones2: str) -> float:
    # f and h are one sound, and h leaves no consonant; a skeleton that is empty has the head of its word
    x = "" if bones1[0] == "=" else bones1.replace("f", "")
    y = "" if bones2[0] == "=" else bones2.replace("f", "")
    longest = max(len(x), len(y))
    bones = 1.0 if x == y else _osa(x, y)
    one, two = heard(text), heard(latin)
    vowels = (_jaro(one, two) + _osa(one, two)) / 2
    alike = 0.5 * bones + 0.5 * vowels
    if longest <= 1:
        return 1.0 if one == two else alike * 0.9
    # two consonants are many a word's: Ammar is not アーミル
    return min(1.0, alike + 0.1) if bones == 1.0 and vowels >= (0.6 if longest > 2 else 0.75) else alike


_VOWEL: Final = re.compile("[aeiou]+")
#: What Japanese hears where English writes another vowel first, and double letters that are one vowel.
_ENGLISH_VOWELS: Final = frozenset(["aia", "aii", "eia", "oua"])
_DOUBLE: Final = (("oo", "u"), ("ee", "i"))


def other_vowels(a: Token, b: Token) -> bool:
    """Whether a word in kana and one in Latin letters share two consonants at most, and begin or end with other vowels:
    Tema and タイマー (timer), Rossi and ロス (Ross); or three, and no vowel at all: Sever and ソボル (Sobol)."""
    if (a.script == "kana") == (b.script == "kana"):
        return False
    if a.script != "kana":
        a, b = b, a
    consonants_shared = max(len(a.skeleton), len(b.skeleton))
    if consonants_shared > 3:
        return False
    latin = b.text
    if consonants_shared == 3:
        return a.skeleton == b.skeleton and frozenset("aeiou").intersection(a.text).isdisjoint(latin)
    for double, single in _DOUBLE:
        latin = latin.replace(double, single)
    kana, latin = heard(a.text), heard(latin)
    one, two = _VOWEL.search(kana), _VOWEL.search(latin)
    if one is None or two is None:
        return False
    if one[0][0] != two[0][0] and one[0][:2] + two[0][0] not in _ENGLISH_VOWELS:
        return True
    # what ends in a consonant gets a u; nothing else does
    return kana[-1] == "u" and latin[-1] in "aio"


def _abjad(a: Token, b: Token) -> float:
    """``a`` is in Arabic or Hebrew letters: long vowels stand there and must be found in ``b``; short ones are free."""
    alike = _abjad_text(a.text, a.skeleton, a.fold, b)
    if alike < 0.95 and not EASTERN.isdisjoint(a.source):
        text = (
            a.text.replace("dh", "z").replace("th", "s").replace("d", "z")
            if "ض" in a.source
            else a.text.replace("dh", "z").replace("th", "s")
        )
        alike = max(alike, _abjad_text(text, skeleton(text), fold(text), b))
    if a.script == "arabic":
        # a vowel at the beginning and a long i at the end are always written, on both sides: Muhammad is not محمدی
        first, last, head = a.source[0], a.source[-1], b.text[0]
        if (head in "aeiou" and first not in _WRITTEN_FIRST) or (
            head not in "aeiouyhw" and first in "اأإآ" and len(a.text) > 2
        ):
            alike -= 0.12
        tail = b.text[-1]
        if last not in "يیىئېےه" if tail in "iy" else last in "يی" and tail not in "aeou":
            alike -= 0.12
    return alike


_WRITTEN_FIRST: Final = frozenset("اأإآٱعئءؤهحیيوےﷲ")


#: Letters that Persian, Dari, Pashto and Urdu read as z and s.
EASTERN: Final = frozenset("ضذظث")


def _abjad_text(text: str, x: str, folded: str, b: Token) -> float:
    y = b.skeleton
    bones = 1.0 if x == y else _osa(x, y)
    if bones < 0.5:
        return 0.0
    fine1, fine2 = consonants(text), consonants(b.text)
    fine = 1.0 if fine1 == fine2 else _osa(fine1, fine2)
    written = folded.replace("v", "u").replace("e", "i")
    spelled = b.fold.replace("v", "u").replace("o", "u").replace("e", "i")
    found = _lcs(written, spelled) / max(1, len(written))
    alike = 0.35 * bones + 0.35 * fine + 0.3 * found * found
    if max(len(x), len(y)) <= 2:
        alike -= 0.04 if bones == fine == found == 1.0 else 0.15
    return alike


def heard(text: str) -> str:
    """As Japanese hears it: one sound for l and r, v and b, f and h; nothing doubled."""
    if native is not None and (quickly := native.heard(text)) is not None:
        return quickly
    return plain_heard(text)


@lru_cache(maxsize=8192)
def plain_heard(text: str) -> str:
    """The same in Python."""
    return (
        text.replace("l", "r").replace("v", "b").replace("f", "h").replace("th", "s").replace("kh", "h").replace("ph", "h").replace("ng", "n")
        .replace("ou", "u").replace("q", "k").replace("ck", "k").replace("y", "i").replace("rr", "r").replace("ss", "s").replace("tt", "t").replace("mm", "m")
    )  # fmt: skip
