"""FollowTheMoney entities as JSON lines: the door to every list that is published in that form, the European Union's among them.

Names come from Person, Company, Organization, LegalEntity, PublicBody, Vessel and Airplane; Sanction entities say by which
programme and from which day; Ownership and Directorship say who stands behind whom and become remarks. Everything else
(addresses as entities of their own, documents, events) is passed over and counted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sekisho.model import Entity, EntryIdentifier, Name
from sekisho.model.entry import NameKind
from sekisho.names import forms as name_forms
from sekisho.reference.loaded import LoadedList, Rejected
from sekisho.reference.rows import json_value
from sekisho.reference.sources.file import Format, SourceFile

#: The entities that can be parties, vessels or aircraft.
_SCHEMAS = {
    "Person": "Person", "Company": "Organization", "Organization": "Organization", "LegalEntity": "Organization",
    "PublicBody": "Organization", "Vessel": "Vessel", "Airplane": "Aircraft",
}  # fmt: skip
#: FtM property: our scheme.
_IDENTIFIERS = {
    "imoNumber": "IMO", "mmsi": "MMSI", "callSign": "CALL_SIGN", "leiCode": "LEI", "swiftBic": "BIC", "innCode": "INN",
    "ogrnCode": "OGRN", "okpoCode": "OKPO", "bikCode": "BIK", "kppCode": "KPP", "passportNumber": "PASSPORT",
    "idNumber": "NATIONAL_ID", "socialSecurityNumber": "NATIONAL_ID", "taxNumber": "TAX_ID", "vatCode": "TAX_ID",
    "registrationNumber": "REGISTRATION", "uscCode": "USCC", "isinCode": "ISIN", "dunsCode": "DUNS", "npiCode": "NPI",
    "uniqueEntityId": "UEI", "serialNumber": "AIRCRAFT_SERIAL", "ticker": "TICKER",
}  # fmt: skip
_NAMES: tuple[tuple[str, NameKind], ...] = (
    ("name", "primary"), ("alias", "alias"), ("weakAlias", "weak_alias"), ("previousName", "former"), ("abbreviation", "weak_alias"),
)  # fmt: skip
_RELATIONS = {
    "Ownership": ("owner", "asset", "is owned by"),
    "Directorship": ("director", "organization", "is directed by"),
}

#: Where a country says something of who the entity is.
_COUNTRIES = frozenset({"country", "nationality", "jurisdiction", "citizenship", "flag", "mainCountry"})


def recognises(file: SourceFile) -> bool:
    line = file.first_line
    return line.startswith("{") and '"schema"' in line and '"properties"' in line


def load(files: Sequence[SourceFile]) -> Iterable[LoadedList]:
    for file in files:
        yield _read(file)


def _read(file: SourceFile) -> LoadedList:
    """One file is one list: its id is the file's name."""
    entities: dict[str, dict[str, Any]] = {}
    sanctions: dict[str, list[dict[str, list[str]]]] = defaultdict(list)
    relations: list[tuple[str, dict[str, list[str]]]] = []
    rejected: list[Rejected] = []
    passed: Counter[str] = Counter()
    latest = ""
    with file.path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json_value(line)
                schema, properties = row["schema"], _properties(row["properties"])
                identity = str(row["id"])
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                rejected.append(
                    Rejected(f"line {number}", f"no FollowTheMoney entity: {type(error).__name__}: {error}")
                )
                continue
            latest = max(latest, str(row.get("last_change") or row.get("last_seen") or ""))
            if schema == "Sanction":
                for one in properties.get("entity", ()):
                    sanctions[one].append(properties)
            elif schema in _RELATIONS:
                relations.append((schema, properties))
            elif schema not in _SCHEMAS:
                passed[schema] += 1
            elif not (properties.get("name") or row.get("caption")):
                rejected.append(Rejected(f"line {number}", f"{identity} has no name"))
            elif identity in entities:
                rejected.append(Rejected(f"line {number}", f"{identity} stands there twice"))
            else:
                entities[identity] = {"schema": schema, "caption": row.get("caption"), "properties": properties}
    behind = _behind(relations, entities)
    list_id = file.path.name.split(".")[0]
    records = [_entity(list_id, key, one, sanctions.get(key, []), behind.get(key, [])) for key, one in entities.items()]
    notes = [f"{count} entities of the schema {schema} are not screened" for schema, count in sorted(passed.items())]
    return LoadedList(
        list_id=list_id,
        kind="entities",
        version=latest or file.dated,
        source=file.name,
        records=tuple(records),
        rejected=tuple(rejected),
        published_at=_moment(latest),
        notes=tuple(notes),
    )


