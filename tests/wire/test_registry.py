"""The registry client against answers good and bad: whose fault is it, and is anything asked twice?

The transport is faked, not the client; the same client meets a real registry in ``test_real_registry``.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sekisho.errors import EventError, SchemaError, UnreachableError
from sekisho.settings import SchemaRegistry
from sekisho.wire import contracts, decode_event, encode
from sekisho.wire.registry import Registry
from tests.wire.examples import SHIPMENT

URL = "http://user:hunter2@registry.example:8081/base"


class Fake:
    """Answers by path; counts what it is asked."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self.asked: list[str] = []
        self._answer = answer

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(f"{request.method} {request.url.path}")
        return self._answer(request)

    def registry(self) -> Registry:
        return Registry(URL, transport=httpx.MockTransport(self))


def says(status: int, body: Any) -> Fake:
    return Fake(lambda _: httpx.Response(status, json=body))


SHIPMENT_SCHEMA = contracts.newest("shipment").text


def test_a_schema_is_fetched_once_and_reads_the_event() -> None:
    fake = says(200, {"schema": SHIPMENT_SCHEMA})
    registry = fake.registry()
    value = encode(SHIPMENT, schema_id=7)
    for _ in range(3):
        assert decode_event("shipment", value, None, registry)[0].event == SHIPMENT
    assert asyncio.run(registry.fetch(7)) is registry.schema(7)
    assert fake.asked == ["GET /base/schemas/ids/7"]


def test_an_unknown_id_is_the_record_s_fault_and_is_not_asked_again_at_once() -> None:
    fake = says(404, {"error_code": 40403, "message": "Schema not found"})
    registry = fake.registry()
    for _ in range(5):
        with pytest.raises(EventError, match="schema id 9 is not in the registry") as caught:
            registry(9)
        assert caught.value.reason == "unknown_schema"
    assert len(fake.asked) == 1


def test_an_unknown_id_may_be_registered_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [httpx.Response(404, json={"error_code": 40403}), httpx.Response(200, json={"schema": SHIPMENT_SCHEMA})]
    registry = Fake(lambda _: answers.pop(0)).registry()
    with pytest.raises(EventError):
        registry(9)
    clock = __import__("time").monotonic() + 11
    monkeypatch.setattr("sekisho.wire.registry.time.monotonic", lambda: clock)
    assert registry(9)["name"] == "sekisho.Shipment"


def test_an_id_that_no_registry_gives_is_not_asked_for() -> None:
    """Asked for it, Apicurio answers as it does to a wrong URL; holding for it would stop the stream for good."""
    fake = says(404, {})
    with pytest.raises(EventError):
        fake.registry()(2**31)
    assert fake.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500, json={"error_code": 50001}),
        httpx.Response(503, text="upstream"),
        httpx.Response(401, json={"error_code": 40101}),
        httpx.Response(403, text="no"),
        httpx.Response(429, text="slow down"),
        httpx.Response(404, text="<html>not a registry</html>"),
        httpx.Response(404, json={"status": 404}),
        httpx.Response(200, text="<html>a proxy's login page</html>"),
        httpx.Response(200, json=["no", "object"]),
        httpx.Response(302, headers={"location": "/login"}),
    ],
)
def test_an_answer_that_no_registry_gives_is_not_the_record_s_fault(answer: httpx.Response) -> None:
    """A wrong URL or an expired password must hold the stream, not bury every event."""
    with pytest.raises(UnreachableError) as caught:
        Fake(lambda _: answer).registry()(7)
    assert "hunter2" not in str(caught.value)
    assert "registry.example:8081" in str(caught.value)


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError])
def test_silence_is_not_the_record_s_fault(error: type[httpx.TransportError]) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise error("boom hunter2")

    with pytest.raises(UnreachableError) as caught:
        Fake(fail).registry()(7)
    assert "hunter2" not in str(caught.value)


def test_after_an_outage_the_schema_is_asked_for_again() -> None:
    answers = [httpx.Response(503), httpx.Response(200, json={"schema": SHIPMENT_SCHEMA})]
    registry = Fake(lambda _: answers.pop(0)).registry()
    with pytest.raises(UnreachableError):
        registry(7)
    assert registry(7)["name"] == "sekisho.Shipment"


@pytest.mark.parametrize(
    "body",
    [
        {"schema": "{}", "schemaType": "PROTOBUF"},
        {"schema": "not json"},
        {"schema": '{"type": "recrd"}'},
        {"noschema": 1},
        {"schema": '"string"', "references": [{"name": "x"}]},
    ],
)
def test_a_schema_that_is_not_avro_is_the_record_s_fault(body: Any) -> None:
    with pytest.raises(EventError) as caught:
        says(200, body).registry()(7)
    assert caught.value.reason == "schema"


def test_references_are_resolved_the_deepest_first() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        money = {"type": "record", "name": "a.Money", "fields": [{"name": "n", "type": "string"}]}
        line = {"type": "record", "name": "a.Line", "fields": [{"name": "value", "type": "a.Money"}]}
        top = {"type": "record", "name": "a.Top", "fields": [{"name": "line", "type": "a.Line"}]}
        to_money = [{"name": "a.Money", "subject": "money", "version": 1}]
        return httpx.Response(
            200,
            json={
                "/base/schemas/ids/7": {
                    "schema": json.dumps(top),
                    "references": [{"name": "a.Line", "subject": "the/line", "version": 2}, *to_money],
                },
                "/base/subjects/the/line/versions/2": {"schema": json.dumps(line), "references": to_money},
                "/base/subjects/money/versions/1": {"schema": json.dumps(money)},
            }[request.url.path],
        )

    parsed = Fake(answer).registry()(7)
    assert parsed["fields"][0]["name"] == "line"


def test_an_output_that_is_not_registered_names_the_command() -> None:
    fake = says(404, {"error_code": 40401, "message": "Subject not found"})
    with pytest.raises(SchemaError, match="sekisho schemas register"):
        fake.registry().output_id("screening.alert.v1", "alert")


def test_an_output_id_is_asked_for_once() -> None:
    fake = says(200, {"id": 12, "version": 1})
    registry = fake.registry()
    assert [registry.output_id("screening.alert.v1", "alert") for _ in range(3)] == [12, 12, 12]
    assert fake.asked == ["POST /base/subjects/screening.alert.v1-value"]


def test_a_refused_schema_says_why() -> None:
    with pytest.raises(SchemaError, match="incompatible: field x"):
        says(409, {"error_code": 409, "message": "incompatible: field x"}).registry().register("s", '"int"')


def test_settings_make_the_client_or_none() -> None:
    assert Registry.from_settings(SchemaRegistry()) is None
    seen: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("authorization"))
        return httpx.Response(200, json={"schema": '"int"'})

    registry = Registry("http://r", username="u", password="p", transport=httpx.MockTransport(answer))
    registry(1)
    Registry("http://r", token="t", transport=httpx.MockTransport(answer))(1)
    assert seen == ["Basic dTpw", "Bearer t"]
    made = Registry.from_settings(SchemaRegistry(url="http://127.0.0.1:9/x/"))
    assert made is not None
    assert made.url == "http://127.0.0.1:9/x"
    with made, pytest.raises(UnreachableError):
        made(1)


def test_a_url_that_is_none_is_told_as_a_setting() -> None:
    for url in ("registry", "http://[bad", "ftp://x"):
        with Registry(url) as registry, pytest.raises(UnreachableError):
            registry(1)
