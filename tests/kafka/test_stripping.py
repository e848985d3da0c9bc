"""Stopped events that come again, altered, before whole workers: over partitions, restarts, kills and rebalances."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from sekisho.model import Money
from tests import factories
from tests.kafka.test_behaviour import open_stage
from tests.support.scene import LISTED, decode
from tests.support.stage import Stage, WorkerProcess, until

pytestmark = pytest.mark.timeout(180)


def event(reference: str, name: str | None, *, lot: int = 0) -> bytes:
    """One of several shipments, each with amounts of its own, of which one is known again under any reference."""
    parties = [factories.party("Osaka Pumps K.K.", "shipper"), factories.party("Blue Star Line", "carrier")]
    if name is not None:
        parties.append(factories.party(name))
    goods = (factories.line("Pumps", quantity="137", value=Money(f"{48213 + lot}.50", "USD")),)
    return msgspec.json.encode(
        factories.shipment(
            event_id=f"evt-{reference}-{name}", shipment_reference=reference, parties=tuple(parties), goods=goods
        )
    )


def send(stage: Stage, partition: int, reference: str, value: bytes) -> int:
    """The offset."""
    sent = stage.producer.send(stage.topics.shipment, key=reference.encode(), value=value, partition=partition)
    offset: int = sent.get(timeout=30).offset
    return offset


def verdict(stage: Stage, partition: int, offset: int) -> dict[str, Any]:
    """Of the event that stands there."""

    def look() -> dict[str, Any] | None:
        for record in stage.read(stage.topics.verdict):
            one = decode(record)
            if (one["event"]["partition"], one["event"]["offset"]) == (partition, offset):
                return one
        return None

    found: dict[str, Any] = until(look, f"the verdict of {partition}/{offset}")
    return found


def answer(stage: Stage, partition: int, reference: str, value: bytes) -> str:
    word: str = verdict(stage, partition, send(stage, partition, reference, value))["verdict"]
    return word


def known(worker: WorkerProcess, count: int) -> None:
    until(lambda: worker.metric("sekisho_fingerprints") == count, f"{count} stopped events are known")


def test_every_worker_knows_again_what_any_has_stopped(stage: Stage) -> None:
    """Two workers over four partitions: whatever partition an event comes again in, under whatever reference."""
    open_stage(stage)
    one, other = stage.worker().wait_ready(), stage.worker().wait_ready()
    for partition in range(4):
        assert (
            answer(stage, partition, f"SHP-{partition}", event(f"SHP-{partition}", LISTED, lot=partition))
            == "prohibited"
        )
    for worker in (one, other):
        known(worker, 4)
    for partition in range(4):
        # Under its own reference where it was, and under another one everywhere.
        assert answer(stage, partition, f"SHP-{partition}", event(f"SHP-{partition}", None, lot=partition)) == "review"
        for there in range(4):
            new = f"NEW-{partition}-{there}"
            assert answer(stage, there, new, event(new, "Honest Trading", lot=partition)) == "review"
    assert answer(stage, 0, "SHP-9", event("SHP-9", "Honest Trading", lot=500)) == "clear"
    alerts = [decode(record) for record in stage.read(stage.topics.alert)]
    again = [alert for alert in alerts if alert["subject"]["role"] == "resubmission"]
    assert len(again) == 20
    assert {match["list_id"] for alert in again for match in alert["matches"]} == {"stopped-events"}
    assert one.metric("sekisho_stripping_total") + other.metric("sekisho_stripping_total") == 20
    assert {one.terminate(), other.terminate()} == {0}


def test_a_worker_that_is_killed_leaves_what_it_stopped_to_the_next(stage: Stage) -> None:
    open_stage(stage)
    first = stage.worker().wait_ready()
    assert answer(stage, 1, "SHP-1", event("SHP-1", LISTED)) == "prohibited"
    first.kill()
    # While nobody is there, the stripped version comes.
    offset = send(stage, 1, "SHP-1", event("SHP-1", None))
    elsewhere = send(stage, 2, "SHP-2", event("SHP-2", "Honest Trading"))
    second = stage.worker().wait_ready()
    assert verdict(stage, 1, offset)["verdict"] == "review"
    assert verdict(stage, 2, elsewhere)["verdict"] == "review"
    second.kill()
    # And stays what it is for whoever comes after.
    third = stage.worker().wait_ready()
    assert answer(stage, 1, "SHP-1", event("SHP-1", None)) == "review"
    assert third.terminate() == 0


def test_a_rebalance_takes_nothing_before_it_knows_what_the_former_owner_stopped(stage: Stage) -> None:
    """A worker joins and takes half of the partitions while stopped events and their stripped versions come pairwise."""
    open_stage(stage)
    workers = [stage.worker().wait_ready()]
    pairs = []
    for number in range(120):
        partition, reference = number % 4, f"SHP-{number}"
        send(stage, partition, reference, event(reference, LISTED, lot=number))
        pairs.append((partition, send(stage, partition, reference, event(reference, None, lot=number))))
        if number == 40:
            workers.append(stage.worker())
        if number == 90:
            workers[1].wait_ready()
            workers[0].kill()
    for partition, offset in pairs:
        assert verdict(stage, partition, offset)["verdict"] == "review"
    assert workers[1].terminate() == 0


@pytest.mark.kafka
def test_a_worker_holds_until_the_topic_is_there(kafka_stage: Stage) -> None:
    stage = kafka_stage  # the embedded broker makes a topic that is asked for
    open_stage(stage, leave_out=["fingerprint"])
    worker = stage.worker()
    until(lambda: "sekisho topics create" in json.dumps(worker.holding()), "the worker says which topic is missing")
    assert stage.topics.fingerprint in worker.holding()["stopped events"]
    stage.create_only("fingerprint")
    worker.wait_ready()
    assert worker.terminate() == 0


def test_a_window_of_no_days_needs_no_topic_and_knows_nothing_again(stage: Stage) -> None:
    open_stage(stage, leave_out=["fingerprint"])
    worker = stage.worker(SEKISHO_WORKER__STRIPPING_WINDOW_DAYS="0").wait_ready()
    assert answer(stage, 0, "SHP-1", event("SHP-1", LISTED)) == "prohibited"
    assert answer(stage, 0, "SHP-1", event("SHP-1", None)) == "clear"
    assert worker.terminate() == 0