def _properties(value: dict[str, Any]) -> dict[str, list[str]]:
    """Values are lists of texts; a nested entity stands for its id."""
    found: dict[str, list[str]] = {}
    for key, items in value.items():
        items = items if isinstance(items, list) else [items]
        found[key] = [str(item.get("id", "")) if isinstance(item, dict) else str(item) for item in items if item]
    return found


def _entity(
    list_id: str, key: str, one: dict[str, Any], sanctions: list[dict[str, list[str]]], behind: list[str]
) -> Entity:
    said: dict[str, list[str]] = one["properties"]
    schema = _SCHEMAS[one["schema"]]
    caption = str(one["caption"] or "")
    names = [Name(name_forms.tidy(caption))] if caption else []
    for property_, kind in _NAMES:
        # FtM has many names without saying which is the first: the caption is, the others are aliases.
        word: NameKind = "alias" if property_ == "name" and names else kind
        names += [Name(name_forms.tidy(text), word) for text in said.get(property_, ())]
    identifiers = [
        EntryIdentifier(scheme, value)
        for property_, scheme in _IDENTIFIERS.items()
        for value in said.get(property_, ())
    ]
    begun = [
        day
        for sanction in sanctions
        for text in _any(sanction, "listingDate", "startDate", "date")
        if (day := _day(text))
    ]
    effective = [day for sanction in sanctions for text in sanction.get("startDate", ()) if (day := _day(text))]
    ended = [_last(sanction) for sanction in sanctions]
    programmes = [text for sanction in sanctions for text in _any(sanction, "programId", "program", "authority")]
    reasons = [text for sanction in sanctions for text in sanction.get("reason", ())]
    urls = [*said.get("sourceUrl", ()), *(text for sanction in sanctions for text in sanction.get("sourceUrl", ()))]
    return Entity(
        list_id=list_id,
        entry_id=key,
        schema=schema,
        names=name_forms.unique(name for name in names if name.text),
        identifiers=tuple(dict.fromkeys(identifiers)),
        birth_dates=tuple(dict.fromkeys(said.get("birthDate", ()))),
        birth_places=tuple(dict.fromkeys(said.get("birthPlace", ()))),
        countries=tuple(
            dict.fromkeys(text.upper() for name in sorted(_COUNTRIES) for text in said.get(name, ()) if len(text) == 2)
        ),
        genders=tuple(dict.fromkeys(said.get("gender", ()))),
        addresses=tuple(dict.fromkeys(said.get("address", ()))),
        programmes=tuple(dict.fromkeys([*programmes, *said.get("programId", ()), *said.get("program", ())])),
        listed_on=min(begun, default=None),
        in_force_from=min(effective, default=None),
        # over only where every sanction has ended
        delisted_on=max(day for day in ended if day) if ended and all(ended) else None,
        source_url=urls[0] if urls else None,
        remarks="; ".join(dict.fromkeys([*said.get("position", ()), *said.get("notes", ()), *reasons, *behind]))
        or None,
    )


def _behind(
    relations: list[tuple[str, dict[str, list[str]]]], entities: dict[str, dict[str, Any]]
) -> dict[str, list[str]]:
    """Entity: who owns or directs it, in words."""
    found: dict[str, list[str]] = defaultdict(list)
    for schema, said in relations:
        who, what, words = _RELATIONS[schema]
        for owned in said.get(what, ()):
            for owner in said.get(who, ()):
                name = entities[owner]["caption"] if owner in entities else owner
                share = f" ({said['percentage'][0]} %)" if said.get("percentage") else ""
                found[owned].append(f"{words} {name}{share}")
    return found


def _any(said: dict[str, list[str]], *names: str) -> list[str]:
    """The values of the first property that has any."""
    return next((said[name] for name in names if said.get(name)), [])


def _last(sanction: dict[str, list[str]]) -> date | None:
    return max((day for text in sanction.get("endDate", ()) if (day := _day(text))), default=None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


FORMAT = Format("FollowTheMoney entities as JSON lines", recognises, load)
