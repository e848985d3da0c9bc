"""Open events and their rescreening without a broker: what is kept, what is said again, and in which order."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, NoReturn

import msgspec
import pytest

from sekisho.agents import rescreening
from sekisho.agents.findings import Findings
from sekisho.agents.gate import Gate
from sekisho.agents.marks import HEADER, Mark
from sekisho.agents.open_events import OpenEvents, OpenPartition
from sekisho.agents.rescreening import Interrupted, Rescreener
from sekisho.agents.screening import GiveBack, ScreeningAgent
from sekisho.agents.wiring import Wiring
from sekisho.metrics import Metrics
from sekisho.model import Entity, ListStamp, OpenEvent, PartyTerm, Terms
from sekisho.screening import Tables, digest
from sekisho.screening.reach import Change
from sekisho.settings import Output, Settings, Topics, Worker
from sekisho.wire import decode
from tests import factories
from tests.agents.test_screening_agent import Died, Producer, batch, too_large

TOPICS = Topics()
LISTED = "Zorkovian Dynamics"
NEXT = "Honest Trading"
OPEN = TOPICS.open_shipment
T0 = datetime(2023, 2, 10, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _one_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loaded machine must not cut these small batches in two."""
    monkeypatch.setattr("sekisho.agents.screening.SLICE_S", 60.0)


class Acknowledged(NamedTuple):
    offset: int


class Log(Producer):
    """A producer that gives each topic its offsets."""

    async def send(self, topic: str, key: Any, value: Any, partition: Any, timestamp: Any, headers: Any) -> Any:
        sent = await super().send(topic, key, value, partition, timestamp, headers)
        offset = sum(out.topic == topic for out in self.sent) - 1

        async def acknowledge() -> Acknowledged:
            await sent
            return Acknowledged(offset)

        return asyncio.ensure_future(acknowledge())


def die(reason: str) -> NoReturn:
    raise Died(reason)


def entries(*names: str, **fields: Any) -> list[Entity]:
    return [factories.entity(entry_id=name, name=name, **fields) for name in names]


def tables(some: list[Entity], sequence: int) -> Tables:
    return Tables.build(
        some,
        [],
        [factories.measure(Terms(parties=PartyTerm(lists=("xx-list",))))],
        lists={"xx-list": ListStamp("xx-list", str(sequence), len(some))},
        sequence=sequence,
        hash=f"h{sequence}",
    )


class Chain:
    """What the reference reader tells of its chain."""

    def __init__(self) -> None:
        self.sets: dict[int, list[Entity]] = {}
        self.asked: list[int] = []

    def change(self, sequence: int, new: Tables) -> Change | None:
        self.asked.append(sequence)
        before, after = self.sets.get(sequence), self.sets[new.sequence]
        if before is None:
            return None
        return Change(
            tuple(one for one in after if one not in before), tuple(one for one in before if one not in after)
        )

    def created_at(self, new: Tables) -> datetime | None:
        return T0


