"""The agent without a broker: what it sends, in which order, and what it does when it cannot."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NoReturn

import msgspec
import pytest
from aiokafka.errors import KafkaTimeoutError, MessageSizeTooLargeError
from faust.exceptions import ProducerSendError

from sekisho.agents.delivery import Outgoing
from sekisho.agents.faust_fixes import Batch
from sekisho.agents.gate import Gate
from sekisho.agents.screening import ScreeningAgent
from sekisho.agents.wiring import Wiring
from sekisho.errors import UnreachableError
from sekisho.metrics import Metrics
from sekisho.model import ListStamp, PartyTerm, Terms
from sekisho.screening import Tables
from sekisho.settings import Output, Settings, Topics, Worker
from tests import factories

TOPICS = Topics()
NOW = datetime(2023, 2, 10, 12, tzinfo=UTC)
LISTED = "Zorkovian Dynamics"


@pytest.fixture(autouse=True)
def _one_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loaded machine must not cut these small batches in two; the tests of slices set their own."""
    monkeypatch.setattr("sekisho.agents.screening.SLICE_S", 60.0)


class Died(Exception):
    """Instead of the end of the process."""


def die(reason: str) -> NoReturn:
    raise Died(reason)


class Producer:
    """Remembers what it took; ``refuse`` says which record is refused, and how."""

    def __init__(self, refuse: Callable[[str, bytes | None], BaseException | None] = lambda *_: None) -> None:
        self.sent: list[Outgoing] = []
        self.acknowledged: list[Outgoing] = []
        self.refuse = refuse

    async def send(self, topic: str, key: Any, value: Any, partition: Any, timestamp: Any, headers: Any) -> Any:
        out = Outgoing(topic, key, value, list(headers))
        fault = self.refuse(topic, value)
        if isinstance(fault, ProducerSendError):
            raise fault
        self.sent.append(out)

        async def acknowledge() -> None:
            await asyncio.sleep(0)
            if fault is not None:
                raise fault
            self.acknowledged.append(out)

        return asyncio.ensure_future(acknowledge())

    def topics(self) -> list[str]:
        return [out.topic for out in self.acknowledged]

    def values(self, topic: str) -> list[Any]:
        return [json.loads(out.value or b"null") for out in self.acknowledged if out.topic == topic]


class Record(msgspec.Struct, weakref=True):
    offset: int
    value: bytes | None
    topic: str = TOPICS.shipment
    partition: int = 0
    timestamp: float = 0.0
    headers: Any = ()
    key: bytes | None = b"k"


class Event(msgspec.Struct):
    message: Record


def batch(*values: bytes | None, **fields: Any) -> Batch:
    return Batch([Event(Record(offset, value, **fields)) for offset, value in enumerate(values)])


def event(reference: str = "SHP-1", name: str = "Honest Trading") -> bytes:
    return msgspec.json.encode(factories.shipment(shipment_reference=reference, parties=(factories.party(name),)))


def tables(*names: str, sequence: int = 1) -> Tables:
    return Tables.build(
        [factories.entity(entry_id=str(number), name=name) for number, name in enumerate(names or (LISTED,))],
        [],
        [factories.measure(Terms(parties=PartyTerm(lists=("xx-list",))))],
        lists={"xx-list": ListStamp("xx-list", "1", 1, published_at=datetime(2023, 2, 9, tzinfo=UTC))},
        sequence=sequence,
        hash=f"h{sequence}",
    )


