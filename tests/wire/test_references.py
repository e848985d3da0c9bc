"""Reading the reference of an event that is otherwise useless."""

from __future__ import annotations

import json
import time
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.errors import EventError, UnreachableError
from sekisho.wire import contracts, decode_event, encode
from sekisho.wire.limits import MAX_REFERENCE
from sekisho.wire.pacs008 import MAX_TRANSACTIONS
from sekisho.wire.references import Readable, references
from tests import factories
from tests.wire.examples import PAYMENT, SHIPMENT
from tests.wire.test_pacs008 import message, transaction

KINDS: tuple[Literal["shipment", "payment"], ...] = ("shipment", "payment")


def names(*arguments: Any) -> list[str]:
    return [one.reference for one in references(*arguments)]


# -- JSON -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value", "reference"),
    [
        ("shipment", {"shipment_reference": "S", "event_id": "e", "goods": "none"}, "S"),
        ("shipment", {"shipment_reference": "S" * (MAX_REFERENCE + 1)}, None),
        ("shipment", {"shipment_reference": None}, None),
        ("shipment", {"end_to_end_id": "E", "message_id": "M"}, None),
        ("shipment", {"shipment_reference": "貨物\u3000１"}, "貨物\u3000１"),
        ("payment", {"uetr": "U", "amount": []}, "U"),
        ("payment", {"end_to_end_id": "E", "message_id": "M"}, "E/M"),
        ("payment", {"end_to_end_id": "NOTPROVIDED", "message_id": "M"}, None),
        ("payment", {"end_to_end_id": "E"}, None),
    ],
)
def test_the_events_own_reference(kind: Any, value: dict[str, object], reference: str | None) -> None:
    assert names(kind, json.dumps(value).encode()) == ([reference] if reference else [])


# -- Avro -----------------------------------------------------------------------------------------------------------


def test_avro_that_breaks_off_after_its_reference_is_answered() -> None:
    """Cut at every byte: once the reference is there it is read, and never another one."""
    for kind, record, reference in (
        ("shipment", SHIPMENT, SHIPMENT.shipment_reference),
        ("payment", PAYMENT, PAYMENT.uetr),
    ):
        whole = encode(record)
        cuts = [names(kind, whole[:length]) for length in range(len(whole) + 1)]
        assert cuts[0] == cuts[10] == []
        assert cuts[-1] == [reference]
        first = cuts.index([reference])
        assert all(found == [] for found in cuts[:first])
        assert all(found == [reference] for found in cuts[first:])
        assert first < len(whole) // 2


def test_avro_with_bytes_left_over_is_answered() -> None:
    value = encode(SHIPMENT) + b"more"
    with pytest.raises(EventError):
        decode_event("shipment", value)
    assert references("shipment", value) == (Readable(SHIPMENT.shipment_reference, SHIPMENT.event_id),)


def test_avro_with_a_time_that_no_calendar_has_is_answered() -> None:
    schema = json.loads(contracts.newest("shipment").text)
    for field in schema["fields"]:
        if field["name"] == "event_time":
            field["type"] = "long"
    data = msgspec.to_builtins(SHIPMENT) | {"event_time": 2**60}
    value = b"\x00\x00\x00\x00\x07" + written(schema, data)
    registry = {7: json.loads(contracts.newest("shipment").text)}.__getitem__
    with pytest.raises(EventError):
        decode_event("shipment", value, None, registry)
    assert names("shipment", value, None, registry) == [SHIPMENT.shipment_reference]


def written(schema: Any, data: Any) -> bytes:
    from datetime import date
    from io import BytesIO

    from fastavro import parse_schema, schemaless_writer

    out = BytesIO()
    data |= {"export_date": date(2023, 1, 1)}
    schemaless_writer(out, parse_schema(schema), data)
    return out.getvalue()


