"""Control codes as exporters write them, brought to one form, and the paragraphs above them.

``3C001.d.1`` lies in ``3C001.d`` and ``3C001``; ``二（六十九）``, ``2-69`` and ``Item 2(69)`` are ``2(69)``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

#: Regimes as publishers write them, by what they mean.
_REGIMES: Final = {
    "us-ccl": "us-ccl", "ccl": "us-ccl", "eccn": "us-ccl", "us": "us-ccl", "us-eccn": "us-ccl", "ear": "us-ccl",
    "eu-dual-use": "eu-dual-use", "eu": "eu-dual-use",
    "jp-eto-1": "jp-eto-1", "jp-eto": "jp-eto-1", "jp": "jp-eto-1", "jp-etco-1": "jp-eto-1",
    "jp-eto-2-3": "jp-eto-2-3", "jp-etco-2-3": "jp-eto-2-3",
}  # fmt: skip

_ECCN: Final = re.compile(r"([0-9][A-E]\d{3})(.*)")
_KANJI_DIGITS: Final = {"〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_KANJI: Final = re.compile("[〇一二三四五六七八九十百]+")
_NOISE: Final = re.compile(
    r"輸出令|別表第[0-9一二三の\-]+の?|table\s*[0-9]+(?:-[0-9]+)?|(?:appended|item|row|paragraph|no)\b\.?|eccn|第|[\s:、,]|号|項|欄"
)
_ROW_PARTS: Final = re.compile(r"[0-9]+(?:-[0-9]+)*|[\u30a0-\u30ff]")

#: What exporters declare where they found that no item of the list applies.
_NONE: Final = frozenset(
    {
        "ear99",
        "非該当",
        "該当なし",
        "対象外",
        "規制対象外",
        "na",
        "none",
        "nil",
        "notapplicable",
        "notlisted",
        "notcontrolled",
        "nlr",
    }
)
#: More paragraphs than any list has; what is deeper is noise.
_MAX_PARTS: Final = 12


def regime(name: str) -> str:
    """The regime's usual name: ``ECCN`` and ``CCL`` mean ``us-ccl``."""
    tidy = name.strip().casefold().replace("_", "-").replace(" ", "-")
    return _REGIMES.get(tidy, tidy)


def none_applies(code: str) -> bool:
    """Whether the declared code is the answer that nothing on the list applies: ``EAR99``, ``非該当``, ``N/A``."""
    text = unicodedata.normalize("NFKC", code[:80]).strip().casefold()
    return text in {"-", "–", "—"} or re.sub(r"\beccn\b|[\W_]", "", text) in _NONE


@lru_cache(maxsize=8192)
def parts(of_regime: str, code: str) -> tuple[str, ...]:
    """A code as its levels, from the outermost: ``("3C001", "d", "1")``, ``("2", "69")``. Empty if it says nothing.

    ``EAR99`` is a classification too: the answer that nothing on the list applies.
    """
    text = unicodedata.normalize("NFKC", code[:80]).strip()
    if of_regime in {"us-ccl", "eu-dual-use"}:
        text = re.sub(r"^(?:ECCN|CCL)[\s:.]*", "", text, flags=re.IGNORECASE)
        tight = text.replace(" ", "")
        if met := _ECCN.fullmatch(tight[:1] + tight[1:2].upper() + tight[2:]):
            return (met.group(1), *re.findall(r"[A-Za-z]+|\d+", met.group(2).lower()))[:_MAX_PARTS]
        return (tight.upper(),) if tight else ()
    return tuple(_japanese(text))[:_MAX_PARTS]


def _japanese(text: str) -> list[str]:
    text = _NOISE.sub("", text.casefold())
    # ``二の二`` is row 2-2; ``二(六十九)`` row 2, number 69.
    text = _KANJI.sub(lambda met: str(_number(met.group())), text).replace("の", "~")
    levels = [level for level in re.split(r"[()\[\]./]+", text) if level]
    if len(levels) == 1 and "~" not in text and (plain := re.fullmatch(r"(\d+)-(\d+)(?:-([\u30a0-\u30ff]))?", text)):
        # ``2-69``: no row has so many branches. ``2-2`` and ``1-2`` are rows of their own.
        if plain.group(2) == "2" and plain.group(1) in {"1", "2"}:
            return [f"{plain.group(1)}-2", *([plain.group(3)] if plain.group(3) else [])]
        return [one for one in plain.groups() if one]
    return [part for level in levels for part in _ROW_PARTS.findall(level.replace("~", "-"))]


def _number(kanji: str) -> int:
    """``六十九`` and ``六九`` are 69."""
    if "十" not in kanji and "百" not in kanji:
        return int("".join(str(_KANJI_DIGITS[char]) for char in kanji))
    hundreds, _, rest = kanji.rpartition("百")
    total = (_number(hundreds) if hundreds else 1) * 100 if "百" in kanji else 0
    if "十" in rest:
        tens, _, ones = rest.partition("十")
        return total + (_number(tens) if tens else 1) * 10 + (_number(ones) if ones else 0)
    return total + (_number(rest) if rest else 0)
