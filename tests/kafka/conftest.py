"""Whole workers against brokers: nothing is faked here but the network, where a test breaks it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.brokers import apache_kafka, bootstrap_servers, embedded_broker, own_kafka
from tests.support.stage import Stage

__all__ = ["apache_kafka", "bootstrap_servers", "embedded_broker", "own_kafka"]


@pytest.fixture
def stage(bootstrap_servers: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """Topics are not created yet: tests differ in that. The behaviour suite: on both brokers."""
    embedded = "embedded" in request.node.callspec.id
    one = Stage(bootstrap_servers, tmp_path, embedded=embedded)
    yield one
    one.close()


@pytest.fixture
def kafka_stage(apache_kafka: object, tmp_path: Path) -> Iterator[Stage]:
    """On Apache Kafka only."""
    one = Stage(apache_kafka.bootstrap_servers, tmp_path)  # type: ignore[attr-defined]
    yield one
    one.close()
