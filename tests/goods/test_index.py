"""The goods index: by code, by HS and by words, with the certainty that each way has."""

import time
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho.goods import THRESHOLD, GoodsIndex, GoodsMatch
from sekisho.model import ControlCode, GoodsItem, GoodsLine, Money, Period
from sekisho.reference import bundled

ITEMS = [item for one in bundled.lists() for item in one.records if isinstance(item, GoodsItem)]


@cache
def _shared() -> GoodsIndex:
    return GoodsIndex.build(ITEMS)


@pytest.fixture(scope="module")
def index() -> GoodsIndex:
    return _shared()


def line(description: str = "Machinery", hs_code: str | None = None, **codes: str) -> GoodsLine:
    declared = tuple(ControlCode(regime.replace("_", "-"), code) for regime, code in codes.items())
    return GoodsLine(1, description, hs_code=hs_code, control_codes=declared)


def met(index: GoodsIndex, *args: Any, **kwargs: Any) -> dict[str, GoodsMatch]:
    return {f"{m.item.table_id}/{m.item.item_id}": m for m in index.match(line(*args, **kwargs)).matches}


# -- codes ------------------------------------------------------------------------------------------


def test_a_declared_code_is_certain(index: GoodsIndex) -> None:
    (match,) = index.match(line("Equipment", jp_eto_2_3="2(69)")).matches
    assert (match.item.item_id, match.via, match.certain, match.grade) == ("2(69)", "code", True, "exact")
    assert match.periods == (0,)


def test_a_paragraph_meets_its_item_and_a_parent_only_may(index: GoodsIndex) -> None:
    assert met(index, us_ccl="3C001.e.1")["us-emerging-2022/3C001.e"].certain
    above = met(index, us_ccl="3C001")
    assert set(above) >= {"us-emerging-2022/3C001.d", "us-emerging-2022/3C001.e", "us-emerging-2022/3C001.f"}
    assert not any(match.certain for match in above.values())
    assert "us-emerging-2022/3C001.e" not in met(index, us_ccl="3C001.d")
    assert "us-emerging-2022/3C001.e" not in met(index, us_ccl="3C0010")


def test_table_1_is_item_1_of_table_2_3(index: GoodsIndex) -> None:
    assert met(index, jp_eto_1="7(16)")["jp-eto-2-3/1"].certain
    assert "jp-eto-2-3/1" not in met(index, jp_eto_1="16")  # the catch-all row is not in it


def test_a_row_alone_does_not_say_which_number(index: GoodsIndex) -> None:
    found = met(index, jp_eto_2_3="2")
    assert len(found) == 85
    assert not any(match.certain for match in found.values())


def test_an_unknown_code_is_a_note(index: GoodsIndex) -> None:
    assert any("none of the tables" in note for note in index.match(line(jp_eto_2_3="2(99)")).notes)
    assert any("cannot be read" in note for note in index.match(line(jp_eto_2_3="??")).notes)
    assert not index.match(line("Cotton shirts", xx_list="5A")).notes  # nobody's table: nothing to say


# -- HS ---------------------------------------------------------------------------------------------


def test_the_answer_that_nothing_on_a_list_applies_is_no_unknown_code(index: GoodsIndex) -> None:
    for regime, code in (("us-ccl", "EAR99"), ("jp-eto-1", "非該当"), ("jp-eto-2-3", "N/A")):
        found = index.match(GoodsLine(1, "Irrigation pumps of cast iron", control_codes=(ControlCode(regime, code),)))
        assert (found.matches, found.notes) == ((), ())


def test_semiconductor_equipment_as_forwarders_write_it(index: GoodsIndex) -> None:
    for text in ("STC 1 PLT SEMICONDUCTOR EQPT", "SEMICON MFG EQUIPMENT", "半导体设备"):
        assert "2(4)" in {match.item.item_id for match in index.match(GoodsLine(1, text)).matches}, text


@pytest.mark.parametrize("text", ["IC", "10 PCS IC'S", "processor IC STM32F103", "IC, LOGIC"])
def test_an_ic_is_an_integrated_circuit(index: GoodsIndex, text: str) -> None:
    assert "2(1)" in {match.item.item_id for match in index.classify(text)}


@pytest.mark.parametrize("text", ["IC cards, blank", "ICカード", "ICタグ", "IC recorder", "IC sockets"])
def test_goods_that_only_hold_an_ic_are_none(index: GoodsIndex, text: str) -> None:
    assert index.classify(text) == []


