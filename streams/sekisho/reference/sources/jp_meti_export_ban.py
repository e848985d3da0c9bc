"""METI's export bans (輸出等に係る禁止措置の対象となる団体): the text of the official PDFs for Russia, Belarus and third countries.

An entry has a running number, a Japanese name with other names in brackets, an English name with a list of aliases, and
an address after 所在地. The text layer runs a new entry into the line that ends the last, so an entry begins where the next
number stands behind an address, whatever the line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from sekisho.errors import InputError
from sekisho.model import Entity, Name
from sekisho.names import forms as name_forms
from sekisho.reference.loaded import LoadedList, Rejected
from sekisho.reference.rows import csv_records
from sekisho.reference.sources import jp_dates, name_notes
from sekisho.reference.sources.addresses import split_addresses
from sekisho.reference.sources.countries import country_codes
from sekisho.reference.sources.file import Format, SourceFile

URL = "https://www.meti.go.jp/policy/external_economy/trade_control/02_export/17_russia/russia.html"

#: Revised every few months; a week without looking is too long (hours).
MAX_AGE_HOURS = 168

#: What the title says: list id, and the country of all its organisations if it is one.
_TITLES = (
    ("以外の国の団体", "jp-meti-export-ban-third-country", None),
    ("以外の国", "jp-meti-export-ban-third-country", None),
    ("ベラルーシ共和国の団体", "jp-meti-export-ban-belarus", "BY"),
    ("ロシア連邦の団体", "jp-meti-export-ban-russia", "RU"),
)

#: First number of each designation and its day: the list for Russia was made in thirteen steps and is not renumbered.
_RUSSIA = (
    (1, date(2022, 3, 15)), (50, date(2022, 3, 25)), (131, date(2022, 5, 10)), (202, date(2022, 7, 5)),
    (267, date(2022, 9, 26)), (288, date(2023, 1, 27)), (337, date(2023, 2, 28)), (358, date(2023, 5, 26)),
    (438, date(2023, 12, 15)), (495, date(2024, 3, 1)), (524, date(2024, 6, 21)), (538, date(2025, 1, 10)),
    (560, date(2025, 9, 12)),
)  # fmt: skip
#: The designation of 27 January 2023 took effect a week later; for the other steps no later day is known.
_IN_FORCE = {date(2023, 1, 27): date(2023, 2, 3)}

_ADDRESS = re.compile(r"所\s*在\s*地\s*[:：]?")
_UPDATED = re.compile(r"最終更新日\s*[:：]\s*([^\n]+)")
_JAPANESE = re.compile(r"[\u3041-\u30ff\u3400-\u9fff々〆]")
_ALIASES = re.compile(
    r",?\s*(?:a\s*\.?\s*k\s*\.?\s*a\s*\.?\s*,?\s*(?:the\s*)?|the\s+)follow(?:ing)?\s*[a-z-]+?\s*alias(?:es)?\s*[:.;]?",
    re.IGNORECASE,
)
_ALSO = re.compile(r"^別[称名]\s*[:：]\s*")
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")
_LATIN_LINE = re.compile(r"[A-Za-z0-9\"“‘'«(]")
#: Where Japanese turns into English within a line.
_TURN = re.compile(r"[\u3041-\u30ff\u3400-\u9fff）)」]\s*(?=[A-Z][A-Za-z&.'-]*[\s,]+[A-Za-z])")
#: Dashes that begin an alias.
_DASH = r"[-–—‐−－]"
_BRACKETS = str.maketrans("（）", "()")


def recognises(file: SourceFile) -> bool:
    text = file.head.decode("utf-8-sig", "replace")
    ban = "輸出等に係る禁止措置" in "".join(text.split()) and _ADDRESS.search(text) is not None
    return ban or file.first_line == _CSV


#: The same list as a table (a parse of the PDF).
_CSV = "no,date,name_ja,aliases_ja,name_en,aliases_en,address"


def load(files: Sequence[SourceFile]) -> Iterable[LoadedList]:
    for file in files:
        yield _read_csv(file) if file.first_line == _CSV else _read(file)


def _read(file: SourceFile) -> LoadedList:
    text = file.text().replace("\r", "").replace("\x0c", "\n")
    title = "".join(text[:400].split())
    found = next(((list_id, country) for words, list_id, country in _TITLES if words in title), None)
    if found is None:
        raise InputError(f"{file.path}: the title names neither Russia, Belarus nor third countries")
    list_id, country = found
    updated = _UPDATED.search(text)
    day = jp_dates.day("".join(updated.group(1).split())) if updated else None
    entities: list[Entity] = []
    rejected: list[Rejected] = []
    for number, body in _entries(text[updated.end() if updated else 0 :]):
        try:
            entities.append(_entity(number, body, list_id, country))
        except ValueError as error:
            rejected.append(Rejected(f"number {number}", str(error)))
    return _loaded(file, list_id, entities, rejected, day)


def _entries(text: str) -> Iterable[tuple[int, str]]:
    """``(number, body)``, each body without its number."""
    number, start = 1, _find(text, 1, 0)
    while start is not None:
        begin = start[1]
        address = _ADDRESS.search(text, begin)
        following = _find(text, number + 1, address.end()) if address else None
        yield number, text[begin : following[0] if following else len(text)]
        number, start = number + 1, following


def _find(text: str, number: int, position: int) -> tuple[int, int] | None:
    """Where the entry ``number`` begins: the number, half or full width, and a Japanese name behind it."""
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))
    # An address may hold the same digits: a name follows only the entry's number, and has Japanese in its first words.
    # Of two on one line the later counts: ``2 Second Street, Moscow, Russia.2 丙センター``.
    named = "[\u3041-\u30ff\u3400-\u9fff]"
    start = rf"(?:{number}|{wide})[ \u3000]+"
    before = r"(?:(?<=\n)|(?<=[^\d\n ,-]))"
    pattern = re.compile(rf"{before}{start}(?=[^\n]{{0,60}}?{named})(?![^\n]*?[^\d\n ,-]{start}[^\n]{{0,60}}?{named})")
    found = pattern.search(text, position)
    return found.span() if found else None


def _entity(number: int, body: str, list_id: str, country: str | None) -> Entity:
    place = _ADDRESS.search(body)
    if place is None:
        raise ValueError("it has no address")
    lines = [line.strip() for line in body[: place.start()].split("\n") if line.strip()]
    also = next((at for at, line in enumerate(lines) if _ALSO.match(line)), len(lines))
    japanese, english = _two_languages(lines[:also])
    names = [*_english(english), *_japanese(japanese), *_also(lines[also:])]
    if not names:
        raise ValueError("it has no name")
    addresses = split_addresses(_joined(body[place.end() :]))
    listed = _RUSSIA[bisect_right(_RUSSIA, number, key=lambda step: step[0]) - 1][1] if country == "RU" else None
    return Entity(
        list_id=list_id,
        entry_id=str(number),
        schema="Organization",
        names=name_forms.unique(names),
        countries=(country,) if country else country_codes([one.rpartition(",")[2] for one in addresses]),
        addresses=addresses,
        listed_on=listed,
        in_force_from=_IN_FORCE.get(listed) if listed else None,
        source_url=URL,
    )


def _two_languages(lines: list[str]) -> tuple[str, str]:
    """The Japanese lines come first. English begins where no bracket is open: with a line of its own, or within one."""
    before = ""
    for at, line in enumerate(lines):
        if before and _balanced(before) and _LATIN_LINE.match(line) and not _KANA.search(line):
            return before, "\n".join(lines[at:])
        for start in (match.end() for match in _TURN.finditer(line)):
            tail = line[start:]
            english = (len(tail.split()) > 2 or "a.k.a" in tail) and not _KANA.search(tail)
            if english and _balanced(before + line[:start]):
                head = _joined(f"{before}\n{line[:start]}", japanese=True)
                return head, "\n".join([tail, *lines[at + 1 :]])
        before = _joined(f"{before}\n{line}", japanese=True)
    return before, ""


def _balanced(text: str) -> bool:
    plain = text.translate(_BRACKETS)
    return plain.count("(") <= plain.count(")")


def _also(lines: list[str]) -> list[Name]:
    """``別称：`` and names between semicolons, first in Japanese, then from a new line on in English."""
    names: list[Name] = []
    groups: list[list[str]] = []
    for line in lines:
        line = _ALSO.sub("", line)
        foreign = not _JAPANESE.search(line)
        if groups and (not _JAPANESE.search(groups[-1][-1])) == foreign:
            groups[-1].append(line)
        else:
            groups.append([line])
    for group in groups:
        parts = _joined("\n".join(group), japanese=True).split(";")
        for part in (one for two in parts for one in _and_last(two)):
            if part := name_forms.tidy(part):
                names += [Name(name.text, "alias", _language(name.text)) for name in name_notes.organisation(part)]
    return names


def _and_last(text: str) -> list[str]:
    """The last two of an enumeration are joined by 及び."""
    left, conjunction, right = text.rpartition("及び")
    return [left, right] if conjunction and left.strip() and right.strip() else [text]


def _language(text: str) -> str:
    """Chinese company names end in 公司; Japanese ones do not."""
    if text.rstrip("）)").endswith("公司") and not _KANA.search(text):
        return "zh"
    return name_forms.japanese(text) if _JAPANESE.search(text) else "en"


def _joined(text: str, *, japanese: bool = False) -> str:
    """Lines joined: with a space between Latin words, with none within Japanese or after a hyphen."""
    joined = ""
    for line in (line.strip() for line in text.split("\n")):
        if (
            not joined
            or not line
            or (japanese and (_JAPANESE.match(line) or _JAPANESE.match(joined[-1]) or line[0] in "）、・「"))
        ):
            joined += line
        else:
            joined += ("" if joined[-1] in "-" and line[:1].isalpha() and line[0].islower() else " ") + line
    return joined


def _english(text: str) -> list[Name]:
    """A name, and ``a.k.a., the following two aliases:`` with a line that begins with a dash for each."""
    head, *tail = _ALIASES.split(text, maxsplit=1)
    # ``The Ministry …, including the Armed Forces …``: a description follows the name
    head = _joined(head).partition(", including ")[0]
    names = list(name_notes.organisation(name_forms.tidy(head.rstrip(" .,;"))))
    # a dash within a line belongs to the name: ``FL UEC-Saturn – OMKB``
    for part in re.split(rf"(?:^|\n)\s*{_DASH}\s*", tail[0]) if tail else ():
        for one in re.split(rf"[;；]\s*{_DASH}?\s*(?:and\b\s*)?", _joined(part)):
            alias = name_forms.tidy(re.sub(r"\s\band$", "", one.strip()).rstrip(" ;,.").lstrip("-–—‐−－ "))
            names += [Name(name.text, "alias") for name in name_notes.organisation(alias) if name.text]
    return [Name(one.text, one.kind, _language(one.text)) for one in names]


def _japanese(text: str) -> list[Name]:
    """``名称（別称、甲、乙及び丙）``."""
    names: list[Name] = []
    bracket = re.search(r"[（(]\s*別[称名][、,:：\s]*(?P<names>.*)[）)]\s*[。．]?\s*$", text, re.DOTALL)
    head = text[: bracket.start()] if bracket else text
    # what follows a full stop describes the name
    names += name_notes.organisation(re.split(r"。", head.strip())[0], "ja")
    if bracket:
        parts = re.split(r"[、､，]", bracket["names"])
        parts[-1:] = _and_last(parts[-1])
        for part in parts:
            names += [Name(one.text, "alias") for one in name_notes.organisation(part) if one.text]
    return [Name(one.text, one.kind, _language(one.text)) for one in names]


def _read_csv(file: SourceFile) -> LoadedList:
    entities: list[Entity] = []
    rejected: list[Rejected] = []
    _, rows = csv_records(file.text())
    for line, row, reason in rows:
        if reason or not (row["name_en"] or row["name_ja"]) or not row["no"].isdigit():
            rejected.append(Rejected(f"line {line}", reason or "no number or no name"))
            continue
        listed = jp_dates.day(row["date"])
        names = [
            *name_notes.organisation(row["name_en"], "en"),
            *name_forms.aliases(row["aliases_en"], "en"),
            *name_notes.organisation(row["name_ja"], "ja"),
            *name_forms.aliases(row["aliases_ja"], "ja"),
        ]
        entities.append(
            Entity(
                list_id="jp-meti-export-ban-russia",
                entry_id=row["no"],
                schema="Organization",
                names=name_forms.unique(names),
                countries=("RU",),
                addresses=split_addresses(row["address"]),
                listed_on=listed,
                in_force_from=_IN_FORCE.get(listed) if listed else None,
                source_url=URL,
            )
        )
    return _loaded(file, "jp-meti-export-ban-russia", entities, rejected, None)


def _loaded(
    file: SourceFile, list_id: str, entities: list[Entity], rejected: list[Rejected], day: date | None
) -> LoadedList:
    return LoadedList(
        list_id=list_id,
        kind="entities",
        version=day.isoformat() if day else file.dated,
        source=file.name,
        records=tuple(entities),
        rejected=tuple(rejected),
        published_at=datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None,
        max_age_hours=MAX_AGE_HOURS,
    )


FORMAT = Format("METI's export-ban list as the text of its PDF", recognises, load)
