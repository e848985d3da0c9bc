"""Erasing on a real Apache Kafka: what goes is gone, what stays is there unchanged, and what cannot go is told."""

from __future__ import annotations

import json
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from sekisho.cli import erase_log
from sekisho.cli.clients import reader
from sekisho.cli.follow import records
from sekisho.cli.retention import look
from sekisho.cli.topics import ensure, wanted
from sekisho.errors import EventError
from sekisho.settings import Settings
from sekisho.wire import dead_letters, encode
from tests import factories
from tests.cli.conftest import Run, run
from tests.support import scene
from tests.support.stage import Stage, until
from tests.wire.examples import ALERT

__all__ = ["run"]

pytestmark = pytest.mark.kafka

PERSON = "Иван Петров"
AT = datetime.now(UTC)


@pytest.fixture
def settings(kafka_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in kafka_stage.environment.items():
        monkeypatch.setenv(name, value)
    made = kafka_stage.settings()
    ensure(made, wanted(made.model_copy(update={"topics": made.topics.model_copy(update={"partitions": 2})})))
    return made


def letter(number: int, *, name: str = "Somebody") -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
    made = dead_letters.dead_letter(
        f"SHP-{number}".encode(),
        json.dumps({"shipment_reference": f"SHP-{number}", "name": name}).encode(),
        [("ce_id", str(number).encode())],
        topic="in",
        partition=0,
        offset=number,
        fault=EventError("broken", reason="invalid"),
        at=AT,
    )
    assert made.key is not None
    assert made.value is not None
    return made.key, made.value, made.headers


def fill(stage: Stage, hits: set[int], count: int = 40) -> None:
    for number in range(count):
        key, value, headers = letter(number, name=PERSON if number in hits else "Somebody")
        stage.producer.send(
            stage.topics.dead_letter,
            key=key,
            value=value,
            headers=headers,
            partition=number % 2,
            timestamp_ms=1_000 * number + millis(),
        )
    stage.producer.flush(30)


def millis() -> int:
    return round(AT.timestamp() * 1000) - 86_400_000


def everything(settings: Settings, topic: str) -> list[Any]:
    """To the ends as they are now: on a busy machine a pause is no end."""
    with reader(settings) as consumer:
        return list(records(consumer, topic, from_beginning=True, follow=False))


def contents(settings: Settings, topic: str) -> Counter[Any]:
    found = everything(settings, topic)
    return Counter((one.partition, one.key, one.value, tuple(one.headers), one.timestamp) for one in found)


def rows(ran: Any) -> dict[str, dict[str, Any]]:
    assert ran.code == 0, ran.err
    return {row["topic"]: row for row in map(json.loads, ran.out.splitlines())}


def test_dead_letters_of_a_person_go_and_the_others_stay_as_they_were(
    kafka_stage: Stage, settings: Settings, run: Run
) -> None:
    stage, topic = kafka_stage, kafka_stage.topics.dead_letter
    hits = {3, 4, 5, 21}
    fill(stage, hits)
    before = contents(settings, topic)

    plan = run("erase", "--person", PERSON, "--json")
    assert rows(plan)[topic]["records"] == 4
    assert not rows(plan)[topic]["done"]
    assert contents(settings, topic) == before, "without --yes nothing is changed"

    done = rows(run("erase", "--person", PERSON, "--yes", "--json"))[topic]
    assert (done["records"], done["done"]) == (4, True)
    after = contents(settings, topic)
    gone = {key for key in before if PERSON in json.loads(key[2])["name"]}
    assert len(gone) == 4
    assert after == Counter({key: count for key, count in before.items() if key not in gone}), (
        "everything else is there once: key, bytes, headers, and its own time, so that retention does not begin anew"
    )
    assert rows(run("erase", "--person", PERSON, "--json"))[topic]["records"] == 0


def test_an_erasure_that_died_half_way_is_done_again_without_a_double(
    kafka_stage: Stage, settings: Settings, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, topic = kafka_stage, kafka_stage.topics.dead_letter
    fill(stage, {30})
    before = contents(settings, topic)

    class Dies:
        def __enter__(self) -> Any:
            raise KeyboardInterrupt

        def __exit__(self, *_: object) -> None: ...

    with monkeypatch.context() as patch:
        patch.setattr(erase_log, "admin", lambda _: Dies())
        assert run("erase", "--reference", "SHP-30", "--yes").code == 130
    assert sum(contents(settings, topic).values()) > len(before), "some are there twice, none is missing"
    assert rows(run("erase", "--reference", "SHP-30", "--yes", "--json"))[topic]["rewritten"] == 0
    assert contents(settings, topic) == Counter({key: n for key, n in before.items() if key[1] != b"SHP-30"})


def test_open_events_are_taken_back_only_when_that_is_said(kafka_stage: Stage, settings: Settings, run: Run) -> None:
    stage, topic = kafka_stage, kafka_stage.topics.open_shipment
    for number in range(6):
        value = encode(factories.shipment(shipment_reference=f"SHP-{number}"))
        stage.producer.send(topic, key=f"SHP-{number}".encode(), value=value, partition=number % 2)
    stage.producer.flush(30)
    kept = rows(run("erase", "--reference", "SHP-3", "--yes", "--json"))[topic]
    assert (kept["records"], kept["action"], kept["done"]) == (1, "keep", False)
    ran = run("erase", "--reference", "SHP-3", "--open", "--yes", "--json")
    assert rows(ran)[topic]["done"]
    assert "restart one worker" in ran.err
    last = {one.key: one for one in everything(settings, topic)}
    assert [key for key, one in last.items() if one.value is None] == [b"SHP-3"]
    assert last[b"SHP-3"].partition == 1, "on the partition that its worker reads"
    assert rows(run("erase", "--reference", "SHP-3", "--open", "--json"))[topic]["records"] == 0


def test_workers_forget_an_open_event_once_one_of_them_is_restarted(
    kafka_stage: Stage, settings: Settings, run: Run
) -> None:
    stage = kafka_stage
    scene.publish(stage, scene.lists())
    required = {"SEKISHO_REFERENCE__REQUIRED_LISTS": json.dumps([scene.LIST_ID, scene.MEASURES_ID])}
    workers = [stage.worker(**required).wait_ready()]

    def known() -> float:
        return sum(one.metric("sekisho_open_events") for one in workers)

    stage.publish(stage.topics.shipment, scene.shipments(6))
    until(lambda: known() == 6, "the worker keeps six open events")
    assert rows(run("erase", "--reference", "SHP-3", "--open", "--yes", "--json"))[stage.topics.open_shipment]["done"]
    assert known() == 6, "in memory until then, as the command says"
    workers.append(stage.worker(**required).wait_ready())
    until(lambda: known() == 5, "the erased one is forgotten by whoever has its partition now")


def test_alerts_stay_unless_their_topic_is_named(kafka_stage: Stage, settings: Settings, run: Run) -> None:
    stage, topic = kafka_stage, kafka_stage.topics.alert
    for number in range(4):
        event = msgspec.structs.replace(ALERT.event, business_reference=f"SHP-{number}")
        alert = msgspec.structs.replace(ALERT, event=event, alert_id=f"{number:064d}")
        stage.producer.send(topic, key=f"SHP-{number}".encode(), value=encode(alert), partition=0)
    stage.producer.flush(30)
    row = rows(run("erase", "--reference", "SHP-1", "--yes", "--json"))[topic]
    assert (row["records"], row["action"], row["done"]) == (1, "keep", False)
    days = (datetime.fromisoformat(row["gone_by"]) - datetime.now(UTC)).days
    assert days in (365, 366), "the retention and the file that is being written"
    row = rows(run("erase", "--reference", "SHP-1", "--rewrite", "alerts", "--yes", "--json"))[topic]
    assert (row["done"], row["rewritten"]) == (True, 1)
    assert sorted(one.key for one in everything(settings, topic)) == [b"SHP-0", b"SHP-2", b"SHP-3"]


def test_inputs_are_never_rewritten(kafka_stage: Stage, settings: Settings, run: Run) -> None:
    """Written again, an event would be screened again."""
    stage, topic = kafka_stage, kafka_stage.topics.shipment
    stage.publish(topic, [("SHP-7", msgspec.json.encode(factories.shipment(shipment_reference="SHP-7")))])
    row = rows(run("erase", "--reference", "SHP-7", "--open", "--rewrite", "alerts", "--yes", "--json"))[topic]
    assert (row["records"], row["action"], row["done"]) == (1, "keep", False)
    assert row["gone_by"]


def test_what_must_be_said(kafka_stage: Stage, settings: Settings, run: Run) -> None:
    assert run("erase").code == 2
    short = run("erase", "--person", "X")
    assert short.code == 1
    assert "too short" in short.err


def test_retention_is_told_and_set(
    kafka_stage: Stage, settings: Settings, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [one.level for one in look(settings)] == ["ok"]
    monkeypatch.setenv("SEKISHO_RETENTION__DEAD_LETTER_DAYS", "14")
    monkeypatch.setenv("SEKISHO_RETENTION__INPUT_DAYS", "60")
    doctor = [json.loads(line) for line in run("doctor", "--json").out.splitlines()]
    told = [one["said"] for one in doctor if one["what"] == "retention" and one["level"] == "warning"]
    assert len(told) == 3, told
    assert any("keeps records 90 days, the settings ask for 14 days" in one for one in told)
    assert sum("less than the 60 days of SEKISHO_RETENTION__INPUT_DAYS" in one for one in told) == 2
    assert run("topics", "create", "--set-retention").code == 0
    time.sleep(1)
    doctor = [json.loads(line) for line in run("doctor", "--json").out.splitlines()]
    assert [one["level"] for one in doctor if one["what"] == "retention"] == ["ok"]
    monkeypatch.setenv("SEKISHO_RETENTION__INPUT_DAYS", "1")
    run("topics", "create", "--set-retention")
    doctor = [json.loads(line) for line in run("doctor", "--json").out.splitlines()]
    (row,) = [one["said"] for one in doctor if one["what"] == "retention"]
    assert f"{settings.topics.shipment} 60 days" in row, "an input is never made to forget sooner"
