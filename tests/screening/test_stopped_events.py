"""The memory of stopped events: bounded, the oldest go first, and a look-up does not grow with what is held."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.model import Event, Fingerprint, Money, Origin, Stop
from sekisho.screening.fingerprinting import MAX_PARTS, fingerprint_of
from sekisho.screening.resubmitted import resubmissions
from sekisho.screening.sketch import Sketcher, folded, money, plain_number, significant, telling
from sekisho.screening.stopped_events import CANDIDATES, StoppedEvents, _pack, _unpack
from sekisho.screening.stripping import compare, similar
from tests import factories
from tests.factories import line, party, utc
from tests.wire.test_avro_functions import anything

T0 = utc("2023-02-10")
SKETCHER = Sketcher(b"k")
STOP = Stop(subject=1, kind="party", role="consignee", verdict="prohibited", met=("xx-list 7",))


def memory(**fields: Any) -> StoppedEvents:
    limits: dict[str, Any] = {"window": timedelta(days=30), "max_count": 1000, "max_bytes": 1 << 24}
    return StoppedEvents(SKETCHER, **{**limits, **fields})


def kept(event: Event, offset: int = 1, days: float = 0, partition: int = 0) -> Fingerprint:
    found = fingerprint_of(
        event,
        event.business_reference,
        Origin("in", partition, offset),
        SKETCHER.sketch(event),
        [STOP],
        SKETCHER,
        at=T0 + timedelta(days=days),
    )
    assert found is not None
    return found


def numbered(number: int, **fields: Any) -> Event:
    goods = (line("Pumps", quantity="137", value=Money(f"48{number:03}", "USD")),)
    parties = (party("Osaka Pumps", "shipper"), party("Zorkovian Dynamics"))
    return factories.shipment(**{"shipment_reference": f"S{number}", "parties": parties, "goods": goods, **fields})


def test_the_oldest_go_where_there_is_no_room() -> None:
    few = memory(max_count=3)
    all_of_them = [kept(numbered(number), number, days=number) for number in (2, 0, 4, 1, 3)]
    for one in all_of_them:
        few.put(one)
    assert (len(few), few.evicted) == (3, 2)
    assert [one.fingerprint_id in few for one in all_of_them] == [True, False, True, False, True]
    small = memory(max_bytes=4000)
    for one in all_of_them:
        small.put(one)
    assert 0 < small.size <= 4000
    assert small.evicted == 5 - len(small)


@settings(max_examples=60, deadline=None)
@given(anything(Fingerprint))
def test_what_is_held_comes_back_as_it_was(fingerprint: Fingerprint) -> None:
    assert _unpack(_pack(fingerprint)) == fingerprint


def test_what_is_put_again_is_held_once_and_what_is_taken_back_is_gone() -> None:
    one, again = kept(numbered(1)), kept(numbered(1), 9, days=1)
    assert one.fingerprint_id == again.fingerprint_id
    held = memory()
    held.put(one)
    size = held.size
    for _ in range(3000):
        held.put(again)
    assert (len(held), held.evicted) == (1, 0)
    assert held.size == pytest.approx(size, abs=20)
    assert len(held._by_age) < 2000
    (found,) = held.before(numbered(1), Origin("in", 1, 1), T0 + timedelta(days=1))
    assert found == again
    held.discard(again.fingerprint_id)
    assert (len(held), held.size, held._by_reference, held._by_anchor) == (0, 0, {}, {})


def test_what_is_older_than_the_window_goes_by_itself() -> None:
    held = memory()
    for number in range(10):
        held.put(kept(numbered(number), number, days=number))
    held.expire(T0 + timedelta(days=34, seconds=1))
    assert len(held) == 5
    assert held.evicted == 0
    held.expire(T0 + timedelta(days=400))
    assert (len(held), held.size) == (0, 0)
    held.expire(T0 + timedelta(days=400))


def test_an_event_finds_its_own_kind_its_reference_and_what_came_before_it() -> None:
    held = memory()
    held.put(kept(numbered(1), 5))
    assert held.before(numbered(1), Origin("in", 0, 6), T0)
    assert not held.before(numbered(1), Origin("in", 0, 5), T0)
    assert not held.before(numbered(1), Origin("in", 0, 4), T0)
    assert held.before(numbered(1), Origin("in", 1, 4), T0)
    assert not held.before(factories.payment(end_to_end_id="S1", message_id=""), Origin("in", 0, 6), T0)
    assert not held.before(numbered(2), Origin("in", 0, 6), T0 + timedelta(days=31))


def test_a_firm_that_is_stopped_every_day_does_not_make_look_ups_dearer() -> None:
    held = memory(max_count=10_000)
    for number in range(2000):
        held.put(kept(numbered(number, goods=(line("Pumps", quantity="100", value=Money("36000", "USD")),)), number))
    assert max(map(len, held._by_anchor.values())) <= 16
    found = held.before(
        numbered(9999, goods=(line("Pumps", quantity="100", value=Money("36000", "USD")),)), Origin("in", 1, 1), T0
    )
    assert 0 < len(found) <= CANDIDATES
    # The newest are asked.
    assert {one.business_reference for one in found} == {f"S{number}" for number in range(1984, 2000)}


def test_a_huge_event_leaves_a_small_fingerprint_that_says_so() -> None:
    huge = numbered(1, goods=tuple(line(f"Thing {n}", line=n, value=Money(f"{n}.5", "USD")) for n in range(10_000)))
    one = kept(huge)
    assert (len(one.parts), one.whole) == (MAX_PARTS, False)
    assert len(one.anchors) <= 16
    held = memory()
    held.put(one)
    assert held.size < 40_000
    without = msgspec.structs.replace(huge, parties=huge.parties[:1])
    (found,) = resubmissions(without, "S1", SKETCHER.sketch(without), [], held.before(without, Origin("in", 0, 9), T0))
    assert [one.how for one in found.differences] == ["removed"]


# -- normalising ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [("Rhein Spedition GmbH", "RHEIN-SPEDITION  G.m.b.H."), ("ＡＢＣ 株式会社", "abc株式会社"), ("a\u200bb", "ab")],
)
def test_spelling_that_changes_nothing(one: str, other: str) -> None:
    assert folded(one) == folded(other)


@pytest.mark.parametrize(("one", "other"), [("Anna", "Ana"), ("กำ", "กา"), ("१", "२"), ("!", "?"), ("C 1", "C 2")])
def test_spelling_that_changes_something(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_numbers() -> None:
    assert [plain_number(text) for text in ("0125.50", "100", "0.50", "0", "0.0")] == ["125.5", "100", ".5", "0", "0"]
    assert money(Money("125.00", "usd")) == money(Money("125", "USD")) != money(Money("12500", "USD"))
    assert [significant(text) for text in ("24000.00", "48213.57", "0.05", "", "1000")] == [2, 7, 1, 0, 1]
    one, other = (SKETCHER.sketch(factories.payment(amount=Money(text, "EUR"))) for text in ("125.5", "1255"))
    assert one[0].part.fields != other[0].part.fields


def test_what_tells_one_text_from_another() -> None:
    texts = ("Invoice 48213 of 2026", "Salary November 2026", "PO-77120/3 blue", "3 of 12", "")
    assert [telling(text) for text in texts] == ["48213", "", "77120", "", ""]


# -- properties -----------------------------------------------------------------------------------------------------

TEXTS = st.one_of(st.sampled_from(["Zorkovian Dynamics", "Honest Trading", "DE", "RU", "", "-"]), st.text(max_size=12))
MONEY = st.builds(Money, st.from_regex(r"-?\d{1,6}(\.\d{1,3})?", fullmatch=True), st.sampled_from(["USD", "EUR"]))
PARTIES = st.builds(
    factories.party, TEXTS, st.sampled_from(["shipper", "consignee", "bank", "role of somebody"]),
    address=st.none() | TEXTS, country=st.none() | TEXTS, account=st.none() | TEXTS,
    identifiers=st.lists(st.builds(factories.Identifier, TEXTS, TEXTS), max_size=3).map(tuple),
)  # fmt: skip
GOODS = st.builds(
    factories.line, TEXTS, hs_code=st.none() | TEXTS, quantity=st.none() | st.just("12"), value=st.none() | MONEY,
    control_codes=st.lists(st.builds(factories.ControlCode, TEXTS, TEXTS), max_size=2).map(tuple),
)  # fmt: skip
PLACES = st.builds(factories.at, st.sampled_from(["loading", "discharge", "?"]), st.none() | TEXTS, st.none() | TEXTS)
SHIPMENTS = st.builds(
    factories.shipment,
    parties=st.lists(PARTIES, max_size=5).map(tuple),
    goods=st.lists(GOODS, max_size=4).map(tuple),
    locations=st.lists(PLACES, max_size=3).map(tuple),
    deal_references=st.lists(TEXTS, max_size=2).map(tuple),
    end_use=st.none() | TEXTS,
    extra=st.dictionaries(TEXTS, TEXTS, max_size=2),
)
PAYMENTS = st.builds(
    factories.payment,
    parties=st.lists(PARTIES, max_size=4).map(tuple),
    amount=MONEY,
    remittance_information=st.lists(TEXTS, max_size=2).map(tuple),
)
EVENTS = st.one_of(SHIPMENTS, PAYMENTS)


@settings(deadline=None, max_examples=150)
@given(EVENTS, EVENTS, st.booleans())
def test_two_events_are_compared_whatever_they_say(before: Event, now: Event, stopped: bool) -> None:
    was = kept(before)
    if stopped:
        was = msgspec.structs.replace(was, parts=tuple(msgspec.structs.replace(p, stopped=True) for p in was.parts))
    parts = SKETCHER.sketch(now)
    found = compare(was.parts, parts)
    told_before = [w for w, _ in found.same] + [d.before for d in found.differences if d.before is not None]
    told_now = [t for _, t in found.same] + [d.now for d in found.differences if d.now is not None]
    assert sorted(map(str, told_before)) == sorted(map(str, was.parts))
    assert sorted(map(str, told_now)) == sorted(map(str, parts))
    assert 0.0 <= similar(found, was, parts) <= 1.0
    resubmissions(now, now.business_reference, parts, [], [was])


@settings(deadline=None, max_examples=100)
@given(SHIPMENTS, st.randoms(use_true_random=False))
def test_the_order_of_parties_lines_and_places_means_nothing(event: Event, chance: Any) -> None:
    def shuffled(some: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(chance.sample(some, len(some)))

    goods = tuple(msgspec.structs.replace(one, line=n) for n, one in enumerate(shuffled(event.goods), 7))
    again = msgspec.structs.replace(
        event, parties=shuffled(event.parties), goods=goods, locations=shuffled(event.locations)
    )
    assert kept(again).fingerprint_id == kept(event).fingerprint_id
    assert kept(again).anchors == kept(event).anchors
    found = compare(kept(event).parts, SKETCHER.sketch(again))
    assert found.differences == []


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(SHIPMENTS, st.integers(0, 60), st.integers(0, 5)), max_size=30))
def test_the_memory_stays_within_its_bounds(arriving: list[tuple[Event, int, int]]) -> None:
    held = memory(max_count=4, max_bytes=6000)
    for offset, (event, days, name) in enumerate(arriving):
        held.put(kept(msgspec.structs.replace(event, shipment_reference=f"S{name}"), offset, days))
        assert len(held) <= 4
        assert held.size <= 6000
        held.expire(T0 + timedelta(days=days))
        assert held.size == sum(one.size for one in held._held.values())
        assert {n for some in held._by_reference.values() for n in some} <= set(held._held)
        assert {n for some in held._by_anchor.values() for n in some} <= set(held._held)


def test_a_record_that_was_written_here_is_known_when_it_is_read_back() -> None:
    held, one = memory(), kept(numbered(1))
    assert not held.holds(one.fingerprint_id, b"as it was written")
    held.put(one, b"as it was written")
    assert held.holds(one.fingerprint_id, b"as it was written")
    assert not held.holds(one.fingerprint_id, b"written again by another, at another time")
    held.discard(one.fingerprint_id)
    assert not held.holds(one.fingerprint_id, b"as it was written")
    held.put(one)
    assert not held.holds(one.fingerprint_id, b"")
    assert not held.holds("no id", b"")
