"""``measures check`` finds what would make a measure silently useless, or catch everything."""

import re
from datetime import date
from pathlib import Path

import msgspec
import pytest

from sekisho.errors import InputError
from sekisho.model import Measure
from sekisho.policy.check import Known, check
from sekisho.reference import measure_files
from tests.factories import Destination, GoodsTerm, Money, Nexus, PartyTerm, Terms, measure

KNOWN = Known(
    lists={"xx-list"},
    tables={"xx-goods"},
    items={"xx-goods/1"},
    regions={"UA-43"},
    countries={"JP", "RU", "UA", "NO"},
    currencies={"JPY", "USD"},
)
FINE = Terms(export_country=("JP",), destination=Destination(countries=("RU",)), goods=GoodsTerm(tables=("xx-goods",)))


def problems(*measures: Measure) -> list[str]:
    return [f"{p.level}: {p.message}" for p in check(measures, KNOWN)]


def test_a_sound_measure_is_clean() -> None:
    assert problems(measure(FINE, applies_to=("shipment",))) == []


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (measure(Terms()), "would catch every event"),
        (measure(FINE, time_zone="Asia/Tokio"), "not an IANA time zone"),
        (measure(FINE, applies_to=()), "can never speak"),
        (measure(FINE, applies_to=("voyage",)), "applies_to voyage"),
        (measure(FINE, announced=date(2023, 1, 1)), "after it begins"),
        (measure(FINE, in_force_until=date(2022, 1, 1)), "it never holds"),
        (measure(FINE, except_=(FINE,)), "can never speak"),
        (measure(FINE, except_=(Terms(),)), "always holds"),
        (measure(FINE, effect="from_entry"), "from_entry needs"),
        (measure(Terms(export_country=("XJ",))), "no country XJ"),
        (measure(Terms(destination=Destination(regions=("UA-99",)))), "no region UA-99"),
        (measure(Terms(destination=Destination())), "neither countries nor regions"),
        (measure(Terms(goods=GoodsTerm())), "neither tables nor items"),
        (measure(Terms(goods=GoodsTerm(items=("xx-goods/9",)))), "no goods item xx-goods/9"),
        (measure(Terms(parties=PartyTerm(lists=("yy-list",)))), "no list yy-list"),
        (measure(Terms(value_below=Money("much", "JPY"))), "not a decimal number"),
        (measure(FINE, applies_to=("payment",)), "a payment has no export country"),
        (measure(Terms(nexus=Nexus(currencies=("USD",))), applies_to=("shipment",)), "a shipment has no currency"),
        (measure(Terms(nexus=Nexus())), "neither currencies nor countries"),
        (measure(Terms(parties=PartyTerm(roles=("consignee",))), applies_to=("payment",)), "a payment has nobody as"),
        (measure(Terms(parties=PartyTerm(roles=("debtor",))), applies_to=("shipment",)), "a shipment has nobody as"),
        (measure(Terms(end_use=("",))), "stands in every text"),
        (measure(FINE, jurisdiction="UK"), "the measures of the United Kingdom are GB"),
        (measure(FINE, jurisdiction="jp"), "must be written JP"),
        (measure(FINE, jurisdiction=""), "jurisdiction is empty"),
        (measure(FINE, title=" "), "title, legal_basis and url must name the act"),
        (measure(Terms(value_below=Money("1000000", "YEN"))), "no currency YEN"),
        (measure(Terms(value_below=Money("-1", "JPY"))), "no goods are worth so little"),
        (measure(Terms(nexus=Nexus(currencies=("USDX",))), applies_to=("payment",)), "no currency USDX"),
        (measure(FINE), "makes a question of every payment"),
        (measure(Terms(value_below=Money("1", "JPY")), applies_to=("payment",)), "a payment has no export country"),
    ],
)
def test_each_fault_is_found(rule: Measure, said: str) -> None:
    assert any(said in line for line in problems(rule)), problems(rule)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (Terms(parties=PartyTerm(lists=("xx-lists",))), "error: when: no list xx-lists is known here; perhaps xx-list was meant"),
        (Terms(parties=PartyTerm(lists=("a-firms-own",))), "warning: when: no list a-firms-own is known here"),
        (Terms(goods=GoodsTerm(items=("xx-goods/11",))), "error: when: no goods item xx-goods/11 is known here; perhaps xx-goods/1 was meant"),
        (Terms(goods=GoodsTerm(items=("xx-goods/1", "xx-goods/1(*"))), "warning: when: no goods item xx-goods/1(* is known here"),
        (
            Terms(parties=PartyTerm(lists=("xx-list",), roles=("end_usr",))),
            "error: when: no role end_usr is known here; perhaps end_user was meant",
        ),
    ],
)  # fmt: skip
def test_a_slip_of_the_pen_is_an_error_and_tells_what_was_meant(terms: Terms, said: str) -> None:
    assert problems(measure(terms, applies_to=("shipment",))) == [said]


