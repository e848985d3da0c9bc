"""Realistic traffic for benchmarks: 100,000 names of which some are met every day and most hardly ever (Zipf).

Shipments with 3 to 6 parties and 1 to 5 goods lines, payments with 3 to 6 parties and remittance text, 70 to 30;
one event in a hundred names somebody who is listed. The same seed gives the same traffic.
"""

# ruff: noqa: SIM905 - words read better as a text
from __future__ import annotations

import bisect
import itertools
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from sekisho.model import Equipment, GoodsLine, Location, Money, Party, Payment, Shipment, Transport

NAMES = 100_000

_FIRST = (
    "Hiroshi Yuki Kenji Aiko Takeshi Naoko Wei Li Xin Hui Jing Min Anna Peter Maria Jan Eva Piotr Olga Ivan Dmitri Elena "
    "Juan Carmen Luis Sofia Marco Giulia Hans Greta Lars Ingrid Ahmed Fatima Omar Leila Priya Arjun Ravi Anita John Emily "
    "Sarah David Nguyen Thi Somchai Malee Putri Budi Jose Rosa Pierre Claire Mehmet Ayse Kofi Ama Chidi Ngozi"
).split()
_LAST = (
    "Tanaka Sato Suzuki Yamamoto Kobayashi Watanabe Wang Zhang Chen Liu Huang Zhao Novak Kowalski Schmidt Müller Weber "
    "Rossi Bianchi García Fernández López Silva Santos Ivanova Petrenko Shevchenko Larsen Hansen Johansson Khan Hussein "
    "Al-Sayed Sharma Patel Gupta Smith Johnson Brown Nguyen Tran Pham Wijaya Santoso Reyes Cruz Dubois Moreau Yilmaz Demir "
    "Mensah Okafor Adeyemi Kim Park Choi Lee"
).split()
_TRADE = (
    "Trading Logistics Shipping Electronics Textiles Machinery Foods Pharma Chemicals Optics Motors Steel Plastics Furniture "
    "Paper Ceramics Instruments Marine Timber Cosmetics Packaging Bearings Tools Toys Seafood Coffee Cotton Glass Cables"
).split()
_PLACE = (
    "Osaka Kobe Nagoya Yokohama Hamburg Rotterdam Antwerp Valencia Genoa Gdansk Gothenburg Busan Shanghai Ningbo Qingdao "
    "Kaohsiung Manila Haiphong Bangkok Penang Jakarta Chennai Mumbai Dubai Jeddah Mersin Piraeus Durban Lagos Tema Santos "
    "Callao Veracruz Houston Savannah Seattle Vancouver Halifax Felixstowe Dublin"
).split()
_FORM = ("Co., Ltd.", "GmbH", "B.V.", "S.p.A.", "Ltd", "Inc.", "K.K.", "S.A.", "Sp. z o.o.", "Pte. Ltd.", "A/S", "LLC")
_GOODS = (
    ("Cotton T-shirts, knitted", "610910"),
    ("Passenger car tyres, new", "401110"),
    ("Frozen tuna loins", "030487"),
    ("Office chairs, wood frame", "940161"),
    ("Ball bearings, steel", "848210"),
    ("LED lamps for household use", "853952"),
    ("Printed books", "490199"),
    ("Green tea, packed", "090210"),
    ("Ceramic tableware", "691110"),
    ("Bicycle parts: frames and forks", "871491"),
    ("Stainless steel screws M8", "731815"),
    ("Polyethylene granules", "390110"),
    ("Sewing machines, household", "845210"),
    ("Cosmetic creams", "330499"),
    ("Optical lenses for spectacles", "900150"),
    ("Paper cups", "482369"),
    ("Garden tools, hand", "820190"),
    ("Guitars, acoustic", "920290"),
    ("Wheat flour", "110100"),
    ("Water pumps for gardens", "841370"),
)
_PORTS = (
    ("JP", "JPOSA"), ("JP", "JPYOK"), ("DE", "DEHAM"), ("NL", "NLRTM"), ("US", "USLAX"), ("SG", "SGSIN"), ("KR", "KRPUS"),
    ("IT", "ITGOA"), ("ES", "ESVLC"), ("IN", "INMAA"), ("AU", "AUSYD"), ("BR", "BRSSZ"),
)  # fmt: skip
_START = datetime(2023, 2, 6, 0, 0, tzinfo=UTC)


