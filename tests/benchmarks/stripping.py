"""How often honest traffic is taken for a stripped resubmission, how many stripped ones are found, and what a look costs.

    python -m tests.benchmarks.stripping [SHARED_DATA] [--events 10000] [--show]

Three kinds of traffic, screened in their order with one memory of what was stopped:

- the mix of ``tests.benchmarks.law``: every event another transaction, one in a hundred names somebody who is listed;
- regular business, which is hard to tell apart: exporters with a few products in standard lots and a few customers, of whom
  one in twelve is listed, and updates of what was stopped (a carrier, a port, a container or a quantity changes); payrolls
  of round salaries in batches and one by one, rents, and invoices;
- each stopped event of both once more, stripped in six ways, under its own and under another reference.
"""

from __future__ import annotations

import argparse
import random
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from sekisho import GoodsLine, Location, Money, Origin, Party, Payment, Reference, Screener, Shipment
from sekisho.model import Equipment
from sekisho.screening.resubmitted import StoppedBefore, is_resubmission
from sekisho.screening.screener import Screening
from sekisho.screening.sketch import Sketcher
from sekisho.screening.stopped_events import StoppedEvents
from tests.benchmarks.heading import heading
from tests.benchmarks.law import EXPORTERS, GOODS_FILES, IMPORTERS, Maker
from tests.benchmarks.lists import FILES

Event = Shipment | Payment
START = datetime(2026, 8, 1, tzinfo=UTC)
CARRIERS = ("Blue Star Line", "Pacific Carriers Ltd", "Nordic Liner A/S", "Orient Container Co., Ltd.")


