"""The trade lexicon: words of four languages, and their spellings, to the concept they name.

``data/lexicon.txt`` is our own curated list. A line is ``concept: form form …``; the concept's own word is a form of it.
``two_words`` are written together or apart, ``стан*`` stands for every ending. Before the concept, ``~`` marks a filler
(``equipment``: it names nothing), ``!`` a decoy (``toy``: what it stands beside is not what it says), ``?`` a decoy only
where it is the thing itself (``bag for an oscilloscope``), ``>`` a word that introduces a purpose (``for``). ``=`` marks a
word with its abbreviations and other spellings, which are read as that word before phrases are looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib import resources
from typing import Final, Literal

import msgspec
from rapidfuzz.distance import OSA

from sekisho.goods.text import fold, is_cjk, stem, words
from sekisho.goods.types import Token, Word

Role = Literal["", "~", "!", "?", ">"]

#: Latin and Cyrillic words shorter than this are never taken for a misspelling of another: too many are near.
MIN_TYPO: Final = 6
#: From this length on, two slips are forgiven instead of one.
LONG: Final = 11
#: Endings that ``*`` may stand for are at most this long; else ``лазер*`` would hold every compound.
_MAX_ENDING: Final = 7
#: Between the words of a run of kana and kanji.
_PARTICLES: Final = re.compile("[のとやをにでがはへ及び又は等用型式製付系向的和与含]|による|ための|できる|する")
#: More digits than this in a word, and it is a number of something.
_MAX_DIGITS: Final = 2
_DIGIT_LETTERS: Final = str.maketrans("015", "ols")
#: Kana before a long vowel that may be left out. Of shorter words other words are made: ソナー, パーソナル.
_LONG_END: Final = 3
#: Phrases are found by the beginning of their first word.
_BEGIN: Final = 4
#: Cached words and runs of kana and kanji. One never seen before costs microseconds, a cached one a tenth of that.
_MAX_CACHED: Final = 50_000


class Lexicon:
    """Concepts by their forms. Immutable apart from its cache of words."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.roles: dict[str, Role] = {}
        self._forms: dict[str, str] = {}
        #: abbreviations, by their stems, to the word that they stand for
        self._short: dict[str, str] = {}
        self._prefixes: dict[str, str] = {}
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._cjk: dict[str, list[tuple[int, dict[str, str]]]] = {}
        self._near: dict[str, set[str]] = {}
        self._common: frozenset[str] = frozenset(_plain_words())
        self._cache: dict[str, Word] = {}
        cjk: dict[str, dict[int, dict[str, str]]] = {}
        for line in lines:
            head, _, rest = line.partition(":")
            if head[0] == "=":
                self._short.update((stem(form), head[1:]) for form in rest.split())
                continue
            role: Role = head[0] if head[0] in "~!?>" else ""  # type: ignore[assignment]
            concept = head.strip("~!?> ")
            if role:
                self.roles[concept] = role
            for form in (concept, *rest.split()):
                self._add(form, concept, cjk)
        for first, by_length in cjk.items():
            self._cjk[first] = sorted(by_length.items(), reverse=True)
        for word in self._forms:
            self._learn(word)

    def knowing(self, terms: Iterable[str]) -> Lexicon:
        """A lexicon of the same forms that also knows every word of ``terms``, with its own cache.

        Words it did not have become concepts of their own: misspellings are brought back to them, and pieces of kana
        and kanji are found in longer runs.
        """
        own = Lexicon(())
        own.roles, own._forms, own._prefixes, own._phrases = self.roles, self._forms, self._prefixes, self._phrases
        own._short = self._short
        own._near = {variant: set(known) for variant, known in self._near.items()}
        own._cjk = dict(self._cjk)
        for term in terms:
            for word in words(fold(term)):
                if not is_cjk(word):
                    own._learn(stem(word))
                    continue
                for piece in self._unknown(word):
                    by_length = {length: dict(forms) for length, forms in own._cjk.get(piece[0], ())}
                    by_length.setdefault(len(piece), {}).setdefault(piece, piece)
                    if short := _short_end(piece):
                        by_length.setdefault(len(short), {}).setdefault(short, piece)
                    own._cjk[piece[0]] = sorted(by_length.items(), reverse=True)
        return own

    def _unknown(self, run: str) -> list[str]:
        """The pieces of a run of kana and kanji that no form covers, particles and single kana aside."""
        known: list[Token] = []
        rest: list[str] = []
        self._read_cjk(run, known, rest)
        return [piece for piece in rest if len(piece) > 1 or piece >= "\u3400"]

    def _add(self, form: str, concept: str, cjk: dict[str, dict[int, dict[str, str]]]) -> None:
        form = fold(form)
        if is_cjk(form):
            cjk.setdefault(form[0], {}).setdefault(len(form), {})[form] = concept
            if short := _short_end(form):
                cjk[form[0]].setdefault(len(short), {}).setdefault(short, concept)
            return
        if form.endswith("*") and "_" not in form:
            self._prefixes[form[:-1]] = concept
            return
        found = [self._short.get(stem(word), stem(word)) for word in form.replace("_", " ").replace("-", " ").split()]
        if len(found) == 1:
            self._forms[found[0]] = concept
        elif found:
            begin = self._phrases.setdefault(found[0].rstrip("*")[:_BEGIN], [])
            begin.append((tuple(found), concept))
            begin.sort(key=lambda one: -len(one[0]))
            if not any("*" in word for word in found):
                self._forms.setdefault("".join(found), concept)

    def _learn(self, word: str) -> None:
        if len(word) >= MIN_TYPO and not is_cjk(word):
            for variant in _deletions(word):
                self._near.setdefault(variant, set()).add(word)

    def tokens(self, text: str) -> list[Token]:
        """The recognised words of ``text`` in their order. Runs of kana and kanji give their known parts only."""
        return self.read(words(fold(text)))

    def read(self, found: list[str]) -> list[Token]:
        """As ``tokens``, of words already folded and cut."""
        cache = self._cache
        seen = [cache.get(word) or self._meet(word) for word in found]
        result: list[Token] = []
        at = 0
        for place, word in enumerate(seen):
            if place < at:
                continue
            if word.begins and (phrase := self._phrase(word.begins, seen, place)):
                at = place + phrase[0]
                result.append(Token(phrase[1], " ".join(found[place:at])))
            else:
                result.extend(word.tokens)
        return result

    def _meet(self, word: str) -> Word:
        """A word not met before, kept for the next time."""
        if is_cjk(word):
            tokens: list[Token] = []
            self._read_cjk(word, tokens)
            known = Word(word, tuple(tokens), ())
        else:
            form = stem(word)
            form = self._short.get(form, form)
            # Evidence shows the word as it stood, not its stem.
            token = msgspec.structs.replace(self._look_up(form), text=word)
            begins = tuple(one for one in self._phrases.get(form[:_BEGIN], ()) if _is_form(one[0][0], form))
            known = Word(form, (token,), begins)
        if len(self._cache) >= _MAX_CACHED:
            self._cache.clear()
        self._cache[word] = known
        return known

    @staticmethod
    def _phrase(begins: tuple[tuple[tuple[str, ...], str], ...], seen: list[Word], at: int) -> tuple[int, str] | None:
        for forms, concept in begins:
            if len(seen) - at >= len(forms) and all(
                _is_form(form, seen[at + further].stem) for further, form in enumerate(forms)
            ):
                return len(forms), concept
        return None

    def _read_cjk(self, run: str, result: list[Token], rest: list[str] | None = None) -> None:
        at, end, start = 0, len(run), 0
        while at < end:
            for length, forms in self._cjk.get(run[at], ()):
                piece = run[at : at + length]
                if piece in forms:
                    if rest is not None:
                        rest.extend(_PARTICLES.split(run[start:at]))
                    result.append(Token(forms[piece], piece))
                    at += length
                    start = at
                    break
            else:
                at += 1
        if rest is not None:
            rest.extend(_PARTICLES.split(run[start:]))

    def _look_up(self, word: str) -> Token:
        if (concept := self._forms.get(word)) is not None:
            return Token(concept, word)
        if word.isdigit():
            return Token(word, word)
        for length in range(len(word), max(2, len(word) - _MAX_ENDING - 1), -1):
            if (concept := self._prefixes.get(word[:length])) is not None:
                return Token(concept, word)
        if len(word) < MIN_TYPO or word in self._common:
            return Token(word, word)
        digits = sum(char.isdigit() for char in word)
        if digits > _MAX_DIGITS:
            return Token(word, word)
        # ``p0rtable``: a digit that looks like a letter.
        meant = self._mend(word.translate(_DIGIT_LETTERS) if digits else word)
        return Token(word, word) if meant is None else Token(self._forms.get(meant, meant), word, mended=True)

    def _mend(self, word: str) -> str | None:
        """The one known word this is a slip of: a letter too many, too few, wrong or swapped; two in long words."""
        allowed = 2 if len(word) >= LONG else 1
        best, distance = None, allowed + 1
        for variant in _deletions(word):
            for known in self._near.get(variant, ()):
                if known[0] == word[0] and (slips := _slips(word, known, allowed)) < distance:
                    best, distance = known, slips
        return best

    def role(self, concept: str) -> Role:
        return self.roles.get(concept, "")


