"""Checking measures before they decide: references that lead nowhere, conditions that cannot hold, overlaps and gaps."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from sekisho.model import Measure, Terms
from sekisho.policy.conditions import names_item
from sekisho.policy.money import amount

_EFFECTS = frozenset({"prohibited", "licence_required", "review", "from_entry"})
_KINDS = frozenset({"shipment", "payment"})


class Problem(msgspec.Struct, frozen=True):
    """``error``: the measure cannot work as written. ``warning``: it can, but somebody should look."""

    measure_id: str
    level: str
    message: str


class Known(msgspec.Struct, frozen=True):
    """What measures may refer to: the ids that exist in the reference set and the gazetteer."""

    lists: AbstractSet[str]
    tables: AbstractSet[str]
    #: ``table/item``
    items: AbstractSet[str]
    regions: AbstractSet[str]
    countries: AbstractSet[str]


def check(measures: Sequence[Measure], known: Known) -> list[Problem]:
    """Every problem of ``measures``; an empty list means that they are clean."""
    problems = []
    for measure in measures:
        problems += [Problem(measure.id, level, message) for level, message in _one(measure, known)]
    problems += _pairs(measures)
    return sorted(problems, key=lambda p: (p.measure_id, p.level, p.message))


def _one(measure: Measure, known: Known) -> Iterator[tuple[str, str]]:
    try:
        ZoneInfo(measure.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield "error", f"time_zone {measure.time_zone!r} is not an IANA time zone; write one like Asia/Tokyo"
    if measure.effect not in _EFFECTS:
        yield "error", f"effect {measure.effect!r} is none of {', '.join(sorted(_EFFECTS))}"
    if unknown := set(measure.applies_to) - _KINDS:
        yield "error", f"applies_to {', '.join(sorted(unknown))}: events are {' or '.join(sorted(_KINDS))}"
    if not measure.applies_to:
        yield "error", "applies_to is empty: the measure can never speak"
    if measure.announced is not None and measure.announced > measure.in_force_from:
        yield "error", f"announced {measure.announced} after it begins ({measure.in_force_from})"
    if measure.in_force_until is not None and measure.in_force_until <= measure.in_force_from:
        yield "error", f"ends ({measure.in_force_until}) before it begins ({measure.in_force_from}): it never holds"
    if not measure.legal_basis.strip() or not measure.url.strip():
        yield "error", "legal_basis and url must name the act: an alert without its article helps nobody"
    for where, terms in [("when", measure.when), *((f"except {i}", t) for i, t in enumerate(measure.except_, 1))]:
        for level, message in _terms(terms, known, measure.applies_to):
            yield level, f"{where}: {message}"
    if measure.when == Terms():
        yield "error", "when: asks for nothing, so it would catch every event"
    if any(terms == Terms() for terms in measure.except_):
        yield "error", "except: an exception that asks for nothing always holds, so the measure can never speak"
    if any(terms == measure.when for terms in measure.except_):
        yield "error", "except: the same as `when`, so the measure can never speak"
    if measure.effect == "from_entry" and (measure.when.parties is None or not measure.when.parties.lists):
        yield "error", "from_entry needs `parties.lists`: without an entry there is no licence requirement to take"


def _terms(terms: Terms, known: Known, applies_to: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    countries = {*terms.export_country, *terms.origin_country}
    if terms.destination is not None:
        countries.update(terms.destination.countries)
        yield from _unknown("region", terms.destination.regions, known.regions)
        if not terms.destination.countries and not terms.destination.regions:
            yield "error", "destination asks for neither countries nor regions: it can never hold"
    yield from _unknown("country", countries, known.countries)
    if terms.goods is not None:
        yield from _unknown("goods table", terms.goods.tables, known.tables, level="warning")
        loaded = {item.split("/", 1)[0] for item in known.items}
        unmet = [
            one
            for one in terms.goods.items
            # an item of a table that is known but not loaded cannot be looked up here
            if one.split("/", 1)[0] in loaded or one.split("/", 1)[0] not in known.tables
            if not any(names_item((one,), item) for item in known.items)
        ]
        yield from _unknown("goods item", unmet, known.items, level="warning")
        if not terms.goods.tables and not terms.goods.items:
            yield "error", "goods names neither tables nor items: it can never hold"
    if terms.parties is not None:
        yield from _unknown("list", terms.parties.lists, known.lists, level="warning")
    if terms.value_below is not None and amount(terms.value_below.amount) is None:
        yield "error", f"value_below {terms.value_below.amount!r} is not a decimal number"
    if terms.nexus is not None:
        yield from _unknown("country", terms.nexus.countries, known.countries)
        if not terms.nexus.currencies and not terms.nexus.countries:
            yield "error", "nexus names neither currencies nor countries: it can never hold"
    needs_goods = terms.export_country or terms.origin_country or terms.goods or terms.destination or terms.end_use
    if needs_goods and applies_to == ("payment",):
        yield "error", "a payment has no export country, destination, goods or end use: the condition can never hold"


def _unknown(
    what: str, named: Iterable[str], known: AbstractSet[str], *, level: str = "error"
) -> Iterator[tuple[str, str]]:
    """A list or table may be one that this installation does not load: worth a look, not wrong."""
    missing = sorted(set(named) - known)
    if missing:
        yield level, f"no {what} {', '.join(missing)} is known here"


def _pairs(measures: Sequence[Measure]) -> Iterator[Problem]:
    """Measures that say the same: at the same time (an overlap), or with a hole between them (a gap)."""
    seen: dict[str, int] = {}
    for measure in measures:
        seen[measure.id] = seen.get(measure.id, 0) + 1
    for measure_id, times in seen.items():
        if times > 1:
            yield Problem(measure_id, "error", f"the id stands there {times} times; it must name one measure")
    alike: dict[object, list[Measure]] = {}
    for measure in measures:
        alike.setdefault((measure.jurisdiction, measure.applies_to, measure.when, measure.except_), []).append(measure)
    for group in alike.values():
        group.sort(key=lambda m: m.in_force_from)
        for first, second in itertools.pairwise(group):
            if first.in_force_until is None or first.in_force_until > second.in_force_from:
                yield Problem(second.id, "error", f"overlaps {first.id}: the same conditions on the same days")
            elif first.in_force_until < second.in_force_from:
                days = (second.in_force_from - first.in_force_until).days
                yield Problem(second.id, "warning", f"begins {days} days after {first.id} ended: a gap")
