"""Everything at once: all real lists, tables and measures over 10,000 plain and listed shipments and payments.

    python -m tests.benchmarks.law [SHARED_DATA] [--events 10000] [--show]

Plain trade is made of real HS subheadings outside every controlled code and of no listed chemical, their official descriptions, real UN/LOCODEs,
people who are on no list (the strangers file) and firms made of ordinary words; one event in a hundred names somebody who
is listed. Printed: events a second on one core as a ratio to merely decoding the same events, and how much plain trade
is above ``clear``; ``--show`` prints each of those with its reason.
"""

from __future__ import annotations

import argparse
import csv
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec

from sekisho import (
    GoodsLine,
    Location,
    Money,
    Origin,
    Party,
    Payment,
    Reference,
    Screener,
    Shipment,
)
from sekisho.agents.memory import settle
from sekisho.goods import GoodsIndex
from sekisho.names import EntityMatch, NameIndex, Query
from sekisho.names.strangers import Strangers
from sekisho.places import Gazetteer
from sekisho.screening import Tables
from sekisho.wire import codec, contracts
from sekisho.wire.events import event_from_json
from sekisho.wire.framing import SINGLE_OBJECT_HEADER
from sekisho.wire.resolution import reader_for
from tests.benchmarks.heading import heading
from tests.benchmarks.lists import FILES
from tests.benchmarks.traffic import _FORM, _LAST, _PLACE, _TRADE

#: Who trades with whom: the large exporters, and destinations without a general embargo.
EXPORTERS = ("JP", "US", "DE", "GB", "NL", "CN", "KR", "FR", "IT", "IN")
IMPORTERS = (
    *EXPORTERS,
    "BR",
    "MX",
    "AU",
    "VN",
    "TH",
    "ID",
    "MY",
    "SG",
    "ZA",
    "EG",
    "TR",
    "PL",
    "ES",
    "SE",
    "KZ",
    "UA",
    "AE",
    "NG",
)
GOODS_FILES = (
    "japan/law",
    "us/ccl.json",
    "goods/common_high_priority_list_50.csv",
    "japan/meti_23_semiconductor_items_2023-07-23.csv",
)


#: Subheadings that the HS has for single chemicals of the Chemical Weapons Convention. No measure names their codes, but the
#: Goods Ordinance (貨物等省令) art. 2 names each of the chemicals: an event that declares one has to be held.
CHEMICAL_WEAPONS = frozenset(
    (
        "281112", "281211", "281212", "281213", "281214", "281215", "281216", "281217", "285310", "290491",
        "292021", "292022", "292023", "292024", "292215",
    )
)  # fmt: skip


class Maker:
    """Makes events; the same seed gives the same ones."""

    def __init__(self, shared: Path, reference: Reference, seed: int = 7) -> None:
        self.rng = random.Random(seed)
        with (shared / "names" / "negatives_global_50k.csv").open(encoding="utf-8", newline="") as rows:
            self.strangers = [row["full_name"] for row in csv.DictReader(rows)]
        controlled = {
            code
            for item in reference.tables.goods.items.values()
            for period in item.validity
            for code in period.hs_codes
        }
        with (shared / "goods" / "hs2022.csv").open(encoding="utf-8", newline="") as rows:
            self.goods = [
                (row["description"], row["hscode"])
                for row in csv.DictReader(rows)
                if len(row["hscode"]) == 6
                and row["hscode"] not in CHEMICAL_WEAPONS
                and not any(row["hscode"].startswith(code) for code in controlled)
            ]
        self.ports: dict[str, list[tuple[str, str]]] = {}
        with (shared / "geo" / "unlocode_2021.csv").open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                if row["country"] in IMPORTERS and row["country"] != "UA":
                    self.ports.setdefault(row["country"], []).append((row["locode"], row["name"]))
        self.ports["UA"] = [("UAIEV", "Kyiv"), ("UAODS", "Odesa"), ("UALWO", "Lviv")]
        self.listed = sorted({e.primary_name for e in reference.tables.names.entities.values()})

    def firm(self) -> str:
        rng = self.rng
        return f"{rng.choice(_LAST)} {rng.choice(_PLACE)} {rng.choice(_TRADE)} {rng.choice(_FORM)}"

    def name(self) -> str:
        return self.firm() if self.rng.random() < 0.7 else self.rng.choice(self.strangers)

    def events(self, count: int) -> Iterator[tuple[bool, Shipment | Payment]]:
        """``(plain, event)``."""
        for number in range(count):
            plain = self.rng.random() >= 0.01
            other = self.name() if plain else self.rng.choice(self.listed)
            yield plain, self.shipment(number, other) if self.rng.random() < 0.7 else self.payment(number, other)

    def shipment(self, number: int, other: str) -> Shipment:
        rng = self.rng
        origin, to = rng.choice(EXPORTERS), rng.choice(IMPORTERS)
        while to == origin:
            to = rng.choice(IMPORTERS)
        code, town = rng.choice(self.ports[to])
        return Shipment(
            event_id=f"e{number}",
            event_time=_moment(rng),
            shipment_reference=f"S{number}",
            status=rng.choice(("booked", "departed", "in_transit", "arrived")),
            export_date=date(2026, 8, rng.randint(1, 28)),
            export_country=origin,
            import_country=to,
            parties=(
                Party("exporter", self.firm(), country=origin),
                Party("consignee", other, country=to, address=f"{rng.randint(1, 99)} {rng.choice(_LAST)} Street, {town}"),
                Party("notify_party", self.name(), country=to),
                Party("carrier", self.firm()),
            ),
            goods=tuple(
                GoodsLine(
                    at, text, hs_code=hs, origin_country=origin, quantity=str(rng.randint(1, 500)),
                    value=Money(str(rng.randint(100, 90_000)), "USD"),
                )
                for at, (text, hs) in enumerate(rng.sample(self.goods, rng.randint(1, 3)), 1)
            ),
            locations=(
                Location("loading", origin, rng.choice(self.ports[origin])[0]),
                Location("discharge", to, code, town),
            ),
        )  # fmt: skip

    def payment(self, number: int, other: str) -> Payment:
        rng = self.rng
        return Payment(
            event_id=f"e{number}",
            event_time=_moment(rng),
            message_id=f"M{number}",
            end_to_end_id=f"E{number}",
            amount=Money(str(rng.randint(10, 500_000)), rng.choice(("USD", "EUR", "JPY", "GBP"))),
            settlement_date=date(2026, 8, rng.randint(1, 28)),
            parties=(
                Party("debtor", self.name(), country=rng.choice(IMPORTERS)),
                Party("creditor", other, country=rng.choice(IMPORTERS)),
                Party("creditor_agent", f"Bank of {rng.choice(_PLACE)}"),
            ),
            remittance_information=(f"Invoice {rng.randint(1000, 9999)} {rng.choice(self.goods)[0][:60]}",),
        )


