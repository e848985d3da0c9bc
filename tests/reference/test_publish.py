"""Publishing: safe to repeat, to interrupt at any point and to run twice at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from sekisho.errors import ReferenceDataError
from sekisho.model import Entity
from sekisho.reference import bundled
from sekisho.reference.guards import Limits
from sekisho.reference.loaded import LoadedList, Rejected
from sekisho.reference.prune import keep, prune_session
from sekisho.reference.publish import Published
from tests.factories import entity
from tests.reference.fake_log import TOPICS, Broker, Killed

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def official(list_id: str, *names: str, version: str = "1", **fields: Any) -> LoadedList:
    records = tuple(entity(list_id, str(at), name, **fields) for at, name in enumerate(names))
    return LoadedList(list_id, "entities", version, f"https://lists.example/{list_id}", records)


def publish(broker: Broker, *lists: LoadedList, now: datetime = NOW, **options: Any) -> Published:
    fixed = {key: options.pop(key) for key in ("force", "limits") if key in options}
    return broker.session(**options).publish(
        lists,
        **{"who": "me", "why": "test", "force": False, "limits": None, "progress": None, **fixed},
        clock=lambda: now,
    )


def names(broker: Broker, list_id: str | None = None) -> set[str]:
    chain = broker.chain()
    newest = chain.newest_complete()
    assert newest is not None
    return {
        record.primary_name
        for record in chain.records(newest.hash)
        if isinstance(record, Entity) and list_id in (None, record.list_id)
    }


ONE = official("xx-one", "Zorkovian Dynamics", "Acme Trading")
TWO = official("xx-two", "Blue Harbor Shipping")


def test_the_bundled_pack_becomes_the_genesis() -> None:
    broker = Broker()
    done = publish(broker, *bundled.lists())
    assert done.accepted.set.sequence == 0
    assert done.accepted.set.parent == ""
    chain = broker.chain()
    assert chain.problem() is None
    assert {ref.list_id for ref in done.accepted.set.lists} == {one.list_id for one in bundled.lists()}


def test_repeating_writes_nothing() -> None:
    broker = Broker()
    publish(broker, ONE, TWO)
    sent = broker.sent
    again = publish(broker, ONE, TWO, now=NOW + timedelta(days=1))
    assert not again.new
    assert again.unchanged == ("xx-one", "xx-two")
    assert broker.sent == sent


def test_an_edit_writes_the_edited_record_its_bucket_its_version_and_a_set() -> None:
    broker = Broker()
    publish(broker, ONE, TWO)
    sent = broker.sent
    done = publish(broker, official("xx-one", "Zorkovian Dynamics", "Acme Commerce", version="2"))
    assert broker.sent - sent == 4
    assert done.changed == ("xx-one",)
    assert names(broker) == {"Zorkovian Dynamics", "Acme Commerce", "Blue Harbor Shipping"}


def test_other_lists_are_carried_from_the_parent() -> None:
    broker = Broker()
    publish(broker, ONE)
    done = publish(broker, TWO)
    assert [ref.list_id for ref in done.accepted.set.lists] == ["xx-one", "xx-two"]
    assert done.changed == ("xx-two",)


def test_a_publisher_killed_at_every_step_leaves_the_last_set_in_use_and_can_be_run_again() -> None:
    newer = official("xx-one", "Zorkovian Dynamics", "Acme Trading", "Crimson Anchor", version="2")
    steps = 0
    while True:
        broker = Broker()
        publish(broker, ONE)
        steps += 1
        try:
            publish(broker, newer, die_at=steps)
        except Killed:
            assert names(broker) == {"Zorkovian Dynamics", "Acme Trading"}
            assert broker.chain().problem() is None
            publish(broker, newer)
            assert names(broker) == {"Zorkovian Dynamics", "Acme Trading", "Crimson Anchor"}
        else:
            break
    assert steps == 5, "a record, a bucket, a version and a set: four places to be killed at"


def test_the_loser_of_two_publishers_tries_again_on_top() -> None:
    broker = Broker()
    publish(broker, ONE)
    done = publish(broker, TWO, before_set=lambda: publish(broker, official("xx-three", "Crimson Anchor")))
    assert done.accepted.set.sequence == 2
    assert names(broker) == {"Zorkovian Dynamics", "Acme Trading", "Blue Harbor Shipping", "Crimson Anchor"}
    chain = broker.chain()
    assert len(broker.logs[TOPICS.reference]) == 4, "the lost set stays in the log and is not accepted"
    assert [one.set.sequence for one in chain.accepted] == [0, 1, 2]


def test_two_publishers_of_one_list_the_later_wins_and_nothing_is_lost() -> None:
    broker = Broker()
    publish(broker, ONE, TWO)
    publish(
        broker,
        official("xx-one", "Zorkovian Dynamics", version="3"),
        limits=Limits(max_shrink=0.9),
        before_set=lambda: publish(
            broker, official("xx-one", "Acme Trading", version="2"), limits=Limits(max_shrink=0.9)
        ),
    )
    assert names(broker) == {"Zorkovian Dynamics", "Blue Harbor Shipping"}


def test_a_lost_acknowledgement_is_looked_up_in_the_log() -> None:
    broker = Broker()
    done = publish(broker, ONE, lose_ack=True)
    assert done.accepted.set.sequence == 0
    assert len(broker.logs[TOPICS.reference]) == 1


def test_the_bundled_pack_never_replaces_an_official_list() -> None:
    """A first run's command, repeated by a deployment job, must not put a list back to 2023."""
    broker = Broker()
    frozen = official("jp-mof-asset-freeze", "Somebody Listed Later", version="2026-03-05")
    publish(broker, frozen)
    done = publish(broker, *bundled.lists())
    assert done.kept_official == ("jp-mof-asset-freeze",)
    assert names(broker, "jp-mof-asset-freeze") == {"Somebody Listed Later"}
    assert {ref.list_id for ref in done.accepted.set.lists} >= {"us-bis-entity-list", "measures-jp"}


