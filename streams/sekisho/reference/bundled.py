"""The bundled pack: entries, goods tables and measures that come in the package, so that a first run needs nothing else.

It is history (the case of January 2023 and what stands around it) and has no age limit. The facts are from the official
publications that ``pack.json`` names; the files are our own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec

from sekisho.errors import ReferenceDataError
from sekisho.reference import measure_files, own
from sekisho.reference.hashing import content_hash
from sekisho.reference.loaded import LoadedList, Record
from sekisho.reference.versions import BUNDLED

FOLDER = Path(__file__).parent / "pack"


class _PackList(msgspec.Struct, forbid_unknown_fields=True):
    list_id: str
    version: str
    title: str
    #: who published the facts, and where
    facts: str


class _Pack(msgspec.Struct, forbid_unknown_fields=True):
    lists: list[_PackList]


@cache
def lists() -> tuple[LoadedList, ...]:
    """Every list, goods table and measure set of the pack. A row that cannot be read is our own fault: it raises."""
    versions = {one.list_id: one.version for one in _pack().lists}
    loaded = []
    for file in sorted((*FOLDER.glob("entities/*.jsonl"), *FOLDER.glob("goods/*.jsonl"))):
        records, rejected = own.from_json_lines(file.read_text(encoding="utf-8"), file.stem)
        if rejected:
            raise ReferenceDataError(f"bundled pack: {file.name}: {rejected[0].where}: {rejected[0].reason}")
        kind = "goods" if file.parent.name == "goods" else "entities"
        version = versions.get(file.stem) or _digest(records)
        loaded.append(LoadedList(file.stem, kind, version, BUNDLED, tuple(records)))  # type: ignore[arg-type]
    measures = (msgspec.structs.replace(one, source=BUNDLED) for one in measure_files.load(FOLDER / "measures"))
    return (*loaded, *measures)


@cache
def titles() -> dict[str, str]:
    """List id: what the list is, in words."""
    return {one.list_id: one.title for one in _pack().lists}


def _pack() -> _Pack:
    return msgspec.json.decode((FOLDER / "pack.json").read_bytes(), type=_Pack)


def _digest(records: Iterable[Record]) -> str:
    return hashlib.sha256("".join(sorted(map(content_hash, records))).encode()).hexdigest()[:12]
