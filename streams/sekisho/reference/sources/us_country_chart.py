"""The Commerce Country Chart (15 CFR part 738, Supplement No. 1) as measures: one a column, written to a YAML file.

    python -m sekisho.reference.sources.us_country_chart CHART.json GROUPS.json

An ECCN names its reasons for control as columns of the chart (``NS 2``); a mark in a column means that goods controlled
for that reason need a licence to that country. ``us_ccl`` puts the columns that an entry names among the reasons of its
item: ``NS 2`` where the column applies to the entire entry, ``NS 2 in part`` where only to some of its paragraphs, which
is review. Rows without marks (Cuba, Iran, North Korea, Syria) point to part 746, whatever the goods; Hong Kong is read as
China's row, as 85 FR 83788 says, and Liechtenstein with Switzerland (footnote 5).

What the grid does not hold is here too: entries that name their destinations themselves (Macau and Country Group D:5 for
machines that make chips), some by the Country Groups of 15 CFR part 740, Supplement No. 1; those for which a licence is needed
to all destinations (738.3(a)(1)); and the footnotes on Russia and Belarus (6) and on firearms (10).
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sekisho.errors import InputError
from sekisho.reference.sources.countries import country_code

#: Rows of the chart and of the groups whose names carry more than a name.
_ROWS = {
    "China (PRC)": "CN",
    "Congo (Democratic Republic of)": "CD",
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

#: Footnote 10: firearms to Australia and the United Kingdom. Entries that it names whole, and those of which it names a part.
FIREARMS = ("0A506", "0A507", "0A509", "0E501")
FIREARMS_IN_PART = ("0A501", "0A502", "0A504", "0A505", "0A508", "0D501", "0D505", "0E504", "0E505")

_HEAD = """\
# Written by `python -m sekisho.reference.sources.us_country_chart CHART.json GROUPS.json`; a test holds it to the chart at hand.
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


def render(chart: dict[str, Any], groups: dict[str, Any]) -> str:
    """The YAML file for a chart and the Country Groups in JSON."""
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
    lines += _named(groups)
    lines += _all_destinations(chart)
    lines += _footnotes()
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


def _named(groups: dict[str, Any]) -> Iterator[str]:
    """Destinations that entries name themselves, each for whole entries and for parts of some."""
    d5, uae = {"MO", *_group(groups, "D:5")}, {"AE"}
    spared = {*_group(groups, "A:5"), *_group(groups, "A:6")}
    wide = {one for group in ("D:1", "D:4", "D:5") for one in _group(groups, group)}
    for name, reason, basis, countries, but, parts in (
        ("worldwide", "worldwide", "742.4(a)(5), 742.6(a)(6)(iii)(A), (10) and (13), 742.13 (all destinations)", None, (), _BOTH),
        ("all-but-canada", "all but Canada", "742 (all destinations, except Canada)", None, ("CA",), _BOTH),
        ("d5", "Macau and D:5", "742.4(a)(4), 742.6(a)(6), (12) and (13) (Macau and Country Group D:5)", d5, (), _BOTH),
        ("d1-d4-d5", "UAE, D:1, D:4 and D:5", "742.6(a)(6)(iii)(B) (United Arab Emirates, Country Groups D:1, D:4 and D:5)", wide - spared | uae, (), _BOTH),
        ("cn-ru-ve", "China, Russia and Venezuela", "742.6(a)(7) (China, Russia and Venezuela)", {"CN", "HK", "RU", "VE"}, (), _BOTH),
        ("iraq", "Iraq", "742.6 and 746.3 (Iraq)", {"IQ"}, (), (False,)),
        ("pakistan", "Pakistan", "742.6 (Pakistan)", {"PK"}, (), _BOTH),
    ):  # fmt: skip
        to = f"destination: {{countries: [{', '.join(sorted(countries))}]}}, " if countries else ""
        for part in parts:
            reasons = f"{reason} in part" if part else reason
            yield from _both_ways(
                f"us-ccl-{name}{'-part' if part else ''}",
                f"Goods of entries {'of which some paragraphs need' if part else 'that need'} a licence for {_TO[name]}",
                f"EAR, 15 CFR {basis}",
                f'{to}goods: {{tables: [us-ccl], reasons_for_control: ["{reasons}"]}}',
                "Which paragraph the goods fall under decides whether it applies." if part else "As the entry says.",
                free=() if countries else (*but, "US"),
                effect="review" if part else None,
            )


#: For whole entries (and paragraphs that are items of their own), and for entries of which only a part is concerned.
_BOTH = (False, True)
#: In titles.
_TO = {
    "worldwide": "every destination",
    "all-but-canada": "every destination but Canada",
    "d5": "Macau and Country Group D:5",
    "d1-d4-d5": "the Emirates and Country Groups D:1, D:4 and D:5",
    "cn-ru-ve": "China, Russia and Venezuela",
    "iraq": "Iraq",
    "pakistan": "Pakistan",
}


