"""The reader: what it makes active, what it refuses, and what it says meanwhile. No broker: records are handed to it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from sekisho.agents import reference_reader
from sekisho.agents.gate import Gate
from sekisho.agents.reference_reader import ReferenceReader, required_lists
from sekisho.metrics import Metrics
from sekisho.reference import bundled
from sekisho.reference.loaded import LoadedList
from sekisho.settings import Reference, Settings
from tests.support import scene


class Desk:
    """A reader whose topics are lists in memory."""

    def __init__(self, *required: str, **settings: Any) -> None:
        self.settings = Settings(reference=Reference(required_lists=required or (scene.LIST_ID,), **settings))
        self.topics = self.settings.topics
        self.metrics = Metrics()
        self.gate = Gate(self.metrics)
        self.reader = ReferenceReader(self.settings, gate=self.gate, metrics=self.metrics)
        self.log: dict[str, list[Any]] = {}

    # what scene.publish needs of a stage
    def publish(self, topic: str, records: Sequence[tuple[str, bytes]]) -> int:
        for key, value in records:
            record = SimpleNamespace(key=key.encode(), value=value)
            self.log.setdefault(topic, []).append(record)
            self.reader._chain.feed_bytes(self.reader._kinds[topic], record.key, record.value, reference_reader.decode)
        return len(records)

    def read(self, topic: str) -> list[Any]:
        return self.log.get(topic, [])

    def publish_lists(self, lists: Sequence[LoadedList]) -> None:
        scene.publish(self, lists)  # type: ignore[arg-type]

    def refresh(self) -> None:
        asyncio.run(self.reader._refresh())

    def metric(self, name: str, **labels: str) -> float | None:
        return self.metrics.registry.get_sample_value(f"sekisho_{name}", labels)


def test_nothing_published_holds_and_says_what_to_do() -> None:
    desk = Desk()
    desk.refresh()
    assert "lists publish bundled" in desk.gate.reasons["reference"]
    assert desk.metric("list_active", list=scene.LIST_ID) == 0


def test_a_whole_set_with_the_required_lists_opens_the_gate() -> None:
    desk = Desk(scene.LIST_ID, scene.MEASURES_ID)
    desk.publish_lists(scene.lists())
    desk.refresh()
    assert desk.gate.reasons == {}
    assert desk.gate.tables is not None
    assert desk.gate.tables.sequence == 0
    assert desk.metric("list_entries", list=scene.LIST_ID) == 1
    assert desk.metric("reference_incomplete") == 0


def test_a_required_list_that_is_not_in_the_set_holds_by_name() -> None:
    desk = Desk(scene.LIST_ID, "b-list", "a-list")
    desk.publish_lists(scene.lists())
    desk.refresh()
    assert "a-list, b-list" in desk.gate.reasons["reference"]


def test_an_incomplete_set_raises_the_alarm_and_the_one_before_stays() -> None:
    desk = Desk()
    desk.publish_lists(scene.lists())
    desk.refresh()
    rest = scene.publish_incomplete(desk, scene.lists("A", "B", version="2"))  # type: ignore[arg-type]
    desk.refresh()
    assert desk.gate.tables is not None
    assert desk.gate.tables.sequence == 0
    assert desk.metric("reference_incomplete") == 1
    assert desk.gate.reasons == {}
    rest()
    desk.refresh()
    assert desk.gate.tables.sequence == 1
    assert desk.metric("reference_incomplete") == 0
    assert desk.metric("reference_sequence") == 1


def test_an_incomplete_first_set_holds() -> None:
    desk = Desk()
    scene.publish_incomplete(desk, scene.lists())  # type: ignore[arg-type]
    desk.refresh()
    assert "lacks 1 of 1" in desk.gate.reasons["reference"]


def test_a_set_that_cannot_be_indexed_leaves_the_one_before_active(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    desk.publish_lists(scene.lists())
    desk.refresh()
    tries: list[str] = []

    def broken(_: Any, set_hash: str, __: Any) -> Any:
        tries.append(set_hash)
        raise IndexError

    monkeypatch.setattr(reference_reader, "tables_of", broken)
    desk.publish_lists(scene.lists("A", version="2"))
    for _ in range(3):
        desk.refresh()
        assert desk.metric("reference_incomplete") == 1
    assert len(tries) == 1, "it is not tried again with each record that comes"
    assert desk.gate.tables is not None
    assert desk.gate.tables.sequence == 0
    monkeypatch.undo()
    desk.publish_lists(scene.lists("B", version="3"))
    desk.refresh()
    assert desk.gate.tables.sequence == 2
    assert desk.metric("reference_incomplete") == 0


def test_a_list_that_grows_old_holds_where_asked() -> None:
    desk = Desk(max_age_hours={scene.LIST_ID: 1}, on_stale="hold")
    desk.publish_lists(scene.lists())
    desk.refresh()
    assert scene.LIST_ID in desk.gate.reasons["stale"]


def test_a_list_that_grows_old_does_not_hold_otherwise() -> None:
    desk = Desk(max_age_hours={scene.LIST_ID: 1})
    desk.publish_lists(scene.lists())
    desk.refresh()
    assert desk.gate.reasons == {}


def test_required_lists_are_those_of_the_pack_unless_named() -> None:
    assert required_lists(Settings()) == tuple(one.list_id for one in bundled.lists())
    assert required_lists(Settings(reference=Reference(required_lists=("a",)))) == ("a",)
    assert json.dumps(required_lists(Settings()))
