"""Names as publishers write them, taken apart into the names they stand for.

``Volodymyr (Vladimir) BESPALOV`` is two names, ``KAMAZ Publicly Traded Company (a.k.a. KAMAZ PAO; a.k.a. KAMAZ PJSC)``
three, and ``ヴィクトル・イェメリャネンコ（エメリヤネンコ）`` two. A bracket in a person's name holds other spellings of the
words before it; in an organisation's name it holds a whole other name, unless it is a plain part of the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product
from typing import Final

from sekisho.model import Name
from sekisho.model.entry import NameKind

_BRACKET: Final = re.compile(r"[(（〔\[［]([^()（）〔〕\[\]［］]*)[)）〕\]］]")
#: What announces whole other names, in the wordings of the lists at hand.
_ALIAS: Final = re.compile(
    r"^(?:good quality |low quality )?(?:a\.?\s?k\.?\s?a\b\.?|also known as|alias(?:es)?\b|別称|別名|通称|略称|他の名称|又の名)"
    r"(?:[\s、,:：.]*the following \w+ alias(?:es)?)?[\s、,:：]*",
    re.IGNORECASE,
)
_FORMER: Final = re.compile(
    r"^(?:f\.?\s?k\.?\s?a\b\.?|formerly(?: known as)?|previously(?: known as)?|旧称|旧名称|旧名|旧)[\s、,:：]*",
    re.IGNORECASE,
)
#: Between whole names: not the comma, which belongs to ``Co., Ltd.``
_BETWEEN_NAMES: Final = re.compile(r"[;；、､\n]|,\s*(?=(?:a|f)\.?k\.?a\b)", re.IGNORECASE)
#: Between other spellings of a word.
_BETWEEN_WORDS: Final = re.compile(r"[,，;；、､/／]|\bor\b|\band\b|又は|及び", re.IGNORECASE)
_WORDS: Final = re.compile(r"[^\s・･]+")
_EDGES: Final = " \t\r\n\u3000,，、､;；:：・･"

#: Brackets multiply: a hostile name must not buy a search for each of its readings.
_READINGS: Final = 16
#: A longer name with brackets is no name; it is searched for as it stands (characters).
_BRACKETED: Final = 300
_OPENING: Final = frozenset("(（[［〔")

#: More readings than this are not names but noise: the product of many brackets is cut here.
MAX_FORMS: Final = 64


def person(text: str, lang: str | None = None) -> tuple[Name, ...]:
    """All names of a person; the first is the primary, the spelling that stands outside the brackets."""
    text, whole = _take_aliases(text)
    runs: list[tuple[str, list[str]]] = []
    end = 0
    for bracket in _BRACKET.finditer(text):
        before, end = text[end : bracket.start()], bracket.end()
        others = [word for part in _BETWEEN_WORDS.split(bracket.group(1)) if (word := part.strip(_EDGES))]
        runs.append((before, [before, *(_respelled(before, other) for other in others)]))
    rest = text[end:]
    forms = ["".join((*choice, rest)) for choice in _bounded(options for _, options in runs)]
    names = [(tidy(form), "alias" if at else "primary") for at, form in enumerate(forms)]
    return unique([*_named(names, lang), *_named(whole, lang)])


def organisation(text: str, lang: str | None = None) -> tuple[Name, ...]:
    """All names of an organisation, vessel or other thing; the first is the primary.

    A bracket without ``a.k.a.`` is another name where it ends the text (``Federal Security Service (FSB)``); the text
    with the bracket's words in it stays a name as well, since it may be a part (``Huawei Technologies (Yangon) Co.``).
    """
    text, whole = _take_aliases(text)
    names: list[tuple[str, str]] = []
    trailing = re.search(_BRACKET.pattern + r"[\s.,、]*$", text)
    if trailing and tidy(text[: trailing.start()]):
        names.append((tidy(text[: trailing.start()]), "primary"))
        names.append((tidy(text), "alias"))
        names += [(other, "alias") for part in re.split(r"[;；、､]", trailing.group(1)) if len(other := tidy(part)) > 1]
    else:
        names.append((tidy(text), "primary"))
    return unique([*_named(names, lang), *_named(whole, lang)])


def bracketed(name: str, kind: str) -> tuple[str, ...]:
    """The other names that a name with brackets stands for (``Victor YANUKOVYCH (YANUKOVICH)``), for that kind of bearer."""
    if _OPENING.isdisjoint(name) or len(name) > _BRACKETED:
        return ()
    names = person(name) if kind in {"Person", "Unknown"} else ()
    if kind != "Person":
        # A single word in brackets is as often a town or a trade as a name: alone it says too little.
        names = (*names, *(found for found in organisation(name) if " " in found.text))
    return tuple(dict.fromkeys(found.text for found in names if found.text != name))[:_READINGS]


def aliases(text: str, lang: str | None = None) -> tuple[Name, ...]:
    """The names in an alias field: ``（別称、…）``, ``a.k.a. X; a.k.a. Y``, ``X; Y`` or ``甲、乙``."""
    stripped = text.strip()
    if whole := _BRACKET.fullmatch(stripped):
        stripped = whole.group(1)
    return unique(_named(_whole_names(stripped), lang))


def unique(names: Iterable[Name]) -> tuple[Name, ...]:
    """Without repetitions (of text, case aside); the first one stays."""
    seen: set[str] = set()
    kept = []
    for name in names:
        key = name.text.casefold()
        if name.text and key not in seen:
            seen.add(key)
            kept.append(name)
    return tuple(kept)


def tidy(text: str) -> str:
    """Without the spaces and separators at its ends and without double spaces inside."""
    return " ".join(text.replace("\u3000", " ").split()).strip(_EDGES)


def japanese(text: str) -> str:
    """The language tag of a name in Japanese: ``ja-Kana``, ``ja-Hani``, or ``ja`` where scripts are mixed."""
    kana = sum("\u3041" <= char <= "\u30ff" and char != "・" for char in text)
    han = sum("\u3400" <= char <= "\u9fff" or char in "々〆" for char in text)
    letters = sum(char.isalpha() for char in text)
    if kana and kana >= letters - text.count("ー"):
        return "ja-Kana"
    return "ja-Hani" if han and han == letters else "ja"


def _take_aliases(text: str) -> tuple[str, list[tuple[str, str]]]:
    """The text without the brackets that announce whole names, and those names."""
    found: list[tuple[str, str]] = []

    def take(bracket: re.Match[str]) -> str:
        content = bracket.group(1).strip()
        if not (_ALIAS.match(content) or _FORMER.match(content)):
            return bracket.group(0)
        found.extend(_whole_names(content))
        return " "

    return _BRACKET.sub(take, text), found


def _whole_names(content: str) -> Iterator[tuple[str, str]]:
    kind = "alias"
    for part in _BETWEEN_NAMES.split(content):
        part = part.strip(_EDGES)
        part = re.sub(r"^(?:and|及び|並びに)\s*", "", part)
        if former := _FORMER.match(part):
            kind, part = "former", part[former.end() :]
        elif alias := _ALIAS.match(part):
            kind, part = "alias", part[alias.end() :]
        if part := tidy(part):
            yield part, kind


def _respelled(before: str, other: str) -> str:
    """``before`` with its last words replaced by the words of ``other``, as many as it has."""
    spans = [match.span() for match in _WORDS.finditer(before)]
    if not spans:
        return before
    count = min(len(_WORDS.findall(other)), len(spans))
    start, end = spans[-count][0], spans[-1][1]
    return before[:start] + other + before[end:]


def _bounded(options: Iterable[list[str]]) -> Iterator[tuple[str, ...]]:
    for at, choice in enumerate(product(*options)):
        if at == MAX_FORMS:
            return
        yield choice


def _named(found: Iterable[tuple[str, str]], lang: str | None) -> Iterator[Name]:
    for text, kind in found:
        named: NameKind = kind  # type: ignore[assignment]
        tag = japanese(text) if lang == "ja" else lang
        yield Name(text=text, kind=named, lang=tag)
