"""``topics create``: every topic with the settings it needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click
import msgspec

from sekisho.cli.acls import acls
from sekisho.cli.options import json_option, with_settings
from sekisho.cli.output import emit, say, show
from sekisho.errors import InputError
from sekisho.settings import Settings

#: The largest input record, Kafka's own default for ``max.message.bytes``.
INPUT_BYTES = 1_048_588
#: A dead letter is an input with error headers on top.
DEAD_LETTER_BYTES = INPUT_BYTES + 65_536
#: An open event holds its input and the alerts that stand.
OPEN_BYTES = 4 << 20
DAY_MS = 24 * 3600 * 1000
#: A record that was taken back (a tombstone) is gone from the disk after about this long.
COMPACTED_WITHIN_MS = 7 * DAY_MS


class Topic(msgspec.Struct, frozen=True):
    """A topic as we want it. ``role`` says in a few words what it holds."""

    name: str
    role: str
    partitions: int
    replication: int
    configs: dict[str, str]


def wanted(settings: Settings) -> list[Topic]:
    """Every topic of design §3 under its name in the settings.

    Reference topics have one partition, since acceptance of a set depends on the order of one log, and are
    compacted. Their dirty records are left long enough for a reader that is starting (``delete.retention.ms``).
    Topics with personal data begin a file a day: what is in the newest file is neither deleted nor compacted.
    """
    names, days = settings.topics, settings.retention
    many, copies = names.partitions, names.replication

    def topic(name: str, role: str, partitions: int, **configs: Any) -> Topic:
        return Topic(name, role, partitions, copies, {k.replace("_", "."): str(v) for k, v in configs.items()})

    def kept(days: int) -> dict[str, int]:
        return {"retention_ms": days * DAY_MS, "segment_ms": DAY_MS}

    compacted = {"cleanup_policy": "compact", "delete_retention_ms": DAY_MS}
    open_events = compacted | {
        "max_message_bytes": OPEN_BYTES,
        "segment_ms": DAY_MS,
        "max_compaction_lag_ms": COMPACTED_WITHIN_MS,
    }
    return [
        topic(names.shipment, "shipments in", many, **kept(days.input_days)),
        topic(names.payment, "payments in", many, **kept(days.input_days)),
        topic(names.alert, "alerts out", many, **kept(days.alert_days)),
        topic(names.alert_ocsf, "alerts as OCSF findings", many, **kept(days.finding_days)),
        topic(names.verdict, "verdicts out", many, **kept(days.verdict_days)),
        topic(
            names.dead_letter,
            "records that could not be screened",
            many,
            max_message_bytes=DEAD_LETTER_BYTES,
            **kept(days.dead_letter_days),
        ),
        topic(names.entity, "entries of lists", 1, **compacted),
        topic(names.goods, "goods items", 1, **compacted),
        topic(names.measure, "measures", 1, **compacted),
        topic(names.list, "versions of lists", 1, **compacted),
        topic(names.reference, "reference sets", 1, **compacted),
        topic(names.open_shipment, "open shipments", many, **open_events),
        topic(names.open_payment, "open payments", many, **open_events),
        topic(names.progress, "rescreening progress", 1, **compacted),
        # What is older than the window is known no more: compaction alone would keep it for ever.
        topic(
            names.fingerprint,
            "stopped events, as hashes",
            many,
            **compacted
            | kept(settings.worker.stripping_window_days + 1)
            | {"cleanup_policy": "compact,delete", "max_compaction_lag_ms": COMPACTED_WITHIN_MS},
        ),
    ]


@click.group("topics")
def command() -> None:
    """The Kafka topics that sekisho reads and writes."""


command.add_command(acls)


@command.command("create")
@click.option("--partitions", type=click.IntRange(1), help="Of topics that carry events [SEKISHO_TOPICS__PARTITIONS].")
@click.option("--replication", type=click.IntRange(1), help="Copies of each [SEKISHO_TOPICS__REPLICATION].")
@click.option(
    "--shadow", metavar="PREFIX", help="Only what a shadow worker with this prefix writes [SEKISHO_WORKER__SHADOW]."
)
@click.option(
    "--set-retention",
    is_flag=True,
    help="Also set how long topics that exist keep their records [SEKISHO_RETENTION__…].",
)
@click.option("--dry-run", is_flag=True, help="Show what would be made; change nothing.")
@json_option
@with_settings
def create(
    settings: Settings,
    partitions: int | None,
    replication: int | None,
    shadow: str | None,
    set_retention: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Create every topic that is not there yet.

    Topics that exist stay as they are, so it can be run again at any time (a deployment does); with
    --set-retention those of them that are not compacted keep records as long as the settings say. Where an
    existing reference topic has more than one partition or is not compacted, that is an error: reference
    sets depend on the order of one log.

    \b
    Example:
      sekisho topics create --bootstrap-servers 127.0.0.1:9092 --partitions 12 --replication 3
    """
    names = settings.topics.model_copy(
        update={
            "partitions": partitions or settings.topics.partitions,
            "replication": replication or settings.topics.replication,
        }
    )
    topics = wanted(settings.model_copy(update={"topics": names}))
    prefix = settings.worker.shadow if shadow is None else shadow
    if prefix is not None:
        from sekisho.shadow import own_fields, shadowed

        beside = shadowed(settings.model_copy(update={"topics": names}), prefix)
        own = {getattr(beside.topics, field) for field in own_fields()}
        topics = [topic for topic in wanted(beside) if topic.name in own]
    asked = topics
    outcome = {topic.name: "planned" for topic in topics} if dry_run else ensure(settings, topics)
    if "exists" in outcome.values():
        topics = as_they_are(settings, topics)
    if set_retention and not dry_run:
        from sekisho.cli.retention import apply

        there = [topic for topic in topics if outcome[topic.name] == "exists"]
        outcome |= dict.fromkeys(apply(settings, there), "retention set")
    for topic in topics if as_json else ():
        emit({**msgspec.structs.asdict(topic), "outcome": outcome[topic.name]})
    if not as_json:
        show(
            ("topic", "holds", "partitions", "settings", ""),
            [
                (t.name, t.role, str(t.partitions), " ".join(f"{k}={v}" for k, v in t.configs.items()), outcome[t.name])
                for t in topics
            ],
        )
    made = sum(1 for word in outcome.values() if word == "created")
    say(f"{made} topics created, {len(topics) - made} {'planned' if dry_run else 'were there'}")
    for line in _left(asked, topics, partitions is not None, replication is not None):
        say(line)


