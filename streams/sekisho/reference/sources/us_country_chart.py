"""The Commerce Country Chart (15 CFR part 738, Supplement No. 1) as measures: one a column, written to a YAML file.

An ECCN names its reasons for control as columns of the chart (``NS 2``); a mark in a column means that goods controlled
for that reason need a licence to that country. ``us_ccl`` puts the columns that an entry names among the reasons of its
item: ``NS 2`` where the column applies to the entire entry, ``NS 2 in part`` where only to some of its paragraphs, which
is review. Rows without marks (Cuba, Iran, North Korea, Syria) point to part 746; Hong Kong is read as China's row, as
85 FR 83788 says, and Liechtenstein with Switzerland (footnote 5).
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sekisho.errors import InputError
from sekisho.reference.sources.countries import country_code

#: Rows of the chart whose names carry more than a name.
_ROWS = {
    "Micronesia (Federated State of)": "FM",
    "Seycheles": "SC",
    "Sint Maarten (the Dutch two-fifths of the island of Saint Martin)": "SX",
    "South Sudan, Republic of": "SS",
    "St. Vincent and the Grenadines": "VC",
}
#: Governed by another row.
_FOLLOWS = {"CN": ("HK",), "CH": ("LI",)}
#: No marks at all: their rows point to part 746, and a licence is needed for every entry of the list.
_EMBARGOED = ("CU", "IR", "KP", "SY")

_HEAD = """\
# Written by `python -m sekisho.reference.sources.us_country_chart CHART.json`; a test holds it to the chart at hand.
# The Commerce Country Chart as of {issued}. An entry's reasons for control are columns of the chart; a mark means a licence.
# Licence exceptions (part 740) are not evaluated: the alert asks for the licence or the exception.
list_id: measures-us
version: "{issued}"
jurisdiction: US
time_zone: America/New_York
authority: Bureau of Industry and Security (BIS)
clearing_document: the licence (15 CFR part 748) or a licence exception that applies (15 CFR part 740)
applies_to: [shipment]
effect: licence_required
# The chart and the list at hand are those of this day; earlier ones are not at hand, so nothing is said of earlier days.
in_force_from: {issued}
url: https://www.ecfr.gov/current/title-15/part-738
"""


def render(chart: dict[str, Any]) -> str:
    """The YAML file for a chart in JSON."""
    issued = str(chart["ecfrIssueDate"])
    lines = [_HEAD.format(issued=issued), "lists:"]
    columns = [column for column in chart["columns"] if any(_marked(chart, column))]
    for column in columns:
        countries = sorted({*_marked(chart, column), *_EMBARGOED})
        body = textwrap.fill(", ".join(countries), 118, initial_indent="    ", subsequent_indent="    ")
        lines.append(f"  {_anchor(column)}: &{_anchor(column)} [\n{body}]")
    lines.append("measures:")
    for column in columns:
        label = column.replace(" ", " Column ")
        basis = f"EAR, 15 CFR 738 Supp. 1 and 742 ({label})"
        for part in (False, True):
            lines += _measures(column, label, basis, part=part)
    lines += _everywhere()
    return "\n".join(lines) + "\n"


def _measures(column: str, label: str, basis: str, *, part: bool) -> Iterator[str]:
    anchor = _anchor(column)
    reason = f"{column} in part" if part else column
    for way, country in (("export", "export_country"), ("reexport", "origin_country")):
        yield f"  - id: us-ccl-{anchor}{'-part' if part else ''}-{way}"
        what = "Goods" if not part else "Goods of entries of which some paragraphs are"
        of = "exported from the United States" if way == "export" else "of United States origin, re-exported"
        yield f'    title: "{what} controlled for {label}, {of}"'
        yield f'    legal_basis: "{basis}"'
        yield f"    when: {{{country}: [US], destination: {{countries: *{anchor}}}, goods: {{tables: [us-ccl], reasons_for_control: [{reason}]}}}}"
        if way == "reexport":
            yield "    except: [{export_country: [US]}]"
        if part:
            yield "    effect: review"
            yield "    note: Bureau of Industry and Security. Which paragraph the goods fall under decides whether the column applies."
        else:
            yield "    note: Bureau of Industry and Security."


def _everywhere() -> Iterator[str]:
    """Reasons that the chart's grid does not hold."""
    for way, country in (("export", "export_country"), ("reexport", "origin_country")):
        unless = "    except: [{export_country: [US]}]" if way == "reexport" else None
        of = "exported from the United States" if way == "export" else "of United States origin, re-exported"
        for name, title, basis, terms, note in (
            (
                "worldwide",
                f"Goods under worldwide control, {of}",
                "EAR, 15 CFR 742.4(a)(5), 742.6(a)(10) (worldwide control)",
                "goods: {tables: [us-ccl], reasons_for_control: [worldwide]}",
                "Bureau of Industry and Security. Every destination, as the entry says.",
            ),
            (
                "russia-belarus",
                f"Goods of the Commerce Control List to Russia or Belarus, {of}",
                "EAR, 15 CFR 746.8(a)(1) (Russia and Belarus)",
                "destination: {countries: [RU, BY]}, goods: {tables: [us-ccl]}",
                "Bureau of Industry and Security. Any entry of the list (footnote 6 to the chart).",
            ),
            (
                "embargoed",
                f"Goods of the Commerce Control List to an embargoed country, {of}",
                "EAR, 15 CFR part 746 (Cuba, Iran, North Korea, Syria)",
                f"destination: {{countries: [{', '.join(_EMBARGOED)}]}}, goods: {{tables: [us-ccl]}}",
                "Bureau of Industry and Security, or the Office of Foreign Assets Control where part 746 says so.",
            ),
        ):
            yield f"  - id: us-ccl-{name}-{way}"
            yield f'    title: "{title}"'
            yield f'    legal_basis: "{basis}"'
            yield f"    when: {{{country}: [US], {terms}}}"
            if unless:
                yield unless
            if name == "embargoed":
                yield "    authority: Bureau of Industry and Security (BIS) or Office of Foreign Assets Control (OFAC), as part 746 says"
                yield "    clearing_document: the licence or licence exception that 15 CFR part 746 names for the country"
            elif name == "russia-belarus":
                yield "    clearing_document: the licence (15 CFR part 748) or an exception that 15 CFR 746.8(c) admits"
            yield f"    note: {note}"


def _marked(chart: dict[str, Any], column: str) -> Iterator[str]:
    for name, row in chart["countries"].items():
        if column in row["marks"]:
            code = _ROWS.get(name) or country_code(name)
            if code is None:
                raise InputError(f"country chart: the row {name!r} is no country that is known here; add it to _ROWS")
            yield code
            yield from _FOLLOWS.get(code, ())


def _anchor(column: str) -> str:
    return column.replace(" ", "").lower()


def main(arguments: Iterable[str] | None = None) -> None:
    """Print the measures of the chart that is named."""
    import sys

    (path,) = arguments if arguments is not None else sys.argv[1:]
    sys.stdout.write(render(json.loads(Path(path).read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main()
