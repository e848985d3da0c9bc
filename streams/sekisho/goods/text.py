"""Free text of shipping documents, folded and cut into words: Latin and Cyrillic words, and runs of kana and kanji.

A text is bounded before anything looks at it, so that a hostile description costs no more than a long one.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import Final

#: Characters of a description that are read; the longest item of a customs declaration is far below.
MAX_CHARS: Final = 1000

#: Characters that are not seen but split words: zero-width, soft hyphen, direction marks.
_UNSEEN: Final = dict.fromkeys(
    [0xAD, 0x34F, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
)

#: Cyrillic letters that look like Latin ones, for words that mix the two.
_LOOK_ALIKE: Final = str.maketrans("авекмнорстухіѕј", "abekmhopctyxisj")

WORD: Final = re.compile(r"[a-z0-9]+|[а-яёіїєґ0-9]+|[\u3005\u3041-\u30ff\u3400-\u9fff]+")
_MIXED: Final = re.compile(r"(?:[a-z]+[авекмнорстухіѕј]|[авекмнорстухіѕј]+[a-z])[a-zавекмнорстухіѕј]*")


#: What a form on the web leaves in a text: ``R&amp;D``, ``&#29577;``, ``<br/>``.
_ENTITY: Final = re.compile(r"&#?\w{2,8};")
_TAG: Final = re.compile(r"</?(?:br|p|div|li|ul|ol|td|tr|span|b|i)\b[^<>]{0,40}>", re.IGNORECASE)
_PERCENT: Final = re.compile(r"%20(?![0-9])")
#: Kana that forms of older machines write with a hyphen for the long vowel.
_HYPHEN_KANA: Final = re.compile("([ァ-ヺ])[-\u2010-\u2015\u2212](?=[ァ-ヺ]|\\W|$)")
#: Kana and kanji one by one, as titles and some machines write them.
_SPACED: Final = re.compile(
    "(?<![\u3005\u3041-\u30ff\u3400-\u9fff])(?:[\u3005\u3041-\u30ff\u3400-\u9fff] ){2,}[\u3005\u3041-\u30ff\u3400-\u9fff](?![\u3005\u3041-\u30ff\u3400-\u9fff])"
)
#: Abbreviations with a stroke, of which no word is left when it is cut.
_SLASHES: Final = {"m/c": "machine", "s/w": "software", "h/w": "hardware"}
_SLASHED: Final = re.compile(r"\b(m/c|s/w|h/w)s?\b")
_GAPS: Final = re.compile("[\u3005\u3041-\u30ff\u3400-\u9fff] [\u3005\u3041-\u30ff\u3400-\u9fff] ")


def fold(text: str) -> str:
    """Case, width, accents, markup and unseen characters away; at most ``MAX_CHARS`` characters."""
    text = text[:MAX_CHARS]
    if "&" in text or "<" in text or "%" in text:
        text = _unmarked(text)
    if text.isascii():
        text = text.lower()
        return _SLASHED.sub(_whole, text) if "/" in text else text
    text = unicodedata.normalize("NFKC", text.translate(_UNSEEN)).casefold()
    text = _HYPHEN_KANA.sub(r"\1ー", text)
    if _GAPS.search(text):
        text = _SPACED.sub(lambda met: met.group().replace(" ", ""), text)
    if any("\u00c0" <= char <= "\u024f" for char in text):
        text = "".join(_plain(char) for char in text)
    if _MIXED.search(text):
        text = _MIXED.sub(lambda met: met.group().translate(_LOOK_ALIKE), text)
    if "/" in text:
        text = _SLASHED.sub(_whole, text)
    return text[:MAX_CHARS]


def _whole(met: re.Match[str]) -> str:
    return _SLASHES[met.group(1)]


def _unmarked(text: str) -> str:
    if "&" in text and _ENTITY.search(text):
        # Twice: what a form escaped, a message may escape again.
        text = html.unescape(html.unescape(text))
    return _PERCENT.sub(" ", _TAG.sub("\n", text))


def _plain(char: str) -> str:
    return unicodedata.normalize("NFD", char)[0] if "\u00c0" <= char <= "\u024f" else char


def words(folded: str) -> list[str]:
    """The words of a folded text, in their order; a run of kana and kanji is one of them."""
    return WORD.findall(folded)


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """English plurals away. Other endings stay: the lexicon names their forms."""
    if len(word) < 4 or not word.isascii() or word[-1] != "s" or word[-2] in "su" or word.endswith("sis"):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    return word[:-1]


def is_cjk(word: str) -> bool:
    """A run of kana and kanji."""
    return word[0] >= "\u3005"
