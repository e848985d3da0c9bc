"""ISO 20022 credit transfers as payments: pacs.008 (customers) and pacs.009 (banks), one event a transaction.

Every version is read by the same code: element names are the same, and what a version adds is kept. What has no field
of its own goes where it is looked at: free texts into ``remittance_information`` (names are searched there), codes,
dates and amounts into ``extra`` under their path.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from lxml import etree

from sekisho.errors import EventError
from sekisho.model import Money, Party, Payment
from sekisho.wire import pacs_parties as parties
from sekisho.wire.limits import MAX_PARTIES
from sekisho.wire.pacs_xsd import Xsds
from sekisho.wire.safe_xml import MAX_DEPTH, local, parse, text_of
from sekisho.wire.shape import MAX_EXTRA

_MESSAGES = ("FIToFICstmrCdtTrf", "FICdtTrf")

#: One message becomes this many events at most; a larger one is split by its sender.
MAX_TRANSACTIONS = 10_000

#: What the header says is in every transaction: so much of it, or a small message would become a huge one.
MAX_SHARED = 50

#: Leaves that hold a code, date, number or reference: kept in ``extra``, not searched for names.
_CODES = re.compile(
    r"Cd|Ccy|Ctry|Nb|Id|UETR|ClrSysRef|.*(?:Dt|Tm|DtTm|Ind|Amt|Sum|Rate|Prty|Id|Nb|Mtd|Sts|Br|Tp|Sgntr)"
)

#: Where the references of a deal stand: document numbers, creditor's references, remittance and mandate ids.
_DEALS = ("RfrdDocInf", "CdtrRefInf", "RltdRmtInf", "MndtRltdInf")
_DEAL_LEAVES = frozenset({"Nb", "Ref", "RmtId", "MndtId"})


def read(value: bytes, xsds: Xsds | None = None) -> Iterator[tuple[int, Payment, tuple[str, ...]]]:
    """(index, payment, notes) of each transaction of the message.

    ``xsds`` validate the document where they are given. Raises EventError for anything that is no credit transfer.
    """
    root = parse(value)
    message = _message(root)
    unvalidated = xsds.check(message) if xsds is not None else ()
    header = _child(message, "GrpHdr")
    message_id = _required(header, "MsgId")
    moment, notes = _moment(_required(header, "CreDtTm"))
    notes = unvalidated + notes
    transactions = [child for child in message if local(child) == "CdtTrfTxInf"]
    if not transactions:
        raise EventError("CdtTrfTxInf: the message has no transaction", reason="invalid")
    if len(transactions) > MAX_TRANSACTIONS:
        raise EventError(
            f"{len(transactions)} transactions; a message may have {MAX_TRANSACTIONS}: split it", reason="too_large"
        )
    if _optional(header, "NbOfTxs").lstrip("0") != str(len(transactions)):
        notes = (*notes, f"GrpHdr/NbOfTxs: is not {len(transactions)}, the number of transactions that are here")
    shared = _Reading(limit=MAX_SHARED)
    shared.visit(header, "GrpHdr", 0)
    for index, transaction in enumerate(transactions):
        own = _Reading(limit=MAX_PARTIES)
        own.visit(transaction, "", 0)
        payment = _payment(transaction, index, message_id, moment, header, own, shared)
        left_out = own.left_out + shared.left_out
        more = (f"{left_out} more codes, dates and references of the message are not kept",) if left_out else ()
        yield index, payment, notes + more


def _payment(
    transaction: etree._Element,
    index: int,
    message_id: str,
    moment: datetime,
    header: etree._Element,
    own: _Reading,
    shared: _Reading,
) -> Payment:
    identification = _child(transaction, "PmtId")
    amount = _child(transaction, "IntrBkSttlmAmt")
    day = _optional(transaction, "IntrBkSttlmDt") or _optional(header, "IntrBkSttlmDt")
    return Payment(
        event_id=f"{message_id}/{index}",
        event_time=moment,
        message_id=message_id,
        end_to_end_id=_required(identification, "EndToEndId"),
        amount=Money(_decimal(text_of(amount)), amount.get("Ccy") or ""),
        uetr=_optional(identification, "UETR") or None,
        settlement_date=_day(day) if day else None,
        parties=tuple(dict.fromkeys([*own.people(), *shared.people()])),
        purpose_code=_purpose(transaction),
        remittance_information=tuple(dict.fromkeys([*own.texts, *shared.texts])),
        deal_references=tuple(dict.fromkeys(own.deals)),
        extra={**shared.extra, **own.extra},
    )


class _Reading:
    """What was found while walking one part of the message."""

    def __init__(self, limit: int) -> None:
        """``limit`` bounds the parties, the accounts, the texts and the references, each."""
        self._limit = limit
        self._times: dict[str, int] = {}
        #: codes that did not fit in ``extra``
        self.left_out = 0
        self.found: list[parties.Found] = []
        self.accounts: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.deals: list[str] = []
        self.extra: dict[str, str] = {}

    def visit(self, element: etree._Element, path: str, depth: int) -> None:
        """Walk down; a party, a bank and an account are taken as a whole, every other leaf by itself."""
        if depth > MAX_DEPTH:
            raise EventError(f"the XML is nested deeper than {MAX_DEPTH} levels", reason="xml")
        for child in element:
            tag = local(child)
            # A bank in ChrgsInf is called Agt, a party of some messages Pty: the element around them says which.
            named = local(element) if tag in ("Agt", "Pty") else tag
            at = f"{path}/{tag}" if path else tag
            if parties.is_agent(child):
                self._take(named, parties.agent(child, parties.role_of(named)))
                self._leftovers(child, at, depth)
            elif parties.is_party(child, named):
                self._take(named, parties.party(child, parties.role_of(named)))
                self._leftovers(child, at, depth)
            elif tag.endswith("Acct"):
                number, name = parties.account(child)
                self.accounts.append((tag.removesuffix("Acct"), number, name))
                self._bound(self.accounts, "accounts")
                self._proxy(child, at)
            elif len(child) == 0:
                self._leaf(child, tag, at)
            else:
                self.visit(child, at, depth + 1)

    def people(self) -> list[Party]:
        """Everybody, each with its account; the holder an account names by another name stands for itself."""
        numbers = {tag: number for tag, number, _ in self.accounts if number}
        people = []
        for one in self.found:
            number = numbers.pop(one.tag, None)
            if number is None:
                people.append(one.party)
            else:
                people.append(_with_account(one.party, number))
        known = {person.name for person in people}
        for tag, number, name in self.accounts:
            if name and name not in known:
                people.append(Party(role=f"{parties.role_of(tag)}_account", name=name, account=number or None))
        return people

    def _take(self, tag: str, people: Iterator[Party]) -> None:
        self.found += [parties.Found(tag, person) for person in people]
        self._bound(self.found, "parties")

    def _bound(self, some: Sequence[object], what: str) -> None:
        if len(some) > self._limit:
            raise EventError(f"more than {self._limit} {what} in one place of the message", reason="too_large")

    def _code(self, path: str, text: str) -> None:
        """Keep a code under its path; a second one of the same path gets a number."""
        times = self._times[path] = self._times.get(path, 0) + 1
        if len(self.extra) >= MAX_EXTRA // 2:
            self.left_out += 1
        else:
            self.extra[path if times == 1 else f"{path}[{times}]"] = text

    def _leftovers(self, element: etree._Element, path: str, depth: int) -> None:
        """Inside a party, what is no name, address or identification: kept, and searched where it is a text."""
        for child in element:
            if local(child) not in ("FinInstnId", "BrnchId", "Nm", "PstlAdr", "Id", "CtryOfRes"):
                if len(child) == 0:
                    self._leaf(child, local(child), f"{path}/{local(child)}")
                else:
                    self.visit(child, f"{path}/{local(child)}", depth + 1)

    def _proxy(self, element: etree._Element, path: str) -> None:
        """An account may be known by a telephone number or an address: kept, no name."""
        for inner in element.iter("{*}Prxy"):
            for leaf in inner.iter("{*}Id"):
                if text := text_of(leaf):
                    self._code(f"{path}/Prxy/Id", text)

    def _leaf(self, element: etree._Element, tag: str, path: str) -> None:
        text = text_of(element)
        if not text or path in _OWN_FIELDS:
            return
        if tag in _DEAL_LEAVES and any(part in _DEALS for part in path.split("/")):
            self.deals.append(text)
            self._bound(self.deals, "references")
        elif _CODES.fullmatch(tag):
            currency = element.get("Ccy")
            self._code(path, f"{text} {currency}" if currency else text)
        else:
            self.texts.append(text)
            self._bound(self.texts, "texts")


#: Leaves that have a field of their own in Payment.
_OWN_FIELDS = frozenset(
    {
        "GrpHdr/MsgId",
        "GrpHdr/CreDtTm",
        "GrpHdr/NbOfTxs",
        "GrpHdr/IntrBkSttlmDt",
        "PmtId/EndToEndId",
        "PmtId/UETR",
        "IntrBkSttlmAmt",
        "IntrBkSttlmDt",
        "Purp/Cd",
    }
)


def _with_account(party: Party, number: str) -> Party:
    return Party(
        role=party.role,
        name=party.name,
        address=party.address,
        country=party.country,
        birth_date=party.birth_date,
        gender=party.gender,
        identifiers=party.identifiers,
        account=number,
    )


def _message(root: etree._Element) -> etree._Element:
    """The transfer itself: within ``Document``, which may stand in an envelope beside a business header."""
    level = [root]
    for _ in range(4):
        for element in level:
            if local(element) in _MESSAGES:
                return element
        level = [child for element in level for child in element][:1000]
    raise EventError(
        "the XML is no pacs.008 (FIToFICstmrCdtTrf) or pacs.009 (FICdtTrf) credit transfer", reason="unknown_format"
    )


def _child(element: etree._Element, tag: str) -> etree._Element:
    for child in element:
        if local(child) == tag:
            return child
    raise EventError(f"{local(element)}: has no {tag}", reason="invalid")


def _optional(element: etree._Element, tag: str) -> str:
    return next((text_of(child) for child in element if local(child) == tag), "")


def _required(element: etree._Element, tag: str) -> str:
    text = _optional(element, tag)
    if not text:
        raise EventError(f"{local(element)}: has no {tag}", reason="invalid")
    return text


def _purpose(transaction: etree._Element) -> str | None:
    for child in transaction:
        if local(child) == "Purp":
            return _optional(child, "Cd") or None
    return None


def _moment(text: str) -> tuple[datetime, tuple[str, ...]]:
    """ISO 20022 leaves the offset from UTC to the sender; without one the time is taken as UTC, and that is said."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise EventError("GrpHdr/CreDtTm: not an ISO 8601 date and time", reason="invalid") from None
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC), ("GrpHdr/CreDtTm: no offset from UTC; taken as UTC",)
    return moment, ()


def _day(text: str) -> date:
    """An ``xs:date`` may have an offset after the day, which says nothing here."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise EventError("IntrBkSttlmDt: not an ISO 8601 date", reason="invalid") from None


def _decimal(text: str) -> str:
    """``xs:decimal`` as our decimal text, digits unchanged: it may begin with a plus and leave out a side of the point."""
    text = text.removeprefix("+")
    if text.startswith("."):
        text = f"0{text}"
    return text.removesuffix(".")
