"""Names in brackets: the names they stand for, and none that they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.names import forms as name_forms


def texts(names: tuple[name_forms.Name, ...]) -> list[str]:
    return [name.text for name in names]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Volodymyr (Vladimir) BESPALOV", ["Volodymyr BESPALOV", "Vladimir BESPALOV"]),
        (
            "Victor YEMELYANENKO (EMELIANENKO, EMELYANENKO)",
            ["Victor YEMELYANENKO", "Victor EMELIANENKO", "Victor EMELYANENKO"],
        ),
        (
            "Oleksandr (Alexander) YANUKOVYCH (YANUKOVICH)",
            ["Oleksandr YANUKOVYCH", "Oleksandr YANUKOVICH", "Alexander YANUKOVYCH", "Alexander YANUKOVICH"],
        ),
        ("Nariman Gadzhiev （Gadzhiyev）", ["Nariman Gadzhiev", "Nariman Gadzhiyev"]),
        (
            "ヴィクトル・イェメリャネンコ（エメリヤネンコ）",
            ["ヴィクトル・イェメリャネンコ", "ヴィクトル・エメリヤネンコ"],
        ),
        ("マリヤ・リヴォヴァ＝ベロヴァ", ["マリヤ・リヴォヴァ＝ベロヴァ"]),
        (
            "Mohammed Hassan (a.k.a. Abu Ali; f.k.a. Hassan the Elder)",
            ["Mohammed Hassan", "Abu Ali", "Hassan the Elder"],
        ),
        ("Ivan IVANOV", ["Ivan IVANOV"]),
    ],
)
def test_persons(written: str, meant: list[str]) -> None:
    assert texts(name_forms.person(written)) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (
            "KAMAZ Publicly Traded Company (a.k.a. KAMAZ PAO; a.k.a. KAMAZ PJSC)",
            ["KAMAZ Publicly Traded Company", "KAMAZ PAO", "KAMAZ PJSC"],
        ),
        (
            "Federal Security Service (FSB)",
            ["Federal Security Service", "Federal Security Service (FSB)", "FSB"],
        ),
        ("Huawei Technologies (Yangon) Co., Ltd.", ["Huawei Technologies (Yangon) Co., Ltd."]),
        ("公開株式会社カマズ（別称、公共株式会社カマズ）", ["公開株式会社カマズ", "公共株式会社カマズ"]),
    ],
)
def test_organisations(written: str, meant: list[str]) -> None:
    assert texts(name_forms.organisation(written)) == meant


def test_the_kinds() -> None:
    kinds = {name.text: name.kind for name in name_forms.organisation("Acme (f.k.a. Old Acme; a.k.a. Acme Intl)")}
    assert kinds == {"Acme": "primary", "Old Acme": "former", "Acme Intl": "alias"}


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("カマズ", "ja-Kana"),
        ("モスクワ航空大学", "ja"),
        ("航空流体力学中央研究所", "ja-Hani"),
        ("MAI", "ja"),
        ("セルゲイ・ラヴロフ", "ja-Kana"),
    ],
)
def test_scripts_of_japanese(text: str, tag: str) -> None:
    assert name_forms.japanese(text) == tag


def test_a_hostile_name_has_a_bounded_number_of_readings() -> None:
    many = " ".join(f"A{n} (B{n}, C{n}, D{n})" for n in range(40))
    assert len(name_forms.person(many)) <= name_forms.MAX_FORMS


@given(st.text(alphabet="AbcД кナ・(（)）,;、. a.k.f", max_size=80))
def test_any_text_gives_tidy_names(text: str) -> None:
    for read in (name_forms.person, name_forms.organisation, name_forms.aliases):
        for name in read(text):
            assert name.text == name_forms.tidy(name.text) != ""


@given(st.lists(st.sampled_from(["Ivan", "Petr", "IVANOV", "Sidorova", "de"]), min_size=1, max_size=4))
def test_a_name_without_brackets_is_itself(words: list[str]) -> None:
    name = " ".join(words)
    assert texts(name_forms.person(name)) == texts(name_forms.organisation(name)) == [name]
