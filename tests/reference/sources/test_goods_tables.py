"""Goods tables from the official texts, and the bundled pack as what these give."""

import re
from datetime import date
from pathlib import Path

import msgspec
import pytest

from sekisho.errors import InputError
from sekisho.goods import GoodsIndex
from sekisho.model import GoodsItem, Money
from sekisho.reference import bundled
from sekisho.reference.load import load_paths
from sekisho.reference.sources import chpl, goods_pack, goods_terms, jp_eto, jp_eto_1, jp_tariff, us_ccl


def by_id(records: object) -> dict[str, GoodsItem]:
    return {record.item_id: record for record in records if isinstance(record, GoodsItem)}  # type: ignore[attr-defined]


# -- the pack ---------------------------------------------------------------------------------------


def test_the_bundled_tables_are_what_the_texts_give(shared_data: Path) -> None:
    for table in goods_pack.tables(shared_data):
        file = bundled.FOLDER / "goods" / f"{table.list_id}.jsonl"
        assert file.read_bytes() == goods_pack.lines(table), (
            f"{file.name}: run python -m {goods_pack.__name__} DATA FOLDER"
        )


def test_counts_and_dates_of_the_bundled_tables() -> None:
    tables = {one.list_id: by_id(one.records) for one in bundled.lists() if one.kind == "goods"}
    table = tables["jp-eto-2-3"]
    numbered = [item_id for item_id in table if item_id.startswith("2(")]
    assert numbered == [f"2({n})" for n in range(1, 86)]
    announced = {item_id for item_id in numbered if table[item_id].validity[0].announced == date(2023, 1, 27)}
    assert announced == {f"2({n})" for n in range(46, 86)}
    assert {table[item_id].validity[0].from_ for item_id in announced} == {date(2023, 2, 3)}
    assert all(table[item_id].parameters for item_id in numbered)
    chips = tables["jp-chip-23"]
    assert len(chips) == 23
    assert {(p.announced, p.from_) for item in chips.values() for p in item.validity} == {
        (date(2023, 5, 23), date(2023, 7, 23))
    }
    emerging = tables["us-emerging-2022"]
    starts = {item_id: item.validity[0].from_ for item_id, item in emerging.items()}
    assert starts == {
        **dict.fromkeys(("3C001.d", "3C001.e", "3C001.f", "3C005", "3C006", "9E003.a.2.e"), date(2022, 8, 15)),
        "3D006": date(2022, 10, 14),
    }
    assert "NS" in emerging["3D006"].reasons_for_control
    assert len(tables["chpl"]) == 50


def test_every_number_of_table_2_3_and_every_chip_item_has_words_of_four_languages() -> None:
    tables = {one.list_id: by_id(one.records) for one in bundled.lists() if one.kind == "goods"}
    for item_id, item in {**tables["jp-eto-2-3"], **tables["jp-chip-23"]}.items():
        if item_id.startswith("2(") or item.table_id == "jp-chip-23":
            assert item.terms.keys() >= {"en", "ja", "ru", "zh"}, item.key
            assert item.title.keys() == {"ja", "en"}


# -- the tariff -------------------------------------------------------------------------------------


def test_a_sentence_with_exclusions_and_a_limit() -> None:
    (found,) = jp_tariff.read(
        "関税率表第二二・〇三項、第二二・〇四項（第二二〇四・二二号及び第二二〇四・三〇号を除く。）及び第二二〇七・一〇号に該当するもの（四万円を超えるものに限る。）"
    )
    assert found.codes == ("2203", "2204", "220710")
    assert found.excluded == ("220422", "220430")
    assert (found.yen_above, found.condition) == (40_000, None)


def test_a_chapter_and_a_range() -> None:
    (chapter,) = jp_tariff.read("関税率表第五七類（第五七〇二・四九号を除く。）に該当するもの")
    assert (chapter.codes, chapter.excluded) == (("57",), ("570249",))
    (ranged,) = jp_tariff.read("関税率表第六二一一・一一号から第六二一一・二〇号までに該当するもの")
    assert ranged.codes == ("621111", "621112", "621120")


def test_a_condition_belongs_to_its_reference_and_names_no_goods_itself() -> None:
    plain, conditional = jp_tariff.read(
        "関税率表第八四三〇・一〇号並びに第八四三一・四一号及び第八四三一・四九号（第八四・三〇項の機械に専ら又は主として使用する部分品に係るものに限る。）に該当するもの"
    )
    assert plain.codes == ("843010",)
    assert conditional.codes == ("843141", "843149")
    assert "8430" not in (*plain.codes, *conditional.codes)


def test_a_condition_behind_everything_concerns_everything() -> None:
    (found,) = jp_tariff.read(
        "関税率表第九七類に該当するもの（金貨その他金を主たる材料とする物を除き、四万円を超えるものに限る。）"
    )
    assert found.condition is not None
    assert found.yen_above == 40_000


