"""The Avro contracts of ``schemas/``: every committed version, parsed once.

A file ``schemas/<name>.v<N>.avsc`` is version N of a record of ``model/``. Old versions stay, so that what was
written under them stays readable; the newest is what we write.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import fastavro
import msgspec
from fastavro.schema import fingerprint, to_parsing_canonical_form

from sekisho import model
from sekisho.errors import SchemaError

#: Contract name: the record it holds.
RECORDS: Mapping[str, type[msgspec.Struct]] = {
    "shipment": model.Shipment,
    "payment": model.Payment,
    "alert": model.Alert,
    "verdict": model.Verdict,
    "entity": model.Entity,
    "goods_item": model.GoodsItem,
    "measure": model.Measure,
    "list_version": model.reference.ListVersion,
    "bucket": model.reference.Bucket,
    "reference_set": model.ReferenceSet,
    "open_event": model.OpenEvent,
    "progress": model.Progress,
    "fingerprint": model.Fingerprint,
}

NAME_OF: Mapping[type[msgspec.Struct], str] = {record: name for name, record in RECORDS.items()}

#: Others write these: a newer reader must read what an older writer wrote.
INPUTS = ("shipment", "payment")
#: Others read these: old and new must read each other.
OUTPUTS = ("alert", "verdict")

_FILE = re.compile(r"(?P<name>[a-z_]+)\.v(?P<number>[1-9]\d*)\.avsc")


def folder() -> Path:
    """Where the ``.avsc`` files are: in the installed package, or in the source tree beside ``streams/``."""
    package = Path(__file__).resolve().parents[1]
    for candidate in (package / "_schemas", package.parents[1] / "schemas"):
        if candidate.is_dir():
            return candidate
    raise SchemaError(f"the schemas are missing beside {package}; install sekisho anew")


class Version(msgspec.Struct, frozen=True):
    """One committed version of a contract. ``parsed`` is fastavro's form; ``text`` the file's JSON, docs included."""

    name: str
    number: int
    text: str
    parsed: dict[str, Any]
    #: CRC-64-AVRO of the parsing canonical form, as the single-object encoding writes it (8 bytes, little-endian)
    fingerprint: bytes


@functools.cache
def _committed() -> dict[str, tuple[Version, ...]]:
    return load(folder())


def versions(name: str) -> tuple[Version, ...]:
    """All versions of the contract ``name``, oldest first."""
    return _committed().get(name) or _unknown(name)


def newest(name: str) -> Version:
    return versions(name)[-1]


@functools.cache
def by_fingerprint() -> Mapping[bytes, Version]:
    """Every committed version by its fingerprint. Versions that differ in docs or defaults alone share one: the newest."""
    return {version.fingerprint: version for name in RECORDS for version in versions(name)}


def load(where: Path) -> dict[str, tuple[Version, ...]]:
    """Read the contracts in ``where``. Raises SchemaError for a file that is no Avro schema or for a gap in the numbers."""
    found: dict[str, list[Version]] = {}
    for path in sorted(where.glob("*.avsc")):
        named = _FILE.fullmatch(path.name)
        if named is None or named["name"] not in RECORDS:
            raise SchemaError(f"{path}: name it <contract>.v<number>.avsc; contracts are {', '.join(RECORDS)}")
        found.setdefault(named["name"], []).append(parse(named["name"], int(named["number"]), path.read_text("utf-8")))
    for name, some in found.items():
        some.sort(key=lambda version: version.number)
        if [version.number for version in some] != list(range(1, len(some) + 1)):
            raise SchemaError(f"{where}: versions of {name} must be 1, 2, 3 …; every committed version stays")
    return {name: tuple(some) for name, some in found.items()}


def parse(name: str, number: int, text: str) -> Version:
    try:
        schema = json.loads(text)
        parsed: Any = fastavro.parse_schema(schema, named_schemas={})
    except Exception as error:
        raise SchemaError(f"{name}.v{number}.avsc is not an Avro schema: {error}") from None
    return Version(name, number, text, parsed, fingerprint_of(parsed))


def fingerprint_of(parsed: Any) -> bytes:
    """CRC-64-AVRO of the parsing canonical form, little-endian, as the single-object encoding asks for."""
    return bytes.fromhex(fingerprint(to_parsing_canonical_form(parsed), "CRC-64-AVRO"))


def _unknown(name: str) -> tuple[Version, ...]:
    raise SchemaError(f"there is no contract {name}; contracts are {', '.join(RECORDS)}")
