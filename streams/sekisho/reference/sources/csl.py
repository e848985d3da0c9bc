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
from sekisho.model.entry import NameKind
from sekisho.names import forms as name_forms
from sekisho.reference.entry_ids import derive
from sekisho.reference.loaded import LoadedList, Rejected
from sekisho.reference.rows import csv_records, json_value
from sekisho.reference.sources import bis_names, en_dates, name_notes, us_directives
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

#: A nickname of one or two letters, of figures, or in quotation marks: of a person OFAC calls such an alias weak.
_CALLED = re.compile(r"\w{1,2}|\d+|\"[^\"]+\"")
#: ``; and any successor, sub-unit, or subsidiary thereof``: whom else the notice binds.
_SUCCESSORS = re.compile(
    r"[;,]?\s{0,3}(?:and\s{1,3})?(?:any successor, sub-unit, or subsidiary thereof|its sub-units and successors)\.?\s*$",
    re.IGNORECASE,
)
#: ``(Russian individual)``, ``(Hong Kong Entity)``
_KIND = re.compile(r"\s{0,3}\((?:[A-Z][\w. ]{1,60} )(?P<kind>individual|national|entity)\)", re.IGNORECASE)
_LONGEST = 1000
_LEGAL = r"S\.A\."
_LEGAL_END = re.compile(r"\b(?:S\.A|Inc|Ltd|LLC)\b\.?")
_TURNED = re.compile(
    r"^(?P<given>[^(;/]+?)\s*(?:\(?a/k/a|;\s*a\.k\.a\.?)\s+(?P<other>.*?)\s+(?P<last>[^\s)]+)$",
    re.IGNORECASE | re.DOTALL,
)


@dataclass
class _Row:
    """A row of either layout, in one shape."""

    where: str
    code: str
    entity: Entity
    #: the name as the file has it, from which ids are made
    written: str
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
    schema = _SCHEMAS.get(row["type"].lower()) or _kind(row["name"], code)
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
    names, parent = _names(row["name"], _parts(row["alt_names"]), code, schema)
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
    return _Row(
        where,
        code,
        entity,
        _written(row["name"], code),
        (*births, *addresses, row["start_date"], row["federal_register_notice"]),
    )


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
    schema = _SCHEMAS.get(str(entry.get("t", "")).lower()) or _kind(entry["n"], code.group(1))
    names, parent = _names(entry["n"], entry.get("a", []), code.group(1), schema)
    notices = " ".join(entry.get("fr", "").split())
    facts = [f"Federal Register: {notices}"] if notices else []
    facts += [f"affiliated entity of {parent}"] if parent else []
    entity = Entity(
        list_id="",
        entry_id=entry.get("e", ""),
        schema=schema,
        names=names,
        countries=country_codes(entry.get("c", [])),
        programmes=tuple(_parts(tables["programmes"][entry["pg"]])) if "pg" in entry else (),
        source_url=tables["urls"][entry["u"]] if "u" in entry else None,
        remarks="; ".join(facts) or None,
        licence_requirement=tables["licenceRequirements"][entry["lr"]] if "lr" in entry else None,
        licence_policy=tables["licencePolicies"][entry["lp"]] if "lp" in entry else None,
    )
    return _Row(where, code.group(1), entity, _written(entry["n"], code.group(1)), (notices,))


