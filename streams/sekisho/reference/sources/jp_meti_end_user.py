"""METI's Foreign End User List (外国ユーザーリスト): the official workbook.

The list is for checking end users under the catch-all controls; it is no embargo list, and it names no dates of listing.
Its running numbers change with every revision, so entries get ids of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from sekisho.errors import InputError
from sekisho.model import Entity, Name
from sekisho.names import forms as name_forms
from sekisho.reference.entry_ids import Identity, derive
from sekisho.reference.loaded import LoadedList, Rejected
from sekisho.reference.sources import ja_cells, name_notes
from sekisho.reference.sources.countries import country_codes
from sekisho.reference.sources.file import Format, SourceFile
from sekisho.reference.sources.workbook import open_workbook, rows, says

LIST_ID = "jp-meti-end-user"
URL = "https://www.meti.go.jp/policy/anpo/law05.html"

#: Revised about once a year; a month without looking is too long (hours).
MAX_AGE_HOURS = 720

#: The words in the headings that tell the columns apart; METI has added columns between them before.
_COLUMNS = {
    "country": "Country or Region",
    "name": "Company or Organization",
    "aliases": "Also Known As",
    "wmd": "Type of WMD",
}
_ARMS = "Conventional Weapons"
_BULLET = re.compile(r"^\s*[・･]", re.MULTILINE)


def recognises(file: SourceFile) -> bool:
    return file.path.suffix.lower() == ".xlsx" and says(file.path, _COLUMNS["name"])


def load(files: Sequence[SourceFile]) -> Iterable[LoadedList]:
    for file in files:
        yield _read(file)


def _read(file: SourceFile) -> LoadedList:
    book = open_workbook(file.path)
    columns: dict[str, int] = {}
    found: list[Entity] = []
    keys: list[Identity] = []
    rejected: list[Rejected] = []
    for at, row in enumerate(rows(file.path, book.worksheets[0]) if book.worksheets else (), 1):
        if not columns:
            columns = _columns(row)
            continue
        cell = {name: ja_cells.plain(row[place]) if place < len(row) else "" for name, place in columns.items()}
        if not any(cell.values()):
            continue
        if not cell["name"]:
            rejected.append(Rejected(f"row {at}", "it has no name"))
        else:
            found.append(_entity(cell))
            keys.append(_written(cell, found[-1]))
    book.close()
    if not columns:
        raise InputError(f"{file.path}: the columns {', '.join(_COLUMNS.values())} are not there")
    ids = derive(LIST_ID, keys)
    records = tuple(msgspec.structs.replace(one, entry_id=entry_id) for one, entry_id in zip(found, ids, strict=True))
    return LoadedList(LIST_ID, "entities", file.dated, file.name, records, tuple(rejected), max_age_hours=MAX_AGE_HOURS)


def _columns(row: tuple[object, ...]) -> dict[str, int]:
    words = {**_COLUMNS, "arms": _ARMS}
    places = {name: at for name, word in words.items() for at, cell in enumerate(row) if word in str(cell)}
    return places if places.keys() >= _COLUMNS.keys() else {}


def _written(cell: dict[str, str], entity: Entity) -> Identity:
    """What an id is made from: names as they were told apart when ids were first given. It never changes."""
    lines = _lines(cell["aliases"])
    read = [
        *name_forms.organisation(" ".join(cell["name"].split())),
        *(n for one in lines for n in name_forms.organisation(one)),
    ]
    first, *others = name_forms.unique(read)
    return first.text, "".join(entity.countries[:1]), [name.text for name in others[:1]]


def _lines(aliases: str) -> list[str]:
    """Each alias has a bullet; a line without one goes on with the alias above it."""
    lines = (" ".join(part.split()) for part in _BULLET.split(aliases))
    return [one for line in lines for one in re.split(r"\s*;\s+", line)]


def _entity(cell: dict[str, str]) -> Entity:
    names: list[Name] = list(name_notes.organisation(" ".join(cell["name"].split())))
    for line in _lines(cell["aliases"]):
        names += [Name(name.text, "alias") for name in name_notes.organisation(line) if name.text]
    facts = [f"concern: {' '.join(cell[key].split())}" for key in ("wmd", "arms") if cell.get(key)]
    return Entity(
        list_id=LIST_ID,
        entry_id="",
        schema="Organization",
        names=name_forms.unique(names),
        countries=country_codes(cell["country"].splitlines()),
        source_url=URL,
        remarks="; ".join(facts) or None,
    )


FORMAT = Format("METI's Foreign End User List workbook", recognises, load)
