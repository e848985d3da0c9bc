"""Whether the contracts may change as they did, over all committed versions (``sekisho schemas check``).

    inputs    BACKWARD_TRANSITIVE     we read what anybody wrote under any older version
    outputs   FULL_TRANSITIVE         and readers of any older version read what we write now
    others    FULL_TRANSITIVE         workers of two releases run side by side during an upgrade

Judged by Avro's own library; a test holds its answers against a real registry's.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from avro.errors import AvroException
from avro.schema import parse

from sekisho.errors import SchemaError
from sekisho.wire import contracts
from sekisho.wire.contracts import INPUTS, Version

BACKWARD, FULL = "BACKWARD_TRANSITIVE", "FULL_TRANSITIVE"


class Problem(msgspec.Struct, frozen=True):
    """Something that ``schemas check`` found: which contract, and what is wrong with it."""

    contract: str
    message: str


def level(contract: str) -> str:
    """The compatibility that a contract promises, in a registry's words."""
    return BACKWARD if contract in INPUTS else FULL


def check(folder: Path | None = None) -> list[Problem]:
    """Check every contract: fields explained, defaults that fit, and each pair of versions compatible.

    ``folder`` holds the ``.avsc`` files; without it, those of the installation. Raises SchemaError for a file that is
    no schema at all.
    """
    found = contracts.load(folder or contracts.folder())
    problems = [Problem(name, "has no schema file") for name in contracts.RECORDS if name not in found]
    for name, versions in found.items():
        problems += [Problem(name, message) for message in _unexplained(versions)]
        problems += [Problem(name, message) for message in evolve(versions, level(name))]
    return problems


def evolve(versions: Sequence[Version], promised: str) -> Iterator[str]:
    """What breaks ``promised`` between any two of ``versions`` (oldest first)."""
    for older, newer in itertools.combinations(versions, 2):
        told = can_read(newer.text, older.text)
        if told:
            yield f"v{newer.number} cannot read what v{older.number} wrote: {told}"
        told = can_read(older.text, newer.text) if promised == FULL else None
        if told:
            yield f"v{older.number} cannot read what v{newer.number} writes: {told}"


def can_read(reader: str, writer: str) -> str | None:
    """Why a reader of schema ``reader`` cannot read what was written under ``writer``; nothing if it can."""
    try:
        result = ReaderWriterCompatibilityChecker().get_compatibility(parse(reader), parse(writer))
    except AvroException as error:
        raise SchemaError(f"not a valid Avro schema: {error}") from None
    if result.compatibility is SchemaCompatibilityType.compatible:
        return None
    where = ", ".join(sorted(result.locations))
    return "; ".join(sorted(result.messages)) + (f" (at {where})" if where else "")


def _unexplained(versions: Sequence[Version]) -> Iterator[str]:
    for version in versions:
        for path, schema in _records(json.loads(version.text), version.name):
            if not schema.get("doc"):
                yield f"v{version.number}: {path} has no doc"
            for field in schema["fields"]:
                if not field.get("doc"):
                    yield f"v{version.number}: {path}.{field['name']} has no doc; say its unit or standard"
                kind = field["type"]
                if isinstance(kind, list) and (kind[0] != "null" or field.get("default", "") is not None):
                    yield (
                        f"v{version.number}: {path}.{field['name']} is optional without a default of null; "
                        "write the null first, and default it"
                    )


def _records(schema: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(schema, list):
        for one in schema:
            yield from _records(one, path)
    elif isinstance(schema, dict):
        if schema.get("type") == "record":
            yield path, schema
            for field in schema["fields"]:
                yield from _records(field["type"], f"{path}.{field['name']}")
        for key in ("items", "values", "type"):
            if isinstance(schema.get(key), dict | list):
                yield from _records(schema[key], path)
