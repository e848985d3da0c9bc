"""Names of the substances that Japan's export law lists, as terms of their items: in Japanese as the ordinances write them,
and in other languages where our own list (``vocabulary/substances.txt``) knows them.

METI Ordinance 15/2022 art. 1 lists those of Table 2-3 item 1-2(イ), the Goods Ordinance art. 2 those of Table 1 row 3(1). A name
that stands for a class ("アルキル基の炭素数が三以下であるもの") is no name that goods bear, and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from importlib import resources

from sekisho.goods.substances import CHEMICAL, key

_ENTRY = re.compile(r"^ *- [^\u3000]+\u3000(.+)$", re.MULTILINE)
_CLASS = re.compile(r"に限る|であって|化合物$|アルキル基|次のいずれか|を含む混合物")
_ALSO = re.compile(r"（別名([^）]+)）")
_AND_SALTS = re.compile(r"(?:及び|並びに)その.*塩類$")
_LANGUAGES = ("en", "zh", "ru", "ja")


def of_2_3(article: str) -> list[str]:
    """The substances of item 1-2(イ): article 1 of METI Ordinance 15/2022."""
    return list(_names(article))


def of_table_1(goods_ordinance: str) -> list[str]:
    """The substances of row 3(1) in a text of the Goods Ordinance: paragraph 1 of its article 2."""
    article = goods_ordinance.partition("**第二条**")[2].partition("**２**")[0]
    return list(_names(article))


def terms(names: Iterable[str], since: date | None = None) -> dict[str, tuple[str, ...]]:
    """Terms of an item: language tag with the subtag of substances (and the day ``since``), and names in that language."""
    found: dict[str, dict[str, None]] = {}
    for name in names:
        found.setdefault("ja", {})[name] = None
        for language, others in _known().get(key(name), {}).items():
            found.setdefault(language, {}).update(dict.fromkeys(others))
    day = f"-{since:%Y%m%d}" if since else ""
    return {f"{language}{CHEMICAL}{day}": tuple(others) for language, others in sorted(found.items())}


def _names(article: str) -> Iterable[str]:
    for entry in _ENTRY.findall(article):
        text = _AND_SALTS.sub("", entry.strip())
        if _CLASS.search(text):
            continue
        also = _ALSO.search(text)
        yield _ALSO.sub("", text)
        if also:
            yield also.group(1)


@cache
def _known() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Key of a Japanese name: language, and the names in it."""
    file = resources.files("sekisho.reference").joinpath("vocabulary/substances.txt")
    known: dict[str, dict[str, tuple[str, ...]]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, _, rest = line.partition(": ")
        parts = [tuple(one.strip() for one in part.split(", ")) for part in rest.split(";")]
        known[key(name)] = dict(zip(_LANGUAGES, parts, strict=False))
    return known
