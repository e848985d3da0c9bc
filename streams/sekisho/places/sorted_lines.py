"""A read-only table kept as one sorted block of bytes: nothing is built at start, and a look-up is a binary search."""

from __future__ import annotations

import lzma
from importlib import resources


class SortedLines:
    """Lines ``key TAB value``, sorted by their bytes. Memory is the block itself."""

    def __init__(self, block: bytes) -> None:
        self._block = block

    def get(self, key: str) -> str | None:
        """The value of ``key``, or None. About 20 steps for 80,000 lines."""
        block, wanted = self._block, key.encode() + b"\t"
        low, high = 0, len(block)
        while low < high:
            start = block.rfind(b"\n", low, (low + high) // 2) + 1 or low
            end = block.find(b"\n", start)
            if end < 0:
                end = len(block)
            if block.startswith(wanted, start):
                return block[start + len(wanted) : end].decode()
            if block[start : min(end, start + len(wanted))] < wanted:
                low = end + 1
            else:
                high = start
        return None


def read_text(name: str) -> str:
    """A data file of this package; ``.xz`` is unpacked."""
    data = (resources.files("sekisho.places") / "data" / name).read_bytes()
    return (lzma.decompress(data) if name.endswith(".xz") else data).decode()


def read_rows(name: str) -> list[list[str]]:
    """The rows of a data file of tab-separated values, without its comments."""
    return [line.split("\t") for line in read_text(name).splitlines() if line and not line.startswith("#")]
