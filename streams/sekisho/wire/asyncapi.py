"""``schemas/asyncapi.yaml``: topics, keys, headers and contracts as one AsyncAPI 3.0 document.

Made from the contracts and the topic names; a test holds the committed file to be what ``render`` gives.
"""

from __future__ import annotations

import json
from typing import Any

import yaml

from sekisho.settings import Topics
from sekisho.version import VERSION
from sekisho.wire import contracts
from sekisho.wire.ocsf import OCSF_VERSION

_AVRO_FORMAT = "application/vnd.apache.avro+json;version=1.9.0"

#: Topic setting: contracts of its values, what its key is, who sends it, what it is.
_CHANNELS: dict[str, tuple[tuple[str, ...], str, str, str]] = {
    "shipment": (
        ("shipment",),
        "shipment_reference",
        "receive",
        "Shipments and their updates, from logistics platforms.",
    ),
    "payment": (
        ("payment",),
        "the business reference",
        "receive",
        "Credit transfers, from banks and payment platforms.",
    ),
    "alert": (("alert",), "the business reference", "send", "Alerts for SOC teams."),
    "verdict": (("verdict",), "the business reference", "send", "The answer for each event."),
    "entity": (("entity",), "content hash", "both", "Entries of lists. Immutable, compacted."),
    "goods": (("goods_item",), "content hash", "both", "Goods items. Immutable, compacted."),
    "measure": (("measure",), "content hash", "both", "Measures. Immutable, compacted."),
    "list_version": (("list_version", "bucket"), "content hash", "both", "List versions and their buckets. Compacted."),
    "reference": (("reference_set",), "content hash", "both", "Reference sets: the only activation point. Compacted."),
}

_TRACE = {
    "traceparent": {"type": "string", "description": "W3C trace context, passed through from the event."},
    "tracestate": {"type": "string", "description": "W3C trace context, passed through from the event."},
}

_CLOUDEVENTS = {
    "content-type": {"type": "string", "description": "application/avro or application/json."},
    "ce_specversion": {"type": "string", "const": "1.0"},
    "ce_id": {"type": "string", "description": "Identifies this record."},
    "ce_type": {"type": "string", "description": "What it is, such as sekisho.alert.v1."},
    "ce_source": {"type": "string", "description": "Who made it."},
    "ce_time": {"type": "string", "format": "date-time"},
}

_DEAD_LETTER = {
    f"sekisho_error_{name}": {"type": "string", "description": text}
    for name, text in {
        "reason": "A bounded word: invalid, json, avro, truncated, too_large, unknown_schema …",
        "message": "What went wrong, for a person. No payload.",
        "topic": "Topic of the original.",
        "partition": "Partition of the original.",
        "offset": "Offset of the original.",
        "timestamp": "Timestamp of the original (milliseconds).",
        "time": "When it became a dead letter (ISO 8601).",
        "engine": "Version of sekisho.",
        "value_sha256": "In a pointer: SHA-256 of the value that stayed in its topic (hex).",
        "value_bytes": "In a pointer: size of that value (bytes).",
    }.items()
}


def document(topics: Topics | None = None) -> dict[str, Any]:
    """The AsyncAPI document as plain data."""
    topics = topics or Topics()
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    for setting, (names, _, who, text) in _CHANNELS.items():
        channels[setting] = {
            "address": getattr(topics, setting),
            "description": text,
            "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
            "bindings": {"kafka": {"topic": getattr(topics, setting), "bindingVersion": "0.5.0"}},
        }
        for action in ("receive", "send") if who == "both" else (who,):
            operations[f"{action}_{setting}"] = {"action": action, "channel": {"$ref": f"#/channels/{setting}"}}
    channels["dead_letter"] = {
        "address": topics.dead_letter,
        "description": "Events that could not be screened: original key, bytes and headers, with the reason in headers.",
        "messages": {"dead_letter": {"$ref": "#/components/messages/dead_letter"}},
        "bindings": {"kafka": {"topic": topics.dead_letter, "bindingVersion": "0.5.0"}},
    }
    channels["alert_ocsf"] = {
        "address": topics.alert_ocsf,
        "description": "Alerts for SIEMs, where that output is on.",
        "messages": {"ocsf_finding": {"$ref": "#/components/messages/ocsf_finding"}},
        "bindings": {"kafka": {"topic": topics.alert_ocsf, "bindingVersion": "0.5.0"}},
    }
    operations["send_alert_ocsf"] = {"action": "send", "channel": {"$ref": "#/channels/alert_ocsf"}}
    operations["send_dead_letter"] = {"action": "send", "channel": {"$ref": "#/channels/dead_letter"}}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "sekisho",
            "version": VERSION,
            "description": "Event-driven screening for sanctions and export controls.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/avro",
        "channels": channels,
        "operations": operations,
        "components": {"messages": dict(_messages())},
    }


def _messages() -> Any:
    for names, key, who, text in _CHANNELS.values():
        for name in names:
            version = contracts.newest(name)
            schema = json.loads(version.text)
            headers = dict(_CLOUDEVENTS | _TRACE) if who in ("send", "receive") else {}
            yield (
                name,
                {
                    "name": schema["name"],
                    "title": f"{schema['name']}, version {version.number}",
                    "summary": schema["doc"],
                    "description": text,
                    "contentType": "application/avro",
                    **({"headers": {"type": "object", "properties": headers}} if headers else {}),
                    "payload": {"schemaFormat": _AVRO_FORMAT, "schema": schema},
                    "bindings": {"kafka": {"key": {"type": "string", "description": key}, "bindingVersion": "0.5.0"}},
                },
            )
    yield (
        "ocsf_finding",
        {
            "name": "DetectionFinding",
            "title": f"OCSF {OCSF_VERSION} Detection Finding (class 2004)",
            "summary": "One state of an alert: created, updated or closed; or the further alerts of a noisy subject in one.",
            "contentType": "application/json",
            "headers": {"type": "object", "properties": dict(_CLOUDEVENTS | _TRACE)},
            "payload": {
                "type": "object",
                "description": "As OCSF publishes it; metadata.uid is the key to deduplicate by.",
            },
            "bindings": {
                "kafka": {
                    "key": {
                        "type": "string",
                        "description": "the business reference; of a summary a digest of its subject",
                    },
                    "bindingVersion": "0.5.0",
                }
            },
        },
    )
    yield (
        "dead_letter",
        {
            "name": "DeadLetter",
            "title": "Dead letter",
            "summary": "The original record, unchanged.",
            "headers": {
                "type": "object",
                "required": [f"sekisho_error_{name}" for name in ("reason", "topic", "partition", "offset")],
                "properties": _DEAD_LETTER,
            },
            "payload": {"description": "Whatever bytes came."},
        },
    )


class _Plain(yaml.SafeDumper):
    """No anchors: a reader should not have to jump."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def render(topics: Topics | None = None) -> str:
    """The document as YAML, with the names of ``topics`` (default: the names of the settings)."""
    head = "# Made from schemas/*.avsc by sekisho.wire.asyncapi; `sekisho schemas asyncapi` makes it anew.\n"
    return head + yaml.dump(document(topics), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=118)
