"""From findings to answers: which subjects raise an alert, with which measures; and the verdict by jurisdiction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from sekisho.model import AppliedMeasure, JurisdictionVerdict, Match, worst
from sekisho.places import RegionHit
from sekisho.policy import (
    Binding,
    Facts,
    GoodsHit,
    PartyHit,
    Plan,
    Standing,
    Triggered,
    best_period,
    evaluate,
    is_over,
    of_list,
    standing_of_entry,
    zone_of,
)
from sekisho.screening.look_up import Findings, Found, shown

RANK = {"clear": 0, "review": 1, "licence_required": 2, "prohibited": 3}


class Raised(msgspec.Struct, frozen=True):
    """One subject that raises an alert. ``matches`` are those that exist at that moment, best first."""

    found: Found
    matches: list[Match]
    triggered: list[Triggered]
    verdict: str
    #: jurisdictions on whose lists it stands
    listed_in: frozenset[str]


def roll_up(findings: Findings, plan: Plan, binding: Binding) -> tuple[list[Raised], list[str]]:
    """Per subject the measures it triggers and the verdict over them; and notes on what did not bind.

    ``plan`` holds the measures that bind.
    """
    facts = findings.facts
    by_subject: dict[int, list[Triggered]] = {}
    for measure in plan.measures(facts):
        for one in evaluate(measure, facts):
            for number in one.subjects:
                by_subject.setdefault(number, []).append(one)
    raised: list[Raised] = []
    notes: list[str] = []
    for number, found in enumerate(findings.found):
        if found.goods:
            notes += _not_known_then(found, facts)
        if not found.matches and number not in by_subject:
            continue
        triggered = by_subject.get(number, [])
        matches = [
            shown(match, goods.line, findings.version_of(goods.item.table_id))
            for match, goods in found.goods
            if _exists(goods, facts)
        ]
        listed = False
        lists: set[str] = set()
        left_out: list[Match] = []
        for match, hit in found.matches:
            if not _exists(hit, facts):
                continue
            matches.append(match)
            if _counts(hit, match, plan, binding):
                listed = True
                if isinstance(hit, PartyHit) and (jurisdiction := of_list(match.list_id)):
                    lists.add(jurisdiction)
            else:
                left_out.append(match)
        if not triggered and not listed:
            notes += _unbound(found, left_out)
            continue
        verdict = worst("review", *(one.effect for one in triggered))
        matches.sort(key=lambda match: (-match.score, match.list_id, match.entry_id))
        raised.append(Raised(found, matches, strongest(triggered), verdict, frozenset(lists)))
    return raised, notes


def _counts(hit: PartyHit | RegionHit, match: Match, plan: Plan, binding: Binding) -> bool:
    """Whether standing on this list, or lying in this region, is worth a review without any measure."""
    if not binding.codes:
        return True
    if isinstance(hit, RegionHit):
        return hit.region in plan.regions
    return binding.binds_list(match.list_id)


def _unbound(found: Found, matches: Sequence[Match]) -> list[str]:
    """A hit that is not reported must not look like none. Names stay out: a note is no alert."""
    role = found.screened.subject.role.replace("_", " ")
    return [f"{role} meets {match.list_id} {match.entry_id}, whose law the settings leave out" for match in matches[:3]]


def _not_known_then(found: Found, facts: Facts) -> Iterator[str]:
    """A declared item whose wording is of a later day: that nothing was asked of it is no answer. Once a line and table."""
    said: set[str] = set()
    for match, goods in found.goods:
        table = goods.item.table_id
        if match.via != "code" or not match.certain or table in said:
            continue
        day = facts.day(zone_of(table))
        if best_period(goods.periods, day)[0] is Standing.UNHEARD:
            said.add(table)
            first = min(period.announced or period.from_ for period in goods.periods)
            yield (
                f"goods line {goods.line.line}: {table} {goods.item.item_id} is declared, and its wording at hand is of "
                f"{first}: by the law of {day.known} it is not judged"
            )


def by_jurisdiction(raised: Iterable[Raised]) -> tuple[JurisdictionVerdict, ...]:
    """What each jurisdiction asks over all alerts, those that ask most first."""
    asked: dict[str, list[Triggered]] = {}
    for one in raised:
        for jurisdiction in one.listed_in:
            asked.setdefault(jurisdiction, [])
        for triggered in one.triggered:
            asked.setdefault(triggered.measure.jurisdiction, []).append(triggered)
    rolled = [
        JurisdictionVerdict(
            jurisdiction=jurisdiction,
            verdict=worst("review", *(one.effect for one in triggered)),
            measures=applied(strongest(triggered)),
        )
        for jurisdiction, triggered in asked.items()
    ]
    return tuple(sorted(rolled, key=lambda one: (-RANK[one.verdict], one.jurisdiction)))


def strongest(triggered: Iterable[Triggered]) -> list[Triggered]:
    """One entry a measure, the one that asks most; those that ask most first."""
    best: dict[str, Triggered] = {}
    for one in triggered:
        held = best.get(one.measure.id)
        if held is None or (RANK[one.effect], one.in_force) > (RANK[held.effect], held.in_force):
            best[one.measure.id] = one
    return sorted(best.values(), key=lambda one: (-RANK[one.effect], one.measure.id))


def applied(triggered: Iterable[Triggered]) -> tuple[AppliedMeasure, ...]:
    """The measures as an alert and a verdict carry them."""
    return tuple(
        AppliedMeasure(
            measure_id=one.measure.id,
            title=one.measure.title,
            jurisdiction=one.measure.jurisdiction,
            legal_basis=one.measure.legal_basis,
            effect=one.effect,
            in_force_from=one.in_force_from,
            in_force=one.in_force,
            authority=one.measure.authority,
            clearing_document=one.measure.clearing_document,
        )
        for one in triggered
    )


def _exists(hit: PartyHit | GoodsHit | RegionHit, facts: Facts) -> bool:
    """Whether what was met was known by then, and can still touch the event."""
    if isinstance(hit, RegionHit):
        day = facts.day("UTC")
        return hit.since is None or hit.since <= day.known
    if isinstance(hit, PartyHit):
        standing = standing_of_entry(hit.entity, facts.day(zone_of(hit.entity.list_id)))
    else:
        standing, _ = best_period(hit.periods, facts.day(zone_of(hit.item.table_id)))
    return standing is Standing.IN_FORCE or (standing is Standing.LATER and not is_over(facts.event))
