"""Alerts as OCSF Detection Findings (class 2004), the JSON that SIEMs take in.

Pinned to OCSF 1.6.0, stated in ``metadata.version``; the tests hold every field against the published schema. An alert
that is raised, changed and closed is one finding (``finding_info.uid`` is ``alert_id``) that is created, updated and
closed; ``metadata.uid`` names each record and is the same for a redelivery, so it is the key to deduplicate by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from sekisho.model import Alert, Match
from sekisho.screening.resubmitted import STOPPED
from sekisho.version import VERSION
from sekisho.wire.headers import record_id
from sekisho.wire.privacy import HIDDEN, Payload, reduce

OCSF_VERSION = "1.6.0"

_CATEGORY, _CLASS = 2, 2004

#: alert status: (activity_id, caption, status_id, caption)
ACTIVITIES = {
    "new": (1, "Create", 1, "New"),
    "updated": (2, "Update", 2, "In Progress"),
    "closed": (3, "Close", 4, "Resolved"),
}
_OTHER_ACTIVITY = (99, "Other", 99, "Other")

SEVERITIES = {"low": (2, "Low"), "medium": (3, "Medium"), "high": (4, "High"), "critical": (5, "Critical")}

#: A screener watches and tells; whoever holds the goods acts. disposition_id, caption
_DISPOSITIONS = {"prohibited": (19, "Alert"), "licence_required": (19, "Alert"), "review": (15, "Detected")}
_CLOSED_DISPOSITION = (16, "No Action")

#: How sure a match is: confidence_id, caption. (``score`` is no probability, so there is no confidence_score.)
_CONFIDENCE = {"exact": (3, "High"), "strong": (2, "Medium"), "possible": (1, "Low")}

_RULE, _EXACT, _PARTIAL, _INDEXED = (
    (1, "Rule"),
    (9, "Exact Data Match"),
    (10, "Partial Data Match"),
    (11, "Indexed Data Match"),
)

_COUNTRY_OBSERVABLE = 14
_OTHER_OBSERVABLE = 99

_IDENTIFIER = re.compile(r"(LEI|BIC|IMO|INN|OGRN) ([A-Z0-9]{4,25})")


def encode(
    alert: Alert, payload: Payload = "minimal", observe_names: bool = True, account_numbers: bool = False
) -> bytes:
    """The finding as JSON; see ``finding``."""
    return msgspec.json.encode(finding(alert, payload, observe_names, account_numbers))


def finding(
    alert: Alert, payload: Payload = "minimal", observe_names: bool = True, account_numbers: bool = False
) -> dict[str, Any]:
    """One state of an alert as a Detection Finding.

    ``payload`` and ``account_numbers`` decide which personal data leaves (see ``privacy``); ``observe_names`` whether the
    name of a party is an observable.
    """
    alert = reduce(alert, payload, account_numbers)
    event, engine = alert.event, alert.engine
    activity_id, activity, status_id, status = ACTIVITIES.get(alert.status, _OTHER_ACTIVITY)
    severity_id, severity = SEVERITIES.get(alert.severity, (99, "Other"))
    disposition_id, disposition = (
        _CLOSED_DISPOSITION if alert.status == "closed" else _DISPOSITIONS.get(alert.verdict, (15, "Detected"))
    )
    found: dict[str, Any] = {
        **head(activity_id, activity),
        "time": milliseconds(alert.raised_at),
        "severity_id": severity_id,
        "severity": severity,
        "status_id": status_id,
        "status": status,
        "status_code": alert.status,
        "status_detail": alert.trigger,
        "is_alert": alert.status != "closed",
        "action_id": 3,
        "action": "Observed",
        "disposition_id": disposition_id,
        "disposition": disposition,
        "message": alert.message,
        "metadata": {
            "version": OCSF_VERSION,
            "profiles": ["security_control"],
            "product": {"name": "sekisho", "vendor_name": "sekisho", "version": engine.version or VERSION},
            "uid": record_id(alert),
            "correlation_uid": event.business_reference,
            "event_code": f"sekisho.{alert.subject.kind}.{alert.verdict}",
            "log_name": event.topic,
            "log_provider": "sekisho",
            "original_time": (event.event_time or alert.raised_at).isoformat(),
        },
        "finding_info": _finding_info(alert),
        "unmapped": {
            "verdict": alert.verdict,
            "trigger": alert.trigger,
            "subject": msgspec.to_builtins(alert.subject),
            "measures": msgspec.to_builtins(alert.measures),
            "engine": msgspec.to_builtins(engine),
            "stale_lists": list(alert.stale_lists),
        },
    }
    if alert.matches:
        confidence_id, confidence = _CONFIDENCE.get(alert.matches[0].grade, (99, "Other"))
        found |= {"confidence_id": confidence_id, "confidence": confidence}
        found["evidences"] = [
            {"name": match.matched_name, "uid": f"{match.list_id}/{match.entry_id}", "data": msgspec.to_builtins(match)}
            for match in alert.matches
        ]
    if alert.measures:
        first = alert.measures[0]
        found["policy"] = {
            "uid": first.measure_id,
            "name": first.title,
            "desc": first.legal_basis,
            "is_applied": first.in_force,
        }
    observables = list(_observables(alert, observe_names))
    if observables:
        found["observables"] = observables
    return found


def head(activity_id: int, activity: str) -> dict[str, Any]:
    """Class, category and activity of a Detection Finding."""
    return {
        "activity_id": activity_id,
        "activity_name": activity,
        "category_uid": _CATEGORY,
        "category_name": "Findings",
        "class_uid": _CLASS,
        "class_name": "Detection Finding",
        "type_uid": _CLASS * 100 + activity_id,
        "type_name": f"Detection Finding: {activity}",
    }


def _finding_info(alert: Alert) -> dict[str, Any]:
    event = alert.event
    moment = milliseconds(alert.raised_at)
    events = [related(alert), *_stopped_before(alert)]
    info: dict[str, Any] = {
        "uid": alert.alert_id,
        "title": _title(alert),
        "desc": alert.message,
        "types": [alert.subject.kind],
        "modified_time": moment,
        "product_uid": "sekisho",
        "data_sources": sorted({match.list_id for match in alert.matches}),
        "analytic": _analytic(alert, alert.matches[0] if alert.matches else None),
        "related_events_count": len(events),
        "related_events": events,
        "tags": [{"name": "legal_basis", "values": [measure.legal_basis for measure in alert.measures]}],
    }
    if alert.status == "new":
        info["created_time"] = moment
    if event.event_time is not None:
        info["first_seen_time"] = milliseconds(event.event_time)
    others = [match for match in alert.matches[1:] if match.list_id != alert.matches[0].list_id]
    if others:
        first_of_list = {match.list_id: match for match in reversed(others)}
        info["related_analytics"] = [_analytic(alert, first_of_list[name]) for name in sorted(first_of_list)]
    if not alert.measures:
        del info["tags"]
    if not info["data_sources"]:
        del info["data_sources"]
    return info


def _title(alert: Alert) -> str:
    role = alert.subject.role.replace("_", " ")
    what = f"{role[:1].upper()}{role[1:]}" or alert.subject.kind.capitalize()
    met = f" met {alert.matches[0].list_id}" if alert.matches else ""
    return f"{what}{met}: {alert.verdict.replace('_', ' ')}"


def _analytic(alert: Alert, match: Match | None) -> dict[str, Any]:
    """How it was found: by a rule alone, by exact or partial data, or by a code or place looked up in a table."""
    if match is None:
        rule = alert.measures[0].measure_id if alert.measures else "completeness"
        return {"uid": rule, "name": rule, "type_id": _RULE[0], "type": _RULE[1]}
    if alert.subject.kind in ("goods", "place"):
        type_id, caption = _INDEXED
    else:
        type_id, caption = _EXACT if match.grade == "exact" else _PARTIAL
    return {
        "uid": match.list_id,
        "name": match.list_id,
        "version": match.list_version,
        "type_id": type_id,
        "type": caption,
        "category": alert.subject.kind,
    }


def related(alert: Alert) -> dict[str, Any]:
    """The event that was screened, by its coordinates in Kafka."""
    event = alert.event
    related: dict[str, Any] = {
        "uid": f"{event.topic}/{event.partition}/{event.offset}/{event.index}",
        "type": "Kafka record",
        "title": event.business_reference,
        "tags": [
            {"name": "topic", "value": event.topic},
            {"name": "partition", "value": str(event.partition)},
            {"name": "offset", "value": str(event.offset)},
            {"name": "index", "value": str(event.index)},
            {"name": "event_id", "value": event.event_id},
        ],
    }
    if event.event_time is not None:
        related["created_time"] = milliseconds(event.event_time)
    return related


def _stopped_before(alert: Alert) -> Iterator[dict[str, Any]]:
    """Events that were stopped, and of which this one is an altered version: what an analyst compares it with."""
    for match in alert.matches:
        if match.list_id == STOPPED:
            yield {"uid": match.entry_id, "type": "Kafka record", "title": match.matched_name, "desc": match.name}


def _observables(alert: Alert, observe_names: bool) -> Iterator[dict[str, Any]]:
    """What an analyst pivots on: public identifiers, the name of the party, its country. Each once."""
    seen: set[tuple[str, str]] = set()
    for at, match in enumerate(alert.matches):
        for piece in match.evidence:
            where = f"evidences[{at}].data"
            if piece.feature == "identifier" and (named := _IDENTIFIER.match(piece.query)) is not None:
                kind, value, type_id = named[1], named[2], _OTHER_OBSERVABLE
            elif piece.feature == "country" and len(piece.query) == 2:
                kind, value, type_id = "Country", piece.query, _COUNTRY_OBSERVABLE
            else:
                continue
            if (kind, value) not in seen:
                seen.add((kind, value))
                yield {"name": where, "type_id": type_id, "type": kind, "value": value}
    named_subject = alert.subject.kind in ("party", "vessel") and alert.subject.value != HIDDEN
    if observe_names and named_subject:
        kind = "Vessel name" if alert.subject.kind == "vessel" else "Party name"
        yield {
            "name": "unmapped.subject.value",
            "type_id": _OTHER_OBSERVABLE,
            "type": kind,
            "value": alert.subject.value,
        }


def milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