def test_a_welder_of_one_kind_is_a_welder(index: GoodsIndex) -> None:
    for text in ("TIG ARC WELDER", "arc welder 200 A", "MIG welder"):
        assert "2(77)" in {match.item.item_id for match in index.match(GoodsLine(1, text)).matches}, text


def test_a_robot_by_its_code_is_certain_where_the_law_names_it(index: GoodsIndex) -> None:
    found = met(index, "Handling unit", "8479.50")
    assert found["jp-eto-2-3/2-2(ニ)"].certain
    first = found["jp-eto-2-3/2-2(ニ)"].item.validity[found["jp-eto-2-3/2-2(ニ)"].periods[0]]
    assert (first.from_, first.until) == (date(2022, 10, 7), date(2023, 4, 7))
    # Item 2(73) is defined by its parameters: the code is our interpretation.
    assert not found["jp-eto-2-3/2(73)"].certain
    assert "interpretation" in found["jp-eto-2-3/2(73)"].evidence[0].effect


def test_generators_were_not_banned_by_code_before_april_2023(index: GoodsIndex) -> None:
    for match in index.match(line("Apparatus", "8502.11")).matches:
        for at in match.periods:
            assert not match.certain or match.item.validity[at].from_ >= date(2023, 4, 7)


@pytest.mark.parametrize(
    ("code", "on", "banned"),
    [
        ("8479.50", "2023-01-10", True),
        ("8461.40", "2023-01-10", True),
        ("8461.50", "2023-01-10", False),
        ("8543.10", "2023-01-10", True),
        ("7309.00", "2023-01-10", True),
        ("8502.31", "2023-01-10", True),
        ("8502.20", "2023-02-10", False),
        ("8502.20", "2023-04-07", True),
        ("8486.20", "2023-02-10", False),
        ("8486.20", "2023-04-07", True),
        ("8542.31", "2023-04-07", True),
        ("9031.20", "2023-02-10", True),
        ("9031.10", "2023-04-07", False),
        ("9031.10", "2025-01-23", True),
        ("9503.00", "2023-02-10", False),
        ("9503.00", "2023-04-07", True),
        ("6109.10", "2025-06-01", False),
        ("5701.10", "2023-02-10", True),
        ("5702.49", "2023-02-10", False),
        ("6211.12", "2023-02-10", True),
        ("8703.23", "2025-06-01", True),
    ],
)
def test_the_tariff_of_the_ordinance(index: GoodsIndex, code: str, on: str, banned: bool) -> None:
    """What stands in the texts (and that chapter 57 and 6211.12, which only ranges and chapters name, are found)."""
    day = date.fromisoformat(on)
    hit = any(
        match.item.item_id.startswith(("2-2", "3("))
        and period.from_ <= day
        and (period.until is None or day < period.until)
        for match in index.match(line("Goods of that code", code)).matches
        for period in (match.item.validity[at] for at in match.periods)
    )
    assert hit is banned


def test_luxury_goods_keep_their_limits(index: GoodsIndex) -> None:
    match = met(index, "Vehicles", "8703.24")["jp-eto-2-3/3(ヨ)"]
    assert [match.item.validity[at].value_below for at in match.periods] == [Money("6000000", "JPY")]


def test_a_condition_that_no_code_expresses_is_never_certain(index: GoodsIndex) -> None:
    found = met(index, "Engine parts", "8409.91")
    assert not found["jp-eto-2-3/3(カ)/condition"].certain
    assert "船舶推進用" in (found["jp-eto-2-3/3(カ)/condition"].item.parameters or "")


def test_a_short_code_is_open_and_a_bad_one_a_note(index: GoodsIndex) -> None:
    heading = met(index, "Handling unit", "8479")
    assert not heading["jp-eto-2-3/2-2(ニ)"].certain
    assert any("not in HS 2022" in note for note in index.match(line("Shirts", "7799.10")).notes)
    assert any("form of one" in note for note in index.match(line("Shirts", "ABC")).notes)


def test_every_code_of_a_field_is_looked_up(index: GoodsIndex) -> None:
    found = index.match(line("Two machines", "9999.99 / 8479.50", us_ccl="EAR99")).matches
    assert "2-2(ニ)" in {match.item.item_id for match in found}
    assert met(index, us_ccl="1A001, 3C001.e")["us-emerging-2022/3C001.e"].certain


