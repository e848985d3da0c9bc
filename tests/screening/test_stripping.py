"""Stripping: a stopped event that is sent again without what stopped it is review, and both versions can be compared.

The world is one listed firm, one controlled good for one country, and honest trade beside them.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from sekisho.model import (
    Alert,
    Destination,
    Equipment,
    Event,
    GoodsTerm,
    Identifier,
    Money,
    Origin,
    Party,
    PartyTerm,
    Period,
    Terms,
    Verdict,
    business_reference,
)
from sekisho.screening import Screener, Tables
from sekisho.screening.resubmitted import FEATURE, STOPPED, StoppedBefore, is_resubmission
from sekisho.screening.screener import Screening
from sekisho.screening.sketch import Sketcher
from sekisho.screening.stopped_events import StoppedEvents
from tests import factories
from tests.factories import at, line, party, utc

LISTED = "Zorkovian Dynamics"
T0 = utc("2023-02-10")
WINDOW = timedelta(days=30)


def tables() -> Tables:
    return Tables.build(
        [factories.entity(entry_id="7", name=LISTED)],
        [factories.item("xx-goods", "1", Period(from_=date(2022, 1, 1), hs_codes=("847950",)))],
        [
            factories.measure(Terms(parties=PartyTerm(lists=("xx-list",)))),
            factories.measure(
                Terms(goods=GoodsTerm(tables=("xx-goods",)), destination=Destination(countries=("RU",))),
                id="xx-2", effect="prohibited",
            ),
        ],
        lists={},
        sequence=1,
        hash="h1",
    )  # fmt: skip


class Desk:
    """A screener with its memory of what it stopped, and a log of one partition."""

    def __init__(self, **fields: Any) -> None:
        self.screener = Screener(tables())
        self.sketcher = Sketcher(b"a secret")
        self.memory = StoppedEvents(
            self.sketcher, **{"window": WINDOW, "max_count": 1000, "max_bytes": 1 << 24, **fields}
        )
        self.now: datetime = T0
        self._offset = 0
        self._events: dict[str, Event] = {}

    def take(self, event: Event, *, partition: int = 0, offset: int | None = None, remember: bool = True) -> Screening:
        if offset is None:
            self._offset += 1
            offset = self._offset
        origin = Origin("in", partition, offset)
        stopped = StoppedBefore(self.sketcher, self.memory.before(event, origin, self.now), self._events)
        found = self.screener.screen(event, origin, known_at=self.now, now=self.now, stopped=stopped)
        if found.fingerprint is not None and remember:
            self.memory.put(found.fingerprint)
            self._events[found.fingerprint.fingerprint_id] = event
        return found


def alert_in(found: Screening) -> Alert:
    (alert,) = [alert for alert in found.alerts if is_resubmission(alert)]
    return alert


def is_stripped(found: Screening) -> bool:
    return any(is_resubmission(alert) for alert in found.alerts)


def comparison(alert: Alert) -> list[tuple[str, str, str]]:
    return [(one.effect, one.entry, one.query) for one in alert.matches[0].evidence]


#: A shipment that says enough to be known again, whatever its reference.
SHIPPER, NOTIFY, CARRIER = (
    party("Osaka Pumps K.K.", "shipper", country="JP"),
    party("Rhein Spedition GmbH", "notify_party"),
    party("Blue Star Line", "carrier"),
)
LINES = (
    line("Water pumps for gardens", hs_code="841370", quantity="137", unit="H87", value=Money("48213.50", "USD")),
    line("Hoses", hs_code="391739", quantity="900", unit="MTR", value=Money("1210.00", "USD"), line=2),
)
PLACES = (at("loading", "JP", code="JPOSA"), at("discharge", "DE", code="DEHAM"))


def shipment(*others: Party, **fields: Any) -> Event:
    parties = (SHIPPER, NOTIFY, CARRIER, *others)
    return factories.shipment(**{"parties": parties, "goods": LINES, "locations": PLACES, **fields})


def payment(*others: Party, **fields: Any) -> Event:
    parties = (party("Osaka Pumps K.K.", "debtor", country="JP"), *others)
    return factories.payment(**{"parties": parties, "amount": Money("48213.50", "USD"), **fields})


BAD = party(LISTED, "consignee", address="1 Dock Road, Hamburg")
GOOD = party("Honest Trading GmbH", "consignee", address="9 Elbe Street, Hamburg")


# -- the same reference ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("again", "how"),
    [
        (shipment(), "consignee removed; it had met xx-list 7"),
        (shipment(GOOD), "consignee altered: name, address; it had met xx-list 7"),
        (
            shipment(party("Z. Dynmcs", "consignee", address=BAD.address)),
            "consignee altered: name; it had met xx-list 7",
        ),
    ],
)
def test_the_party_that_stopped_it_is_removed_or_altered(again: Event, how: str) -> None:
    desk = Desk()
    first = desk.take(shipment(BAD))
    assert (first.verdict.verdict, is_stripped(first)) == ("prohibited", False)
    second = desk.take(again)
    assert second.verdict.verdict == "review"
    alert = alert_in(second)
    assert second.verdict.alerts == (alert.alert_id,)
    assert (alert.severity, alert.status, alert.measures) == ("high", "new", ())
    assert comparison(alert)[0][0] == how
    met = alert.matches[0]
    assert (met.list_id, met.entry_id, met.matched_name, met.grade) == (STOPPED, "in/0/1/0", "SHP-1", "exact")
    assert "stopped (prohibited) on 2023-02-10 at in/0/1/0" in alert.message
    assert "hold it, compare the two versions and decide" in alert.message
    assert {one.feature for one in met.evidence} == {FEATURE}


def test_both_versions_are_shown_where_both_are_there() -> None:
    desk = Desk()
    desk.take(shipment(BAD))
    shown = comparison(alert_in(desk.take(shipment(GOOD))))[0]
    assert shown[1:] == (f"{LISTED}, address {BAD.address}", f"{GOOD.name}, address {GOOD.address}")


def test_what_is_only_kept_as_hashes_is_told_by_what_it_had_met() -> None:
    desk = Desk()
    desk.take(shipment(BAD))
    desk._events.clear()
    alert = alert_in(desk.take(shipment(GOOD)))
    assert comparison(alert)[0][1] == "kept as hashes"
    assert LISTED not in str(msgspec.to_builtins(alert))


def test_sent_a_second_time_it_is_still_held() -> None:
    desk = Desk()
    desk.take(shipment(BAD))
    first, second = desk.take(shipment(GOOD)), desk.take(shipment(GOOD))
    assert alert_in(first).alert_id == alert_in(second).alert_id
    assert second.verdict.verdict == "review"


def test_what_is_identical_or_only_adds_is_none() -> None:
    desk = Desk()
    desk.take(shipment(BAD))
    assert not is_stripped(desk.take(shipment(BAD)))
    assert not is_stripped(desk.take(shipment(BAD, party("Nobody Bank", "bank"))))
    assert not is_stripped(desk.take(shipment(BAD, status="departed")))
    # Other case, spaces, punctuation and order of the same.
    again = shipment(msgspec.structs.replace(BAD, name=LISTED.upper().replace(" ", " - ")))
    swapped = msgspec.structs.replace(again, parties=again.parties[::-1], goods=LINES[::-1])
    assert not is_stripped(desk.take(swapped))


def test_a_birth_date_that_clears_a_namesake_is_an_addition() -> None:
    desk = Desk()
    desk.screener = Screener(
        Tables.build(
            [factories.entity(entry_id="1", name="Daniel Mendoza", schema="Person", birth_dates=("1950-01-01",))],
            [], [], lists={}, sequence=1, hash="h1",
        )
    )  # fmt: skip
    first = desk.take(shipment(party("Daniel Mendoza", "consignee", gender="M")))
    assert first.verdict.verdict == "review"
    second = desk.take(shipment(party("Daniel Mendoza", "consignee", gender="M", birth_date="1999-12-31")))
    assert not is_stripped(second)


def test_what_is_still_stopped_by_the_same_entry_is_held_for_that_alone() -> None:
    desk = Desk()
    desk.take(shipment(BAD))
    corrected = desk.take(shipment(party(LISTED + " Ltd", "consignee", address=BAD.address)))
    assert corrected.verdict.verdict == "prohibited"
    assert not is_stripped(corrected)
    # A carrier that changes when the ship sails strips nothing either.
    other = msgspec.structs.replace(shipment(BAD), parties=(SHIPPER, NOTIFY, BAD, party("Red Star Line", "carrier")))
    assert not is_stripped(desk.take(other))


def test_a_destination_that_is_altered_strips_what_the_goods_were_stopped_for() -> None:
    desk = Desk()
    robots = (line("Industrial robots", hs_code="847950", quantity="2", value=Money("91250", "USD")),)
    to_russia = shipment(GOOD, goods=robots, import_country="RU", locations=(at("discharge", "RU", code="RUVVO"),))
    assert desk.take(to_russia).verdict.verdict == "prohibited"
    to_kazakhstan = shipment(GOOD, goods=robots, import_country="KZ", locations=(at("discharge", "KZ", code="KZALA"),))
    found = desk.take(to_kazakhstan)
    assert found.verdict.verdict == "review"
    told = [effect for effect, _, _ in comparison(alert_in(found))]
    assert told[0] == "discharge altered: un location code, country"
    assert "import country altered: country" in told


def test_a_goods_line_that_is_described_otherwise_is_stripped() -> None:
    desk = Desk()
    robots = line("Industrial robots", hs_code="847950", quantity="2", value=Money("91250", "USD"), line=3)
    where = {"import_country": "RU", "locations": (at("discharge", "RU", code="RUVVO"),)}
    desk.take(shipment(GOOD, goods=(*LINES, robots), **where))
    for goods in ((*LINES, msgspec.structs.replace(robots, hs_code="940320", description="Furniture")), LINES):
        found = desk.take(shipment(GOOD, goods=goods, **where))
        assert found.verdict.verdict == "review"
        assert comparison(alert_in(found))[0][0].startswith("goods ")


def test_delivered_and_cancelled_send_nothing_on() -> None:
    desk = Desk()
    desk.take(shipment(BAD))
    assert not is_stripped(desk.take(shipment(GOOD, status="delivered")))
    assert desk.take(shipment(status="cancelled")).verdict.verdict == "clear"
    # What was cancelled may come again without what stopped it.
    assert is_stripped(desk.take(shipment(GOOD)))


def test_an_answer_to_what_was_not_stated_strips_nothing() -> None:
    desk = Desk()
    robots = (line("Industrial robots", hs_code="847950"),)
    asked = desk.take(shipment(GOOD, goods=robots, import_country=None, locations=()))
    assert asked.verdict.verdict == "review"
    assert not is_stripped(desk.take(shipment(GOOD, goods=robots, import_country="DE")))


# -- which came first -----------------------------------------------------------------------------------------------


def test_a_record_that_is_delivered_again_is_not_held_against_what_came_after_it() -> None:
    desk = Desk()
    clean = desk.take(shipment(GOOD), offset=1)
    desk.take(shipment(BAD), offset=2)
    assert desk.take(shipment(GOOD), offset=1).alerts == clean.alerts == ()
    assert is_stripped(desk.take(shipment(GOOD), offset=3))


def test_an_older_version_that_comes_late_was_no_resubmission() -> None:
    desk = Desk()
    desk.take(shipment(BAD, event_time=utc("2023-02-10")))
    assert not is_stripped(desk.take(shipment(GOOD, event_time=utc("2023-02-09"))))


def test_the_window_ends() -> None:
    desk = Desk()
    desk.take(shipment(BAD))
    desk.now = T0 + WINDOW
    assert is_stripped(desk.take(shipment(GOOD)))
    desk.now = T0 + WINDOW + timedelta(seconds=1)
    assert not is_stripped(desk.take(shipment(GOOD)))


# -- another reference ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("partition", [0, 3])
def test_the_same_shipment_under_another_reference(partition: int) -> None:
    desk = Desk()
    desk.take(shipment(BAD))
    found = desk.take(shipment(GOOD, shipment_reference="SHP-77"), partition=partition)
    alert = alert_in(found)
    assert (alert.matches[0].grade, alert.matches[0].matched_name) == ("strong", "SHP-1")
    assert alert.matches[0].score == 1.0
    assert "SHP-1 under another reference once more, altered: consignee" in alert.message
    assert alert.event.business_reference == "SHP-77"


def test_honest_trade_of_the_same_shipper_is_another_shipment() -> None:
    desk = Desk()
    desk.take(shipment(BAD, equipment=(Equipment("MSKU0000006"),), deal_references=("PO-12345",)))
    lots = (line("Water pumps for gardens", hs_code="841370", quantity="100", value=Money("36000", "USD")),)
    honest = [
        shipment(GOOD, shipment_reference="SHP-2", goods=lots),  # other amounts
        shipment(GOOD, shipment_reference="SHP-3", equipment=(Equipment("TGHU1234567"),)),  # another container
        shipment(GOOD, shipment_reference="SHP-4", deal_references=("PO-99999",)),  # another deal
    ]
    assert [is_stripped(desk.take(one)) for one in honest] == [False, False, False]
    # The same container and deal, without the consignee: that is the one that was stopped.
    same = {"equipment": (Equipment("MSKU0000006"),), "deal_references": ("PO-12345",)}
    assert is_stripped(desk.take(shipment(GOOD, shipment_reference="SHP-5", **same)))


def test_standard_lots_to_another_customer_are_another_shipment() -> None:
    desk = Desk()
    lots = (line("Polyethylene granules", hs_code="390110", quantity="20000", unit="KGM", value=Money("24000", "USD")),)
    plain = {"goods": lots, "locations": PLACES}
    desk.take(factories.shipment(parties=(SHIPPER, BAD), **plain))
    assert not is_stripped(desk.take(factories.shipment(shipment_reference="S2", parties=(SHIPPER, GOOD), **plain)))


PAYEE = party(LISTED, "creditor", account="DE89370400440532013000")
INVOICE = {"remittance_information": ("Invoice 48213 pumps",)}


@pytest.mark.parametrize(
    ("again", "why"),
    [
        (payment(party("Z Dyn", "creditor", account=PAYEE.account), **INVOICE), "the same account and invoice"),
        (payment(party("Elbe Handel GmbH", "creditor"), **INVOICE), "the same invoice"),
        (payment(**INVOICE), "the creditor is left out"),
    ],
)
def test_a_payment_that_is_sent_again_stripped(again: Event, why: str) -> None:
    desk = Desk()
    assert desk.take(payment(PAYEE, **INVOICE)).verdict.verdict == "prohibited"
    new = msgspec.structs.replace(again, message_id="MSG-2", end_to_end_id="E2E-2")
    found = desk.take(new)
    assert is_stripped(found), why
    assert "DE89" not in alert_in(found).message + str(comparison(alert_in(found)))


def test_payments_that_are_others() -> None:
    desk = Desk()
    salary = {"amount": Money("2000.00", "EUR"), "remittance_information": ("Salary November 2026",)}
    desk.take(payment(PAYEE, message_id="M1", end_to_end_id="E1", **salary))
    colleague = party("Anna Honest", "creditor", account="DE75512108001245126199")
    # The next one of the payroll, in the same batch and in one of its own.
    assert not is_stripped(desk.take(payment(colleague, message_id="M1", end_to_end_id="E2", **salary)))
    assert not is_stripped(desk.take(payment(colleague, message_id="M2", end_to_end_id="E3", **salary)))
    desk.take(payment(PAYEE, message_id="M4", end_to_end_id="E4", **INVOICE))
    other = {"remittance_information": ("Invoice 48999 pumps",)}
    assert not is_stripped(desk.take(payment(colleague, message_id="M5", end_to_end_id="E5", **other)))
    dearer = payment(colleague, message_id="M6", end_to_end_id="E6", **INVOICE)
    assert not is_stripped(desk.take(msgspec.structs.replace(dearer, amount=Money("48213.51", "USD"))))


def test_a_listed_name_that_is_taken_out_of_a_text() -> None:
    desk = Desk()
    named = payment(remittance_information=(f"Invoice 48213 for {LISTED}",))
    assert desk.take(named).verdict.verdict == "review"
    found = desk.take(msgspec.structs.replace(named, remittance_information=("Invoice 48213",)))
    assert comparison(alert_in(found))[0][0].startswith("remittance information altered: value")


# -- what is kept ---------------------------------------------------------------------------------------------------


def test_nothing_of_what_an_event_says_is_in_its_fingerprint() -> None:
    event = shipment(
        msgspec.structs.replace(BAD, identifiers=(Identifier("Passport of Ivan", "AB123"),), account="DE89370400440532013000"),
        party("Ivan Petrov", "friend of Ivan Petrov", birth_date="1970-01-02"),
    )  # fmt: skip
    kept = Desk().take(event).fingerprint
    assert kept is not None
    text = str(msgspec.to_builtins(kept))
    for said in (LISTED, "Ivan", "AB123", "DE89", "1970-01-02", "Dock", "pumps", "Osaka"):
        assert said not in text
    assert "SHP-1" in text
    assert "xx-list 7" in text


def test_a_clear_event_and_one_that_is_only_stripped_leave_no_fingerprint() -> None:
    desk = Desk()
    assert desk.take(shipment(GOOD)).fingerprint is None
    desk.take(shipment(BAD))
    assert desk.take(shipment(GOOD)).fingerprint is None
    assert len(desk.memory) == 1


def test_without_the_past_nothing_changes() -> None:
    screener = Screener(tables())
    found = screener.screen(shipment(BAD), Origin("in", 0, 1), known_at=T0, now=T0)
    assert found.fingerprint is None
    told: Verdict = found.verdict
    assert told == msgspec.structs.replace(Desk().take(shipment(BAD)).verdict, duration_us=told.duration_us)


def test_a_key_keeps_hashes_apart() -> None:
    one, other, plain = Sketcher(b"one"), Sketcher(b"other"), Sketcher()
    assert len({one.key_id, other.key_id, plain.key_id}) == 3
    event = shipment(BAD)
    hashes = [{value for part in s.sketch(event) for value in part.part.fields.values()} for s in (one, other, plain)]
    assert hashes[0].isdisjoint(hashes[1])
    assert hashes[0].isdisjoint(hashes[2])
    desk, foreign = Desk(), Desk().take(event).fingerprint
    assert foreign is not None
    desk.memory.put(msgspec.structs.replace(foreign, key_id=plain.key_id))
    assert len(desk.memory) == 0
    assert business_reference(event, Origin("in", 0, 1)) == foreign.business_reference
