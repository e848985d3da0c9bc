"""Records to bytes and back: Avro (Confluent framing or single-object encoding) and plain JSON.

Writing, and reading what is written under our newest schema, is by a function that is made for each contract (``avro_writer``,
``avro_reader``). All else is C twice: fastavro reads the bytes, msgspec makes the typed record and names the field that does
not fit. Reference data and internal records are written in single-object encoding: what they are does not depend on a
registry's ids. Only the topics that others read take ids from a registry, where there is one.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from io import BytesIO
from typing import Any, NoReturn, TypeVar

import msgspec
from fastavro import schemaless_reader

from sekisho.errors import EventError
from sekisho.wire import avro_reader, contracts
from sekisho.wire.avro_writer import Writer, writer
from sekisho.wire.framing import (
    CONFLUENT_HEADER,
    CONFLUENT_MAGIC,
    SINGLE_OBJECT_HEADER,
    SINGLE_OBJECT_MAGIC,
    UTF8_BOM,
    Headers,
    format_of,
)
from sekisho.wire.resolution import Reader, reader_for
from sekisho.wire.shape import explain, number

Record = TypeVar("Record", bound=msgspec.Struct)

#: A registry: the writer's schema (parsed) behind an id. Raises EventError (unknown id) or UnreachableError.
Schemas = Callable[[int], Any]


# -- writing ----------------------------------------------------------------------------------------------------


@functools.cache
def _writer(record: type[msgspec.Struct]) -> tuple[Writer, bytes]:
    version = contracts.newest(contracts.NAME_OF[record])
    return writer(record, version.parsed), SINGLE_OBJECT_MAGIC + version.fingerprint


def encode(record: msgspec.Struct, schema_id: int | None = None) -> bytes:
    """A record as Avro: Confluent framing with ``schema_id``, single-object encoding without.

    Times keep milliseconds: what is finer is cut.
    """
    write, header = _writer(type(record))
    parts = [header if schema_id is None else CONFLUENT_MAGIC + schema_id.to_bytes(4, "big")]
    write(record, parts.append)
    return b"".join(parts)


def encode_json(record: msgspec.Struct) -> bytes:
    """A record as JSON of the same shape: ISO 8601, plain unions."""
    return msgspec.json.encode(record)


# -- reading ----------------------------------------------------------------------------------------------------


def decode(kind: str, value: bytes, schemas: Schemas | None = None, headers: Headers = None) -> Any:
    """The record of a topic of ours. ``kind`` is a contract's name, or ``list`` (a ListVersion or a Bucket).

    Raises EventError for bytes that are no such record, UnreachableError where the registry does not answer.
    """
    names: tuple[str, ...] = ("list_version", "bucket") if kind == "list" else (kind,)
    form = format_of(value, headers)
    if form == "json":
        if kind == "list":
            names = ("bucket",) if b'"members"' in value else ("list_version",)
        return _json_record(contracts.RECORDS[names[0]], value)
    if form == "xml":
        raise EventError(f"XML is no {kind}", reason="unknown_format")
    schema, start = writer_of(value, form, schemas)
    if len(names) > 1:
        names = tuple(name for name in names if _named(name) == schema["name"].rpartition(".")[2]) or names
    reader = reader_for(names[0], schema)
    if reader.reader is None and (record := read_own(names[0], value, start)) is not None:
        return record
    data, _ = read_avro(reader, value, start)
    return convert(data, contracts.RECORDS[names[0]])


def writer_of(value: bytes, form: str, schemas: Schemas | None) -> tuple[Any, int]:
    """The schema that ``value`` was written under, and where the Avro begins."""
    if form == "confluent":
        if len(value) < CONFLUENT_HEADER:
            raise EventError("the value ends within its Confluent framing", reason="truncated")
        schema_id = int.from_bytes(value[1:CONFLUENT_HEADER], "big")
        if schemas is None:
            raise EventError(
                f"the value has Confluent framing (schema id {schema_id}), but no registry is set; "
                "set SEKISHO_SCHEMA_REGISTRY__URL and replay",
                reason="unknown_schema",
            )
        return schemas(schema_id), CONFLUENT_HEADER
    if len(value) < SINGLE_OBJECT_HEADER:
        raise EventError("the value ends within its single-object header", reason="truncated")
    fingerprint = value[2:SINGLE_OBJECT_HEADER]
    version = contracts.by_fingerprint().get(fingerprint)
    if version is None:
        raise EventError(
            f"no committed schema has the fingerprint {fingerprint[::-1].hex()}; write with a schema of schemas/, "
            "or use a registry",
            reason="unknown_schema",
        )
    return version.parsed, SINGLE_OBJECT_HEADER


@functools.cache
def _own_reader(kind: str) -> avro_reader.Reader:
    return avro_reader.reader(contracts.RECORDS[kind], contracts.newest(kind).parsed)


def read_own(kind: str, value: bytes, start: int) -> Any | None:
    """A record that was written under our own newest schema; None where it cannot be read so, which ``read_avro`` explains."""
    try:
        record, end = _own_reader(kind)(value, start)
    except (IndexError, ValueError, OverflowError):
        return None
    return record if end == len(value) else None


@functools.cache
def _beginning(record: type[msgspec.Struct], kind: str) -> tuple[bytes, avro_reader.Reader]:
    version = contracts.newest(kind)
    first = [field for field in version.parsed["fields"] if field["name"] in record.__struct_fields__]
    if first != version.parsed["fields"][: len(first)]:
        raise TypeError(f"{record.__name__} is not how a {kind} begins")
    return SINGLE_OBJECT_MAGIC + version.fingerprint, avro_reader.reader(record, {**version.parsed, "fields": first})


def read_beginning(record: type[Record], kind: str, value: bytes) -> Record | None:
    """The first fields of a record of ours, those that ``record`` has, without the rest; None where it is of another version."""
    header, read = _beginning(record, kind)
    if not value.startswith(header):
        return None
    found: Record = read(value, len(header))[0]
    return found


def read_avro(reader: Reader, value: bytes, start: int) -> tuple[Any, dict[str, str]]:
    """The record as a dictionary in our reader's shape, and what the writer's schema has beyond it (path to text)."""
    source = BytesIO(value)
    source.seek(start)
    try:
        data = schemaless_reader(source, reader.writer, reader.reader)
        left_over = source.tell() != len(value)
        beyond = reader.beyond(value, start) if reader.has_more and not left_over else {}
    except EventError:
        raise
    except Exception as error:
        _unreadable(error)
    if left_over:
        raise EventError(
            "bytes are left over after the Avro record; was another schema used to write it?", reason="avro"
        )
    return data, beyond


def _unreadable(error: Exception) -> NoReturn:
    """fastavro raises whatever its C code meets; none of these messages may be shown, for they can hold values."""
    if isinstance(error, EOFError):
        raise EventError("the value ends within the Avro record", reason="truncated") from None
    raise EventError(f"the value is not Avro of its schema ({type(error).__name__})", reason="avro") from None


def convert(data: Any, record: type[Record]) -> Record:
    """A dictionary as a typed record. Raises EventError that names the field and what was expected there."""
    try:
        return msgspec.convert(data, record)
    except msgspec.ValidationError as error:
        raise EventError(explain(error), reason="invalid") from None
    except (RecursionError, OverflowError, ValueError) as error:
        raise EventError(f"the record does not fit its contract ({type(error).__name__})", reason="invalid") from None


_JSON = msgspec.json.Decoder(float_hook=number)


def parse_json(value: bytes) -> dict[str, Any]:
    """A JSON object, numbers with a fraction kept exact. Raises EventError for anything else, however deep or broken."""
    try:
        data = _JSON.decode(value.removeprefix(UTF8_BOM))
    except RecursionError:
        raise EventError("the JSON is nested too deep", reason="json") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as error:
        raise EventError(f"the value is not JSON in UTF-8: {_syntax(error)}", reason="json") from None
    if type(data) is not dict:
        raise EventError("the JSON is not an object", reason="json")
    return data


def _syntax(error: Exception) -> str:
    """Only msgspec's own words: a UnicodeDecodeError shows bytes."""
    return str(error) if isinstance(error, msgspec.MsgspecError) else "a byte sequence is not UTF-8"


def _json_record(record: type[Record], value: bytes) -> Record:
    try:
        return msgspec.json.decode(value.removeprefix(UTF8_BOM), type=record)
    except msgspec.ValidationError as error:
        raise EventError(explain(error), reason="invalid") from None
    except RecursionError:
        raise EventError("the JSON is nested too deep", reason="json") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError) as error:
        raise EventError(f"the value is not JSON in UTF-8: {_syntax(error)}", reason="json") from None


def _named(contract: str) -> str:
    return contracts.RECORDS[contract].__name__
