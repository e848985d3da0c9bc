"""The curated trade vocabulary of a goods table (``reference/vocabulary/<table>.txt``), our own work and not the law's.

    [2(69)] Portable electric generators, parts
    hs: 850211 850220                 # codes that such goods bear in trade, where the law names none: interpretation
    en: (portable|diesel) generator; genset
    ja: 可搬型発電機

``(a|b)`` stands for either; every combination is one term.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources
from itertools import product

import msgspec

from sekisho.errors import InputError

_HEAD = re.compile(r"\[([^\]]+)\]\s*(.*)")
_EITHER = re.compile(r"\(([^()]*\|[^()]*)\)")


class Entry(msgspec.Struct):
    """What the vocabulary says of one item."""

    title: str
    hs_codes: tuple[str, ...] = ()
    terms: dict[str, tuple[str, ...]] = {}


def read(table_id: str) -> dict[str, Entry]:
    """Every item of the bundled vocabulary of a table. Raises InputError that names file and line."""
    file = resources.files("sekisho.reference").joinpath(f"vocabulary/{table_id}.txt")
    return parse(file.read_text(encoding="utf-8"), f"{table_id}.txt")


def parse(text: str, source: str) -> dict[str, Entry]:
    """As ``read``, from text."""
    entries: dict[str, Entry] = {}
    entry: Entry | None = None
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if head := _HEAD.fullmatch(line):
            entry = entries[head.group(1)] = Entry(head.group(2))
            continue
        key, colon, rest = line.partition(":")
        if entry is None or not colon or not re.fullmatch("hs|[a-z]{2}", key):
            raise InputError(f"{source} line {number}: expected `[item] title`, `hs: codes` or `en: terms`")
        if key == "hs":
            entry.hs_codes = tuple(rest.split())
            continue
        terms = [term for part in rest.split(";") if part.strip() for term in expand(part.strip())]
        entry.terms = {**entry.terms, key: tuple(dict.fromkeys(terms))}
    return entries


def expand(term: str) -> Iterator[str]:
    """``(portable|mobile) generator`` as ``portable generator`` and ``mobile generator``."""
    pieces = [piece.split("|") if at % 2 else [piece] for at, piece in enumerate(_EITHER.split(term))]
    for choice in product(*pieces):
        yield " ".join("".join(choice).replace("_", " ").split())
