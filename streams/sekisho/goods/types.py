"""What the goods index answers with."""

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
