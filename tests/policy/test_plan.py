"""The plan leaves out no measure that would speak: asked of every measure, the answer is the same."""

from typing import Any

import pytest

from sekisho.policy import PlaceHit, Plan, evaluate
from tests.factories import line
from tests.policy.test_law import MEASURES, speaking

TABLES = {t for m in MEASURES if m.when.goods for t in m.when.goods.tables} | {
    i.split("/")[0] for m in MEASURES if m.when.goods for i in m.when.goods.items
}
PLAN = Plan(MEASURES, TABLES)
PARTS = line("spare parts")


@pytest.mark.parametrize("rule", MEASURES, ids=[rule.id for rule in MEASURES])
@pytest.mark.parametrize(
    "other", [{}, {"goods": (), "unclear": ((1, PARTS),), "lines": (PARTS,)}], ids=["met", "unclear"]
)
def test_the_plan_finds_every_measure_that_speaks(rule: Any, other: dict[str, Any]) -> None:
    said = speaking(rule, **other) if rule.when.goods is not None or not other else speaking(rule)
    asked = {found.measure.id for one in PLAN.measures(said) for found in evaluate(one, said)}
    every = {found.measure.id for one in MEASURES for found in evaluate(one, said)}
    assert asked == every
    if not other:
        assert rule.id in asked


@pytest.mark.parametrize("kind", ["shipment", "payment"])
@pytest.mark.parametrize("declared", [frozenset(), frozenset({"DE"}), frozenset({"UA"}), frozenset({"RU", "DE"})])
@pytest.mark.parametrize("possible", [frozenset(), frozenset({"UA"}), frozenset({"BY", "US"})])
@pytest.mark.parametrize("region", [None, "UA-43", "jp-etco-1-5"])
def test_wherever_it_goes_the_plan_finds_what_speaks(
    kind: str, declared: frozenset[str], possible: frozenset[str], region: str | None
) -> None:
    for rule in MEASURES:
        said = speaking(
            rule,
            kind=kind,
            destination_countries=declared,
            possible_destinations=possible,
            places=(PlaceHit(0, region, certain=True, destination=True),) if region else (),
        )
        asked = {found.measure.id for one in PLAN.measures(said) for found in evaluate(one, said)}
        assert asked == {found.measure.id for one in MEASURES for found in evaluate(one, said)}


def test_a_table_that_is_not_there_says_nothing_of_goods_that_are_not_described() -> None:
    (rule,) = [one for one in MEASURES if one.id == "jp-etco-2-1-item-1-4"]
    said = speaking(rule, goods=(), unclear=((1, PARTS),), lines=(PARTS,))
    assert rule in Plan([rule], {"jp-eto-2-3"}).measures(said)
    assert Plan([rule], {"us-ccl"}).measures(said) == []
