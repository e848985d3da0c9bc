"""Names of people written together, apart, or in a romanisation of their own."""

from __future__ import annotations

import pytest

from sekisho.model import Entity, Name
from sekisho.names import THRESHOLD, NameIndex, Query, compare_names
from sekisho.names.people import families, korean, one_tail


@pytest.mark.parametrize(
    ("word", "one"),
    [("badreddine", "badruddin"), ("nasirudeen", "nasiruddin"), ("hayatollah", "hayatullah"), ("nureldine", "nuruddin"), ("geraldine", "geraldine"), ("abdullah", "abdullah"), ("borodin", "borodin"), ("vadim", "vadim")],
)  # fmt: skip
def test_tails_have_one_spelling(word: str, one: str) -> None:
    assert one_tail(word) == one


@pytest.mark.parametrize(
    ("one", "two"),
    [("fawz", "foz"), ("sayf", "seif"), ("karpenkov", "karpiankou"), ("vladimirovich", "uladzimiravich"), ("golovanov", "halavanau"), ("antoine", "tony"), ("joumaa", "jomaa"), ("fauwaz", "fawaz"), ("awf", "auf")],
)  # fmt: skip
def test_forms_of_one_name_have_a_family_in_common(one: str, two: str) -> None:
    assert families(one) & families(two)


@pytest.mark.parametrize(("one", "two"), [("fawz", "faiz"), ("karpenkov", "karpukhin"), ("hasanov", "husenov")])
def test_other_names_have_none(one: str, two: str) -> None:
    assert not families(one) & families(two)


def test_a_script_without_vowels_has_no_broad_ones() -> None:
    assert families("foz", False) == frozenset()


@pytest.mark.parametrize(
    ("listed", "asked"),
    [("KARPIANKOU, Mikalai", "Nikolai Karpenkov"), ("DEIF, Muhammed", "Muhammad al-Dayf"), ("ZAHRANI, Yousef", "Yousef Alzahrani"), ("KIM, Kang Jin", "KIM, Kang-chin"), ("PAK, Kwang Hun", "BAK, Gwang Hun")],
)  # fmt: skip
def test_the_index_leads_from_one_form_to_another(listed: str, asked: str) -> None:
    index = NameIndex.build(
        [Entity("x", "1", "Person", (Name(listed),)), Entity("x", "2", "Person", (Name("Zorka Mirandor"),))]
    )
    assert [match.entity.entry_id for match in index.search(Query(asked, "Person"))] == ["1"]


def test_korean_is_a_family_name_and_nothing_but_syllables() -> None:
    assert korean(["ri", "chae", "il"])
    assert korean(["kang", "kim", "chin"])
    assert not korean(["kim", "basinger"])
    assert not korean(["john", "smith"])
    assert not korean(["kim"])


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("RI, Chae-Il", "RI, Jae Il"),
        ("KIM, Kang-chin", "KIM, Kang Jin"),
        ("カン・リョン", "KANG RYONG"),
        ("シム・ヒョンソプ", "Sim Hyon Sop"),
        ("チェ・フィ", "CHOE HWI"),
        ("محمدحسین دادرس", "Mohammad Hossein Dadras"),
        ("BADREDDINE, Mohammed", "BADR-AL-DIN, Muhammad"),
        ("Hayat Ullah", "Hayatullah"),
        ("Salah Eddin Omari", "Salahuddin Omari"),
        ("Abd Allah Omari", "Abdullah Omari"),
        ("Памфилова Э.А.", "Элла Александровна Памфилова"),
        ("DIN MOHAMMAD ABDUL HANIF", "DIN MOHAMMAD HANIF"),
    ],
)
def test_the_same_person(one: str, two: str) -> None:
    assert compare_names(one, two, "Person").match
    assert compare_names(two, one, "Person").match


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Jon Young", "Jon Yong Sang"),
        ("RI, Chae-Il", "RI, Chae-Song"),
        ("キム・トンホ", "KIM TONG CHOL"),
        ("キム・ジョンイル", "KIM JONG UN"),
        ("Abdul Ali", "Ali"),
        ("Hekime Gül", "GUL AHMAD HAKIMI"),
        ("Andrew Aaron Johnson", "JOHNSON ANDRE"),
        ("Osman Reichmann", "OMAN ROCHMAN"),
        ("William Wilson", "WANG Yunhe"),
        ("Памфилова В.А.", "Элла Александровна Памфилова"),
    ],
)
def test_another_person(one: str, two: str) -> None:
    assert compare_names(one, two, "Person").score < THRESHOLD
