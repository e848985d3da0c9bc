"""The statutes as cases: for each measure an event that it catches, others that it does not, one that leaves something open,
and the days on which it begins.

Written from the acts and not from the measures: what the chart marks, what an article takes in and out, when an order took
effect. ``test_statutes.py`` screens them with the measures of the pack.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from sekisho.model import ControlCode, Entity, GoodsItem, GoodsLine, Location, Money, Name, Party, Payment, Shipment
from tests.factories import Period

#: A name on each list that a measure speaks of; they have nothing in common.
NAMES = {
    "jp-meti-export-ban-russia": "Zorkovian Dynamics Works",
    "jp-meti-export-ban-belarus": "Qalthurian Foundry Kombinat",
    "jp-meti-export-ban-third-country": "Brimvaldic Optics Bureau",
    "jp-meti-end-user": "Ystrelian Rocketry Institute",
    "jp-mof-asset-freeze": "Drovomirsk Kalvestine Holding",
    "us-bis-entity-list": "Hexaluna Semicon Shenzhen",
    "us-bis-meu": "Vostrograd Turbine Arsenal",
    "us-bis-uvl": "Pemberwick Unverified Trading",
    "us-bis-dpl": "Gonzaquin Denied Exports",
    "us-ofac-sdn": "Maravellon Blocked Shipping",
    "uk-sanctions": "Thistlewane Frozen Capital",
    "us-ofac-cons": "Peregrovsk Sectoral Neftbank",
    "us-csl-cmic": "Dragonmere Avionics Jituan",
    "us-csl-ssi": "Oblivansk Deepwater Burneft",
    "us-csl-ns-mbs": "Wrenhollow Sovereign Fundacija",
    "un-sc": "Ashqarovia Relief Front",
    "eu-fsf": "Lindenfurth Sanktion Gruppe",
}
#: One party under every directive; ``us-csl-cmic`` under none.
DIRECTIVES = (*(f"EO13662 Directive {n}" for n in "1234"), *(f"EO14024 Directive {n}" for n in ("1A", "3", "4")))
PROGRAMMES = {
    "uk-sanctions": ("The Russia (Sanctions) (EU Exit) Regulations 2019", "Asset freeze"),
    "us-ofac-cons": ("UKRAINE-EO13662", "RUSSIA-EO14024", *DIRECTIVES),
    "us-csl-cmic": ("CMIC-EO13959",),
    "us-csl-ssi": ("UKRAINE-EO13662",),
    "us-csl-ns-mbs": ("RUSSIA-EO14024",),
}


def entries() -> Iterator[Entity]:
    for list_id, name in NAMES.items():
        yield Entity(list_id, "1", "Organization", (Name(name),), programmes=PROGRAMMES.get(list_id, ()))
    # On the United Kingdom's list with no freeze: a ban of ships from ports is no freeze.
    yield Entity(
        "uk-sanctions", "2", "Organization", (Name("Corvenhoe Port Ban"),), programmes=("Prohibition of port entry",)
    )


def items() -> Iterator[GoodsItem]:
    """Items of the tables that are not in the pack, as their publishers number them."""
    day = datetime(2022, 1, 1, tzinfo=UTC).date()
    for number in ("2(29)", "6(2)", "7(15)", "9(1)"):
        code = (ControlCode("jp-eto-1", number),)
        yield GoodsItem("jp-eto-1", number, {"en": f"Row {number}"}, (Period(from_=day),), "Appended Table 1", code)
    for column in CHART:
        for part in (False, True):
            reason = f"{column} in part" if part else column
            yield _entry(eccn(column, part=part), reason)
    yield _entry("5A992", "AT 1")
    for number, (_, reason, *_) in OWN.items():
        yield _entry(number, reason)
    for number in ("0A983", "0A501", "0A506"):
        yield _entry(number, "CC")


def _entry(number: str, reason: str) -> GoodsItem:
    day = datetime(2022, 1, 1, tzinfo=UTC).date()
    return GoodsItem(
        "us-ccl", number, {"en": f"Entry {number}"}, (Period(from_=day),), "15 CFR 774 Supp. 1",
        (ControlCode("us-ccl", number),), reasons_for_control=(reason,),
    )  # fmt: skip


def eccn(column: str, *, part: bool) -> str:
    """A made-up entry that is controlled for just one column."""
    at = sorted(CHART).index(column)
    return f"{'2' if part else '1'}A8{at:02d}"


#: Commerce Country Chart, 15 CFR 738 Supp. 1 as of 2026-07-23: column, a row that is marked, a row that is not.
CHART: dict[str, tuple[str, str | None]] = {
    "CB 1": ("DE", None),  # every row
    "CB 2": ("CN", "AR"),
    "CB 3": ("CN", "AR"),
    "NP 1": ("IN", "BR"),
    "NP 2": ("IQ", "AR"),
    "NS 1": ("DE", "GB"),
    "NS 2": ("CN", "DE"),
    "MT 1": ("JP", "CA"),
    "RS 1": ("FR", "AU"),
    "RS 2": ("CN", "DE"),
    "FC 1": ("AR", "AU"),
    "CC 1": ("DZ", "DE"),
    "CC 2": ("AM", "DE"),
    "CC 3": ("AF", "AM"),
}


#: Entries that name their destinations themselves (made-up numbers): measure, what they say, a destination in it and one outside.
OWN: dict[str, tuple[str, str, str, str]] = {
    "0A999": ("worldwide", "worldwide", "CA", "US"),
    "0A998": ("worldwide-part", "worldwide in part", "CA", "US"),
    "0A997": ("all-but-canada", "all but Canada", "DE", "CA"),
    "0A996": ("all-but-canada-part", "all but Canada in part", "DE", "CA"),
    # Country Groups of 15 CFR 740 Supp. 1: China is in D:5, Kazakhstan in D:1 alone; Israel (D:4) is in A:6 and spared.
    "3A797": ("d5", "Macau and D:5", "MO", "KZ"),
    "3A796": ("d5-part", "Macau and D:5 in part", "CN", "AE"),
    "3A795": ("d1-d4-d5", "UAE, D:1, D:4 and D:5", "KZ", "IL"),
    "3A794": ("d1-d4-d5-part", "UAE, D:1, D:4 and D:5 in part", "AE", "DE"),
    "3A793": ("cn-ru-ve", "China, Russia and Venezuela", "VE", "DE"),
    "3A792": ("cn-ru-ve-part", "China, Russia and Venezuela in part", "HK", "MO"),
    "3A791": ("iraq", "Iraq", "IQ", "KW"),
    "3A790": ("pakistan", "Pakistan", "PK", "IN"),
    "3A789": ("pakistan-part", "Pakistan in part", "PK", "IN"),
}


class Case(msgspec.Struct, frozen=True):
    """``asked`` of ``measure_id`` for ``event``; None: it is silent. ``kind``: positive, negative, unknown or date."""

    measure_id: str
    kind: str
    what: str
    event: Shipment | Payment
    asked: str | None


class Rule(msgspec.Struct, frozen=True):
    """A measure as its act reads: the ``base`` event is caught with ``effect``, and what is changed in it decides."""

    measure_id: str
    effect: str
    base: Mapping[str, Any]
    negative: Mapping[str, Mapping[str, Any]]
    unknown: Mapping[str, Mapping[str, Any]]
    dates: Mapping[str, str | None]

    def cases(self) -> Iterator[Case]:
        yield Case(self.measure_id, "positive", "as the act says", event(self.base), self.effect)
        for what, change in self.negative.items():
            yield Case(self.measure_id, "negative", what, event({**self.base, **change}), None)
        for what, change in self.unknown.items():
            yield Case(self.measure_id, "unknown", what, event({**self.base, **change}), "review")
        for on, asked in self.dates.items():
            yield Case(self.measure_id, "date", on, event({**self.base, "on": on}), asked)


def event(fields: Mapping[str, Any]) -> Shipment | Payment:
    """``on`` (UTC), ``out``, ``to``, ``code`` (regime, code), ``origin``, ``yen``, ``listed`` ((list, role) …) and so on."""
    on = fields["on"]
    at = datetime.fromisoformat(on if "T" in on else f"{on}T12:00").replace(tzinfo=UTC)
    parties = tuple(
        Party(role, fields.get("name") or NAMES[list_id], country=fields.get("seat"))
        for list_id, role in fields.get("listed", ())
    )
    if "currency" in fields:
        return Payment(
            event_id="e", event_time=at, message_id="m", end_to_end_id="x", parties=parties,
            amount=Money("100.00", fields["currency"]),
        )  # fmt: skip
    regime, code = fields.get("code", ("", ""))
    yen = fields.get("yen")
    line = GoodsLine(
        1, fields.get("goods", "Item as classified"), origin_country=fields.get("origin", "KR"),
        control_codes=(ControlCode(regime, code),) if code else (), value=Money(yen, "JPY") if yen else None,
    )  # fmt: skip
    place = fields.get("place")
    return Shipment(
        event_id="e", event_time=at, shipment_reference="S", status="booked", export_country=fields.get("out"),
        import_country=fields.get("to"), parties=parties, goods=(line,), end_use=fields.get("end_use"),
        locations=(Location("destination", "UA", None, place),) if place else (),
    )  # fmt: skip


NOT_SAID: Mapping[str, Mapping[str, Any]] = {"no export country": {"out": None}, "no destination": {"to": None}}
NO_EXPORT_COUNTRY = {"no export country": {"out": None}}
VAGUE = {"goods not described": {"goods": "spare parts", "code": ("", "")}}
FREE = {"goods that no table holds": {"goods": "Cotton T-shirts", "code": ("", "")}}
FROM_GERMANY = {"exported from Germany": {"out": "DE"}}


def japan() -> Iterator[Rule]:
    russia = {"on": "2023-02-03T06:00", "out": "JP", "to": "RU"}
    yield Rule(
        "jp-etco-2-1-item-1-4", "prohibited", {**russia, "code": ("jp-eto-2-3", "2(69)")},
        {**FROM_GERMANY, **FREE, "to Kazakhstan": {"to": "KZ"}}, {**NOT_SAID, **VAGUE},
        # Item 2(69) was promulgated on 27 January 2023 and begins on 3 February, Tokyo's days.
        {"2023-01-26T14:59": None, "2023-01-26T15:00": "review", "2023-02-02T14:59": "review", "2023-02-02T15:00": "prohibited"},
    )  # fmt: skip
    yield Rule(
        "jp-etco-2-1-item-1-3", "prohibited", {**russia, "to": "BY", "code": ("jp-eto-2-3", "2(1)")},
        # Only items 1 and 2(1) to (31): item 2(69) is not among them.
        {**FROM_GERMANY, **FREE, "item 2(69)": {"code": ("jp-eto-2-3", "2(69)")}, "to Kazakhstan": {"to": "KZ"}},
        {**NOT_SAID, **VAGUE}, {"2022-03-17T14:59": None, "2022-03-18T15:00": "prohibited"},
    )  # fmt: skip
    yield Rule(
        "jp-etco-2-1-item-1-5", "prohibited", {"on": "2023-02-03", "out": "JP", "to": "UA", "place": "Donetsk"},
        {**FROM_GERMANY, "to Kyiv": {"place": "Kyiv"}, "to Donetsk in Rostov oblast": {"to": "RU", "place": None}},
        {**NO_EXPORT_COUNTRY, "Ukraine and no place": {"place": None}},
        {"2022-03-17T14:59": None, "2022-03-17T15:00": "prohibited"},
    )  # fmt: skip
    for number, country, list_id in (
        ("1-6", "BY", "jp-meti-export-ban-belarus"),
        ("1-7", "RU", "jp-meti-export-ban-russia"),
    ):
        yield Rule(
            f"jp-etco-2-1-item-{number}", "prohibited",
            {**russia, "to": country, "goods": "Cotton T-shirts", "listed": ((list_id, "intermediate_consignee"),)},
            # On 10 February 2023 a shipment to the Emirates was outside item 1-7.
            {**FROM_GERMANY, "to the Emirates": {"to": "AE"}, "nobody designated": {"listed": ()}},
            {**NOT_SAID, "only possibly the same name": {"name": f"{NAMES[list_id].split()[0]} {NAMES[list_id].split()[1]}"}},
            {"2022-03-17T14:59": None, "2022-03-18": "prohibited"},
        )  # fmt: skip
    third = "jp-meti-export-ban-third-country"
    yield Rule(
        "jp-etco-2-1-item-1-8", "prohibited",
        {"on": "2026-06-06", "out": "JP", "to": "TR", "code": ("jp-eto-2-3", "2(69)"), "listed": ((third, "consignee"),)},
        # Appended Table 2-4 names ten countries; luxury goods (item 3) are left out.
        {**FROM_GERMANY, **FREE, "to Georgia": {"to": "GE"}, "nobody designated": {"listed": ()},
         "luxury goods": {"code": ("jp-eto-2-3", "3")}},
        {**NOT_SAID, **VAGUE}, {"2026-06-04T14:59": None, "2026-06-04T15:00": "prohibited"},
    )  # fmt: skip
    yield from _north_korea()
    yield from _table_1()
    yield from _catch_all()
    yield Rule(
        "jp-fefa-freeze-payment", "prohibited",
        {"on": "2023-02-03", "currency": "JPY", "listed": (("jp-mof-asset-freeze", "creditor"),)},
        {"nobody frozen": {"listed": ()}, "as a bank between the two": {"listed": (("jp-mof-asset-freeze", "intermediary_agent"),)}},
        {"only possibly the same name": {"name": "Drovomirsk Kalvestine"}},
        {"1998-03-31T14:59": None, "1998-03-31T15:00": "prohibited"},
    )  # fmt: skip


def _north_korea() -> Iterator[Rule]:
    """Supplementary provision 3: item 1-2 speaks of every good until 13 April of 2023, of 2025 and of 2027, as each text says."""
    for name, effect, on, dates in (
        (
            "until-2023",
            "prohibited",
            "2023-02-10",
            {
                "2022-12-05T14:59": None,
                "2022-12-05T15:00": "prohibited",
                "2023-04-13T14:59": "prohibited",
                "2023-04-13T15:00": None,
            },
        ),
        ("after-2023", "review", "2023-05-10", {"2023-04-13T15:00": "review", "2023-07-20T15:00": None}),
        (
            "until-2025",
            "prohibited",
            "2024-02-10",
            {"2023-07-20T14:59": None, "2023-07-20T15:00": "prohibited", "2025-04-13T15:00": None},
        ),
        ("after-2025", "review", "2025-05-10", {"2025-04-13T15:00": "review", "2026-06-04T15:00": None}),
        (
            "until-2027",
            "prohibited",
            "2026-08-10",
            {"2026-06-04T14:59": None, "2026-06-04T15:00": "prohibited", "2027-04-13T15:00": None},
        ),
        ("after-2027", "review", "2027-05-10", {"2026-06-04T14:59": None, "2027-04-13T15:00": "review"}),
    ):
        yield Rule(
            f"jp-etco-2-1-item-1-2-{name}", effect, {"on": on, "out": "JP", "to": "KP", "goods": "Cotton T-shirts", "yen": "100"},
            {**FROM_GERMANY, "to South Korea": {"to": "KR"}}, NOT_SAID, dates,
        )  # fmt: skip


def _table_1() -> Iterator[Rule]:
    base = {"on": "2023-02-03", "out": "JP", "to": "DE"}
    yield Rule(
        "jp-etco-1-rows-1-4-14", "licence_required", {**base, "code": ("jp-eto-1", "2(29)"), "yen": "1000"},
        {**FROM_GERMANY, **FREE, "within Japan": {"to": "JP"}, "row 6": {"code": ("jp-eto-1", "6(2)")}},
        {**NO_EXPORT_COUNTRY, **VAGUE, "no destination": {"to": None}}, {"2022-12-05T14:59": None, "2022-12-06": "licence_required"},
    )  # fmt: skip
    yield Rule(
        "jp-etco-1-rows-5-15", "licence_required", {**base, "code": ("jp-eto-1", "6(2)"), "yen": "1000001"},
        {**FROM_GERMANY, **FREE, "within Japan": {"to": "JP"}, "worth 1,000,000 yen": {"yen": "1000000"},
         "goods of Appended Table 3-3": {"code": ("jp-eto-1", "7(15)")}},
        {**NO_EXPORT_COUNTRY, **VAGUE}, {"2022-12-05T14:59": None, "2022-12-06": "licence_required"},
    )  # fmt: skip
    yield Rule(
        "jp-etco-1-table-3-3", "licence_required", {**base, "code": ("jp-eto-1", "7(15)"), "yen": "50001"},
        {**FROM_GERMANY, **FREE, "within Japan": {"to": "JP"}, "worth 50,000 yen": {"yen": "50000"},
         "row 6": {"code": ("jp-eto-1", "6(2)")}},
        {**NO_EXPORT_COUNTRY, **VAGUE}, {"2022-12-05T14:59": None, "2022-12-06": "licence_required"},
    )  # fmt: skip
    yield Rule(
        "jp-etco-1-table-4", "licence_required", {**base, "to": "IR", "code": ("jp-eto-1", "6(2)"), "yen": "1000"},
        {**FROM_GERMANY, **FREE, "to Germany": {"to": "DE"}, "row 2": {"code": ("jp-eto-1", "2(29)")}},
        {**NOT_SAID, **VAGUE}, {"2022-12-05T14:59": None, "2022-12-06": "licence_required"},
    )  # fmt: skip
    yield Rule(
        "jp-etco-1-chip-23", "licence_required", {**base, "on": "2023-07-24", "to": "CN", "code": ("jp-chip-23", "2"), "yen": "1000001"},
        {**FROM_GERMANY, **FREE, "within Japan": {"to": "JP"}, "worth 1,000,000 yen": {"yen": "1000000"}},
        {**NO_EXPORT_COUNTRY, **VAGUE},
        {"2023-05-22T14:59": None, "2023-05-22T15:00": "review", "2023-07-22T14:59": "review", "2023-07-22T15:00": "licence_required"},
    )  # fmt: skip


def _catch_all() -> Iterator[Rule]:
    """Row 16 spares the countries of Appended Table 3, which took in the Republic of Korea with the text of 2023-07-21."""
    user = {"out": "JP", "goods": "Cotton T-shirts", "listed": (("jp-meti-end-user", "end_user"),)}
    use = {"out": "JP", "goods": "Cotton T-shirts", "end_use": "for a missile programme"}
    for base, name, no in (
        (user, "end-user", {"nobody listed": {"listed": ()}}),
        (
            use,
            "end-use",
            {"a civil use": {"end_use": "for a school"}, "the use denied": {"end_use": "non-military use"}},
        ),
    ):
        yield Rule(
            f"jp-etco-catch-all-{name}-2022", "review", {**base, "on": "2023-02-03", "to": "KR"},
            {**FROM_GERMANY, **no, "to Germany": {"to": "DE"}}, NOT_SAID,
            {"2002-03-31T14:59": None, "2023-07-20T14:59": "review", "2023-07-20T15:00": None},
        )  # fmt: skip
        yield Rule(
            f"jp-etco-catch-all-{name}", "review", {**base, "on": "2023-07-22", "to": "CN"},
            {**FROM_GERMANY, **no, "to Germany": {"to": "DE"}, "to Korea": {"to": "KR"}}, NOT_SAID,
            {"2023-07-20T14:59": None, "2023-07-20T15:00": "review"},
        )  # fmt: skip


def united_states() -> Iterator[Rule]:
    for way in ("export", "reexport"):
        yield from _american(way)
    sdn = (("us-ofac-sdn", "creditor"),)
    yield Rule(
        "us-ofac-sdn-payment", "prohibited", {"on": "2023-02-03", "currency": "USD", "listed": sdn, "seat": "RU"},
        {"in rubles between Russians": {"currency": "RUB"}, "nobody blocked": {"listed": ()}},
        {"in rubles, and nobody says where they are": {"currency": "RUB", "seat": None},
         "only possibly the same name": {"name": "Maravellon Blocked"}},
        {"1977-12-28T04:00": None, "1977-12-28T06:00": "prohibited"},
    )  # fmt: skip
    yield Rule(
        "us-ofac-sdn-shipment", "prohibited",
        {"on": "2023-02-03", "out": "US", "to": "TR", "goods": "Cotton T-shirts", "listed": (("us-ofac-sdn", "carrier"),)},
        {**FROM_GERMANY, "nobody blocked": {"listed": ()}}, NO_EXPORT_COUNTRY, {"1977-12-28T04:00": None, "1977-12-29": "prohibited"},
    )  # fmt: skip
    yield from _sectoral()
    yield Rule(
        "us-ear-technology-au-gb", "review", {"on": "2022-10-15", "out": "US", "to": "GB", "code": ("us-ccl", "3D006")},
        {**FROM_GERMANY, **FREE, "to China": {"to": "CN"}}, {**NOT_SAID, **VAGUE},
        {"2022-08-15T03:59": None, "2026-07-22": "review", "2026-07-24": None},
    )  # fmt: skip


def _sectoral() -> Iterator[Rule]:
    """Directives 1 and 2 of 16 July 2014, 3 and 4 of 12 September 2014; those of 2022, with their days of grace."""
    listed = (("us-ofac-cons", "debtor"),)
    no_directive = {"a party under no directive": {"listed": (("us-csl-cmic", "debtor"),)}}
    open_seat = {"in rubles, and nobody says where they are": {"currency": "RUB", "seat": None}}
    for name, effect, days in (
        ("eo13662-directive-1", "review", {"2014-07-15": None, "2014-07-16": "review"}),
        ("eo13662-directive-2", "review", {"2014-07-15": None, "2014-07-16": "review"}),
        ("eo13662-directive-3", "review", {"2014-09-11": None, "2014-09-12": "review"}),
        ("eo14024-directive-1a", "review", {"2022-02-21": None, "2022-02-22": "review"}),
        ("eo14024-directive-3", "review", {"2022-02-23": None, "2022-02-24": "review"}),
        ("eo14024-directive-4", "prohibited", {"2022-02-27": None, "2022-02-28": "prohibited"}),
    ):
        yield Rule(
            f"us-ofac-{name}", effect, {"on": "2023-02-03", "currency": "USD", "listed": listed, "seat": "RU"},
            {**no_directive, "in rubles between Russians": {"currency": "RUB"}}, open_seat, days,
        )  # fmt: skip
    # The Consolidated Screening List tells the order of an entry; the first directives of each are of these days.
    for order, list_id, before, first in (
        ("eo13662", "us-csl-ssi", "2014-07-15", "2014-07-16"),
        ("eo14024", "us-csl-ns-mbs", "2022-02-21", "2022-02-22"),
    ):
        yield Rule(
            f"us-ofac-{order}-untold", "review",
            {"on": "2023-02-03", "currency": "USD", "listed": ((list_id, "creditor"),), "seat": "RU"},
            {"in rubles between Russians": {"currency": "RUB"}, "on another list": {"listed": (("us-csl-cmic", "creditor"),)}},
            open_seat, {before: None, first: "review"},
        )  # fmt: skip
    yield Rule(
        "us-ofac-eo13662-directive-4", "review",
        {"on": "2023-02-03", "out": "US", "to": "TR", "goods": "Cotton T-shirts", "listed": (("us-ofac-cons", "end_user"),)},
        {**FROM_GERMANY, "a party under no directive": {"listed": (("us-csl-cmic", "end_user"),)}}, NO_EXPORT_COUNTRY,
        {"2014-09-11": None, "2014-09-12": "review"},
    )  # fmt: skip
    yield Rule(
        "us-ofac-cmic", "review", {"on": "2023-02-03", "currency": "USD", "listed": (("us-csl-cmic", "creditor"),), "seat": "CN"},
        {"a party under a directive": {"listed": (("us-ofac-cons", "creditor"),)}, "in yuan between Chinese": {"currency": "CNY"}},
        {"in yuan, and nobody says where they are": {"currency": "CNY", "seat": None}},
        {"2021-06-02": None, "2021-06-03": "review", "2021-08-02": "review"},
    )  # fmt: skip


def _american(way: str) -> Iterator[Rule]:
    """Exports from the United States, and re-exports from anywhere of goods of United States origin (15 CFR 734.3)."""
    base: dict[str, Any] = {"on": "2026-08-01", "to": "CN"}
    if way == "export":
        base |= {"out": "US"}
        no: dict[str, Any] = {"exported from Germany, of Korean origin": {"out": "DE"}}
        unknown: dict[str, Any] = {"no export country": {"out": None}}
    else:
        base |= {"out": "DE", "origin": "US"}
        no = {"of Korean origin": {"origin": "KR"}, "exported from the United States: another rule": {"out": "US"}}
        unknown = {"no origin": {"origin": None}}
    # 744.11(a) with 748.5(c) to (f): purchaser, consignees and end user; the others bar every part in the deal.
    not_a_buyer = {"as the maker of the goods": {"listed": (("us-bis-entity-list", "manufacturer"),)}}
    for name, list_id, effect, before, first in (
        ("entity-list", "us-bis-entity-list", "licence_required", "1997-02-02", "1997-02-04"),
        ("meu", "us-bis-meu", "review", "2020-12-22", "2020-12-24"),
        ("uvl", "us-bis-uvl", "review", "2014-01-20", "2014-01-22"),
        ("dpl", "us-bis-dpl", "prohibited", "1996-03-24", "1996-03-26"),
    ):
        yield Rule(
            f"us-ear-{name}-{way}", effect, {**base, "goods": "Cotton T-shirts", "listed": ((list_id, "end_user"),)},
            {**no, "nobody listed": {"listed": ()}, **(not_a_buyer if name == "entity-list" else {})}, unknown,
            {before: None, first: effect},
        )  # fmt: skip
    for name, place, elsewhere, before, first in (
        # 746.6: Crimea by the Executive Order of December 2014 (rule of 29 January 2015), the two "republics" of February 2022.
        ("crimea", "Simferopol", "Kherson", "2015-01-29T04:59", "2015-01-29T05:00"),
        ("dnr-lnr", "Donetsk", "Kyiv", "2022-02-24T04:59", "2022-02-24T05:00"),
    ):
        yield Rule(
            f"us-ear-746-6-{name}-{way}", "licence_required", {**base, "to": "UA", "goods": "Cotton T-shirts", "place": place},
            {**no, f"to {elsewhere}": {"place": elsewhere}}, {**unknown, "Ukraine and no place": {"place": None}},
            {before: None, first: "licence_required"},
        )  # fmt: skip
    for name, code, elsewhere, before, first in (
        # 87 FR 49979: NS Column 2 for the substrates, NS Column 1 for software and technology; 3D006 from 14 October 2022.
        ("substrates", "3C001.e", "DE", "2022-08-15T03:59", "2022-08-15T04:00"),
        ("technology", "3D006", "CA", "2022-08-15T03:59", "2022-10-14T04:00"),
    ):
        yield Rule(
            f"us-ear-{name}-{way}", "licence_required", {**base, "code": ("us-ccl", code)},
            {**no, **FREE, f"to {elsewhere}": {"to": elsewhere}}, {**unknown, **VAGUE, "no destination": {"to": None}},
            {before: None, first: "licence_required"},
        )  # fmt: skip
    yield from _chart(way, base, no, unknown)


def _chart(way: str, base: dict[str, Any], no: dict[str, Any], unknown: dict[str, Any]) -> Iterator[Rule]:
    dates = {"2026-07-23T03:59": None}
    for column, (marked, unmarked) in CHART.items():
        name = column.replace(" ", "").lower()
        for part in (False, True):
            effect = "review" if part else "licence_required"
            away = {f"to {unmarked}": {"to": unmarked}} if unmarked else {}
            yield Rule(
                f"us-ccl-{name}{'-part' if part else ''}-{way}", effect,
                {**base, "to": marked, "code": ("us-ccl", eccn(column, part=part))},
                {**no, **FREE, **away, "to the United States": {"to": "US"}}, {**unknown, "no destination": {"to": None}},
                {**dates, "2026-07-23T04:00": effect},
            )  # fmt: skip
    for code, (name, _, to, elsewhere) in OWN.items():
        effect = "review" if name.endswith("-part") else "licence_required"
        yield Rule(
            f"us-ccl-{name}-{way}", effect, {**base, "to": to, "code": ("us-ccl", code)},
            {**no, **FREE, f"to {elsewhere}": {"to": elsewhere}}, {**unknown, "no destination": {"to": None}},
            {**dates, "2026-07-23T04:00": effect},
        )  # fmt: skip
    for name, effect, code, to, elsewhere in (
        ("us-ccl-russia-belarus", "licence_required", "5A992", "BY", "DE"),
        ("us-ccl-embargoed", "licence_required", "5A992", "CU", "DE"),
        # 738.3(a)(1): the chart does not apply to these, a licence is needed to all destinations.
        ("us-ccl-all-destinations", "licence_required", "0A983", "GB", "US"),
        # Footnote 10: 0A506 whole, 0A501 but for a paragraph; it stands at Australia and the United Kingdom alone.
        ("us-ccl-firearms", "licence_required", "0A506", "AU", "NZ"),
        ("us-ccl-firearms-part", "review", "0A501", "GB", "IE"),
    ):
        yield Rule(
            f"{name}-{way}", effect, {**base, "to": to, "code": ("us-ccl", code)},
            {**no, **FREE, f"to {elsewhere}": {"to": elsewhere}}, {**unknown, "no destination": {"to": None}},
            {**dates, "2026-07-23T04:00": effect},
        )  # fmt: skip
    # The rows of the chart without marks point to part 746, whatever the goods; footnote 6 for Russia and Belarus to 746.5.
    shirts = {**base, "goods": "Cotton T-shirts", "code": ("", "")}
    for name, to in (
        ("us-ear-746-embargoed", "IR"),
        *([("us-ear-746-russia-belarus", "RU")] if way == "export" else []),
    ):
        yield Rule(
            f"{name}-{way}", "review", {**shirts, "to": to}, {**no, "to Turkey": {"to": "TR"}},
            {**unknown, "no destination": {"to": None}}, {**dates, "2026-07-23T04:00": "review"},
        )  # fmt: skip


def europe() -> Iterator[Rule]:
    """The United Kingdom, the European Union and its members, and the United Nations."""
    for who, list_id, currency, seat, effect, before, first in (
        ("uk", "uk-sanctions", "GBP", "GB", "prohibited", "2020-12-30", "2020-12-31"),
        ("eu", "eu-fsf", "EUR", "DE", "review", "2014-03-16", "2014-03-17"),
    ):
        yield Rule(
            f"{who}-asset-freeze-payment", effect, {"on": "2023-02-03", "currency": currency, "listed": ((list_id, "creditor"),), "seat": "RU"},
            {"in rubles between Russians": {"currency": "RUB"}, "nobody frozen": {"listed": ()}},
            {"in rubles, and nobody says where they are": {"currency": "RUB", "seat": None}},
            {before: None, first: effect},
        )  # fmt: skip
        yield Rule(
            f"{who}-asset-freeze-shipment", effect,
            {"on": "2023-02-03", "out": seat, "to": "TR", "goods": "Cotton T-shirts", "listed": ((list_id, "consignee"),)},
            {"exported from Japan": {"out": "JP"}, "nobody frozen": {"listed": ()},
             **({"a ban of ports is no freeze": {"name": "Corvenhoe Port Ban"}} if who == "uk" else {})},
            NO_EXPORT_COUNTRY, {before: None, first: effect},
        )  # fmt: skip
    for name, place, before, first in (
        ("crimea", "Simferopol", "2014-06-24", "2014-06-25"),
        ("donetsk-luhansk", "Donetsk", "2022-02-23", "2022-02-24"),
        ("kherson-zaporizhzhia", "Kherson", "2022-10-06", "2022-10-07"),
    ):
        yield Rule(
            f"eu-{name}", "review", {"on": "2023-02-03", "out": "DE", "to": "UA", "goods": "Cotton T-shirts", "place": place},
            {"exported from Japan": {"out": "JP"}, "to Kyiv": {"place": "Kyiv"}},
            {**NO_EXPORT_COUNTRY, "Ukraine and no place": {"place": None}}, {before: None, first: "review"},
        )  # fmt: skip
    yield Rule(
        "nl-semiconductor-equipment", "review", {"on": "2023-09-02", "out": "NL", "to": "CN", "code": ("jp-chip-23", "2")},
        {**FROM_GERMANY, **FREE, "within the Union": {"to": "BE"}}, {**NO_EXPORT_COUNTRY, **VAGUE},
        {"2023-06-29": None, "2023-06-30": "review", "2023-09-01": "review"},
    )  # fmt: skip
    yield Rule(
        "un-sc-listed", "review", {"on": "2023-02-03", "out": "JP", "to": "TR", "goods": "Cotton T-shirts", "listed": (("un-sc", "consignee"),)},
        {"nobody listed": {"listed": ()}}, {"only possibly the same name": {"name": "Ashqarovia Relief"}},
        {"1999-10-14": None, "1999-10-16": "review"},
    )  # fmt: skip


def counts() -> dict[str, Counter[str]]:
    """Measure id: how many cases of each kind it has, for the table of the README."""
    found: dict[str, Counter[str]] = {}
    for case in cases():
        found.setdefault(case.measure_id, Counter())[case.kind] += 1
    return found


def cases() -> Iterator[Case]:
    for rule in (*japan(), *united_states(), *europe()):
        yield from rule.cases()
