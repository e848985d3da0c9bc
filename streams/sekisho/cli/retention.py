"""How long topics really keep what they hold, against what the settings ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sekisho.cli.topics import DAY_MS, DEAD_LETTER_BYTES, INPUT_BYTES, Topic, alter, wanted
from sekisho.settings import Settings

if TYPE_CHECKING:
    from sekisho.cli.doctor import Finding

#: The settings of a topic that say when a record is gone.
KEYS = ("cleanup.policy", "retention.ms", "retention.bytes", "segment.ms", "max.compaction.lag.ms", "max.message.bytes")


def configs_of(client: Any, names: Iterable[str]) -> dict[str, dict[str, str]]:
    """Topic: those of its ``KEYS`` that the broker tells."""
    from kafka.admin import ConfigResource

    asked = [ConfigResource("TOPIC", name) for name in names]
    if not asked:
        return {}
    told = client.describe_configs(asked, config_filter="all").get("topic", {})
    return {
        name: {key: str(configs[key]["value"]) for key in KEYS if configs.get(key, {}).get("value") is not None}
        for name, configs in told.items()
    }


def apply(settings: Settings, topics: Sequence[Topic]) -> list[str]:
    """Set ``retention.ms``, ``segment.ms`` and what goes with them of ``topics`` whose records are deleted by age; the names
    of those that were changed.

    Inputs are the platform's: what they keep is made longer where it is too short, never shorter.
    """
    from kafka.admin import ConfigResource

    from sekisho.cli.clients import admin

    inputs = (settings.topics.shipment, settings.topics.payment)
    ours = {topic.name: topic for topic in topics if "retention.ms" in topic.configs}
    changed = []
    with admin(settings) as client:
        for name, there in configs_of(client, ours).items():
            kept = int(there.get("retention.ms", -1))
            if name in inputs and not 0 <= kept < int(ours[name].configs["retention.ms"]):
                continue
            news = {
                key: ours[name].configs[key]
                for key in ("cleanup.policy", "retention.ms", "segment.ms")
                if key in ours[name].configs and there.get(key) != ours[name].configs[key]
            }
            if news:
                client.alter_configs([ConfigResource("TOPIC", name, configs=news)])
                changed.append(name)
    return sorted(changed)


def look(settings: Settings) -> Iterator[Finding]:
    """What ``doctor`` says of it."""
    from sekisho.cli.clients import admin

    names = settings.topics
    topics = wanted(settings)
    asked = {topic.name: int(topic.configs["retention.ms"]) for topic in topics if "retention.ms" in topic.configs}
    tables = {topic.name for topic in topics if "compact" in topic.configs.get("cleanup.policy", "")}
    with admin(settings) as client:
        there = set(client.list_topics())
        told = configs_of(client, [name for name in asked if name in there])
    yield from judge(told, asked, inputs=(names.shipment, names.payment), raw=(names.dead_letter,))
    yield from outputs({name: told[name] for name in told.keys() - tables - {names.shipment, names.payment}})
    if names.dead_letter in told:
        yield from _room(names.dead_letter, told)


def judge(
    told: dict[str, dict[str, str]], asked: dict[str, int], *, inputs: Sequence[str], raw: Sequence[str]
) -> Iterator[Finding]:
    """``told``: configurations by topic; ``asked``: milliseconds by topic. ``raw`` topics hold events as they came."""
    from sekisho.cli.doctor import Finding

    kept = []
    for name, configs in told.items():
        if name in inputs:
            yield from _input(name, configs, asked[name])
        if "retention.ms" not in configs or "delete" not in configs.get("cleanup.policy", "delete"):
            continue
        real = int(configs["retention.ms"])
        kept.append(f"{name} {_days(real)}{' (events as they came)' if name in (*raw, *inputs) else ''}")
        if name not in inputs and real != asked[name]:
            longer = real < 0 or real > asked[name]
            why = "personal data stays longer" if longer else "the audit trail is shorter"
            yield Finding(
                "retention",
                "warning",
                f"{name} keeps records {_days(real)}, the settings ask for {_days(asked[name])}: {why} than they say",
                "run `sekisho topics create --set-retention`, or correct SEKISHO_RETENTION__… (of stopped events "
                "SEKISHO_WORKER__STRIPPING_WINDOW_DAYS)",
            )
    if kept:
        yield Finding("retention", "ok", "; ".join(kept))


def outputs(told: dict[str, dict[str, str]]) -> Iterator[Finding]:
    """Outputs are logs: of a compacted one only the newest record of a reference stays, and one without a key is refused."""
    from sekisho.cli.doctor import Finding

    for name, configs in sorted(told.items()):
        if "compact" in configs.get("cleanup.policy", ""):
            yield Finding(
                "retention",
                "problem",
                f"{name} is compacted: older records of a reference are lost, and a dead letter without a key ends the worker",
                alter(name, "cleanup.policy", "delete"),
            )


def _room(dead_letter: str, told: dict[str, dict[str, str]]) -> Iterator[Finding]:
    """A dead letter is its input with headers on top; where it does not fit, only a pointer to the input is kept."""
    from sekisho.cli.doctor import Finding

    room = int(told[dead_letter].get("max.message.bytes", DEAD_LETTER_BYTES))
    if room < DEAD_LETTER_BYTES:
        yield Finding(
            "retention",
            "warning",
            f"{dead_letter} takes records of {room} bytes, an input may have {INPUT_BYTES}: of larger dead letters only a pointer is "
            "kept, which can be replayed no longer than the input topic keeps the event",
            alter(dead_letter, "max.message.bytes", str(DEAD_LETTER_BYTES)),
        )


def _input(name: str, configs: dict[str, str], asked: int) -> Iterator[Finding]:
    from sekisho.cli.doctor import Finding

    if "compact" in configs.get("cleanup.policy", ""):
        yield Finding(
            "retention",
            "problem",
            f"{name} is compacted: an event that waits is lost when a newer one has its key",
            alter(name, "cleanup.policy", "delete"),
        )
    if int(configs.get("retention.bytes", -1)) >= 0:
        yield Finding(
            "retention",
            "warning",
            f"{name} is also cut by size (retention.bytes={configs['retention.bytes']}): a flood may delete events that wait",
            "set retention.bytes=-1 on it and watch the disk",
        )
    real = int(configs.get("retention.ms", -1))
    if 0 <= real < asked:
        yield Finding(
            "retention",
            "warning",
            f"{name} keeps events {_days(real)}, less than the {_days(asked)} of SEKISHO_RETENTION__INPUT_DAYS: explain, "
            "replay, backtest and pointers among the dead letters reach no further back, and an outage must be shorter",
            "run `sekisho topics create --set-retention`, or say how far back you need to look",
        )


def _days(milliseconds: int) -> str:
    if milliseconds < 0:
        return "for ever"
    days = milliseconds / DAY_MS
    return f"{days:g} days" if days >= 2 else f"{milliseconds / 3_600_000:g} hours"
