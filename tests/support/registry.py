"""A real schema registry for tests, where Java and its jar are: one a session, and one of its own for a test that stops it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from deploy.kafka.registry import ApicurioRegistry, missing
from tests.support.absent import absent


def need_registry() -> None:
    """Skip where the registry cannot start; fail where it must."""
    reason = missing()
    if reason is None:
        return
    message = f"the schema registry was not tested: {reason}"
    absent(message)


@pytest.fixture(scope="session")
def registry_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The Confluent API of one registry that all tests share; use subjects of your own."""
    need_registry()
    with ApicurioRegistry(tmp_path_factory.mktemp("registry")) as registry:
        yield registry.url


@pytest.fixture
def own_registry(tmp_path: Path) -> Iterator[Callable[..., ApicurioRegistry]]:
    """Start a registry that the test may stop."""
    need_registry()
    with ExitStack() as stack:

        def start(port: int | None = None) -> ApicurioRegistry:
            return stack.enter_context(ApicurioRegistry(tmp_path / f"registry-{os.urandom(3).hex()}", port=port))

        yield start
