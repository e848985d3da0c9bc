"""Events as publishers write them: what is accepted as it is, what becomes a note, what an error, and in which words."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from sekisho.errors import EventError
from sekisho.model import Payment, Shipment
from sekisho.wire import decode_event, encode, event_from_json
from sekisho.wire.limits import MAX_PARTIES, MAX_REFERENCE, MAX_TEXT, MAX_VALUE
from tests.wire.examples import PAYMENT, SHIPMENT

MINIMAL_SHIPMENT = {
    "event_id": "e1",
    "event_time": "2023-01-27T06:00:00Z",
    "shipment_reference": "S-1",
    "status": "booked",
}
MINIMAL_PAYMENT = {
    "event_id": "e2",
    "event_time": "2023-01-27T06:00:00Z",
    "message_id": "M-1",
    "end_to_end_id": "E-1",
    "amount": {"amount": "10.00", "currency": "EUR"},
}


def shipment(**fields: Any) -> bytes:
    return json.dumps(MINIMAL_SHIPMENT | fields).encode()


def payment(**fields: Any) -> bytes:
    return json.dumps(MINIMAL_PAYMENT | fields).encode()


def notes(value: bytes) -> tuple[str, ...]:
    return event_from_json(value).notes


def error(value: bytes) -> EventError:
    with pytest.raises(EventError) as caught:
        event_from_json(value)
    return caught.value


# -- JSON of the same shape ---------------------------------------------------------------------------------------


def test_absent_lists_are_empty_and_nulls_count_as_absent() -> None:
    event = event_from_json(shipment(parties=None, goods=None, transport=None, end_use=None)).event
    assert isinstance(event, Shipment)
    assert (event.parties, event.goods, event.transport, event.end_use, event.extra) == ((), (), None, None, {})


def test_the_reference_tells_the_kind() -> None:
    assert isinstance(event_from_json(shipment()).event, Shipment)
    assert isinstance(event_from_json(payment()).event, Payment)
    assert "neither shipment_reference" in str(error(b"{}"))


def test_an_amount_written_as_a_number_keeps_its_digits() -> None:
    """100000000000000.01 is not a binary float; read as one it would become 100000000000000.02."""
    line = '{"amount": 100000000000000.01, "currency": "JPY"}'
    value = payment().replace(b'{"amount": "10.00", "currency": "EUR"}', line.encode())
    event = event_from_json(value).event
    assert isinstance(event, Payment)
    assert event.amount.amount == "100000000000000.01"
    assert event_from_json(payment(amount={"amount": 250, "currency": "JPY"})).event.amount.amount == "250"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "amount", ["twelve", "1,200.00", "1e5", "", "-", "１２", "0x10", " 12", "1" * 41, "12.", "NaN"]
)
def test_an_amount_that_is_no_decimal_is_an_error(amount: str) -> None:
    assert "amount.amount" in str(error(payment(amount={"amount": amount, "currency": "EUR"})))
    line = {"line": 1, "description": "x", "value": {"amount": amount, "currency": "EUR"}}
    assert "goods[0].value.amount" in str(error(shipment(goods=[line])))


def test_an_amount_with_an_exponent_is_an_error() -> None:
    value = payment().replace(b'"10.00"', b"1e400")
    assert "amount.amount" in str(error(value))


def test_times_with_an_offset_become_utc() -> None:
    event = event_from_json(shipment(event_time="2023-01-27T15:00:00+09:00")).event
    assert event.event_time == datetime(2023, 1, 27, 6, tzinfo=UTC)
    assert event.event_time.tzinfo is UTC


def test_a_time_without_an_offset_is_an_error_and_not_a_guess() -> None:
    assert "offset" in str(error(shipment(event_time="2023-01-27T15:00:00")))


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "3000-01-01T00:00:00Z"])
def test_a_time_that_calendars_cannot_count_with_is_an_error(moment: str) -> None:
    assert "event_time" in str(error(shipment(event_time=moment)))


def test_a_bank_s_no_date_sentinel_is_kept() -> None:
    event = event_from_json(payment(settlement_date="9999-12-31")).event
    assert isinstance(event, Payment)
    assert event.settlement_date == date(9999, 12, 31)


def test_unknown_fields_are_kept_under_their_path_and_named() -> None:
    decoded = event_from_json(
        shipment(
            incoterms="FOB",
            parties=[{"role": "exporter", "name": "A", "alias": "B", "tags": [1, 2.50, None]}],
            transport={"mode": "maritime", "master": {"name": "C"}},
            extra={"own": "kept"},
        )
    )
    assert decoded.event.extra == {
        "own": "kept",
        "incoterms": "FOB",
        "parties[0].alias": "B",
        "parties[0].tags": "[1,2.5,null]",
        "transport.master": '{"name":"C"}',
    }
    assert decoded.notes == (
        "fields beyond the contract, kept in extra: incoterms, parties[0].alias, parties[0].tags, transport.master",
    )


def test_what_the_publisher_put_in_extra_itself_stays() -> None:
    assert event_from_json(shipment(extra={"a": "mine"}, a="other")).event.extra == {"a": "mine"}


def test_a_lone_surrogate_is_an_error_and_not_another_text() -> None:
    text = shipment(end_use="x").decode().replace('"x"', '"\ud800"')
    with pytest.raises(EventError):
        event_from_json(text)
    assert error(shipment(end_use="\ud800")).reason == "json"


def test_a_byte_order_mark_and_spaces_do_no_harm() -> None:
    for start in (b"\xef\xbb\xbf", b"\n  ", b"\xef\xbb\xbf \r\n"):
        assert decode_event("shipment", start + shipment())[0].event.event_id == "e1"


# -- formats ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        None,
        [],
        {},
        [("content-type", b"application/json; charset=utf-8")],
        {"Content-Type": b"application/vnd.example+json"},
        [("content-type", b"application/octet-stream")],
        [("content-type", None)],
        [("content-type", b"application/xml"), ("content-type", b"application/json")],
    ],
)
def test_json_is_read_whatever_the_headers_look_like(headers: Any) -> None:
    assert decode_event("shipment", shipment(), headers)[0].event.event_id == "e1"


def test_the_declared_type_decides_over_the_first_bytes() -> None:
    with pytest.raises(EventError) as caught:
        decode_event("shipment", shipment(), [("content-type", b"application/avro")])
    assert caught.value.reason == "unknown_format"
    with pytest.raises(EventError) as caught:
        decode_event("shipment", encode(SHIPMENT), [("content-type", b"application/json")])
    assert caught.value.reason == "json"


def test_structured_cloudevents_name_the_remedy() -> None:
    with pytest.raises(EventError, match="binary mode"):
        decode_event("shipment", shipment(), [("content-type", b"application/cloudevents+json")])


@pytest.mark.parametrize("value", [None, b""])
def test_an_empty_record_is_an_error(value: bytes | None) -> None:
    with pytest.raises(EventError) as caught:
        decode_event("shipment", value)
    assert caught.value.reason == "empty"


# -- codes are notes ----------------------------------------------------------------------------------------------


def test_an_ordinary_event_has_no_notes() -> None:
    assert decode_event("shipment", encode(SHIPMENT))[0].notes == ()
    assert decode_event("payment", encode(PAYMENT))[0].notes == ()


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        ({"status": "lost"}, "status"),
        ({"shipment_reference": " "}, "shipment_reference"),
        ({"import_country": "Russia"}, "import_country"),
        ({"export_country": "JPN"}, "export_country"),
        ({"export_country": "EU"}, "export_country"),
        ({"transport": {"vessel_imo_number": "9074728"}}, "transport.vessel_imo_number: not an IMO number"),
        ({"transport": {"vessel_flag": "QQ"}}, "transport.vessel_flag"),
        ({"locations": [{"role": "loading", "un_location_code": "YOKOHAMA"}]}, "locations[0].un_location_code"),
        ({"locations": [{"role": "loading", "country": "xx"}]}, "locations[0].country"),
        ({"goods": [{"line": 1, "description": "x", "quantity": "a lot"}]}, "goods[0].quantity"),
        (
            {"goods": [{"line": 1, "description": "x", "value": {"amount": "1", "currency": "YEN"}}]},
            "goods[0].value.currency",
        ),
        ({"parties": [{"role": "bank", "name": "B", "birth_date": "17/05/1970"}]}, "parties[0].birth_date"),
        (
            {
                "parties": [
                    {"role": "bank", "name": "B", "identifiers": [{"scheme": "lei", "value": "HWUPKR0MPOU8FGXBT395"}]}
                ]
            },
            "parties[0].identifiers[0].value: not an LEI",
        ),
        ({"parties": [{"role": "bank", "name": "B", "account": "DE89 3704 0044 0532 0130 01"}]}, "parties[0].account"),
    ],
)
def test_a_malformed_code_is_a_note_and_the_event_goes_on(fields: dict[str, Any], note: str) -> None:
    (found,) = notes(shipment(**fields))
    assert found.startswith(note)


@pytest.mark.parametrize(
    "fields",
    [
        {"import_country": "XK"},
        {"goods": [{"line": 1, "description": "x", "hs_code": "8502"}]},
        {"goods": [{"line": 1, "description": "x", "hs_code": "8502.11.0000"}]},
        {"locations": [{"role": "loading", "un_location_code": "jp yok"}]},
        {"parties": [{"role": "bank", "name": "B", "account": "0012345"}]},
        {"parties": [{"role": "bank", "name": "B", "identifiers": [{"scheme": "BIC", "value": "DEUTDEFF500"}]}]},
        {"parties": [{"role": "x", "name": "B", "identifiers": [{"scheme": "ANYTHING", "value": "?"}]}]},
        *(
            {"parties": [{"role": "x", "name": "B", "birth_date": d}]}
            for d in ("1970", "1970-05", "1970-05-17", "1970~", "197X", "1968/1972")
        ),
    ],
)
def test_a_good_code_is_no_note(fields: dict[str, Any]) -> None:
    assert notes(shipment(**fields)) == ()


def test_a_malformed_uetr_and_currency_are_notes() -> None:
    assert notes(payment(uetr="not-a-uuid"))[0].startswith("uetr")
    assert notes(payment(amount={"amount": "1", "currency": "US$"}))[0].startswith("amount.currency")


def test_notes_are_bounded() -> None:
    found = notes(shipment(parties=[{"role": "x", "name": "B", "country": "??"}] * 500))
    assert len(found) == 21
    assert found[-1] == "480 more fields are malformed"


# -- shapes are errors, and errors never show what was sent ----------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (shipment(goods="SECRET"), "goods: Expected `array`, got `str`"),
        (shipment(parties=[{"role": "x", "name": 7}]), "parties[0].name: Expected `str`, got `int`"),
        (shipment(parties=[{"role": "x", "name": 7.5}]), "parties[0].name: Expected `str`, got `number`"),
        (shipment(parties=[{"role": "x"}]), "parties[0]: Object missing required field `name`"),
        (shipment(parties=["SECRET"]), "parties[0]: Expected `object`, got `str`"),
        (shipment(event_time="SECRET"), "event_time: Invalid RFC3339 encoded datetime"),
        (shipment(event_time=1674800000000), "event_time: Expected `datetime`, got `int`"),
        (shipment(export_date="27.01.2023"), "export_date: Invalid RFC3339 encoded date"),
        (shipment(extra={"SECRET": 7}), "extra[...]: Expected `str`, got `int`"),
        (shipment(goods=[{"line": "SECRET", "description": "x"}]), "goods[0].line: Expected `int`, got `str`"),
        (shipment(goods=[{"line": 2**31, "description": "SECRET"}]), "goods[0].line: not a 32-bit number"),
        (shipment(status=True), "status: Expected `str`, got `bool`"),
        (b'{"shipment_reference": "SECRET"}', "Object missing required field `event_id`"),
        (b'{"shipment_reference": "SECRET", ', "not JSON"),
        (b'{"shipment_reference": "SECRET\xff"}', "not UTF-8"),
        (b'["SECRET"]', "not an object"),
    ],
)
def test_an_error_says_where_and_what_was_expected_and_no_value(value: bytes, words: str) -> None:
    told = str(error(value))
    assert words in told
    assert "SECRET" not in told


# -- limits -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"shipment_reference": "x" * (MAX_REFERENCE + 1)}, "shipment_reference"),
        ({"event_id": "x" * (MAX_REFERENCE + 1)}, "event_id"),
        ({"parties": [{"role": "x", "name": "A"}] * (MAX_PARTIES + 1)}, "parties"),
        ({"parties": [{"role": "x", "name": "A" * (MAX_TEXT + 1)}]}, "parties[0].name"),
        ({"parties": [{"role": "x", "name": "A" * 250}] * 1200}, "names of parties: 300000 characters in all"),
        ({"parties": [{"role": "x", "name": "A" * 400}] * 200}, "names of parties that are texts: 80000 characters"),
        ({"end_use": "A" * (MAX_TEXT + 1)}, "end_use"),
        ({"note": "A" * (MAX_TEXT + 1)}, "extra"),
        ({"deal_references": ["x" * 30_000] * 3}, "deal_references: 90000 characters in all"),
        ({f"f{i}": "x" * 30_000 for i in range(3)}, "extra: 90000 characters in all"),
        ({"deal_references": ["x"] * 3000}, "deal_references"),
        (
            {"parties": [{"role": "x", "name": "A", "identifiers": [{"scheme": "a", "value": "b"}] * 3000}]},
            "identifiers",
        ),
        ({f"f{i}": 1 for i in range(300)}, "fields that the contract does not know"),
    ],
)
def test_more_than_an_event_may_hold_is_an_error(fields: dict[str, Any], where: str) -> None:
    caught = error(shipment(**fields))
    assert caught.reason == "too_large"
    assert where in str(caught)


def test_remittance_texts_are_bounded_together() -> None:
    caught = error(payment(remittance_information=["x" * 30_000] * 3))
    assert caught.reason == "too_large"
    assert "remittance_information" in str(caught)


def test_a_whole_ship_is_not_too_large() -> None:
    """A large container ship's manifest line by line: thousands of lines are honest."""
    lines = [{"line": n, "description": "Garden chairs"} for n in range(1, 9000)]
    assert len(event_from_json(shipment(goods=lines)).event.goods) == 8999  # type: ignore[union-attr]


def test_as_many_parties_as_there_may_be_have_names_of_full_length() -> None:
    parties = [{"role": "notify_party", "name": "A" * 140}] * MAX_PARTIES
    assert len(event_from_json(shipment(parties=parties)).event.parties) == MAX_PARTIES


def test_a_huge_value_is_refused_unread() -> None:
    with pytest.raises(EventError) as caught:
        decode_event("shipment", b" " * (MAX_VALUE + 1))
    assert caught.value.reason == "too_large"
