"""Speed and size of the name index: ``python -m tests.benchmarks.names [--million] [--recall]``.

CPU time of this process, so that a busy machine changes little; each figure stands beside rapidfuzz's
``process.extractOne`` (token_sort_ratio over all names) in the same run.
"""

from __future__ import annotations

import gc
import os
import random
import resource
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

from rapidfuzz import fuzz, process

from sekisho.agents.memory import settle
from sekisho.model import Entity, EntryKey, Name
from sekisho.names import NameIndex, Query
from sekisho.names.candidates import candidates
from sekisho.names.index import SCORED, SUPPORTED
from sekisho.names.parse import parse
from sekisho.names.score import THRESHOLD, pair_names
from sekisho.names.segment import Record
from tests.accuracy import name_sets
from tests.benchmarks.heading import heading

DATA = Path(os.environ.get("SEKISHO_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
NAMES = 100_000
STRANGERS = 10_000


def entities() -> Iterator[Entity]:
    """Every name of the public lists, each list's as its own entry, made up to ``NAMES`` with people made of their words."""
    for at, (original, names, schema, _, _) in enumerate(name_sets.un_entries(DATA)):
        yield _entity("un", at, schema, [*names, *([original] if original else [])])
    for key, latin, others, schema in name_sets.uk_entries(DATA):
        yield _entity("uk", key, schema, [*latin, *others])
    for key, (name, schema, aliases) in name_sets.ofac_entries(DATA).items():
        yield _entity("us-2021", key, schema, [name, *(a for a, _ in aliases)])
    for key, schema, names in name_sets.screening_list(DATA):
        yield _entity("us", key, schema, names)
    for at, (one, two, schema) in enumerate([*name_sets.mof(DATA), *name_sets.meti(DATA)]):
        yield _entity("jp", at, "Organization" if schema == "Unknown" else schema, [one, two])


def _entity(list_id: str, key: object, schema: str, names: Sequence[str]) -> Entity:
    return Entity(list_id, str(key), schema, tuple(Name(n, "alias" if at else "primary") for at, n in enumerate(names)))


def made_up(real: Sequence[Entity], count: int) -> Iterator[Entity]:
    """People and companies made of the words of real entries: as many as wanted, with their mixture of common and rare."""
    chance = random.Random(7)
    people = [w for e in real if e.schema == "Person" for w in e.names[0].text.split()]
    firms = [w for e in real if e.schema == "Organization" for w in e.names[0].text.split()]
    for at in range(count):
        person = chance.random() < 0.6
        words = chance.sample(people if person else firms, chance.choice((2, 3, 3, 4)))
        # one letter other: a list a hundred times as long has other words too
        spot = chance.randrange(len(words))
        words[spot] += chance.choice("aeioulnrst")
        yield _entity("made", at, "Person" if person else "Organization", [" ".join(words)])


def measured(index: NameIndex, queries: Sequence[Query]) -> tuple[float, float, int]:
    """(mean, 99th percentile) in CPU µs, and how many met something."""
    times, met = [], 0
    for query in queries:
        began = time.process_time_ns()
        found = index.search(query)
        times.append((time.process_time_ns() - began) / 1000)
        met += bool(found)
    times.sort()
    return sum(times) / len(times), times[int(len(times) * 0.99)], met


def near_listed(names: Sequence[str], count: int) -> list[str]:
    """Listed names, half of them with a slip."""
    chance = random.Random(11)
    out = []
    for name in chance.sample(names, count):
        text = name
        if chance.random() < 0.5 and len(text) > 6:
            at = chance.randrange(1, len(text) - 2)
            text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
        out.append(text)
    return out


def recall(index: NameIndex, queries: int, sampled: int) -> tuple[int, int, list[tuple[str, str, float]]]:
    """(entries above the threshold, those that the index found, the lost), by scoring every one of ``sampled`` names.

    The queries are near names of the sample; the index is the whole one, so that names that crowd others out count.
    """
    segment = index._segments[0]
    sample = random.Random(13).sample(segment.records, min(sampled, len(segment.records)))
    texts = near_listed([record.bearers[0][1].text for record in sample], min(queries, len(sample)))
    expected = found = 0
    lost = []
    for text in texts:
        for person in (True, False):
            # an entry is found by any of its names: many bear dozens of spellings of one
            truth: dict[EntryKey, tuple[float, Record]] = {}
            shown: set[EntryKey] = set()
            for reading in parse(text, person):
                for record in sample:
                    if record.parsed.person == person:
                        score = pair_names(reading, record.parsed).score
                        key = record.bearers[0][0].key
                        if score >= THRESHOLD and score > truth.get(key, (0.0,))[0]:
                            truth[key] = (score, record)
                shown.update(e.key for r in candidates(segment, reading, person, SCORED) for e, _ in r.bearers)
            expected += len(truth)
            found += len(truth.keys() & shown)
            lost += [
                (text, record.bearers[0][1].text, score) for key, (score, record) in truth.items() if key not in shown
            ]
    return expected, found, lost


def table(title: str, index: NameIndex, strangers: Sequence[str], listed: Sequence[str], baseline: float) -> None:
    print(f"\n### {title}\n\n| query | mean µs | p99 µs | met | extractOne / mean |\n|---|---|---|---|---|")
    for what, texts, kind in (
        ("clean, a person", strangers, "Person"),
        ("clean, kind not known", strangers, "Unknown"),
        ("listed or nearly, kind not known", listed, "Unknown"),
    ):
        mean, worst, met = measured(index, [Query(t, kind) for t in texts])
        print(f"| {what} | {mean:.0f} | {worst:.0f} | {met} of {len(texts)} | {baseline / mean:.0f} |")
    queries = [Query(t, "Person") for t in strangers[:2000]]
    measured(index, queries)
    mean, _, _ = measured(index, queries)
    print(f"| the same again | {mean:.1f} | | | {baseline / mean:.0f} |")


def main(*arguments: str) -> None:
    if not DATA.is_dir():
        sys.exit(f"the public lists are not at {DATA}; set SEKISHO_SHARED_DATA")
    warnings.simplefilter("ignore")
    real = list(entities())
    count = sum(len(e.names) for e in real)
    listed_entities = real + list(made_up(real, max(0, NAMES - count)))
    strangers = [row["full_name"] for row in name_sets.people(DATA, "negatives_global_50k")]
    random.Random(5).shuffle(strangers)
    names = [n.text for e in listed_entities for n in e.names]
    gc.collect()
    before = _resident()
    began = time.process_time()
    index = NameIndex.build(listed_entities)
    heading("names")
    print(
        f"{len(names)} names of {len(listed_entities)} entries: built in {time.process_time() - began:.1f} s of CPU, {_resident() - before:.0f} MB"
    )
    settle()  # as a worker does once its tables stand
    began = time.process_time()
    small = index.updated(list(made_up(real, 200)), [])
    print(f"200 entries added in {time.process_time() - began:.2f} s; {len(small.entities)} entries")
    began = time.process_time()
    for text in strangers[:10]:
        process.extractOne(text, names, scorer=fuzz.token_sort_ratio)
    baseline = (time.process_time() - began) / 10 * 1e6
    print(f"rapidfuzz extractOne over {len(names)} names: {baseline / 1000:.1f} ms")
    table(f"{len(names)} names", index, strangers[:STRANGERS], near_listed(names, 2000), baseline)
    queries, sampled = (5000, 5000) if "--recall" in arguments else (150, 3000)
    expected, found, lost = recall(index, queries, sampled)
    print(
        f"\nrecall against scoring {sampled} of the names one by one, {queries} queries: "
        f"{found} of {expected} ({found / max(1, expected):.4f})"
    )
    for text, other, score in sorted(lost, key=lambda pair: -pair[2])[:20]:
        print(f"- lost: {text} / {other} ({score:.2f}; shown from {THRESHOLD - SUPPORTED:.2f} with support)")
    if "--million" in arguments:
        many = listed_entities + list(made_up(real, 1_000_000 - len(names)))
        began, before = time.process_time(), _resident()
        index = NameIndex.build(many)
        print(
            f"\n1,000,000 names: built in {time.process_time() - began:.0f} s of CPU, {_resident() - before:.0f} MB more"
        )
        settle()
        table("1,000,000 names", index, strangers[:STRANGERS], near_listed(names, 1000), baseline)


def _resident() -> float:
    """MB at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
