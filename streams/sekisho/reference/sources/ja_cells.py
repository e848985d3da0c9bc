"""Cells of Japanese tables: several values in one cell, enumerated, bracketed, in two languages, or 不明 (not known)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.model import Name
from sekisho.model.entry import NameKind
from sekisho.names import forms as name_forms

#: Full-width punctuation as the half-width that it stands for; letters keep their width.
_PUNCTUATION = str.maketrans("（）；，：［］〔〕", "();,:[]()")
#: ``(a)``, ``（ii）``, ``①``, ``１．`` before a value.
_ENUMERATOR = re.compile(
    r"(?:^|(?<=[\s、,;。）)\]]))?\((?:[a-zａ-ｚ]|aa|bb|[ivx]{1,4}|\d{1,2})\)|[①-⑳]|^・|\n\s*・|(?<=[;、,\n])\s*(?:\d{1,2}|[a-z])[.)]\s+"
)
_NOTHING = frozenset(
    {
        "不明",
        "なし",
        "無し",
        "該当なし",
        "na",
        "n/a",
        "none",
        "-",
        "－",
        "―",
        "unknown",
        "同上",
        "自称",
        "self-proclaimed",
    }
)
_BRACKET = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
#: Where a remark on a name begins.
_REMARK = re.compile(
    r"[,、\s]*(?:\b(?:DOB|POB|born|Afghan passport|passport|formerly listed|previously listed|combat name)\b|生年月日|"
    r"\d{4}年|\d{1,2}月\d{1,2}日|旅券|出生|国籍|による以前の|アフガニスタン旅券|在.{1,12}総領事館).*$",
    re.IGNORECASE | re.DOTALL,
)
_MARKER = re.compile(
    r"^\s*(?:(?P<former>f\.?\s?k\.?\s?a\.?|formerly(?: known as| listed as)?|旧称|旧名|以前の呼称)|"
    r"(?P<original>original sc\w*t|in arabic|原語表記)|a\.?\s?k\.?\s?a\.?|also known as|alias|別称|別名|通称|略称)[\s:、,.]*",
    re.IGNORECASE,
)
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
#: A comma before these belongs to the name.
_LEGAL_COMMA = re.compile(
    r",\s*(?=(?:ltd|limited|inc|incorporated|llc|l\.l\.c|s\.?a|corp|co|gmbh|plc|pte|jr|sr|fze|k\.k|ooo|oao|zao|s\.r\.l)\b)",
    re.IGNORECASE,
)
#: An enumerated name is at least this long (characters).
MIN_ENUMERATED = 5
#: Longer than this is a sentence about a name.
MAX_NAME = 160


def plain(cell: object) -> str:
    """The text of a cell; empty for nothing and for 不明."""
    text = str(cell).strip() if cell is not None else ""
    return "" if text.casefold() in _NOTHING else text


def values(cell: object) -> list[str]:
    """The values of a cell, without their enumerators. A comma does not separate: places have commas."""
    text = plain(cell).translate(_PUNCTUATION)
    parts = re.split(r"\x00|\n", _ENUMERATOR.sub("\x00", text))
    return [part for part in (name_forms.tidy(one) for one in parts) if part and part.casefold() not in _NOTHING]


def names(cell: object, kind: NameKind) -> list[Name]:
    """Every name in a cell of other names, in both languages: ``(a)甲（A）、(b)乙（B）`` are four."""
    text = plain(cell).translate(_PUNCTUATION)
    if not text:
        return []
    text = _ENUMERATOR.sub(";", text)
    found: list[Name] = []
    for segment in _outer_split(text):
        found += _segment(segment, kind)
    return list(name_forms.unique(found))


def primary_names(japanese: object, english: object, person: bool) -> list[Name]:
    """The names in the two columns 日本語表記 and 英語表記, an original script among them."""
    found: list[Name] = []
    for cell, lang in ((english, "en"), (japanese, "ja")):
        text = plain(cell).translate(_PUNCTUATION)
        rest: list[Name] = []

        def take(bracket: re.Match[str], rest: list[Name] = rest) -> str:
            marker = _MARKER.match(bracket.group(1))
            if marker is None:
                return bracket.group(0)
            content = bracket.group(1)[marker.end() :]
            word: NameKind = "primary" if marker["original"] else "former" if marker["former"] else "alias"
            if marker["original"]:
                rest.append(Name(name_forms.tidy(content), word))
            else:
                rest.extend(_segment(content, word))
            return " "

        text = " ".join(_BRACKET.sub(take, text).split())
        if name_forms.tidy(text):
            read = name_forms.person if person else name_forms.organisation
            found += [name for name in read(text, lang) if name.text.casefold() not in _NOTHING]
        found += [name for name in rest if name.text and name.text.casefold() not in _NOTHING]
    return list(name_forms.unique(found))


def _segment(text: str, kind: NameKind) -> Iterator[Name]:
    """One part of a cell: a name, and what stands in brackets behind it."""
    inner: list[str] = []

    def take(bracket: re.Match[str]) -> str:
        inner.append(bracket.group(1))
        return " "

    outer = _BRACKET.sub(take, text)
    for part in (outer, *inner):
        word = kind
        for piece in _comma_split(part):
            # what is left of a bracket that the cell never closes, or never opens, is a part of its own
            for one in re.split(r"[()]", piece):
                if marker := _MARKER.match(one):
                    word = "former" if marker["former"] else kind
                    one = one[marker.end() :]
                for name in _both(_name_alone(one)):
                    if _is_name(name):
                        yield Name(name, word, name_forms.japanese(name) if _JAPANESE.search(name) else None)


def _name_alone(text: str) -> str:
    """Without what some cells say of a name behind it: when and where born, which passport bears it."""
    return name_forms.tidy(_REMARK.sub("", text.strip("[] ")).strip("-–—[] "))


def _is_name(text: str) -> bool:
    return (
        1 < len(text) <= MAX_NAME
        and text.casefold() not in _NOTHING
        and any(char.isalpha() for char in text)
        and not any(mark in text for mark in "。【】:：")
    )


def _both(text: str) -> list[str]:
    """``甲及び乙`` ends an enumeration; short words on either side belong to one name (``ミサイル及び宇宙庁``)."""
    left, _, right = text.rpartition("及び")
    return [left.strip(), right.strip()] if min(len(left.strip()), len(right.strip())) >= MIN_ENUMERATED else [text]


def _outer_split(text: str) -> list[str]:
    """At ``;``, line ends and ``、``, but not within brackets."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        depth = max(depth, 0)
        if depth == 0 and char in ";\n、､":
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


def _comma_split(text: str) -> list[str]:
    """Semicolons separate; where there is none, commas do, save before ``Ltd`` and the like."""
    parts = re.split(r"[;、､\n]", text)
    if len(parts) == 1 and "," in text:
        kept = _LEGAL_COMMA.sub("\x00", text)
        parts = [part.replace("\x00", ", ") for part in kept.split(",")]
        # ``Es Sayed, Kader`` is one name: single words on both sides are a name turned round
        if len(parts) == 2 and all(len(part.split()) == 1 for part in parts) and _LATIN.search(text):
            parts = [f"{parts[1].strip()} {parts[0].strip()}"]
    return parts
