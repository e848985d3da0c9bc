"""Midnights: in the zone of the rule or the list's publisher, each once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sekisho.model import Period
from sekisho.screening import Tables
from sekisho.screening.midnights import Midnights, midnight
from tests.factories import date, entity, item, measure, utc

TOKYO_3RD = datetime(2023, 2, 2, 15, tzinfo=UTC)
SECOND = timedelta(seconds=1)

ENTRY = entity("jp-list", "1", listed_on=date(2023, 1, 27), in_force_from=date(2023, 2, 3))
FALLING = entity("us-list", "1", listed_on=date(2022, 1, 1), delisted_on=date(2023, 2, 3))
ITEM = item("jp-goods", "1", Period(from_=date(2023, 2, 3), announced=date(2023, 1, 27), until=date(2023, 3, 1)))
RULE = measure(id="m", in_force_from=date(2023, 2, 3), in_force_until=date(2023, 2, 10), time_zone="Europe/London")


def midnights(after: datetime) -> Midnights:
    tables = Tables.build([ENTRY, FALLING], [ITEM], [RULE], lists={}, sequence=0, hash="h")
    return Midnights(tables, after)


def test_a_day_begins_in_its_own_zone() -> None:
    assert midnight(date(2023, 2, 3), "Asia/Tokyo") == TOKYO_3RD
    assert midnight(date(2023, 7, 3), "Europe/London") == datetime(2023, 7, 2, 23, tzinfo=UTC)
    # A day that begins at one o'clock, for midnight does not exist.
    assert midnight(date(2023, 4, 28), "Africa/Cairo") == datetime(2023, 4, 27, 22, tzinfo=UTC)


def test_what_begins_or_ends_is_due_at_its_midnight_and_not_before() -> None:
    found = midnights(utc("2023-02-01"))
    assert found.next(utc("2023-02-01")) == TOKYO_3RD
    assert not found.due(utc("2023-02-01"), TOKYO_3RD - SECOND)
    assert sorted(type(one).__name__ for one in found.due(utc("2023-02-01"), TOKYO_3RD).come) == ["Entity", "GoodsItem"]
    assert found.due(TOKYO_3RD, TOKYO_3RD + timedelta(hours=9)).come == (RULE,)
    assert found.due(TOKYO_3RD + timedelta(hours=9), TOKYO_3RD + timedelta(hours=14)).come == (FALLING,)


def test_the_day_is_that_of_the_zone_it_begins_in() -> None:
    """In UTC it is still the 2nd when the 3rd begins in Tokyo; and the 3rd begins three times."""
    found = midnights(utc("2023-02-01"))
    assert found.day(utc("2023-02-01"), TOKYO_3RD) == "2023-02-03 Asia/Tokyo"
    assert found.day(TOKYO_3RD, TOKYO_3RD + timedelta(hours=9)) == "2023-02-03 Europe/London"
    assert found.day(TOKYO_3RD + timedelta(hours=9), utc("2023-02-04")) == "2023-02-03 America/New_York"
    assert found.day(TOKYO_3RD, TOKYO_3RD + SECOND) is None
    assert found.day(utc("2023-02-01"), utc("2023-02-04")) == "2023-02-03 America/New_York", "the last of several"


def test_midnights_that_were_missed_are_made_up_together_each_record_once() -> None:
    due = midnights(utc("2023-01-01")).due(utc("2023-01-01"), utc("2023-04-01")).come
    assert len(due) == 4


def test_what_is_past_is_not_looked_at_again() -> None:
    found = midnights(utc("2023-03-02"))
    assert found.next(utc("2023-03-02")) is None
    assert not found.due(utc("2023-03-02"), utc("2024-01-01"))
