"""What a name field holds beside a name: addresses, accounts, other names, the words of a bill of lading."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho import Reference, Screener
from sekisho.names.fields import apart, others
from tests.factories import ORIGIN, party, shipment, utc


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ('OAO "REMDIZEL", 40 MENZELINSKY TRAKT, NABEREZHNYE CHELNY', 'OAO "REMDIZEL'),
        ("HUAWEI TECHNOLOGIES CO LTD BANTIAN LONGGANG SHENZHEN 518129 CHINA", "HUAWEI TECHNOLOGIES CO LTD"),
        ("ANDREY MELNICHENKO 1234 RUE DE LA P", "ANDREY MELNICHENKO"),
        ("ABC LOGISTIKA OOO C/O JSC REMDIZEL", "JSC REMDIZEL"),
        ("ZVEZDA TORG OOO DBA JSC REMDIZEL", "JSC REMDIZEL"),
        ("ALEXANDER PONOMARENKO OR ELENA PONOMARENKO", "ALEXANDER PONOMARENKO"),
        ("/DE89370400440532013000 GAZPROM NEFT PJSC", "GAZPROM NEFT PJSC"),
        ("GAZPROM NEFT PJSC UL. POCHTAMTSKAYA 3, ST PETERSBURG", "GAZPROM NEFT PJSC"),
        ("AL-ASSAD, BASHAR 12 HIGH STREET, DAMASCUS", "AL-ASSAD, BASHAR"),
        ("BANK MELLI IRAN PO BOX 1894 DUBAI", "BANK MELLI IRAN"),
        ("1/GAZPROM NEFT PJSC", "GAZPROM NEFT PJSC"),
        ("BANK MELLI IRAN, HAMBURG BRANCH", "BANK MELLI IRAN"),
        ("M/S BANK MELLI IRAN", "BANK MELLI IRAN"),
        ("TO THE ORDER OF BANK MELLI IRAN", "BANK MELLI IRAN"),
        ("GAZPROM NEFT PJSC\nPOCHTAMTSKAYA 3", "GAZPROM NEFT PJSC"),
        ("M/S VOSTOKGAZPROM", "VOSTOKGAZPROM"),
        ("/40702810900000001234 VOSTOKGAZPROM", "VOSTOKGAZPROM"),
        ("VOSTOKGAZPROM 7707083893", "VOSTOKGAZPROM"),
        ("GAZPROM NEFT PJSC INN 5504036333", "GAZPROM NEFT PJSC"),
        ("BANK MELLI IRAN A/C NO. 0100-23456", "BANK MELLI IRAN"),
        ("GREEN WAVE TELECOMMUNICATION (ID 48291)", "GREEN WAVE TELECOMMUNICATION"),
        ("CHINA SHIPBUILDING CORPORATION 12345678", "CHINA SHIPBUILDING CORPORATION"),
        ("НОРИЛЬСКИЙ КОМБИНАТ ИНН 8401005730", "НОРИЛЬСКИЙ КОМБИНАТ"),
        # what is said of somebody, or of his money
        ("SAFAWI, Ali Ahmad DOB 01.01.1970", "SAFAWI, Ali Ahmad"),
        ("AJILY, Mohammed Saeed passport AB1234567", "AJILY, Mohammed Saeed"),
        ("PALMA SALAZAR (PP NO AB1234567)", "PALMA SALAZAR"),
        ("HYDRA MARKETPLACE VAT DE123456789", "HYDRA MARKETPLACE"),
        ("HYDRA MARKETPLACE USD account", "HYDRA MARKETPLACE"),
        ("HYDRA MARKETPLACE info@example.com", "HYDRA MARKETPLACE"),
        ("FIRST CREDIT BANK L/C 1234", "FIRST CREDIT BANK"),
        ("FIRST CREDIT BANK via ABC Bank", "FIRST CREDIT BANK"),
        ("DALZAVOD SHIP-REPAIR CENTER as agent for owners", "DALZAVOD SHIP-REPAIR CENTER"),
        ("MULTIKARTA +7 495 123 45 67", "MULTIKARTA"),
        # whose it is
        ("on behalf of RSRSBCM", "RSRSBCM"),
        ("Warehouse of HYDRA MARKETPLACE", "HYDRA MARKETPLACE"),
        ("Estate of PETROV, Alexander", "PETROV, Alexander"),
        ("Mr and Mrs Alexander PETROV", "Alexander PETROV"),
        ("IP PETROV Alexander", "PETROV Alexander"),
        ("Mousa DOUDIN and Anna Smith", "Mousa DOUDIN"),
        ("Anna Smith & Mousa DOUDIN", "Mousa DOUDIN"),
        ("ABC LOGISTICS LTD C/O VOSTOKGAZPROM", "VOSTOKGAZPROM"),
        ("VOSTOKGAZPROM, 12 HIGH STREET, LONDON", "VOSTOKGAZPROM"),
        # a part of a firm
        ("KB VOSTOK Moscow Branch", "KB VOSTOK"),
        ("FIRST CREDIT BANK Head Office", "FIRST CREDIT BANK"),
        ("HYDRA MARKETPLACE Accounts Department", "HYDRA MARKETPLACE"),
        ("Tordan Industry Limited RU", "Tordan Industry Limited"),
    ],
)
def test_a_name_beside_something_else(field: str, name: str) -> None:
    assert name in apart(field)


@pytest.mark.parametrize(
    "field",
    ["SMITH, JOHN", "Shenzhen Foo Technology Co., Ltd.", "123 Aviation Repair Plant JSC", "JSC 123 Aviation Repair Plant", "3M Company", "Aviation Repair Plant 123 in Moscow", "Zorkov Trading 7",
     "7-Eleven, Inc.", "Toys R Us", "Aviation Repair Plant 12345", "M/S", "M/S 7", "Marks and Spencer plc", "TO ORDER OF SHIPPER", "SAME AS CONSIGNEE", "Müller & Söhne GmbH", "Иванов Иван",
     "ORION CONTRACT LOGISTICS FOR YOU LTD", "Via Maris Trading", "Glass and Gas Company", "Moscow Branch", "Export Department", "Born Free Foundation", "Petrov and Partners LLC"],
)  # fmt: skip
def test_a_name_alone(field: str) -> None:
    assert apart(field) == ()


@pytest.mark.parametrize(
    ("field", "word"),
    [
        ("ORION CONTRACT LOGISTICS 24/7 LTD", "ORION"),
        ("NEPTUNE INVOICE FINANCE 4U LTD", "NEPTUNE"),
        ("SIRIUS PHONE REPAIR 24", "SIRIUS"),
    ],
)
def test_a_word_of_trade_cuts_no_name_to_its_first(field: str, word: str) -> None:
    assert word not in apart(field)


ADDRESS = "12 HIGH STREET, LONDON, TEL +44 20 7946 0958, FAX 7946 0959, EMAIL INFO@HONEST.EXAMPLE"
FILLER = "\n".join(f"HONEST FREIGHT {number} LTD, {number} HIGH STREET" for number in range(30))


@pytest.mark.parametrize(
    "field",
    [
        "; ".join(["HONEST FREIGHT"] * 9 + ["JSC REMDIZEL"]),
        "\n".join([f"HONEST FREIGHT {letter * 3}" for letter in "abcdefghijk"] + ["JSC REMDIZEL"]),
        f"TO THE ORDER OF HONEST BANK, {ADDRESS}\nNOTIFY PARTY: HONEST FREIGHT, {ADDRESS}\nALSO NOTIFY: JSC REMDIZEL, {ADDRESS}",
        f"TO THE ORDER OF HONEST BANK, {ADDRESS}, NOTIFY PARTY HONEST FREIGHT, {ADDRESS} AND NOTIFY JSC REMDIZEL, {ADDRESS}",
        f"/DE89370400440532013000\nJSC REMDIZEL\n{ADDRESS}\n{ADDRESS}\n{ADDRESS}\n{ADDRESS}",
        f"{FILLER}\nJSC REMDIZEL\n{FILLER}",
        f"HONEST FREIGHT, {ADDRESS}, JSC REMDIZEL, {ADDRESS}",
        "A B\n" * 500 + "JSC REMDIZEL",
        " " * 5000 + "\nJSC REMDIZEL\n" + " " * 5000,
    ],
)
def test_a_name_far_behind_in_a_long_field(field: str) -> None:
    assert "JSC REMDIZEL" in apart(field)


def test_brackets_leave_room_for_the_names_behind_them() -> None:
    assert "JSC REMDIZEL" in others("A (B) C (D) E (F) G (H) I (J)\nJSC REMDIZEL", "Unknown")


def test_an_address_is_no_name() -> None:
    """Where a firm stands at the front, the streets and towns behind it are not searched for as names."""
    field = f"HONEST FREIGHT LTD, {ADDRESS}, SAN JOSE, OLIVE BRANCH, SAINT LOUIS"
    assert len(field) > 140
    assert all(piece.startswith("HONEST FREIGHT LTD") for piece in apart(field))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from([",", " ", "A", "ltd", "or", "c/o", "1", "/", "\n", "po box ", " - ", "branch", "気付", "王"]),
        max_size=60,
    ).map("".join)
    | st.text(),
    st.sampled_from([1, 40]),
)
def test_any_field_is_taken_apart_into_pieces_of_it(field: str, times: int) -> None:
    field *= times
    found = apart(field)
    spaced = re.sub(r"[^\S\n\r]{2,}", " ", field)
    assert len(found) <= 100
    assert len(set(found)) == len(found)
    assert all(piece and piece != field and (piece in field or piece in spaced) for piece in found)


@pytest.mark.parametrize(
    "unit",
    [
        " ",
        "\n",
        " \n",
        "a ",
        "/1",
        "/1 ",
        ",",
        ", 1",
        "A B\n",
        "ul ",
        " - ",
        "　",
        "c/o ",
        "m/s ",
        "notify ",
        "a\x1c",
        "x" * 40 + "1",
    ],
)
def test_whatever_repeats_in_a_field_is_taken_apart_at_once(unit: str) -> None:
    """35,000 characters are what an event may have; a pattern that is square in them takes from seconds to minutes."""
    field = (unit * 35_000)[:35_000]
    began = time.process_time()
    apart(field)
    assert time.process_time() - began < 1.0


def test_a_designated_person_is_met_beside_an_address() -> None:
    screener = Screener(Reference.bundled())
    for name in ("JSC REMDIZEL, 40 MENZELINSKY TRAKT", "ABC LOGISTIKA OOO C/O JSC REMDIZEL"):
        event = shipment(import_country="RU", parties=(party(name),), event_time=utc("2023-02-10"))
        assert (
            screener.screen(event, ORIGIN, known_at=event.event_time, now=event.event_time).verdict.verdict
            == "prohibited"
        )
