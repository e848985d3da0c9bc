"""A broker in memory: the reference topics as lists, with a hand that can kill a publisher or act between its steps."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from kafka.errors import KafkaTimeoutError

from sekisho.reference.chain import Chain
from sekisho.reference.log_reader import kinds
from sekisho.reference.publish import Session
from sekisho.settings import Topics
from sekisho.wire import codec

TOPICS = Topics()


class Killed(Exception):
    """The publisher's process is gone."""


class Broker:
    def __init__(self) -> None:
        self.logs: dict[str, list[tuple[bytes, bytes | None]]] = {topic: [] for topic in kinds(TOPICS)}
        self.sent = 0

    def session(self, **options: Any) -> Session:
        return Session(Log(self), Producer(self, **options), TOPICS)  # type: ignore[arg-type]

    def chain(self) -> Chain:
        """As a reader that starts now sees it."""
        return Log(self).refresh()

    def compact(self) -> None:
        """As Kafka does: of each key only the last record stays; tombstones go."""
        for topic, log in self.logs.items():
            last = {key: at for at, (key, _) in enumerate(log)}
            self.logs[topic] = [pair for at, pair in enumerate(log) if last[pair[0]] == at and pair[1] is not None]


class Log:
    def __init__(self, broker: Broker) -> None:
        self.chain = Chain()
        self._broker = broker
        self._read = dict.fromkeys(broker.logs, 0)

    def refresh(self) -> Chain:
        for topic, kind in kinds(TOPICS).items():
            log = self._broker.logs[topic]
            for key, value in log[self._read[topic] :]:
                self.chain.feed_bytes(kind, key, value, codec.decode)
            self._read[topic] = len(log)
        return self.chain

    def read_past(self, topic: str, offset: int) -> Chain:
        return self.refresh()


class Producer:
    """``die_at``: killed instead of sending for the n-th time. ``before_set``: called once, before a set is written.

    ``lose_ack``: the first set is written, but its acknowledgement does not come back.
    """

    def __init__(
        self,
        broker: Broker,
        *,
        die_at: int | None = None,
        before_set: Callable[[], object] | None = None,
        lose_ack: bool = False,
    ) -> None:
        self._broker = broker
        self._die_at = die_at
        self._before_set = before_set
        self._lose_ack = lose_ack
        self._count = 0

    def send(self, topic: str, *, key: bytes, value: bytes | None) -> Any:
        self._count += 1
        if self._count == self._die_at:
            raise Killed
        if topic == TOPICS.reference and self._before_set:
            act, self._before_set = self._before_set, None
            act()
        self._broker.logs[topic].append((key, value))
        self._broker.sent += 1
        offset = len(self._broker.logs[topic]) - 1
        lost, self._lose_ack = (
            self._lose_ack and topic == TOPICS.reference,
            self._lose_ack and topic != TOPICS.reference,
        )

        def get(timeout: float) -> Any:
            if lost:
                raise KafkaTimeoutError
            return SimpleNamespace(offset=offset)

        return SimpleNamespace(get=get)
