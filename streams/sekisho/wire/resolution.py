"""Reading what was written under another schema than ours (Avro schema resolution), once worked out a schema.

A writer's schema may be one of our committed versions or, from a registry, anything that can be read as ours. A field
that it has beyond ours is read too and kept, as with JSON: a publisher's newer field must not be lost in silence.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from avro.errors import AvroException
from avro.schema import parse as avro_parse
from fastavro import schemaless_reader
from fastavro.schema import to_parsing_canonical_form

from sekisho.errors import EventError
from sekisho.wire import contracts
from sekisho.wire.shape import Shape, of_schema, shape_of, tidy

#: Distinct writer schemas kept at a time.
MAX_WRITERS = 1024


class Reader:
    """How to read one writer's schema as our newest: ``reader`` is None where they are the same."""

    __slots__ = ("has_more", "reader", "shape", "writer")

    def __init__(self, writer: Any, reader: Any | None, shape: Shape, has_more: bool) -> None:
        self.writer = writer
        self.reader = reader
        self.shape = shape
        self.has_more = has_more

    def beyond(self, value: bytes, start: int) -> dict[str, str]:
        """What the writer wrote in fields that we do not have: path to text. Costs a second reading, so only then."""
        source = BytesIO(value)
        source.seek(start)
        raw = schemaless_reader(source, self.writer, None)
        return {path: text for path, text in tidy(self.shape, raw).items() if text}


_READERS: dict[tuple[str, int], tuple[Any, Reader]] = {}


def reader_for(name: str, writer: Any) -> Reader:
    """How to read ``writer`` (parsed) as the contract ``name``. Raises EventError where it cannot be."""
    key = (name, id(writer))
    known = _READERS.get(key)
    if known is not None and known[0] is writer:
        return known[1]
    reader = _work_out(name, writer)
    if len(_READERS) >= MAX_WRITERS:
        _READERS.clear()
    # The writer is kept beside its reader, so that its id stays its own.
    _READERS[key] = (writer, reader)
    return reader


def _work_out(name: str, writer: Any) -> Reader:
    newest = contracts.newest(name)
    if not isinstance(writer, dict) or writer.get("type") != "record":
        raise EventError(f"the schema of the value is not a record; {name} is one", reason="schema")
    if contracts.fingerprint_of(writer) == newest.fingerprint and _same_logic(writer, newest.parsed):
        return Reader(writer, None, shape_of(name), False)
    problem = incompatible(newest.text, writer)
    if problem:
        raise EventError(
            f"what was written under the schema {writer['name']} cannot be read as {name}: {problem}; "
            "see `sekisho schemas check`",
            reason="schema",
        )
    if _weightless(writer):
        raise EventError(
            "the writer's schema has a list of items that take no bytes; its length would be unbounded",
            reason="schema",
        )
    shape = shape_of(name)
    return Reader(writer, newest.parsed, shape, _has_more(of_schema(writer), shape))


def incompatible(reader_text: str, writer: Any) -> str | None:
    """Why ``writer`` cannot be read by the reader; None if it can. Judged by Avro's own library."""
    try:
        result = ReaderWriterCompatibilityChecker().get_compatibility(
            avro_parse(reader_text), avro_parse(to_parsing_canonical_form(writer))
        )
    except (AvroException, KeyError, TypeError, ValueError) as error:
        return f"it is not a schema that can be compared ({type(error).__name__})"
    if result.compatibility is SchemaCompatibilityType.compatible:
        return None
    return "; ".join(sorted(result.messages)) or "they do not match"


def _has_more(writer: Shape, ours: Shape) -> bool:
    if writer.fields - ours.fields:
        return True
    return any(
        _has_more(theirs[name], inner)
        for theirs, mine in ((writer.records, ours.records), (writer.lists, ours.lists))
        for name, inner in mine.items()
        if name in theirs
    )


def _same_logic(writer: Any, ours: Any) -> bool:
    """The canonical form leaves logical types out: a ``long`` that is not declared a time would not be read as one."""
    return bool(_logic(writer) == _logic(ours))


def _logic(schema: Any) -> Any:
    if isinstance(schema, dict):
        inner = [_logic(schema[key]) for key in ("type", "items", "values") if key in schema]
        fields = [_logic(field["type"]) for field in schema.get("fields", ())]
        return (schema.get("logicalType"), inner, fields)
    return [_logic(one) for one in schema] if isinstance(schema, list) else None


def _weightless(schema: Any) -> bool:
    """Whether there is a list whose items take no bytes: a few bytes could then say "a million million of them"."""
    if isinstance(schema, list):
        return any(_weightless(one) for one in schema)
    if not isinstance(schema, dict):
        return False
    if schema.get("type") == "array" and _no_bytes(schema["items"]):
        return True
    parts = [field["type"] for field in schema.get("fields", ())]
    parts += [schema[key] for key in ("items", "values") if key in schema]
    return any(_weightless(part) for part in parts)


def _no_bytes(schema: Any) -> bool:
    if schema == "null":
        return True
    if not isinstance(schema, dict):
        return False
    if schema["type"] in ("record", "error"):
        return all(_no_bytes(field["type"]) for field in schema["fields"])
    return bool(schema["type"] == "null" or (schema["type"] == "fixed" and schema["size"] == 0))
