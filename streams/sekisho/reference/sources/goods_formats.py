"""The goods tables among the official files: how each is recognised and what it gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sekisho.reference.loaded import LoadedList
from sekisho.reference.sources import chpl, jp_chip_23, jp_eto, jp_eto_1, us_ccl
from sekisho.reference.sources.file import Format, SourceFile

_ORDER = b"324CO0000000378"
_ORDINANCE = b"504M60000400015"
_GOODS_ORDINANCE = b"403M50000400049"


def _is_statute(file: SourceFile) -> bool:
    return file.head.startswith(b"---") and any(
        b'identifier: "' + law in file.head for law in (_ORDER, _ORDINANCE, _GOODS_ORDINANCE)
    )


def _statutes(files: Sequence[SourceFile]) -> Iterator[LoadedList]:
    orders = [file.path for file in files if b'identifier: "' + _ORDER in file.head]
    ordinances = [file.path for file in files if b'identifier: "' + _ORDINANCE in file.head]
    goods = [file.path for file in files if b'identifier: "' + _GOODS_ORDINANCE in file.head]
    if orders:
        yield jp_eto_1.load(orders, goods)
    if ordinances:
        yield jp_eto.load_2_3(orders, ordinances, goods)


STATUTES = Format(
    "consolidated texts of Japan's Export Trade Control Order, METI Ordinance 15/2022 and Goods Ordinance",
    _is_statute,
    _statutes,
)
CHIPS = Format(
    "table of Japan's 23 items (n, clause, category, text_ja)",
    lambda file: file.first_line.startswith("n,clause (goods ordinance"),
    lambda files: (jp_chip_23.load(file.path) for file in files),
)
CCL = Format(
    "Commerce Control List in JSON",
    lambda file: (
        file.head.lstrip().startswith(b"{") and b"Commerce Control List" in file.head and b'"eccn"' in file.head
    ),
    lambda files: (us_ccl.load(file.path) for file in files),
)
CHPL = Format(
    "Common High Priority List (tier, hs6)",
    lambda file: file.first_line.startswith("tier,hs6"),
    lambda files: (chpl.load(file.path) for file in files),
)
FORMATS: tuple[Format, ...] = (STATUTES, CHIPS, CCL, CHPL)
