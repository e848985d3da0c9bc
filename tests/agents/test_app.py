"""Starting and stopping a worker where something is missing."""

from __future__ import annotations

import socket
import tempfile
import threading
from pathlib import Path

import pytest

from sekisho.agents.app import Worker, run_worker
from sekisho.agents.embedded import EmbeddedBroker, free_port
from sekisho.errors import SettingsError, UnreachableError
from sekisho.settings import Kafka, Metrics, Settings
from sekisho.settings import Worker as WorkerSettings


def test_a_broker_that_does_not_answer_is_told_with_the_setting() -> None:
    settings = Settings(kafka=Kafka(bootstrap_servers=f"127.0.0.1:{free_port()}"), metrics=Metrics(port=0))
    with pytest.raises(UnreachableError, match="SEKISHO_KAFKA__BOOTSTRAP_SERVERS"):
        run_worker(settings)


def test_a_metrics_port_that_is_taken_is_told_with_the_setting() -> None:
    with EmbeddedBroker() as broker, socket.create_server(("127.0.0.1", 0)) as taken:
        settings = Settings(
            kafka=Kafka(bootstrap_servers=broker.bootstrap_servers), metrics=Metrics(port=taken.getsockname()[1])
        )
        with pytest.raises(UnreachableError, match="SEKISHO_METRICS__PORT"):
            run_worker(settings)


@pytest.mark.parametrize("host", ["192.0.2.1", "host.invalid"])
def test_a_metrics_host_that_is_not_ours_is_told_with_the_setting(host: str) -> None:
    with EmbeddedBroker() as broker:
        settings = Settings(kafka=Kafka(bootstrap_servers=broker.bootstrap_servers), metrics=Metrics(host=host, port=0))
        with pytest.raises(UnreachableError, match="set SEKISHO_METRICS__HOST"):
            run_worker(settings)


@pytest.mark.parametrize("below", ["file", "file/data", "/proc/sekisho"])
def test_a_data_folder_that_cannot_be_written_is_told_with_the_setting(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("no folder")
    settings = Settings(worker=WorkerSettings(data_dir=tmp_path / below), metrics=Metrics(port=0))
    with pytest.raises(SettingsError, match=r"SEKISHO_WORKER__DATA_DIR: .* cannot be written"):
        run_worker(settings)


def test_no_temporary_folder_is_told_with_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/proc/sekisho")
    with pytest.raises(SettingsError, match="SEKISHO_WORKER__DATA_DIR: there is no temporary folder"):
        run_worker(Settings(metrics=Metrics(port=0)))


def test_a_worker_that_waits_for_its_topics_stops_when_asked(tmp_path: Path) -> None:
    with EmbeddedBroker() as broker:
        worker = Worker(Settings(kafka=Kafka(bootstrap_servers=broker.bootstrap_servers), metrics=Metrics(port=0)))
        ended: list[int] = []
        thread = threading.Thread(target=lambda: ended.append(worker.run()))
        thread.start()
        threading.Timer(1.5, worker.stop).start()
        thread.join(20)
        assert ended == [0]


def test_no_broker_process_is_left_behind() -> None:
    broker = EmbeddedBroker().start()
    pid = broker.pid
    assert pid is not None
    assert Path(f"/proc/{pid}").exists() or not Path("/proc").exists()
    broker.stop()
    assert not Path(f"/proc/{pid}").exists()
    broker.stop()
