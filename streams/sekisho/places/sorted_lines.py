"""A read-only table kept as one sorted block of bytes, so that 80,000 lines cost little at start and little memory."""

from __future__ import annotations

import lzma
import re
from bisect import bisect_right
from importlib import resources
from typing import Final

#: Lines to one remembered key.
_STRIDE: Final = 32


class SortedLines:
    """Lines ``key TAB value``, sorted by their bytes. In memory: the block, and the key of every 32nd line."""

    def __init__(self, block: bytes) -> None:
        self._block = b"\n" + block + b"\n"
        starts = [match.start() for match in re.finditer(rb"\n", self._block)][:-1:_STRIDE]
        self._starts = [*starts, len(self._block) - 1]
        self._keys = [self._block[start + 1 : self._block.index(b"\t", start)] for start in starts]

    def get(self, key: str) -> str | None:
        """The value of ``key``, or None: a binary search, then a search in one stretch of lines."""
        wanted = key.encode()
        stretch = bisect_right(self._keys, wanted) - 1
        if stretch < 0:
            return None
        last = self._starts[stretch + 1]
        found = self._block.find(b"\n" + wanted + b"\t", self._starts[stretch], last)
        if found < 0:
            return None
        start = found + len(wanted) + 2
        return self._block[start : self._block.index(b"\n", start)].decode()


def read_text(name: str) -> str:
    """A data file of this package; ``.xz`` is unpacked."""
    data = (resources.files("sekisho.places") / "data" / name).read_bytes()
    return (lzma.decompress(data) if name.endswith(".xz") else data).decode()


def read_rows(name: str) -> list[list[str]]:
    """The rows of a data file of tab-separated values, without its comments."""
    return [line.split("\t") for line in read_text(name).splitlines() if line and not line.startswith("#")]
