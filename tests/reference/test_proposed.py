"""What publishing some lists would make: the very tables that a worker has once they are published."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import pytest

from sekisho.model import GoodsTerm, Name, PartyTerm, Terms
from sekisho.reference.activate import tables_of
from sekisho.reference.chain import Chain
from sekisho.reference.loaded import LoadedList, Record
from sekisho.reference.proposed import Proposal, propose
from sekisho.screening import Screener, Tables
from tests.factories import ORIGIN, entity, item, line, measure, party, shipment, utc
from tests.reference.fake_log import Broker


def loaded(list_id: str, kind: str, *records: Record, source: str = "test", version: str = "1") -> LoadedList:
    return LoadedList(list_id, kind, version, source, records)  # type: ignore[arg-type]


KEEP = entity("xx-a", "1", "Zorkovian Dynamics")
GONE = entity("xx-a", "2", "Quillfeather Maritime")
EDITED = entity("xx-a", "3", "Brimstone Optics")
NOW = [
    loaded("xx-a", "entities", KEEP, GONE, EDITED),
    loaded("xx-b", "entities", entity("xx-b", "1", "Merrowby Flax")),
    loaded("xx-goods", "goods", item(), item("xx-goods", "2", title="Sprockets")),
    loaded("measures-xx", "measures", measure(Terms(parties=PartyTerm(lists=("xx-a",)))), measure(id="xx-gone")),
]
NEXT = [
    loaded(
        "xx-a",
        "entities",
        KEEP,
        msgspec.structs.replace(EDITED, names=(Name("Thistledown Robotics"),)),
        entity("xx-a", "4", "Umbrella Tidewater"),
        version="2",
    ),
    loaded("xx-new", "entities", entity("xx-new", "1", "Halcyon Grist")),
    loaded("xx-goods", "goods", item(title="Improved frobnicators"), version="2"),
    loaded(
        "measures-xx",
        "measures",
        measure(Terms(parties=PartyTerm(lists=("xx-a", "xx-new")))),
        measure(Terms(goods=GoodsTerm(tables=("xx-goods",))), id="xx-goods-rule"),
        version="2",
    ),
]
NAMES = (
    *("Zorkovian Dynamics", "Quillfeather Maritime", "Brimstone Optics", "Merrowby Flax"),
    *("Thistledown Robotics", "Umbrella Tidewater", "Halcyon Grist", "Honest Bakery"),
)


class World:
    """A broker with lists, and what would become of them."""

    def __init__(self, lists: Iterable[LoadedList] = NOW) -> None:
        self.broker = Broker()
        self.publish(lists)
        self.chain = self.broker.chain()
        self.base = self._tables(self.chain)

    def publish(self, lists: Iterable[LoadedList]) -> None:
        self.broker.session().publish(
            list(lists), who="t", why="t", force=True, limits=None, progress=None, clock=lambda: utc("2023-01-27")
        )

    def proposal(self, lists: Iterable[LoadedList]) -> Proposal:
        head = self.chain.head
        assert head is not None
        refs = {ref.list_id: ref for ref in head.set.lists}
        return propose(
            self.base, self.chain.versions(head.hash), lambda one: self.chain.list_records(refs[one]), list(lists)
        )

    def published(self, lists: Iterable[LoadedList]) -> Tables:
        self.publish(lists)
        return self._tables(self.broker.chain())

    @staticmethod
    def _tables(chain: Chain) -> Tables:
        assert chain.head is not None
        return tables_of(chain, chain.head.hash)


def said(tables: Tables) -> list[object]:
    """Everything that screening says under ``tables``, but for the name of the set."""
    screener = Screener(tables)
    found: list[object] = []
    for name in NAMES:
        event = shipment(parties=(party(name),), goods=(line("Frobnicators"), line("Sprockets", line=2)))
        screening = screener.screen(event, ORIGIN, known_at=utc("2023-01-27"), now=utc("2023-01-27"))
        found.append((screening.verdict.verdict, screening.verdict.notes))
        found += [(alert.alert_id, alert.verdict, alert.matches, alert.measures) for alert in screening.alerts]
    return found


def test_it_says_what_a_worker_says_once_it_is_published() -> None:
    world = World()
    before = said(world.base)
    predicted = said(world.proposal(NEXT).tables)
    assert predicted != before
    assert said(world.base) == before, "what is active is not touched"
    assert predicted == said(world.published(NEXT))


def test_it_tells_what_changes_and_what_does_not() -> None:
    world = World()
    found = world.proposal([*NEXT, NOW[1]])
    assert set(found.changed) == {"xx-a", "xx-new", "xx-goods", "measures-xx"}
    assert found.unchanged == ("xx-b",)
    assert found.changed["xx-new"][0] is None
    now, then = found.changed["xx-a"]
    assert now is not None
    assert (now.version, then.version) == ("1", "2")
    # Two entries, two goods items and two measures go; two entries come, one of the new list, one item, two measures.
    assert (len(found.change.gone), len(found.change.come)) == (6, 6)
    assert found.change.goods_before is world.base.goods


def test_nothing_new_is_the_same_tables() -> None:
    world = World()
    found = world.proposal(NOW)
    assert not found.changed
    assert (found.tables.hash, found.tables.sequence) == (world.base.hash, world.base.sequence)


@pytest.mark.parametrize("there", ["test", "bundled"])
def test_the_pack_never_takes_the_place_of_an_official_list(there: str) -> None:
    """As `lists publish bundled` does not; a back-test that said otherwise would predict what cannot happen."""
    world = World([loaded("xx-a", "entities", KEEP, source=there)])
    pack = [loaded("xx-a", "entities", GONE, source="bundled", version="pack")]
    found = world.proposal(pack)
    assert found.kept_official == (("xx-a",) if there == "test" else ())
    assert said(found.tables) == said(world.published(pack))
