"""A shadow worker shares what it reads, and nothing that it writes."""

import pytest

from sekisho.errors import SettingsError
from sekisho.settings import Topics, without_environment
from sekisho.shadow import SHARED, create_topics, own_fields, shadowed

NAMED = {field for field, info in Topics.model_fields.items() if isinstance(info.default, str)}


def names(topics: Topics, fields: set[str] | frozenset[str]) -> set[str]:
    return {getattr(topics, field) for field in fields}


def test_everything_that_a_worker_writes_is_its_own() -> None:
    live = without_environment()
    shadow = shadowed(live, "canary.")
    own = set(own_fields())
    assert {
        "alert",
        "verdict",
        "dead_letter",
        "alert_ocsf",
        "open_shipment",
        "open_payment",
        "progress",
        "fingerprint",
    } <= own
    assert own | SHARED == NAMED
    assert names(shadow.topics, own).isdisjoint(names(live.topics, NAMED))
    assert names(shadow.topics, SHARED) == names(live.topics, SHARED)
    assert shadow.worker.group == "canary.sekisho"
    assert shadow.kafka == live.kafka


def test_what_makes_its_topics_names_the_prefix() -> None:
    live = without_environment()
    assert create_topics(live) == "`sekisho topics create`"
    assert create_topics(shadowed(live, "canary.")) == "`sekisho topics create --shadow canary.`"


def test_a_topic_that_comes_to_be_is_not_shared_by_oversight() -> None:
    """Whoever adds a topic that workers only read must say so in ``SHARED``: forgetting it is safe, the reverse is not."""
    assert {"shipment", "payment", "entity", "goods", "measure", "list", "reference"} == SHARED


@pytest.mark.parametrize("prefix", ["", "a b", "ü", "x" * 101, "a/b"])
def test_a_prefix_that_is_no_beginning_of_a_name_is_refused(prefix: str) -> None:
    with pytest.raises(SettingsError, match="shadow prefix"):
        shadowed(without_environment(), prefix)


def test_names_that_meet_a_live_topic_are_refused() -> None:
    live = without_environment(topics={"alert": "alerts", "verdict": "x.alerts"})
    with pytest.raises(SettingsError, match=r"x\.alerts, its topic for alert, is the live topic for verdict"):
        shadowed(live, "x.")


def test_a_name_that_kafka_would_refuse_is_refused() -> None:
    with pytest.raises(SettingsError, match="longer than 249"):
        shadowed(without_environment(topics={"alert": "a" * 240}), "shadow-of-it.")
