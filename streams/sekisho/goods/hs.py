"""Harmonized System codes: their form, whether they exist, and prefix comparison.

The codes are those of the HS 2022 edition (in force from 2022-01-01); digits beyond the sixth are national and are not
checked. A code of an earlier edition is not an error: goods shipped under one are described in its notes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import Final

from sekisho.model import Period

#: HS (six digits) plus national digits; four name a heading. Fewer than four say nothing that a rule could use.
_FORM: Final = re.compile(r"\d{4}(?:\d{1,8})?")
_SEPARATORS: Final = re.compile(r"[\s.\-・]+")


@lru_cache(maxsize=8192)
def normalise(code: str) -> str | None:
    """The digits of an HS code (``8479.50`` is ``847950``), or None if it has not the form of one."""
    digits = _SEPARATORS.sub("", code.strip())
    if digits[:2].upper() == "HS":
        digits = digits[2:].lstrip(":")
    return digits if digits.isascii() and _FORM.fullmatch(digits) and 4 <= len(digits) <= 12 else None


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
