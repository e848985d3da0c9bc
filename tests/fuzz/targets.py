"""What is fuzzed: each target takes any bytes and raises only where there is a defect.

A decoder may refuse bytes with the package's own error, briefly and with a reason; anything else it raises is a defect.
A matcher takes any text and never refuses. Imported by the fuzzer with the package instrumented, and by the tests
without.
"""

from __future__ import annotations

import functools
import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import openpyxl

from sekisho import GoodsLine, Location, Origin, Party, Payment, Reference, Screener, Shipment
from sekisho.errors import EventError, SekishoError
from sekisho.model import Entity, Name
from sekisho.names import NameIndex, Query, compare_names
from sekisho.reference.load import load_paths
from sekisho.wire import contracts, decode, decode_event, encode, event_from_json
from sekisho.wire import dead_letters as letters
from sekisho.wire.references import references
from tests import factories
from tests.factories import utc

Target = Callable[[bytes], None]

#: An event's error goes into a header and a log line.
LONGEST_MESSAGE = 2000


def assert_brief(error: SekishoError, path: Path | None = None) -> None:
    assert len(str(error)) < LONGEST_MESSAGE + len(str(path or ""))


def assert_reasoned(error: EventError) -> None:
    assert error.reason


def _registry(schema_id: int) -> Any:
    """Knows the current contracts of events under 1 and 2, as a registry would."""
    if schema_id in (1, 2):
        return contracts.newest(("shipment", "payment")[schema_id - 1]).parsed
    raise EventError("unknown id", reason="unknown_schema")


def _event(kind: Any, value: bytes, content_type: bytes | None) -> None:
    """Decode as the worker does. What was read must be written and read again as the same; what was not, named."""
    headers = [("content-type", content_type)] if content_type else None
    try:
        found = decode_event(kind, value, headers, _registry)
    except EventError as error:
        assert_brief(error)
        assert_reasoned(error)
        letters.dead_letter(b"k", value, headers, topic="t", partition=0, offset=1, fault=error, at=utc("2023-01-27"))
        for one in references(kind, value, headers, _registry):
            one.reference.encode()
        return
    for one in found:
        again = decode_event(kind, encode(one.event), None, _registry)
        # Avro keeps milliseconds; everything else comes back as it was.
        moment = again[0].event.event_time
        assert msgspec.structs.replace(one.event, event_time=moment) == again[0].event


def avro(data: bytes) -> None:
    """The body of a record under each contract, in both framings; then of the records of our own topics."""
    for number, kind in enumerate(("shipment", "payment"), 1):
        header = encode(_EXAMPLES[kind])[:10]
        _event(kind, header + data, None)
        _event(kind, b"\x00" + number.to_bytes(4, "big") + data, None)
    for kind in ("alert", "verdict", "entity", "goods_item", "measure", "list", "reference_set"):
        try:
            decode(kind, data)
        except SekishoError as error:
            assert_brief(error)


def json(data: bytes) -> None:
    for kind in ("shipment", "payment"):
        _event(kind, data, b"application/json")
    try:
        event_from_json(data)
    except SekishoError as error:
        assert_brief(error)


def xml(data: bytes) -> None:
    """pacs.008 and pacs.009."""
    _event("payment", data, b"application/xml")
    _event("shipment", data, b"application/xml")


def csv(data: bytes) -> None:
    """Lists as CSV and tab-separated text, under each name that a publisher gives them."""
    for name in ("sdn.csv", "list.csv", "dpl.txt"):
        _list(name, data)


def list_xml(data: bytes) -> None:
    """The lists of the Security Council and of OFAC."""
    _list("list.xml", data)


def list_json(data: bytes) -> None:
    """FollowTheMoney, the UK's list, our own: a record a line; the Consolidated Screening List's short form."""
    for name in ("list.jsonl", "list.json"):
        _list(name, data)


def spreadsheet(data: bytes) -> None:
    """A workbook that is no zip at all, then two in which ``data`` is the sheet (blind bytes never get past a zip)."""
    _list("list.xlsx", data)
    for name, parts in _books():
        _list("list.xlsx", _workbook(name, parts, data))


