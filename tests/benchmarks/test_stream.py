"""The stream benchmark in its shortest form, so that it still runs on the day when its figures are wanted."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.benchmarks import stream
from tests.benchmarks.stream_shapes import SHAPES
from tests.support.brokers import need_kafka

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]


def test_the_short_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    need_kafka()
    out = tmp_path / "figures.json"
    arguments = ["--events", "300", "--repeat", "1", "--workers", "2", "--figures", str(out)]
    monkeypatch.setattr(sys, "argv", ["stream", *arguments])
    assert stream.main() == 0
    found = json.loads(out.read_text())["traffic"]["zipf"]
    for shape in SHAPES:
        assert found[shape]["per_second"] > 0
        assert found[shape]["cpu_us"] > 0
    assert found["worker"]["cpu_us"] > found["forward"]["cpu_us"] > found["no-op"]["cpu_us"]
    assert found["workers"]["2"]["cpu_us"] > 0
    assert found["service_s"] == sorted(found["service_s"])
    assert len(found["service_s"]) == stream.STEPS + 1
    assert min(found["bytes"].values()) > 0, "events, verdicts, alerts and open events were written"
    assert "worker : forward" in capsys.readouterr().out
