"""Japan's measures against the consolidated texts of the Order at hand: countries, numbers and terms are theirs."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from babel import Locale

from sekisho.model import Measure, Terms
from sekisho.reference import bundled

MEASURES = {record.id: record for one in bundled.lists() for record in one.records if isinstance(record, Measure)}
TEXTS = ("2022-12-06", "2023-02-03", "2023-04-07", "2023-07-21", "2026-06-05")
every_text = pytest.mark.parametrize("text", TEXTS)

#: What the Order calls otherwise than CLDR does.
_OTHER = {"英国": "GB", "大韓民国": "KR", "中華人民共和国": "CN"}
COUNTRIES = {name: code for code, name in Locale("ja").territories.items() if len(code) == 2} | _OTHER
NUMBERS = dict(zip("一二三四五六七八九", "123456789", strict=True))


def order(shared_data: Path, text: str) -> str:
    file = shared_data / "japan" / "law" / f"324CO0000000378_export_trade_control_order_{text}.md"
    return file.read_text(encoding="utf-8")


def table(law: str, name: str) -> str:
    """What stands in an appended table of one sentence."""
    found = re.search(rf"^\*\*別表{name}\*\*\n+- (.+)$", law, flags=re.MULTILINE)
    assert found is not None, name
    return found[1]


def countries(law: str, name: str) -> set[str]:
    return {COUNTRIES[country] for country in table(law, name).split("、")}


def in_force(prefix: str, text: str) -> Measure:
    day = date.fromisoformat(text)
    (found,) = [
        one
        for one in MEASURES.values()
        if one.id.startswith(prefix) and one.in_force_from <= day < (one.in_force_until or date.max)
    ]
    return found


def to(terms: Terms) -> set[str]:
    assert terms.destination is not None
    return set(terms.destination.countries)


@every_text
def test_the_catch_all_spares_the_countries_of_table_3(shared_data: Path, text: str) -> None:
    for prefix in ("jp-etco-catch-all-end-user", "jp-etco-catch-all-end-use"):
        suffixes = {"": MEASURES[prefix], "-2022": MEASURES[f"{prefix}-2022"]}
        day = date.fromisoformat(text)
        (rule,) = [one for one in suffixes.values() if one.in_force_from <= day < (one.in_force_until or date.max)]
        assert to(rule.except_[0]) == countries(order(shared_data, text), "第三")


@every_text
def test_the_small_value_rule_stops_at_the_countries_of_table_4(shared_data: Path, text: str) -> None:
    assert to(MEASURES["jp-etco-1-table-4"].when) == countries(order(shared_data, text), "第四")


def test_item_1_8_speaks_of_the_countries_of_table_2_4(shared_data: Path) -> None:
    assert to(MEASURES["jp-etco-2-1-item-1-8"].when) == countries(order(shared_data, "2026-06-05"), "第二の四")
    for text in TEXTS[:-1]:
        assert "一の八" not in order(shared_data, text).split("第三条", 1)[0], "the clause began after this text"


@every_text
def test_table_3_3_is_the_orders(shared_data: Path, text: str) -> None:
    """Its numbers stand as 五の項（十四）若しくは（十八）、七の項…; row 8 has none, row 15 is whole."""
    said = table(order(shared_data, text), "第三の三").replace("一〇の項", "十の項")
    kanji = {
        "十": "10",
        "十一": "11",
        "十二": "12",
        "十三": "13",
        "十四": "14",
        "十五": "15",
        "十八": "18",
        "九の二": "9-2",
    }
    names = {**NUMBERS, **kanji, "一二": "12", "一三": "13", "一五": "15"}
    rows = re.findall(r"([一二三四五六七八九十]+)の項((?:（[^）]+）|若しくは|、)*)", said)
    wanted = {
        f"jp-eto-1/{names[row]}({names[number]})"
        for row, numbers in rows
        for number in re.findall(r"（([^）]+)）", numbers)
    }
    rule = MEASURES["jp-etco-1-table-3-3"].when.goods
    assert rule is not None
    assert len(wanted) > 15
    assert set(rule.items) == wanted | {"jp-eto-1/8", "jp-eto-1/8(*", "jp-eto-1/15(*"}


@every_text
def test_the_number_of_article_4_1_is_the_one_that_the_text_has(shared_data: Path, text: str) -> None:
    law = order(shared_data, text)
    (small,) = re.findall(r"^- ([一二三四五])　別表第一の五から一三まで.*総価額が百万円", law, flags=re.MULTILINE)
    catch_all = re.findall(
        r"^- ([一二三四五])　別表第一の一六の項.*次に掲げるいずれの場合にも", law, flags=re.MULTILINE
    )
    for measure_id in ("jp-etco-1-rows-5-15", "jp-etco-1-table-3-3", "jp-etco-1-table-4"):
        assert f"no. {NUMBERS[small]} " in MEASURES[measure_id].legal_basis.replace(",", " "), measure_id
    basis = in_force("jp-etco-catch-all-end-user", text).legal_basis
    numbers = [NUMBERS[one] for one in catch_all]
    assert (f"no. {numbers[0]} " if len(numbers) == 1 else f"nos. {' and '.join(numbers)} ") in basis


@every_text
def test_every_good_to_north_korea_for_the_term_of_the_text(shared_data: Path, text: str) -> None:
    (year,) = re.findall(
        r"^\*\*３\*\*　令和([五七九])年四月十三日までの間は、第二条第一項第一号の二中",
        order(shared_data, text),
        flags=re.MULTILINE,
    )
    last = date(2018 + int(NUMBERS[year]), 4, 13)
    rule = in_force("jp-etco-2-1-item-1-2", text)
    assert rule.effect == "prohibited"
    assert rule.in_force_until == last + timedelta(days=1)
