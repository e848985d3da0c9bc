"""A place is told in many ways: what a destination says of itself, and what the event says of it elsewhere, count together."""

from __future__ import annotations

import pytest

from sekisho import Reference, Screener
from sekisho.model import ControlCode, GoodsLine, Location
from sekisho.screening import Screening
from tests.factories import ORIGIN, at, line, party, shipment, utc

SCREENER = Screener(Reference.bundled())
FROM_US = {"export_country": "US", "goods": (line(origin_country="US"),)}


def screened(*locations: Location, to: str | None = "UA", day: str = "2023-02-10", **fields: object) -> Screening:
    event = shipment(import_country=to, event_time=utc(day), locations=locations, **fields)
    return SCREENER.screen(event, ORIGIN, known_at=event.event_time, now=event.event_time)


@pytest.mark.parametrize(
    "town", ["Torez", "Khrustalnyi", "Rovenky", "Snezhnoye", "Krasnyy Luch", "Ровеньки", "Kadiivka"]
)
def test_a_town_of_the_designated_areas_is_known_by_the_import_country(town: str) -> None:
    # The location names no country: the import country says which town of that name it is.
    assert screened(at("destination", None, town)).verdict.verdict == "prohibited"


@pytest.mark.parametrize("town", ["Armyansk", "Saky", "Koktebel", "Balaklava", "Inkerman", "Gurzuf"])
def test_so_is_a_town_of_crimea(town: str) -> None:
    found = screened(at("destination", None, town), **FROM_US)
    assert found.verdict.verdict in {"licence_required", "review"}
    assert any(alert.subject.kind == "place" for alert in found.alerts)


def test_a_name_that_is_also_elsewhere_is_no_more_than_a_question() -> None:
    # Australia has a Balaklava: the name does not say that it is not the one meant.
    found = screened(at("destination", None, "Balaklava"), **FROM_US)
    assert found.verdict.verdict == "review"


@pytest.mark.parametrize("town", ["Lviv", "Odesa", "Odessa", "Dnipro", "Kharkiv", "Чернівці"])
@pytest.mark.parametrize("country", [None, "UA"])
def test_a_town_outside_the_regions_is_a_place_stated(town: str, country: str | None) -> None:
    assert screened(at("destination", country, town), **FROM_US).verdict.verdict == "clear"


@pytest.mark.parametrize("name", ["Ukraine", "Україна", "UA", "TBA", "Any Ukrainian port", "n/a", "-", "未定", "83000"])
def test_a_location_that_names_no_more_than_the_country_leaves_the_place_open(name: str) -> None:
    found = screened(at("destination", "UA", name), **FROM_US)
    assert found.verdict.verdict == "review"
    assert (
        "not stated: the place within the country" in found.alerts[0].message or found.alerts[0].subject.kind == "place"
    )


def test_so_does_a_code_that_no_table_has() -> None:
    assert screened(at("discharge", None, None, "UATEO"), **FROM_US).verdict.verdict == "review"
    assert screened(at("discharge", None, None, "UAODS"), **FROM_US).verdict.verdict == "clear"


def test_an_address_that_names_no_more_than_the_country_rules_nothing_out() -> None:
    def to(address: str) -> str:
        receiver = party("Niva Agro", country="UA", address=address)
        return screened(parties=(receiver,), **FROM_US).verdict.verdict

    assert to("Ukraine") == "review"
    assert to("vul. Lesi Ukrainky 7, Kyiv") == "clear"


@pytest.mark.parametrize("role", ["destination", "discharge"])
def test_the_import_country_says_which_hamburg_is_meant(role: str) -> None:
    # The United States have one too; goods for the Union are free.
    scanner = GoodsLine(1, "Lithography scanner", control_codes=(ControlCode("jp-chip-23", "2"),))
    found = screened(at(role, None, "Hamburg"), to="DE", day="2023-09-05", export_country="NL", goods=(scanner,))
    assert found.verdict.verdict == "clear"
    assert (
        screened(
            at(role, None, "Hamburg"), to=None, day="2023-09-05", export_country="NL", goods=(scanner,)
        ).verdict.verdict
        == "review"
    )


def test_a_port_on_the_way_stays_where_it_is() -> None:
    # Constanta is in Romania, whatever the country of import.
    found = screened(at("discharge", None, "Constanta"), at("destination", None, "Chernivtsi"), **FROM_US)
    assert found.verdict.verdict == "clear"


@pytest.mark.parametrize("role", ["destination", "Destination", "DISCHARGE", " discharge "])
def test_a_location_plays_its_role_however_it_is_written(role: str) -> None:
    generator = line(control_codes=(ControlCode("jp-eto-2-3", "2(69)"),))
    found = screened(at(role, "RU", "Saint Petersburg"), to=None, goods=(generator,))
    assert found.verdict.verdict == "prohibited"
    on_the_way = screened(at("transshipment", "RU", "Saint Petersburg"), to="KZ", goods=(generator,))
    assert on_the_way.verdict.verdict == "clear"


def test_a_consignee_is_one_however_the_role_is_written() -> None:
    """His address says where in Ukraine the goods go."""
    for role in ("consignee", "Ultimate Consignee", "end-user"):
        receiver = party("TOV Textil", role, country="UA", address="vul. Khreshchatyk 1, Kyiv 01001")
        assert screened(parties=(receiver,)).verdict.verdict == "clear", role
    maker = party("TOV Textil", "manufacturer", country="UA", address="vul. Khreshchatyk 1, Kyiv 01001")
    assert screened(parties=(maker,)).verdict.verdict == "review", "nobody says where the goods go"


@pytest.mark.parametrize("origin", ["US", "us", "USA", "United States", "アメリカ合衆国"])
def test_goods_of_the_united_states_are_theirs_however_it_is_written(origin: str) -> None:
    huawei = party("Huawei Technologies Co., Ltd.", country="CN")
    goods = (line(origin_country=origin),)
    assert screened(to="CN", goods=goods, parties=(huawei,)).verdict.verdict == "licence_required"


@pytest.mark.parametrize("nowhere", ["ZZ", "EU", "various", "n/a"])
def test_what_is_no_country_says_nothing(nowhere: str) -> None:
    """It is not said to be another country than the one that a measure asks for."""
    generator = line(control_codes=(ControlCode("jp-eto-2-3", "2(69)"),))
    assert screened(to=nowhere, goods=(generator,)).verdict.verdict == "review"
    assert screened(to="RU", goods=(generator,), export_country=nowhere).verdict.verdict == "review"
    huawei = party("Huawei Technologies Co., Ltd.", country="CN")
    found = screened(to="CN", goods=(line(origin_country=nowhere),), parties=(huawei,))
    assert "not stated: the country of origin of the goods" in found.alerts[0].message


@pytest.mark.parametrize("written", ["JP", "jp", "JPN", "Japan", "日本"])
def test_an_exporter_is_of_japan_however_it_is_written(written: str) -> None:
    generator = line(control_codes=(ControlCode("jp-eto-2-3", "2(69)"),))
    assert screened(to="RU", goods=(generator,), export_country=written).verdict.verdict == "prohibited"
    assert screened(to="RU", goods=(generator,), export_country="UK").verdict.verdict == "clear"
