"""The Common High Priority List of the partner countries: 50 six-digit HS codes in tiers (BIS, version of 2024-02-23).

It is guidance on what Russia seeks, not a prohibition: no measure rests on it by itself. Columns ``tier, hs6``.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from sekisho.goods import hs
from sekisho.model import GoodsItem, Period
from sekisho.reference.loaded import LoadedList, Rejected
from sekisho.reference.sources import goods_terms
from sekisho.reference.sources.goods_terms import Entry

TABLE = "chpl"
#: The version of the list with these 50 codes. When earlier versions took in which code is not told by it.
PUBLISHED = date(2024, 2, 23)


def load(path: Path) -> LoadedList:
    """One item a code; the item id is the code."""
    words = goods_terms.read(TABLE)
    by_code = {key.split()[0]: entry for key, entry in words.items()}
    items: list[GoodsItem] = []
    rejected: list[Rejected] = []
    with path.open(encoding="utf-8-sig", newline="") as rows:
        for number, row in enumerate(csv.DictReader(rows), 2):
            code = hs.normalise(row.get("hs6") or "")
            if code is None or len(code) != 6:
                rejected.append(Rejected(f"line {number}", f"HS code {row.get('hs6')!r} has not six digits"))
                continue
            entry = by_code.get(code, Entry(f"Goods of HS {code}"))
            items.append(
                GoodsItem(
                    table_id=TABLE,
                    item_id=code,
                    title={"en": entry.title},
                    validity=(Period(from_=PUBLISHED, hs_codes=(code,)),),
                    legal_basis=f"Common High Priority List, tier {(row.get('tier') or '').strip()} (guidance)",
                    terms=entry.terms,
                )
            )
    return LoadedList(
        TABLE, "goods", PUBLISHED.isoformat(), "BIS Common High Priority List", tuple(items), tuple(rejected)
    )