class Bench:
    """An agent and a rescreener over one partition."""

    def __init__(self, producer: Producer | None = None, **settings: Any) -> None:
        self.producer = producer or Log()
        self.now = T0
        self.settings = Settings(**{"output": Output(encoding="json"), **settings})
        self.metrics = Metrics()
        self.gate = Gate(self.metrics)
        self.gate.release("reference")
        self.open = OpenEvents()
        (self.part,) = self.open.own({TOPICS.shipment: "shipment"}, [(TOPICS.shipment, 0)])
        self.part.loaded = True
        self.chain = Chain()
        wiring = Wiring.from_settings(self.settings)
        findings = Findings(self.settings, producer=lambda: self.producer, metrics=self.metrics)
        common: dict[str, Any] = {
            "gate": self.gate, "wiring": wiring, "producer": lambda: self.producer, "metrics": self.metrics,
            "findings": findings, "open_events": self.open, "clock": lambda: self.now, "die": die,
        }  # fmt: skip
        self.agent = ScreeningAgent("shipment", settings=self.settings, **common)
        self.rescreener = Rescreener(self.settings, history=self.chain, **common)

    def swap(self, sequence: int, *some: Entity) -> Bench:
        self.chain.sets[sequence] = list(some)
        self.gate.activate(tables(list(some), sequence))
        return self

    def take(self, *values: bytes, first: int = 0, suspended: Callable[[], bool] = lambda: False) -> None:
        one = batch(*values)
        for event in one.events:
            event.message.offset += first
        asyncio.run(asyncio.wait_for(self.agent.process(one, suspended=suspended), 10))

    def look(self) -> None:
        asyncio.run(asyncio.wait_for(self.rescreener.look(), 20))

    def clear(self) -> None:
        self.producer.sent.clear()
        self.producer.acknowledged.clear()

    def said(self) -> list[tuple[str, str, str]]:
        """Alerts and verdicts in their order: what, reference, and what it says."""
        found = []
        for out in self.producer.acknowledged:
            if out.topic in (TOPICS.alert, TOPICS.verdict):
                one = json.loads(out.value or b"")
                word = one["status"] if out.topic == TOPICS.alert else one["verdict"]
                found.append((out.topic.split(".")[1], one["event"]["business_reference"], word))
        return found

    def opened(self) -> list[tuple[str, OpenEvent | None]]:
        return [
            ((out.key or b"").decode(), decode("open_event", out.value) if out.value else None)
            for out in self.producer.acknowledged
            if out.topic == OPEN
        ]

    def verdicts(self) -> list[Any]:
        return self.producer.values(TOPICS.verdict)


def event(reference: str = "A", name: str = NEXT, at: str = "2023-02-10", **fields: Any) -> bytes:
    return msgspec.json.encode(
        factories.shipment(
            event_time=factories.utc(at), shipment_reference=reference, parties=(factories.party(name),), **fields
        )
    )


def bench(*names: str, **options: Any) -> Bench:
    return Bench(**options).swap(1, *entries(*(names or (LISTED,))))


# -- open events ------------------------------------------------------------------------------------------------


def test_the_open_event_is_acknowledged_after_the_verdict_on_the_inputs_partition() -> None:
    one = bench()
    one.take(event("A", LISTED), event("B"))
    assert one.producer.topics() == [TOPICS.alert, TOPICS.verdict, TOPICS.verdict, OPEN, OPEN]
    kept = dict(one.opened())
    state = kept["A"]
    assert state is not None
    assert (state.origin.offset, state.reference_sequence, len(state.live)) == (0, 1, 1)
    assert state.value == event("A", LISTED)
    assert one.part.position == 2, "our own records need not be read again"
    assert not one.part.answering


def test_the_mark_travels_with_the_record() -> None:
    one = bench()
    one.take(event("A", LISTED))
    (out,) = [out for out in one.producer.acknowledged if out.topic == OPEN]
    mark = Mark.unpack(dict(out.headers)[HEADER])
    assert mark is not None
    assert (mark.sequence, mark.alerts) == (1, True)
    assert mark.open_until == int((T0 + timedelta(days=180)).timestamp())
    assert mark.probes


def test_an_update_supersedes_and_closes() -> None:
    one = bench()
    one.take(event("A", LISTED))
    first = one.verdicts()[0]["verdict_id"]
    one.clear()
    one.take(event("A", NEXT, at="2023-02-11"), first=1)
    assert one.said() == [("alert", "A", "closed"), ("verdict", "A", "clear")]
    assert one.verdicts()[0]["supersedes"] == first


def test_updates_within_one_batch_know_each_other() -> None:
    one = bench()
    one.take(event("A", LISTED), event("A", NEXT, at="2023-02-11"), event("A", LISTED, at="2023-02-12"))
    assert [word for what, _, word in one.said() if what == "alert"] == ["new", "closed", "new"]


