"""Tables of a set: the difference gives the same tables as building them whole."""

from __future__ import annotations

import msgspec

from sekisho.model import Name
from sekisho.names import Query
from sekisho.reference.activate import tables_of
from sekisho.reference.chain import Chain
from sekisho.reference.hashing import content_hash
from sekisho.reference.loaded import LoadedList
from sekisho.reference.versions import snapshot
from tests.factories import entity, item, measure
from tests.reference.test_chain import feed, reference_set


def query(name: str) -> Query:
    return Query(
        name=name, kind="Organization", birth_date=None, gender=None, countries=(), identifiers=(), address=None
    )


def two_sets() -> tuple[Chain, str, str]:
    keep = entity(entry_id="1", name="Zorkovian Dynamics")
    gone = entity(entry_id="2", name="Quillfeather Maritime")
    before = entity(entry_id="3", name="Brimstone Optics")
    after = msgspec.structs.replace(before, names=(Name("Thistledown Robotics"),))
    new = entity(entry_id="4", name="Umbrella Tidewater")
    first = [
        snapshot(LoadedList("xx-list", "entities", "1", "x", (keep, gone, before))),
        snapshot(LoadedList("xx-goods", "goods", "1", "x", (item(), item("xx-goods", "2")))),
        snapshot(LoadedList("measures-xx", "measures", "1", "x", (measure(),))),
    ]
    second = [
        snapshot(LoadedList("xx-list", "entities", "2", "x", (keep, after, new))),
        snapshot(LoadedList("xx-goods", "goods", "2", "x", (item(title="Improved frobnicators"),))),
        snapshot(LoadedList("measures-xx", "measures", "2", "x", (measure(), measure(id="xx-2")))),
    ]
    genesis = reference_set(None, *first)
    successor = reference_set(genesis, *second)
    return feed(Chain(), *first, *second, genesis, successor), content_hash(genesis), content_hash(successor)


def test_the_difference_gives_the_tables_of_the_whole() -> None:
    chain, first, second = two_sets()
    base = tables_of(chain, first)
    step = tables_of(chain, second, base)
    whole = tables_of(chain, second)
    assert dict(step.names.entities) == dict(whole.names.entities)
    assert dict(step.goods.items) == dict(whole.goods.items)
    assert step.measures == whole.measures
    assert step.lists == whole.lists
    assert (step.sequence, step.hash) == (1, second)
    assert base.hash == first, "the tables in use are not touched"


def test_a_changed_entry_is_found_under_its_new_name_only() -> None:
    """An old version that stays in the index would be a false hit; a new one that is lost would be a missed one."""
    chain, first, second = two_sets()
    step = tables_of(chain, second, tables_of(chain, first))
    assert [match.entity.entry_id for match in step.names.search(query("Thistledown Robotics"))] == ["3"]
    assert step.names.search(query("Brimstone Optics")) == []
    assert step.names.search(query("Quillfeather Maritime")) == []
    assert [match.entity.entry_id for match in step.names.search(query("Umbrella Tidewater"))] == ["4"]
    assert [match.entity.entry_id for match in step.names.search(query("Zorkovian Dynamics"))] == ["1"]


def test_a_step_back_over_several_sets() -> None:
    chain, first, second = two_sets()
    back = tables_of(chain, first, tables_of(chain, second))
    assert dict(back.names.entities) == dict(tables_of(chain, first).names.entities)


def test_tables_of_another_chain_are_built_whole() -> None:
    chain, first, second = two_sets()
    foreign = msgspec.structs.replace(tables_of(chain, first), hash="0" * 64)
    assert dict(tables_of(chain, second, foreign).names.entities) == dict(tables_of(chain, second).names.entities)
