"""What went in and what came out of a fault, counted; and the one rule: nothing is lost, nothing is unknown."""

from __future__ import annotations

import itertools
import os
import re
import time
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from tests.support import scene
from tests.support.stage import Stage, WorkerProcess, until

#: `make faults` says how long all brokers are gone (seconds), and thereby asks for the long forms.
LONG = "SEKISHO_TEST_OUTAGE_S" in os.environ

#: The end of a test that hangs (seconds).
TIMEOUT_S = 1800 if LONG else 240

#: Rows of this session, printed in its last lines by the folder's conftest.
ROWS: list[Row] = []


class Row(msgspec.Struct):
    """One fault. ``pause_s`` is the longest time in which no verdict was written, by the broker's records."""

    fault: str
    events_in: int
    verdicts_out: int
    answered_again: int
    alert_ids: int
    dead_letters: int
    pause_s: float


def references(count: int, prefix: str = "SHP") -> list[str]:
    return [f"{prefix}-{number}" for number in range(count)]


def hits(count: int, prefix: str = "SHP") -> list[str]:
    """Of ``scene.shipments``: each tenth names the listed organisation."""
    return [f"{prefix}-{number}" for number in range(0, count, 10)]


def in_the_middle(worker: WorkerProcess, least: int = 300) -> None:
    """Wait until the worker, just started, has screened some events."""
    until(lambda: worker.metric("sekisho_events_total", outcome="screened") >= least, "some events", pause_s=0.005)


def all_committed(stage: Stage, worker: WorkerProcess, count: int, *, patience_s: float = 120) -> None:
    """Wait until every shipment is committed; a worker that ended itself is started again, as a supervisor would."""

    def done() -> bool:
        if not worker.alive():
            worker.start()
        return stage.committed(stage.topics.shipment) >= count

    until(done, "all committed", patience_s=patience_s)


def settle(
    stage: Stage,
    events: Iterable[str],
    alerted: Iterable[str],
    *,
    dead_letters: int = 0,
    letters: Sequence[dict[str, bytes]] | None = None,
    timed: bool = True,
) -> Row:
    """Hold what came out against what went in; raises AssertionError where an event is lost or an id unknown.

    ``events`` and ``alerted`` are business references, ``dead_letters`` how many records stand for events that nobody
    can screen (their headers are ``letters`` where they were read already). ``timed=False`` where record times say nothing (a clock that jumps).
    """
    wanted, hit = list(events), set(alerted)
    answered = scene.check_whole(stage, wanted, hit)
    ids = {scene.decode(record)["alert_id"] for record in stage.read(stage.topics.alert)}
    assert len(ids) == len(hit), "each hit has one alert id, however often it came"
    if letters is None:
        letters = [dict(record.headers) for record in stage.read(stage.topics.dead_letter)]
    assert len({_origin(headers) for headers in letters}) == dead_letters, "dead letters of other events than expected"
    row = Row(
        fault=re.split("[ @]", os.environ.get("PYTEST_CURRENT_TEST", "").rpartition("::")[2])[0].removeprefix("test_"),
        events_in=len(wanted) + dead_letters,
        verdicts_out=answered.total(),
        answered_again=answered.total() - len(wanted),
        alert_ids=len(ids),
        dead_letters=len(letters),
        pause_s=_longest_pause(stage) if timed else 0.0,
    )
    ROWS.append(row)
    return row


def _origin(headers: Mapping[str, bytes]) -> tuple[bytes, ...]:
    return tuple(headers[f"sekisho_error_{name}"] for name in ("topic", "partition", "offset"))


def _longest_pause(stage: Stage) -> float:
    times = sorted(record.timestamp for record in stage.read(stage.topics.verdict))
    return max((after - before for before, after in itertools.pairwise(times)), default=0) / 1000


def publish_slowly(stage: Stage, count: int, *, per_second: float = 100) -> None:
    """As platforms do: each event is written until it is acknowledged, so it may be there twice."""
    for key, value in scene.shipments(count):
        while True:
            try:
                stage.producer.send(stage.topics.shipment, key=key.encode(), value=value)
                break
            except Exception:
                time.sleep(0.2)
        time.sleep(1 / per_second)
    stage.producer.flush(timeout=100)
