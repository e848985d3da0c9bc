"""Whoever waits for an answer gets one, in whatever format the event came that could not be screened."""

from __future__ import annotations

import json

import pytest

from sekisho.agents.screening import ScreeningAgent
from sekisho.wire import encode
from tests import factories
from tests.agents.test_screening_agent import TOPICS, Agent, batch, run
from tests.wire.test_pacs008 import message, transaction


@pytest.mark.parametrize(
    "value",
    [
        b'{"shipment_reference": "SHP-9", "event_id": "evt-1", "goods": 7}',
        encode(factories.shipment(shipment_reference="SHP-9"))[:-3],
        encode(factories.shipment(shipment_reference="SHP-9")) + b"!",
    ],
    ids=["json", "avro that ends too soon", "avro with bytes left over"],
)
def test_a_shipment(value: bytes) -> None:
    agent = Agent().open()
    run(agent, batch(value))
    assert agent.producer.topics() == [TOPICS.dead_letter, TOPICS.verdict]
    (verdict,) = agent.producer.values(TOPICS.verdict)
    assert (verdict["verdict"], verdict["event"]["business_reference"]) == ("unscreened", "SHP-9")
    assert verdict["event"]["event_id"] == "evt-1"


def test_each_payment_of_a_message() -> None:
    agent = Agent().open()
    payments = ScreeningAgent(
        "payment",
        settings=agent.settings,
        gate=agent.gate,
        wiring=agent.agent._wiring,
        producer=lambda: agent.producer,
        metrics=agent.metrics,
    )
    agent.agent = payments
    value = message(transaction(reference="A"), transaction(reference="B", amount="much"))
    run(agent, batch(value, topic=TOPICS.payment))
    (letter,) = [out for out in agent.producer.acknowledged if out.topic == TOPICS.dead_letter]
    assert letter.value == value, "one dead letter, the message as it came"
    answers = agent.producer.values(TOPICS.verdict)
    assert [one["event"]["business_reference"] for one in answers] == ["A/MSG-1", "B/MSG-1"]
    assert [one["event"]["index"] for one in answers] == [0, 1]
    assert {one["verdict"] for one in answers} == {"unscreened"}
    assert len({one["verdict_id"] for one in answers}) == 2
    assert "much" not in json.dumps(answers), "a note tells where, never what was sent"
