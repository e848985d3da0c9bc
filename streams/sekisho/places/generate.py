"""Make the generated data files of this room from the public ones: ``python -m sekisho.places.generate SHARED_DATA``.

Sources: UN/LOCODE (UNECE, 2021), KATOTTG (Ukraine's codifier of administrative units, 16 May 2025), Ukraine's official
list of territories where hostilities are conducted or that are temporarily occupied (7 May 2025), and the CLDR names of
babel. A test makes them anew and compares.
"""

from __future__ import annotations

import csv
import lzma
import re
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Final

from sekisho.places.text import tokens
from sekisho.places.transliterate import russian_latin, to_katakana, to_latin, to_russian

#: KATOTTG's first digits → ISO 3166-2
REGIONS: Final = {"UA01": "UA-43", "UA85": "UA-40", "UA14": "UA-14", "UA44": "UA-09", "UA65": "UA-65", "UA23": "UA-23"}
OTHERS: Final = {
    "UA05": "UA-05", "UA07": "UA-07", "UA12": "UA-12", "UA18": "UA-18", "UA21": "UA-21", "UA26": "UA-26", "UA32": "UA-32", "UA35": "UA-35",
    "UA46": "UA-46", "UA48": "UA-48", "UA51": "UA-51", "UA53": "UA-53", "UA56": "UA-56", "UA59": "UA-59", "UA61": "UA-61", "UA63": "UA-63",
    "UA68": "UA-68", "UA71": "UA-71", "UA73": "UA-77", "UA74": "UA-74", "UA80": "UA-30",
}  # fmt: skip
#: The day for which the area of jp-etco-1-5 is drawn: the export ban on the two "republics" began on it.
AREA_DAY: Final = date(2022, 2, 26)
#: Days up to this one show what the "republics" held before the invasion of 24 February 2022; what was occupied in the
#: two days between is not theirs with certainty and so not in the area file.
BEFORE_INVASION: Final = date(2022, 2, 23)
LANGUAGES: Final = (
    "en ja ru uk zh zh_Hant de fr es it pt nl pl tr ko ar fa he hi vi th id ms sv da nb fi cs sk hu ro bg el sr hr sl lt lv et "
    "ka hy az kk uz ky tg be mn"
)


