"""A discrete simulation of a worker group, with service times that were measured.

What is in it: events arrive at random moments (Poisson) on partitions that workers share as Kafka's assignor shares them
(some have one more). A worker has one core. It takes what waits, up to a batch, screens it in slices of 40 ms, and sends a
slice while it screens the next; a verdict is there when its slice is acknowledged. A worker that dies takes its share with
it until its session ends; then the group stands still while it is rebalanced, and the others have the share too.

What is not: the network between hosts, brokers at their limit, keys that are busier than others. Workers do not touch one
another but through the partitions they share, so one worker, the one with the most partitions, stands for all.
"""

from __future__ import annotations

import bisect
import math
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

#: As in the worker (`sekisho.agents.screening`, `sekisho.settings`): events a batch, seconds of screening a slice.
BATCH, SLICE_S = 500, 0.04


@dataclass(frozen=True)
class Service:
    """What one event costs a worker: ``quantiles`` of screening in seconds (evenly spaced), and the loop around it."""

    quantiles: tuple[float, ...]
    loop_s: float
    acknowledged_s: float
    slice_s: float = SLICE_S

    @property
    def mean_s(self) -> float:
        steps = len(self.quantiles) - 1
        inner = sum(self.quantiles[1:-1]) + (self.quantiles[0] + self.quantiles[-1]) / 2
        return inner / steps + self.loop_s

    def draw(self, chance: random.Random) -> float:
        """One event's time, between two quantiles as on a line."""
        place = chance.random() * (len(self.quantiles) - 1)
        low = int(place)
        return self.loop_s + self.quantiles[low] + (place - low) * (self.quantiles[low + 1] - self.quantiles[low])


@dataclass(frozen=True)
class Group:
    """So many workers on so many partitions."""

    workers: int
    partitions: int

    @property
    def busiest_share(self) -> float:
        """Of all events, those that the worker with the most partitions gets."""
        return math.ceil(self.partitions / self.workers) / self.partitions


def plan(rate: float, service: Service, *, busy: float, bereaved: float = 0.9) -> Group:
    """The smallest group whose workers, also the one with the most partitions, are busy for at most ``busy`` of the time, and for
    at most ``bereaved`` of it when one of them has died: the rest have to catch up.

    Partitions are three times the workers, so that one worker more or less moves a third of a share and not a whole.
    """
    workers = max(2, math.ceil(rate * service.mean_s / busy))
    while True:
        group, left = Group(workers, workers * 3), Group(workers - 1, workers * 3)
        work = rate * service.mean_s
        if work * group.busiest_share <= busy and work * left.busiest_share <= bereaved:
            return group
        workers += 1


@dataclass(frozen=True)
class Outcome:
    """Of the busiest worker: the share of time it was busy, and publish to verdict in seconds."""

    busy: float
    p50_s: float
    p99_s: float
    most_waiting: int


def steady(rate: float, group: Group, service: Service, *, seconds: float, seed: int = 1) -> Outcome:
    """``seconds`` of ``rate`` events a second over the whole group, after a start that is not counted."""
    warm_up = seconds / 5
    arrivals = _arrivals(rate * group.busiest_share, seconds + warm_up, _chance(seed))
    done = _worker(arrivals, service, _chance(seed + 1))
    counted = [(came, at) for came, at, _ in done if came >= warm_up]
    took = sorted(at - came for came, at in counted)
    spent = sum(cost for came, _, cost in done if came >= warm_up)
    return Outcome(spent / seconds, _quantile(took, 0.5), _quantile(took, 0.99), _most_waiting(counted))


@dataclass(frozen=True)
class Recovery:
    """After one worker died: the longest that an event waited, and when nothing waited longer than usual again (seconds)."""

    longest_wait_s: float
    caught_up_s: float


def worker_dies(
    rate: float,
    group: Group,
    service: Service,
    *,
    session_s: float,
    rebalance_s: float,
    usual_s: float,
    horizon_s: float = 600.0,
    seed: int = 1,
) -> Recovery:
    """Its share waits for the session and the rebalance, and all shares for the rebalance; then the others do it all.

    The dead worker's partitions are dealt to the others, one at a time; the one that gets the most stands for all.
    ``usual_s`` is the wait that counts as caught up.
    """
    left = group.workers - 1
    if left < 1:
        raise ValueError("a group of one has nobody to take over")
    share = math.ceil(group.partitions / left) / group.partitions
    if rate * share * service.mean_s >= 1:
        return Recovery(math.inf, math.inf)
    chance = _chance(seed)
    stopped = session_s + rebalance_s
    moved = (math.ceil(group.partitions / left) - group.partitions // group.workers) / group.partitions
    kept = share - moved
    # The dead worker's partitions wait from the start, the others' from the end of its session.
    orphans = _arrivals(rate * moved, horizon_s, chance)
    own = [session_s + at for at in _arrivals(rate * kept, horizon_s - session_s, chance)]
    done = _worker(sorted(orphans + own), service, chance, not_before=stopped)
    longest, caught_up = 0.0, stopped
    for came, at, _ in done:
        longest = max(longest, at - came)
        if at - came > usual_s:
            caught_up = max(caught_up, at)
    if caught_up > horizon_s:
        return Recovery(longest, math.inf)
    return Recovery(longest, caught_up)


def _chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a simulation keeps no secrets


def _arrivals(rate: float, seconds: float, chance: random.Random) -> list[float]:
    found, now = [], 0.0
    while rate > 0:
        now += chance.expovariate(rate)
        if now >= seconds:
            break
        found.append(now)
    return found


def _worker(
    arrivals: Sequence[float], service: Service, chance: random.Random, *, not_before: float = 0.0
) -> list[tuple[float, float, float]]:
    """Each event's arrival, the moment of its verdict, and what it cost."""
    done: list[tuple[float, float, float]] = []
    now, taken = not_before, 0
    acknowledged = 0.0  # a slice is sent when the one before it is acknowledged
    while taken < len(arrivals):
        now = max(now, arrivals[taken])
        until = min(bisect.bisect_right(arrivals, now, lo=taken), taken + BATCH)
        piece: list[tuple[float, float]] = []
        ends = now + service.slice_s
        for place in range(taken, until):
            came = arrivals[place]
            cost = service.draw(chance)
            now += cost
            piece.append((came, cost))
            if now >= ends:
                acknowledged = _send(piece, now, acknowledged, service, done)
                piece = []
                ends = now + service.slice_s
        if piece:
            acknowledged = _send(piece, now, acknowledged, service, done)
        now = max(now, acknowledged)  # the batch ends with its last acknowledgement
        taken = until
    return done


def _send(
    piece: list[tuple[float, float]],
    now: float,
    acknowledged: float,
    service: Service,
    done: list[tuple[float, float, float]],
) -> float:
    at = max(now, acknowledged) + service.acknowledged_s
    done.extend((came, at, cost) for came, cost in piece)
    return at


def _most_waiting(done: Sequence[tuple[float, float]]) -> int:
    most, leaving = 0, deque(sorted(at for _, at in done))
    for number, (came, _) in enumerate(sorted(done)):
        while leaving and leaving[0] <= came:
            leaving.popleft()
        most = max(most, number + 1 - (len(done) - len(leaving)))
    return most


def _quantile(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))] if values else 0.0
