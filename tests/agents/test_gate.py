"""The gate: agents screen only when nothing speaks against it, and say why where they do not."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from sekisho.agents.gate import Gate, stale_lists
from sekisho.metrics import Metrics
from sekisho.model import ListStamp
from sekisho.screening import Tables
from tests.factories import measure

NOW = datetime(2023, 2, 10, tzinfo=UTC)


def gate() -> tuple[Gate, Metrics]:
    metrics = Metrics()
    return Gate(metrics), metrics


def ready(metrics: Metrics) -> float | None:
    return metrics.registry.get_sample_value("sekisho_ready")


def tables(*stamps: ListStamp) -> Tables:
    return Tables.build([], [], [], lists={stamp.list_id: stamp for stamp in stamps}, sequence=1, hash="h")


def test_it_is_closed_at_first_and_opens_when_all_reasons_are_gone() -> None:
    async def test() -> None:
        one, metrics = gate()
        assert not one.ready
        one.hold("stale", "old")
        one.release("reference")
        assert not await asyncio.wait_for(one.wait(lambda: True), 1)
        one.release("stale")
        assert await asyncio.wait_for(one.wait(lambda: False), 1)
        assert not one.ready, "it has not joined its group"
        one.assigned(True)
        assert one.ready
        assert ready(metrics) == 1

    asyncio.run(test())


def test_losing_the_partitions_or_a_new_reason_ends_readiness() -> None:
    one, metrics = gate()
    one.release("reference")
    one.assigned(True)
    one.assigned(False)
    assert ready(metrics) == 0
    one.assigned(True)
    one.hold("registry", "does not answer")
    assert ready(metrics) == 0
    assert one.reasons == {"registry": "does not answer"}


def test_releasing_what_does_not_hold_opens_nothing() -> None:
    one, _ = gate()
    one.release("stale")
    assert "reference" in one.reasons


@pytest.mark.parametrize(
    ("published", "publishers", "ours", "stale"),
    [
        (NOW - timedelta(hours=23), 24, {}, False),
        (NOW - timedelta(hours=25), 24, {}, True),
        (NOW - timedelta(hours=25), 24, {"a": 48}, False),
        (NOW - timedelta(hours=25), None, {}, False),
        (NOW - timedelta(hours=25), None, {"a": 24}, True),
        (None, None, {}, False),
        (None, 24, {}, True),
    ],
)
def test_a_list_is_stale_past_its_limit(
    published: datetime | None, publishers: int | None, ours: dict[str, int], stale: bool
) -> None:
    stamp = ListStamp("a", "1", published_at=published, max_age_hours=publishers)
    assert stale_lists(tables(stamp), NOW, ours) == (("a",) if stale else ())


def bound_by(*jurisdictions: str) -> Gate:
    return Gate(Metrics(), jurisdictions=jurisdictions)


def law(*jurisdictions: str) -> Tables:
    rules = [measure(id=one.lower(), jurisdiction=one) for one in jurisdictions]
    return Tables.build([], [], rules, lists={}, sequence=1, hash="h")


def test_it_screens_with_the_law_that_binds() -> None:
    one = bound_by("JP")
    one.activate(law("JP", "US"))
    assert one.screener is not None
    assert [rule.id for rule in one.screener.measures] == ["jp"]
    assert "jurisdictions" not in one.reasons


def test_a_jurisdiction_without_measures_holds_until_they_are_there() -> None:
    """``JA`` for ``JP`` would leave Japan's law out and clear what it forbids."""
    one = bound_by("JP", "JA")
    one.activate(law("JP", "US"))
    assert "JA" in one.reasons["jurisdictions"]
    one.activate(law("JP", "US", "JA"))
    assert "jurisdictions" not in one.reasons
