"""Starts Apache Kafka in KRaft mode (broker and controller in one process) from the jars in ``libs/``.

    python deploy/kafka/broker.py --port 9092        until Ctrl-C; the log goes to stdout

Tests use the class. Settings and figures (Kafka 4.3.1, Java 17): format 0.7 s, up in 1.8 s, 220 MB with a 256 MB heap.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIBS = HERE / "libs"
CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qg"

#: A restart after kill -9 waits for the dead broker's session (9 s), so 11 to 14 s in all; a loaded machine takes longer.
START_TIMEOUT_S = 120.0


def missing() -> str | None:
    """Why Apache Kafka cannot be started here, with the remedy; nothing if it can."""
    if shutil.which("java") is None:
        return "there is no Java: install a JRE of version 17 or newer"
    if not any(LIBS.glob("kafka_2.13-*.jar")):
        return "Kafka's jars are not there: run `make kafka-jars` (needs Maven)"
    return None


class ApacheKafka:
    """One broker. ``folder`` keeps its log between ``stop`` (or ``kill``) and ``start``."""

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        heap_mb: int = 256,
        properties: dict[str, str] | None = None,
        node_id: int = 1,
        controllers: dict[int, int] | None = None,
        listeners: dict[str, str] | None = None,
        format_options: Sequence[str] = (),
    ) -> None:
        """``controllers`` maps the node ids of a cluster to the ports of their controllers; alone, it is its own.

        ``listeners`` are further ones, name → protocol, on free ports (``ports``); ``properties`` say what they need.
        ``format_options`` go to the tool that formats the log folder (``--add-scram …``).
        """
        self.folder = folder
        self.port = port or _free_port()
        self._node_id = node_id
        self._controllers = controllers or {node_id: _free_port()}
        self._heap_mb = heap_mb
        self._properties = properties or {}
        self._listeners = listeners or {}
        self._format_options = format_options
        self.ports = {name: _free_port() for name in self._listeners}
        self._process: subprocess.Popen[bytes] | None = None
        self.bootstrap_servers = f"127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        if self._process is None:
            raise RuntimeError("the broker is not running")
        return self._process.pid

    @property
    def log(self) -> Path:
        return self.folder / "broker.log"

    def start(self, *, wait: bool = True) -> ApacheKafka:
        """Format the log folder the first time, then start; returns when the broker takes connections."""
        config = self.folder / "server.properties"
        if not config.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            config.write_text(self._server_properties(), encoding="utf-8")
            self._run(
                *("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(config)),
                *self._format_options,
                heap_mb=128,
            )
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own arguments
                self._java("kafka.Kafka", str(config), heap_mb=self._heap_mb),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
            )
        if wait:
            self.wait_until_up()
        return self

    def wait_until_up(self) -> None:
        """Poll the port, then the metadata: a broker listens before its controller is elected."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                if _answers(self.bootstrap_servers):
                    return
            time.sleep(0.1)
        words = self.log.read_text(encoding="utf-8", errors="replace")[-2000:]
        self.kill()
        raise RuntimeError(f"Apache Kafka did not come up on port {self.port}; its last words:\n{words}")

    def stop(self) -> None:
        """An orderly stop (0.2 to 0.5 s)."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def kill(self) -> None:
        """As a power cut would end it."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()

    def __enter__(self) -> ApacheKafka:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _run(self, *arguments: str, heap_mb: int) -> None:
        command = self._java(*arguments, heap_mb=heap_mb)
        done = subprocess.run(command, capture_output=True, cwd=self.folder)  # noqa: S603 - our own arguments
        if done.returncode != 0:
            raise RuntimeError(f"{arguments[0]} failed: {(done.stdout + done.stderr).decode(errors='replace')[-2000:]}")

    def _java(self, *arguments: str, heap_mb: int) -> list[str]:
        return [
            shutil.which("java") or "java",
            f"-Xmx{heap_mb}m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            f"-Dlog4j2.configurationFile={HERE / 'log4j2.properties'}",
            "-cp",
            f"{LIBS}/*",
            *arguments,
        ]

    def _server_properties(self) -> str:
        open_to_all = {"PLAINTEXT": self.port, **self.ports}
        advertised = [f"{name}://127.0.0.1:{port}" for name, port in open_to_all.items()]
        protocols = {"CONTROLLER": "PLAINTEXT", "PLAINTEXT": "PLAINTEXT", **self._listeners}
        values = {
            "process.roles": "broker,controller",
            "node.id": str(self._node_id),
            "controller.quorum.voters": ",".join(
                f"{node}@127.0.0.1:{port}" for node, port in self._controllers.items()
            ),
            "listeners": ",".join([*advertised, f"CONTROLLER://127.0.0.1:{self._controllers[self._node_id]}"]),
            "advertised.listeners": ",".join(advertised),
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "listener.security.protocol.map": ",".join(f"{name}:{of}" for name, of in protocols.items()),
            "log.dirs": str(self.folder / "data"),
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "1",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "transaction.state.log.num.partitions": "1",
            "group.initial.rebalance.delay.ms": "0",
            # A misspelt topic must be an error, not a new empty topic.
            "auto.create.topics.enable": "false",
            # With 2000 a loaded broker fences itself.
            "broker.session.timeout.ms": "9000",
            "broker.heartbeat.interval.ms": "500",
            # The default of 128 MB does not fit in a small heap.
            "log.cleaner.dedupe.buffer.size": "16777216",
            **self._properties,
        }
        return "".join(f"{name}={value}\n" for name, value in values.items())


