"""Events and records for tests, built short: what a test does not name is ordinary and harmless."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sekisho.model import (
    ControlCode,
    Destination,
    Entity,
    GoodsItem,
    GoodsLine,
    GoodsTerm,
    Identifier,
    Location,
    Measure,
    Money,
    Name,
    Nexus,
    Origin,
    Party,
    PartyTerm,
    Payment,
    Period,
    Shipment,
    Terms,
)

ORIGIN = Origin("logistics.shipment.v1", 0, 7, key="SHP-1")


def utc(text: str) -> datetime:
    """``2023-01-27`` (noon) or ``2023-01-27T16:00``, UTC."""
    return datetime.fromisoformat(text if "T" in text else f"{text}T12:00").replace(tzinfo=UTC)


def party(name: str, role: str = "consignee", **more: Any) -> Party:
    return Party(role=role, name=name, **more)


def line(description: str = "Cotton T-shirts", **more: Any) -> GoodsLine:
    return GoodsLine(line=more.pop("line", 1), description=description, **more)


def at(role: str, country: str | None = None, name: str | None = None, code: str | None = None) -> Location:
    return Location(role=role, country=country, name=name, un_location_code=code)


def shipment(**fields: Any) -> Shipment:
    """A booked shipment of T-shirts from Japan to Germany."""
    return Shipment(
        **{
            "event_id": "evt-1",
            "event_time": utc("2023-02-10"),
            "shipment_reference": "SHP-1",
            "status": "booked",
            "export_country": "JP",
            "import_country": "DE",
            "parties": (),
            "goods": (line(),),
            **fields,
        }
    )


def payment(**fields: Any) -> Payment:
    return Payment(
        **{
            "event_id": "evt-1",
            "event_time": utc("2023-02-10"),
            "message_id": "MSG-1",
            "end_to_end_id": "E2E-1",
            "amount": Money("125000.00", "JPY"),
            **fields,
        }
    )


def entity(list_id: str = "xx-list", entry_id: str = "1", name: str = "Zorkovian Dynamics", **fields: Any) -> Entity:
    names = fields.pop("names", (Name(name),))
    return Entity(
        list_id=list_id, entry_id=entry_id, schema=fields.pop("schema", "Organization"), names=names, **fields
    )


def item(table_id: str = "xx-goods", item_id: str = "1", *periods: Period, **fields: Any) -> GoodsItem:
    return GoodsItem(
        table_id=table_id,
        item_id=item_id,
        title={"en": fields.pop("title", "Frobnicators")},
        validity=periods or (Period(from_=date(2022, 1, 1)),),
        legal_basis="Act X",
        **fields,
    )


def measure(when: Terms | None = None, **fields: Any) -> Measure:
    return Measure(
        **{
            "id": "xx-1",
            "title": "A rule",
            "jurisdiction": "XX",
            "time_zone": "Asia/Tokyo",
            "legal_basis": "Act X art. 1",
            "url": "https://law.example/x",
            "in_force_from": date(2022, 1, 1),
            "applies_to": ("shipment", "payment"),
            "when": when or Terms(),
            "effect": "prohibited",
            **fields,
        }
    )


__all__ = [
    "ORIGIN",
    "ControlCode",
    "Destination",
    "GoodsTerm",
    "Identifier",
    "Money",
    "Nexus",
    "PartyTerm",
    "Period",
    "Terms",
    "at",
    "entity",
    "item",
    "line",
    "measure",
    "party",
    "payment",
    "shipment",
    "utc",
]
