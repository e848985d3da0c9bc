"""What an event says, once its names, goods and places have been looked up: everything a measure may ask.

``subject`` numbers in the hits are positions in the screener's list of subjects; policy hands them back
with what they triggered, and knows nothing else of them.
"""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from sekisho.model import Entity, GoodsItem, GoodsLine, ItemKey, Period
from sekisho.model.event import Event
from sekisho.policy.calendar import Days, days


class PartyHit(msgspec.Struct, frozen=True):
    """A party, vessel or text met a listed entry. ``doubt`` says why it is not certain; None if it is."""

    subject: int
    kind: str
    role: str
    entity: Entity
    doubt: str | None = None


class GoodsHit(msgspec.Struct, frozen=True):
    """A goods line met an item, in these of its periods.

    ``one_of``: the declared code holds the item and others of its table, and is one of those that this line met so.
    """

    subject: int
    line: GoodsLine
    item: GoodsItem
    periods: tuple[Period, ...]
    doubt: str | None = None
    one_of: bool = False


class PlaceHit(msgspec.Struct, frozen=True):
    """A place lies in a region; ``destination`` tells a declared destination from a place that is merely passed or named."""

    subject: int
    region: str
    certain: bool
    destination: bool


class Facts(msgspec.Struct):
    """All that measures can ask of one event. Countries are ISO 3166-1 alpha-2, upper case."""

    event: Event
    kind: str
    known_at: datetime
    export_country: str | None
    #: where it is loaded or comes from, asked only where no export country is declared
    loading_countries: frozenset[str]
    #: of every declared destination: import country, destination and discharge locations
    destination_countries: frozenset[str]
    #: of a destination whose name several countries have
    possible_destinations: frozenset[str]
    #: countries in which a declared destination is named more finely than the country
    localities: frozenset[str]
    #: countries of the parties that receive, and whether any of them gives an address there
    receiver_countries: frozenset[str]
    receiver_addresses: frozenset[str]
    #: of every party and bank: its country, that of its BIC, that in which its account is kept
    party_countries: frozenset[str]
    places: tuple[PlaceHit, ...]
    parties: tuple[PartyHit, ...]
    goods: tuple[GoodsHit, ...]
    #: (subject, line) of lines whose description does not say what they are
    unclear: tuple[tuple[int, GoodsLine], ...]
    lines: tuple[GoodsLine, ...]
    #: the subject that stands for the event itself
    event_subject: int
    #: whether one of them tells none
    unseated: bool = False
    rescreen: bool = False
    gone_since: datetime | None = None
    day_cache: dict[str, Days] = {}
    #: the lines that met an item together, without and with those that met it in doubt, and answers about such lines by
    #: what was asked: worked out once
    together: dict[tuple[ItemKey, bool], tuple[GoodsLine, ...]] = {}
    answers: dict[object, object] = {}
    #: by a line's identity the items that its codes leave open
    open_codes: dict[int, tuple[GoodsHit, ...]] = {}

    def day(self, time_zone: str) -> Days:
        """The two days that decide, in ``time_zone``; worked out once a zone."""
        found = self.day_cache.get(time_zone)
        if found is None:
            found = days(self.event, self.known_at, time_zone, rescreen=self.rescreen, gone_since=self.gone_since)
            self.day_cache[time_zone] = found
        return found

    def may_be(self, line: GoodsLine) -> tuple[GoodsHit, ...]:
        """The items of which a code that the line declares holds several."""
        if not self.open_codes:
            found: dict[int, list[GoodsHit]] = {}
            for hit in self.goods:
                if hit.one_of:
                    found.setdefault(id(hit.line), []).append(hit)
            self.open_codes = {number: tuple(hits) for number, hits in found.items()}
        return self.open_codes.get(id(line), ())

    def lines_of(self, hit: GoodsHit) -> tuple[GoodsLine, ...]:
        """The lines that met the hit's item, or another of the same number of the order. A sure one is not added to doubtful ones."""
        if not self.together:
            lines: dict[tuple[ItemKey, bool], list[GoodsLine]] = {}
            for one in self.goods:
                number = added_up(one.item)
                for doubtful in (True,) if one.doubt else (False, True):
                    held = lines.setdefault((number, doubtful), [])
                    # The hits of a line stand together: that one is never added twice.
                    if not held or held[-1] is not one.line:
                        held.append(one.line)
            self.together = {key: tuple(found) for key, found in lines.items()}
        return self.together.get((added_up(hit.item), hit.doubt is not None), ())


#: A paragraph of the ordinance behind a number of the order: 7(16)-ル.
_PARAGRAPH = re.compile(r"-[ァ-ヺ]+$")


def added_up(item: GoodsItem) -> ItemKey:
    """What a law names as one when it speaks of a total: the number of the order, of which an ordinance makes several items."""
    orders = [code for code in item.control_codes if code.regime != item.table_id]
    return (orders[0].regime, _PARAGRAPH.sub("", orders[0].code)) if len(orders) == 1 else item.key
