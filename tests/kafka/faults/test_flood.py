"""More than a worker can do, and events as large as they come: memory stays bounded, each is answered or a dead letter."""

from __future__ import annotations

import time
from collections.abc import Iterator

import msgspec
import pytest

from sekisho.model import Party
from sekisho.wire import limits
from tests import factories
from tests.kafka.faults.ledger import LONG, TIMEOUT_S, all_committed, hits, references, settle
from tests.kafka.test_behaviour import open_stage
from tests.support import scene
from tests.support.stage import Stage, until

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(TIMEOUT_S)]

MB = 1 << 20

#: Topics for events of up to 2 MB; dead letters may be 64 kB larger.
WIDE = {
    "shipment": {"max.message.bytes": str(2 * MB)},
    "payment": {"max.message.bytes": str(2 * MB)},
    "verdict": {"max.message.bytes": str(2 * MB)},
    "dead_letter": {"max.message.bytes": str(2 * MB + 65_536)},
}


def test_an_endless_flood_keeps_memory_bounded(kafka_stage: Stage) -> None:
    """What waits waits in Kafka: a backlog many times as long takes no more memory."""
    stage = kafka_stage
    open_stage(stage)
    short, long = 4000, 300_000 if LONG else 20_000
    # Open events are kept, of which there are more the longer the stream: bounded too, but by their own window.
    worker = stage.worker(SEKISHO_WORKER__RESCREEN_WINDOW_DAYS="0").wait_ready()
    stage.pour(stage.topics.shipment, scene.shipments(short, prefix="FIRST", pad=1500))
    until(lambda: worker.metric("sekisho_events_total", outcome="screened") >= short, "the first ones")
    before = worker.most_resident_bytes()
    stage.pour(stage.topics.shipment, scene.shipments(long, prefix="FLOOD", pad=1500))
    until(lambda: worker.metric("sekisho_events_total", outcome="screened") >= short + 8000, "a part of the flood")
    grown = worker.most_resident_bytes() - before
    assert grown < 60 * MB, f"{grown / MB:.0f} MB more"
    assert worker.terminate() == 0
    assert stage.committed(stage.topics.shipment) == stage.count(stage.topics.verdict), "what it had taken is done"


def test_a_flood_of_large_records_keeps_memory_bounded(kafka_stage: Stage) -> None:
    """A buffer that counts records would take 2,000 of them, 1.8 GB; ours counts bytes."""
    stage, large = kafka_stage, 1500 if LONG else 400
    open_stage(stage, configs=WIDE)
    stage.pour(stage.topics.shipment, scene.shipments(large, prefix="LARGE", pad=900_000))
    stage.publish(stage.topics.shipment, scene.shipments(20))
    worker = stage.worker().wait_ready()
    before = worker.resident_bytes()
    all_committed(stage, worker, large + 20)
    grown = worker.most_resident_bytes() - before
    # 212 to 245 MB, with the copies that sending makes; a buffer that counts records alone: 417 MB, and more with more.
    assert grown < 300 * MB, f"{grown / MB:.0f} MB more for {large * 0.9:.0f} MB of events"
    letters = stage.headers(stage.topics.dead_letter, large)
    assert {headers["sekisho_error_reason"] for headers in letters} == {b"too_large"}
    stage.keep(stage.topics.verdict, lambda record: not record.key.startswith(b"LARGE"))
    settle(stage, references(20), hits(20), dead_letters=large, letters=letters)


def test_events_as_large_as_they_come_are_answered_or_told(kafka_stage: Stage) -> None:
    stage = kafka_stage
    open_stage(stage, configs=WIDE)
    worker = stage.worker().wait_ready()
    began = time.monotonic()
    stage.pour(stage.topics.shipment, hostile_shipments())
    stage.pour(stage.topics.payment, hostile_payments())
    stage.publish(stage.topics.shipment, scene.shipments(10))
    until(lambda: stage.count(stage.topics.verdict) >= 17, "each has its verdict")
    assert time.monotonic() - began < 45
    answers = {
        scene.decode(r)["event"]["business_reference"]: scene.decode(r) for r in stage.read(stage.topics.verdict)
    }
    told = {name: one["verdict"] for name, one in answers.items() if not name.startswith("SHP-")}
    assert told == {
        "NAME-1MB": "unscreened",
        "PARTIES-10000": "unscreened",
        "REMITTANCE-100kB/M": "unscreened",
        "NAME-LIMIT": "clear",
        "PARTIES-LIMIT": "prohibited",
        "LINES-LIMIT": "clear",
        "REMITTANCE-LIMIT/M": "review",
    }
    reasons = {}
    for letter in stage.read(stage.topics.dead_letter):
        headers = dict(letter.headers)
        assert headers["sekisho_error_reason"] == b"too_large"
        reasons[letter.key.decode()] = headers["sekisho_error_message"].decode()
    assert "parties[0].name: 1000000 characters" in reasons["NAME-1MB"]
    assert "parties: 10000 items" in reasons["PARTIES-10000"]
    assert "remittance_information" in reasons["REMITTANCE-100kB/M"]
    assert worker.alive()
    assert worker.metric("sekisho_ready") == 1


def hostile_shipments() -> Iterator[tuple[str, bytes]]:
    def event(reference: str, **fields: object) -> tuple[str, bytes]:
        return reference, msgspec.json.encode(factories.shipment(shipment_reference=reference, **fields))

    def crowd(count: int) -> tuple[Party, ...]:
        names = (f"Honest Trading {number} of Many" for number in range(count - 1))
        return (*(factories.party(name) for name in names), factories.party(scene.LISTED))

    yield event("NAME-1MB", parties=(factories.party("x" * 1_000_000),))
    yield event("NAME-LIMIT", parties=(factories.party("Honest Trading " * (limits.MAX_TEXT // 15)),))
    yield event("PARTIES-10000", parties=crowd(10_000))
    yield event("PARTIES-LIMIT", parties=crowd(limits.MAX_PARTIES))
    lines = tuple(factories.line(f"cotton shirt, lot {number}", line=number) for number in range(limits.MAX_LINES))
    yield event("LINES-LIMIT", goods=lines)


def hostile_payments() -> Iterator[tuple[str, bytes]]:
    for name, size in (("REMITTANCE-100kB", 100_000), ("REMITTANCE-LIMIT", limits.MAX_FREE_TEXT)):
        text = f"invoice of {scene.LISTED} and others " + "for honest goods, " * (size // 18)
        lines = tuple(text[at : at + 10_000] for at in range(0, size, 10_000))
        event = factories.payment(end_to_end_id=name, message_id="M", remittance_information=lines)
        yield f"{name}/M", msgspec.json.encode(event)
