"""What publishers write beside a name in its own field, and how it is told from the name.

A field of names may say when and where the bearer was born, which passport shows the name, that the list had it before,
or that a whole other name follows (``X ALSO KNOWN AS Y``). Readers of lists take such notes off here: a note that stays
makes the name miss its bearer, and a note alone (``birth name``) meets everybody's papers.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import msgspec

from sekisho.model import Name
from sekisho.model.entry import NameKind
from sekisho.names import forms
from sekisho.reference.sources import en_dates, jp_dates
from sekisho.reference.sources.countries import country_code

#: No name with its notes is longer (characters), and no brackets are deeper: what is, is left as it is, whoever wrote it.
_LONGEST = 1000
_DEEPEST = 6
_OPEN = "([（［〔【"
_CLOSE = ")]）］〕】"

#: Where a note begins that runs on to the end of its item.
_NOTE = re.compile(
    r"[,、.\s]{0,4}(?:\b(?:D\.?O\.?B|P\.?O\.?B|DPOB)\b|\b(?:born|issued|expire[sd]?|expiry)\b|\bdate of (?:issue|birth|expir)|"
    r"\b(?:[A-Z][a-z]+ )?(?i:passport)\b|\b[Nn]ationality\s*:|\b(?:[Ii]dentification|ID) number\b|\bfalse identity\b|"
    r"生年月日|\d{4}年|\d{1,2}月\d{1,2}日|[^\s、,;。（(]{0,8}(?:旅券|パスポート)|出生|国籍|発行[地日]|有効期限|による以前の|在.{1,12}総領事館).*$",
    re.DOTALL,
)
#: A whole bracket or piece that says something of a name: nobody is called that.
_REMARK = re.compile(
    r"^(?:.*\b)?(?:(?:formerly|previously)?\s*listed as|birth ?name|combat name|nom de guerre|initials|call sign|"
    r"original script|in arabic|self-proclaimed|including\b.*|[A-Z]{2}[ie]\.\d{3})\.?$|"
    r"(?:コールサイン|イニシャル|戦闘員?名|誕生名|自称|記載ぶり|掲載の氏名|知られる|にみられる|の息子|参加時|を含む|^\S{1,8}語(?:表記)?)。?$",
    re.IGNORECASE,
)
_NICKNAME = re.compile(
    r"(?:combat name|nom de guerre|initials|call sign)$|(?:コールサイン|イニシャル|戦闘員?名)$", re.IGNORECASE
)
#: ``original script: Абу Банат``, ``previously listed as, in Arabic: مرعي زغبي``: the name stands behind the colon.
_ORIGINAL = re.compile(
    r"^(?:[^()（）]*?\b)?(?:original sc\w*t|in arabic(?: script)?|原語表記)\s*[:：]\s*(?P<name>.*)$|"
    r"^(?P<behind>[^:：]+?)\s*[:：]\s*original script$",
    re.IGNORECASE | re.DOTALL,
)
_LABEL = re.compile(
    r"(?:旅券番号|ID番号|番号|生年月日|出生地|国籍|発行日|発行地|有効期限)\s*[:：]|旅券|\bpassport\b|"
    r"\b(?:DOB|POB|Nationality|Latin|Parent Organi[sz]ation)\s*:",
    re.IGNORECASE,
)
#: ``b)`` between two names of one field.
HALF_ENUMERATOR = re.compile(r"(?<![\w(（])(?:^|(?<=\s))[a-z]\)\s*")
#: ``… - sub-unit name``
_SUFFIX = re.compile(r"\s+[-–]\s+(?:sub-unit name)$", re.IGNORECASE)

_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BIRTH = re.compile(r"出生|生まれ|生年月日|\bborn\b|\bDP?OB\b")
_OTHER_DATE = re.compile(
    r"(?=国籍|出生地|旅券|パスポート|発行|有効|失効|(?<!D)P\.?O\.?B|[Pp]assport|[Nn]ationality|[Ii]ssued|[Dd]ate of|[Ee]xpir)"
)
_ENGLISH_DATE = re.compile(r"(?:(?:\d{1,2}\s+)?[A-Z][a-z]{2,8}\.?\s*)?\b(?<!\d)(?:1[89]|20)\d{2}\b(?!\d)")


def brackets(text: str) -> list[tuple[int, int, str]]:
    """``(begin, end, content)`` of each outermost bracket; one that is never closed runs to the end."""
    found: list[tuple[int, int, str]] = []
    depth = begin = 0
    for at, char in enumerate(text):
        if char in _OPEN:
            depth += 1
            if depth > _DEEPEST:
                return []
            if depth == 1:
                begin = at
        elif char in _CLOSE and depth:
            depth -= 1
            if depth == 0:
                found.append((begin, at + 1, text[begin + 1 : at]))
    if depth:
        found.append((begin, len(text), text[begin + 1 :]))
    return found


def paired(text: str) -> str:
    """``text`` without brackets that close nothing."""
    kept, depth = [], 0
    for char in text:
        depth += (char in _OPEN) - (char in _CLOSE)
        if depth >= 0:
            kept.append(char)
        depth = max(depth, 0)
    return "".join(kept)


def unbracketed(text: str, kept: Collection[int] = ()) -> str:
    """``text`` without its outermost brackets, but those that begin at a place in ``kept``."""
    parts, start, within = [], 0, frozenset(kept)
    for begin, end, _ in brackets(text):
        if begin not in within:
            parts.append(text[start:begin])
            start = end
    return " ".join((*parts, text[start:]))


def pieces(text: str, separators: str = ";；\n") -> list[str]:
    """Parted at ``separators`` that stand in no bracket."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth = max(depth + (char in _OPEN) - (char in _CLOSE), 0)
        if depth == 0 and char in separators:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


