"""The Denied Persons List of the Bureau of Industry and Security: its own tab-separated file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

import msgspec

from sekisho.model import Entity
from sekisho.names import forms as name_forms
from sekisho.reference.entry_ids import derive
from sekisho.reference.loaded import LoadedList, Rejected
from sekisho.reference.rows import csv_records
from sekisho.reference.sources import bis_names
from sekisho.reference.sources.countries import country_codes
from sekisho.reference.sources.en_dates import american_day
from sekisho.reference.sources.file import Format, SourceFile

LIST_ID = "us-bis-dpl"
URL = "https://www.bis.gov/licensing/end-user-guidance/denied-persons-list-dpl"

#: The list is published as orders are made (hours).
MAX_AGE_HOURS = 72

_COLUMNS = (
    "Name", "Street_Address", "City", "State", "Country", "Postal_Code", "Effective_Date", "Expiration_Date",
    "Standard_Order", "Last_Update", "Action", "FR_Citation",
)  # fmt: skip


def recognises(file: SourceFile) -> bool:
    return [cell.strip('"') for cell in file.first_line.split("\t")][:2] == ["Name", "Street_Address"]


def load(files: Sequence[SourceFile]) -> Iterable[LoadedList]:
    for file in files:
        yield _read(file)


def _read(file: SourceFile) -> LoadedList:
    heading, rows = csv_records(file.text(), delimiter="\t")
    missing = [column for column in _COLUMNS if column not in heading]
    if missing:
        rejected = [Rejected("line 1", f"columns are missing: {', '.join(missing)}")]
        return LoadedList(LIST_ID, "entities", file.dated, file.name, (), tuple(rejected))
    rejected, found, keys = [], [], []
    for line, row, reason in rows:
        if reason:
            rejected.append(Rejected(f"line {line}", reason))
            continue
        cell = {key: " ".join(value.split()) for key, value in row.items()}
        if not cell["Name"]:
            rejected.append(Rejected(f"line {line}", "it has no name"))
            continue
        entity = _entity(cell)
        found.append(entity)
        # as it was written: an id never follows a better reading
        keys.append(
            (
                name_forms.organisation(cell["Name"])[0].text,
                "".join(entity.countries),
                (*entity.addresses, cell["Effective_Date"]),
            )
        )
    ids = derive(LIST_ID, keys)
    records = tuple(msgspec.structs.replace(one, entry_id=entry_id) for one, entry_id in zip(found, ids, strict=True))
    return LoadedList(LIST_ID, "entities", file.dated, file.name, records, tuple(rejected), max_age_hours=MAX_AGE_HOURS)


def _entity(cell: dict[str, str]) -> Entity:
    address = ", ".join(
        part
        for part in (cell["Street_Address"], cell["City"], cell["State"], cell["Postal_Code"], cell["Country"])
        if part
    )
    # An address in one of the States stands without its country.
    country = cell["Country"] or ("US" if cell["State"] else "")
    ends = american_day(cell["Expiration_Date"])
    facts = [
        f"{what}: {cell[column]}"
        for what, column in (
            ("Federal Register", "FR_Citation"), ("order ends", "Expiration_Date"), ("standard order", "Standard_Order"),
            ("last action", "Action"), ("last update", "Last_Update"),
        )
        if cell[column]
    ]  # fmt: skip
    return Entity(
        list_id=LIST_ID,
        entry_id="",
        schema="Unknown",
        names=bis_names.denied(cell["Name"]),
        countries=country_codes([country]),
        addresses=(address,) if address else (),
        listed_on=american_day(cell["Effective_Date"]),
        # the order holds on its last day
        delisted_on=ends + timedelta(days=1) if ends else None,
        source_url=URL,
        remarks="; ".join(facts) or None,
    )


FORMAT = Format("the Denied Persons List's tab-separated file", recognises, load)
