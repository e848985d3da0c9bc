"""What doctor says of the time that topics keep records, without a broker."""

from __future__ import annotations

import pytest

from sekisho.cli.retention import judge, outputs
from sekisho.cli.topics import DAY_MS, faults, wanted
from sekisho.settings import Retention, Settings

ASKED = {"in": 30 * DAY_MS, "alerts": 365 * DAY_MS, "letters": 90 * DAY_MS}


def said(**configs: dict[str, str]) -> list[tuple[str, str]]:
    found = judge(configs, ASKED, inputs=("in",), raw=("letters",))
    return [(one.level, f"{one.said} → {one.remedy}") for one in found if one.level != "ok"]


def keeps(days: float, **more: str) -> dict[str, str]:
    return {"retention.ms": str(round(days * DAY_MS)), "cleanup.policy": "delete"} | more


def test_as_asked_is_well() -> None:
    assert said(**{"in": keeps(30)}, alerts=keeps(365), letters=keeps(90)) == []
    assert said(**{"in": keeps(400)}) == [], "an input may keep more than we need"
    assert said(**{"in": {"retention.ms": "-1"}}) == []


def test_an_input_that_forgets_sooner_than_a_replay_reaches_is_told() -> None:
    ((level, text),) = said(**{"in": keeps(7)})
    assert level == "warning"
    assert "keeps events 7 days, less than the 30 days of SEKISHO_RETENTION__INPUT_DAYS" in text
    assert "replay" in text


def test_a_compacted_input_loses_events() -> None:
    ((level, text),) = said(**{"in": keeps(30, **{"cleanup.policy": "compact,delete"})})
    assert level == "problem"
    assert "cleanup.policy=delete" in text


def test_an_input_that_is_cut_by_size_is_told() -> None:
    ((level, text),) = said(**{"in": keeps(30, **{"retention.bytes": "1000"})})
    assert level == "warning"
    assert "retention.bytes=1000" in text
    assert said(**{"in": keeps(30, **{"retention.bytes": "-1"})}) == []


@pytest.mark.parametrize(("days", "why"), [(400, "personal data stays longer"), (0.5, "the audit trail is shorter")])
def test_outputs_that_do_not_do_as_the_settings_say(days: float, why: str) -> None:
    ((level, text),) = said(alerts=keeps(days))
    assert level == "warning"
    assert why in text
    assert "--set-retention" in text


def test_for_ever_is_longer() -> None:
    ((_, text),) = said(letters={"retention.ms": "-1"})
    assert "for ever" in text


def test_a_broker_that_tells_nothing_is_not_blamed() -> None:
    assert said(**{"in": {}}, alerts={}) == []


def test_topics_are_made_with_what_the_settings_say() -> None:
    settings = Settings(retention=Retention(dead_letter_days=3, input_days=11))
    made = {topic.name: topic.configs for topic in wanted(settings)}
    names = settings.topics
    assert made[names.dead_letter]["retention.ms"] == str(3 * DAY_MS)
    assert made[names.shipment]["retention.ms"] == made[names.payment]["retention.ms"] == str(11 * DAY_MS)
    assert made[names.alert]["retention.ms"] == str(365 * DAY_MS)
    assert made[names.dead_letter]["segment.ms"] == str(DAY_MS), "what is in the newest file is never deleted"
    assert made[names.open_shipment]["max.compaction.lag.ms"] == str(7 * DAY_MS), "a tombstone takes effect by then"
    assert "retention.ms" not in made[names.reference]


def test_a_compacted_output_forgets_and_refuses_what_has_no_key() -> None:
    """A worker ended itself again and again over a dead letter without a key, and nothing said why."""
    ((one),) = outputs({"alerts": keeps(365), "letters": keeps(90, **{"cleanup.policy": "compact"})})
    assert one.level == "problem"
    assert "letters is compacted" in one.said
    assert "a dead letter without a key ends the worker" in one.said
    assert one.remedy == "`kafka-configs.sh --alter --topic letters --add-config cleanup.policy=delete`"


def test_a_table_that_is_not_compacted_is_altered_and_never_deleted() -> None:
    class Client:
        def describe_topics(self, names: list[str]) -> list[object]:
            return []

        def describe_configs(self, asked: list[object], config_filter: str) -> object:
            return {"topic": {"screening.fingerprint.v1": {"cleanup.policy": {"value": "delete"}}}}

    (said,) = faults(Client(), [topic for topic in wanted(Settings()) if topic.name == "screening.fingerprint.v1"])
    assert "--add-config cleanup.policy=[compact,delete]" in said
    assert "delete it" not in said
