"""Controlled goods: which items of which tables a line of goods meets, by its codes and by its words, and why."""

from sekisho.goods.index import GoodsIndex
from sekisho.goods.types import GoodsMatch, GoodsResult
from sekisho.goods.words import THRESHOLD

__all__ = ["THRESHOLD", "GoodsIndex", "GoodsMatch", "GoodsResult"]
