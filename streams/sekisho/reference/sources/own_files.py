"""Our own format in files (see ``sekisho.reference.own``)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from sekisho.model import Entity, GoodsItem
from sekisho.reference import own
from sekisho.reference.loaded import LoadedList
from sekisho.reference.rows import json_value
from sekisho.reference.sources.file import Format, SourceFile


def recognises(file: SourceFile) -> bool:
    if file.path.suffix.lower() in (".jsonl", ".ndjson"):
        try:
            value = json_value(file.first_line)
        except ValueError:
            # a long first line is cut off: then its beginning tells
            return file.first_line.startswith("{") and (
                '"names": [' in file.first_line or '"table_id"' in file.first_line
            )
        return isinstance(value, dict) and ("names" in value or "table_id" in value)
    if file.path.suffix.lower() == ".csv":
        columns = {cell.strip() for cell in file.first_cells}
        return "name" in columns and columns <= own.CSV_COLUMNS
    return False


def load(files: Sequence[SourceFile]) -> Iterable[LoadedList]:
    for file in files:
        text = file.utf8()
        read = own.from_csv if file.path.suffix.lower() == ".csv" else own.from_json_lines
        records, rejected = read(text, file.path.stem)
        version = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]
        by_list: dict[str, list[Entity | GoodsItem]] = {}
        for record in records:
            by_list.setdefault(record.key[0], []).append(record)
        for at, (list_id, members) in enumerate(by_list.items() or [(file.path.stem, [])]):
            goods = any(isinstance(member, GoodsItem) for member in members)
            yield LoadedList(
                list_id=list_id,
                kind="goods" if goods else "entities",
                version=version,
                source=file.name,
                records=tuple(members),
                rejected=tuple(rejected) if at == 0 else (),
            )


FORMAT = Format("own JSON lines or CSV", recognises, load)
