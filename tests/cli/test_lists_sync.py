"""``lists sync`` as its users run it: a process of its own, a web server, a broker."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from sekisho.agents.embedded import free_port
from sekisho.cli.lists_fetch import default_cache
from sekisho.errors import InputError
from sekisho.reference.addresses import downloads
from sekisho.reference.fetch import DEFAULT_SOURCES
from sekisho.settings import Sources
from tests.cli.conftest import Run
from tests.support.stage import until


class Server:
    """``names`` of one list, or an error status, or bytes that are no list."""

    def __init__(self) -> None:
        self.names: tuple[str, ...] = ()
        self.status = 200
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                lines = [
                    {"entry_id": name, "schema": "Organization", "names": [{"text": name}]} for name in server.names
                ]
                body = "".join(json.dumps(line) + "\n" for line in lines).encode()
                self.send_response(server.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/xx-list.jsonl"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    one = Server()
    monkeypatch.setenv("SEKISHO_SOURCES__ALLOW_HTTP", "true")
    monkeypatch.setenv("SEKISHO_SOURCES__ATTEMPTS", "1")
    monkeypatch.setenv("SEKISHO_SOURCES__URLS", json.dumps({"ours": one.url}))
    yield one
    one.close()


def active(run: Run) -> dict[str, int]:
    ran = run("lists", "show", "--active", "--json")
    return {row["list_id"]: row["entries"] for row in map(json.loads, ran.out.splitlines())}


def test_one_round(server: Server, broker: str, run: Run, tmp_path: Path) -> None:
    """What is new is published, what is not is left, what a guard refuses stays as it was and is told."""
    assert run("topics", "create").code == 0
    sync = ("lists", "sync", "--once", "--json", "--cache", str(tmp_path), "ours")
    server.names = tuple(f"Company {n}" for n in range(10))
    first = run(*sync)
    assert first.code == 0, first.err
    row = json.loads(first.out)
    assert (row["outcome"], row["lists"]) == ("published", {"xx-list": {"added": 10, "changed": 0, "removed": 0}})
    assert "10 added: Company 0 Company 0; " in first.err
    assert active(run) == {"xx-list": 10}
    assert json.loads(run(*sync).out)["outcome"] == "unchanged"

    server.names = server.names[:5]
    refused = run(*sync)
    assert refused.code == 1
    assert "it shrinks from 10 to 5 records" in json.loads(refused.out)["error"]
    assert active(run) == {"xx-list": 10}


def test_the_guard_is_a_setting(
    server: Server, broker: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEKISHO_REFERENCE__MAX_SHRINK", "0.6")
    assert run("topics", "create").code == 0
    for count in (10, 5):
        server.names = tuple(f"Company {n}" for n in range(count))
        assert run("lists", "sync", "--once", "--cache", str(tmp_path), "ours").code == 0
    assert active(run) == {"xx-list": 5}


def test_a_broker_that_is_away_is_told_and_ends_nothing(
    server: Server, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sekisho.cli.clients.CONNECT_MS", 500)
    server.names = ("Acme",)
    flags = (
        "--bootstrap-servers",
        f"127.0.0.1:{free_port()}",
        "--cache",
        str(tmp_path),
        "--json",
        "ours",
        f"b={server.url}",
    )
    ran = run("lists", "sync", "--once", *flags)
    assert ran.code == 1
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert [(row["source"], row["outcome"]) for row in rows] == [("ours", "failed"), ("b", "failed")]
    assert "NoBrokersAvailable" in rows[0]["error"] or "KafkaTimeoutError" in rows[0]["error"], rows[0]["error"]


@pytest.mark.parametrize(("host", "remedy"), [("127.0.0.1", "--metrics-port"), ("192.0.2.1", "SEKISHO_METRICS__HOST")])
def test_what_cannot_be_listened_on_is_told_with_its_remedy(
    server: Server, run: Run, monkeypatch: pytest.MonkeyPatch, host: str, remedy: str
) -> None:
    monkeypatch.setenv("SEKISHO_METRICS__HOST", host)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = run("lists", "sync", "--metrics-port", str(taken.getsockname()[1]), "ours")
    assert ran.code == 1
    assert "cannot listen on" in ran.err
    assert remedy in ran.err


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_the_service_follows_its_source_until_it_is_ended(
    server: Server, broker: str, run: Run, tmp_path: Path, ending: signal.Signals
) -> None:
    assert run("topics", "create").code == 0
    server.names = ("Acme",)
    port = free_port()
    log = tmp_path / "log"
    with log.open("wb") as out:
        service = subprocess.Popen(
            [
                *(sys.executable, "-m", "sekisho.cli.main", "lists", "sync", "--every", "1s"),
                *("--metrics-port", str(port), "--cache", str(tmp_path), "ours"),
            ],
            stdout=out,
            stderr=subprocess.STDOUT,
            env=os.environ.copy(),
        )

    def metric(sample: str) -> float:
        assert service.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
                lines = answer.read().decode().splitlines()
        except OSError:
            return -1.0
        return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(sample)), -1.0)

    try:
        until(lambda: metric('sekisho_sync_rounds_total{outcome="published"') == 1, "the first version")
        began = metric("sekisho_sync_last_success_timestamp_seconds")
        server.names = ("Acme", "Zorkovian Dynamics")
        until(lambda: metric('sekisho_sync_changes_total{change="added",list="xx-list"') == 2, "the second version")
        assert active(run) == {"xx-list": 2}
        server.status = 500
        until(lambda: metric('sekisho_sync_failing{source="ours"}') == 1, "the source fails")
        assert active(run) == {"xx-list": 2}
        server.status = 200
        until(lambda: metric('sekisho_sync_failing{source="ours"}') == 0, "the source is back")
        assert metric("sekisho_sync_last_success_timestamp_seconds") > began
        service.send_signal(ending)
        assert service.wait(10) == 0, log.read_text()
    finally:
        service.kill()
        service.wait()
    said = log.read_text()
    assert "xx-list: 1 added: Zorkovian Dynamics Zorkovian Dynamics" in said
    assert "status 500" in said
    assert "Traceback" not in said


def test_a_metrics_port_that_is_taken(server: Server, run: Run) -> None:
    ran = run("lists", "sync", "--metrics-port", server.url.rpartition(":")[2].partition("/")[0], "ours")
    assert ran.code == 1
    assert "--metrics-port" in ran.err


@pytest.mark.parametrize("every", ["0h", "1", "h", "-1h", "1.5h", "1w", "١h"])
def test_a_time_that_is_none(run: Run, every: str) -> None:
    ran = run("lists", "sync", "--every", every)
    assert ran.code == 2
    assert "is not a time such as 30m, 1h or 1d" in ran.err


def test_addresses_of_the_settings_go_before_the_publishers() -> None:
    found = downloads(Sources(urls={"un-sc": "https://mirror.example/un", "own": "https://own.example/a/own.csv"}))
    assert set(found) == {*DEFAULT_SOURCES, "own"}
    assert [(one.url, one.name) for one in found["un-sc"]] == [("https://mirror.example/un", "consolidated.xml")]
    assert [one.name for one in found["own"]] == ["own.csv"]
    assert set(downloads(Sources(fetch=("un-sc",)))) == {"un-sc"}
    several = {"us-ofac-sdn": {one.name: f"https://m.example/{one.name}" for one in DEFAULT_SOURCES["us-ofac-sdn"]}}
    assert len(downloads(Sources(urls=several), ["us-ofac-sdn"])["us-ofac-sdn"]) == 4


@pytest.mark.parametrize(
    "urls",
    [
        {"../out": "https://x.example/list.csv"},
        {"own": "https://x.example/"},
        {"own": "https://x.example/.hidden"},
        {"own": "file:///etc/passwd"},
        {"own": {"../../out.csv": "https://x.example/list.csv"}},
        {"own": {}},
        {"us-ofac-sdn": "https://x.example/sdn.csv"},
    ],
)
def test_addresses_that_cannot_be_used(urls: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        downloads(Sources(urls=urls))


def test_the_cache_is_the_users(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache() == tmp_path / "sekisho" / "lists"
