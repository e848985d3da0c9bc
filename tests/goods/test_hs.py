"""HS codes: form, existence, prefixes and exclusions."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.goods import hs
from sekisho.model import Period

PERIOD = Period(from_=date(2022, 10, 7), hs_codes=("8540", "847950"), hs_excluded=("854011",))


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("8479.50", "847950"),
        ("8479.50.00", "84795000"),
        ("84 79", "8479"),
        ("HS 8479.50", "847950"),
        ("84-79-50", "847950"),
        ("847", None),
        ("8479.5x", None),
        ("", None),
        ("1" * 13, None),
        ("８４７９．５０", "847950"),
        ("HS CODE: 8479.50", "847950"),
        ("HTS# 8479.50.0000", "8479500000"),
        ("H.S. Code 8479.50", "847950"),
        ("HSコード：8479.50", "847950"),
        ("統計品目番号 8479.50-000", "847950000"),
        ("ТН ВЭД 8479 50 000 0", "8479500000"),
        ("УКТ ЗЕД 8479500000", "8479500000"),
        ("商品编码 8479500000", "8479500000"),
        ("Zolltarifnummer 84795000", "84795000"),
        ("CN code 8479 50 00", "84795000"),
        ("ex 8479.50", "847950"),
        ("'847950", "847950"),  # as spreadsheets keep digits
        ("8479–50", "847950"),
        ("847950\u200b", "847950"),
        ("8479.50.XXXX", "847950"),
        ("8479.50.000E", "847950000"),
        ("P/N 847950", None),  # another number of the goods is no code of the tariff
        ("UN 1234", None),
    ],
)
def test_form(written: str, digits: str | None) -> None:
    assert hs.normalise(written) == digits


@pytest.mark.parametrize(
    ("field", "codes"),
    [
        ("8542.31; 8479.50", ["854231", "847950"]),
        ("8542.31 8479.50", ["854231", "847950"]),
        ("854231/847950", ["854231", "847950"]),
        ("HS 8542.31, HS 8479.50", ["854231", "847950"]),
        ("8542 31 0000", ["8542310000"]),
        ("8542.31 00 90", ["8542310090"]),
        ("8542,31", ["854231"]),
        ("8542.31.0000", ["8542310000"]),
    ],
)
def test_two_codes_in_one_field_are_two(field: str, codes: list[str]) -> None:
    assert [hs.normalise(one) for one in hs.split(field)] == codes


def test_the_nomenclature_has_its_headings_and_subheadings() -> None:
    six = [code for code in hs.known() if len(code) == 6]
    four = [code for code in hs.known() if len(code) == 4]
    assert (len(four), len(six)) == (1229, 5613)
    assert hs.exists("847950")
    assert hs.exists("8479509000")
    assert not hs.exists("847955")
    assert not hs.exists("7799")
    assert hs.exists("9801")  # chapters 98 and 99 are for national use


@pytest.mark.parametrize(
    ("digits", "answer"),
    [
        ("847950", True),
        ("8479501000", True),
        ("8479", None),  # some of it is, some is not
        ("847940", False),
        ("854020", True),
        ("854011", False),
        ("8540119000", False),
        ("8540", None),  # the heading is in, a subheading is out
        ("8541", False),
    ],
)
def test_prefixes_and_exclusions(digits: str, answer: bool | None) -> None:
    assert hs.meets(digits, PERIOD) is answer


@given(st.text(max_size=40))
def test_normalise_never_raises(text: str) -> None:
    digits = hs.normalise(text)
    assert digits is None or (digits.isdigit() and 4 <= len(digits) <= 12)
