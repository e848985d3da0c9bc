"""A shadow worker's settings: it screens live traffic beside the live worker and shares nothing that either writes.

Shared are the inputs and the reference data, which both only read. Everything else that a worker writes, and its consumer
group, gets the prefix; so what a new version or other settings would say can be seen (`sekisho backtest --shadow`) before
anybody relies on it.
"""

from __future__ import annotations

import re

from sekisho.errors import SettingsError
from sekisho.settings import Settings, Topics

#: Fields of ``Topics`` that a worker reads and never writes. A topic that comes to be is the shadow's own until it stands here.
SHARED = frozenset({"shipment", "payment", "entity", "goods", "measure", "list", "reference"})

#: Kafka's own rule for the names of topics, with room for the name behind the prefix.
_PREFIX = re.compile(r"[A-Za-z0-9._-]{1,100}")
_LONGEST = 249


def own_fields() -> tuple[str, ...]:
    """Fields of ``Topics`` that name a topic which a worker writes."""
    return tuple(
        field for field, info in Topics.model_fields.items() if isinstance(info.default, str) and field not in SHARED
    )


def shadowed(settings: Settings, prefix: str) -> Settings:
    """The settings of a shadow worker. Raises SettingsError where it would share a topic with the live worker."""
    if not _PREFIX.fullmatch(prefix):
        raise SettingsError(
            f"the shadow prefix {prefix!r} is no beginning of a topic's name: letters, digits, '.', '_' and '-', "
            "at most 100 of them, such as canary."
        )
    live = {field: str(getattr(settings.topics, field)) for field in (*own_fields(), *SHARED)}
    own = {field: prefix + live[field] for field in own_fields()}
    wrong = [f"{name} is longer than {_LONGEST} characters" for name in own.values() if len(name) > _LONGEST]
    names = {name: field for field, name in live.items()}
    wrong += [
        f"{name}, its topic for {field}, is the live topic for {names[name]}"
        for field, name in own.items()
        if name in names
    ]
    if wrong:
        raise SettingsError(f"the shadow prefix {prefix} cannot be used: " + "; ".join(wrong) + "; choose another")
    worker = settings.worker.model_copy(update={"group": prefix + settings.worker.group, "shadow": prefix})
    return settings.model_copy(update={"topics": settings.topics.model_copy(update=own), "worker": worker})


def create_topics(settings: Settings) -> str:
    """The command that makes the topics which a worker with these settings writes."""
    prefix = settings.worker.shadow
    return "`sekisho topics create`" if prefix is None else f"`sekisho topics create --shadow {prefix}`"
