"""Folding and splitting of place names and addresses, for Latin, Cyrillic and Japanese writing.

Spellings of one name differ by system (Yevpatoriya, Evpatoria, Jewpatorija; ドネツク, ドネーツク). Folding brings the
members of a family to one key, so that tables hold a name once. It is used on both sides and never shown.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import Final

#: Letters that look alike; a word of two scripts is a Latin or a Cyrillic word with strangers in it.
_TO_LATIN: Final = str.maketrans("авсеһіјкморѕтху", "abcehijkmopstxy")
_TO_CYRILLIC: Final = str.maketrans("aeiopcxykmht", "аеіорсхукмнт")
_SPECIAL: Final = {
    "ß": "ss",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ð": "d",
    "ё": "е",
    "ґ": "г",
}
_APOSTROPHES: Final = frozenset("'`´’‘ʼʹ＇ʻ\"″“”„«»")
_BREAKS: Final = frozenset(",;\n\r\t|、，；。()（）[]/／")


class _Folding(dict[int, str]):
    """``str.translate`` table that works out each character once."""

    def __missing__(self, code: int) -> str:
        folded = self._fold(chr(code))
        if len(self) < 20_000:
            self[code] = folded
        return folded

    @staticmethod
    def _fold(char: str) -> str:
        if char in _SPECIAL:
            return _SPECIAL[char]
        if char in _BREAKS:
            return " , "
        if char in _APOSTROPHES or char in "・＝=":
            return ""
        category = unicodedata.category(char)
        if category in {"Mn", "Me", "Cf"}:
            return ""
        if category[0] in "PSZC":
            return char if char == "ー" else " "
        if char < "\u0250" or "\u1e00" <= char <= "\u1eff":
            return unicodedata.normalize("NFKD", char)[0]
        return char


_FOLDING: Final = _Folding()
_TOKEN: Final = re.compile(r",|\d+|[ァ-ヺー]+|[一-鿿々]+|[ぁ-ゖ]+|[^\W\d_ァ-ヿ一-鿿々ぁ-ゖ]+")


def fold(text: str) -> str:
    """Lower case, no accents, apostrophes or invisible characters; breaks (comma, line end, bracket) become `` , ``."""
    if "&" in text and "&#" in text:
        text = html.unescape(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return text.lower().translate(_FOLDING)


def tokens(text: str) -> list[str]:
    """Keys of the words, numbers and breaks of ``text`` in order. A break is ``,``."""
    return [key(word) for word in _TOKEN.findall(fold(text))]


@lru_cache(maxsize=16_384)
def key(word: str) -> str:
    """The folded form of one word as tables hold it."""
    first = word[0]
    if first == "," or first.isdigit():
        return word
    if word.isascii():
        return latin(word)
    if "ァ" <= first <= "ヿ":
        return katakana(word)
    if "\u4e00" <= first <= "\u9fff" or "ぁ" <= first <= "ゖ":
        return word
    ascii_letters = sum(1 for char in word if char.isascii())
    if ascii_letters:
        cyrillic = word.translate(_TO_CYRILLIC)
        if ascii_letters * 2 > len(word) or any("a" <= char <= "z" for char in cyrillic):
            return latin(word.translate(_TO_LATIN))
        return cyrillic
    return word


#: In this order: what the romanisations of Ukrainian and Russian write differently for one sound.
_LATIN_RULES: Final = (("kh", "h"), ("zhzh", "zh"), ("tz", "ts"), ("ts", "c"), ("ie", "e"), ("yo", "o"))


@lru_cache(maxsize=16_384)
def latin(word: str) -> str:
    """One form for the romanisations of a name: y = i = j, g = h = kh, w = v, ts = tz, double letters single."""
    out = word.translate(_SOUNDS)
    for old, new in _LATIN_RULES:
        if old in out:
            out = out.replace(old, new)
    return _DOUBLE.sub(r"\1", out).replace("ie", "e")


_SOUNDS: Final = str.maketrans("yjwg", "iivh")
_DOUBLE: Final = re.compile(r"(.)\1+")

_KATAKANA_RULES: Final = (
    ("ヴァ", "バ"), ("ヴィ", "ビ"), ("ヴェ", "ベ"), ("ヴォ", "ボ"), ("ヴ", "ブ"), ("イェ", "エ"), ("ー", ""), ("ツィ", "ツ"),
    ("チィ", "チ"), ("ティ", "チ"), ("ディ", "ジ"), ("ヂ", "ジ"), ("ウシク", "フスク"), ("シク", "スク"), ("ウカ", "フカ"),
    ("ウク", "フク"), ("ルイ", "リ"), ("ヌィ", "ヌイ"), ("イウ", "イフ"), ("リヤ", "リア"), ("シヤ", "シア"), ("ッ", ""),
)  # fmt: skip


def katakana(word: str) -> str:
    """One form for the ways to write a Slavic name in katakana (long vowels, ヴ or バ, -シク or -スク)."""
    for old, new in _KATAKANA_RULES:
        if old in word:
            word = word.replace(old, new)
    return word or "ー"
