"""Brokers for tests: the embedded one, and a real Apache Kafka where Java and its jars are.

A session starts each at most once, on a free port, in a fresh folder, and stops it at the end. Each test has topics
of its own, so that tests do not see each other. Tests that break the broker start one of their own (``own_kafka``).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from deploy.kafka.broker import ApacheKafka, missing
from sekisho.agents.embedded import EmbeddedBroker
from tests.support.absent import absent


def need_kafka() -> None:
    """Skip where Apache Kafka cannot start; fail where it must."""
    reason = missing()
    if reason is None:
        return
    message = f"Apache Kafka was not tested: {reason}"
    absent(message)


@pytest.fixture(scope="session")
def apache_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheKafka]:
    need_kafka()
    with ApacheKafka(tmp_path_factory.mktemp("kafka")) as broker:
        yield broker


@pytest.fixture(scope="session")
def embedded_broker() -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker() as broker:
        yield broker


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[Callable[..., ApacheKafka]]:
    """Start a Kafka that the test may kill."""
    need_kafka()
    with ExitStack() as stack:

        def start(**options: object) -> ApacheKafka:
            return stack.enter_context(ApacheKafka(tmp_path / f"kafka-{os.urandom(3).hex()}", **options))  # type: ignore[arg-type]

        yield start


@pytest.fixture(
    params=[
        pytest.param("embedded", marks=pytest.mark.broker, id="embedded"),
        pytest.param("kafka", marks=[pytest.mark.broker, pytest.mark.kafka], id="kafka"),
    ]
)
def bootstrap_servers(request: pytest.FixtureRequest) -> str:
    """The behaviour suite runs on both."""
    broker = request.getfixturevalue("apache_kafka" if request.param == "kafka" else "embedded_broker")
    servers: str = broker.bootstrap_servers
    return servers
