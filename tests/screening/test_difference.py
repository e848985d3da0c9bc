"""Two screenings of one event: what counts as new, lost and changed, and each field that differs."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from sekisho.model import Alert, AppliedMeasure, Engine, EventRef, Evidence, Match, Subject
from sekisho.screening.difference import Change, changes, delta
from tests.factories import utc

AT = utc("2023-01-27")


def match(entry_id: str = "1", **fields: Any) -> Match:
    evidence = (Evidence("name", "Zorkovian", "Zorkovian Dynamics", "alike"),)
    made = Match("xx-list", "1", entry_id, "Zorkovian Dynamics", "Zorkovian", 0.9, 0.9, "neutral", "strong", evidence)
    return msgspec.structs.replace(made, **fields)


def alert(alert_id: str = "a", **fields: Any) -> Alert:
    made = Alert(
        alert_id=alert_id,
        verdict="review",
        severity="medium",
        status="new",
        trigger="event",
        raised_at=AT,
        event=EventRef("t", 0, 1, 0, "k", "e", AT, "SHP-1"),
        subject=Subject("party", "consignee", "Zorkovian"),
        matches=(match(),),
        measures=(AppliedMeasure("xx-1", "A rule", "XX", "Act X", "review", date(2022, 1, 1), True),),
        message="Hold it.",
        engine=Engine("1", 1, "abc", AT),
    )
    return msgspec.structs.replace(made, **fields)


def test_alerts_are_the_same_subject_by_their_id() -> None:
    other = alert("b", verdict="prohibited")
    found = delta([alert("a"), alert("b"), alert("c")], [other, alert("c"), alert("d")])
    assert [one.alert_id for one in found.lost] == ["a"]
    assert found.changed == ((alert("b"), other),)
    assert [one.alert_id for one in found.same] == ["c"]
    assert [one.alert_id for one in found.new] == ["d"]
    assert found
    assert not delta([alert()], [alert()])


def test_another_set_or_clock_alone_is_no_change() -> None:
    later = alert(
        raised_at=utc("2023-02-03"),
        engine=Engine("2", 9, "def", AT),
        status="updated",
        trigger="reference",
        stale_lists=("xx-list",),
    )
    assert not delta([alert()], [later])
    assert changes(alert(), later) == ()


def test_what_makes_it_another_for_its_reader() -> None:
    for other in (
        alert(verdict="prohibited"),
        alert(severity="high"),
        alert(matches=(match("2"),)),
        alert(matches=(match(grade="possible"),)),
        alert(measures=()),
    ):
        assert delta([alert()], [other]).changed, other


def test_each_field_that_differs_is_named_down_to_the_evidence() -> None:
    evidence = (Evidence("name", "Zorkovian", "Zorkovian Dynamics", "alike in part"),)
    other = alert(
        verdict="prohibited", matches=(match("2", grade="exact"), match(score=0.8, evidence=evidence)), measures=()
    )
    found = {change.field: (change.before, change.after) for change in changes(alert(), other)}
    assert found.pop("verdict") == ("review", "prohibited")
    assert found.pop("matches[xx-list 1].score") == (0.9, 0.8)
    assert found.pop("matches[xx-list 1].evidence[0].effect") == ("alike", "alike in part")
    before, after = found.pop("matches[xx-list 2]")
    assert before is None
    assert after["grade"] == "exact"
    before, after = found.pop("measures[xx-1]")
    assert before["measure_id"] == "xx-1"
    assert after is None
    assert not found


def test_the_same_matches_in_another_order_are_told() -> None:
    one, other = alert(matches=(match("1"), match("2"))), alert(matches=(match("2"), match("1")))
    assert changes(one, other) == (Change("matches", ["xx-list 1", "xx-list 2"], ["xx-list 2", "xx-list 1"]),)
