"""CloudEvents, trace context, and headers as each client hands them over."""

from __future__ import annotations

import msgspec

from sekisho.wire.framing import find, pairs
from sekisho.wire.headers import content_type, for_output
from tests.wire.examples import ALERT, NOON, VERDICT

TRACE = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def test_an_alert_carries_every_required_cloudevents_attribute() -> None:
    headers = dict(for_output(ALERT, source="/sekisho/test", cause=[("traceparent", TRACE), ("secret", b"x")]))
    assert headers == {
        "ce_specversion": b"1.0",
        "ce_id": f"{ALERT.alert_id}/{2**40}/12/new".encode(),
        "ce_type": b"sekisho.alert.v1",
        "ce_source": b"/sekisho/test",
        "ce_time": b"2023-01-27T12:00:00.123Z",
        "content-type": b"application/avro",
        "traceparent": TRACE,
    }


def test_records_of_one_alert_have_ids_of_their_own_and_a_redelivery_the_same() -> None:
    def ce_id(alert: object) -> bytes:
        return dict(for_output(alert, source="/s"))["ce_id"]  # type: ignore[arg-type]

    later = msgspec.structs.replace(ALERT, status="closed")
    other_set = msgspec.structs.replace(ALERT, engine=msgspec.structs.replace(ALERT.engine, reference_sequence=13))
    assert len({ce_id(ALERT), ce_id(later), ce_id(other_set)}) == 3
    assert ce_id(msgspec.structs.replace(ALERT, raised_at=NOON.replace(year=2024))) == ce_id(ALERT)


def test_two_days_that_begin_within_one_date_of_utc_are_told_apart() -> None:
    """A day begins in Tokyo at 15:00 UTC, in Brussels at 23:00: what each changes is an update of its own."""

    def at(hour: int, **said: object) -> bytes:
        engine = msgspec.structs.replace(ALERT.engine, known_at=NOON.replace(hour=hour))
        alert = msgspec.structs.replace(ALERT, trigger="calendar", status="updated", engine=engine, **said)
        return dict(for_output(alert, source="/s"))["ce_id"]

    one = ALERT.measures[0]
    more = (*ALERT.measures, msgspec.structs.replace(one, measure_id="another"))
    assert at(15) != at(23, measures=more)
    assert at(15) != at(23, measures=(msgspec.structs.replace(one, in_force=not one.in_force),))
    assert at(15) != at(23, verdict="review")
    assert at(15) == at(16), "said again after a worker died"


def test_a_verdict_is_named_by_its_id_and_json_is_said() -> None:
    headers = dict(for_output(VERDICT, source="/s", encoding="json"))
    assert headers["ce_id"] == VERDICT.verdict_id.encode()
    assert headers["content-type"] == b"application/json"


def test_an_endless_trace_header_is_not_passed_on() -> None:
    assert "tracestate" not in dict(for_output(VERDICT, source="/s", cause={"tracestate": b"x" * 5000}))


def test_headers_of_every_client_are_read() -> None:
    assert pairs(None) == []
    assert pairs({"a": b"1"}) == [("a", b"1")]
    assert pairs((("a", None), ("a", b"2"))) == [("a", b""), ("a", b"2")]
    assert find([("A", b"1"), ("a", b"2")], "a") == b"2"
    assert find({"Content-Type": b"x"}, "content-type") == b"x"
    assert content_type([("content-type", b"application/json")]) == "application/json"
    assert content_type(None) is None
