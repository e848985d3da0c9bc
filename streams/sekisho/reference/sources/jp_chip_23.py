"""Japan's 23 items of semiconductor manufacturing equipment of 23 July 2023, from a table of the clauses and their wording.

Columns ``n, clause (goods ordinance art. 6), category, text_ja``. Promulgated on 2023-05-23, in force two months later. The
first 22 are Goods Ordinance art. 6 item 17 (Table 1 row 7(16)), the last item 17-2 (row 7(17)). No HS code plays a part.
"""

from __future__ import annotations

import csv
import re
from datetime import date
from pathlib import Path

from sekisho.model import ControlCode, GoodsItem, Period
from sekisho.reference.loaded import LoadedList, Rejected
from sekisho.reference.sources import goods_terms
from sekisho.reference.sources.goods_terms import Entry

TABLE = "jp-chip-23"
PROMULGATED = date(2023, 5, 23)
IN_FORCE = date(2023, 7, 23)


def load(path: Path) -> LoadedList:
    """The 23 items; item ids are 1 to 23 in the order of the clauses."""
    words = goods_terms.read(TABLE)
    items: list[GoodsItem] = []
    rejected: list[Rejected] = []
    with path.open(encoding="utf-8-sig", newline="") as rows:
        for number, row in enumerate(csv.DictReader(rows), 2):
            item_id = (row.get("n") or "").strip()
            clause = (row.get("clause (goods ordinance art. 6)") or "").strip()
            wording = re.sub(r"^[\u30a0-\u30ff]\u3000", "", (row.get("text_ja") or "").strip())
            if not item_id.isdigit() or not clause or not wording:
                rejected.append(Rejected(f"line {number}", "needs a number, a clause and its text"))
                continue
            entry = words.get(item_id, Entry(""))
            row_of_table = "7(17)" if "17-2" in clause else f"7(16)-{clause[-1]}"
            items.append(
                GoodsItem(
                    table_id=TABLE,
                    item_id=item_id,
                    title={"ja": wording.partition("\n")[0], **({"en": entry.title} if entry.title else {})},
                    validity=(Period(from_=IN_FORCE, announced=PROMULGATED),),
                    legal_basis=f"Export Trade Control Order Appended Table 1 row {row_of_table[:5]}; Goods Ordinance (貨物等省令) art. 6 {clause}",
                    control_codes=(ControlCode(TABLE, item_id), ControlCode("jp-eto-1", row_of_table)),
                    terms=entry.terms,
                    parameters=wording,
                )
            )
    return LoadedList(
        TABLE, "goods", IN_FORCE.isoformat(), "Goods Ordinance art. 6 (2023-07-23)", tuple(items), tuple(rejected)
    )
