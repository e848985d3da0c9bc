"""A noisy subject is summarised; nobody else is; and the memory of it is bounded."""

from __future__ import annotations

from datetime import timedelta

from sekisho.agents.rate_limit import RateLimit
from tests.factories import utc

NOON = utc("2023-02-01")


def test_a_subject_over_its_limit_is_summarised_and_no_other() -> None:
    limit = RateLimit(3, 60)
    assert [limit.over("noisy", NOON) is None for _ in range(5)] == [True, True, True, False, False]
    assert limit.over("quiet", NOON) is None
    window = limit.over("noisy", NOON)
    assert window is not None
    assert (window.passed, window.summarised, window.began) == (3, 3, NOON)


def test_a_window_ends_and_the_next_begins_with_a_whole_allowance() -> None:
    limit = RateLimit(1, 60)
    assert limit.over("a", NOON) is None
    assert limit.over("a", NOON + timedelta(seconds=59)) is not None
    assert limit.over("a", NOON + timedelta(seconds=60)) is None


def test_a_clock_that_is_set_back_does_not_silence_a_subject() -> None:
    limit = RateLimit(1, 60)
    assert limit.over("a", NOON) is None
    assert limit.over("a", NOON - timedelta(days=1)) is None


def test_no_limit() -> None:
    limit = RateLimit(0, 60)
    assert all(limit.over("a", NOON) is None for _ in range(1000))
    assert len(limit) == 0


def test_what_is_remembered_is_bounded_and_forgets_towards_more() -> None:
    limit = RateLimit(1, 3600, max_subjects=100)
    for number in range(5000):
        assert limit.over(f"subject-{number}", NOON) is None
        limit.over("always there", NOON)
    assert len(limit) == 100
    assert limit.over("subject-0", NOON) is None, "forgotten: it may speak again"
    assert limit.over("always there", NOON) is not None, "who speaks all the time is not forgotten"
