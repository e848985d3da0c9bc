"""Starts Apicurio Registry (Confluent API under /apis/ccompat/v7, in memory) from what ``make registry-jars`` fetched.

Version 2.6.13 on Java 17: up in about 4 s, 214 MB.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
LIBS = HERE / "registry"

START_TIMEOUT_S = 60.0


def missing() -> str | None:
    """Why the registry cannot be started here, with the remedy; nothing if it can."""
    if shutil.which("java") is None:
        return "there is no Java: install a JRE of version 17 or newer"
    if not any(LIBS.glob("apicurio-registry-app-*-runner.jar")):
        return "Apicurio Registry is not there: run `make registry-jars` (needs Maven)"
    return None


class ApicurioRegistry:
    """One registry. It keeps nothing: after ``stop`` and ``start`` on the same port it is empty."""

    def __init__(self, folder: Path, *, port: int | None = None) -> None:
        self.folder = folder
        self.port = port or _free_port()
        self.url = f"http://127.0.0.1:{self.port}/apis/ccompat/v7"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.folder / "registry.log"

    def start(self) -> ApicurioRegistry:
        self.folder.mkdir(parents=True, exist_ok=True)
        jar = next(LIBS.glob("apicurio-registry-app-*-runner.jar"))
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own arguments
                [
                    shutil.which("java") or "java",
                    "-Xmx512m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Dquarkus.http.host=127.0.0.1",
                    f"-Dquarkus.http.port={self.port}",
                    "-jar",
                    str(jar),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
            )
        self._wait()
        return self

    def _wait(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline and self._process is not None and self._process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/subjects", timeout=2):  # noqa: S310 - a loopback address
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        words = self.log.read_text(encoding="utf-8", errors="replace")[-2000:]
        self.stop()
        raise RuntimeError(f"Apicurio Registry did not come up on port {self.port}; its last words:\n{words}")

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __enter__(self) -> ApicurioRegistry:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port
