"""Listed names as fields and texts of practice write them: ``python -m tests.accuracy.practice [--show]``.

Every list at hand, a sample of its names in each form, through the look-up that an event goes through; beside it honest firms (made of
ordinary words) and people who are on no list in the same form. Prints Markdown tables; ``--show`` prints what is missed.
"""

from __future__ import annotations

import random
import re
import sys
import unicodedata
import warnings
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from sekisho.model import EntryKey, Money, Party, Payment, Shipment, Transport
from sekisho.model.event import Event
from sekisho.reference import Reference
from sekisho.screening.look_up import look_up
from sekisho.screening.tables import Tables
from tests.accuracy.names import DATA, interval
from tests.benchmarks.law import Maker
from tests.benchmarks.lists import FILES

#: Names a form.
SAMPLED = 400
WHEN = datetime(2026, 8, 1, tzinfo=UTC)

Form = str | Callable[[str], str]


def _half_width(name: str) -> str:
    """As a bank transfer in Japan has it: half width, no small signs, a hyphen for a long vowel."""
    large = name.translate(str.maketrans("ァィゥェォッャュョ・", "アイウエオツヤユヨ ")).replace("ー", "-")
    table = {unicodedata.normalize("NFKC", chr(code)): chr(code) for code in range(0xFF66, 0xFF9E)}
    marks = {"\u3099": "\uff9e", "\u309a": "\uff9f"}
    return "".join(table.get(char, marks.get(char, char)) for char in unicodedata.normalize("NFD", large))


PERSON: dict[str, Form] = {
    "alone": "{}",
    "title": "Prof. Dr. {}",
    "birth date": "{} DOB 01.01.1970",
    "passport": "{} (PP NO AB1234567)",
    "two holders": "{} and Anna Smith",
    "account before": "/DE89370400440532013000 {}",
    "street behind": "{}, 12 HIGH STREET, LONDON",
    "estate": "Estate of {}",
    "behind a firm": "ABC LOGISTICS LTD ATTN {}",
    "escaped": lambda name: name.replace("'", "&#39;").replace("&", "&amp;") if "'" in name else name,
}
ORGANISATION: dict[str, Form] = {
    "alone": "{}",
    "addressed": "M/S {}",
    "number behind": "{} 7707083893",
    "VAT": "{} VAT DE123456789",
    "on behalf of": "on behalf of {}",
    "agent": "{} as agent for owners",
    "branch": "{} Moscow Branch",
    "department": "{} Accounts Department",
    "behind a firm": "ABC LOGISTICS LTD C/O {}",
    "street behind": "{}, 12 HIGH STREET, LONDON",
    "order bill": "TO THE ORDER OF {}",
    "no brackets": lambda name: re.sub(r"[()\[\]\"'«»]", " ", name),
}
SHIP: dict[str, Form] = {
    "alone": "{}",
    "MV": "MV {}",
    "M/T": "M/T {}",
    "voyage": "{} V.123E",
    "MV and voyage": "M/V {} VOY 024W",
    "former name": "OCEAN STAR (EX {})",
    "number": "{} (IMO: 9123456)",
    "or another": "{} or substitute",
}
KANA: dict[str, Form] = {
    "alone": "{}",
    "letter": "{}御中",
    "bank transfer": _half_width,
    "branch": "{} 東京支店 経理部",
}
TEXT: dict[str, Form] = {
    "payment": "Payment to {} invoice 123",
    "contract": "contract with {} dated 12.03.2026 for spare parts",
    "Russian": "Оплата {} по счету 123",
    "Japanese": "{}への支払い",
    "Arabic": "دفعة إلى {} فاتورة 123",
}


def main(arguments: Sequence[str]) -> None:
    if not DATA.is_dir():
        sys.exit(f"the public lists are not at {DATA}; set SEKISHO_SHARED_DATA")
    warnings.simplefilter("ignore")
    reference = Reference.load([DATA / file for file in FILES])
    maker, chance = Maker(DATA, reference, seed=11), random.Random(11)
    people = chance.sample(maker.strangers, SAMPLED * 2)
    firms = [maker.firm() for _ in range(SAMPLED * 2)]
    named = [
        (entity.schema, name.text, entity.key)
        for entity in reference.tables.names.entities.values()
        for name in entity.names
        if name.kind != "weak_alias"
    ]
    show = "--show" in arguments
    for title, forms, listed, honest, event in (
        ("People", PERSON, _of(named, "Person", latin=True), people, _party),
        ("Organisations", ORGANISATION, _of(named, "Organization", latin=True), firms, _party),
        ("Vessels", SHIP, _of(named, "Vessel", latin=True), [], _ship),
        ("Names in kana", KANA, _in_kana(named), [], _party),
        ("People in a text", TEXT, _of(named, "Person", several=True), people, _text),
        ("Organisations in a text", TEXT, _of(named, "Organization", several=True), firms, _text),
    ):
        sample = chance.sample(listed, min(SAMPLED, len(listed)))
        _table(title, forms, sample, honest, event, reference.tables, show=show)


def _of(
    named: Sequence[tuple[str, str, EntryKey]], schema: str, *, latin: bool = False, several: bool = False
) -> list[tuple[str, EntryKey]]:
    return [
        (text, key)
        for of, text, key in named
        if of == schema and (not latin or text.isascii()) and (not several or len(text.split()) > 1)
    ]


def _in_kana(named: Sequence[tuple[str, str, EntryKey]]) -> list[tuple[str, EntryKey]]:
    kana = re.compile("[ァ-ヺー・ ]+")
    return [(text, key) for of, text, key in named if of != "Vessel" and kana.fullmatch(text) and len(text) > 4]


def _party(name: str) -> Event:
    return _shipment(parties=(Party("consignee", name),))


def _ship(name: str) -> Event:
    return _shipment(transport=Transport("maritime", name))


def _shipment(**fields: object) -> Shipment:
    return Shipment(
        **{
            "event_id": "e",
            "event_time": WHEN,
            "shipment_reference": "S",
            "status": "booked",
            "parties": (),
            "goods": (),
            **fields,
        }
    )


def _text(text: str) -> Event:
    return Payment("e", WHEN, "M", "E", Money("1", "EUR"), parties=(), remittance_information=(text,))


def _met(event: Event, tables: Tables) -> Iterator[EntryKey]:
    facts = look_up(event, tables, reference="S", known_at=WHEN).facts
    return (hit.entity.key for hit in facts.parties)


def _table(
    title: str,
    forms: dict[str, Form],
    listed: Sequence[tuple[str, EntryKey]],
    honest: Sequence[str],
    event: Callable[[str], Event],
    tables: Tables,
    *,
    show: bool,
) -> None:
    print(
        f"\n### {title}\n\n| form | example | {len(listed)} listed, met | {len(honest)} honest, held |\n|---|---|---|---|"
    )
    for label, form in forms.items():
        missed = [text for text, key in listed if key not in _met(event(_written(form, text)), tables)]
        held = sum(any(True for _ in _met(event(_written(form, name)), tables)) for name in honest)
        example = _written(form, listed[0][0]).replace("|", " ")
        met = interval(len(listed) - len(missed), len(listed))
        print(f"| {label} | {example} | {met} | {held if honest else '-'} |")
        if show:
            for text in missed:
                print(f"    missed: {_written(form, text)}")


def _written(form: Form, name: str) -> str:
    return form.format(name) if isinstance(form, str) else form(name)


if __name__ == "__main__":
    main(sys.argv[1:])
