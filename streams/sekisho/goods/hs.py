"""Harmonized System codes: their form, whether they exist, and prefix comparison.

The codes are those of the HS 2022 edition (in force from 2022-01-01); digits beyond the sixth are national and are not
checked. A code of an earlier edition is not an error: goods shipped under one are described in its notes.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib import resources
from typing import Final

from sekisho.model import Period

#: HS (six digits) plus national digits; four name a heading. Fewer than four say nothing that a rule could use.
_FORM: Final = re.compile(r"\d{4}(?:\d{1,8})?")
_SEPARATORS: Final = re.compile(r"[\s.,\-\u2010-\u2015\u2212・_/'’`*\"()\[\]]+")
#: What forms call the field, written into it. Other words are no label: the number after "P/N" is no code of the tariff.
_LABEL: Final = re.compile(
    r"(?:(?:ex|h\W?s|hts(?:us)?|hsn|cn|kn|ncm|taric|schedule b|tariff|customs|commodity|import|export|code|number|item|no|nr|num|"
    r"(?:zoll|waren)?(?:tarif)?(?:nummer|nr)|код|номер|по|тн вэд(?: еаэс)?|тнвэд|укт ?зед|コード|番号|統計品目番号|統計番号|税番|税則番号|品目番号|"
    r"海关|商品|税则|税則|稅則|编码|編碼|编号|編號|号|號|税号)[\s.:#()/\-]*)+(?=\d)",
    re.IGNORECASE,
)
#: A sign that stands for digits not told (``8542.31.XXXX``), and the check letter of a Japanese declaration.
_OPEN_END: Final = re.compile(r"(?<=\d)\.?[x*]{2,6}$|(?<=\d{9})[a-z]$", re.IGNORECASE)
_BETWEEN: Final = re.compile(
    r"[;|&+\n、]+|\band\b|(?<=\d)(?:\s*[,/]\s*|\s+)(?=(?:hs\D{0,8})?\d{4}(?:\.\d\d|\d\d))", re.IGNORECASE
)
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
#: A shorter field holds no two codes.
TWO: Final = 9
#: Characters of the field that are read, and codes in it.
_MAX_CHARS: Final = 400
_MAX_CODES: Final = 20


@lru_cache(maxsize=8192)
def normalise(code: str) -> str | None:
    """The digits of an HS code (``8479.50`` is ``847950``), or None if it has not the form of one."""
    plain = code.replace(".", "")
    if plain.isdigit() and plain.isascii():
        return plain if _FORM.fullmatch(plain) else None
    text = _UNSEEN.sub("", unicodedata.normalize("NFKC", code[:_MAX_CHARS])).strip(" \t\n'\"’`()[]")
    if met := _LABEL.match(text):
        text = text[met.end() :]
    digits = _OPEN_END.sub("", _SEPARATORS.sub("", text))
    return digits if digits.isascii() and _FORM.fullmatch(digits) else None


@lru_cache(maxsize=8192)
def split(field: str) -> tuple[str, ...]:
    """The codes that a field tells, each as it is written: two of them are no code of twelve digits."""
    text = unicodedata.normalize("NFKC", field[:_MAX_CHARS])
    found = [part.strip() for part in _BETWEEN.split(text)]
    found = [part for part in found if part]
    # A code of which the tariff's own digits stand apart ("8542 31 0000") is one.
    several = len(found) > 1 and all(sum(map(str.isdigit, part)) >= 4 for part in found)
    return tuple(dict.fromkeys(found))[:_MAX_CODES] if several else (field,)


@lru_cache(maxsize=1)
def known() -> frozenset[str]:
    """Every heading (four digits), five-digit group and subheading (six) of HS 2022."""
    codes: set[str] = set()
    text = resources.files("sekisho.goods").joinpath("data/hs2022.txt").read_text(encoding="ascii")
    for line in text.splitlines():
        if line and line[0] != "#":
            heading, *subheadings = line.split()
            codes.add(heading)
            for ending in subheadings:
                codes.update((heading + ending, heading + ending[:1]))
    return frozenset(codes)


def exists(digits: str) -> bool:
    """Whether the international part of a code is in HS 2022. Chapters 98 and 99 are for national use."""
    return digits[:6] in known() or digits[:2] in {"98", "99"}


def meets(digits: str, period: Period) -> bool | None:
    """Whether goods of that code are among the period's codes; None: the code is too short to tell."""
    if any(digits.startswith(out) for out in period.hs_excluded):
        return False
    if any(digits.startswith(code) for code in period.hs_codes):
        return None if any(out.startswith(digits) for out in period.hs_excluded) else True
    return None if any(code.startswith(digits) for code in period.hs_codes) else False
