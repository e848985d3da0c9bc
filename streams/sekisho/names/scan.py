"""Names inside free text: windows of words are searched; a single word counts only where it is distinctive."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sekisho.model import EntryKey
from sekisho.names.parse import CONTENT, parse
from sekisho.names.text import script_of
from sekisho.names.types import EntityMatch, Query

if TYPE_CHECKING:
    from sekisho.names.index import NameIndex

#: Words of a text that are read, and words of the longest window.
WORDS, WINDOW = 120, 6
#: A name in running text must be nearly exact: whatever is around it lends no support.
SURE = 0.92
_WORD = re.compile(r"[^\s,;:/|()\[\]\"<>=]+")


def scan(index: NameIndex, text: str, limit: int) -> list[EntityMatch]:
    """The entries whose names stand in ``text``, best first."""
    words = _WORD.findall(text[:4000])[:WORDS]
    best: dict[EntryKey, EntityMatch] = {}
    for start in range(len(words)):
        for stop in range(start + 1, min(len(words), start + WINDOW) + 1):
            window = " ".join(words[start:stop])
            if stop - start == 1 and not _distinctive(window):
                continue
            for match in index.search(Query(window), 5):
                if match.name_score < SURE or match.matched_name.kind == "weak_alias":
                    continue
                old = best.get(match.entity.key)
                if old is None or old.score < match.score:
                    best[match.entity.key] = match
    return sorted(best.values(), key=lambda m: (-m.score, m.entity.key))[:limit]


def _distinctive(word: str) -> bool:
    if any(script_of(c) in ("han", "kana", "hangul") for c in word):
        return len(word) >= 3
    tokens = [t for t in parse(word, False)[0].tokens if t.kind == CONTENT]
    return len(word) >= 6 and bool(tokens) and tokens[0].weight >= 0.9
