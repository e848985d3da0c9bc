"""ISO 20022: everybody in a transaction is found, nothing that could name somebody is dropped, and nothing explodes."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from sekisho.errors import EventError
from sekisho.model import Alert, Identifier, Origin, Party, Payment
from sekisho.reference import Reference
from sekisho.screening import Screener
from sekisho.wire import decode_event
from sekisho.wire import pacs_parties as parties
from sekisho.wire.pacs_xsd import load_xsds
from sekisho.wire.safe_xml import local, parse

PACS008 = "urn:iso:std:iso:20022:tech:xsd:pacs.008.001.08"


def message(*transactions: str, header: str = "", kind: str = "FIToFICstmrCdtTrf", count: int | None = None) -> bytes:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="{PACS008}"><{kind}><GrpHdr><MsgId>MSG-1</MsgId><CreDtTm>2023-01-27T15:00:00+09:00</CreDtTm>
<NbOfTxs>{len(transactions) if count is None else count}</NbOfTxs>{header}</GrpHdr>{"".join(transactions)}</{kind}></Document>
""".encode()


def transaction(inner: str = "", reference: str = "E2E-1", amount: str = "1000.00") -> str:
    return (
        f"<CdtTrfTxInf><PmtId><EndToEndId>{reference}</EndToEndId></PmtId>"
        f'<IntrBkSttlmAmt Ccy="USD">{amount}</IntrBkSttlmAmt>{inner}</CdtTrfTxInf>'
    )


def read(value: bytes, **more: Any) -> list[Payment]:
    return [one.event for one in decode_event("payment", value, **more)]  # type: ignore[misc]


def only(inner: str, **more: Any) -> Payment:
    (payment,) = read(message(transaction(inner), **more))
    return payment


# -- the samples ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["pacs.008.001.08", "pacs.008.001.13", "pacs.009.001.10"])
def test_samples_are_read_and_fit_their_schemas(shared_data: Path, name: str) -> None:
    folder = shared_data / "payments" / "pacs008_templates" / name
    (payment,) = read((folder / f"{name}.xml").read_bytes(), xsds=load_xsds(folder / f"{name}.xsd"))
    agents = {("debtor_agent", "DEUTDEFF"), ("creditor_agent", "COBADEFF")}
    customers = {("debtor", "Debtor Corp"), ("creditor", "Creditor Ltd")} if "008" in name else set()
    assert {(party.role, party.name) for party in payment.parties} == agents | customers
    assert payment.event_time == datetime(2026, 1, 15, 10, 30, tzinfo=UTC)
    assert payment.settlement_date == date(2026, 1, 15)
    assert payment.remittance_information == ()


@pytest.mark.parametrize("name", ["pacs.008.001.08", "pacs.008.001.13", "pacs.009.001.10"])
def test_every_placeholder_of_the_templates_is_found_again(shared_data: Path, name: str) -> None:
    """Fill every field of the template with a mark of its own; each mark must come out somewhere in the payment."""
    folder = shared_data / "payments" / "pacs008_templates" / name
    text = (folder / "template.xml").read_text("utf-8")
    text = re.sub(r"{%.*?%}", "", text)
    fixed = {
        "creation_date_time": "2023-01-27T06:00:00Z",
        "interbank_settlement_date": "2023-01-30",
        "tx.interbank_settlement_date": "2023-01-31",
        "tx.interbank_settlement_amount": "12.34",
        "nb_of_txs": "1",
    }
    marks: list[str] = []

    def fill(found: re.Match[str]) -> str:
        field = found[1].strip()
        if field in fixed:
            return fixed[field]
        marks.append(f"Mark{len(marks)}Q")
        return marks[-1]

    filled = re.sub(r"{{(.*?)}}", fill, text)
    (payment,) = read(filled.encode())
    said = repr(payment)
    assert [mark for mark in marks if mark not in said] == []
    assert len(marks) >= 10


def test_a_status_report_is_no_payment(shared_data: Path) -> None:
    value = (shared_data / "payments/pacs008_templates/pacs.002.001.12/pacs.002.001.12.xml").read_bytes()
    with pytest.raises(EventError, match=r"no pacs\.008") as caught:
        read(value)
    assert caught.value.reason == "unknown_format"


def test_a_document_that_does_not_fit_its_schema_is_refused_without_its_values(shared_data: Path) -> None:
    folder = shared_data / "payments/pacs008_templates/pacs.008.001.08"
    value = (folder / "pacs.008.001.08.xml").read_bytes().replace(b"SHAR", b"SECRET")
    with pytest.raises(EventError, match="does not fit its schema") as caught:
        read(value, xsds=load_xsds(folder / "pacs.008.001.08.xsd"))
    assert "SECRET" not in str(caught.value)


