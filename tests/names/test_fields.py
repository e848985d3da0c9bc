"""What a name field holds beside a name: addresses, accounts, other names, the words of a bill of lading."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho import Reference, Screener
from sekisho.names.fields import apart
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
    ],
)
def test_a_name_beside_something_else(field: str, name: str) -> None:
    assert name in apart(field)


@pytest.mark.parametrize(
    "field",
    ["SMITH, JOHN", "Shenzhen Foo Technology Co., Ltd.", "123 Aviation Repair Plant JSC", "JSC 123 Aviation Repair Plant", "3M Company", "Aviation Repair Plant 123 in Moscow", "Zorkov Trading 7",
     "7-Eleven, Inc.", "Toys R Us", "Marks and Spencer plc", "TO ORDER OF SHIPPER", "SAME AS CONSIGNEE", "Müller & Söhne GmbH", "Иванов Иван"],
)  # fmt: skip
def test_a_name_alone(field: str) -> None:
    assert apart(field) == ()


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from([",", " ", "A", "ltd", "or", "c/o", "1", "/", "\n", "po box ", " - ", "branch", "気付", "王"]),
        max_size=60,
    ).map("".join)
    | st.text()
)
def test_any_field_is_taken_apart_into_a_few_pieces_of_it(field: str) -> None:
    found = apart(field)
    assert len(found) <= 8
    assert all(piece and piece != field and piece in field for piece in found)


def test_a_designated_person_is_met_beside_an_address() -> None:
    screener = Screener(Reference.bundled())
    for name in ("JSC REMDIZEL, 40 MENZELINSKY TRAKT", "ABC LOGISTIKA OOO C/O JSC REMDIZEL"):
        event = shipment(import_country="RU", parties=(party(name),), event_time=utc("2023-02-10"))
        assert (
            screener.screen(event, ORIGIN, known_at=event.event_time, now=event.event_time).verdict.verdict
            == "prohibited"
        )
