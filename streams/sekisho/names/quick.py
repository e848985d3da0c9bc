"""Whether the inner loops of this room run compiled (``_quick.c``) or as plain Python: the same answers, at another speed.

They are compiled when sekisho is installed where there is a C compiler. ``SEKISHO_PLAIN=1`` in the environment leaves
them aside.
"""

from __future__ import annotations

import importlib
import os
from array import array
from collections.abc import Callable, Sequence
from typing import Final, Protocol, cast

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract


class File(Protocol):
    """A frozen ``Postings``."""

    def get(self, key: int, /) -> list[int]: ...
    def ends(self, text: str, size: int, slips: float, step: int, crowd: int, /) -> list[int]: ...


class Texts(Protocol):
    """Words by their numbers."""

    def alike(self, word: str, numbers: list[int], least: float, /) -> list[tuple[int, float]]: ...


class Spellings(Protocol):
    """The words of a ``Lexicon``."""

    def like(self, word: str, swapped: float, /) -> list[tuple[int, float]]: ...


class Heard(Protocol):
    """``Sounds`` of a word of a query."""

    @property
    def classes(self) -> tuple[tuple[int, float], ...]: ...
    @property
    def sure(self) -> tuple[int, ...]: ...


class Ear(Protocol):
    """The files of a ``Lexicon``."""

    def hear(
        self, token: object, loose: bool, lines: list[str] | None, letters: str | None, wanted: str, /
    ) -> Heard: ...
    def also(self, known: Heard, heads: frozenset[str], /) -> Heard: ...


class Hits(Protocol):
    """What a ``Finder`` has found."""

    def __len__(self) -> int: ...


class Finder(Protocol):
    """The files of a ``Segment``, and what its records weigh."""

    def words(
        self,
        heard: list[Heard],
        weights: list[float],
        owns: list[bool],
        total: float,
        room: float,
        both: float,
        alone: float,
        /,
    ) -> Hits: ...
    def initials(self, hits: Hits, heard: list[Heard], letters: bytes, firsts: bytes, /) -> Hits: ...
    def wholes(
        self,
        joined: str,
        letters: str,
        written: str,
        end: int,
        kana_end: int,
        slips: float,
        step: int,
        crowd: int,
        least: float,
        most: int,
        counts: int,
        /,
    ) -> dict[int, int]: ...
    def ranked(
        self,
        hits: Hits,
        sure: dict[int, float],
        weights: list[float],
        same: list[float],
        near: list[float],
        initial: float,
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
_Texts = Texts
_Spellings = Spellings
_Heard = Heard
_Ear = Ear
_Finder = Finder


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
    def Texts(self, texts: list[str], /) -> _Texts: ...  # noqa: N802
    def Spellings(  # noqa: N802
        self, texts: list[str], leads: float, deleted: int, classes: array[int], loose: bytes, /
    ) -> _Spellings: ...
    def Heard(self, classes: tuple[tuple[int, float], ...], surely: float, most: int, /) -> _Heard: ...  # noqa: N802
    def Ear(  # noqa: N802
        self,
        spellings: _Spellings,
        heard_as: _File,
        bones: _File,
        namesakes: _Texts,
        spoken: _Texts,
        numbers: dict[str, int],
        rows: Sequence[object],
        closely: Callable[..., float],
        likenesses: tuple[float, ...],
        counts: tuple[int, ...],
        /,
    ) -> _Ear: ...
    def Finder(  # noqa: N802
        self,
        pairs: _File,
        alone: _File,
        letters: _File,
        whole: _File,
        joined: _Texts,
        all_letters: _Texts,
        written: _Texts,
        company: bytes,
        initialled: bytes,
        weights: array[float],
        persons: bytes,
        /,
    ) -> _Finder: ...
    def across(self, one: object, two: object, /) -> float | None: ...
    def anagram(self, word: str, /) -> str | None: ...
    def fold(self, word: str, /) -> str | None: ...
    def key(self, word: str, /) -> str | None: ...
    def letter_key(self, word: str, /) -> str | None: ...
    def consonants(self, word: str, /) -> str | None: ...
    def skeleton(self, word: str, /) -> str | None: ...
    def heard(self, word: str, /) -> str | None: ...


def _compiled() -> Native | None:
    if os.environ.get("SEKISHO_PLAIN"):
        return None
    try:
        return cast(Native, importlib.import_module("sekisho.names._quick"))
    except ImportError:
        return None


#: The compiled module; None: plain Python runs. What is built once keeps to what was so when it was built.
native: Final[Native | None] = _compiled()


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
