"""Parts of people's names that are written together or apart, and names that are Korean though in Latin letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

#: "… of religion" written apart, after its article: Badr al-Din. Without an article it is a name of its own.
RELIGION = frozenset(["din", "dine", "deen", "deene"])
#: "Servant of God" written apart: Abd Allah, Abdul Lah.
GOD = frozenset(["allah", "ullah", "llah", "lah"])
_RELIGION = re.compile(r"(?<=...)(?:[aeu]dd(?:i|ee)ne?|[aeu]d(?:ine|een|eene))$")
_GOD = re.compile(r"(?<=...)(?:[uao]llah|ulla)$")
#: Shorter words have no tail.
_WITH_TAIL = 7


def one_tail(word: str) -> str:
    """The word with its tail in one spelling: ``badreddine`` is ``badruddin``, ``hayatollah`` ``hayatullah``."""
    if len(word) < _WITH_TAIL or word.startswith("abd"):
        return word
    return _GOD.sub("ullah", _RELIGION.sub("uddin", word))


#: One or two Korean syllables in any romanisation.
_SYLLABLES = re.compile(
    r"(?:(?:kk|k|g|n|tt|d|t|r|l|m|bb|b|pp|p|ss|sh|s|ch|jj|j|h)?[yw]?(?:ae|oe|eo|eu|ui|oo|ee|ou|wo|[aeiou])"
    r"(?:ng|[kgntdlrmpbh])?){1,2}"
)
#: Korean family names that are not Chinese ones too.
_FAMILIES = frozenset(
    ["kim", "ri", "rhee", "pak", "park", "bak", "choe", "choi", "jong", "jeong", "chong", "chung", "kang", "cho", "jo", "yun", "yoon", "paek", "baek",
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
