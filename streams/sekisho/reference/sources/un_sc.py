"""The consolidated list of the United Nations Security Council: the official XML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from lxml import etree

from sekisho.model import Entity, EntryIdentifier, Name
from sekisho.model.entry import NameKind
from sekisho.names import forms as name_forms
from sekisho.reference.loaded import LoadedList, Rejected
from sekisho.reference.sources import en_dates, name_notes, xml
from sekisho.reference.sources.countries import country_code, country_codes
from sekisho.reference.sources.file import Format, SourceFile

LIST_ID = "un-sc"
URL = "https://scsanctions.un.org/resources/xml/en/consolidated.xml"

#: The Council's committees act at any time; the file is made anew every day (hours).
MAX_AGE_HOURS = 48

_QUALITY: dict[str, NameKind] = {"low": "weak_alias", "f.k.a.": "former"}
_DOCUMENTS = (
    ("passport", "PASSPORT"),
    ("passeport", "PASSPORT"),
    ("pasaporte", "PASSPORT"),
    ("national", "NATIONAL_ID"),
)
_IMO = re.compile(r"\bIMO(?:\s+(?:number|no\.?))?\s*:?\s*(\d{7})\b", re.IGNORECASE)


def recognises(file: SourceFile) -> bool:
    return b"<CONSOLIDATED_LIST" in file.head


def load(files: Sequence[SourceFile]) -> Iterable[LoadedList]:
    for file in files:
        yield _read(file)


def _read(file: SourceFile) -> LoadedList:
    root = xml.root(file.path)
    made = root.get("dateGenerated", "")
    entities: dict[str, Entity] = {}
    rejected: list[Rejected] = []
    for group, record, schema in (("INDIVIDUALS", "INDIVIDUAL", "Person"), ("ENTITIES", "ENTITY", "Organization")):
        holder = xml.child(root, group)
        if holder is None:
            rejected.append(Rejected(group, "the file has no such part"))
            continue
        for at, one in enumerate(xml.children(holder, record), 1):
            reference = xml.text(one, "REFERENCE_NUMBER") or xml.text(one, "DATAID")
            where = f"{record} {at} ({reference or 'without reference number'})"
            if not reference or not _name(one):
                rejected.append(Rejected(where, "it has no name or no reference number"))
            elif reference in entities:
                rejected.append(Rejected(where, "its reference number stands there twice"))
            else:
                entities[reference] = _entity(one, reference, schema, record)
    return LoadedList(
        list_id=LIST_ID,
        kind="entities",
        version=made[:10] or file.dated,
        source=file.name,
        records=tuple(entities.values()),
        rejected=tuple(rejected),
        published_at=_moment(made),
        max_age_hours=MAX_AGE_HOURS,
    )


def _entity(one: etree._Element, reference: str, schema: str, record: str) -> Entity:
    person = schema == "Person"
    # ``… (CAGL) ; … (GLBC)``: the names of one entry
    names = [Name(name) for part in name_notes.pieces(_name(one), ";") for name in name_notes.slashed(part)]
    if original := xml.text(one, "NAME_ORIGINAL_SCRIPT"):
        names += [
            Name(name_forms.tidy(part), "primary") for part in re.split(r"[;؛]", original) if name_forms.tidy(part)
        ]
    births = [_birth(item) for item in xml.children(one, f"{record}_DATE_OF_BIRTH")]
    notes, noted = [], list[str]()
    for alias in xml.children(one, f"{record}_ALIAS"):
        kind = _QUALITY.get(xml.text(alias, "QUALITY").lower(), "alias")
        text, note = xml.text(alias, "ALIAS_NAME"), xml.text(alias, "NOTE")
        names += [Name(name, kind) for name in name_notes.alternatives(text, person=person)]
        names += [Name(name, kind) for name in name_notes.noted(note, person=person)]
        births.append(en_dates.edtf(xml.text(alias, "DATE_OF_BIRTH")))
        noted += (*name_notes.births(text), *name_notes.births(note)) if person else ()
        if note:
            notes.append(f"{text}: {note}")
    births += [birth for birth in noted if not any(str(other).startswith(birth) for other in births)]
    addresses, countries = [], []
    for address in xml.children(one, f"{record}_ADDRESS"):
        parts = ("STREET", "CITY", "STATE_PROVINCE", "ZIP_CODE", "COUNTRY", "NOTE")
        addresses.append(", ".join(part for part in (xml.text(address, name) for name in parts) if part))
        countries.append(xml.text(address, "COUNTRY"))
    comment = xml.text(one, "COMMENTS1")
    titles = [*xml.texts(one, "TITLE", "VALUE"), *xml.texts(one, "DESIGNATION", "VALUE")]
    nationalities = country_codes(xml.texts(one, "NATIONALITY", "VALUE"))
    gender = xml.text(one, "GENDER").lower()
    return Entity(
        list_id=LIST_ID,
        entry_id=reference,
        schema=schema,
        names=name_forms.unique(names),
        identifiers=tuple(
            dict.fromkeys([*_documents(one, record), *(EntryIdentifier("IMO", n) for n in _IMO.findall(comment))])
        ),
        birth_dates=tuple(dict.fromkeys(birth for birth in births if birth)),
        birth_places=tuple(dict.fromkeys(filter(None, map(_place, xml.children(one, f"{record}_PLACE_OF_BIRTH"))))),
        countries=nationalities if schema == "Person" else country_codes(countries),
        genders=(gender,) if gender else (),
        addresses=tuple(dict.fromkeys(address for address in addresses if address)),
        programmes=tuple(filter(None, (xml.text(one, "UN_LIST_TYPE"),))),
        listed_on=en_dates.day(xml.text(one, "LISTED_ON")),
        source_url=URL,
        remarks="; ".join(filter(None, [*titles, comment, *notes])) or None,
    )


def _name(one: etree._Element) -> str:
    parts = (xml.text(one, f"{place}_NAME") for place in ("FIRST", "SECOND", "THIRD", "FOURTH"))
    return name_forms.tidy(" ".join(part for part in parts if part))


def _birth(item: etree._Element) -> str | None:
    first, last = xml.text(item, "FROM_YEAR"), xml.text(item, "TO_YEAR")
    if first and last:
        return en_dates.edtf(f"{first} to {last}")
    found = en_dates.edtf(xml.text(item, "DATE") or xml.text(item, "YEAR") or xml.text(item, "NOTE"))
    approximate = xml.text(item, "TYPE_OF_DATE") == "APPROXIMATELY"
    return f"{found}~" if found and approximate and not found.endswith("~") else found


def _place(item: etree._Element) -> str:
    parts = (xml.text(item, name) for name in ("STREET", "CITY", "STATE_PROVINCE", "COUNTRY", "NOTE"))
    return ", ".join(part for part in parts if part)


def _documents(one: etree._Element, record: str) -> Iterable[EntryIdentifier]:
    for document in xml.children(one, f"{record}_DOCUMENT"):
        number = xml.text(document, "NUMBER")
        kind = f"{xml.text(document, 'TYPE_OF_DOCUMENT')} {xml.text(document, 'TYPE_OF_DOCUMENT2')}".strip()
        if not number:
            continue
        scheme = next((scheme for word, scheme in _DOCUMENTS if word in kind.lower()), "IDENTIFICATION")
        country = xml.text(document, "ISSUING_COUNTRY") or xml.text(document, "COUNTRY_OF_ISSUE")
        yield EntryIdentifier(scheme, number, country_code(country))


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)
    except ValueError:
        return None


FORMAT = Format("the United Nations Security Council's XML", recognises, load)
