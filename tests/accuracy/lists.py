"""Whether what is published can be found again: ``python -m tests.accuracy.lists [SHARED_DATA] [--count 1000]``.

Takes names by a fixed seed from all official lists at hand, each name of each entry as likely as any other, and searches
all lists together for it, as ``sekisho names search`` does: with the name alone, not knowing whether it is a person. Told is
the share whose own entry is among the answers, and what was missed.
"""

from __future__ import annotations

import argparse
import random
import unicodedata
from collections import Counter
from pathlib import Path

from sekisho.model import Entity, Name
from sekisho.names import NameIndex, Query
from sekisho.reference.load import load_paths
from tests.accuracy.names import DATA, interval
from tests.benchmarks.lists import FILES

SEED = 20230127
#: What `names search` shows by itself, and at most.
SHOWN, LIMIT = 10, 100


def writing(text: str) -> str:
    """The script of most letters."""
    scripts = Counter(unicodedata.name(sign, "?").split()[0] for sign in text if sign.isalpha())
    return scripts.most_common(1)[0][0].lower() if scripts else "none"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("shared", type=Path, nargs="?", default=DATA)
    arguments.add_argument("--count", type=int, default=1000)
    options = arguments.parse_args()
    entities = [
        record
        for file in FILES
        for one in load_paths([options.shared / file])
        for record in one.records
        if isinstance(record, Entity)
    ]
    names = [(entity, name) for entity in entities for name in entity.names]
    index = NameIndex.build(entities)
    sample = random.Random(SEED).sample(names, min(options.count, len(names)))
    places = [place(index, entity, name) for entity, name in sample]

    print(f"{len(names)} names of {len(entities)} entries; {len(sample)} searched for\n")
    print(f"| names | searched | own entry found | among the first {SHOWN} |\n|---|---|---|---|")
    rows = [("all", [True] * len(sample))]
    kinds = sorted({name.kind for _, name in sample})
    rows += [(kind.replace("_", " "), [name.kind == kind for _, name in sample]) for kind in kinds]
    scripts = ("latin", "cyrillic", "cjk", "katakana", "arabic")
    rows += [(script, [writing(name.text) == script for _, name in sample]) for script in scripts]
    for title, chosen in rows:
        part = [at for at, one in zip(places, chosen, strict=True) if one]
        if part:
            found = sum(at is not None for at in part)
            first = sum(at is not None and at < SHOWN for at in part)
            print(f"| {title} | {len(part)} | {interval(found, len(part))} | {interval(first, len(part))} |")
    missed = [(e, n) for (e, n), at in zip(sample, places, strict=True) if at is None]
    for entity, name in missed:
        bearers = sum(other.text == name.text for _, other in names)
        print(
            f"missed: {name.text!r} ({name.kind}) of {entity.list_id} {entity.entry_id} {entity.primary_name!r}; {bearers} entries bear it"
        )


def place(index: NameIndex, entity: Entity, name: Name) -> int | None:
    """Where the name's own entry stands among the answers, from 0; None if it is not there."""
    found = index.search(Query(name=name.text, kind="Unknown"), LIMIT)
    return next((at for at, match in enumerate(found) if match.entity.key == entity.key), None)


if __name__ == "__main__":
    main()
