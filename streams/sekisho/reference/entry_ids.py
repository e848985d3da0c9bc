"""Ids for entries whose publisher gives them none (the lists of the Bureau of Industry and Security, among others).

An id comes from the list, the primary name and the country: what an edited alias, address or remark leaves alone. Only
where these repeat within a list do the birth date, the address or the date of the order tell the entries apart.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Sequence

#: Name, country, and what may tell repetitions apart, the steadiest first.
Identity = tuple[str, str, Sequence[str]]


def derive(list_id: str, entries: Sequence[Identity]) -> list[str]:
    """An id for each of ``entries``, in their order; 16 hexadecimal digits.

    Rows that agree in everything are numbered in their order: they are two rows of the publisher, and two entries here.
    """
    keys: list[tuple[str, ...]] = [(_plain(name), country) for name, country, _ in entries]
    counts = Counter(keys)
    keys = [_told_apart(key, entry[2]) if counts[key] > 1 else key for key, entry in zip(keys, entries, strict=True)]
    seen: Counter[tuple[str, ...]] = Counter()
    ids = []
    for key in keys:
        seen[key] += 1
        number = (str(seen[key]),) if seen[key] > 1 else ()
        ids.append(hashlib.sha256("\x1f".join((list_id, *key, *number)).encode()).hexdigest()[:16])
    return ids


def _told_apart(key: tuple[str, ...], more: Sequence[str]) -> tuple[str, ...]:
    return (*key, *(_plain(one) for one in more))


def _plain(text: str) -> str:
    """Case, width and punctuation aside: a publisher's cosmetic edits leave an id alone."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(char if char.isalnum() else " " for char in folded).split())
