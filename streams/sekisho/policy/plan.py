"""Which measures can speak to an event at all, found from what it met instead of by asking each of them.

Most events meet nothing. A measure on listed parties is asked only where a party on one of its lists was met, one on
goods only where an item of one of its tables was, or where a line does not say what it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from sekisho.model import Measure
from sekisho.model.event import PAYMENT, SHIPMENT
from sekisho.policy.facts import Facts


class Plan:
    """The measures of a reference set, filed by what they need. ``tables`` are the goods tables of that set."""

    def __init__(self, measures: Iterable[Measure], tables: AbstractSet[str]) -> None:
        self._always: dict[str, list[int]] = {SHIPMENT: [], PAYMENT: []}
        self._by_list: dict[tuple[str, str], list[int]] = {}
        self._by_table: dict[tuple[str, str], list[int]] = {}
        self._unclear: dict[str, list[int]] = {SHIPMENT: [], PAYMENT: []}
        self._measures = tuple(measures)
        #: regions that one of the measures names
        self.regions = frozenset(
            region for one in self._measures if one.when.destination for region in one.when.destination.regions
        )
        for number, measure in enumerate(self._measures):
            for kind in measure.applies_to:
                self._file(number, measure, kind, tables)

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
        else:
            self._always.setdefault(kind, []).append(number)

    def measures(self, facts: Facts) -> list[Measure]:
        """Those that may speak, in the order of the set."""
        kind = facts.kind
        numbers = set(self._always.get(kind, ()))
        for list_id in {hit.entity.list_id for hit in facts.parties}:
            numbers.update(self._by_list.get((kind, list_id), ()))
        for table_id in {hit.item.table_id for hit in facts.goods}:
            numbers.update(self._by_table.get((kind, table_id), ()))
        if facts.unclear or not facts.lines:
            numbers.update(self._unclear.get(kind, ()))
        return [self._measures[number] for number in sorted(numbers)]
