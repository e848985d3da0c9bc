"""One verdict a line, its alerts inside: what `screen` and `replay` write on stdout."""

from __future__ import annotations

from typing import Any

import msgspec

from sekisho.errors import EventError
from sekisho.model import Origin
from sekisho.screening import Screening


def screened(found: Screening) -> dict[str, Any]:
    """The verdict of an event, with its alerts in place of their ids."""
    line: dict[str, Any] = msgspec.to_builtins(found.verdict)
    return line | {"alerts": found.alerts}


def unscreened(origin: Origin, error: EventError) -> dict[str, Any]:
    """A line of the same shape, for an event that has no verdict."""
    return {
        "verdict_id": None,
        "event": {
            "topic": origin.topic,
            "partition": origin.partition,
            "offset": origin.offset,
            "index": 0,
            "key": None,
            "event_id": "",
            "event_time": None,
            "business_reference": "",
        },
        "verdict": "unscreened",
        "trigger": "event",
        "alerts": [],
        "notes": [],
        "error": {"reason": error.reason, "message": str(error)},
    }