def as_they_are(settings: Settings, topics: Sequence[Topic]) -> list[Topic]:
    """``topics`` with the partitions and copies that they have on the brokers."""
    from sekisho.cli.clients import admin

    with admin(settings) as client:
        told = {one["name"]: one["partitions"] for one in client.describe_topics([topic.name for topic in topics])}
    return [
        msgspec.structs.replace(
            topic,
            partitions=len(told[topic.name]),
            replication=min(len(one.get("replica_nodes", ())) for one in told[topic.name]) or topic.replication,
        )
        if told.get(topic.name)
        else topic
        for topic in topics
    ]


def _left(asked: Sequence[Topic], there: Sequence[Topic], partitions: bool, replication: bool) -> Iterator[str]:
    """What was asked for by a flag and is otherwise: topics that exist stay as they are."""
    pairs = list(zip(asked, there, strict=True))
    if partitions and (fewer := [(a, t) for a, t in pairs if a.partitions != t.partitions]):
        said = ", ".join(f"{t.name} has {t.partitions}" for _, t in fewer)
        yield (
            f"left as they are, though --partitions says {fewer[0][0].partitions}: {said}. Kafka can add partitions (`kafka-topics.sh "
            "--alter --partitions`), best while no event is open: a reference that moves has its past on its old partition"
        )
    if replication and (other := [(a, t) for a, t in pairs if a.replication != t.replication]):
        said = ", ".join(f"{t.name} has {t.replication}" for _, t in other)
        yield (
            f"left as they are, though --replication says {other[0][0].replication}: {said}. `kafka-reassign-partitions.sh` changes that"
        )


def ensure(settings: Settings, topics: list[Topic]) -> dict[str, str]:
    """Create what is missing. Topic name: ``created`` or ``exists``. Raises InputError where one cannot serve."""
    from kafka.errors import InvalidReplicationFactorError, TopicAlreadyExistsError

    from sekisho.cli.clients import admin

    outcome: dict[str, str] = {}
    with admin(settings) as client:
        there = set(client.list_topics())
        for topic in topics:
            if topic.name in there:
                outcome[topic.name] = "exists"
                continue
            plan = {
                "num_partitions": topic.partitions,
                "replication_factor": topic.replication,
                "configs": topic.configs,
            }
            try:
                client.create_topics({topic.name: plan}, timeout_ms=30_000)
                outcome[topic.name] = "created"
            except TopicAlreadyExistsError:  # another deployment job was quicker
                outcome[topic.name] = "exists"
            except InvalidReplicationFactorError:
                brokers = len(client.describe_cluster().get("brokers", ()))
                raise InputError(
                    f"{topic.name}: {topic.replication} copies need as many brokers, and there are {brokers}; give "
                    "--replication (1 on a broker that stands alone) or SEKISHO_TOPICS__REPLICATION"
                ) from None
        client.wait_for_topics([topic.name for topic in topics])
        wrong = faults(client, [topic for topic in topics if outcome[topic.name] == "exists"])
    if wrong:
        raise InputError("topics exist that cannot serve: " + "; ".join(wrong))
    return outcome


def alter(topic: str, setting: str, value: str) -> str:
    """How Kafka's own tool sets it; a value with a comma stands in brackets there."""
    written = f"[{value}]" if "," in value else value
    return f"`kafka-configs.sh --alter --topic {topic} --add-config {setting}={written}`"


def faults(client: Any, topics: list[Topic]) -> list[str]:
    """What makes existing ``topics`` unfit: a reference log in several partitions, or a table that is not compacted."""
    from kafka.admin import ConfigResource

    compacted = [topic for topic in topics if "compact" in topic.configs.get("cleanup.policy", "")]
    if not compacted:
        return []
    wrong = [
        f"{one['name']} has {len(one['partitions'])} partitions and needs exactly 1: delete it, or name another in SEKISHO_TOPICS__…"
        for one in client.describe_topics([topic.name for topic in compacted if topic.partitions == 1])
        if len(one["partitions"]) != 1
    ]
    asked = [ConfigResource("TOPIC", topic.name) for topic in compacted]
    for name, configs in client.describe_configs(asked, config_filter="all").get("topic", {}).items():
        policy = configs.get("cleanup.policy", {}).get("value", "")
        if policy and "compact" not in policy:
            # never "delete it": open events and what was stopped are in there
            needs = next(topic.configs["cleanup.policy"] for topic in compacted if topic.name == name)
            wrong.append(
                f"{name} has cleanup.policy={policy} and needs compact: {alter(name, 'cleanup.policy', needs)}"
            )
    return wrong