class Agent:
    """An agent on a bench: JSON out, so that tests can read it."""

    def __init__(self, producer: Producer | None = None, *, wiring: Any = None, **settings: Any) -> None:
        self.producer = producer or Producer()
        self.metrics = Metrics()
        self.gate = Gate(self.metrics)
        settings.setdefault("output", Output(encoding="json"))
        self.settings = Settings(**settings)
        self.agent = ScreeningAgent(
            "shipment",
            settings=self.settings,
            gate=self.gate,
            wiring=wiring or Wiring.from_settings(self.settings),
            producer=lambda: self.producer,
            metrics=self.metrics,
            clock=lambda: NOW,
            die=die,
        )

    def open(self, *names: str) -> Agent:
        self.gate.activate(tables(*names))
        self.gate.release("reference")
        return self

    def metric(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(f"sekisho_{name}", labels) or 0.0


def run(agent: Agent, batch: Batch, suspended: Callable[[], bool] = lambda: False) -> None:
    async def process() -> None:
        await asyncio.wait_for(agent.agent.process(batch, suspended=suspended), 10)

    asyncio.run(process())


def test_alerts_are_acknowledged_before_any_verdict() -> None:
    agent = Agent().open()
    run(agent, batch(event("A", LISTED), event("B"), event("C", LISTED)))
    assert agent.producer.topics() == [TOPICS.alert] * 2 + [TOPICS.verdict] * 3
    assert [one["verdict"] for one in agent.producer.values(TOPICS.verdict)] == ["prohibited", "clear", "prohibited"]


def test_the_same_event_gives_the_same_ids_and_content() -> None:
    first, second = Agent().open(), Agent().open()
    for agent in (first, second):
        run(agent, batch(event("A", LISTED)))
    one, other = (agent.producer.values(TOPICS.verdict)[0] for agent in (first, second))
    one.pop("duration_us"), other.pop("duration_us")
    assert one == other
    assert first.producer.values(TOPICS.alert) == second.producer.values(TOPICS.alert)


def test_one_bad_record_does_not_hurt_its_neighbours() -> None:
    agent = Agent().open()
    run(agent, batch(event("A"), b"\xff\x00", None, b"", event("B", LISTED)))
    assert [one["event"]["business_reference"] for one in agent.producer.values(TOPICS.verdict)] == ["A", "B"]
    letters = [out for out in agent.producer.acknowledged if out.topic == TOPICS.dead_letter]
    assert [out.value for out in letters] == [b"\xff\x00", None, b""]
    assert [out.key for out in letters] == [b"k"] * 3
    assert agent.metric("events_total", topic=TOPICS.shipment, outcome="dead_letter") == 3
    assert agent.metric("events_total", topic=TOPICS.shipment, outcome="screened") == 2


def test_a_dead_letter_whose_reference_can_be_read_is_answered_unscreened() -> None:
    agent = Agent().open()
    run(agent, batch(b'{"shipment_reference": "SHP-9", "event_id": "e", "goods": 7}'))
    (verdict,) = agent.producer.values(TOPICS.verdict)
    assert (verdict["verdict"], verdict["event"]["business_reference"]) == ("unscreened", "SHP-9")
    assert verdict["engine"]["reference_hash"] == "h1"


@pytest.mark.parametrize(
    "value", [b"{", b"[]", b'{"shipment_reference": 7}', b'{"shipment_reference": ""}', b"[" * 50_000, b'{"a": "\xff"}']
)
def test_a_dead_letter_without_a_reference_is_not_answered(value: bytes) -> None:
    agent = Agent().open()
    run(agent, batch(value))
    assert agent.producer.topics() == [TOPICS.dead_letter]


def test_a_bug_in_screening_makes_a_dead_letter_not_a_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    agent = Agent().open()
    assert agent.gate.screener is not None
    monkeypatch.setattr(agent.gate.screener, "screen", lambda *_, **__: 1 / 0)
    run(agent, batch(event("A")))
    assert agent.producer.topics() == [TOPICS.dead_letter, TOPICS.verdict]
    assert agent.metric("dead_letters_total", topic=TOPICS.shipment, reason="failed") == 1


def test_a_refusal_that_is_not_the_records_fault_ends_the_process() -> None:
    agent = Agent(Producer(lambda topic, _: KafkaTimeoutError() if topic == TOPICS.verdict else None)).open()
    with pytest.raises(Died, match="KafkaTimeoutError"):
        run(agent, batch(event("A")))


def test_a_refusal_before_sending_ends_the_process_too() -> None:
    fault = ProducerSendError("Error while sending")
    fault.__cause__ = KafkaTimeoutError()
    agent = Agent(Producer(lambda topic, _: fault if topic == TOPICS.alert else None)).open()
    with pytest.raises(Died, match="KafkaTimeoutError"):
        run(agent, batch(event("A", LISTED)))


def too_large(limits: dict[str, int]) -> Callable[[str, bytes | None], BaseException | None]:
    def refuse(topic: str, value: bytes | None) -> BaseException | None:
        return MessageSizeTooLargeError() if len(value or b"") > limits.get(topic, 1 << 30) else None

    return refuse


def test_an_alert_too_large_makes_its_event_a_dead_letter() -> None:
    agent = Agent(Producer(too_large({TOPICS.alert: 100}))).open()
    run(agent, batch(event("A", LISTED), event("B")))
    assert sorted(agent.producer.topics()) == sorted([TOPICS.dead_letter, TOPICS.verdict, TOPICS.verdict])
    answers = {one["event"]["business_reference"]: one["verdict"] for one in agent.producer.values(TOPICS.verdict)}
    assert answers == {"A": "unscreened", "B": "clear"}
    assert agent.metric("dead_letters_total", topic=TOPICS.shipment, reason="result_too_large") == 1
    assert agent.metric("alerts_total", list="xx-list", severity="critical", trigger="event") == 0


def test_a_verdict_too_large_makes_its_event_a_dead_letter() -> None:
    agent = Agent(Producer(too_large({TOPICS.verdict: 10}))).open()
    run(agent, batch(event("A"), event("B")))
    assert agent.producer.topics() == [TOPICS.dead_letter] * 2


def test_a_dead_letter_too_large_goes_as_a_pointer() -> None:
    agent = Agent(Producer(too_large({TOPICS.dead_letter: 1000}))).open()
    run(agent, batch(b"{" * 5000, event("A")))
    assert agent.producer.topics() == [TOPICS.dead_letter, TOPICS.verdict]
    assert len(agent.producer.acknowledged[0].value or b"") <= 1000


def test_a_topic_that_refuses_even_a_pointer_ends_the_process() -> None:
    agent = Agent(Producer(lambda topic, _: MessageSizeTooLargeError() if topic == TOPICS.dead_letter else None)).open()
    with pytest.raises(Died, match="pointer"):
        run(agent, batch(b"{"))


def test_nothing_is_screened_against_nothing() -> None:
    agent = Agent()
    one = batch(event("A"))
    asked = iter([False, False, True])
    run(agent, one, suspended=lambda: next(asked))
    assert one.given_back
    assert agent.producer.sent == []


def test_a_hold_ends_when_its_last_reason_is_gone() -> None:
    agent = Agent().open()
    agent.gate.hold("stale", "too old")
    agent.gate.hold("topics", "not there")

    async def process() -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(0.02, agent.gate.release, "stale")
        loop.call_later(0.04, agent.gate.release, "topics")
        await asyncio.wait_for(agent.agent.process(batch(event("A")), suspended=lambda: False), 5)

    asyncio.run(process())
    assert agent.producer.topics() == [TOPICS.verdict]


class Unreachable:
    """Wiring whose registry does not answer at first."""

    def __init__(self, inner: Wiring, failures: int) -> None:
        self._inner = inner
        self.failures = failures

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def decode(self, *arguments: Any) -> Any:
        if self.failures:
            self.failures -= 1
            raise UnreachableError("the registry does not answer")
        return self._inner.decode(*arguments)


def unreachable(failures: int) -> Agent:
    settings = Settings(output=Output(encoding="json"))
    return Agent(wiring=Unreachable(Wiring.from_settings(settings), failures)).open()


def test_a_registry_that_does_not_answer_holds_and_loses_nothing() -> None:
    agent = unreachable(failures=2)
    run(agent, batch(event("A"), event("B", LISTED)))
    assert agent.producer.topics() == [TOPICS.alert, TOPICS.verdict, TOPICS.verdict]
    assert agent.gate.reasons == {}


def test_a_batch_is_given_back_when_a_rebalance_meets_a_dead_registry() -> None:
    agent = unreachable(failures=1000)
    one = batch(event("A"))
    run(agent, one, suspended=lambda: "registry" in agent.gate.reasons)
    assert one.given_back
    assert agent.producer.sent == []


@pytest.mark.parametrize(("mode", "count"), [("all", 3), ("hits", 2), ("off", 0)])
def test_modes_of_verdicts(mode: Any, count: int) -> None:
    agent = Agent(output=Output(encoding="json", verdicts=mode)).open()
    run(agent, batch(event("A"), event("B", LISTED), b'{"shipment_reference": "C"}'))
    assert len(agent.producer.values(TOPICS.verdict)) == count
    assert len(agent.producer.values(TOPICS.alert)) == 1
    assert agent.producer.topics().count(TOPICS.dead_letter) == 1


def test_known_at_is_the_clock_or_the_event() -> None:
    by_clock, by_event = Agent().open(), Agent(worker=Worker(as_of="event")).open()
    for agent in (by_clock, by_event):
        run(agent, batch(event("A")))
    moments = [agent.producer.values(TOPICS.verdict)[0]["engine"]["known_at"] for agent in (by_clock, by_event)]
    assert [datetime.fromisoformat(moment) for moment in moments] == [NOW, factories.utc("2023-02-10")]


def test_a_set_swapped_in_the_middle_of_a_batch_takes_effect_between_two_events() -> None:
    """Each verdict says what the set that it names says."""
    agent = Agent().open()
    wiring = Wiring.from_settings(agent.settings)
    decoded: list[bytes] = []

    class Swapping:
        def __getattr__(self, name: str) -> Any:
            return getattr(wiring, name)

        def decode(self, kind: str, value: bytes, headers: Any) -> Any:
            decoded.append(value)
            if len(decoded) == 2:
                agent.gate.activate(tables(LISTED, "Honest Trading", sequence=2))
            return wiring.decode(kind, value, headers)

    agent.agent._wiring = Swapping()  # type: ignore[assignment]
    run(agent, batch(event("A"), event("B"), event("C")))
    said = [(v["engine"]["reference_sequence"], v["verdict"]) for v in agent.producer.values(TOPICS.verdict)]
    assert said == [(1, "clear"), (1, "clear"), (2, "prohibited")]


def test_a_full_batch_is_sent_in_slices_while_it_is_screened(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first verdict does not wait for the last event; each event's alert still comes before its verdict."""
    monkeypatch.setattr("sekisho.agents.screening.SLICE_S", 0.005)
    agent = Agent().open()
    screen = agent.gate.screener.screen  # type: ignore[union-attr]
    screened: list[str] = []
    seen: list[int] = []

    def slow(event: Any, *arguments: Any, **options: Any) -> Any:
        time.sleep(0.001)
        screened.append(event.shipment_reference)
        seen.append(len(agent.producer.acknowledged))
        return screen(event, *arguments, **options)

    monkeypatch.setattr(agent.gate.screener, "screen", slow)
    run(agent, batch(*(event(f"S-{number}", LISTED) for number in range(60))))
    assert seen[-1] > 0, "something was acknowledged before the last event was screened"
    order = [
        (out.topic, json.loads(out.value or b"")["event"]["business_reference"]) for out in agent.producer.acknowledged
    ]
    assert len(order) == 120
    for reference in screened:
        assert order.index((TOPICS.alert, reference)) < order.index((TOPICS.verdict, reference))


def test_what_was_being_sent_is_acknowledged_before_a_batch_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekisho.agents.screening.SLICE_S", 0.0)
    agent = unreachable(failures=0)
    wiring: Any = agent.agent._wiring
    decode = wiring.decode
    counted = itertools.count()

    def failing(*arguments: Any) -> Any:
        if next(counted) >= 3:
            raise UnreachableError("the registry does not answer")
        return decode(*arguments)

    wiring.decode = failing
    one = batch(*(event(f"S-{number}") for number in range(5)))
    run(agent, one, suspended=lambda: "registry" in agent.gate.reasons)
    assert one.given_back
    assert len(agent.producer.acknowledged) == 3