def test_cancelled_is_a_tombstone() -> None:
    one = bench()
    one.take(event("A", LISTED))
    one.take(event("A", LISTED, at="2023-02-11", status="cancelled"), first=1)
    assert one.opened()[-1] == ("A", None)
    assert len(one.part) == 0
    one.clear()
    one.take(event("B", status="delivered"), first=2)
    assert one.opened() == [], "what was never open needs no tombstone"


def test_a_redelivery_sends_the_recorded_records_again() -> None:
    one = bench()
    one.take(event("A", LISTED))
    first = [(out.topic, out.key, out.value) for out in one.producer.acknowledged]
    one.clear()
    one.now = T0 + timedelta(days=1)
    one.take(event("A", LISTED))
    assert [(out.topic, out.key, out.value) for out in one.producer.acknowledged] == first


def test_a_replay_from_before_the_recorded_offset_does_not_reopen_what_is_closed() -> None:
    one = bench()
    values = [event("A", LISTED), event("A", NEXT, at="2023-02-11")]
    one.take(*values)
    one.take(*values)  # a worker died before it committed
    past = one.part.past("A")
    assert past is not None
    assert past.live == ()
    assert one.said()[-2:] == [("verdict", "A", "prohibited"), ("verdict", "A", "clear")]


def test_another_event_at_the_recorded_offset_is_no_redelivery() -> None:
    """An input topic that was made anew counts its offsets from 0 again."""
    one = bench()
    one.take(event("A", NEXT))
    one.clear()
    one.take(event("A", LISTED, at="2023-02-11"))
    assert one.said() == [("alert", "A", "new"), ("verdict", "A", "prohibited")]


def test_an_open_record_too_large_for_its_topic_is_told_and_the_event_stays_answered() -> None:
    one = bench(producer=Log(too_large({OPEN: 10})))
    one.take(event("A", LISTED))
    assert one.producer.topics() == [TOPICS.alert, TOPICS.verdict]
    assert one.metrics.registry.get_sample_value("sekisho_open_events_refused_total", {"topic": OPEN}) == 1
    assert one.metrics.registry.get_sample_value(
        "sekisho_events_total", {"topic": TOPICS.shipment, "outcome": "screened"}
    ) == 1  # fmt: skip
    assert len(one.part) == 1, "while this worker runs it is kept"


def test_a_result_too_large_leaves_the_past_as_it_was() -> None:
    limits: dict[str, int] = {}
    one = bench(producer=Log(too_large(limits)))
    one.take(event("A", NEXT))
    limits[TOPICS.alert] = 10
    one.take(event("A", LISTED, at="2023-02-11"), first=1)
    past = one.part.past("A")
    assert past is not None
    assert past.origin.offset == 0, "what was not said is not the past"


def test_what_is_screened_but_not_sent_is_forgotten_when_a_batch_is_given_back() -> None:
    one = bench()
    one.take(event("A", NEXT))
    asked = iter([False, False])

    def past_gone(*_: Any) -> None:
        raise GiveBack

    real = one.agent._screened
    calls = iter([real, past_gone])
    one.agent._screened = lambda record: next(calls)(record)  # type: ignore[method-assign,assignment,return-value]
    one.take(event("B", NEXT), event("C", NEXT), first=1, suspended=lambda: next(asked, True))
    assert not one.part.loaded
    assert len(one.part) == 0, "the log says what is known"


def test_nothing_is_taken_before_the_past_is_read_and_its_set_is_active() -> None:
    one = bench()
    one.part.loaded = False
    held = batch(event("A"))
    asked = iter([False, False, True])
    asyncio.run(asyncio.wait_for(one.agent.process(held, suspended=lambda: next(asked)), 5))
    assert held.given_back
    one.part.loaded = True
    one.swap(3)
    one.look()
    one.swap(2)
    assert not one.part.ready(2), "it was held against set 3 before"
    assert one.part.ready(3)


