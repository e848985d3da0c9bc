"""What ships findings to SIEMs, held against the findings of the demo: every field it reads is there, every rule fires.

Vector and Logstash themselves are not here: their configurations are read, not run.
"""

from __future__ import annotations

import json
import re
import tomllib
import uuid
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

from sekisho.model import Alert
from sekisho.settings import Topics
from sekisho.wire import ocsf
from sekisho.wire.ocsf_summary import Summary, summary
from tests.wire.test_ocsf import demo_alerts

__all__ = ["demo_alerts"]

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
TOPIC = Topics().alert_ocsf
VECTOR = tomllib.loads((DEPLOY / "vector/vector.toml").read_text("utf-8"))
LOGSTASH = (DEPLOY / "logstash/sekisho.conf").read_text("utf-8")
SIGMA = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted((DEPLOY / "sigma").glob("*.yml"))}


@pytest.fixture(scope="module")
def findings(demo_alerts: list[Alert]) -> list[dict[str, Any]]:
    """Those of the demo in every state, those of a rescreening, and a summary; as they travel."""
    made = [ocsf.finding(alert) for alert in demo_alerts]
    for alert in demo_alerts[:40]:
        for fields in ({"status": "updated"}, {"status": "closed", "verdict": "clear"}, {"trigger": "reference"}):
            made.append(ocsf.finding(msgspec.structs.replace(alert, **fields)))  # noqa: PERF401
    first = demo_alerts[0]
    made.append(summary(Summary("subject", first.raised_at, 1, "high", [first], Topics().alert)))
    found: list[dict[str, Any]] = json.loads(json.dumps(made))
    return found


def at(finding: dict[str, Any], path: str) -> Any:
    """The value under a dotted path; nothing where it is not there."""
    value: Any = finding
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


