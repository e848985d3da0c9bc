"""The sentence of an alert, and its severity: what a person on watch reads first."""

from __future__ import annotations

from collections.abc import Sequence

from sekisho.model import Entity, Match, Subject
from sekisho.policy import Triggered, undated

_WHAT = {
    "party": "{role} “{value}”",
    "vessel": "Vessel “{value}”",
    "goods": "Goods “{value}”",
    "place": "{role} “{value}”",
    "text": "{role} text",
    "event": "{role} {value}",
}


def message(subject: Subject, matches: Sequence[Match], triggered: Sequence[Triggered], verdict: str) -> str:
    """One sentence a person can act on: who or what, what it met, under which act, from when, what to do and what clears it."""
    parts = [_subject(subject)]
    if matches:
        parts.append(_met(matches[0], len(matches) - 1))
    reasons = _reasons(triggered)
    if reasons:
        parts.append(reasons)
    elif matches:
        parts.append("no measure on file turns this into an effect for this event")
    return "; ".join(parts) + f" — {verdict.replace('_', ' ')}: {_asks(triggered, verdict)}."


def _asks(triggered: Sequence[Triggered], verdict: str) -> str:
    """What to do. ``triggered`` begins with what asks most, so its first measure has the verdict's effect."""
    if verdict == "review":
        return "hold it and decide"
    measure = triggered[0].measure
    document = measure.clearing_document
    who = f"; authority: {measure.authority}" if measure.authority else ""
    if verdict == "licence_required":
        return f"hold it until {document or 'the licence'} is shown{who}"
    # Where no document is on file, none is invented.
    return "stop it and escalate" + (f"; only {document} would clear it" if document else "") + who


def _subject(subject: Subject) -> str:
    value = subject.value if len(subject.value) <= 120 else subject.value[:117] + "…"
    role = subject.role.replace("_", " ")
    return _WHAT[subject.kind].format(role=role[:1].upper() + role[1:], value=value)


def _met(match: Match, more: int) -> str:
    others = f" and {more} more" if more else ""
    return f"meets {match.name} ({match.list_id} {match.entry_id}{others})"


def _reasons(triggered: Sequence[Triggered]) -> str:
    said: dict[str, None] = {}
    for one in triggered:
        when = "in force since" if one.in_force else "announced, in force from"
        text = f"{one.measure.legal_basis}, {when} {one.in_force_from.isoformat()}"
        if one.party is not None and undated(one.party.entity):
            text += ", the day of listing not told"
        if one.party is not None and one.measure.effect == "from_entry":
            text += _of_entry(one.party.entity)
        if one.unclaimed and one.effect != "review":
            text += f" ({'; '.join(one.unclaimed)})"
        why = [f"not stated: {', '.join(one.missing)}"] if one.missing else []
        why += one.doubts[:1]
        if why and one.effect == "review":
            text += f" ({'; '.join(why)})"
        said.setdefault(text, None)
    shown = list(said)
    return " + ".join(shown[:2]) + (f" and {len(shown) - 2} more" if len(shown) > 2 else "")


def _of_entry(entry: Entity) -> str:
    """What the entry asks a licence for, and how applications are looked upon, in its list's words."""
    parts = []
    if entry.licence_requirement:
        parts.append(f"licence requirement “{_short(entry.licence_requirement)}”")
    if entry.licence_policy:
        parts.append(f"review policy “{_short(entry.licence_policy)}”")
    return f", {', '.join(parts)}" if parts else ""


def _short(text: str) -> str:
    text = " ".join(text.split()).rstrip(".")
    return text if len(text) <= 120 else f"{text[:117]}…"


def severity(verdict: str, matches: Sequence[Match], triggered: Sequence[Triggered]) -> str:
    """``critical``: an act that is prohibited now. ``high``: a licence is missing, or a ban is announced.

    ``medium``: a clear match that no measure turns into an effect, or a measure that something left open.
    ``low``: only a possible match, or only something missing.
    """
    if verdict == "prohibited":
        return "critical"
    if verdict == "licence_required" or any(not one.in_force and not one.doubts for one in triggered):
        return "high"
    return "medium" if any(match.grade != "possible" for match in matches) else "low"
