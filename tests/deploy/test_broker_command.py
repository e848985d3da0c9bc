"""``make kafka`` where it cannot work: it says why, and never that another's broker is its own."""

from __future__ import annotations

import socket
import sys

import pytest

from deploy.kafka import broker


@pytest.fixture(autouse=True)
def with_java(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told here is told before anything of Kafka's runs."""

    def start(*_: object, **__: object) -> None:
        raise AssertionError("it starts first")

    monkeypatch.setattr(broker, "missing", lambda: None)
    monkeypatch.setattr(broker, "ApacheKafka", start)


def test_a_port_that_is_taken_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(sys, "argv", ["broker.py", "--port", str(port)])
        assert broker.main() == 1
    said = capsys.readouterr().err
    assert f"127.0.0.1:{port}" in said
    assert "PORT=" in said


@pytest.mark.parametrize("port", ["0", "-1", "70000"])
def test_a_number_that_is_no_port_is_told(
    port: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["broker.py", "--port", port])
    assert broker.main() == 1
    assert f"{port} is no port" in capsys.readouterr().err
