"""The measures of the Commerce Country Chart are what the chart at hand says, and the entries name its columns."""

import json
from pathlib import Path

from sekisho.model import GoodsItem, Measure
from sekisho.reference import bundled
from sekisho.reference.sources import us_ccl, us_country_chart


def test_the_committed_file_is_the_chart(shared_data: Path) -> None:
    chart = json.loads((shared_data / "us" / "country-chart.json").read_text(encoding="utf-8"))
    committed = bundled.FOLDER / "measures" / "us-ear-country-chart.yaml"
    assert us_country_chart.render(chart) == committed.read_text(encoding="utf-8")


def _measures() -> dict[str, Measure]:
    return {m.id: m for one in bundled.lists() for m in one.records if isinstance(m, Measure)}


def test_marks_become_destinations() -> None:
    when = _measures()["us-ccl-ns2-export"].when
    assert when.destination is not None
    countries = set(when.destination.countries)
    assert {"CN", "HK", "RU", "TW", "IL", "SG"} <= countries  # marked; Hong Kong is China's row
    assert {"CU", "IR", "KP", "SY"} <= countries  # no marks mean part 746, never freedom
    assert countries.isdisjoint({"JP", "DE", "GB", "KR", "TR", "US"})


def test_entries_name_the_columns_that_apply(shared_data: Path) -> None:
    items = {i.item_id: i for i in us_ccl.load(shared_data / "us" / "ccl.json").records if isinstance(i, GoodsItem)}
    assert {"NS 2", "AT 1"} <= set(items["3C001"].reasons_for_control)
    assert "NS 1" in items["9E003"].reasons_for_control
    # Only some paragraphs of 3A001 are under NS Column 1: which one is for a person to say.
    assert any(reason.endswith("in part") for reason in items["3A001"].reasons_for_control)
    assert not any(reason.startswith("NS 1 in") for reason in items["3C001"].reasons_for_control)
