"""Accuracy of the goods index by words: ``python tests/accuracy/goods.py`` (part of ``make accuracy``).

The sets are our own. ``goods_controlled.csv``: trade-style descriptions with the item (or items, by ``|``) they are; found
means that one is among the first three. ``goods_everyday.csv``: ordinary goods; flagged means any item above the threshold.
Each row belongs to one half by the hash of its text, save those added while tuning, which are ``dev``: the vocabulary was
tuned on ``dev`` and never on ``held-out``. With the
reference data beside the repository, 1,000 headings of the Harmonized System outside the controlled codes are asked too.
"""

from __future__ import annotations

import csv
import hashlib
import random
import sys
from collections.abc import Iterable
from pathlib import Path

from sekisho.goods import GoodsIndex
from sekisho.model import GoodsItem
from sekisho.reference import bundled

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared" / "data"


def index() -> GoodsIndex:
    """The bundled tables."""
    return GoodsIndex.build(item for one in bundled.lists() for item in one.records if isinstance(item, GoodsItem))


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def half(row: dict[str, str]) -> str:
    """Rows that were written while tuning say ``dev`` themselves; the hash decides over the others."""
    return row["set"] or ("held-out" if hashlib.sha256(row["description"].encode()).digest()[0] % 2 else "dev")


def missed(goods: GoodsIndex, which: Iterable[dict[str, str]]) -> list[tuple[dict[str, str], list[str]]]:
    """Controlled rows whose item is not among the first three, with what was found."""
    result = []
    for row in which:
        found = [f"{m.item.table_id}/{m.item.item_id}" for m in goods.classify(row["description"], 3)]
        if not set(row["item"].split("|")) & set(found):
            result.append((row, found))
    return result


def flagged(goods: GoodsIndex, texts: Iterable[str]) -> list[tuple[str, str]]:
    """Texts with any item above the threshold, and the first of them."""
    result = []
    for text in texts:
        if found := goods.classify(text, 1):
            why = found[0].evidence[0]
            result.append((text, f"{found[0].item.table_id}/{found[0].item.item_id} ({why.query}: {why.entry})"))
    return result


def nomenclature(goods: GoodsIndex, data: Path) -> list[str]:
    """Descriptions of HS subheadings that no item of the bundled tables refers to, in any period."""
    codes = tuple({code for item in goods.items.values() for period in item.validity for code in period.hs_codes})
    with (data / "goods" / "hs2022.csv").open(encoding="utf-8", newline="") as file:
        return [
            row["description"]
            for row in csv.DictReader(file)
            if row["level"] == "6" and not row["hscode"].startswith(codes)
        ]


def main(show: bool) -> None:
    """Prints the table; with ``--errors`` the errors of the dev halves too."""
    goods = index()
    controlled, everyday = rows("goods_controlled.csv"), rows("goods_everyday.csv")
    print("Goods by words (bundled tables; own sets, split by hash)")
    for part in ("dev", "held-out"):
        own = [row for row in controlled if half(row) == part]
        errors = missed(goods, own)
        print(
            f"  controlled {part:9} found in top 3: {len(own) - len(errors):4} of {len(own):4}  {1 - len(errors) / len(own):.1%}"
        )
        plain = [row["description"] for row in everyday if half(row) == part]
        false = flagged(goods, plain)
        print(f"  everyday   {part:9} flagged:        {len(false):4} of {len(plain):4}  {len(false) / len(plain):.1%}")
        if show and part == "dev":
            print(*(f"    missed  {row['item']}: {row['description']} -> {found}" for row, found in errors), sep="\n")
            print(*(f"    flagged {text} -> {item}" for text, item in false), sep="\n")
    if SHARED.is_dir():
        texts = nomenclature(goods, SHARED)
        sample = random.Random(20230203).sample(texts, 1000)
        false = flagged(goods, sample)
        print(f"  HS nomenclature outside controlled codes, flagged: {len(false)} of 1000  {len(false) / 1000:.1%}")
        if show:
            print(*(f"    flagged {text} -> {item}" for text, item in false), sep="\n")


if __name__ == "__main__":
    main("--errors" in sys.argv)