class _NoNames:
    """Stands for the index of names: it has every entry and finds none."""

    def __init__(self, names: NameIndex) -> None:
        self.entities = names.entities

    def search(self, query: Query) -> list[EntityMatch]:
        return []

    def _named(self, text: str, kind: str) -> tuple[()]:
        return ()

    def scan(self, text: str) -> list[EntityMatch]:
        return []


def without_names(tables: Tables, events: Sequence[Shipment | Payment]) -> float:
    """CPU microseconds an event of all that is not the search of names, with goods and places never seen before."""
    goods = GoodsIndex(tables.goods.items.values())
    names = _NoNames(tables.names)
    bare = msgspec.structs.replace(
        tables, names=names, strangers=Strangers(names), goods=goods, places=Gazetteer.load()
    )
    screener = Screener(bare)
    origin = Origin("benchmark", 0, 0)
    began = time.process_time()
    for event in events:
        screener.screen(event, origin, known_at=event.event_time, now=event.event_time)
    return 1e6 * (time.process_time() - began) / len(events)


def by_libraries(events: Sequence[Shipment | Payment]) -> float:
    """CPU seconds in which fastavro and msgspec alone decode the same events from Avro: what does not move with our own readers."""
    values = [(contracts.NAME_OF[type(event)], codec.encode(event)) for event in events]
    began = time.process_time()
    for name, value in values:
        data, _ = codec.read_avro(reader_for(name, contracts.newest(name).parsed), value, SINGLE_OBJECT_HEADER)
        codec.convert(data, contracts.RECORDS[name])
    return time.process_time() - began


def _moment(rng: random.Random) -> datetime:
    return datetime(2026, 8, 1, tzinfo=UTC) + timedelta(minutes=rng.randint(0, 40_000))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("shared", type=Path, nargs="?", default=Path(__file__).resolve().parents[3] / "shared" / "data")
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args(arguments)
    reference = Reference.load([given.shared / file for file in (*FILES, *GOODS_FILES)])
    screener = Screener(reference)
    maker = Maker(given.shared, reference)
    made = list(maker.events(given.events))
    lines = [msgspec.json.encode(event) for _, event in made]
    settle()  # as a worker does once its tables stand
    began = time.process_time()
    events = [event_from_json(line).event for line in lines]
    decode = time.process_time() - began
    origin = Origin("benchmark", 0, 0)
    began = time.process_time()
    found = [screener.screen(e, origin, known_at=e.event_time, now=e.event_time) for e in events]
    screen = time.process_time() - began
    rest = without_names(screener.tables, events)
    plainly = by_libraries(events)
    plain = [one for (is_plain, _), one in zip(made, found, strict=True) if is_plain]
    above = [one for one in plain if one.verdict.verdict != "clear"]
    listed = [one for (is_plain, _), one in zip(made, found, strict=True) if not is_plain]
    missed = sum(one.verdict.verdict == "clear" for one in listed)
    heading("law")
    print(f"lists, tables and measure sets: {len(reference.lists)}; measures: {len(screener.tables.measures)}")
    print(f"events: {len(events)}, of them {len(listed)} name a listed party ({missed} clear)")
    print(f"screened: {len(events) / screen:,.0f} events/s on one core, {1e6 * screen / len(events):,.0f} us an event")
    print(f"of that without the search of names: {rest:,.0f} us an event (goods, places, measures, records; goal 200)")
    print(f"decoded:  {len(events) / decode:,.0f} events/s from JSON by our own functions; ratio {decode / screen:.3f}")
    print(
        f"          {len(events) / plainly:,.0f} events/s from Avro by fastavro and msgspec alone; ratio {plainly / screen:.3f}"
    )
    print(f"plain trade above clear: {len(above)} of {len(plain)} ({100 * len(above) / len(plain):.2f} %)")
    kinds = Counter((a.subject.kind, m.list_id) for one in above for a in one.alerts for m in a.matches[:1])
    for (kind, list_id), times in kinds.most_common():
        print(f"  {times:4d}  {kind} on {list_id}")
    if given.show:
        for one in above:
            for alert in one.alerts:
                print(f"{alert.verdict}\t{alert.message}")


if __name__ == "__main__":
    main()
