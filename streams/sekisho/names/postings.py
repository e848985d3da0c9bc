"""A file from hashed keys to small numbers, in sorted arrays: each key's hash once, then where its numbers stand.

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

    __slots__ = ("_keys", "_numbers", "_open", "_starts", "flags", "shift")

    def __init__(self) -> None:
        self._open: list[int] = []
        self._keys: array[int] = array("Q")
        self._starts: array[int] = array("I", [0])
        self._numbers: array[int] = array("I")
        self.flags = bytearray(1)
        self.shift = 40

    def add(self, key: int, number: int) -> None:
        """File ``number`` under ``key`` (any integer)."""
        self._open.append((key * HASH & MASK) << 24 | number)

    def freeze(self) -> None:
        """Sort what was added; from here on the file is only read."""
        lines = sorted(set(self._open))
        self._open = []
        self._numbers = array("I", [line & MOST - 1 for line in lines])
        keys: list[int] = []
        starts: list[int] = []
        # sixteen bits a line keep false alarms near 6 %
        bits = max(10, (16 * len(lines) + 1).bit_length())
        self.shift = 64 - bits
        flags = bytearray(1 << (bits - 3))
        shift = self.shift - 24
        last = -1
        for at, line in enumerate(lines):
            key = line >> 24
            if key != last:
                last = key
                keys.append(key)
                starts.append(at)
                bit = key >> shift
                flags[bit >> 3] |= 1 << (bit & 7)
        starts.append(len(lines))
        self._keys, self._starts = array("Q", keys), array("I", starts)
        self.flags = flags

    def get(self, key: int) -> list[int]:
        """The numbers filed under ``key``, ascending."""
        wanted = key * HASH & MASK
        bit = wanted << 24 >> self.shift
        if not self.flags[bit >> 3] >> (bit & 7) & 1:
            return []
        keys = self._keys
        at = bisect_left(keys, wanted)
        if at == len(keys) or keys[at] != wanted:
            return []
        return self._numbers[self._starts[at] : self._starts[at + 1]].tolist()
