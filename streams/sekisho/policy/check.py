"""Checking measures before they decide: references that lead nowhere, conditions that cannot hold, overlaps and gaps."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from sekisho.model import Measure, Terms
from sekisho.policy.check_together import Problem, pairs, unreachable
from sekisho.policy.conditions import names_item
from sekisho.policy.jurisdictions import read
from sekisho.policy.money import amount

_EFFECTS = frozenset({"prohibited", "licence_required", "review", "from_entry"})
_KINDS = frozenset({"shipment", "payment"})
_PAYMENT_ROLES = frozenset(
    {"debtor", "creditor", "ultimate_debtor", "ultimate_creditor", "debtor_agent", "creditor_agent"}
    | {"intermediary_agent", "instructing_agent", "instructed_agent"}
)
_SHIPMENT_ROLES = frozenset(
    {"shipper", "exporter", "consignee", "intermediate_consignee", "ultimate_consignee", "notify_party", "end_user"}
    | {"manufacturer", "freight_forwarder", "carrier", "vessel_owner", "vessel_operator", "broker"}
)
#: So alike that one is the other with a slip of the pen (difflib's ratio).
_A_SLIP = 0.9


class Known(msgspec.Struct, frozen=True):
    """What measures may refer to: the ids that exist in the reference set and the gazetteer."""

    lists: AbstractSet[str]
    tables: AbstractSet[str]
    #: ``table/item``
    items: AbstractSet[str]
    regions: AbstractSet[str]
    countries: AbstractSet[str]
    #: ISO 4217; none given: not looked at
    currencies: AbstractSet[str] = frozenset()
    #: list id: the programmes under which its entries stand; only of lists that are loaded
    programmes: Mapping[str, AbstractSet[str]] = {}
    #: table id: the reasons for control of its items; only of tables that are loaded
    reasons: Mapping[str, AbstractSet[str]] = {}
    #: whether the measures are all that this installation has, so that a list which none names is a gap
    complete: bool = False


def check(measures: Sequence[Measure], known: Known) -> list[Problem]:
    """Every problem of ``measures``; an empty list means that they are clean."""
    problems = []
    for measure in measures:
        problems += [Problem(measure.id, level, message) for level, message in _one(measure, known)]
    problems += pairs(measures)
    problems += _not_named(measures, known)
    return sorted(problems, key=lambda p: (p.measure_id, p.level, p.message))


def _one(measure: Measure, known: Known) -> Iterator[tuple[str, str]]:
    try:
        ZoneInfo(measure.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        yield "error", f"time_zone {measure.time_zone!r} is not an IANA time zone; write one like Asia/Tokyo"
    if why := _no_jurisdiction(measure.jurisdiction):
        yield "error", f"jurisdiction {why}"
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
    if not measure.legal_basis.strip() or not measure.url.strip() or not measure.title.strip():
        yield "error", "title, legal_basis and url must name the act: an alert without its article helps nobody"
    for where, terms in [("when", measure.when), *((f"except {i}", t) for i, t in enumerate(measure.except_, 1))]:
        for level, message in _terms(terms, known, measure.applies_to):
            yield level, f"{where}: {message}"
    if measure.when == Terms():
        yield "error", "when: asks for nothing, so it would catch every event"
    yield from unreachable(measure)
    if measure.effect == "from_entry" and (measure.when.parties is None or not measure.when.parties.lists):
        yield "error", "from_entry needs `parties.lists`: without an entry there is no licence requirement to take"


def _no_jurisdiction(code: str) -> str | None:
    """Why nobody who names the jurisdictions that bind him could name this one."""
    try:
        (read_as,) = read([code])
    except ValueError as error:
        return str(error) if code.strip() else "is empty"
    return None if read_as == code else f"{code!r} must be written {read_as}"


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
        yield from _unknown("goods item", [one for one in unmet if one[-1:] != "*"], known.items)
        # A beginning may be there for items that another edition of the table has.
        for one in unmet:
            if one[-1:] == "*":
                yield "warning", f"no goods item {one} is known here"
        asked = {*terms.goods.tables, *(item.split("/", 1)[0] for item in terms.goods.items)}
        if asked and asked <= known.reasons.keys():
            yield from _unknown(
                "item controlled for",
                terms.goods.reasons_for_control,
                _all_of(known.reasons, asked),
                level="warning",
            )
        if not terms.goods.tables and not terms.goods.items:
            yield "error", "goods names neither tables nor items: it can never hold"
    if terms.parties is not None:
        yield from _unknown("list", terms.parties.lists, known.lists, level="warning")
        asked = set(terms.parties.lists)
        if asked and asked <= known.programmes.keys():
            yield from _unknown(
                "entry under the programme",
                terms.parties.programmes,
                _all_of(known.programmes, asked),
                level="warning",
            )
        roles = set(terms.parties.roles)
        # Roles are an open vocabulary: one that nobody here has heard of may be a platform's own.
        yield from _unknown("role", _slips(roles, _PAYMENT_ROLES | _SHIPMENT_ROLES), _PAYMENT_ROLES | _SHIPMENT_ROLES)
        if roles and applies_to == ("payment",) and roles <= _SHIPMENT_ROLES:
            yield "error", f"a payment has nobody as {', '.join(sorted(roles))}: the condition can never hold"
        if roles and applies_to == ("shipment",) and roles <= _PAYMENT_ROLES:
            yield "error", f"a shipment has nobody as {', '.join(sorted(roles))}: the condition can never hold"
    if terms.value_below is not None:
        limit = amount(terms.value_below.amount)
        if limit is None:
            yield "error", f"value_below {terms.value_below.amount!r} is not a decimal number"
        elif limit <= 0:
            yield "error", f"value_below {terms.value_below.amount}: no goods are worth so little"
        yield from _unknown_currency((terms.value_below.currency,), known)
    if terms.nexus is not None:
        yield from _unknown("country", terms.nexus.countries, known.countries)
        yield from _unknown_currency(terms.nexus.currencies, known)
        if not terms.nexus.currencies and not terms.nexus.countries:
            yield "error", "nexus names neither currencies nor countries: it can never hold"
        elif applies_to == ("shipment",) and not terms.nexus.countries:
            yield "error", "a shipment has no currency: the nexus can never hold"
    if any(not word.strip() for word in terms.end_use):
        yield "error", "end_use: an empty word stands in every text"
    needs_goods = (
        terms.export_country
        or terms.origin_country
        or terms.goods
        or terms.destination
        or terms.end_use
        or terms.value_below
    )
    if needs_goods and "payment" in applies_to:
        what = "can never hold" if applies_to == ("payment",) else "makes a question of every payment"
        yield (
            "error",
            f"a payment has no export country, destination, goods, value of goods or end use: the condition {what}",
        )


def _all_of(found: Mapping[str, AbstractSet[str]], asked: Iterable[str]) -> AbstractSet[str]:
    return {one for key in asked for one in found[key]}


def _not_named(measures: Sequence[Measure], known: Known) -> Iterator[Problem]:
    """A gap: a list that is screened and that no measure speaks of, so that being on it is never more than a review."""
    if not known.complete:
        return
    named = {list_id for one in measures if one.when.parties for list_id in one.when.parties.lists}
    for list_id in sorted(known.programmes.keys() - named):
        yield Problem(
            list_id, "warning", "no measure names this list: whoever is on it is review, whatever the event: a gap"
        )


def _unknown(
    what: str, named: Iterable[str], known: AbstractSet[str], *, level: str = "error"
) -> Iterator[tuple[str, str]]:
    """A list or table may be one that this installation does not load: worth a look, not wrong, unless it is a slip."""
    missing = sorted(set(named) - known)
    if missing:
        near = [one for name in missing for one in difflib.get_close_matches(name, known, n=1, cutoff=_A_SLIP)]
        meant = f"; perhaps {', '.join(near)} was meant" if near else ""
        yield "error" if near else level, f"no {what} {', '.join(missing)} is known here{meant}"


def _slips(named: Iterable[str], known: AbstractSet[str]) -> list[str]:
    return [one for one in named if one not in known and difflib.get_close_matches(one, known, n=1, cutoff=_A_SLIP)]


def _unknown_currency(named: Iterable[str], known: Known) -> Iterator[tuple[str, str]]:
    if known.currencies:
        yield from _unknown("currency", named, known.currencies)
