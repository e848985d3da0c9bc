"""Reading records that are written under our own newest schema, by a function that is made for each contract once.

fastavro makes a dictionary and msgspec the record from it; most of an event's decoding was spent there. A function made for
the contract makes the records at once, and checks what is left to check: the bytes, and that a field of certain words has
one of them. Whatever is written under any other schema, and whatever is not Avro, goes the long way round as before
(``codec.read_avro``), which says what is wrong.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from sekisho.wire.avro_writer import EPOCH, EPOCH_DAY, kind_of, record_in

#: (bytes, where the record begins) to (record, where it ends). What is cut off raises IndexError or ends past the end;
#: what is no such record raises ValueError (text that is not UTF-8 too) or OverflowError.
Reader = Callable[[bytes, int], tuple[Any, int]]


def more(buf: bytes, at: int, first: int) -> tuple[int, int]:
    """A number of several bytes, of which ``first`` is read: without its sign's bit moved, and where it ends."""
    found, shift = first & 127, 7
    while True:
        byte = buf[at]
        at += 1
        found |= (byte & 127) << shift
        if byte < 128:
            break
        shift += 7
        if shift > 63:
            raise ValueError("a number of more than ten bytes")
    if found >> 64:
        raise ValueError("a number of more than 64 bits")
    return found, at


def _wrong(*_: Any) -> Any:
    raise ValueError(
        "a length below zero, a branch that the union does not have, or a word that the field does not take"
    )


def _words(hint: Any) -> frozenset[Any]:
    """What a field of certain words takes; empty for one that takes any value of its type. Raises TypeError for several words."""
    if get_origin(hint) is Literal:
        return frozenset(get_args(hint))
    parts = [part for part in get_args(hint) if part is not type(None)]
    if not any(_words(part) for part in parts):
        return frozenset()
    if len(parts) > 1 or type(None) not in get_args(hint):
        raise TypeError(f"words within {hint}")
    return _words(parts[0]) | {None}


def _names() -> dict[str, Any]:
    """What the functions that are made call."""
    double = struct.Struct("<d")
    return {
        "more": more,
        "wrong": _wrong,
        "millis": lambda number: EPOCH + timedelta(milliseconds=number),
        "day": lambda number: date.fromordinal(number + EPOCH_DAY),
        "double": lambda buf, at: double.unpack_from(buf, at)[0],
    }


def reader(record: type[msgspec.Struct], schema: Any, made: dict[str, Reader] | None = None) -> Reader:
    """The function that reads ``record`` under ``schema`` (as fastavro has parsed it). Raises TypeError where none can be."""
    made = {} if made is None else made
    hints = get_type_hints(record)
    fields = {field.encode_name: field.name for field in msgspec.structs.fields(record)}
    if {field["name"] for field in schema["fields"]} != fields.keys():
        raise TypeError(f"{record.__name__} has other fields than its contract")
    names = _names() | {"record": record}
    lines = ["def read(buf, at):"]
    for field in schema["fields"]:
        attribute = fields[field["name"]]
        lines += _value(field["type"], f"f_{attribute}", record_in(hints[attribute]), made, names, 1)
        if words := _words(hints[attribute]):
            names[f"words_{attribute}"] = words
            lines.append(f"    if f_{attribute} not in words_{attribute}: wrong()")
    lines.append(f"    return record({', '.join(f'f_{name}' for name in record.__struct_fields__)}), at")
    # The source has nothing in it but the names of committed contracts and of our own records.
    exec("\n".join(lines), names)  # noqa: S102
    made[schema["name"]] = read = names["read"]
    return read  # type: ignore[no-any-return]


def _number(pad: str, to: str) -> Iterator[str]:
    """The lines that read a number to ``to``, its sign still in the lowest bit."""
    yield f"{pad}{to} = buf[at]; at += 1"
    yield f"{pad}if {to} > 127: {to}, at = more(buf, at, {to})"


def _signed(name: str) -> str:
    return f"({name} >> 1) ^ -({name} & 1)"


def _value(
    schema: Any, to: str, inner: type[msgspec.Struct] | None, made: dict[str, Reader], names: dict[str, Any], depth: int
) -> Iterator[str]:
    """The lines that read a value into the variable ``to``. ``inner`` is the record that stands in it."""
    pad = "    " * depth
    kind = kind_of(schema)
    if kind in ("string", "bytes"):
        yield from _number(pad, "size")
        yield f"{pad}if size & 1: wrong()"
        yield f"{pad}end = at + (size >> 1)"
        yield f"{pad}{to} = buf[at:end]{'.decode()' if kind == 'string' else ''}; at = end"
    elif kind in ("int", "long", "millis", "day"):
        yield from _number(pad, "number")
        signed = _signed("number")
        yield f"{pad}{to} = {signed if kind in ('int', 'long') else f'{kind}({signed})'}"
    elif kind == "boolean":
        yield f"{pad}{to} = buf[at] != 0; at += 1"
    elif kind == "double":
        yield f"{pad}{to} = double(buf, at); at += 8"
    elif kind == "optional":
        empty, full = schema.index("null"), 1 - schema.index("null")
        yield f"{pad}which = buf[at]; at += 1"
        yield f"{pad}if which == {2 * empty}: {to} = None"
        yield f"{pad}elif which == {2 * full}:"
        yield from _value(schema[full], to, inner, made, names, depth + 1)
        yield f"{pad}else: wrong()"
    elif kind in ("array", "map"):
        yield f"{pad}many{depth} = {'[]' if kind == 'array' else '{}'}"
        yield f"{pad}while True:"
        yield from _number(pad + "    ", f"count{depth}")
        yield f"{pad}    count{depth} = {_signed(f'count{depth}')}"
        yield f"{pad}    if not count{depth}: break"
        yield f"{pad}    if count{depth} < 0:"  # then the bytes of the block follow, for those who pass over it
        yield f"{pad}        count{depth} = -count{depth}"
        yield from _number(pad + "        ", "size")
        yield f"{pad}    for _ in range(count{depth}):"
        if kind == "array":
            yield from _value(schema["items"], f"one{depth}", inner, made, names, depth + 2)
            yield f"{pad}        many{depth}.append(one{depth})"
        else:
            yield from _value("string", f"key{depth}", None, made, names, depth + 2)
            yield from _value(schema["values"], f"one{depth}", inner, made, names, depth + 2)
            yield f"{pad}        many{depth}[key{depth}] = one{depth}"
        yield f"{pad}{to} = {f'tuple(many{depth})' if kind == 'array' else f'many{depth}'}"
    else:
        name = schema if isinstance(schema, str) else schema["name"]
        if name not in made:
            if inner is None or isinstance(schema, str):
                raise TypeError(f"{name} stands where no record of ours does")
            reader(inner, schema, made)
        called = f"read_{name.rpartition('.')[2]}"
        names[called] = made[name]
        yield f"{pad}{to}, at = {called}(buf, at)"
