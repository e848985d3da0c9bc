"""``measures check`` finds what would make a measure silently useless, or catch everything."""

import re
from datetime import date
from pathlib import Path

import pytest

from sekisho.errors import InputError
from sekisho.model import Measure
from sekisho.policy.check import Known, check
from sekisho.reference import measure_files
from tests.factories import Destination, GoodsTerm, Money, PartyTerm, Terms, measure

KNOWN = Known(
    lists={"xx-list"}, tables={"xx-goods"}, items={"xx-goods/1"}, regions={"UA-43"}, countries={"JP", "RU", "UA", "NO"}
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
    ],
)
def test_each_fault_is_found(rule: Measure, said: str) -> None:
    assert any(said in line for line in problems(rule)), problems(rule)


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
        ("measures: {", "line 1"),
        ("just text", "is a mapping"),
    ]:
        file.write_text(bad)
        with pytest.raises(InputError, match=re.escape(said)):
            measure_files.load(tmp_path)
