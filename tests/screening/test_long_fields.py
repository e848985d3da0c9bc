"""Party fields that hold more than a name: whoever is listed in one is met wherever he stands, and an honest block is left alone."""

from __future__ import annotations

import random
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho import Reference, Screener
from sekisho.model import Entity, EntryIdentifier
from sekisho.screening import Screening
from sekisho.screening.lifecycle import says
from sekisho.screening.reach import Change, Reach
from tests.factories import ORIGIN, entity, party, shipment, utc
from tests.screening.test_reach import ON_PARTIES, tables

BUNDLED = Screener(Reference.bundled())

#: Streets and towns as they stand in real blocks, some of them called like somebody on a list.
STREETS = (
    "High Street", "Nevsky Prospekt", "Kutuzovsky Prospekt", "Bahnhofstrasse", "Rue de la Paix", "Calle Mayor", "Marine Drive",
    "Jalan Sudirman", "Sheikh Zayed Road", "Zhongshan Road", "Lenin Avenue", "Huawei Road, Bantian", "Admiralty Road",
)  # fmt: skip
TOWNS = (
    "Yokohama", "San Jose", "Olive Branch", "Saint Petersburg", "Vladivostok", "Shenzhen", "Dubai", "Rincon de Soto", "Mariehamn",
    "Kaliningrad", "Novosibirsk", "Naberezhnye Chelny", "La Mata", "Port Elizabeth", "Llanfairpwllgwyngyll", "Tula",
)  # fmt: skip
FIRMS = (
    "Honest Trading of Osaka",
    "GOUDA KAASHANDEL BV",
    "Smith Durban Steel Ltd",
    "Petrenko Lagos Paper GmbH",
    "Sato Hanako",
)


def address(chance: random.Random) -> str:
    number = chance.randrange
    return (
        f"{number(300)} {chance.choice(STREETS)}, Floor {number(40)}, {chance.choice(TOWNS)}, {number(10_000, 999_999)}, "
        f"TEL +{number(99)} {number(100, 999)} {number(1_000_000, 9_999_999)}, EMAIL INFO@HONEST.EXAMPLE"
    )


def order_bill(name: str, chance: random.Random) -> str:
    blocks = [f"{chance.choice(FIRMS)}, {address(chance)}" for _ in range(2)]
    return f"TO THE ORDER OF {blocks[0]}\nNOTIFY PARTY: {blocks[1]}\nALSO NOTIFY: {name}, {address(chance)}"


def field_59(name: str, chance: random.Random) -> str:
    return f"/DE89370400440532013000\n{name}\n{address(chance)}\n{address(chance)}\n{address(chance)}"


def block(name: str, chance: random.Random) -> str:
    return f"{name}\n{address(chance)}\n{address(chance)}\n{address(chance)}"


def many_names(name: str, chance: random.Random) -> str:
    return "; ".join([*(f"{chance.choice(FIRMS)} {letter * 3}" for letter in "abcdefghijkl"), name])


def thousands_of_characters(name: str, chance: random.Random) -> str:
    blocks = [f"{chance.choice(FIRMS)}, {address(chance)}" for _ in range(30)]
    return "\n".join([*blocks[:15], f"{name}, {address(chance)}", *blocks[15:]])


def in_the_midst(name: str, chance: random.Random) -> str:
    return f"{chance.choice(FIRMS)} {address(chance)} {address(chance)} {address(chance)} {name} {address(chance)}"


FORMS = (order_bill, field_59, block, many_names, thousands_of_characters, in_the_midst)


def screen(screener: Screener, field: str, **more: object) -> Screening:
    event = shipment(import_country="RU", parties=(party(field, **more),), event_time=utc("2023-02-10"))
    return screener.screen(event, ORIGIN, known_at=event.event_time, now=event.event_time)