def cluster(folder: Path, size: int = 3) -> list[ApacheKafka]:
    """Brokers that keep ``size`` replicas of everything, of which all but one must acknowledge; not started yet."""
    controllers = {node: _free_port() for node in range(1, size + 1)}
    replicas = {
        "default.replication.factor": str(size),
        "offsets.topic.replication.factor": str(size),
        "min.insync.replicas": str(size - 1),
    }
    return [
        ApacheKafka(folder / f"node-{node}", node_id=node, controllers=controllers, properties=replicas)
        for node in controllers
    ]


def _answers(bootstrap_servers: str) -> bool:
    """Whether the broker answers a metadata request."""
    from kafka import KafkaAdminClient
    from kafka.errors import KafkaError

    try:
        admin = KafkaAdminClient(bootstrap_servers=bootstrap_servers, request_timeout_ms=3000)
    except KafkaError:
        with warnings.catch_warnings():  # a client that could not connect leaves its sockets to the collector
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()
        return False
    try:
        admin.list_topics()
    except KafkaError:
        return False
    finally:
        admin.close()
    return True


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def unusable(port: int) -> str | None:
    """Why nothing can listen there, with the remedy. Kafka itself would say so in a log, while another answers for it."""
    if not 0 < port < 65536:
        return f"{port} is no port; name one from 1 to 65535 (make kafka PORT=…)"
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        return f"nothing can listen on 127.0.0.1:{port} ({why}); name another (make kafka PORT=…), or stop what has it"
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=9092)
    parser.add_argument(
        "--folder", type=Path, help="keeps the data between runs; default: a new one, removed at the end"
    )
    parser.add_argument("--heap-mb", type=int, default=512)
    arguments = parser.parse_args()
    reason = missing() or unusable(arguments.port)
    if reason:
        print(f"Apache Kafka cannot start: {reason}", file=sys.stderr)
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with contextlib.ExitStack() as stack:
        folder = arguments.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sekisho-kafka-")))
        try:
            broker = stack.enter_context(ApacheKafka(folder, port=arguments.port, heap_mb=arguments.heap_mb))
        except (RuntimeError, OSError) as error:
            print(error, file=sys.stderr)
            return 1
        print(f"Apache Kafka takes connections at {broker.bootstrap_servers}; Ctrl-C stops it", file=sys.stderr)
        with contextlib.suppress(KeyboardInterrupt):
            while broker._process is not None and broker._process.poll() is None:
                time.sleep(0.5)
            words = broker.log.read_text(encoding="utf-8", errors="replace")[-2000:]
            print(f"Apache Kafka has ended by itself; its last words:\n{words}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
