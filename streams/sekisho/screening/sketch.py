"""Sketches: what an event says, part by part, as hashes that outlast it.

Two events are compared by these alone, so that nobody's name has to be kept in the clear. Spelling that changes nothing
(case, spaces, punctuation, forms of one character, trailing noughts of an amount, the order and numbers of lines) is no
part of a hash. The hashes are keyed: whoever has the topic but not the key cannot try names against them.
"""

from __future__ import annotations

import functools
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec

from sekisho.model import GoodsLine, Location, Money, Part, Party, Payment, Shipment, event_type
from sekisho.model.event import NOT_PROVIDED, Event
from sekisho.screening import subjects
from sekisho.screening.subjects import Screened

#: Of the normalisation below: hashes of another version cannot be compared.
VERSION = 1

#: Kinds of parts beside those of subjects (party, goods, place, vessel, text).
AMOUNT, REFERENCE = "amount", "reference"

#: Shared references tell more than shared amounts: as much as this many decimal digits.
REFERENCE_DIGITS = 6
#: An account or an identifier that two differently named parties share; likewise an address, a birth date.
_TRAITS = {"name": 1, "account": 5, "address": 3, "birth_date": 2}
_IDENTIFIER_DIGITS = 5

#: Kind of part: its fields that hold a number, which has been normalised already.
_NUMBERS = {"goods": ("quantity", "value"), AMOUNT: ("value",)}

#: Kept of the anchors of one kind: the smallest hashes, so that two near-equal events keep mostly the same ones.
_ANCHORS = {"line": 4, "reference": 4, "amount": 6}

#: Spaces, punctuation, symbols, controls and what has no width.
_IDLE = re.compile(
    "[\\s\\x00-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\xa9\\xab-\\xb1\\xb4\\xb6-\\xb8\\xbb\\xbf"
    "\\u2000-\\u206f\\u3000-\\u3004\\u3008-\\u3020\\u30fb\\ufe00-\\ufe0f\\ufeff]+"
)
_WORD = re.compile(r"[A-Za-z0-9_]{1,40}")
_TOKEN = re.compile(r"\w+")
#: Names and goods come again in most events; what is longer is no name (about 300 bytes each).
_REMEMBERED, _REMEMBERED_LENGTH = 16_384, 100
#: Kinds of subjects that do; a reference is another each time.
_COME_AGAIN = frozenset({"party", "goods", "place", "vessel"})
#: A number with fewer digits stands in any text.
_TELLING_DIGITS = 3
_YEAR = re.compile(r"(?:19|20)\d\d")


class Sketched(msgspec.Struct, frozen=True):
    """A part with what is not kept of it: its values in the clear."""

    part: Part
    values: dict[str, str]

    def digits(self, field: str) -> int:
        """How much ``field`` tells where two events share it, in decimal digits: how rarely chance makes it the same.

        Asked where two events are compared, which is seldom: most are compared with none.
        """
        kind, value = self.part.kind, self.values.get(field)
        if value is None:
            return 0
        if field in _NUMBERS.get(kind, ()):
            return significant(value.partition(" ")[0])
        if kind == "party":
            return _IDENTIFIER_DIGITS if field.startswith("identifier ") else _TRAITS.get(field, 0)
        if kind == REFERENCE:
            return 0 if self.part.role == "message_id" else REFERENCE_DIGITS
        if kind == "text" and field == "token":
            return min(REFERENCE_DIGITS, sum(c.isdigit() for c in value))
        return 1 if (kind, field) == ("vessel", "name") else 0


