"""``backtest`` on files: counts that add up, and nothing personal unless it is asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sekisho.cli.files import check_writable
from tests import factories
from tests.cli.conftest import Ran, Run

PERSON = "Ljudmila Krayvossova"
RULE = """
list_id: measures-xx
version: "1"
jurisdiction: XX
time_zone: UTC
legal_basis: Act X
url: https://law.example/x
in_force_from: 2022-01-01
applies_to: [shipment, payment]
measures:
  - id: xx-parties
    title: A party of the list
    when: {parties: {lists: [xx-list]}}
    effect: %s
"""


def entries(*names: str, **more: Any) -> str:
    return "".join(
        json.dumps({"entry_id": name, "schema": "Organization", "names": [{"text": name}], **more}) + "\n"
        for name in names
    )


class Files:
    """A today of two companies under a rule, five shipments, and what is proposed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.today = folder / "today"
        self.today.mkdir()
        self.write("today/xx-list.jsonl", entries("Brindlewick Foundry", "Quorvane Shipping"))
        self.write("today/rule.yaml", RULE % "prohibited")
        names = ("Brindlewick Foundry", "Quorvane Shipping", PERSON, "Honest Bakery", "Tessimond Optics")
        events = [
            msgspec.json.encode(
                factories.shipment(
                    event_id=f"evt-{number}", shipment_reference=f"S-{number}", parties=(factories.party(name),)
                )
            ).decode()
            for number, name in enumerate(names)
        ]
        self.events = self.write("events.jsonl", "\n".join([*events, "{broken"]) + "\n")

    def write(self, name: str, text: str) -> str:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return str(path)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def backtest(run: Run, files: Files, *more: str) -> Ran:
    return run("backtest", "--today", str(files.today), "--events", files.events, "--as-of", "2023-02-10", *more)


def lines(ran: Ran) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    assert ran.code == 0, ran.err
    *differences, last = [json.loads(line) for line in ran.out.splitlines()]
    return differences, last["summary"]


def test_new_lost_and_changed_alerts(run: Run, files: Files) -> None:
    """One entry goes, one comes, and the rule asks for less."""
    new = files.write("new/xx-list.jsonl", entries("Brindlewick Foundry", PERSON))
    rule = files.write("new/rule.yaml", RULE % "review")
    differences, summary = lines(backtest(run, files, "--lists", new, "--measures", rule, "--json"))
    told = {one["event"]["business_reference"]: one for one in differences}
    assert {reference: one["change"] for reference, one in told.items()} == {
        "S-0": "changed",
        "S-1": "lost",
        "S-2": "new",
    }
    changed = told["S-0"]
    assert (changed["before"]["verdict"], changed["after"]["verdict"]) == ("prohibited", "review")
    assert told["S-1"]["after"] is None
    assert told["S-2"]["before"] is None
    assert told["S-2"]["after"]["matches"][0]["list_id"] == "xx-list"
    assert summary["alerts"] == {"before": 2, "after": 2, "new": 1, "lost": 1, "changed": 1}
    assert summary["lists"]["xx-list"] == summary["alerts"] == summary["measures"]["xx-parties"]
    steps = {(step["before"], step["after"]): step["events"] for step in summary["verdicts"]}
    assert steps == {
        ("clear", "clear"): 2,
        ("clear", "review"): 1,
        ("prohibited", "clear"): 1,
        ("prohibited", "review"): 1,
    }
    assert (summary["events"], summary["unread"]) == (5, {"json": 1})
    assert sum(one["new"] for one in summary["scores"]) == 1
    assert len(summary["about"]["changes"]) == 2


def test_counts_add_up(run: Run, files: Files) -> None:
    new = files.write("xx-list.jsonl", entries("Brindlewick Foundry", "Tessimond Optics", PERSON))
    _, summary = lines(backtest(run, files, "--lists", new, "--json"))
    for count in (summary["alerts"], *summary["lists"].values(), *summary["measures"].values()):
        assert count["after"] == count["before"] + count["new"] - count["lost"]
    assert sum(step["events"] for step in summary["verdicts"]) == summary["events"]
    raised = sum(one["same"] + one["new"] + one["changed"] for one in summary["scores"])
    assert raised == summary["alerts"]["after"]


def test_what_is_not_announced_by_the_day_it_goes_live_changes_nothing(run: Run, files: Files) -> None:
    new = files.write(
        "xx-list.jsonl", entries("Brindlewick Foundry", "Quorvane Shipping") + entries(PERSON, listed_on="2023-03-01")
    )
    differences, summary = lines(backtest(run, files, "--lists", new, "--json"))
    assert differences == []
    assert summary["alerts"]["after"] == 2
    differences, _ = lines(backtest(run, files, "--lists", new, "--json", "--as-of", "2023-03-01"))
    assert [one["event"]["business_reference"] for one in differences] == ["S-2"]


