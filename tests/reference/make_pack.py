"""Makes the entries of the bundled pack from the official files: ``python -m tests.reference.make_pack SHARED_DATA``.

A test makes them again and compares, so that the pack says what the files say.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from sekisho.model import Entity
from sekisho.names import forms as name_forms
from sekisho.reference import own
from sekisho.reference.entry_ids import derive
from sekisho.reference.sources import bis_names, jp_dates
from sekisho.reference.sources.addresses import split_addresses

PACK = Path(__file__).resolve().parents[2] / "streams" / "sekisho" / "reference" / "pack" / "entities"

MOF = "https://www.mof.go.jp/policy/international_policy/gaitame_kawase/gaitame/economic_sanctions/list.html"
METI = "https://www.meti.go.jp/policy/external_economy/trade_control/02_export/17_russia/russia.html"
BIS = "https://www.bis.gov/entity-list"

#: The designation of 27 January 2023: announced that day, export ban in force a week later.
FROZEN = date(2023, 1, 27)
BAN_STARTS = date(2023, 2, 3)

#: Of the three organisations frozen that day, METI's list names these two as well, with days of their own: without
#: them a shipment to Irkut would be called less than the law says.
FROZEN_AND_BANNED = {"13", "14", "29", "409"}

#: First Federal Register citation of an entry: the day on which the rule took effect (all before publication).
RULES = {
    "84 FR 22961": date(2019, 5, 16),
    "84 FR 22963": date(2019, 5, 16),
    "84 FR 43495": date(2019, 8, 19),
    "85 FR 51603": date(2020, 8, 17),
    "89 FR 96837": date(2024, 12, 2),
}


def asset_freeze(japan: Path) -> Iterable[Entity]:
    for row in _rows(japan / "asset_freeze_39.csv"):
        person = row["kind"] == "individual"
        read = name_forms.person if person else name_forms.organisation
        names = [*read(row["name_en"], "en"), *read(row["name_ja"], "ja")]
        for line in row["aliases"].splitlines():
            names += name_forms.aliases(line, "en" if line.isascii() else "ja")
        yield Entity(
            list_id="jp-mof-asset-freeze",
            entry_id=f"{row['list'].split('.')[0]}-{row['notice_no']}",
            schema="Person" if person else "Organization",
            names=name_forms.unique(names),
            birth_dates=jp_dates.birth_dates(row["dob"]),
            countries=() if person else ("RU",),
            addresses=() if person else (row["title_or_address"],),
            programmes=(row["list"],),
            listed_on=FROZEN,
            source_url=MOF,
            remarks=row["title_or_address"] if person else None,
        )


def export_ban(japan: Path) -> Iterable[Entity]:
    rows = [row for row in _rows(japan / "meti_russia_export_ban_2025-09-12.csv") if row["no"] in FROZEN_AND_BANNED]
    for row in [*_rows(japan / "export_ban_49.csv"), *rows]:
        listed = date.fromisoformat(row["date"])
        names = [
            *name_forms.organisation(row["name_en"], "en"),
            *name_forms.aliases(row["aliases_en"], "en"),
            *name_forms.organisation(row["name_ja"], "ja"),
            *name_forms.aliases(row["aliases_ja"], "ja"),
        ]
        yield Entity(
            list_id="jp-meti-export-ban-russia",
            entry_id=row["no"],
            schema="Organization",
            names=name_forms.unique(names),
            countries=("RU",),
            addresses=split_addresses(row["address"]),
            listed_on=listed,
            in_force_from=BAN_STARTS if listed == FROZEN else None,
            source_url=METI,
        )


def huawei(us: Path) -> Iterable[Entity]:
    """The rows of the Entity List that name Huawei."""
    document = json.loads((us / "screening-list.json").read_text(encoding="utf-8"))
    tables = document["tables"]
    source = next(at for at, name in enumerate(tables["sources"]) if name.startswith("Entity List"))
    found = []
    for row in document["entries"]:
        if row["s"] != source or "huawei" not in f"{row['n']} {' '.join(row.get('a', ()))}".lower():
            continue
        names, parent = bis_names.names(row["n"], row.get("a", []))
        notices = re.sub(r"\s+", " ", row["fr"])
        remarks = f"Federal Register: {notices}" + (f". Affiliated entity of {parent}" if parent else "")
        entity = Entity(
            list_id="us-bis-entity-list",
            entry_id="",
            schema="Organization",
            names=names,
            countries=tuple(row["c"]),
            listed_on=RULES[re.match(r"\d+ FR \d+", notices).group()],
            source_url=BIS,
            remarks=remarks,
            licence_requirement=tables["licenceRequirements"][row["lr"]],
            licence_policy=tables["licencePolicies"][row["lp"]],
        )
        found.append((entity, notices))
    keys = [(entity.primary_name, entity.countries[0], (notices,)) for entity, notices in found]
    for (entity, _), entry_id in zip(found, derive("us-bis-entity-list", keys), strict=True):
        fields = {name: getattr(entity, name) for name in entity.__struct_fields__}
        yield Entity(**{**fields, "entry_id": entry_id})


def files(shared: Path) -> dict[str, str]:
    """File name: content."""
    made = {
        "jp-mof-asset-freeze": asset_freeze(shared / "japan"),
        "jp-meti-export-ban-russia": export_ban(shared / "japan"),
        "us-bis-entity-list": huawei(shared / "us"),
    }
    return {f"{name}.jsonl": "".join(own.to_json_line(one) + "\n" for one in entries) for name, entries in made.items()}


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


if __name__ == "__main__":
    for name, content in files(Path(sys.argv[1])).items():
        (PACK / name).write_text(content, encoding="utf-8")
