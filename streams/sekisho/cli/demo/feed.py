"""The demo's events, as a logistics platform and a bank would publish them: in the order of their time.

The shipments and payments are written by hand for the demo. The organisations and people of the case are those
of the notices of 27 January 2023; every other company and person is invented (Nikon and Tokyo Electron stand
there as the honest exporters they are).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from importlib import resources
from typing import Any

import msgspec

JSON = b"application/json"


class Item(msgspec.Struct):
    """One record to publish. ``broken`` says what is wrong with it, ``where`` where its goods or money go."""

    kind: str
    at: datetime
    key: bytes | None
    value: bytes
    headers: list[tuple[str, bytes]]
    where: str = ""
    broken: str = ""


def items() -> list[Item]:
    """Every event of the demo, by its time."""
    found = [*_events("shipment"), *_events("payment"), *_broken()]
    return sorted(found, key=lambda item: item.at)


def lines(name: str) -> Iterator[bytes]:
    """The lines of one of the demo's files: ``shipments``, ``payments`` or ``broken``."""
    text = (resources.files("sekisho.cli.demo") / "events" / f"{name}.jsonl").read_bytes()
    yield from text.splitlines()


def _events(kind: str) -> Iterator[Item]:
    for line in lines(f"{kind}s"):
        event = json.loads(line)
        yield Item(
            kind=kind,
            at=datetime.fromisoformat(event["event_time"]),
            key=_reference(kind, event).encode(),
            value=line,
            headers=[("content-type", JSON), ("ce_specversion", b"1.0"), ("ce_id", event["event_id"].encode())],
            where=_where(kind, event),
        )


def _broken() -> Iterator[Item]:
    for line in lines("broken"):
        one = json.loads(line)
        value = bytes.fromhex(one["hex"]) if "hex" in one else one["text"].encode()
        yield Item(
            kind=one["topic"].removesuffix("s"),
            at=datetime.fromisoformat(one["at"]),
            key=one["key"].encode() if one["key"] else None,
            value=value,
            headers=[],
            broken=one["what"],
        )


def _reference(kind: str, event: dict[str, Any]) -> str:
    """The business reference: the key that keeps updates of one shipment in order."""
    if kind == "shipment":
        return str(event["shipment_reference"])
    return str(event.get("uetr") or f"{event['end_to_end_id']}/{event['message_id']}")


def _where(kind: str, event: dict[str, Any]) -> str:
    if kind == "payment":
        countries = [p.get("country", "?") for p in event["parties"] if p["role"] in ("debtor", "creditor")]
        return " → ".join(countries)
    last = event["locations"][-1]
    name = last.get("name", "") if last["role"] in ("discharge", "destination") else ""
    return f"{event.get('export_country', '?')} → {event.get('import_country', '?')} {name}".strip()