def locodes(shared: Path) -> tuple[str, str]:
    """Two sorted tables: code → ``subdivision|name``, and folded name → countries."""
    codes: dict[str, str] = {}
    names: dict[str, set[str]] = defaultdict(set)
    with (shared / "geo" / "unlocode_2021.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["subdivision_or_file"] == "states":
                continue
            region = f"UA-{row['subdivision_or_file']}" if row["country"] == "UA" else ""
            codes[row["locode"]] = f"{region}|{row['name']}"
            for name in (row["name"], *re.split(r"\s*[=/]\s*|\s*\((?:ex )?|\)", row["name"])):
                folded = " ".join(word for word in tokens(name) if word != ",")
                if folded:
                    names[folded].add(row["country"])
    by_code = "\n".join(sorted(f"{code}\t{value}" for code, value in codes.items()))
    lines = [f"{name}\t{','.join(sorted(found))}" for name, found in names.items()]
    return by_code, "\n".join(sorted(lines, key=str.encode))


def country_names() -> tuple[str, str]:
    """Folded country name → code (``*``: the name in English, Japanese, Russian or Ukrainian), and folded name of a leading city (of a time zone) → code, in some 50 languages."""
    from babel import Locale
    from babel.core import get_global

    countries: dict[str, set[str]] = defaultdict(set)
    plain: set[str] = set()
    cities: dict[str, set[str]] = defaultdict(set)
    zones = get_global("zone_territories")
    for language in LANGUAGES.split():
        locale = Locale.parse(language)
        for code, name in locale.territories.items():
            if re.fullmatch("[A-Z]{2}", code) and code not in {
                "EU",
                "EZ",
                "UN",
                "QO",
                "XA",
                "XB",
                "ZZ",
                "AC",
                "CP",
                "DG",
                "EA",
                "IC",
                "TA",
            }:
                folded = " ".join(word for word in tokens(name) if word != ",")
                countries[folded].add(code)
                if language in {"en", "ja", "ru", "uk"}:
                    plain.add(folded)
        for zone, info in locale.time_zones.items():
            if zone in zones and zones[zone] != "001" and info.get("city"):
                cities[" ".join(tokens(info["city"]))].add(zones[zone])
        for zone, country in zones.items():
            if country != "001" and zone.count("/") == 1 and language == "en":
                cities[" ".join(tokens(zone.rsplit("/", 1)[1].replace("_", " ")))].add(country)

    def lines(table: dict[str, set[str]]) -> str:
        return "\n".join(
            f"{name}\t{next(iter(codes))}" for name, codes in sorted(table.items()) if len(codes) == 1 and name
        )

    marked = [f"{line}*" if line.split("\t")[0] in plain else line for line in lines(countries).splitlines()]
    return "\n".join(marked), lines(cities)


def _occupation(shared: Path) -> dict[str, list[tuple[date, date | None]]]:
    """KATOTTG code → days of occupation, of section II of the official list."""
    found: dict[str, list[tuple[date, date | None]]] = defaultdict(list)
    with (shared / "geo" / "perelik_occupied_territories_2025-05-07.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if not row["section"].startswith("ІІ"):
                continue
            starts, ends = _dates(row["start"]), _dates(row["end"])
            for number, start in enumerate(starts):
                found[row["katottg"]].append((start, ends[number] if number < len(ends) else None))
    return found


def _dates(text: str) -> list[date]:
    return [date(int(y), int(m), int(d)) for d, m, y in re.findall(r"(\d\d)\.(\d\d)\.(\d{4})", text)]


def units(shared: Path) -> str:
    """One line a settlement name of the six regions, then one line a district (raion).

    ``name TAB keys TAB elsewhere TAB region:category:since:until:area;…``. ``elsewhere``: ``M`` a town of that name in
    another oblast, ``C`` a village, empty none. ``area``: ``1`` in the area of jp-etco-1-5, by the official list.
    """
    occupied = _occupation(shared)
    with (shared / "geo" / "kodifikator-16-05-2025.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))[1:]
    elsewhere: dict[str, str] = {}
    here: dict[str, set[str]] = defaultdict(set)
    districts: list[str] = []
    for row in rows:
        path = [code for code in row[:5] if code]
        category, name = row[5], " ".join(row[6].split())
        region = REGIONS.get(path[-1][:4])
        days = [one for code in path for one in occupied.get(code, ())]
        since = min((start for start, _ in days), default=None)
        until = max((end for _, end in days if end), default=None) if days and all(end for _, end in days) else None
        area = region in {"UA-14", "UA-09"} and any(
            start <= BEFORE_INVASION and (end is None or end > AREA_DAY) for start, end in days
        )
        fact = f"{region}:{category}:{since or ''}:{until or ''}:{int(area)}"
        if category in "CXMK":
            if region is None:
                elsewhere[name] = "M" if category in "MK" or elsewhere.get(name) == "M" else "C"
            else:
                here[name].add(fact)
        elif category == "P" and region is not None:
            districts.append(f"{name}\t{_district_keys(name)}\tP\t{fact}")
    lines = [
        f"{name}\t{_keys(name)}\t{elsewhere.get(name, '')}\t{';'.join(sorted(facts))}" for name, facts in here.items()
    ]
    return "\n".join(sorted(lines) + sorted(districts))


def _keys(name: str) -> str:
    russian = to_russian(name)
    spellings = [name, to_latin(name), *russian, *(russian_latin(one) for one in russian[:4]), to_katakana(name)]
    return ",".join(dict.fromkeys(" ".join(tokens(one)) for one in spellings))


def _district_keys(name: str) -> str:
    stem = name.lower().removesuffix("ий")
    russian = (stem.replace("ськ", "ск").replace("цьк", "цк").replace("і", option) for option in "иое")
    spellings = [f"{stem}ий район", f"{stem}ого району", f"{stem}ому районі"]
    for one in russian:
        spellings += [f"{one}ий район", f"{one}ого района", f"{one}ом районе"]
    latin = to_latin(name)
    spellings += [f"{latin} raion", f"{latin} district", f"{latin} rayon"]
    return ",".join(dict.fromkeys(" ".join(tokens(one)) for one in spellings))


def generate(shared: Path) -> dict[str, str]:
    """File name (before packing) → text."""
    codes, names = locodes(shared)
    countries, cities = country_names()
    return {
        "locodes.tsv": codes,
        "locode_names.tsv": names,
        "country_names.tsv": countries,
        "cities.tsv": cities,
        "units.tsv": units(shared),
    }


def main() -> None:
    """Write the files, packed."""
    folder = Path(__file__).parent / "data"
    for name, text in generate(Path(sys.argv[1])).items():
        (folder / f"{name}.xz").write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))


if __name__ == "__main__":
    main()