def _list(name: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            lists = load_paths([path])
        except SekishoError as error:
            assert_brief(error, path)
            return
        for one in lists:
            for record in one.records:
                encode(record)


@functools.cache
def _books() -> tuple[tuple[str, dict[str, bytes]], ...]:
    """The parts of METI's workbook and of the Ministry of Finance's in small, each with the sheet that has the entries."""
    meti = openpyxl.Workbook()
    meti.active.append(["No.", "Country or Region", "Company or Organization", "Also Known As", "Type of WMD"])
    meti.active.append([1, "Islamic Republic of Iran\nイラン", "Acme", "・Akme", "N"])
    mof = openpyxl.Workbook()
    mof.active.append(["外為法に基づく資産凍結等の措置"])
    listed = mof.create_sheet("9.試験（個人）")
    listed.append(["programme"])
    listed.append(["告示日付", "告示番号", "日本語表記", "英語表記", "別名", "確定に十分でない別名", "生年月日"])
    listed.append(["2023.1.27", 1, "イワン・イワノフ", "Ivan IVANOV", "(a)甲乙丙（A. Bc）", "ワーニャ", 13633])
    found = []
    for book, name in ((meti, "xl/worksheets/sheet1.xml"), (mof, "xl/worksheets/sheet2.xml")):
        out = io.BytesIO()
        book.save(out)
        with zipfile.ZipFile(out) as archive:
            found.append((name, {one: archive.read(one) for one in archive.namelist()}))
    return tuple(found)


def sheets() -> list[bytes]:
    """The sheets that ``spreadsheet`` replaces."""
    return [parts[name] for name, parts in _books()]


def _workbook(name: str, parts: dict[str, bytes], sheet: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for one, content in parts.items():
            archive.writestr(one, sheet if one == name else content)
    return out.getvalue()


def names(data: bytes) -> None:
    """Two names at a line break: compared both ways, searched, and found in running text."""
    one, _, two = data.decode("utf-8", "replace").partition("\n")
    for schema in ("Person", "Organization", "Vessel"):
        there, back = compare_names(one, two, schema).score, compare_names(two, one, schema).score
        assert 0 <= there <= 1
        assert 0 <= back <= 1
    _index().search(Query(one, "Person"))
    _index().search(Query(one, "Unknown"))
    _index().scan(two)
    NameIndex.build([Entity("x", "1", "Organization", (Name(one), Name(two)))]).search(Query(two, "Organization"))


def goods(data: bytes) -> None:
    """A description and a code at a line break."""
    text, _, code = data.decode("utf-8", "replace").partition("\n")
    tables = _screener().tables
    tables.goods.match(GoodsLine(line=1, description=text, hs_code=code or None))
    tables.goods.classify(text)


def places(data: bytes) -> None:
    """An address and a code at a line break."""
    text, _, code = data.decode("utf-8", "replace").partition("\n")
    found = _screener().tables.places
    found.read_address(text, code or None)
    found.locate(Location("destination", country=code or None, name=text, un_location_code=code or None))


def screener(data: bytes) -> None:
    """An event all of whose texts are lines of ``data``: never raises, and says the same of the same event."""
    lines = data.decode("utf-8", "replace").split("\n", 7)
    lines += [""] * (8 - len(lines))
    name, role, address, country, description, code, place, text = lines
    party = Party(role=role, name=name, address=address or None, country=country or None)
    events: tuple[Shipment | Payment, ...] = (
        factories.shipment(
            parties=(party,),
            goods=(GoodsLine(line=1, description=description, hs_code=code or None),),
            locations=(Location(role, country=country or None, name=place or None),),
            end_use=text or None,
            export_country=country or None,
        ),
        factories.payment(parties=(party,), remittance_information=(text, description)),
    )
    for event in events:
        one, two = (
            _screener().screen(event, Origin("t", 0, 0), known_at=event.event_time, now=utc("2026-01-01"))
            for _ in range(2)
        )
        assert one.alerts == two.alerts
        assert one.verdict.verdict_id == two.verdict.verdict_id
        encode(one.verdict)
        for alert in one.alerts:
            encode(alert)


@functools.cache
def _screener() -> Screener:
    return Screener(Reference.bundled())


@functools.cache
def _index() -> NameIndex:
    return _screener().tables.names


_EXAMPLES: dict[str, Shipment | Payment] = {"shipment": factories.shipment(), "payment": factories.payment()}


def _group(*targets: Target) -> Target:
    """One target of several: the first byte says which. A process that is fuzzed for seconds starts once for all."""

    def grouped(data: bytes) -> None:
        if data:
            targets[data[0] % len(targets)](data[1:])

    return grouped


GROUPS: dict[str, tuple[Target, ...]] = {
    "decoders": (avro, json, xml, csv, list_xml, list_json, spreadsheet),
    "matchers": (names, goods, places, screener),
}

#: By name; the groups too.
TARGETS: dict[str, Target] = {
    **{one.__name__: one for group in GROUPS.values() for one in group},
    **{name: _group(*group) for name, group in GROUPS.items()},
}
