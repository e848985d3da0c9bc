"""A list that tells no day of listing: its entries count on every day, and the alert says that the day is not told."""

from datetime import date

import pytest

from sekisho import Screener
from sekisho.model import Alert, Measure
from sekisho.screening import Tables
from tests.factories import ORIGIN, PartyTerm, Terms, entity, measure, party, shipment

RULE = measure(Terms(export_country=("JP",), parties=PartyTerm(lists=("xx-list",))), in_force_from=date(1997, 2, 3))


def alert(listed_on: date | None, rules: tuple[Measure, ...] = (RULE,)) -> Alert:
    tables = Tables.build([entity(listed_on=listed_on)], [], rules, lists={}, sequence=1, hash="h")
    event = shipment(parties=(party("Zorkovian Dynamics"),))
    (found,) = Screener(tables).screen(event, ORIGIN, known_at=event.event_time, now=event.event_time).alerts
    return found


def test_the_sentence_and_the_evidence_say_that_the_day_is_not_told() -> None:
    found = alert(None)
    assert "in force since 1997-02-03, the day of listing not told" in found.message
    assert found.matches[0].evidence[-1].effect == "its list tells no day of listing: it counts on every day"


@pytest.mark.parametrize("rules", [(RULE,), ()])
def test_a_day_that_is_told_is_used(rules: tuple[Measure, ...]) -> None:
    found = alert(date(2022, 5, 1), rules)
    assert "not told" not in found.message
    assert {one.feature for one in found.matches[0].evidence} == {"name"}
    if rules:
        assert "in force since 2022-05-01" in found.message


def test_the_evidence_says_so_without_any_measure() -> None:
    assert alert(None, ()).matches[0].evidence[-1].feature == "listed_on"
