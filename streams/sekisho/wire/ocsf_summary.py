"""The findings of a noisy subject in one: how many, how loud, and which alerts they are.

A summary is one OCSF finding a subject and window (``finding_info.uid``), created with the first finding that is not sent
by itself and updated with the count so far. Every summarised alert stands in ``related_events`` of exactly one of its
records, by alert id, reference and place in Kafka; the alert topic has each of them in full.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from sekisho.model import Alert
from sekisho.screening import digest
from sekisho.version import VERSION
from sekisho.wire import ocsf
from sekisho.wire.privacy import Payload, reduce

#: Alerts that one record names: 300 bytes each, far below what a topic takes.
MAX_RELATED = 500


class Summary(msgspec.Struct, frozen=True):
    """What is told. ``count`` is that of the whole window, ``alerts`` those that no record has named yet (at least one)."""

    subject: str
    began: datetime
    count: int
    severity: str
    alerts: Sequence[Alert]
    topic: str

    @property
    def uid(self) -> str:
        """The same for every record of the window."""
        return digest("summary", self.subject, self.began.isoformat())


def subject_key(alert: Alert) -> str:
    """What findings are counted by: the same party, place or text, in whichever shipment or payment."""
    folded = " ".join(alert.subject.value.casefold().split())
    return digest("subject", alert.subject.kind, folded)


def summary(told: Summary, payload: Payload = "minimal", account_numbers: bool = False) -> dict[str, Any]:
    """One record of the summary as a Detection Finding."""
    newest = reduce(told.alerts[-1], payload, account_numbers)
    first = told.count == len(told.alerts)
    activity_id, activity, status_id, status = ocsf.ACTIVITIES["new" if first else "updated"]
    severity_id, severity = ocsf.SEVERITIES.get(told.severity, (99, "Other"))
    moment = ocsf.milliseconds(newest.raised_at)
    subject = newest.subject
    alerts = "1 more alert" if told.count == 1 else f"{told.count} more alerts"
    message = (
        f"{alerts} of one subject ({subject.kind} “{subject.value[:200]}”) since "
        f"{told.began:%Y-%m-%d %H:%M} UTC, summarised here; each is in full on {told.topic}"
    )
    return {
        **ocsf.head(activity_id, activity),
        "time": moment,
        "severity_id": severity_id,
        "severity": severity,
        "status_id": status_id,
        "status": status,
        "status_code": "summary",
        "is_alert": True,
        "action_id": 3,
        "action": "Observed",
        "disposition_id": 19,
        "disposition": "Alert",
        "message": message,
        "count": told.count,
        "metadata": {
            "version": ocsf.OCSF_VERSION,
            "profiles": ["security_control"],
            "product": {"name": "sekisho", "vendor_name": "sekisho", "version": VERSION},
            "uid": f"{told.uid}/{told.count}",
            "correlation_uid": told.subject,
            "event_code": f"sekisho.{subject.kind}.summary",
            "log_name": told.topic,
            "log_provider": "sekisho",
        },
        "finding_info": {
            "uid": told.uid,
            "title": f"{subject.role.replace('_', ' ').capitalize()}: {alerts}",
            "desc": message,
            "types": ["summary"],
            "created_time": ocsf.milliseconds(told.began),
            "modified_time": moment,
            "product_uid": "sekisho",
            "analytic": {"uid": "rate-limit", "name": "rate-limit", "type_id": 1, "type": "Rule"},
            "related_events_count": told.count,
            "related_events": [_named(alert) for alert in told.alerts],
        },
        "unmapped": {"subject": msgspec.to_builtins(subject), "summarised": told.count},
    }


def _named(alert: Alert) -> dict[str, Any]:
    related = ocsf.related(alert)
    related["tags"] += [
        {"name": "alert_id", "value": alert.alert_id},
        {"name": "severity", "value": alert.severity},
        {"name": "verdict", "value": alert.verdict},
    ]
    return related
