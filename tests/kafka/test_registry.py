"""A schema registry between publishers and workers, and what happens when it is not there."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import urlsplit

import fastavro
import msgspec
import pytest

from sekisho.wire import contracts
from sekisho.wire import decode as decode_record
from sekisho.wire.registration import register
from sekisho.wire.registry import Registry, subject
from tests import factories
from tests.kafka.test_behaviour import answered, open_stage
from tests.support import scene
from tests.support.proxy import Proxy
from tests.support.registry import registry_url
from tests.support.stage import Stage, until

__all__ = ["registry_url"]

pytestmark = [pytest.mark.kafka, pytest.mark.registry, pytest.mark.timeout(180)]


@pytest.fixture
def proxy(registry_url: str) -> Iterator[Proxy]:
    """The network between the worker and the registry."""
    with Proxy(urlsplit(registry_url).port or 80) as one:
        yield one


def framed(count: int, prefix: str, schema: object, schema_id: int) -> Iterator[tuple[str, bytes]]:
    """Shipments in Confluent framing."""
    for number in range(count):
        reference = f"{prefix}-{number}"
        name = scene.LISTED if number % 10 == 0 else "Honest Trading"
        event = factories.shipment(shipment_reference=reference, parties=(factories.party(name),))
        out = BytesIO()
        fastavro.schemaless_writer(out, schema, msgspec.to_builtins(event, builtin_types=_NATIVE))
        yield reference, b"\x00" + schema_id.to_bytes(4, "big") + out.getvalue()


_NATIVE = (type(factories.utc("2023-01-01")), type(factories.utc("2023-01-01").date()))


def evolved() -> str:
    """The shipment contract with one more optional field: a writer newer than we are."""
    schema = json.loads(contracts.newest("shipment").text)
    schema["fields"].append({"name": "mood", "type": ["null", "string"], "default": None, "doc": "how it goes"})
    return json.dumps(schema)


def test_a_registry_that_goes_away_holds_the_stream_and_loses_nothing(
    kafka_stage: Stage, registry_url: str, proxy: Proxy
) -> None:
    stage = kafka_stage
    open_stage(stage)
    with Registry(registry_url) as registry:
        ids = {one.subject: one.id for one in register(registry, stage.topics)}
        name = subject(stage.topics.shipment)
        stage.environment["SEKISHO_SCHEMA_REGISTRY__URL"] = registry_url.replace(
            str(urlsplit(registry_url).port), str(proxy.port)
        )
        stage.environment["SEKISHO_OUTPUT__ENCODING"] = "avro"
        old = contracts.newest("shipment").parsed
        stage.publish(stage.topics.shipment, framed(20, "OLD", old, ids[name]))
        worker = stage.worker().wait_ready()
        answered(stage, 20)

        proxy.cut()
        text = evolved()
        newer = registry.register(name, text)
        stage.publish(stage.topics.shipment, framed(20, "NEW", fastavro.parse_schema(json.loads(text)), newer))
        until(lambda: "registry" in worker.holding(), "the worker holds and says so")
        assert worker.metric("sekisho_ready") == 0
        assert worker.get("/live")[0] == 200
        time.sleep(2)
        assert stage.count(stage.topics.verdict) == 20
        assert stage.count(stage.topics.dead_letter) == 0

        proxy.mend()
        answered(stage, 40)
        assert worker.metric("sekisho_ready") == 1
        until(lambda: stage.committed(stage.topics.shipment) == 40, "all committed")
        verdicts = [decode_record("verdict", record.value, registry) for record in stage.read(stage.topics.verdict)]
        assert sorted(one.event.business_reference for one in verdicts) == sorted(
            f"{prefix}-{number}" for prefix in ("OLD", "NEW") for number in range(20)
        )
        assert {record.value[:1] for record in stage.read(stage.topics.verdict)} == {b"\x00"}
        assert sum(one.verdict == "prohibited" for one in verdicts) == 4
        assert stage.count(stage.topics.dead_letter) == 0


def test_a_worker_held_by_its_registry_stops_in_order(kafka_stage: Stage, registry_url: str, proxy: Proxy) -> None:
    """It gives back what it holds: the next worker does it."""
    stage = kafka_stage
    open_stage(stage)
    with Registry(registry_url) as registry:
        ids = {one.subject: one.id for one in register(registry, stage.topics)}
    parsed = contracts.newest("shipment").parsed
    stage.publish(stage.topics.shipment, framed(10, "SHP", parsed, ids[subject(stage.topics.shipment)]))
    url = {"SEKISHO_SCHEMA_REGISTRY__URL": registry_url.replace(str(urlsplit(registry_url).port), str(proxy.port))}
    proxy.cut()
    held = stage.worker(**url)
    until(lambda: "registry" in held.holding(), "the worker holds")
    assert held.terminate() == 0
    assert stage.committed(stage.topics.shipment) == 0
    proxy.mend()
    stage.worker(**url).wait_ready()
    answered(stage, 10)
    scene.check_whole(stage, [f"SHP-{n}" for n in range(10)], ["SHP-0"])


def test_an_unknown_schema_id_is_a_dead_letter_that_names_the_remedy(kafka_stage: Stage, registry_url: str) -> None:
    stage = kafka_stage
    open_stage(stage)
    stage.environment["SEKISHO_SCHEMA_REGISTRY__URL"] = registry_url
    parsed = contracts.newest("shipment").parsed
    stage.publish(stage.topics.shipment, framed(3, "LOST", parsed, 987_654))
    stage.publish(stage.topics.shipment, scene.shipments(3))
    stage.worker().wait_ready()
    answered(stage, 3)
    until(lambda: stage.count(stage.topics.dead_letter) == 3, "three dead letters")
    for record in stage.read(stage.topics.dead_letter):
        assert b"register" in dict(record.headers)["sekisho_error_message"]
