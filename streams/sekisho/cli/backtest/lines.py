"""Differences as data. Names of persons and what events say stay out unless they are asked for."""

from __future__ import annotations

from typing import Any

import msgspec

from sekisho.cli.backtest.tally import Difference, Report
from sekisho.model import Alert


def difference(one: Difference, *, names: bool) -> dict[str, Any]:
    """One difference as a JSON line."""
    event = one.event
    return {
        "change": one.change,
        "alert_id": one.shown.alert_id,
        "event": {
            "topic": event.topic,
            "partition": event.partition,
            "offset": event.offset,
            "index": event.index,
            "event_id": event.event_id,
            "business_reference": event.business_reference,
        },
        "subject": subject(one.shown, names=names),
        "before": said(one.before, names=names) if one.before is not None else None,
        "after": said(one.after, names=names) if one.after is not None else None,
    }


def subject(alert: Alert, *, names: bool) -> dict[str, str]:
    found = {"kind": alert.subject.kind, "role": alert.subject.role}
    return found | {"value": alert.subject.value} if names else found


def said(alert: Alert, *, names: bool) -> dict[str, Any]:
    """What one judge says of a subject."""
    found: dict[str, Any] = {
        "verdict": alert.verdict,
        "severity": alert.severity,
        "matches": [
            {
                "list_id": match.list_id,
                "list_version": match.list_version,
                "entry_id": match.entry_id,
                "score": match.score,
                "name_score": match.name_score,
                "identity": match.identity,
                "grade": match.grade,
            }
            | ({"name": match.name, "matched_name": match.matched_name} if names else {})
            for match in alert.matches
        ],
        "measures": [
            {
                "measure_id": one.measure_id,
                "effect": one.effect,
                "in_force_from": one.in_force_from,
                "in_force": one.in_force,
            }
            for one in alert.measures
        ],
    }
    return found | {"message": alert.message} if names else found


def summary(report: Report, about: Any) -> dict[str, Any]:
    """The last line: what was compared (``about``) and what was counted; the examples have lines of their own."""
    counted = msgspec.to_builtins(report)
    del counted["examples"]
    return {"summary": {"about": about, **counted}}
