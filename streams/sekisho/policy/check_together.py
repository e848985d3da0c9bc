"""Checking measures against each other: ids, overlaps, gaps, and measures or exceptions that can never speak.

``covers`` is the heart: terms cover others if every event that meets the others meets them too.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from sekisho.model import GoodsTerm, Measure, Terms

_RANK = {"review": 1, "licence_required": 2, "from_entry": 2, "prohibited": 3}


class Problem(msgspec.Struct, frozen=True):
    """``error``: the measure cannot work as written. ``warning``: it can, but somebody should look."""

    measure_id: str
    level: str
    message: str


def pairs(measures: Sequence[Measure]) -> Iterator[Problem]:
    """Double ids, overlaps and gaps in time, and measures that another one makes idle."""
    yield from _double_ids(measures)
    yield from _in_time(measures)
    yield from _idle(measures)


def _double_ids(measures: Sequence[Measure]) -> Iterator[Problem]:
    seen: dict[str, int] = {}
    for measure in measures:
        seen[measure.id] = seen.get(measure.id, 0) + 1
    for measure_id, times in seen.items():
        if times > 1:
            yield Problem(measure_id, "error", f"the id stands there {times} times; it must name one measure")


def _in_time(measures: Sequence[Measure]) -> Iterator[Problem]:
    """Measures that ask the same, or are called the same: versions of one rule, which follow each other without a hole."""
    alike: dict[object, list[Measure]] = {}
    for measure in measures:
        asks = (measure.jurisdiction, measure.applies_to, measure.when, measure.except_)
        called = (measure.jurisdiction, measure.applies_to, measure.legal_basis, measure.title)
        alike.setdefault(asks, []).append(measure)
        alike.setdefault(called, []).append(measure)
    said: set[tuple[str, str]] = set()
    for group in alike.values():
        group.sort(key=lambda m: m.in_force_from)
        for first, second in itertools.pairwise(group):
            if (first.id, second.id) in said:
                continue
            said.add((first.id, second.id))
            if first.in_force_until is None or first.in_force_until > second.in_force_from:
                same = "the same conditions" if first.when == second.when else "the same act and title"
                yield Problem(second.id, "error", f"overlaps {first.id}: {same} on the same days")
            elif first.in_force_until < second.in_force_from:
                days = (second.in_force_from - first.in_force_until).days
                yield Problem(second.id, "warning", f"begins {days} days after {first.id} ended: a gap")


def _idle(measures: Sequence[Measure]) -> Iterator[Problem]:
    """A measure that only catches what another one catches on all its days with the same effect or a stronger one."""
    for one in measures:
        for other in measures:
            if one.id == other.id or one.jurisdiction != other.jurisdiction or one.when == other.when:
                continue
            if (
                _RANK.get(other.effect, 0) >= _RANK.get(one.effect, 9)
                and set(one.applies_to) <= set(other.applies_to)
                and _holds_within(one, other)
                and covers(other.when, one.when)
                and all(any(covers(ours, theirs) for ours in one.except_) for theirs in other.except_)
            ):
                yield Problem(one.id, "warning", f"adds nothing: {other.id} catches all of it on all its days")
                break


def _holds_within(one: Measure, other: Measure) -> bool:
    end = date.max
    return (
        other.in_force_from <= one.in_force_from
        and (other.announced or other.in_force_from) <= (one.announced or one.in_force_from)
        and (one.in_force_until or end) <= (other.in_force_until or end)
    )


def unreachable(measure: Measure) -> Iterator[tuple[str, str]]:
    """Exceptions that swallow the measure, and exceptions that can never come to hold."""
    for number, terms in enumerate(measure.except_, 1):
        if terms == Terms():
            yield "error", "except: an exception that asks for nothing always holds, so the measure can never speak"
        elif terms == measure.when:
            yield "error", "except: the same as `when`, so the measure can never speak"
        elif covers(terms, measure.when):
            yield "error", f"except {number}: it holds whenever `when` does, so the measure can never speak"
        elif why := _apart(terms, measure.when):
            yield "warning", f"except {number}: it can never hold, for its {why} is none that `when` lets through"


def covers(wide: Terms, narrow: Terms) -> bool:
    """Whether every event that meets ``narrow`` meets ``wide``."""
    for ours, theirs in (
        (wide.export_country, narrow.export_country),
        (wide.origin_country, narrow.origin_country),
        (wide.end_use, narrow.end_use),
    ):
        if ours and not (theirs and set(theirs) <= set(ours)):
            return False
    if wide.value_below is not None and wide.value_below != narrow.value_below:
        return False
    if wide.destination is not None:
        to = narrow.destination
        if to is None or not set(to.countries) <= set(wide.destination.countries):
            return False
        if not set(to.regions) <= set(wide.destination.regions):
            return False
    return _covers_goods(wide.goods, narrow.goods) and _covers_parties(wide, narrow) and _covers_nexus(wide, narrow)


def _covers_goods(wide: GoodsTerm | None, narrow: GoodsTerm | None) -> bool:
    if wide is None:
        return True
    if narrow is None:
        return False
    if wide.reasons_for_control:
        reasons = set(narrow.reasons_for_control)
        if not reasons or not reasons <= set(wide.reasons_for_control):
            return False
    return set(narrow.tables) <= set(wide.tables) and all(
        item.split("/", 1)[0] in wide.tables or any(_within(item, one) for one in wide.items) for item in narrow.items
    )


def _within(item: str, pattern: str) -> bool:
    return item == pattern or (pattern.endswith("*") and item.rstrip("*").startswith(pattern[:-1]))


def _covers_parties(wide: Terms, narrow: Terms) -> bool:
    ours, theirs = wide.parties, narrow.parties
    if ours is None:
        return True
    if theirs is None:
        return False
    return all(
        not held or (asked and set(asked) <= set(held))
        for held, asked in (
            (ours.lists, theirs.lists),
            (ours.roles, theirs.roles),
            (ours.programmes, theirs.programmes),
        )
    )


def _covers_nexus(wide: Terms, narrow: Terms) -> bool:
    ours, theirs = wide.nexus, narrow.nexus
    if ours is None:
        return True
    if theirs is None:
        return False
    return set(theirs.currencies) <= set(ours.currencies) and set(theirs.countries) <= set(ours.countries)


def _apart(exception: Terms, when: Terms) -> str | None:
    """What of ``exception`` no event that meets ``when`` can meet; None if it can hold."""
    if (
        exception.export_country
        and when.export_country
        and set(exception.export_country).isdisjoint(when.export_country)
    ):
        return "export country"
    # Where a measure is about a party, one line may meet `when` and another the exception.
    if (
        exception.origin_country
        and when.origin_country
        and when.goods
        and set(exception.origin_country).isdisjoint(when.origin_country)
    ):
        return "country of origin"
    ours, theirs = exception.destination, when.destination
    if (
        ours is not None
        and theirs is not None
        and not ours.regions
        and not theirs.regions
        and set(ours.countries).isdisjoint(theirs.countries)
    ):
        return "destination"
    if exception.goods is not None and when.goods is not None and _goods_apart(exception.goods, when.goods):
        return "goods"
    if exception.parties is not None and when.parties is not None:
        lists = set(exception.parties.lists)
        # Another party of the event may stand on another list, but an exception is asked of the party that was met.
        if lists and when.parties.lists and lists.isdisjoint(when.parties.lists):
            return "list"
    return None


def _goods_apart(ours: GoodsTerm, theirs: GoodsTerm) -> bool:
    def tables(term: GoodsTerm) -> set[str]:
        return {*term.tables, *(item.split("/", 1)[0] for item in term.items)}

    if not tables(ours) & tables(theirs):
        return True
    if set(ours.tables) & tables(theirs) or set(theirs.tables) & tables(ours):
        return False
    return not any(_within(one, other) or _within(other, one) for one in ours.items for other in theirs.items)
