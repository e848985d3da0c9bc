"""One measure against the facts of one event: what it triggers, on which subjects, with which effect.

An effect needs all of this: every condition true, no exception true or open, the measure, the listing
and the wording of the item in force when the act happens, and a match without doubt. Anything less
that is not ruled out is ``review``, and says why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from sekisho.model import GoodsLine, Measure, Terms
from sekisho.policy import conditions
from sekisho.policy.calendar import (
    Days,
    Standing,
    best_period,
    is_over,
    standing_of_entry,
    standing_of_measure,
)
from sekisho.policy.conditions import Answer
from sekisho.policy.facts import Facts, GoodsHit, PartyHit
from sekisho.policy.logic import Truth, all_of


class Triggered(msgspec.Struct, frozen=True):
    """A measure speaks to these subjects."""

    measure: Measure
    subjects: tuple[int, ...]
    #: what it asks here and now: the measure's own effect, or ``review`` where something is open
    effect: str
    in_force: bool
    #: the day on which measure, listing and wording all hold
    in_force_from: date
    #: what the event would have to say
    missing: tuple[str, ...] = ()
    #: why the match is not certain
    doubts: tuple[str, ...] = ()
    #: exemptions that the event does not claim, for it says nothing of what they turn on
    unclaimed: tuple[str, ...] = ()
    party: PartyHit | None = None
    goods: GoodsHit | None = None


class Branch(msgspec.Struct, frozen=True):
    """One candidate of a measure (a line, a party, both, or the event) with the answers about it."""

    about: str
    answers: tuple[Answer, ...]
    triggered: Triggered | None


class Checked(msgspec.Struct):
    """How a measure was evaluated, for people: its standing, the event's answers, and a branch for each candidate."""

    measure: Measure
    standing: Standing
    days: Days
    answers: list[Answer] = []
    branches: list[Branch] = []

    @property
    def triggered(self) -> list[Triggered]:
        return [branch.triggered for branch in self.branches if branch.triggered is not None]


class Candidate(msgspec.Struct, frozen=True):
    """What a measure could be about in this event: a line, a party, both, or the event alone."""

    goods: GoodsHit | None = None
    line: GoodsLine | None = None
    line_subject: int | None = None
    party: PartyHit | None = None
    #: a line that does not say what it is
    unclear: bool = False


_DELIVERED = Answer("still to come", Truth.FALSE, "the goods are delivered: what begins later does not touch them")


def evaluate(measure: Measure, facts: Facts, checked: Checked | None = None) -> list[Triggered]:
    """What ``measure`` triggers; an empty list if it says nothing. ``checked`` collects the steps."""
    day = facts.day(measure.time_zone)
    standing = standing_of_measure(measure, day)
    if checked is not None:
        checked.standing, checked.days = standing, day
    if facts.kind not in measure.applies_to:
        if checked is not None:
            on = " and ".join(f"{kind}s" for kind in measure.applies_to)
            checked.answers.append(Answer("applies_to", Truth.FALSE, f"a {facts.kind}; the measure is on {on}"))
        return []
    if standing <= Standing.ENDED:
        return []
    if standing is Standing.LATER and is_over(facts.event):
        if checked is not None:
            checked.answers.append(_DELIVERED)
        return []
    answers = conditions.of_event(measure.when, facts)
    if checked is not None:
        checked.answers.extend(answers)
    if any(answer.truth is Truth.FALSE for answer in answers):
        return []
    triggered = []
    for candidate in _candidates(measure.when, facts):
        own: list[Answer] = []
        found = _try(measure, standing, day, facts, candidate, answers, own)
        if found is not None:
            triggered.append(found)
        if checked is not None:
            checked.branches.append(Branch(_about(candidate), tuple(own), found))
    if checked is not None and not checked.branches:
        checked.answers.extend(_nothing_met(measure.when, facts))
    return triggered


def _nothing_met(terms: Terms, facts: Facts) -> Iterator[Answer]:
    """Why a measure whose event holds has no candidate: no line, or nobody, that it could be about."""
    if terms.goods is not None and not any(conditions.goods(terms, hit) for hit in facts.goods) and facts.lines:
        yield Answer("goods", Truth.FALSE, "no line meets its items")
    if terms.parties is None or any(conditions.party(terms, hit) for hit in facts.parties):
        return
    wanted = terms.parties
    listed = sorted({hit.role for hit in facts.parties if hit.entity.list_id in wanted.lists})
    said = f"listed only as {', '.join(listed)}" if listed else f"nobody is met on {', '.join(wanted.lists)}"
    roles = f"; roles {', '.join(wanted.roles)}" if listed and wanted.roles else ""
    programmes = f"; programmes {', '.join(wanted.programmes)}" if listed and wanted.programmes else ""
    yield Answer("parties", Truth.FALSE, f"{said}{roles}{programmes}")


