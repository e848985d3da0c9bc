"""The promises on descriptions hold for the sets of ``tests/accuracy``, also for the half that nobody tuned on."""

from pathlib import Path

import pytest

from sekisho.goods import GoodsIndex
from tests.accuracy import goods as report


@pytest.fixture(scope="module")
def index() -> GoodsIndex:
    return report.index()


@pytest.mark.parametrize("part", ["dev", "held-out"])
def test_nine_of_ten_controlled_descriptions_are_found_at_their_item(index: GoodsIndex, part: str) -> None:
    own = [row for row in report.rows("goods_controlled.csv") if report.half(row) == part]
    assert len(own) >= 90
    assert len(report.missed(index, own)) <= 0.10 * len(own)


@pytest.mark.parametrize("part", ["dev", "held-out"])
def test_no_more_than_three_of_a_hundred_everyday_descriptions_are_flagged(index: GoodsIndex, part: str) -> None:
    texts = [row["description"] for row in report.rows("goods_everyday.csv") if report.half(row) == part]
    assert len(texts) >= 200
    assert len(report.flagged(index, texts)) <= 0.03 * len(texts)


def test_the_nomenclature_outside_controlled_codes_is_rarely_flagged(index: GoodsIndex, shared_data: Path) -> None:
    texts = report.nomenclature(index, shared_data)
    assert len(texts) > 3000
    assert len(report.flagged(index, texts)) < 0.05 * len(texts)


def test_no_description_is_in_both_sets() -> None:
    controlled = {row["description"] for row in report.rows("goods_controlled.csv")}
    assert controlled.isdisjoint(row["description"] for row in report.rows("goods_everyday.csv"))
