"""The words of an organisation's name: its own, and those of the vocabulary (``words``) in any of their spellings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

from sekisho.names import kana
from sekisho.names.person import arabic
from sekisho.names.romanise import romanise
from sekisho.names.sounds import fold
from sekisho.names.text import RUN, script_of, script_of_word
from sekisho.names.tokens import CONTENT, KIND, LEGAL, NUMBER, Token, token_of
from sekisho.names.words import (
    CYRILLIC_STEM,
    KANA_LETTERS,
    Word,
    phrase_stem,
    plain_arabic,
    stem,
    vocabulary,
)

#: Words of trade that are family names at the head of a name: Park Bangkok Ceramics.
_FAMILY_NAMES: Final = frozenset(["park"])
_ORDINAL: Final = re.compile(r"^(\d+)(?:st|nd|rd|th|-?й|-?я|го)?$")
_NUMBERED: Final = re.compile(r"^(?:第|no|n|num|№)?(\d+)(?:号|th)?$")
_ROMAN: Final = {
    "ii",
    "iii",
    "iv",
    "vi",
    "vii",
    "viii",
    "ix",
    "xi",
    "xii",
    "xiii",
    "xiv",
    "xv",
    "xvi",
    "xvii",
    "xviii",
    "xix",
    "xx",
}


def organisation_words(words: list[str]) -> list[Token]:
    table = vocabulary()
    words = _spelled([word if word.isascii() else KANA_LETTERS.get(word, word) for word in words])
    out: list[Token] = []
    at = 0
    while at < len(words):
        word = words[at]
        taken = 0
        read = _organisation_word(word)
        for length in range(min(read.longest, len(words) - at), 1, -1):
            phrase = " ".join(words[at : at + length])
            found = table.phrases.get(phrase)
            if found is not None:
                out.extend(_of_word(found, phrase, "latin" if phrase.isascii() else read.script))
                taken = length
                break
        if not taken and read.longest_stem > 1:
            for length in range(min(read.longest_stem, len(words) - at), 1, -1):
                found = table.stem_phrases.get(" ".join(map(phrase_stem, words[at : at + length])))
                if found is not None:
                    out.extend(_of_word(found, " ".join(words[at : at + length]), read.script))
                    taken = length
                    break
        if taken:
            at += taken
            continue
        at += 1
        if read.script in ("han", "kana", "hangul", "mixed"):
            out.extend(_cut(word))
        elif word == "i" and out and at < len(words) and not _is_legal(words[at]):
            pass  # Lashkar-i-Jhangvi: "of" in Persian, "and" in Slavic; the first of a row stands last (Trust I)
        else:
            out.extend(read.following if out or (word in _ARTICLES and at < len(words)) else read.leading)
    return _numbers(out)


#: The Arabic article and the Spanish one begin a name as they stand inside it; alone they are a name.
_ARTICLES: Final = frozenset(["al", "el"])


def _is_legal(word: str) -> bool:
    found = vocabulary().words.get(word)
    return found is not None and found.kind == "legal"


class _OrganisationWord:
    """A word of an organisation's name: of how many words the longest phrase is that begins with it, as it stands and
    stemmed, and what it is at the head of a name and behind other words."""

    __slots__ = ("following", "leading", "longest", "longest_stem", "script")

    def __init__(
        self, script: str, longest: int, longest_stem: int, leading: Sequence[Token], following: Sequence[Token]
    ) -> None:
        self.script = script
        self.longest = longest
        self.longest_stem = longest_stem
        self.leading = leading
        self.following = following


@lru_cache(maxsize=32768)
def _organisation_word(word: str) -> _OrganisationWord:
    table, script = vocabulary(), script_of_word(word)
    stemmed = len(word) >= _FOLDED and script in ("latin", "cyrillic")
    longest_stem = table.stem_starts.get(phrase_stem(word), 0) if stemmed else 0
    leading: Sequence[Token] = ()
    following: Sequence[Token] = ()
    if script not in ("han", "kana", "hangul", "mixed"):
        leading = following = _plain_word(word, script, False)
        if word in table.words:
            # a particle, a title, a number or a legal form is none at the head of a name
            following = _plain_word(word, script, True)
    return _OrganisationWord(script, table.starts.get(word, 0), longest_stem, leading, following)


def _spelled(words: list[str]) -> list[str]:
    """Single letters in a row are one word: ``l x c aviation``."""
    if not any(len(w) == 1 for w in words):
        return words
    out: list[str] = []
    run = ""
    for word in words:
        if len(word) == 1 and word.isalpha() and script_of(word) in ("latin", "cyrillic"):
            run += word
            continue
        if run:
            out.append(run)
            run = ""
        out.append(word)
    if run:
        out.append(run)
    return out


def _plain_word(word: str, script: str, follows: bool) -> Sequence[Token]:
    table = vocabulary().words
    if not word.isalpha():
        number = _NUMBERED.match(word) or _ORDINAL.match(word)
        if number:
            return [token_of(number.group(1).lstrip("0") or "0", NUMBER, "", "latin", False)]
    found = table.get(word)
    if found is not None:
        if found.kind == "stop":
            return []
        if (
            (found.kind == "number" and len(word) < 3 and not (follows and word in _ROMAN | {"v", "x", "i"}))
            or (found.kind in ("particle", "title") and not follows)
            or (word in _FAMILY_NAMES and not follows)
            or (
                found.kind == "legal"
                and len(word) <= 2
                and not follows
                and script == "latin"
                and word not in ("ao", "oo", "pt")
            )
        ):
            found = None
    if found is None and len(word) >= _FOLDED and script in ("latin", "cyrillic"):
        found = _folds().get(fold(romanise(word, script))) or _stemmed(word)
    if found is None and len(word) >= _SLIPPED and script == "latin":
        found = _slipped(word)
    if found is None and script == "latin":
        found = _slipped_forms().get(word)
    if found is not None:
        return _of_word(found, word, script)
    if script == "arabic":
        known = vocabulary().arabic.get(plain_arabic(word))
        return _of_word(known, word, script) if known else arabic(word, False)
    if word[-1:].isdigit() and word[0].isalpha():
        letters = word.rstrip("0123456789")
        return [
            token_of(letters, CONTENT, "", script, False),
            token_of(word[len(letters) :], NUMBER, "", "latin", False),
        ]
    return [token_of(word, CONTENT, "", script, False)]


#: From this length on, one slip in a legal form or a word of trade is seen through: Aktiengeselschaft.
_SLIPPED: Final = 9


#: From this length on, a word of trade or a town is known in each of its spellings: Tulsky, Tulskii, Тульский.
_FOLDED: Final = 6


@cache
def _folds() -> dict[str, Word]:
    return {
        fold(form): word
        for form, word in vocabulary().words.items()
        if len(form) >= _FOLDED and form.isascii() and word.kind in ("place", "generic", "topic")
    }


def _stemmed(word: str) -> Word | None:
    """A Russian word by its stem; an adjective of a place (Саратовский) by the place."""
    stems = vocabulary().stems
    short = stem(word) if word.isascii() else stem(word, CYRILLIC_STEM)
    found = stems.get(short)
    if found is None and short.endswith("sk"):
        found = stems.get(short[:-2])
        if found is not None and found.kind != "place":
            return None
    return found


@cache
def _slips() -> dict[str, Word]:
    table: dict[str, Word] = {}
    for form, word in vocabulary().words.items():
        if len(form) >= _SLIPPED and form.isascii() and word.kind in ("legal", "generic", "topic"):
            for at in range(len(form)):
                table.setdefault(form[:at] + form[at + 1 :], word)
    return table


#: A shorter legal form is seen through where letters changed places or one is missing (Lmiited, Compny), from this length on.
_FORM_SLIPPED: Final = 7


@cache
def _slipped_forms() -> dict[str, Word]:
    table: dict[str, Word] = {}
    for form, word in vocabulary().words.items():
        if _FORM_SLIPPED <= len(form) < _SLIPPED and form.isascii() and form.isalpha() and word.kind == "legal":
            for at in range(1, len(form)):
                table.setdefault(form[:at] + form[at + 1 :], word)
                table.setdefault(form[:at] + form[at + 1 : at + 2] + form[at] + form[at + 2 :], word)
            table.setdefault(form[1] + form[0] + form[2:], word)
    return table


def _slipped(word: str) -> Word | None:
    table = _slips()
    if word in table:
        return table[word]
    for at in range(1, len(word)):
        shorter = word[:at] + word[at + 1 :]
        if shorter in table or shorter in vocabulary().words:
            return table.get(shorter) or vocabulary().words[shorter]
    return None


def _of_word(found: Word, word: str, script: str) -> list[Token]:
    if found.kind == "stop":
        return []
    if found.kind == "number":
        return [token_of(found.concept, NUMBER, "", "latin", False)]
    if "+" in found.concept:
        return [part.changed(script=script, source=word) for part in _parts(found)]
    return [token_of(word, KIND[found.kind], found.concept, script, False)]


def _parts(word: Word) -> list[Token]:
    """A word that says two things, as two: ``legal.`` before a legal form."""
    out = []
    for concept in word.concept.split("+"):
        family, _, name = concept.partition(".")
        kind, meant = (LEGAL, name) if family == "legal" else (KIND[word.kind], concept)
        out.append(token_of(name, kind, meant, "latin", False))
    return out


def _numbers(tokens: list[Token]) -> list[Token]:
    """``forty four`` is 44."""
    if sum([token.kind == NUMBER for token in tokens]) < 2:
        return tokens
    out: list[Token] = []
    for token in tokens:
        last = out[-1] if out else None
        if (
            last is not None
            and token.kind == NUMBER == last.kind
            and len(token.text) == 1
            and last.text in {"20", "30", "40", "50", "60", "70", "80", "90"}
            and last.source == last.text
        ):
            out[-1] = token_of(str(int(last.text) + int(token.text)), NUMBER, "", "latin", False)
        else:
            out.append(token)
    return out


def _cut(word: str) -> list[Token]:
    """A word of Japanese, Chinese or Korean cut into the vocabulary's words and what is left between them."""
    out: list[Token] = []
    table = vocabulary()
    for piece in RUN.findall(word):
        first = piece[0]
        if first.isascii():
            read = _organisation_word(piece)
            out.extend(read.following if out else read.leading)
            continue
        script = script_of(first)
        if script == "kana":
            if named := kana.letters(piece):
                read = _organisation_word(named)
                out.extend(read.following if out else read.leading)
                continue
            for part in [piece] if piece in table.glued else kana.split(piece, table.glued):
                found = table.glued.get(part)
                out.extend(_of_word(found, part, "kana") if found else [token_of(part, CONTENT, "", "kana", False)])
            continue
        rest = ""
        at = 0
        while at < len(piece):
            found = None
            for length in range(min(table.glued_longest, len(piece) - at), 0, -1):
                found = table.glued.get(piece[at : at + length])
                if found is not None and (length > 1 or _stands_alone(piece, at, rest)):
                    break
                found = None
            if found is None:
                rest += piece[at]
                at += 1
                continue
            if rest:
                out.append(token_of(rest, CONTENT, "", script_of(rest[0]), False))
                rest = ""
            out.extend(_of_word(found, piece[at : at + length], script))
            at += length
        if rest and any(c.isalpha() for c in rest):
            out.append(token_of(rest, CONTENT, "", script_of(rest[0]), False))
    return out


def _stands_alone(piece: str, at: int, rest: str) -> bool:
    """Whether one character is a word of its own: at the end (兵器廠), or before a word that is known (新石油); not the
    head of a name (海润)."""
    if at + 1 == len(piece):
        return len(rest) != 1
    if rest:
        return False
    glued = vocabulary().glued
    return any(piece[at + 1 : stop] in glued for stop in range(at + 3, min(len(piece), at + 9) + 1))


# -- names in Han and Hangul ---------------------------------------------------------------------------------
