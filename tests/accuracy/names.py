"""How many names are found and how many strangers are stopped: ``python -m tests.accuracy.names [tune|kept|all]``.

Prints Markdown tables. 95 % intervals are Wilson's. ``kept`` is the half of each set whose pairs were not read while the
matcher was made, though its totals were seen when constants were chosen; of entries listed after July 2021 no pair was read, and the totals
were seen when constants were chosen. ``tune`` also prints the further aliases of OFAC's list that were read instead. The strangers and the UN list are whole in both (there is one list, and it must be
clean in all of it).
"""

from __future__ import annotations

import math
import os
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from sekisho.model import Entity, Name
from sekisho.names import THRESHOLD, NameIndex, Query, compare_names
from sekisho.names.scan import SURE
from tests.accuracy import name_sets
from tests.accuracy.name_sets import Pair

DATA = Path(os.environ.get("SEKISHO_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
#: Share of the hard negatives that may pass where a recall is told.
PASSING = 0.05
#: Aliases of OFAC's list of July 2021 that are measured, both halves together.
SAMPLED = 1600
#: Names that are put into texts, of each kind, and the texts.
IN_TEXTS = 3000
TEXTS = (
    "INVOICE 4711 {} REF 88123",
    "payment for goods to {} dated 12.03.2026",
    "contract 55-A with {} for spare parts",
    "Freight charges {}, Moscow",
    "Оплата по договору {}",
    "{}",
)
#: Nationalities as the strangers' file writes them, for those that the UN list has.
ISO2 = {
    "Afghanistan": "AF", "Algeria": "DZ", "China": "CN", "Egypt": "EG", "Indonesia": "ID", "Iran": "IR", "Iraq": "IQ", "Jordan": "JO", "Libya": "LY",
    "Mali": "ML", "Morocco": "MA", "North Korea": "KP", "Pakistan": "PK", "Philippines": "PH", "Qatar": "QA", "Russia": "RU", "Rwanda": "RW",
    "Saudi Arabia": "SA", "Somalia": "SO", "South Korea": "KR", "Sudan": "SD", "Syria": "SY", "Tunisia": "TN", "Uganda": "UG", "United Kingdom": "GB", "Yemen": "YE",
}  # fmt: skip


def interval(hits: int, count: int) -> str:
    """``0.912 [0.88, 0.94]``: share with Wilson's 95 % interval."""
    if not count:
        return "-"
    z, p = 1.96, hits / count
    middle = (p + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(p * (1 - p) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return f"{p:.3f} [{max(0.0, middle - half):.2f}, {min(1.0, middle + half):.2f}]"


def scored(pairs: Sequence[Pair]) -> list[tuple[float, Pair]]:
    return [(compare_names(p.name1, p.name2, p.schema).score, p) for p in pairs]


def labelled(which: str) -> None:
    rows = scored(name_sets.sample(name_sets.dev_pairs(DATA), which))
    print(f"\n### Labelled pairs (development part, {which}), threshold {THRESHOLD:g}\n")
    print("| pairs | n | F1 | precision | recall |\n|---|---|---|---|---|")
    for title, part in (
        ("all", rows),
        ("people", [r for r in rows if r[1].schema == "Person"]),
        ("organisations and vessels", [r for r in rows if r[1].schema != "Person"]),
    ):
        right = sum(p.same and s >= THRESHOLD for s, p in part)
        wrong = sum(not p.same and s >= THRESHOLD for s, p in part)
        missed = sum(p.same and s < THRESHOLD for s, p in part)
        f1 = 2 * right / max(1, 2 * right + wrong + missed)
        print(
            f"| {title} | {len(part)} | {f1:.3f} | {interval(right, right + wrong)} | {interval(right, right + missed)} |"
        )


def recall_at(title: str, pairs: Sequence[Pair]) -> None:
    rows = scored(pairs)
    strangers = sorted((s for s, p in rows if not p.same), reverse=True)
    cut = strangers[int(len(strangers) * PASSING)] if strangers else 0.0
    for schema in (None, "Person", "Organization", "Vessel", "Unknown"):
        same = [s for s, p in rows if p.same and schema in (None, p.schema)]
        other = [s for s, p in rows if not p.same and schema in (None, p.schema)]
        if len(same) < 10 or (schema and len(same) == len(rows) - len(strangers)):
            continue
        found, above = sum(s > cut for s in same), sum(s >= THRESHOLD for s in same)
        passed = sum(s >= THRESHOLD for s in other)
        print(
            f"| {title}{', ' + schema if schema else ''} | {len(same)} | {interval(found, len(same))} | {cut:.2f} "
            f"| {interval(above, len(same))} | {passed}/{len(other)} |"
        )


def across(which: str) -> None:
    print(f"\n### Pairs from the real lists ({which}), hard negatives: the nearest other entry\n")
    print(
        "| pairs | n | recall when 5 % of the negatives pass | at score | recall at the threshold | negatives at the threshold |"
    )
    print("|---|---|---|---|---|---|")
    for title, source in (
        ("MOF, Japanese and English", "mof"),
        ("METI, Japanese and English", "meti"),
        ("UN, original script and Latin", "un"),
        ("UK, original script and Latin", "uk"),
    ):
        recall_at(title, name_sets.sample(name_sets.cross_script(DATA, source), which))
    aliases = name_sets.sample(name_sets.ofac_aliases(DATA, SAMPLED), which)
    recall_at("OFAC, a.k.a. and primary name", aliases)
    recall_at("the same, aliases that share a word or letters", name_sets.related(aliases))
    if which == "tune":
        further = name_sets.related(name_sets.further_aliases(DATA, SAMPLED))
        recall_at("OFAC, further aliases that share a word or letters, read", further)
    else:
        later = name_sets.related(name_sets.later_aliases(DATA))
        recall_at("OFAC, entries listed after July 2021, aliases that share a word or letters", later)


def un_search() -> None:
    entities = []
    for at, (original, names, schema, dates, nations) in enumerate(name_sets.un_entries(DATA)):
        written = [
            Name(names[0]),
            *(Name(n, "alias") for n in names[1:]),
            *([Name(original, "alias")] if original else []),
        ]
        countries = tuple(ISO2[n] for n in nations if n in ISO2)
        entities.append(Entity("un", str(at), schema, tuple(written), birth_dates=dates, countries=countries))
    index = NameIndex.build(entities)
    mangled = name_sets.people(DATA, "cg_positives_un_treated")
    strangers = name_sets.people(DATA, "negatives_global_50k")
    print("\n### Mangled UN names against the whole UN list, and 50,000 strangers, one threshold\n")
    print("| query | recall | strangers flagged |\n|---|---|---|")
    for title, more in (("name only", False), ("name, birth date, nationality", True)):
        found = sum(bool(index.search(_query(row, more))) for row in mangled)
        flagged = sum(bool(index.search(_query(row, more))) for row in strangers)
        print(f"| {title} | {interval(found, len(mangled))} | {flagged} of {len(strangers)} |")


def _query(row: dict[str, str], more: bool) -> Query:
    if not more:
        return Query(row["full_name"], "Person")
    nation = row["nationality"]
    country = nation.upper() if len(nation) == 2 else ISO2.get(nation, "")
    return Query(
        row["full_name"], "Person", birth_date=row["date_of_birth"] or None, countries=(country,) if country else ()
    )


def in_texts(which: str) -> None:
    """Other names of entries in the text of a payment, of those that a party of that name is matched by.

    The index has every other name of each entry (in the order of a hash), the texts say the rest.
    """
    entities, rest = [], []
    lists = [(f"us-{key}", schema, names) for key, schema, names in name_sets.screening_list(DATA)]
    lists += [(f"uk-{key}", schema, [*latin, *others]) for key, latin, others, schema in name_sets.uk_entries(DATA)]
    for key, schema, names in lists:
        ordered = sorted(set(names), key=name_sets.number)
        listed = ordered[::2]
        entities.append(Entity("x", key, schema, tuple(Name(name) for name in listed)))
        rest += [(entities[-1], name) for name in ordered[1::2] if which == "all" or name_sets.half(name) == which]
    index = NameIndex.build(entities)
    print(
        f"\n### Names in the text of a payment ({which}), of those that a party is matched by with {SURE:g} or more\n"
    )
    print("| names | n | met |\n|---|---|---|")
    for title, schemas, ascii_only in (
        ("people, Latin letters", {"Person"}, True),
        ("people, other scripts", {"Person"}, False),
        ("organisations, Latin letters", {"Organization"}, True),
        ("organisations, other scripts", {"Organization"}, False),
    ):
        some = [(e, n) for e, n in rest if e.schema in schemas and n.isascii() == ascii_only]
        some = sorted(some, key=lambda pair: name_sets.number(pair[1]))[:IN_TEXTS]
        asked = [
            (entity, name)
            for entity, name in some
            if any(m.entity is entity and m.name_score >= SURE for m in index.search(Query(name), 50))
        ]
        met = sum(
            any(m.entity is entity for m in index.scan(TEXTS[at % len(TEXTS)].format(name), 50))
            for at, (entity, name) in enumerate(asked)
        )
        print(f"| {title} | {len(asked)} | {interval(met, len(asked))} |")
    strangers = [row["full_name"] for row in name_sets.people(DATA, "negatives_global_50k")][:: 50_000 // IN_TEXTS]
    flagged = sum(bool(index.scan(TEXTS[at % len(TEXTS)].format(name))) for at, name in enumerate(strangers))
    parties = sum(any(m.name_score >= SURE for m in index.search(Query(name))) for name in strangers)
    print(
        f"\nStrangers in such a text: {flagged} of {len(strangers)} flagged; as parties with {SURE:g} or more: {parties}."
    )


def president() -> None:
    names = name_sets.PRESIDENT
    found = sum(compare_names(name, "Muammar Gaddafi", "Person").match for name in names)
    print(
        f"\n### Spellings of one president (our own {len(names)})\n\n{interval(found, len(names))} match one spelling"
    )


def main(which: str = "all") -> None:
    if not DATA.is_dir():
        sys.exit(f"the public lists are not at {DATA}; set SEKISHO_SHARED_DATA")
    warnings.simplefilter("ignore")
    labelled(which)
    across(which)
    un_search()
    in_texts(which)
    president()


if __name__ == "__main__":
    main(*sys.argv[1:2])