def test_without_a_window_nothing_is_kept() -> None:
    one = bench(worker=Worker(rescreen_window_days=0))
    one.take(event("A", LISTED), event("A", NEXT, at="2023-02-11"))
    assert OPEN not in one.producer.topics()
    assert [word for what, _, word in one.said() if what == "alert"] == ["new"]


# -- a new set --------------------------------------------------------------------------------------------------


def test_a_new_entry_reaches_what_has_passed_and_nothing_else() -> None:
    one = bench()
    one.take(event("A", NEXT), event("B", "Nobody Else"), event("C", LISTED))
    one.look()
    one.clear()
    one.swap(2, *entries(LISTED, NEXT)).look()
    assert one.said() == [("alert", "A", "new"), ("verdict", "A", "prohibited")]
    (verdict,) = one.verdicts()
    assert (verdict["trigger"], verdict["engine"]["reference_sequence"]) == ("reference", 2)
    assert verdict["supersedes"]
    assert one.part.progress is not None
    assert one.part.progress.sequence == 2
    assert one.producer.topics() == [TOPICS.alert, TOPICS.verdict, OPEN, TOPICS.progress]
    outcomes = {
        outcome: one.metrics.registry.get_sample_value(
            "sekisho_rescreened_total", {"trigger": "reference", "outcome": outcome}
        )
        for outcome in ("passed_over", "unchanged", "changed")
    }
    assert outcomes == {"passed_over": 2.0, "unchanged": 0.0, "changed": 1.0}


def test_an_entry_that_falls_closes() -> None:
    one = bench()
    one.take(event("A", LISTED))
    one.look()
    one.clear()
    one.swap(2).look()
    assert one.said() == [("alert", "A", "closed"), ("verdict", "A", "clear")]
    past = one.part.past("A")
    assert past is not None
    assert past.live == ()


def test_what_came_under_the_new_set_is_not_screened_again() -> None:
    one = bench()
    one.take(event("A", NEXT))
    one.look()
    one.swap(2, *entries(LISTED, NEXT))
    one.take(event("A", NEXT, at="2023-02-11"), first=1)
    one.clear()
    one.look()
    assert one.said() == []
    assert one.producer.topics() == [TOPICS.progress]


def test_a_new_owner_goes_on_from_what_is_recorded() -> None:
    """Killed after A's records were acknowledged and before the progress was: A is not said again, B is."""
    one = bench()
    one.take(event("A", NEXT), event("B", NEXT))
    one.look()
    one.swap(2, *entries(LISTED, NEXT))
    answer, outcome = one.rescreener._again(one.part, "A", None, one.rescreener._tables, "reference")
    assert (outcome, answer is not None) == ("changed", True)
    one.part.release()
    other = Bench()
    other.chain.sets = one.chain.sets
    other.part._kept = one.part._kept
    other.part.progress = one.part.progress
    other.swap(2, *entries(LISTED, NEXT)).look()
    assert other.said() == [("alert", "B", "new"), ("verdict", "B", "prohibited")]


def test_said_twice_is_said_under_the_same_ids() -> None:
    """Killed between the alert and the open record: the next owner says it again."""
    texts = []
    for _ in range(2):
        one = bench()
        one.take(event("A", NEXT))
        one.look()
        one.clear()
        one.swap(2, *entries(LISTED, NEXT)).look()
        alert, verdict = one.producer.values(TOPICS.alert)[0], one.verdicts()[0]
        verdict.pop("duration_us")
        texts.append((alert, verdict))
    assert texts[0] == texts[1]


def test_several_sets_at_once_are_one_difference() -> None:
    one = bench()
    one.take(event("A", NEXT))
    one.look()
    one.swap(2)  # never looked at
    one.chain.asked.clear()
    one.clear()
    one.swap(3, *entries(LISTED, NEXT)).look()
    assert one.chain.asked == [1]
    assert one.said() == [("alert", "A", "new"), ("verdict", "A", "prohibited")]


