"""What `publish` tells of a file and of its verdicts, without a broker."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from sekisho.cli.publish import TOLD, line_of, read


def test_a_verdicts_line_carries_its_notes_and_nobody_forges_a_line() -> None:
    event = SimpleNamespace(business_reference="SHP-1\nclear\tSHP-2", event_id="e\x1b[31m1")
    verdict = SimpleNamespace(verdict="review", event=event, notes=("export_country: 'Japan' is no country code",))
    assert line_of(cast(Any, verdict)).split("\t") == [
        "review",
        "SHP-1 clear SHP-2",
        "e␦[31m1",
        "export_country: 'Japan' is no country code",
    ]


def test_a_file_of_another_kind_is_told_in_some_lines_and_a_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "list.csv"
    file.write_text("name,schema\n" * 5000)
    assert read("shipment", str(file)) == ([], 5000)
    told = capsys.readouterr().err.splitlines()
    assert len(told) == TOLD + 2
    assert told[TOLD] == f"… and {5000 - TOLD} more lines that cannot be read"


def test_utf_16_is_called_that(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text('{"event_id": "1"}\n', encoding="utf-16")
    read("shipment", str(file))
    assert "is UTF-16; save it as UTF-8" in capsys.readouterr().err