def held(screener: Screener, field: str) -> dict[str, str]:
    """The entries that a field is held for, with the verdict of its alert."""
    alerts = screen(screener, field).alerts
    return {
        match.entry_id: alert.verdict for alert in alerts if alert.subject.kind == "party" for match in alert.matches
    }


#: One word of its own says nothing between the words of addresses: in the midst only names of more are met.
@pytest.mark.parametrize(
    ("form", "name"),
    [
        *product(FORMS, ["Russian Institute of Radio Navigation and Time", "Volodymyr BESPALOV"]),
        *product(FORMS[:-1], ["АО «Ремдизель»"]),
    ],
)
def test_whoever_is_listed_is_met_anywhere_in_a_field(form, name) -> None:  # type: ignore[no-untyped-def]
    field = form(name, random.Random(1))
    alone = held(BUNDLED, name)
    there = held(BUNDLED, field)
    assert alone
    assert alone.keys() <= there.keys()
    if form is in_the_midst:
        # so near to others' addresses it may be another's
        assert set(there.values()) == {"review"}
    else:
        assert set(alone.values()) <= set(there.values()), "its own piece of the field counts as a name does"


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_an_honest_block_is_left_alone(form) -> None:  # type: ignore[no-untyped-def]
    chance = random.Random(2)
    for _ in range(40):
        field = form(chance.choice(FIRMS), chance)
        assert not held(BUNDLED, field), field


def test_a_street_that_is_called_like_a_listed_ship_is_a_street() -> None:
    listed = entity(name="Nevskiy Prospect", schema="Vessel")
    screener = Screener(tables([ON_PARTIES, listed]))
    assert not held(screener, block("Honest Trading", random.Random(3)).replace("Street", "Nevskiy Prospect"))


def test_one_word_of_an_address_names_nobody() -> None:
    screener = Screener(tables([ON_PARTIES, entity(name="LLC Prospekt")]))
    chance = random.Random(4)
    for form in FORMS:
        assert not held(screener, form("Honest Trading", chance)), form


def test_a_number_that_a_block_calls_an_identifier_counts() -> None:
    listed = entity(name="Zorkov Lines", schema="Vessel", identifiers=(EntryIdentifier("IMO", "9321483"),))
    field = block("Honest Trading", random.Random(5))
    assert set(held(Screener(tables([ON_PARTIES, listed])), f"{field}, IMO 9321483").values()) == {"review"}


PIECES = st.lists(
    st.sampled_from(
        [
            "Zorkovian Dynamics", "Zorkov, Ivan Petrovich", "Ivan Zorkov", "レムディゼリ", "Honest Trading Ltd", "12 High Street", "Yokohama",
            "notify", "c/o", "to the order of", "Tel +81 45 1234567", "Floor 4", "IMO 9321483", "Plant 99", "Rocket Plant 99",
        ]
    ),
    min_size=1, max_size=40,
)  # fmt: skip
COMING: tuple[Entity, ...] = (
    entity(name="Zorkovian Dynamics"),
    entity(entry_id="2", name="Ivan Petrovich Zorkov", schema="Person"),
    entity(entry_id="4", name="Rocket Plant 99"),
)
OLD, NEW = Screener(tables([ON_PARTIES])), Screener(tables([ON_PARTIES, *COMING], 1))
CHANGE = Change(COMING)


@settings(max_examples=200, deadline=None)
@given(PIECES, st.sampled_from(["\n", ", ", " ", "; "]))
def test_whatever_live_screening_meets_in_a_field_a_change_of_lists_reaches(pieces: list[str], between: str) -> None:
    event = shipment(import_country="RU", parties=(party(between.join(pieces)),), event_time=utc("2023-02-10"))
    now = event.event_time
    old, new = (one.screen(event, ORIGIN, known_at=now, now=now) for one in (OLD, NEW))
    differs = [says(one) for one in old.alerts] != [says(one) for one in new.alerts]
    assert Reach(CHANGE, NEW.tables).of_event(event, known_at=now) or not differs
