"""Every measure of the pack: it speaks when all it asks for is there, is silent when one thing is not, is ``review``
when one thing is not said, and does not exist before it was announced.

The facts are built from the measure's own terms, so that a measure that can never speak, or always does, is found.
What a statute means for real goods and parties is in ``tests/screening/test_case_of_2023.py``.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sekisho.model import Entity, GoodsItem, Measure, Money, Terms
from sekisho.places import LISTED_REGIONS
from sekisho.policy import Facts, GoodsHit, PartyHit, PlaceHit, evaluate
from sekisho.reference import bundled
from tests.factories import Period, entity, item, line, payment, shipment
from tests.policy.test_evaluate import facts

MEASURES = [record for loaded in bundled.lists() for record in loaded.records if isinstance(record, Measure)]
every_measure = pytest.mark.parametrize("rule", MEASURES, ids=[rule.id for rule in MEASURES])

ELSEWHERE = "ZZ"


def noon(rule: Measure, day: date) -> datetime:
    return datetime.combine(day, time(12), ZoneInfo(rule.time_zone))


def speaking(rule: Measure, day: date | None = None, **other: Any) -> Facts:
    """Facts that meet every term of ``rule`` and none of its exceptions, known and acted on ``day`` (its first)."""
    when = rule.when
    known_at = noon(rule, day or rule.in_force_from)
    is_payment = "shipment" not in rule.applies_to
    region = when.destination.regions[0] if when.destination and when.destination.regions else None
    if region is not None:
        destinations = {"UA"}
    else:
        destinations = {when.destination.countries[0]} if when.destination else {ELSEWHERE}
    origin = when.origin_country[0] if when.origin_country else "KH"
    made = line("Things", origin_country=origin, value=Money("999999999", "JPY"))
    use = {"end_use": f"For {when.end_use[0]} programmes"} if when.end_use else {}
    event: Any = payment(event_time=known_at) if is_payment else shipment(event_time=known_at, goods=(made,), **use)
    if is_payment and when.nexus:
        event = payment(event_time=known_at, amount=Money("5", when.nexus.currencies[0]))
    return facts(
        **{
            "event": event,
            "kind": "payment" if is_payment else "shipment",
            "known_at": known_at,
            "export_country": when.export_country[0] if when.export_country else ELSEWHERE,
            "destination_countries": frozenset() if is_payment else frozenset(destinations),
            "localities": frozenset(destinations),
            "places": (PlaceHit(3, region, True, True),) if region else (),
            "parties": (PartyHit(2, "party", _role(rule), _entry(rule)),) if when.parties else (),
            "goods": (GoodsHit(1, made, _item(rule), _item(rule).validity),) if when.goods else (),
            "lines": () if is_payment else (made,),
            **other,
        }
    )


def _role(rule: Measure) -> str:
    assert rule.when.parties is not None
    return rule.when.parties.roles[0] if rule.when.parties.roles else "consignee"


def _entry(rule: Measure) -> Entity:
    assert rule.when.parties is not None
    return entity(rule.when.parties.lists[0], "1", programmes=rule.when.parties.programmes)


def _item(rule: Measure) -> GoodsItem:
    assert rule.when.goods is not None
    table, number = rule.when.goods.tables[:1], rule.when.goods.items[:1]
    table_id, item_id = (table[0], "1") if table else number[0].split("/", 1)
    reasons = (
        {"reasons_for_control": rule.when.goods.reasons_for_control} if rule.when.goods.reasons_for_control else {}
    )
    return item(table_id, item_id.replace("*", "3)"), Period(from_=date(1990, 1, 1)), **reasons)


@every_measure
def test_it_speaks_on_its_first_day(rule: Measure) -> None:
    found = evaluate(rule, speaking(rule))
    assert found, "it can never speak"
    effect = "licence_required" if rule.effect == "from_entry" else rule.effect
    assert {one.effect for one in found} == {effect}
    assert all(one.in_force for one in found)


@every_measure
def test_it_is_silent_before_it_was_announced_and_review_before_it_begins(rule: Measure) -> None:
    announced = rule.announced or rule.in_force_from
    assert evaluate(rule, speaking(rule, announced - timedelta(days=1))) == []
    if announced < rule.in_force_from:
        (found,) = evaluate(rule, speaking(rule, announced))
        assert (found.effect, found.in_force, found.in_force_from) == ("review", False, rule.in_force_from)


@every_measure
def test_it_is_silent_after_it_ended(rule: Measure) -> None:
    if rule.in_force_until is None:
        assert evaluate(rule, speaking(rule, rule.in_force_from + timedelta(days=3650)))
        return
    assert evaluate(rule, speaking(rule, rule.in_force_until)) == []
    assert evaluate(rule, speaking(rule, rule.in_force_until - timedelta(days=1)))


def _without(rule: Measure) -> dict[str, dict[str, Any]]:
    """For each term of the measure, facts that say otherwise."""
    when: Terms = rule.when
    other: dict[str, dict[str, Any]] = {}
    if when.export_country:
        other["export_country"] = {"export_country": ELSEWHERE}
    if when.destination is not None:
        other["destination"] = {"destination_countries": frozenset({ELSEWHERE}), "places": ()}
    if when.goods is not None:
        other["goods"] = {"goods": ()}
    if when.parties is not None:
        other["parties"] = {"parties": ()}
        other["list"] = {"parties": (PartyHit(2, "party", _role(rule), entity("another-list")),)}
        if when.parties.roles:
            other["role"] = {"parties": (PartyHit(2, "party", "somebody_else", _entry(rule)),)}
    if when.origin_country:
        plain = line("Things", origin_country=ELSEWHERE)
        other["origin"] = {"lines": (plain,)}
        if when.goods is not None:
            other["origin"]["goods"] = (GoodsHit(1, plain, _item(rule), _item(rule).validity),)
    if when.end_use:
        other["end_use"] = {"event": shipment(event_time=noon(rule, rule.in_force_from))}
    if when.nexus is not None:
        other["nexus"] = {
            "event": payment(event_time=noon(rule, rule.in_force_from), amount=Money("5", "XTS")),
            "party_countries": frozenset({ELSEWHERE}),
        }
    return other


@every_measure
def test_each_term_that_does_not_hold_silences_it(rule: Measure) -> None:
    cases = _without(rule)
    assert cases, "it asks for nothing"
    for term, other in cases.items():
        assert evaluate(rule, speaking(rule, **other)) == [], term


def _unsaid(rule: Measure) -> dict[str, dict[str, Any]]:
    """For each term that an event can leave open, facts that leave it open."""
    when: Terms = rule.when
    other: dict[str, dict[str, Any]] = {}
    if when.export_country:
        other["export_country"] = {"export_country": None}
    if when.destination is not None:
        other["destination"] = {"destination_countries": frozenset(), "places": ()}
    if when.goods is not None:
        parts = line("spare parts", origin_country=when.origin_country[0] if when.origin_country else None)
        other["goods"] = {"goods": (), "unclear": ((1, parts),), "lines": (parts,)}
    if when.origin_country and when.goods is None:
        other["origin"] = {"lines": (line("Things"),)}
    if when.nexus is not None:
        other["nexus"] = {"event": payment(event_time=noon(rule, rule.in_force_from), amount=Money("5", "XTS"))}
    if when.parties is not None:
        doubtful = PartyHit(2, "party", _role(rule), _entry(rule), "the name is only possibly the same")
        other["identity"] = {"parties": (doubtful,)}
    return other


@every_measure
def test_each_term_that_is_not_said_makes_it_review(rule: Measure) -> None:
    for term, other in _unsaid(rule).items():
        found = evaluate(rule, speaking(rule, **other))
        assert {one.effect for one in found} == {"review"}, term
        if term != "identity":
            assert all(one.missing for one in found), term


def test_areas_and_regions_of_the_measures_are_on_the_map() -> None:
    named = {region for rule in MEASURES if rule.when.destination for region in rule.when.destination.regions}
    assert named <= set(LISTED_REGIONS)
