"""A clock that a test turns: workers read it from a file, and it goes on by itself between two turns."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path


class TurnedClock:
    """The moment that was last set, and what has passed since.

    >>> clock = TurnedClock(Path("/tmp/clock"))  # doctest: +SKIP
    >>> clock.turn_to(datetime(2023, 1, 27, tzinfo=UTC))  # doctest: +SKIP
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def turn_to(self, moment: datetime) -> None:
        """From now on it is ``moment``."""
        beside = self._path.with_suffix(".new")
        beside.write_text(f"{moment.timestamp()} {time.time()}")
        os.replace(beside, self._path)

    def __call__(self) -> datetime:
        moment, turned = map(float, self._path.read_text().split())
        return datetime.fromtimestamp(moment, UTC) + timedelta(seconds=time.time() - turned)


#: Runs a worker by the clock whose file ``STORY_CLOCK`` names.
WORKER_BY_CLOCK = """
import logging, os, pathlib, sys
logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
from sekisho.agents import run_worker
from sekisho.settings import load
from tests.support.turned_clock import TurnedClock
sys.exit(run_worker(load(), clock=TurnedClock(pathlib.Path(os.environ["STORY_CLOCK"]))))
"""
