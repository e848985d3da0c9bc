"""Sets of names for the accuracy report, read from the public lists where they lie (``shared_data`` of the tests).

Each set is split by a hash of its first name: ``tune`` was looked at while the matcher was made, ``kept`` was not.
Hard negatives are the nearest other entry, by rapidfuzz over the Latin names.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import openpyxl
from rapidfuzz import fuzz, process


class Pair(NamedTuple):
    """Two names and whether they are the same; ``group`` names the kind of the pair."""

    name1: str
    name2: str
    schema: str
    same: bool
    group: str

    @property
    def kept(self) -> bool:
        return half(self.name1) == "kept"


def half(text: str) -> str:
    """Which half of a set a name belongs to: ``tune`` or ``kept``."""
    return "tune" if hashlib.sha256(text.encode()).digest()[0] % 2 else "kept"


def number(text: str) -> bytes:
    """Where a name stands in an order that has nothing to do with what it says."""
    return hashlib.sha256(b"order" + text.encode()).digest()


def dev_pairs(data: Path) -> list[Pair]:
    """The labelled pairs (development part)."""
    with (data / "names/name_pairs_dev.csv").open(encoding="utf-8") as file:
        return [
            Pair(row["name1"], row["name2"], row["schema"], row["is_match"] == "true", row["case_group"])
            for row in csv.DictReader(file)
        ]


# -- the same entry in two scripts ---------------------------------------------------------------------

_ORIGINAL = re.compile(r"\(?\s*[(（]?original script\s*[:：]\s*([^)）]*)", re.IGNORECASE)
_BRACKETS = re.compile(r"[(（][^()（）]*[)）]")


def _clean(text: str) -> str:
    text = _BRACKETS.sub(" ", _ORIGINAL.sub(" ", text))
    return " ".join(text.replace(")", " ").replace("）", " ").split())


def mof(data: Path) -> Iterator[tuple[str, str, str]]:
    """(Japanese, English, schema) of the Japanese finance ministry's workbook."""
    book = openpyxl.load_workbook(data / "japan/mof_asset_freeze_2026-03-05.xlsx", read_only=True)
    for sheet in list(book)[1:]:
        column = None
        for row in sheet.iter_rows(values_only=True):
            cells = ["" if cell is None else str(cell) for cell in row]
            if "日本語表記" in cells:
                column = cells.index("日本語表記")
            elif column is not None and len(cells) > column + 1 and cells[column] and cells[column + 1]:
                japanese, english = _clean(cells[column]), _clean(cells[column + 1])
                person = "個人" in sheet.title or any(w in sheet.title for w in ("（Ⅰ）", "(Ⅰ)", "関係者"))
                if "イラク前政権関係者等 (Ⅱ)" in sheet.title or "(Ⅲ)" in sheet.title or "タリバーン" in sheet.title:
                    person = "関係者等（Ⅰ）" in sheet.title
                yield japanese, english, "Person" if person else "Unknown"


def meti(data: Path) -> Iterator[tuple[str, str, str]]:
    """(Japanese, English, schema) of the Japanese trade ministry's Russia list and the files of January 2023."""
    for file in ("japan/meti_russia_export_ban_2025-09-12.csv", "japan/export_ban_49.csv"):
        with (data / file).open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                if row["name_ja"] and row["name_en"]:
                    yield _clean(row["name_ja"]), _clean(row["name_en"]), "Organization"


def un_scripts(data: Path) -> Iterator[tuple[str, str, str]]:
    """(original script, Latin, schema) of the UN list."""
    for name, latin, schema, _, _ in un_entries(data):
        if name:
            yield name, latin[0], schema


def un_entries(data: Path) -> Iterator[tuple[str, tuple[str, ...], str, tuple[str, ...], tuple[str, ...]]]:
    """(original script, names primary first, schema, birth dates, nationalities) of every UN entry."""
    root = ElementTree.parse(data / "un/UN_consolidated_2026-02.xml").getroot()
    for tag, schema in (("INDIVIDUAL", "Person"), ("ENTITY", "Organization")):
        for node in root.iter(tag):
            parts = [node.findtext(f"{part}_NAME") or "" for part in ("FIRST", "SECOND", "THIRD", "FOURTH")]
            primary = " ".join(" ".join(parts).split())
            names = [primary]
            for alias in node.iter(f"{tag}_ALIAS"):
                text = " ".join((alias.findtext("ALIAS_NAME") or "").split())
                if text and text not in names and (alias.findtext("QUALITY") or "") != "Low":
                    names.append(text)
            dates = []
            for birth in node.iter("INDIVIDUAL_DATE_OF_BIRTH"):
                fields = (birth.findtext(field) for field in ("DATE", "YEAR", "FROM_YEAR", "TO_YEAR"))
                dates.extend(value[:10] for value in fields if value)
            nations = tuple(v.text for n in node.iter("NATIONALITY") for v in n.iter("VALUE") if v.text)
            yield node.findtext("NAME_ORIGINAL_SCRIPT") or "", tuple(names), schema, tuple(dates), nations


