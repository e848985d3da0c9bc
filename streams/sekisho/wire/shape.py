"""The shape of a contract, to read plain JSON by: which fields there are, and what is beyond them.

JSON of the same shape is Avro's record without Avro's unions: ISO 8601 times and dates, amounts as strings, absent
lists empty. What the contract does not know is kept in ``extra`` under its path, never thrown away: a publisher who
adds ``parties[0].alias`` must not lose it in silence.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from sekisho.errors import EventError
from sekisho.wire import contracts

#: Fields that hold decimal text (``record.field``). A JSON number there keeps its exact digits.
_DECIMALS = frozenset({"Money.amount", "GoodsLine.quantity"})


#: Unknown fields kept of one event; more are counted. A name beyond so many characters is cut.
MAX_EXTRA = 200
MAX_PATH = 200


class number:  # noqa: N801 - msgspec shows this name in its messages: "got `number`"
    """A JSON number with its exact text: never a binary float on the way."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


def _exact(value: Any) -> msgspec.Raw:
    """A number in unknown JSON goes out as it came in; dates and the like (from Avro) as text."""
    return msgspec.Raw(value.text if type(value) is number else msgspec.json.encode(str(value)))


_ENCODER = msgspec.json.Encoder(enc_hook=_exact)


class Shape(msgspec.Struct, frozen=True):
    """One record: its fields, and the shapes of those that are records or lists of records."""

    fields: frozenset[str]
    decimals: tuple[str, ...]
    records: Mapping[str, Shape]
    lists: Mapping[str, Shape]


@functools.cache
def shape_of(name: str) -> Shape:
    return of_schema(contracts.newest(name).parsed)


def of_schema(parsed: Any) -> Shape:
    """The shape of a parsed Avro record schema."""
    return _shape(parsed, {})


def _shape(schema: Any, seen: dict[str, Shape]) -> Shape:
    records, lists, decimals = {}, {}, []
    for field in schema["fields"]:
        inner = _plain(field["type"])
        if isinstance(inner, dict) and inner["type"] == "array":
            item = _record(_plain(inner["items"]), seen)
            if item is not None:
                lists[field["name"]] = item
        elif (record := _record(inner, seen)) is not None:
            records[field["name"]] = record
        if f"{schema['name'].rpartition('.')[2]}.{field['name']}" in _DECIMALS:
            decimals.append(field["name"])
    shape = Shape(frozenset(field["name"] for field in schema["fields"]), tuple(decimals), records, lists)
    seen[schema["name"]] = shape
    return shape


def _plain(kind: Any) -> Any:
    """The type itself where it is optional (``["null", T]``)."""
    if isinstance(kind, list):
        others = [one for one in kind if one != "null"]
        return others[0] if len(others) == 1 else kind
    return kind


def _record(kind: Any, seen: dict[str, Shape]) -> Shape | None:
    if isinstance(kind, str):
        return seen.get(kind)
    return _shape(kind, seen) if isinstance(kind, dict) and kind["type"] in ("record", "error") else None


def tidy(shape: Shape, data: dict[str, Any]) -> dict[str, str]:
    """Make ``data`` (parsed JSON) fit ``shape`` in place; returns what is beyond it: path to text.

    Nulls count as absent. Raises EventError for more unknown fields than an honest publisher has.
    """
    extra: dict[str, str] = {}
    _tidy(shape, data, "", extra)
    return extra


def _tidy(shape: Shape, data: dict[str, Any], path: str, extra: dict[str, str]) -> None:
    for name in [name for name, value in data.items() if value is None or name not in shape.fields]:
        value = data.pop(name)
        if value is not None:
            _keep(extra, path + name, value)
    for name in shape.decimals:
        value = data.get(name)
        if type(value) is number or type(value) is int:
            data[name] = str(value)
    for name, inner in shape.records.items():
        value = data.get(name)
        if type(value) is dict:
            _tidy(inner, value, f"{path}{name}.", extra)
    for name, inner in shape.lists.items():
        value = data.get(name)
        if type(value) is list:
            for index, item in enumerate(value):
                if type(item) is dict:
                    _tidy(inner, item, f"{path}{name}[{index}].", extra)


def _keep(extra: dict[str, str], path: str, value: Any) -> None:
    if len(extra) >= MAX_EXTRA:
        raise EventError(
            f"more than {MAX_EXTRA} fields that the contract does not know; is this an event of another kind?",
            reason="too_large",
        )
    extra[path[:MAX_PATH]] = as_text(value)


def as_text(value: Any) -> str:
    """A string as it is, anything else as JSON."""
    if isinstance(value, str):
        return value
    try:
        return _ENCODER.encode(value).decode()
    except RecursionError:
        raise EventError("the value is nested too deep", reason="too_large") from None


#: ``$.parties[...].name`` without the ``$.``
_PATH = re.compile(r" - at `(?:key in )?\$\.?(?P<path>[^`]*)`")


def explain(error: Exception) -> str:
    """What msgspec found wrong: where and what was expected. Never a value: it may be personal data."""
    text = str(error)
    found = _PATH.search(text)
    what = text[: found.start()] if found else text
    if what.startswith("Invalid enum value"):
        what = "Invalid enum value"
    return f"{found['path'] or 'the record'}: {what}" if found else what
