"""Katakana words that hold several: letters of the alphabet by name (エーディーエフ is ADF), and a name with a word of trade
written behind or before it (イルクートコーポレーション). And signs that have slipped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from sekisho.names.words import KANA_LETTERS, Word

#: A word of trade of fewer letters than this is too often part of a name.
_SHORTEST_WORD: Final = 3
#: What is left of the name must be this long.
_SHORTEST_NAME: Final = 2
_LETTERS: Final = re.compile(
    "(?:" + "|".join(sorted((k for k, v in KANA_LETTERS.items() if len(v) == 1), key=len, reverse=True)) + "){2,}"
)
_LETTER: Final = re.compile(
    "|".join(sorted((k for k, v in KANA_LETTERS.items() if len(v) == 1), key=len, reverse=True))
)


#: A small sign or a long vowel where it cannot stand: at the head of a word; one of ya, yu, yo behind a syllable that has no i.
_MISPLACED: Final = re.compile(
    "(?<![ァ-ヺー])[ァィゥェォャュョー]|(?<=[アウエオカクケコサスセソタツトナヌネノハホマムメモラルレロン])[ャュョ]"
)
_MOST_MISPLACED: Final = 2


def mended(text: str) -> list[str]:
    """The text with a sign that cannot stand where it does in each place beside it: ピータ・ーガデット, アルチムョ."""
    places = [found.start() for found in _MISPLACED.finditer(text)][:_MOST_MISPLACED]
    # before what stands before it, and behind what stands behind it
    texts = [
        text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        for place in places
        for at in (place - 1, place)
        if 0 <= at < len(text) - 1
    ]
    return [one for one in texts if not _MISPLACED.search(one)]


@lru_cache(maxsize=8192)
def letters(word: str) -> str:
    """``adf`` of エーディーエフ; empty where a word is not made of the names of letters alone."""
    if not _LETTERS.fullmatch(word):
        return ""
    return "".join(KANA_LETTERS[name] for name in _LETTER.findall(word))


def split(word: str, known: Mapping[str, Word]) -> list[str]:
    """The word cut into words that are known and what is left; the longest known word first, from the end and the head;
    a particle (フォン, von) ends no name."""
    for length in range(len(word) - _SHORTEST_NAME, _SHORTEST_WORD - 1, -1):
        head, tail = word[:-length], word[-length:]
        if tail in known and known[tail].kind != "particle":
            return [*split(head, known), tail]
        if word[:length] in known and length > _SHORTEST_WORD:
            return [word[:length], *split(word[length:], known)]
    return [word]
