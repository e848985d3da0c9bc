"""A command line to call: in this process, with settings that only the test gives."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from typing import NamedTuple

import pytest

from sekisho.cli.main import main
from tests.support.brokers import embedded_broker

__all__ = ["embedded_broker"]


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the developer has set is not what is tested."""
    for name in list(os.environ):
        if name.startswith("SEKISHO_") and name != "SEKISHO_SHARED_DATA":
            monkeypatch.delenv(name)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """``run("topics", "create")``: exit code, stdout, stderr."""

    def run(*arguments: str) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        said = capsys.readouterr()
        return Ran(int(ended.value.code or 0), said.out, said.err)

    return run


@pytest.fixture
def broker(embedded_broker: object, monkeypatch: pytest.MonkeyPatch) -> str:
    """The embedded broker as the environment names it, with topic names of this test's own."""
    servers: str = embedded_broker.bootstrap_servers  # type: ignore[attr-defined]
    monkeypatch.setenv("SEKISHO_KAFKA__BOOTSTRAP_SERVERS", servers)
    mark = uuid.uuid4().hex[:8]
    for name in [
        "SHIPMENT",
        "PAYMENT",
        "ALERT",
        "ALERT_OCSF",
        "VERDICT",
        "DEAD_LETTER",
        "ENTITY",
        "GOODS",
        "MEASURE",
        "LIST",
        "REFERENCE",
        "OPEN_SHIPMENT",
        "OPEN_PAYMENT",
        "PROGRESS",
        "FINGERPRINT",
    ]:
        monkeypatch.setenv(f"SEKISHO_TOPICS__{name}", f"{name.lower()}-{mark}")
    return servers