def test_an_official_list_replaces_the_bundled_one_whatever_its_size() -> None:
    broker = Broker()
    publish(broker, *bundled.lists())
    publish(broker, official("jp-mof-asset-freeze", "Somebody"))
    assert names(broker, "jp-mof-asset-freeze") == {"Somebody"}


def test_a_list_that_lost_its_members_is_mended_by_publishing_it_again() -> None:
    broker = Broker()
    publish(broker, ONE)
    key = broker.logs[TOPICS.entity][0][0]
    broker.logs[TOPICS.entity].append((key, None))
    assert broker.chain().newest_complete() is None
    assert not publish(broker, ONE).new
    assert names(broker) == {"Zorkovian Dynamics", "Acme Trading"}


# -- guards ------------------------------------------------------------------------------------------------------

MANY = official("xx-one", *(f"Company {number}" for number in range(100)), birth_dates=("1970",))


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        (
            official("xx-one", *(f"Company {number}" for number in range(80)), birth_dates=("1970",)),
            "shrinks from 100 to 80",
        ),
        (official("xx-one", *(f"Company {number}" for number in range(100))), "no entry has birth_dates"),
        (official("xx-one"), "no record was read"),
        (
            msgspec.structs.replace(
                MANY, version="2", rejected=tuple(Rejected(f"line {n}", "cut off") for n in range(9))
            ),
            "9 of 109 rows could not be read .*line 0: cut off",
        ),
    ],
)
def test_a_list_that_went_wrong_is_refused_and_the_last_good_version_stays(after: LoadedList, reason: str) -> None:
    broker = Broker()
    publish(broker, MANY)
    sent = broker.sent
    with pytest.raises(ReferenceDataError, match=reason):
        publish(broker, TWO, after)
    assert broker.sent == sent, "nothing of it is written, nor of the lists beside it"
    assert len(names(broker)) == 100


def test_force_records_what_was_overruled() -> None:
    broker = Broker()
    publish(broker, MANY)
    done = publish(broker, official("xx-one", "Company 1", birth_dates=("1970",)), force=True)
    assert "forced: xx-one: it shrinks from 100 to 1" in done.accepted.set.why
    assert done.accepted.set.who == "me"
    assert names(broker) == {"Company 1"}


# -- prune -------------------------------------------------------------------------------------------------------

DAY = timedelta(days=1)


