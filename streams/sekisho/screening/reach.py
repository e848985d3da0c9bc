"""Which open events a change of the reference set can reach: those are screened again in full, and no others.

A change reaches an event through what is added (a name, an item, a measure that now meets it) or through what stands in
its live alerts and is changed or gone. What is told here errs to one side only: an event that is named without need is
screened again and says what it said before; none that would say something else may be left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from sekisho.goods import GoodsIndex
from sekisho.model import Alert, Entity, EntryKey, GoodsItem, ItemKey, Measure, business_reference
from sekisho.model.event import Event, Origin
from sekisho.names import NameIndex
from sekisho.names.fields import is_text, others
from sekisho.names.nearness import Nearness, Texts
from sekisho.policy import Facts, GoodsHit, evaluate
from sekisho.policy.conditions import goods as meets_goods
from sekisho.screening.look_up import look_up
from sekisho.screening.probes import GoodsProbe, IdentifierProbe, NameProbe, Probe, TextProbe, name_hash, probes
from sekisho.screening.tables import Tables

#: Probes that are remembered as out of reach (about 100 bytes each).
REMEMBERED = 2_000_000

_NOWHERE = Origin("", 0, 0)


class Change(msgspec.Struct, frozen=True):
    """What differs between two reference sets, or begins or ends at a midnight.

    An edited record is in ``gone`` as it was and in ``come`` as it is.
    """

    come: tuple[Entity | GoodsItem | Measure, ...] = ()
    gone: tuple[Entity | GoodsItem | Measure, ...] = ()
    #: the goods before, where goods tables changed
    goods_before: GoodsIndex | None = None

    def __bool__(self) -> bool:
        return bool(self.come or self.gone)


class Reach:
    """Asked for one event after another; remembers which probes it does not reach. ``tables`` are those of the new set."""

    def __init__(self, change: Change, tables: Tables) -> None:
        self._tables = tables
        self._goods_before = change.goods_before
        come, gone = change.come, change.gone
        entities = [one for one in come if isinstance(one, Entity)]
        names = NameIndex.build(entities) if entities else None
        self._near = Nearness(names) if names is not None else None
        self._texts = Texts(names) if names is not None else None
        self._entries: set[EntryKey] = {one.key for one in (*come, *gone) if isinstance(one, Entity)}
        self._items: set[ItemKey] = {one.key for one in (*come, *gone) if isinstance(one, GoodsItem)}
        measures = [one for one in (*come, *gone) if isinstance(one, Measure)]
        self._measures = {measure.id for measure in measures}
        #: lists whose entries, once met, bring these measures up
        self._lists: set[str] = set()
        self._any_listed = False
        #: measures that are asked of goods, and of every event
        self._on_goods: list[Measure] = []
        self._on_all: list[Measure] = []
        appeared = self._tables_that_came_or_went()
        asked = [measure for measure in tables.measures if _tables_named(measure) & appeared]
        for measure in {one.id: one for one in (*measures, *asked)}.values():
            self._file(measure)
        self._goods_matter = bool(self._items or self._on_goods or self._goods_before is not None)
        self._bare = Tables.build([], [], self._on_all, lists={}, sequence=0, hash="") if self._on_all else None
        self._out_of_reach: set[int] = set()
        self._within: set[int] = set()

    def _tables_that_came_or_went(self) -> set[str]:
        """Goods that are not described may be of any table, but only of one that is there."""
        if self._goods_before is None:
            return set()
        before = {table for table, _ in self._goods_before.items}
        return before ^ {table for table, _ in self._tables.goods.items}

    def _file(self, measure: Measure) -> None:
        when = measure.when
        if when.parties is not None and when.parties.lists:
            self._lists.update(when.parties.lists)
        elif when.goods is not None:
            self._on_goods.append(measure)
        else:
            self._on_all.append(measure)
            self._any_listed = self._any_listed or when.parties is not None

    # -- asking -----------------------------------------------------------------------------------------------

    def of_alerts(self, alerts: Iterable[Alert]) -> bool:
        """Whether live alerts name what changed, or met a list that a changed measure is about."""
        for alert in alerts:
            if any(one.measure_id in self._measures for one in alert.measures):
                return True
            for match in alert.matches:
                key = (match.list_id, match.entry_id)
                if self._any_listed or match.list_id in self._lists or key in self._entries or key in self._items:
                    return True
        return False

    def passes_over(self, hashes: Sequence[int]) -> bool:
        """Whether an event with these probes is known to be out of reach, without being decoded."""
        return not self._on_all and self._out_of_reach.issuperset(hashes)

    def reaches(self, hashes: Sequence[int]) -> bool:
        """Likewise whether it is known to be within reach."""
        return not self._within.isdisjoint(hashes)

    def of_event(self, event: Event, *, known_at: datetime, gone_since: datetime | None = None) -> bool:
        """Whether anything that came meets the event."""
        for number, probe in probes(event):
            if number in self._out_of_reach:
                continue
            if number in self._within:
                return True
            meets, settled = self._meets(probe)
            if meets:
                self._within.add(number)
                return True
            if settled:
                self._remember(number)
        return self._bare is not None and self._speaks(event, self._bare, known_at, gone_since)

    def _meets(self, probe: Probe) -> tuple[bool, bool]:
        """Whether anything that came meets it; and, where nothing does, whether that is so for each of its hash."""
        near = self._near
        if isinstance(probe, NameProbe):
            return near is not None and self._near_name(near, probe), True
        if isinstance(probe, IdentifierProbe):
            return near is not None and bool(near.names.by_identifier(probe.scheme, probe.value)), True
        if isinstance(probe, TextProbe):
            return self._texts.meet(probe.text) if self._texts is not None else (False, True)
        if isinstance(probe, GoodsProbe):
            return self._goods_matter and self._meets_goods(probe), True
        return any(probe.kind in measure.applies_to for measure in self._on_goods), True

    def _near_name(self, near: Nearness, probe: NameProbe) -> bool:
        """Who may be a person or an organisation is read as both; a name that is neither's is not an organisation's."""
        name, kind = probe.name, probe.kind
        if is_text(name) and self._texts is not None and self._texts.meet(name)[0]:
            return True
        both = kind in ("Unknown", "Organization") and not others(name, "Unknown")
        wide = "Unknown" if both else kind
        # All that came is in the tables: a stranger there is out of reach.
        if self._tables.strangers.has(name, wide) or not near.of_name(name, wide):
            if both:
                self._remember(name_hash(name, "Unknown"))
                self._remember(name_hash(name, "Organization"))
            return False
        return kind == wide or near.of_name(name, kind)

    def _remember(self, number: int) -> None:
        if len(self._out_of_reach) < REMEMBERED:
            self._out_of_reach.add(number)

    def _meets_goods(self, probe: GoodsProbe) -> bool:
        after = self._tables.goods.match(probe.line)
        if any(match.item.key in self._items for match in after.matches):
            return True
        if not after.described and self._on_goods:
            return True
        if self._goods_before is not None:
            before = self._goods_before.match(probe.line)
            said = [(m.item.key, m.certain, m.grade, m.periods) for m in before.matches]
            if before.described != after.described or said != [
                (m.item.key, m.certain, m.grade, m.periods) for m in after.matches
            ]:
                return True
        hits = [
            GoodsHit(0, probe.line, match.item, tuple(match.item.validity[at] for at in match.periods))
            for match in after.matches
        ]
        return any(meets_goods(measure.when, hit) for measure in self._on_goods for hit in hits)

    def _speaks(self, event: Event, bare: Tables, known_at: datetime, gone_since: datetime | None) -> bool:
        """Whether a measure that needs neither a list nor goods says anything; what ended is in the alerts."""
        reference = business_reference(event, _NOWHERE)
        facts: Facts = look_up(
            event, bare, reference=reference, known_at=known_at, rescreen=True, gone_since=gone_since
        ).facts
        return any(evaluate(measure, facts) for measure in bare.measures)


def _tables_named(measure: Measure) -> set[str]:
    goods = measure.when.goods
    if goods is None:
        return set()
    return {*goods.tables, *(item.split("/", 1)[0] for item in goods.items)}
