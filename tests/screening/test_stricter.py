"""A higher threshold takes matches away, all of those below it and none above."""

from __future__ import annotations

import pytest

from sekisho.names import THRESHOLD
from sekisho.screening import Screener, Tables
from sekisho.screening.stricter import stricter
from tests.factories import ORIGIN, entity, party, payment, shipment, utc

NAMES = ("Zorkovian Dynamics", "Zorkovian Dynamiks Trading", "Zorkovian", "Zorkovan Dynamics Ltd", "Honest Bakery")


def tables() -> Tables:
    entries = [entity(entry_id=str(number), name=name) for number, name in enumerate(NAMES[:2])]
    return Tables.build(entries, (), (), lists={}, sequence=0, hash="x")


def scores(among: Tables) -> dict[tuple[str, str], float]:
    """(what the event says, entry): score, of parties and of a text."""
    screener = Screener(among)
    found = {}
    events = [shipment(parties=(party(name),)) for name in NAMES]
    texts = [payment(remittance_information=(f"invoice of {name}",)) for name in NAMES]
    for event in (*events, *texts):
        for alert in screener.screen(event, ORIGIN, known_at=utc("2023-01-27"), now=utc("2023-01-27")).alerts:
            found |= {(alert.subject.value, match.entry_id): match.score for match in alert.matches}
    return found


def test_what_is_below_goes_and_what_is_above_stays() -> None:
    laxer = tables()
    every = scores(laxer)
    assert len(set(every.values())) > 1, "the names must differ in how near they are"
    between = sorted(every.values())[len(every) // 2]
    assert scores(stricter(laxer, between)) == {key: score for key, score in every.items() if score >= between}
    assert scores(laxer) == every, "the tables in use are not touched"


def test_the_matchers_own_threshold_changes_nothing() -> None:
    laxer = tables()
    assert stricter(laxer, THRESHOLD) is laxer


@pytest.mark.parametrize("threshold", [THRESHOLD - 0.01, 0.0, 1.01])
def test_a_laxer_one_is_refused(threshold: float) -> None:
    """The index does not keep what is further away: a lower number would promise hits that are not there."""
    with pytest.raises(ValueError, match="threshold lies between"):
        stricter(tables(), threshold)
