"""What stands on the output topics, as records: alerts, verdicts and dead letters."""

from __future__ import annotations

from typing import Any

import msgspec

from sekisho.model import Alert, Verdict
from sekisho.settings import Settings
from sekisho.wire import codec, dead_letters
from sekisho.wire.registry import Registry


class Letter(msgspec.Struct, frozen=True):
    """A record of the dead-letter topic: where it lies (``id``, ``partition:offset``), what went wrong, what it was."""

    id: str
    context: dead_letters.Context
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]


class Reader:
    """Reads records of the output topics, with the registry of ``settings`` where there is one."""

    def __init__(self, settings: Settings) -> None:
        self._registry = Registry.from_settings(settings.schema_registry)

    def alert(self, record: Any) -> Alert | None:
        """The alert of a Kafka record; None for a tombstone. Raises EventError for other bytes."""
        found = self._decode("alert", record)
        return found if isinstance(found, Alert) else None

    def verdict(self, record: Any) -> Verdict | None:
        """The verdict of a Kafka record, likewise."""
        found = self._decode("verdict", record)
        return found if isinstance(found, Verdict) else None

    def _decode(self, kind: str, record: Any) -> Any:
        return codec.decode(kind, record.value, self._registry, record.headers) if record.value else None


def letter(record: Any) -> Letter:
    """A Kafka record of the dead-letter topic. Raises InputError where it is none of ours."""
    return Letter(
        id=f"{record.partition}:{record.offset}",
        context=dead_letters.context_of(record.headers),
        key=record.key,
        value=record.value,
        headers=list(record.headers or []),
    )
