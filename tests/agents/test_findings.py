"""The OCSF topic: one record a record of an alert, acknowledged before the verdict; noise in summaries, nothing lost."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from aiokafka.errors import KafkaTimeoutError, MessageSizeTooLargeError

from sekisho.agents.findings import Findings
from sekisho.agents.open_events import OpenEvents
from sekisho.agents.screening import ScreeningAgent
from sekisho.metrics import Metrics
from sekisho.model import Alert, Subject
from sekisho.settings import Output, Settings
from tests import factories
from tests.agents.test_screening_agent import LISTED, NOW, TOPICS, Agent, Died, Producer, batch, die, event, run
from tests.wire.examples import ALERT
from tests.wire.test_ocsf import faults


@pytest.fixture(autouse=True)
def _one_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loaded machine must not cut these small batches in two."""
    monkeypatch.setattr("sekisho.agents.screening.SLICE_S", 60.0)


ON = Output(encoding="json", ocsf=True)


class Bench:
    """Findings with a clock that the test turns."""

    def __init__(self, producer: Producer | None = None, **output: Any) -> None:
        self.producer = producer or Producer()
        self.metrics = Metrics()
        self.now: datetime = NOW
        self.findings = Findings(
            Settings(output=Output(ocsf=True, **output)),
            producer=lambda: self.producer,
            metrics=self.metrics,
            clock=lambda: self.now,
            die=die,
        )

    def send(self, *alerts: Alert) -> list[dict[str, Any]]:
        """What went out for ``alerts``."""
        before = len(self.producer.acknowledged)
        asyncio.run(self.findings.send([(alert, [("traceparent", b"00-ab")]) for alert in alerts]))
        return [json.loads(out.value or b"") for out in self.producer.acknowledged[before:]]

    def counted(self, outcome: str) -> float:
        return self.metrics.registry.get_sample_value("sekisho_findings_total", {"outcome": outcome}) or 0.0


def alert(number: int = 0, **fields: Any) -> Alert:
    said = msgspec.structs.replace(ALERT.event, offset=number, business_reference=f"SHP-{number}")
    return msgspec.structs.replace(ALERT, **{"alert_id": f"{number:032x}", "event": said, **fields})


def test_findings_come_after_their_alerts_and_before_any_verdict() -> None:
    agent = Agent(output=ON).open()
    run(agent, batch(event("A", LISTED), event("B"), event("C", LISTED)))
    assert agent.producer.topics() == [TOPICS.alert] * 2 + [TOPICS.alert_ocsf] * 2 + [TOPICS.verdict] * 3
    found = agent.producer.values(TOPICS.alert_ocsf)
    assert [one["metadata"]["correlation_uid"] for one in found] == ["A", "C"]
    assert [faults(one) for one in found] == [[], []]
    assert {one["finding_info"]["uid"] for one in found} == {
        one["alert_id"] for one in agent.producer.values(TOPICS.alert)
    }
    keys = [out.key for out in agent.producer.acknowledged if out.topic == TOPICS.alert_ocsf]
    assert keys == [b"A", b"C"], "keyed like the alerts, so that updates stay in order"


def test_it_is_off_by_default() -> None:
    agent = Agent().open()
    run(agent, batch(event("A", LISTED)))
    assert TOPICS.alert_ocsf not in agent.producer.topics()


def test_a_refused_finding_ends_the_process_before_the_verdict_is_sent() -> None:
    refusing = Producer(lambda topic, _: KafkaTimeoutError() if topic == TOPICS.alert_ocsf else None)
    agent = Agent(refusing, output=ON).open()
    with pytest.raises(Died, match="refused a finding with KafkaTimeoutError"):
        run(agent, batch(event("A", LISTED)))
    assert TOPICS.verdict not in agent.producer.topics(), "what is not told is not committed either"


