"""The pieces the demo moves: its settings, the lists, the worker's process, the publisher and the onlookers."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, Any

from sekisho.cli.alert_table import AlertTable
from sekisho.cli.demo.feed import Item
from sekisho.cli.demo.tally import Tally
from sekisho.errors import UnreachableError
from sekisho.model import Alert
from sekisho.settings import Settings, without_environment

#: A worker on an idle machine is ready in about five seconds, most of it the group's first join; a busy one needs longer.
READY_S = 90.0


def demo_settings(servers: str) -> Settings:
    """Settings of the demo's own broker; what file and environment say is for the user's broker, not for this one."""
    from sekisho.agents.embedded import REBALANCE_TIMEOUT_S, free_port

    return without_environment(
        kafka={
            "bootstrap_servers": servers,
            "rebalance_timeout_s": REBALANCE_TIMEOUT_S,
        },
        worker={"as_of": "event"},
        output={"ocsf": True},
        metrics={"port": free_port()},
    )


def publish_bundled(settings: Settings) -> str:
    """Put the bundled pack on the reference topics; what was published, in words."""
    from sekisho.cli.lists_publish import publish_bundled as publish

    done = publish(settings, who="demo", why="sekisho demo")
    return f"{len(done.accepted.set.lists)} lists, tables and measure sets in {done.written} records"


class WorkerProcess:
    """A worker in a process of its own, as in production; ``url`` is where its metrics and health are."""

    def __init__(self, process: subprocess.Popen[bytes], log: IO[bytes], url: str) -> None:
        self._process = process
        self._log = log
        self.url = url

    def wait_ready(self, seconds: float) -> None:
        """Wait until it screens. Raises UnreachableError with its last words where it does not."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise UnreachableError(f"the worker ended with code {self._process.returncode}; {self.last_words()}")
            if _get(self.url, "/ready") == 200:
                return
            time.sleep(0.1)
        raise UnreachableError(f"the worker was not ready within {seconds:g} s; {self.last_words()}")

    def last_words(self) -> str:
        self._log.seek(0)
        return "the worker said:\n" + self._log.read()[-3000:].decode(errors="replace")

    def stop(self) -> None:
        """SIGTERM lets it drain; it is our own child, and only that is ever killed."""
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextlib.contextmanager
def start_worker(settings: Settings) -> Iterator[WorkerProcess]:
    """A ready worker for the length of the block."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEKISHO_")}
    environment |= {
        "SEKISHO_KAFKA__BOOTSTRAP_SERVERS": settings.kafka.bootstrap_servers,
        "SEKISHO_KAFKA__REBALANCE_TIMEOUT_S": str(settings.kafka.rebalance_timeout_s),
        "SEKISHO_WORKER__AS_OF": settings.worker.as_of,
        "SEKISHO_OUTPUT__OCSF": str(settings.output.ocsf),
        "SEKISHO_METRICS__PORT": str(settings.metrics.port),
        "SEKISHO_LOG__LEVEL": "INFO",
    }
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "sekisho.cli.main", "worker"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
        )
        worker = WorkerProcess(process, log, f"http://127.0.0.1:{settings.metrics.port}")
        try:
            worker.wait_ready(READY_S)
            yield worker
        finally:
            worker.stop()


def _get(url: str, path: str) -> int:
    """The status of a GET; 0 where nobody listens."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def publish(settings: Settings, feed: Sequence[Item], rate: float, tally: Tally) -> None:
    """Send the events in the order of their time, ``rate`` a second; each is told to ``tally`` when acknowledged."""
    from sekisho.cli.clients import producer

    topics = {"shipment": settings.topics.shipment, "payment": settings.topics.payment}
    with producer(settings) as client:
        began = time.perf_counter()
        for number, item in enumerate(feed):
            time.sleep(max(0.0, began + number / rate - time.perf_counter()))
            at = time.perf_counter()
            future = client.send(topics[item.kind], value=item.value, key=item.key, headers=item.headers)
            future.add_callback(_told(tally, at))
        client.flush(timeout=30)


def _told(tally: Tally, at: float) -> Callable[[Any], None]:
    return lambda sent: tally.sent((sent.topic, sent.partition, sent.offset), at)


def watch(
    settings: Settings,
    tally: Tally,
    stop: threading.Event,
    where: Mapping[str, str] | None,
    failure: list[BaseException],
) -> list[threading.Thread]:
    """Three onlookers, one an output topic. Alerts are shown as they come, unless ``where`` is None."""
    from sekisho.cli.records import Reader, letter

    decode = Reader(settings)
    table = AlertTable(where=lambda alert: (where or {}).get(alert.event.business_reference, ""))

    def on_alert(record: Any, at: float) -> None:
        alert: Alert | None = decode.alert(record)
        if alert is not None:
            tally.alert(alert, at)
            if where is not None:
                table.add(alert)

    def on_verdict(record: Any, at: float) -> None:
        verdict = decode.verdict(record)
        if verdict is not None:
            tally.verdict(verdict, at)

    def on_dead_letter(record: Any, at: float) -> None:
        context = letter(record).context
        tally.dead_letter((context.topic, context.partition, context.offset), at)

    names = settings.topics
    jobs = [(names.alert, on_alert), (names.verdict, on_verdict), (names.dead_letter, on_dead_letter)]
    ready = threading.Barrier(len(jobs) + 1)
    threads = [
        threading.Thread(target=_look_on, args=(settings, topic, job, stop, ready, failure), daemon=True)
        for topic, job in jobs
    ]
    for thread in threads:
        thread.start()
    ready.wait(timeout=30)
    return threads


def _look_on(
    settings: Settings,
    topic: str,
    job: Callable[[Any, float], None],
    stop: threading.Event,
    ready: threading.Barrier,
    failure: list[BaseException],
) -> None:
    from sekisho.cli.clients import reader
    from sekisho.cli.follow import assign

    try:
        with reader(settings, fetch_max_wait_ms=50) as consumer:
            assign(consumer, topic, from_beginning=True)
            ready.wait(timeout=30)
            while not stop.is_set():
                for batch in consumer.poll(timeout_ms=50).values():
                    at = time.perf_counter()
                    for record in batch:
                        job(record, at)
    except BaseException as error:
        failure.append(error)
        ready.abort()
