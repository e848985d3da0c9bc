"""Rules, runbooks and dashboards: each metric exists, each rule has a page and a case, each dashboard is as generated."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from prometheus_client import CollectorRegistry

from sekisho.agents.gate import Gate
from sekisho.agents.reference_reader import ReferenceReader
from sekisho.cli.main import cli
from sekisho.metrics import Metrics, SyncMetrics
from sekisho.settings import Settings, without_environment
from tests.support.absent import absent

ROOT = Path(__file__).resolve().parents[2]
PROMETHEUS = ROOT / "deploy/prometheus"
RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((PROMETHEUS / "rules/sekisho.yml").read_text())["groups"]
    for rule in group["rules"]
]
CASES = yaml.safe_load((PROMETHEUS / "tests.yml").read_text())["tests"]
DASHBOARDS = {path.stem: json.loads(path.read_text()) for path in (ROOT / "deploy/grafana/dashboards").glob("*.json")}
PANELS = [(board, panel) for board, content in DASHBOARDS.items() for panel in content["panels"]]
#: Labels that Prometheus itself adds.
SCRAPED = {"instance", "job"}


def known() -> dict[str, set[str]]:
    """Every metric of a worker, and of `lists sync` → its labels."""
    settings: Settings = without_environment()
    metrics = Metrics(CollectorRegistry(), settings.metrics.prefix)
    reader = ReferenceReader(settings, gate=Gate(metrics), metrics=metrics)
    found = {
        one._name: set(one._labelnames)
        for owner in (metrics, reader)
        for one in vars(owner).values()
        if hasattr(one, "_labelnames")
    }
    assert {family.name for family in metrics.registry.collect()} == set(found)
    return found | {
        one._name: set(one._labelnames) for one in vars(SyncMetrics()).values() if hasattr(one, "_labelnames")
    }


KNOWN = known()


def check(expression: str, legend: str = "") -> None:
    """Each metric exists, and no label is used that none of the expression's metrics has."""
    names = {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in re.findall(r"\bsekisho_\w+", expression)}
    assert names <= set(KNOWN), f"there is no {names - set(KNOWN)}"
    labels = set().union(*(KNOWN[name] for name in names)) | SCRAPED
    grouped = {
        label.strip() for group in re.findall(r"(?:by|on) ?\(([^)]*)\)", expression) for label in group.split(",")
    }
    matched = set(re.findall(r"(\w+)(?:=~|!~|!=|=)\"", expression))
    shown = set(re.findall(r"{{ ?(?:\$labels\.)?(\w+) ?}}", legend))
    assert (grouped | matched | shown) - {"le"} <= labels, expression
    if " by (" in expression and (shown - {"le"}):
        assert shown <= grouped, f"{legend}: {expression} has only the labels {grouped}"


@pytest.mark.parametrize(("board", "panel"), PANELS, ids=[f"{board}: {panel['title']}" for board, panel in PANELS])
def test_panels_use_metrics_that_exist(board: str, panel: dict[str, Any]) -> None:
    assert panel["description"]
    assert panel["targets"]
    for target in panel["targets"]:
        check(target["expr"], target["legendFormat"])


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_rules_use_metrics_that_exist_and_lead_somewhere(rule: dict[str, Any]) -> None:
    annotations = rule["annotations"]
    check(rule["expr"], annotations["summary"])
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert annotations["runbook_url"] == f"deploy/runbooks/{rule['alert']}.md"
    assert annotations["dashboard"] in {board["uid"] for board in DASHBOARDS.values()}


def test_every_rule_has_a_page_and_every_page_a_rule() -> None:
    assert {path.stem for path in (ROOT / "deploy/runbooks").glob("*.md")} == {rule["alert"] for rule in RULES}


def test_every_rule_has_a_case_in_which_it_fires_and_one_in_which_it_does_not() -> None:
    asked = [one for case in CASES for one in case["alert_rule_test"]]
    fires = {one["alertname"] for one in asked if one.get("exp_alerts")}
    silent = {one["alertname"] for one in asked if not one.get("exp_alerts")}
    names = {rule["alert"] for rule in RULES}
    assert fires == names
    assert silent == names


@pytest.mark.parametrize("page", sorted((ROOT / "deploy/runbooks").glob("*.md")), ids=lambda page: page.stem)
def test_commands_and_settings_in_runbooks_exist(page: Path) -> None:
    text = page.read_text()
    for command in re.findall(r"`sekisho ([^`]+)`", text):
        words = command.split()
        found: click.Command | None = cli
        with click.Context(cli) as context:
            while isinstance(found, click.Group):
                found = found.get_command(context, words.pop(0))
        assert found is not None, command
        options = {name for parameter in found.params for name in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, command
    for variable in re.findall(r"SEKISHO_\w+", text):
        section, _, field = variable.removeprefix("SEKISHO_").lower().partition("__")
        model = Settings.model_fields[section].annotation
        assert field in model.model_fields, variable  # type: ignore[union-attr]


def test_every_metric_is_on_a_dashboard() -> None:
    shown = json.dumps(DASHBOARDS)
    assert {name for name in KNOWN if name not in shown} == set()


def test_dashboards_are_as_generated() -> None:
    spec = importlib.util.spec_from_file_location("grafana_generate", ROOT / "deploy/grafana/generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.dashboards()
    assert {f"{name}.json" for name in DASHBOARDS} == set(made)
    for name, board in made.items():
        committed = (ROOT / "deploy/grafana/dashboards" / name).read_text(encoding="utf-8")
        assert committed == module.text(board), f"{name}: run python deploy/grafana/generate.py"


def test_panels_do_not_overlap() -> None:
    for board in DASHBOARDS.values():
        taken: set[tuple[int, int]] = set()
        for panel in board["panels"]:
            place = panel["gridPos"]
            cells = {(place["x"] + i, place["y"] + j) for i in range(place["w"]) for j in range(place["h"])}
            assert place["x"] + place["w"] <= 24
            assert not cells & taken, panel["title"]
            taken |= cells


def test_the_stale_rule_holds_no_limit_of_its_own() -> None:
    """Each worker shows the limits it screens by, so that the alarm and `stale_lists` cannot disagree."""
    rule = next(rule for rule in RULES if rule["alert"] == "SekishoListStale")
    assert "sekisho_list_max_age_seconds" in rule["expr"]
    assert not re.search(r"\d", rule["expr"])


def _promtool() -> str:
    found = shutil.which("promtool")
    if found is None:
        absent("promtool is not installed (Debian package prometheus)")
    return found


def test_prometheus_accepts_its_configuration() -> None:
    subprocess.run([_promtool(), "check", "config", PROMETHEUS / "prometheus.yml"], check=True, capture_output=True)


def test_rules_fire_when_they_should() -> None:
    done = subprocess.run(
        [_promtool(), "test", "rules", PROMETHEUS / "tests.yml"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
