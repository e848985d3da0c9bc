"""The contracts and the records say the same: names, types, what may be absent, and what stands for absent."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import msgspec
import pytest

from sekisho.wire import contracts

PLAIN = {str: {"string"}, bool: {"boolean"}, int: {"int", "long"}, float: {"double"}, bytes: {"bytes"}}


@pytest.mark.parametrize("name", contracts.RECORDS)
def test_newest_version_mirrors_the_record(name: str) -> None:
    schema = json.loads(contracts.newest(name).text)
    assert list(differences(contracts.RECORDS[name], schema, {})) == []


def differences(record: type[msgspec.Struct], schema: Any, seen: dict[str, Any]) -> Iterator[str]:
    seen[f"sekisho.{schema['name']}"] = schema
    where = record.__name__
    if schema["name"] != where:
        yield f"{where} is called {schema['name']}"
    ours = {field.encode_name: field for field in msgspec.structs.fields(record)}
    theirs = {field["name"]: field for field in schema["fields"]}
    if list(ours) != list(theirs):
        yield f"{where}: fields {list(ours)} are {list(theirs)}"
        return
    for name, field in ours.items():
        yield from compare(field.type, theirs[name]["type"], f"{where}.{name}", seen)
        default = default_of(field)
        if optional(field.type):
            if theirs[name].get("default", "none") is not None:
                yield f"{where}.{name} is optional and has no default of null"
        elif default is msgspec.NODEFAULT:
            if "default" in theirs[name]:
                yield f"{where}.{name} is required and has a default"
        elif theirs[name].get("default", msgspec.NODEFAULT) != json.loads(msgspec.json.encode(default)):
            yield f"{where}.{name} has another default"


def compare(ours: Any, theirs: Any, where: str, seen: dict[str, Any]) -> Iterator[str]:
    origin = typing.get_origin(ours)
    if isinstance(theirs, str) and theirs in seen:
        theirs = seen[theirs]
    if optional(ours):
        if not isinstance(theirs, list) or theirs[0] != "null" or len(theirs) != 2:
            yield f"{where}: {theirs} is not optional"
        else:
            yield from compare(next(a for a in typing.get_args(ours) if a is not type(None)), theirs[1], where, seen)
    elif origin is tuple:
        if theirs["type"] != "array":
            yield f"{where}: {theirs} is no array"
        else:
            yield from compare(typing.get_args(ours)[0], theirs["items"], where, seen)
    elif origin is dict:
        if theirs["type"] != "map":
            yield f"{where}: {theirs} is no map"
        else:
            yield from compare(typing.get_args(ours)[1], theirs["values"], where, seen)
    elif origin is typing.Literal:
        # Vocabularies are open: a word added later must not break a reader.
        if theirs != "string":
            yield f"{where}: {theirs} is no string"
    elif ours is datetime:
        if theirs != {"type": "long", "logicalType": "timestamp-millis"}:
            yield f"{where}: {theirs} is no time"
    elif ours is date:
        if theirs != {"type": "int", "logicalType": "date"}:
            yield f"{where}: {theirs} is no date"
    elif isinstance(ours, type) and issubclass(ours, msgspec.Struct):
        yield from differences(ours, theirs, seen)
    elif theirs not in PLAIN[ours]:
        yield f"{where}: {theirs} is no {ours.__name__}"


def optional(kind: Any) -> bool:
    return typing.get_origin(kind) in (typing.Union, types.UnionType) and type(None) in typing.get_args(kind)


def default_of(field: Any) -> Any:
    return field.default if field.default_factory is msgspec.NODEFAULT else field.default_factory()