def _candidates(terms: Terms, facts: Facts) -> Iterator[Candidate]:
    lines: list[Candidate] = [Candidate()]
    if terms.goods is not None:
        lines = [
            Candidate(goods=hit, line=hit.line, line_subject=hit.subject)
            for hit in facts.goods
            if conditions.goods(terms, hit)
        ]
        # Also beside a hit: an HS code may have met an item that does not hold on this day, and still say too little.
        lines += [Candidate(line=line, line_subject=subject, unclear=True) for subject, line in facts.unclear]
        if not facts.lines:
            lines.append(Candidate(unclear=True))
    if terms.parties is None:
        yield from lines
        return
    hits = [hit for hit in facts.parties if conditions.party(terms, hit)]
    for candidate in lines:
        for hit in hits:
            yield msgspec.structs.replace(candidate, party=hit)


def _try(
    measure: Measure,
    standing: Standing,
    day: Days,
    facts: Facts,
    candidate: Candidate,
    event_answers: tuple[Answer, ...],
    answers: list[Answer],
) -> Triggered | None:
    """What the measure triggers for one candidate; ``answers`` is filled with the answers about it."""
    answers.extend(conditions.of_line(measure.when, candidate.line, _lines(candidate, facts), facts.answers))
    begins, doubts = measure.in_force_from, []
    if candidate.goods is not None:
        held, wording = best_period(candidate.goods.periods, day)
        answers.append(_holding("goods", held, _item(candidate.goods)))
        standing = min(standing, held)
        if wording is not None:
            begins = max(begins, wording.from_)
            if wording.value_below is not None and candidate.line is not None:
                worth = conditions.worth_more(candidate.line, wording.value_below)
                limit = f"{wording.value_below.amount} {wording.value_below.currency}"
                said = f"{_worth(candidate.line)}, above {limit} a piece?"
                answers.append(Answer("value", worth, said, f"whether a piece is worth more than {limit}"))
        if candidate.goods.doubt and not _caught_whichever(measure.when, candidate.goods, facts, day):
            doubts.append(candidate.goods.doubt)
    elif candidate.unclear:
        answers.append(Answer("goods", Truth.UNKNOWN, "not described", "what the goods are"))
    if candidate.party is not None:
        entry = candidate.party.entity
        held = standing_of_entry(entry, day)
        answers.append(_holding("parties", held, f"{entry.list_id}/{entry.entry_id}"))
        standing = min(standing, held)
        begins = max(begins, entry.in_force_from or entry.listed_on or begins)
        if candidate.party.doubt:
            doubts.append(candidate.party.doubt)
        if measure.effect == "from_entry":
            answers.append(conditions.licence_requirement(entry))
    if any(answer.truth is Truth.FALSE for answer in answers) or standing <= Standing.ENDED:
        return None
    answers.extend(_exceptions(measure.except_, facts, candidate))
    if any(answer.truth is Truth.FALSE for answer in answers):
        return None
    if standing is Standing.LATER and is_over(facts.event):
        answers.append(_DELIVERED)
        return None
    every = (*event_answers, *answers)
    truth = all_of(answer.truth for answer in every)
    vague = candidate.unclear and candidate.line is not None
    if vague and any(a.truth is Truth.UNKNOWN and a.condition != "goods" for a in every):
        # A line that is described badly raises a verdict only where all else holds, and is noted in any case. A shipment
        # that names no goods at all has no such note: what it does not say stays unknown, as everywhere.
        answers.append(Answer("all else", Truth.FALSE, "not only the goods are open: a note, and no alert"))
        return None
    in_force = standing is Standing.IN_FORCE
    full = truth is Truth.TRUE and in_force and not doubts
    effect = "licence_required" if measure.effect == "from_entry" else measure.effect
    missing = dict.fromkeys(a.missing for a in every if a.truth is Truth.UNKNOWN and a.missing)
    return Triggered(
        measure=measure,
        subjects=_subjects(measure.when, facts, candidate),
        effect=effect if full else "review",
        in_force=in_force,
        in_force_from=begins,
        missing=tuple(missing),
        doubts=tuple(doubts),
        unclaimed=tuple(answer.unclaimed for answer in answers if answer.unclaimed),
        party=candidate.party,
        goods=candidate.goods,
    )


def _caught_whichever(terms: Terms, hit: GoodsHit, facts: Facts, day: Days) -> bool:
    """Whether the measure speaks of every item that the declared code may mean, each in force and of any value.

    Worked out once a line and measure: a code may leave a hundred paragraphs open, and an event have thousands of lines.
    """
    if not hit.one_of:
        return False
    asked = ("one of", id(terms), id(hit.line), day)
    held = facts.answers.get(asked)
    if held is None:
        held = facts.answers[asked] = all(_is_caught(terms, one, day) for one in facts.may_be(hit.line))
    return bool(held)


def _is_caught(terms: Terms, hit: GoodsHit, day: Days) -> bool:
    held, wording = best_period(hit.periods, day)
    if held <= Standing.ENDED:
        return True  # there is no such paragraph on that day: the code cannot mean it
    if held is not Standing.IN_FORCE or wording is None or wording.value_below is not None:
        return False
    return conditions.goods(terms, hit)


