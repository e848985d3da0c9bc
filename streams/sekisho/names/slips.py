"""How few slips may lie between two words, and by what words so near are found: their letters' signatures, and what is left of
them without a letter or two."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sekisho.names.similar import REORDERED, SWAPPED

#: How alike a word must be to lead to a name: below, the other words of the name must lead there.
LEADS: Final = 0.7
#: A letter's first bit, and the bit of its second time; what is no Latin letter shares the last twelve.
_FIRST: Final = {chr(97 + at): 1 << at for at in range(26)}
_SECOND: Final = {1 << at: 1 << at + 26 for at in range(26)}


def signature(word: str) -> int:
    """64 bits: which letters a word has, and which of them twice. One edit changes one bit, a changed letter two."""
    found = 0
    for char in word:
        bit = _FIRST.get(char) or 1 << 52 + ord(char) % 12
        found |= _SECOND.get(bit, bit) if found & bit else bit
    return found


def neighbours(word: str) -> int:
    """64 bits: which letters follow each other. One edit changes three bits, a changed letter four, a swap six."""
    found = 0
    before = 0
    for char in word:
        code = ord(char)
        found |= 1 << (before * 7 + code * 31 & 63)
        before = code
    return found


def slips(length: int) -> int:
    """How many slips a pair of words may have, the longer of which has so many letters, to lead to a name.

    A slip in four letters makes another word (see ``similar.letters``).
    """
    return int((1.0 - LEADS) * length + 1e-9) if length > 4 else 0


def shortened(word: str) -> Iterable[str]:
    """The word itself and what is left without one or two of its letters, as many as slips are allowed it."""
    length = len(word)
    if length < 5:
        # no slip, but a swap
        return (word, "".join(sorted(word))) if length > 2 else (word,)
    once = [word[:at] + word[at + 1 :] for at in range(length)]
    if length < 7:
        return {word, *once}
    return {
        word,
        *once,
        *[less[:at] + less[at + 1 :] for cut, less in enumerate(once) for at in range(cut, length - 1)],
    }


def reordered(one: str, two: str, alike: float) -> float:
    """As the score has it: letters that changed places are less than a slip."""
    if REORDERED <= alike < 1.0 and len(one) == len(two) and sorted(one) == sorted(two):
        return 1.0 - SWAPPED * (1.0 - alike)
    return alike
