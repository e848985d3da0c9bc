"""A name taken apart: words in Latin letters, each with what kind of word it is, how much it weighs and how it sounds."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from sekisho.names import han, kana, zengin
from sekisho.names.organisation import organisation_words
from sekisho.names.person import person_words
from sekisho.names.romanise import HANGUL_FAMILY, hangul_syllables
from sekisho.names.sounds import fold, korean_fold
from sekisho.names.text import APOSTROPHES, LIMIT, clean, has_digit, script_of, without_marks
from sekisho.names.tokens import CONTENT, LEGAL, PARTICLE, Token, bare, token_of

#: Words of a name that are compared; the rest is cut (a name of more is a text: see ``scan``).
MAX_TOKENS: Final = 16


class Parsed:
    """One reading of a name. ``joined`` is all its content without spaces; ``characters`` Han or Hangul, one by one."""

    __slots__ = ("characters", "characters_script", "joined", "letters", "notes", "person", "tokens", "written")

    def __init__(
        self, tokens: tuple[Token, ...], person: bool, joined: str, letters: str, characters: tuple[str, ...], characters_script: str, notes: tuple[str, ...], written: str
    ) -> None:  # fmt: skip
        self.tokens = tokens
        self.person = person
        self.joined = joined
        #: all its letters and digits, small words too
        self.letters = letters
        self.characters = characters
        self.characters_script = characters_script
        self.notes = notes
        #: a name with kana or in Arabic letters as it is written, without spaces and dots; else empty
        self.written = written

    def noted(self, note: str) -> Parsed:
        """The same, with a word on what it took to read it."""
        return Parsed(
            self.tokens, self.person, self.joined, self.letters, self.characters, self.characters_script, (*self.notes, note), self.written
        )  # fmt: skip

    def without_characters(self) -> Parsed:
        """The same, to be compared by its words."""
        return Parsed(
            self.tokens, self.person, self.joined, self.letters, (), self.characters_script, self.notes, self.written
        )


#: What stands between words, beside spaces.
_BETWEEN: Final = r",;:/\\|·・‧∙•＝=_+*#^~<>\[\]{}()（）「」『』《》〈〉“”„«»!?、。，‐‑‒–—―−\"&-"
_SPLIT: Final = re.compile(rf"[\s{_BETWEEN}]+")
#: Any sign that a word may be split or shortened by.
_SIGN: Final = re.compile("[." + re.escape("".join(map(chr, APOSTROPHES))) + _BETWEEN + "]")
_DOTTED: Final = re.compile(r"^(?:[^\W\d_]\.)+[^\W\d_]?\.?$")
#: A short form in brackets after the name says nothing new: "Haqqani Network (HQN)".
_SHORT_FORM: Final = re.compile(r"(?<=[^\s(（])\s*[(（][A-Z][A-Z-]{1,9}[)）]\s*$")
#: Fewer letters are anybody's.
_SAYS_ENOUGH: Final = 4
_NO_BRACKETS: Final = dict.fromkeys(map(ord, "()（）"), " ")
#: How firms are addressed, M/S above all in South Asia, is no word of their names.
_ADDRESSED: Final = re.compile(r"^(?:m/s\b\.?|messrs\b\.?)\s*(?=\S)", re.IGNORECASE)
_MESSRS: Final = frozenset("Mm")
#: The signs of ``_SPLIT`` that are ASCII, as spaces, for words without a full stop; and all that is no letter and no digit.
_SPACED: Final = bytes.maketrans(b',;:/\\|=_+*#^~<>[]{}()!?"&-', b" " * 26)
_NO_LETTERS: Final = bytes([code for code in range(128) if not chr(code).isalnum()])


def parse(name: str, person: bool) -> tuple[Parsed, ...]:
    """The readings of a name, most usual first: one for most, a few for Han and Hangul, and for kana with a slip."""
    return _parse(name, person)


def parse_listed(name: str, person: bool) -> tuple[Parsed, ...]:
    """The readings of a name on a list: with the short form that ends it as a word of the name, too, for who leaves out the brackets
    writes Iran Aircraft Industries IACI; and as the short form alone, where it has four letters and begins as the name does (KOMID,
    and not the parent of an institute)."""
    found = parse(name, person)
    if not person and ("(" in name or "（" in name) and (short := _SHORT_FORM.search(name)):
        found += parse(name.translate(_NO_BRACKETS), person)
        letters = short.group().translate(_NO_BRACKETS).strip()
        if len(letters) >= _SAYS_ENOUGH and name[:1].upper() == letters[0]:
            alone = parse(letters, person)
            if all(token.kind == CONTENT for token in alone[0].tokens):
                found += alone
    return found


@lru_cache(maxsize=4096)
def _parse(name: str, person: bool) -> tuple[Parsed, ...]:
    notes: tuple[str, ...] = ()
    if name[:1] in _MESSRS:
        name = _ADDRESSED.sub("", name)
    if not name.isascii():
        name = zengin.plain(name)
    if name.isascii() and len(name) <= LIMIT and not has_digit(name) and not ("&" in name and ";" in name):
        # most names: nothing to clean
        text = name
        if not person and "(" in name:
            text = _SHORT_FORM.sub(" ", name)
        text = text.lower()
    else:
        cleaned = clean(
            name if person else _SHORT_FORM.sub(" ", name[: 4 * LIMIT]) if "(" in name or "（" in name else name
        )
        text, notes = cleaned.text, cleaned.notes
    if text.isascii():
        letters = text.replace(" ", "")
        if letters.isalpha():
            words = text.split()[: 4 * MAX_TOKENS]
        else:
            words = _ascii_words(text, person)
            letters = text.encode().translate(None, _NO_LETTERS).decode()
        return (_finish(person_words(words) if person else organisation_words(words), person, notes, (), letters),)
    scripts: set[str] = set()
    for word in text.split():
        scripts.update(_scripts(word))
    if "han" in scripts and not scripts & {"kana", "latin", "cyrillic"} and (person or len(text.replace(" ", "")) <= 4):
        return _han_person(text, person, notes)
    if "hangul" in scripts and (person or len(text.replace(" ", "")) <= 4) and not scripts & {"latin", "han"}:
        return _hangul_person(text, person, notes)
    characters: tuple[str, ...] = ()
    if scripts <= {"han"} or scripts <= {"hangul"}:
        characters = tuple(c for c in text if c.isalpha())
    if "kana" in scripts:
        texts = [text, *kana.mended(text)]
        if restored := zengin.small(text):
            texts.append(restored)
        return tuple([_finish(words_of(t, person), person, notes, (), written=_SPLIT.sub("", t)) for t in texts])
    written = _SPLIT.sub("", text) if "arabic" in scripts else ""
    return (_finish(words_of(text, person), person, notes, characters, written=written),)


@lru_cache(maxsize=16384)
def _scripts(word: str) -> frozenset[str]:
    return frozenset([script_of(c) for c in word if c.isalpha()])


def _finish(
    tokens: list[Token],
    person: bool,
    notes: tuple[str, ...],
    characters: tuple[str, ...],
    letters: str = "",
    written: str = "",
) -> Parsed:
    if len(tokens) > MAX_TOKENS:
        tokens = tokens[:MAX_TOKENS]
    own = person
    parts = []
    for token in tokens:
        if token.kind == CONTENT:
            own = True
        if token.kind != LEGAL and token.kind != PARTICLE:
            parts.append(token.text)
    if not own:
        tokens = [bare(token) for token in tokens]
    joined = "".join(parts) or "".join([token.text for token in tokens])
    script = script_of(characters[0]) if characters else ""
    letters = letters or "".join([token.text for token in tokens])
    if letters == joined:
        letters = joined  # one string, not two: there are a hundred thousand
    return Parsed(tuple(tokens), person, joined, letters, characters, script, notes, written)


# -- words ---------------------------------------------------------------------------------------------------


#: An address on the web is named like its owner.
_WEB: Final = re.compile(r"\bwww\.|(?<=\w)\.(?:com|net|org|info|ru|ir|cn|ua)(?:\.[a-z]{2})?(?=\s|$|[,;)])")
_JAPANESE: Final = re.compile("[぀-ヿ㐀-鿿]")
_LATIN: Final = re.compile("[a-z]")
_BORDER: Final = re.compile(r"(?<=[぀-ヿ㐀-鿿])(?=[a-z])|(?<=[a-z.])(?=[぀-ヿ㐀-鿿])")


def _ascii_words(text: str, person: bool) -> list[str]:
    """The words of a text in small ASCII letters."""
    if "'" in text or "`" in text:
        text = text.replace("'", "").replace("`", "")
    words: list[str] = []
    if "." not in text:
        words = _spaced(text).split()
    else:
        if not person and _may_be_address(text):
            text = _WEB.sub(" ", text)
        for raw in text.split():
            if raw.isalnum():
                words.append(raw)
            elif (ended := raw.rstrip(".,")).isalnum() and len(ended) > 1:
                words.append(ended)
            elif "." not in raw:
                words.extend(_spaced(raw).split())
            elif _DOTTED.match(raw.strip(',;()"')):
                bare = raw.replace(".", "").strip(',;()"')
                if person:
                    words.extend(bare)
                else:
                    words.append(bare)
            else:
                words.extend(_spaced(raw).replace(".", " ").split())
    words = words[: 4 * MAX_TOKENS]
    return [word for word in words if word.isalnum() or any(c.isalnum() for c in word)]


def _spaced(text: str) -> str:
    return text.encode().translate(_SPACED).decode()


def _may_be_address(text: str) -> bool:
    """Whether a letter follows a full stop: most only end a word."""
    at = text.find(".")
    while at >= 0:
        if text[at + 1 : at + 2].isalpha():
            return True
        at = text.find(".", at + 1)
    return False


def words_of(text: str, person: bool) -> list[Token]:
    """The words of a cleaned text, read as a person's or as an organisation's name."""
    if text.isascii():
        words = _ascii_words(text, person)
        return person_words(words) if person else organisation_words(words)
    words = []
    if not _SIGN.search(text) and not (_JAPANESE.search(text) and _LATIN.search(text)):
        # words with spaces between them
        words = [word for word in text.split()[: 4 * MAX_TOKENS + 1] if word.isalnum() or any(map(str.isalnum, word))]
        return person_words(words) if person else organisation_words(words)
    text = _BORDER.sub(" ", text)
    if not person:
        text = _WEB.sub(" ", text)
    for raw in text.replace(". ", ".  ").split():
        if _DOTTED.match(raw.strip(",;()\"'")):
            bare = raw.replace(".", "").strip(",;()\"'")
            if person:
                words.extend(bare)
            else:
                words.append(bare)
            continue
        for piece in _SPLIT.split(raw):
            piece = without_marks(piece)
            if "." in piece:
                words.extend(part for part in piece.split(".") if part)
            elif piece:
                words.append(piece)
        if len(words) > 4 * MAX_TOKENS:
            break
    words = [word for word in words if word.isalnum() or any(c.isalnum() for c in word)]
    return person_words(words) if person else organisation_words(words)


def _latin_tokens(parts: tuple[str, ...], source: str, person: bool) -> list[Token]:
    return [token_of(p, CONTENT, "", "latin", person).changed(source=source, script="han") for p in parts]


def _han_person(text: str, person: bool, notes: tuple[str, ...]) -> tuple[Parsed, ...]:
    whole = "".join(c for c in text if c.isalpha())
    characters = tuple(whole)
    pieces = text.split()
    readings: list[tuple[str, ...]] = []
    if len(pieces) > 1:
        # the family name stands apart, and may come last
        readings.append(tuple("".join(map(han.pinyin, p)) for p in pieces))
        orders = [whole, "".join([pieces[-1], *pieces[:-1]])]
    else:
        readings.append(han.chinese(whole))
        orders = [whole]
    for order in orders:
        readings.extend(han.japanese(order))
    if not person:
        tokens = words_of(text, False)
        if any(t.kind != CONTENT for t in tokens):
            return (_finish(tokens, False, notes, characters),)
    unique = list(dict.fromkeys(r for r in readings if r))[:8]
    return tuple(_finish(_latin_tokens(r, whole, person), person, notes, characters) for r in unique) or (
        _finish(words_of(text, person), person, notes, characters),
    )


def _hangul_person(text: str, person: bool, notes: tuple[str, ...]) -> tuple[Parsed, ...]:
    pieces = text.split()
    whole = "".join(pieces)
    characters = tuple(whole)
    if not person:
        tokens = words_of(text, False)
        if any(t.kind != CONTENT for t in tokens):
            return (_finish(tokens, False, notes, characters),)
    if len(pieces) > 1:
        family, given = (pieces[-1], "".join(pieces[:-1])) if len(pieces[0]) > 1 else (pieces[0], "".join(pieces[1:]))
    else:
        family, given = whole[:1], whole[1:]
    names = HANGUL_FAMILY.get(family) or ("".join(hangul_syllables(family)),)
    syllables = hangul_syllables(given)
    out = []
    for name in names:
        parts = [name, "".join(syllables)] if syllables else [name]
        tokens = [token_of(part, CONTENT, "", "latin", person) for part in parts]
        out.append(
            _finish(
                [
                    t.changed(
                        script="hangul",
                        source=text,
                        fold=fold(t.text.replace("j", "z")),
                        nick=frozenset(["=" + korean_fold(t.text)]),
                    )
                    for t in tokens
                ],
                person,
                notes,
                characters,
            )
        )
    return tuple(out)
