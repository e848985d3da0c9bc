"""The two days that decide, as design §5 and the statutes say them."""

from datetime import date

import pytest

from sekisho.policy import Standing, days, standing_of_entry, standing_of_measure, standing_of_period
from sekisho.policy.calendar import Days
from tests.factories import Period, entity, measure, payment, shipment, utc

TOKYO = "Asia/Tokyo"


def test_a_day_is_a_day_in_the_measures_zone() -> None:
    # 16:00 UTC on 2 February is 01:00 on 3 February in Tokyo: the ban is in force there, not yet in London.
    event = shipment(event_time=utc("2023-02-02T16:00"))
    assert days(event, event.event_time, TOKYO).known == date(2023, 2, 3)
    assert days(event, event.event_time, "Europe/London").known == date(2023, 2, 2)


@pytest.mark.parametrize(
    ("status", "export_date", "event_time", "known_at", "act"),
    [
        ("booked", None, "2023-01-20", "2023-01-25", "2023-01-25"),
        ("booked", "2023-02-10", "2023-01-20", "2023-01-25", "2023-02-10"),
        ("booked", "2023-01-10", "2023-01-20", "2023-01-25", "2023-01-25"),
        ("departed", "2023-01-18", "2023-01-20", "2026-01-01", "2023-01-18"),
        # A declared export date after the event that shows it gone cannot be true.
        ("in_transit", "2023-02-10", "2023-01-20", "2026-01-01", "2023-01-20"),
        ("delivered", None, "2023-01-20", "2026-01-01", "2023-01-20"),
    ],
)
def test_act_day_of_a_shipment(status: str, export_date: str | None, event_time: str, known_at: str, act: str) -> None:
    event = shipment(
        status=status,
        export_date=date.fromisoformat(export_date) if export_date else None,
        event_time=utc(event_time),
    )
    found = days(event, utc(known_at), TOKYO)
    assert found.act == date.fromisoformat(act)
    assert (found.note is None) == (export_date is not None or status == "booked")


def test_the_first_event_that_shows_it_gone_decides() -> None:
    arrived = shipment(status="arrived", event_time=utc("2023-02-20"))
    assert days(arrived, utc("2023-02-20"), TOKYO, gone_since=utc("2023-01-28")).act == date(2023, 1, 28)


def test_act_day_of_a_payment() -> None:
    event = payment(event_time=utc("2023-01-20"), settlement_date=date(2023, 1, 25))
    assert days(event, utc("2023-01-20"), TOKYO).act == date(2023, 1, 25)
    # What an event brings has not moved, however late it is read …
    assert days(event, utc("2023-02-05"), TOKYO).act == date(2023, 2, 5)
    # … but looked at again, money whose settlement is past has moved.
    assert days(event, utc("2023-02-05"), TOKYO, rescreen=True).act == date(2023, 1, 25)
    assert days(event, utc("2023-01-25T01:00"), TOKYO, rescreen=True).act == date(2023, 1, 25)


def _days(known: str, act: str) -> Days:
    return Days(date.fromisoformat(known), date.fromisoformat(act))


def test_what_was_not_announced_does_not_exist() -> None:
    rule = measure(announced=date(2023, 1, 27), in_force_from=date(2023, 2, 3))
    assert standing_of_measure(rule, _days("2023-01-26", "2023-02-10")) is Standing.UNHEARD
    assert standing_of_measure(rule, _days("2023-01-27", "2023-01-27")) is Standing.LATER
    assert standing_of_measure(rule, _days("2023-01-27", "2023-02-03")) is Standing.IN_FORCE
    ended = measure(in_force_until=date(2023, 1, 1))
    assert standing_of_measure(ended, _days("2023-01-05", "2022-12-31")) is Standing.IN_FORCE
    assert standing_of_measure(ended, _days("2023-01-05", "2023-01-01")) is Standing.ENDED


def test_a_listing_reads_the_same_way() -> None:
    listed = entity(listed_on=date(2023, 1, 27), in_force_from=date(2023, 2, 3), delisted_on=date(2024, 1, 1))
    assert standing_of_entry(listed, _days("2023-01-26", "2023-02-10")) is Standing.UNHEARD
    assert standing_of_entry(listed, _days("2023-01-30", "2023-02-01")) is Standing.LATER
    assert standing_of_entry(listed, _days("2023-01-30", "2023-02-03")) is Standing.IN_FORCE
    # A delisting that nobody knew of yet changes nothing; once known, it frees what happens after it.
    assert standing_of_entry(listed, _days("2023-12-01", "2024-02-01")) is Standing.IN_FORCE
    assert standing_of_entry(listed, _days("2024-02-01", "2024-02-01")) is Standing.ENDED
    assert standing_of_entry(listed, _days("2024-02-01", "2023-06-01")) is Standing.IN_FORCE
    assert standing_of_entry(entity(), _days("1990-01-01", "1990-01-01")) is Standing.IN_FORCE


def test_a_wording_ends_when_its_successor_begins() -> None:
    wording = Period(from_=date(2022, 10, 7), until=date(2023, 2, 3))
    assert standing_of_period(wording, _days("2023-01-20", "2023-02-10")) is Standing.IN_FORCE
    assert standing_of_period(wording, _days("2023-02-04", "2023-02-04")) is Standing.ENDED