def visible(text: str) -> str:
    """``text`` without the marks that turn the direction of writing."""
    return _DIRECTION.sub("", text)


def slashed(text: str) -> list[str]:
    """``HARAKAT UL-MUJAHIDIN / HUM`` is two names; ``Movement/Army`` is a part of one."""
    parts = [forms.tidy(part) for part in re.split(r"\s/\s", text)]
    return (
        parts
        if all(re.search(r"[A-Za-z]{3}", part) for part in parts)
        else [forms.tidy(text)]
        if forms.tidy(text)
        else []
    )


def without_note(text: str) -> str:
    """The name that ``text`` begins with; empty where it is nothing but a note."""
    if len(text) > _LONGEST:
        return forms.tidy(text)
    text = _SUFFIX.sub("", forms.tidy(_NOTE.sub("", text)))
    return "" if _REMARK.match(text) or _REMARK.search(text) else forms.tidy(text.strip("-–— "))


def labelled(text: str) -> bool:
    """Whether a bracket's content has a label with its value (``DOB: 1948``): then it is a note from its beginning."""
    return bool(_LABEL.search(text))


def is_note(text: str) -> bool:
    """Whether a bracket's content speaks of the name instead of giving another."""
    return labelled(text) or not without_note(text)


def is_nickname(text: str) -> bool:
    """Whether a bracket says that the name before it is a nickname: a nom de guerre, a call sign, initials."""
    return _NICKNAME.match(text.strip()) is not None


def original(text: str) -> str | None:
    """The name in its own script that a bracket or note announces; empty where it announces none."""
    found = _ORIGINAL.match(" ".join(text.split())) if len(text) <= _LONGEST else None
    if found is None:
        return None
    name = forms.tidy(found["name"] or found["behind"] or "")
    return name if _foreign(name) else ""


def other_script(first: str, second: str) -> bool:
    """Whether one is in Latin letters and the other in none: then each is a whole name."""
    return (_latin(first) and _foreign(second)) or (_foreign(first) and _latin(second))


def births(text: str) -> tuple[str, ...]:
    """The birth dates in notes on names, as EDTF: dates of issue and the like are none."""
    found: list[str] = []
    for note in re.split(r"[;；]|\x00", text):
        for part in _OTHER_DATE.split(note):
            if not _BIRTH.search(part):
                continue
            if re.search(r"\d\s*[年月]", part) or not part.isascii():
                found += jp_dates.birth_dates(part)
            found += [date for one in _ENGLISH_DATE.findall(part) if (date := en_dates.edtf(_spaced(one)))]
    values = dict.fromkeys(found)
    return tuple(one for one in values if not any(other.startswith(f"{one}-") for other in values))


def _spaced(date: str) -> str:
    """``01 Jan.1967`` as ``01 Jan. 1967``."""
    return re.sub(r"(?<=[a-z.])(?=\d{4})", " ", date)


def _latin(text: str) -> bool:
    return any(char.isalpha() and char < "\u0250" for char in text)


