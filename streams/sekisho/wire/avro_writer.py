"""Writing our own records as Avro, each by a function that is made for its contract once.

fastavro writes dictionaries and reads the schema again for every value; a verdict of thirty fields takes three times as
long so. Our contracts need little of Avro: records, arrays, maps, ``null`` or one other type, times in milliseconds and
days. What they do not need is refused when the function is made (``TypeError``), not written otherwise.

The bytes are those of fastavro (Avro 1.11, binary encoding); ``tests/wire/test_avro_functions.py`` holds them together.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any, get_args, get_type_hints

import msgspec

#: Writes one record by handing its bytes on, piece by piece.
Writer = Callable[[Any, Callable[[bytes], None]], None]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = date(1970, 1, 1).toordinal()


def zigzag(number: int) -> bytes:
    """A ``long`` as Avro writes it: the sign in the lowest bit, seven bits a byte, the lowest first."""
    if not -(1 << 63) <= number < 1 << 63:
        raise OverflowError("an Avro long has 64 bits")
    rest = number << 1 if number >= 0 else ~(number << 1)
    if rest >> 56:  # a hash: nine bytes or ten
        return b"".join(
            (
                _PAIRS[rest & 16_383],
                _PAIRS[rest >> 14 & 16_383],
                _PAIRS[rest >> 28 & 16_383],
                _PAIRS[rest >> 42 & 16_383],
                _LAST[rest >> 56],
            )
        )
    if 1 << 35 <= rest < 1 << 42:  # milliseconds of our time: six bytes
        return bytes(
            (
                rest & 127 | 128,
                rest >> 7 & 127 | 128,
                rest >> 14 & 127 | 128,
                rest >> 21 & 127 | 128,
                rest >> 28 & 127 | 128,
                rest >> 35,
            )
        )
    return _by_sevens(rest)


def _by_sevens(rest: int) -> bytes:
    out = bytearray()
    while rest > 127:
        out.append(rest & 127 | 128)
        rest >>= 7
    out.append(rest)
    return bytes(out)


#: Two bytes of a number that goes on behind them; and the last eight bits of 64. A fingerprint has some fifty hashes, and
#: putting them together from these takes half of the time of byte after byte (1 MB).
_PAIRS = tuple(bytes((pair & 127 | 128, pair >> 7 | 128)) for pair in range(16_384))
_LAST = tuple(_by_sevens(rest) for rest in range(256))

#: Numbers that are looked up: most lengths are among them.
_SMALL = tuple(zigzag(number) for number in range(4096))


def long(number: int) -> bytes:
    return _SMALL[number] if 0 <= number < 4096 else zigzag(number)


def millis(moment: datetime) -> bytes:
    """Milliseconds since 1970 of a moment with an offset; what is finer is cut."""
    since = moment - EPOCH
    return zigzag((since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000)


def _names() -> dict[str, Any]:
    """What the functions that are made call."""
    return {
        "small": _SMALL,
        "long": long,
        "millis": millis,
        "day": lambda found: zigzag(found.toordinal() - EPOCH_DAY),
        "double": struct.Struct("<d").pack,
    }


def writer(record: type[msgspec.Struct], schema: Any, made: dict[str, Writer] | None = None) -> Writer:
    """The function that writes ``record`` under ``schema`` (as fastavro has parsed it)."""
    made = {} if made is None else made
    hints = get_type_hints(record)
    attributes = {field.encode_name: field.name for field in msgspec.structs.fields(record)}
    names = _names()
    lines = ["def write(record, put):"]
    for field in schema["fields"]:
        attribute = attributes[field["name"]]
        lines += _value(field["type"], f"record.{attribute}", record_in(hints[attribute]), made, names, 1)
    # The source has nothing in it but the names of committed contracts and of our own records.
    exec("\n".join(lines), names)  # noqa: S102
    made[schema["name"]] = write = names["write"]
    return write  # type: ignore[no-any-return]


def record_in(hint: Any) -> type[msgspec.Struct] | None:
    """The record inside ``X``, ``X | None`` or ``tuple[X, ...]``."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return hint
    return next((found for one in get_args(hint) if (found := record_in(one))), None)


def _value(
    schema: Any,
    value: str,
    inner: type[msgspec.Struct] | None,
    made: dict[str, Writer],
    names: dict[str, Any],
    depth: int,
) -> Iterator[str]:
    """The lines that write the expression ``value``. ``inner`` is the record that stands in it, at whatever depth."""
    pad = "    " * depth
    kind = kind_of(schema)
    if kind == "string":
        yield f"{pad}data = {value}.encode(); size = len(data)"
        yield f"{pad}put(small[size] if size < 4096 else long(size)); put(data)"
    elif kind == "bytes":
        yield f"{pad}data = {value}; put(long(len(data))); put(data)"
    elif kind in ("int", "long"):
        yield f"{pad}put(long({value}))"
    elif kind == "boolean":
        yield f"{pad}put(b'\\x01' if {value} else b'\\x00')"
    elif kind in ("double", "millis", "day"):
        yield f"{pad}put({kind}({value}))"
    elif kind == "optional":
        empty, full = schema.index("null"), 1 - schema.index("null")
        yield f"{pad}some{depth} = {value}"
        yield f"{pad}if some{depth} is None: put(small[{empty}])"
        yield f"{pad}else:"
        yield f"{pad}    put(small[{full}])"
        yield from _value(schema[full], f"some{depth}", inner, made, names, depth + 1)
    elif kind in ("array", "map"):
        yield f"{pad}many{depth} = {value}"
        yield f"{pad}if many{depth}:"
        yield f"{pad}    put(long(len(many{depth})))"
        if kind == "array":
            yield f"{pad}    for one{depth} in many{depth}:"
        else:
            yield f"{pad}    for key{depth}, one{depth} in many{depth}.items():"
            yield from _value("string", f"key{depth}", None, made, names, depth + 2)
        yield from _value(
            schema["items" if kind == "array" else "values"], f"one{depth}", inner, made, names, depth + 2
        )
        yield f"{pad}put(small[0])"
    else:
        name = schema if isinstance(schema, str) else schema["name"]
        if name not in made:
            if inner is None or isinstance(schema, str):
                raise TypeError(f"{name} stands where no record of ours does")
            writer(inner, schema, made)
        called = f"write_{name.rpartition('.')[2]}"
        names[called] = made[name]
        yield f"{pad}{called}({value}, put)"


def kind_of(schema: Any) -> str:
    """What a schema is to us. Raises TypeError for what our contracts do not use."""
    if isinstance(schema, list):
        if len(schema) == 2 and "null" in schema:
            return "optional"
        raise TypeError("a union of more than null and one type")
    plain = schema if isinstance(schema, str) else schema["type"]
    logical = None if isinstance(schema, str) else schema.get("logicalType")
    known = {("long", "timestamp-millis"): "millis", ("int", "date"): "day"}
    if logical is not None:
        if (plain, logical) not in known:
            raise TypeError(f"the logical type {logical} of {plain}")
        return known[plain, logical]
    if plain in ("enum", "fixed", "float", "null"):
        raise TypeError(f"the type {plain}")
    return str(plain)
