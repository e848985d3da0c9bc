"""The measures of the Commerce Country Chart are what the chart at hand says, and the entries name its columns."""

import json
import re
from pathlib import Path

from sekisho import Reference, Screener
from sekisho.model import ControlCode, GoodsItem, Measure
from sekisho.reference import bundled
from sekisho.reference.sources import us_ccl, us_country_chart
from tests.factories import ORIGIN, line, shipment, utc


def test_the_committed_file_is_the_chart(shared_data: Path) -> None:
    chart = json.loads((shared_data / "us" / "country-chart.json").read_text(encoding="utf-8"))
    groups = json.loads((shared_data / "us" / "country-groups.json").read_text(encoding="utf-8"))
    committed = bundled.FOLDER / "measures" / "us-ear-country-chart.yaml"
    assert us_country_chart.render(chart, groups) == committed.read_text(encoding="utf-8")


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
    # Rows that the file runs together.
    assert "NP 1" in items["1A231"].reasons_for_control
    assert "CB 2" in items["1C350"].reasons_for_control


def test_every_destination_that_an_entry_names_itself_has_a_measure(shared_data: Path) -> None:
    items = [i for i in us_ccl.load(shared_data / "us" / "ccl.json").records if isinstance(i, GoodsItem)]
    named = {r for i in items for r in i.reasons_for_control if not re.fullmatch(r"[A-Z]{2}(?: \d(?: in part)?)?", r)}
    asked = {
        reason
        for measure in _measures().values()
        if measure.id.startswith("us-ccl-") and measure.when.goods
        for reason in measure.when.goods.reasons_for_control
        if not re.fullmatch(r"[A-Z]{2} \d(?: in part)?", reason)
    }
    assert named == asked


def test_paragraphs_that_name_their_destinations_are_items(shared_data: Path) -> None:
    items = {i.item_id: i for i in us_ccl.load(shared_data / "us" / "ccl.json").records if isinstance(i, GoodsItem)}
    assert {p for p in items if p.startswith("3B001.")} >= {
        f"3B001.{p}" for p in ("a.4", "k", "l", "m", "n", "r", "q", "c.1.a")
    }
    assert "Macau and D:5" in items["3B001.m"].reasons_for_control
    assert "worldwide" in items["3B001.q"].reasons_for_control
    assert "worldwide" in items["3A090.a"].reasons_for_control
    # Telephones of 5A992.c are no chips of 5A992.z.
    assert not any("worldwide" in reason for reason in items["5A992"].reasons_for_control)
    assert "Macau and D:5" in items["3E992"].reasons_for_control, "the entire entry"


def test_the_firearms_are_those_of_the_footnote(shared_data: Path) -> None:
    chart = json.loads((shared_data / "us" / "country-chart.json").read_text(encoding="utf-8"))
    said = {eccn for eccn in re.findall(r"\d[A-E]\d{3}", chart["footnotes"]["10"]) if eccn[1] != "B"}
    assert said == {*us_country_chart.FIREARMS, *us_country_chart.FIREARMS_IN_PART}
    rows = {name for name, row in chart["countries"].items() if 10 in row["footnotes"]}
    assert rows == {"Australia", "United Kingdom"}
    assert {name for name, row in chart["countries"].items() if 6 in row["footnotes"]} == {"Russia", "Belarus"}


def test_chips_and_chip_making_machines_to_china(shared_data: Path) -> None:
    """What entries say themselves: 3A090.a to any destination, 3B001.m to China and Macau, 5A992.c to neither."""
    tables = Reference.load([shared_data / "us" / "ccl.json"]).tables
    screener = Screener(tables)

    def asked(code: str, to: str) -> str:
        goods = (line("Goods as classified", control_codes=(ControlCode("us-ccl", code),), origin_country="US"),)
        event = shipment(export_country="US", import_country=to, goods=goods, event_time=utc("2026-08-01"))
        return screener.screen(event, ORIGIN, known_at=event.event_time, now=event.event_time).verdict.verdict

    assert [asked("3A090.a", to) for to in ("CN", "DE", "CA")] == ["licence_required"] * 3
    assert [asked("3B001.m", to) for to in ("CN", "HK", "MO")] == ["licence_required"] * 3
    assert asked("3B001.m", "JP") == "clear"
    assert [asked("5A992.c", to) for to in ("CN", "DE")] == ["clear", "clear"]
    assert asked("5A992.z.1", "DE") == "licence_required"
    assert asked("5A992", "CN") == "review", "which paragraph it is decides"
