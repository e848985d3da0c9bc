"""The Ministry of Finance of Japan: persons whose assets are frozen (資産凍結等の措置の対象者), the official workbook.

One sheet a programme, each with columns of its own under a line of headings that begins with 告示日付. A row whose date
says 削除 tells that the number is no longer listed and holds nothing else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sekisho.model import Entity, EntryIdentifier
from sekisho.model.entry import NameKind
from sekisho.names import forms as name_forms
from sekisho.reference.loaded import LoadedList, Rejected
from sekisho.reference.sources import ja_cells, jp_dates
from sekisho.reference.sources.addresses import split_addresses
from sekisho.reference.sources.countries import country_code, country_codes
from sekisho.reference.sources.file import Format, SourceFile
from sekisho.reference.sources.workbook import open_workbook, rows, says

LIST_ID = "jp-mof-asset-freeze"
URL = "https://www.mof.go.jp/policy/international_policy/gaitame_kawase/gaitame/economic_sanctions/list.html"

#: The workbook is renewed with each notice, weeks apart; a week without looking is too long (hours).
MAX_AGE_HOURS = 168

_DATE, _NUMBER = "告示日付", "告示番号"
_REMOVED = re.compile(r"削除")
_SHEET = re.compile(r"^\s*(\d+)\s*[.．]")
#: Excel counts days from here (with its leap year of 1900).
_EPOCH = date(1899, 12, 30)
#: A number in a date column is a year between these, else a count of days.
_YEARS = range(1850, 2101)

#: What the headings stand for; the sheets word them differently. The first that a heading contains counts.
_ALIASES: tuple[tuple[str, NameKind], ...] = (
    ("確定に十分でない別名", "weak_alias"),
    ("確定可能な別名", "alias"),
    ("以前の別名", "former"),
    ("過去の別名", "former"),
    ("別", "alias"),
    ("旧称", "former"),
)
_PLACES = ("住所", "所在地")
_PERSONAL = ("生年月日", "国籍", "旅券番号", "称号", "役職", "肩書")
#: Countries that a programme's title names for its organisations.
_OF = (("ロシア連邦", "RU"), ("ベラルーシ", "BY"), ("北朝鮮", "KP"), ("イラン", "IR"), ("シリア", "SY"))


def recognises(file: SourceFile) -> bool:
    return file.path.suffix.lower() == ".xlsx" and says(file.path, _DATE) and says(file.path, _NUMBER)


def load(files: Sequence[SourceFile]) -> Iterable[LoadedList]:
    for file in files:
        yield _read(file)


def _read(file: SourceFile) -> LoadedList:
    book = open_workbook(file.path)
    entities: dict[str, Entity] = {}
    rejected: list[Rejected] = []
    removed = 0
    last: date | None = None
    for sheet in book.worksheets:
        number = _SHEET.match(sheet.title)
        if number is None:
            continue  # the table of contents
        heading: list[str] = []
        previous: str | None = None
        for at, row in enumerate(rows(file.path, sheet), 1):
            if not heading:
                if any(str(cell).strip() == _DATE for cell in row):
                    heading = ["".join(str(cell or "").split()) for cell in row]
                continue
            cells = {name: cell for name, cell in zip(heading, row, strict=False) if name and ja_cells.plain(cell)}
            if not cells:
                continue
            where = f"{sheet.title}: row {at}"
            if _REMOVED.search(str(cells.get(_DATE, ""))) and not _names_of(cells):
                removed += 1
            elif _NUMBER not in cells and _DATE not in cells and previous:
                # a long remark runs on in the rows below
                entities[previous] = _continued(entities[previous], cells)
            elif _NUMBER not in cells or not _names_of(cells):
                rejected.append(
                    Rejected(where, "a date and a number without a name" if _NUMBER in cells else "no number")
                )
            else:
                entity = _entity(cells, heading, sheet.title, number.group(1))
                if entity.entry_id in entities:
                    rejected.append(Rejected(where, f"{entity.entry_id} stands there twice"))
                    continue
                entities[entity.entry_id] = entity
                previous = entity.entry_id
                last = max(filter(None, (last, _last_day(str(cells[_DATE])) if _DATE in cells else None)), default=None)
    book.close()
    version = file.dated if re.match(r"\d{4}-", file.dated) else (last.isoformat() if last else file.digest)
    return LoadedList(
        list_id=LIST_ID,
        kind="entities",
        version=version,
        source=file.name,
        records=tuple(entities.values()),
        rejected=tuple(rejected),
        published_at=datetime(last.year, last.month, last.day, tzinfo=UTC) if last else None,
        max_age_hours=MAX_AGE_HOURS,
        notes=(f"{removed} rows tell of removals",),
    )


def _names_of(cells: dict[str, Any]) -> bool:
    return "日本語表記" in cells or "英語表記" in cells


def _entity(cells: dict[str, Any], heading: list[str], sheet: str, sheet_number: str) -> Entity:
    person = _is_person(cells, heading, sheet)
    names = ja_cells.primary_names(cells.get("日本語表記"), cells.get("英語表記"), person)
    known = {_DATE, _NUMBER, "日本語表記", "英語表記"}
    noted: list[str] = []
    for name, cell in cells.items():
        kind = next((kind for word, kind in _ALIASES if word in name), None)
        if kind is not None:
            names += ja_cells.names(cell, kind, person=person)
            # who was born when stands here as well: under this name, by another passport
            noted += ja_cells.births(cell) if person else ()
            known.add(name)
    births = [birth for name, cell in cells.items() if "生年月日" in name for birth in _births(cell)]
    births += [one for one in noted if not any(other.startswith(one) for other in births)]
    places = [value for name, cell in cells.items() if name.startswith("出生地") for value in ja_cells.values(cell)]
    addresses = [
        one for name, cell in cells.items() if any(word in name for word in _PLACES) for one in _addresses(cell)
    ]
    known |= {name for name in cells if ("生年月日" in name and "出生地" not in name) or name.startswith("出生地")}
    known |= {name for name in cells if any(word in name for word in _PLACES)} | {"国籍"}
    nationalities = country_codes(_countries(cells.get("国籍")))
    return Entity(
        list_id=LIST_ID,
        entry_id=f"{sheet_number}-{_number(cells[_NUMBER])}",
        schema="Person" if person else "Organization",
        names=name_forms.unique(names),
        identifiers=tuple(dict.fromkeys(_identifiers(cells))),
        birth_dates=tuple(dict.fromkeys(births)),
        birth_places=tuple(dict.fromkeys(places)),
        countries=nationalities if person else _seats(sheet, addresses),
        addresses=tuple(dict.fromkeys(addresses)),
        programmes=(sheet.strip(),),
        listed_on=jp_dates.day(str(cells.get(_DATE, ""))),
        source_url=URL,
        remarks="; ".join(f"{name}: {' '.join(str(cell).split())}" for name, cell in cells.items() if name not in known)
        or None,
    )


def _number(cell: Any) -> str:
    """``1(*186)`` is 1 (and 186 in another programme), ``*186`` is 186."""
    found = re.search(r"\d+(?:の\d+)?", unicodedata.normalize("NFKC", str(cell)))
    return found.group() if found else str(cell).strip()


def _is_person(cells: dict[str, Any], heading: list[str], sheet: str) -> bool:
    """The programme says it, or the columns do; in a mixed sheet, whether the row has anything that only people have."""
    if "個人" in sheet:
        return True
    if "団体" in sheet or "銀行" in sheet or not any("生年月日" in name for name in heading):
        return False
    mixed = any(word in name for name in heading for word in ("所在地", "住所")) or "テロリスト" in sheet
    return not mixed or any(word in name for name in cells for word in _PERSONAL)


def _births(cell: Any) -> tuple[str, ...]:
    if isinstance(cell, datetime | date):
        return (cell.strftime("%Y-%m-%d"),)
    text = unicodedata.normalize("NFKC", str(cell)).strip()
    if re.fullmatch(r"\d{4,5}(?:\.0)?", text):
        number = int(float(text))
        return (str(number),) if number in _YEARS else ((_EPOCH + timedelta(days=number)).isoformat(),)
    return jp_dates.birth_dates(text)


def _addresses(cell: Any) -> list[str]:
    return [one for value in ja_cells.values(cell) for one in split_addresses(value)]


def _countries(cell: Any) -> list[str]:
    found = []
    for value in ja_cells.values(cell):
        for part in re.split(r"[、,，;/]|又は|及び", value):
            part = re.sub(r"\(.*?\)|(?:国籍|人)$", "", part).strip()
            # ``エジプトEgypt``: the name in two languages
            found += [part, *re.findall(r"[A-Za-z][A-Za-z .'-]+", part), *re.findall(r"[ァ-ヿ一-鿿・]+", part)]
    return found


def _seats(sheet: str, addresses: list[str]) -> tuple[str, ...]:
    ends = [part for one in addresses for part in (one.rpartition(",")[2], re.split(r"[\s　、(]", one)[0])]
    found = country_codes(ends)
    named = tuple(code for word, code in _OF if word in sheet)
    return tuple(dict.fromkeys((*found, *(named if not found else ()))))


def _identifiers(cells: dict[str, Any]) -> Iterable[EntryIdentifier]:
    for name, cell in cells.items():
        scheme = (
            "PASSPORT"
            if "旅券" in name
            else "NATIONAL_ID"
            if "登録番号" in name or "ID番号" in name or "身分証" in name
            else None
        )
        if scheme is None:
            continue
        text = unicodedata.normalize("NFKC", str(cell))
        country = next((code for one in re.findall(r"[ァ-ヿ一-鿿・]+", text) if (code := _issuer(one))), None)
        for value in re.findall(r"(?<![\w/])[A-Z]{0,4}[ -]?\d[\dA-Z/-]{4,}(?![\d年月日])", text):
            yield EntryIdentifier(scheme, value.strip(" -"), country)
    for cell in cells.values():
        for number in re.findall(r"IMO(?:番号|\s*(?:No\.?|number))?[\s::]*(\d{7})\b", str(cell), re.IGNORECASE):
            yield EntryIdentifier("IMO", number)


def _issuer(words: str) -> str | None:
    """``カタール旅券番号`` was issued by Qatar."""
    return country_code(
        re.sub(r"(?:国民)?(?:外交|公用)?(?:旅券|パスポート|身分|登録|番号|国籍|証明書|政府|発行|国民).*$", "", words)
    )


def _continued(entity: Entity, cells: dict[str, Any]) -> Entity:
    more = " ".join(" ".join(str(cell).split()) for cell in cells.values())
    fields = {name: getattr(entity, name) for name in entity.__struct_fields__}
    return Entity(**{**fields, "remarks": f"{entity.remarks or ''} {more}".strip()})


def _last_day(text: str) -> date | None:
    days = [date.fromisoformat(one) for one in jp_dates.birth_dates(text) if len(one) == 10]
    return max(days, default=None)


FORMAT = Format("the Ministry of Finance of Japan's workbook", recognises, load)
