"""The README tells the truth: its commands exist, its settings exist, its programs run."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import click
import msgspec
import pytest
from prometheus_client import CollectorRegistry

from sekisho.cli.main import cli
from sekisho.metrics import Metrics
from sekisho.settings import Settings, load
from tests.cli.story import told

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKE = "\n".join(path.read_text() for path in (ROOT / "Makefile", *(ROOT / "deploy").rglob("*.mk")))


def shell_lines() -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.S)
    return [line.split("  #")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


def resolve(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that ``words`` call, and what is left for it."""
    command: click.Command = cli
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        with click.Context(command) as context:
            found = command.get_command(context, words[0])
        assert found is not None, f"there is no command {words[0]}"
        command, words = found, words[1:]
    return command, words


SEKISHO = [line for line in shell_lines() if line.startswith("sekisho ")]


@pytest.mark.parametrize("line", SEKISHO)
def test_commands_exist_with_their_flags(line: str) -> None:
    words = shlex.split(line.replace("< ", "").replace("&&", ""))[1:]
    command, rest = resolve(words)
    assert not isinstance(command, click.Group), f"{line} is not a whole command"
    flags = {name for parameter in command.params for name in parameter.opts + parameter.secondary_opts}
    for word in rest:
        if word.startswith("--"):
            assert word.split("=")[0] in flags, f"{line}: no flag {word}"


def test_the_readme_shows_commands() -> None:
    assert len(SEKISHO) >= 10


def test_commands_of_the_table_exist() -> None:
    for row in re.findall(r"^\| (`sekisho .*?) \|", README, re.M):
        group: list[str] = []
        for words in (shlex.split(part) for part in re.findall(r"`([^`]+)`", row)):
            if words[0] == "sekisho":
                group = words[1:-1] if len(words) > 2 else []
                resolve(words[1:])
            else:
                resolve(group + words)


def test_make_targets_exist() -> None:
    named = {line.split()[1] for line in shell_lines() if line.startswith("make ")}
    named |= set(re.findall(r"`make ([a-z-]+)`", README))
    targets = set(re.findall(r"^([a-z-]+):", MAKE, re.M))
    assert {"demo", "test"} <= named
    assert named <= targets, f"the Makefile lacks {named - targets}"


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(SEKISHO_[A-Z_]+)`", README)) - {"SEKISHO_CONFIG"}))
def test_settings_exist(name: str) -> None:
    section, _, field = name.removeprefix("SEKISHO_").lower().partition("__")
    defaults = getattr(Settings.model_construct(), section)
    assert field in type(defaults).model_fields, f"there is no setting {name}"


def test_defaults_in_the_table_are_the_real_ones() -> None:
    for row in re.findall(r"^\| `SEKISHO_.*$", README, re.M):
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        names, values = re.findall(r"`SEKISHO_([A-Z_]+)`", cells[0]), re.findall(r"`([^`]+)`", cells[1])
        if len(names) != len(values) or "…" in cells[0]:
            continue
        for name, value in zip(names, values, strict=True):
            section, _, field = name.lower().partition("__")
            real = getattr(getattr(Settings.model_construct(), section), field)
            assert str(real) == value, f"SEKISHO_{name} is {real!r} by default, the README says {value}"


def test_settings_files_that_are_shown_can_be_used(tmp_path: Path) -> None:
    shown = re.findall(r"```toml\n(.*?)```", README, re.S)
    assert shown
    for number, text in enumerate(shown):
        file = tmp_path / f"{number}.toml"
        file.write_text(text, encoding="utf-8")
        load(file)


def test_nothing_is_left_open() -> None:
    assert "@@" not in README


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)", README):
        assert (ROOT / target).exists(), f"the README links to {target}, which is not there"


def programs() -> list[str]:
    return re.findall(r"```python\n(.*?)```", README, re.S)


def test_the_library_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    program = next(text for text in programs() if "Screener(" in text)
    exec(compile(program, "README.md", "exec"), {})
    assert capsys.readouterr().out.split()[0] in {"clear", "review", "licence_required", "prohibited"}


def test_the_alert_is_a_real_one() -> None:
    shown = json.loads(re.findall(r"```json\n(.*?)```", README, re.S)[0])
    judged = next(one for one in told() if one.event.event_id == shown["event"]["event_id"])
    (alert,) = [json.loads(msgspec.json.encode(alert)) for alert in judged.alerts]
    for field in ("alert_id", "verdict", "severity", "status", "trigger", "subject", "measures", "message"):
        assert shown[field] == alert[field], field
    assert [match["entry_id"] for match in shown["matches"]] == [match["entry_id"] for match in alert["matches"]]
    assert set(shown) == set(alert)


def test_metrics_exist() -> None:
    """A name that no worker exposes would be an alert rule that never fires."""
    families = {a._name for a in vars(Metrics(CollectorRegistry())).values() if hasattr(a, "_labelnames")}
    for module in (ROOT / "streams/sekisho/agents").glob("*.py"):
        families |= {f"sekisho_{name}" for name in re.findall(r"prefix\}_([a-z_]+)\"", module.read_text())}
    named = set(re.findall(r"`(sekisho_[a-z_]+)`", README)) - set(re.findall(r"`(sekisho_error_[a-z_]+)`", README))
    assert {re.sub(r"_total$", "", name) for name in named} <= families
