"""Ten thousand malformed inputs: each is an EventError with a bounded reason, quickly, or an honest event."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.errors import EventError
from sekisho.wire import Decoded, contracts, decode_event, encode, encode_json
from sekisho.wire.codec import decode
from tests.wire.examples import ALERT, PAYMENT, SHIPMENT

REASONS = {
    "empty",
    "too_large",
    "unknown_format",
    "unknown_schema",
    "schema",
    "truncated",
    "avro",
    "json",
    "xml",
    "invalid",
}

EVENTS = {"shipment": SHIPMENT, "payment": PAYMENT}
AVRO = {kind: encode(event) for kind, event in EVENTS.items()}
JSON = {kind: encode_json(event) for kind, event in EVENTS.items()}
XML = (
    b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"><FIToFICstmrCdtTrf><GrpHdr><MsgId>M</MsgId>'
    b"<CreDtTm>2023-01-27T06:00:00Z</CreDtTm><NbOfTxs>1</NbOfTxs></GrpHdr><CdtTrfTxInf><PmtId><EndToEndId>E</EndToEndId>"
    b'</PmtId><IntrBkSttlmAmt Ccy="EUR">1.00</IntrBkSttlmAmt><Dbtr><Nm>A</Nm></Dbtr></CdtTrfTxInf></FIToFICstmrCdtTrf>'
    b"</Document>"
)


def random_bytes(r: random.Random, kind: str) -> bytes:
    return r.randbytes(r.randrange(1, 400))


def truncated_avro(r: random.Random, kind: str) -> bytes:
    return AVRO[kind][: r.randrange(1, len(AVRO[kind]))]


def framed_noise(r: random.Random, kind: str) -> bytes:
    """The right header, then anything."""
    return AVRO[kind][:10] + r.randbytes(r.randrange(0, 300))


def wrong_magic(r: random.Random, kind: str) -> bytes:
    return (
        bytes([r.choice([1, 2, 0x7F, 0x80, 0xC2, 0xFF])]) + AVRO[kind][1:]
        if r.random() < 0.5
        else b"\x00" + r.randbytes(60)
    )


def flipped_avro(r: random.Random, kind: str) -> bytes:
    value = bytearray(AVRO[kind])
    for _ in range(r.randrange(1, 6)):
        value[r.randrange(10, len(value))] = r.randrange(256)
    return bytes(value)


def endless_lengths(r: random.Random, kind: str) -> bytes:
    """A length or count of up to 2^63 where a short one stood."""
    at = r.randrange(10, len(AVRO[kind]))
    return AVRO[kind][:at] + b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01" + AVRO[kind][at:]


def other_record(r: random.Random, kind: str) -> bytes:
    return encode(ALERT)


def deep_json(r: random.Random, kind: str) -> bytes:
    depth = r.choice([50, 500, 5_000, 50_000])
    opened, closed = r.choice([(b"[", b"]"), (b'{"a":', b"}")])
    inner = opened * depth + b"1" + closed * depth
    return r.choice([inner, b'{"shipment_reference": ' + inner + b"}", b'{"parties": ' + inner + b"}", opened * depth])


def huge_string(r: random.Random, kind: str) -> bytes:
    field = r.choice(["shipment_reference", "event_id", "status", "unknown", "end_to_end_id"])
    return json.dumps(
        json.loads(JSON[kind]) | {field: r.choice("aЖ漢\u200b\u0000") * r.choice([40_000, 200_000])}
    ).encode()


def wrong_type(r: random.Random, kind: str) -> bytes:
    data = json.loads(JSON[kind])
    field = r.choice(["event_id", "event_time", "parties", "amount", "status", "goods", "message_id", "extra"])
    data[field] = r.choice([7, 7.5, True, [], {}, [7], {"a": 7}, [[]], "x", -1, 10**40])
    return json.dumps(data).encode()


def cut_json(r: random.Random, kind: str) -> bytes:
    return JSON[kind][: r.randrange(1, len(JSON[kind]))]


def flipped_json(r: random.Random, kind: str) -> bytes:
    value = bytearray(JSON[kind])
    for _ in range(r.randrange(1, 4)):
        value[r.randrange(len(value))] = r.randrange(256)
    return bytes(value)


def broken_xml(r: random.Random, kind: str) -> bytes:
    value = bytearray(XML)
    if r.random() < 0.5:
        return bytes(value[: r.randrange(1, len(value))])
    for _ in range(r.randrange(1, 4)):
        value[r.randrange(len(value))] = r.randrange(256)
    return bytes(value)


def deep_xml(r: random.Random, kind: str) -> bytes:
    depth = r.choice([100, 10_000])
    return XML.replace(b"<Dbtr>", b"<a>" * depth + b"</a>" * depth + b"<Dbtr>")


MAKERS: list[Callable[[random.Random, str], bytes]] = [
    random_bytes,
    truncated_avro,
    framed_noise,
    wrong_magic,
    flipped_avro,
    endless_lengths,
    other_record,
    deep_json,
    huge_string,
    wrong_type,
    cut_json,
    flipped_json,
    broken_xml,
    deep_xml,
]

#: Of these a few may happen to be honest events still (a letter of a name changed); of all others none may be.
MAY_BE_HONEST = {flipped_avro, flipped_json, broken_xml, wrong_type, framed_noise, endless_lengths, deep_xml, deep_json}


def registry(schema_id: int) -> Any:
    """Knows the current schemas under ids 1 and 2, as a registry would."""
    if schema_id in (1, 2):
        return contracts.newest(("shipment", "payment")[schema_id - 1]).parsed
    raise EventError("unknown id", reason="unknown_schema")


def fault_of(read: Callable[[], Any]) -> tuple[EventError | None, Any]:
    """The EventError of reading, or what was read; any other exception ends the test."""
    try:
        return None, read()
    except EventError as error:
        return error, None


def test_ten_thousand_malformed_inputs_raise_event_errors_and_nothing_else() -> None:
    r = random.Random(20230127)
    reasons: Counter[str] = Counter()
    honest: Counter[str] = Counter()
    slowest = 0.0
    began = time.process_time()
    for number in range(10_000):
        make = MAKERS[number % len(MAKERS)]
        kind: Any = ("shipment", "payment")[number // len(MAKERS) % 2]
        value = make(r, kind)
        start = time.process_time()
        fault, decoded = fault_of(lambda kind=kind, value=value: decode_event(kind, value, None, registry))
        if fault is not None:
            reasons[fault.reason] += 1
            assert len(str(fault)) < 2000
        else:
            assert make in MAY_BE_HONEST, f"{make.__name__} was read as an event"
            assert all(isinstance(one, Decoded) for one in decoded)
            honest[make.__name__] += 1
        slowest = max(slowest, time.process_time() - start)
    assert set(reasons) <= REASONS
    assert len(reasons) >= 8, f"the inputs are all alike: {reasons}"
    assert sum(honest.values()) < 3_000, honest
    # A worker's turn is 20 ms; none of these inputs may hold it for long, even on a slow machine.
    assert slowest < 1.0, f"one input took {slowest:.2f} s"
    assert time.process_time() - began < 60


@settings(deadline=None)
@given(st.sampled_from(["shipment", "payment"]), st.binary(max_size=600))
def test_any_bytes_never_raises_anything_else(kind: Any, value: bytes) -> None:
    for headers in (None, [("content-type", b"application/json")], [("content-type", b"application/xml")]):
        fault, _ = fault_of(lambda headers=headers: decode_event(kind, value, headers, registry))
        assert fault is None or fault.reason in REASONS


@settings(deadline=None)
@given(
    st.sampled_from(["shipment", "payment"]),
    st.dictionaries(
        st.sampled_from(
            ["event_id", "event_time", "parties", "amount", "status", "goods", "extra", "zzz", "transport"]
        ),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
            max_leaves=8,
        ),
    ),
)
def test_any_json_never_raises_anything_else(kind: Any, fields: dict[str, Any]) -> None:
    value = json.dumps(json.loads(JSON[kind]) | fields).encode()
    fault, decoded = fault_of(lambda: decode_event(kind, value))
    if fault is not None:
        assert fault.reason in REASONS
    else:
        event = decoded[0].event
        assert decode_event(kind, encode(event))[0].event.event_id == event.event_id


@pytest.mark.parametrize("kind", ["alert", "entity", "goods_item", "measure", "list", "reference_set"])
def test_reference_readers_never_raise_anything_else(kind: str) -> None:
    r = random.Random(7)
    for _ in range(300):
        value = r.choice([r.randbytes(40), b"{" + r.randbytes(20), encode(ALERT)[: r.randrange(200)], b"{}", b"<a/>"])
        fault, _ = fault_of(lambda value=value: decode(kind, value))
        assert fault is None or fault.reason in REASONS