def test_where_the_old_set_is_gone_everything_is_screened_again() -> None:
    one = bench()
    one.take(event("A", NEXT), event("B", "Nobody Else"))
    one.look()
    del one.chain.sets[1]
    one.clear()
    one.swap(2, *entries(NEXT)).look()
    assert one.said() == [("alert", "A", "new"), ("verdict", "A", "prohibited")]


def test_a_live_event_waits_for_a_rescreening_of_its_reference() -> None:
    one = bench()
    one.take(event("A", NEXT))
    one.part.rescreening.add("A")

    async def both() -> None:
        asyncio.get_running_loop().call_later(0.05, one.part.rescreening.discard, "A")
        one.clear()
        await asyncio.wait_for(
            one.agent.process(batch(event("A", LISTED, at="2023-02-11")), suspended=lambda: False), 5
        )

    asyncio.run(both())
    assert one.said()[-1] == ("verdict", "A", "prohibited")


def test_what_a_live_event_waits_for_is_sent_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("SEND_EVENTS", 1_000_000), ("SEND_S", 1000.0), ("TURN_S", 0.0)):
        monkeypatch.setattr(rescreening, name, value)
    one = bench()
    one.take(event("A", NEXT), *(event(f"S-{number}", NEXT) for number in range(400)))
    one.look()
    one.clear()
    one.swap(2, *entries(LISTED, NEXT))

    async def both() -> None:
        look = asyncio.create_task(one.rescreener.look())
        while "A" not in one.part.rescreening:
            await asyncio.sleep(0)
        await one.agent.process(batch(event("A", LISTED, at="2023-02-11")), suspended=lambda: False)
        assert not look.done(), "it did not wait for the others"
        await look

    asyncio.run(asyncio.wait_for(both(), 30))
    said = [reference for what, reference, _ in one.said() if what == "verdict"]
    assert said[0] == "A"
    assert said.count("A") == 2
    assert "A" in said[1:300]
    assert len(said) == 402
    assert not one.part.is_waited_for


