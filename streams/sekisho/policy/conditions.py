"""The conditions of a measure, each answered true, false or unknown, with what is missing and what decided.

Two rules run through all of them. What the event does not say is unknown. What it says otherwise is
false, and one false condition ends a measure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

import msgspec

from sekisho.model import Destination, Entity, GoodsLine, Money, Nexus, Payment, Terms
from sekisho.policy import money
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
    #: what would be exempt, had the event said it
    unclaimed: str | None = None


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
    if terms.nexus is not None:
        answers.append(nexus(terms.nexus, facts))
    return tuple(answers) if answers else _NO_ANSWERS


def nexus(wanted: Nexus, facts: Facts) -> Answer:
    """Currency, or the seat of a party or bank (its country, its BIC's, its account's); where one tells none, open."""
    event = facts.event
    currency = event.amount.currency.upper() if isinstance(event, Payment) else None
    if currency in wanted.currencies:
        return Answer("nexus", Truth.TRUE, currency or "")
    if facts.party_countries.intersection(wanted.countries):
        return Answer("nexus", Truth.TRUE, ", ".join(sorted(facts.party_countries.intersection(wanted.countries))))
    seats = ", ".join(sorted(facts.party_countries))
    said = "; ".join(
        part for part in (f"in {currency}" if currency else "", f"parties in {seats}" if seats else "") if part
    )
    if wanted.countries and (facts.unseated or not facts.party_countries):
        silent = "another does not say where it is" if seats else "no party says where it is"
        return Answer("nexus", Truth.UNKNOWN, f"{said}; {silent}" if said else silent, "the country of a party or bank")
    return Answer("nexus", Truth.FALSE, said or "none")


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
    if facts.possible_destinations:
        said += f"; perhaps {', '.join(sorted(facts.possible_destinations))}"
    if wanted.regions:
        said += _said_of_regions(wanted.regions, facts)
    return Answer("destination", truth, said, missing[0] if truth is Truth.UNKNOWN and missing else None)


def _said_of_regions(wanted: tuple[str, ...], facts: Facts) -> str:
    """Which of the regions the places of the event lie in, and how surely: what decided, for people."""
    met = [hit for hit in facts.places if hit.region in wanted]
    if not met:
        return ""
    ways = {
        f"{'' if hit.certain else 'perhaps '}in {hit.region}{'' if hit.destination else ' on the way or by address'}"
        for hit in met
    }
    return f"; {', '.join(sorted(ways))}"


def _in_country(wanted: tuple[str, ...], facts: Facts, every: bool) -> Truth:
    if not facts.destination_countries:
        # A party's country alone is no destination: it can neither make this true nor rule it out.
        return Truth.UNKNOWN
    if every:
        exempt = facts.destination_countries.issubset(wanted)
        return Truth.UNKNOWN if exempt and not facts.possible_destinations.issubset(wanted) else Truth.of(exempt)
    if not facts.destination_countries.isdisjoint(wanted):
        return Truth.TRUE
    return Truth.FALSE if facts.possible_destinations.isdisjoint(wanted) else Truth.UNKNOWN


def countries_of(regions: Iterable[str]) -> frozenset[str]:
    """The countries in which the regions lie."""
    return frozenset(AREA_COUNTRY.get(region) or region.split("-", 1)[0] for region in regions)


def _in_region(wanted: tuple[str, ...], facts: Facts) -> Truth:
    met = [hit for hit in facts.places if hit.region in wanted]
    if any(hit.destination for hit in met):
        return any_of(Truth.TRUE if hit.certain else Truth.UNKNOWN for hit in met if hit.destination)
    if not facts.destination_countries:
        return Truth.UNKNOWN
    open_countries = facts.destination_countries & countries_of(wanted) - facts.localities
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
    met = next((word for word in words if _speaks_of(said, word.casefold())), None)
    return Answer("end_use", Truth.of(met is not None), met or ("not declared" if not said else "none of the words"))


#: Characters on each side of a word in which a denial of it stands; it also bounds what a hostile text costs.
_REACH = 300
#: From here on scripts put no spaces between words.
_UNSPACED = "\u2e80"
#: Straight before a word, and of that word alone: ``non-military use``. ``non-civil use, for the army`` denies no army.
_PREFIX = "non-"
#: Between two statements of an end use.
_STATEMENT = re.compile(r"[.;。；\n\r]+\s*")
#: What denies all that follows it in a statement, up to a contrast: ``shall not be used for nuclear weapons or missiles``.
#: A number (Contract No 7), a doubt (not known, 不明) and the civil use that is denied deny nothing else.
_DENIES = re.compile(
    r"\b(?:not|no|non|never|neither|nor|without|excluding)\b(?!-|\s*\d|\s+(?:only|just|merely|solely|exclusively|necessarily|doubt|longer|"
    r"sure|certain|clear|known?|decided|stated|(?:for\s+(?:any\s+)?)?civil\w*|for\s+re-?sale)\b)|n't\b(?!\s+know\b)|"
    r"\bне\b(?!\s+только)|\bбез\b|\bnicht\b(?!\s+nur)|\bkeine?[mnrs]?\b|\bsans\b|\bni\b|非(?!民)|不(?!仅|但|明|詳|详|确|確)|禁止"
)
_CONTRAST = re.compile(r"\b(?:but|however|whether|if|instead|rather|а|но|sondern|mais|sino)\b|しかし|而是")
#: What denies it behind it: ``military use excluded``, ``軍事用途には使用しません``.
_DENIED = re.compile(
    r"\b(?:excluded|prohibited|forbidden|not (?:allowed|permitted|intended|foreseen))\b|\bисключ|"
    r"(?<!しれ)(?<!知れ)(?<!わから)(?<!分から)(?<!限ら)ない|(?<!しれ)(?<!知れ)(?<!わかり)(?<!分かり)(?<!限り)ません|禁止|除く|除外|以外"
)
#: A new statement within a Japanese sentence: ``軍事用途であり、民生用ではない``.
_TURN = re.compile(r"(?:あり|です|だ|が)、")


def _speaks_of(said: str, word: str) -> bool:
    """Whether one of the statements says the word and does not deny it. A declared denial is the usual form of an end use."""
    if word not in said:
        return False
    for statement in _STATEMENT.split(said):
        at = statement.find(word)
        while at >= 0:
            before = statement[max(0, at - _REACH) : at]
            inside_a_word = word[0] < _UNSPACED and before[-1:].isalpha()
            if not inside_a_word and not _is_denied(before, statement[at + len(word) : at + len(word) + _REACH]):
                return True
            at = statement.find(word, at + 1)
    return False


def _is_denied(before: str, behind: str) -> bool:
    if before.endswith(_PREFIX):
        return True
    denials = list(_DENIES.finditer(before))
    if denials and _CONTRAST.search(before, denials[-1].end()) is None:
        return True
    turn = _TURN.search(behind)
    return _DENIED.search(behind if turn is None else behind[: turn.start()]) is not None


def of_line(
    terms: Terms, line: GoodsLine | None, lines: tuple[GoodsLine, ...], answers_held: dict[object, object]
) -> tuple[Answer, ...]:
    """Those that concern goods: origin is asked of the line that was met, value of ``lines`` together.

    ``answers_held`` keeps the latter: a hundred lines of one item are added up once.
    """
    answers = []
    if terms.origin_country:
        answers.append(origin_country(terms.origin_country, (line,) if line else lines))
    if terms.value_below is not None:
        # A tuple of one line may be a passing one, whose id is another's the next moment.
        held = answers_held.get((terms.value_below, id(lines))) if len(lines) > 1 else None
        if not isinstance(held, Answer):
            held = value_below(terms.value_below, lines)
            if len(lines) > 1:
                answers_held[terms.value_below, id(lines)] = held
        answers.append(held)
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
    """True if the lines together are worth no more than ``limit`` (a total: the law adds up what is one deal)."""
    totals = _totals(lines)
    truth = _total_at_most(limit, totals)
    missing = f"the value in {limit.currency}" if truth is Truth.UNKNOWN else None
    worth = (
        " and ".join(f"{value} {currency}" for currency, value in totals.items())
        if totals
        else "a line declares no value"
    )
    return Answer("value_below", truth, f"{worth}, limit {limit.amount} {limit.currency}", missing)


def _totals(lines: tuple[GoodsLine, ...]) -> dict[str, Decimal] | None:
    """What the lines are worth together, by currency; None where one of them does not say it.

    Goods are worth something: a value of nothing is a form that was filled in (no commercial value), and exempts from nothing.
    """
    totals: dict[str, Decimal] = {}
    for line in lines:
        value = money.amount(line.value.amount) if line.value else None
        if line.value is None or value is None or value <= 0:
            return None
        currency = line.value.currency.upper()
        totals[currency] = totals.get(currency, Decimal(0)) + value
    return totals


def _total_at_most(limit: Money, totals: dict[str, Decimal] | None) -> Truth:
    if totals is None:
        return Truth.UNKNOWN
    over = [money.exceeds(value, currency, limit) for currency, value in totals.items()]
    if any(truth is Truth.TRUE for truth in over):
        return Truth.FALSE
    # Several currencies that are each below the limit may be above it together.
    return Truth.TRUE if len(over) == 1 and over[0] is Truth.FALSE else Truth.UNKNOWN


#: Units in which a quantity counts pieces: UN/ECE Recommendation 20, and what customs forms write for it.
_PIECES = frozenset({"C62", "H87", "EA", "NMB", "PCE", "PCS", "PC", "UNIT", "UNITS", "PIECE", "PIECES", "NO"})


def worth_more(line: GoodsLine, threshold: Money) -> Truth:
    """Whether the goods of a line are worth more than an item's own threshold, which the law sets per piece."""
    amount = money.amount(line.value.amount) if line.value else None
    if line.value is None or amount is None or amount <= 0:
        return Truth.UNKNOWN
    whole = money.exceeds(amount, line.value.currency, threshold)
    quantity = money.amount(line.quantity) if line.quantity else None
    if whole is not Truth.TRUE or not quantity or quantity <= 1:
        return whole
    piece = money.exceeds(amount / quantity, line.value.currency, threshold)
    if (line.unit or "").strip().upper() in _PIECES:
        return piece
    # The line is worth more; where the piece is not, the quantity may still count pairs, cartons or kilograms.
    return Truth.TRUE if piece is Truth.TRUE else Truth.UNKNOWN


