"""A broker with TLS, users and an authorizer: everyone does their part with the least rights, and nothing else."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.admin import (
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePatternFilter,
    ResourceType,
)
from kafka.errors import TopicAuthorizationFailedError

from sekisho.cli import clients
from sekisho.cli.acls import ROLES
from sekisho.cli.main import cli
from sekisho.settings import Topics, load
from tests.support import scene
from tests.support.brokers import need_kafka
from tests.support.secure_kafka import PASSWORD, SecureKafka, secure_kafka
from tests.support.stage import Stage, until

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

#: Besides SCRAM-SHA-512, with which everybody else here comes.
WAYS = ["PLAIN", "OAUTHBEARER", "certificate"]


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecureKafka]:
    need_kafka()
    with secure_kafka(tmp_path_factory.mktemp("secure")) as broker:
        yield broker


@pytest.fixture
def stage(secure: SecureKafka, tmp_path: Path) -> Iterator[Stage]:
    """Topics of its own, and each role's rights to them. The stage itself comes in by the broker's own door."""
    one = Stage(secure.broker.bootstrap_servers, tmp_path)
    one.environment |= {
        "SEKISHO_REFERENCE__REQUIRED_LISTS": json.dumps([scene.LIST_ID, scene.MEASURES_ID]),
        "SEKISHO_OUTPUT__ENCODING": "json",
        "SEKISHO_OUTPUT__OCSF": "true",
    }
    made = sekisho(one, {}, "topics", "acls", "--apply", "--json")
    assert {json.loads(line)["role"] for line in made.splitlines()} == set(ROLES)
    sekisho(one, secure.login("deployer"), "topics", "create", "--partitions", "4")
    yield one
    one.close()


def sekisho(stage: Stage, login: dict[str, str], *arguments: str, code: int = 0) -> str:
    """Run a command as somebody; what it wrote to stdout."""
    inherited = {name: None for name in os.environ if name.startswith("SEKISHO_")}
    ran = CliRunner().invoke(cli, arguments, env={**inherited, **stage.environment, **login}, standalone_mode=False)
    assert PASSWORD not in ran.output
    assert ran.exception is None, f"{arguments}: {ran.exception!r} {ran.output}"
    assert (ran.return_value or 0) == code, ran.output
    return ran.stdout


def settings_of(stage: Stage, login: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in {**stage.environment, **login}.items():
        monkeypatch.setenv(name, value)
    return load()


def test_everyone_does_their_part_with_the_least_rights(secure: SecureKafka, stage: Stage, tmp_path: Path) -> None:
    """From the topics to the person who reads: seven users over TLS and SCRAM-SHA-512, none of them an administrator."""
    records = tmp_path / "list.jsonl"
    records.write_text(
        json.dumps(
            {
                "list_id": "own-list",
                "entry_id": "1",
                "schema": "Organization",
                "names": [{"text": scene.LISTED, "kind": "primary"}],
            }
        )
        + "\n"
    )
    sekisho(stage, secure.login("lists"), "lists", "publish", str(records), "--who", "test")
    stage.environment["SEKISHO_REFERENCE__REQUIRED_LISTS"] = '["own-list"]'
    worker = stage.worker(**secure.login("worker")).wait_ready()

    events = tmp_path / "events.jsonl"
    events.write_bytes(b"".join(value + b"\n" for _, value in scene.shipments(20)))
    told = sekisho(stage, secure.login("publisher"), "publish", "shipments", str(events), "--wait", "60", "--json")
    verdicts = [json.loads(line) for line in told.splitlines()]
    assert [one["verdict"] for one in verdicts].count("review") == 2
    assert [one["verdict"] for one in verdicts].count("clear") == 18

    hit = next(one for one in verdicts if one["verdict"] == "review")
    analyst = secure.login("analyst")
    assert json.loads(sekisho(stage, analyst, "alerts", "show", hit["alerts"][0], "--json"))
    explained = json.loads(sekisho(stage, analyst, "explain", hit["alerts"][0], "--json"))
    assert explained["outcome"] == "same"
    assert len(sekisho(stage, analyst, "replay").splitlines()) == 20
    for question in (("--traffic", "open", "--lists", str(records)), ("--engine",)):
        assert sekisho(stage, analyst, "backtest", *question, "--json")
    assert sekisho(stage, analyst, "rescreen", "status", "--json")
    assert json.loads(sekisho(stage, secure.login("lists"), "lists", "prune", "--dry-run", "--json"))
    sekisho(stage, secure.login("operator"), "doctor", "--json", code=0)
    erased = sekisho(
        stage, secure.login("privacy"), "erase", "--reference", "SHP-0", "--rewrite", "alerts", "--yes", "--json"
    )
    assert {json.loads(line)["topic"]: json.loads(line)["records"] for line in erased.splitlines()}[
        stage.topics.alert
    ] == 1
    assert worker.terminate() == 0
    assert stage.committed(stage.topics.shipment) == 20
    assert PASSWORD not in worker.words


#: Role: the topics, as fields of ``Topics``, that it may write to; every other is refused.
WRITES = {
    "worker": {
        "alert",
        "alert_ocsf",
        "verdict",
        "dead_letter",
        "open_shipment",
        "open_payment",
        "progress",
        "fingerprint",
    },
    "publisher": {"shipment", "payment"},
    "lists": {"entity", "goods", "measure", "list", "reference"},
    "analyst": set(),
    "operator": {"shipment", "payment"},
    "privacy": {"alert", "alert_ocsf", "verdict", "dead_letter", "open_shipment", "open_payment", "fingerprint"},
    "deployer": set(),
}


def test_nobody_writes_what_is_not_theirs(secure: SecureKafka, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every role tries every topic: a worker cannot write lists, a publisher no alert, an analyst nothing at all."""
    fields = [name for name, info in Topics.model_fields.items() if isinstance(info.default, str)]
    written: dict[str, set[str]] = {role: set() for role in ROLES}
    for role in ROLES:
        settings = settings_of(stage, secure.login(role), monkeypatch)
        # Who may write nothing may not even ask for the id of an idempotent producer.
        with clients.producer(settings, enable_idempotence=False) as producer:
            for field in fields:
                sent = producer.send(getattr(stage.topics, field), key=b"k", value=b"v")
                with contextlib.suppress(TopicAuthorizationFailedError):
                    sent.get(timeout=20)
                    written[role].add(field)
    assert written == WRITES


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_log_in(secure: SecureKafka, stage: Stage, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker (Faust and aiokafka) and a command (kafka-python), each with its own user."""
    scene.publish(stage, scene.lists())
    worker = stage.worker(**secure.login("worker", way)).wait_ready()
    settings = settings_of(stage, secure.login("publisher", way), monkeypatch)
    with clients.producer(settings) as producer:
        for key, value in scene.shipments(4):
            producer.send(stage.topics.shipment, key=key.encode(), value=value)
    until(lambda: stage.count(stage.topics.verdict) >= 4, "four verdicts")
    assert worker.terminate() == 0


def test_a_wrong_password_is_told_and_not_shown(secure: SecureKafka, stage: Stage, tmp_path: Path) -> None:
    login = secure.login("worker") | {"SEKISHO_KAFKA__SASL_PASSWORD": "battery staple"}
    login.pop("SEKISHO_KAFKA__SASL_PASSWORD_FILE")
    worker = stage.worker(**login)
    assert worker.process.wait(60) != 0
    assert "Authentication" in worker.words
    assert "battery staple" not in worker.words


def test_nothing_is_committed_past_an_alert_that_the_broker_refuses(secure: SecureKafka, stage: Stage) -> None:
    """Somebody takes the worker's right to write alerts. The event waits; with the right back it is answered."""
    scene.publish(stage, scene.lists())
    login = secure.login("worker")
    worker = stage.worker(**login).wait_ready()
    revoke_writing(stage, stage.topics.alert)
    stage.publish(stage.topics.shipment, scene.shipments(10))
    until(lambda: not worker.alive(), "the worker ends itself rather than go on")
    assert worker.process.returncode != 0
    assert stage.topics.alert in worker.words
    waits(stage, "SHP-0")

    worker.start()  # as a supervisor does; nothing is mended yet
    until(lambda: not worker.alive(), "the worker ends itself again")
    waits(stage, "SHP-0")
    assert stage.count(stage.topics.alert) == 0

    sekisho(stage, {}, "topics", "acls", "worker", "--apply")
    worker.start()
    until(lambda: stage.committed(stage.topics.shipment) == 10, "all committed")
    scene.check_whole(stage, [f"SHP-{number}" for number in range(10)], ["SHP-0"])


def revoke_writing(stage: Stage, topic: str) -> None:
    """What an administrator's slip does."""
    rights = ResourcePatternFilter(ResourceType.TOPIC, topic, ACLResourcePatternType.LITERAL)
    writing = ACLFilter(
        principal="User:sekisho-worker",
        host=None,
        operation=ACLOperation.WRITE,
        permission_type=ACLPermissionType.ALLOW,
        resource_pattern=rights,
    )
    admin = KafkaAdminClient(bootstrap_servers=stage.bootstrap_servers)
    try:
        ((_, gone, _),) = admin.delete_acls([writing])
        assert len(gone) == 1
    finally:
        admin.close()


def waits(stage: Stage, key: str) -> None:
    """The group has not committed past the event of ``key``."""
    record = next(one for one in stage.read(stage.topics.shipment) if one.key == key.encode())
    consumer = KafkaConsumer(
        bootstrap_servers=stage.bootstrap_servers,
        group_id=stage.environment["SEKISHO_WORKER__GROUP"],
        enable_auto_commit=False,
    )
    try:
        assert (consumer.committed(TopicPartition(record.topic, record.partition)) or 0) <= record.offset
    finally:
        consumer.close()
