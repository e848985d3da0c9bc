"""The conditions of a measure, each answered true, false or unknown, with what is missing and what decided.

Two rules run through all of them. What the event does not say is unknown. What it says otherwise is
false, and one false condition ends a measure.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import msgspec

from sekisho.model import Destination, GoodsLine, Money, Terms
from sekisho.policy.facts import Facts, GoodsHit, PartyHit
from sekisho.policy.logic import Truth, any_of

#: Areas that a law draws itself, and the country they lie in (ISO 3166-2 regions carry theirs in the code).
AREA_COUNTRY = {"jp-etco-1-5": "UA"}


class Answer(msgspec.Struct, frozen=True):
    """One condition: its truth, what would have to be known, and the value that decided."""

    condition: str
    truth: Truth
    value: str
    missing: str | None = None


_NO_ANSWERS: tuple[Answer, ...] = ()


def of_event(terms: Terms, facts: Facts, *, exempting: bool = False) -> tuple[Answer, ...]:
    """Those that concern the event as a whole: export country, destination, end use.

    ``exempting``: the terms are an exception. One destination is enough to catch, all are needed to exempt.
    """
    answers = []
    if terms.export_country:
        answers.append(export_country(terms.export_country, facts))
    if terms.destination is not None:
        answers.append(destination(terms.destination, facts, every=exempting))
    if terms.end_use:
        answers.append(end_use(terms.end_use, facts))
    return tuple(answers) if answers else _NO_ANSWERS


def export_country(wanted: tuple[str, ...], facts: Facts) -> Answer:
    """The declared country decides; without one, loading elsewhere says no, and loading there says not yet yes."""
    name = "export_country"
    if facts.export_country:
        return Answer(name, Truth.of(facts.export_country in wanted), facts.export_country)
    loading = facts.loading_countries
    if loading and not loading.intersection(wanted):
        return Answer(name, Truth.FALSE, f"not declared; loaded in {', '.join(sorted(loading))}")
    return Answer(name, Truth.UNKNOWN, "not declared", "the export country")


def destination(wanted: Destination, facts: Facts, *, every: bool = False) -> Answer:
    """One destination in one of the countries or regions suffices; with ``every``, all must be in the countries."""
    truths, missing = [], []
    if wanted.countries:
        truths.append(_in_country(wanted.countries, facts, every))
        if truths[-1] is Truth.UNKNOWN:
            missing.append("the destination")
    if wanted.regions:
        truths.append(_in_region(wanted.regions, facts))
        if truths[-1] is Truth.UNKNOWN:
            missing.append("the destination" if not facts.destination_countries else "the place within the country")
    truth = any_of(truths)
    said = ", ".join(sorted(facts.destination_countries)) or "not declared"
    return Answer("destination", truth, said, missing[0] if truth is Truth.UNKNOWN and missing else None)


def _in_country(wanted: tuple[str, ...], facts: Facts, every: bool) -> Truth:
    if not facts.destination_countries:
        # A party's country alone is no destination: it can neither make this true nor rule it out.
        return Truth.UNKNOWN
    if every:
        return Truth.of(facts.destination_countries.issubset(wanted))
    return Truth.of(not facts.destination_countries.isdisjoint(wanted))


def _in_region(wanted: tuple[str, ...], facts: Facts) -> Truth:
    met = [hit for hit in facts.places if hit.region in wanted]
    if any(hit.destination for hit in met):
        return any_of(Truth.TRUE if hit.certain else Truth.UNKNOWN for hit in met if hit.destination)
    if not facts.destination_countries:
        return Truth.UNKNOWN
    countries = {AREA_COUNTRY.get(region) or region.split("-", 1)[0] for region in wanted}
    open_countries = facts.destination_countries & countries - facts.localities
    if not open_countries:
        return Truth.FALSE
    # Only the country is named. A receiver's address there speaks: in the region it makes this possible,
    # elsewhere it rules it out; no address leaves it open.
    if met:
        return Truth.UNKNOWN
    return Truth.FALSE if open_countries <= facts.receiver_addresses else Truth.UNKNOWN


def end_use(words: tuple[str, ...], facts: Facts) -> Answer:
    """Met by any of the words. Silence is no knowledge: a catch-all asks what the exporter knows."""
    said = (getattr(facts.event, "end_use", None) or "").casefold()
    met = next((word for word in words if word.casefold() in said), None)
    return Answer("end_use", Truth.of(met is not None), met or ("not declared" if not said else "none of the words"))


def of_line(terms: Terms, line: GoodsLine | None, facts: Facts) -> tuple[Answer, ...]:
    """Those that concern a goods line; without one (a measure on parties), the lines together."""
    answers = []
    if terms.origin_country:
        answers.append(origin_country(terms.origin_country, (line,) if line else facts.lines))
    if terms.value_below is not None:
        answers.append(value_below(terms.value_below, (line,) if line else facts.lines))
    return tuple(answers) if answers else _NO_ANSWERS


def origin_country(wanted: tuple[str, ...], lines: tuple[GoodsLine, ...]) -> Answer:
    """One line of that origin suffices; a line that names none leaves it open."""
    origins = [line.origin_country for line in lines]
    truth = any_of(Truth.UNKNOWN if not o else Truth.of(o.upper() in wanted) for o in origins)
    if not lines:
        truth = Truth.UNKNOWN
    said = ", ".join(sorted({o for o in origins if o})) or "not declared"
    return Answer(
        "origin_country", truth, said, "the country of origin of the goods" if truth is Truth.UNKNOWN else None
    )


def value_below(limit: Money, lines: tuple[GoodsLine, ...]) -> Answer:
    """True if every line is worth no more than ``limit``; another currency, or none, leaves it open."""
    truths = [_at_most(line.value, limit) for line in lines] or [Truth.UNKNOWN]
    truth = min(truths)
    missing = f"the value in {limit.currency}" if truth is Truth.UNKNOWN else None
    return Answer("value_below", truth, f"limit {limit.amount} {limit.currency}", missing)


def _at_most(value: Money | None, limit: Money) -> Truth:
    if value is None or value.currency != limit.currency:
        return Truth.UNKNOWN
    amount = decimal(value.amount)
    return Truth.UNKNOWN if amount is None else Truth.of(amount <= Decimal(limit.amount))


def worth_more(line: GoodsLine, threshold: Money) -> Truth:
    """Whether the goods of a line are worth more than an item's own threshold, which the law sets per piece."""
    if line.value is None or line.value.currency != threshold.currency:
        return Truth.UNKNOWN
    amount, limit = decimal(line.value.amount), Decimal(threshold.amount)
    if amount is None:
        return Truth.UNKNOWN
    if amount <= limit:
        return Truth.FALSE
    quantity = decimal(line.quantity) if line.quantity else None
    # The line is worth more, the piece is not: the quantity may count pairs, cartons or kilograms.
    return Truth.UNKNOWN if quantity and amount / quantity <= limit else Truth.TRUE


def decimal(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def goods(terms: Terms, hit: GoodsHit) -> bool:
    """Whether the item that was met is one the terms speak of."""
    term = terms.goods
    if term is None:
        return True
    item = hit.item
    named = item.table_id in term.tables or f"{item.table_id}/{item.item_id}" in term.items
    if not named or not term.reasons_for_control:
        return named
    return not set(term.reasons_for_control).isdisjoint(getattr(item, "reasons_for_control", ()))


def party(terms: Terms, hit: PartyHit) -> bool:
    """Whether the entry that was met, in that role, is one the terms speak of."""
    term = terms.parties
    if term is None:
        return True
    if term.lists and hit.entity.list_id not in term.lists:
        return False
    if term.programmes and set(term.programmes).isdisjoint(hit.entity.programmes):
        return False
    # A text names nobody's role, so it can be anyone's.
    return not term.roles or hit.kind != "party" or hit.role in term.roles
