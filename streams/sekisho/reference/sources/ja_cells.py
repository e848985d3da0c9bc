"""Cells of Japanese tables: several values in one cell, enumerated, bracketed, in two languages, or 不明 (not known)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sekisho.model import Name
from sekisho.model.entry import NameKind
from sekisho.names import forms as name_forms
from sekisho.reference.sources import name_notes

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
        "and",
        "or",
    }
)
_MARKER = re.compile(
    r"^\s*(?:(?P<former>f\.?\s?k\.?\s?a(?:\s?\.|\b)|formerly(?: known as)?\b(?! listed)|n[eé]e\b|旧姓|旧称|旧名|以前の呼称)|"
    r"(?P<original>original sc\w*t|in arabic|原語表記)|(?:a\.?\s?k\.?\s?a(?:\.|\b)|also known as\b|alias\b|別称|別名|通称|略称)"
    r"(?:[\s:、,.]*(?:the following \w+ aliases))?)[\s:、,.]*",
    re.IGNORECASE,
)
#: The marker stands alone and speaks of the names that follow.
_ALONE = re.compile(_MARKER.pattern + "$", re.IGNORECASE)
_BRACKETED_MARKER = re.compile(r"\(\s*(別称|別名|通称|略称|旧称|旧名)\s*\)")
_OPENED = re.compile(r"^\s*\((?=\s*(?:a\.?\s?k\.?\s?a|f\.?\s?k\.?\s?a|別称|別名|旧称|also known))", re.IGNORECASE)
#: ``【アラビア語】``: here stood the name in that script.
_LANGUAGE = re.compile("【[^【】]*】")
_SURNAME_FIRST = re.compile(r"^\s*['’‘]?[A-Z][A-Z'’‘ -]+[,、]\s*[^,、;]+$")
_TURNED_ALONE = re.compile(r"a\.k\.a\.?\s*:?\s*['’‘]?[A-Z][A-Z'’‘ -]+,\s*[A-Z][a-z]+\s*\)?\s*$")
_GENERATION = re.compile(r"(?:jr|sr|II|III|IV|2nd|3rd)\.?", re.IGNORECASE)
#: Not a name but what somebody is called in another language: ``Rashid Al-Maghribi (The Moroccan)``.
_EPITHET = re.compile(r"^\s*(?:The\s|ザ・|ジ・)")
_PROCLAIMED = re.compile(r"^\s*Self-proclaimed\s+[“\"]?(.*?)[”\"]?\s*$", re.DOTALL)
#: One word, in Latin letters or in kana.
_SURNAME = re.compile(r"[^\s・･;、,()]+")
_QUOTES = " \u3000\"“”'‘’「」"
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
#: A comma before these belongs to the name.
_LEGAL_COMMA = re.compile(
    r",\s*(?=(?:ltd|limited|inc|incorporated|llc|l\.l\.c|s\.?a|corp|co|gmbh|plc|pte|jr|sr|fze|k\.k|ooo|oao|zao|s\.r\.l)(?![\w'’-]))",
    re.IGNORECASE,
)
#: Longer than this is a sentence about a name.
MAX_NAME = 160
#: A name with all that is written around it is no longer.
_LONGEST = 1000


def plain(cell: object) -> str:
    """The text of a cell; empty for nothing and for 不明."""
    text = name_notes.visible(str(cell)).strip() if cell is not None else ""
    return "" if text.casefold() in _NOTHING else text


def values(cell: object) -> list[str]:
    """The values of a cell, without their enumerators. A comma does not separate: places have commas."""
    text = plain(cell).translate(_PUNCTUATION)
    parts = re.split(r"\x00|\n", _ENUMERATOR.sub("\x00", text))
    return [part for part in (name_forms.tidy(one) for one in parts) if part and part.casefold() not in _NOTHING]


def names(cell: object, kind: NameKind, *, person: bool = False) -> list[Name]:
    """Every name in a cell of other names, in both languages: ``(a)甲（A）、(b)乙（B）`` are four.

    What the enumerators part is one name and notes on it: a comma there turns a person's name round (``BAYNAH, Yasin``) or
    belongs to it. Without enumerators semicolons, line ends and commas part names.
    """
    text = _LANGUAGE.sub("", plain(cell).translate(_PUNCTUATION))
    if not text:
        return []
    text = _ENUMERATOR.sub("\x00", text)
    # ``a)`` among ``(a)`` enumerates within a note
    text = name_notes.HALF_ENUMERATOR.sub(" " if "\x00" in text else "\x00", text)
    found: list[Name] = []
    if "\x00" in text or (person and _TURNED_ALONE.search(text)):
        for item in _lines_joined(text).split("\x00"):
            found += _item(item, kind, person)
    else:
        for line in _lines(_BRACKETED_MARKER.sub(r"\1、", text)):
            word = kind
            for segment in name_notes.pieces(line, ";、､"):
                if marker := _ALONE.match(segment):  # ``（旧称）`` or ``旧称、`` speaks of what follows on the line
                    word = "former" if marker["former"] else kind
                found += _segment(segment, word)
    return list(name_forms.unique(found))


def births(cell: object) -> tuple[str, ...]:
    """Dates of birth that notes on names give, as EDTF."""
    text = plain(cell).translate(_PUNCTUATION)
    return name_notes.births(_ENUMERATOR.sub("\x00", text))


def primary_names(japanese: object, english: object, person: bool) -> list[Name]:
    """The names in the two columns 日本語表記 and 英語表記, an original script among them."""
    found: list[Name] = []
    for cell, lang in ((english, "en"), (japanese, "ja")):
        text = name_notes.paired(_PROCLAIMED.sub(r"\1", _LANGUAGE.sub("", plain(cell).translate(_PUNCTUATION))))
        kept: list[int] = []
        written: list[Name] = []
        former: list[str] = []
        for begin, _, content in name_notes.brackets(text):
            marker = _MARKER.match(content)
            if (original := name_notes.original(content)) is not None:
                written.append(Name(original))
            elif marker and person and marker["former"] and _SURNAME.fullmatch(content[marker.end() :]):
                former.append(content[marker.end() :])
            elif marker:
                written += _bracket(content, "former" if marker["former"] else "alias", person=False)
            elif person and _MARKER.match((whole := content.rpartition(";"))[2]):
                # ``Igor Chayka (Chaika; a.k.a. X)``: a spelling, and a whole name
                spelt = name_forms.person(f"{text[:begin]}({whole[0]})", lang)[1:]
                written += [*(Name(one.text, "alias", lang) for one in spelt), *_named(whole[2], "alias")]
            elif not (person and name_notes.is_note(content)):
                kept.append(begin)
        text = " ".join(name_notes.unbracketed(text, kept).split())
        read = name_forms.person if person else name_notes.organisation
        for part in [text] if person else name_notes.pieces(text, ";、"):
            for one in name_notes.slashed(part):
                found += read(one, lang)
        # ``旧姓：ゴゴレヴァ``, ``nee, Gogoleva``: the surname alone is no name
        for surname in former:
            found += [Name(one.text, "former", one.lang) for one in name_forms.person(f"{text} ({surname})", lang)[1:2]]
        found += written
    return list(name_forms.unique(one for one in found if one.text and one.text.casefold() not in _NOTHING))


def _item(text: str, kind: NameKind, person: bool) -> Iterator[Name]:
    """What one enumerator leads in, both languages of it: a name, and in brackets its other spelling or notes."""
    for line in text.split("\n"):
        for segment in name_notes.pieces(line, ";"):
            yield from _segment(segment, kind, enumerated=True, person=person)


def _segment(text: str, kind: NameKind, *, enumerated: bool = False, person: bool = False) -> Iterator[Name]:
    """One part of a cell: a name, and what stands in brackets behind it."""
    if text.count("(") > text.count(")"):
        text = _OPENED.sub("", text)  # ``(a.k.a. A (b)B)``: of the bracket around them all
    if marker := _MARKER.match(text):
        kind = "former" if marker["former"] else kind
        text = text[marker.end() :]
    text = name_notes.paired(text)
    found = name_notes.brackets(text)
    # ``華信船務(香港)有限公司``: a bracket within a name is a part of it
    within = {at for at, end, content in found if _within(text[:at], content, text[end:])}
    outer = name_notes.unbracketed(text, within)
    called = person and any(name_notes.is_nickname(content) for _, _, content in found)
    for one in [_turned(outer) if person else outer] if enumerated else _comma_split(outer):
        # one word that somebody is called by in a war meets too many: the Security Council calls such aliases low
        yield from _named(one, "weak_alias" if called and not re.search(r"\S[\s・･]+\S", one) else kind)
    for at, _, content in found:
        # ``(Sheikh) Musa``: a title before a name is none, but the name in its own script is
        if at not in within and (text[:at].strip() or not outer.strip() or name_notes.original(content)):
            yield from _bracket(content, kind, person=person, beside=bool(outer.strip()))


def _within(before: str, content: str, after: str) -> bool:
    return before[-1:].isalpha() and after[:1].isalpha() and not name_notes.is_note(content)


def _bracket(content: str, kind: NameKind, *, person: bool, beside: bool = True) -> Iterator[Name]:
    """What stands in a bracket, ``beside`` a name or alone: other names, a note, or both."""
    written = name_notes.original(content)
    if written is not None:
        yield from _named(written, kind)
        return
    announced = _MARKER.match(content)
    if name_notes.labelled(content) and not announced:
        return
    inner = name_notes.brackets(content)
    outer = name_notes.unbracketed(content)
    if name_notes.is_note(outer) and not announced:
        # ``(born in 1971 in Samarra (A; B))``, ``((A) known by this nom de guerre)``: of the brackets within a note only a
        # list, or what the note speaks of, is of names
        inner = [one for one in inner if re.search("[;、]", one[2]) or not content[: one[0]].strip()]
        outer = ""
    word = kind
    turned = person and _SURNAME_FIRST.match(outer[announced.end() :] if announced else outer)
    for part in (
        [_turned(outer[announced.end() :] if announced else outer)]
        if turned
        else name_notes.pieces(_and_last(outer) if announced else outer, ";\n")
    ):
        for segment in name_notes.pieces(name_notes.without_note(part), "、､"):
            if marker := _ALONE.match(segment):
                word = "former" if marker["former"] else kind
            for one in [segment] if ";" in outer else _comma_split(segment):
                # the authorities write names with capitals: ``(birth name)`` and ``(martyrs)`` explain
                explains = one.isascii() and one == one.lower() and one.strip()
                if announced or not (explains or (beside and not person and name_notes.is_country(one.strip()))):
                    yield from _named(one, "weak_alias" if person and beside and _EPITHET.match(one) else word)
    for _, _, more in inner:
        yield from _bracket(more, kind, person=person, beside=beside)


def _named(text: str, kind: NameKind) -> Iterator[Name]:
    if len(text) > _LONGEST:
        return
    if marker := _MARKER.match(text):
        kind = "former" if marker["former"] else kind
        text = text[marker.end() :]
    for one in name_notes.known_as(text):
        name = name_notes.without_note(one[0].strip("[]-–— "))
        if _is_name(name):
            word = one[1] if one[1] == "former" else kind
            yield Name(name, word, name_forms.japanese(name) if _JAPANESE.search(name) else None)


def _is_name(text: str) -> bool:
    return (
        1 < len(text) <= MAX_NAME
        and text.casefold() not in _NOTHING
        and any(char.isalpha() for char in text)
        and not any(mark in text for mark in "。【】:：")
    )


def _lines(text: str) -> list[str]:
    """The lines of a cell; within a bracket a line end is typesetting."""
    return [_lines_joined(line) for line in name_notes.pieces(text, "\n")]


def _lines_joined(text: str) -> str:
    """Line ends within one script are typesetting; between Japanese and other letters they part two languages."""
    lines: list[str] = []
    for line in (one.strip(" \u3000") for one in text.split("\n")):
        before = lines[-1][-1:] if lines else ""
        after = line[:1]
        if before.isalpha() and after.isalpha() and bool(_JAPANESE.match(before)) == bool(_JAPANESE.match(after)):
            lines[-1] += line if _JAPANESE.match(after) else f" {line}"
        else:
            lines.append(line)
    return "\n".join(lines)


def _turned(text: str) -> str:
    """``BAYNAH, Yasin`` is Yasin BAYNAH, ``バイナフ、ヤシン`` ヤシン・バイナフ; a comma before ``Jr`` turns nothing."""
    parts = [part.strip(_QUOTES) for part in re.split("[,、]", name_notes.without_note(text.strip("[] ")))]
    if len(parts) != 2 or not all(parts) or _GENERATION.fullmatch(parts[1]):
        return text
    return f"{parts[1]}{'・' if _JAPANESE.search(text) else ' '}{parts[0].lstrip(_QUOTES)}"


def _and_last(text: str) -> str:
    """``甲、乙及び丙`` ends an enumeration; ``研究所及び付属工場`` is one establishment."""
    head, separator, last = text.rpartition("、")
    left, _, right = last.rpartition("及び")
    parted = left.strip() and right.strip() and not right.strip().startswith("付属")
    return f"{head}{separator}{left}、{right}" if parted else text


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
