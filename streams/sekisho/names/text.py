"""Cleaning a name before anything reads it: forms of the same letter become one, tricks are undone and told.

Everything here is bounded: at most :data:`LIMIT` characters of a name are read, whatever the length.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cache, lru_cache
from typing import Final, NamedTuple

#: Characters of a name that are read. The longest name on the public lists has 280; past this a text is no name.
LIMIT: Final = 400
#: Raw characters looked at to get them: zero-width and combining floods cost no more than this.
RAW_LIMIT: Final = 4 * LIMIT

#: Letters that look like Latin ones (Unicode confusables, the part that is used to deceive), lower case.
_LOOK_LATIN: Final = dict(zip("аеіјорсухѕһԁԛԝкмтвнгαεικνορτυχγβηߋ", "aeijopcyxshdqwkmtbhraeikvoptuxybno", strict=True))
_LOOK_CYRILLIC: Final = dict(zip("aeijopcyxskmtbhn", "аеіјорсухѕкмтвнп", strict=True))
#: Digits that stand for letters inside a word.
_LEET: Final = str.maketrans("0134579$@!", "oieastgsai")

_SCRIPTS: Final = (
    (0x0041, 0x024F, "latin"),
    (0x0250, 0x036F, "latin"),
    (0x0370, 0x03FF, "greek"),
    (0x1F00, 0x1FFF, "greek"),
    (0x0400, 0x052F, "cyrillic"),
    (0x0531, 0x058F, "armenian"),
    (0x0590, 0x05FF, "hebrew"),
    (0x0600, 0x06FF, "arabic"),
    (0x0750, 0x077F, "arabic"),
    (0xFB50, 0xFDFF, "arabic"),
    (0xFE70, 0xFEFE, "arabic"),
    (0x0900, 0x0DFF, "indic"),
    (0x0E00, 0x0EFF, "thai"),
    (0x1780, 0x17FF, "khmer"),
    (0x10A0, 0x10FF, "georgian"),
    (0x1C80, 0x1C8F, "cyrillic"),
    (0x1E00, 0x1EFF, "latin"),
    (0x3040, 0x30FF, "kana"),
    (0x31F0, 0x31FF, "kana"),
    (0x3005, 0x3007, "han"),
    (0x3400, 0x9FFF, "han"),
    (0xF900, 0xFAFF, "han"),
    (0x20000, 0x3FFFF, "han"),
    (0xAC00, 0xD7A3, "hangul"),
    (0x1100, 0x11FF, "hangul"),
)


@lru_cache(maxsize=16384)
def script_of(char: str) -> str:
    """The script of one letter, coarsely; ``other`` for scripts that go through the general table."""
    code = ord(char)
    for first, last, script in _SCRIPTS:
        if first <= code <= last:
            return script
    return "other"


class Cleaned(NamedTuple):
    """A name in small letters with single spaces, and what had to be undone (bounded words)."""

    text: str
    notes: tuple[str, ...]


#: The words of ``Cleaned.notes`` as a reader meets them.
NOTES: Final = {
    "mixed_script": "letters of different scripts inside one word, read as one script",
    "hidden_characters": "zero-width or control characters removed",
    "combining_marks": "a pile of combining marks removed",
    "leet": "digits or signs read as the letters they stand for",
    "cut": f"only the first {LIMIT} characters were read",
    "cut_off": "the field is full: a listed name begins as it does, and what was cut off is not known",
}

_DIGIT: Final = re.compile("[0-9$@!]")
#: How often a sign may have been escaped: in a message within a message within another.
_ESCAPED: Final = 2
_ENTITY: Final = re.compile(r"&(?:amp|apos|quot|lt|gt|nbsp|#\d{1,6}|#[xX][0-9a-fA-F]{1,5});")
_DROP: Final = {"Cf", "Cc", "Cs", "Co", "Cn", "Me"}
#: Signs that are no part of a word.
APOSTROPHES: Final = dict.fromkeys(map(ord, "'’‘`´ʻʼʿʾ′＇‛\"ˈˊ"), None)


def unescaped(text: str) -> str:
    """With the signs of XML and HTML as what they stand for: a message in a message has them twice, and one of them is left."""
    for _ in range(_ESCAPED):
        if "&" not in text or ";" not in text:
            break
        text = _ENTITY.sub(lambda found: html.unescape(found.group()), text)
    return text


@lru_cache(maxsize=1024)
def clean(name: str) -> Cleaned:
    """NFKC, no hidden characters, no signs of XML, one script a word, digits undone inside words, small letters."""
    name = unescaped(name)
    if len(name) <= LIMIT:
        plain = name if name.isascii() else name.translate(_unmarked())
        if plain.isascii():
            if not has_digit(plain):
                return Cleaned(plain.lower(), ())
            if plain.isprintable():
                words = plain.lower().split()
                read = [_unleet(word) if has_digit(word) else word for word in words]
                return Cleaned(" ".join(read), () if read == words else ("leet",))
        if _ONE_SCRIPT.fullmatch(plain):
            # letters that are themselves in every normal form, and nothing to be read in another script
            return Cleaned(" ".join(plain.lower().split()), ())
    notes: list[str] = []
    if len(name) > RAW_LIMIT:
        name = name[:RAW_LIMIT]
        notes.append("cut")
    text = unicodedata.normalize("NFKC", name)
    out: list[str] = []
    marks = 0
    hidden = flood = False
    for char in unicodedata.normalize("NFD", text[:RAW_LIMIT]) if not text.isascii() else text:
        if char.isascii():
            marks = 0
            if char < " " or char == "\x7f":
                char = " "
            out.append(char)
            continue
        category = unicodedata.category(char)
        if category == "Mn":
            marks += 1
            if 0x300 <= ord(char) <= 0x36F or marks > 3:
                # Й and Ё keep theirs: they are letters of their own
                if (
                    marks == 1
                    and out
                    and ((out[-1] in "иИ" and char == "\u0306") or (out[-1] in "іІ" and char == "\u0308"))
                ):
                    out.append(char)
                flood = flood or marks > 3
                continue
            out.append(char)
            continue
        marks = 0
        if category in _DROP:
            hidden = True
            continue
        if category == "Nd":
            out.append(str(unicodedata.digit(char)))
        else:
            out.append(" " if category[0] == "Z" else char)
    text = unicodedata.normalize("NFC", "".join(out))
    if hidden:
        notes.append("hidden_characters")
    if flood:
        notes.append("combining_marks")
    if len(text) > LIMIT:
        text = text[:LIMIT]
        notes.append("cut")
    # a sigma is one letter wherever it stands (and compiled code makes no final one)
    text = text.lower().replace("ς", "σ")
    words = text.split()
    for at, word in enumerate(words):
        new = word
        if not word.isascii():
            new = _one_script(word)
            if new != word:
                notes.append("mixed_script")
        if has_digit(new) or "$" in new or "@" in new or "!" in new:
            plain = _unleet(new)
            if plain != new:
                notes.append("leet")
                new = plain
        words[at] = new
    return Cleaned(" ".join(words), tuple(dict.fromkeys(notes)))


#: Kana, Han, Hangul and Arabic letters, or Cyrillic ones: those that no normalisation changes.
_ONE_SCRIPT: Final = re.compile("[ ,・ぁ-ゖァ-ヺー々一-鿿가-힣ء-غف-ي]+|[ ,А-Яа-я-]+")


@cache
def _unmarked() -> dict[int, str]:
    """Latin letters with marks, without them: what taking them apart by Unicode's tables gives, letter by letter."""
    table = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        char = chr(code)
        if unicodedata.normalize("NFKC", char) == char:
            bare = "".join([c for c in unicodedata.normalize("NFD", char) if not 0x300 <= ord(c) <= 0x36F])
            if bare.isascii():
                table[code] = bare
    return table


