"""The Goods Ordinance (貨物等省令): the specifications of the goods of Appended Table 1, as the wording of each number of the table.

Articles 1 to 14 follow the table's rows 2 to 15. Where a paragraph names the table's number (rows 3, 3-2 and 14) its wording is
that number's. Elsewhere the items of an article have numbers of their own, and the law joins the two by their words alone:
an item belongs to the number whose title it repeats. An item that repeats none well enough is given to no number; such a
number keeps the title of the Order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

_ARTICLE = re.compile(r"^\*\*第[一二三四五六七八九十]+条(?:の[二三])?(?:（[^）]*）)?\*\*\u3000(.*)$")
_PARAGRAPH = re.compile(r"^\*\*[０-９]+\*\*\u3000(.*)$")
_ROW = re.compile(
    r"別表第一の([一二三四五六七八九〇]+(?:の[二三])?)の項(?:（([一二三四五六七八九十]+(?:の[二三])?)）)?"
)
_ITEM = re.compile(r"^- ([一二三四五六七八九十]+(?:の[二三四五六七八九])*)\u3000(.*)$")
_BRACKETS = re.compile(r"（[^（）]*(?:（[^（）]*）[^（）]*)*）")
#: What follows a noun that is over.
_ENDS = re.compile("であって|又は|若しくは|うち|、|$")
_POINTS = re.compile(r"[１-９]\u3000?")

#: Share of a title's pairs of characters that an item must repeat.
ENOUGH = 0.6
#: How far apart the two may stand in their rows: the ordinance follows the table's order, with small exceptions.
NEAR = 0.2
#: Pairs of characters that more titles of a row have say little (``ロケット又は無人航空機に使用することができる``).
_COMMON = 2
#: Characters of a title that an item may begin with.
_WHOLE = 4
#: Pairs that a title needs to be told by them.
_LEAST = 2


class Item(msgspec.Struct, frozen=True):
    """One item of an article: its number there, and its whole wording; ``of`` is the table's number where the text says it."""

    article: str
    number: str
    wording: str
    of: str | None = None


def read(text: str) -> dict[str, list[Item]]:
    """Row of Table 1 (as the law writes it, ``三の二``) to the items that specify its goods, in their order."""
    rows: dict[str, list[Item]] = {}
    row, of, article = "", None, ""
    found: tuple[str, list[str]] | None = None

    def close() -> None:
        if found is not None and row:
            rows.setdefault(row, []).append(Item(article, found[0], "\n".join(found[1]), of))

    for line in text.splitlines():
        start = _ARTICLE.match(line)
        paragraph = _PARAGRAPH.match(line)
        if start or paragraph or line.startswith("## "):
            close()
            found = None
            said = (start or paragraph)[1] if start or paragraph else ""  # type: ignore[index]
            named = _ROW.search(said) if "外為令別表" not in said else None
            if named is None:
                row, of = "", None
                continue
            row, of = named[1], named[2]
            if start:
                article = (
                    line[2 : line.index("条")]
                    + "条"
                    + (line[line.index("条") + 1 :][:2] if "条の" in line[:20] else "")
                )
            if of is not None:
                found = ("", [said])
            continue
        if not row or not line.strip():
            continue
        top = _ITEM.match(line)
        if top and of is None:
            close()
            found = (top[1], [top[2]])
        elif found is not None:
            found[1].append(line.rstrip())
    close()
    return rows


def wordings(items: Sequence[Item], titles: Mapping[str, str], numbers: Mapping[str, str]) -> dict[str, str]:
    """Item id of the table to the wording of the ordinance. ``titles``: item id to the Order's words, of one row;
    ``numbers``: the law's number (``十の二``) to the item id."""
    told: dict[str, list[str]] = {}
    pairs = _telling(titles)
    joined: list[str | None] = [
        numbers.get(item.of) if item.of is not None else _begun(item, titles) or _nearest(item, at / len(items), pairs)
        for at, item in enumerate(items)
    ]
    if len(titles) == 1:
        joined = [*titles] * len(items)
    for item, item_id in zip(items, joined, strict=True):
        if item_id is not None and item.wording.strip() != "削除":
            told.setdefault(item_id, []).append(f"{item.number}　{item.wording}".strip())
    return {item_id: "\n".join(parts) for item_id, parts in told.items()}


def _begun(item: Item, titles: Mapping[str, str]) -> str | None:
    """The number whose whole title the item begins with, and nothing more of the noun; of several the longest."""
    said = _without_no(item.wording.partition("\n")[0])
    begun = [
        (len(title), item_id)
        for item_id, words in titles.items()
        if len(title := _without_no(words)) >= _WHOLE and said.startswith(title) and _ENDS.match(said, len(title))
    ]
    return max(begun)[1] if begun else None


def _without_no(text: str) -> str:
    return re.sub(r"[\sの]", "", _plain(text))


def _nearest(item: Item, place: float, pairs: Mapping[str, list[set[str]]]) -> str | None:
    """The number whose title the item's first words repeat, of those that stand near ``place`` (0 to 1) in the row.

    Of several the one that leaves least over on either side: ``集積回路`` stands in many titles.
    """
    said = _pairs(_plain(item.wording.partition("\n")[0]))
    best, found = 0.0, None
    for at, (item_id, parts) in enumerate(pairs.items()):
        if abs(at / len(pairs) - place) > NEAR:
            continue
        for part in parts:
            both = len(part & said)
            if both >= ENOUGH * len(part) and (alike := 2 * both / (len(part) + len(said))) > best:
                best, found = alike, item_id
    return found


def _telling(titles: Mapping[str, str]) -> dict[str, list[set[str]]]:
    """The pairs of characters of each title and of each point in it, without those that many titles of the row have."""
    common = Counter(pair for title in titles.values() for pair in _pairs(_plain(title)))
    return {
        item_id: [
            pairs
            for part in _parts(title)
            if len(pairs := {pair for pair in _pairs(part) if common[pair] <= _COMMON}) >= _LEAST
        ]
        for item_id, title in titles.items()
    }


def _parts(title: str) -> Iterator[str]:
    """The title, and each of the points that it lists."""
    plain = _plain(title)
    yield plain
    points = _POINTS.split(plain)
    if len(points) > 1:
        yield from points[1:]


def _plain(text: str) -> str:
    return _BRACKETS.sub("", text).replace("つて", "って")


def _tight(text: str) -> str:
    return re.sub(r"[\s、。・の]|又は|若しくは|その|これら|に掲げるもの|であって|次", "", text)


def _pairs(text: str) -> set[str]:
    tight = _tight(text)
    return {tight[at : at + 2] for at in range(len(tight) - 1)}