def test_a_role_of_a_platforms_own_is_none_of_ours() -> None:
    assert problems(measure(Terms(parties=PartyTerm(lists=("xx-list",), roles=("customs_broker",))))) == []


def with_exception(terms: Terms, when: Terms = FINE) -> list[str]:
    return problems(measure(when, applies_to=("shipment",), except_=(terms,)))


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        # everything to Russia is spared, and the measure is about Russia
        (Terms(destination=Destination(countries=("RU", "UA"))), "so the measure can never speak"),
        (Terms(export_country=("JP", "NO")), "so the measure can never speak"),
        (Terms(goods=GoodsTerm(tables=("xx-goods", "xx-others"))), "so the measure can never speak"),
    ],
)
def test_an_exception_that_swallows_the_measure(terms: Terms, said: str) -> None:
    assert any(line.startswith("error: except 1: it holds whenever") and said in line for line in with_exception(terms))


@pytest.mark.parametrize(
    ("terms", "what"),
    [
        (Terms(destination=Destination(countries=("UA",))), "destination"),
        (Terms(export_country=("NO",)), "export country"),
        (Terms(goods=GoodsTerm(items=("yy-goods/1",))), "goods"),
    ],
)
def test_an_exception_that_can_never_hold(terms: Terms, what: str) -> None:
    assert any(f"it can never hold, for its {what}" in line for line in with_exception(terms))


@pytest.mark.parametrize(
    "terms",
    [
        Terms(destination=Destination(countries=("RU",)), value_below=Money("1", "JPY")),
        Terms(value_below=Money("1", "JPY")),
        Terms(goods=GoodsTerm(items=("xx-goods/1",))),
        Terms(origin_country=("NO",)),
    ],
)
def test_an_exception_that_sometimes_holds_is_fine(terms: Terms) -> None:
    assert with_exception(terms) == []


def test_a_measure_that_another_one_makes_idle() -> None:
    wide = measure(Terms(export_country=("JP", "NO"), goods=FINE.goods), id="wide", applies_to=("shipment",))
    narrow = measure(FINE, id="narrow", applies_to=("shipment",), title="Another")
    assert problems(wide, narrow) == ["warning: adds nothing: wide catches all of it on all its days"]
    # Each of these leaves the narrow one something to say.
    for change in (
        {"in_force_from": date(2022, 1, 2)},
        {"in_force_until": date(2024, 1, 1)},
        {"effect": "review"},
        {"except_": (Terms(value_below=Money("5", "JPY")),)},
        {"jurisdiction": "YY"},
        {"when": Terms(export_country=("NO",), goods=FINE.goods)},
    ):
        assert problems(msgspec.structs.replace(wide, **change), narrow) == [], change


def test_versions_of_one_rule_follow_each_other_without_a_hole() -> None:
    """Their conditions differ, their act and title do not."""
    other = Terms(export_country=("JP",), destination=Destination(countries=("UA",)), goods=FINE.goods)
    first = measure(FINE, id="a", applies_to=("shipment",), in_force_until=date(2023, 1, 1))
    for day, said in (
        (date(2023, 1, 5), ["warning: begins 4 days after a ended: a gap"]),
        (date(2022, 12, 1), ["error: overlaps a: the same act and title on the same days"]),
        (date(2023, 1, 1), []),
    ):
        assert problems(first, measure(other, id="b", applies_to=("shipment",), in_force_from=day)) == said


def test_a_list_that_no_measure_names_is_a_gap() -> None:
    loaded = msgspec.structs.replace(
        KNOWN, programmes={"xx-list": frozenset({"BLOCKED"}), "yy-list": frozenset()}, complete=True
    )
    rule = measure(Terms(parties=PartyTerm(lists=("xx-list",), programmes=("BLOKCED",))))
    said = [(p.measure_id, p.level, p.message) for p in check([rule], loaded)]
    assert ("xx-1", "warning", "when: no entry under the programme BLOKCED is known here") in said
    assert any(one[0] == "yy-list" and one[2].endswith("a gap") for one in said)
    assert len(said) == 2
    assert len(check([rule], msgspec.structs.replace(loaded, complete=False))) == 1, "one file is not all there is"


