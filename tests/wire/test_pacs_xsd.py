"""XML schemas: the one of a message's version is held against it, a fault never quotes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sekisho.agents.wiring import Wiring
from sekisho.cli.doctor import _pacs
from sekisho.errors import EventError, InputError
from sekisho.settings import Input, Settings
from sekisho.wire import decode_event
from sekisho.wire.pacs_xsd import load_xsds
from tests.wire.test_pacs008 import PACS008, message, transaction

#: What the tests' own messages look like: enough of a pacs.008 to be told from another.
XSD = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{PACS008}" xmlns="{PACS008}"
  elementFormDefault="qualified"><xs:element name="Document"><xs:complexType><xs:sequence>
  <xs:element name="FIToFICstmrCdtTrf"><xs:complexType><xs:sequence>
    <xs:element name="GrpHdr" type="xs:anyType"/>
    <xs:element name="CdtTrfTxInf" maxOccurs="2"><xs:complexType><xs:sequence>
      <xs:element name="PmtId" type="xs:anyType"/><xs:element name="IntrBkSttlmAmt" type="Amount"/>
    </xs:sequence></xs:complexType></xs:element>
  </xs:sequence></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element>
  <xs:complexType name="Amount"><xs:simpleContent><xs:extension base="xs:decimal">
    <xs:attribute name="Ccy" type="xs:string" use="required"/></xs:extension></xs:simpleContent></xs:complexType>
</xs:schema>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pacs.008.001.08.xsd").write_text(XSD)
    (tmp_path / "pacs.008.001.09.xsd").write_text(XSD.replace("001.08", "001.09"))
    (tmp_path / "readme.txt").write_text("not a schema")
    return tmp_path


def test_a_message_that_fits_has_no_note(folder: Path) -> None:
    (decoded,) = decode_event("payment", message(transaction()), xsds=load_xsds(folder))
    assert decoded.notes == ()


def test_a_message_that_does_not_fit_is_refused_without_its_values(folder: Path) -> None:
    value = message(transaction(inner="<Secret>Ivan Petrov</Secret>"))
    with pytest.raises(EventError, match=r"does not fit its schema \(line \d") as caught:
        decode_event("payment", value, xsds=load_xsds(folder))
    assert "Ivan" not in str(caught.value)
    assert caught.value.reason == "xml"
    assert decode_event("payment", value), "without schemas it is read, and what it holds is screened"


def test_each_version_has_its_own(folder: Path) -> None:
    """Three transactions are one too many for both schemas; each is asked for its own namespace alone."""
    xsds = load_xsds(folder / "pacs.008.001.09.xsd")
    value = message(*(transaction(reference=str(n)) for n in range(3)))
    found = decode_event("payment", value, xsds=xsds)
    assert len(found) == 3
    assert found[0].notes == (f"no XML schema is given for {PACS008}: not validated",)
    with pytest.raises(EventError):
        decode_event("payment", value.replace(b"001.08", b"001.09"), xsds=xsds)


def test_a_message_in_an_envelope_is_held_to_the_schema_of_its_document(folder: Path) -> None:
    inner = message(transaction(inner="<Secret/>")).split(b"?>")[1]
    with pytest.raises(EventError, match="does not fit"):
        decode_event("payment", b"<Envelope><AppHdr/>" + inner + b"</Envelope>", xsds=load_xsds(folder))


def test_what_cannot_be_used_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "x.xsd").write_text("<a/>")
    for path in (tmp_path / "x.xsd", tmp_path / "missing.xsd"):
        with pytest.raises(InputError, match=path.name):
            load_xsds(path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"no \*\.xsd"):
        load_xsds(tmp_path / "empty")


def test_two_schemas_of_one_version_are_refused(folder: Path) -> None:
    (folder / "copy.xsd").write_text(XSD)
    with pytest.raises(InputError, match="two XML schemas"):
        load_xsds(folder)


def test_the_setting_reaches_the_worker(folder: Path) -> None:
    wiring = Wiring.from_settings(Settings(input=Input(pacs_xsd=folder)))
    with pytest.raises(EventError, match="does not fit"):
        wiring.decode("payment", message(transaction(inner="<Secret/>")), ())
    with pytest.raises(InputError, match="nowhere"):
        Wiring.from_settings(Settings(input=Input(pacs_xsd=folder / "nowhere.xsd")))


def test_doctor_says_which_versions_are_held_to_a_schema(folder: Path) -> None:
    (found,) = _pacs(Settings(input=Input(pacs_xsd=folder)))
    assert (found.level, "pacs.008.001.08, pacs.008.001.09" in found.said) == ("ok", True)
    (found,) = _pacs(Settings(input=Input(pacs_xsd=folder / "readme.txt")))
    assert found.level == "problem"
    assert list(_pacs(Settings())) == []
