"""Which alerts a recorded verdict had, where an alert is not written again for each event that raises it."""

from __future__ import annotations

import msgspec

from sekisho.cli.backtest.recorded import Recorded, Skipped, by_shadow
from sekisho.model import Alert, Verdict
from sekisho.screening import Screening
from tests.screening.test_lifecycle import screening


def at(offset: int, *, sequence: int = 1, trigger: str = "event", when: str = "2023-01-27") -> Screening:
    return screening(("a", "review"), offset=offset, sequence=sequence, trigger=trigger, when=when)


def alert(one: Screening, severity: str) -> Alert:
    return msgspec.structs.replace(one.alerts[0], severity=severity)


def severities(recorded: Recorded, verdict: Verdict) -> list[str]:
    judged = recorded.judged(verdict)
    assert judged is not None
    return [one.severity for one in judged.alerts]


def test_a_verdict_has_the_alerts_of_its_own_moment() -> None:
    """Raised, updated by a rescreening and at a midnight, left as it was by an update of the shipment, then by another changed."""
    first, reference = at(1), at(1, sequence=2, trigger="reference", when="2023-01-28")
    calendar = at(1, sequence=2, trigger="calendar", when="2023-02-03")
    left, changed = at(2, sequence=2, when="2023-02-04"), at(3, sequence=2, when="2023-02-05")
    recorded = Recorded(
        (one.verdict for one in (first, reference, calendar, left, changed)),
        [alert(first, "low"), alert(reference, "medium"), alert(calendar, "high"), alert(changed, "critical")],
    )
    assert len(recorded.verdicts) == 3, "rescreening answers no event"
    assert severities(recorded, first.verdict) == ["low"]
    assert severities(recorded, left.verdict) == ["high"]
    assert severities(recorded, changed.verdict) == ["critical"]


def test_an_alert_that_is_dropped_is_no_alert_that_was_not_raised() -> None:
    """Else every verdict whose alerts retention has dropped would look like one that a new engine adds alerts to."""
    one = at(1)
    assert Recorded([one.verdict], []).judged(one.verdict) is None
    skipped = Skipped()
    live = Recorded([one.verdict], [])
    assert list(by_shadow(live, Recorded([one.verdict], one.alerts), "payments", skipped)) == []
    assert skipped.reasons == {"verdicts of which an alert is no longer in its topic": 1}


def test_only_what_both_have_answered_is_compared() -> None:
    both, only_live, only_shadow = at(1), at(2), at(3)
    skipped = Skipped()
    live = Recorded([both.verdict, only_live.verdict], [*both.alerts, *only_live.alerts])
    shadow = Recorded([both.verdict, only_shadow.verdict], [*both.alerts, *only_shadow.alerts])
    (pair,) = by_shadow(live, shadow, "logistics.shipment.v1", skipped)
    assert pair.kind == "payment"
    assert pair.event.offset == 1
    assert skipped.reasons == {
        "events that only the live worker has answered": 1,
        "events that only the shadow worker has answered": 1,
    }


def test_the_last_answer_of_several_counts() -> None:
    first, again = at(1), at(1, sequence=2)
    recorded = Recorded([first.verdict, again.verdict], [alert(first, "low"), alert(again, "high")])
    (verdict,) = recorded.verdicts.values()
    assert severities(recorded, verdict) == ["high"]
