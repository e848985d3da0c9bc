"""Our own format: JSON lines and CSV, for the bundled pack and for a firm's own lists.

**JSON lines**, one record a line, in the shape of ``schemas/entity.v1.avsc`` (or ``goods_item.v1.avsc``, told by its
``table_id``). Only ``names`` is required of an entry; absent lists are empty, dates are ISO 8601::

    {"entry_id": "17", "schema": "Organization", "names": [{"text": "Zorkovian Dynamics"}], "countries": ["XX"]}

``list_id`` may stand in each record; else it is the file's name without its ending. A field that does not exist is an
error: a misspelt ``listed_on`` must not turn into an entry that is always in force.

**CSV** with a heading line; ``name`` is required. Lists within a cell are separated by ``;``, identifiers are written
``SCHEME:VALUE`` or ``SCHEME:VALUE@CC`` (issuing country)::

    list_id, entry_id, schema, name, aliases, weak_aliases, identifiers, birth_dates, birth_places, countries, genders,
    addresses, programmes, listed_on, in_force_from, delisted_on, source_url, remarks, licence_requirement, licence_policy

Files of either are UTF-8; a row that is not is rejected, since a guessed code page makes names that nobody bears.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from sekisho.model import Entity, EntryIdentifier, GoodsItem, Name
from sekisho.reference.entry_ids import derive
from sekisho.reference.loaded import Rejected
from sekisho.reference.rows import csv_records, json_value, not_utf8

SCHEMAS = ("Person", "Organization", "Vessel", "Aircraft", "Unknown")

_ENTITY_FIELDS = frozenset(msgspec.structs.asdict(Entity("", "", "", ())))
_GOODS_FIELDS = frozenset(field.encode_name for field in msgspec.structs.fields(GoodsItem))
_LISTS = ("birth_dates", "birth_places", "countries", "genders", "addresses", "programmes")
_TEXTS = ("listed_on", "in_force_from", "delisted_on", "source_url", "remarks", "licence_requirement", "licence_policy")
CSV_COLUMNS = frozenset(
    {"list_id", "entry_id", "schema", "name", "aliases", "weak_aliases", "identifiers", *_LISTS, *_TEXTS}
)

Read = tuple[list[Entity | GoodsItem], list[Rejected]]


def from_json_lines(text: str, list_id: str) -> Read:
    """Every line becomes a record or a rejection that names the line."""
    records: list[Any] = []
    rejected: list[Rejected] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            if reason := not_utf8(line):
                raise ValueError(reason)
            records.append(_record(json_value(line), list_id))
        except ValueError as error:
            rejected.append(Rejected(f"line {number}", str(error)))
    return _with_ids(records), rejected


def from_csv(text: str, list_id: str) -> Read:
    """Every row becomes an entry or a rejection that names its line."""
    heading, rows = csv_records(text)
    unknown = sorted(column for column in heading if column not in CSV_COLUMNS)
    if unknown or "name" not in heading:
        what = f"unknown columns {', '.join(unknown)}" if unknown else "there is no column `name`"
        return [], [Rejected("line 1", f"{what}; columns are {', '.join(sorted(CSV_COLUMNS))}")]
    records: list[Any] = []
    rejected: list[Rejected] = []
    for line, row, reason in rows:
        try:
            if reason := reason or not_utf8(*row.values()):
                raise ValueError(reason)
            records.append(_record(_from_row(row), list_id))
        except ValueError as error:
            rejected.append(Rejected(f"line {line}", str(error)))
    return _with_ids(records), rejected


def to_json_line(record: Entity | GoodsItem) -> str:
    """The line that ``from_json_lines`` reads back to an equal record; what is empty is left out."""

    def kept(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: kept(item) for key, item in value.items() if item not in (None, "", [], {})}
        return [kept(item) for item in value] if isinstance(value, list) else value

    plain = msgspec.json.decode(msgspec.json.encode(record))
    return json.dumps(kept(plain), ensure_ascii=False, separators=(", ", ": "))


def _record(value: Any, list_id: str) -> Entity | GoodsItem:
    if not isinstance(value, dict):
        raise msgspec.ValidationError("a record is a JSON object")
    goods = "table_id" in value
    if unknown := value.keys() - (_GOODS_FIELDS if goods else _ENTITY_FIELDS):
        raise msgspec.ValidationError(f"unknown field {', '.join(sorted(unknown))}")
    if goods:
        return msgspec.convert(value, GoodsItem)
    value = {"list_id": list_id, "entry_id": "", "schema": "Unknown", **value}
    entity = msgspec.convert(value, Entity)
    if entity.schema not in SCHEMAS:
        raise msgspec.ValidationError(f"schema is one of {', '.join(SCHEMAS)}")
    if not any(name.text.strip() for name in entity.names):
        raise msgspec.ValidationError("an entry has at least one name")
    return entity


def _from_row(row: dict[str, str]) -> dict[str, Any]:
    cell = {key: value.strip() for key, value in row.items()}
    names = [Name(cell["name"])] if cell["name"] else []
    names += [Name(text, "alias") for text in _cells(cell.get("aliases", ""))]
    names += [Name(text, "weak_alias") for text in _cells(cell.get("weak_aliases", ""))]
    value: dict[str, Any] = {"names": msgspec.to_builtins(names)}
    value |= {key: _cells(cell.get(key, "")) for key in _LISTS}
    value |= {key: cell[key] for key in (*_TEXTS, "list_id", "entry_id", "schema") if cell.get(key)}
    value["identifiers"] = [msgspec.to_builtins(_identifier(text)) for text in _cells(cell.get("identifiers", ""))]
    return value


def _identifier(text: str) -> EntryIdentifier:
    scheme, colon, value = text.partition(":")
    if not colon or not scheme.strip() or not value.strip():
        raise ValueError("an identifier is written SCHEME:VALUE or SCHEME:VALUE@CC")
    value, _, country = value.partition("@")
    return EntryIdentifier(scheme.strip(), value.strip(), country.strip() or None)


def _cells(cell: str) -> list[str]:
    return [part for part in (part.strip() for part in cell.split(";")) if part]


def _with_ids(records: list[Any]) -> list[Any]:
    """Entries without an id of their own get one (see ``entry_ids``)."""

    def by_list() -> Iterator[tuple[str, list[int]]]:
        groups: dict[str, list[int]] = {}
        for at, record in enumerate(records):
            if isinstance(record, Entity) and not record.entry_id:
                groups.setdefault(record.list_id, []).append(at)
        yield from groups.items()

    for list_id, places in by_list():
        entities = [records[at] for at in places]
        keys = [(e.primary_name, "".join(e.countries[:1]), (*e.birth_dates, *e.addresses)) for e in entities]
        for at, entry_id in zip(places, derive(list_id, keys), strict=True):
            records[at] = msgspec.structs.replace(records[at], entry_id=entry_id)
    return records
