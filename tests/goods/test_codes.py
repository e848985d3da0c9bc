"""Control codes in the spellings that exporters use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.goods import codes


@pytest.mark.parametrize(
    "written",
    [
        "2(69)",
        "2（６９）",
        "2-69",
        "二（六十九）",
        "二(六九)",
        "item 2(69)",
        "Appended Table 2-3 item 2(69)",
        "第二号（６９）",
        " 2 (69) ",
    ],
)
def test_one_item_in_many_spellings(written: str) -> None:
    assert codes.parts("jp-eto-2-3", written) == ("2", "69")


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ("1", ("1",)),
        ("二の二イ", ("2-2", "イ")),
        ("2-2(イ)", ("2-2", "イ")),
        ("2-2(40)", ("2-2", "40")),
        ("2-2", ("2-2",)),
        ("1-2(イ)", ("1-2", "イ")),
        ("三ヨ", ("3", "ヨ")),
        ("3(ヨ)", ("3", "ヨ")),
    ],
)
def test_rows_with_branches(written: str, parts: tuple[str, ...]) -> None:
    assert codes.parts("jp-eto-2-3", written) == parts


@pytest.mark.parametrize(
    "written",
    [
        "輸出令別表第1の7の項(16)",
        "輸出貿易管理令別表第一の七の項（十六）",
        "7, 16",
        "7 (16)",
        "項番 7(16)",
        "7(16)該当",
        '"7(16)"',
        "7 16",
    ],
)
def test_the_number_of_the_table_is_not_the_number_of_the_row(written: str) -> None:
    assert codes.parts("jp-eto-1", written) == ("7", "16")


def test_row_3_2_of_table_1_is_a_row_and_not_number_2_of_row_3() -> None:
    assert codes.parts("jp-eto-1", "3-2(1)") == ("3-2", "1")
    assert codes.parts("jp-eto-1", "三の二（一）") == ("3-2", "1")
    assert codes.parts("jp-eto-1", "7(16)") == ("7", "16")


@pytest.mark.parametrize(
    "written",
    [
        "3C001.d.1",
        "3c001.D.1",
        "ECCN 3C001.d.1",
        "3C001d1",
        "3C001 .d .1",
        "ECCN# 3C001.d.1",
        "ECCN No. 3C001.d.1",
        "US ECCN 3C001.d.1",
        "EU Annex I 3C001.d.1",
        "CCL Cat. 3: 3C001.d.1",
        "3C001 para. d.1",
        '"3C001.d.1"',
        "[3C001(d)(1)]",
        "3C-001-d-1",
        "3COO1.d.1",
        "3С001.d.1",
        "3C001.d.1 / NLR",
        "3C001.d.1 epitaxial wafers",
    ],
)
def test_eccn_paragraphs(written: str) -> None:
    assert codes.parts("us-ccl", written) == ("3C001", "d", "1")


def test_several_eccns_in_one_field_are_several() -> None:
    found = codes.several("us-ccl", "3A001.a.7; 5A002 and 9A610.x")
    assert found == (("3A001", "a", "7"), ("5A002",), ("9A610", "x"))
    assert codes.several("us-ccl", "EAR99") == (("EAR99",),)
    assert codes.several("us-ccl", "3C0010") == (("3C0010",),)


@pytest.mark.parametrize(
    "written", ["EAR99", "ECCN EAR 99", "ear-99", "非該当", "N/A", "not applicable", "該当なし", "-"]
)
def test_that_nothing_on_a_list_applies_is_an_answer(written: str) -> None:
    assert codes.none_applies(written)


@pytest.mark.parametrize("written", ["3A001", "7(1)", "二（六十九）", "9A991.d", "5"])
def test_a_code_is_not_taken_for_that_answer(written: str) -> None:
    assert not codes.none_applies(written)


def test_ear99_is_read_and_no_entry() -> None:
    assert codes.parts("us-ccl", "EAR99") == ("EAR99",)


@pytest.mark.parametrize("name", ["us-ccl", "ECCN", "CCL", "US_CCL", " us-eccn "])
def test_regimes_have_one_name(name: str) -> None:
    assert codes.regime(name) == "us-ccl"


@given(st.text(max_size=60))
def test_codes_never_raises(text: str) -> None:
    for regime in ("us-ccl", "jp-eto-2-3", "jp-eto-1", "zz"):
        assert len(codes.parts(regime, text)) <= 12
