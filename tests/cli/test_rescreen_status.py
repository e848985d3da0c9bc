"""What ``rescreen status`` says while what has passed is being held against a new set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from sekisho.cli import rescreen
from sekisho.cli.rescreen import Row, Status
from tests.cli.conftest import Run

NOW = datetime.now(UTC)


def status(late: int, made: timedelta = timedelta(seconds=30)) -> Status:
    rows = tuple(Row("shipment", number, 7 - (number < late), int(number < late), NOW, NOW) for number in range(4))
    return Status(7, NOW - made, rows)


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[Status]:
    """What one look after the other finds; the last stays."""
    found: list[Status] = []
    monkeypatch.setattr(rescreen, "LOOK_S", 0.0)
    monkeypatch.setattr(rescreen, "look", lambda _: found.pop(0) if len(found) > 1 else found[0])
    return found


def test_waiting_tells_each_step_once(run: Run, looks: list[Status]) -> None:
    looks += [status(4), status(4), status(3), status(3), status(1), status(0)]
    ran = run("rescreen", "status", "--wait", "60")
    assert ran.code == 0
    steps = [line.split(" partitions")[0] for line in ran.err.splitlines() if " of 4 partitions" in line]
    assert steps == ["4 of 4", "3 of 4", "1 of 4"]
    assert "everything that is open has been held against reference set 7" in ran.err


def test_it_says_that_a_set_waits(run: Run, looks: list[Status]) -> None:
    looks.append(status(2, timedelta(days=3)))
    ran = run("rescreen", "status")
    assert ran.code == 0
    assert "2 of 4 partitions" in ran.err
    assert "made 72 h ago" in ran.err
    assert "open events" not in ran.out, "a column of dashes says nothing"


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(seconds=30), "30 s"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=30), "30 h"),
        (timedelta(seconds=-5), "0 s"),
    ],
)
def test_ages_are_told_in_one_unit(age: timedelta, said: str) -> None:
    assert rescreen._ago(NOW - age, NOW) == said


def test_what_is_not_done_in_time_is_a_failure(run: Run, looks: list[Status]) -> None:
    looks.append(status(1))
    assert run("rescreen", "status", "--wait", "0").code == 1


def test_counted_events_have_their_column(run: Run, looks: list[Status], monkeypatch: pytest.MonkeyPatch) -> None:
    looks.append(status(0))
    monkeypatch.setattr(rescreen, "counted", lambda _: {("shipment", 2): 31})
    ran = run("rescreen", "status", "--count")
    assert "open events" in ran.out
    assert [line.split()[-1] for line in ran.out.splitlines() if "shipment/" in line] == ["0", "0", "31", "0"]
