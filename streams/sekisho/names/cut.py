"""Names that a field has cut off: SWIFT MT gives a name 35 characters, and what is longer loses its end.

``JOINT STOCK COMPANY VOTKINSK MACHIN`` lacks three of its words, too many for any comparison of what is there. What is there
still begins a listed name letter by letter, and few others: that is looked for where a field is as long as it may be.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from sekisho.names.parse import Parsed

#: Characters of a field that is full, and of one whose last character was the space between two words: a line of SWIFT MT and
#: two of them (MT103 fields 50 and 59), and a name of ISO 20022 (Max140Text).
_FULL: Final = frozenset([34, 35, 69, 70, 139, 140])
#: What a name that begins so counts: enough to be looked at. What was cut off may say that it is another.
CUT: Final = 0.8
#: Letters that a beginning must have, legal forms aside; and where the legal form is written as the listed name has it.
_LEAST: Final = 12
_LEAST_BEHIND_A_FORM: Final = 8
#: Where more names begin so it says nothing ("Obshchestvo s ogranichennoi otvetst…").
_MOST: Final = 12


def may_be_cut(name: str) -> bool:
    """Whether a name fills its field."""
    return len(name) in _FULL


class Beginnings:
    """The names of a segment in the order of their letters, with and without small words and legal forms."""

    def __init__(self, parsed: Sequence[Parsed]) -> None:
        self._joined = _Sorted([one.joined for one in parsed])
        self._letters = _Sorted([one.letters for one in parsed])

    def of(self, parsed: Parsed) -> list[int]:
        """The places of the names that go on where ``parsed`` ends."""
        found: set[int] = set()
        if len(parsed.joined) >= _LEAST:
            found.update(self._joined.after(parsed.joined))
        if len(parsed.joined) >= _LEAST_BEHIND_A_FORM:
            found.update(self._letters.after(parsed.letters))
        return sorted(found)


class _Sorted:
    def __init__(self, texts: list[str]) -> None:
        order = sorted([at for at in range(len(texts)) if len(texts[at]) > _LEAST], key=texts.__getitem__)
        self._texts = [texts[at] for at in order]
        self._places = array("I", order)

    def after(self, beginning: str) -> list[int]:
        """The places of the texts that begin so and go on; none where they are many."""
        first = bisect_left(self._texts, beginning)
        last = first
        while last < len(self._texts) and self._texts[last].startswith(beginning):
            last += 1
            if last - first > 4 * _MOST:
                return []
        found = [self._places[at] for at in range(first, last) if len(self._texts[at]) > len(beginning)]
        return found if len({self._texts[at] for at in range(first, last)}) <= _MOST else []
