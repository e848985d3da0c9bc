"""A file from hashed keys to small numbers, in one sorted array of 64-bit words: 40 bits of hash, 24 of number.

A hundred thousand names need half a million such lines; as a dictionary of lists they would be a hundred times larger.
Two keys whose hashes collide give a few numbers too many, never one too few: what is found is always looked at again.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left

#: Numbers that a file can hold.
MOST = 1 << 24
HASH = 0x9E3779B97F4A7C15
MASK = (1 << 40) - 1


class Postings:
    """``add``, then ``freeze`` once, then ``get``. A bit filter answers most keys that are not there."""

    __slots__ = ("_lines", "_open", "flags", "shift")

    def __init__(self) -> None:
        self._open: list[int] = []
        self._lines: array[int] = array("Q")
        self.flags = bytearray(1)
        self.shift = 40

    def add(self, key: int, number: int) -> None:
        """File ``number`` under ``key`` (any integer)."""
        self._open.append((key * HASH & MASK) << 24 | number)

    def freeze(self) -> None:
        """Sort what was added; from here on the file is only read."""
        lines = sorted(set(self._open))
        self._open = []
        self._lines = array("Q", lines)
        # sixteen bits a line keep false alarms near 6 %
        bits = max(10, (16 * len(lines) + 1).bit_length())
        self.shift = 64 - bits
        flags = bytearray(1 << (bits - 3))
        shift = self.shift
        for line in lines:
            bit = line >> shift
            flags[bit >> 3] |= 1 << (bit & 7)
        self.flags = flags

    def get(self, key: int) -> list[int]:
        """The numbers filed under ``key``, ascending."""
        first = (key * HASH & MASK) << 24
        bit = first >> self.shift
        if not self.flags[bit >> 3] >> (bit & 7) & 1:
            return []
        lines = self._lines
        at, count, end = bisect_left(lines, first), len(lines), first + MOST
        out = []
        while at < count:
            line = lines[at]
            if line >= end:
                break
            out.append(line - first)
            at += 1
        return out
