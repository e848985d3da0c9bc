"""Control codes as exporters write them, brought to one form, and the paragraphs above them.

``3C001.d.1`` lies in ``3C001.d`` and ``3C001``; ``二（六十九）``, ``2-69`` and ``Item 2(69)`` are ``2(69)``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import takewhile
from typing import Final

#: Regimes as publishers write them, by what they mean.
_REGIMES: Final = {
    "us-ccl": "us-ccl", "ccl": "us-ccl", "eccn": "us-ccl", "us": "us-ccl", "us-eccn": "us-ccl", "ear": "us-ccl",
    "eu-dual-use": "eu-dual-use", "eu": "eu-dual-use",
    "jp-eto-1": "jp-eto-1", "jp-eto": "jp-eto-1", "jp": "jp-eto-1", "jp-etco-1": "jp-eto-1",
    "jp-eto-2-3": "jp-eto-2-3", "jp-etco-2-3": "jp-eto-2-3",
}  # fmt: skip

#: Wherever it stands in what is declared: after ``ECCN No.``, ``EU Annex I``, in quotes; ``O`` for a zero, ``3A-001``.
_ECCN: Final = re.compile(r"(?<![a-z0-9])(?<![0-9]\.)(?<!\b[a-z]\.)([0-9])[\s.\-]*([a-e])[\s.\-]*([0-9o]{3})(?![0-9])")
_PARAGRAPH: Final = re.compile(r"[a-z]+|\d+")
_ROMAN: Final = re.compile("[ivx]+")
_PARAGRAPH_WORDS: Final = re.compile(r"\b(?:sub-?)?(?:para(?:graph)?s?|item|note)\b\.?")
#: Cyrillic letters that look like those of an ECCN, and characters that are not seen.
_LOOK_ALIKE: Final = {
    **{ord(cyrillic): latin for cyrillic, latin in zip("авсео", "abceo", strict=True)},
    **dict.fromkeys([0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF]),
}
_KANJI_DIGITS: Final = {"〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_KANJI: Final = re.compile("[〇一二三四五六七八九十百]+")
_NOISE: Final = re.compile(
    # The table's own number goes, the row's stays: ``別表第1の7の項(16)`` is row 7 of table 1.
    r"輸出令|別表第?(?:[二2](?:[の\-][三3二2])?|[一1])(?![0-9])の?|table\s*[0-9]+(?:-[0-9]+)?|(?:appended|item|row|paragraph|no)\b\.?|eccn|第|号|項|欄"
)
_GAPS: Final = re.compile(r"[\s:、,.;\"'「」]+")
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
#: Codes of one field, and characters of it that are read.
_MAX_CODES: Final = 12
_MAX_CHARS: Final = 400
#: Regimes that number their entries alike.
_WITH_ECCN: Final = frozenset({"us-ccl", "eu-dual-use"})


def regime(name: str) -> str:
    """The regime's usual name: ``ECCN`` and ``CCL`` mean ``us-ccl``."""
    tidy = name.strip().casefold().replace("_", "-").replace(" ", "-")
    return _REGIMES.get(tidy, tidy)


def none_applies(code: str) -> bool:
    """Whether the declared code is the answer that nothing on the list applies: ``EAR99``, ``非該当``, ``N/A``."""
    text = unicodedata.normalize("NFKC", code[:80]).strip().casefold()
    return text in {"-", "–", "—"} or re.sub(r"\beccn\b|[\W_]", "", text) in _NONE


@lru_cache(maxsize=8192)
def several(of_regime: str, code: str) -> tuple[tuple[str, ...], ...]:
    """Every code that is declared in one field, as ``parts`` gives it: ``3A001.a.7; 5A002`` are two."""
    if of_regime in _WITH_ECCN and (found := _eccns(unicodedata.normalize("NFKC", code[:_MAX_CHARS]))):
        return found
    one = parts(of_regime, code)
    return (one,) if one else ()


def _eccns(text: str) -> tuple[tuple[str, ...], ...]:
    text = text.casefold().translate(_LOOK_ALIKE)
    met = list(_ECCN.finditer(text))[:_MAX_CODES]
    found = []
    for at, one in enumerate(met):
        rest = text[one.end() : met[at + 1].start() if at + 1 < len(met) else len(text)]
        levels = takewhile(_is_level, _PARAGRAPH.findall(_PARAGRAPH_WORDS.sub(" ", rest)))
        entry = f"{one[1]}{one[2].upper()}{one[3].replace('o', '0')}"
        found.append((entry, *levels)[:_MAX_PARTS])
    return tuple(dict.fromkeys(found))


def _is_level(part: str) -> bool:
    """A letter, a number or a Roman one: what follows in words ("3C001 epitaxial materials") is no paragraph."""
    return len(part) <= 1 or part.isdigit() or _ROMAN.fullmatch(part) is not None or part[0] * len(part) == part


@lru_cache(maxsize=8192)
def parts(of_regime: str, code: str) -> tuple[str, ...]:
    """A code as its levels, from the outermost: ``("3C001", "d", "1")``, ``("2", "69")``. Empty if it says nothing.

    ``EAR99`` is a classification too: the answer that nothing on the list applies.
    """
    text = unicodedata.normalize("NFKC", code[:80]).strip()
    if of_regime in _WITH_ECCN:
        if found := _eccns(text):
            return found[0]
        tight = re.sub(r"^(?:ECCN|CCL)[\s:.]*", "", text, flags=re.IGNORECASE).replace(" ", "")
        return (tight.upper(),) if tight else ()
    return tuple(_japanese(text))[:_MAX_PARTS]


def _japanese(text: str) -> list[str]:
    text = _NOISE.sub("", text.casefold())
    # ``二の二`` is row 2-2; ``二(六十九)`` row 2, number 69.
    text = _KANJI.sub(lambda met: str(_number(met.group())), text).replace("の", "~")
    # A gap is no joint: ``7, 16`` is not row 716.
    levels = [level for level in re.split(r"[()\[\]./]+", _GAPS.sub("/", text)) if level]
    if len(levels) == 1 and (plain := re.fullmatch(r"(\d+)-(\d+)(?:-([\u30a0-\u30ff]))?", levels[0])):
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
