"""Which measures can speak to an event at all, found from what it met instead of by asking each of them.

Most events meet nothing. A measure on listed parties is asked only where a party on one of its lists was met, one on
goods only where an item of one of its tables was, or where a line does not say what it is; one on a region only where the
destination may lie there, one on an end use only where an end use is declared. Of these, those whose export country or
destination the event rules out are left aside. Whatever is left out here would have been answered with false.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

import msgspec

from sekisho.model import Measure
from sekisho.model.event import PAYMENT, SHIPMENT
from sekisho.policy.conditions import countries_of
from sekisho.policy.facts import Facts


class _Filed(msgspec.Struct, frozen=True, gc=False):
    """A measure with what rules it out at a glance. Empty: it does not ask."""

    measure: Measure
    export: frozenset[str]
    #: destinations that do not rule it out, where it asks for countries alone or for regions
    destinations: frozenset[str]
    regions: frozenset[str]

    def ruled_out(self, facts: Facts) -> bool:
        """Whether its export country or its destination is certainly another."""
        if self.export:
            declared = facts.export_country
            if declared and declared not in self.export:
                return True
        if not self.destinations or not facts.destination_countries:
            return False
        if not self.destinations.isdisjoint(facts.destination_countries):
            return False
        if not self.destinations.isdisjoint(facts.possible_destinations):
            return False
        return not (self.regions and any(hit.region in self.regions for hit in facts.places))


class Plan:
    """The measures of a reference set, filed by what they need. ``tables`` are the goods tables of that set."""

    def __init__(self, measures: Iterable[Measure], tables: AbstractSet[str]) -> None:
        #: asked whatever is met; of these, those that some destinations rule out by each that does not
        self._always: dict[str, list[int]] = {SHIPMENT: [], PAYMENT: []}
        self._wherever: dict[str, list[int]] = {SHIPMENT: [], PAYMENT: []}
        self._by_destination: dict[tuple[str, str], list[int]] = {}
        self._with_end_use: list[int] = []
        self._by_list: dict[tuple[str, str], list[int]] = {}
        self._by_table: dict[tuple[str, str], list[int]] = {}
        self._unclear: dict[str, list[int]] = {SHIPMENT: [], PAYMENT: []}
        self._filed = tuple(_filed(measure) for measure in measures)
        #: regions that one of the measures names
        self.regions = frozenset(region for one in self._filed for region in one.regions)
        for number, one in enumerate(self._filed):
            for kind in one.measure.applies_to:
                self._file(number, one.measure, kind, tables)

    def _file(self, number: int, measure: Measure, kind: str, tables: AbstractSet[str]) -> None:
        when = measure.when
        if when.parties is not None and when.parties.lists:
            for list_id in when.parties.lists:
                self._by_list.setdefault((kind, list_id), []).append(number)
        elif when.goods is not None:
            named = {*when.goods.tables, *(item.split("/", 1)[0] for item in when.goods.items)}
            for table_id in named:
                self._by_table.setdefault((kind, table_id), []).append(number)
            # Goods that are not described may be of any table, but only of one that is there.
            if named & tables:
                self._unclear.setdefault(kind, []).append(number)
        elif when.end_use and kind == SHIPMENT:
            self._with_end_use.append(number)
        else:
            self._always.setdefault(kind, []).append(number)
            filed = self._filed[number]
            for place in (*filed.destinations, *filed.regions):
                self._by_destination.setdefault((kind, place), []).append(number)
            if not filed.destinations:
                self._wherever.setdefault(kind, []).append(number)

    def measures(self, facts: Facts) -> list[Measure]:
        """Those that may speak, in the order of the set."""
        kind = facts.kind
        numbers: set[int] = set()
        if facts.destination_countries:
            numbers.update(self._wherever.get(kind, ()))
            places = facts.destination_countries
            if facts.possible_destinations or facts.places:
                places = places.union(facts.possible_destinations, (hit.region for hit in facts.places))
            for place in places:
                numbers.update(self._by_destination.get((kind, place), ()))
        else:
            numbers.update(self._always.get(kind, ()))
        if facts.parties:
            for list_id in {hit.entity.list_id for hit in facts.parties}:
                numbers.update(self._by_list.get((kind, list_id), ()))
        if facts.goods:
            for table_id in {hit.item.table_id for hit in facts.goods}:
                numbers.update(self._by_table.get((kind, table_id), ()))
        if facts.unclear or not facts.lines:
            numbers.update(self._unclear.get(kind, ()))
        if getattr(facts.event, "end_use", None):
            numbers.update(self._with_end_use)
        if not numbers:
            return []
        filed = self._filed
        return [filed[number].measure for number in sorted(numbers) if not filed[number].ruled_out(facts)]


def _filed(measure: Measure) -> _Filed:
    to = measure.when.destination
    regions = frozenset(to.regions) if to is not None else frozenset()
    return _Filed(
        measure=measure,
        export=frozenset(measure.when.export_country),
        destinations=frozenset(to.countries) | countries_of(regions) if to is not None else frozenset(),
        regions=regions,
    )
