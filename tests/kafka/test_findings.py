"""Findings on a real Apache Kafka: what a worker owes a SIEM it has written before it commits, even if it is killed."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from sekisho.cli.clients import reader
from sekisho.cli.follow import records
from sekisho.cli.topics import ensure, wanted
from sekisho.settings import Settings
from tests.support import scene
from tests.support.stage import Stage, until
from tests.wire.test_ocsf import faults

pytestmark = pytest.mark.kafka

EVENTS = 1000


def everything(settings: Settings, topic: str) -> list[dict[str, Any]]:
    """Values to the ends as they are now: on a busy machine a pause is no end."""
    with reader(settings) as consumer:
        return [json.loads(one.value) for one in records(consumer, topic, from_beginning=True, follow=False)]


def named(found: list[dict[str, Any]]) -> Counter[str]:
    """How often each alert stands in a finding of its own or in a summary."""
    ids: Counter[str] = Counter()
    for one in found:
        if one["status_code"] != "summary":
            ids[one["finding_info"]["uid"]] += 1
            continue
        for related in one["finding_info"]["related_events"]:
            ids.update(tag["value"] for tag in related["tags"] if tag["name"] == "alert_id")
    return ids


def test_a_worker_killed_in_the_middle_owes_no_finding(kafka_stage: Stage) -> None:
    stage = kafka_stage
    ensure(stage.settings(), wanted(stage.settings()))
    scene.publish(stage, scene.lists())
    settings = {
        "SEKISHO_REFERENCE__REQUIRED_LISTS": json.dumps([scene.LIST_ID, scene.MEASURES_ID]),
        "SEKISHO_WORKER__BATCH_SIZE": "50",
        "SEKISHO_OUTPUT__ENCODING": "json",
        "SEKISHO_OUTPUT__OCSF": "true",
        "SEKISHO_OUTPUT__OCSF_NEW_PER_SUBJECT": "5",
    }
    worker = stage.worker(**settings).wait_ready()
    # Every second event names the same listed organisation: a noisy subject if there is one.
    stage.publish(stage.topics.shipment, scene.shipments(EVENTS, hit_every=2))
    until(lambda: worker.metric("sekisho_findings_total") > 20, "the worker has begun", pause_s=0.01)
    worker.kill()
    killed_at = stage.count(stage.topics.verdict)
    assert killed_at < EVENTS, "it was quicker than the kill: nothing was tested"
    stage.worker(**settings).wait_ready()

    def answered() -> set[str]:
        return {scene.decode(one)["event"]["business_reference"] for one in stage.read(stage.topics.verdict)}

    until(lambda: len(answered()) == EVENTS, "every event is answered")
    alerts = {one["alert_id"] for one in everything(stage.settings(), stage.topics.alert)}
    assert len(alerts) == EVENTS // 2
    found = everything(stage.settings(), stage.topics.alert_ocsf)
    assert set(named(found)) == alerts, f"killed after {killed_at} verdicts"
    assert [fault for one in found for fault in faults(one)] == []
    single = [one for one in found if one["status_code"] == "new"]
    assert len(single) <= 2 * 5, "five of a window and worker; the rest is summarised"
    summaries = Counter(one["finding_info"]["uid"] for one in found if one["status_code"] == "summary")
    assert 1 <= len(summaries) <= 2, "one finding a worker"