def _names(name: str, aliases: list[str], code: str, schema: str) -> tuple[tuple[Name, ...], str | None]:
    if code in ("EL", "UVL", "MEU"):
        return bis_names.names(name, aliases)
    if code not in ("DPL", "DTC", "ISN"):
        # the Treasury's are names already; which of them are weak its own file tells, and this one hardly
        others = []
        for text in map(name_forms.tidy, aliases):
            weak = schema == "Person" and _CALLED.fullmatch(text)
            others.append(Name(text.strip('"') if weak else text, "weak_alias" if weak else "alias"))
        return name_forms.unique([Name(name_forms.tidy(name)), *others]), None
    if code == "DPL":
        return name_forms.unique(
            [*bis_names.denied(name), *(Name(name_forms.tidy(one), "alias") for one in aliases)]
        ), None
    if code == "DTC" and (turned := _turned_with_alias(name)):
        own = turned
    elif code == "DTC":
        own = [(one, "alias" if at else "primary") for at, one in enumerate(_together(name))]
    else:
        read = name_notes.known_as(_SUCCESSORS.sub("", _KIND.sub("", name)).strip())
        # ``Kim Sang-ch'o'l (Kim Sang Chang Chol)``, ``Federal Security Service (FSB)``
        own = [
            (one.text, one.kind if kind == "primary" else kind)
            for text, kind in read
            for one in name_notes.organisation(text)
        ]
    own += [(one, "former" if word == "former" else "alias") for alias in aliases for part in alias.split(";")
            for one, word in _marked(part)]  # fmt: skip
    return name_forms.unique(Name(text, kind) for text, kind in own), None


def _kind(name: str, code: str) -> str:
    """What an entry is whose row does not say it."""
    if found := _KIND.search(name):
        return "Organization" if found["kind"].lower() == "entity" else "Person"
    if code in ("DPL", "DTC", "ISN"):
        return "Unknown"
    return bis_names.schema(name) if code in ("EL", "UVL", "MEU") else "Organization"


def _marked(text: str) -> list[tuple[str, NameKind]]:
    """``F.K.A. X``: a marker before the only name, and names behind others."""
    text = name_forms.tidy(text)
    found = name_notes.known_as(f"\x00 ({text})") if name_notes.starts_marked(text) else name_notes.known_as(text)
    return [one for one in found if one[0] != "\x00"]


def _turned_with_alias(name: str) -> list[tuple[str, NameKind]] | None:
    """The file turns ``NGOMANJI, Anye Collins (a/k/a NIBA, Anye Collins)`` round at its commas: the last word is the surname,
    what stands before it that of the alias, and the given names stand twice before the marker."""
    found = _TURNED.match(name) if len(name) <= _LONGEST else None
    if found is None:
        return None
    surname = found["last"]
    if ";" in name:  # ``Kreig; a.k.a. Cow Craig; … Rhoomes``
        head, *others = re.split(r";\s*a\.k\.a\.?\s+", name)
        others[-1] = others[-1].removesuffix(surname)
        return [
            (f"{head.strip()} {surname}", "primary"),
            # a surname alone would meet a family
            *((text, "alias" if " " in text else "weak_alias") for one in others if (text := name_forms.tidy(one))),
        ]
    given = found["given"].replace(")", " ").split()
    if len(given) % 2:
        return None
    half = len(given) // 2
    return [
        (" ".join((*given[half:], surname)), "primary"),
        (" ".join((*given[:half], found["other"].strip())), "alias"),
    ]


def _together(name: str) -> list[str]:
    """``Roe, Jane; Acme, S.A., Example, S.A., and Other, S.A.``: those who are debarred by one notice."""
    found = []
    for part in re.split(r";\s*|,\s+and\s+(?=[A-Z])", " ".join(name.split())):
        bearers = re.split(rf"(?<={_LEGAL}),\s+", part) if _LEGAL_END.search(part) else [part]
        found += [text for one in bearers for text, _ in name_notes.known_as(one)]
    return found


def _written(name: str, code: str) -> str:
    return bis_names.written(name) if code in ("EL", "UVL", "MEU") else name_forms.tidy(name)


def _parts(cell: str) -> list[str]:
    return [part for part in (part.strip() for part in cell.split("; ")) if part]


def _loaded(lists: _Lists, file: SourceFile, version: str, own: dict[str, str]) -> Iterable[LoadedList]:
    for at, (code, rows) in enumerate(sorted(lists.rows.items())):
        list_id = own.get(code, f"us-csl-{code.lower()}")
        keys = [(row.written, "".join(row.entity.countries[:1]), row.more) for row in rows]
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
