"""Names in Han characters: Chinese by pinyin, Japanese by their readings, Korean by the readings of hanja that lists use."""

from __future__ import annotations

import json
import zlib
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

#: Chinese family names of two characters; all others have one.
_DOUBLE: Final = frozenset(
    [
        "欧阳",
        "歐陽",
        "司马",
        "司馬",
        "上官",
        "诸葛",
        "諸葛",
        "司徒",
        "东方",
        "東方",
        "皇甫",
        "尉迟",
        "尉遲",
        "公孙",
        "公孫",
        "令狐",
        "慕容",
        "夏侯",
        "端木",
        "南宫",
        "南宮",
        "独孤",
        "獨孤",
    ]
)
#: Family names read otherwise than the character is elsewhere.
_FAMILY: Final = {"单": "shan", "單": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "朴": "piao", "查": "zha", "区": "ou", "區": "ou", "盖": "ge", "任": "ren", "尉": "wei", "翟": "zhai", "乐": "yue", "樂": "yue", "覃": "qin", "缪": "miao", "繆": "miao"}  # fmt: skip


@cache
def _pinyin_table() -> dict[int, str]:
    from pypinyin.constants import PINYIN_DICT

    table: dict[int, str] = PINYIN_DICT
    return table


@lru_cache(maxsize=16384)
def pinyin(char: str) -> str:
    """The most usual Mandarin reading of one character without its tone; empty if it has none."""
    import unicodedata

    reading = _pinyin_table().get(ord(char), "").split(",")[0]
    plain = "".join(c for c in unicodedata.normalize("NFD", reading) if not unicodedata.combining(c) or c == "\u0308")
    return unicodedata.normalize("NFC", plain).replace("ü", "u")


@cache
def _japanese() -> dict[str, dict[str, list[str]]]:
    data = files("sekisho.names").joinpath("data/japanese_names.json.z").read_bytes()
    return json.loads(zlib.decompress(data))  # type: ignore[no-any-return]


def japanese(name: str) -> list[tuple[str, ...]]:
    """The readings of a Japanese name in kanji, family name first; empty if the tables do not know its parts."""
    tables = _japanese()
    family, given = tables["family"], tables["given"]
    out: list[tuple[str, ...]] = []

    def short(reading: str) -> str:
        # passports write long vowels short
        return reading.replace("ou", "o").replace("oo", "o").replace("uu", "u")

    for cut in (2, 1, 3, 4):
        if cut < len(name) and name[:cut] in family and name[cut:] in given:
            out.extend((short(f), short(g)) for f in family[name[:cut]][:2] for g in given[name[cut:]][:6])
    if not out and name in family:
        out.extend((short(f),) for f in family[name])
    if not out and name in given:
        out.extend((short(g),) for g in given[name][:6])
    return out


def chinese(name: str) -> tuple[str, ...]:
    """Family and given name in pinyin: ``习近平`` is ``xi jinping``; longer texts a syllable a word."""
    if len(name) > 4:
        return tuple(p for p in map(pinyin, name) if p)
    cut = 2 if name[:2] in _DOUBLE and len(name) > 2 else 1
    family = _FAMILY.get(name[:cut]) or "".join(map(pinyin, name[:cut]))
    given = "".join(map(pinyin, name[cut:]))
    return tuple(part for part in (family, given) if part)
