"""What agents screen with at this moment, and whether they may: the one thing that reader, agents and health share."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sekisho.metrics import Metrics
from sekisho.screening import Screener, Tables

logger = logging.getLogger(__name__)

#: A hold is said again in the log after this many seconds.
REMIND_S = 30.0

#: How soon a holding agent sees that its partitions are being taken away (seconds).
LOOK_S = 0.1


class Gate:
    """Holds agents while any reason to hold stands. A reason has a bounded word and a sentence with the remedy."""

    def __init__(self, metrics: Metrics, *, jurisdictions: Sequence[str] = ()) -> None:
        """``jurisdictions`` are those that bind the firm; none given: all."""
        self._metrics = metrics
        self._jurisdictions = tuple(jurisdictions)
        self._open = asyncio.Event()
        self._reasons: dict[str, str] = {"reference": "reference data is being read"}
        self._assigned = False
        self._said: dict[str, float] = {}
        self.screener: Screener | None = None

    @property
    def tables(self) -> Tables | None:
        return self.screener.tables if self.screener is not None else None

    @property
    def reasons(self) -> Mapping[str, str]:
        """Why agents hold; empty: they screen."""
        return dict(self._reasons)

    @property
    def ready(self) -> bool:
        """Whether this worker does its share: it may screen, and it has joined its group."""
        return not self._reasons and self._assigned

    def activate(self, tables: Tables) -> None:
        """Screen the next event, and all after it, against ``tables``. One assignment: no event sees half of it."""
        screener = Screener(tables, jurisdictions=self._jurisdictions)
        self.screener = screener
        if screener.binding.without_measures:
            # A code mistyped would leave its law out and clear what it forbids.
            self.hold(
                "jurisdictions",
                f"no measure is active of {', '.join(screener.binding.without_measures)}, which policy.jurisdictions "
                "names; publish its measures, or correct the setting",
            )
        else:
            self.release("jurisdictions")

    def hold(self, word: str, sentence: str) -> None:
        """Hold for this reason until ``release``."""
        self._reasons[word] = sentence
        self._open.clear()
        self._show()
        now = time.monotonic()
        if now - self._said.get(word, -REMIND_S) >= REMIND_S:
            self._said[word] = now
            logger.warning("agents hold: %s", sentence)

    def release(self, word: str) -> None:
        """The reason is gone."""
        if self._reasons.pop(word, None) is None:
            return
        if self._said.pop(word, None) is not None:
            logger.info("no longer holding for %s", word)
        if not self._reasons:
            self._open.set()
        self._show()

    def assigned(self, assigned: bool) -> None:
        """Whether the group has given this worker its share (which may be none)."""
        self._assigned = assigned
        self._show()

    async def wait(self, suspended: Callable[[], bool]) -> bool:
        """Wait until agents may screen; False if the partitions were taken away meanwhile."""
        while not self._open.is_set():
            if suspended():
                return False
            try:
                await asyncio.wait_for(self._open.wait(), LOOK_S)
            except TimeoutError:
                for word, sentence in self._reasons.items():
                    self.hold(word, sentence)
        return True

    def _show(self) -> None:
        self._metrics.ready.set(1 if self.ready else 0)


def stale_lists(tables: Tables, now: datetime, max_age_hours: Mapping[str, int]) -> tuple[str, ...]:
    """The lists older than their own limit, sorted; ``max_age_hours`` of the settings goes before the publisher's.

    A list without a limit is history and never stale; one with a limit and no date is, since nobody can tell its age.
    """
    stale = []
    for list_id, stamp in tables.lists.items():
        hours = max_age_hours.get(list_id, stamp.max_age_hours)
        if hours is None:
            continue
        if stamp.published_at is None or now - stamp.published_at > timedelta(hours=hours):
            stale.append(list_id)
    return tuple(sorted(stale))
