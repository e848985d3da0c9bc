"""How far the open events of one partition have been rescreened (``schemas/progress.v1.avsc``)."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Progress(msgspec.Struct, frozen=True):
    """Every open event of this partition has been held against this reference set and these midnights.

    Whoever takes the partition over takes nothing from it before it holds that set itself, and goes on from here.
    """

    #: ``shipment`` or ``payment``
    kind: str
    #: partition of the input topic
    partition: int
    sequence: int
    reference_hash: str
    #: midnights up to this moment have been made up (UTC)
    calendar_to: datetime
    updated_at: datetime

    @property
    def key(self) -> str:
        """The record's key in its topic."""
        return progress_key(self.kind, self.partition)


def progress_key(kind: str, partition: int) -> str:
    """``shipment/3``"""
    return f"{kind}/{partition}"