def _is_form(form: str, word: str) -> bool:
    return word.startswith(form[:-1]) if form[-1] == "*" else word == form


def _short_end(form: str) -> str:
    """``モニタ`` of ``モニター``: a long vowel at the end is written or not where three sounds go before. Else nothing."""
    return form[:-1] if len(form) > _LONG_END and form[-1] == "ー" and "ァ" <= form[-2] <= "ヺ" else ""


def _deletions(word: str) -> set[str]:
    """The word, and the word without one of its letters: two words one slip apart share one of these."""
    found = {word}
    found.update(word[:at] + word[at + 1 :] for at in range(len(word)))
    return found


def _slips(one: str, other: str, allowed: int) -> int:
    """Edit distance with swaps of neighbours as one slip (optimal string alignment), at most ``allowed + 1``."""
    return OSA.distance(one, other, score_cutoff=allowed)


def _lines(name: str) -> Iterator[str]:
    text = resources.files("sekisho.goods").joinpath(f"data/{name}").read_text(encoding="utf-8")
    for line in text.splitlines():
        line = re.sub(r"(?:^|\s)#.*", "", line).strip()
        if line:
            yield line


@lru_cache(maxsize=1)
def _plain_words() -> frozenset[str]:
    """Words of ordinary trade: spelled as they are, they are no misspelling of anything."""
    return frozenset(stem(word) for line in _lines("plain_words.txt") for word in line.split())


@lru_cache(maxsize=1)
def bundled() -> Lexicon:
    """The lexicon of this package, read once."""
    return Lexicon(_lines("lexicon.txt"))
