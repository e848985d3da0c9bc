"""The Consolidated Screening List of the United States: one file with the lists of three departments, one list id each.

Two layouts: the CSV of 29 columns, and JSON projected to short keys (no birth dates, addresses or IMO numbers). The lists
of the Treasury have a source of their own (``ofac``), and from here are ``us-csl-…`` lists beside it; so is the Denied
Persons List of the short JSON, which says less than the Bureau's own file.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec

from sekisho.errors import InputError
from sekisho.model import Entity, Name
from sekisho.names import forms as name_forms
from sekisho.reference.entry_ids import derive
from sekisho.reference.loaded import LoadedList, Rejected
from sekisho.reference.rows import csv_records, json_value
from sekisho.reference.sources import bis_names, en_dates, us_directives
from sekisho.reference.sources.countries import country_codes
from sekisho.reference.sources.file import Format, SourceFile
from sekisho.reference.sources.us_identifiers import Details, russian_by_checksum

#: The lists are published daily (hours).
MAX_AGE_HOURS = 72

#: Code in the source's name: our list id, and what its ids in the short JSON become.
_LISTS = {
    "EL": "us-bis-entity-list",
    "DPL": "us-bis-dpl",
    "UVL": "us-bis-uvl",
    "MEU": "us-bis-meu",
    "DTC": "us-state-dtc",
    "ISN": "us-state-isn",
}
_COLUMNS = (
    "_id", "source", "entity_number", "type", "programs", "name", "title", "addresses", "federal_register_notice",
    "start_date", "end_date", "standard_order", "license_requirement", "license_policy", "call_sign", "vessel_type",
    "gross_tonnage", "gross_registered_tonnage", "vessel_flag", "vessel_owner", "remarks", "source_list_url", "alt_names",
    "citizenships", "dates_of_birth", "nationalities", "places_of_birth", "source_information_url", "ids",
)  # fmt: skip
_SCHEMAS = {"individual": "Person", "entity": "Organization", "vessel": "Vessel", "aircraft": "Aircraft"}
_CODE = re.compile(r"\(([A-Z-]+)(?: List)?\)")
_STATE_AT_END = re.compile(r", [A-Z]{2}, \d{5}(?:-\d{4})?$")
_COUNTRY_AT_END = re.compile(r",?\s*\b([A-Z]{2})$")


@dataclass
class _Row:
    """A row of either layout, in one shape."""

    where: str
    code: str
    entity: Entity
    #: tells apart rows of one name and country: birth date, address, notice
    more: tuple[str, ...]


@dataclass
class _Lists:
    """Rows by list, with those that were refused."""

    rows: dict[str, list[_Row]] = field(default_factory=lambda: defaultdict(list))
    rejected: list[Rejected] = field(default_factory=list)


def recognises_csv(file: SourceFile) -> bool:
    return file.first_line.replace('"', "").startswith("_id,source,entity_number,type,programs,name")


def load_csv(files: Sequence[SourceFile]) -> Iterable[LoadedList]:
    for file in files:
        lists = _Lists()
        heading, rows = csv_records(file.text())
        if missing := [column for column in _COLUMNS if column not in heading]:
            raise InputError(f"{file.path}: columns are missing: {', '.join(missing)}")
        for line, row, reason in rows:
            where = f"line {line}"
            if reason:
                lists.rejected.append(Rejected(where, reason))
            elif row["_id"] == "_id":
                continue  # a second heading line is no record
            elif not row["name"].strip() or not _CODE.search(row["source"]):
                lists.rejected.append(Rejected(where, "it has no name, or no list that it is on"))
            else:
                cells = {key: value.strip() for key, value in row.items()}
                code = _CODE.findall(row["source"])[0]
                lists.rows[code].append(_csv_row(cells, where, code))
        yield from _loaded(lists, file, file.dated, _LISTS)


def _csv_row(row: dict[str, str], where: str, code: str) -> _Row:
    schema = _SCHEMAS.get(row["type"].lower(), "Unknown" if code in ("DPL", "DTC", "ISN") else "Organization")
    details = Details()
    for identifier in _parts(row["ids"]):
        kind, _, rest = identifier.partition(", ")
        number, _, country = rest.rpartition(", ") if re.search(r", [A-Z]{2}$", rest) else (rest, "", "")
        details.read_id(kind, number, country)
    if row["call_sign"]:
        details.read(f"Call Sign {row['call_sign']}")
    addresses = _parts(row["addresses"])
    in_addresses = [found.group(1) for one in addresses if (found := _COUNTRY_AT_END.search(one))]
    # an address in one of the States may stand without its country
    in_addresses += ["US" for one in addresses if not in_addresses and _STATE_AT_END.search(one)]
    people = [*_parts(row["nationalities"]), *_parts(row["citizenships"])]
    countries = country_codes(
        [*people, *details.countries, *([] if schema == "Person" else in_addresses), row["vessel_flag"]]
    )
    names, parent = _names(row["name"], _parts(row["alt_names"]), code)
    facts = [
        f"{what}: {row[column]}"
        for what, column in (
            ("title", "title"), ("Federal Register", "federal_register_notice"), ("order ends", "end_date"),
            ("standard order", "standard_order"), ("vessel type", "vessel_type"), ("tonnage", "gross_tonnage"),
            ("gross registered tonnage", "gross_registered_tonnage"), ("owner", "vessel_owner"),
        )
        if row[column]
    ]  # fmt: skip
    facts += [f"affiliated entity of {parent}"] if parent else []
    ends = en_dates.day(row["end_date"])
    births = [birth for one in _parts(row["dates_of_birth"]) if (birth := en_dates.edtf(one))]
    remarks = "; ".join([*facts, *details.rest, *([row["remarks"]] if row["remarks"] else [])])
    directives = us_directives.read(remarks)
    undated = us_directives.undated(directives, details.dated)
    entity = Entity(
        list_id="",
        entry_id=row["entity_number"],
        schema=schema,
        names=name_forms.unique([*names, *details.names]),
        identifiers=tuple(dict.fromkeys(russian_by_checksum(one, countries) for one in details.identifiers)),
        birth_dates=tuple(dict.fromkeys((*births, *details.birth_dates))),
        birth_places=tuple(dict.fromkeys((*_parts(row["places_of_birth"]), *details.birth_places))),
        countries=countries,
        genders=tuple(dict.fromkeys(details.genders)),
        addresses=tuple(dict.fromkeys(addresses)),
        programmes=tuple(dict.fromkeys((*_parts(row["programs"]), *directives))),
        listed_on=en_dates.day(row["start_date"]) or (None if undated else min(details.listing_dates, default=None)),
        in_force_from=None if undated else min(details.effective_dates, default=None),
        # a denial order ends by itself, and holds on its last day
        delisted_on=ends + timedelta(days=1) if ends else None,
        source_url=row["source_information_url"] or row["source_list_url"] or None,
        remarks=remarks or None,
        licence_requirement=row["license_requirement"] or None,
        licence_policy=row["license_policy"] or None,
    )
    return _Row(where, code, entity, (*births, *addresses, row["start_date"], row["federal_register_notice"]))


def recognises_json(file: SourceFile) -> bool:
    return file.head.lstrip().startswith(b"{") and b"Consolidated Screening List" in file.head


def load_json(files: Sequence[SourceFile]) -> Iterable[LoadedList]:
    for file in files:
        try:
            document = json_value(file.path.read_bytes())
            tables, entries = document["tables"], list(document["entries"])
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{file.path}: not the short JSON of the screening list: {error}") from None
        lists = _Lists()
        for at, entry in enumerate(entries):
            where = f"entries[{at}]"
            try:
                row = _json_row(entry, tables, where)
            except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
                lists.rejected.append(Rejected(where, f"{type(error).__name__}: {error}"))
            else:
                lists.rows[row.code].append(row)
        if document.get("entryCount") != len(entries):
            raise InputError(
                f"{file.path}: it says it has {document.get('entryCount')} entries and has {len(entries)}: cut off?"
            )
        own = {code: list_id for code, list_id in _LISTS.items() if code != "DPL"}
        yield from _loaded(lists, file, str(document.get("sourceGeneratedAt", ""))[:10] or file.dated, own)


def _json_row(entry: dict[str, Any], tables: dict[str, Any], where: str) -> _Row:
    source = tables["sources"][entry["s"]]
    code = _CODE.search(source)
    if code is None or not entry["n"].strip():
        raise KeyError("no name, or no list")
    names, parent = _names(entry["n"], entry.get("a", []), code.group(1))
    notices = " ".join(entry.get("fr", "").split())
    facts = [f"Federal Register: {notices}"] if notices else []
    facts += [f"affiliated entity of {parent}"] if parent else []
    default = "Unknown" if code.group(1) in ("DPL", "DTC", "ISN") else "Organization"
    entity = Entity(
        list_id="",
        entry_id=entry.get("e", ""),
        schema=_SCHEMAS.get(str(entry.get("t", "")).lower(), default),
        names=names,
        countries=country_codes(entry.get("c", [])),
        programmes=tuple(_parts(tables["programmes"][entry["pg"]])) if "pg" in entry else (),
        source_url=tables["urls"][entry["u"]] if "u" in entry else None,
        remarks="; ".join(facts) or None,
        licence_requirement=tables["licenceRequirements"][entry["lr"]] if "lr" in entry else None,
        licence_policy=tables["licencePolicies"][entry["lp"]] if "lp" in entry else None,
    )
    return _Row(where, code.group(1), entity, (notices,))


def _names(name: str, aliases: list[str], code: str) -> tuple[tuple[Name, ...], str | None]:
    if code in ("EL", "UVL", "MEU"):
        return bis_names.names(name, aliases)
    text = name_forms.tidy(name)
    return name_forms.unique([Name(text), *(Name(name_forms.tidy(one), "alias") for one in aliases)]), None


def _parts(cell: str) -> list[str]:
    return [part for part in (part.strip() for part in cell.split("; ")) if part]


def _loaded(lists: _Lists, file: SourceFile, version: str, own: dict[str, str]) -> Iterable[LoadedList]:
    for at, (code, rows) in enumerate(sorted(lists.rows.items())):
        list_id = own.get(code, f"us-csl-{code.lower()}")
        keys = [(row.entity.primary_name, "".join(row.entity.countries[:1]), row.more) for row in rows]
        ids = derive(list_id, keys)
        records = {}
        rejected = list(lists.rejected) if at == 0 else []
        for row, made in zip(rows, ids, strict=True):
            entry_id = row.entity.entry_id or made
            if entry_id in records:
                rejected.append(Rejected(row.where, f"{list_id}: entry {entry_id} stands there twice"))
            else:
                records[entry_id] = msgspec.structs.replace(row.entity, list_id=list_id, entry_id=entry_id)
        yield LoadedList(
            list_id,
            "entities",
            version,
            file.name,
            tuple(records.values()),
            tuple(rejected),
            max_age_hours=MAX_AGE_HOURS,
        )


CSV = Format("the Consolidated Screening List's CSV", recognises_csv, load_csv)
JSON = Format("the Consolidated Screening List's short JSON", recognises_json, load_json)
