"""Speed and size of the name index: ``python -m tests.benchmarks.names [--million]``; what it finds of all that it should:
``--recall [--seed N …] [--every-pair]``, and then nothing else.

CPU time of this process, so that a busy machine changes little; each figure stands beside rapidfuzz's
``process.extractOne`` (token_sort_ratio over all names) in the same run.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import resource
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

from sekisho.agents.memory import settle
from sekisho.model import Entity, EntryKey, Name
from sekisho.names import NameIndex, Query, acronyms
from sekisho.names.candidates import candidates
from sekisho.names.index import SCORED, SUPPORTED
from sekisho.names.parse import Parsed, parse
from sekisho.names.score import THRESHOLD, pair_names
from sekisho.names.segment import Record
from sekisho.names.similar import heard
from sekisho.names.tokens import LEGAL, PARTICLE
from tests.accuracy import name_sets
from tests.benchmarks.heading import heading

DATA = Path(os.environ.get("SEKISHO_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
NAMES = 100_000
STRANGERS = 10_000
#: Names of the index that queries are made of, and held against.
SAMPLED = 5000
SEED = 13
#: Pairs of names that share less than this of the lesser one's letters and words, rare ones counting more, are left out of
#: the truth, unless every pair is scored.
SHARED = 0.26


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


def near_letters(parsed: Parsed) -> set[str]:
    """What a name shares with those that may be the same: letters beside each other, in the whole without its spaces, in
    words as Japanese hears them, and in their consonants alone; the words themselves, and what they mean."""
    whole = heard(parsed.joined)
    found = {whole[at : at + 2] for at in range(len(whole) - 1)}
    for token in parsed.tokens:
        if token.concept and token.kind not in (LEGAL, PARTICLE):
            # as much as a word of a few letters
            found.update([f"{token.concept}:{time}" for time in range(5)])
        elif token.kind not in (LEGAL, PARTICLE):
            for text in (f"<{heard(token.fold)}>", f"({token.skeleton.replace('f', '')})"):
                found.update([text[0] + text[at : at + 2] for at in range(len(text) - 1)], [text, text + "again"])
    return found


def near_pairs(queries: Sequence[Parsed], sample: Sequence[Record]) -> list[np.ndarray]:
    """For each query the numbers of the names of its kind that share ``SHARED`` with it, and of those that are its acronym or
    that it is the acronym of."""
    places: dict[str, int] = {}

    def table(names: Sequence[Parsed]) -> np.ndarray:
        rows = [[places.setdefault(f, len(places)) for f in near_letters(parsed)] for parsed in names]
        out = np.zeros((len(rows), len(places)), np.float32)
        for at, row in enumerate(rows):
            out[at, row] = 1.0
        return out

    theirs = table([record.parsed for record in sample])
    ours = table(queries)[:, : theirs.shape[1]]
    rare = np.log(len(sample) / (1.0 + theirs.sum(0))).clip(0.3).astype(np.float32)
    weight, weights = ours @ rare, theirs @ rare
    theirs = (theirs * rare).T
    brief: dict[str, list[int]] = {}
    spelled: dict[str, list[int]] = {}
    for at, record in enumerate(sample):
        if not record.parsed.person:
            brief.setdefault(acronyms.short(record.parsed), []).append(at)
            for letters in acronyms.spelled(record.parsed):
                spelled.setdefault(letters, []).append(at)
    persons = np.array([record.parsed.person for record in sample])
    found = []
    for at, parsed in enumerate(queries):
        if at % 500 == 0:
            shared = ours[at : at + 500] @ theirs
        near = ((shared[at % 500] >= SHARED * np.minimum(weight[at], weights)) & (persons == parsed.person)).nonzero()[
            0
        ]
        more: list[int] = []
        if not parsed.person:
            more += spelled.get(acronyms.short(parsed), [])
            for letters in acronyms.spelled(parsed):
                more += brief.get(letters, [])
        found.append(np.union1d(near, np.array(more, near.dtype)))
    return found


def recall(
    index: NameIndex, queries: int, sampled: int, seed: int = SEED, every_pair: bool = True
) -> tuple[int, int, list[tuple[str, str, float]]]:
    """(entries above the threshold, those that the index found, the lost), by scoring every one of ``sampled`` names.

    The queries are near names of the sample; the index is the whole one, so that names that crowd others out count. Without
    ``every_pair`` only the names are scored that share letters or words with the query (``near_pairs``), a fiftieth of them:
    of 766 pairs above the threshold that misses two, an organisation's words of trade said otherwise in another language.
    Neither way asks in another spelling than the lists have: a query is a name of the sample, every other one with two
    letters swapped.
    """
    segment = index._segments[0]
    sample = random.Random(seed).sample(segment.records, min(sampled, len(segment.records)))
    texts = near_listed([record.bearers[0][1].text for record in sample], min(queries, len(sample)))
    asked = [(text, person) for text in texts for person in (True, False)]
    readings = [(at, reading) for at, (text, person) in enumerate(asked) for reading in parse(text, person)]
    everyone = [
        np.array([at for at, record in enumerate(sample) if record.parsed.person == person]) for person in (False, True)
    ]
    near = None if every_pair else near_pairs([reading for _, reading in readings], sample)
    # an entry is found by any of its names: many bear dozens of spellings of one
    truth: list[dict[EntryKey, tuple[float, Record]]] = [{} for _ in asked]
    shown: list[set[EntryKey]] = [set() for _ in asked]
    for at, (query, reading) in enumerate(readings):
        _, person = asked[query]
        for number in everyone[person] if near is None else near[at]:
            record = sample[number]
            if record.parsed.person == person:
                score = pair_names(reading, record.parsed).score
                key = record.bearers[0][0].key
                if score >= THRESHOLD and score > truth[query].get(key, (0.0,))[0]:
                    truth[query][key] = (score, record)
        shown[query].update(e.key for r in candidates(segment, reading, person, SCORED) for e, _ in r.bearers)
    lost = [
        (text, record.bearers[0][1].text, score)
        for (text, _), true, seen in zip(asked, truth, shown, strict=True)
        for key, (score, record) in true.items()
        if key not in seen
    ]
    expected = sum(map(len, truth))
    return expected, expected - len(lost), lost


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


def print_recall(index: NameIndex, queries: int, sampled: int, seed: int, every_pair: bool) -> None:
    began = time.process_time()
    expected, found, lost = recall(index, queries, sampled, seed, every_pair)
    print(
        f"\nrecall against scoring {sampled} of the names (seed {seed}) {'one by one' if every_pair else 'where they share letters'}, "
        f"{queries} queries: {found} of {expected} ({found / max(1, expected):.4f}), {time.process_time() - began:.0f} s"
    )
    for text, other, score in sorted(lost, key=lambda pair: -pair[2])[:20]:
        print(f"- lost: {text} / {other} ({score:.2f}; shown from {THRESHOLD - SUPPORTED:.2f} with support)")


def main(*arguments: str) -> None:
    parser = argparse.ArgumentParser(prog="tests.benchmarks.names")
    parser.add_argument("--million", action="store_true", help="a list of a million names as well")
    parser.add_argument("--recall", action="store_true", help="only what the index finds of all that the score would")
    parser.add_argument("--seed", type=int, nargs="+", default=[SEED], help="samples for --recall")
    parser.add_argument("--every-pair", action="store_true", help="score every pair for it: over half an hour a sample")
    asked = parser.parse_args(arguments)
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
    if asked.recall:
        for seed in asked.seed:
            print_recall(index, SAMPLED, SAMPLED, seed, asked.every_pair)
        return
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
    print_recall(index, 150, 3000, SEED, True)
    if asked.million:
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
