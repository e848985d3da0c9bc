"""The report of a back-test for people at a terminal."""

from __future__ import annotations

from sekisho.cli.backtest.about import About
from sekisho.cli.backtest.tally import Bin, Count, Difference, Report
from sekisho.cli.output import say, show
from sekisho.model import Alert
from sekisho.screening.difference import changes

#: Width of the longest bar of the histogram (characters).
_BAR = 40


def tell(about: About, report: Report, *, names: bool) -> None:
    """Tables on stdout; what was compared, and what to mind, on stderr."""
    for line in about.lines():
        say(line)
    if not report.events:
        say("no event was compared")
        return
    moved = [step for step in report.verdicts if step.before != step.after]
    show(
        ("verdict", "becomes", "events"),
        [(words(step.before), words(step.after), f"{step.events:,}") for step in moved]
        or [("any", "the same", f"{report.events:,}")],
        title="events",
    )
    for title, counts in (("list", report.lists), ("measure", report.measures)):
        show(
            (title, "before", "after", "new", "lost", "changed"),
            [(name, *_cells(count)) for name, count in {**counts, "all alerts": report.alerts}.items()],
            title=f"alerts by {title}",
        )
    if report.scores:
        show(("score", "new +", "lost -", "changed ~", "same ·", ""), list(_histogram(report.scores)), title="scores")
    if report.examples:
        show(
            ("change", "event", "subject", "before", "after"),
            [_example(one, names=names) for one in report.examples],
            title="examples",
        )
    say(headline(report))


def headline(report: Report) -> str:
    """The result in one sentence."""
    alerts = report.alerts
    stopped = sum(step.events for step in report.verdicts if step.before == "clear" != step.after)
    released = sum(step.events for step in report.verdicts if step.after == "clear" != step.before)
    counts = {"new": alerts.new, "lost": alerts.lost, "changed": alerts.changed}
    changed = ", ".join(f"{count:,} {of(report, change)}{change}" for change, count in counts.items())
    return (
        f"{report.events:,} events: alerts: {changed}, "
        f"{alerts.after - alerts.new - alerts.changed:,} the same; {stopped:,} events would be stopped that are clear, "
        f"{released:,} cleared that are stopped"
    )


def of(report: Report, change: str) -> str:
    """``(3 different) `` where several events raise one alert; else nothing."""
    counted: int = getattr(report.alerts, change)
    distinct = report.distinct[change]
    return f"({distinct:,} different) " if distinct < counted else ""


def interval(one: Bin) -> str:
    """The scores of a bin in words."""
    if one.low is None or one.high is None:
        return "no match"
    return "1.00" if one.low == 1.0 else f"{one.low:.2f}-{one.high:.2f}"


def judged(one: Difference, *, names: bool) -> tuple[str, str]:
    """What each judge says, in a few words; the first fields that differ, where these words do not."""
    before, after = _said(one.before, names), _said(one.after, names)
    if before == after and one.before is not None and one.after is not None:
        found = [change for change in changes(one.before, one.after) if names or _impersonal(change.field)][:3]
        before += "".join(f"; {change.field} {change.before}" for change in found)
        after += "".join(f"; {change.field} {change.after}" for change in found)
    return before, after


def _said(alert: Alert | None, names: bool) -> str:
    if alert is None:
        return "nothing"
    met = [
        f"{match.list_id} {match.entry_id}{f' {match.name}' if names else ''} {match.score:.2f}"
        for match in alert.matches[:3]
    ]
    return f"{words(alert.verdict)}: {', '.join(met or [rule.measure_id for rule in alert.measures[:3]])}"


def _cells(count: Count) -> tuple[str, ...]:
    return tuple(f"{number:,}" for number in (count.before, count.after, count.new, count.lost, count.changed))


def _histogram(bins: list[Bin]) -> list[tuple[str, ...]]:
    most = max(one.new + one.lost + one.changed + one.same for one in bins) or 1
    rows = []
    for one in bins:
        parts = ((one.new, "+"), (one.lost, "-"), (one.changed, "~"), (one.same, "·"))
        bar = "".join(mark * (max(1, round(count / most * _BAR)) if count else 0) for count, mark in parts)
        rows.append((interval(one), *(f"{count:,}" if count else "" for count, _ in parts), bar))
    return rows


def _example(one: Difference, *, names: bool) -> tuple[str, ...]:
    subject = one.shown.subject
    what = f"{subject.kind} {subject.role}" + (f": {subject.value}" if names else "")
    return (one.change, one.event.business_reference, what, *judged(one, names=names))


def _impersonal(field: str) -> bool:
    """Fields that hold no text of an event or an entry."""
    return field.rpartition(".")[2] in ("score", "name_score", "identity", "grade", "severity", "effect", "in_force")


def words(verdict: str) -> str:
    """``licence_required`` as a person writes it."""
    return verdict.replace("_", " ")
