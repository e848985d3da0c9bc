"""Alerts as OCSF findings on a topic of their own, acknowledged like the alerts (setting ``output.ocsf``).

Each record of an alert is one record here: ``new`` creates, ``updated`` updates, ``closed`` closes the same finding. New
findings of one noisy subject are summarised past a limit; the alert topic has them all. What is summarised is told
before the batch is: nothing waits in memory, so a worker that dies owes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

import msgspec

from sekisho.agents.delivery import Outgoing, Producer, deliver, is_too_large, stop_hard
from sekisho.agents.rate_limit import RateLimit, Window
from sekisho.agents.wiring import SOURCE
from sekisho.metrics import Metrics
from sekisho.model import Alert
from sekisho.settings import Settings
from sekisho.wire import ocsf
from sekisho.wire.framing import JSON_TYPE
from sekisho.wire.headers import cloudevents, record_id, trace
from sekisho.wire.ocsf_summary import MAX_RELATED, Summary, subject_key, summary
from sekisho.wire.privacy import Payload

logger = logging.getLogger(__name__)

#: CloudEvents type of a finding.
KIND = "sekisho.alert.ocsf.v1"
_LOUDNESS = ("low", "medium", "high", "critical")

#: An alert and the headers of the event that caused it.
Caused = tuple[Alert, Any]


class Findings:
    """Sends the findings of alerts that are on their topic already. Does nothing where ``output.ocsf`` is off."""

    def __init__(
        self,
        settings: Settings,
        *,
        producer: Callable[[], Producer],
        metrics: Metrics,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        die: Callable[[str], NoReturn] = stop_hard,
    ) -> None:
        self._output = settings.output
        self._topics = settings.topics
        self._source = SOURCE + settings.worker.group
        self._producer = producer
        self._metrics = metrics
        self._clock = clock
        self._die = die
        if settings.output.ocsf:  # so that a rate begins at nought, not with the first of them
            metrics.findings.labels("sent")
            metrics.findings.labels("summarised")
        self._limit = RateLimit(settings.output.ocsf_new_per_subject, settings.output.ocsf_window_s)

    async def send(self, alerts: Sequence[Caused]) -> None:
        """Send what ``alerts`` give and wait until the broker has acknowledged it; any refusal ends the process."""
        if not self._output.ocsf or not alerts:
            return
        single: list[Caused] = []
        noisy: dict[str, tuple[Window, list[Alert]]] = {}
        now = self._clock()
        for alert, cause in alerts:
            # A change of a finding that is known must reach it, whatever else its subject does.
            subject = subject_key(alert) if alert.status == "new" else ""
            window = self._limit.over(subject, now) if subject else None
            if window is None:
                single.append((alert, cause))
                continue
            window.severity = max(window.severity, alert.severity, key=_loudness)
            noisy.setdefault(subject, (window, []))[1].append(alert)
        records = [self._record(alert, cause, self._output.payload) for alert, cause in single]
        for subject, (window, several) in noisy.items():
            records += self._summaries(subject, window, several)
        for number, error in enumerate(await deliver(self._producer(), records)):
            if error is not None:
                await self._refused(records[number], error, single[number] if number < len(single) else None)
        self._metrics.findings.labels("sent").inc(len(single))
        self._metrics.findings.labels("summarised").inc(len(alerts) - len(single))

    def _record(self, alert: Alert, cause: Any, payload: Payload) -> Outgoing:
        output = self._output
        value = ocsf.encode(alert, payload, output.observe_names, output.account_numbers)
        headers = self._headers(record_id(alert), alert.raised_at) + trace(cause)
        return Outgoing(self._topics.alert_ocsf, alert.event.business_reference.encode(), value, headers)

    def _summaries(self, subject: str, window: Window, alerts: Sequence[Alert]) -> list[Outgoing]:
        """Records that name ``alerts``, the newest of a window of ``window.summarised``."""
        count = window.summarised - len(alerts)
        records = []
        for first in range(0, len(alerts), MAX_RELATED):
            some = alerts[first : first + MAX_RELATED]
            count += len(some)
            told = Summary(subject, window.began, count, window.severity, some, self._topics.alert)
            value = msgspec.json.encode(summary(told, self._output.payload, self._output.account_numbers))
            headers = self._headers(f"{told.uid}/{count}", some[-1].raised_at)
            records.append(Outgoing(self._topics.alert_ocsf, subject.encode(), value, headers))
        return records

    async def _refused(self, record: Outgoing, error: BaseException, single: Caused | None) -> None:
        """A finding that is too large goes without what the event says; the alert has it. Anything else ends the process."""
        if is_too_large(error) and single is not None:
            alert, cause = single
            logger.warning("the finding of alert %s is too large; sent without personal data", alert.alert_id)
            (error_again,) = await deliver(self._producer(), [self._record(alert, cause, "none")])
            if error_again is None:
                return
            error = error_again
        remedy = (
            "raise its max.message.bytes"
            if is_too_large(error)
            else "it must exist (`sekisho topics create`) and take what we write, or output.ocsf be off"
        )
        self._die(f"{record.topic} refused a finding with {type(error.__cause__ or error).__name__}; {remedy}")

    def _headers(self, uid: str, at: datetime) -> list[tuple[str, bytes]]:
        return cloudevents(event_id=uid, kind=KIND, source=self._source, time=at, content_type=JSON_TYPE)


def _loudness(severity: str) -> int:
    return _LOUDNESS.index(severity) if severity in _LOUDNESS else -1