def _foreign(text: str) -> bool:
    """Letters, and no Latin ones."""
    return any(char.isalpha() for char in text) and not _latin(text)


# -- every name in a field ----------------------------------------------------------------------------------------

#: What an organisation's bracket may hold that is no name of it: its parent, its place, its legal form.
_NO_NAME = re.compile(
    r"^(?:an?\s+)?(?:\w+\s+)?(?:institute|subsidiary|branch|unit) of\b|^(?:excluding|including|branch located)\b|支店$|^[\u4e00-\u9fff]{2,5}[道市郡]$|"
    r"^(?:pvt|private|proprietary|pty|limited partnership|jsc|ngo|非政府組織)\.?$",
    re.IGNORECASE,
)


#: ``(including X)`` names a wing of it, unless it speaks of all there are.
_INCLUDING = re.compile(
    r"^including (?:the )?(?P<en>(?!.*\ball\b)[A-Z].*)$|^(?P<ja>(?!.*(?:全ての|すべての)).+)を含む$", re.DOTALL
)


def organisation(text: str, lang: str | None = None) -> tuple[Name, ...]:
    """As ``forms.organisation``; but what ends the text in brackets is no other name where it is a note or a country."""
    if len(text) > _LONGEST:
        return forms.organisation(text, lang)
    text = paired(text)
    if any(_respells(text[:begin], content) for begin, _, content in brackets(text)):
        return forms.person(text, lang)
    included: list[Name] = []
    found = brackets(text)
    while found and not text[found[-1][1] :].strip(" .,、") and text[: found[-1][0]].strip():
        begin, _, content = found[-1]
        plain = forms.tidy(unbracketed(content))
        if not (is_note(plain) or _NO_NAME.search(plain) or _explains(content)):
            break
        if wing := _INCLUDING.match(content):
            included.append(Name(forms.tidy(wing["en"] or wing["ja"]), "alias", lang))
        text = text[:begin]
        found = found[:-1]
    if found and found[-1][1] == len(text) and brackets(found[-1][2]) and text[: found[-1][0]].strip():
        # ``Gama'a al-Islamiyya (Islamic Group (IG))``: brackets within the bracket
        outer = forms.organisation(text[: found[-1][0]], lang)
        inner = [msgspec.structs.replace(one, kind="alias") for one in organisation(found[-1][2], lang)]
        names = forms.unique([*outer, Name(forms.tidy(text), "alias", lang), *inner])
    else:
        names = forms.organisation(text, lang)
    names = tuple(other for one in names for other in _spellings(one))
    return tuple(one for one in (*names, *included) if one.kind == "primary" or not is_country(one.text))


def alternatives(text: str, *, person: bool) -> list[str]:
    """Every name in a field of other names: ``A; B``, ``A b) B``, ``A (B; C)``, one in its own script in brackets."""
    read = forms.person if person else organisation
    found: list[str] = []
    for part in pieces(paired(HALF_ENUMERATOR.sub(";", " ".join(text.split())))):
        if len(part) > _LONGEST:
            found.append(forms.tidy(part))
            continue
        kept: list[int] = []
        others: list[str] = []
        spans = brackets(part)
        outer = unbracketed(part)
        for begin, _, content in spans:
            if written := original(content):
                others.append(written)
            elif ";" in content or (other_script(outer, content) and not is_note(content)):
                others += alternatives(content, person=person)
            elif written is None and not is_note(content) and not _explains(content):
                kept.append(begin)
        found += [one.text for one in read(without_note(unbracketed(part, kept))) if one.text]
        found += others
    return list(dict.fromkeys(found))


def noted(note: str, *, person: bool) -> list[str]:
    """The names that a note beside a name gives: one in its own script, or a list of spellings."""
    if (written := original(note)) is not None:
        return [written] if written else []
    if len(note) > _LONGEST:
        return []
    lists = [content for _, _, content in brackets(note) if ";" in content]
    if not lists and ";" in note and all(re.match(r"[A-Z][^:\d]*$", one.strip()) for one in note.split(";")):
        lists = [note]
    return [name for one in lists for name in alternatives(one, person=person)]


def _explains(text: str) -> bool:
    """Authorities write names with capitals: ``(martyrs)`` and ``III (third)`` explain a word."""
    return text.isascii() and text == text.lower() and text.upper() != text


