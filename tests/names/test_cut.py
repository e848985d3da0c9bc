"""Names that a full field has cut off are looked at; what is only as long as a field is not."""

from __future__ import annotations

import pytest

from sekisho import Reference, Screener
from sekisho.model import Entity, Name
from sekisho.names import NameIndex, Query
from sekisho.names.cut import Beginnings, may_be_cut
from sekisho.names.nearness import Nearness
from sekisho.names.parse import parse
from sekisho.names.strangers import Strangers
from tests.factories import ORIGIN, party, shipment, utc

LONG = "Joint Stock Company Votkinsk Machine Building Plant"
NAMES = (LONG, "Federal State Budgetary Institution of Higher Learning Zorkov Aviation Academy", "Abd al-Rahman Muhammad Zaffir al-Dubaysi al-Qahtani")  # fmt: skip


def index(*names: str) -> NameIndex:
    kinds = ["Person" if name.startswith("Abd") else "Organization" for name in names]
    return NameIndex.build(
        Entity("xx", str(at), kind, (Name(name),)) for at, (kind, name) in enumerate(zip(kinds, names, strict=True))
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("characters", [34, 35])
def test_a_name_that_fills_its_field_is_met_by_how_it_begins(name: str, characters: int) -> None:
    names = index(*NAMES)
    cut = name.upper()[:characters]
    assert len(cut.strip()) == characters, "these end within a word"
    (found,) = names.search(Query(cut))
    assert found.matched_name.text == name
    assert found.grade == "possible", "what was cut off may say that it is another"
    assert any(piece.feature == "cut_off" for piece in found.evidence) or found.name_score > 0.8
    assert not Strangers(names).knows(cut, "Unknown")
    assert Nearness(names).of_name(cut, "Unknown"), "a rescreening finds it, too"


def test_the_legal_form_may_be_written_otherwise() -> None:
    (found,) = index(*NAMES).search(Query("JSC VOTKINSK MACHINE BUILDING PLANT"[:35]))
    assert found.grade in ("exact", "strong"), "nothing is cut off here"
    assert index(*NAMES).search(Query("OJSC VOTKINSK MACHINE BUILDING PLAN"))


@pytest.mark.parametrize(
    "name",
    [
        "JOINT STOCK COMPANY VOTKINSK MACH",  # 33 characters: there was room for more
        "JOINT STOCK COMPANY VOTKINSK FOODS.",  # another word
    ],
)
def test_what_is_not_cut_off_or_begins_otherwise_is_not_met_so(name: str) -> None:
    assert not any(
        piece.feature == "cut_off" for match in index(*NAMES).search(Query(name)) for piece in match.evidence
    )


def test_a_beginning_that_many_share_says_nothing() -> None:
    few, many = (
        Beginnings(
            [parse(f"Research Institute of Aviation Technology {chr(65 + at)}zorkov", False)[0] for at in range(n)]
        )
        for n in (10, 40)
    )
    cut = parse("RESEARCH INSTITUTE OF AVIATION TECH", False)[0]
    assert may_be_cut("RESEARCH INSTITUTE OF AVIATION TECH")
    assert len(few.of(cut)) == 10
    assert many.of(cut) == []


def test_a_shipment_to_a_name_that_is_cut_off_is_held() -> None:
    name = next(
        name.text
        for entity in Reference.bundled().tables.names.entities.values()
        for name in entity.names
        if entity.list_id == "jp-meti-export-ban-russia" and name.text.isascii() and len(name.text) > 50
    )
    event = shipment(import_country="RU", parties=(party(name.upper()[:35]),), event_time=utc("2023-02-10"))
    found = Screener(Reference.bundled()).screen(event, ORIGIN, known_at=event.event_time, now=event.event_time)
    assert found.verdict.verdict == "review"
    assert any(alert.subject.kind == "party" for alert in found.alerts)
