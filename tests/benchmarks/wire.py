"""What reading and writing cost on the wire, each beside the bare library on the same bytes in the same run.

.venv/bin/python tests/benchmarks/wire.py
"""

from __future__ import annotations

import io
import json
import sys
import timeit
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import fastavro
import msgspec

from sekisho.wire import contracts, decode, decode_event, encode, encode_json
from sekisho.wire.ocsf import encode as encode_ocsf

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.heading import heading
from tests.wire.examples import ALERT, PAYMENT, SHIPMENT, VERDICT

CLOUDEVENTS = [
    ("ce_specversion", b"1.0"),
    ("ce_id", b"1"),
    ("ce_type", b"shipment"),
    ("ce_source", b"/x"),
    ("content-type", b"application/avro"),
]


def microseconds(work: Callable[[], Any], number: int = 1000) -> float:
    """The best of several runs: what the work costs when nothing else wants the processor."""
    return min(timeit.repeat(work, number=number, repeat=7)) / number * 1e6


def bare_read(name: str, value: bytes) -> Callable[[], Any]:
    parsed = contracts.newest(name).parsed
    return lambda: fastavro.schemaless_reader(io.BytesIO(value[10:]), parsed, None)


def bare_write(name: str, record: Any) -> Callable[[], Any]:
    parsed, data = contracts.newest(name).parsed, msgspec.to_builtins(record, builtin_types=(datetime, date))
    return lambda: fastavro.schemaless_writer(io.BytesIO(), parsed, data)


def main() -> None:
    rows: list[tuple[str, int, float, float, str]] = []
    for name, event in (("shipment", SHIPMENT), ("payment", PAYMENT)):
        kind: Any = name
        value, text = encode(event), encode_json(event)
        rows.append(
            (
                f"read {name}, Avro",
                len(value),
                microseconds(lambda kind=kind, value=value: decode_event(kind, value, CLOUDEVENTS)),
                microseconds(bare_read(name, value)),
                "fastavro",
            )
        )
        rows.append(
            (
                f"read {name}, JSON",
                len(text),
                microseconds(lambda kind=kind, text=text: decode_event(kind, text)),
                microseconds(lambda text=text: json.loads(text)),
                "json.loads",
            )
        )
    for name, record in (("alert", ALERT), ("verdict", VERDICT)):
        value = encode(record)
        rows.append(
            (
                f"write {name}, Avro",
                len(value),
                microseconds(lambda record=record: encode(record)),
                microseconds(bare_write(name, record)),
                "fastavro",
            )
        )
        rows.append(
            (
                f"read {name}, Avro",
                len(value),
                microseconds(lambda name=name, value=value: decode(name, value)),
                microseconds(bare_read(name, value)),
                "fastavro",
            )
        )
    data = json.loads(encode_json(ALERT))
    rows.append(
        (
            "write alert, OCSF",
            len(encode_ocsf(ALERT)),
            microseconds(lambda: encode_ocsf(ALERT)),
            microseconds(lambda: json.dumps(data)),
            "json.dumps",
        )
    )
    heading("wire")
    print(f"{'':24} {'bytes':>6} {'us':>8} {'bare us':>8} {'ratio':>6}  bare")
    for what, size, ours, bare, library in rows:
        print(f"{what:24} {size:6} {ours:8.1f} {bare:8.1f} {ours / bare:6.2f}  {library}")


if __name__ == "__main__":
    main()
