"""Names inside running text: every listed name is met, and ordinary words name nobody."""

import time
from pathlib import Path

import pytest

from sekisho.model import Entity, Name
from sekisho.names import NameIndex
from sekisho.reference import Reference

INDEX = Reference.bundled().tables.names


def met(text: str, index: NameIndex = INDEX) -> set[str]:
    return {match.entity.primary_name for match in index.scan(text)}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "INV 4711 trucks delivered by KAMAZ Publicly Traded Company Naberezhnye Chelny",
            "KAMAZ Publicly Traded Company",
        ),
        ("Payment for trucks, supplier KAMAZ PJSC, contract 12", "KAMAZ Publicly Traded Company"),
        ("fee for Sergei Kogogin, March", "Sergei Kogogin"),
        ("KOGOGIN SERGEI consulting", "Sergei Kogogin"),
        (
            "Invoice 33/2023 Votkinsk Machine Building Plant steel castings",
            "Joint Stock Company Votkinsk Machine Building Plant",
        ),
        ("Оплата по счёту 17 ПАО «КАМАЗ» за запасные части", "KAMAZ Publicly Traded Company"),
        ("トゥーラ兵器工場向け部品代金", "Tula Arms Plant"),
        ("代金　航空流体力学中央研究所　研究協力費", "Central Aerohydrodynamic Institute"),
        ("goods for Tula Arms Plant, lot 5", "Tula Arms Plant"),
        ("trucks of KAMAZ Publikly Traded Company", "KAMAZ Publicly Traded Company"),
    ],
)
def test_a_listed_name_is_met(text: str, name: str) -> None:
    assert name in met(text)


@pytest.mark.parametrize(
    "text",
    [
        "Invoice 2023-118 spare parts for textile machinery",
        "Agricultural machinery and parts thereof, wheels incorporated in tractors",
        "Salary February 2023",
        "Payment for herbs, buckwheat, mercury thermometers and chemical elements",
        "School fees for the first semester, plant and machine rental",
        "aviation repair services, arms and legs of dolls, central institute of art",
        "自動車部品の代金　株式会社山田工業",
        "запасные части для тракторов, завод, институт",
        "",
        "....",
    ],
)
def test_ordinary_words_name_nobody(text: str) -> None:
    assert met(text) == set()


def test_a_weak_alias_or_a_vessels_single_name_needs_more_than_a_text() -> None:
    index = NameIndex.build(
        [
            Entity("x", "1", "Person", (Name("Ibrahim Tulasov"), Name("Tula", "weak_alias"))),
            Entity("x", "2", "Vessel", (Name("MERIDIAN"),)),
        ]
    )
    assert met("Tula and the MERIDIAN hotel", index) == set()
    assert met("for Tulasov Ibrahim", index) == {"Ibrahim Tulasov"}


def test_every_name_of_two_words_is_met_in_a_sentence() -> None:
    missed = [
        name.text
        for entity in INDEX.entities.values()
        for name in entity.names
        if name.kind != "weak_alias" and len(name.text.split()) >= 2 and name.text.isascii()
        if entity.primary_name not in met(f"Invoice 118 of 3 March, {name.text}, according to contract")
    ]
    assert len(missed) <= len(INDEX.entities) * 0.02, missed


def test_ordinary_descriptions_of_goods_name_nobody(shared_data: Path) -> None:
    lines = (shared_data / "goods" / "hs2022.csv").read_text(encoding="utf-8").splitlines()[1:]
    hits = [line for line in lines[::7] if met(line.split(",", 2)[-1])]
    assert hits == []


def test_a_long_text_costs_bounded_time() -> None:
    names = " ".join(entity.primary_name for entity in INDEX.entities.values())
    began = time.process_time()
    INDEX.scan((names + " ") * 20)
    assert time.process_time() - began < 30