class Sketcher:
    """Makes hashes under one key. Workers that compare with each other need the same one."""

    def __init__(self, key: bytes = b"") -> None:
        secret = hashlib.sha256(b"sekisho fingerprints" + key).digest() if key else b""
        self._base = hashlib.blake2b(digest_size=8, key=secret, person=b"sekisho sketch")
        #: of what comes again: names, countries, goods
        self._remembered = functools.lru_cache(_REMEMBERED)(self.number)
        self.key_id = f"{self.number('key') & 0xFFFFFFFF:08x}"

    def number(self, *parts: str) -> int:
        """64 bits of ``parts``, signed as Avro's long is."""
        one = self._base.copy()
        for part in parts:
            data = part.encode("utf-8", "surrogatepass")
            one.update(b"%d:" % len(data))
            one.update(data)
        return int.from_bytes(one.digest(), "big", signed=True)

    def _field(self, name: str, text: str) -> int:
        return self._remembered(name, text) if len(text) <= _REMEMBERED_LENGTH else self.number(name, text)

    def subject(self, screened: Screened) -> int:
        """Of what is screened as one subject, in whatever role."""
        kind, _, *rest = screened.key
        return (self._remembered if kind in _COME_AGAIN else self.number)("subject", kind, *rest)

    def name(self, text: str) -> int:
        """As the name of a party is kept."""
        return self.number("name", folded(text))

    # -- parts ------------------------------------------------------------------------------------------------

    def sketch(self, event: Event) -> list[Sketched]:
        """Every part of ``event``, in its order. Linear in its size."""
        return list(self._parts(event))

    def _parts(self, event: Event) -> Iterator[Sketched]:
        for party in event.parties:
            yield self._party(party)
        if isinstance(event, Shipment):
            yield from self._shipment(event)
        else:
            yield from self._payment(event)
        for text in event.deal_references:
            yield self._reference("deal_reference", text)
        for text in event.extra.values():
            yield self._text("extra", text)

    def _shipment(self, event: Shipment) -> Iterator[Sketched]:
        for line in event.goods:
            yield self._line(line)
        for role in ("export_country", "import_country"):
            if country := getattr(event, role):
                yield self._part("place", role, subjects.of_place(role, country), {"country": country})
        for location in event.locations:
            yield self._place(location)
        transport = event.transport
        if transport is not None and (transport.vessel_name or transport.vessel_imo_number):
            name, imo = transport.vessel_name or "", transport.vessel_imo_number or ""
            said = {"name": name, "imo_number": imo, "flag": transport.vessel_flag or ""}
            yield self._part("vessel", "vessel", subjects.of_vessel(name, imo), said)
        for unit in event.equipment:
            yield self._reference("equipment", unit.equipment_reference)
        if event.end_use:
            yield self._text("end_use", event.end_use)

    def _payment(self, event: Payment) -> Iterator[Sketched]:
        amount = money(event.amount)
        yield self._part(AMOUNT, AMOUNT, subjects.of_text(AMOUNT, amount), {"value": amount})
        yield self._reference("message_id", event.message_id)
        if event.end_to_end_id and event.end_to_end_id != NOT_PROVIDED:
            yield self._reference("end_to_end_id", event.end_to_end_id)
        for text in event.remittance_information:
            yield self._text("remittance_information", text)

    def _party(self, party: Party) -> Sketched:
        said = {
            "name": party.name,
            "address": party.address or "",
            "country": party.country or "",
            "birth_date": party.birth_date or "",
            "gender": party.gender or "",
            "account": party.account or "",
        }
        if party.identifiers:
            said |= numbered(("identifier", one.scheme.upper(), one.value) for one in party.identifiers)
        return self._part("party", party.role, subjects.of_party(party), said)

    def _line(self, line: GoodsLine) -> Sketched:
        said = {
            "description": line.description,
            "hs_code": line.hs_code or "",
            "origin_country": line.origin_country or "",
            "quantity": f"{plain_number(line.quantity)} {line.unit or ''}".strip() if line.quantity else "",
            "value": money(line.value) if line.value is not None else "",
        }
        if line.control_codes:
            said |= numbered(("control_code", one.regime, one.code) for one in line.control_codes)
        return self._part("goods", "goods", subjects.of_line(line), said)

    def _place(self, location: Location) -> Sketched:
        said = {
            "name": location.name or "",
            "un_location_code": location.un_location_code or "",
            "country": location.country or "",
        }
        value = ", ".join(one for one in said.values() if one)
        return self._part("place", location.role, subjects.of_place(location.role, value), said)

    def _reference(self, role: str, text: str) -> Sketched:
        return self._part(REFERENCE, role, subjects.of_text(role, text), {"value": text})

    def _text(self, role: str, text: str) -> Sketched:
        return self._part("text", role, subjects.of_text(role, text), {"value": text, "token": telling(text)})

    def _part(self, kind: str, role: str, screened: Screened, said: dict[str, str]) -> Sketched:
        values = {name: text for name, text in said.items() if text and not text.isspace()}
        numbers = _NUMBERS.get(kind, ())
        # A decimal point is no punctuation.
        fields = {name: self._field(name, text if name in numbers else folded(text)) for name, text in values.items()}
        return Sketched(Part(kind, word(role), self.subject(screened), fields), values)

    # -- where a near-equal event is looked for ---------------------------------------------------------------

    def anchors(self, event: Event, times: int = 1) -> tuple[int, ...]:
        """Hashes of which two near-equal events share some, whichever one part of them is altered.

        Of a shipment its goods lines with quantity and value, containers, deals and all its parties together; of a payment
        its amount with each party, account or text, and its references. ``times``: keep so many times as many of each.
        """
        kinds: dict[str, set[int]] = {"line": set(), "reference": set(), "amount": set()}
        names = sorted(folded(party.name) for party in event.parties)
        for text in event.deal_references:
            kinds["reference"].add(self.number("deal", folded(text)))
        if isinstance(event, Shipment):
            for line in event.goods:
                value = money(line.value) if line.value is not None else ""
                number = plain_number(line.quantity or "")
                kinds["line"].add(self.number("line", folded(line.description), number, value))
            for unit in event.equipment:
                kinds["reference"].add(self.number("unit", folded(unit.equipment_reference)))
            if len(names) > 1:
                kinds["line"].add(self.number("parties", *names))
        else:
            amount = money(event.amount)
            for name in names:
                kinds["amount"].add(self.number("amount, name", amount, name))
            for party in event.parties:
                if party.account:
                    kinds["amount"].add(self.number("amount, account", amount, folded(party.account)))
            if event.remittance_information:
                said = [folded(text) for text in event.remittance_information]
                kinds["amount"].add(self.number("amount, text", amount, *said))
            if event.end_to_end_id and event.end_to_end_id != NOT_PROVIDED:
                kinds["reference"].add(self.number("end to end", folded(event.end_to_end_id)))
        return tuple(one for kind, some in kinds.items() for one in sorted(some)[: times * _ANCHORS[kind]])

    def identity(self, event: Event, reference: str, parts: Iterable[Part]) -> str:
        """32 hexadecimal digits of what an event says, in whatever order: the same for updates that say the same."""
        # Of hashes under the key; which part says which field is all that this adds.
        said = sorted(f"{part.kind} {part.role} {sorted(part.fields.items())}" for part in parts)
        return subjects.digest("fingerprint", str(VERSION), self.key_id, event_type(event), reference, *said)


