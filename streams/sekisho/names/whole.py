"""Whole names without their spaces: what they are filed under, so that one is found with a slip in it or a space moved.

A slip leaves either the beginning or the end of a name as it was. Where too many names begin or end so (Limited Liability
Company …), its first or second half is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sekisho.names.parse import Parsed
from sekisho.names.postings import MASK, Postings

#: Letters of the beginning and of the end of a name, and how many in kana; of a short name half as many.
END: Final = 8
END_IN_KANA: Final = 4
#: The share of its letters that may be slips: one in eight.
SLIPS: Final = 0.13
#: Names are filed by length in steps of so many (as a power of two) letters.
STEP: Final = 2
#: Names that are looked at for one beginning or end.
CROWD: Final = 200


def spellings(parsed: Parsed) -> tuple[str, ...]:
    """A name's content, all its letters, and in kana as it is written: each way to write it without spaces."""
    joined, letters, written = parsed.joined, parsed.letters, parsed.written
    if joined == letters and not written:
        return (joined,) if joined else ()
    return tuple(dict.fromkeys([text for text in (joined, letters, written) if text]))


def keys(text: str) -> Iterator[str]:
    """What a name is filed under."""
    length = len(text)
    for end in _ends(text, length):
        yield end + chr(length >> STEP)
    half = length // 2
    if half > _size(text):
        yield "[" + text[:half]
        yield "]" + text[-half:]


def found(text: str, files: Postings, into: set[int]) -> None:
    """Adds the names that begin or end as this one does and are about as long, where they are no crowd."""
    if files.compiled is not None:
        into.update(files.compiled.ends(text, _size(text), SLIPS, STEP, CROWD))
        return
    length = len(text)
    apart = max(1, int(length * SLIPS))
    lengths = [chr(about) for about in range((length - apart) >> STEP, ((length + apart) >> STEP) + 1)]
    flags, down, find = files.flags, files.down, files.find
    for end in _ends(text, length):
        crowded = False
        for about in lengths:
            place = hash(end + about) & MASK
            bit = place >> down
            if flags[bit >> 3] >> (bit & 7) & 1:
                numbers = find(place)
                if len(numbers) > CROWD:
                    crowded = True
                else:
                    into.update(numbers)
        if crowded and end[0] in "<>":
            # a slip may have made it a letter longer or shorter
            for half in {(length - 1) // 2, (length + 1) // 2}:
                numbers = files.get(hash("[" + text[:half] if end[0] == "<" else "]" + text[-half:]))
                if len(numbers) <= CROWD:
                    into.update(numbers)


def _ends(text: str, length: int) -> tuple[str, ...]:
    """Where both ends share letters, a slip in these would tear both: a shorter beginning and end as well."""
    size = _size(text)
    short = size // 2
    found: tuple[str, ...] = ()
    if length > size:
        found = ("<" + text[:size], ">" + text[-size:])
    if short < length <= 2 * size + 1:
        found += ("(" + text[:short], ")" + text[-short:])
    return found


def _size(text: str) -> int:
    return END if text.isascii() else END_IN_KANA