def test_names_stay_out_unless_they_are_asked_for(run: Run, files: Files) -> None:
    new = files.write(
        "xx-list.jsonl",
        entries("Brindlewick Foundry", "Quorvane Shipping", PERSON).replace(
            f'"entry_id": "{PERSON}"', '"entry_id": "17"'
        ),
    )
    page = files.folder / "report.html"
    for more in ((), ("--json",)):
        ran = backtest(run, files, "--lists", new, "--html", str(page), *more)
        for text in (ran.out, ran.err, page.read_text("utf-8")):
            assert PERSON not in text
        assert "S-2" in ran.out
        ran = backtest(run, files, "--lists", new, "--html", str(page), "--names", *more)
        assert PERSON in ran.out
        assert PERSON in page.read_text("utf-8")


def test_a_threshold(run: Run, files: Files) -> None:
    near = files.write("today/xx-list.jsonl", entries("Brindlewick Foundries", "Quorvane Shipping"))
    assert near
    differences, summary = lines(backtest(run, files, "--threshold", "0.999", "--json"))
    assert [(one["change"], one["event"]["business_reference"]) for one in differences] == [("lost", "S-0")]
    assert any("0.999" in change for change in summary["about"]["changes"])


def test_what_publishing_would_refuse_is_said(run: Run, files: Files) -> None:
    new = files.write("xx-list.jsonl", entries("Brindlewick Foundry"))
    ran = backtest(run, files, "--lists", new)
    assert "would refuse it without --force: xx-list: it shrinks from 2 to 1 records" in ran.err
    rejected = files.write("xx-list.jsonl", entries("Brindlewick Foundry", "Quorvane Shipping") + '{"entry_id": "x"}\n')
    assert "not read: 1 of 3 rows" in backtest(run, files, "--lists", rejected).err


def test_the_same_files_change_nothing_and_say_so(run: Run, files: Files) -> None:
    ran = backtest(run, files, "--lists", str(files.today / "xx-list.jsonl"))
    assert ran.code == 0
    assert "nothing can differ" in ran.err
    assert "alerts: 0 new, 0 lost, 0 changed, 2 the same" in ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "name what is to be tried"),
        (("--engine", "--threshold", "0.8"), "name what is to be tried"),
        (("--threshold", "0.2", "--today", "bundled"), "names are looked for from"),
        (("--engine", "--events", "x"), "recorded verdicts have their own"),
        (("--shadow", "x", "--limit", "1"), "every verdict that both"),
        (("--threshold", "0.8", "--quick"), "--quick is for open events"),
        (("--lists", "x", "--events", "x", "--quick"), "--quick is for open events"),
        (("--threshold", "0.8", "--events", "x", "--from", "2023-01-01"), "--events is a file"),
    ],
)
def test_what_cannot_be_asked_is_a_usage_error(run: Run, arguments: tuple[str, ...], words: str) -> None:
    ran = run("backtest", *arguments)
    assert ran.code == 2
    assert words in ran.err


def test_files_that_are_not_there_or_no_measures(run: Run, files: Files) -> None:
    assert "there is no such file" in backtest(run, files, "--lists", "nowhere.csv").err
    listed = str(files.today / "xx-list.jsonl")
    assert "no measures" in backtest(run, files, "--measures", listed).err


def test_only_so_many_events(run: Run, files: Files) -> None:
    new = files.write("xx-list.jsonl", entries("Brindlewick Foundry", "Quorvane Shipping", PERSON))
    _, summary = lines(backtest(run, files, "--lists", new, "--limit", "2", "--json"))
    assert summary["events"] == 2
    assert any("only the first 2 events" in note for note in summary["about"]["notes"])


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("nowhere/report.html", "there is no folder"),
        ("", "is a folder"),
        ("a" * 300, "cannot be written: File name too long"),
        ("file/report.html", "there is no folder"),
        ("/proc/report.html", "cannot be written"),
    ],
)
def test_a_page_that_cannot_be_written_is_said_before_the_work(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str, why: str
) -> None:
    def work(*_: object) -> None:
        raise AssertionError("it works first")

    monkeypatch.setattr("sekisho.cli.backtest.questions.change", work)
    (tmp_path / "file").write_text("no folder")
    ran = run("backtest", "--threshold", "0.8", "--html", str(tmp_path / page))
    assert ran.code == 2
    assert "--html" in ran.err
    assert why in ran.err


def test_looking_whether_a_page_can_be_written_leaves_no_trace(tmp_path: Path) -> None:
    there, new = tmp_path / "there.html", tmp_path / "new.html"
    there.write_text("the last report")
    for file in (there, new):
        check_writable(file, "--html")
    assert there.read_text() == "the last report"
    assert not new.exists()
