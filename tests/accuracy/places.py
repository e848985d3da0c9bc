"""How often places are found, and how often something that only sounds like one is taken for it.

Run ``python -m tests.accuracy.places [SHARED_DATA]``. The sets:

* every UN/LOCODE: its code, and its name alone, to its country (a name that several countries have counts when the
  right one is among those given, and is shown apart);
* every settlement and district of KATOTTG in the six regions, its name with Ukraine as the country, in Ukrainian and in
  Latin writing (Cabinet resolution 55), to its region; a name that several regions or oblasts share counts when the
  region is among the hits; names that a town of another oblast has are left out (Rivne is that town);
* the same with the oblast named beside it, in which case nothing may be left out;
* every town of ``data/towns.tsv`` in each of its spellings in four languages;
* ``tests/places/sets``: addresses in the regions, and addresses that only sound like them.

Russian and Japanese forms of villages come from our own rules, so measuring them against themselves would say nothing;
in these languages the towns are measured, whose forms were written by hand.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from sekisho.model import Location
from sekisho.places import Gazetteer
from sekisho.places.generate import REGIONS
from sekisho.places.sorted_lines import read_rows
from sekisho.places.transliterate import to_latin

ROOT = Path(__file__).resolve().parents[2]
SETS = ROOT / "tests" / "places" / "sets"
OBLASTS = {
    "UA-43": ("Автономна Республіка Крим", "Crimea"),
    "UA-40": ("м. Севастополь", "Sevastopol"),
    "UA-14": ("Донецька область", "Donetsk oblast"),
    "UA-09": ("Луганська область", "Luhansk oblast"),
    "UA-65": ("Херсонська область", "Kherson oblast"),
    "UA-23": ("Запорізька область", "Zaporizhzhia oblast"),
}


def read_set(name: str) -> list[list[str]]:
    """Rows of a set, without its comments."""
    lines = (SETS / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def sound_alikes(gazetteer: Gazetteer) -> list[str]:
    """The texts that were taken for a listed region, wrongly."""
    return [
        text for country, text in read_set("sound_alikes.tsv") if gazetteer.read_address(text, country or None).regions
    ]


def missed(gazetteer: Gazetteer) -> list[str]:
    """The texts whose region was not found."""
    return [
        text
        for region, country, text in read_set("in_regions.tsv")
        if region not in {hit.region for hit in gazetteer.read_address(text, country or None).regions}
    ]


def towns(gazetteer: Gazetteer) -> tuple[int, dict[str, list[str]]]:
    """How many spellings there are, and those not found, by language."""
    total, failed = 0, {"uk": [], "ru": [], "en": [], "ja": []}
    for row in read_rows("towns.tsv"):
        region, _, _, *spellings = row
        for language, spelled in zip(failed, spellings, strict=False):
            for name in spelled.split(","):
                total += 1
                there = gazetteer.locate(Location("destination", "UA", None, name))
                if region not in {hit.region for hit in there.regions}:
                    failed[language].append(f"{region} {name}")
    return total, failed


def units(shared: Path) -> Iterator[tuple[str, str, str]]:
    """(region, category, name) of every settlement and district in the six regions; towns elsewhere are marked ``-``."""
    with (shared / "geo" / "kodifikator-16-05-2025.csv").open(encoding="utf-8", newline="") as file:
        for row in list(csv.reader(file, delimiter=";"))[1:]:
            code = [one for one in row[:5] if one][-1]
            if row[5] in "CXMKP":
                yield REGIONS.get(code[:4], "-"), row[5], " ".join(row[6].split())


def main() -> None:
    """Print the table."""
    shared = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT.parent / "shared" / "data"
    gazetteer = Gazetteer.load()
    print(f"{'set':74} {'right':>7} {'of':>7}      %")

    def say(title: str, right: int, total: int) -> None:
        print(f"{title:74} {right:7} {total:7} {100 * right / total:6.2f}")

    if shared.is_dir():
        _locodes(gazetteer, shared, say)
        _units(gazetteer, shared, say)
    total, failed = towns(gazetteer)
    say("towns in Ukrainian, Russian, English, Japanese -> region", total - sum(map(len, failed.values())), total)
    inside = read_set("in_regions.tsv")
    lost = missed(gazetteer)
    say("addresses in the regions (own set) -> region", len(inside) - len(lost), len(inside))
    outside = read_set("sound_alikes.tsv")
    wrong = sound_alikes(gazetteer)
    say("addresses that only sound like the regions (own set) -> no hit", len(outside) - len(wrong), len(outside))
    for title, texts in (("missed", lost), ("wrong", wrong), *((f"town {k}", v) for k, v in failed.items())):
        for text in texts:
            print(f"  {title}: {text}")


def _locodes(gazetteer: Gazetteer, shared: Path, say) -> None:  # type: ignore[no-untyped-def]
    codes = right = sole = among = 0
    with (shared / "geo" / "unlocode_2021.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["subdivision_or_file"] == "states":
                continue
            codes += 1
            country = row["country"]
            right += country in gazetteer.locate(Location("d", None, row["locode"], None)).countries
            there = gazetteer.locate(Location("d", None, None, row["name"]))
            sole += there.countries[:1] == (country,)
            among += country in there.countries or country in there.possible
    say("UN/LOCODE, code alone -> country", right, codes)
    say("UN/LOCODE, name alone -> country, the only answer", sole, codes)
    say("UN/LOCODE, name alone -> country, the only answer or among those given", among, codes)


def _units(gazetteer: Gazetteer, shared: Path, say) -> None:  # type: ignore[no-untyped-def]
    rows = list(units(shared))
    towns_elsewhere = {name for region, category, name in rows if region == "-" and category in "MK"}
    for language, write in (("Ukrainian", str), ("Latin", to_latin)):
        number = 0 if language == "Ukrainian" else 1
        alone = alone_total = beside = beside_total = 0
        for region, category, name in rows:
            if region == "-":
                continue
            written = write(name) + ((" район", " raion")[number] if category == "P" else "")
            if name not in towns_elsewhere:
                alone_total += 1
                there = gazetteer.locate(Location("d", "UA", None, written))
                alone += region in {hit.region for hit in there.regions}
            beside_total += 1
            there = gazetteer.read_address(f"{written}, {OBLASTS[region][number]}", "UA")
            beside += {hit.region for hit in there.regions if hit.region.startswith("UA-")} == {region}
        say(f"units of the six regions, {language}, country Ukraine -> region", alone, alone_total)
        say(f"units of the six regions, {language}, with the oblast -> that region alone", beside, beside_total)


if __name__ == "__main__":
    main()
