"""CPU time of the gazetteer: ``python -m tests.benchmarks.places``.

Every text is new to the cache (a house number is varied); ``again`` is the same texts once more. Times are means of
process CPU time in microseconds. ``casefold and split`` is what reading the words alone costs in plain Python on the
same texts: the baseline that a ratio is given to.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from sekisho.model import Location
from sekisho.places import Gazetteer
from tests.accuracy.places import read_set
from tests.benchmarks.heading import heading

NAMES = (
    ("JP", "JPTYO", "Tokyo"), ("DE", "DEHAM", "Hamburg"), ("NL", "NLRTM", "Rotterdam"), ("CN", "CNSHA", "Shanghai"), ("US", None, "Houston"),
    (None, None, "Porterville"), ("UA", "UAODS", "Odesa"), ("RU", "RULED", "Saint Petersburg"), ("RU", None, "Sevastopol"), ("UA", "UADOK", None),
    ("KR", "KRPUS", "Busan"), ("SG", "SGSIN", "Singapore"), (None, "TRIST", "Istanbul"), ("UA", None, "Стрілкове"), ("JP", None, "横浜港"),
)  # fmt: skip


def mean_us(call: Callable[[Any], object], items: Sequence[Any]) -> float:
    """Mean process CPU time of one call, in microseconds: the lowest of three thirds of ``items``, since neighbours disturb."""
    size = len(items) // 3
    means = []
    for third in range(3):
        start = time.process_time()
        for item in items[third * size : (third + 1) * size]:
            call(item)
        means.append((time.process_time() - start) / size * 1e6)
    return min(means)


def main() -> None:
    """Print the table."""
    start = time.process_time()
    gazetteer = Gazetteer.load()
    load = (time.process_time() - start) * 1e3
    rows = [(row[-2], row[-1]) for name in ("sound_alikes.tsv", "in_regions.tsv") for row in read_set(name)]
    addresses = [(f"{text}, {number}", country or None) for number in range(20) for country, text in rows]
    locations = [
        Location("destination", c, code, f"{name} {n}" if name else None) for n in range(400) for c, code, name in NAMES
    ]
    base = mean_us(lambda one: one[0].casefold().split(), addresses)
    read = mean_us(lambda one: gazetteer.read_address(*one), addresses)
    for one in addresses[:1000]:
        gazetteer.read_address(*one)
    again = mean_us(lambda one: gazetteer.read_address(*one), addresses[:1000])
    found = mean_us(gazetteer.locate, locations)
    found_again = mean_us(gazetteer.locate, locations[-2000:])
    heading("places")
    print(f"load {load:.0f} ms CPU; {len(addresses)} addresses, {len(locations)} locations")
    print(f"{'what':42} {'us':>8} {'budget':>8} {'x casefold and split':>22}")
    for what, value, budget in (
        ("read_address, never seen", read, "60"),
        ("read_address, again", again, ""),
        ("locate, name never seen", found, "30"),
        ("locate, again", found_again, ""),
    ):
        print(f"{what:42} {value:8.1f} {budget:>8} {value / base:22.1f}")
    for what, text in (
        ("1 MB of one letter", "a" * 1_000_000),
        ("1 MB of Donetsk", "Donetsk " * 125_000),
        ("100,000 commas", "," * 100_000),
        ("zero-width characters", "D\u200bo\u200bn" * 50_000),
        ("street words and case forms", "ул. Героев Донецка " * 10_000),
    ):
        start = time.process_time()
        gazetteer.read_address(text, "UA")
        print(f"hostile: {what:33} {(time.process_time() - start) * 1e3:8.1f} ms")


if __name__ == "__main__":
    main()