def test_reasons_that_no_item_has() -> None:
    known = msgspec.structs.replace(KNOWN, reasons={"xx-goods": frozenset({"NS 1"})})
    rule = measure(
        Terms(export_country=("JP",), goods=GoodsTerm(tables=("xx-goods",), reasons_for_control=("NS1",))),
        applies_to=("shipment",),
    )
    (problem,) = check([rule], known)
    assert problem.message == "when: no item controlled for NS1 is known here"


def test_overlaps_gaps_and_double_ids() -> None:
    first = measure(FINE, id="a", applies_to=("shipment",), in_force_until=date(2023, 1, 1))
    overlap = measure(FINE, id="b", applies_to=("shipment",), in_force_from=date(2022, 6, 1))
    gap = measure(FINE, id="c", applies_to=("shipment",), in_force_from=date(2023, 1, 11))
    assert problems(first, overlap) == ["error: overlaps a: the same conditions on the same days"]
    assert problems(first, gap) == ["warning: begins 10 days after a ended: a gap"]
    assert problems(first, first)[0] == "error: overlaps a: the same conditions on the same days"
    assert any("must name one measure" in line for line in problems(first, first))


def test_norway_stays_norway_and_files_say_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "m.yaml"
    head = "list_id: measures-xx\nversion: '1'\njurisdiction: XX\ntime_zone: UTC\nlegal_basis: A\nurl: u\nmeasures:\n"
    body = "  - {id: a, title: t, in_force_from: 2022-01-01, applies_to: [shipment], effect: review, when: {%s}}\n"
    file.write_text(head + body % "export_country: [NO]")
    (loaded,) = measure_files.load(tmp_path)
    (rule,) = loaded.records
    assert isinstance(rule, Measure)
    assert rule.when.export_country == ("NO",)
    for bad, said in [
        (head + body % "destination: [RU]", "measure a: Expected `object"),
        (head + "  - {id: a, titel: t}", "unknown field titel"),
        (head + body % "export_country: [NO]" * 2, "stands there twice"),
        ("list_id: x\nmeasures: []", "`version` is missing"),
        ("list_id: ''\nversion: '1'\nmeasures: []", "`list_id` is missing"),
        ("measures: {", "line 1"),
        ("just text", "is a mapping"),
    ]:
        file.write_text(bad)
        with pytest.raises(InputError, match=re.escape(said)):
            measure_files.load(tmp_path)


HEAD = """\
list_id: measures-xx
version: "1"
jurisdiction: XX
time_zone: UTC
legal_basis: Act X
url: https://law.example/x
"""
WRITTEN = (
    HEAD
    + """\
measures:
  - id: a
    title: Goods to Russia
    in_force_from: 2022-03-18
    applies_to: [shipment]
    when: {export_country: [JP], destination: {countries: [RU]}, goods: {tables: [xx-goods]}}
    except:
      - {value_below: {amount: "1000000", currency: JPY}}
    effect: prohibited
"""
)


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        # Each of these would drop a condition without a word: every good to everywhere would be banned.
        ("destination:", "destinaton:", "when: unknown field destinaton (perhaps destination was meant)"),
        ("{countries:", "{country:", "when: destination: unknown field country (perhaps countries was meant)"),
        ("{tables:", "{table:", "when: goods: unknown field table (perhaps tables was meant)"),
        ("value_below:", "value_bellow:", "except 1: unknown field value_bellow (perhaps value_below was meant)"),
        ("currency:", "curency:", "except 1: value_below: unknown field curency (perhaps currency was meant)"),
        ("effect: prohibited", "effect: review\n    effect: prohibited", "`effect` stands there twice"),
        ("2022-03-18", "2022-02-30", "in_force_from is no day of the calendar; write one like 2023-02-03"),
        ("2022-03-18", "18.3.2022", "in_force_from is no day of the calendar"),
        (
            "effect: prohibited",
            "effect: forbidden",
            "'forbidden' is no effect; effects are prohibited, licence_required",
        ),
        ("[JP]", "JP", "when.export_country is a single word where a list belongs"),
    ],
)
def test_a_slip_of_the_pen_is_refused_where_it_stands(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    file = tmp_path / "m.yaml"
    file.write_text(WRITTEN)
    assert len(measure_files.load(file)[0].records) == 1
    assert right in WRITTEN
    file.write_text(WRITTEN.replace(right, wrong, 1))
    with pytest.raises(InputError, match=re.escape(said)):
        measure_files.load(file)
