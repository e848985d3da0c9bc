"""Stripping without a broker: what the agents send and remember, in which order, and what a rescreening does to it."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from sekisho.agents.findings import Findings
from sekisho.agents.fingerprint_reader import stopped_events
from sekisho.agents.rescreening import Rescreener
from sekisho.agents.screening import ScreeningAgent
from sekisho.agents.wiring import Wiring
from sekisho.model import Fingerprint
from sekisho.screening.stopped_events import StoppedEvents
from sekisho.settings import Output, Worker
from sekisho.wire import decode
from tests import factories
from tests.agents.test_rescreening import LISTED, TOPICS, Bench, Log, die, entries
from tests.agents.test_screening_agent import Died, Producer, batch, too_large

KEPT = TOPICS.fingerprint
SECRET = "correct horse"


@pytest.fixture(autouse=True)
def _one_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loaded machine must not cut these small batches in two."""
    monkeypatch.setattr("sekisho.agents.screening.SLICE_S", 60.0)


class StoppingBench(Bench):
    """An agent and a rescreener that share a memory of what was stopped."""

    def __init__(
        self,
        producer: Producer | None = None,
        stopped: StoppedEvents | None = None,
        *,
        alone: bool = False,
        **settings: Any,
    ) -> None:
        settings.setdefault("worker", Worker(fingerprint_key=SECRET))  # type: ignore[arg-type]
        super().__init__(producer, **settings)
        memory = stopped or stopped_events(self.settings)
        assert memory is not None
        self.stopped = memory
        self.known = True
        findings = Findings(self.settings, producer=lambda: self.producer, metrics=self.metrics)
        common: dict[str, Any] = {
            "gate": self.gate, "wiring": Wiring.from_settings(self.settings), "producer": lambda: self.producer,
            "metrics": self.metrics, "findings": findings, "clock": lambda: self.now, "die": die,
            "open_events": None if alone else self.open, "stopped": memory,
        }  # fmt: skip
        self.agent = ScreeningAgent("shipment", settings=self.settings, stopped_are_known=lambda: self.known, **common)
        if not alone:
            self.rescreener = Rescreener(self.settings, history=self.chain, **common)

    def alerts(self) -> list[tuple[str, str, str]]:
        """Role, status and message of each alert."""
        return [
            (one["subject"]["role"], one["status"], one["message"])
            for one in map(
                json.loads, (out.value or b"" for out in self.producer.acknowledged if out.topic == TOPICS.alert)
            )
        ]

    def fingerprints(self) -> list[Fingerprint | None]:
        return [
            decode("fingerprint", out.value) if out.value is not None else None
            for out in self.producer.acknowledged
            if out.topic == KEPT
        ]

    def words(self) -> list[tuple[str, str, str]]:
        return [one for one in self.said() if one[0] == "verdict"]


def event(reference: str = "SHP-1", name: str | None = LISTED, **fields: Any) -> bytes:
    """A shipment that is known again whatever its reference."""
    parties = [factories.party("Osaka Pumps K.K.", "shipper"), factories.party("Blue Star Line", "carrier")]
    if name is not None:
        parties.append(factories.party(name))
    goods = (factories.line("Pumps", quantity="137", value=factories.Money("48213.50", "USD")),)
    return msgspec.json.encode(
        factories.shipment(shipment_reference=reference, parties=tuple(parties), goods=goods, **fields)
    )


def bench(producer: Producer | None = None, **more: Any) -> StoppingBench:
    return StoppingBench(producer, **more).swap(1, *entries(LISTED))  # type: ignore[return-value]


def test_the_second_version_is_review_with_an_alert_of_its_own() -> None:
    one = bench()
    one.take(event())
    one.clear()
    one.take(event(name=None), first=1)
    assert one.words() == [("verdict", "SHP-1", "review")]
    (new, closed) = one.alerts()
    assert new[:2] == ("resubmission", "new")
    assert closed[:2] == ("consignee", "closed")
    assert "no longer holds what was met, and is held for that as alert" in closed[2]
    assert (
        one.metrics.registry.get_sample_value(
            "sekisho_stripping_total", {"event_type": "shipment", "reference": "same"}
        )
        == 1.0
    )


