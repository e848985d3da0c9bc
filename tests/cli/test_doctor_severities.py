"""A severity rule that can never fit is told before somebody relies on it."""

from __future__ import annotations

from sekisho.cli.doctor import _severities
from sekisho.settings import load

ACTIVE = ("jp-mof-asset-freeze", "us-csl-sdn", "jp-eto-2-3")


def told(*rules: dict[str, object]) -> list[str]:
    settings = load(output={"severities": list(rules)})
    return [one.said for one in _severities(settings.output.severities, ACTIVE)]


def test_a_list_that_is_mistyped_is_told_with_its_rule() -> None:
    fits = {"severity": "low", "when": {"lists": ["us-csl-*", "jp-eto-2-3"]}}
    wrong = {"severity": "high", "when": {"lists": ["us-csl-sdn", "jp-mof-assets-freeze"]}}
    (said,) = told(fits, wrong)
    assert "rule 1 asks for the list jp-mof-assets-freeze" in said


def test_rules_without_lists_are_not_looked_at() -> None:
    assert told({"severity": "low", "when": {"verdict": "review"}}, {"severity": "low"}) == []
