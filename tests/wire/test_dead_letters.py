"""Dead letters: nothing of the original may be changed, and a replay must be the original."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.errors import EventError, InputError
from sekisho.version import VERSION
from sekisho.wire import dead_letters

AT = datetime(2023, 1, 27, 12, tzinfo=UTC)
FAULT = EventError("goods: Expected `array`, got `str`", reason="invalid")
WHERE: dict[str, Any] = {"topic": "logistics.shipment.v1", "partition": 3, "offset": 77, "fault": FAULT, "at": AT}

HEADERS = st.lists(st.tuples(st.text(min_size=1, max_size=10), st.binary(max_size=20)), max_size=5)


@given(st.none() | st.binary(max_size=50), st.none() | st.binary(max_size=200), HEADERS)
def test_what_goes_in_comes_out(key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]]) -> None:
    letter = dead_letters.dead_letter(key, value, headers, **WHERE)
    assert (letter.key, letter.value) == (key, value)
    assert letter.headers[: len(headers)] == headers
    if not any(name.startswith(dead_letters.PREFIX) for name, _ in headers):
        assert dead_letters.original(letter.key, letter.value, letter.headers) == dead_letters.Letter(
            key, value, headers
        )


def test_it_says_what_went_wrong_and_where() -> None:
    letter = dead_letters.dead_letter(b"k", b"v", None, timestamp_ms=1674820800000, **WHERE)
    context = dead_letters.context_of(letter.headers)
    assert context == dead_letters.Context(
        reason="invalid",
        message="goods: Expected `array`, got `str`",
        topic="logistics.shipment.v1",
        partition=3,
        offset=77,
        timestamp_ms=1674820800000,
        time=AT,
        engine=VERSION,
    )
    assert not context.is_pointer


def test_a_second_death_counts_and_a_replay_has_no_trace_of_either() -> None:
    first = dead_letters.dead_letter(b"k", b"v", [("a", b"1")], **WHERE)
    second = dead_letters.dead_letter(first.key, first.value, first.headers, **{**WHERE, "topic": "again", "offset": 1})
    assert dead_letters.context_of(second.headers).topic == "again"
    assert dead_letters.original(second.key, second.value, second.headers).headers == [("a", b"1")]


def test_forged_headers_do_not_send_a_replay_astray() -> None:
    forged = [("sekisho_error_topic", b"screening.reference.v1"), ("sekisho_error_value_sha256", b"00")]
    letter = dead_letters.dead_letter(b"k", b"v", forged, **WHERE)
    context = dead_letters.context_of(letter.headers)
    assert context.topic == "logistics.shipment.v1"
    assert not context.is_pointer
    assert dead_letters.original(letter.key, letter.value, letter.headers).value == b"v"


def test_a_pointer_says_where_the_value_is_and_cannot_be_replayed_by_itself() -> None:
    value = b"x" * 2_000_000
    letter = dead_letters.pointer(b"k", value, [("content-type", b"application/json")], **WHERE)
    context = dead_letters.context_of(letter.headers)
    assert letter.value == b""
    assert context.is_pointer
    assert context.value_sha256 == hashlib.sha256(value).hexdigest()
    assert context.value_bytes == len(value)
    with pytest.raises(InputError, match="partition 3, offset 77"):
        dead_letters.original(letter.key, letter.value, letter.headers)
    assert dead_letters.from_source(letter.headers, b"k", value, [("a", b"1")]) == dead_letters.Letter(
        b"k", value, [("a", b"1")]
    )
    with pytest.raises(InputError, match="not the record that the pointer names"):
        dead_letters.from_source(letter.headers, b"k", b"other", None)


def test_a_pointer_is_small_whatever_made_the_record_large() -> None:
    for key, value, headers in (
        (b"k" * 1_000_000, b"", []),
        (b"k", b"v" * 1_000_000, []),
        (b"k", b"v", [("h", b"x" * 1_000_000)]),
    ):
        letter = dead_letters.pointer(key, value, headers, **WHERE)
        size = len(letter.key or b"") + len(letter.value or b"") + sum(len(n) + len(v) for n, v in letter.headers)
        assert size < 64_000


def test_a_long_message_is_cut() -> None:
    letter = dead_letters.dead_letter(b"", b"", None, **{**WHERE, "fault": EventError("漢" * 10_000)})
    assert len(dict(letter.headers)["sekisho_error_message"]) <= 4096
    assert dead_letters.context_of(letter.headers).message.startswith("漢漢")


@pytest.mark.parametrize("headers", [None, [], [("sekisho_error_reason", b"x")], [("sekisho_error_partition", b"x")]])
def test_another_record_is_no_dead_letter(headers: Any) -> None:
    with pytest.raises(InputError, match="not a dead letter"):
        dead_letters.context_of(headers)
