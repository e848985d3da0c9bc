"""A file from hashed keys to small numbers, in sorted arrays: each key's hash once, then where its numbers stand.

A hundred thousand names need half a million such lines; as a dictionary of lists they would be a hundred times larger.
Two keys whose hashes collide give a few numbers too many, never one too few: what is found is always looked at again.
"""

from __future__ import annotations

from array import array
from typing import Final

import numpy as np

from sekisho.names import quick

#: Numbers that a file can hold.
MOST: Final = 1 << 24
HASH: Final = 0x9E3779B97F4A7C15
MASK: Final = (1 << 40) - 1
#: Bits of the filter a line: false alarms stay near 6 %.
_FILTER: Final = 16


class Postings:
    """``add``, then ``freeze`` once, then ``get``. A bit filter answers most keys that are not there.

    Loops that ask a million times look into the filter themselves: a key's place is its 40 bits, the filter has the bit
    ``place >> down``, and ``find`` takes a place that passed.
    """

    __slots__ = (
        "_buckets",
        "_file",
        "_firsts",
        "_keys",
        "_numbers",
        "_spread",
        "_starts",
        "add_key",
        "add_number",
        "down",
        "flags",
    )

    def __init__(self, *, spread: bool = False) -> None:
        """``spread``: the keys are numbers in a row, not hashes, and have to be spread over the 40 bits."""
        self._spread = spread
        keys, numbers = array("q"), array("I")
        self._keys: array[int] = keys
        self._numbers: array[int] = numbers
        self._starts: array[int] = array("I", [0])
        #: where the keys begin whose hashes begin with the same bits, and how many bits are left
        self._firsts: array[int] = array("I", [0, 0])
        self._buckets = 40
        #: the two halves of ``add``, for loops that file a million lines
        self.add_key, self.add_number = keys.append, numbers.append
        self.flags = bytearray(1)
        self.down = 40
        #: the same file for compiled code, where that runs
        self._file: quick.File | None = None

    def add(self, key: int, number: int) -> None:
        """File ``number`` under ``key`` (any integer of 64 bits with sign)."""
        self.add_key(key)
        self.add_number(number)

    def freeze(self) -> None:
        """Sort what was added; from here on the file is only read."""
        hashed = np.frombuffer(self._keys, dtype=np.int64).astype(np.uint64)
        if self._spread:
            hashed *= np.uint64(HASH)
        hashed &= np.uint64(MASK)
        hashed <<= np.uint64(24)
        hashed |= np.frombuffer(self._numbers, dtype=np.uint32)
        hashed.sort()
        lines = hashed[np.concatenate(([True], hashed[1:] != hashed[:-1]))] if hashed.size else hashed
        del hashed
        self._numbers = _array("I", (lines & np.uint64(MOST - 1)).astype(np.uint32))
        self.add_key = self.add_number = _frozen
        lines >>= np.uint64(24)
        starts = np.flatnonzero(np.concatenate(([True], lines[1:] != lines[:-1]))) if lines.size else np.empty(0, int)
        keys = lines[starts]
        self._keys = _array("Q", keys)
        self._starts = _array("I", np.append(starts, lines.size).astype(np.uint32))
        few = max(1, int(keys.size).bit_length())
        self._buckets = 40 - few
        edges = np.arange((1 << few) + 1, dtype=np.uint64) << np.uint64(self._buckets)
        self._firsts = _array("I", np.searchsorted(keys, edges).astype(np.uint32))
        bits = max(10, (_FILTER * int(lines.size) + 1).bit_length())
        self.down = 40 - bits
        at = keys >> np.uint64(self.down)
        flags = np.zeros(1 << (bits - 3), dtype=np.uint8)
        # the keys are sorted, so the bits of one byte stand together
        byte = (at >> np.uint64(3)).astype(np.int64)
        if byte.size:
            first = np.flatnonzero(np.concatenate(([True], byte[1:] != byte[:-1])))
            ones = np.left_shift(np.uint8(1), (at & np.uint64(7)).astype(np.uint8))
            flags[byte[first]] = np.bitwise_or.reduceat(ones, first)
        self.flags = bytearray(flags.tobytes())
        if quick.native is not None:
            self._file = quick.native.File(
                self._firsts,
                self._keys,
                self._starts,
                self._numbers,
                self.flags,
                self._buckets,
                self.down,
                self._spread,
            )

    @property
    def compiled(self) -> quick.File | None:
        """The frozen file as compiled code reads it; None where none runs."""
        return self._file

    def get(self, key: int) -> list[int]:
        """The numbers filed under ``key``, ascending."""
        if self._file is not None:
            return self._file.get(key)
        place = key * HASH & MASK if self._spread else key & MASK
        bit = place >> self.down
        return self.find(place) if self.flags[bit >> 3] >> (bit & 7) & 1 else []

    def find(self, place: int) -> list[int]:
        """The same for a place (see the class)."""
        first = place >> self._buckets
        firsts, keys = self._firsts, self._keys
        for at in range(firsts[first], firsts[first + 1]):
            if keys[at] == place:
                return self._numbers[self._starts[at] : self._starts[at + 1]].tolist()
        return []


def _array(code: str, values: np.ndarray) -> array[int]:
    """A plain array: one number of it is read faster than one of numpy's."""
    out = array(code)
    out.frombytes(values.tobytes())
    return out


def _frozen(_: int) -> None:
    raise RuntimeError("the file is frozen; build a new one")
