"""Parts of people's names that are written together or apart, and names that are Korean though in Latin letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from sekisho.names.words import nicknames

#: "… of religion" written apart, after its article: Badr al-Din. Without an article it is a name of its own.
RELIGION: Final = frozenset(["din", "dine", "deen", "deene"])
#: "Servant of God" written apart: Abd Allah, Abdul Lah.
GOD: Final = frozenset(["allah", "ullah", "llah", "lah"])
_RELIGION: Final = re.compile(r"(?<=...)(?:[aeu]dd(?:i|ee)ne?|[aeu]d(?:ine|een|eene)|[eu]ld(?:i|ee)ne?|ald(?:in|een))$")
_GOD: Final = re.compile(r"(?<=...)(?:[uao]llah|ulla)$")
#: Shorter words have no tail.
_WITH_TAIL: Final = 7


def one_tail(word: str) -> str:
    """The word with its tail in one spelling: ``badreddine`` is ``badruddin``, ``hayatollah`` ``hayatullah``."""
    if len(word) < _WITH_TAIL or word.startswith("abd"):
        return word
    return _GOD.sub("ullah", _RELIGION.sub("uddin", word))


#: How a word with a tail may end.
TAILS: Final = ("llah", "ulla", "din", "dine", "deen", "deene")
#: Shorter words are no short form.
_SHORT: Final = 4


def without_tail(word: str) -> str:
    """The name that a tail was hung on: ``saidullah`` is ``said``; empty where there is none, or too little is left."""
    if len(word) < _WITH_TAIL:
        return ""
    short = _GOD.sub("", _RELIGION.sub("", word))
    return short if _SHORT <= len(short) < len(word) else ""


#: One letter for i, e, ai and ay, one for u, o, aw and au: what dialects make of one vowel (Sayf, Seif; Fawz, Foz).
_BROAD: Final = re.compile(r"[ae]?[iy]+e?|e+|[ao]?[uw]+|o+a?|a+")
#: Longer words are alike by their letters, whatever one vowel is.
_WRITTEN_BROADLY: Final = 8
#: Endings of family names and patronymics that Russian, Ukrainian and Belarusian share.
_EASTERN: Final = re.compile(r"(?:[oea][vuw]|[ae]nk[oa]|[oea]vich|[oea]vych|[oea][vu]na|sk[aiy]+|[yi]n|[aeiou]k|ch)$")
#: What they write for one another: Karpenkov, Karpiankou.
_EASTERN_LETTERS: Final = (
    (re.compile(r"(?<![ksczpt])h"), "g"),
    (re.compile(r"^u(?=[^aeiouy])|(?<=[aeioy])[uw](?![aeiouy])"), "v"),
    (re.compile(r"dz(?=[ieay])"), "d"),
    (re.compile(r"ts(?=[ie])"), "t"),
    (re.compile(r"[iyj]+[aeo]|e"), "e"),
    (re.compile(r"[iyj]+"), "i"),
    (re.compile(r"[oa]+"), "a"),
    (re.compile(r"(.)\1+"), r"\1"),
)
_EASTERN_SHORTEST: Final = 6
_NONE: Final[frozenset[str]] = frozenset()


#: What is no name but a short form, of a legal form for one: Pte, Pty.
_VOWELLESS: Final = re.compile("[^aeiou]+.$")


def families(word: str, vowels: bool = True) -> frozenset[str]:
    """What a word of a person's name is a form of: given names that it is short for, its spelling with broad vowels, and
    its Russian spelling. Two words with one of these in common are taken for one (see ``similar``), and found.
    ``vowels``: whether its script writes them."""
    known = nicknames().get(word, _NONE)
    if not vowels:
        return known
    if 2 < len(word) <= _WRITTEN_BROADLY and not _VOWELLESS.match(word):
        broad = _BROAD.sub(_broad, word)
        if len(broad) < _EASTERN_SHORTEST:
            known |= {"~" + broad}
    if len(word) >= _EASTERN_SHORTEST and _EASTERN.search(word):
        for pattern, letter in _EASTERN_LETTERS:
            word = pattern.sub(letter, word)
        known |= {"^" + word}
    return known


def _broad(vowels: re.Match[str]) -> str:
    text = vowels[0]
    return "a" if text[0] == text[-1] == "a" else "i" if text[-1] in "iye" else "u"


#: One or two Korean syllables in any romanisation.
_SYLLABLES: Final = re.compile(
    r"(?:(?:kk|k|g|n|tt|d|t|r|l|m|bb|b|pp|p|ss|sh|s|ch|jj|j|h)?[yw]?(?:ae|oe|eo|eu|ui|oo|ee|ou|wo|[aeiou])"
    r"(?:ng|[kgntdlrmpbh])?){1,2}"
)
#: Korean family names that are not Chinese ones too.
_FAMILIES: Final = frozenset(
    ["kim", "ri", "rhee", "pak", "park", "bak", "choe", "choi", "jong", "jeong", "chon", "chong", "chung", "kang", "cho", "jo", "yun", "yoon", "paek", "baek",
     "mun", "moon", "shin", "sin", "ryu", "hwang", "ahn", "rim", "im", "kwon", "kwak", "ryang", "hyon", "hyun", "jang", "jon", "jeon", "pyon", "kye",
     "cha", "chu", "joo", "ro", "roh", "ra", "ku", "koo", "ko", "o", "oh"]
)  # fmt: skip


def korean(words: Sequence[str]) -> bool:
    """A Korean name in Latin letters: a family name, and nothing but Korean syllables."""
    if not 2 <= len(words) <= 4 or _FAMILIES.isdisjoint(words):
        return False
    return all(_syllables(word) for word in words)


@lru_cache(maxsize=8192)
def _syllables(word: str) -> bool:
    return _SYLLABLES.fullmatch(word) is not None