def test_both_versions_are_compared_in_the_clear_where_the_open_event_is_the_one_that_was_stopped() -> None:
    one = bench()
    one.take(event())
    one.take(event(name="Honest Trading"), first=1)
    alert = next(
        found for found in map(json.loads, (o.value or b"" for o in one.producer.acknowledged if o.topic == TOPICS.alert))
        if found["subject"]["role"] == "resubmission"
    )  # fmt: skip
    evidence = alert["matches"][0]["evidence"][0]
    assert (evidence["feature"], evidence["entry"], evidence["query"]) == ("stripping", LISTED, "Honest Trading")
    assert evidence["effect"] == f"consignee altered: name; it had met xx-list {LISTED}"


def test_two_versions_in_one_batch_and_two_references() -> None:
    one = bench()
    one.take(event(), event("SHP-2", None), event("SHP-3", "Honest Trading"))
    assert [word for _, _, word in one.words()] == ["prohibited", "review", "review"]
    assert (
        one.metrics.registry.get_sample_value(
            "sekisho_stripping_total", {"event_type": "shipment", "reference": "other"}
        )
        == 2.0
    )


def test_alerts_verdicts_fingerprints_open_events_in_this_order() -> None:
    one = bench()
    one.take(event())
    assert one.producer.topics() == [TOPICS.alert, TOPICS.verdict, KEPT, TOPICS.open_shipment]
    (kept,) = one.fingerprints()
    assert kept is not None
    assert one.producer.acknowledged[2].key == kept.fingerprint_id.encode()
    assert (kept.business_reference, kept.verdict, kept.origin.offset) == ("SHP-1", "prohibited", 0)
    assert b"Osaka" not in (one.producer.acknowledged[2].value or b"")


def test_without_open_events_it_works_too_and_a_window_of_no_days_keeps_nothing() -> None:
    one = bench(alone=True)
    one.take(event(), event(name=None))
    assert [word for _, _, word in one.words()] == ["prohibited", "review"]
    assert stopped_events(factories_settings(0)) is None


def factories_settings(days: int) -> Any:
    from sekisho.settings import Settings

    return Settings(worker=Worker(stripping_window_days=days))


def test_a_redelivery_is_none_and_sends_the_fingerprint_again() -> None:
    one = bench()
    one.take(event(), event(name=None))
    before = one.words()
    one.clear()
    one.take(event(), event(name=None))
    assert one.words() == [before[0], before[1]]
    assert len(one.fingerprints()) == 1


def test_another_worker_that_has_read_the_log_sees_it() -> None:
    first = bench()
    first.take(event())
    second = bench()
    for kept in first.fingerprints():
        assert kept is not None
        second.stopped.put(kept)
    second.take(event("SHP-9", None), first=100)
    assert second.words() == [("verdict", "SHP-9", "review")]
    assert "kept as hashes" in (second.producer.acknowledged[0].value or b"").decode()


def test_nothing_is_taken_before_the_log_is_read() -> None:
    one = bench()
    one.known = False
    with pytest.raises(TimeoutError):
        asyncio.run(asyncio.wait_for(one.agent.process(batch(event()), suspended=lambda: False), 0.2))
    given = batch(event())
    asyncio.run(one.agent.process(given, suspended=lambda: True))
    assert one.producer.sent == []


def test_altering_more_or_waiting_does_not_shake_it_off() -> None:
    one = bench()
    one.take(event())
    one.take(event(name="Honest Trading"), first=1)
    one.clear()
    one.now += timedelta(days=31)
    one.take(event(name="Honest Trading", status="departed"), first=2)
    one.take(event(name="Other Trading", status="departed"), first=3)
    assert one.words() == [("verdict", "SHP-1", "review")] * 2
    assert one.alerts() == []  # it stands as it was raised
    one.clear()
    one.take(event(name="Other Trading", status="cancelled"), first=4)
    assert one.alerts()[0][:2] == ("resubmission", "closed")


def test_what_is_restored_is_held_for_its_own_reasons_again() -> None:
    one = bench()
    one.take(event())
    one.take(event(name=None), first=1)
    one.clear()
    one.take(event(), first=2)
    assert one.words() == [("verdict", "SHP-1", "prohibited")]
    assert [alert[:2] for alert in one.alerts()] == [("consignee", "new"), ("resubmission", "closed")]