@cache
def documented() -> dict[str, str]:
    """The table of ecs.md: ECS field to the finding's path, or to the word that is always there (in quotes)."""
    lines = [line for line in (DEPLOY / "ecs.md").read_text("utf-8").splitlines() if line.startswith("| `")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {name.strip("`"): source.strip("`") if source else f'"{note.strip("`")}"' for name, source, note in rows}


def test_every_field_of_the_table_comes_from_some_finding(findings: list[dict[str, Any]]) -> None:
    assert len(documented()) > 20
    for name, source in documented().items():
        if not source.startswith('"'):
            assert any(at(one, source) is not None for one in findings), f"{name}: no finding has {source}"


#: In every finding, whatever its kind; the others of the table may be absent.
ALWAYS = {"@timestamp", "message", "event.id", "event.action", "event.severity", "labels.alert_id", "labels.status"}


@pytest.mark.parametrize("name", sorted(ALWAYS))
def test_what_a_siem_counts_and_sorts_by_is_in_every_finding(name: str, findings: list[dict[str, Any]]) -> None:
    assert all(at(one, documented()[name]) is not None for one in findings)


# -- Vector ---------------------------------------------------------------------------------------------------------


def test_vector_sets_what_the_table_says() -> None:
    program = VECTOR["transforms"]["ecs"]["source"]
    set_to = {}
    for name, value in re.findall(r"^\s*\.([@\w.]+) = (.+)$", program, re.M):
        path = re.search(r"finding\.([\w.]+)", value)
        word = re.search(r'"(\w[\w.]*)"', value)
        if path:
            set_to[name] = path[1]
        elif word:
            set_to[name] = f'"{word[1]}"'
    assert set_to.pop("doc_id") == "metadata.uid"
    assert set_to == documented()
    # VRL sets no field of an object that is not there (its compiler says so, E642).
    (made,) = re.findall(r"^\. = (\{.*\})$", program, re.M)
    assert set(json.loads(made)) == {name.partition(".")[0] for name in set_to if "." in name}


def test_vector_is_wired_from_the_topic_to_the_index() -> None:
    (source,) = VECTOR["sources"].values()
    assert source["topics"] == [TOPIC]
    assert source["decoding"]["codec"] == "json"
    names = set(VECTOR["sources"]) | set(VECTOR["transforms"])
    for part in (*VECTOR["transforms"].values(), *VECTOR["sinks"].values()):
        assert set(part["inputs"]) <= names
    (sink,) = VECTOR["sinks"].values()
    assert sink["acknowledgements"]["enabled"], "else offsets are committed before the documents are there"
    assert (sink["id_key"], sink["bulk"]["action"]) == ("doc_id", "create")
    assert not VECTOR["transforms"]["ecs"]["drop_on_error"]


# -- Logstash -------------------------------------------------------------------------------------------------------


def ecs(reference: str) -> str:
    """``[event][id]`` as ``event.id``."""
    return ".".join(re.findall(r"[^\[\]]+", reference))


def test_logstash_sets_what_the_table_says() -> None:
    code = re.sub(r"^\s*#.*$", "", LOGSTASH, flags=re.M)
    copied = dict(re.findall(r'"\[ocsf\]([\w\[\]]+)" => "([\w\[\]]+)"', code))
    set_to = {ecs(target): ecs(source) for source, target in copied.items()}
    for name, word in re.findall(r'"(\[[\w\[\]]+)" => \[?"(\w[\w.]*)"', code):
        if not word.startswith("["):
            set_to.setdefault(ecs(name), f'"{word}"')
    for source, target in re.findall(r'match => \["\[ocsf\]([\w\[\]]+)", "UNIX_MS"\]\s+target => "([^"]+)"', code):
        set_to[ecs(target)] = ecs(source)
    assert 'replace => { "message" => "%{[ocsf][message]}" }' in code
    set_to["message"] = "message"
    assert {name: value for name, value in set_to.items() if name in documented()} == documented()
    assert set(set_to) <= set(documented())


def test_logstash_is_wired_from_the_topic_to_the_index() -> None:
    assert f'topics => ["{TOPIC}"]' in LOGSTASH
    assert 'document_id => "%{[ocsf][metadata][uid]}"' in LOGSTASH
    code = re.sub(r"#.*$", "", LOGSTASH, flags=re.M)
    for opening, closing in ("{}", "[]"):
        assert code.count(opening) == code.count(closing)
    assert re.findall(r"^(\w+) \{", code, re.M) == ["input", "filter", "output"]


def test_no_secret_and_no_foreign_host_is_written_down() -> None:
    for text in ((DEPLOY / "vector/vector.toml").read_text("utf-8"), LOGSTASH):
        assert not re.search(r"(password|token|jaas_config)\s*=>?\s*\"(?!\$\{)", text)
        assert set(re.findall(r"https?://([\w.-]+)", text)) <= {"127.0.0.1"}


# -- Sigma ----------------------------------------------------------------------------------------------------------

LEVELS = {"informational", "low", "medium", "high", "critical"}


def fires(rule: dict[str, Any], finding: dict[str, Any]) -> bool:
    """The rule's one selection: every field has one of its values."""
    detection = rule["detection"]
    assert detection["condition"] == "selection"
    for path, wanted in detection["selection"].items():
        if at(finding, path) not in (wanted if isinstance(wanted, list) else [wanted]):
            return False
    return True


@pytest.mark.parametrize("name", sorted(SIGMA))
def test_a_rule_is_complete(name: str, findings: list[dict[str, Any]]) -> None:
    """By the Sigma specification 2.0: what converters ask for."""
    rule = SIGMA[name]
    uuid.UUID(rule["id"])
    assert len(rule["title"]) <= 256
    assert rule["status"] in {"stable", "test", "experimental", "deprecated", "unsupported"}
    assert rule["level"] in LEVELS
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", str(rule["date"]))
    assert all(re.fullmatch(r"[a-z0-9_-]+\.[a-z0-9._-]+", tag) for tag in rule["tags"])
    assert set(rule["logsource"]) == {"product", "service", "definition"}
    assert TOPIC in rule["logsource"]["definition"]
    assert ocsf.OCSF_VERSION in rule["logsource"]["definition"]
    for path in (*rule["detection"]["selection"], *rule["fields"]):
        assert any(at(one, path) is not None for one in findings), f"no finding has {path}"


def test_ids_are_not_repeated() -> None:
    assert len({rule["id"] for rule in SIGMA.values()}) == len(SIGMA) >= 2


def test_the_rule_of_prohibited_acts_fires_for_each_and_for_nothing_else(findings: list[dict[str, Any]]) -> None:
    rule = SIGMA["prohibited_act"]
    hit = [one for one in findings if fires(rule, one)]
    assert len(hit) > 10
    assert {one["unmapped"]["verdict"] for one in hit} == {"prohibited"}
    assert "Close" not in {one["activity_name"] for one in hit}
    missed = [one for one in findings if one not in hit and one["unmapped"].get("verdict") == "prohibited"]
    assert {one["activity_name"] for one in missed} <= {"Close"}


def test_the_rule_of_events_that_had_passed_fires_only_for_rescreenings(findings: list[dict[str, Any]]) -> None:
    rule = SIGMA["passed_event_hit"]
    hit = [one for one in findings if fires(rule, one)]
    assert hit
    assert {one["status_detail"] for one in hit} == {"reference"}
    assert {one["severity"] for one in hit} <= {"High", "Critical"}