# -- words ------------------------------------------------------------------------------------------


def test_words_are_never_certain_and_carry_what_met(index: GoodsIndex) -> None:
    (match,) = index.classify("Portable diesel generator set 50 kVA", 1)
    assert (match.item.item_id, match.via, match.certain) == ("2(69)", "words", False)
    assert match.score >= THRESHOLD
    assert "generator" in match.evidence[0].query


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("可搬型ディーゼル発電機", "2(69)"),
        ("Портативный бензиновый генератор", "2(69)"),
        ("便携式柴油发电机组", "2(69)"),
        ("Portabel genrator 5kva", "2(69)"),
        ("P0RTABLE GENERATOR", "2(69)"),
        ("rіot shiеlds polycarbonate", "2(48)"),  # Cyrillic і, е
        ("gen\u200berator, portable", "2(69)"),
        ("193 nm immersion lithography tool", "2(4)"),
        ("immersion scanner", "2(4)"),
        ("液浸スキャナー", "2(4)"),
    ],
)
def test_languages_slips_and_disguises(index: GoodsIndex, text: str, item: str) -> None:
    assert item in [match.item.item_id for match in index.classify(text, 3)]


@pytest.mark.parametrize(
    "text",
    [
        "Toy robot",
        "Robot costume for kids",
        "Book about semiconductors",
        "Generator rental service",
        "Fridge magnets, ring shaped",
        "Bag for oscilloscope",
        "おもちゃのロボット",
        "книга о лазерах",
        "玩具机器人",
        "Cotton T-shirts",
        "Leather handbag",
        "Electric immersion heaters",
        "Lithographic stones prepared for printing",
        "Lithographic plates for offset presses",
        "Item under licence review",
        "",
        "???",
    ],
)
def test_what_only_borrows_the_words_is_not_met(index: GoodsIndex, text: str) -> None:
    assert index.classify(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "BRAND NEW {} FOR INDUSTRIAL USE",
        "{}, BRAND: ACME",
        "{} freight and insurance paid",
        "{} IN 20 BAGS",
        "{} packed in 3 wooden cases",
        "12 CASES {}",
        "{} see figure 2",
        "{} for food industry",
        "{} for tobacco factory",
        "{} including installation and training course",
        "toys; {}",
        "{}; coffee mugs",
        "T-SHIRTS, {}, BOOKS",
        "1) toys 2) {} 3) books",
        "TOYS 20 CTNS\n{}",
        "household goods and {}",
        "toys &amp; {}",
        "玩具、衣類、{}、食品",
    ],
)
@pytest.mark.parametrize(
    ("goods", "item"), [("portable generator", "2(69)"), ("DIGITAL OSCILLOSCOPE", "2(2)"), ("ロボット", "2(73)")]
)
def test_what_stands_beside_the_goods_does_not_make_them_something_else(
    index: GoodsIndex, text: str, goods: str, item: str
) -> None:
    assert item in {match.item.item_id for match in index.classify(text.format(goods))}


@pytest.mark.parametrize(
    "text",
    [
        "Watch movements; electrically operated, by means of solar cells",
        "Clocks; instrument panel clocks for vehicles, aircraft",
        "Diving mask and snorkel for children",
        "robot, toy",
        "Toy\nrobot",
        "Toy robot made of polyester and cotton\nwith laser, 20 pcs",
        "20 bags for oscilloscopes",
        "Instruction manual for CMM",
        "Magazine about drones and lasers",
    ],
)
def test_a_toy_of_several_parts_is_a_toy(index: GoodsIndex, text: str) -> None:
    assert index.classify(text) == []


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("radiation protective apron", "2(55)"),
        ("смирительная рубашка", "2(49)"),
        ("stealth paint", "2(44)"),
        ("PEEK granules natural 25 kg bags", "2(62)"),
    ],
)
def test_a_decoy_that_the_item_itself_names_is_none(index: GoodsIndex, text: str, item: str) -> None:
    assert item in {match.item.item_id for match in index.classify(text)}


def _terms() -> list[tuple[tuple[str, str], str]]:
    return [
        (item.key, term)
        for item in ITEMS
        for language, terms in item.terms.items()
        if "-x-chem" not in language
        for term in terms
    ]


