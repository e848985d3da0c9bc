"""What a user relies on, on the embedded broker and on Apache Kafka alike."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.support import scene
from tests.support.scene import LISTED, check_whole, decode
from tests.support.stage import Stage, until

pytestmark = pytest.mark.timeout(180)

REQUIRED = json.dumps([scene.LIST_ID, scene.MEASURES_ID])


def open_stage(stage: Stage, *names: str, **options: Any) -> None:
    stage.environment["SEKISHO_REFERENCE__REQUIRED_LISTS"] = REQUIRED
    stage.environment["SEKISHO_OUTPUT__ENCODING"] = "json"
    stage.create_topics(**options)
    scene.publish(stage, scene.lists(*names))


def answered(stage: Stage, count: int) -> Any:
    return until(lambda: stage.count(stage.topics.verdict) >= count, f"{count} verdicts")


def references_answered(stage: Stage) -> set[str]:
    return {decode(record)["event"]["business_reference"] for record in stage.read(stage.topics.verdict)}


def test_each_event_is_answered_and_each_hit_alerts(stage: Stage) -> None:
    open_stage(stage)
    stage.publish(stage.topics.shipment, scene.shipments(60))
    stage.publish(stage.topics.payment, scene.payments(20))
    worker = stage.worker().wait_ready()
    answered(stage, 80)
    assert worker.terminate() == 0

    hits = [f"SHP-{number}" for number in range(0, 60, 10)]
    times = check_whole(stage, [f"SHP-{n}" for n in range(60)] + [f"PAY-{n}/M" for n in range(20)], hits)
    assert set(times.values()) == {1}
    alert = decode(stage.read(stage.topics.alert)[0])
    assert alert["matches"][0]["name"] == LISTED
    assert alert["measures"][0]["effect"] == "prohibited"
    for record in stage.read(stage.topics.verdict):
        verdict = decode(record)
        reference = verdict["event"]["business_reference"]
        assert verdict["verdict"] == ("prohibited" if reference in hits else "clear")
        assert record.key == reference.encode()
        headers = dict(record.headers)
        assert headers["ce_id"] == verdict["verdict_id"].encode()
        assert headers["content-type"] == b"application/json"


def test_agents_hold_while_a_required_list_is_missing(stage: Stage) -> None:
    open_stage(stage)
    stage.environment["SEKISHO_REFERENCE__REQUIRED_LISTS"] = json.dumps([scene.LIST_ID, "another-list"])
    stage.publish(stage.topics.shipment, scene.shipments(10))
    worker = stage.worker()
    until(lambda: "another-list" in worker.holding().get("reference", ""), "the worker says which list is missing")
    time.sleep(3)
    assert stage.count(stage.topics.verdict) == 0
    assert stage.committed(stage.topics.shipment) == 0
    assert worker.metric("sekisho_ready") == 0
    assert worker.metric("sekisho_list_active", list="another-list") == 0
    more = scene.lists(list_id="another-list")[:1]
    scene.publish(stage, more)
    answered(stage, 10)
    assert worker.metric("sekisho_ready") == 1
    check_whole(stage, [f"SHP-{n}" for n in range(10)], ["SHP-0"])


def test_half_a_list_is_never_screened_against(stage: Stage) -> None:
    """A set whose records are not all there changes nothing; when they have come it is active, whole."""
    open_stage(stage)
    worker = stage.worker().wait_ready()
    held_back = scene.publish_incomplete(stage, scene.lists(LISTED, "Honest Trading", version="2"))
    until(lambda: worker.metric("sekisho_reference_incomplete") == 1, "the incomplete set raises its alarm")
    stage.publish(stage.topics.shipment, scene.shipments(20))
    answered(stage, 20)
    check_whole(stage, [f"SHP-{n}" for n in range(20)], ["SHP-0", "SHP-10"])
    held_back()
    until(lambda: worker.metric("sekisho_reference_incomplete") == 0, "the set is complete")
    stage.publish(stage.topics.shipment, scene.shipments(5, prefix="NEXT"))
    # not by number: the open events of before are answered anew
    until(lambda: {f"NEXT-{n}" for n in range(5)} <= references_answered(stage), "the next five are answered")
    alerted = {decode(record)["event"]["business_reference"] for record in stage.read(stage.topics.alert)}
    assert {f"NEXT-{n}" for n in range(5)} <= alerted
    sequences = {
        decode(record)["event"]["business_reference"][:3]: decode(record)["engine"]["reference_sequence"]
        for record in stage.read(stage.topics.verdict)
        if decode(record)["trigger"] == "event"
    }
    assert sequences["NEX"] == sequences["SHP"] + 1


def test_what_cannot_be_screened_is_a_dead_letter_with_its_bytes_unchanged(stage: Stage) -> None:
    open_stage(stage)
    bad: list[tuple[str | None, bytes | None]] = [
        ("a", b"\x00\x01\x02"),
        ("b", b"{"),
        (None, b"not an event"),
        ("d", None),
        ("e", b""),
        ("f", b'{"shipment_reference": "SHP-BAD", "event_id": "x", "event_time": 7}'),
    ]
    stage.publish(stage.topics.shipment, bad)
    stage.publish(stage.topics.shipment, scene.shipments(3))
    worker = stage.worker().wait_ready()
    until(lambda: stage.count(stage.topics.dead_letter) >= len(bad), "the dead letters")
    answered(stage, 4)
    letters = stage.read(stage.topics.dead_letter)
    wanted = {(key.encode() if key else None, value) for key, value in bad}
    assert {(record.key, record.value) for record in letters} == wanted
    for record in letters:
        headers = dict(record.headers)
        assert headers["sekisho_error_topic"] == stage.topics.shipment.encode()
        assert {
            "sekisho_error_partition",
            "sekisho_error_offset",
            "sekisho_error_reason",
            "sekisho_error_message",
        } <= set(headers)
    unscreened = [decode(r) for r in stage.read(stage.topics.verdict) if decode(r)["verdict"] == "unscreened"]
    assert [one["event"]["business_reference"] for one in unscreened] == ["SHP-BAD"]
    assert worker.metric("sekisho_dead_letters_total") == len(bad)
    assert worker.metric("sekisho_events_total", outcome="dead_letter") == len(bad)
    assert worker.alive()


@pytest.mark.parametrize(("mode", "verdicts"), [("hits", {"SHP-0"}), ("off", set())])
def test_fewer_verdicts_where_asked(stage: Stage, mode: str, verdicts: set[str]) -> None:
    open_stage(stage)
    stage.publish(stage.topics.shipment, scene.shipments(10))
    worker = stage.worker(SEKISHO_OUTPUT__VERDICTS=mode).wait_ready()
    until(lambda: worker.metric("sekisho_events_total", outcome="screened") == 10, "ten events")
    written = {decode(record)["event"]["business_reference"] for record in stage.read(stage.topics.verdict)}
    assert written == verdicts
    assert stage.count(stage.topics.alert) == 1


def test_lists_too_old_are_named_or_hold(stage: Stage) -> None:
    open_stage(stage)
    stage.publish(stage.topics.shipment, scene.shipments(2))
    limit = {"SEKISHO_REFERENCE__MAX_AGE_HOURS": json.dumps({scene.LIST_ID: 1})}
    worker = stage.worker(**limit, SEKISHO_REFERENCE__ON_STALE="hold")
    until(lambda: scene.LIST_ID in worker.holding().get("stale", ""), "the worker holds for a stale list")
    assert stage.count(stage.topics.verdict) == 0
    assert worker.terminate() == 0
    stage.worker(**limit, SEKISHO_WORKER__GROUP=f"{stage.name}-flag").wait_ready()
    answered(stage, 2)
    assert {tuple(decode(record)["stale_lists"]) for record in stage.read(stage.topics.verdict)} == {(scene.LIST_ID,)}
