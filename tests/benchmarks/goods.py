"""Speed of the goods index: CPU microseconds a line, against all tables, beside a baseline of the same run.

``python -m tests.benchmarks.goods``. All tables are the bundled ones and, with the reference data beside the repository, Table 1
and the Commerce Control List. A line never seen before: description, HS code and control code that no cache holds.
The baseline looks for every term of every item as a substring: what a first attempt would do.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence

from sekisho.goods import GoodsIndex
from sekisho.goods.text import fold
from sekisho.model import ControlCode, GoodsItem, GoodsLine
from sekisho.reference import bundled
from sekisho.reference.sources import jp_eto_1, us_ccl
from tests.accuracy.goods import SHARED, rows
from tests.benchmarks.heading import heading

#: The promise of this room: mean CPU of a line never seen before.
BUDGET_US = 80.0
LINES = 6000


def lines(count: int) -> list[GoodsLine]:
    """Lines of two descriptions each, made different from one another by a number; every fourth declares codes."""
    texts = [row["description"] for name in ("goods_controlled.csv", "goods_everyday.csv") for row in rows(name)]
    pick = random.Random(1)
    made = []
    for number in range(count):
        text = f"{pick.choice(texts)}, lot {number}"
        codes = (ControlCode("jp-eto-2-3", f"2({number % 85 + 1})"),) if number % 4 == 0 else ()
        made.append(
            GoodsLine(number, text, hs_code=f"{pick.randrange(1000, 9700)}{number % 100:02}", control_codes=codes)
        )
    return made


def microseconds(call: Callable[[GoodsLine], object], over: Sequence[GoodsLine]) -> float:
    """Mean CPU microseconds a call."""
    begin = time.process_time()
    for line in over:
        call(line)
    return (time.process_time() - begin) / len(over) * 1e6


def main() -> None:
    """Prints the table."""
    lists = list(bundled.lists())
    if SHARED.is_dir():
        lists.append(us_ccl.load(SHARED / "us" / "ccl.json"))
        lists.append(jp_eto_1.load((SHARED / "japan" / "law").glob("324CO*.md")))
    items = [item for one in lists for item in one.records if isinstance(item, GoodsItem)]
    begin = time.process_time()
    index = GoodsIndex.build(items)
    built = time.process_time() - begin
    made = lines(LINES)
    microseconds(index.match, made[:200])
    fresh = microseconds(index.match, made[200:])
    cached = microseconds(index.match, made[-1000:])
    terms = [(fold(term), item) for item in items for found in item.terms.values() for term in found]

    def scan(line: GoodsLine) -> list[GoodsItem]:
        text = fold(line.description)
        return [item for term, item in terms if term in text]

    base = microseconds(scan, made[:300])
    heading("goods")
    print(f"{len(items)} items, {len(terms)} terms; built in {built * 1000:.0f} ms")
    print(
        f"  {'line never seen before':34}{fresh:8.1f} us  budget {BUDGET_US:.0f} us: {'kept' if fresh <= BUDGET_US else 'NOT KEPT'}"
    )
    print(f"  {'the same line again':34}{cached:8.1f} us")
    print(f"  {'baseline: each term as substring':34}{base:8.1f} us  ({base / fresh:.1f} times ours)")


if __name__ == "__main__":
    main()
