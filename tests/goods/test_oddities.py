"""What is odd about a line, and what only looks so."""

import csv
from pathlib import Path

import pytest

from sekisho.goods import oddities
from sekisho.goods.text import fold, words


def found(text: str) -> list[str]:
    return words(fold(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "spare parts",
        "Spare Parts, various",
        "samples",
        "SAMPLE OF NO COMMERCIAL VALUE",
        "goods as per invoice 123",
        "部品",
        "スペアパーツ 一式",
        "サンプル品",
        "запчасти",
        "образцы товаров",
        "样品",
        "配件一批",
        "12345",
        "-",
        "CONSOLIDATED CARGO",
        "FREIGHT ALL KINDS",
        "FAK",
        "STC: 3 PKGS",
        "1 PALLET STC",
        "Machinery",
        "MACHINERY PARTS",
        "EQUIPMENTS AND PARTS",
        "ELECTRONIC COMPONENTS",
        "INDUSTRIAL GOODS",
        "Ersatzteile und Zubehör",
        "MERCADERIA VARIOS",
        "機械部品",
        "一般貨物",
        "混載貨物",
        "电子元件",
        "普通货物",
        "сборный груз",
        "промышленное оборудование",
    ],
)
def test_says_nothing(text: str) -> None:
    assert not oddities.describes(found(text))


@pytest.mark.parametrize(
    "text",
    [
        "spare parts for pumps",
        "textile samples",
        "自転車部品",
        "запчасти для трактора",
        "汽车配件",
        "Sewing machines",
        "Electronic cigarettes",
        "Industrial gloves",
        "STC 2 PLTS CERAMIC TILES",
        "電子レンジ",
        "стиральные машины",
        "建筑材料",
        "phone cases",
    ],
)
def test_says_something(text: str) -> None:
    assert oddities.describes(found(text))


def test_a_code_of_another_chapter_is_a_contradiction() -> None:
    note = oddities.contradiction(found("Knitted pullovers and cardigans of wool"), "848620")
    assert note is not None
    assert "848620" in note
    assert oddities.contradiction(found("Knitted pullovers and cardigans of wool"), "611011") is None


def test_one_word_of_another_chapter_is_none() -> None:
    assert oddities.contradiction(found("Leather belts for machines"), "848620") is None


def test_no_heading_contradicts_its_own_code(shared_data: Path) -> None:
    with (shared_data / "goods" / "hs2022.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["level"] == "6"]
    wrong = [row["hscode"] for row in rows if oddities.contradiction(found(row["description"]), row["hscode"])]
    assert len(wrong) < len(rows) / 100, wrong[:20]
