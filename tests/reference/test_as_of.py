"""Which set was active at a moment, and whether all of it is still there."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sekisho.errors import ReferenceDataError
from sekisho.model import Name
from sekisho.reference import as_of
from sekisho.reference.loaded import LoadedList
from sekisho.reference.prune import prune_session
from tests.factories import entity, utc
from tests.reference.fake_log import TOPICS, Broker


def company(*names: str) -> LoadedList:
    return LoadedList(
        "xx-a", "entities", "1", "test", tuple(entity("xx-a", name, names=(Name(name),)) for name in names)
    )


def published(*days: str) -> Broker:
    """A set a day, each with another company."""
    broker = Broker()
    for number, day in enumerate(days):
        _publish(broker, company(f"Brindlewick {number}", "Quorvane"), utc(day))
    return broker


def _publish(broker: Broker, one: LoadedList, at: datetime) -> None:
    broker.session().publish([one], who="test", why="test", force=True, limits=None, progress=None, clock=lambda: at)


def test_the_set_of_a_moment() -> None:
    chain = published("2023-01-20", "2023-01-27", "2023-02-03").chain()
    assert as_of.active_at(chain, utc("2023-01-26")).set.sequence == 0
    assert as_of.active_at(chain, utc("2023-01-27")).set.sequence == 1, "from its very moment"
    assert as_of.active_at(chain, utc("2023-01-27") - timedelta(milliseconds=1)).set.sequence == 0
    assert as_of.active_at(chain, utc("2030-01-01")).set.sequence == 2


def test_before_the_first_set_it_says_which_could_be_used() -> None:
    chain = published("2023-01-20").chain()
    with pytest.raises(ReferenceDataError, match=r"no reference set was active at 2023-01-19 .*--set 0"):
        as_of.active_at(chain, utc("2023-01-19"))
    with pytest.raises(ReferenceDataError, match="no reference set has been published"):
        as_of.active_at(Broker().chain(), utc("2023-01-19"))


def test_a_set_by_its_number_or_the_beginning_of_its_hash() -> None:
    chain = published("2023-01-20", "2023-01-27").chain()
    first = chain.accepted[0]
    assert as_of.named(chain, "0") == first
    assert as_of.named(chain, first.hash) == first
    assert as_of.named(chain, first.hash[:8]) == first
    for name in ("7", "abcdef", "", first.hash[:3]):
        with pytest.raises(ReferenceDataError, match="there is no reference set"):
            as_of.named(chain, name)


def test_a_pruned_set_says_what_is_missing_and_which_are_whole() -> None:
    broker = published("2023-01-20", "2023-01-27", "2023-02-03")
    first = broker.chain().accepted[0]
    assert as_of.usable(broker.chain(), first) == first
    prune_session(broker.session(), TOPICS, (), timedelta(0), utc("2023-02-04"))
    with pytest.raises(
        ReferenceDataError, match=r"reference set 0 .* not whole any more: xx-a: .*Whole are: 2"
    ) as told:
        as_of.usable(broker.chain(), first)
    assert "lists prune" in str(told.value)