# -- who and where --------------------------------------------------------------------------------------------------


def test_a_party_with_everything() -> None:
    payment = only(
        "<Dbtr><Nm>Ivan  Petrov</Nm><PstlAdr><Dept>Sales</Dept><StrtNm>Lenina</StrtNm><BldgNb>1</BldgNb>"
        "<PstCd>83000</PstCd><TwnNm>Donetsk</TwnNm><CtrySubDvsn>Donetska</CtrySubDvsn><Ctry>UA</Ctry></PstlAdr>"
        "<Id><PrvtId><DtAndPlcOfBirth><BirthDt>1970-05-17</BirthDt><CityOfBirth>Kazan</CityOfBirth>"
        "<CtryOfBirth>RU</CtryOfBirth></DtAndPlcOfBirth><Othr><Id>751234567</Id><SchmeNm><Cd>CCPT</Cd></SchmeNm></Othr>"
        "</PrvtId></Id><CtctDtls><Nm>Anna Petrova</Nm></CtctDtls></Dbtr>"
        "<DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>"
    )
    assert payment.parties == (
        Party(
            role="debtor",
            name="Ivan Petrov",
            address="Sales, 1 Lenina, 83000 Donetsk, Donetska, UA",
            country="UA",
            birth_date="1970-05-17",
            identifiers=(Identifier("PASSPORT", "751234567"),),
            account="DE89370400440532013000",
        ),
        Party(role="debtor_contact", name="Anna Petrova", country="UA"),
    )


def test_address_lines_stay_in_their_order_and_a_c_o_name_is_in_the_address() -> None:
    payment = only(
        "<Cdtr><Nm>A</Nm><PstlAdr><CareOf>Huawei Technologies</CareOf><Ctry>CN</Ctry>"
        "<AdrLine>1 Road</AdrLine><AdrLine>Sevastopol</AdrLine></PstlAdr></Cdtr>"
    )
    assert payment.parties[0].address == "1 Road, Sevastopol, Huawei Technologies, CN"


def test_a_bank_with_name_lei_clearing_member_and_branch() -> None:
    payment = only(
        "<CdtrAgt><FinInstnId><BICFI>VTBRRUMM</BICFI><ClrSysMmbId><ClrSysId><Cd>RUCBC</Cd></ClrSysId><MmbId>044525187"
        "</MmbId></ClrSysMmbId><LEI>253400V1H6ART1UQ0N98</LEI><Nm>VTB Bank</Nm></FinInstnId>"
        "<BrnchId><Nm>Crimea office</Nm><PstlAdr><TwnNm>Simferopol</TwnNm></PstlAdr></BrnchId></CdtrAgt>"
    )
    bank, branch = payment.parties
    assert (bank.role, bank.name) == ("creditor_agent", "VTB Bank")
    assert bank.identifiers == (
        Identifier("BIC", "VTBRRUMM"),
        Identifier("LEI", "253400V1H6ART1UQ0N98"),
        Identifier("CLEARING:RUCBC", "044525187"),
    )
    assert (branch.role, branch.name, branch.address) == ("creditor_agent_branch", "Crimea office", "Simferopol")


@pytest.mark.parametrize(
    ("inner", "role"),
    [
        ("<UltmtDbtr><Nm>Listed</Nm></UltmtDbtr>", "ultimate_debtor"),
        ("<UltmtCdtr><Nm>Listed</Nm></UltmtCdtr>", "ultimate_creditor"),
        ("<InitgPty><Nm>Listed</Nm></InitgPty>", "initiating_party"),
        ("<Dbtr><Pty><Nm>Listed</Nm></Pty></Dbtr>", "debtor"),
        ("<Dbtr><FinInstnId><Nm>Listed</Nm></FinInstnId></Dbtr>", "debtor"),
        ("<IntrmyAgt2><FinInstnId><Nm>Listed</Nm></FinInstnId></IntrmyAgt2>", "intermediary_agent"),
        ("<PrvsInstgAgt1><FinInstnId><Nm>Listed</Nm></FinInstnId></PrvsInstgAgt1>", "previous_instructing_agent"),
        ("<ChrgsInf><Agt><FinInstnId><Nm>Listed</Nm></FinInstnId></Agt></ChrgsInf>", "charges_agent"),
        ("<RmtInf><Strd><Invcr><Nm>Listed</Nm></Invcr></Strd></RmtInf>", "invoicer"),
        (
            "<RmtInf><Strd><GrnshmtRmt><Grnshee><Nm>Listed</Nm><CtryOfRes>RU</CtryOfRes></Grnshee></GrnshmtRmt></Strd></RmtInf>",
            "grnshee",
        ),
        ("<DbtrAcct><Nm>Listed</Nm><Id><Othr><Id>1</Id></Othr></Id></DbtrAcct>", "debtor_account"),
        ("<SomethingNew><Nm>Listed</Nm><PstlAdr><Ctry>RU</Ctry></PstlAdr></SomethingNew>", "something_new"),
        ("<UndrlygCstmrCdtTrf><Cdtr><Nm>Listed</Nm></Cdtr></UndrlygCstmrCdtTrf>", "creditor"),
    ],
)
def test_whoever_is_named_is_a_party(inner: str, role: str) -> None:
    assert [(party.role, party.name) for party in only(inner).parties] == [(role, "Listed")]