def test_delivered_closes_nothing() -> None:
    one = bench()
    one.take(event())
    one.take(event(name=None), first=1)
    one.clear()
    one.take(event(name=None, status="delivered"), first=2)
    assert one.alerts() == []


def test_no_list_and_no_day_undoes_a_resubmission() -> None:
    one = bench()
    one.take(event())
    one.take(event(name="Honest Trading"), first=1)
    one.look()
    one.clear()
    one.swap(2)  # nobody is listed any more
    one.look()
    assert one.alerts() == []
    one.swap(3, *entries("Honest Trading"))
    one.look()
    assert one.words() == [("verdict", "SHP-1", "prohibited")]
    assert [alert[:2] for alert in one.alerts()] == [("consignee", "new")]
    one.clear()
    one.swap(4)
    one.look()
    assert one.words() == [("verdict", "SHP-1", "review")]
    assert [alert[:2] for alert in one.alerts()] == [("consignee", "closed")]


def test_what_a_list_lets_go_is_not_known_again_and_what_it_takes_in_is() -> None:
    one, other = bench(), {"deal_references": ("PO-4711",)}
    one.take(event(deal_references=("PO-4700",)), event("SHP-2", "Honest Trading", **other))
    one.look()
    assert len(one.stopped) == 1
    one.clear()
    one.swap(2, *entries("Honest Trading"))
    one.look()
    assert len(one.stopped) == 1
    taken_back, kept = sorted(one.fingerprints(), key=lambda found: found is not None)
    assert taken_back is None
    assert kept is not None
    assert kept.business_reference == "SHP-2"
    one.clear()
    one.take(event(name=None, deal_references=("PO-4700",)), event("SHP-2", None, **other), first=2)
    assert one.words() == [("verdict", "SHP-1", "clear"), ("verdict", "SHP-2", "review")]


def test_a_fingerprint_too_large_is_told_and_its_event_is_answered(caplog: pytest.LogCaptureFixture) -> None:
    one = bench(Log(too_large({KEPT: 100})))
    one.take(event())
    assert one.producer.topics() == [TOPICS.alert, TOPICS.verdict, TOPICS.open_shipment]
    assert one.metrics.registry.get_sample_value("sekisho_fingerprints_refused_total", {"topic": KEPT}) == 1.0
    assert "max.message.bytes" in caplog.text
    one.take(event(name=None), first=1)
    assert one.words()[-1] == ("verdict", "SHP-1", "review")


def test_any_other_refusal_ends_the_process() -> None:
    one = bench(Log(lambda topic, value: OSError("disk") if topic == KEPT else None))
    with pytest.raises(Died, match=KEPT):
        one.take(event())


def test_an_event_that_becomes_a_dead_letter_was_not_stopped() -> None:
    one = bench(Log(too_large({TOPICS.alert: 100})))
    one.take(event())
    assert len(one.stopped) == 0
    assert one.fingerprints() == []


@pytest.mark.parametrize("shown", [True, False])
def test_account_numbers_that_texts_quote_are_in_no_version(shown: bool) -> None:
    one = bench(output=Output(encoding="json", account_numbers=shown))
    iban = "DE89 3704 0044 0532 0130 00"
    one.take(
        event(extra={"memo": f"for {LISTED} to {iban}"}), event(name="Honest Trading", extra={"memo": f"to {iban}"})
    )
    alert = next(
        (out.value or b"").decode() for out in one.producer.acknowledged if b'"resubmission"' in (out.value or b"")
    )
    assert alert.count(iban) == (2 if shown else 0)
    assert alert.count("to [number]") == (0 if shown else 2)


def test_an_alert_with_little_personal_data_tells_what_differs_and_not_who() -> None:
    one = bench(output=Output(encoding="json", alert_payload="minimal"))
    one.take(event(), event(name="Honest Trading"))
    alert = next(
        (out.value or b"").decode() for out in one.producer.acknowledged if b'"resubmission"' in (out.value or b"")
    )
    assert "Honest Trading" not in alert
    assert "consignee altered: name" in alert
