"""Plots as SVG in the page itself: a histogram of scores in two panels, and small bars for tables.

Colours are classes, so that the page's style gives each its tone for light and for dark. Every figure of a plot stands in
a table too, for those who do not see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, log10
from typing import Any

from sekisho.cli.backtest.markup import tag
from sekisho.cli.backtest.tally import Bin
from sekisho.cli.backtest.terminal import interval

WIDTH = 720
#: Height of a panel's drawing area, and the room around it (units of the view box).
_HEIGHT, _LEFT, _TOP, _BOTTOM = 150, 56, 30, 34

#: Panels: title, and the parts of each bar from the bottom up.
_PANELS = (
    ("Alerts that differ", ("changed", "lost", "new")),
    ("Alerts that stay the same", ("same",)),
)


def histogram(bins: Sequence[Bin]) -> Any:
    """Two panels with an axis of their own: what differs is small beside what stays the same, and is the question."""
    panel_height = _TOP + _HEIGHT + _BOTTOM
    panels = [
        tag("g", *_panel(title, parts, bins), transform=f"translate(0 {number * panel_height})")
        for number, (title, parts) in enumerate(_PANELS)
    ]
    return tag(
        "svg",
        tag("title", "Alerts by the score of their best match"),
        tag("desc", "Two bar charts over the same bins of scores; the table below holds every figure."),
        *panels,
        viewBox=f"0 0 {WIDTH} {panel_height * len(_PANELS)}",
        role="img",
        class_="plot",
    )


def _panel(title: str, parts: Sequence[str], bins: Sequence[Bin]) -> list[Any]:
    most = max((sum(getattr(one, part) for part in parts) for one in bins), default=0)
    top, step = _axis(most)
    slot = (WIDTH - _LEFT) / max(1, len(bins))
    floor = _TOP + _HEIGHT
    drawn = [tag("text", title, x=0, y=16, class_="head")]
    for tick in range(0, top + 1, step):
        y = floor - _HEIGHT * tick / top
        drawn.append(tag("line", x1=_LEFT, x2=WIDTH, y1=_n(y), y2=_n(y), class_="grid"))
        drawn.append(tag("text", f"{tick:,}", x=_LEFT - 8, y=_n(y + 4), class_="tick end"))
    for number, one in enumerate(bins):
        left = _LEFT + slot * number
        level = float(floor)
        for part in parts:
            count = getattr(one, part)
            if not count:
                continue
            # What is there is seen: a single alert beside thousands is two units high.
            height = max(2.0, _HEIGHT * count / top)
            level -= height
            drawn.append(
                tag(
                    "rect",
                    tag("title", f"{interval(one)}: {count:,} {part}"),
                    x=_n(left + slot * 0.12),
                    y=_n(level),
                    width=_n(slot * 0.76),
                    height=_n(height),
                    class_=part,
                )
            )
        drawn.append(tag("text", _label(one), x=_n(left + slot / 2), y=floor + 18, class_="tick mid"))
    return drawn


def _label(one: Bin) -> str:
    return "no match" if one.low is None else f"{one.low:.2f}"


def _axis(most: int) -> tuple[int, int]:
    """The top of an axis of whole numbers, and the step between its lines: 1, 2 or 5 times a power of ten."""
    if most <= 0:
        return 1, 1
    rough = most / 4
    power = 10 ** max(0, ceil(log10(rough)) - 1) if rough > 1 else 1
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor * 4 >= most)
    return ceil(most / step) * step, step


def balance(lost: int, new: int, most: int) -> Any:
    """A small bar for a table: lost to the left of the middle, new to the right."""
    half = 60
    widths = [max(2.0, half * count / most) if count else 0.0 for count in (lost, new)]
    bars = [
        tag("rect", x=_n(half - widths[0]), y=2, width=_n(widths[0]), height=10, class_="lost"),
        tag("rect", x=half, y=2, width=_n(widths[1]), height=10, class_="new"),
    ]
    middle = tag("line", x1=half, x2=half, y1=0, y2=14, class_="grid")
    shown = [bar for bar, width in zip(bars, widths, strict=True) if width]
    # The figures stand beside it: a reader that speaks has nothing to gain from it.
    return tag("svg", *shown, middle, viewBox=f"0 0 {2 * half} 14", class_="bar", aria_hidden="true")


def legend(parts: Sequence[tuple[str, str]]) -> Any:
    """Names of the colours: class and words."""
    return tag(
        "p",
        *(
            tag("span", tag("span", class_=f"key {part}", aria_hidden="true"), words, class_="item")
            for part, words in parts
        ),
        class_="legend",
    )


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
