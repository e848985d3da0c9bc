"""What American lists say of an entry beyond its name: ``DOB 28 Jan 1971``, ``Passport A123 (Iran)``, ``IMO 9187629`` …

OFAC's CSV writes them as sentences in one remarks field, its XML and the Consolidated Screening List as pairs of type
and number. Both come here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from stdnum.ru import inn, ogrn

from sekisho.model import EntryIdentifier, Name
from sekisho.reference.sources import en_dates
from sekisho.reference.sources.countries import country_code

#: Wording: our scheme. Two-part ids that a country's authority gives; the issuer stands in ``country``.
_SCHEMES = {
    "Passport": "PASSPORT", "Diplomatic Passport": "PASSPORT", "Stateless Person Passport": "PASSPORT",
    "British National Overseas Passport": "PASSPORT", "Travel Document Number": "PASSPORT",
    "National ID No.": "NATIONAL_ID", "Cedula No.": "NATIONAL_ID", "D.N.I.": "NATIONAL_ID", "C.U.R.P.": "NATIONAL_ID",
    "Personal ID Card": "NATIONAL_ID", "National Foreign ID Number": "NATIONAL_ID", "SSN": "NATIONAL_ID",
    "Kenyan ID No.": "NATIONAL_ID", "Moroccan Personal ID No.": "NATIONAL_ID", "Bosnian Personal ID No.": "NATIONAL_ID",
    "Citizen's Card Number": "NATIONAL_ID", "Identification Number": "IDENTIFICATION", "Residency Number": "NATIONAL_ID",
    "Birth Certificate Number": "NATIONAL_ID", "Tarjeta de Identidad": "NATIONAL_ID", "Electoral Registry No.": "NATIONAL_ID",
    "Tax ID No.": "TAX_ID", "NIT #": "TAX_ID", "RUC #": "TAX_ID", "R.F.C.": "TAX_ID", "RFC": "TAX_ID", "RIF #": "TAX_ID",
    "V.A.T. Number": "TAX_ID", "Italian Fiscal Code": "TAX_ID", "US FEIN": "TAX_ID", "C.U.I.T.": "TAX_ID", "N.I.E.": "TAX_ID",
    "C.U.I.P.": "TAX_ID", "Fiscal Code": "TAX_ID", "Numero Unico de Identificacao Tributaria (NUIT)": "TAX_ID",
    "Registration ID": "REGISTRATION", "Registration Number": "REGISTRATION", "Business Registration Number": "REGISTRATION",
    "Company Number": "REGISTRATION", "UK Company Number": "REGISTRATION", "Commercial Registry Number": "REGISTRATION",
    "Public Registration Number": "REGISTRATION", "Business Registration Document #": "REGISTRATION", "C.R. No.": "REGISTRATION",
    "Certificate of Incorporation Number": "REGISTRATION", "Trade License No.": "REGISTRATION", "License": "REGISTRATION",
    "Folio Mercantil No.": "REGISTRATION", "Matricula Mercantil No": "REGISTRATION", "Chamber of Commerce Number": "REGISTRATION",
    "Economic Register Number (CBLS)": "REGISTRATION", "Enterprise Number": "REGISTRATION", "Registered Charity No.": "REGISTRATION",
    "Romanian C.R.": "REGISTRATION", "Dubai Chamber of Commerce Membership No.": "REGISTRATION",
    "Unified Social Credit Code (USCC)": "USCC", "Government Gazette Number": "OKPO", "BIK (RU)": "BIK",
    "Legal Entity Number": "LEI", "D-U-N-S Number": "DUNS", "SWIFT/BIC": "BIC", "ISIN": "ISIN",
    "Vessel Registration Identification": "IMO", "MMSI": "MMSI", "Vessel Call Sign": "CALL_SIGN", "Call Sign": "CALL_SIGN",
    "Aircraft Tail Number": "TAIL_NUMBER", "Aircraft Manufacturer's Serial Number (MSN)": "AIRCRAFT_SERIAL",
    "Aircraft Construction Number (also called L/N or S/N or F/N)": "AIRCRAFT_SERIAL", "Aircraft Serial Identification": "AIRCRAFT_SERIAL",
    "Previous Aircraft Tail Number": "TAIL_NUMBER", "Driver's License No.": "DRIVING_LICENCE",
    "VisaNumberID": "VISA", "Immigration No.": "VISA", "Email Address": "EMAIL", "Website": "WEBSITE",
    "Phone Number": "PHONE", "Telephone": "PHONE", "Fax": "PHONE", "Equity Ticker": "TICKER",
}  # fmt: skip

#: The longest wording first, so that ``Tax ID No.`` is not taken for something shorter.
_WORDINGS = sorted(_SCHEMES, key=len, reverse=True)
_WALLET = re.compile(r"^Digital Currency Address\s*-?\s*(?P<currency>[A-Z0-9]{2,6})[;,]?\s+(?P<address>\S+)$")
_COUNTRY = re.compile(r"\s*\(([^()]+)\)")
_VALIDITY = re.compile(r"\s*\b(?:issued|expires|expired|exp\.|Date of Issue|Expiration date)\b.*$", re.IGNORECASE)
_QUOTED = re.compile(r"^(?:alt\. )?(?P<kind>[afn])\.k\.a\.\s+['\"‘“](?P<name>.+)['\"’”]$")
#: Quotation marks within them; an apostrophe at one end is a letter (``'ADIL``).
_WITHIN = re.compile(r"^['\"‘“]([^'\"‘’“”]+)['\"’”]$")
_LISTING = re.compile(r"^(?P<what>Listing|Effective) Date \((?P<under>[^)]*)\):?\s*(?P<date>.+)$")
_ALTERNATIVE = re.compile(r"^(?:alt\.|additional)\s+", re.IGNORECASE)


@dataclass
class Details:
    """What was understood of an entry; ``rest`` is what was not, in its own words."""

    names: list[Name] = field(default_factory=list)
    identifiers: list[EntryIdentifier] = field(default_factory=list)
    birth_dates: list[str] = field(default_factory=list)
    birth_places: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=list)
    genders: list[str] = field(default_factory=list)
    listing_dates: list[date] = field(default_factory=list)
    effective_dates: list[date] = field(default_factory=list)
    #: under what those dates hold (``EO 14024 Directive 3``), and the statements themselves
    dated: dict[str, list[str]] = field(default_factory=dict)
    rest: list[str] = field(default_factory=list)

    def read(self, statement: str) -> None:
        """One statement of a remarks field, or a type and a number joined by a space."""
        statement = " ".join(statement.split()).rstrip(".")
        if not statement:
            return
        plain = _ALTERNATIVE.sub("", statement)
        if not (self._read_person(plain) or self._read_name(plain) or self._read_date(plain) or self._read_id(plain)):
            self.rest.append(statement)

    def read_id(self, kind: str, number: str, country: str = "") -> None:
        """A type and a number as OFAC's XML and the Consolidated Screening List have them."""
        if kind == "Gender":
            self._gender(number)
        elif country and (code := country_code(country)):
            self.read(f"{kind} {number} ({code})" if number else kind)
        else:
            self.read(f"{kind} {number}".strip())

    def _read_person(self, text: str) -> bool:
        word, _, value = text.partition(" ")
        if word == "DOB" and (when := en_dates.edtf(value)):
            self.birth_dates.append(when)
        elif word == "POB" and value:
            self.birth_places.append(value)
        elif word in ("nationality", "citizen") and (code := country_code(value)):
            self.countries.append(code)
        elif text.startswith(("Gender ", "Sex ")):
            self._gender(value)
        else:
            return False
        return True

    def _gender(self, value: str) -> None:
        self.genders.append(value.strip().lower())

    def _read_name(self, text: str) -> bool:
        """In OFAC's CSV a weak alias stands in the remarks, in quotation marks."""
        if not (quoted := _QUOTED.match(text)):
            return False
        self.names.append(
            Name(_WITHIN.sub(r"\1", quoted["name"].strip()), "former" if quoted["kind"] == "f" else "weak_alias")
        )
        return True

    def _read_date(self, text: str) -> bool:
        listing = _LISTING.match(text)
        when = en_dates.day(listing["date"]) if listing else None
        if listing is None or when is None:
            return False
        (self.listing_dates if listing["what"] == "Listing" else self.effective_dates).append(when)
        self.dated.setdefault(listing["under"], []).append(text)
        return True

    def _read_id(self, text: str) -> bool:
        if wallet := _WALLET.match(text):
            self.identifiers.append(EntryIdentifier(f"WALLET_{wallet['currency']}", wallet["address"]))
            return True
        for wording in _WORDINGS:
            if text.startswith(wording) and text[len(wording) : len(wording) + 1] in (" ", ":"):
                return self._identifier(_SCHEMES[wording], text[len(wording) :].strip(" :"))
        return False

    def _identifier(self, scheme: str, value: str) -> bool:
        country = None
        for bracket in _COUNTRY.finditer(value):
            country = country_code(bracket.group(1)) or country
        value = _VALIDITY.sub("", _COUNTRY.sub("", value)).strip(" ;,")
        if imo := re.match(r"(?:IMO\s*)(\d{7})\b", value):
            scheme, value = "IMO", imo.group(1)
        elif scheme == "IMO":
            scheme = "VESSEL_REGISTRATION"
        if not value:
            return False
        self.identifiers.append(EntryIdentifier(_russian(scheme, value, country), value, country))
        return True


def _russian(scheme: str, value: str, country: str | None) -> str:
    """A Russian tax number is an INN and a registration number an OGRN, and both can be checked."""
    if country == "RU" and value.isdigit():
        if scheme == "TAX_ID" and len(value) in (10, 12):
            return "INN"
        if scheme == "REGISTRATION" and len(value) in (13, 15):
            return "OGRN"
    return scheme


def russian_by_checksum(identifier: EntryIdentifier, countries: Sequence[str]) -> EntryIdentifier:
    """OFAC often leaves out who issued a number. Of a Russian entry, one whose check digits fit is an INN or OGRN."""
    if identifier.country is not None or "RU" not in countries:
        return identifier
    if identifier.scheme == "TAX_ID" and inn.is_valid(identifier.value):
        return EntryIdentifier("INN", identifier.value, "RU")
    if identifier.scheme == "REGISTRATION" and ogrn.is_valid(identifier.value):
        return EntryIdentifier("OGRN", identifier.value, "RU")
    return identifier
