"""Waiting for verdicts: how a platform asks and gets its answer."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from sekisho.cli.follow import POLL_MS, assign
from sekisho.cli.records import Reader
from sekisho.model import Verdict
from sekisho.settings import Settings

#: topic, partition, offset of the event that the verdict answers
Place = tuple[str, int, int]


class Waiting:
    """Made before the events are sent, so that no answer can be too quick. ``missing`` holds who has none yet."""

    def __init__(self, settings: Settings, consumer: Any) -> None:
        self._consumer = consumer
        self._reader = Reader(settings)
        assign(consumer, settings.topics.verdict, from_beginning=False)
        self.missing: set[Place] = set()

    def take(self, places: Mapping[Place, int], seconds: float) -> Iterator[tuple[Place, Verdict]]:
        """Verdicts as they come, until each place has those of all its events (a pacs.008 message has several; the
        number is in ``places``) or ``seconds`` are over. One that was delivered twice is given once."""
        self.missing = set(places)
        answered: dict[Place, set[int]] = {place: set() for place in places}
        deadline = time.monotonic() + seconds
        while self.missing and time.monotonic() < deadline:
            for batch in self._consumer.poll(timeout_ms=POLL_MS).values():
                for record in batch:
                    verdict = self._reader.verdict(record)
                    if verdict is None:
                        continue
                    place = (verdict.event.topic, verdict.event.partition, verdict.event.offset)
                    if place not in places or verdict.event.index in answered[place]:
                        continue
                    answered[place].add(verdict.event.index)
                    if len(answered[place]) >= places[place]:
                        self.missing.discard(place)
                    yield place, verdict
