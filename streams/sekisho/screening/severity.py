"""Severities by a firm's own rules: what its people must look at first is its to say.

    rules = (Rule(When(lists=("us-csl-*",), grade=("possible",)), "low"),)
    graded(screening, rules)

The first rule that fits an alert gives its severity; where none fits, it keeps the one of ``wording.severity``. Rules
never touch the verdict: severity is how loudly a thing is said, not what it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

import msgspec

from sekisho.model import Alert
from sekisho.screening.screener import Screening


class When(msgspec.Struct, frozen=True):
    """What an alert has to be. Every condition that is given must hold; of the words of one, any.

    ``grade`` and ``identity`` are those of the best match. ``lists`` and ``measures`` are ids or patterns with ``*``;
    one match, or one measure, that fits is enough. ``jurisdictions`` are those of the measures.
    """

    verdict: tuple[str, ...] = ()
    grade: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    role: tuple[str, ...] = ()
    trigger: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """It fits every alert."""
        return self == When()

    def fits(self, alert: Alert) -> bool:
        best = alert.matches[0] if alert.matches else None
        return (
            _one_of(self.verdict, alert.verdict)
            and _one_of(self.grade, best.grade if best else None)
            and _one_of(self.identity, best.identity if best else None)
            and _one_of(self.kind, alert.subject.kind)
            and _one_of(self.role, alert.subject.role)
            and _one_of(self.trigger, alert.trigger)
            and _any_like(self.lists, [match.list_id for match in alert.matches])
            and _any_like(self.measures, [measure.measure_id for measure in alert.measures])
            and _any_like(self.jurisdictions, [measure.jurisdiction for measure in alert.measures])
        )


class Rule(msgspec.Struct, frozen=True):
    """``severity`` (low, medium, high or critical) for the alerts that fit ``when``."""

    when: When
    severity: str


def graded(screening: Screening, rules: Sequence[Rule]) -> Screening:
    """``screening`` with the severities that ``rules`` give."""
    if not rules or not screening.alerts:
        return screening
    return msgspec.structs.replace(screening, alerts=tuple(_graded(alert, rules) for alert in screening.alerts))


def _graded(alert: Alert, rules: Sequence[Rule]) -> Alert:
    for rule in rules:
        if rule.when.fits(alert):
            return alert if alert.severity == rule.severity else msgspec.structs.replace(alert, severity=rule.severity)
    return alert


def _one_of(words: tuple[str, ...], word: str | None) -> bool:
    return not words or word in words


def _any_like(patterns: tuple[str, ...], names: Sequence[str]) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for name in names for pattern in patterns)
