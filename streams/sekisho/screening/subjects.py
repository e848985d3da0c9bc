"""Subjects: what is screened inside an event, and the digest that keeps an alert the same over redeliveries and updates.

The normalisation of the digest is frozen here, apart from the matcher's: a better matcher must not
change the id of an alert that is already open. ``test_digest_is_frozen`` holds it.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable

import msgspec

from sekisho.model import GoodsLine, Party, Subject

#: Role of the subject of an alert that says so.
RESUBMISSION = "resubmission"


class Screened(msgspec.Struct, frozen=True):
    """A subject with its digest key: what tells it from others beyond the value that people read."""

    subject: Subject
    key: tuple[str, ...]


def of_party(party: Party) -> Screened:
    """A party: role and name, told apart by birth date and identifiers."""
    identifiers = sorted(f"{_fold(i.scheme)}={_fold(i.value)}" for i in party.identifiers)
    return _screened("party", party.role, party.name, party.birth_date or "", *identifiers)


def of_line(line: GoodsLine) -> Screened:
    """A goods line: description and codes. Its number is left out: lines are renumbered at will."""
    codes = sorted(f"{_fold(c.regime)}={_fold(c.code)}" for c in line.control_codes)
    value = line.description.strip() or f"HS {line.hs_code or '-'}"
    return _screened("goods", "goods", value, _fold(line.description), _digits(line.hs_code), *codes)


def of_place(role: str, value: str) -> Screened:
    return _screened("place", role, value)


def of_vessel(name: str, imo_number: str) -> Screened:
    """A vessel: its IMO number stays when its name is painted over."""
    return _screened("vessel", "vessel", name or f"IMO {imo_number}", _digits(imo_number))


def of_text(role: str, text: str) -> Screened:
    return _screened("text", role, text)


def of_event(kind: str, reference: str) -> Screened:
    return _screened("event", kind, reference)


def of_resubmission(reference: str) -> Screened:
    """The event itself, as one that was stopped before and came again, altered."""
    return _screened("event", RESUBMISSION, reference)


def alert_id(event_kind: str, business_reference: str, screened: Screened) -> str:
    """32 hexadecimal digits: the same for every record of one alert."""
    return digest("alert", event_kind, business_reference, *screened.key)


def digest(*parts: str) -> str:
    """SHA-256 over length-prefixed parts, so that no two lists of parts run together; 128 bits of it."""
    sha = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        sha.update(b"%d:" % len(data))
        sha.update(data)
    return sha.hexdigest()[:32]


def _screened(kind: str, role: str, value: str, *more: str) -> Screened:
    return Screened(Subject(kind, role, value), (kind, _fold(role), _fold(value), *more))


def _fold(text: str) -> str:
    # In ASCII nothing else is folded.
    plain = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()
    return " ".join(plain.split())


def _digits(code: str | None) -> str:
    return "".join(c for c in code or "" if c.isdigit())


def unique(items: Iterable[str]) -> tuple[str, ...]:
    """In order, each once."""
    return tuple(dict.fromkeys(items))
