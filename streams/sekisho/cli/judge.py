"""Screening once more what has passed: by the settings that a worker screens by, so that the answer is the worker's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from sekisho.cli.passed import Passed
from sekisho.errors import InputError
from sekisho.model import Alert
from sekisho.screening import Screener, Screening, Tables
from sekisho.screening.resubmitted import StoppedBefore, is_resubmission
from sekisho.screening.severity import Rule, graded
from sekisho.screening.sketch import Sketcher
from sekisho.settings import Settings
from sekisho.wire.privacy import reduce


class Judge:
    """A Screener for ``tables`` under the firm's jurisdictions and severities."""

    def __init__(self, settings: Settings, tables: Tables) -> None:
        self._screener = Screener(tables, jurisdictions=settings.policy.jurisdictions)
        self._output = settings.output
        if self._screener.binding.without_measures:
            raise InputError(
                f"no measure of this reference set is of {', '.join(self._screener.binding.without_measures)}, which "
                "SEKISHO_POLICY__JURISDICTIONS names: a worker would hold"
            )
        self._severities = msgspec.convert([rule.model_dump() for rule in settings.output.severities], tuple[Rule, ...])

    def written(self, alert: Alert) -> Alert:
        """``alert`` as it leaves on its topic: without what the settings keep in."""
        return reduce(alert, self._output.alert_payload, self._output.account_numbers)

    def screen(
        self,
        one: Passed,
        *,
        known_at: datetime,
        now: datetime,
        trigger: str | None = None,
        stopped: StoppedBefore | None = None,
    ) -> Screening:
        """``one`` with the law and lists known at ``known_at``, as it came (``event``) or as what is open (``reference``).

        An alert that an open event is a stopped one sent again, altered, stands, as it does when a worker rescreens: no
        list and no measure made it. ``stopped`` says otherwise what is known of the past.
        """
        if stopped is None and one.state is not None:
            stopped = standing(one.state.live)
        found = self._screener.screen(
            one.event,
            one.origin,
            known_at=known_at,
            now=now,
            trigger=trigger or one.trigger,
            notes=one.notes,
            gone_since=one.gone_since,
            stopped=stopped,
        )
        return graded(found, self._severities)


def standing(alerts: Iterable[Alert]) -> StoppedBefore | None:
    """Those of ``alerts`` that no screening of the event alone can make or close; None where there is none."""
    held = tuple(alert for alert in alerts if is_resubmission(alert))
    return StoppedBefore(Sketcher(), held=held) if held else None
