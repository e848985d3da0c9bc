"""Elements of a page. What an event or a list says is text here and never markup: the builder escapes all of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lxml import etree

from sekisho.cli.output import plain

#: Code points that plain text may hold and a page may not.
_NO_XML = dict.fromkeys((0xFFFE, 0xFFFF, *range(0xD800, 0xE000)), "␦")

Child = Any


def tag(element: str, /, *children: Child, **attributes: object) -> Any:
    """One element. ``class_`` is ``class``, an underscore elsewhere is a hyphen; numbers become text; None is left out."""
    given = {
        key.rstrip("_").replace("_", "-"): clean(str(value)) for key, value in attributes.items() if value is not None
    }
    made = etree.Element(element, given)
    for child in children:
        if not isinstance(child, str):
            made.append(child)
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + clean(child)
        else:
            made.text = (made.text or "") + clean(child)
    return made


def clean(text: str) -> str:
    """Text as a page may carry it; what would act on its reader is shown as a mark."""
    return plain(text).translate(_NO_XML)


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[Child]], *, numbers: Sequence[int] = ()) -> Any:
    """A table that a screen reader can follow: a caption, column heads, and the first cell of a row as its head.

    ``numbers`` are the columns that are set to the right.
    """

    def cell(name: str, number: int, child: Child, **attributes: object) -> Any:
        return tag(name, child, class_="n" if number in numbers else None, **attributes)

    head = tag("tr", *(cell("th", n, column, scope="col") for n, column in enumerate(columns)))
    body = [
        tag("tr", *(cell("td", n, c) if n else cell("th", n, c, scope="row") for n, c in enumerate(row)))
        for row in rows
    ]
    made = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *body))
    # A table that is wider than a telephone scrolls by itself, by keyboard too.
    return tag("div", made, class_="wide", role="region", aria_label=caption, tabindex="0")


def document(title: str, style: str, *body: Child) -> bytes:
    """A whole page, UTF-8, that loads nothing from anywhere."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", http_equiv="Content-Security-Policy", content="default-src 'none'; style-src 'unsafe-inline'"),
        tag("title", title),
        tag("style", style),
    )
    root = tag("html", head, tag("body", tag("main", *body)), lang="en")
    return etree.tostring(root, method="html", encoding="utf-8", doctype="<!DOCTYPE html>")
