"""Severity rules: the first that fits speaks, and none touches the verdict."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sekisho.screening import Screening
from sekisho.screening.severity import Rule, When, graded
from tests.wire.examples import ALERT, VERDICT


def severity(*rules: Rule, **fields: Any) -> str:
    alert = msgspec.structs.replace(ALERT, **fields)
    after = graded(Screening(VERDICT, (alert,)), rules)
    assert after.verdict == VERDICT
    assert after.alerts[0].verdict == alert.verdict
    return after.alerts[0].severity


@pytest.mark.parametrize(
    "when",
    [
        When(),
        When(verdict=("review", "prohibited")),
        When(grade=("strong",)),
        When(identity=("neutral",)),
        When(lists=("jp-*",)),
        When(lists=("us-csl-sdn", "jp-mof-asset-freeze")),
        When(measures=("jp-?",)),
        When(jurisdictions=("JP",)),
        When(kind=("party",)),
        When(role=("consignee",)),
        When(trigger=("event",)),
        When(verdict=("prohibited",), lists=("jp-*",), grade=("strong",)),
    ],
)
def test_a_rule_that_fits(when: When) -> None:
    assert severity(Rule(when, "low")) == "low"


@pytest.mark.parametrize(
    "when",
    [
        When(verdict=("review",)),
        When(grade=("exact",)),
        When(identity=("supports",)),
        When(lists=("us-*",)),
        When(lists=("JP-*",)),
        When(measures=("jp-",)),
        When(jurisdictions=("US",)),
        When(kind=("goods",)),
        When(role=("shipper",)),
        When(trigger=("reference",)),
        When(verdict=("prohibited",), lists=("us-*",)),
    ],
)
def test_a_rule_of_which_one_condition_does_not_hold(when: When) -> None:
    assert severity(Rule(when, "low")) == ALERT.severity == "critical"


def test_the_first_that_fits_speaks() -> None:
    assert severity(Rule(When(lists=("us-*",)), "low"), Rule(When(), "medium"), Rule(When(), "high")) == "medium"


def test_an_alert_without_matches_or_measures_fits_no_rule_that_asks_for_them() -> None:
    rules = (Rule(When(grade=("exact",)), "low"), Rule(When(lists=("*",)), "low"), Rule(When(measures=("*",)), "low"))
    assert severity(*rules, matches=(), measures=()) == "critical"


def test_no_rule_changes_nothing() -> None:
    before = Screening(VERDICT, (ALERT,))
    assert graded(before, ()) is before
