"""The chain: which sets are accepted and which one is used, from the log alone, whatever the order of the topics."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.errors import ReferenceDataError
from sekisho.model import Bucket, Entity, ListRef, ListVersion, Measure, ReferenceSet
from sekisho.reference import buckets
from sekisho.reference.chain import Chain
from sekisho.reference.hashing import content_hash
from sekisho.reference.loaded import LoadedList
from sekisho.reference.versions import Snapshot, diff, snapshot
from tests.factories import entity, item, measure

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def loaded(*records: Any, list_id: str = "xx-list", version: str = "1") -> LoadedList:
    kind = "measures" if records and isinstance(records[0], Measure) else "entities"
    return LoadedList(list_id, kind, version, "test", tuple(records))


def reference_set(
    parent: ReferenceSet | None, *snapshots: Snapshot, who: str = "me", sequence: int = -1
) -> ReferenceSet:
    number = (parent.sequence + 1 if parent else 0) if sequence < 0 else sequence
    return ReferenceSet(
        number, content_hash(parent) if parent else "", tuple(one.ref for one in snapshots), who, "test", NOW
    )


def records_of(one: Snapshot) -> list[tuple[str, Any]]:
    return [*one.records.items(), *one.buckets.items(), (one.hash, one.version)]


def feed(chain: Chain, *parts: Snapshot | ReferenceSet) -> Chain:
    for part in parts:
        for key, record in records_of(part) if isinstance(part, Snapshot) else [(content_hash(part), part)]:
            chain.feed(key, record)
    return chain


def used(chain: Chain) -> str | None:
    newest = chain.newest_complete()
    return newest.hash if newest else None


A, B, C = (entity(entry_id=str(number), name=f"Zorkovian Dynamics {number}") for number in range(3))


def test_nothing_is_used_before_there_is_anything() -> None:
    chain = Chain()
    assert chain.head is None
    assert used(chain) is None
    assert chain.problem() is None


def test_a_set_is_used_when_all_of_it_is_there() -> None:
    one = snapshot(loaded(A, B))
    genesis = reference_set(None, one)
    chain = feed(Chain(), one, genesis)
    assert used(chain) == content_hash(genesis)
    assert set(chain.records(content_hash(genesis))) == {A, B}


def test_half_a_list_is_never_used() -> None:
    """Each single record that is missing keeps the set from being used, and the alarm says which list."""
    one = snapshot(loaded(A, B, C))
    genesis = reference_set(None, one)
    everything = records_of(one)
    for left_out in everything:
        chain = feed(Chain(), genesis)
        for part in everything:
            if part is not left_out:
                chain.feed(*part)
        assert used(chain) is None
        assert "xx-list" in str(chain.problem())
        with pytest.raises(ReferenceDataError):
            list(chain.list_records(genesis.lists[0]))
        chain.feed(*left_out)
        assert used(chain) == content_hash(genesis)


def test_a_record_that_does_not_match_its_key_is_not_there() -> None:
    one = snapshot(loaded(A, B))
    genesis = reference_set(None, one)
    chain = feed(Chain(), genesis)
    for key, record in records_of(one):
        chain.feed(key, C if record == A else record)
    assert used(chain) is None
    assert "1 of 2" in str(chain.problem())
    assert chain.faults


def test_a_successor_passes_an_incomplete_set() -> None:
    one, two, three = snapshot(loaded(A)), snapshot(loaded(A, B)), snapshot(loaded(A, C))
    first = reference_set(None, one)
    second = reference_set(first, two)
    third = reference_set(second, three)
    chain = feed(Chain(), one, first, second)
    assert used(chain) == content_hash(first), "the last good set stays"
    feed(chain, third, three)
    assert used(chain) == content_hash(third)


def test_of_two_publishers_the_first_in_the_log_wins() -> None:
    one, two, three = snapshot(loaded(A)), snapshot(loaded(B)), snapshot(loaded(C))
    genesis = reference_set(None, one)
    winner = reference_set(genesis, two, who="first")
    loser = reference_set(genesis, three, who="second")
    chain = feed(Chain(), one, two, three, genesis, winner, loser)
    assert [x.set.who for x in chain.accepted] == ["me", "first"]
    assert used(chain) == content_hash(winner)


def test_a_second_genesis_and_a_jump_in_the_sequence_are_not_accepted() -> None:
    one, two = snapshot(loaded(A)), snapshot(loaded(B))
    genesis = reference_set(None, one)
    chain = feed(Chain(), one, two, genesis, reference_set(None, two, who="other"))
    assert len(chain.accepted) == 1
    feed(chain, reference_set(genesis, two, sequence=7))
    assert len(chain.accepted) == 1


def test_a_set_read_twice_is_one_set() -> None:
    one = snapshot(loaded(A))
    genesis = reference_set(None, one)
    successor = reference_set(genesis, one, who="again")
    chain = feed(Chain(), one, genesis, successor, genesis, successor)
    assert [x.set.sequence for x in chain.accepted] == [0, 1]


def test_a_tombstone_makes_a_set_unusable_and_the_record_brings_it_back() -> None:
    one = snapshot(loaded(A))
    genesis = reference_set(None, one)
    chain = feed(Chain(), one, genesis)
    chain.feed_bytes("entity", content_hash(A).encode(), None, lambda kind, value: value)
    assert used(chain) is None
    chain.feed(content_hash(A), A)
    assert used(chain) == content_hash(genesis)


def test_a_set_has_no_tombstone() -> None:
    one = snapshot(loaded(A))
    genesis = reference_set(None, one)
    chain = feed(Chain(), one, genesis)
    chain.feed_bytes("reference_set", content_hash(genesis).encode(), None, lambda kind, value: value)
    assert used(chain) == content_hash(genesis)


def test_a_set_may_not_pass_one_list_off_as_another() -> None:
    one = snapshot(loaded(A))
    genesis = msgspec.structs.replace(reference_set(None, one), lists=(ListRef("yy-list", "entities", "1", one.hash),))
    chain = feed(Chain(), one, genesis)
    assert used(chain) is None
    assert "yy-list" in str(chain.problem())


def test_a_member_must_be_of_its_lists_kind() -> None:
    one = snapshot(loaded(A))
    wrong = msgspec.structs.replace(one.version, kind="goods")
    forged = Snapshot(wrong, content_hash(wrong), one.buckets, one.records)
    chain = feed(Chain(), forged, reference_set(None, forged))
    assert used(chain) is None


@given(st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_every_interleaving_of_the_topics_gives_the_same_chain(rng: random.Random) -> None:
    one, two, three = snapshot(loaded(A)), snapshot(loaded(A, B)), snapshot(loaded(measure(), list_id="measures-xx"))
    first = reference_set(None, one)
    second = reference_set(first, two, three)
    rival = reference_set(first, three, who="rival")
    content = [part for snap in (one, two, three) for part in records_of(snap)]
    rng.shuffle(content)
    sets = [(content_hash(x), x) for x in (first, second, rival)]
    log: list[tuple[str, Any]] = list(content)
    for at, pair in enumerate(sorted(rng.sample(range(len(log) + 1), 3))):
        log.insert(pair + at, sets[at])
    chain = Chain()
    for key, record in log:
        chain.feed(key, record)
    assert [x.hash for x in chain.accepted] == [content_hash(first), content_hash(second)]
    assert used(chain) == content_hash(second)
    removed, added = chain.difference(content_hash(first), content_hash(second))
    assert removed == []
    assert {type(record) for record in added} == {Entity, Measure}


def test_unreadable_bytes_are_told_and_are_not_there() -> None:
    from sekisho.wire import codec

    chain = Chain()
    chain.feed_bytes("entity", b"00", b"\xff\xff", codec.decode)
    chain.feed_bytes("entity", None, codec.encode(A), codec.decode)
    assert len(chain.faults) == 2
    assert not chain.stored()


def test_records_keep_their_hash_on_the_wire() -> None:
    """What is encoded and decoded again must still be under its key, or every set would be incomplete."""
    from sekisho.reference import bundled
    from sekisho.wire import codec

    one = [snapshot(x) for x in bundled.lists()]
    genesis = reference_set(None, *one)
    kinds = {"entities": "entity", "goods": "goods_item", "measures": "measure"}
    chain = Chain()
    for snap in one:
        for key, record in snap.records.items():
            chain.feed_bytes(kinds[snap.version.kind], key.encode(), codec.encode(record), codec.decode)
        for key, record in (*snap.buckets.items(), (snap.hash, snap.version)):
            chain.feed_bytes("list", key.encode(), codec.encode(record), codec.decode)
    chain.feed_bytes("reference_set", content_hash(genesis).encode(), codec.encode(genesis), codec.decode)
    assert chain.faults == []
    assert used(chain) == content_hash(genesis)


# -- hashes, buckets, differences --------------------------------------------------------------------------------


def test_what_is_empty_does_not_change_a_hash() -> None:
    assert content_hash(Entity("l", "1", "Person", A.names)) == content_hash(
        Entity("l", "1", "Person", A.names, birth_dates=(), remarks=None)
    )
    assert content_hash(A) != content_hash(B)


def test_a_hash_does_not_drift() -> None:
    """A change here would orphan every published record."""
    assert content_hash(entity()) == "e4fb2990b23c144162d041ea86939f72d372ae2a8cfb641f77b3412096a10929"
    assert (
        content_hash(Bucket("01", b"\x00" * 32)) == "554e7190f54891211e6425397539bc8a10b155bfe3e5f0bf09447afdb5e8cd30"
    )


@given(st.sets(st.binary(min_size=32, max_size=32), max_size=50), st.integers(0, 5000))
@settings(max_examples=20, deadline=None)
def test_buckets_hold_each_hash_once_where_its_bits_say(some: set[bytes], more: int) -> None:
    rng = random.Random(more)
    hashes = {one.hex() for one in some} | {rng.randbytes(32).hex() for _ in range(more)}
    made = buckets.group(hashes)
    found = [member for bucket in made for member in buckets.members(bucket)]
    assert sorted(found) == sorted(hashes)
    for bucket in made:
        assert len(bucket.members) <= buckets.MAX_BYTES
        assert all(f"{int(member, 16):0256b}".startswith(bucket.bits) for member in buckets.members(bucket))


def test_an_edit_rewrites_one_bucket_and_the_version() -> None:
    many = [entity(entry_id=str(number), name=f"Company {number}") for number in range(5000)]
    edited = [entity(entry_id="7", name="Company seven"), *(one for one in many if one.entry_id != "7")]
    before, after = snapshot(loaded(*many)), snapshot(loaded(*edited))
    assert 1 <= len(after.buckets.keys() - before.buckets.keys()) <= 2
    assert len(after.buckets) > 4
    assert len(after.records.keys() - before.records.keys()) == 1


def test_a_broken_bucket_is_refused() -> None:
    with pytest.raises(ReferenceDataError, match="not whole hashes"):
        buckets.members(Bucket("", b"\x00" * 31))
    with pytest.raises(ReferenceDataError, match="ascending"):
        buckets.members(Bucket("", b"\x01" * 32 + b"\x00" * 32))


def test_two_records_with_one_id_are_an_error() -> None:
    with pytest.raises(ReferenceDataError, match="two records have the id 1"):
        snapshot(loaded(B, entity(entry_id="1", name="Somebody else")))


def test_a_difference_tells_added_changed_and_removed_by_id() -> None:
    changed = msgspec.structs.replace(A, remarks="new")
    found = diff("xx-list", [A, B], [changed, C])
    assert found.added == (C,)
    assert found.removed == (B,)
    assert [(change.before, change.after, change.fields) for change in found.changed] == [(A, changed, ("remarks",))]
    assert not diff("xx-list", [A, B], [B, A])


def test_goods_items_are_members_too() -> None:
    one = snapshot(LoadedList("xx-goods", "goods", "1", "test", (item(),)))
    genesis = reference_set(None, one)
    assert used(feed(Chain(), one, genesis)) == content_hash(genesis)
    assert isinstance(one.version, ListVersion)
