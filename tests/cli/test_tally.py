"""What the demo counts: an event is answered once, however often the answer comes."""

from __future__ import annotations

from datetime import UTC, datetime

from sekisho.cli.demo.tally import Tally
from sekisho.model import Engine, EventRef, Verdict

MOMENT = datetime(2023, 1, 27, tzinfo=UTC)


def verdict(offset: int, word: str = "clear") -> Verdict:
    event = EventRef("t", 0, offset, 0, None, str(offset), MOMENT, f"R{offset}")
    return Verdict(f"v{offset}", event, word, "event", (), (), MOMENT, 10, Engine("0", 0, "h", MOMENT))


def test_an_answer_twice_counts_once() -> None:
    tally = Tally()
    tally.sent(("t", 0, 1), 10.0)
    tally.sent(("t", 0, 2), 10.0)
    assert tally.open == 2
    tally.verdict(verdict(1, "review"), 10.25)
    tally.verdict(verdict(1, "review"), 10.9)
    assert tally.open == 1
    summary = tally.summary()
    assert summary.verdicts == {"review": 1}
    assert (summary.events, summary.answered) == (2, 1)
    assert summary.verdict_p50_ms == 250.0


def test_a_dead_letter_is_an_answer() -> None:
    tally = Tally()
    tally.sent(("t", 0, 1), 10.0)
    tally.dead_letter(("t", 0, 1), 10.1)
    tally.verdict(verdict(1, "unscreened"), 10.2)
    assert tally.open == 0
    summary = tally.summary()
    assert (summary.dead_letters, summary.verdicts) == (1, {"unscreened": 1})


def test_nothing_is_not_a_hundred_percent() -> None:
    summary = Tally().summary()
    assert (summary.events, summary.answered, summary.alert_p99_ms) == (0, 0, 0.0)