class Regular:
    """Regular business of a few firms; ``maker`` has names, goods and ports."""

    def __init__(self, maker: Maker, seed: int = 11) -> None:
        self.maker, self.rng, self._count = maker, random.Random(seed), 0

    def _name(self, listed_in: int) -> str:
        return self.rng.choice(self.maker.listed) if self.rng.randrange(listed_in) == 0 else self.maker.name()

    def _number(self) -> int:
        self._count += 1
        return self._count

    def shipments(self, count: int) -> Iterator[Shipment]:
        rng, maker = self.rng, self.maker
        firms = []
        for _ in range(max(1, count // 60)):
            country = rng.choice(EXPORTERS)
            products = [
                (text, hs, rng.choice((100, 500, 1000, 20_000)), rng.choice((1200, 2400, 8000, 24_000, 13_750)))
                for text, hs in rng.sample(maker.goods, 3)
            ]
            customers = []
            for _ in range(8):
                to = rng.choice([one for one in IMPORTERS if one != country])
                customers.append((self._name(12), to, rng.choice(maker.ports[to])[0], maker.firm()))
            firms.append((maker.firm(), country, rng.choice(maker.ports[country])[0], products, customers))
        for _ in range(count):
            name, country, port, products, customers = rng.choice(firms)
            customer, to, goal, notify = rng.choice(customers)
            number = self._number()
            yield Shipment(
                event_id=f"r{number}",
                event_time=START + timedelta(minutes=number),
                shipment_reference=f"R{number}",
                status="booked",
                export_country=country,
                import_country=to,
                parties=(
                    Party("exporter", name, country=country, address=f"1 {port} Road"),
                    Party("consignee", customer, country=to),
                    *((Party("notify_party", notify, country=to),) if rng.random() < 0.5 else ()),
                    Party("carrier", rng.choice(CARRIERS)),
                ),
                goods=tuple(
                    GoodsLine(at, text, hs_code=hs, quantity=str(lot), unit="KGM", value=Money(f"{price}.00", "USD"))
                    for at, (text, hs, lot, price) in enumerate(rng.sample(products, rng.randint(1, 2)), 1)
                ),
                locations=(Location("loading", country, port), Location("discharge", to, goal)),
                equipment=(Equipment(f"TGHU{number:07}"),) if rng.random() < 0.6 else (),
                deal_references=(f"PO-{50_000 + number}",) if rng.random() < 0.6 else (),
            )

    def update(self, event: Shipment) -> Shipment:
        """An honest update: the ship has sailed, and something else than what stopped it is another now, or is added."""
        rng = self.rng
        carriers = tuple(
            msgspec.structs.replace(one, name=rng.choice(CARRIERS)) if one.role == "carrier" else one
            for one in event.parties
        )
        new: dict[str, object] = {
            "parties": carriers,
            "equipment": (*event.equipment, Equipment(f"MSKU{self._number():07}")),
            "locations": (*event.locations, Location("transshipment", "SG", "SGSIN")),
            "goods": (msgspec.structs.replace(event.goods[0], quantity="99"), *event.goods[1:]),
        }
        field = rng.choice(list(new))
        return msgspec.structs.replace(event, status="departed", event_id=event.event_id + "u", **{field: new[field]})

    def payments(self, count: int) -> Iterator[Payment]:
        rng = self.rng
        staff = [
            (self.maker.firm(), [(self._name(25), rng.choice((1500, 2000, 2500, 3000))) for _ in range(30)])
            for _ in range(max(1, count // 90))
        ]
        for month in ("October", "November"):
            for employer, people in staff:
                batch = f"PAY-{employer[:12]}-{month}" if rng.random() < 0.5 else None
                for person, salary in people:
                    yield self._payment(
                        employer, person, Money(f"{salary}.00", "EUR"), f"Salary {month} 2026", message=batch
                    )
        for _ in range(count // 6):
            employer, people = rng.choice(staff)
            creditor, amount = rng.choice(people)
            kind = rng.random()
            if kind < 0.5:
                text = f"Rent 11/2026 flat {rng.randint(1, 20)}"
            else:
                text, amount = f"Invoice {rng.randint(10_000, 99_999)}", rng.randint(100, 90_000)
            yield self._payment(employer, creditor, Money(f"{amount}.00", "EUR"), text)

    def _payment(self, debtor: str, creditor: str, amount: Money, text: str, *, message: str | None = None) -> Payment:
        number = self._number()
        return Payment(
            event_id=f"p{number}",
            event_time=START + timedelta(minutes=number),
            message_id=message or f"PM{number}",
            end_to_end_id=f"PE{number}",
            amount=amount,
            parties=(
                Party("debtor", debtor, country="DE", account=f"DE44{zlib.crc32(debtor.encode()):014}"),
                Party("creditor", creditor, account=f"DE75{number:014}"),
                Party("debtor_agent", "Bank of Hamburg"),
            ),
            remittance_information=(text,),
        )


# -- stripping ------------------------------------------------------------------------------------------------------


def stripped(event: Event, at: int) -> dict[str, Event]:
    """The same event in which the party ``at`` is gone or altered."""
    was = event.parties[at]
    others = (*event.parties[:at], *event.parties[at + 1 :])

    def with_party(other: Party) -> Event:
        return msgspec.structs.replace(event, parties=(*event.parties[:at], other, *event.parties[at + 1 :]))

    return {
        "removed": msgspec.structs.replace(event, parties=others),
        "another name": with_party(msgspec.structs.replace(was, name="Silver Birch Holding")),
        "another party": with_party(Party(was.role, "Silver Birch Holding", address="3 Elm Close")),
    }


def renamed(event: Event) -> Event:
    if isinstance(event, Shipment):
        return msgspec.structs.replace(event, shipment_reference=event.shipment_reference + "X")
    return msgspec.structs.replace(event, message_id=event.message_id + "X", end_to_end_id=event.end_to_end_id + "X")


class Desk:
    """A screener with its memory."""

    def __init__(self, screener: Screener) -> None:
        self.screener, self.sketcher = screener, Sketcher(b"benchmark")
        self.memory = StoppedEvents(self.sketcher, window=timedelta(days=30), max_count=100_000, max_bytes=1 << 28)
        self.offset = 0
        self.looking = self.taking = 0.0
        self.stopped: list[tuple[Event, Screening]] = []

    def take(self, event: Event, *, keep: bool = True) -> Screening:
        self.offset += 1
        origin, at = Origin("benchmark", 0, self.offset), event.event_time
        began = time.process_time()
        before = StoppedBefore(self.sketcher, self.memory.before(event, origin, at))
        self.looking += time.process_time() - began
        began = time.process_time()
        found = self.screener.screen(event, origin, known_at=at, now=at, stopped=before)
        self.taking += time.process_time() - began
        if keep and found.fingerprint is not None:
            self.memory.put(found.fingerprint)
            self.stopped.append((event, found))
        return found


def alarms(desk: Desk, events: Sequence[Event], show: bool) -> int:
    count = 0
    for event in events:
        again = [alert for alert in desk.take(event).alerts if is_resubmission(alert)]
        count += bool(again)
        for alert in again if show else ():
            print("  ", alert.message)
    return count


def recall(desk: Desk, rename: Callable[[Event], Event]) -> tuple[Counter[str], Counter[str]]:
    """(found, all) by the way it was stripped, of events that one party alone had stopped."""
    found, of = Counter[str](), Counter[str]()
    for event, screening in list(desk.stopped):
        subjects = {(alert.subject.role, alert.subject.value) for alert in screening.alerts}
        hits = [at for at, one in enumerate(event.parties) if (one.role, one.name) in subjects]
        if len(hits) != 1 or len(screening.alerts) != 1:
            continue
        for way, again in stripped(event, hits[0]).items():
            of[way] += 1
            found[way] += any(map(is_resubmission, desk.take(rename(again), keep=False).alerts))
    return found, of


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, nargs="?", default=Path(__file__).resolve().parents[3] / "shared" / "data")
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args(arguments)
    reference = Reference.load([given.shared / file for file in (*FILES, *GOODS_FILES)])
    screener, maker = Screener(reference), Maker(given.shared, reference)
    plain, regular = Desk(screener), Desk(screener)

    mix = [event for _, event in maker.events(given.events)]
    wrong = alarms(plain, mix, given.show)
    heading("stripping")
    print(f"mix of everything: {wrong} false alarms in {len(mix)} events, {len(plain.stopped)} of them stopped")
    print(
        f"  looking back takes {1e6 * plain.looking / len(mix):.0f} us of {1e6 * (plain.looking + plain.taking) / len(mix):.0f} us an event"
    )

    business = Regular(maker)
    ships, pays = list(business.shipments(given.events // 2)), list(business.payments(given.events // 2))
    for name, events in (("regular shipments", ships), ("payrolls, rents, invoices", pays)):
        stopped = len(regular.stopped)
        wrong = alarms(regular, events, given.show)
        print(f"{name}: {wrong} false alarms in {len(events)} events, {len(regular.stopped) - stopped} of them stopped")
    updates = [business.update(event) for event, _ in regular.stopped if isinstance(event, Shipment)]
    print(f"updates of what is stopped: {alarms(regular, updates, given.show)} false alarms in {len(updates)}")
    print(f"memory: {regular.memory.size / max(1, len(regular.memory)):.0f} bytes a stopped event")

    for desk, name in ((plain, "mix"), (regular, "regular business")):
        ways: dict[str, Callable[[Event], Event]] = {
            "its own reference": lambda event: event,
            "another reference": renamed,
        }
        for under, rename in ways.items():
            found, of = recall(desk, rename)
            told = ", ".join(f"{way} {found[way]} of {of[way]}" for way in of)
            print(f"{name}, stripped and sent again under {under}: {told}")


if __name__ == "__main__":
    main()
