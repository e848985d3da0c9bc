"""Fixture policy: facts that a first run needs are in the package; the real public files are read where they lie.

``shared_data`` is the folder of official lists, laws and test data beside the repository (or ``SEKISHO_SHARED_DATA``).
Tests that need it are skipped with a line that says so where it is absent; in CI its absence is a failure.
So it is with Apache Kafka and the schema registry, which need Java. What was not run is said in the last lines.

`make test` runs three processes, file by file (pytest-xdist): those with brokers mostly wait. Each process has its own.
"""

from __future__ import annotations

import gc
import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.absent import absent

# Machines that run tests are busy: how long one example took says nothing.
settings.register_profile("plain", deadline=None)
settings.load_profile("plain")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    folder = Path(os.environ.get("SEKISHO_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if folder.is_dir():
        return folder
    message = f"the official lists are not at {folder}; set SEKISHO_SHARED_DATA to run this test"
    absent(message)


def pytest_configure(config: pytest.Config) -> None:
    """kafka-python leaves the sockets of clients that never connected, or lost their broker, to the collector."""
    config.addinivalue_line("filterwarnings", "ignore:unclosed <socket.socket:ResourceWarning")


def pytest_sessionfinish() -> None:
    """The last of these sockets go while they are still ignored: pytest itself looks for them after that, and fails."""
    for _ in range(3):
        gc.collect()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with brokers first: they take longest, and what only computes fills the time beside the last of them."""
    items.sort(key=lambda item: "kafka" not in item.path.parts)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The last lines say what was not run, and why."""
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        if isinstance(report.longrepr, tuple):
            reasons[str(report.longrepr[2]).removeprefix("Skipped: ")] += 1
    if not reasons:
        return
    terminalreporter.section("not run", yellow=True)
    for reason, count in sorted(reasons.items()):
        terminalreporter.line(f"{count} test{'s' if count > 1 else ''}: {reason}")