def three_sets() -> Broker:
    """Company 1 left the list on the second day, company 2 on the third."""
    broker = Broker()
    loose = Limits(max_shrink=1)
    for day, companies in enumerate((("1", "2", "3"), ("2", "3"), ("3",))):
        records = tuple(entity("xx-one", name, f"Company {name}") for name in companies)
        publish(broker, LoadedList("xx-one", "entities", str(day), "x", records), now=NOW + day * DAY, limits=loose)
    return broker


def present(broker: Broker) -> set[str]:
    chain = broker.chain()
    return {record.primary_name for key in chain.stored() if isinstance(record := chain.record(key), Entity)}


def test_prune_drops_what_nothing_within_the_retention_refers_to() -> None:
    broker = three_sets()
    done = prune_session(broker.session(), TOPICS, (), DAY / 2, NOW + 3 * DAY)
    assert done.kept_sets == (2,)
    assert present(broker) == {"Company 3"}
    assert names(broker) == {"Company 3"}
    assert len(broker.chain().accepted) == 3, "the chain is never shortened"
    broker.compact()
    assert names(broker) == {"Company 3"}


def test_prune_keeps_the_set_that_was_in_force_when_the_retention_began() -> None:
    broker = three_sets()
    done = prune_session(broker.session(), TOPICS, (), 1.5 * DAY, NOW + 3 * DAY)
    assert done.kept_sets == (1, 2)
    assert present(broker) == {"Company 2", "Company 3"}


def test_prune_keeps_what_an_open_event_was_screened_under() -> None:
    broker = three_sets()
    done = prune_session(broker.session(), TOPICS, {0}, timedelta(0), NOW + 3 * DAY)
    assert done.kept_sets == (0, 2)
    assert present(broker) == {"Company 1", "Company 2", "Company 3"}


def test_prune_keeps_the_set_in_use_where_the_last_one_is_incomplete() -> None:
    broker = three_sets()
    key = broker.logs[TOPICS.entity][2][0]
    broker.logs[TOPICS.list].pop()  # the version of the third set never arrived
    assert key
    chain = broker.chain()
    assert chain.problem()
    assert [one.set.sequence for one in keep(chain, (), NOW + 9 * DAY)] == [1, 2]


def test_a_dry_run_drops_nothing() -> None:
    broker = three_sets()
    sent = broker.sent
    assert prune_session(broker.session(), TOPICS, (), timedelta(0), NOW + 3 * DAY, dry_run=True).dropped > 0
    assert broker.sent == sent


def test_what_a_set_accepted_during_a_prune_names_is_written_back() -> None:
    """A publisher found company 1 in place, the prune dropped it, then the publisher's set was accepted."""
    broker = three_sets()
    session = broker.session()
    again = LoadedList(
        "xx-one", "entities", "4", "x", (entity("xx-one", "1", "Company 1"), entity("xx-one", "3", "Company 3"))
    )
    write, written = session.write, []

    def publish_after_the_first_write(records: Any, progress: Any = None) -> None:
        records = list(records)
        if not written:
            # the other publisher has read before the tombstones, and its set comes after them
            publish(broker, again, now=NOW + 3 * DAY, before_set=lambda: write(records))
        else:
            write(records, progress)
        written.append(records)

    session.write = publish_after_the_first_write  # type: ignore[method-assign]
    done = prune_session(session, TOPICS, (), timedelta(0), NOW + 3 * DAY)
    assert names(broker) == {"Company 1", "Company 3"}
    assert broker.chain().problem() is None
    assert done.kept_sets == (2,)


def test_a_publisher_mends_what_a_prune_dropped_before_its_set_was_accepted() -> None:
    broker = three_sets()
    again = LoadedList(
        "xx-one", "entities", "4", "x", (entity("xx-one", "1", "Company 1"), entity("xx-one", "3", "Company 3"))
    )

    def prune_now() -> None:
        prune_session(broker.session(), TOPICS, (), timedelta(0), NOW + 3 * DAY)

    publish(broker, again, now=NOW + 3 * DAY, before_set=prune_now)
    assert names(broker) == {"Company 1", "Company 3"}
    assert broker.chain().problem() is None