def _spellings(name: Name) -> list[Name]:
    """``ISIL-SEA, ISIL-South East Asia`` in one bracket are two."""
    parts = [forms.tidy(part) for part in name.text.split(", ")]
    if name.kind == "primary" or len(parts) < 2 or any(len(part) < 4 or part[:4] != parts[0][:4] for part in parts):
        return [name]
    return [msgspec.structs.replace(name, text=part) for part in parts]


def _respells(before: str, content: str) -> bool:
    """Whether a bracket holds another spelling of the word that it is written to: ``Luhansk(Lugansk) Guard``."""
    word = re.search(r"\w+$", before)
    return bool(word and re.fullmatch(r"\w{3,}", content) and word[0][:2].casefold() == content[:2].casefold())


def is_country(text: str) -> bool:
    """By a name longer than a code: SL may be the Shining Path."""
    plain = re.sub(r"^(?:the )?union of (?:the )?|連合$", "", text, flags=re.IGNORECASE)
    return text == "UAE" or (len(plain) > 2 and country_code(plain) is not None)


# -- other names behind a marker ---------------------------------------------------------------------------------

_ALSO = (
    r"a\.?\s?k\.?\s?a(?:\.|\b)|a/k/a\b|akas\b|also known as\b|d/b/a\b|d\.b\.a\.|dba\b|doing business as\b|trading as\b"
)
_ONCE = r"f\.?\s?k\.?\s?a(?:\.|\b)|f/k/a\b|(?:formerly|previously)(?: known as)?\b|n[ée]e\b\.?"
_INSIDE = re.compile(rf"^\s*(?:(?P<also>{_ALSO})|(?P<once>{_ONCE}))[\s,.:;-]*(?=\S)", re.IGNORECASE)
#: Within a running name only wordings that no name has: ``-AKA-``, ``a.k.a.``, ``also known as``; not the word AKA alone.
_RUNNING = re.compile(
    r"[\s,;(\[-]{1,6}(?:(?P<also>a\.\s?k\.\s?a\.?|a/k/a|(?<=-)\s?akas?(?=\s?-)|(?<=[,\[(] )akas?(?=[\s,])|also known as|d/b/a|"
    r"(?<=[\[(])aka(?=[\s:]))|(?P<once>f\.\s?k\.\s?a\.?|f/k/a|formerly known as))[\s,.:;-]+(?=\S)",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"\bakas\b", re.IGNORECASE)
_LEGAL_COMMA = re.compile(
    r",\s+(?=(?:ltd|limited|inc|incorporated|llc|l\.l\.c|s\.?a|corp|co|gmbh|plc|pte|b\.?v|n\.?v|jr|sr|ii|iii|iv)\b)",
    re.IGNORECASE,
)


def known_as(text: str) -> list[tuple[str, NameKind]]:
    """The names in ``X (a.k.a. Y)``, ``X -AKA- Y``, ``X, AKAS, Y, Z`` or ``X ALSO KNOWN AS Y``; the first is the one outside."""
    text = " ".join(text.split())
    if len(text) > _LONGEST:
        return [(forms.tidy(text), "primary")] if forms.tidy(text) else []
    found = brackets(text)
    kept = [begin for begin, _, content in found if not _INSIDE.match(content)]
    names = list(_run(unbracketed(text, kept), "primary"))
    for _, _, content in found:
        if marker := _INSIDE.match(content):
            kind: NameKind = "former" if marker["once"] else "alias"
            names += _run(content[marker.end() :], kind, plural=bool(_PLURAL.search(marker.group())))
    return [(name, kind) for name, kind in names if name]


def starts_marked(text: str) -> bool:
    """Whether ``text`` begins with what announces another name."""
    return _INSIDE.match(text) is not None


def _run(text: str, kind: NameKind, *, plural: bool = False) -> Iterator[tuple[str, NameKind]]:
    """The names of a run in which no bracket announces one; the first is of the ``kind``."""
    start = 0
    for mark in (*_RUNNING.finditer(text), None):
        part = text[start : mark.start() if mark else len(text)]
        for one in _LEGAL_COMMA.sub("\x00", part).split(",") if plural else (part,):
            name = one.replace("\x00", ", ").strip("- ;")
            yield (
                forms.tidy(name.strip("[(") if len(brackets(name)) != name.count(")") + name.count("]") else name),
                kind,
            )
        if mark:
            kind, start = ("former" if mark["once"] else "alias"), mark.end()
            plural = bool(_PLURAL.search(mark.group()))
