"""What a vessel's field holds beside her name: MV, voyages, numbers, the names that she had."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.model import EntryIdentifier, Name, PartyTerm, Terms, Transport
from sekisho.names.ships import ship_names
from sekisho.screening import Screener, Tables
from tests.factories import ORIGIN, entity, measure, shipment, utc

DOJRAN = entity(names=(Name("DOJRAN"),), schema="Vessel", identifiers=(EntryIdentifier("IMO", "9321483"),))
LISTED = measure(Terms(parties=PartyTerm(lists=("xx-list",))))


@pytest.mark.parametrize(
    "field",
    [
        "MV DOJRAN", "M/V DOJRAN", "M.V. DOJRAN", "m.t. Dojran", "M/T DOJRAN", "SS DOJRAN", "VSL DOJRAN", "Vessel: DOJRAN",
        "VSL: MV DOJRAN", "motor tanker DOJRAN", "TUG DOJRAN", "LNG/C DOJRAN", "т/х DOJRAN", "本船 DOJRAN",
        "DOJRAN V.123E", "DOJRAN VOY 024W", "DOJRAN / 123W", "DOJRAN 0123E", "DOJRAN V 12", "MV DOJRAN VOYAGE NO. 7", "DOJRAN-V123E",
        "DOJRAN IMO 9123456", "DOJRAN (IMO: 9123456)", "DOJRAN (PANAMA)", "DOJRAN (EX OCEAN STAR)", "OCEAN STAR EX DOJRAN",
        "MV OCEAN STAR (FKA DOJRAN) V.12", "OCEAN STAR/DOJRAN", "M/V OCEAN STAR / M/V DOJRAN", "DOJRAN or substitute", '"DOJRAN", call sign 3EXY5',
        "DOJRAN 航次 12", "MV DOJRAN, PANAMA", "DOJRAN, 12 High Street, Dubai",
    ],
)  # fmt: skip
def test_her_name_is_one_of_the_readings(field: str) -> None:
    assert "dojran" in [name.lower() for name in ship_names(field)]


@pytest.mark.parametrize(
    ("field", "others"),
    [
        ("DOJRAN", ()),
        ("FU YUAN YU 7626", ()),
        ("OCEAN PEARL", ()),
        ("MV", ()),
        ("", ()),
        ("EXPRESS ROME", ()),
        ("NOWA HUTA", ()),
    ],
)
def test_a_name_alone_is_no_other(field: str, others: tuple[str, ...]) -> None:
    assert ship_names(field) == others


def test_a_name_may_begin_like_a_kind_of_ship() -> None:
    assert "MS MELENIA" in ship_names("MS MELENIA V.12")
    assert "MS MELENIA" in ship_names("MV MS MELENIA")


@pytest.mark.parametrize(
    ("transport", "met"),
    [
        (Transport("maritime", "MV DOJRAN V.123E"), True),
        (Transport("maritime", "OCEAN STAR EX DOJRAN"), True),
        (Transport("maritime", "HARMLESS (IMO 9321483)"), True),
        (Transport("maritime", "MV DOJRANKA V.123E"), False),
        # a number that fails its check digit is a slip
        (Transport("maritime", "HARMLESS (IMO 9321484)"), False),
    ],
)
def test_a_listed_ship_is_met_by_any_of_them_and_by_her_number(transport: Transport, met: bool) -> None:
    screener = Screener(Tables.build([DOJRAN], [], [LISTED], lists={}, sequence=1, hash="x"))
    event = shipment(transport=transport)
    found = screener.screen(event, ORIGIN, known_at=utc("2023-02-10"), now=utc("2023-02-10"))
    assert bool(found.alerts) == met


@given(st.text(alphabet="MVX/. ()-exEX12WVoyIMO\"'\nÖ本", max_size=80))
def test_any_field_is_read(field: str) -> None:
    names = ship_names(field)
    assert len(names) <= 12
    assert all(name and name in field for name in names)


@pytest.mark.parametrize("unit", ["M/V ", "EX ", "V1", "(", "IMO ", "/", "A ", "-", "no. "])
def test_whatever_repeats_is_read_at_once(unit: str) -> None:
    began = time.process_time()
    for _ in range(20):
        ship_names((unit * 300)[:300])
    assert time.process_time() - began < 2


@pytest.mark.parametrize("sign", [" ", ";", "- "])
def test_a_run_of_signs_is_read_once(sign: str) -> None:
    began = time.process_time()
    for _ in range(40):
        ship_names(f"A{(sign * 300)[:298]}B")
    assert time.process_time() - began < 0.25
