"""Whose law speaks: the verdict by jurisdiction, what a firm is not bound by, and what would clear a hold."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sekisho import Screener, Shipment
from sekisho.model import ORDER, Entity, GoodsItem, Measure, Origin, worst
from sekisho.screening import Screening, Tables
from tests.factories import (
    Destination,
    GoodsTerm,
    PartyTerm,
    Period,
    Terms,
    at,
    entity,
    item,
    line,
    measure,
    party,
    shipment,
    utc,
)

LICENCE = "the licence under article 9"


def rule(jurisdiction: str, when: Terms, **fields: Any) -> Measure:
    return measure(
        when, id=f"{jurisdiction.lower()}-rule", jurisdiction=jurisdiction, applies_to=("shipment",), **fields
    )


#: One party on a list of each; goods of a Japanese table; Crimea.
RULES = (
    rule("JP", Terms(export_country=("JP",), parties=PartyTerm(lists=("jp-list",)))),
    rule(
        "US",
        Terms(export_country=("JP",), parties=PartyTerm(lists=("us-list",))),
        effect="licence_required",
        authority="Bureau of Licences",
        clearing_document=LICENCE,
    ),
    rule("EU", Terms(export_country=("DE",), parties=PartyTerm(lists=("eu-list",)))),
    rule("NL", Terms(export_country=("NL",), goods=GoodsTerm(tables=("jp-goods",))), effect="review"),
    rule("GB", Terms(export_country=("GB",), destination=Destination(regions=("UA-43",)))),
)
ENTRIES = tuple(
    entity(f"{who}-list", "1", f"{name} Dynamics Works")
    for who, name in (("jp", "Zorkovian"), ("us", "Qalthurian"), ("eu", "Brimvaldic"), ("house", "Ystrelian"))
)
GOODS = (item("jp-goods", "1", Period(from_=date(2022, 1, 1), hs_codes=("848620",))),)


def screener(jurisdictions: tuple[str, ...] = (), *, entries: tuple[Entity, ...] = ENTRIES) -> Screener:
    goods: tuple[GoodsItem, ...] = GOODS
    tables = Tables.build(entries, goods, RULES, lists={}, sequence=1, hash="h")
    return Screener(tables, jurisdictions=jurisdictions)


def screen(using: Screener, event: Shipment) -> Screening:
    return using.screen(event, Origin("t", 0, 1), known_at=event.event_time, now=utc("2026-01-01"))


def with_parties(*names: str, **fields: Any) -> Shipment:
    return shipment(parties=tuple(party(f"{name} Dynamics Works") for name in names), **fields)


def asked(found: Screening) -> list[tuple[str, str, list[str]]]:
    return [
        (one.jurisdiction, one.verdict, [m.measure_id for m in one.measures]) for one in found.verdict.jurisdictions
    ]


ALL_THREE = with_parties("Zorkovian", "Qalthurian", "Brimvaldic")


def test_the_verdict_rolls_up_by_jurisdiction_the_strictest_first() -> None:
    found = screen(screener(), ALL_THREE)
    assert asked(found) == [
        ("JP", "prohibited", ["jp-rule"]),
        ("US", "licence_required", ["us-rule"]),
        # On the list, and no measure of the Union speaks to an export from Japan: somebody has to look.
        ("EU", "review", []),
    ]
    assert found.verdict.verdict == worst(*(one.verdict for one in found.verdict.jurisdictions))


def test_a_clear_verdict_names_no_jurisdiction() -> None:
    found = screen(screener(), with_parties("Harmless"))
    assert (found.verdict.verdict, found.verdict.jurisdictions, found.verdict.notes) == ("clear", (), ())


def test_a_measure_that_two_alerts_trigger_stands_there_once() -> None:
    found = screen(screener(), with_parties("Zorkovian", "Zorkovian", "Harmless"))
    twice = screen(
        screener(),
        shipment(parties=(party("Zorkovian Dynamics Works"), party("Zorkovian Dynamics Works", "end_user"))),
    )
    assert len(twice.alerts) == 2
    assert asked(twice) == asked(found) == [("JP", "prohibited", ["jp-rule"])]


def test_measures_of_others_are_not_applied_and_the_verdict_says_so() -> None:
    found = screen(screener(("US",)), ALL_THREE)
    assert asked(found) == [("US", "licence_required", ["us-rule"])]
    assert found.verdict.verdict == "licence_required"
    assert [alert.subject.value for alert in found.alerts] == ["Qalthurian Dynamics Works"]
    said = "\n".join(found.verdict.notes)
    assert "the settings leave out, so nothing of them is applied: EU, GB, JP, NL" in said
    # A hit that is not reported must not look like none.
    assert "consignee meets jp-list 1, whose law the settings leave out" in said
    assert "consignee meets eu-list 1, whose law the settings leave out" in said
    assert "Zorkovian" not in said, "notes name no persons"


def test_even_a_clear_verdict_says_what_was_left_out() -> None:
    found = screen(screener(("US",)), with_parties("Harmless"))
    assert found.verdict.verdict == "clear"
    assert any("EU, GB, JP, NL" in note for note in found.verdict.notes)


def test_all_that_have_measures_is_the_same_as_none_named() -> None:
    every = screener(("JP", "US", "EU", "NL", "GB"))
    assert screen(every, ALL_THREE).alerts == screen(screener(), ALL_THREE).alerts
    assert screen(every, ALL_THREE).verdict.notes == ()


def test_a_list_of_the_firm_s_own_always_binds() -> None:
    found = screen(screener(("US",)), with_parties("Ystrelian"))
    assert found.verdict.verdict == "review"
    assert found.verdict.jurisdictions == (), "it is nobody's law"


def test_goods_of_a_table_of_another_are_met_where_a_binding_measure_names_it() -> None:
    event = shipment(export_country="NL", goods=(line("Lithography machine", hs_code="8486.20"),))
    assert asked(screen(screener(("NL",)), event)) == [("NL", "review", ["nl-rule"])]
    assert screen(screener(("US",)), event).verdict.verdict == "clear"


@pytest.mark.parametrize(("bound", "verdict"), [((), "review"), (("GB",), "review"), (("US",), "clear")])
def test_a_listed_place_counts_where_a_binding_measure_names_it(bound: tuple[str, ...], verdict: str) -> None:
    event = shipment(
        export_country="JP", import_country="UA", locations=(at("destination", "UA", "Simferopol, Crimea"),)
    )
    found = screen(screener(bound), event)
    assert found.verdict.verdict == verdict
    if verdict == "clear":
        assert any("meets places UA-43" in note for note in found.verdict.notes)


def test_what_binds_and_has_no_measure_is_known() -> None:
    """A typing error would otherwise clear everything."""
    assert screener(("JP", "CH")).binding.without_measures == ("CH",)


def test_a_licence_names_its_document_and_its_authority() -> None:
    (alert,) = screen(screener(("US",)), ALL_THREE).alerts
    assert alert.message.endswith(f"hold it until {LICENCE} is shown; authority: Bureau of Licences.")
    (applied,) = alert.measures
    assert (applied.authority, applied.clearing_document) == ("Bureau of Licences", LICENCE)
    (rolled,) = screen(screener(("US",)), ALL_THREE).verdict.jurisdictions
    assert rolled.measures == alert.measures


def test_where_no_document_is_on_file_none_is_invented() -> None:
    (alert,) = screen(screener(("JP",)), ALL_THREE).alerts
    assert alert.message.endswith("prohibited: stop it and escalate.")
    (applied,) = alert.measures
    assert (applied.authority, applied.clearing_document) == (None, None)


def test_verdict_and_jurisdictions_agree_over_all_kinds_of_event() -> None:
    """The roll-up is never less than the verdict says, unless only a place or the firm's own list asks for review."""
    using = screener()
    for names in (["Zorkovian"], ["Qalthurian"], ["Brimvaldic"], ["Zorkovian", "Brimvaldic"], ["Ystrelian"]):
        found = screen(using, with_parties(*names))
        rolled = worst(*(one.verdict for one in found.verdict.jurisdictions))
        assert ORDER[rolled] <= ORDER[found.verdict.verdict]
        assert rolled == found.verdict.verdict or names == ["Ystrelian"]
