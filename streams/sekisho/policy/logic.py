"""Three-valued logic (Kleene): what an event does not say is unknown, and unknown is never taken for no."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum


class Truth(IntEnum):
    """Ordered so that *and* is the minimum and *or* the maximum."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    @classmethod
    def of(cls, value: bool) -> Truth:
        return cls.TRUE if value else cls.FALSE


def all_of(truths: Iterable[Truth]) -> Truth:
    """True if there is nothing to ask."""
    return min(truths, default=Truth.TRUE)


def any_of(truths: Iterable[Truth]) -> Truth:
    """False if there is nothing that could be it."""
    return max(truths, default=Truth.FALSE)
