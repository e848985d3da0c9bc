"""The bundled pack: what it must hold, and that it says what the official files say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from sekisho.model import Entity
from sekisho.reference import bundled, own
from tests.reference import make_pack


def entries(list_id: str) -> dict[str, Entity]:
    (loaded,) = [one for one in bundled.lists() if one.list_id == list_id]
    assert loaded.source == "bundled"
    assert loaded.max_age_hours is None, "the pack is history: it does not age"
    return {record.entry_id: record for record in loaded.records}  # type: ignore[union-attr]


def names(entity: Entity) -> set[str]:
    return {name.text for name in entity.names}


def test_it_is_made_from_the_official_files(shared_data: Path) -> None:
    for file, content in make_pack.files(shared_data).items():
        assert (make_pack.PACK / file).read_text(encoding="utf-8") == content, file


def test_the_39_frozen_on_27_january_2023() -> None:
    frozen = entries("jp-mof-asset-freeze")
    assert sum(one.schema == "Person" for one in frozen.values()) == 36
    assert sum(one.schema == "Organization" for one in frozen.values()) == 3
    assert {one.listed_on for one in frozen.values()} == {date(2023, 1, 27)}
    assert sum(bool(one.birth_dates) for one in frozen.values()) == 35, "all persons but Bespalov"


def test_every_entry_has_a_name_in_both_languages() -> None:
    for list_id in ("jp-mof-asset-freeze", "jp-meti-export-ban-russia"):
        for one in entries(list_id).values():
            primary = [name for name in one.names if name.kind == "primary"]
            assert [str(name.lang)[:2] for name in primary] == ["en", "ja"], one.entry_id


@pytest.mark.parametrize(
    ("entry_id", "name"),
    [
        ("26-282", "Vladimir BESPALOV"),
        ("26-282", "ウラジーミル・ベスパロフ"),
        ("26-285", "Valeriy PAKHNITS"),
        ("26-289", "タチヤナ・トゥミリナ"),
        ("29-627", "Nariman Gadzhiyev"),
        ("29-630", "Firuza Khanbalaeva"),
        ("28-56", "KAMAZ PTC"),
        ("28-56", "公共株式会社カマズ"),
    ],
)
def test_names_in_brackets_are_names_of_their_own(entry_id: str, name: str) -> None:
    assert name in names(entries("jp-mof-asset-freeze")[entry_id])


def test_no_name_keeps_a_bracket_or_a_marker() -> None:
    for list_id in ("jp-mof-asset-freeze", "jp-meti-export-ban-russia"):
        for one in entries(list_id).values():
            for name in names(one):
                assert not set(name) & set("()（）;；"), name
                assert "a.k.a" not in name, name
                assert "別称" not in name, name


def test_two_birth_dates_where_the_notice_gives_two() -> None:
    frozen = entries("jp-mof-asset-freeze")
    assert frozen["26-293"].birth_dates == ("1973-07-01", "1973-07-10")
    assert frozen["29-630"].birth_dates == ("1967-12-22", "1967-10-22")
    assert frozen["26-291"].birth_dates == ("1980",)


def test_the_49_were_announced_a_week_before_the_ban_began() -> None:
    banned = entries("jp-meti-export-ban-russia")
    the_49 = [banned[str(number)] for number in range(288, 337)]
    assert {one.listed_on for one in the_49} == {date(2023, 1, 27)}
    assert {one.in_force_from for one in the_49} == {date(2023, 2, 3)}
    assert "トゥーラ帝国兵器工場" in names(banned["336"])


def test_of_the_frozen_organisations_only_those_that_were_banned_are_banned() -> None:
    """KAMAZ was frozen in January and export-banned in May; MMZ Avangard is not on the export-ban list at all."""
    banned = entries("jp-meti-export-ban-russia")
    assert {key for key in banned if not 288 <= int(key) <= 336} == {"13", "14", "29", "409"}
    assert banned["409"].listed_on == date(2023, 5, 26)
    assert {banned[key].listed_on for key in ("13", "14", "29")} == {date(2022, 3, 15)}
    assert not any("Avangard" in name for one in banned.values() for name in names(one))


def test_huawei_was_listed_in_three_rounds() -> None:
    listed = entries("us-bis-entity-list")
    assert len(listed) == 136
    dates = {one.primary_name: one.listed_on for one in listed.values()}
    assert dates["Huawei Technologies Co., Ltd."] == date(2019, 5, 16)
    assert dates["Huawei Russia"] == date(2019, 8, 19)
    assert dates["Huawei Cloud Beijing"] == date(2020, 8, 17)
    assert dates["Shenzhen SiCarrier Technologies Co., Ltd."] == date(2024, 12, 2)
    assert all(one.licence_requirement and one.licence_policy for one in listed.values())


def test_an_affiliate_does_not_bear_the_name_of_its_parent() -> None:
    """Else every hit on Huawei would name Ningbo Huawei Computer & Net as well."""
    (affiliate,) = [
        one for one in entries("us-bis-entity-list").values() if one.primary_name.startswith("Ningbo Huawei Computer")
    ]
    assert names(affiliate) == {"Ningbo Huawei Computer & Net Co., Ltd."}
    assert "Affiliated entity of Huawei Technologies Co., Ltd. (Huawei)" in str(affiliate.remarks)


def test_the_lines_read_back_to_the_same_records() -> None:
    for loaded in bundled.lists():
        if loaded.kind != "measures":
            text = "\n".join(own.to_json_line(record) for record in loaded.records)  # type: ignore[arg-type]
            assert own.from_json_lines(text, loaded.list_id) == (list(loaded.records), [])
