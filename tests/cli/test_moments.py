"""Days on the command line: the same day everywhere, and ranges that leave nothing out."""

from datetime import UTC, datetime

from sekisho.cli.moments import beginning, end, known_at
from tests.factories import utc

NOW = datetime(2023, 2, 3, 15, 30, tzinfo=UTC)


def test_the_law_of_a_day_is_that_of_its_noon_and_of_today_that_of_now() -> None:
    assert known_at(datetime(2023, 1, 27), NOW) == utc("2023-01-27T12:00")
    assert known_at(datetime(2023, 1, 27, 16, 5), NOW) == utc("2023-01-27T16:05")
    assert known_at(None, NOW) == NOW
    # A set that was published this afternoon is known today.
    assert known_at(datetime(2023, 2, 3), NOW) == NOW


def test_a_range_takes_in_its_last_day_whole() -> None:
    assert beginning(datetime(2023, 1, 27)) == utc("2023-01-27T00:00")
    assert end(datetime(2023, 1, 27)) == utc("2023-01-28T00:00")
    assert end(datetime(2023, 1, 27, 6)) == utc("2023-01-27T06:00")
    assert beginning(None) is None
    assert end(None) is None
