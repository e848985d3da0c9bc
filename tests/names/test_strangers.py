"""A name that is near no entry is searched for once; nobody who is listed may hide behind that."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.model import EntryIdentifier, Identifier, Party
from sekisho.names import NameIndex, Query, strangers
from sekisho.names.strangers import Strangers, near
from sekisho.screening import Screener, Tables
from tests.factories import ORIGIN, entity, party, shipment, utc

LISTED = (
    entity(entry_id="1", name="Zorkovian Dynamics"),
    entity(entry_id="2", name="Viktor Yanukovych", schema="Person", birth_dates=("1950-07-09",)),
    entity(entry_id="3", name="Arctic Pearl", schema="Vessel", identifiers=(EntryIdentifier("IMO", "9769271"),)),
)


class Counting:
    """An index that counts how often it is asked."""

    def __init__(self, *names: str) -> None:
        self.listed, self.asked = set(names), 0

    def _named(self, text: str, kind: str) -> Iterator[str]:
        self.asked += 1
        return iter([text] if text in self.listed else [])


def tables(*more: Any) -> Tables:
    return Tables.build((*LISTED, *more), [], [], lists={}, sequence=1, hash="h")


def matched(against: Tables, *parties: Party) -> set[tuple[str, str]]:
    """Who meets which entry."""
    found = Screener(against).screen(
        shipment(parties=parties), ORIGIN, known_at=utc("2023-02-10"), now=utc("2023-02-10")
    )
    return {(alert.subject.value, match.entry_id) for alert in found.alerts for match in alert.matches}


def test_a_stranger_is_searched_for_once_and_a_listed_name_too() -> None:
    index = Counting("Listed")
    known = Strangers(index)
    assert [known.knows("Honest Trading", "Unknown") for _ in range(3)] == [True] * 3
    assert index.asked == 1
    assert [known.knows("Listed", "Unknown") for _ in range(3)] == [False] * 3
    assert index.asked == 2


def test_a_bearer_of_another_kind_is_searched_for_anew() -> None:
    index = Counting()
    known = Strangers(index)
    assert known.knows("Maria Rivera", "Person")
    assert known.knows("Maria Rivera", "Organization")
    assert index.asked == 2


def test_a_name_in_brackets_makes_nobody_a_stranger() -> None:
    known = Strangers(NameIndex.build(LISTED))
    assert not known.knows("Honest Trading (Zorkovian Dynamics)", "Unknown")
    assert known.knows("Honest Trading (Osaka)", "Unknown")


def test_the_same_stranger_is_found_by_an_identifier() -> None:
    against = tables()
    plain = party("Honest Trading")
    assert matched(against, plain) == set()
    assert matched(against, party("Honest Trading", identifiers=(Identifier("IMO", "9769271"),))) == {
        ("Honest Trading", "3")
    }
    assert matched(against, plain) == set()


def test_a_name_that_is_near_only_with_its_birth_date_is_no_stranger() -> None:
    # Without the date it meets nobody, and must not be remembered as one who never does.
    index = NameIndex.build(LISTED)
    alike = next(
        name
        for name in ("Viktoria Yanukovych", "Viktor Petrovich Yanukovych Ivanov", "Viktor Yanukovychenko")
        if near(index, name, "Person") and not index.search(Query(name, "Person"))
    )
    assert index.search(Query(alike, "Person", birth_date="1950-07-09"))
    assert not Strangers(index).knows(alike, "Person")


@pytest.mark.parametrize(
    "known", [(), ("birth_dates",), ("genders",), ("countries",), ("addresses",), ("birth_places",), strangers.IDENTITY]
)
def test_what_no_entry_is_held_against_moves_nothing(known: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"birth_dates": ("1970-05-17",), "genders": ("male",), "countries": ("RU",)}
    values |= {"addresses": ("Lenin street, Novosibirsk",), "birth_places": ("Novosibirsk",)}
    some = {field: values[field] for field in known}
    against = tables(entity(entry_id="9", name="Ivan Petrovich Zorkov", schema="Person", **some))  # type: ignore[arg-type]
    parties = [
        party("Ivan Petrovich Zorkov", **said)
        for said in ({}, {"birth_date": "1970-05-17"}, {"birth_date": "1941"}, {"gender": "female"}, {"country": "RU"}, {"country": "DE"},
                     {"address": "Novosibirsk"}, {"country": "RU", "address": "Novosibirsk", "birth_date": "1970"})
    ]  # fmt: skip

    def found() -> list[object]:
        at = utc("2023-02-10")
        return [
            Screener(against).screen(shipment(parties=(one,)), ORIGIN, known_at=at, now=at).alerts for one in parties
        ]

    narrowed = found()
    monkeypatch.setattr(Strangers, "said_of", lambda *_: frozenset(strangers.IDENTITY))
    assert narrowed == found()
    assert all(narrowed)


def test_who_is_listed_later_is_no_stranger_any_more() -> None:
    before = tables()
    assert matched(before, party("Honest Trading")) == set()
    after = before.updated(entities=[entity(entry_id="9", name="Honest Trading")], lists={}, sequence=2, hash="i")
    assert matched(after, party("Honest Trading")) == {("Honest Trading", "9")}


def test_a_change_of_goods_alone_forgets_nobody() -> None:
    before = tables()
    assert before.updated(measures=[], lists={}, sequence=2, hash="i").strangers is before.strangers


def test_memory_is_bounded_and_keeps_who_comes_again() -> None:
    index = Counting()
    known = Strangers(index, generation=10)
    for number in range(1000):
        assert known.knows(f"Passer-by {number}", "Unknown")
        assert known.knows("Everyday Trading", "Unknown")
        assert len(known) <= 20
    assert index.asked == 1001


def test_a_name_of_endless_length_is_not_remembered() -> None:
    known = Strangers(Counting())
    assert known.knows("x" * 100_000, "Unknown")
    assert len(known) == 0


@given(st.text(max_size=40), st.sampled_from(["Person", "Organization", "Vessel", "Unknown"]))
def test_whoever_the_index_finds_is_no_stranger(name: str, kind: str) -> None:
    index = NameIndex.build(LISTED)
    known = Strangers(index)
    if index.search(Query(name, kind)):
        assert not known.knows(name, kind)
    else:
        assert known.knows(name, kind) == (not near(index, name, kind))