def test_confluent_framing_is_read_with_the_registry_and_never_without() -> None:
    value = encode(SHIPMENT, schema_id=9)[:80]
    parsed = contracts.newest("shipment").parsed
    assert names("shipment", value, None, lambda _: parsed) == [SHIPMENT.shipment_reference]
    assert names("shipment", value) == []


def test_a_registry_that_does_not_answer_raises_nothing() -> None:
    def gone(_: int) -> Any:
        raise UnreachableError("gone")

    assert names("shipment", encode(SHIPMENT, schema_id=9), None, gone) == []


def test_a_reference_that_is_no_text_a_person_could_ask_for_is_none() -> None:
    value = encode(factories.shipment(shipment_reference="\x00\x07SHP"))
    assert names("shipment", value) == []


def test_the_record_of_another_topic_is_none() -> None:
    assert names("payment", encode(SHIPMENT)) == []


# -- XML ------------------------------------------------------------------------------------------------------------


def test_every_transaction_of_a_message_with_one_fault_is_answered() -> None:
    value = message(transaction(reference="A"), transaction(reference="B", amount="much"), transaction(reference="C"))
    with pytest.raises(EventError):
        decode_event("payment", value)
    assert references("payment", value) == (
        Readable("A/MSG-1", "MSG-1/0", 0),
        Readable("B/MSG-1", "MSG-1/1", 1),
        Readable("C/MSG-1", "MSG-1/2", 2),
    )


def test_what_stands_before_the_break_is_answered_and_nothing_of_what_follows() -> None:
    value = message(transaction(reference="A"), transaction(reference="B"), transaction(reference="C"))
    broken = value.replace(b"<EndToEndId>B<", b"<EndToEndId>B&bad;<")
    assert names("payment", broken) == ["A/MSG-1"]
    assert names("payment", value[: value.index(b"<EndToEndId>C")]) == ["A/MSG-1", "B/MSG-1"]


def test_references_agree_with_those_of_a_message_that_can_be_read() -> None:
    value = message(
        transaction(reference="A"),
        transaction(reference="NOTPROVIDED"),
        transaction(reference="B").replace("<PmtId>", "<PmtId><UETR>86d7da8e-6e41-4466-b9bb-9b41d5814d5a</UETR>"),
    )
    read = [(one.event.business_reference, one.index) for one in decode_event("payment", value)]
    assert [(one.reference, one.index) for one in references("payment", value)] == [pair for pair in read if pair[0]]


def test_a_hostile_document_is_not_looked_at() -> None:
    value = message(transaction()).replace(b"<Document", b"<!DOCTYPE x [<!ENTITY a 'b'>]><Document")
    assert names("payment", value) == []


def test_so_many_transactions_are_answered_and_no_more() -> None:
    value = message(*(transaction(reference=f"R{n}") for n in range(MAX_TRANSACTIONS + 10)))
    assert len(names("payment", value)) == MAX_TRANSACTIONS


# -- anything -------------------------------------------------------------------------------------------------------

AVRO = tuple(encode(record) for record in (SHIPMENT, PAYMENT))


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode) | st.sampled_from(AVRO), st.data())
def test_no_bytes_raise(value: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, max(0, len(value) - 1)))
    value = value[:at] + data.draw(st.binary(max_size=4)) + value[at + 4 :]
    for kind in KINDS:
        for one in references(kind, value):
            assert 0 < len(one.reference) <= MAX_REFERENCE


@pytest.mark.parametrize(
    "value",
    [
        b"[" * 1_000_000,
        b'{"a":' * 200_000,
        b'{"shipment_reference":"' + b"x" * 8_000_000 + b'"}',
        b"<a>" * 300_000,
        b"<CdtTrfTxInf><PmtId/></CdtTrfTxInf>" * 30_000,
    ],
)
def test_hostile_documents_cost_little(value: bytes) -> None:
    began = time.process_time()
    for kind in KINDS:
        assert references(kind, value) == ()
    assert time.process_time() - began < 1
