"""Against Apicurio Registry: our client, and our idea of compatibility held against its own."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from deploy.kafka.registry import ApicurioRegistry
from sekisho.errors import EventError, SchemaError, UnreachableError
from sekisho.settings import Topics
from sekisho.wire import contracts, decode, decode_event, encode
from sekisho.wire.compatibility import BACKWARD, FULL, evolve
from sekisho.wire.registration import register
from sekisho.wire.registry import Registry
from tests.wire.examples import ALERT, SHIPMENT

pytestmark = pytest.mark.registry


@pytest.fixture
def registry(registry_url: str) -> Any:
    with Registry(registry_url) as one:
        yield one


@pytest.fixture
def topics() -> Topics:
    mark = uuid.uuid4().hex[:8]
    return Topics(shipment=f"{mark}.s", payment=f"{mark}.p", alert=f"{mark}.a", verdict=f"{mark}.v")


def test_contracts_are_registered_once_with_their_compatibility(registry: Registry, topics: Topics) -> None:
    first = list(register(registry, topics))
    assert list(register(registry, topics)) == first
    assert {one.contract: registry.compatibility(one.subject) for one in first} == {
        "shipment": BACKWARD,
        "payment": BACKWARD,
        "alert": FULL,
        "verdict": FULL,
    }
    assert {one.subject for one in first} <= set(registry.subjects())


def test_an_event_and_an_alert_travel_under_their_ids(registry: Registry, topics: Topics, registry_url: str) -> None:
    ids = {one.contract: one.id for one in register(registry, topics)}
    with Registry(registry_url) as other:
        value = encode(SHIPMENT, ids["shipment"])
        assert decode_event("shipment", value, None, other)[0].event == SHIPMENT
        assert registry.output_id(topics.alert, "alert") == ids["alert"]
        assert decode("alert", encode(ALERT, ids["alert"]), other) == ALERT


def test_ids_that_are_not_there(registry: Registry) -> None:
    for schema_id in (0, 999_999, 2**31 - 1, 2**31, 2**32 - 1):
        with pytest.raises(EventError) as caught:
            registry(schema_id)
        assert caught.value.reason == "unknown_schema"
    with pytest.raises(SchemaError, match="schemas register"):
        registry.output_id("never.registered", "alert")
    assert registry.compatibility("never.registered-value") is None


def test_a_wrong_path_holds_the_stream(registry_url: str) -> None:
    for url in (registry_url + "/x", registry_url.removesuffix("/apis/ccompat/v7")):
        with Registry(url) as registry, pytest.raises(UnreachableError, match="ccompat"):
            registry(1)


def test_a_registry_that_stops_is_unreachable_and_what_is_known_stays(
    own_registry: Callable[..., ApicurioRegistry], topics: Topics
) -> None:
    server = own_registry()
    with Registry(server.url, timeout_s=2) as registry:
        ids = {one.contract: one.id for one in register(registry, topics)}
        value = encode(SHIPMENT, ids["shipment"])
        decode_event("shipment", value, None, registry)
        server.stop()
        assert decode_event("shipment", value, None, registry)[0].event == SHIPMENT
        with pytest.raises(UnreachableError):
            decode_event("payment", encode(ALERT, ids["payment"]), None, registry)


# -- compatibility: ours against the registry's ---------------------------------------------------------------------


def record(*fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "record", "name": "R", "namespace": "t", "fields": list(fields), **more}


def f(name: str, kind: Any, *default: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": kind, **({"default": default[0]} if default else {}), **more}


def inner(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "record", "name": "I", "fields": list(fields)}


A = f("a", "string")
CHANGES: dict[str, list[dict[str, Any]]] = {
    "nothing": [record(A), record(A)],
    "docs": [record(A), record(A, doc="x")],
    "add optional": [record(A), record(A, f("b", ["null", "string"], None))],
    "add required": [record(A), record(A, f("b", "string"))],
    "add list with default": [record(A), record(A, f("b", {"type": "array", "items": "string"}, []))],
    "remove optional": [record(A, f("b", ["null", "string"], None)), record(A)],
    "remove required": [record(A, f("b", "string")), record(A)],
    "rename": [record(A), record(f("b", "string"))],
    "rename with alias": [record(A), record(f("b", "string", aliases=["a"]))],
    "int to long": [record(f("a", "int")), record(f("a", "long"))],
    "long to int": [record(f("a", "long")), record(f("a", "int"))],
    "int to double": [record(f("a", "int")), record(f("a", "double"))],
    "int to string": [record(f("a", "int")), record(f("a", "string"))],
    "string to optional": [record(A), record(f("a", ["null", "string"]))],
    "optional to string": [record(f("a", ["null", "string"])), record(A)],
    "union grows": [record(f("a", ["null", "string"], None)), record(f("a", ["null", "string", "int"], None))],
    "union shrinks": [record(f("a", ["null", "string", "int"], None)), record(f("a", ["null", "string"], None))],
    "list items change": [
        record(f("a", {"type": "array", "items": "int"})),
        record(f("a", {"type": "array", "items": "string"})),
    ],
    "nested required": [record(f("a", inner(A))), record(f("a", inner(A, f("b", "string"))))],
    "nested optional": [record(f("a", inner(A))), record(f("a", inner(A, f("b", ["null", "int"], None))))],
    "list to map": [
        record(f("a", {"type": "array", "items": "int"})),
        record(f("a", {"type": "map", "values": "int"})),
    ],
    "field changes type while away": [
        record(A, f("b", "int", 0)),
        record(A),
        record(A, f("b", ["null", "string"], None)),
    ],
    "optional comes and goes": [record(A), record(A, f("b", ["null", "int"], None)), record(A)],
}


@pytest.mark.parametrize("promised", [BACKWARD, FULL])
@pytest.mark.parametrize("change", CHANGES)
def test_we_judge_a_change_as_the_registry_does(registry: Registry, change: str, promised: str) -> None:
    texts = [json.dumps(schema) for schema in CHANGES[change]]
    versions = [contracts.parse("shipment", number, text) for number, text in enumerate(texts, 1)]
    ours = not list(evolve(versions, promised))
    assert registry_accepts(registry, texts, promised) == ours


def registry_accepts(registry: Registry, texts: list[str], promised: str) -> bool:
    name = f"{uuid.uuid4().hex}-value"
    registry.set_compatibility(name, promised)
    try:
        for text in texts:
            registry.register(name, text)
    except SchemaError:
        return False
    return True