def uk_scripts(data: Path) -> Iterator[tuple[str, str, str]]:
    """(original script, Latin, schema) of the UK list."""
    for _, names, others, schema in uk_entries(data):
        for other in others[:1]:
            yield other, names[0], schema


def uk_entries(data: Path) -> Iterator[tuple[str, list[str], list[str], str]]:
    """(id, Latin names, names in other scripts, schema) of the UK list."""
    kinds = {"Individual": "Person", "Ship": "Vessel"}
    with (data / "uk/uk_sanctions_list_2026-08-22.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            names = []
            for name in (row.get("names") or {}).get("names", []):
                text = " ".join(name[f"name{i}"] for i in range(1, 7) if name.get(f"name{i}"))
                (names.insert(0, text) if name.get("name_type") == "Primary Name" else names.append(text))
            scripts = [
                n["name_non_latin_script"]
                for n in (row.get("non_latin_names") or {}).get("names", [])
                if n.get("name_non_latin_script")
            ]
            if names:
                yield row["unique_id"], names, scripts, kinds.get(row.get("individual_entity_ship", ""), "Organization")


def cross_script(data: Path, source: str) -> list[Pair]:
    """Positives and hard negatives of ``mof``, ``meti``, ``un`` or ``uk``."""
    rows = list({"mof": mof, "meti": meti, "un": un_scripts, "uk": uk_scripts}[source](data))
    return _with_hard_negatives([(a, b, s) for a, b, s in rows if not is_latin(a)], source)


def is_latin(text: str) -> bool:
    return not any(c.isalpha() and not unicodedata.name(c, "").startswith(("LATIN", "FULLWIDTH LATIN")) for c in text)


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKD", text).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in text if not unicodedata.combining(c)).split())


def _with_hard_negatives(rows: list[tuple[str, str, str]], group: str) -> list[Pair]:
    latin = list(dict.fromkeys(b for _, b, _ in rows))
    plain = [_plain(b) for b in latin]
    pairs = []
    for a, b, schema in rows:
        pairs.append(Pair(a, b, schema, True, group))
        for _, _, at in process.extract(_plain(b), plain, scorer=fuzz.token_sort_ratio, limit=4):
            if fuzz.token_set_ratio(plain[at], _plain(b)) < 99:
                pairs.append(Pair(a, latin[at], schema, False, group))
                break
    return pairs


def screening_list(data: Path) -> Iterator[tuple[str, str, list[str]]]:
    """(key, schema, names) of the Consolidated Screening List."""
    kinds = {"Individual": "Person", "Vessel": "Vessel", "Aircraft": "Aircraft"}
    with (data / "us/screening-list.json").open(encoding="utf-8") as file:
        for at, row in enumerate(json.load(file)["entries"]):
            yield (
                f"{row['s']}-{row.get('e', at)}-{at}",
                kinds.get(row.get("t", ""), "Organization"),
                [row["n"], *(row.get("a") or [])],
            )


# -- OFAC: aliases against primary names ---------------------------------------------------------------


def ofac_entries(data: Path) -> dict[str, tuple[str, str, list[tuple[str, str]]]]:
    """Entity number: (primary name, schema, [(alias, kind)])."""
    entries: dict[str, tuple[str, str, list[tuple[str, str]]]] = {}
    kinds = {"individual": "Person", "vessel": "Vessel", "aircraft": "Aircraft"}
    with (data / "us/ofac_sdn_2021-07_sdn.csv").open(encoding="latin-1") as lines:
        for row in csv.reader(lines):
            if len(row) > 3:
                entries[row[0].strip()] = (row[1].strip(), kinds.get(row[2].strip(), "Organization"), [])
    with (data / "us/ofac_sdn_2021-07_alt.csv").open(encoding="latin-1") as lines:
        for row in csv.reader(lines):
            if len(row) > 3 and row[0].strip() in entries:
                entries[row[0].strip()][2].append((row[3].strip(), row[2].strip()))
    return entries


def later_entries(data: Path) -> dict[str, tuple[str, str, list[tuple[str, str]]]]:
    """The same for what was listed after July 2021, from the Consolidated Screening List (names in Latin letters)."""
    known = ofac_entries(data)
    kinds = {"Individual": "Person", "Vessel": "Vessel", "Aircraft": "Aircraft"}
    with (data / "us/screening-list.json").open(encoding="utf-8") as file:
        rows = json.load(file)["entries"]
    return {
        number: (row["n"], kinds.get(row.get("t", ""), "Organization"), [(a, "aka") for a in row["a"] if is_latin(a)])
        for row in rows
        if (number := str(row.get("e", ""))).isdigit() and number not in known and row.get("a")
    }


def ofac_aliases(data: Path, count: int = 900) -> list[Pair]:
    """Aliases against primary names with the nearest other primary name of the same kind; the first ``count`` by hash.

    An entry that shares any name with the alias's own is no negative: branches of one body are listed one by one.
    """
    return _aliases(ofac_entries(data), count)


def later_aliases(data: Path, count: int = 2500) -> list[Pair]:
    """The same of entries listed after July 2021: none was read while the matcher was made."""
    return _aliases(later_entries(data), count)


def further_aliases(data: Path, after: int, count: int = 4000) -> list[Pair]:
    """Aliases of the same entries beyond the first ``after``, of the half that may be read: what the classes of errors and
    the constants below the threshold are taken from. None is in a set whose totals are told."""
    entries = ofac_entries(data)
    told = {alias for alias, _ in _by_hash(entries)[:after]}
    further = [(a, key) for a, key in _by_hash(entries)[after:] if half(a) == "tune" and a not in told]
    return _aliases(entries, count, further)


def _by_hash(entries: dict[str, tuple[str, str, list[tuple[str, str]]]]) -> list[tuple[str, str]]:
    """Each alias with the number of its entry."""
    rows = [(alias, key) for key, (_, _, aliases) in entries.items() for alias, _ in aliases]
    return sorted(rows, key=lambda row: hashlib.sha256(row[0].encode()).digest()[1:])


def _aliases(
    entries: dict[str, tuple[str, str, list[tuple[str, str]]]], count: int, rows: list[tuple[str, str]] | None = None
) -> list[Pair]:
    by_kind: dict[str, list[str]] = {}
    for key, (_, schema, _) in entries.items():
        by_kind.setdefault(schema, []).append(key)
    plain = {key: {_plain(name), *(_plain(a) for a, _ in aliases)} for key, (name, _, aliases) in entries.items()}
    primary = {schema: [_plain(entries[key][0]) for key in keys] for schema, keys in by_kind.items()}
    pairs = []
    for alias, key in (_by_hash(entries) if rows is None else rows)[:count]:
        name, schema, _ = entries[key]
        pairs.append(Pair(alias, name, schema, True, "ofac"))
        for _, _, at in process.extract(_plain(alias), primary[schema], scorer=fuzz.token_sort_ratio, limit=12):
            other = by_kind[schema][at]
            if plain[other].isdisjoint(plain[key]):
                pairs.append(Pair(alias, entries[other][0], schema, False, "ofac"))
                break
    return pairs


def related(pairs: Iterable[Pair]) -> list[Pair]:
    """Pairs whose positives share something: many aliases are other names altogether, which no matcher can know."""
    kept: set[str] = set()
    out = []
    for pair in pairs:
        if pair.same:
            if fuzz.token_set_ratio(_plain(pair.name1), _plain(pair.name2)) < 60:
                continue
            kept.add(pair.name1)
            out.append(pair)
        elif pair.name1 in kept:
            out.append(pair)
    return out


def people(data: Path, file: str) -> list[dict[str, str]]:
    """``cg_positives_un_treated``, ``cg_positives_un_untreated`` or ``negatives_global_50k``."""
    with (data / f"names/{file}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


#: Spellings of one president's name met in newspapers and library catalogues, by the usual variation of its two parts.
PRESIDENT = tuple(
    f"{first} {last}"
    for first in ("Muammar", "Moammar", "Mu'ammar", "Moamar", "Muamar", "Mo'ammar", "Moamer", "Mouammar", "Muammer")
    for last in (
        *("Gaddafi", "Qaddafi", "Qadhafi", "Kadafi", "el Kazzafi", "al-Gathafi", "Khadafy", "Gadhafi", "al-Qadhdhafi"),
        *("Gheddafi", "Kaddafi", "Qathafi", "Gadafi", "Ghadafi"),
    )
)


def sample(items: Iterable[Pair], which: str) -> list[Pair]:
    """Only one half: ``tune`` or ``kept`` (``all``: both)."""
    return [p for p in items if which == "all" or half(p.name1) == which]
