"""Acronyms and the names they stand for, in the name's own language and in Russian."""

from __future__ import annotations

import pytest

from sekisho.model import Entity, Name
from sekisho.names import THRESHOLD, NameIndex, Query, compare_names
from sekisho.names.acronyms import LONGEST, SHORTEST, short, spelled
from sekisho.names.parse import parse


def letters(name: str) -> set[str]:
    return spelled(parse(name, False)[0])


@pytest.mark.parametrize(
    ("name", "acronym"),
    [
        ("Central Aerohydrodynamic Institute", "tsagi"),
        ("Центральный аэрогидродинамический институт", "tsagi"),
        ("Moscow Aviation Institute", "mai"),
        ("Islamic Republic of Iran Shipping Lines", "irisl"),
        ("Scientific Research Institute of Applied Acoustics", "niipa"),
        ("Scientific Research Institute of Applied Acoustics", "sriaa"),
        ("United Aircraft Corporation", "uac"),
        ("United Aircraft Corporation", "oak"),
        ("対外貿易銀行", "vtb"),
    ],
)
def test_a_name_goes_by_its_letters_in_its_language_and_in_russian(name: str, acronym: str) -> None:
    assert acronym in letters(name)


def test_acronyms_are_of_bounded_length_and_number() -> None:
    many = letters(" ".join(["Aerohydrodynamic"] * 9))
    assert len(many) <= 64
    assert all(SHORTEST <= len(one) <= LONGEST for one in many)
    assert letters("Bank") == set()
    assert spelled(parse("Ivan Ivanovich Ivanov", True)[0]) == set()


def test_only_a_whole_name_of_one_short_word_is_an_acronym() -> None:
    assert short(parse("АО «ЦАГИ»", False)[0]) == "tsagi"
    assert short(parse("Volkswagen AG", False)[0]) == ""
    assert short(parse("TsAGI Trading", False)[0]) == ""


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("TsAGI", "Central Aerohydrodynamic Institute"),
        ("ЦАГИ", "Central Aerohydrodynamic Institute"),
        ("株式会社中央航空流体力学研究所", "TsAGI"),
        ("TsAGI", "Central Aerohydrodynamic Institute (TsAGI)"),
        ("МАИ Московский авиационный институт", "Moscow Aviation Institute"),
        ("МАИ", "Moscow Aviation Institute"),
        ("SMP Bank", "Bank Severny Morskoy Put"),
        ("UAC", "United Aircraft Corporation"),
    ],
)
def test_an_acronym_meets_its_name_both_ways(one: str, two: str) -> None:
    assert compare_names(one, two, "Organization").match
    assert compare_names(two, one, "Organization").match


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("MAI", "Military Engineering Academy"),
        ("TsAGI", "Central Institute of Geology"),
        ("ABB", "Al-Barakat Bank"),
        ("ABU ABDULLAH", "アブダッラー・アッザーム・ブリゲイズ"),
        ("SMP Bank", "Bank of Southern Mindanao"),
        ("МАИ Московский авиационный институт", "Moscow Energy Institute"),
    ],
)
def test_letters_that_do_not_spell_the_name_or_are_anybodys_do_not_meet(one: str, two: str) -> None:
    assert compare_names(one, two, "Organization").score < THRESHOLD


def test_the_index_leads_from_an_acronym_to_its_name_and_back() -> None:
    names = ("Central Aerohydrodynamic Institute", "MAI", "Zorkovian Trading")
    index = NameIndex.build(Entity("x", name, "Organization", (Name(name),)) for name in names)
    assert [m.entity.entry_id for m in index.search(Query("ЦАГИ", "Organization"))] == [names[0]]
    assert [m.entity.entry_id for m in index.search(Query("Moscow Aviation Institute", "Organization"))] == ["MAI"]