def goods(terms: Terms, hit: GoodsHit) -> bool:
    """Whether the item that was met is one the terms speak of."""
    term = terms.goods
    if term is None:
        return True
    item = hit.item
    named = item.table_id in term.tables or names_item(term.items, f"{item.table_id}/{item.item_id}")
    if not named or not term.reasons_for_control:
        return named
    return not set(term.reasons_for_control).isdisjoint(getattr(item, "reasons_for_control", ()))


def names_item(items: tuple[str, ...], item: str) -> bool:
    """Whether ``items`` names ``item``, itself or by a beginning that ends in ``*``."""
    return item in items or any(one[-1:] == "*" and item.startswith(one[:-1]) for one in items)


#: ``For all items subject to the EAR. (See §744.11 of the EAR)``, and what limits such a requirement. That a licence exception
#: may overcome it is no limit: exceptions are for whoever ships to claim.
_ALL_ITEMS = re.compile(r"(?:for )?all items\b", re.IGNORECASE)
_LIMITS = re.compile(r"\b(?:except|apart from|other than|when|unless|excluding|only)\b", re.IGNORECASE)


def licence_requirement(entry: Entity) -> Answer:
    """What the entry itself asks a licence for. One that asks it of some goods or projects leaves open whether of these.

    An entry whose list does not tell it asks it of everything.
    """
    said = (entry.licence_requirement or "").strip()
    of_all = not said or (_ALL_ITEMS.match(said) is not None and _LIMITS.search(said) is None)
    return Answer(
        "licence_requirement",
        Truth.TRUE if of_all else Truth.UNKNOWN,
        said or "not told: taken as for all items",
        None if of_all else "whether these goods and their use are those that the entry asks a licence for",
    )


def party(terms: Terms, hit: PartyHit) -> bool:
    """Whether the entry that was met, in that role, is one the terms speak of."""
    term = terms.parties
    if term is None:
        return True
    if term.lists and hit.entity.list_id not in term.lists:
        return False
    if term.programmes and set(term.programmes).isdisjoint(hit.entity.programmes):
        return False
    # A text names nobody's role, so it can be anyone's; a vessel has its own.
    return not term.roles or hit.kind == "text" or folded_role(hit.role) in term.roles


_BETWEEN = re.compile(r"[\s_-]+")
#: Of a role that is a whole text; it is none of ours.
_LONGEST_ROLE = 64


@lru_cache(1024)
def _folded(role: str) -> str:
    return _BETWEEN.sub("_", role.strip().lower())


def folded_role(role: str) -> str:
    """As the contract writes it: ``Ultimate Consignee`` and ``end-user`` are roles that platforms write."""
    return _folded(role) if len(role) <= _LONGEST_ROLE else role
