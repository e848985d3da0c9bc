"""Everybody in an ISO 20022 transaction: parties, agents, their addresses, identifiers and accounts.

Structured by what an element holds, not by where it stands: whatever has a name with an address or an identification is
a party, whatever has a ``FinInstnId`` is a bank. So a message of another version, or one that names an invoicer or a
garnishee, loses nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from lxml import etree

from sekisho.model import Identifier, Party
from sekisho.wire.safe_xml import local, text_of

#: ISO 20022 element: role. Others get their element's name in small letters: unknown roles are screened too.
ROLES = {
    "Dbtr": "debtor",
    "Cdtr": "creditor",
    "UltmtDbtr": "ultimate_debtor",
    "UltmtCdtr": "ultimate_creditor",
    "InitgPty": "initiating_party",
    "DbtrAgt": "debtor_agent",
    "CdtrAgt": "creditor_agent",
    "IntrmyAgt1": "intermediary_agent",
    "IntrmyAgt2": "intermediary_agent",
    "IntrmyAgt3": "intermediary_agent",
    "InstgAgt": "instructing_agent",
    "InstdAgt": "instructed_agent",
    "PrvsInstgAgt1": "previous_instructing_agent",
    "PrvsInstgAgt2": "previous_instructing_agent",
    "PrvsInstgAgt3": "previous_instructing_agent",
    "InstgRmbrsmntAgt": "instructing_reimbursement_agent",
    "InstdRmbrsmntAgt": "instructed_reimbursement_agent",
    "ThrdRmbrsmntAgt": "third_reimbursement_agent",
    "ChrgsInf": "charges_agent",
    "Invcr": "invoicer",
    "Invcee": "invoicee",
}

#: ExternalPersonIdentification1Code and ExternalOrganisationIdentification1Code: our scheme.
_SCHEMES = {
    "CCPT": "PASSPORT",
    "NIDN": "NATIONAL_ID",
    "SOSE": "SOCIAL_SECURITY",
    "TXID": "TAX_ID",
    "DRLC": "DRIVING_LICENCE",
    "ARNU": "ALIEN_REGISTRATION",
    "COID": "REGISTRATION",
    "DUNS": "DUNS",
}

#: Postal address parts in the order a person would write them.
_STREET = ("CareOf", "Dept", "SubDept", "BldgNm", "Room", "Flr", "UnitNb", "PstBx")
_TOWN = ("TwnLctnNm", "DstrctNm", "TwnNm", "CtrySubDvsn")

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Found(msgspec.Struct):
    """A party, and the element that names it (an account refers to it by that name)."""

    tag: str
    party: Party


def role_of(tag: str) -> str:
    return ROLES.get(tag) or _CAMEL.sub("_", tag).lower()


def children(element: etree._Element) -> dict[str, etree._Element]:
    """The first child of each name."""
    found: dict[str, etree._Element] = {}
    for child in element:
        found.setdefault(local(child), child)
    return found


def is_agent(element: etree._Element) -> bool:
    return any(local(child) == "FinInstnId" for child in element)


def is_party(element: etree._Element, named: str) -> bool:
    """A name with an address, an identification or a country beside it, or a known role with a name or identification."""
    names = {local(child) for child in element}
    if named in ROLES:
        return bool(names & {"Nm", "PstlAdr", "CtryOfRes"} or _identification(element) is not None)
    return "Nm" in names and bool(names & {"PstlAdr", "CtryOfRes", "CtctDtls"} or _identification(element) is not None)


def _identification(element: etree._Element) -> etree._Element | None:
    """``Id`` of a party has OrgId or PrvtId; other elements named Id are references."""
    for child in element:
        if local(child) == "Id" and any(local(inner) in ("OrgId", "PrvtId") for inner in child):
            return child
    return None


def party(element: etree._Element, role: str) -> Iterator[Party]:
    """A person or an organisation, and the contact it names."""
    inside = children(element)
    identifiers, birth_date, birth_country = _identifiers(_identification(element))
    address, country = _address(inside.get("PstlAdr"))
    residence = _value(inside.get("CtryOfRes"))
    name = _value(inside.get("Nm")) or (identifiers[0].value if identifiers else "")
    if name or address:
        yield Party(
            role=role,
            name=name,
            address=address or None,
            country=country or residence or birth_country or None,
            birth_date=birth_date,
            identifiers=identifiers,
        )
    # Two countries may both count; the record holds one a party.
    if residence and country and residence != country:
        yield Party(role=f"{role}_residence", name=name, country=residence)
    contact = inside.get("CtctDtls")
    contact_name = _value(children(contact).get("Nm")) if contact is not None else ""
    if contact_name and contact_name != name:
        yield Party(role=f"{role}_contact", name=contact_name, country=country or residence or None)


def agent(element: etree._Element, role: str) -> Iterator[Party]:
    """A bank, and its branch where that has a name or an address of its own."""
    inside = children(element)
    institution = children(inside["FinInstnId"])
    identifiers = []
    for tag, scheme in (("BICFI", "BIC"), ("BIC", "BIC"), ("LEI", "LEI")):
        if value := _value(institution.get(tag)):
            identifiers.append(Identifier(scheme, value))
    if (member := institution.get("ClrSysMmbId")) is not None:
        system = "".join(_leaves(children(member).get("ClrSysId")))
        if value := _value(children(member).get("MmbId")):
            identifiers.append(Identifier(f"CLEARING:{system}" if system else "CLEARING", value))
    if (other := institution.get("Othr")) is not None and (value := _value(children(other).get("Id"))):
        identifiers.append(Identifier(_scheme(other), value))
    address, country = _address(institution.get("PstlAdr"))
    name = _value(institution.get("Nm")) or (identifiers[0].value if identifiers else "")
    if name or address:
        yield Party(
            role=role, name=name, address=address or None, country=country or None, identifiers=tuple(identifiers)
        )
    if (branch := inside.get("BrnchId")) is not None:
        parts = children(branch)
        address, country = _address(parts.get("PstlAdr"))
        branch_name = _value(parts.get("Nm"))
        if branch_name or address:
            lei = _value(parts.get("LEI"))
            yield Party(
                role=f"{role}_branch",
                name=branch_name or name,
                address=address or None,
                country=country or None,
                identifiers=(Identifier("LEI", lei),) if lei else (),
            )


def account(element: etree._Element) -> tuple[str, str]:
    """An account's number (IBAN or the bank's own) and the name it is kept under."""
    inside = children(element)
    number = ""
    if (identification := inside.get("Id")) is not None:
        parts = children(identification)
        number = _value(parts.get("IBAN"))
        if not number and (other := parts.get("Othr")) is not None:
            number = _value(children(other).get("Id"))
    return number, _value(inside.get("Nm"))


def _identifiers(identification: etree._Element | None) -> tuple[tuple[Identifier, ...], str | None, str]:
    """Identifiers, birth date and country of birth."""
    found: list[Identifier] = []
    birth_date, birth_country = None, ""
    for kind in identification if identification is not None else ():
        for item in kind:
            tag = local(item)
            if tag in ("AnyBIC", "BICOrBEI", "BEI"):
                found.append(Identifier("BIC", text_of(item)))
            elif tag == "LEI":
                found.append(Identifier("LEI", text_of(item)))
            elif tag == "Othr" and (value := _value(children(item).get("Id"))):
                found.append(Identifier(_scheme(item), value))
            elif tag == "DtAndPlcOfBirth":
                birth = children(item)
                birth_date = _value(birth.get("BirthDt")) or None
                birth_country = _value(birth.get("CtryOfBirth"))
    return tuple(found), birth_date, birth_country


def _scheme(other: etree._Element) -> str:
    said = "".join(_leaves(children(other).get("SchmeNm")))
    return _SCHEMES.get(said, said) or "OTHER"


def _address(element: etree._Element | None) -> tuple[str, str]:
    """One line, unstructured lines first (they are what a person wrote), and the country code."""
    if element is None:
        return "", ""
    parts = children(element)

    def said(*tags: str) -> list[str]:
        return [text for tag in tags if (text := _value(parts.get(tag)))]

    lines = [text for child in element if local(child) == "AdrLine" and (text := text_of(child))]
    street = " ".join(said("BldgNb", "StrtNm"))
    town = " ".join(said("PstCd", "TwnNm"))
    known = {*_STREET, *_TOWN, "BldgNb", "StrtNm", "PstCd", "AdrLine", "AdrTp", "Ctry"}
    rest = [text for child in element if local(child) not in known and (text := text_of(child))]
    country = _value(parts.get("Ctry"))
    pieces = [
        *lines,
        *said(*_STREET),
        street,
        *said("TwnLctnNm", "DstrctNm"),
        town,
        *said("CtrySubDvsn"),
        *rest,
        country,
    ]
    return ", ".join(piece for piece in pieces if piece), country


def _value(element: etree._Element | None) -> str:
    return text_of(element) if element is not None else ""


def _leaves(element: etree._Element | None) -> Iterator[str]:
    """The texts of the elements that have none inside."""
    if element is None:
        return
    for inner in element.iter():
        if len(inner) == 0 and (text := text_of(inner)):
            yield text
