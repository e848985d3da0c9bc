"""Dates as Japanese ministries write them: western and Japanese years, half dates, alternatives, or words alone."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

#: First year of an era, less one: 令和5年 is 2018 + 5.
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867}

_ERA = re.compile(r"(令和|平成|昭和|大正|明治)\s*(元|\d{1,2})\s*年")
#: year, month, day in the notations at hand: ``1973年7月1日``, ``1973.7.1``, ``1973/07/01``, ``1973-07-01``
_FULL = re.compile(r"(?<!\d)(\d{4})\s*(?:年|[./-])\s*(\d{1,2})\s*(?:月|[./-])\s*(\d{1,2})\s*日?(?!\d)")
_MONTH = re.compile(r"(?<!\d)(\d{4})\s*(?:年|[./-])\s*(\d{1,2})\s*月?(?![\d./-]|\s*(?:月|日))")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)\s*年?")
#: ``1973年7月1日又は7月10日``: the second date lacks its year.
_SAME_YEAR = re.compile(
    r"(\d{4})(年\d{1,2}月\d{1,2}日)\s*(?:又は|または|もしくは|若しくは|、|,|及び|or)\s*(?=\d{1,2}月\d{1,2}日)"
)
_SAME_MONTH = re.compile(
    r"(\d{4}年\d{1,2}月)(\d{1,2}日)\s*(?:又は|または|もしくは|若しくは|、|,|及び|or)\s*(?=\d{1,2}日)"
)
_YEARS = re.compile(r"(?<!\d)(\d{4})年?\s*(?:～|~|〜|から|ー|－|–|to|-)\s*(\d{4})(?:年|(?!\d))")


def birth_dates(text: str) -> tuple[str, ...]:
    """Every date in ``text`` as EDTF, in its order, without repetitions; a span of years is ``1960/1964``."""
    text = _western(text)
    found: list[tuple[int, str]] = []

    def take(pattern: re.Pattern[str], text: str, form: str) -> str:
        def one(match: re.Match[str]) -> str:
            value = _edtf(form, [int(part) for part in match.groups()])
            if value is None:
                return match.group(0)
            found.append((match.start(), value))
            return " " * (match.end() - match.start())

        return pattern.sub(one, text)

    for pattern, form in ((_FULL, "day"), (_YEARS, "span"), (_MONTH, "month"), (_YEAR, "year")):
        text = take(pattern, text, form)
    values = dict.fromkeys(value for _, value in sorted(found))
    # a year that a whole date of the same text has already said is that date again, in the other language
    return tuple(value for value in values if not any(one.startswith(f"{value}-") for one in values))


def day(text: str) -> date | None:
    """The first whole date in ``text``."""
    for value in birth_dates(text):
        if len(value) == 10:
            return date.fromisoformat(value)
    return None


def _western(text: str) -> str:
    text = unicodedata.normalize("NFKC", text)
    text = _ERA.sub(lambda m: f"{_ERAS[m[1]] + (1 if m[2] == '元' else int(m[2]))}年", text)
    while (wider := _SAME_YEAR.sub(r"\1\2 \1年", text)) != text:
        text = wider
    while (wider := _SAME_MONTH.sub(r"\1\2 \1", text)) != text:
        text = wider
    return text


def _edtf(form: str, parts: list[int]) -> str | None:
    if not 1800 <= parts[0] <= 2100:
        return None
    if form == "span":
        return f"{parts[0]:04}/{parts[1]:04}" if parts[0] < parts[1] <= 2100 else None
    try:
        date(*[*parts, 1, 1][:3])
    except ValueError:
        return None
    return "-".join(f"{part:0{4 if at == 0 else 2}}" for at, part in enumerate(parts))
