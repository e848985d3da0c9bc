"""The fault suite: each test breaks one thing on a real Apache Kafka and counts (``ledger.settle``).

`make test` runs the short forms, `make faults` the long ones (``LONG``). The last lines are the ledger.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from tests.kafka.faults.ledger import LONG, ROWS, Row

#: Three brokers take 700 MB and two minutes: `make faults` runs them.
collect_ignore = [] if LONG else ["test_cluster.py"]


@pytest.fixture(autouse=True)
def _rows(request: pytest.FixtureRequest) -> Iterator[None]:
    """The test's rows go with its report: it may run in another process than the one that prints them."""
    known = len(ROWS)
    yield
    request.node.user_properties.extend((_ROW, msgspec.to_builtins(row)) for row in ROWS[known:])


_ROW = "fault"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    rows = [
        msgspec.convert(value, Row)
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "teardown"
        for name, value in report.user_properties
        if name == _ROW
    ]
    if not rows:
        return
    terminalreporter.section("faults: lost 0, unknown ids 0")
    head = ("events in", "verdicts", "again", "alert ids", "dead letters", "pause s")
    terminalreporter.line(f"{'fault':74}" + "".join(f"{word:>13}" for word in head))
    for row in rows:
        numbers = (row.events_in, row.verdicts_out, row.answered_again, row.alert_ids, row.dead_letters)
        terminalreporter.line(f"{row.fault[:73]:74}" + "".join(f"{n:13,}" for n in numbers) + f"{row.pause_s:13.1f}")
