"""Names as letters and banks of Japan write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.model import Name
from sekisho.names import NameIndex, Query
from sekisho.names.fields import apart
from sekisho.names.parse import parse
from sekisho.names.tokens import LEGAL
from sekisho.names.zengin import plain, small
from tests.factories import entity

INDEX = NameIndex.build(
    [
        entity("x", "1", names=(Name("ヘッド・エアロスペース・グループ"),), schema="Organization"),
        entity("x", "2", names=(Name("シェイク・アミヌッラー"),), schema="Person"),
        entity("x", "3", names=(Name("株式会社機械工学科学研究所"),), schema="Organization"),
        entity("x", "4", names=(Name("セルゲイ・イワノフ"),), schema="Person"),
        entity("x", "5", names=(Name("ウラルワゴンザヴォド株式会社"),), schema="Organization"),
    ]
)


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        # a bank transfer: half width, no small signs, a hyphen for a long vowel, a sign for a legal form
        ("ﾍﾂﾄﾞ ｴｱﾛｽﾍﾟ-ｽ ｸﾞﾙ-ﾌﾟ", "1"),
        ("ｶ)ﾍﾂﾄﾞｴｱﾛｽﾍﾟｰｽｸﾞﾙｰﾌﾟ", "1"),
        ("ヘツド・エアロスペース・グループ（カ", "1"),
        ("ｼｴｲｸ ｱﾐﾇﾂﾗ-", "2"),
        ("シエイク・アミヌツラー様", "2"),
        ("ｳﾗﾙﾜｺﾞﾝｻﾞｳﾞｵﾄﾞ(ｶ", "5"),
        ("カブシキガイシヤ ウラルワゴンザヴオド", "5"),
        # a letter
        ("㈱機械工学科学研究所", "3"),
        ("（株）機械工学科学研究所 御中", "3"),
        ("機械工学科学研究所(株) 殿", "3"),
        ("セルゲイ・イワノフ御中", "4"),
        ("セルゲイ・イワノフ　様", "4"),
    ],
)
def test_a_name_is_found_as_it_is_written_in_japan(asked: str, number: str) -> None:
    assert [match.entity.entry_id for match in INDEX.search(Query(asked))][:1] == [number]


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("株式会社機械工学科学研究所 東京支店", "株式会社機械工学科学研究所"),
        ("株式会社機械工学科学研究所東京支店", "株式会社機械工学科学研究所"),
        ("株式会社機械工学科学研究所横浜営業所 経理部御中", "株式会社機械工学科学研究所"),
        ("株式会社機械工学科学研究所　財務部", "株式会社機械工学科学研究所"),
    ],
)
def test_a_branch_or_department_is_no_part_of_the_name(field: str, name: str) -> None:
    assert name in apart(field)


@pytest.mark.parametrize("name", ["日本本社株式会社", "山本様子", "株式会社山田工業", "株式会社西部", "Иванов (К"])
def test_what_only_looks_like_it_stays(name: str) -> None:
    assert plain(name) == name
    assert apart(name) == ()


@pytest.mark.parametrize(
    "name", ["カ)ヤマダ", "ヤマダ(カ", "ヤマダ(ユ)エイギヨウシヨ", "㈲ヤマダ", "(合)ヤマダ", "ゴウドウガイシヤ ヤマダ"]
)
def test_a_sign_for_a_legal_form_is_one(name: str) -> None:
    assert LEGAL in [token.kind for token in parse(name, False)[0].tokens]


def test_large_signs_are_small_ones_only_where_a_text_has_none() -> None:
    assert small("シヤコンヌ") == "シャコンヌ"
    assert small("シヤ・ジョ") == ""
    assert small("ヤマダタロウ") == ""


@given(st.text(alphabet="ｶ)(カユシヤ-ﾂﾄﾞｰ㈱株様御中 アイャ", max_size=60))
def test_any_text_is_read(name: str) -> None:
    assert isinstance(plain(name), str)
    assert len(parse(name, False)) >= 1
    assert len(small(name)) in (0, len(name))
