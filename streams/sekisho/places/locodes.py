"""UN/LOCODE: five characters to a place, and the names of all places to the countries that have one."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from sekisho.places.countries import ISO
from sekisho.places.sorted_lines import SortedLines, read_text
from sekisho.places.types import Locode

#: Codes whose place is kept: a stream uses some thousands, mostly the same.
_CACHE: Final = 16_384
_LONGEST: Final = 10
_FORM: Final = re.compile(r"[A-Z]{2}[A-Z0-9]{3}")
#: Codes of Ukraine's ports and capital that our copy of the table lacks; for Ukraine the region matters.
_ADDED: Final = {
    "UAKEH": "UA-43|Kerch", "UAFEO": "UA-43|Feodosiya", "UAYAL": "UA-43|Yalta", "UAEUP": "UA-43|Yevpatoriya",
    "UAKHE": "UA-65|Kherson", "UAODS": "UA-51|Odesa", "UAIEV": "UA-30|Kyiv", "UANLV": "UA-48|Mykolaiv", "UAERD": "UA-23|Berdyansk",
}  # fmt: skip


class Locodes:
    """The table of UN/LOCODE."""

    def __init__(self, codes: SortedLines, names: SortedLines) -> None:
        self._codes = codes
        self._found: dict[str, Locode | None] = {}
        self._names = names

    @classmethod
    @cache
    def load(cls) -> Locodes:
        return cls(
            SortedLines(read_text("locodes.tsv.xz").encode()),
            SortedLines(read_text("locode_names.tsv.xz").encode()),
        )

    def find(self, text: str) -> Locode | None:
        """The place of a code (blanks and hyphens allowed); None if it has not the form of one."""
        if text in self._found:
            return self._found[text]
        found = self._find(text)
        if len(self._found) < _CACHE and len(text) < _LONGEST:
            self._found[text] = found
        return found

    def _find(self, text: str) -> Locode | None:
        code = text.upper().replace(" ", "").replace("-", "")
        if _FORM.fullmatch(code) is None or code[:2] not in ISO:
            return None
        value = _ADDED.get(code) or self._codes.get(code)
        if value is None:
            return Locode(code, code[:2], None, None)
        region, name = value.split("|", 1)
        return Locode(code, code[:2], name, region or None)

    def countries(self, key: str) -> tuple[str, ...]:
        """Every country with a place of this (folded) name."""
        found = self._names.get(key)
        return tuple(found.split(",")) if found else ()
