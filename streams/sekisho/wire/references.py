"""The references that an event gives itself, read from bytes that are otherwise useless.

Somebody waits for the answer to an event that became a dead letter. Where the value still says what it is about, the
answer can name it: JSON in which the reference stands whole, Avro up to the fields that hold it (whatever follows), and
each transaction of an XML message that ends before the fault. Never raises; costs no more than a syntax check.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Literal

import msgspec
from fastavro import parse_schema, schemaless_reader
from lxml import etree

from sekisho.errors import SekishoError
from sekisho.model.event import NOT_PROVIDED
from sekisho.wire.codec import Schemas, writer_of
from sekisho.wire.framing import Format, Headers, format_of
from sekisho.wire.limits import MAX_REFERENCE, MAX_VALUE
from sekisho.wire.pacs008 import MAX_TRANSACTIONS
from sekisho.wire.safe_xml import local, refuse_hostile, text_of

Kind = Literal["shipment", "payment"]

#: The fields that make a reference.
_FIELDS = {
    "shipment": frozenset({"shipment_reference", "event_id"}),
    "payment": frozenset({"uetr", "end_to_end_id", "message_id", "event_id"}),
}


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Readable(msgspec.Struct, frozen=True):
    """The name an event gives itself. ``index`` counts the transactions of a message."""

    reference: str
    event_id: str = ""
    index: int = 0


class _Shipment(msgspec.Struct):
    shipment_reference: str
    event_id: str = ""


class _Payment(msgspec.Struct):
    uetr: str | None = None
    end_to_end_id: str = ""
    message_id: str = ""
    event_id: str = ""


def references(
    kind: Kind, value: bytes | None, headers: Headers = None, registry: Schemas | None = None
) -> tuple[Readable, ...]:
    """What can be read, in the order of the value; nothing where nobody could wait for an answer."""
    if not value or len(value) > MAX_VALUE:
        return ()
    try:
        found = tuple(_read(kind, value, _format(value, headers), registry))
    except Exception:  # the bytes are broken: what fastavro and lxml meet in them can be anything
        return ()
    return tuple(one for one in found if 0 < len(one.reference) <= MAX_REFERENCE and len(one.event_id) <= MAX_REFERENCE)


def _format(value: bytes, headers: Headers) -> Format:
    """The declared format; where nobody could read it so, JSON is tried, since it shows by itself whether it is."""
    try:
        return format_of(value, headers)
    except SekishoError:
        return "json"


def _read(kind: Kind, value: bytes, form: Format, registry: Schemas | None) -> Iterator[Readable]:
    if form == "xml":
        if kind == "payment":
            yield from _transactions(value)
    elif form == "json":
        if kind == "shipment":
            shipment = msgspec.json.decode(value, type=_Shipment)
            yield Readable(shipment.shipment_reference, shipment.event_id)
        else:
            payment = msgspec.json.decode(value, type=_Payment)
            yield Readable(_reference(payment.uetr, payment.end_to_end_id, payment.message_id), payment.event_id)
    else:
        yield _avro(kind, value, form, registry)


def _reference(uetr: str | None, end_to_end_id: str, message_id: str) -> str:
    """As ``Payment.business_reference``; here any part may be missing."""
    if uetr:
        return uetr
    if end_to_end_id and end_to_end_id != NOT_PROVIDED and message_id:
        return f"{end_to_end_id}/{message_id}"
    return ""


# -- Avro -------------------------------------------------------------------------------------------------------


def _avro(kind: Kind, value: bytes, form: str, registry: Schemas | None) -> Readable:
    schema, start = writer_of(value, form, registry)
    source = BytesIO(value)
    source.seek(start)
    said: Any = schemaless_reader(source, _beginning(kind, msgspec.json.encode(schema)), None)
    reference = (
        said["shipment_reference"]
        if kind == "shipment"
        else _reference(said.get("uetr"), said.get("end_to_end_id", ""), said.get("message_id", ""))
    )
    # Bytes read under a wrong schema give a text, too; nobody asks for one with control characters.
    return Readable("" if _CONTROL.search(reference) else reference, said.get("event_id") or "")


@functools.lru_cache(maxsize=64)
def _beginning(kind: Kind, schema: bytes) -> Any:
    """The writer's record up to the last field of the reference: Avro is read in order, so the rest may be broken."""
    record = _plain(msgspec.json.decode(schema))
    fields = record["fields"]
    last = max(at for at, field in enumerate(fields) if field["name"] in _FIELDS[kind])
    return parse_schema({"type": "record", "name": record["name"], "fields": fields[: last + 1]}, {})


def _plain(schema: Any) -> Any:
    """Without logical types: a time that no calendar has must not hide the reference beside it."""
    if isinstance(schema, dict):
        return {name: _plain(part) for name, part in schema.items() if name not in ("logicalType", *_FASTAVRO)}
    return [_plain(part) for part in schema] if isinstance(schema, list) else schema


#: What a parsed schema has beside the schema.
_FASTAVRO = ("__fastavro_parsed__", "__named_schemas")


# -- ISO 20022 --------------------------------------------------------------------------------------------------


def _transactions(value: bytes) -> Iterator[Readable]:
    """Each transaction whose identification ends before the XML breaks."""
    message_id, index = "", -1
    events = etree.iterparse(
        BytesIO(refuse_hostile(value)),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for event, element in events:
            tag = local(element)
            if event == "start":
                index += tag == "CdtTrfTxInf"
                if index >= MAX_TRANSACTIONS:
                    return
            elif tag == "MsgId" and index < 0:
                message_id = message_id or text_of(element)
            elif tag == "PmtId" and index >= 0:
                said = {local(child): text_of(child) for child in element}
                reference = _reference(said.get("UETR"), said.get("EndToEndId", ""), message_id)
                yield Readable(reference, f"{message_id}/{index}" if message_id else "", index)
            elif tag == "CdtTrfTxInf":
                element.clear()
    except etree.XMLSyntaxError:
        return