def has_digit(text: str) -> bool:
    """Or a sign that may stand for a letter."""
    return _DIGIT.search(text) is not None


@lru_cache(maxsize=8192)
def _one_script(word: str) -> str:
    """A word of Latin and look-alike letters read in the script that most of its letters have."""
    counts: dict[str, int] = {}
    for char in word:
        if char.isalpha():
            script = script_of(char)
            counts[script] = counts.get(script, 0) + 1
    latin = counts.get("latin", 0)
    other = counts.get("cyrillic", 0) + counts.get("greek", 0)
    if not latin or not other:
        return word
    strangers = sum(1 for c in word if script_of(c) in ("cyrillic", "greek") and c not in _LOOK_LATIN)
    if not strangers or latin >= other:
        return "".join(_LOOK_LATIN.get(c, c) for c in word)
    return "".join(_LOOK_CYRILLIC.get(c, c) for c in word)


def _unleet(word: str) -> str:
    """``sech1n`` is sechin; ``a320``, ``48th``, ``2004-1`` and ``b2b`` stay."""
    core = word.strip(".,;:()\"'")
    letters = sum(c.isalpha() for c in core)
    signs = sum(c in "0134579$@!" for c in core)
    if letters < 2 or not signs or signs > letters or len(core) < 4 or not core[0].isalpha() or "-" in core:
        return word
    if any(c in "268" for c in core) or not any(c.isalpha() for c in core[-2:]) or core[-1] == "!":
        return word
    # a sign must stand between letters, not lead a run of digits
    for at, char in enumerate(core):
        if char in "0134579$@!" and (at + 1 < len(core) and core[at + 1].isdigit()):
            return word
    return word.translate(_LEET)


def without_marks(text: str) -> str:
    """Apostrophes and the like are no part of a word: ``so'k`` is ``sok``."""
    return text.translate(APOSTROPHES)


def script_of_word(word: str) -> str:
    """The script of a word; ``mixed`` where Han, kana or Hangul stand beside another."""
    if word.isascii():
        return "latin"
    found = {script_of(c) for c in word if c.isalpha() or c in "ー々"}
    if len(found) == 1:
        return found.pop()
    found.discard("latin")
    if found & {"han", "kana", "hangul"}:
        return "mixed"
    return next(iter(sorted(found)), "latin")


#: Runs of one script in a word without spaces.
RUN: Final = re.compile(r"[ァ-ヿー゠]+|[ぁ-ゟ]+|[a-z0-9]+|[^ァ-ヿー゠ぁ-ゟa-z0-9]+")
