"""The functions that are made for our contracts read and write what fastavro does, byte for byte, and refuse what it refuses."""

from __future__ import annotations

import types
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import fastavro
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekisho.errors import EventError
from sekisho.model import Entity, Name, OpenEvent, OpenEventBeginning
from sekisho.wire import contracts, decode, decode_event, encode, glimpse
from sekisho.wire.avro_reader import reader
from sekisho.wire.avro_writer import writer, zigzag
from sekisho.wire.codec import read_beginning, read_own
from sekisho.wire.framing import SINGLE_OBJECT_HEADER, SINGLE_OBJECT_MAGIC
from tests.wire.examples import PAYMENT, SHIPMENT

CONTRACTS = sorted(contracts.RECORDS)
EVENTS = ("payment", "shipment")

PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    int: st.integers(-(2**31), 2**31 - 1),
    float: st.floats(allow_nan=False),
    bool: st.booleans(),
    bytes: st.binary(max_size=200),
    date: st.dates(),
    datetime: st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)).map(
        lambda one: one.replace(microsecond=one.microsecond // 1000 * 1000, tzinfo=UTC)
    ),
}


def anything(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a field of ours."""
    if hint in PLAIN:
        return PLAIN[hint]
    parts = get_args(hint)
    if get_origin(hint) is Literal:
        return st.sampled_from(parts)
    if get_origin(hint) in (Union, types.UnionType):
        return st.one_of(st.none() if part is type(None) else anything(part) for part in parts)
    if get_origin(hint) is tuple:
        return st.lists(anything(parts[0]), max_size=3).map(tuple)
    if get_origin(hint) in (dict, types.MappingProxyType) or "Mapping" in str(get_origin(hint)):
        return st.dictionaries(anything(parts[0]), anything(parts[1]), max_size=3)
    hints = get_type_hints(hint)
    return st.builds(hint, **{name: anything(hints[name]) for name in hint.__struct_fields__})


def by_fastavro(record: msgspec.Struct) -> bytes:
    version = contracts.newest(contracts.NAME_OF[type(record)])
    out = BytesIO()
    native = msgspec.to_builtins(record, builtin_types=(datetime, date, bytes))
    fastavro.schemaless_writer(out, version.parsed, native)
    return out.getvalue()


@pytest.mark.parametrize("name", CONTRACTS)
def test_bytes_are_those_of_fastavro(name: str) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(anything(contracts.RECORDS[name]))
    def holds(record: msgspec.Struct) -> None:
        assert encode(record)[SINGLE_OBJECT_HEADER:] == by_fastavro(record)

    holds()


@pytest.mark.parametrize("name", CONTRACTS)
def test_what_was_written_is_read_as_it_was(name: Any) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(anything(contracts.RECORDS[name]))
    def holds(record: msgspec.Struct) -> None:
        assert read_own(name, encode(record), SINGLE_OBJECT_HEADER) == record

    holds()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(anything(OpenEvent))
def test_a_record_begins_with_its_first_fields(record: OpenEvent) -> None:
    beginning = read_beginning(OpenEventBeginning, "open_event", encode(record))
    assert beginning is not None
    assert msgspec.structs.asdict(beginning) == {
        name: getattr(record, name) for name in OpenEventBeginning.__struct_fields__
    }


def test_the_beginning_of_another_version_is_not_read() -> None:
    old = contracts.versions("open_event")[0]
    assert read_beginning(OpenEventBeginning, "open_event", SINGLE_OBJECT_MAGIC + old.fingerprint + b"x" * 100) is None


def test_fields_from_the_middle_are_no_beginning() -> None:
    class Middle(msgspec.Struct):
        origin: Any

    with pytest.raises(TypeError):
        read_beginning(Middle, "open_event", b"")


@pytest.mark.parametrize("event", [SHIPMENT, PAYMENT], ids=["shipment", "payment"])
def test_a_glimpse_is_the_event(event: Any) -> None:
    kind: Any = contracts.NAME_OF[type(event)]
    assert glimpse(kind, encode(event)) == event
    assert glimpse(kind, msgspec.json.encode(event)) is None, "that takes more than reading"


def test_a_word_that_the_field_does_not_take_is_explained() -> None:
    Graded = msgspec.defstruct("Graded", [("grade", Literal["exact", "strong"]), ("other", Literal["a"] | None)])
    schema = {
        "type": "record",
        "name": "Graded",
        "fields": [{"name": "grade", "type": "string"}, {"name": "other", "type": ["null", "string"]}],
    }
    read = reader(Graded, schema)
    assert read(b"\x0aexact\x00", 0) == (Graded("exact", None), 7)
    assert read(b"\x0aexact\x02\x02a", 0) == (Graded("exact", "a"), 9)
    for wrong in (b"\x0aexalt\x00", b"\x0aexact\x02\x02b"):
        with pytest.raises(ValueError, match="a word that the field does not take"):
            read(wrong, 0)
    entity = encode(Entity("xx-list", "7", "Person", (Name("Anna Example", "weak_alias"),)))
    assert read_own("entity", entity, SINGLE_OBJECT_HEADER) is not None
    wrong = entity.replace(b"weak_alias", b"weak_aliax")
    assert read_own("entity", wrong, SINGLE_OBJECT_HEADER) is None
    with pytest.raises(EventError, match="kind"):
        decode("entity", wrong)


def test_words_within_a_list_are_read_the_long_way() -> None:
    Several = msgspec.defstruct("Several", [("grades", tuple[Literal["exact", "strong"], ...])])
    schema = {
        "type": "record",
        "name": "Several",
        "fields": [{"name": "grades", "type": {"type": "array", "items": "string"}}],
    }
    with pytest.raises(TypeError, match="words within"):
        reader(Several, schema)


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_long_comes_back(number: int) -> None:
    schema = {"type": "record", "name": "One", "fields": [{"name": "number", "type": "long"}]}
    out = BytesIO()
    fastavro.schemaless_writer(out, fastavro.parse_schema(schema), {"number": number})
    assert zigzag(number) == out.getvalue()

    class One(msgspec.Struct):
        number: int

    assert reader(One, schema)(zigzag(number), 0) == (One(number), len(out.getvalue()))


def test_a_number_of_more_than_64_bits_is_not_written() -> None:
    with pytest.raises(OverflowError):
        zigzag(1 << 63)


def outcome(read: Any) -> Any:
    try:
        return read()
    except EventError as error:
        return error.reason, str(error)


@pytest.mark.parametrize("event", [SHIPMENT, PAYMENT], ids=["shipment", "payment"])
def test_broken_bytes_end_as_they_do_without_the_functions(event: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    kind: Any = contracts.NAME_OF[type(event)]
    whole = encode(event)

    @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        at = data.draw(st.integers(SINGLE_OBJECT_HEADER, len(whole)))
        cut = data.draw(st.integers(at, len(whole)))
        broken = whole[:at] + data.draw(st.binary(max_size=4)) + whole[cut:]
        with monkeypatch.context() as without:
            quick = outcome(lambda: decode_event(kind, broken))
            without.setattr("sekisho.wire.events.read_own", lambda *_: None)
            assert quick == outcome(lambda: decode_event(kind, broken))

    holds()


def test_a_block_that_says_its_size_is_read() -> None:
    # Avro lets an array be written as blocks with their size; fastavro reads them, and so do we.
    schema = {
        "type": "record",
        "name": "Many",
        "fields": [{"name": "texts", "type": {"type": "array", "items": "string"}}],
    }

    class Many(msgspec.Struct):
        texts: tuple[str, ...]

    blocks = zigzag(-2) + zigzag(4) + b"\x02a\x02b" + zigzag(1) + b"\x02c" + b"\x00"
    assert fastavro.schemaless_reader(BytesIO(blocks), schema) == {"texts": ["a", "b", "c"]}
    assert reader(Many, schema)(blocks, 0) == (Many(("a", "b", "c")), len(blocks))


@pytest.mark.parametrize(
    "kind",
    [
        ["null", "string", "long"],
        "float",
        {"type": "enum", "name": "E", "symbols": ["A"]},
        {"type": "fixed", "name": "F", "size": 4},
        {"type": "long", "logicalType": "timestamp-micros"},
        "sekisho.Unheard",
    ],
    ids=str,
)
def test_what_our_contracts_do_not_use_makes_no_function(kind: Any) -> None:
    class Odd(msgspec.Struct):
        field: str

    schema = {"type": "record", "name": "Odd", "fields": [{"name": "field", "type": kind}]}
    for make in (reader, writer):
        with pytest.raises(TypeError):
            make(Odd, schema)
