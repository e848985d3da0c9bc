"""Bytes and records: golden bytes that must never change, round trips, and writers of other versions."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import fastavro
import msgspec
import pytest
from fastavro.schema import fingerprint

from sekisho.errors import EventError
from sekisho.model import Fingerprint, ListRef, ListVersion, OpenEvent, Origin, Part, Progress, ReferenceSet, Stop
from sekisho.model.reference import Bucket
from sekisho.wire import contracts, decode, decode_event, encode, encode_json
from tests.factories import entity, item, measure
from tests.wire.examples import ALERT, NOON, PAYMENT, SHIPMENT, VERDICT

LIST_VERSION = ListVersion("jp-x", "entities", "2023-01-27", 3, "bundled", NOON, ("aa" * 32,), 48)
BUCKET = Bucket("01", b"\x00" * 64)
SET = ReferenceSet(1, "", (ListRef("jp-x", "entities", "1", "bb" * 32),), "ops", "first", NOON)

OPEN_EVENT = OpenEvent(
    business_reference="SHP-2023-0001",
    kind="shipment",
    origin=Origin("logistics.shipment.v1", 3, 2**40, 0, None),
    event_time=NOON,
    value=b"\x00\xff",
    content_type=None,
    gone_since=NOON,
    reference_sequence=12,
    verdict=VERDICT,
    live=(ALERT,),
    sent=(ALERT, ALERT),
)

PROGRESS = Progress("shipment", 3, 12, "ab" * 32, NOON, NOON)

FINGERPRINT = Fingerprint(
    fingerprint_id="0f" * 16,
    sketch=1,
    key_id="00c0ffee",
    kind="payment",
    business_reference="E2E-1/MSG-1",
    origin=Origin("payments.transfer.v1", 3, 2**40, 1, None),
    event_id="evt-1",
    event_time=NOON,
    stopped_at=NOON,
    verdict="prohibited",
    stops=(Stop(-(2**63), "party", "creditor", "prohibited", ("xx-list 7",)), Stop(1, "event", "payment", "review")),
    parts=(Part("party", "creditor", 2**63 - 1, {"name": -1, "identifier LEI": 5}, True), Part("text", "extra", 0, {})),
    anchors=(-5, 0, 2**62),
    whole=False,
)

RECORDS = {
    "alert": ALERT,
    "verdict": VERDICT,
    "entity": entity(),
    "goods_item": item(),
    "measure": measure(),
    "list": LIST_VERSION,
    "reference_set": SET,
    "open_event": OPEN_EVENT,
    "progress": PROGRESS,
    "fingerprint": FINGERPRINT,
}


@pytest.mark.parametrize("kind", RECORDS)
def test_a_record_comes_back_as_it_was(kind: str) -> None:
    record = RECORDS[kind]
    assert decode(kind, encode(record)) == record
    assert decode(kind, encode_json(record)) == record


def test_the_list_topic_holds_list_versions_and_buckets() -> None:
    for record in (LIST_VERSION, BUCKET):
        assert decode("list", encode(record)) == record
        assert decode("list", encode_json(record)) == record


@pytest.mark.parametrize(("kind", "event"), [("shipment", SHIPMENT), ("payment", PAYMENT)])
def test_an_event_comes_back_as_it_was(kind: Any, event: Any) -> None:
    for value in (encode(event), encode_json(event)):
        (decoded,) = decode_event(kind, value)
        assert decoded.event == event
        assert decoded.notes == ()


def test_the_fingerprint_is_the_specification_s_own() -> None:
    """The Avro specification's test vector for ``"int"`` is 7275d51a3f395c8f; fastavro gives it little-endian."""
    assert bytes.fromhex(fingerprint('"int"', "CRC-64-AVRO"))[::-1].hex() == "7275d51a3f395c8f"


def test_single_object_bytes_are_these() -> None:
    """Golden: what any Avro implementation must write for this record, worked out by hand from the specification."""
    record = Bucket("01", b"\xff\x00")
    assert encode(record).hex() == "c301" + contracts.newest("bucket").fingerprint.hex() + "04" + "3031" + "04" + "ff00"


def test_confluent_bytes_are_these() -> None:
    assert encode(Bucket("", b""), schema_id=258).hex() == "00" + "00000102" + "00" + "00"


def test_times_keep_milliseconds() -> None:
    finer = msgspec.structs.replace(VERDICT, screened_at=datetime(2023, 1, 27, 12, 0, 0, 123999, UTC))
    assert decode("verdict", encode(finer)).screened_at == datetime(2023, 1, 27, 12, 0, 0, 123000, UTC)


# -- other writers ------------------------------------------------------------------------------------------------


def written(kind: str, change: Any, datum: dict[str, Any]) -> tuple[bytes, Any]:
    """``datum`` under a changed schema in Confluent framing, and the registry that knows it as id 7."""
    schema = json.loads(contracts.newest(kind).text)
    change(schema)
    parsed = fastavro.parse_schema(schema, named_schemas={})
    import io

    out = io.BytesIO(b"\x00\x00\x00\x00\x07")
    out.seek(5)
    fastavro.schemaless_writer(out, parsed, datum)
    return out.getvalue(), {7: parsed}.__getitem__


def shipment_data() -> dict[str, Any]:
    data: dict[str, Any] = msgspec.to_builtins(SHIPMENT, builtin_types=(datetime,))
    data["export_date"] = SHIPMENT.export_date
    return data


