"""Which open events a change can reach: it may name one too many, never one too few."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from sekisho.goods import GoodsIndex
from sekisho.model import (
    ControlCode,
    Destination,
    Entity,
    EntryIdentifier,
    GoodsItem,
    GoodsTerm,
    Identifier,
    Measure,
    Name,
    Origin,
    Party,
    PartyTerm,
    Terms,
    Transport,
)
from sekisho.model.event import Event
from sekisho.screening import Screener, Screening, Tables
from sekisho.screening.lifecycle import says
from sekisho.screening.probes import probes
from sekisho.screening.reach import Change, Reach
from tests.factories import at, date, entity, item, line, measure, party, payment, shipment, utc

NOW = utc("2023-02-10")
NOWHERE = Origin("t", 0, 0)

ZORKOV = entity(name="Zorkovian Dynamics", identifiers=(EntryIdentifier("IMO", "9321483"),))
PERSON = entity(entry_id="2", name="Ivan Petrovich Zorkov", schema="Person", birth_dates=("1970-05-17",))
KANJI = entity(entry_id="3", names=(Name("株式会社レムディゼリ"),))
FROBS = item(terms={"en": ("frobnicator",)}, control_codes=(ControlCode("xx", "1(1)"),))
WIDGETS = item(item_id="2", terms={"en": ("widget press",)}, title="Widget presses")
ON_PARTIES = measure(Terms(parties=PartyTerm(lists=("xx-list",))), id="parties")
ON_GOODS = measure(Terms(goods=GoodsTerm(tables=("xx-goods",)), destination=Destination(countries=("RU",))), id="goods")
ON_ALL = measure(Terms(destination=Destination(countries=("KP",))), id="all")

ADDRESS = "12 High Street, Floor 4, Yokohama, 2310023, JP, Tel +81 45 1234567, Fax +81 45 1234568, info@honest.example, VAT JP123456"
EVENTS: dict[str, Event] = {
    "party": shipment(parties=(party("Zorkovian Dynamics"),)),
    "misspelt": shipment(parties=(party("Zorkovyan Dinamics"),)),
    "person": payment(parties=(Party("creditor", "Zorkov, Ivan Petrovich", birth_date="1970-05-17"),)),
    "kanji": shipment(parties=(party("レムディゼリ"),)),
    "bracketed": shipment(parties=(party("ZD Holding (Zorkovian Dynamics)"),)),
    "ninth": shipment(parties=(party("; ".join([*(f"Honest Trading {letter}" for letter in "abcdefghij"), "Zorkovian Dynamics"])),)),
    "long": shipment(parties=(party(f"To the order of Honest Bank, {ADDRESS}\nNotify Zorkovian Dynamics, {ADDRESS}"),)),
    "midst": shipment(parties=(party(f"Honest Bank, {ADDRESS} {ADDRESS} Zorkovian Dynamics {ADDRESS}"),)),
    "number": shipment(parties=(party(f"Honest Bank, {ADDRESS}, {ADDRESS}, IMO number 9321483"),)),
    "honest": shipment(parties=(party(f"Honest Bank, {ADDRESS} {ADDRESS} {ADDRESS}"),)),
    "imo": shipment(transport=Transport(vessel_name="Harmless", vessel_imo_number="9321483")),
    "vessel": shipment(transport=Transport(vessel_name="Zorkovian Dynamics")),
    "vessel and voyage": shipment(transport=Transport(vessel_name="MV ZORKOVIAN DYNAMICS V.123E")),
    "vessel and her number": shipment(transport=Transport(vessel_name="HARMLESS (IMO 9321483)")),
    "identifier": shipment(parties=(party("Somebody Else", identifiers=(Identifier("IMO", "IMO 9321483"),)),)),
    "text": payment(remittance_information=("Invoice 77 for Zorkovian Dynamics",)),
    "end use": shipment(end_use="for Zorkovian Dynamics"),
    "deal": shipment(deal_references=("contract with Zorkovian Dynamics",)),
    "extra": shipment(extra={"remark": "on behalf of Zorkovian Dynamics"}),
    "goods": shipment(import_country="RU", goods=(line("Frobnicators, new"),)),
    "widget": shipment(import_country="RU", goods=(line("Widget press"),)),
    "code": shipment(import_country="RU", goods=(line("Pump", control_codes=(ControlCode("xx", "1(1)"),)),)),
    "vague": shipment(import_country="RU", goods=(line("spare parts"),)),
    "no goods": shipment(import_country="RU", goods=()),
    "place": shipment(import_country="KP"),
    "port": shipment(import_country=None, locations=(at("discharge", "KP"),)),
    "plain": shipment(parties=(party("Honest Trading"),)),
    "plain payment": payment(parties=(Party("creditor", "Honest Trading"),), remittance_information=("Invoice 78",)),
}  # fmt: skip

Record = Entity | GoodsItem | Measure


def tables(records: Iterable[Record], sequence: int = 0) -> Tables:
    some = list(records)
    return Tables.build(
        [one for one in some if isinstance(one, Entity)],
        [one for one in some if isinstance(one, GoodsItem)],
        [one for one in some if isinstance(one, Measure)],
        lists={},
        sequence=sequence,
        hash=f"h{sequence}",
    )


def screen(screener: Screener, event: Event) -> Screening:
    return screener.screen(event, NOWHERE, known_at=NOW, now=NOW, trigger="reference")


def change(before: list[Record], after: list[Record]) -> Change:
    come = tuple(one for one in after if one not in before)
    gone = tuple(one for one in before if one not in after)
    goods = any(isinstance(one, GoodsItem) for one in (*come, *gone))
    index = GoodsIndex.build(one for one in before if isinstance(one, GoodsItem)) if goods else None
    return Change(come, gone, index)


BASE: list[Record] = [ON_PARTIES, ON_GOODS, ON_ALL, ZORKOV, FROBS]
CHANGES: dict[str, tuple[list[Record], list[Record]]] = {
    "an organisation comes": ([ON_PARTIES], [ON_PARTIES, ZORKOV]),
    "an organisation goes": ([ON_PARTIES, ZORKOV], [ON_PARTIES]),
    "a person comes": ([ON_PARTIES, ZORKOV], [ON_PARTIES, ZORKOV, PERSON]),
    "a name in characters comes": ([ON_PARTIES], [ON_PARTIES, KANJI]),
    "an alias is added": (
        BASE, [ON_PARTIES, ON_GOODS, ON_ALL, entity(names=(Name("Zorkovian Dynamics"), Name("Honest Trading", "alias"))), FROBS],
    ),
    "an entry is in force later": (BASE, [*BASE[:3], entity(name="Zorkovian Dynamics", in_force_from=date(2023, 6, 1), listed_on=date(2023, 1, 1)), FROBS]),
    "goods come": ([ON_GOODS], [ON_GOODS, FROBS]),
    "goods go": ([ON_GOODS, FROBS, WIDGETS], [ON_GOODS, WIDGETS]),
    "more goods come to a table": ([ON_GOODS, FROBS], [ON_GOODS, FROBS, WIDGETS]),
    "a measure on parties comes": ([ZORKOV], [ZORKOV, ON_PARTIES]),
    "a measure on parties goes": ([ZORKOV, ON_PARTIES], [ZORKOV]),
    "a measure on goods comes": ([FROBS], [FROBS, ON_GOODS]),
    "a measure on goods goes": ([FROBS, ON_GOODS], [FROBS]),
    "a measure on a place comes": ([], [ON_ALL]),
    "a measure on a place goes": ([ON_ALL], []),
    "everything comes": ([], BASE),
    "everything goes": (BASE, []),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_no_event_that_would_say_something_else_is_left_out(what: str) -> None:
    before, after = CHANGES[what]
    old_screener, new_screener = Screener(tables(before)), Screener(tables(after, 1))
    reach = Reach(change(before, after), new_screener.tables)
    differ = set()
    for name, event in EVENTS.items():
        old, new = screen(old_screener, event), screen(new_screener, event)
        differs = {a.alert_id: says(a) for a in old.alerts} != {a.alert_id: says(a) for a in new.alerts}
        reached = reach.of_alerts(old.alerts) or reach.of_event(event, known_at=NOW)
        assert reached or not differs, f"{name} is left out"
        differ |= {name} if differs else set()
    assert differ, "the change changes something"


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_remembered_as_out_of_reach_is(what: str) -> None:
    """Asked again by its hashes alone, the answer for each event is the same or errs to the safe side."""
    before, after = CHANGES[what]
    reach = Reach(change(before, after), tables(after, 1))
    first = {name: reach.of_event(event, known_at=NOW) for name, event in EVENTS.items()}
    for name, event in EVENTS.items():
        if reach.passes_over([number for number, _ in probes(event)]):
            assert not first[name], name


def test_plain_trade_is_passed_over_without_being_decoded() -> None:
    before, after = CHANGES["a person comes"]
    reach = Reach(change(before, after), tables(after, 1))
    hashes = [number for number, _ in probes(EVENTS["plain payment"])]
    assert not reach.passes_over(hashes), "nothing is known at first"
    assert not reach.of_event(EVENTS["plain payment"], known_at=NOW)
    assert reach.passes_over(hashes)
    invoice = payment(parties=(Party("creditor", "Honest Trading"),), remittance_information=("Invoice 99",))
    assert reach.passes_over([number for number, _ in probes(invoice)]), "another invoice number is the same text"


def test_a_number_in_a_name_makes_the_digits_of_a_text_matter() -> None:
    plant = entity(name="Rocket Plant 99")
    reach = Reach(change([ON_PARTIES], [ON_PARTIES, plant]), tables([ON_PARTIES, plant], 1))
    other = payment(remittance_information=("for Rocket Plant 11",))
    hit = payment(remittance_information=("for Rocket Plant 99",))
    assert not reach.of_event(other, known_at=NOW)
    hashes = [number for number, _ in probes(hit)]
    assert not reach.passes_over(hashes)
    assert not reach.reaches(hashes)
    assert reach.of_event(hit, known_at=NOW)
    assert reach.reaches(hashes)
    assert not reach.passes_over(hashes)


def test_an_empty_change_reaches_nothing() -> None:
    screener = Screener(tables(BASE, 1))
    reach = Reach(Change(), screener.tables)
    assert not Change()
    for event in EVENTS.values():
        assert not reach.of_event(event, known_at=NOW)
        assert not reach.of_alerts(screen(screener, event).alerts)