def _exceptions(exceptions: Iterable[Terms], facts: Facts, candidate: Candidate) -> Iterator[Answer]:
    """An exception that holds ends the measure; one that is open leaves it open."""
    for number, terms in enumerate(exceptions, 1):
        answers = [
            *conditions.of_event(terms, facts, exempting=True),
            *conditions.of_line(terms, candidate.line, _lines(candidate, facts), facts.answers),
        ]
        truths = [answer.truth for answer in answers]
        if terms.goods is not None:
            truths.append(_goods_exempt(terms, facts, candidate))
        if terms.parties is not None:
            truths.append(Truth.of(candidate.party is not None and conditions.party(terms, candidate.party)))
        holds, unclaimed = all_of(truths), None
        why = "; ".join(f"{a.condition} {a.value}" for a in answers if a.truth is holds)
        if holds is Truth.UNKNOWN and terms.value_below is not None and _without_value(candidate, facts):
            # An exemption by value must be shown: a line that names no value does not claim it.
            holds, why = Truth.FALSE, "no value is declared, so it is not claimed"
            limit = f"{terms.value_below.amount} {terms.value_below.currency}"
            unclaimed = f"no value is declared: worth at most {limit} it would be exempt"
        missing = next((a.missing for a in answers if a.truth is Truth.UNKNOWN and a.missing), None)
        why = why or _why_of_hits(terms, truths, holds)
        yield Answer(
            f"no exception {number}",
            Truth(2 - holds),
            f"{_HOLDS[holds]}: {why}",
            missing or "whether an exception holds",
            unclaimed,
        )


_HOLDS = {Truth.TRUE: "it holds", Truth.FALSE: "it does not hold", Truth.UNKNOWN: "it may hold"}


def _why_of_hits(terms: Terms, truths: list[Truth], holds: Truth) -> str:
    """Of an exception that goods or a party decide: which, for people."""
    about = ["goods"] if terms.goods is not None else []
    about += ["the party"] if terms.parties is not None else []
    # They stand last among the truths, in this order.
    deciding = [what for what, truth in zip(about, truths[len(truths) - len(about) :], strict=True) if truth is holds]
    return f"{' and '.join(deciding) or 'these'} {'are' if holds else 'are not'} what it speaks of"


def _worth(line: GoodsLine) -> str:
    if line.value is None:
        return "no value declared"
    for_how_many = f" for {line.quantity}" if line.quantity else ""
    return f"{line.value.amount} {line.value.currency}{for_how_many}"


def _lines(candidate: Candidate, facts: Facts) -> tuple[GoodsLine, ...]:
    """The lines that a question about goods concerns: those of the same item together, else the one, else all."""
    if candidate.goods is not None:
        return facts.lines_of(candidate.goods)
    return (candidate.line,) if candidate.line is not None else facts.lines


def _without_value(candidate: Candidate, facts: Facts) -> bool:
    lines = _lines(candidate, facts)
    if len(lines) < 2:
        return any(line.value is None for line in lines)
    held = facts.answers.get((None, id(lines)))
    if held is None:
        held = facts.answers[None, id(lines)] = any(line.value is None for line in lines)
    return bool(held)


def _goods_exempt(terms: Terms, facts: Facts, candidate: Candidate) -> Truth:
    """On a measure about goods: this line. On one about parties: every line, for one that is not exempt is caught."""
    subjects = {candidate.line_subject} if candidate.line is not None else None
    if subjects is None:
        subjects = {hit.subject for hit in facts.goods}
        if len(subjects) < len(facts.lines) or not subjects:
            return Truth.FALSE
    certain = {hit.subject for hit in facts.goods if conditions.goods(terms, hit) and not hit.doubt}
    return Truth.of(subjects <= certain)


def _subjects(terms: Terms, facts: Facts, candidate: Candidate) -> tuple[int, ...]:
    found = []
    if candidate.line_subject is not None:
        found.append(candidate.line_subject)
    if candidate.party is not None:
        found.append(candidate.party.subject)
    if not found and terms.destination is not None:
        found.extend(hit.subject for hit in facts.places if hit.destination and hit.region in terms.destination.regions)
    return tuple(dict.fromkeys(found)) or (facts.event_subject,)


#: Why what was met says nothing on the day of the act.
_GONE = {Standing.UNHEARD: "not announced by then", Standing.ENDED: "no longer when the act happens"}


def _holding(condition: str, held: Standing, what: str) -> Answer:
    """Whether the wording of an item, or a listing, holds or will hold; where not, why not."""
    why = f": {_GONE[held]}" if held in _GONE else ""
    return Answer(condition, Truth.of(not why), f"{what}{why}")


def _item(hit: GoodsHit) -> str:
    return f"{hit.item.table_id}/{hit.item.item_id}"


def _about(candidate: Candidate) -> str:
    parts = []
    if candidate.goods is not None:
        parts.append(f"goods line {candidate.goods.line.line} as {_item(candidate.goods)}")
    elif candidate.line is not None:
        parts.append(f"goods line {candidate.line.line}, not described")
    elif candidate.unclear:
        parts.append("goods that are not named")
    if candidate.party is not None:
        hit = candidate.party
        parts.append(f"{hit.role} as {hit.entity.list_id}/{hit.entity.entry_id}")
    return " and ".join(parts) or "the event"
