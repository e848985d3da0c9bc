"""The report of a back-test: counted in bounded memory, drawn as it was counted, on a page that stands alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from lxml import etree, html

from sekisho.cli.backtest.about import About
from sekisho.cli.backtest.page import page
from sekisho.cli.backtest.pairs import Judged, Pair
from sekisho.cli.backtest.plots import _axis
from sekisho.cli.backtest.tally import Report, Tally
from sekisho.cli.backtest.terminal import headline
from sekisho.errors import EventError
from sekisho.model import Alert, AppliedMeasure, Engine, EventRef, Match, Subject, worst
from tests.factories import utc

AT = utc("2023-01-27")
HOSTILE = '<script>alert("x")</script> & <b>‮evil\x00\ufffe'


def alert(alert_id: str = "a", score: float | None = 0.9, **fields: Any) -> Alert:
    entry_id = fields.pop("entry_id", "1")
    found = (
        () if score is None else (Match("xx-list", "1", entry_id, "Name", "Name", score, score, "neutral", "strong"),)
    )
    made = Alert(
        alert_id=alert_id,
        verdict="review",
        severity="medium",
        status="new",
        trigger="event",
        raised_at=AT,
        event=event(),
        subject=Subject("party", "consignee", "Name"),
        matches=found,
        measures=(AppliedMeasure("xx-1", "A rule", "XX", "Act X", "review", date(2022, 1, 1), True),),
        message="Hold it.",
        engine=Engine("1", 1, "abc", AT),
    )
    return msgspec.structs.replace(made, **fields)


def event(reference: str = "SHP-1") -> EventRef:
    return EventRef("logistics.shipment.v1", 0, 1, 0, "k", "e", AT, reference)


def pair(before: tuple[Alert, ...] = (), after: tuple[Alert, ...] = (), reference: str = "SHP-1") -> Pair:
    judged = (Judged(worst(*(one.verdict for one in alerts)), alerts) for alerts in (before, after))
    return Pair("shipment", event(reference), *judged)


def report(*pairs: Pair | EventError, examples: int = 20) -> Report:
    tally = Tally(examples=examples)
    for one in pairs:
        tally.add(one)
    return tally.report()


# -- counting -----------------------------------------------------------------------------------------------------


def test_a_match_that_moves_to_another_list_is_counted_under_both() -> None:
    """One alert, changed: lost for the one list and new for the other."""
    other = msgspec.structs.replace(alert().matches[0], list_id="yy-list")
    found = report(pair((alert(),), (alert(matches=(other,)),)))
    assert msgspec.to_builtins(found.alerts) == {"before": 1, "after": 1, "new": 0, "lost": 0, "changed": 1}
    assert (found.lists["xx-list"].lost, found.lists["xx-list"].after) == (1, 0)
    assert (found.lists["yy-list"].new, found.lists["yy-list"].before) == (1, 0)
    assert found.measures["xx-1"].changed == 1


@pytest.mark.parametrize(
    ("score", "low"), [(0.7, 0.7), (0.7499, 0.7), (0.75, 0.75), (0.9999, 0.95), (1.0, 1.0), (None, None)]
)
def test_each_score_has_its_bin(score: float | None, low: float | None) -> None:
    (one,) = [one for one in report(pair((), (alert(score=score),))).scores if one.new]
    assert one.low == low


def test_updates_of_one_shipment_raise_one_alert_several_times() -> None:
    found = report(pair((), (alert(),)), pair((), (alert(),)), pair((), (alert("b"),)))
    assert (found.alerts.new, found.distinct["new"]) == (3, 2)
    assert "3 (2 different) new, 0 lost" in headline(found)


def test_a_record_that_is_no_event_is_counted_apart() -> None:
    found = report(pair(), EventError("no", reason="json"), EventError("no", reason="json"))
    assert (found.events, found.unread) == (1, {"json": 2})


def test_examples_are_few_the_highest_verdicts_and_not_all_alike() -> None:
    pairs = [pair((), (alert(f"a{n}", entry_id=str(n)),)) for n in range(50)]
    pairs += [pair((), (alert("worst", entry_id="worst", verdict="prohibited"),))]
    pairs += [pair((), (alert(f"same{n}", entry_id="same", verdict="licence_required"),)) for n in range(50)]
    found = report(*pairs, examples=5)
    assert [one.shown.verdict for one in found.examples] == [
        "prohibited",
        "licence_required",
        "licence_required",
        "review",
        "review",
    ]
    assert found.alerts.new == 101
    assert report(*pairs, examples=0).examples == []


# -- the page -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made() -> bytes:
    said = Subject("party", "consignee", HOSTILE)
    found = report(
        pair((), (alert("new", score=0.72, subject=said, verdict="prohibited"), alert("kept", score=1.0)), HOSTILE),
        pair((alert("lost", score=0.8), alert("bare", score=None)), (alert("bare", score=None),)),
        pair((alert("changed"),), (alert("changed", verdict="prohibited"),)),
        *(pair((one,), (one,)) for one in (alert(f"same{n}", score=0.99) for n in range(1500))),
    )
    about = About("today against what is proposed", HOSTILE, "after", "of a file", AT, "0", AT, [HOSTILE], [HOSTILE])
    return page(about, found, names=True)


def test_it_stands_alone(made: bytes) -> None:
    tree = html.fromstring(made)
    assert tree.xpath("//script | //link | //img | //iframe | //@src | //@href | //@onclick") == []
    assert b"url(" not in made
    assert b"@import" not in made
    (policy,) = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'")
    assert b"prefers-color-scheme: dark" in made


def test_what_events_say_is_text_and_never_markup(made: bytes) -> None:
    assert b"<script>" not in made
    assert "‮".encode() not in made, "nothing may turn the writing direction"
    text = html.fromstring(made).text_content()
    assert text.count('<script>alert("x")</script> & <b>␦evil') >= 4


def test_it_can_be_read_without_seeing_it(made: bytes) -> None:
    tree = html.fromstring(made)
    assert tree.xpath("/html/@lang") == ["en"]
    assert len(tree.xpath("//h1")) == 1
    tables = tree.xpath("//table")
    assert len(tables) == 5
    for table in tables:
        assert table.xpath("./caption[normalize-space()]")
        columns = len(table.xpath("./thead//th[@scope='col']"))
        assert columns > 1
        for row in table.xpath("./tbody/tr"):
            assert len(row.xpath("./th[@scope='row']")) == 1
            assert len(row.xpath("./th | ./td")) == columns
    (plot,) = tree.xpath("//*[local-name()='svg'][@role='img']")
    assert plot.xpath("./*[local-name()='title'][normalize-space()]")
    assert plot.xpath("./*[local-name()='desc'][normalize-space()]")
    assert all(bar.get("aria-hidden") == "true" for bar in tree.xpath("//*[local-name()='svg'][not(@role)]"))


def test_colours_can_be_told_from_the_ground() -> None:
    """WCAG 2.1: 4.5 to 1 for text, 3 to 1 for what is drawn; on white and on dark."""
    from importlib import resources

    style = resources.files("sekisho.cli.backtest").joinpath("style.css").read_text()
    light, dark = style.split("prefers-color-scheme: dark")
    for part in (light, dark.split("}")[0]):
        tones = {
            name: value
            for name, _, value in (one.strip().partition(": ") for one in part.replace("{", ";").split(";"))
            if name.startswith("--")
        }
        for name, least in {"--ink": 7, "--quiet": 4.5, "--new": 3, "--lost": 3, "--changed": 3, "--same": 3}.items():
            assert _contrast(tones[name], tones["--ground"]) >= least, name


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_plot_shows_what_the_table_says(made: bytes) -> None:
    """A bar that is missing, or higher than it should be, would mislead whoever decides."""
    tree = html.fromstring(made)
    (plot,) = tree.xpath("//*[local-name()='svg'][@role='img']")
    drawn: dict[str, int] = {}
    heights: dict[str, list[tuple[int, float]]] = {}
    for bar in plot.xpath(".//*[local-name()='rect']"):
        count = int(bar.xpath("string(./*[local-name()='title'])").split(": ")[1].split()[0].replace(",", ""))
        drawn[bar.get("class")] = drawn.get(bar.get("class"), 0) + count
        heights.setdefault(bar.get("class"), []).append((count, float(bar.get("height"))))
    (table,) = tree.xpath("//details//table")
    heads = [{"the same": "same"}.get(head, head) for head in table.xpath("./thead//th/text()")][1:]
    stated = {
        head: sum(int(row.xpath("./td")[number].text.replace(",", "")) for row in table.xpath("./tbody/tr"))
        for number, head in enumerate(heads)
    }
    assert drawn == stated == {"new": 2, "lost": 1, "changed": 1, "same": 1501}
    (most, highest), (least, lowest) = max(heights["same"]), min(heights["same"])
    assert (most, least) == (1500, 1)
    assert highest > 100
    assert lowest == 2, "one alert among thousands is still seen"


@pytest.mark.parametrize("most", [0, 1, 3, 4, 7, 10, 99, 1501, 123_456])
def test_an_axis_has_whole_steps_and_room_for_the_highest_bar(most: int) -> None:
    top, step = _axis(most)
    assert top >= max(1, most)
    assert top % step == 0
    assert 1 <= top // step <= 5
    assert int(str(step).rstrip("0")) in (1, 2, 5)


def test_the_page_is_well_formed(made: bytes) -> None:
    """Every element closes where it should: read as XML, but for the head, whose elements are void."""
    main = made[made.index(b"<main>") : made.index(b"</main>") + len(b"</main>")]
    etree.fromstring(main.decode())


def test_nothing_compared_is_a_page_too() -> None:
    about = About("q", "b", "a", "t", None, "0", AT)
    assert "No event was compared." in html.fromstring(page(about, report(), names=False)).text_content()
