"""The report of a back-test as one page for those who decide: no scripts, nothing from elsewhere, light and dark."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Any

from sekisho.cli.backtest.about import About
from sekisho.cli.backtest.markup import document, table, tag
from sekisho.cli.backtest.plots import balance, histogram, legend
from sekisho.cli.backtest.tally import Count, Report
from sekisho.cli.backtest.terminal import headline, interval, judged, of, words
from sekisho.model import ORDER

#: What the colours mean, everywhere on the page.
_PARTS = (("new", "new"), ("lost", "lost"), ("changed", "changed"), ("same", "the same"))

#: Rows of a table by list or measure; the rest moves less than these.
_ROWS = 60


def page(about: About, report: Report, *, names: bool) -> bytes:
    """The whole page, UTF-8."""
    title = f"Back-test: {about.question}"
    style = resources.files("sekisho.cli.backtest").joinpath("style.css").read_text(encoding="utf-8")
    sections = [_header(title, about, report)]
    if about.changes:
        sections.append(_lines("What changes", about.changes))
    if about.notes:
        sections.append(_lines("To mind", about.notes))
    if report.events:
        sections += [
            _verdicts(report),
            _scores(report),
            _counts("By list", "list", report.lists),
            _counts("By measure", "measure", report.measures),
            _examples(report, names=names),
        ]
    return document(title, style, *sections, _footer(about, names=names))


def _header(title: str, about: About, report: Report) -> Any:
    known = f"{about.known_at:%d %B %Y %H:%M} UTC" if about.known_at else "each verdict's own moment"
    facts = (
        ("Before", about.before),
        ("After", about.after),
        ("Events", f"{report.events:,}, {about.traffic}"),
        ("Law and lists known", known),
        ("Made", f"{about.made_at:%d %B %Y %H:%M} UTC, by sekisho {about.engine}"),
    )
    described = [element for name, text in facts for element in (tag("dt", name), tag("dd", text))]
    alerts = report.alerts
    counts = {"new": alerts.new, "lost": alerts.lost, "changed": alerts.changed}
    counts["same"] = alerts.after - alerts.new - alerts.changed
    tiles = [
        tag(
            "li",
            tag("strong", f"{counts[part]:,}"),
            f"alert{'' if counts[part] == 1 else 's'} {_different(report, part)}{said}",
            class_=part,
        )
        for part, said in _PARTS
    ]
    result = headline(report) if report.events else "No event was compared."
    return tag(
        "header",
        tag("h1", title),
        tag("p", result, class_="lead"),
        tag("ul", *tiles, class_="tiles"),
        tag(
            "p",
            "An alert counts once for each event that raises it; updates of a shipment are events too.",
            class_="quiet",
        ),
        tag("dl", *described),
    )


def _different(report: Report, part: str) -> str:
    return of(report, part) if part in report.distinct else ""


def _lines(title: str, lines: list[str]) -> Any:
    return tag("section", tag("h2", title), tag("ul", *(tag("li", line) for line in lines)))


def _verdicts(report: Report) -> Any:
    """From which verdict to which: what lies off the diagonal is what would happen to shipments and payments."""
    order = [word for word in ORDER if any(word in (step.before, step.after) for step in report.verdicts)]
    counts = {(step.before, step.after): step.events for step in report.verdicts}
    rows = [
        [
            words(before),
            *(_moved(counts.get((before, after), 0), before != after) for after in order),
            f"{sum(counts.get((before, after), 0) for after in order):,}",
        ]
        for before in order
    ]
    numbers = tuple(range(1, len(order) + 2))
    columns = ["before \\ after", *map(words, order), "in all"]
    return tag(
        "section",
        tag("h2", "What becomes of the events"),
        table("Events by their verdict before (rows) and after (columns)", columns, rows, numbers=numbers),
    )


def _moved(count: int, moved: bool) -> Any:
    text = f"{count:,}" if count else "–"
    return tag("strong", text) if count and moved else text


def _scores(report: Report) -> Any:
    rows = [[interval(one), *(f"{getattr(one, part):,}" for part, _ in _PARTS)] for one in report.scores]
    figures = table(
        "Alerts by the score of their best match", ["score", *(w for _, w in _PARTS)], rows, numbers=(1, 2, 3, 4)
    )
    return tag(
        "section",
        tag("h2", "Scores"),
        tag(
            "p",
            "Of each alert, the score of its best match after the change; before it, where the alert is lost. A score "
            "ranks, it is not a probability. Alerts without a match say what an event leaves open.",
            class_="quiet",
        ),
        legend(_PARTS),
        tag("div", histogram(report.scores), class_="wide", role="region", aria_label="Plot of scores", tabindex="0"),
        tag("details", tag("summary", "The same in figures"), figures),
    )


def _counts(title: str, what: str, counts: Mapping[str, Count]) -> Any:
    most = max((max(count.new, count.lost) for count in counts.values()), default=0) or 1
    rows = [
        [
            name,
            *(f"{number:,}" for number in (count.before, count.after, count.new, count.lost, count.changed)),
            balance(count.lost, count.new, most),
        ]
        for name, count in list(counts.items())[:_ROWS]
    ]
    if not rows:
        return tag("section", tag("h2", title), tag("p", "None.", class_="quiet"))
    columns = [what, "before", "after", "new", "lost", "changed", "lost | new"]
    more = len(counts) - len(rows)
    rest = [tag("p", f"{more} more move less; --json has them all.", class_="quiet")] if more > 0 else []
    made = table(f"Alerts by {what}; an alert counts under each that it meets", columns, rows, numbers=(1, 2, 3, 4, 5))
    return tag("section", tag("h2", title), made, *rest)


def _examples(report: Report, *, names: bool) -> Any:
    if not report.examples:
        return tag("section", tag("h2", "Examples"), tag("p", "Nothing differs.", class_="quiet"))
    rows = []
    for one in report.examples:
        subject = one.shown.subject
        event = one.event
        what = f"{subject.kind} {words(subject.role)}" + (f": {subject.value}" if names else "")
        where = f"{event.business_reference} ({event.topic}/{event.partition}/{event.offset})"
        rows.append([one.change, where, what, *judged(one, names=names)])
    made = table(
        "Some of the differences, the highest verdicts first", ["change", "event", "subject", "before", "after"], rows
    )
    return tag("section", tag("h2", "Examples"), made)


def _footer(about: About, *, names: bool) -> Any:
    personal = (
        "This page holds personal data: what events say, and names of entries."
        if names
        else "Names of persons and what events say are left out; `sekisho backtest --names` shows them."
    )
    return tag(
        "footer",
        tag("p", personal),
        tag(
            "p",
            "A measure is applied as it is written down as data. Whoever answers for an export or a payment decides.",
        ),
    )
