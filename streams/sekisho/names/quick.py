"""Whether the inner loops of this room run compiled (``_quick.c``) or as plain Python: the same answers, at another speed.

They are compiled when sekisho is installed where there is a C compiler. ``SEKISHO_PLAIN=1`` in the environment leaves
them aside.
"""

from __future__ import annotations

import importlib
import os
from array import array
from typing import Protocol, cast

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract


class File(Protocol):
    """A frozen ``Postings``."""

    def get(self, key: int, /) -> list[int]: ...
    def ends(self, text: str, size: int, apart: int, step: int, crowd: int, into: set[int], /) -> None: ...


class Texts(Protocol):
    """Words by their numbers."""

    def alike(self, word: str, numbers: list[int], least: float, /) -> list[tuple[int, float]]: ...
    def share(self, word: str, numbers: list[int], base: float, share: float, best: dict[int, float], /) -> None: ...


class Spellings(Protocol):
    """The words of a ``Lexicon``."""

    def like(self, word: str, swapped: float, /) -> list[tuple[int, float]]: ...
    def lead(self, word: str, swapped: float, loose: bool, best: dict[int, float], /) -> list[int]: ...


class Ranking(Protocol):
    """The records of a ``Segment``."""

    def ranked(
        self,
        hits: list[tuple[float, int, list[int]]],
        sure: dict[int, int],
        word_weights: list[float],
        total: float,
        person: bool,
        limit: int,
        share: float,
        conflict: float,
        lost: float,
        least: float,
        /,
    ) -> list[int]: ...


_File = File


class Native(Protocol):
    """``_quick.c``: what it makes of arrays and words, and its loops."""

    def File(  # noqa: N802 - a class
        self,
        firsts: array[int],
        keys: array[int],
        starts: array[int],
        numbers: array[int],
        flags: bytearray,
        buckets: int,
        down: int,
        spread: bool,
        /,
    ) -> _File: ...
    def Texts(self, texts: list[str], /) -> Texts: ...  # noqa: N802
    def Spellings(  # noqa: N802
        self, texts: list[str], leads: float, deleted: int, classes: array[int], loose: bytes, /
    ) -> Spellings: ...
    def Ranking(self, weights: array[float], persons: bytes, /) -> Ranking: ...  # noqa: N802
    def best_classes(self, best: dict[int, float], most: int, /) -> tuple[tuple[int, float], ...]: ...
    def pairs(
        self,
        file: _File,
        company: bytes,
        sounds: list[tuple[tuple[int, float], ...]],
        weights: list[float],
        owns: list[bool],
        room: float,
        both: float,
        found: list[tuple[float, int, list[int]]],
        /,
    ) -> None: ...
    def fold(self, word: str, /) -> str | None: ...
    def key(self, word: str, /) -> str | None: ...
    def letter_key(self, word: str, /) -> str | None: ...
    def consonants(self, word: str, /) -> str | None: ...
    def skeleton(self, word: str, /) -> str | None: ...


def _compiled() -> Native | None:
    if os.environ.get("SEKISHO_PLAIN"):
        return None
    try:
        return cast(Native, importlib.import_module("sekisho.names._quick"))
    except ImportError:
        return None


#: The compiled module; None: plain Python runs. What is built once keeps to what was so when it was built.
native: Native | None = _compiled()


def texts(words: list[str]) -> list[str] | Texts:
    """``words`` as ``alike`` wants them."""
    return native.Texts(words) if native is not None else words


def alike(word: str, words: list[str] | Texts, numbers: list[int], least: float) -> list[tuple[int, float]]:
    """Of these numbers of words those that are at least so alike, each with how alike (OSA, 0 to 1); in any order."""
    if not numbers:
        return []
    if not isinstance(words, list):
        return words.alike(word, numbers, least)
    found = extract(
        word, [words[at] for at in numbers], scorer=OSA.normalized_similarity, score_cutoff=least, limit=None
    )
    return [(numbers[at], alike) for _, alike, at in found]