def test_the_states_of_an_alert_are_one_finding() -> None:
    bench = Bench()
    sent = bench.send(*(alert(status=status) for status in ("new", "updated", "closed")))
    assert [one["activity_name"] for one in sent] == ["Create", "Update", "Close"]
    assert len({one["finding_info"]["uid"] for one in sent}) == 1
    headers = dict(bench.producer.acknowledged[0].headers)
    assert headers["content-type"] == b"application/json"
    assert headers["traceparent"] == b"00-ab"
    assert bench.counted("sent") == 3


def with_a_past() -> Agent:
    """An agent that knows what it said before of the references of its partition."""
    agent = Agent(output=ON).open()
    past = OpenEvents()
    (part,) = past.own({TOPICS.shipment: "shipment"}, [(TOPICS.shipment, 0)])
    part.loaded = True
    agent.agent = ScreeningAgent(
        "shipment",
        settings=agent.settings,
        gate=agent.gate,
        wiring=agent.agent._wiring,
        producer=lambda: agent.producer,
        metrics=agent.metrics,
        open_events=past,
        clock=lambda: NOW,
        die=die,
    )
    return agent


def of(reference: str, number: int, *names: str) -> bytes:
    """The ``number``-th event of a shipment, later than those before it."""
    parties = tuple(factories.party(name) for name in names)
    later = factories.utc("2023-02-10") + timedelta(hours=number)
    return msgspec.json.encode(
        factories.shipment(event_id=f"e{number}", event_time=later, shipment_reference=reference, parties=parties)
    )


def test_one_subject_over_many_events_is_one_finding_until_it_is_closed() -> None:
    agent = with_a_past()
    events = [
        of("A", 0, LISTED),
        of("A", 1, LISTED),
        of("A", 2, LISTED, "Honest Trading"),
        of("A", 3, "Honest Trading"),
    ]
    run(agent, batch(*events))
    found = agent.producer.values(TOPICS.alert_ocsf)
    assert [one["activity_name"] for one in found] == ["Create", "Close"]
    assert len({one["finding_info"]["uid"] for one in found}) == 1
    assert [faults(one) for one in found] == [[], []]
    assert found[1]["status_code"] == "closed"
    assert "no longer holds" in found[1]["message"]


def test_a_finding_comes_back_as_a_new_record_of_the_same_finding() -> None:
    agent = with_a_past()
    run(agent, batch(of("A", 0, LISTED), of("A", 1, "Honest Trading"), of("A", 2, LISTED)))
    found = agent.producer.values(TOPICS.alert_ocsf)
    assert [one["activity_name"] for one in found] == ["Create", "Close", "Create"]
    assert len({one["finding_info"]["uid"] for one in found}) == 1
    assert len({one["metadata"]["uid"] for one in found}) == 3


def test_a_severity_rule_holds_for_alert_and_finding_over_their_whole_life() -> None:
    rule = {"severity": "low", "when": {"lists": "xx-*"}}
    agent = Agent(output=Output(encoding="json", ocsf=True, severities=[rule])).open()  # type: ignore[list-item]
    run(agent, batch(event("A", LISTED)))
    (alert,), (finding,) = agent.producer.values(TOPICS.alert), agent.producer.values(TOPICS.alert_ocsf)
    assert (alert["verdict"], alert["severity"]) == ("prohibited", "low")
    assert (finding["severity_id"], finding["unmapped"]["verdict"]) == (2, "prohibited")
    assert agent.metric("alerts_total", list="xx-list", severity="low", trigger="event") == 1


def noisy(count: int, start: int = 0) -> list[Alert]:
    return [alert(start + number) for number in range(count)]


def test_a_noisy_subject_is_summarised_and_the_rest_is_not() -> None:
    bench = Bench(ocsf_new_per_subject=5)
    other = alert(999, subject=Subject("party", "shipper", "Somebody Else"))
    sent = bench.send(*noisy(20), other)
    single = [one for one in sent if one["status_code"] == "new"]
    assert [one["metadata"]["correlation_uid"] for one in single] == [f"SHP-{n}" for n in range(5)] + ["SHP-999"]
    (told,) = [one for one in sent if one["status_code"] == "summary"]
    assert faults(told) == []
    assert told["count"] == 15
    assert told["activity_name"] == "Create"
    assert told["severity"] == "Critical"
    assert (bench.counted("sent"), bench.counted("summarised")) == (6, 15)


