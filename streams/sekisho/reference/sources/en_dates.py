"""Dates as English-language lists write them, as EDTF: half dates, approximate ones, spans."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), 1
    )
    for name in names.split()
}  # fmt: skip

_ISO = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T.*|[+-]\d{2}:\d{2}|Z)?$")
_DMY_NUMBERS = re.compile(r"^(?:(\d{1,2}|dd)[/.](\d{1,2}|mm)[/.])(\d{4})$", re.IGNORECASE)
_DAY_MONTH_YEAR = re.compile(r"^(?:(\d{1,2})(?:st|nd|rd|th)?\s+)?([A-Za-z]{3,9})\.?,?\s+(\d{4})$")
_MONTH_DAY_YEAR = re.compile(r"^([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})$")
_APPROXIMATE = re.compile(r"^(?:circa|c\.|ca\.?|approximately|approx\.?|about|around|between)\s+", re.IGNORECASE)
_SPAN = re.compile(r"^(.+?)\s+(?:to|and|-)\s+(.+)$", re.IGNORECASE)


def edtf(text: str) -> str | None:
    """``28 Jan 1971`` → ``1971-01-28``, ``circa 1960`` → ``1960~``, ``1953 to 1955`` → ``1953/1955``; None for no date."""
    text = " ".join(text.split()).rstrip(".;,")
    about = _APPROXIMATE.match(text)
    if about:
        text = text[about.end() :]
    if span := _SPAN.match(text):
        first, last = edtf(span[1]), edtf(span[2])
        if first and last:
            return f"{first.rstrip('~')}/{last.rstrip('~')}"
    found = _one(text)
    return f"{found}~" if found and about and "between" not in about.group(0).lower() else found


def day(text: str) -> date | None:
    """A whole date; None if ``text`` is none."""
    found = edtf(text)
    return date.fromisoformat(found) if found and len(found) == 10 else None


def american_day(text: str) -> date | None:
    """``06/29/2056``: month first, as the Bureau of Industry and Security writes it."""
    parts = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text.strip())
    if not parts:
        return None
    month, day_, year = (int(part) for part in parts.groups())
    return _date(year, month, day_)


def _one(text: str) -> str | None:
    if iso := _ISO.match(text):
        year, month, day_ = iso.groups()
    elif numbers := _DMY_NUMBERS.match(text):
        day_, month, year = numbers.groups()
        day_ = day_ if day_.isdigit() else None
        month = month if month.isdigit() else None
    else:
        named = _DAY_MONTH_YEAR.match(text)
        american = None if named else _MONTH_DAY_YEAR.match(text)
        if named:
            day_, word, year = named.groups()
        elif american:
            word, day_, year = american.groups()
        else:
            return None
        month = str(_MONTHS.get(word.lower(), ""))
        if not month:
            return None
    if not 1000 <= int(year) <= 2100:
        return None
    if month is None or int(month) == 0:
        return year
    if day_ is None or int(day_) == 0:
        return f"{year}-{int(month):02}" if 1 <= int(month) <= 12 else None
    whole = _date(int(year), int(month), int(day_))
    return whole.isoformat() if whole else None


def _date(year: int, month: int, day_: int) -> date | None:
    try:
        return date(year, month, day_)
    except ValueError:
        return None