# -- normalising ----------------------------------------------------------------------------------------------------


def folded(text: str) -> str:
    """One case and form of each character, without spaces and punctuation; a text of nothing else stays as it is."""
    return _remembered(text) if len(text) <= _REMEMBERED_LENGTH else _folded(text)


def _folded(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _IDLE.sub("", text.casefold()) or text.strip()


_remembered = functools.lru_cache(_REMEMBERED)(_folded)


def plain_number(text: str) -> str:
    """A decimal without idle noughts: ``0125.50`` is ``125.5``."""
    number = text.strip()
    if "." in number:
        number = number.rstrip("0").rstrip(".")
    return number.lstrip("0") or "0"


def money(amount: Money) -> str:
    return f"{plain_number(amount.amount)} {amount.currency.strip().upper()}"


def significant(number: str) -> int:
    """Digits that say something: 2 of ``24000.00``, 7 of ``48213.57``."""
    return len(re.sub(r"\D", "", plain_number(number)).strip("0"))


def telling(text: str) -> str:
    """The token with most digits, such as an invoice number; empty where there are only years and short numbers."""
    tokens = [token for token in _TOKEN.findall(text[:1000]) if not _YEAR.fullmatch(token)]
    best = max(tokens, key=lambda token: sum(c.isdigit() for c in token), default="")
    return best if sum(c.isdigit() for c in best) >= _TELLING_DIGITS else ""


def word(text: str) -> str:
    """An open word as it may stand in the clear; what is no plain word could be anything of anybody."""
    return text if _WORD.fullmatch(text) else "other"


def numbered(named: Iterable[tuple[str, str, str]]) -> Iterator[tuple[str, str]]:
    """Field names and values of ``(what, scheme, value)``; several of one scheme get numbers, in the order of their values."""
    seen: Counter[str] = Counter()
    for what, scheme, value in sorted(named):
        name = f"{what} {word(scheme)}"
        seen[name] += 1
        yield (name if seen[name] == 1 else f"{name} {seen[name]}"), value
