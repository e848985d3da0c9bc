"""What the goods index answers with, and what its parts tell one another."""

from __future__ import annotations

from typing import Literal

import msgspec

from sekisho.model import Evidence, GoodsItem
from sekisho.model.alert import Grade

Via = Literal["code", "hs", "words"]


class GoodsMatch(msgspec.Struct, frozen=True, gc=False):
    """One item that a goods line meets.

    ``certain``: a declared control code is; an HS code only where the law defines the item by HS codes and the code
    says enough; words never are. ``periods`` are the indices into ``item.validity`` that the line meets, whatever their
    dates and value limits. ``score`` ranks (0 to 1); it is not a probability.
    """

    item: GoodsItem
    via: Via
    score: float
    grade: Grade
    certain: bool
    periods: tuple[int, ...]
    evidence: tuple[Evidence, ...]


class GoodsResult(msgspec.Struct, frozen=True, gc=False):
    """All items a line meets, best first, and what is odd about the line.

    ``described``: the line says what the goods are, by a control code or by a description that is more than
    ``spare parts`` or ``samples``.
    """

    matches: tuple[GoodsMatch, ...]
    notes: tuple[str, ...]
    described: bool


class Token(msgspec.Struct, frozen=True, gc=False):
    """One recognised word or phrase: its concept (or its own stem), the text as it stood, and whether it was mended."""

    concept: str
    text: str
    mended: bool = False


class Word(msgspec.Struct, frozen=True, gc=False):
    """What a word of a text is by itself, and the phrases that begin with it."""

    stem: str
    tokens: tuple[Token, ...]
    begins: tuple[tuple[tuple[str, ...], str], ...]


class Pattern(msgspec.Struct, frozen=True, gc=False):
    """One term of one item, as concepts."""

    item: int
    concepts: frozenset[str]
    term: str
    #: of a description that meets it whole and unmended
    score: float
    #: decoys that the term itself names: a protective apron is one
    owned: frozenset[str] = frozenset()


class Hit(msgspec.Struct, frozen=True, gc=False):
    """An item met by words: the best pattern, the words of the description that met it, and why not more."""

    item: int
    score: float
    term: str
    met: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    #: all of it stands in the purpose of other goods
    purpose: bool = False


class Substance(msgspec.Struct, frozen=True, gc=False):
    """A name as it stands in a text, and the items that it is of, each with its periods."""

    items: tuple[tuple[int, tuple[int, ...]], ...]
    name: str
    text: str