def test_an_older_writer_without_a_field_is_read_with_its_default() -> None:
    def without(schema: Any) -> None:
        schema["fields"] = [f for f in schema["fields"] if f["name"] not in ("extra", "deal_references", "end_use")]

    value, registry = written("shipment", without, shipment_data())
    (decoded,) = decode_event("shipment", value, None, registry)
    assert decoded.event == msgspec.structs.replace(SHIPMENT, extra={}, deal_references=(), end_use=None)


def test_a_newer_writer_s_fields_are_kept_and_named() -> None:
    """A field that we do not know yet may be the one that names somebody."""

    def more(schema: Any) -> None:
        schema["fields"].append({"name": "beneficial_owner", "type": "string"})
        party = next(f for f in schema["fields"] if f["name"] == "parties")["type"]["items"]
        party["fields"].append({"name": "alias", "type": ["null", "string"]})

    data = shipment_data()
    data["beneficial_owner"] = "Somebody"
    data["parties"][0]["alias"] = "Flower"
    data["parties"][1]["alias"] = None
    value, registry = written("shipment", more, data)
    (decoded,) = decode_event("shipment", value, None, registry)
    assert decoded.event.extra == {
        "incoterms": "FOB Yokohama",
        "beneficial_owner": "Somebody",
        "parties[0].alias": "Flower",
    }
    assert decoded.notes == ("fields beyond the contract, kept in extra: beneficial_owner, parties[0].alias",)
    assert msgspec.structs.replace(decoded.event, extra=SHIPMENT.extra) == SHIPMENT


def test_a_broken_text_in_a_field_that_we_do_not_have_is_an_error() -> None:
    def more(schema: Any) -> None:
        schema["fields"].append({"name": "memo", "type": "string"})

    value, registry = written("shipment", more, shipment_data() | {"memo": "SECRET"})
    with pytest.raises(EventError) as caught:
        decode_event("shipment", value.replace(b"SECRET", b"SECRE\xff"), None, registry)
    assert caught.value.reason == "avro"
    assert "SECRE" not in str(caught.value)


def test_a_writer_that_counts_microseconds_is_read_in_its_own_unit() -> None:
    def micros(schema: Any) -> None:
        schema["fields"][1]["type"]["logicalType"] = "timestamp-micros"

    value, registry = written("shipment", micros, shipment_data())
    assert decode_event("shipment", value, None, registry)[0].event == SHIPMENT


def test_a_writer_in_another_namespace_is_read() -> None:
    def rename(schema: Any) -> None:
        schema["namespace"] = "com.example.logistics"

    value, registry = written("shipment", rename, shipment_data())
    assert decode_event("shipment", value, None, registry)[0].event == SHIPMENT


def test_a_writer_whose_time_is_a_bare_number_is_refused_not_misread() -> None:
    def bare(schema: Any) -> None:
        schema["fields"][1]["type"] = "long"

    value, registry = written("shipment", bare, shipment_data() | {"event_time": 1674820800})
    with pytest.raises(EventError, match="event_time"):
        decode_event("shipment", value, None, registry)


def test_another_record_on_the_topic_is_refused() -> None:
    value, registry = written(
        "payment",
        lambda schema: None,
        msgspec.to_builtins(PAYMENT)
        | {
            "event_time": NOON,
            "settlement_date": PAYMENT.settlement_date,
        },
    )
    with pytest.raises(EventError) as caught:
        decode_event("shipment", value, None, registry)
    assert caught.value.reason == "schema"


def test_our_own_alert_on_the_topic_is_refused() -> None:
    with pytest.raises(EventError) as caught:
        decode_event("shipment", encode(ALERT))
    assert caught.value.reason == "schema"


def test_a_list_of_nothings_cannot_be_made_endless() -> None:
    """Ten bytes can say "a million million nulls"."""

    def nulls(schema: Any) -> None:
        schema["fields"].append({"name": "gap", "type": {"type": "array", "items": "null"}})

    value, registry = written("shipment", nulls, shipment_data() | {"gap": [None]})
    with pytest.raises(EventError, match="take no bytes"):
        decode_event("shipment", value, None, registry)


def test_a_schema_that_is_no_record_is_refused() -> None:
    with pytest.raises(EventError) as caught:
        decode_event("shipment", b"\x00\x00\x00\x00\x01\x02", None, lambda _: fastavro.parse_schema(["null", "string"]))
    assert caught.value.reason == "schema"


def test_bytes_after_the_record_are_not_ignored() -> None:
    with pytest.raises(EventError, match="left over"):
        decode_event("shipment", encode(SHIPMENT) + b"\x00")


def test_every_shorter_prefix_is_refused() -> None:
    value = encode(PAYMENT)
    for end in range(1, len(value)):
        with pytest.raises(EventError):
            decode_event("payment", value[:end])


def test_an_unknown_fingerprint_names_the_remedy() -> None:
    with pytest.raises(EventError, match="no committed schema") as caught:
        decode_event("shipment", b"\xc3\x01" + bytes(8) + b"\x00")
    assert caught.value.reason == "unknown_schema"


def test_confluent_framing_without_a_registry_names_the_setting() -> None:
    with pytest.raises(EventError, match="SEKISHO_SCHEMA_REGISTRY__URL") as caught:
        decode_event("shipment", encode(SHIPMENT, schema_id=4))
    assert caught.value.reason == "unknown_schema"