def everybody() -> list[str]:
    """100,000 names: firms and persons of many countries."""
    persons = (f"{first} {last}" for first, last in itertools.product(_FIRST, _LAST))
    firms = (
        f"{place} {last} {trade} {_FORM[number % len(_FORM)]}"
        for number, (place, trade, last) in enumerate(itertools.product(_PLACE, _TRADE, _LAST))
    )
    names = list(itertools.islice(itertools.chain(persons, firms), None))
    random.Random(1).shuffle(names)
    numbered = (f"{name} No. {number}" for number in itertools.count(2) for name in names)
    return list(itertools.islice(itertools.chain(names, numbered), NAMES))


class Traffic:
    """``fresh``: every party and goods line is seen for the first time, so that no cache helps. ``prefix`` begins each reference."""

    def __init__(self, listed: Sequence[str], *, seed: int = 7, fresh: bool = False, prefix: str = "") -> None:
        self._chance = random.Random(seed)
        self._names = everybody()
        weights = itertools.accumulate(1 / rank for rank in range(1, NAMES + 1))
        self._cumulative = list(weights)
        self._listed = list(listed)
        self._fresh = fresh
        self._prefix = prefix
        self._count = itertools.count()

    def _name(self) -> str:
        if self._fresh:
            number = next(self._count)
            return f"{self._names[number % NAMES]} {number:x}"
        return self._names[bisect.bisect(self._cumulative, self._chance.random() * self._cumulative[-1])]

    def _parties(self, roles: Sequence[str], hit: bool) -> tuple[Party, ...]:
        count = self._chance.randint(3, 6)
        names = [self._name() for _ in range(count)]
        if hit and self._listed:
            names[self._chance.randrange(count)] = self._chance.choice(self._listed)
        return tuple(
            Party(
                role=role,
                name=name,
                country=self._chance.choice(_PORTS)[0],
                address=f"{self._chance.randint(1, 300)} {self._chance.choice(_PLACE)} Street",
            )
            for role, name in zip(roles, names, strict=False)
        )

    def _line(self, number: int) -> GoodsLine:
        text, code = self._chance.choice(_GOODS)
        if self._fresh:
            text = f"{text}, lot {next(self._count):x}"
        return GoodsLine(
            line=number,
            description=text,
            hs_code=code,
            quantity=str(self._chance.randint(1, 2000)),
            unit="KGM",
            value=Money(f"{self._chance.randint(100, 900_000)}.00", "USD"),
        )

    def events(self, count: int) -> Iterator[Shipment | Payment]:
        for number in range(count):
            moment = _START + timedelta(seconds=number)
            hit = number % 100 == 50
            if number % 10 < 7:
                yield self._shipment(number, moment, hit)
            else:
                yield self._payment(number, moment, hit)

    def _shipment(self, number: int, moment: datetime, hit: bool) -> Shipment:
        (origin, loading), (goal, discharge) = self._chance.sample(_PORTS, 2)
        return Shipment(
            event_id=f"e{number}",
            event_time=moment,
            shipment_reference=f"{self._prefix}SHP{number:09}",
            status="booked",
            export_date=moment.date(),
            export_country=origin,
            import_country=goal,
            parties=self._parties(
                ("shipper", "consignee", "notify_party", "carrier", "freight_forwarder", "manufacturer"), hit
            ),
            goods=tuple(self._line(line) for line in range(1, self._chance.randint(1, 5) + 1)),
            locations=(
                Location("loading", origin, loading),
                Location("discharge", goal, discharge),
            ),
            transport=Transport(
                mode="maritime", vessel_name=f"{self._chance.choice(_PLACE)} Star", voyage_number="012E"
            ),
            equipment=(Equipment(f"MSKU{number:07}"),),
        )

    def _payment(self, number: int, moment: datetime, hit: bool) -> Payment:
        return Payment(
            event_id=f"e{number}",
            event_time=moment,
            message_id=f"M{number:09}",
            end_to_end_id=f"{self._prefix}E{number:09}",
            amount=Money(f"{self._chance.randint(10, 900_000)}.00", "EUR"),
            settlement_date=moment.date(),
            parties=self._parties(
                ("debtor", "creditor", "debtor_agent", "creditor_agent", "ultimate_creditor", "intermediary_agent"), hit
            ),
            remittance_information=(f"Invoice {number} {self._chance.choice(_GOODS)[0]}",),
        )
