"""Each measure does what its act says: catches, leaves alone, asks where something is not said, and begins on its day."""

from __future__ import annotations

from collections import Counter

import pytest

from sekisho import Screener
from sekisho.model import GoodsItem, Measure, Origin
from sekisho.policy import evaluate
from sekisho.reference import bundled
from sekisho.screening import Tables
from tests.policy import statutes

CASES = tuple(statutes.cases())
MEASURES = {record.id: record for one in bundled.lists() for record in one.records if isinstance(record, Measure)}


@pytest.fixture(scope="module")
def screener() -> Screener:
    goods = [record for one in bundled.lists() for record in one.records if isinstance(record, GoodsItem)]
    made = Tables.build(
        statutes.entries(), [*goods, *statutes.items()], MEASURES.values(), lists={}, sequence=1, hash="h"
    )
    return Screener(made)


@pytest.mark.parametrize("case", CASES, ids=[f"{c.measure_id}-{c.kind}-{c.what}" for c in CASES])
def test_what_the_act_says(screener: Screener, case: statutes.Case) -> None:
    event = case.event
    found = screener.screen(event, Origin("t", 0, 0), known_at=event.event_time, now=event.event_time)
    asked = [m.effect for one in found.verdict.jurisdictions for m in one.measures if m.measure_id == case.measure_id]
    assert asked == ([case.asked] if case.asked else []), [alert.message for alert in found.alerts]


@pytest.mark.parametrize("measure_id", sorted(MEASURES))
def test_every_measure_has_a_case_of_each_kind(measure_id: str) -> None:
    kinds = Counter(case.kind for case in CASES if case.measure_id == measure_id)
    assert set(kinds) == {"positive", "negative", "unknown", "date"}, kinds


def test_no_case_is_of_a_measure_that_is_not_there() -> None:
    assert {case.measure_id for case in CASES} == set(MEASURES)


def test_each_measure_is_caught_within_its_days_only() -> None:
    """A date case that says nothing about the day before would not hold the date."""
    for measure_id in MEASURES:
        dated = [case for case in CASES if case.measure_id == measure_id and case.kind == "date"]
        assert {case.asked is None for case in dated} == {True, False}, measure_id


def test_what_the_plan_leaves_aside_would_have_been_silent(screener: Screener) -> None:
    """Asked of every measure, each event of the cases gets the same answers."""
    left_aside = 0
    for case in CASES:
        event = case.event
        facts = screener.look_up(event, "S", known_at=event.event_time).facts
        planned = screener.tables.plan.measures(facts)
        asked = [(one.measure.id, one.effect, one.subjects) for rule in planned for one in evaluate(rule, facts)]
        every = [
            (one.measure.id, one.effect, one.subjects)
            for rule in screener.tables.measures
            for one in evaluate(rule, facts)
        ]
        assert asked == every, case
        left_aside += len(screener.tables.measures) - len(planned)
    assert left_aside > 0.8 * len(CASES) * len(screener.tables.measures), "the plan asks nearly every measure"