def _all_destinations(chart: dict[str, Any]) -> Iterator[str]:
    """Entries that 738.3(a)(1) names; those of which it names a part say so themselves."""
    said = chart["allDestinationsEntries"]
    named = [*said["noLicenceExceptions"], *said["govOnly"]["entries"]]
    items = sorted(f"us-ccl/{one}" for one in named if re.fullmatch(r"\d[A-E]\d{3}", one))
    yield from _both_ways(
        "us-ccl-all-destinations",
        "Goods for crime control and surreptitious listening, to every destination",
        "EAR, 15 CFR 738.3(a)(1) (entries that the chart does not apply to)",
        f"goods: {{items: [{', '.join(items)}]}}",
        "No licence exception applies, but GOV to some of them.",
        free=("US",),
    )


def _footnotes() -> Iterator[str]:
    """What the footnotes ask beyond the grid, and the rows without marks, which ask whatever the goods are."""
    for name, eccns, effect in (("firearms", FIREARMS, None), ("firearms-part", FIREARMS_IN_PART, "review")):
        yield from _both_ways(
            f"us-ccl-{name}",
            f"Firearms, their parts, software and technology{', of entries named in part,' if effect else ''} to Australia and the United Kingdom",
            "EAR, 15 CFR 738 Supp. 1, footnote 10",
            f"destination: {{countries: [AU, GB]}}, goods: {{items: [{', '.join(f'us-ccl/{one}' for one in eccns)}]}}",
            "Which paragraph the goods fall under decides whether it applies." if effect else "As the footnote says.",
            effect=effect,
        )
    yield from _both_ways(
        "us-ear-746-embargoed",
        "Any goods to Cuba, Iran, North Korea or Syria",
        "EAR, 15 CFR 738 Supp. 1 (rows without marks), 742.19 and part 746",
        f"destination: {{countries: [{', '.join(_EMBARGOED)}]}}",
        "Part 746 says whether a licence is needed, also for goods in no entry of the list; its text is not at hand.",
        effect="review",
        more=_PART_746,
    )
    yield "  - id: us-ear-746-russia-belarus-export"
    yield '    title: "Any goods to Russia or Belarus, exported from the United States"'
    yield '    legal_basis: "EAR, 15 CFR 738 Supp. 1, footnote 6, 746.5 and 746.8"'
    yield "    when: {export_country: [US], destination: {countries: [RU, BY]}}"
    yield "    effect: review"
    yield (
        "    note: Bureau of Industry and Security. Section 746.5 and Supplement No. 2 to part 746 name goods in no entry of the "
        "list; their text is not at hand."
    )


_PART_746 = (
    "    authority: Bureau of Industry and Security (BIS) or Office of Foreign Assets Control (OFAC), as part 746 says",
    "    clearing_document: the licence or licence exception that 15 CFR part 746 names for the country",
)


def _both_ways(
    name: str, title: str, basis: str, terms: str, note: str,
    *, free: tuple[str, ...] = (), effect: str | None = None, more: tuple[str, ...] = (),
) -> Iterator[str]:  # fmt: skip
    """A measure for exports from the United States and one for re-exports of goods of their origin; ``free``: not to these."""
    spared = [f"{{destination: {{countries: [{', '.join(sorted(free))}]}}}}"] if free else []
    for way, country in (("export", "export_country"), ("reexport", "origin_country")):
        of = "exported from the United States" if way == "export" else "of United States origin, re-exported"
        unless = [*(["{export_country: [US]}"] if way == "reexport" else []), *spared]
        yield f"  - id: {name}-{way}"
        yield f'    title: "{title}, {of}"'
        yield f'    legal_basis: "{basis}"'
        yield f"    when: {{{country}: [US], {terms}}}"
        if unless:
            yield f"    except: [{', '.join(unless)}]"
        if effect:
            yield f"    effect: {effect}"
        yield from more
        yield f"    note: Bureau of Industry and Security. {note}"


def _group(groups: dict[str, Any], name: str) -> Iterator[str]:
    for country in groups["groups"][name]:
        code = _ROWS.get(country) or country_code(country)
        if code is None:
            raise InputError(f"country groups: {country!r} of {name} is no country that is known here; add it to _ROWS")
        yield code
        yield from _FOLLOWS.get(code, ())


def _everywhere() -> Iterator[str]:
    """Reasons that the chart's grid does not hold."""
    for way, country in (("export", "export_country"), ("reexport", "origin_country")):
        unless = "    except: [{export_country: [US]}]" if way == "reexport" else None
        of = "exported from the United States" if way == "export" else "of United States origin, re-exported"
        for name, title, basis, terms, note in (
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
    """Print the measures of the chart and the groups that are named."""
    import sys

    chart, groups = arguments if arguments is not None else sys.argv[1:]
    sys.stdout.write(render(*(json.loads(Path(path).read_text(encoding="utf-8")) for path in (chart, groups))))


if __name__ == "__main__":
    main()
