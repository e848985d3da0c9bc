"""Whose law: the jurisdiction of a list, and which jurisdictions bind the firm.

A firm names the jurisdictions it is bound by. Measures of others are not applied, and a listing of others raises nothing
by itself; the verdict says which were left out. A list that belongs to no known publisher (the firm's own) always binds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sekisho.model import Measure

#: The first part of a list's or table's id: whose it is. ISO 3166-1 alpha-2, or EU, UN.
_OF_LIST = {"jp": "JP", "us": "US", "uk": "GB", "eu": "EU", "nl": "NL", "un": "UN"}

_CODE = re.compile(r"[A-Z]{2}")


def of_list(list_id: str) -> str | None:
    """The jurisdiction of a list; None for a list of the firm's own."""
    return _OF_LIST.get(list_id.split("-", 1)[0])


def read(words: str | Iterable[str]) -> tuple[str, ...]:
    """Codes as people write them (``JP, US`` or a list) in order, each once. Raises ValueError that says what to write."""
    parts = words.split(",") if isinstance(words, str) else words
    codes = [code for part in parts if (code := part.strip().upper())]
    for code in codes:
        if code == "UK":
            raise ValueError("UK is no ISO 3166-1 code; the measures of the United Kingdom are GB")
        if not _CODE.fullmatch(code):
            raise ValueError(f"{code!r} is no jurisdiction; write ISO 3166-1 codes, EU or UN, such as JP,US,UN")
    return tuple(dict.fromkeys(codes))


class Binding:
    """What binds: every jurisdiction, or only some. ``measures`` are those of the reference set."""

    def __init__(self, codes: Iterable[str], measures: Iterable[Measure]) -> None:
        self.codes = frozenset(codes)
        known = {measure.jurisdiction for measure in measures}
        #: jurisdictions with measures that do not bind, sorted
        self.left_out = tuple(sorted(known - self.codes)) if self.codes else ()
        #: jurisdictions that are said to bind and have no measure here, sorted
        self.without_measures = tuple(sorted(self.codes - known))

    def __contains__(self, jurisdiction: str) -> bool:
        return not self.codes or jurisdiction in self.codes

    def binds_list(self, list_id: str) -> bool:
        """Whether being on this list counts by itself."""
        jurisdiction = of_list(list_id)
        return jurisdiction is None or jurisdiction in self

    @property
    def notes(self) -> tuple[str, ...]:
        """What every verdict has to say of it."""
        if not self.left_out:
            return ()
        return (
            f"jurisdictions that the settings leave out, so nothing of them is applied: {', '.join(self.left_out)}",
        )
