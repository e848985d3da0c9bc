"""`deploy/scaling.md` says what the simulation computes, and the simulation agrees with what queues are known to do."""

from __future__ import annotations

import json
import math
import random

import pytest

from deploy.scaling.page import FIGURES, PAGE, RATES, Scale, page
from deploy.scaling.simulate import BATCH, Group, Service, plan, steady, worker_dies

#: Each event takes a millisecond and is there when it is done: the M/D/1 queue.
PLAIN = Service((0.001, 0.001), 0.0, 0.0, slice_s=0.0)


def figures() -> dict[str, object]:
    found: dict[str, object] = json.loads(FIGURES.read_text())
    return found


def test_the_page_is_made_from_the_figures() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(figures()), "run: python -m deploy.scaling.page"


def test_the_plan_is_what_the_simulation_can_carry() -> None:
    for traffic in ("zipf", "new"):
        scale = Scale(figures(), traffic)
        for rate in RATES[:2]:
            outcome = steady(rate, scale.group(rate), scale.service, seconds=5)
            assert outcome.busy < 0.75
            assert outcome.most_waiting < BATCH * 4


@pytest.mark.parametrize("load", [0.3, 0.6, 0.8])
def test_waiting_is_that_of_the_known_queue(load: float) -> None:
    """Pollaczek and Khinchine: the mean wait of M/D/1 is load x service / 2(1 - load)."""
    took = _mean_time(PLAIN, load / 0.001, 400)
    assert took == pytest.approx(0.001 + load * 0.001 / (2 * (1 - load)), rel=0.05)


def test_times_that_vary_wait_longer_as_known() -> None:
    """M/G/1 with uniform times between 0 and 2 ms: the second moment is 4/3 of that of M/D/1."""
    spread = Service((0.0, 0.002), 0.0, 0.0, slice_s=0.0)
    assert spread.mean_s == pytest.approx(0.001)
    took = _mean_time(spread, 700, 400)
    assert took == pytest.approx(0.001 + 700 * (4 / 3 * 1e-6) / (2 * 0.3), rel=0.07)


def _mean_time(service: Service, rate: float, seconds: float) -> float:
    from deploy.scaling.simulate import _arrivals, _worker

    done = _worker(_arrivals(rate, seconds, random.Random(3)), service, random.Random(4))
    return sum(at - came for came, at, _ in done) / len(done)


def test_a_group_too_small_falls_behind_by_what_it_cannot_do() -> None:
    outcome = steady(1500, Group(1, 1), PLAIN, seconds=20)
    assert outcome.busy == pytest.approx(1.5, rel=0.05), "of 1.5 s of work in each second"
    assert outcome.most_waiting == pytest.approx(500 * 24, rel=0.1)


def test_the_busiest_worker_counts() -> None:
    assert Group(4, 12).busiest_share == 1 / 4
    assert Group(5, 12).busiest_share == 3 / 12
    group = plan(10_000, PLAIN, busy=0.6)
    assert 10_000 * group.busiest_share * 0.001 <= 0.6
    assert group.workers == math.ceil(10_000 * 0.001 / 0.6)


def test_the_workers_that_are_left_catch_up() -> None:
    rate = 1100  # two workers would be busy for 0.55 of the time, and one of them for more than all of it
    group = plan(rate, PLAIN, busy=0.6)
    assert group.workers == 3
    found = worker_dies(rate, group, PLAIN, session_s=10, rebalance_s=3, usual_s=0.5)
    assert found.caught_up_s < 60


def test_a_dead_worker_costs_its_session_and_its_backlog() -> None:
    found = worker_dies(1000, Group(4, 12), PLAIN, session_s=10, rebalance_s=3, usual_s=0.5)
    assert 12.9 < found.longest_wait_s < 16
    assert 13 < found.caught_up_s < 60
    hopeless = worker_dies(1900, Group(2, 6), PLAIN, session_s=10, rebalance_s=3, usual_s=0.5)
    assert math.isinf(hopeless.caught_up_s)


def test_a_slice_is_there_when_it_is_acknowledged() -> None:
    late = Service((0.001, 0.001), 0.0, 0.007, slice_s=0.0)
    assert steady(1, Group(1, 1), late, seconds=200).p50_s == pytest.approx(0.008)
