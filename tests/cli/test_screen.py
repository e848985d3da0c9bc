"""``screen``: one verdict a line whatever the line, and exit codes that a pipeline can trust."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

GENERATOR = {
    "event_id": "1",
    "event_time": "2023-02-03T06:00:00Z",
    "shipment_reference": "SHP-1",
    "status": "booked",
    "export_country": "JP",
    "import_country": "RU",
    "goods": [
        {
            "line": 1,
            "description": "Portable diesel generator",
            "hs_code": "8502.11",
            "control_codes": [{"regime": "jp-eto-2-3", "code": "2(69)"}],
        }
    ],
}
PAYMENT = {
    "event_id": "2",
    "event_time": "2023-02-03T06:00:00Z",
    "message_id": "M",
    "end_to_end_id": "E",
    "amount": {"amount": "100.00", "currency": "JPY"},
}


def file(path: Path, *lines: object) -> str:
    made = path / "events.jsonl"
    made.write_text("".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines))
    return str(made)


def verdicts(out: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.splitlines()]


def test_a_verdict_a_line_with_its_alerts_inside(run: Run, tmp_path: Path) -> None:
    ran = run("screen", file(tmp_path, GENERATOR, PAYMENT))
    assert ran.code == 0, ran.err
    first, second = verdicts(ran.out)
    assert (first["verdict"], second["verdict"]) == ("prohibited", "clear")
    (alert,) = first["alerts"]  # type: ignore[misc]
    assert alert["measures"][0]["measure_id"] == "jp-etco-2-1-item-1-4"
    assert second["alerts"] == []
    assert "2 events" in ran.err


@pytest.mark.parametrize(
    ("day", "verdict"), [("2023-01-26", "clear"), ("2023-01-27", "review"), ("2023-02-03", "prohibited")]
)
def test_as_of_any_day(run: Run, tmp_path: Path, day: str, verdict: str) -> None:
    ran = run("screen", "--as-of", day, file(tmp_path, GENERATOR))
    assert verdicts(ran.out)[0]["verdict"] == verdict


def test_the_law_of_the_events_own_time_is_the_default(run: Run, tmp_path: Path) -> None:
    early = GENERATOR | {"event_time": "2023-01-26T06:00:00Z"}
    assert verdicts(run("screen", file(tmp_path, early)).out)[0]["verdict"] == "clear"


def test_a_bad_line_is_unscreened_and_the_run_goes_on(run: Run, tmp_path: Path) -> None:
    ran = run("screen", file(tmp_path, "{", '{"shipment_reference": "Ivan Petrov"}', "", GENERATOR))
    assert ran.code == 0, "the run went through"
    found = verdicts(ran.out)
    assert [row["verdict"] for row in found] == ["unscreened", "unscreened", "prohibited"]
    assert [row["event"]["offset"] for row in found] == [0, 1, 3], "the line is where it stands"  # type: ignore[index]
    assert found[0]["error"]["reason"] == "json"  # type: ignore[index]
    assert "2 events were NOT screened" in ran.err
    assert "Ivan" not in ran.err, "an error never shows content"


def test_one_event_is_told_in_the_singular(run: Run, tmp_path: Path) -> None:
    ran = run("screen", file(tmp_path, "{"))
    assert "1 event: 1 unscreened; 0 alerts" in ran.err
    assert "1 event was NOT screened" in ran.err


@pytest.mark.parametrize(
    ("lines", "fail_on", "code"),
    [
        ([GENERATOR], "prohibited", 1),
        ([GENERATOR], "review", 1),
        ([PAYMENT], "review", 0),
        ([GENERATOR], "unscreened", 0),
        ([PAYMENT, "{"], "unscreened", 1),
        ([PAYMENT, "{"], "prohibited", 1),
    ],
)
def test_fail_on(run: Run, tmp_path: Path, lines: list[object], fail_on: str, code: int) -> None:
    """An event that was not screened might be anything, so it always meets the bar."""
    assert run("screen", "--fail-on", fail_on, file(tmp_path, *lines)).code == code


def test_only_the_law_that_binds_and_the_verdict_says_what_was_left_out(run: Run, tmp_path: Path) -> None:
    (bound,) = verdicts(run("screen", "--jurisdictions", "JP,UN", file(tmp_path, GENERATOR)).out)
    assert bound["verdict"] == "prohibited"
    assert [one["jurisdiction"] for one in bound["jurisdictions"]] == ["JP"]  # type: ignore[attr-defined]
    (free,) = verdicts(run("screen", "--jurisdictions", "us", file(tmp_path, GENERATOR)).out)
    assert (free["verdict"], free["jurisdictions"]) == ("clear", [])
    assert any("leave out" in note and "JP" in note for note in free["notes"])  # type: ignore[attr-defined]


def test_jurisdictions_come_from_the_settings_too(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_POLICY__JURISDICTIONS", "US")
    assert verdicts(run("screen", file(tmp_path, GENERATOR)).out)[0]["verdict"] == "clear"
    flag = run("screen", "--jurisdictions", "JP", file(tmp_path, GENERATOR))
    assert verdicts(flag.out)[0]["verdict"] == "prohibited", "a flag goes before the settings"


@pytest.mark.parametrize(("written", "said"), [("JA", "no measure here is of JA"), ("UK", "GB"), ("Japan", "ISO")])
def test_a_jurisdiction_that_nothing_is_of_is_no_clearance(run: Run, tmp_path: Path, written: str, said: str) -> None:
    ran = run("screen", "--jurisdictions", written, file(tmp_path, GENERATOR))
    assert ran.code == 1
    assert said in ran.err
    assert ran.out == ""


def test_stdin(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(json.dumps(PAYMENT).encode() + b"\n")

    monkeypatch.setattr("sys.stdin", Stdin())
    assert verdicts(run("screen", "-").out)[0]["verdict"] == "clear"


def test_only_hits(run: Run, tmp_path: Path) -> None:
    assert len(verdicts(run("screen", "--hits", file(tmp_path, PAYMENT, GENERATOR)).out)) == 1


def test_a_file_that_is_not_there(run: Run) -> None:
    ran = run("screen", "nothing.jsonl")
    assert ran.code == 1
    assert "nothing.jsonl: cannot be read" in ran.err


@pytest.mark.parametrize("indent", [None, 2])
def test_json_that_is_not_a_line_an_event_is_told_how_to_become_so(
    run: Run, tmp_path: Path, indent: int | None
) -> None:
    path = tmp_path / "events.json"
    path.write_text(json.dumps([GENERATOR] if indent is None else GENERATOR, indent=indent))
    ran = run("screen", str(path))
    assert "must hold one JSON object a line; `jq -c" in ran.err
    assert "must hold one" not in run("screen", file(tmp_path, {"shipment_reference": 1})).err


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_a_file_without_an_event_is_told(run: Run, tmp_path: Path, content: str) -> None:
    """A gate that lets an empty file pass must at least say so."""
    empty = tmp_path / "empty.jsonl"
    empty.write_text(content)
    ran = run("screen", "--fail-on", "review", str(empty))
    assert (ran.code, ran.out) == (0, "")
    assert f"{empty} holds no event" in ran.err