@pytest.mark.parametrize(
    "inner",
    [
        "<RmtInf><Ustrd>for Listed</Ustrd></RmtInf>",
        "<RmtInf><Strd><AddtlRmtInf>for Listed</AddtlRmtInf></Strd></RmtInf>",
        "<InstrForCdtrAgt><InstrInf>for Listed</InstrInf></InstrForCdtrAgt>",
        "<InstrForNxtAgt><InstrInf>for Listed</InstrInf></InstrForNxtAgt>",
        "<RgltryRptg><Dtls><Inf>for Listed</Inf></Dtls></RgltryRptg>",
        "<RgltryRptg><Authrty><Nm>for Listed</Nm></Authrty></RgltryRptg>",
        "<Purp><Prtry>for Listed</Prtry></Purp>",
        "<SplmtryData><Envlp><x:Any xmlns:x='urn:x'><x:Thing>for Listed</x:Thing></x:Any></Envlp></SplmtryData>",
        "<Tax><Dbtr><RegnId>7</RegnId></Dbtr><Rcrd><AddtlInf>for Listed</AddtlInf></Rcrd></Tax>",
    ],
)
def test_whatever_could_name_somebody_is_where_names_are_searched(inner: str) -> None:
    assert "for Listed" in only(inner).remittance_information


def test_references_amounts_and_codes_are_kept() -> None:
    payment = only(
        '<InstdAmt Ccy="RUB">70000</InstdAmt><ChrgBr>SHAR</ChrgBr><Purp><Cd>GDDS</Cd></Purp>'
        "<RmtInf><Strd><RfrdDocInf><Nb>INV-77</Nb></RfrdDocInf><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf>",
        header="<IntrBkSttlmDt>2023-01-30</IntrBkSttlmDt><SttlmInf><SttlmMtd>COVE</SttlmMtd></SttlmInf>",
    )
    assert payment.purpose_code == "GDDS"
    assert payment.deal_references == ("INV-77", "RF18539007547034")
    assert payment.extra == {"GrpHdr/SttlmInf/SttlmMtd": "COVE", "InstdAmt": "70000 RUB", "ChrgBr": "SHAR"}
    assert payment.settlement_date == date(2023, 1, 30)
    assert payment.event_time == datetime(2023, 1, 27, 6, tzinfo=UTC)


def test_agents_of_the_header_are_in_every_transaction() -> None:
    header = "<InstgAgt><FinInstnId><BICFI>DEUTDEFF</BICFI></FinInstnId></InstgAgt>"
    decoded = decode_event("payment", message(transaction(reference="A"), transaction(reference="B"), header=header))
    assert [one.index for one in decoded] == [0, 1]
    assert len({one.event.event_id for one in decoded}) == 2
    for one in decoded:
        assert [party.role for party in one.event.parties] == ["instructing_agent"]


def test_a_message_in_an_envelope_is_found() -> None:
    inner = message(transaction()).split(b"?>", 1)[1]
    value = b"<BizMsgEnvlp><AppHdr><BizMsgIdr>X</BizMsgIdr></AppHdr>" + inner + b"</BizMsgEnvlp>"
    assert read(value)[0].end_to_end_id == "E2E-1"


@pytest.mark.parametrize(("written", "exact"), [("+5.00", "5.00"), (".5", "0.5"), ("5.", "5"), (" 5.10 ", "5.10")])
def test_an_xml_decimal_keeps_its_digits(written: str, exact: str) -> None:
    assert read(message(transaction(amount=written)))[0].amount.amount == exact


def test_a_count_that_is_not_so_is_a_note() -> None:
    (decoded,) = decode_event("payment", message(transaction(), count=2))
    assert decoded.notes == ("GrpHdr/NbOfTxs: is not 1, the number of transactions that are here",)


