"""What is odd about a line: a description that names nothing, and one that its own HS code contradicts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from typing import Final

from sekisho.goods.text import is_cjk, stem

#: Words that say nothing of what goods are, alone or together, one or more a line.
_EMPTY_FILE: Final = "data/empty_words.txt"
#: The same in runs of kana and kanji: what remains when these are taken away says something.
_EMPTY_CJK: Final = re.compile(
    "スペアパーツ|スペア|パーツ|予備品|予備部品|交換部品|部分品|部品|附属品|付属品|サンプル|見本品|見本|試供品|商品|製品|貨物|物品|雑品|雑貨|荷物|"
    "一式|各種|その他|備品|用品|贈り物|ギフト|備件|备件|配件|零件|零部件|样品|樣品|货物|貨物|商品|产品|物品|礼品|其他|杂项|一批|"
    "機械|機器|設備|装置|器材|機材|材料|一般|混載|雑貨物|電子|電気|工業|産業|机械|机器|设备|设施|器械|装备|普通|普货|拼箱|拼货|散货|电子|电气|工业|元器件|元件|等|の|及び|と|用|品"
)

#: A chapter owns a word where at least this share of its uses in the nomenclature is there (data/chapter_words.txt).
#: One such word may be a metaphor or a material; two that agree are not.
_AGREEING: Final = 2


def describes(found: Iterable[str]) -> bool:
    """Whether the words of a description name goods at all."""
    empty, beginnings = _empty()
    for word in found:
        if is_cjk(word):
            if _EMPTY_CJK.sub("", word):
                return True
        elif len(word) < 2 or word.isdigit():
            continue
        elif empty.isdisjoint((word, stem(word))) and not word.startswith(beginnings):
            return True
    return False


def _text(name: str) -> str:
    return resources.files("sekisho.goods").joinpath(name).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _empty() -> tuple[frozenset[str], tuple[str, ...]]:
    """Whole words, and the beginnings that ``*`` marks."""
    lines = (line for line in _text(_EMPTY_FILE).splitlines() if not line.startswith("#"))
    found = [word for line in lines for word in line.split()]
    whole = frozenset(word for word in found if word[-1] != "*")
    return whole, tuple(word[:-1] for word in found if word[-1] == "*")


@lru_cache(maxsize=1)
def _owners() -> dict[str, frozenset[str]]:
    owners = {}
    for line in _text("data/chapter_words.txt").splitlines():
        if line and line[0] != "#":
            word, *chapters = line.split()
            owners[word] = frozenset(chapters)
    return owners


def contradiction(found: Iterable[str], digits: str) -> str | None:
    """A note where two or more words of the description belong to other chapters of the HS than the declared code's.

    The words are those that the nomenclature uses in few chapters only. Words of one's own chapter end the matter.
    """
    owners = _owners()
    against: dict[str, list[str]] = {}
    for word in dict.fromkeys(map(stem, found)):
        chapters = owners.get(word)
        if not chapters:
            continue
        if digits[:2] in chapters:
            return None
        for chapter in chapters:
            against.setdefault(chapter, []).append(word)
    if not against:
        return None
    chapter, said = max(against.items(), key=lambda one: (len(one[1]), one[0]))
    if len(said) < _AGREEING:
        return None
    return f"the description ({', '.join(said[:4])}) speaks of HS chapter {chapter}, the declared code {digits} is of chapter {digits[:2]}"