@pytest.mark.parametrize(("words", "yen"), [("六百万円", 6_000_000), ("百三十万円", 1_300_000), ("二十万円", 200_000)])
def test_limits_in_yen(words: str, yen: int) -> None:
    (found,) = jp_tariff.read(f"関税率表第八七・〇三項に該当するもの（{words}を超えるものに限る。）")
    assert found.yen_above == yen


# -- whole tables -----------------------------------------------------------------------------------


def test_renumbered_items_do_not_share_a_meaning(shared_data: Path) -> None:
    law = shared_data / "japan" / "law"
    items = by_id(jp_eto.load_2_3(law.glob("324CO*.md"), law.glob("504M*.md"), law.glob("403M*.md")).records)
    assert "ボイラー" in items["2-2(ニ)"].title["ja"]
    assert "アルミニウム" in items["2-2(ニ)@2023-04-07"].title["ja"]
    assert items["2-2(ニ)"].validity[-1].until == date(2023, 4, 7)
    assert items["3(ソ)"].validity[0].value_below == Money("200000", "JPY")
    assert items["3(ソ)"].validity[0].until is None
    cars = items["2-2(43)/condition"]
    assert "870321" in {code for period in cars.validity for code in period.hs_excluded}


def test_table_1_has_its_rows(shared_data: Path) -> None:
    loaded = jp_eto_1.load((shared_data / "japan" / "law").glob("324CO*2023-07-21.md"))
    items = by_id(loaded.records)
    assert {item_id.partition("(")[0] for item_id in items} == {*map(str, range(1, 16)), "3-2"}
    assert items["7(16)"].title["ja"].startswith("半導体")
    assert "8" in items  # row 8 has no numbers
    assert "5(2)" not in items  # a number that the law keeps empty (削除)
    assert loaded.rejected == ()


def test_the_commerce_control_list_and_what_its_file_lacks(shared_data: Path) -> None:
    loaded = us_ccl.load(shared_data / "us" / "ccl.json")
    items = by_id(loaded.records)
    # Entries, what the file lacks, paragraphs of 9E003, and paragraphs that name their destinations themselves.
    assert len(loaded.records) == 633 + 2 + 17 + 105
    assert {"3D006", "9E003.a.2.e"} <= items.keys()
    # The paragraphs of 9E003, in our own words and saying so; SI applies to a.1 to a.8, h and i.
    paragraphs = {number: one for number, one in items.items() if number.startswith("9E003.")}
    assert {"9E003.a.1", "9E003.a.8", "9E003.a.11", "9E003.c", "9E003.h", "9E003.j"} <= paragraphs.keys()
    assert all("paraphrased" in one.legal_basis for number, one in paragraphs.items() if number != "9E003.a.2.e")
    assert {number for number, one in paragraphs.items() if "SI" not in one.reasons_for_control} == {
        f"9E003.{paragraph}" for paragraph in ("a.11", "b", "c", "d", "e", "f", "g", "j")
    }
    assert all({"NS 1", "AT 1"} <= set(one.reasons_for_control) for one in paragraphs.values())
    # The reasons, then the columns of the Country Chart.
    assert items["3C001"].reasons_for_control == ("NS", "AT", "NS 2", "AT 1")
    assert items["3C005"].reasons_for_control == ("NS", "AT", "NS 2", "AT 1")


def test_the_formats_are_recognised(shared_data: Path) -> None:
    paths = [
        shared_data / "us" / "ccl.json",
        shared_data / "goods" / "common_high_priority_list_50.csv",
        shared_data / "japan" / "meti_23_semiconductor_items_2023-07-23.csv",
        shared_data / "japan" / "law",
    ]
    counts = {one.list_id: len(one.records) for one in load_paths(paths)}
    assert counts.keys() == {"us-ccl", "chpl", "jp-chip-23", "jp-eto-1", "jp-eto-2-3"}


def test_a_bad_row_is_rejected_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "chpl.csv"
    file.write_text("tier,hs6\n1,854231\n1,8542\n1,abc\n", encoding="utf-8")
    loaded = chpl.load(file)
    assert [record.item_id for record in loaded.records if isinstance(record, GoodsItem)] == ["854231"]
    assert [one.where for one in loaded.rejected] == ["line 3", "line 4"]


def test_what_is_no_list_says_so(tmp_path: Path) -> None:
    file = tmp_path / "ccl.json"
    file.write_text("{}", encoding="utf-8")
    with pytest.raises(InputError, match="not a Commerce Control List"):
        us_ccl.load(file)
    with pytest.raises(InputError, match="needs a text"):
        jp_eto.load_2_3([], [])


