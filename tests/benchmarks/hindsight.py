"""Speed of a back-test: CPU milliseconds an event that is judged twice, and the memory it takes, which must not grow with the
number of events.

``python -m tests.benchmarks.hindsight [EVENTS] [PATH…]``: realistic traffic (names that repeat as they do) against the
bundled lists, or against the official files in PATH. What is proposed takes every tenth entry off and puts ten on.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from sekisho.cli.backtest import sides
from sekisho.cli.backtest.pairs import Drift, screened
from sekisho.cli.backtest.tally import Tally
from sekisho.cli.judge import Judge
from sekisho.cli.passed import events_of_file
from sekisho.model import Entity
from sekisho.reference.loaded import LoadedList
from sekisho.settings import without_environment
from tests import factories
from tests.benchmarks.heading import heading
from tests.benchmarks.traffic import Traffic, everybody

NOW = datetime(2023, 2, 10, 12, tzinfo=UTC)


def proposed(lists: list[LoadedList]) -> list[LoadedList]:
    """Each list of entries without every tenth, and one of ten whom traffic meets often."""
    fewer = [
        msgspec.structs.replace(one, records=tuple(r for n, r in enumerate(one.records) if n % 10), version="fewer")
        for one in lists
        if one.kind == "entities"
    ]
    new = tuple(factories.entity("xx-new", str(n), name) for n, name in enumerate(everybody()[:10]))
    return [*fewer, LoadedList("xx-new", "entities", "1", "benchmark", new)]


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(count: int, paths: list[Path]) -> None:
    from sekisho.reference import Reference

    reference = Reference.load(paths) if paths else Reference.bundled()
    entries = [r for one in reference.lists for r in one.records if isinstance(r, Entity)]
    settings = without_environment()
    began = time.process_time()
    today = sides.today_of_files(paths or [Path("bundled")])
    then = sides.proposed(settings, today, proposed(list(reference.lists)))
    heading("hindsight")
    print(
        f"{len(entries):,} entries; both sides stand in {time.process_time() - began:.1f} s of CPU, {megabytes():.0f} MB"
    )
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        for event in Traffic([one.primary_name for one in entries[:500]]).events(count):
            file.write(msgspec.json.encode(event) + b"\n")
        file.flush()
        tally = Tally()
        judges = (Judge(settings, today.tables), Judge(settings, then.tables))
        began = time.process_time()
        for number, pair in enumerate(screened(events_of_file(file.name), *judges, Drift(), known_at=NOW, now=NOW), 1):
            tally.add(pair)
            if number in (count // 10, count):
                spent = time.process_time() - began
                print(f"{number:9,} events: {spent / number * 1000:6.2f} ms of CPU an event, {megabytes():.0f} MB")
    alerts = tally.report().alerts
    print(f"{alerts.new:,} alerts new, {alerts.lost:,} lost, {alerts.changed:,} changed, of {alerts.after:,}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000, [Path(path) for path in sys.argv[2:]])
