"""The UK Sanctions List: JSON lines converted from its XML, and the CSV that its publisher documents.

No real file of the official CSV was at hand: it is read as the publisher's page describes it (a line with the date, then
the headings; several rows of one ``Unique ID`` are one entry), and that reading is tested on rows made for the test.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sekisho.model import Entity, EntryIdentifier, Name
from sekisho.model.entry import NameKind
from sekisho.names import forms as name_forms
from sekisho.reference.loaded import LoadedList, Rejected
from sekisho.reference.rows import csv_rows, json_value
from sekisho.reference.sources import en_dates, name_notes
from sekisho.reference.sources.countries import country_codes
from sekisho.reference.sources.file import Format, SourceFile

LIST_ID = "uk-sanctions"
URL = "https://www.gov.uk/government/publications/the-uk-sanctions-list"

#: Changes are published on the day they take effect (hours).
MAX_AGE_HOURS = 48

_IMO = re.compile(r"\bIMO(?:\s+(?:number|no\.?))?\s*:?\s*(\d{7})\b", re.IGNORECASE)
#: ``IMO 9187629 ("OCEAN STAR")``: a ship's name, and its number.
_NUMBERED = re.compile(r"^IMO\s+\d{7}\s*\(\s*[\"“]?(?P<name>[^\"”)]+)[\"”]?\s*\)$")
#: ``III (third)`` explains a word.
_EXPLAINED = re.compile(r"\s+\([a-z]+\)$")
#: ``Second Academy (KPe.018)``: the number of another entry of the United Nations.
_REFERENCE = re.compile(r"\s*\([A-Z]{2}[ie]\.\d{3}\)")
#: ``Valentina (nee) TYUTINA``, ``Zeinab nee. Suma``
_MAIDEN = re.compile(r"\s*(?:\(n[eé]e\)|\bn[eé]e\.|\bnée\b)\s*", re.IGNORECASE)
_SCHEMAS = {"individual": "Person", "entity": "Organization", "ship": "Vessel"}


def recognises_json(file: SourceFile) -> bool:
    return '"unique_id"' in file.first_line and '"regime_name"' in file.first_line


def load_json(files: Sequence[SourceFile]) -> Iterable[LoadedList]:
    for file in files:
        entities: dict[str, Entity] = {}
        rejected: list[Rejected] = []
        updated = ""
        for number, line in enumerate(file.text().split("\n"), 1):
            if not line.strip():
                continue
            try:
                row = json_value(line)
                entity = _json_entity(row)
            except (KeyError, TypeError, AttributeError, ValueError) as error:
                rejected.append(Rejected(f"line {number}", f"{type(error).__name__}: {error}"))
                continue
            if entity.entry_id in entities:
                rejected.append(Rejected(f"line {number}", f"unique id {entity.entry_id} stands there twice"))
            else:
                entities[entity.entry_id] = entity
                updated = max(updated, str(row.get("last_updated") or ""))
        yield _loaded(file, entities, rejected, updated)


def _json_entity(row: dict[str, Any]) -> Entity:
    schema = _SCHEMAS.get(str(row.get("individual_entity_ship", "")).lower(), "Unknown")
    names: list[Name] = []
    for one in _list(row, "names", "names"):
        parts = [str(one.get(f"name{number}") or "") for number in (1, 2, 3, 4, 5, 6)]
        kind = f"{one.get('name_type') or ''} {one.get('alias_strength') or ''}"
        names += _names(" ".join(part for part in parts if part), kind)
    names += [
        Name(_plain(text), "primary" if "primary" in str(one.get("name_type", "")).lower() else "alias")
        for one in _list(row, "non_latin_names", "names")
        if (text := str(one.get("name_non_latin_script") or "")).strip()
    ]
    if not names:
        raise ValueError("it has no name")
    # the primary name comes first, whatever the file's order
    names.sort(key=lambda name: name.kind != "primary")
    addresses, countries = [], []
    for one in _list(row, "addresses", "addresses"):
        lines = [str(one.get(f"address_line{number}") or "") for number in (1, 2, 3, 4, 5, 6)]
        parts = [
            *lines,
            str(one.get("address_postal_code") or one.get("postcode") or ""),
            str(one.get("address_country") or ""),
        ]
        addresses.append(", ".join(part.strip() for part in parts if part.strip()))
        countries.append(str(one.get("address_country") or ""))
    person = row.get("individual_details") or {}
    return Entity(
        list_id=LIST_ID,
        entry_id=str(row["unique_id"]),
        schema=schema,
        names=name_forms.unique(names),
        identifiers=tuple(dict.fromkeys(_identifiers(row))),
        countries=country_codes(_nationalities(person)) if schema == "Person" else country_codes(countries),
        birth_dates=tuple(dict.fromkeys(filter(None, map(en_dates.edtf, _texts(person, "date_of_birth", "dobs"))))),
        genders=tuple(dict.fromkeys(text.lower() for text in _texts(person, "gender", "genders"))),
        addresses=tuple(dict.fromkeys(one for one in addresses if one)),
        programmes=tuple(filter(None, (str(row.get("regime_name") or ""), *_imposed(row)))),
        listed_on=en_dates.day(str(row.get("date_designated") or "")),
        source_url=URL,
        remarks=_remarks(row),
    )


def _names(text: str, kind: str) -> Iterable[Name]:
    """Brackets in these names are part of them, but for ``(formerly X)`` and the like; the kind of name is to be told."""
    said = kind.lower()
    word: NameKind = "primary" if said.startswith("primary") and "variation" not in said else "alias"
    if "weak" in said or "low quality" in said:
        word = "weak_alias"
    elif "former" in said or "f.k.a" in said or "previous" in said:
        word = "former"
    found = [one for part in name_notes.slashed(_plain(text)) for one in name_notes.known_as(_MAIDEN.sub(" ", part))]
    return [Name(one, "former" if behind == "former" and word != "weak_alias" else word) for one, behind in found]


def _plain(text: str) -> str:
    text = name_forms.tidy(_REFERENCE.sub("", name_forms.tidy(name_notes.visible(text))).strip(" ،"))
    if ship := _NUMBERED.match(text):
        return name_forms.tidy(ship["name"])
    text = _EXPLAINED.sub("", text)
    # ``(金铁三)``
    return text[1:-1] if name_notes.brackets(text)[:1] == [(0, len(text), text[1:-1])] else text


def _list(row: dict[str, Any], outer: str, inner: str) -> list[dict[str, Any]]:
    holder = row.get(outer)
    found = holder.get(inner) if isinstance(holder, dict) else holder
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _texts(value: Any, *words: str) -> list[str]:
    """Every text below ``value`` whose key begins with one of ``words``."""
    if isinstance(value, dict):
        found = []
        for key, item in value.items():
            if key.startswith(words):
                found += [item] if isinstance(item, str) else _strings(item)
            else:
                found += _texts(item, *words)
        return found
    return [text for item in value for text in _texts(item, *words)] if isinstance(value, list) else []


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    items: Iterable[Any] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in items for text in _strings(item)]


def _nationalities(person: Any) -> list[str]:
    return _texts(person, "nationalit")


def _imposed(row: dict[str, Any]) -> list[str]:
    return [part.strip() for part in str(row.get("sanctions_imposed") or "").split("|") if part.strip()]


def _identifiers(row: dict[str, Any]) -> Iterable[EntryIdentifier]:
    for text in _texts(row, "imo_number", "imo"):
        if number := re.search(r"\b(\d{7})\b", text):
            yield EntryIdentifier("IMO", number.group(1))
    for number in _IMO.findall(str(row.get("other_information") or "")):
        yield EntryIdentifier("IMO", number)
    if str(row.get("individual_entity_ship", "")).lower() == "ship":
        # a ship has no field for it: the number stands in the reasons (``OCEAN STAR (IMO 9187629) is involved in …``), or in the name
        reasons = " ".join(str(row.get("uk_statement_of_reasons") or "").split())
        names = " ".join(str(one.get("name6") or "") for one in _list(row, "names", "names"))
        numbers = set(_IMO.findall(f"{names} {reasons}"))
        if len(numbers) == 1:  # of several, who tells which is its own?
            yield EntryIdentifier("IMO", numbers.pop())
    for text in _texts(row, "passport_number"):
        yield EntryIdentifier("PASSPORT", text)
    for text in _texts(row, "national_identification_number", "national_identifier_number"):
        yield EntryIdentifier("NATIONAL_ID", text)
    for text in _texts(row, "business_registration_number", "registration_number"):
        yield EntryIdentifier("REGISTRATION", text)


def _remarks(row: dict[str, Any]) -> str | None:
    facts = [
        f"{what}: {' '.join(str(row[key]).split())}"
        for what, key in (
            ("OFSI group", "ofsi_group_id"), ("UN reference", "un_reference_number"), ("source", "designation_source"),
            ("other information", "other_information"), ("statement of reasons", "uk_statement_of_reasons"),
        )
        if str(row.get(key) or "").strip()
    ]  # fmt: skip
    return "; ".join(facts) or None


# -- the official CSV -------------------------------------------------------------------------------------------

_HEADING = "Unique ID"


def recognises_csv(file: SourceFile) -> bool:
    text = file.head.decode("utf-8-sig", "replace")
    return file.path.suffix.lower() == ".csv" and "Unique ID" in text and "Regime Name" in text


def load_csv(files: Sequence[SourceFile]) -> Iterable[LoadedList]:
    for file in files:
        rows = list(csv_rows(file.text()))
        at = next((at for at, (_, row, _) in enumerate(rows) if _HEADING in row), None)
        if at is None:
            rejected = [Rejected("line 1", f"there is no line of headings with {_HEADING}")]
            yield _loaded(file, {}, rejected, "")
            continue
        heading = [cell.strip().lower() for cell in rows[at][1]]
        grouped: dict[str, list[dict[str, str]]] = {}
        rejected = []
        for line, row, reason in rows[at + 1 :]:
            if not reason and not any(cell.strip() for cell in row):
                continue
            cell = dict(zip(heading, (one.strip() for one in row), strict=False))
            if reason or len(row) != len(heading) or not cell.get("unique id"):
                why = reason or "it has no Unique ID, or not as many cells as there are headings"
                rejected.append(Rejected(f"line {line}", why))
            else:
                grouped.setdefault(cell["unique id"], []).append(cell)
        entities = {}
        for unique_id, cells in grouped.items():
            try:
                entities[unique_id] = _csv_entity(unique_id, cells)
            except ValueError as error:
                rejected.append(Rejected(f"Unique ID {unique_id}", str(error)))
        yield _loaded(
            file,
            entities,
            rejected,
            max((_iso(one) for c in grouped.values() for one in _all(c, "last updated")), default=""),
        )


def _csv_entity(unique_id: str, rows: list[dict[str, str]]) -> Entity:
    kind = next((one for one in _all(rows, "designation type", "individual, entity, ship")), "")
    schema = _SCHEMAS.get(kind.lower(), "Unknown")
    names: list[Name] = []
    for row in rows:
        parts = [row.get(f"name {number}", "") for number in (1, 2, 3, 4, 5, 6)]
        strength = row.get("alias strength", "").lower()
        word = "weak alias" if "low" in strength else row.get("name type", "")
        names += _names(" ".join(part for part in parts if part), word)
        if original := row.get("name non-latin script", ""):
            names.append(Name(_plain(original), "primary"))
    if not names:
        raise ValueError("it has no name")
    names.sort(key=lambda name: name.kind != "primary")
    addresses = []
    for row in rows:
        parts = [row.get(f"address line {number}", "") for number in (1, 2, 3, 4, 5, 6)]
        parts += [row.get("address postal code", ""), row.get("address country", "")]
        addresses.append(", ".join(part for part in parts if part))
    countries = _all(rows, "nationality(/ies)", "nationality") if schema == "Person" else _all(rows, "address country")
    identifiers = [EntryIdentifier("PASSPORT", one) for one in _all(rows, "passport number")]
    identifiers += [
        EntryIdentifier("NATIONAL_ID", one)
        for one in _all(rows, "national identifier number", "national identification number")
    ]
    identifiers += [
        EntryIdentifier("IMO", n) for one in _all(rows, "imo number") for n in re.findall(r"\b\d{7}\b", one)
    ]
    identifiers += [
        EntryIdentifier("REGISTRATION", one)
        for one in _all(rows, "business registration number (s)", "business registration number")
    ]
    facts = [
        f"{what}: {'; '.join(found)}"
        for what, key in (
            ("OFSI group", "ofsi group id"), ("UN reference", "un reference number"), ("title", "title"), ("position", "position"),
            ("other information", "other information"), ("statement of reasons", "uk statement of reasons"),
        )
        if (found := _all(rows, key))
    ]  # fmt: skip
    birth_places = [", ".join(filter(None, (r.get("town of birth", ""), r.get("country of birth", "")))) for r in rows]
    dates = [when for one in _all(rows, "date designated") if (when := _day(one))]
    imposed = [part.strip() for one in _all(rows, "sanctions imposed") for part in one.split("|") if part.strip()]
    return Entity(
        list_id=LIST_ID,
        entry_id=unique_id,
        schema=schema,
        names=name_forms.unique(names),
        identifiers=tuple(dict.fromkeys(identifiers)),
        birth_dates=tuple(dict.fromkeys(filter(None, map(en_dates.edtf, _all(rows, "d.o.b", "date of birth"))))),
        birth_places=tuple(dict.fromkeys(place for place in birth_places if place)),
        countries=country_codes(countries),
        genders=tuple(dict.fromkeys(one.lower() for one in _all(rows, "gender"))),
        addresses=tuple(dict.fromkeys(one for one in addresses if one)),
        programmes=tuple(dict.fromkeys([*_all(rows, "regime name"), *imposed])),
        listed_on=min(dates, default=None),
        source_url=URL,
        remarks="; ".join(facts) or None,
    )


def _all(rows: list[dict[str, str]], *columns: str) -> list[str]:
    return list(dict.fromkeys(row[column] for row in rows for column in columns if row.get(column)))


def _day(text: str) -> date | None:
    """``29/06/2012``: day first, as the publisher writes it."""
    return en_dates.day(text)


def _iso(text: str) -> str:
    found = _day(text)
    return found.isoformat() if found else ""


def _loaded(file: SourceFile, entities: dict[str, Entity], rejected: list[Rejected], updated: str) -> LoadedList:
    try:
        published = datetime.fromisoformat(updated).replace(tzinfo=UTC) if updated else None
    except ValueError:
        published = None
    return LoadedList(
        LIST_ID, "entities", file.dated, file.name, tuple(entities.values()), tuple(rejected), published, MAX_AGE_HOURS
    )


JSON = Format("the UK Sanctions List as JSON lines", recognises_json, load_json)
CSV = Format("the UK Sanctions List's CSV", recognises_csv, load_csv)
