"""Reading the reference of an event that is otherwise useless."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.agents.dead_letters import MAX_REFERENCE, Readable, read_reference


@pytest.mark.parametrize(
    ("kind", "value", "reference"),
    [
        ("shipment", {"shipment_reference": "S", "event_id": "e", "goods": "none"}, "S"),
        ("shipment", {"shipment_reference": "S" * (MAX_REFERENCE + 1)}, None),
        ("shipment", {"shipment_reference": None}, None),
        ("shipment", {"end_to_end_id": "E", "message_id": "M"}, None),
        ("payment", {"uetr": "U", "amount": []}, "U"),
        ("payment", {"end_to_end_id": "E", "message_id": "M"}, "E/M"),
        ("payment", {"end_to_end_id": "NOTPROVIDED", "message_id": "M"}, None),
        ("payment", {"end_to_end_id": "E"}, None),
    ],
)
def test_the_events_own_reference(kind: str, value: dict[str, object], reference: str | None) -> None:
    found = read_reference(kind, json.dumps(value).encode())
    assert (found.reference if found else None) == reference


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_bytes_raise(value: bytes) -> None:
    for kind in ("shipment", "payment"):
        found = read_reference(kind, value)
        assert found is None or isinstance(found, Readable)


@pytest.mark.parametrize(
    "value", [b"[" * 1_000_000, b'{"a":' * 200_000, b'{"shipment_reference":"' + b"x" * 8_000_000 + b'"}']
)
def test_hostile_documents_cost_little(value: bytes) -> None:
    began = time.process_time()
    assert read_reference("shipment", value) is None
    assert time.process_time() - began < 1