@pytest.mark.parametrize("form", ["{}", "BRAND NEW {} IN 2 CASES", "toys; {}; books", "TOYS, {}, BOOKS"])
def test_every_term_is_found_as_it_is_written_on_bills_of_lading(index: GoodsIndex, form: str) -> None:
    lost = [
        term
        for item, term in _terms()
        if item not in {match.item.key for match in index.classify(form.format(term), 100)}
    ]
    # "CMM manual" and its like after a comma: a part that names a decoy alone.
    assert len(lost) <= 0.005 * len(_terms()), lost


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("portable&nbsp;diesel&nbsp;generator", "portable diesel generator"),
        ("portable<br/>diesel<br/>generator", "portable diesel generator"),
        ("&#29577;&#36600;&#21463;", "玉軸受"),
        ("レ-ザ-発振器", "レーザー発振器"),
        ("放射線モニタ", "放射線モニター"),
        ("玉 軸 受", "玉軸受"),
    ],
)
def test_markup_and_older_writings_of_the_same_words(index: GoodsIndex, text: str, same: str) -> None:
    found = {match.item.key for match in index.classify(same)}
    assert found
    assert {match.item.key for match in index.classify(text)} == found


def test_every_item_is_found_by_its_own_titles(index: GoodsIndex) -> None:
    lost = [
        (item.key, title)
        for item in ITEMS
        for title in item.title.values()
        if item.key not in [match.item.key for match in index.classify(title, 100)]
    ]
    assert lost == []


def test_a_purpose_counts_for_less_than_the_thing(index: GoodsIndex) -> None:
    thing, purpose = index.classify("vacuum pump", 1)[0], index.classify("hose for vacuum pump", 1)[0]
    assert purpose.score < thing.score


# -- lines ------------------------------------------------------------------------------------------


def test_what_says_nothing_is_not_described_unless_a_code_says_it(index: GoodsIndex) -> None:
    assert not index.match(line("spare parts")).described
    assert not index.match(line("spare parts", "8479.50")).described
    assert index.match(line("spare parts", jp_eto_2_3="2(69)")).described
    assert any("does not say" in note for note in index.match(line("spare parts")).notes)


def test_one_match_an_item_with_the_evidence_of_each_way(index: GoodsIndex) -> None:
    result = index.match(line("Portable diesel generator", "8502.11", jp_eto_2_3="2(69)"))
    (match,) = [one for one in result.matches if one.item.item_id == "2(69)"]
    assert match.certain
    assert [evidence.feature for evidence in match.evidence] == ["control_code", "hs_code", "description"]


def test_updated_leaves_the_old_index_as_it_was(index: GoodsIndex) -> None:
    item = GoodsItem(
        "xx", "1", {"en": "Frobnicator"}, (Period(from_=date(2022, 1, 1)),), "Act X", terms={"en": ("frobnicator",)}
    )
    new = index.updated([item], [("jp-eto-2-3", "2(69)")])
    assert new.classify("frobnicators")[0].item.key == ("xx", "1")
    assert new.classify("portable diesel generator") == []
    assert index.classify("frobnicators") == []
    assert index.classify("portable diesel generator")


def test_the_same_line_gives_the_same_answer_whatever_came_before(index: GoodsIndex) -> None:
    text = line("Explosves detectr, portabel", "9027.80")
    before = GoodsIndex.build(ITEMS).match(text)
    for number in range(50):
        index.match(line(f"Explosves {number} detectr", "9027.80"))
    assert index.match(text) == before


@settings(max_examples=150)
@given(st.text(max_size=200), st.one_of(st.none(), st.text(max_size=20)), st.text(max_size=20), st.text(max_size=30))
def test_match_never_raises(description: str, hs_code: str | None, regime: str, code: str) -> None:
    result = _shared().match(GoodsLine(1, description, hs_code=hs_code, control_codes=(ControlCode(regime, code),)))
    assert all(0 <= match.score <= 1 and match.periods for match in result.matches)
    assert not any(match.certain for match in result.matches if match.via == "words")


def test_a_hostile_description_costs_bounded_time(index: GoodsIndex) -> None:
    hostile = (
        "portable generator vacuum pump bearing steel stainless pipe valve " * 20_000,
        "発電機真空ポンプ" * 50_000,
        "toy robot, 1) laser; " * 50_000,
        "&amp;" * 100_000,
        "<br " * 100_000,
        "\u202e\u200b" * 500_000,
        "xq" * 500_000,
    )
    begin = time.process_time()
    for text in hostile:
        index.match(line(text))
    assert time.process_time() - begin < 2.0
