"""Finding whom a record speaks of: in every format, in no other record, and never by half a reference."""

from __future__ import annotations

import json

import pytest

from sekisho.errors import InputError
from sekisho.wire import encode
from sekisho.wire.erasure import Wanted
from sekisho.wire.references import references
from tests import factories
from tests.wire.examples import ALERT
from tests.wire.test_pacs008 import message, transaction

NAME = "Иван Петров"


def person(*names: str) -> Wanted:
    return Wanted.of((), names)


def reference(*names: str) -> Wanted:
    return Wanted.of(names, ())


SHIPMENT = factories.shipment(shipment_reference="SHP-1", parties=(factories.party(NAME),))


@pytest.mark.parametrize(
    "value",
    [
        json.dumps({"name": NAME}, ensure_ascii=False).encode(),
        json.dumps({"name": NAME}).encode(),
        encode(SHIPMENT),
        encode(SHIPMENT)[:-2],
        message(transaction(f"<Dbtr><Nm>{NAME}</Nm></Dbtr>")),
        message(
            transaction("<Dbtr><Nm>&#1048;&#1074;&#1072;&#1085; &#1055;&#1077;&#1090;&#1088;&#1086;&#1074;</Nm></Dbtr>")
        ),
        b"\xff\xfe broken \x00" + NAME.encode() + b"\xc3",
        "ИВАН   ПЕТРОВ".encode(),
        NAME.encode() + b"\xff",
    ],
)
def test_a_person_in_every_format(value: bytes) -> None:
    assert person(NAME).meets(None, value)
    assert not person("Пётр Иванов").meets(None, value)


def test_a_person_in_key_or_header() -> None:
    assert person(NAME).meets(NAME.encode(), None)
    assert person(NAME).meets(None, b"", [("subject", NAME.encode())])
    assert not person(NAME).meets(None, None)


def test_full_width_letters_are_the_same_letters() -> None:
    assert person("YAMADA TARO").meets(None, "ＹＡＭＡＤＡ　ＴＡＲＯ".encode())


def test_each_spelling_is_looked_for() -> None:
    both = person("Ivan Petrov", NAME)
    assert both.meets(None, b"Ivan Petrov")
    assert both.meets(None, NAME.encode())
    assert not person("Ivan Petrov").meets(None, NAME.encode()), "spellings are not guessed"


@pytest.mark.parametrize("name", ["", " ", "Li", "X.", "Б"])
def test_what_names_half_the_world_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="too short"):
        person(name)


def test_two_characters_are_a_name_where_names_are_so_short() -> None:
    assert person("李明").meets(None, "收款人李明".encode())


def test_a_reference_is_met_as_a_whole() -> None:
    one = reference("SHP-1")
    assert one.meets(b"SHP-1", None)
    assert one.meets(None, b'{"shipment_reference": "SHP-1"}')
    assert one.meets(None, b"<EndToEndId>SHP-1</EndToEndId>")
    for other in (b'{"shipment_reference": "SHP-12"}', b"XSHP-1", b"SHP-1-2", b"A-SHP-1", b"shp-1"):
        assert not one.meets(other, other), other


def test_a_reference_in_avro_is_the_one_that_is_read() -> None:
    """Before a text Avro writes its length: 37 characters give the letter J."""
    long = "SHP-" + "1" * 33
    value = encode(factories.shipment(event_id="e", shipment_reference=long))
    said = [one.reference for one in references("shipment", value)]
    assert reference(long).meets(None, value, None, said)
    assert not reference(long[:-1]).meets(None, value, None, said)


def test_an_alert_in_avro_is_met_by_whom_it_names() -> None:
    value = encode(ALERT)
    assert person("ООО «Ромашка»").meets(None, value)
    assert not person("Somebody Else").meets(None, value)


def test_no_bytes_raise() -> None:
    for value in (b"\\ud800 \\uZZZZ &#99999999999;", b"\x00" * 100, b"&" * 1000, b"\\u00"):
        assert not person("Ivan Petrov").meets(value, value, [("x", value)])
