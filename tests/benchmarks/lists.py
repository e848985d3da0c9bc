"""The lists: how long they take to parse, to publish, and to be ready in a fresh worker; and what a swap costs.

    python -m tests.benchmarks.lists [SHARED_DATA] [--bootstrap-servers HOST:PORT]

Without a broker it starts Apache Kafka where Java is, and else says that publishing was not measured. The baseline of the
parse is the time to read the same bytes and decode them as text. The worker is a process of its own.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from sekisho.model import Entity
from sekisho.reference.guards import Limits
from sekisho.reference.load import load_paths
from sekisho.reference.loaded import LoadedList
from sekisho.reference.publish import Publisher
from tests.benchmarks.heading import heading
from tests.support.stage import Stage, until

#: One source a list: what a user who takes everything would load.
FILES = (
    "us/ofac_sdn_2021-07_sdn.csv",
    "us/ofac_consolidated_nonsdn_asof_2023-02-03.xml",
    "us/screening-list.json",
    "us/bis_dpl_2022.txt",
    "un/UN_consolidated_2026-02.xml",
    "japan/mof_asset_freeze_2026-03-05.xlsx",
    "japan/meti_end_user_list_2025-09-29.xlsx",
    "japan/meti_russia_export_ban_2025-09-12.pdf.txt",
    "japan/meti_belarus_export_ban.pdf.txt",
    "japan/meti_third_country_export_ban_2025-09-12.pdf.txt",
    "uk/uk_sanctions_list_2026-08-22.jsonl",
)


def timed(act: Callable[[], Any]) -> tuple[Any, float, float]:
    """``(result, wall seconds, CPU seconds)``."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = act()
    return result, time.perf_counter() - wall, time.process_time() - cpu


def parse(shared: Path) -> list[LoadedList]:
    lists: list[LoadedList] = []
    total = 0.0
    heading("lists")
    print("| file | entries | names | not read | CPU s |\n|---|---|---|---|---|")
    for file in FILES:
        loaded, _, cpu = timed(lambda file=file: load_paths([shared / file]))
        total += cpu
        lists += loaded
        entries = sum(len(one.records) for one in loaded)
        names = sum(len(r.names) for one in loaded for r in one.records if isinstance(r, Entity))
        print(f"| {file} | {entries} | {names} | {sum(len(one.rejected) for one in loaded)} | {cpu:.1f} |")
    _, _, base = timed(lambda: [(shared / file).read_bytes().decode("utf-8", "replace") for file in FILES])
    entries = sum(len(one.records) for one in lists)
    names = sum(len(r.names) for one in lists for r in one.records if isinstance(r, Entity))
    print(
        f"\nparse: {entries} entries, {names} names in {total:.1f} s CPU (goal 60); reading the bytes alone {base:.2f} s"
    )
    return lists


@contextmanager
def broker(address: str | None) -> Iterator[str | None]:
    if address:
        yield address
        return
    from deploy.kafka.broker import ApacheKafka, missing

    if reason := missing():
        print(f"publishing was not measured: {reason}")
        yield None
        return
    with tempfile.TemporaryDirectory() as folder, ApacheKafka(Path(folder)) as kafka:
        yield kafka.bootstrap_servers


def publish(lists: list[LoadedList], address: str, folder: Path) -> None:
    stage = Stage(address, folder)
    stage.create_topics()
    publisher = Publisher(stage.topics, {"bootstrap_servers": address}, limits=Limits(max_shrink=1, max_rejected=1))
    done, wall, cpu = timed(lambda: publisher.publish(lists, who="benchmark", why="all lists"))
    print(f"publish to an empty Kafka: {done.written} records in {wall:.1f} s, {cpu:.1f} CPU (goal 30)")
    done, wall, _ = timed(lambda: publisher.publish(lists, who="benchmark", why="again"))
    print(f"publish again, nothing new: {done.written} records in {wall:.1f} s")
    try:
        fresh_worker(stage, publisher, lists)
    finally:
        stage.close()


def fresh_worker(stage: Stage, publisher: Publisher, lists: list[LoadedList]) -> None:
    """A worker as users start it: from the process's start until it screens, then one list loses five entries and gains five."""
    required = json.dumps(sorted(one.list_id for one in lists))
    began = time.perf_counter()
    worker = stage.worker(SEKISHO_REFERENCE__REQUIRED_LISTS=required)
    until(lambda: worker.get("/ready")[0] == 200, "the worker is ready", patience_s=300, pause_s=0.05)
    print(
        f"a fresh worker is ready after {time.perf_counter() - began:.1f} s (goal 15), resident "
        f"{worker.resident_bytes() / 1e6:.0f} MB (goal 600), {worker.most_resident_bytes() / 1e6:.0f} MB at most"
    )
    sequence = worker.metric("sekisho_reference_sequence")
    largest = max(lists, key=lambda one: len(one.records))
    edited = msgspec.structs.replace(
        largest,
        version="edited",
        records=(
            *largest.records[5:],
            *(msgspec.structs.replace(r, entry_id=f"new-{r.entry_id}") for r in largest.records[:5]),
        ),
    )
    done, wall, _ = timed(lambda: publisher.publish([edited], who="benchmark", why="an edit"))
    print(f"publish an edit of ten entries: {done.written} records in {wall:.1f} s")
    _, wall, _ = timed(
        lambda: until(lambda: worker.metric("sekisho_reference_sequence") > sequence, "active", pause_s=0.02)
    )
    print(
        f"the edited set is active in the worker {wall:.1f} s later (goal 3), "
        f"{worker.most_resident_bytes() / 1e6:.0f} MB at most (goal 900)"
    )


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument(
        "shared", type=Path, nargs="?", default=Path(__file__).resolve().parents[3] / "shared" / "data"
    )
    arguments.add_argument("--bootstrap-servers")
    options = arguments.parse_args()
    lists = parse(options.shared)
    with broker(options.bootstrap_servers) as address, tempfile.TemporaryDirectory() as folder:
        if address:
            publish(lists, address, Path(folder))


if __name__ == "__main__":
    main()