def test_a_time_without_offset_is_taken_as_utc_and_said() -> None:
    (decoded,) = decode_event("payment", message(transaction()).replace(b"+09:00", b""))
    assert decoded.event.event_time == datetime(2023, 1, 27, 15, tzinfo=UTC)
    assert decoded.notes == ("GrpHdr/CreDtTm: no offset from UTC; taken as UTC",)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (message(), "no transaction"),
        (message(transaction()).replace(b"<EndToEndId>E2E-1</EndToEndId>", b""), "PmtId: has no EndToEndId"),
        (message(transaction()).replace(b"<MsgId>MSG-1</MsgId>", b""), "GrpHdr: has no MsgId"),
        (message(transaction()).replace(b"2023-01-27T15", b"SECRET"), "CreDtTm"),
        (message(transaction(amount="SECRET")), "amount.amount"),
        (message(transaction("<IntrBkSttlmDt>SECRET</IntrBkSttlmDt>")), "IntrBkSttlmDt"),
        (message(transaction())[:-30], "not well-formed (line"),
        (message("<CdtTrfTxInf/>" * 10_001), "split it"),
        (message(transaction("<a>" * 80 + "</a>" * 80)), "nested deeper"),
        (message(transaction("<a>" * 5000 + "</a>" * 5000)), "not well-formed"),
    ],
)
def test_what_cannot_be_read_is_an_error_without_values(value: bytes, words: str) -> None:
    with pytest.raises(EventError) as caught:
        read(value)
    assert words in str(caught.value)
    assert "SECRET" not in str(caught.value)


# -- attacks --------------------------------------------------------------------------------------------------------

LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">]><Document>&e;</Document>"""
FILE = b"""<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>"""
REMOTE = b"""<!DOCTYPE a SYSTEM "http://192.0.2.1/evil.dtd"><a/>"""
ATTRIBUTE = b"""<!DOCTYPE a [<!ENTITY x "y"><!ATTLIST a b CDATA "&x;">]><a/>"""


@pytest.mark.parametrize("attack", [LAUGHS, FILE, REMOTE, ATTRIBUTE])
def test_a_document_type_is_refused_before_anything_is_parsed(attack: bytes) -> None:
    began = time.process_time()
    with pytest.raises(EventError, match="document type"):
        parse(attack)
    assert time.process_time() - began < 0.5


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-7", "cp037"])
def test_a_document_type_cannot_hide_in_another_encoding(encoding: str) -> None:
    text = LAUGHS.decode().replace('version="1.0"', f'version="1.0" encoding="{encoding}"')
    with pytest.raises(EventError):
        parse(text.encode(encoding))
    with pytest.raises(EventError):
        parse(text.encode())


def test_an_undeclared_entity_is_no_text() -> None:
    with pytest.raises(EventError):
        read(message(transaction("<RmtInf><Ustrd>&nothing;</Ustrd></RmtInf>")))


def test_a_large_message_takes_bounded_time() -> None:
    value = message(*(transaction("<Dbtr><Nm>Somebody</Nm></Dbtr>", reference=f"E{n}") for n in range(5_000)))
    began = time.process_time()
    assert len(read(value)) == 5_000
    assert time.process_time() - began < 20


PERSON = "<A><Nm>Somebody</Nm><PstlAdr><Ctry>DE</Ctry></PstlAdr></A>"


@pytest.mark.parametrize(
    "value",
    [
        message(transaction(PERSON * 2_001)),
        message(transaction("<Ustrd>text</Ustrd>" * 2_001)),
        message(transaction("<XAcct><Nm>A</Nm></XAcct>" * 2_001)),
        message(transaction("<RfrdDocInf>" + "<Nb>1</Nb>" * 2_001 + "</RfrdDocInf>")),
        message(transaction(), header=PERSON * 51),
        message(transaction(), header="<Any>text</Any>" * 51),
    ],
)
def test_a_crowd_is_refused_and_a_header_cannot_multiply_it(value: bytes) -> None:
    with pytest.raises(EventError) as caught:
        read(value)
    assert caught.value.reason == "too_large"


def test_repeated_codes_are_each_kept_and_what_does_not_fit_is_said() -> None:
    codes = "".join(f"<RgltryRptg><Dtls><Cd>C{n}</Cd></Dtls></RgltryRptg>" for n in range(150))
    (decoded,) = decode_event("payment", message(transaction(codes)))
    assert decoded.event.extra["RgltryRptg/Dtls/Cd"] == "C0"
    assert decoded.event.extra["RgltryRptg/Dtls/Cd[2]"] == "C1"
    assert len(decoded.event.extra) == 100
    assert decoded.notes == ("50 more codes, dates and references of the message are not kept",)


