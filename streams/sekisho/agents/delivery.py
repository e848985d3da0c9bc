"""Sending: every record is acknowledged by the broker, or we know why not.

Faust commits after a flush, and a flush does not say that a delivery failed: an un-awaited refusal would lose its
whole batch in silence. So each delivery is awaited, and a refusal is either the record's own fault (too large), which
the agent answers with a dead letter, or it stops the process.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Sequence
from typing import Any, NoReturn, Protocol

import msgspec
from aiokafka.errors import MessageSizeTooLargeError, RecordListTooLargeError

logger = logging.getLogger(__name__)

#: The process ended itself so that nothing past a refused delivery is committed; a supervisor starts it again.
EXIT_REFUSED = 70

Headers = list[tuple[str, bytes]]


class Outgoing(msgspec.Struct, frozen=True):
    """A record on its way out."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers
    #: None: the partitioner's choice
    partition: int | None = None


class Producer(Protocol):
    """The part of Faust's producer that we use (``app.producer``)."""

    async def send(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        partition: int | None,
        timestamp: float | None,
        headers: Any,
    ) -> Awaitable[Any]: ...


async def deliver(producer: Producer, records: Sequence[Outgoing]) -> list[BaseException | None]:
    """Send all and wait for all acknowledgements; for each record nothing, or why it was refused."""
    return [one if isinstance(one, BaseException) else None for one in await outcomes(producer, records)]


async def outcomes(producer: Producer, records: Sequence[Outgoing]) -> list[Any]:
    """The same; for a record that is acknowledged the broker's metadata (its ``offset``)."""
    results: list[Any] = [None] * len(records)
    pending: list[Awaitable[Any]] = []
    places: list[int] = []
    for place, record in enumerate(records):
        try:
            pending.append(
                await producer.send(record.topic, record.key, record.value, record.partition, None, record.headers)
            )
        except Exception as error:  # whatever it is, this record is not delivered
            results[place] = error
        else:
            places.append(place)
    for place, outcome in zip(places, await asyncio.gather(*pending, return_exceptions=True), strict=True):
        results[place] = outcome
    return results


def is_too_large(error: BaseException) -> bool:
    """Whether the record itself is the fault; Faust wraps what the client refuses before it sends."""
    return isinstance(error, _TOO_LARGE) or isinstance(error.__cause__, _TOO_LARGE)


_TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError)


def stop_hard(reason: str, *, code: int = EXIT_REFUSED) -> NoReturn:
    """End the process now, without the orderly stop that would commit what was acknowledged meanwhile.

    What is not committed comes again to the next worker; deterministic ids make the repetition harmless.
    """
    logger.critical("stopping hard: %s", reason)
    for handler in logging.getLogger().handlers:
        handler.flush()
    os._exit(code)
