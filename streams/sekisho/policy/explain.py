"""The evaluation of measures as a tree that people can read: each condition with its truth and the value that decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sekisho.model import Measure
from sekisho.policy.calendar import Standing, undated
from sekisho.policy.conditions import Answer
from sekisho.policy.evaluate import Branch, Checked
from sekisho.policy.logic import Truth

_STANDING = {
    Standing.UNHEARD: "not announced by then: it does not exist",
    Standing.ENDED: "it had ended when the act happens",
    Standing.LATER: "announced, in force later than the act",
    Standing.IN_FORCE: "in force",
}
_MARK = {Truth.TRUE: "true", Truth.FALSE: "FALSE", Truth.UNKNOWN: "unknown"}


def outcome(checked: Checked) -> str:
    """What the measure asks: the strongest effect of its branches, or ``nothing``."""
    rank = {"review": 1, "licence_required": 2, "prohibited": 3}
    effects = [one.effect for one in checked.triggered]
    return max(effects, key=rank.__getitem__) if effects else "nothing"


def as_tree(checked: Checked) -> dict[str, Any]:
    """The same as plain data, for ``--json``."""
    return {
        "measure_id": checked.measure.id,
        "title": checked.measure.title,
        "jurisdiction": checked.measure.jurisdiction,
        "legal_basis": checked.measure.legal_basis,
        "authority": checked.measure.authority,
        "clearing_document": checked.measure.clearing_document,
        "outcome": outcome(checked),
        "standing": checked.standing.name.lower(),
        "known_day": checked.days.known.isoformat(),
        "act_day": checked.days.act.isoformat(),
        "conditions": [_answer(answer) for answer in checked.answers],
        "branches": [
            {
                "about": branch.about,
                "conditions": [_answer(answer) for answer in branch.answers],
                "effect": branch.triggered.effect if branch.triggered else None,
                "in_force_from": branch.triggered.in_force_from.isoformat() if branch.triggered else None,
                "doubts": list(branch.triggered.doubts) if branch.triggered else [],
            }
            for branch in checked.branches
        ],
    }


def as_lines(steps: Iterable[Checked], *, everything: bool = False) -> Iterator[str]:
    """A tree in text. Without ``everything``, only measures that a condition did not end at once."""
    for checked in steps:
        if not everything and not checked.branches:
            continue
        measure, day = checked.measure, checked.days
        yield f"{measure.id} — {measure.title}: {outcome(checked)}"
        said = [
            measure.legal_basis,
            f"{_STANDING[checked.standing]} (known {day.known}, act {day.act}, days in {measure.time_zone})",
        ]
        if checked.triggered and (cleared := clearance(measure)):
            said.append(cleared)
        said += [_say(answer) for answer in checked.answers]
        yield from _tree([*((line, []) for line in said), *map(_branch, checked.branches)])
        yield ""


def clearance(measure: Measure) -> str:
    """Who decides and what would clear it, as far as the measure says; empty where it says neither."""
    parts = [f"cleared by {measure.clearing_document}"] if measure.clearing_document else []
    parts += [f"authority: {measure.authority}"] if measure.authority else []
    return "; ".join(parts)


def _tree(nodes: list[tuple[str, list[str]]]) -> Iterator[str]:
    """Nodes, each a line and the lines below it."""
    for node, (line, below) in enumerate(nodes, start=1):
        last = node == len(nodes)
        yield f"{'└─' if last else '├─'} {line}"
        for leaf, under in enumerate(below, start=1):
            yield f"{' ' if last else '│'}  {'└─' if leaf == len(below) else '├─'} {under}"


def _branch(branch: Branch) -> tuple[str, list[str]]:
    """What a branch is about and comes to, and below it its conditions, its day and its doubts."""
    found = branch.triggered
    below = [_say(answer) for answer in branch.answers]
    if found is not None:
        when = "in force since" if found.in_force else "in force from"
        told = ", the day of listing not told" if found.party is not None and undated(found.party.entity) else ""
        below.append(f"measure, listing and wording {when} {found.in_force_from}{told}")
        below += [f"in doubt: {doubt}" for doubt in found.doubts]
    return f"{branch.about}: {found.effect if found else 'nothing'}", below


def _say(answer: Answer) -> str:
    missing = f"; missing: {answer.missing}" if answer.missing and answer.truth is Truth.UNKNOWN else ""
    return f"{answer.condition}: {_MARK[answer.truth]} ({answer.value}{missing})"


def _answer(answer: Answer) -> dict[str, Any]:
    missing = answer.missing if answer.truth is Truth.UNKNOWN else None
    return {
        "condition": answer.condition,
        "truth": answer.truth.name.lower(),
        "value": answer.value,
        "missing": missing,
    }