def test_xml_is_no_shipment() -> None:
    with pytest.raises(EventError, match="not shipments"):
        decode_event("shipment", message(transaction()))


# -- screened -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "inner",
    [
        "<Dbtr><Nm>{}</Nm></Dbtr>",
        "<UltmtCdtr><Nm>{}</Nm></UltmtCdtr>",
        "<CdtrAgt><FinInstnId><Nm>{}</Nm></FinInstnId></CdtrAgt>",
        "<Dbtr><Nm>Plain Trading</Nm><CtctDtls><Nm>{}</Nm></CtctDtls></Dbtr>",
        "<RmtInf><Strd><Invcr><Nm>{}</Nm></Invcr></Strd></RmtInf>",
        "<RmtInf><Ustrd>Payment for goods of {}</Ustrd></RmtInf>",
        "<InstrForNxtAgt><InstrInf>on behalf of {}</InstrInf></InstrForNxtAgt>",
    ],
)
def test_a_listed_name_is_met_wherever_it_stands(inner: str) -> None:
    name, entry_id = listed()
    met = met_by(message(transaction(inner.format(name.replace("&", "&amp;")))))
    assert entry_id in {match.entry_id for alert in met for match in alert.matches}


@cache
def screener() -> Screener:
    return Screener(Reference.bundled())


def listed() -> tuple[str, str]:
    """An organisation whose assets are frozen: its name in Latin letters, and its entry."""
    one = next(
        entity
        for key, entity in screener().tables.names.entities.items()
        if key[0] == "jp-mof-asset-freeze" and entity.schema == "Organization"
    )
    return next(name.text for name in one.names if name.text.isascii() and len(name.text) > 12), one.entry_id


def met_by(value: bytes) -> tuple[Alert, ...]:
    (decoded,) = decode_event("payment", value)
    moment = datetime(2023, 2, 10, tzinfo=UTC)
    origin = Origin("payments.transfer.v1", 0, 0)
    return screener().screen(decoded.event, origin, known_at=moment, now=moment, notes=decoded.notes).alerts


#: Elements of a message that name somebody.
WHO = ("Nm", "BICFI")


def filled(folder: Path) -> bytes:
    """The sample's template with every field filled, so that every party that it can hold is there."""
    text = re.sub(r"{%.*?%}", "", (folder / "template.xml").read_text("utf-8"))
    fixed = {
        "creation_date_time": "2023-01-27T06:00:00Z",
        "interbank_settlement_date": "2023-01-30",
        "tx.interbank_settlement_date": "2023-01-31",
        "tx.interbank_settlement_amount": "12.34",
        "nb_of_txs": "1",
    }
    return re.sub(r"{{(.*?)}}", lambda found: fixed.get(found[1].strip(), "Plain"), text).encode()


@pytest.mark.parametrize("name", ["pacs.008.001.08", "pacs.008.001.13", "pacs.009.001.10"])
@pytest.mark.parametrize("form", ["sample", "template"])
def test_everybody_in_the_samples_is_screened_in_their_role(shared_data: Path, name: str, form: str) -> None:
    """Put a frozen organisation in the place of each party and bank, one at a time: each time it is met, as that one."""
    folder = shared_data / "payments" / "pacs008_templates" / name
    value = (folder / f"{name}.xml").read_bytes() if form == "sample" else filled(folder)
    text, entry_id = listed()
    places = [element for element in parse(value).iter() if local(element) in WHO]
    assert len(places) >= (4 if "008" in name else 2)
    for at in range(len(places)):
        root = parse(value)
        element = [one for one in root.iter() if local(one) in WHO][at]
        holder = element.getparent()
        assert holder is not None
        if local(element) == "BICFI":  # a bank that is named as well
            element = etree.SubElement(holder, element.tag.replace("BICFI", "Nm"))
        element.text = text
        agent = holder.getparent() if local(holder) == "FinInstnId" else holder
        assert agent is not None
        if local(agent) == "Agt":  # that of the charges
            agent = agent.getparent()
            assert agent is not None
        # The authority of a regulatory report has no more than a name and a country: it is searched among the texts.
        role = "remittance_information" if local(agent) == "Authrty" else parties.role_of(local(agent))
        met = met_by(etree.tostring(root))
        roles = {alert.subject.role for alert in met if entry_id in {match.entry_id for match in alert.matches}}
        assert any(said.startswith(role) for said in roles), f"{local(agent)}: {roles}"
