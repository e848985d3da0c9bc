"""Which personal data leaves in an output (settings ``output.payload``, ``output.alert_payload``).

    none       ids, lists, entries, measures and coordinates; nothing of what the event says
    minimal    what an analyst needs: who or what was met, and by which names, codes and places; no account numbers,
               birth dates, identity papers, addresses or whole texts (the default)
    full       everything that the alert has

Account numbers that names and texts quote are taken out of all three unless ``account_numbers`` lets them go: an analyst
decides without them. What a list says of a listed person is public and stays.
"""

from __future__ import annotations

import re
from typing import Literal

import msgspec
from stdnum import iban

from sekisho.model import Alert, Evidence, Match, Subject
from sekisho.screening.resubmitted import is_resubmission

Payload = Literal["none", "minimal", "full"]

#: Evidence that tells names, codes and places; of any other kind ``minimal`` shows that it counted, not what it was.
_SHOWN = frozenset(
    ("name", "word", "number", "script", "weak_alias", "country", "control_code", "hs_code", "description", "place", "listed_on")
)  # fmt: skip
#: Identifiers of firms, banks and ships, by which they are known in public.
_PUBLIC = ("LEI ", "BIC ", "IMO ", "OGRN ")

#: Nine digits and more in a row; spaces and hyphens between them do not hide them.
_DIGITS = r"\d(?:[ -]?\d){8,}"
#: What may be an IBAN: written in one, or in fours. A whole word of this form is none that anybody would miss.
_IN_ONE = r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b"
_IN_FOURS = r"\b[A-Z]{2}\d{2}(?:[ -][A-Z0-9]{4}){2,7}(?:[ -][A-Z0-9]{1,3})?\b"
_ACCOUNT = re.compile(f"({_IN_FOURS})|{_IN_ONE}|{_DIGITS}", re.IGNORECASE)
#: Words of four letters are no account number, even behind two letters and two digits.
_MIN_DIGITS = 8

#: Subjects in which people write account numbers. In goods and places long numbers are parts and postal codes.
_QUOTING = frozenset({"party", "text"})

HIDDEN = "[not shown]"

#: Between why an alert is closed and its old sentence (``screening.lifecycle``).
_HAD_SAID = ". It had said: "


def reduce(alert: Alert, payload: Payload, account_numbers: bool = False) -> Alert:
    """The alert with what ``payload`` and ``account_numbers`` let out; ids, lists and measures are always there."""
    if payload == "full":
        if account_numbers:
            return alert
        if is_resubmission(alert):
            return _compared_without_accounts(alert)
        return _no_accounts(alert) if alert.subject.kind in _QUOTING else alert
    subject = _subject(alert.subject, payload)
    return msgspec.structs.replace(
        alert,
        subject=subject,
        message=_message(alert, subject, payload),
        matches=tuple(_match(match, alert.subject, payload) for match in alert.matches),
        event=msgspec.structs.replace(alert.event, key=None) if payload == "none" else alert.event,
    )


def without_accounts(text: str) -> str:
    """``text`` with what looks like an account number taken out."""
    return _ACCOUNT.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    """What follows an IBAN in fours may be a word of four letters: only as much as is one goes, where that can be told."""
    text = found[0]
    if found[1] is None:
        return "[number]"
    for end in range(len(text), 14, -1):
        if text[end - 1].isalnum() and iban.is_valid(text[:end].replace("-", "")):
            return "[number]" + without_accounts(text[end:])
    return "[number]" if sum(c.isdigit() for c in text) >= _MIN_DIGITS else text


def _no_accounts(alert: Alert) -> Alert:
    """Everything but account numbers. Identifiers stay: they are what the identity of a party was judged by."""
    if not _ACCOUNT.search(alert.subject.value) and not _ACCOUNT.search(alert.message):
        return alert
    return msgspec.structs.replace(
        alert,
        subject=msgspec.structs.replace(alert.subject, value=without_accounts(alert.subject.value)),
        message=without_accounts(alert.message),
        matches=tuple(
            msgspec.structs.replace(match, evidence=tuple(_quoted_without_accounts(one) for one in match.evidence))
            for match in alert.matches
        ),
    )


def _compared_without_accounts(alert: Alert) -> Alert:
    """Of two versions that are compared: both quote names and texts. The references that the sentence names stay."""
    return msgspec.structs.replace(
        alert,
        matches=tuple(
            msgspec.structs.replace(
                match,
                evidence=tuple(
                    Evidence(one.feature, without_accounts(one.query), without_accounts(one.entry), one.effect)
                    for one in match.evidence
                ),
            )
            for match in alert.matches
        ),
    )


def _quoted_without_accounts(evidence: Evidence) -> Evidence:
    if evidence.feature == "identifier":
        return evidence
    return msgspec.structs.replace(evidence, query=without_accounts(evidence.query))


def _subject(subject: Subject, payload: Payload) -> Subject:
    value = HIDDEN if payload == "none" or _is_whole_text(subject) else without_accounts(subject.value)
    return msgspec.structs.replace(subject, value=value)


def _is_whole_text(subject: Subject) -> bool:
    """A remittance text or a postal address: it can hold anything of anybody."""
    return subject.kind == "text" or subject.role.endswith("_address")


def _message(alert: Alert, subject: Subject, payload: Payload) -> str:
    """The alert's own sentence; where it would quote what is hidden, one that does not."""
    if payload == "minimal" and not _is_whole_text(alert.subject):
        return without_accounts(alert.message)
    parts = [f"{subject.kind.capitalize()} ({subject.role.replace('_', ' ')})"]
    if alert.matches:
        best = alert.matches[0]
        parts.append(f"meets {best.name} ({best.list_id} {best.entry_id})")
    parts += [measure.legal_basis for measure in alert.measures[:2]]
    if alert.status == "closed":
        # Why it is closed quotes nothing of the event but its id; what it had said does.
        why, _, quoted = alert.message.partition(_HAD_SAID)
        return f"{why}{_HAD_SAID}{'; '.join(parts)}" if quoted else f"Closed: {'; '.join(parts)}"
    return "; ".join(parts) + f": {alert.verdict.replace('_', ' ')}"


def _match(match: Match, subject: Subject, payload: Payload) -> Match:
    whole = _is_whole_text(subject)
    return msgspec.structs.replace(match, evidence=tuple(_evidence(one, payload, whole) for one in match.evidence))


def _evidence(evidence: Evidence, payload: Payload, whole_text: bool) -> Evidence:
    if payload == "minimal":
        if evidence.feature == "identifier" and evidence.query.startswith(_PUBLIC):
            return evidence  # an OGRN has as many digits as an account number, and is in a public register
        if evidence.feature in _SHOWN and not (whole_text and evidence.feature == "place"):
            return msgspec.structs.replace(evidence, query=without_accounts(evidence.query))
    # The effect is in our own words (“same birth date”): it tells an analyst what counted, without what it was.
    effect = evidence.effect if payload == "minimal" and not whole_text else ""
    return Evidence(evidence.feature, HIDDEN, evidence.entry if evidence.feature in _SHOWN else HIDDEN, effect)