def test_a_rescreening_and_a_batch_do_not_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The batch holds A, which rescreening waits for, and then B, which is rescreened and not sent yet."""
    for name, value in (("SEND_EVENTS", 1_000_000), ("SEND_S", 1000.0), ("TURN_S", 0.0)):
        monkeypatch.setattr(rescreening, name, value)
    one = bench()
    one.take(event("B", NEXT), event("A", NEXT))
    one.look()
    one.clear()
    one.swap(2, *entries(LISTED, NEXT))

    async def both() -> None:
        look = asyncio.create_task(one.rescreener.look())
        while "B" not in one.part.rescreening:
            await asyncio.sleep(0)
        one.part.is_waited_for = False
        live = batch(*(event(reference, LISTED, at="2023-02-11") for reference in ("A", "B")))
        await one.agent.process(live, suspended=lambda: False)
        await look

    asyncio.run(asyncio.wait_for(both(), 10))
    said = [reference for what, reference, _ in one.said() if what == "verdict"]
    assert said.count("B") == 2
    assert "A" in said


def test_a_rescreening_waits_for_a_live_event_of_its_reference() -> None:
    one = bench()
    one.take(event("A", NEXT), event("B", NEXT))
    one.look()
    one.clear()
    one.swap(2, *entries(LISTED, NEXT))
    one.part.answers(["A"])

    async def both() -> None:
        asyncio.get_running_loop().call_later(0.15, one.part.answered, ["A"])
        await asyncio.wait_for(one.rescreener.look(), 10)

    asyncio.run(both())
    assert [reference for what, reference, _ in one.said() if what == "verdict"] == ["B", "A"]


def test_a_newer_set_in_the_middle_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescreening, "SEND_EVENTS", 50)
    one = bench()
    one.take(*(event(f"S-{number}", NEXT) for number in range(120)))
    one.look()
    one.clear()
    one.swap(2, *entries(LISTED, NEXT))
    inner = one.rescreener._send

    async def swapping(part: OpenPartition, answers: Any) -> None:
        await inner(part, answers)
        if one.gate.tables is not None and one.gate.tables.sequence == 2:
            one.swap(3)

    one.rescreener._send = swapping  # type: ignore[method-assign]
    with pytest.raises(Interrupted):
        one.look()
    one.look()
    assert one.part.progress is not None
    assert one.part.progress.sequence == 3
    for reference in one.part.references():
        past = one.part.past(reference)
        assert past is not None
        assert past.live == (), "set 3 lists nobody"
    opened = [word for what, _, word in one.said() if what == "alert"]
    assert opened.count("new") == opened.count("closed") > 0


def test_nothing_is_rescreened_while_agents_hold_or_partitions_go() -> None:
    one = bench()
    one.take(event("A", NEXT))
    one.look()
    one.swap(2, *entries(LISTED, NEXT))
    one.gate.hold("stale", "too old")
    with pytest.raises(Interrupted):
        one.look()
    one.gate.release("stale")
    asyncio.run(one.rescreener.pause())
    with pytest.raises(Interrupted):
        one.look()
    one.rescreener.resume()
    one.clear()
    one.look()
    assert one.said()


def test_an_alert_too_large_goes_without_its_evidence_and_is_not_lost() -> None:
    limits: dict[str, int] = {}
    one = bench(producer=Log(too_large(limits)))
    one.take(event("A", NEXT))
    one.look()
    one.clear()
    probe = bench()
    probe.take(event("A", NEXT))
    probe.look()
    probe.clear()
    probe.swap(2, *entries(LISTED, NEXT)).look()
    sizes = {out.topic: len(out.value or b"") for out in probe.producer.acknowledged}
    limits[TOPICS.alert] = sizes[TOPICS.alert] - 1
    one.swap(2, *entries(LISTED, NEXT)).look()
    (alert,) = one.producer.values(TOPICS.alert)
    assert alert["matches"][0]["evidence"] == []
    limits[TOPICS.alert] = 10
    with pytest.raises(Died, match="alert"):
        one.swap(3).look()


# -- the calendar -----------------------------------------------------------------------------------------------


def test_a_listing_that_begins_at_midnight_is_made_up_once() -> None:
    one = Bench()
    later = entries(LISTED, listed_on=factories.date(2023, 2, 1), in_force_from=factories.date(2023, 2, 15))
    one.swap(1, *later)
    one.take(event("A", LISTED), event("B", NEXT))
    assert ("verdict", "A", "review") in one.said()
    one.look()
    one.now = datetime(2023, 2, 14, 23, 59, 59, tzinfo=UTC)
    one.clear()
    one.look()
    assert one.said() == []
    one.now = datetime(2023, 2, 15, 0, 0, tzinfo=UTC)
    one.look()
    assert one.said() == [("alert", "A", "updated"), ("verdict", "A", "prohibited")]
    assert one.verdicts()[0]["trigger"] == "calendar"
    assert one.verdicts()[0]["verdict_id"] == digest(
        "verdict", TOPICS.shipment, "0", "0", "0", "h1", "calendar", "2023-02-15 UTC"
    )
    one.clear()
    one.look()
    assert one.producer.sent == []


def test_midnights_that_nobody_was_there_for_are_made_up() -> None:
    one = Bench()
    one.swap(1, *entries(LISTED, listed_on=factories.date(2023, 2, 1), in_force_from=factories.date(2023, 2, 15)))
    one.take(event("A", LISTED))
    one.look()
    other = Bench()
    other.part._kept, other.part.progress = dict(one.part._kept), one.part.progress
    other.now = T0 + timedelta(days=40)
    other.swap(1, *one.chain.sets[1]).look()
    assert other.said() == [("alert", "A", "updated"), ("verdict", "A", "prohibited")]
    # Whoever makes it up, and when, gives it the same id.
    one.clear()
    one.now = datetime(2023, 2, 15, 3, tzinfo=UTC)
    one.look()
    assert [a["verdict_id"] for a in one.verdicts()] == [a["verdict_id"] for a in other.verdicts()]


def test_two_days_that_begin_on_one_day_of_utc_are_two() -> None:
    """Each closes an alert: in UTC on the 2nd at midnight, in Tokyo at 15:00, when the 3rd begins there."""
    one = Bench()
    here = factories.entity(entry_id="1", name=LISTED, delisted_on=factories.date(2023, 3, 2))
    there = factories.entity("jp-list", entry_id="2", name=LISTED, delisted_on=factories.date(2023, 3, 3))
    one.swap(1, here, there)
    one.take(event("A", LISTED))
    one.look()
    ids = []
    for hour in (0, 15):
        one.clear()
        one.now = datetime(2023, 3, 2, hour, tzinfo=UTC)
        one.look()
        ids += [said["verdict_id"] for said in one.verdicts()]
    assert len(set(ids)) == 2
    closed = one.producer.values(TOPICS.alert)[-1]
    assert (closed["status"], "no longer applies on 2023-03-03 Asia/Tokyo" in closed["message"]) == ("closed", True)


# -- the end of an open event -----------------------------------------------------------------------------------


def test_what_nothing_is_heard_of_ends_with_its_window_and_its_alerts_stay() -> None:
    one = bench(worker=Worker(rescreen_window_days=10))
    one.take(event("A", LISTED), event("B"))
    one.now = T0 + timedelta(days=5)
    one.take(event("B", at="2023-02-11"), first=2)
    one.clear()
    one.now = T0 + timedelta(days=11)
    asyncio.run(one.rescreener._expire(one.part))
    assert one.opened() == [("A", None)]
    assert one.said() == []
    assert one.part.references() == ["B"]


def test_a_payment_is_open_until_some_days_after_its_settlement() -> None:
    one = bench(worker=Worker(payment_open_days=3))
    answerer = one.rescreener._answerers["payment"]
    settled = factories.payment(settlement_date=factories.date(2023, 2, 20))
    until = datetime.fromtimestamp(answerer.open_until(settled, T0), UTC)
    assert until == datetime(2023, 2, 25, tzinfo=UTC)
    unsettled = factories.payment(event_time=factories.utc("2023-02-10"))
    assert datetime.fromtimestamp(answerer.open_until(unsettled, T0), UTC) == datetime(2023, 2, 15, tzinfo=UTC)


def test_hits_has_the_verdict_that_says_that_a_hit_is_no_more() -> None:
    one = bench(output=Output(encoding="json", verdicts="hits"))
    one.take(event("A", LISTED), event("B"))
    one.take(event("A", NEXT, at="2023-02-11"), first=2)
    assert [said for said in one.said() if said[0] == "verdict"] == [
        ("verdict", "A", "prohibited"),
        ("verdict", "A", "clear"),
    ]


# -- what comes back when partitions come and go ----------------------------------------------------------------


def test_a_partition_that_stays_keeps_what_it_knows_and_is_read_on() -> None:
    one = bench()
    one.take(event("A"))
    kinds: dict[str, Any] = {TOPICS.shipment: "shipment"}
    (part,) = one.open.own(kinds, [(TOPICS.shipment, 0)])
    assert part is one.part
    assert (part.loaded, len(part), part.position) == (False, 1, 1)
    (other,) = one.open.own(kinds, [(TOPICS.shipment, 1)])
    assert one.open.of(TOPICS.shipment, 0) is None
    (back,) = one.open.own(kinds, [(TOPICS.shipment, 0)])
    assert (back.position, len(back), len(other)) == (0, 0, 0)


def test_only_our_own_records_in_a_row_move_the_position() -> None:
    part = OpenPartition("shipment", "t", 0)
    part.acknowledged([1, 0, 3])
    assert part.position == 2, "somebody else wrote offset 2: it is to be read"
