"""Errors of brokers in words that a person can act on."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from kafka.errors import (
    InvalidConfigurationError,
    InvalidReplicationFactorError,
    KafkaTimeoutError,
    SecurityDisabledError,
)

from sekisho.agents.embedded import free_port
from sekisho.cli import clients
from sekisho.cli.acls import _add
from sekisho.cli.topics import ensure, wanted
from sekisho.errors import InputError, UnreachableError
from sekisho.settings import Kafka, without_environment
from sekisho.wire import connecting, silence
from tests.cli.conftest import Run


def test_of_a_request_that_is_refused_only_the_brokers_reason_is_told() -> None:
    quoted = (
        "Request 'CreateTopicsRequest(version=7, topics=[CreatableTopic(name='zz', …)])' failed with response "
        "'CreateTopicsResponse(topics=[CreatableTopicResult(error_code=40, error_message='Invalid value abc for "
        "configuration retention.ms: Not a number of type LONG', num_partitions=-1)])'."
    )
    with pytest.raises(UnreachableError) as told, clients.told(without_environment()):
        raise InvalidConfigurationError(quoted)
    assert "InvalidConfigurationError: Invalid value abc for configuration retention.ms" in str(told.value)
    assert "CreatableTopic" not in str(told.value)


class LonelyBroker:
    """A cluster of one, which cannot keep three copies."""

    def list_topics(self) -> list[str]:
        return []

    def create_topics(self, *_: Any, **__: Any) -> None:
        raise InvalidReplicationFactorError("only 1 broker(s) are registered")

    def describe_cluster(self) -> dict[str, Any]:
        return {"brokers": [{"host": "127.0.0.1", "port": 9092}]}


def test_more_copies_than_brokers_names_both_and_the_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def admin(_: object) -> Iterator[LonelyBroker]:
        yield LonelyBroker()

    monkeypatch.setattr(clients, "admin", admin)
    settings = without_environment(topics={"replication": 3})
    with pytest.raises(InputError, match="3 copies need as many brokers, and there are 1; give --replication"):
        ensure(settings, wanted(settings))


def test_who_listens_and_speaks_another_protocol_is_told_apart_from_nobody() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        at = f"127.0.0.1:{listener.getsockname()[1]}"
        settings = without_environment(kafka={"bootstrap_servers": f"127.0.0.1:1, {at}"})
        with (
            pytest.raises(UnreachableError, match="takes connections, but does not answer PLAINTEXT"),
            clients.told(settings),
        ):
            raise KafkaTimeoutError("Unable to bootstrap from 127.0.0.1")
    with pytest.raises(UnreachableError, match="check SEKISHO_KAFKA__BOOTSTRAP_SERVERS"), clients.told(settings):
        raise KafkaTimeoutError("Unable to bootstrap from 127.0.0.1")


@pytest.mark.parametrize(
    "command",
    [
        ("topics", "create"),
        ("topics", "create", "--json"),
        ("alerts", "stats", "--json"),
        ("dead-letters", "list"),
        ("lists", "show", "--active", "--json"),
        ("lists", "publish", "bundled"),
        ("lists", "prune"),
        ("explain", "abc", "--json"),
        ("doctor",),
    ],
    ids=" ".join,
)
def test_whoever_waits_for_brokers_is_told(command: tuple[str, ...], run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "CONNECT_MS", 600)
    monkeypatch.setattr(connecting, "PATIENCE_S", 0.1)
    at = f"127.0.0.1:{free_port()}"
    ran = run(*command, "--bootstrap-servers", at)
    assert ran.code == 1
    assert f"waiting for the brokers at {at}, up to 0.6 s" in ran.err
    assert "waiting" not in ran.out
    assert "cannot be reached" in ran.err + ran.out


def test_whose_brokers_are_there_is_told_nothing(broker: str, run: Run) -> None:
    ran = run("topics", "create", "--bootstrap-servers", broker)
    assert ran.code == 0
    assert "waiting" not in ran.err


def test_an_address_without_a_port_is_no_fault_of_ours() -> None:
    assert silence.remark(Kafka(bootstrap_servers="localhost, [::1]:1")) == ""


def test_a_broker_without_an_authorizer_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    class OpenBroker:
        def create_acls(self, _: object) -> dict[str, Any]:
            return {"failed": [SecurityDisabledError]}

    @contextmanager
    def admin(_: object) -> Iterator[OpenBroker]:
        yield OpenBroker()

    monkeypatch.setattr(clients, "admin", admin)
    with pytest.raises(UnreachableError, match="it has no authorizer"):
        _add(without_environment(), [])
