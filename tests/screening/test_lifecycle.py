"""The life of an alert: what is new, updated and closed over events, redeliveries, late updates and rescreenings."""

from datetime import datetime
from typing import Any

import msgspec

from sekisho.model import Alert, AppliedMeasure, Engine, EventRef, OpenEvent, Origin, Subject, Verdict, worst
from sekisho.screening.lifecycle import Step, advance, gone_since
from sekisho.screening.screener import Screening
from tests.factories import date, shipment, utc


def origin(offset: int) -> Origin:
    return Origin("logistics.shipment.v1", 0, offset, key="SHP-1")


def screening(
    *alerts: tuple[str, str], offset: int = 1, trigger: str = "event", sequence: int = 1, when: str = "2023-01-27"
) -> Screening:
    """A screening whose alerts are ``(id, verdict)``."""
    at = utc(when)
    said = EventRef("logistics.shipment.v1", 0, offset, 0, "SHP-1", f"evt-{offset}", at, "SHP-1")
    engine = Engine("1", sequence, f"hash-{sequence}", at)
    records = tuple(_alert(alert_id, verdict, said, engine, trigger, at) for alert_id, verdict in alerts)
    verdict = Verdict(
        verdict_id=f"v-{offset}-{trigger}-{sequence}",
        event=said,
        verdict=worst(*(verdict for _, verdict in alerts)),
        trigger=trigger,
        alerts=tuple(alert_id for alert_id, _ in alerts),
        notes=(),
        screened_at=at,
        duration_us=1,
        engine=engine,
    )
    return Screening(verdict, records)


def _alert(alert_id: str, verdict: str, said: EventRef, engine: Engine, trigger: str, at: datetime) -> Alert:
    rule = AppliedMeasure("m", "t", "JP", "Act", verdict, date(2023, 2, 3), verdict == "prohibited")
    return Alert(
        alert_id=alert_id,
        verdict=verdict,
        severity="high",
        status="new",
        trigger=trigger,
        raised_at=at,
        event=said,
        subject=Subject("party", "consignee", alert_id),
        matches=(),
        measures=(rule,),
        message=f"{alert_id} is {verdict}.",
        engine=engine,
    )


def step(past: OpenEvent | None, found: Screening, offset: int = 1, **event: Any) -> Step:
    return advance(past, shipment(event_id=f"evt-{offset}", **event), origin(offset), found, value=b"%d" % offset)


def said(done: Step) -> list[tuple[str, str, str]]:
    return [(alert.alert_id, alert.status, alert.verdict) for alert in done.alerts]


def state(done: Step) -> OpenEvent:
    assert done.state is not None
    return done.state


def test_new_updated_closed() -> None:
    first = step(None, screening(("a", "review"), ("b", "review")))
    assert said(first) == [("a", "new", "review"), ("b", "new", "review")]
    assert first.verdict.supersedes is None
    second = step(state(first), screening(("a", "prohibited"), offset=2), 2, event_time=utc("2023-02-11"))
    assert said(second) == [("a", "updated", "prohibited"), ("b", "closed", "clear")]
    assert second.verdict.supersedes == first.verdict.verdict_id
    assert "evt-2 no longer holds" in second.alerts[1].message
    assert [alert.alert_id for alert in state(second).live] == ["a"]
    again = step(state(second), screening(("a", "prohibited"), offset=3), 3, event_time=utc("2023-02-12"))
    assert said(again) == []
    assert not again.changed
    reopened = step(state(again), screening(("b", "review"), offset=4), 4, event_time=utc("2023-02-13"))
    assert said(reopened) == [("b", "new", "review"), ("a", "closed", "clear")]


def test_a_redelivery_sends_the_recorded_records_again() -> None:
    first = step(None, screening(("a", "review")))
    again = step(state(first), screening(("a", "review")))
    assert (again.alerts, again.verdict, again.state) == (first.alerts, first.verdict, first.state)
    # Also after a rescreening in between: the record of the state stands, not what an older set would say.
    rescreened = step(state(first), screening(("a", "prohibited"), trigger="reference", sequence=2))
    after = step(state(rescreened), screening(("a", "review")))
    assert said(after) == [("a", "updated", "prohibited")]


def test_a_late_update_opens_and_closes_nothing_else() -> None:
    first = step(None, screening(("a", "prohibited"), offset=5), 5, event_time=utc("2023-02-10"))
    late = step(state(first), screening(("a", "review"), ("c", "review"), offset=6), 6, event_time=utc("2023-02-01"))
    assert said(late) == [("c", "new", "review")]
    assert state(late).value == b"5"
    assert {alert.alert_id: alert.verdict for alert in state(late).live} == {"a": "prohibited", "c": "review"}
    # The same time, but an earlier offset: it comes again after a rebalance.
    replayed = step(state(first), screening(("b", "review"), offset=4), 4, event_time=utc("2023-02-10"))
    assert state(replayed).origin.offset == 5


def test_cancelled_closes_and_ends_delivered_leaves_and_ends() -> None:
    first = step(None, screening(("a", "prohibited")))
    cancelled = step(state(first), screening(offset=2), 2, status="cancelled", event_time=utc("2023-02-11"))
    assert said(cancelled) == [("a", "closed", "clear")]
    assert cancelled.state is None
    assert "is cancelled" in cancelled.alerts[0].message
    delivered = step(state(first), screening(offset=2), 2, status="delivered", event_time=utc("2023-02-11"))
    assert said(delivered) == []
    assert delivered.state is None


def test_a_listing_that_falls_closes_with_the_set_that_dropped_it() -> None:
    first = step(None, screening(("a", "review")))
    fallen = step(state(first), screening(trigger="reference", sequence=2))
    assert said(fallen) == [("a", "closed", "clear")]
    assert fallen.alerts[0].trigger == "reference"
    assert "reference set 2" in fallen.alerts[0].message
    assert (fallen.verdict.verdict, fallen.verdict.supersedes) == ("clear", first.verdict.verdict_id)
    assert state(fallen).reference_sequence == 2


def test_the_calendar_turns_review_into_prohibited() -> None:
    first = step(None, screening(("a", "review")))
    turned = step(state(first), screening(("a", "prohibited"), trigger="calendar", when="2023-02-03"))
    assert said(turned) == [("a", "updated", "prohibited")]


def test_a_rescreening_that_changes_nothing_says_so() -> None:
    first = step(None, screening(("a", "review")))
    same = step(state(first), screening(("a", "review"), trigger="reference", sequence=2))
    assert not same.changed
    assert state(same).reference_sequence == 2


def test_a_new_version_of_a_list_alone_updates_nothing() -> None:
    found = screening(("a", "review"))
    first = step(None, found)
    renamed = msgspec.structs.replace(found.alerts[0], message="the same under list version 2")
    again = step(state(first), Screening(screening(("a", "review"), offset=2).verdict, (renamed,)), 2)
    assert said(again) == []


def test_the_first_event_that_showed_it_gone_is_kept() -> None:
    booked = step(None, screening(), event_time=utc("2023-01-20"))
    assert state(booked).gone_since is None
    departed = step(state(booked), screening(offset=2), 2, status="departed", event_time=utc("2023-01-22"))
    arrived = step(state(departed), screening(offset=3), 3, status="arrived", event_time=utc("2023-02-20"))
    assert state(arrived).gone_since == utc("2023-01-22")
    assert gone_since(state(arrived), shipment(status="departed", event_time=utc("2023-01-21"))) == utc("2023-01-21")