def test_every_alert_is_in_exactly_one_finding_or_summary() -> None:
    bench = Bench(ocsf_new_per_subject=5)
    sent = [one for start in range(0, 60, 12) for one in bench.send(*noisy(12, start))]
    ids = [one["finding_info"]["uid"] for one in sent if one["status_code"] == "new"]
    summaries = [one for one in sent if one["status_code"] == "summary"]
    for told in summaries:
        for related in told["finding_info"]["related_events"]:
            ids += [tag["value"] for tag in related["tags"] if tag["name"] == "alert_id"]
    assert sorted(ids) == [f"{number:032x}" for number in range(60)]
    assert [told["count"] for told in summaries] == [7, 19, 31, 43, 55]
    assert [told["activity_name"] for told in summaries] == ["Create"] + ["Update"] * 4
    assert len({told["finding_info"]["uid"] for told in summaries}) == 1, "one finding to a SIEM"
    assert len({told["metadata"]["uid"] for told in summaries}) == 5, "and five records of it"


def test_the_next_window_is_another_finding() -> None:
    bench = Bench(ocsf_new_per_subject=1, ocsf_window_s=60)
    first = bench.send(*noisy(2))[-1]
    bench.now += timedelta(seconds=61)
    single, again = bench.send(*noisy(2, 2))
    assert single["status_code"] == "new"
    assert again["finding_info"]["uid"] != first["finding_info"]["uid"]


def test_changes_are_never_held_back() -> None:
    """A finding that a SIEM knows must be closed there, however noisy its subject is."""
    bench = Bench(ocsf_new_per_subject=1)
    bench.send(*noisy(3))
    sent = bench.send(*(alert(number, status=status) for number in range(50) for status in ("updated", "closed")))
    assert [one["status_code"] for one in sent] == ["updated", "closed"] * 50


def test_a_summary_of_very_many_is_cut_into_records_that_a_topic_takes() -> None:
    bench = Bench(ocsf_new_per_subject=1)
    summaries = bench.send(*noisy(1202))[1:]
    assert [told["count"] for told in summaries] == [500, 1000, 1201]
    assert all(len(out.value or b"") < 1_000_000 for out in bench.producer.acknowledged)


@pytest.mark.parametrize("severity", ["low", "critical"])
def test_a_summary_is_as_loud_as_the_loudest_of_its_window(severity: Any) -> None:
    bench = Bench(ocsf_new_per_subject=1)
    bench.send(alert(0), alert(1, severity=severity))
    (told,) = bench.send(alert(2, severity="medium"))
    assert told["severity"] == {"low": "Medium", "critical": "Critical"}[severity]


def test_a_summary_lets_out_no_more_than_a_finding() -> None:
    secret = "Ivan Petrov DE89370400440532013000"
    for payload, shown in (("none", "[not shown]"), ("minimal", "Ivan Petrov [number]")):
        bench = Bench(ocsf_new_per_subject=1, payload=payload)
        told = bench.send(*(alert(n, subject=Subject("party", "debtor", secret)) for n in range(2)))[-1]
        assert told["unmapped"]["subject"]["value"] == shown
        assert "DE89370400440532013000" not in json.dumps(told)


def refuse_above(limit: int) -> Callable[[str, bytes | None], BaseException | None]:
    return lambda topic, value: MessageSizeTooLargeError() if len(value or b"") > limit else None


def test_a_finding_too_large_goes_without_what_the_event_says() -> None:
    long = alert(subject=Subject("party", "consignee", "x" * 20_000), message="y" * 20_000)
    (sent,) = Bench(Producer(refuse_above(8000))).send(long)
    assert sent["finding_info"]["uid"] == long.alert_id
    assert sent["unmapped"]["subject"]["value"] == "[not shown]"


def test_a_topic_that_takes_nothing_ends_the_process_and_says_why() -> None:
    with pytest.raises(Died, match=r"max\.message\.bytes"):
        Bench(Producer(refuse_above(10))).send(alert())