# -- the vocabulary ---------------------------------------------------------------------------------


def test_either_word_makes_a_term_each() -> None:
    entries = goods_terms.parse("[2(1)] Pumps\nhs: 8413\nen: (oil|water) pump; pump_set\nja: ポンプ\n", "x.txt")
    assert entries["2(1)"].terms == {"en": ("oil pump", "water pump", "pump set"), "ja": ("ポンプ",)}
    assert entries["2(1)"].hs_codes == ("8413",)


@pytest.mark.parametrize("text", ["en: pump\n", "[1] Title\nnonsense\n", "[1] Title\nEN: pump\n"])
def test_a_bad_line_is_named(text: str) -> None:
    with pytest.raises(InputError, match=r"x\.txt line \d"):
        goods_terms.parse(text, "x.txt")


def test_the_vocabulary_names_items_that_exist() -> None:
    for table_id in ("jp-eto-2-3", "jp-chip-23", "us-emerging-2022", "chpl"):
        records = next(one.records for one in bundled.lists() if one.list_id == table_id)
        assert {key.split()[0] for key in goods_terms.read(table_id)} <= by_id(records).keys()


def test_records_survive_their_json() -> None:
    for one in bundled.lists():
        for record in one.records:
            if isinstance(record, GoodsItem):
                assert msgspec.json.decode(msgspec.json.encode(record), type=GoodsItem) == record


def test_every_item_of_the_official_tables_is_found_by_its_own_title(shared_data: Path) -> None:
    tables = (
        us_ccl.load(shared_data / "us" / "ccl.json"),
        jp_eto_1.load((shared_data / "japan" / "law").glob("324CO*.md")),
    )
    items = [record for table in tables for record in table.records if isinstance(record, GoodsItem)]
    index = GoodsIndex.build(items)
    lost = [
        item.key
        for item in items
        for title in item.title.values()
        if item.key not in {match.item.key for match in index.classify(title, 1000)}
    ]
    assert lost == []


@pytest.fixture(scope="module")
def table_1(shared_data: Path) -> dict[str, GoodsItem]:
    law = shared_data / "japan" / "law"
    return by_id(jp_eto_1.load(law.glob("324CO*.md"), law.glob("403M*.md")).records)


@pytest.mark.parametrize(
    ("item_id", "specification"),
    [
        ("3(1)", "  - ヘ　フッ化水素"),  # a paragraph that names the number
        ("3(2)", "反応器であって、容量が"),
        ("7(16)", "ステップアンドリピート"),  # article 6 item 17
        ("7(22)", "三酸化二ガリウム"),
        ("2(29)", "遠心力式釣合い試験機"),
        ("8", "電子計算機若しくはその附属装置であって"),
        ("7(23)", "多結晶基板又は多結晶セラミック基板"),
        ("14(1)", "粒子が球形で"),
        ("10(8)", "レーザー発振器"),
    ],
)
def test_the_goods_ordinance_s_wording_is_kept(table_1: dict[str, GoodsItem], item_id: str, specification: str) -> None:
    item = table_1[item_id]
    assert item.parameters is not None
    assert specification in item.parameters
    assert item.parameters != item.title["ja"], "only the Order's words"


def test_most_numbers_have_their_specification_and_none_has_another_s(table_1: dict[str, GoodsItem]) -> None:
    """The law joins the two by words alone: more than 160 of the 223 numbers of rows 2 to 15; the others keep the Order's words."""
    specified = [one for one in table_1.values() if one.parameters != one.title["ja"]]
    assert len(specified) >= 160
    wordings = [
        line for one in specified for line in str(one.parameters).splitlines() if line[:1] in "一二三四五六七八九十"
    ]
    assert len(wordings) > 180
    # Row 1 (arms) is specified by no ordinance.
    assert not any(one.item_id.startswith("1(") for one in specified)
    # Words that many numbers share must not join: integrated circuits (7(1)) are not the machines that make them (7(16)).
    assert "エピタキシャル成長装置" not in str(table_1["7(1)"].parameters)
    assert "多結晶" not in str(table_1["7(22)"].parameters)
    assert "ペリクル" not in str(table_1["7(1)"].parameters)


def test_no_item_of_the_ordinance_is_given_to_two_numbers(table_1: dict[str, GoodsItem]) -> None:
    by_row: dict[str, list[str]] = {}
    for one in table_1.values():
        if one.parameters != one.title["ja"]:
            row = one.item_id.partition("(")[0]
            by_row.setdefault(row, []).extend(
                line
                for line in str(one.parameters).splitlines()
                if re.match(r"[一二三四五六七八九十]+(の[二三四五])?\u3000", line)
            )
    for row, lines in by_row.items():
        assert len(lines) == len(set(lines)), row
