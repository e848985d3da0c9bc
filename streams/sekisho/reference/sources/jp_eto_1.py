"""Japan's Export Trade Control Order: Appended Table 1, rows 1 to 15 by number, from the consolidated texts of e-Gov (Markdown).

The Order names the goods, the Goods Ordinance sets their specifications: its wording is each item's ``parameters``, as far as the
texts join the two (``jp_goods_ordinance``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from sekisho.errors import InputError
from sekisho.model import ControlCode, GoodsItem, Period
from sekisho.reference.loaded import LoadedList
from sekisho.reference.sources import goods_terms, jp_goods_ordinance, jp_substances
from sekisho.reference.sources.jp_eto import ACT, TABLE_1, TABLE_1_ROWS, enforced

#: The number whose substances the ordinance lists by name.
SUBSTANCES = "3(1)"


def load(orders: Iterable[Path], goods_ordinances: Iterable[Path] = ()) -> LoadedList:
    """Table 1 from the texts of the order, with the wording of the newest Goods Ordinance at hand.

    An item holds from the first text at hand that has it until the first later one that has it no more.
    """
    texts = sorted((enforced(path), path.read_text(encoding="utf-8")) for path in orders)
    if not texts:
        raise InputError("Table 1 needs a text of the Export Trade Control Order")
    ordinances = sorted((enforced(path), path.read_text(encoding="utf-8")) for path in goods_ordinances)
    periods: dict[str, list[Period]] = {}
    titles: dict[str, str] = {}
    numbers: dict[str, dict[str, str]] = {}
    for day, text in texts:
        present: set[str] = set()
        for row, cell in _rows(text):
            for number, written, title in list(_numbered(cell)) or [("", "", cell)]:
                item_id = f"{row}({number})" if number else row
                if title.strip() in {"削除", ""}:
                    continue  # a number that the law keeps empty
                present.add(item_id)
                titles[item_id] = title
                numbers.setdefault(row, {})[written] = item_id
                held = periods.setdefault(item_id, [])
                if not held or held[-1].until is not None:
                    held.append(Period(from_=day))
        for item_id, held in periods.items():
            if item_id not in present and held[-1].until is None:
                held[-1] = Period(from_=held[-1].from_, until=day)
    wordings = _wordings(ordinances[-1][1], titles, numbers) if ordinances else {}
    substances = list(dict.fromkeys(name for _, text in ordinances for name in jp_substances.of_table_1(text)))
    words = goods_terms.read(TABLE_1)
    items = []
    for item_id, held in periods.items():
        entry = words.get(item_id)
        terms = dict(entry.terms) if entry else {}
        if item_id == SUBSTANCES:
            terms |= jp_substances.terms(substances)
        items.append(
            GoodsItem(
                table_id=TABLE_1,
                item_id=item_id,
                title={"ja": titles[item_id], **({"en": entry.title} if entry else {})},
                validity=tuple(held),
                legal_basis=f"{ACT} Appended Table 1 row {item_id}; Goods Ordinance (貨物等省令)",
                control_codes=(ControlCode(TABLE_1, item_id),),
                terms=terms,
                parameters=wordings.get(item_id, titles[item_id]),
            )
        )
    return LoadedList(
        TABLE_1, "goods", texts[-1][0].isoformat(), "e-Gov 324CO0000000378, 403M50000400049", tuple(items)
    )


def _wordings(ordinance: str, titles: dict[str, str], numbers: dict[str, dict[str, str]]) -> dict[str, str]:
    """Item id to the ordinance's wording, row by row."""
    specified = jp_goods_ordinance.read(ordinance)
    found: dict[str, str] = {}
    for written, row in TABLE_1_ROWS.items():
        own = dict(sorted(((i, titles[i]) for i in numbers.get(row, {}).values()), key=lambda one: _order(one[0])))
        found |= jp_goods_ordinance.wordings(specified.get(written, []), own, numbers.get(row, {}))
    return found


def _order(item_id: str) -> list[int]:
    """``7(10-2)`` stands after ``7(10)`` and before ``7(11)``."""
    return [int(number) for number in re.findall(r"\d+", item_id)]


def _rows(text: str) -> Iterator[tuple[str, str]]:
    start = text.index("**別表第一**")
    for line in text[start : text.index("**別表第二**", start)].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if len(cells) >= 2 and (row := TABLE_1_ROWS.get(cells[0].strip())):
            yield row, cells[1]


def _numbered(cell: str) -> Iterator[tuple[str, str, str]]:
    """``（一の二）　無人航空機…`` as ``("1-2", "一の二", "無人航空機…")``; a reference such as ``五の項（十六）`` is no number."""
    marks = list(re.finditer(r"（([一二三四五六七八九十]+(?:の[二三四五])?)）\u3000", cell))
    for at, mark in enumerate(marks):
        end = marks[at + 1].start() if at + 1 < len(marks) else len(cell)
        number, _, branch = mark.group(1).partition("の")
        value = _small(number)
        yield (f"{value}-{_small(branch)}" if branch else str(value)), mark.group(1), cell[mark.end() : end].strip()


def _small(kanji: str) -> int:
    value = {kanji: at for at, kanji in enumerate("〇一二三四五六七八九")}
    tens, ten, ones = kanji.rpartition("十")
    return (value.get(tens, 1) * 10 if ten else 0) + (value[ones] if ones else 0)
