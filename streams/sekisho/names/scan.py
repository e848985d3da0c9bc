"""Names inside free text: found by the word of each name that says most, then held word by word against what is around.

Everything that a name says must stand there, close together, in any order. What is around it lends no support, so a name
of one word counts only where the word is nobody's but its own, and a name of ordinary words only as it is written.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import OSA

from sekisho.model import EntryKey
from sekisho.names.parse import words_of
from sekisho.names.phrases import Phrases, naming, ordinary
from sekisho.names.segment import Record
from sekisho.names.text import clean
from sekisho.names.tokens import CONTENT, GENERIC, LEGAL, NUMBER, PLACE, Token
from sekisho.names.types import EntityMatch, Query

if TYPE_CHECKING:
    from sekisho.names.index import NameIndex

#: Characters of a text that are read.
READ: Final = 70_000
#: Words are looked at in pieces; they overlap by as much as a long name has words.
_PIECE: Final = 48
_OVERLAP: Final = 12
#: What the matcher must say of the words that were met.
SURE: Final = 0.8
#: The words of a name that a text must hold.
_NAMING: Final = frozenset([CONTENT, GENERIC, PLACE, NUMBER])
#: Slips that a word may have, and how much longer or shorter it is by them.
_SLIPS: Final = 2
_OTHER_LENGTHS: Final = range(-_SLIPS, _SLIPS + 1)
#: Words between the words of one name: particles, a legal form, an initial.
_BETWEEN: Final = 2
#: A single word names an organisation only from this length on, and a word with a slip is still the same.
_SINGLE: Final = 5
#: Two ordinary words name an organisation by themselves from this many letters on.
_LONG: Final = 22
#: Records that one word of a text may lead to; a word that leads to more names nobody by itself.
_LEADS: Final = 400


def scan(index: NameIndex, text: str, limit: int) -> list[EntityMatch]:
    """The entries whose names stand in ``text``, best first."""
    best: dict[EntryKey, EntityMatch] = {}
    text = text[:READ]
    for phrases in index.phrases:
        for record, window in _met(phrases, text):
            _keep(index, record, window, best)
    return sorted(best.values(), key=lambda m: (-m.score, m.entity.key))[:limit]


def _keep(index: NameIndex, record: Record, window: str, best: dict[EntryKey, EntityMatch]) -> None:
    """The matcher has the last word on what was met, and gives the numbers and the evidence."""
    wanted = {entity.key: entity for entity, name in record.bearers if name.kind != "weak_alias"}
    for match in index.search(Query(window), 20):
        key = match.entity.key
        if key not in wanted or match.name_score < SURE or match.matched_name.kind == "weak_alias":
            continue
        old = best.get(key)
        if old is None or old.score < match.score:
            best[key] = match


def _met(phrases: Phrases, text: str) -> Iterable[tuple[Record, str]]:
    """Records whose name stands in the text, with the words that say it."""
    if not text.isascii():
        plain = "".join(unicodedata.normalize("NFKC", text).lower().split()).replace("・", "")
        yield from phrases.inside(plain)
    words = text.split()
    for start in range(0, len(words), _PIECE - _OVERLAP):
        piece = clean(" ".join(words[start : start + _PIECE])).text
        tokens = words_of(piece, False)
        said = {token.fold for token in tokens} | {token.concept for token in tokens if token.concept}
        common = ordinary()
        slipped = {
            len(t.fold) + more for t in tokens if _may_slip(t) and t.fold not in common for more in _OTHER_LENGTHS
        }
        for at, token in enumerate(tokens):
            if token.kind not in _NAMING:
                continue
            for number, record in enumerate(phrases.at(token)):
                if number == _LEADS:
                    break
                window = _window(record, tokens, said, slipped, at, piece)
                if window is not None:
                    yield record, window
        if start + _PIECE >= len(words):
            break


def _window(
    record: Record, tokens: list[Token], said_here: set[str], slipped: set[int], at: int, piece: str
) -> str | None:
    """The words around ``at`` that say the whole name; None if they do not, or could as well be ordinary words.

    ``said_here`` are the spellings and meanings of all words of the piece, and ``slipped`` the lengths of words that one of
    them may be with a slip: most names lack a word that no other can say.
    """
    for one in record.parsed.tokens:
        if (
            one.kind in _NAMING
            and one.fold not in said_here
            and (not one.concept or one.concept not in said_here)
            and not (len(one.fold) in slipped and _may_slip(one))
        ):
            return None
    wanted = naming(record.parsed.tokens)
    reach = len(wanted) + _BETWEEN
    low, high = max(0, at - reach), min(len(tokens), at + reach + 1)
    places = sorted(range(low, high), key=lambda place: abs(place - at))
    taken: list[int] = []
    exact = True
    for one in wanted:
        # the nearest word to the anchor that says it, each word once
        place = next((p for p in places if p not in taken and _same(one, tokens[p])), None)
        if place is None:
            return None
        taken.append(place)
        exact = exact and tokens[place].fold == one.fold
    first, last = min(taken), max(taken)
    if last - first + 1 > len(wanted) + _BETWEEN:
        return None
    # a legal form beside the name belongs to it
    while first > low and tokens[first - 1].kind == LEGAL:
        first -= 1
    while last + 1 < high and tokens[last + 1].kind == LEGAL:
        last += 1
    said = tokens[first : last + 1]
    forms = {token.concept for token in said if token.kind == LEGAL}
    in_order = taken == sorted(taken)
    if not _says_enough(record, wanted, exact=exact, forms=forms, in_order=in_order):
        return None
    if exact and in_order:
        # word for word: as the list writes it, for a phrase of several words has lost its spaces here
        return record.bearers[0][1].text
    return " ".join(token.source for token in said if token.source in piece)


def _says_enough(record: Record, wanted: list[Token], *, exact: bool, forms: set[str], in_order: bool) -> bool:
    common = ordinary()
    own = [token for token in wanted if token.kind == CONTENT and token.fold not in common]
    same_form = not forms.isdisjoint(token.concept for token in record.parsed.tokens if token.kind == LEGAL)
    if len(wanted) == 1:
        (only,) = wanted
        if record.parsed.person or all(e.schema in ("Vessel", "Aircraft", "Person") for e, _ in record.bearers):
            return False
        if not own:
            return exact and same_form
        return exact and (bool(forms) or (len(only.fold) >= _SINGLE and only.weight >= 0.9))
    if len(own) >= 2 or (own and len(wanted) >= 3):
        return True
    if own:
        return exact or same_form
    # ordinary words: only as they are written, and enough of them
    enough = len(wanted) >= 3 or same_form or sum(len(token.fold) for token in wanted) >= _LONG
    return exact and in_order and enough


def _may_slip(word: Token) -> bool:
    """Whether a word with a slip is still this one: not a short one, nor a number."""
    return word.kind != NUMBER and len(word.fold) >= _SINGLE


def _same(wanted: Token, said: Token) -> bool:
    if wanted.fold == said.fold or (wanted.concept and wanted.concept == said.concept):
        return True
    if not _may_slip(wanted) or not _may_slip(said) or said.fold in ordinary():
        return False
    if abs(len(wanted.fold) - len(said.fold)) > _SLIPS:
        return False
    slips = OSA.distance(wanted.fold, said.fold, score_cutoff=_SLIPS)
    return slips <= 1 or (slips <= _SLIPS and wanted.key == said.key)
