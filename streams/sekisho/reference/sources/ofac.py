"""OFAC, the Office of Foreign Assets Control: its SDN and consolidated (non-SDN) lists, as CSV files and as XML.

The CSV comes in parts without heading lines: the entries (``sdn.csv``, ``cons_prim.csv``), other names (``alt.csv``),
addresses (``add.csv``) and the overflow of long remarks (``sdn_comments.csv``), joined by entry number. Parts beside the
named file belong to it: entries without their other names would miss hits.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from lxml import etree

from sekisho.errors import InputError
from sekisho.model import Entity, Name
from sekisho.model.entry import NameKind
from sekisho.names import forms as name_forms
from sekisho.reference.loaded import LoadedList, Rejected
from sekisho.reference.rows import csv_rows
from sekisho.reference.sources import en_dates, us_directives, xml
from sekisho.reference.sources.countries import country_codes
from sekisho.reference.sources.file import Format, SourceFile
from sekisho.reference.sources.us_identifiers import Details, russian_by_checksum

URL = "https://sanctionslist.ofac.treas.gov/Home/SdnList"

#: Programmes of the non-SDN lists. A few SDN entries stand under one of them as well, so their share decides.
_NON_SDN = re.compile(r"^(?:NS-|CMIC|561|FSE|13599)")
_NON_SDN_SHARE = 0.1
#: What the CSV writes for nothing.
_NOTHING = "-0-"
_SCHEMAS = {"individual": "Person", "entity": "Organization", "vessel": "Vessel", "aircraft": "Aircraft"}
_AKA: dict[str, NameKind] = {"aka": "alias", "fka": "former", "nka": "alias"}
#: OFAC published both lists daily when it acted; a copy older than this is out of date (hours).
MAX_AGE_HOURS = 48

_PART = re.compile(
    r"^(?P<left>.*?)(?P<part>sdn_comments|cons_comments|comments|sdn|prim|alt|add)(?P<right>[^a-z]*)$", re.I
)
_ENTRY = re.compile(r'^\d+,"')


# -- CSV --------------------------------------------------------------------------------------------------------


def _is_entries(file: SourceFile) -> bool:
    """Twelve columns, an entry number first, ``-0-`` where there is nothing."""
    cells = file.first_cells
    return len(cells) == 12 and cells[0].isdigit()


def _is_part(file: SourceFile) -> bool:
    part = _PART.match(file.path.stem)
    cells = file.first_cells
    return (
        file.path.suffix.lower() == ".csv"
        and part is not None
        and bool(_ENTRY.match(file.first_line) or (cells[:1] and cells[0].isdigit()))
        and len(cells) in (2, 5, 6)
    )


def recognises_csv(file: SourceFile) -> bool:
    return file.path.suffix.lower() == ".csv" and (_is_entries(file) or _is_part(file))


def load_csv(files: Sequence[SourceFile]) -> Iterable[LoadedList]:
    entries = [file for file in files if _is_entries(file)]
    used: set[Path] = set()
    for file in entries:
        parts = _parts_beside(file)
        used.update(parts.values())
        yield _read_csv(file, parts)
    orphans = [file.name for file in files if not _is_entries(file) and file.path not in used]
    if orphans:
        raise InputError(
            f"{', '.join(orphans)}: other names or addresses without their entries; put sdn.csv beside them"
        )


def _parts_beside(file: SourceFile) -> dict[str, Path]:
    """``alt``, ``add`` and ``comments`` of the same family: names that differ in that word alone."""
    own = _PART.match(file.path.stem)
    if own is None:
        return {}
    found = {}
    for other in file.path.parent.glob("*.csv"):
        part = _PART.match(other.stem)
        if part is None or (part["left"].lower(), part["right"]) != (own["left"].lower(), own["right"]):
            continue
        word = part["part"].lower().rpartition("_")[2]
        if word in ("alt", "add", "comments"):
            found[word] = other
    return found


def _read_csv(file: SourceFile, parts: dict[str, Path]) -> LoadedList:
    rejected: list[Rejected] = []
    names = _by_entry(parts.get("alt"), 5, rejected)
    addresses = _by_entry(parts.get("add"), 6, rejected)
    comments = _by_entry(parts.get("comments"), 2, rejected)
    entities: dict[str, Entity] = {}
    for line, row in _rows(file.text()):
        if len(row) != 12 or not row[0].isdigit() or not row[1]:
            rejected.append(Rejected(f"{file.name}: line {line}", f"{len(row)} columns where an entry has 12"))
        elif row[0] in entities:
            rejected.append(Rejected(f"{file.name}: line {line}", f"entry number {row[0]} stands there twice"))
        else:
            more = (names.pop(row[0], []), addresses.pop(row[0], []), comments.pop(row[0], []))
            entities[row[0]] = _csv_entity(row, *more)
    for what, left in (("alt", names), ("add", addresses), ("comments", comments)):
        for number, rows in left.items():
            for line, _ in rows:
                rejected.append(
                    Rejected(
                        f"{parts[what].name}: line {line}", f"no entry has the number {number}; is it of the same day?"
                    )
                )
    list_id = _which(entities.values())
    return LoadedList(
        list_id=list_id,
        kind="entities",
        version=file.dated,
        source=file.name,
        records=tuple(_named_list(one, list_id) for one in entities.values()),
        rejected=tuple(rejected),
        max_age_hours=MAX_AGE_HOURS,
    )


def _by_entry(path: Path | None, columns: int, rejected: list[Rejected]) -> dict[str, list[tuple[int, list[str]]]]:
    found: dict[str, list[tuple[int, list[str]]]] = defaultdict(list)
    if path is None:
        return found
    for line, row in _rows(SourceFile(path, b"").text()):
        if len(row) == columns and row[0].isdigit():
            found[row[0]].append((line, row))
        else:
            rejected.append(Rejected(f"{path.name}: line {line}", f"{len(row)} columns where {columns} are due"))
    return found


def _rows(text: str) -> Iterable[tuple[int, list[str]]]:
    """Rows with ``-0-`` emptied. The files end in Ctrl-Z, as in the days of CP/M."""
    for line, row, _ in csv_rows(text.replace("\x1a", "")):
        yield line, ["" if cell.strip() == _NOTHING else cell.strip() for cell in row]


def _csv_entity(
    row: list[str],
    names: list[tuple[int, list[str]]],
    addresses: list[tuple[int, list[str]]],
    comments: list[tuple[int, list[str]]],
) -> Entity:
    number, name, kind, programmes, title, call_sign, vessel_type, tonnage, grt, flag, owner, remarks = row
    schema = _SCHEMAS.get(kind.lower(), "Organization")
    details = Details()
    for statement in _statements(remarks + "".join(one[1] for _, one in comments)):
        details.read(statement)
    if call_sign:
        details.read(f"Call Sign {call_sign}")
    facts = [
        f"{what}: {value}"
        for what, value in (
            ("title", title),
            ("vessel type", vessel_type),
            ("tonnage", tonnage),
            ("gross registered tonnage", grt),
            ("owner", owner),
        )
        if value
    ]
    all_names = [Name(_turned(name, schema))]
    all_names += [Name(_turned(one[3], schema), _AKA.get(one[2].lower(), "alias")) for _, one in names if one[3]]
    lines = [", ".join(part for part in one[2:5] if part) for _, one in addresses]
    countries = [*details.countries, *([] if schema == "Person" else country_codes([one[4] for _, one in addresses]))]
    return _entity(
        number, schema, all_names, details, programmes=_programmes(programmes), addresses=lines,
        countries=[*countries, *country_codes([flag])], facts=facts,
    )  # fmt: skip


def _statements(remarks: str) -> list[str]:
    return [one for one in re.split(r";\s+|;$", remarks) if one.strip()]


def _programmes(text: str) -> list[str]:
    """``SDGT] [IRGC] [IFSR``: several programmes in one field."""
    return [one.strip(" []") for one in re.split(r"\]\s*\[|;", text) if one.strip(" []")]


def _turned(name: str, schema: str) -> str:
    """``HANIYA, Ismail Abdul Salah`` is Ismail Abdul Salah HANIYA."""
    if schema != "Person" or "," not in name:
        return " ".join(name.split())
    last, _, first = name.partition(",")
    return name_forms.tidy(f"{first.strip()} {last.strip()}")


# -- XML --------------------------------------------------------------------------------------------------------


def recognises_xml(file: SourceFile) -> bool:
    return b"<sdnList" in file.head


def load_xml(files: Sequence[SourceFile]) -> Iterable[LoadedList]:
    for file in files:
        yield _read_xml(file)


def _read_xml(file: SourceFile) -> LoadedList:
    root = xml.root(file.path)
    info = xml.child(root, "publshInformation")
    published = en_dates.american_day(xml.text(info, "Publish_Date"))
    entities: dict[str, Entity] = {}
    rejected: list[Rejected] = []
    for at, entry in enumerate(xml.children(root, "sdnEntry"), 1):
        number = xml.text(entry, "uid")
        if not number or not xml.text(entry, "lastName"):
            rejected.append(Rejected(f"entry {at}", "it has no uid or no name"))
        elif number in entities:
            rejected.append(Rejected(f"entry {at}", f"uid {number} stands there twice"))
        else:
            entities[number] = _xml_entity(entry, number)
    declared = xml.text(info, "Record_Count")
    if declared.isdigit() and int(declared) != len(entities) + len(rejected):
        raise InputError(
            f"{file.path}: it says it has {declared} records and has {len(entities) + len(rejected)}: cut off?"
        )
    list_id = _which(entities.values())
    return LoadedList(
        list_id=list_id,
        kind="entities",
        version=published.isoformat() if published else file.digest,
        source=file.name,
        records=tuple(_named_list(one, list_id) for one in entities.values()),
        rejected=tuple(rejected),
        published_at=datetime(published.year, published.month, published.day, tzinfo=UTC) if published else None,
        max_age_hours=MAX_AGE_HOURS,
    )


def _xml_entity(entry: etree._Element, number: str) -> Entity:
    schema = _SCHEMAS.get(xml.text(entry, "sdnType").lower(), "Organization")
    details = Details()
    names = [Name(_xml_name(entry))]
    for aka in _in(entry, "akaList", "aka"):
        weak = xml.text(aka, "category").lower() == "weak"
        former = xml.text(aka, "type").lower().startswith("f")
        kind: NameKind = "weak_alias" if weak else "former" if former else "alias"
        if text := _xml_name(aka):
            names.append(Name(text, kind))
    for one in _in(entry, "dateOfBirthList", "dateOfBirthItem"):
        details.read(f"DOB {xml.text(one, 'dateOfBirth')}")
    for one in _in(entry, "placeOfBirthList", "placeOfBirthItem"):
        details.read(f"POB {xml.text(one, 'placeOfBirth')}")
    for outer, inner in (("nationalityList", "nationality"), ("citizenshipList", "citizenship")):
        details.countries += country_codes([xml.text(one, "country") for one in _in(entry, outer, inner)])
    for one in _in(entry, "idList", "id"):
        details.read_id(xml.text(one, "idType"), xml.text(one, "idNumber"), xml.text(one, "idCountry"))
    for statement in _statements(xml.text(entry, "remarks")):
        details.read(statement)
    vessel = xml.child(entry, "vesselInfo")
    facts = [f"title: {title}"] if (title := xml.text(entry, "title")) else []
    if vessel is not None:
        facts += [f"{xml.tag(one)}: {xml.text(one)}" for one in vessel if xml.text(one)]
        if call_sign := xml.text(vessel, "callSign"):
            details.read(f"Call Sign {call_sign}")
    addresses, places = [], []
    for one in _in(entry, "addressList", "address"):
        parts = [
            xml.text(one, part)
            for part in ("address1", "address2", "address3", "city", "stateOrProvince", "postalCode")
        ]
        places.append(xml.text(one, "country"))
        addresses.append(", ".join(part for part in (*parts, places[-1]) if part))
    countries = [*details.countries, *([] if schema == "Person" else country_codes(places))]
    if vessel is not None:
        countries += country_codes([xml.text(vessel, "vesselFlag")])
    return _entity(
        number, schema, names, details, programmes=[xml.text(one) for one in _in(entry, "programList", "program")],
        addresses=addresses, countries=countries, facts=facts,
    )  # fmt: skip


def _xml_name(element: etree._Element) -> str:
    return name_forms.tidy(f"{xml.text(element, 'firstName')} {xml.text(element, 'lastName')}")


def _in(entry: etree._Element, outer: str, inner: str) -> Iterable[etree._Element]:
    holder = xml.child(entry, outer)
    return xml.children(holder, inner) if holder is not None else ()


def _which(entities: Collection[Entity]) -> str:
    non_sdn = sum(any(_NON_SDN.match(programme) for programme in one.programmes) for one in entities)
    return "us-ofac-cons" if non_sdn > _NON_SDN_SHARE * len(entities) else "us-ofac-sdn"


# -- both -------------------------------------------------------------------------------------------------------


def _entity(
    number: str, schema: str, names: list[Name], details: Details, *, programmes: list[str], addresses: list[str],
    countries: list[str], facts: list[str],
) -> Entity:  # fmt: skip
    remarks = "; ".join([*facts, *details.rest])
    directives = us_directives.read(remarks)
    undated = us_directives.undated(directives, details.dated)
    if undated:
        # An entry has one day: that of one of its directives would take away the others before it.
        remarks = "; ".join([remarks, *(text for texts in details.dated.values() for text in texts)])
    return Entity(
        list_id="",
        entry_id=number,
        schema=schema,
        names=name_forms.unique([*names, *(Name(_turned(one.text, schema), one.kind) for one in details.names)]),
        identifiers=tuple(dict.fromkeys(russian_by_checksum(one, countries) for one in details.identifiers)),
        birth_dates=tuple(dict.fromkeys(details.birth_dates)),
        birth_places=tuple(dict.fromkeys(details.birth_places)),
        countries=tuple(dict.fromkeys(countries)),
        genders=tuple(dict.fromkeys(details.genders)),
        addresses=tuple(dict.fromkeys(one for one in addresses if one)),
        programmes=tuple(dict.fromkeys(one for one in (*programmes, *directives) if one)),
        listed_on=None if undated else min(details.listing_dates, default=None),
        in_force_from=None if undated else min(details.effective_dates, default=None),
        source_url=URL,
        remarks=remarks or None,
    )


def _named_list(entity: Entity, list_id: str) -> Entity:
    return msgspec.structs.replace(entity, list_id=list_id)


CSV = Format("OFAC's CSV (sdn.csv, alt.csv, add.csv)", recognises_csv, load_csv)
XML = Format("OFAC's XML", recognises_xml, load_xml)
