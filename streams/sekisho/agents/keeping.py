"""Sending what is kept of an event that has been answered: its fingerprint where it is stopped, its record while it is open.

The answer is out, so a record that its topic refuses as too large is told and passed over: a dead letter would take back
what has been said. Any other refusal ends the process.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import NoReturn

from prometheus_client import Counter

from sekisho.agents.delivery import Outgoing, Producer, is_too_large, outcomes

logger = logging.getLogger(__name__)

#: What follows where a record is not kept.
NOT_KNOWN_AGAIN = "sent again with something altered, only this worker knows it again"
NOT_FOUND_AGAIN = "after a restart no change of a list will find it"


async def keep(
    producer: Producer,
    records: Sequence[tuple[Outgoing, str]],
    *,
    refused: Counter,
    loss: str,
    die: Callable[[str], NoReturn],
) -> list[int | None]:
    """Send ``records``, each with the place of its event, and wait for all of them; their offsets.

    ``refused`` counts those that were too large, by topic; ``loss`` says in the log what follows for their events.
    """
    if not records:
        return []
    offsets: list[int | None] = []
    results = await outcomes(producer, [out for out, _ in records])
    for (out, place), outcome in zip(records, results, strict=True):
        if not isinstance(outcome, BaseException):
            offsets.append(outcome.offset if outcome is not None else None)
            continue
        if not is_too_large(outcome):
            die(f"{out.topic} refused a record with {type(outcome.__cause__ or outcome).__name__}")
        refused.labels(out.topic).inc()
        logger.error(
            "%s refused what is kept of %s as too large: its event is answered, but %s; raise max.message.bytes of that "
            "topic",
            out.topic, place, loss,
        )  # fmt: skip
        offsets.append(None)
    return offsets
