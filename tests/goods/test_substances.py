"""Chemicals by their names: each is found under every writing of its name, and never as a part of something else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sekisho.goods import GoodsIndex
from sekisho.goods.substances import CHEMICAL, SubstanceIndex, key
from sekisho.goods.text import fold, words
from sekisho.model import GoodsItem
from sekisho.reference import bundled
from sekisho.reference.load import load_paths
from tests.factories import Period, item, line

INDEX = GoodsIndex.build(record for one in bundled.lists() for record in one.records if isinstance(record, GoodsItem))


def found(text: str, index: GoodsIndex = INDEX) -> list[str]:
    return [f"{match.item.table_id}/{match.item.item_id}" for match in index.classify(text, 3)]


ACID = "jp-eto-2-3/1-2(イ)"
TABLE_1 = "jp-eto-2-3/1"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        # the three materials of July 2019, as they are written in the law and in trade
        ("フッ化水素", TABLE_1),
        ("ふっ化水素", TABLE_1),
        ("弗化水素", TABLE_1),
        ("フッ化水素酸 55%", TABLE_1),
        ("高純度フッ化水素ガス", TABLE_1),
        ("超高純度フッ酸（半導体用）", TABLE_1),
        ("hydrofluoric acid, electronic grade, 49%", TABLE_1),
        ("Anhydrous Hydrogen Fluoride (AHF) in ISO tank", TABLE_1),
        ("плавиковая кислота 40%", TABLE_1),
        ("电子级氢氟酸", TABLE_1),
        ("フッ化ポリイミド", TABLE_1),
        ("含フッ素ポリイミドフィルム", TABLE_1),
        ("fluorinated polyimide film", TABLE_1),
        ("レジスト", "jp-eto-2-3/2(6)"),
        ("ArF photoresist", "jp-eto-2-3/2(6)"),
        # other writings of one name
        ("2-メチル-2-ブテン", ACID),
        ("二―メチル―二―ブテン", ACID),
        ("赤リン", ACID),
        ("N,N-ジメチルアニリン", ACID),
        ("亜燐酸トリイソブチル", ACID),
        ("isopropyl alcohol 99.9%, 160 kg drums", ACID),
        ("硫酸 98%", ACID),
        ("工業用アンモニア水", ACID),
        ("метанол технический", ACID),
        ("красный фосфор", ACID),
        ("环氧乙烷", ACID),
        ("Sodium cyanide; potassium cyanide", TABLE_1),
    ],
)
def test_a_substance_is_found_as_people_write_it(text: str, where: str) -> None:
    assert where in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "硫酸バリウム",
        "硫酸マグネシウム肥料",
        "水銀灯",
        "水銀体温計",
        "アンモニアセンサー",
        "一酸化炭素警報器",
        "塩素系漂白剤",
        "エタノール消毒ジェル",
        "carbon monoxide alarm",
        "ammonia refrigeration compressor",
        "mercury-free thermometer",
        "sulphur-free diesel fuel",
        "ethanol-based hand sanitizer",
        "methanol fuel cell charger",
        "sodium hydrogen fluoride test kit",
        "hydrogen fluoride detector tube",
        "capsaicin pain relief patch",
        "датчик аммиака",
        "спиртовые салфетки",
        "一氧化碳报警器",
    ],
)
def test_a_substance_is_never_part_of_something_else(text: str) -> None:
    assert ACID not in found(text)
    assert TABLE_1 not in found(text)


def test_a_name_holds_from_the_day_on_which_it_was_added() -> None:
    """Sulphuric acid joined the list on 3 February 2023, lithium carbonate by the text of 2025, methanol was there before."""
    for text, since in (
        ("メタノール", date(2022, 10, 7)),
        ("硫酸", date(2023, 2, 3)),
        ("炭酸リチウム", date(2025, 1, 23)),
    ):
        (match,) = INDEX.match(line(text)).matches
        assert min(match.item.validity[at].from_ for at in match.periods) == since, text
        assert not match.certain, "a name in words is never certain"


def test_the_evidence_says_which_name() -> None:
    (match,) = INDEX.match(line("高純度フッ化水素ガス")).matches
    (evidence,) = match.evidence
    assert (evidence.entry, evidence.effect) == ("フッ化水素", "the name of a substance of the item")


def test_every_name_of_a_substance_finds_its_item() -> None:
    """Systematic: each name of each language of each item of the pack, at its own item."""
    names = [
        (name, one)
        for one in INDEX.items.values()
        for language, terms in one.terms.items()
        if CHEMICAL in language
        for name in terms
    ]
    assert len(names) > 500
    missed = [(name, one.item_id) for name, one in names if f"{one.table_id}/{one.item_id}" not in found(name)]
    assert missed == []


def test_every_substance_of_the_ordinances_finds_its_item(shared_data: Path) -> None:
    """With the official texts: Table 1 row 3(1) and Table 2-3 item 1-2(イ), by each Japanese name."""
    tables = load_paths([shared_data / "japan" / "law"])
    index = GoodsIndex.build(record for one in tables for record in one.records if isinstance(record, GoodsItem))
    for item_key, least in ((("jp-eto-1", "3(1)"), 70), (("jp-eto-2-3", "1-2(イ)"), 115)):
        one = index.items[item_key]
        names = [name for language, terms in one.terms.items() if language.startswith("ja-x") for name in terms]
        assert len(names) >= least
        assert [name for name in names if "/".join(item_key) not in found(name, index)] == []
    assert "jp-eto-1/3(1)" in found("フッ化水素", index)
    assert "jp-eto-1/5(17)" in found("フッ化ポリイミド", index)
    assert "jp-eto-1/7(19)" in found("EUV用レジスト", index)


def test_keys() -> None:
    assert key("一・二―ジクロロエタン") == key("1,2-ジクロロエタン")
    assert key("三塩化りん") == key("三塩化リン") != key("塩化リン")
    assert key("Ｎ・Ｎ―ジメチルアニリン") == key("n,n-ジメチルアニリン")


def test_an_item_without_substances_costs_nothing() -> None:
    index = GoodsIndex.build([item("xx", "1", Period(from_=date(2022, 1, 1)), terms={"en": ("frobnicator",)})])
    assert found("フッ化水素", index) == []


def test_a_long_text_is_bounded() -> None:
    assert found("methanol " * 50_000) == []


class Everything(frozenset[str]):
    """Shares a word with every text."""

    def isdisjoint(self, other: object) -> bool:
        return False


def test_a_text_that_is_passed_over_names_no_substance() -> None:
    quick, thorough = SubstanceIndex(list(INDEX.items.values())), SubstanceIndex(list(INDEX.items.values()))
    thorough._pieces = Everything()
    terms = [
        term
        for item in INDEX.items.values()
        for language, some in item.terms.items()
        if CHEMICAL in language
        for term in some
    ]
    assert len(terms) > 500
    passed_over = 0
    for term in dict.fromkeys(terms):
        for text in (
            term,
            term.upper(),
            f"High purity {term} 99%, 25 kg drums",
            f"Cotton shirts; {term.replace('-', ' ')}",
            term.replace(" ", ""),
            term.replace(" ", "-"),
            f"{term[: len(term) // 2]}({term[len(term) // 2 :]})",
            f"sensor for {term[1:]}",
        ):
            found = words(fold(text))
            assert quick.search(text, found) == thorough.search(text, found), text
            passed_over += quick._pieces.isdisjoint(found)
    assert passed_over
