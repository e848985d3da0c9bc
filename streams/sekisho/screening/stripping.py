"""Stripping: an event that was stopped is sent again with what stopped it removed or altered.

*Payment stripping*, or wire stripping, is what compliance people call it where material information is removed from a
payment, or altered in it, so that a party, bank or country under sanctions is not seen; often the message went back to the
customer, who sent it again with other details. The same is done with the papers of a shipment. The word is the trade's and
no legal term here: a resubmission proves nothing by itself, for a wrong consignee may have been corrected.
So it is ``review``, with the two versions compared, and a person decides.

Pure: what is known of the past comes in as fingerprints. An event is a resubmission of a stopped one where

- it has the same business reference; or, under another, is *near-equal* (``is_near_equal``);
- a party, vessel, goods line or place of the stopped version is gone or altered, or a text that an alert named
  (what is only added strips nothing, nor does a missing answer that is now given);
- and something that stopped that version does not stop this one: the same entry is not met, or with a lower verdict. What
  is stopped for the same reasons as before is held anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Literal

import msgspec

from sekisho.model import ORDER, Fingerprint, Part, Shipment, Stop
from sekisho.model.event import Event
from sekisho.screening.sketch import AMOUNT, REFERENCE, Sketched

#: What an event has to keep of the rest of a stopped one, under another reference, to be near-equal: two parts in three.
SIMILAR = 2 / 3
#: And how unlikely what they share must be: so many decimal digits of amounts, quantities, references and traits. The same
#: shipper's standard lots share two or three, a payroll's round salaries two (``tests.benchmarks.stripping``).
DIGITS = 5

#: Parts whose removal strips something.
_SUBJECTS = frozenset({"party", "vessel", "goods", "place"})
#: What tells one transaction from the next: where both events have some and share none, they are two.
_TELLING = (AMOUNT, "equipment", "deal_reference", "remittance_information")
#: A payment that is sent again has others.
_NAMES_OF_PAYMENTS = frozenset({"message_id", "end_to_end_id"})
#: An event that says this is over: nothing is sent on with it.
_OVER = frozenset({"delivered", "cancelled"})


#: Kind of a part, name and hash of one of its fields.
Said = tuple[str, str, int]
#: See ``standing``.
Standing = Mapping[int | str, int]


class Difference(msgspec.Struct, frozen=True):
    """One part in two versions. ``before`` is None for what was added, ``now`` for what was removed."""

    how: Literal["removed", "altered", "completed", "added"]
    before: Part | None
    now: Sketched | None
    #: fields that are gone or altered; of what was completed or added, those that are new
    fields: tuple[str, ...]

    @property
    def part(self) -> Part:
        if self.before is not None:
            return self.before
        assert self.now is not None
        return self.now.part

    @property
    def strips(self) -> bool:
        """Whether something that is screened was there and is not any more."""
        return self.how in ("removed", "altered") and (self.part.kind in _SUBJECTS or self.part.stopped)

    @property
    def may_weaken(self) -> bool:
        """Whether a lower verdict on the same entry may come from it. A ship that has sailed has a lower one, too."""
        return self.part.stopped or self.part.kind in ("goods", "place")


class Comparison(msgspec.Struct, frozen=True):
    """Two versions part by part: what is the same, and every difference."""

    same: list[tuple[Part, Sketched]]
    differences: list[Difference]


class Resubmission(msgspec.Struct, frozen=True):
    """A stopped event that came again, altered."""

    fingerprint: Fingerprint
    same_reference: bool
    #: those that strip first, then those that an alert had named
    differences: tuple[Difference, ...]
    #: what stopped it before and does not now
    gone: tuple[Stop, ...]
    #: share of its other parts that are the same (0 to 1)
    similarity: float


def resubmission(
    event: Event,
    reference: str,
    parts: Sequence[Sketched],
    now: Standing,
    before: Fingerprint,
    said: Set[Said] | None = None,
) -> Resubmission | None:
    """Whether ``event`` is ``before`` once more, stripped. ``parts`` are its own, ``now`` what stops it, under the same key.

    ``said`` is ``said_by(parts)``, where several versions are asked for. Linear in the number of parts.
    """
    if isinstance(event, Shipment) and event.status in _OVER:
        return None
    gone = tuple(stop for stop in before.stops if stop.met and not stands(stop, now, "clear"))
    weaker = tuple(stop for stop in before.stops if stop.met and stop not in gone and not stands(stop, now))
    if not gone and not weaker:
        return None
    same_reference = before.business_reference == reference
    if not same_reference and not _may_be_near_equal(before, said_by(parts) if said is None else said):
        return None
    found = compare(before.parts, parts)
    strips = [one for one in found.differences if one.strips and (gone or one.may_weaken)]
    if not strips:
        return None
    if not same_reference and not is_near_equal(found, before, parts):
        return None
    # Of parts that were not kept nobody can say that they are new.
    others = [one for one in found.differences if one not in strips and (before.whole or one.how != "added")]
    return Resubmission(
        before,
        same_reference,
        (*sorted(strips, key=_order), *sorted(others, key=_order)),
        (*gone, *weaker),
        round(similar(found, before, parts), 4),
    )


def is_restored(parts: Sequence[Sketched], now: Standing, before: Fingerprint) -> bool:
    """Whether an event has everything again that a stopped version of it had, or is stopped as that was."""
    if all(stands(stop, now) for stop in before.stops if stop.met):
        return True
    return not any(one.strips for one in compare(before.parts, parts).differences)


def _order(one: Difference) -> tuple[bool, str, str, str]:
    return not one.part.stopped, one.part.kind, one.part.role, one.how


def standing(stops: Iterable[Stop]) -> Standing:
    """What an event is stopped for: each subject, and each entry or measure, with the rank of the highest verdict on it."""
    found: dict[int | str, int] = {}
    for stop in stops:
        rank = ORDER.get(stop.verdict, 0)
        for what in _of(stop):
            found[what] = max(rank, found.get(what, 0))
    return found


def stands(stop: Stop, now: Standing, least: str | None = None) -> bool:
    """Whether the same subject, entry or measure still stops, with at least the same verdict (or ``least``)."""
    rank = ORDER.get(least or stop.verdict, 0)
    return any(now.get(what, -1) >= rank for what in _of(stop))


def _of(stop: Stop) -> tuple[int | str, ...]:
    return stop.subject, *stop.met


# -- the two versions part by part ----------------------------------------------------------------------------------


def compare(before: Iterable[Part], now: Iterable[Sketched]) -> Comparison:
    """The two versions part by part. The order of either side means nothing."""
    old, new, same = _equal_aside(before, now)
    differences: list[Difference] = []
    for pair in (_by_shared_field, _by_role):
        for was, there in pair(old, new):
            gone = tuple(name for name, value in was.fields.items() if there.part.fields.get(name) != value)
            if (was.kind, was.role) != (there.part.kind, there.part.role):
                gone = ("role", *gone)
            if gone:
                differences.append(Difference("altered", was, there, gone))
            else:
                more = tuple(name for name in there.part.fields if name not in was.fields)
                differences.append(Difference("completed", was, there, more))
    differences += [Difference("removed", was, None, tuple(was.fields)) for was in old.values()]
    differences += [Difference("added", None, there, tuple(there.part.fields)) for there in new.values()]
    return Comparison(same, differences)


def _equal_aside(
    before: Iterable[Part], now: Iterable[Sketched]
) -> tuple[dict[int, Part], dict[int, Sketched], list[tuple[Part, Sketched]]]:
    """What is left of both sides, numbered in an order of its own, without what is the same in both."""
    waiting: dict[tuple[object, ...], list[Sketched]] = {}
    for there in sorted(now, key=lambda one: _content(one.part)):
        waiting.setdefault(_content(there.part), []).append(there)
    same: list[tuple[Part, Sketched]] = []
    old: list[Part] = []
    for was in sorted(before, key=_content):
        twins = waiting.get(_content(was))
        if twins:
            same.append((was, twins.pop()))
        else:
            old.append(was)
    left = [one for twins in waiting.values() for one in twins]
    return dict(enumerate(old)), dict(enumerate(left)), same


def _content(part: Part) -> tuple[object, ...]:
    return part.kind, part.role, tuple(sorted(part.fields.items()))


#: What two parts of one kind have to share to be one part, altered; a country or a unit in common says nothing.
_IDENTIFYING = {
    "party": ("name", "account", "address", "identifier"),
    "goods": ("description", "value", "hs_code", "control_code"),
    "vessel": ("name", "imo_number"),
    "place": ("un_location_code", "name"),
    "text": ("token",),
}


def _by_shared_field(old: dict[int, Part], new: dict[int, Sketched]) -> list[tuple[Part, Sketched]]:
    """Pairs that share an identifying field, in the same role before another one; both leave ``old`` and ``new``."""
    pairs = []
    for needs_role in (True, False):
        for name in _names(old):
            holders: dict[tuple[object, ...], list[int]] = {}
            for number, there in new.items():
                if name in there.part.fields:
                    holders.setdefault(_shared(there.part, name, needs_role), []).append(number)
            for number, was in list(old.items()):
                if name not in was.fields or not (twins := holders.get(_shared(was, name, needs_role))):
                    continue
                pairs.append((old.pop(number), new.pop(twins.pop())))
    return pairs


def _names(old: Mapping[int, Part]) -> list[str]:
    """Identifying fields of what is left, those that tell most first."""
    found: dict[str, int] = {}
    for was in old.values():
        order = _IDENTIFYING.get(was.kind, ())
        for name in was.fields:
            if (head := name.partition(" ")[0]) in order:
                found[name] = min(found.get(name, len(order)), order.index(head))
    return sorted(found, key=lambda name: (found[name], name))[:32]


def _shared(part: Part, name: str, needs_role: bool) -> tuple[object, ...]:
    return (part.kind, part.role if needs_role else "", name, part.fields[name])


def _by_role(old: dict[int, Part], new: dict[int, Sketched]) -> list[tuple[Part, Sketched]]:
    """Pairs that share nothing but their role, where that says whose place was taken: a party, a place, an amount."""
    pairs = []
    vacant: dict[tuple[str, str], list[int]] = {}
    for number, there in new.items():
        vacant.setdefault((there.part.kind, there.part.role), []).append(number)
    for number, was in list(old.items()):
        takers = vacant.get((was.kind, was.role))
        if takers and was.kind in ("party", "place", "vessel", AMOUNT):
            pairs.append((old.pop(number), new.pop(takers.pop())))
    return pairs


# -- near-equal -----------------------------------------------------------------------------------------------------


def similar(comparison: Comparison, before: Fingerprint, now: Sequence[Sketched]) -> float:
    """The share of parts that are the same, apart from what an alert had named (0 to 1). All places count as one part."""
    kept = [was for was, _ in comparison.same]
    kept += [one.before for one in comparison.differences if one.how == "completed" and one.before is not None]
    named = {id(there) for was, there in comparison.same if was.stopped}
    named |= {id(one.now) for one in comparison.differences if one.before is not None and one.before.stopped}
    moved = any(one.part.kind == "place" and one.how in ("removed", "altered") for one in comparison.differences)
    then = _units(part for part in before.parts if not part.stopped)
    there = _units(one.part for one in now if id(one) not in named) if before.whole else 0
    whole = max(then, there)
    same = _units(part for part in kept if not part.stopped and not (moved and part.kind == "place"))
    return same / whole if whole else 0.0


def said_by(parts: Iterable[Sketched]) -> frozenset[Said]:
    """Every field of every part, whichever part it is of."""
    return frozenset((one.part.kind, name, value) for one in parts for name, value in one.part.fields.items())


def _may_be_near_equal(before: Fingerprint, said: Set[Said]) -> bool:
    """Whether enough of the stopped version is said at all: most candidates share a container or a lot and nothing else.

    A part that is the same, or was completed, has all its fields again; so ``similar`` is never more than this share.
    """
    parts = [part for part in before.parts if not part.stopped]
    again = [part for part in parts if all((part.kind, *field) in said for field in part.fields.items())]
    whole = _units(parts)
    return bool(whole) and _units(again) / whole >= SIMILAR


def _units(parts: Iterable[Part]) -> int:
    listed = list(parts)
    others = sum(one.kind != "place" and one.role not in _NAMES_OF_PAYMENTS for one in listed)
    return others + any(one.kind == "place" for one in listed)


def is_near_equal(comparison: Comparison, before: Fingerprint, now: Sequence[Sketched]) -> bool:
    """Whether two events under two references are one transaction.

    Most of what no alert had named is the same; the amount of a payment is; what they share is too telling to be chance;
    and nothing says that they are two: containers, deals or invoices that differ, other transactions of one batch.
    """
    if _says_two(before.parts, [one.part for one in now]) or similar(comparison, before, now) < SIMILAR:
        return False
    if _is_elsewhere(comparison) and not any(there.part.role in _TELLING for _, there in comparison.same):
        return False
    shared = sum(_digits(there) for _, there in comparison.same)
    return shared + sum(_traits(one) for one in comparison.differences) >= DIGITS


def _is_elsewhere(comparison: Comparison) -> bool:
    """Whether it goes to somebody else in another place: the same goods in the same lots for another customer."""
    altered = [one for one in comparison.differences if one.how == "altered"]
    moved = any(one.part.kind == "place" for one in altered)
    return moved and any(one.part.kind == "party" and one.part.stopped and not _traits(one) for one in altered)


def _says_two(before: Iterable[Part], now: Iterable[Part]) -> bool:
    old, new = _telling(before), _telling(now)

    def differ(role: str) -> bool:
        return role in old and role in new and old[role].isdisjoint(new[role])

    if any(differ(role) for role in _TELLING):
        return True
    # The same message under two end-to-end references: several payments of one batch.
    return differ("end_to_end_id") and not differ("message_id")


def _telling(parts: Iterable[Part]) -> dict[str, set[int]]:
    """Role: hashes of what tells one transaction from the next. What an alert had named may have been altered for that."""
    found: dict[str, set[int]] = {}
    for part in parts:
        if part.stopped or part.kind not in (AMOUNT, REFERENCE, "text"):
            continue
        value = part.fields.get("token" if part.kind == "text" else "value")
        if value is not None:
            found.setdefault(part.role, set()).add(value)
    return found


def _digits(one: Sketched) -> int:
    """A party or place that is the same is a customer or a port: it counts, but not for its papers and address."""
    return 1 if one.part.kind == "party" else sum(map(one.digits, one.part.fields))


def _traits(difference: Difference) -> int:
    """What an altered part still shares: the account of a party that was named otherwise, the value of goods that were."""
    was, there = difference.before, difference.now
    if was is None or there is None or (was.kind == "party" and not was.stopped):
        return 0
    return sum(there.digits(name) for name, number in there.part.fields.items() if was.fields.get(name) == number)
