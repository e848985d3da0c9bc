"""The law of the pack as tables that people read: what is covered, measure by measure, and what is not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import yaml

from sekisho.model import Measure, Terms
from sekisho.reference import bundled

#: Measures that are one chart, written as one row.
_TOGETHER = {
    "us-ccl-": "each reason for control of an entry × the destinations marked in its column of the Country Chart, or named by the entry, a footnote or 738.3",
}


#: Lists and tables that are not in the pack and that the sources make of official files: measures may name them.
READABLE_LISTS = frozenset(
    {"jp-meti-export-ban-belarus", "jp-meti-export-ban-third-country", "jp-meti-end-user"}
    | {"us-bis-meu", "us-bis-uvl", "us-bis-dpl", "us-ofac-sdn", "us-ofac-cons", "un-sc", "uk-sanctions", "eu-fsf"}
    | {"us-csl-sdn", "us-csl-dpl", "us-csl-ssi", "us-csl-ns-mbs", "us-csl-cmic"}
)
READABLE_TABLES = frozenset({"jp-eto-1", "us-ccl"})


def measures() -> list[Measure]:
    """Every measure of the pack, by id."""
    found = [record for one in bundled.lists() for record in one.records if isinstance(record, Measure)]
    return sorted(found, key=lambda measure: measure.id)


def covered_table(rows: Sequence[Measure], tests: Mapping[str, Mapping[str, int]]) -> str:
    """A Markdown table: measure, act, dates, what triggers it, its effect, who decides, and its tests.

    ``tests``: measure id, then kind of case and how many there are of it.
    """
    lines = ["| measure | act | in force | asks | effect | authority | tests |", "|---|---|---|---|---|---|---|"]
    for prefix, asks in _TOGETHER.items():
        together = [one for one in rows if one.id.startswith(prefix)]
        rows = [one for one in rows if not one.id.startswith(prefix)]
        if together:
            first = together[0]
            effects = " or ".join(sorted({one.effect for one in together}))
            lines.append(
                f"| `{prefix}…` ({len(together)}) | EAR, 15 CFR 738 Supp. 1, 742, 746 | {_dates(first)} | {asks} | {effects} | "
                f"{first.authority or ''} | each {_tests([tests[one.id] for one in together])} |"
            )
    lines += [
        f"| `{one.id}` | {one.legal_basis} | {_dates(one)} | {_asks(one)} | {one.effect} | {one.authority or ''} | "
        f"{_tests([tests[one.id]])} |"
        for one in rows
    ]
    return "\n".join([*lines[:2], *sorted(lines[2:])]) + "\n"


def _tests(counted: Sequence[Mapping[str, int]]) -> str:
    """How many cases of each kind; for several measures the least of them."""
    kinds = counted[0]
    least = {kind: min(one[kind] for one in counted) for kind in kinds}
    more = "at least " if any(one != counted[0] for one in counted) else ""
    return more + ", ".join(f"{number} {kind}" for kind, number in least.items())


def not_covered() -> list[dict[str, str]]:
    """``jurisdiction, what, why`` of everything that is known not to be covered."""
    text = (bundled.FOLDER / "not-covered.yaml").read_text(encoding="utf-8")
    return list(yaml.safe_load(text)["not_covered"])


def not_covered_table() -> str:
    """A Markdown table of it."""
    lines = ["| jurisdiction | not covered | why |", "|---|---|---|"]
    lines += [f"| {row['jurisdiction']} | {row['what']} | {row['why']} |" for row in not_covered()]
    return "\n".join(lines) + "\n"


def _dates(measure: Measure) -> str:
    said = f"from {measure.in_force_from}"
    if measure.announced is not None and measure.announced != measure.in_force_from:
        said += f" (announced {measure.announced})"
    return said + (f" until {measure.in_force_until}" if measure.in_force_until else "")


def _asks(measure: Measure) -> str:
    said = "; ".join(_terms(measure.when))
    unless = ["; ".join(_terms(terms)) for terms in measure.except_]
    return said + (f" — unless {' or '.join(unless)}" if unless else "")


def _terms(terms: Terms) -> Iterable[str]:
    if terms.export_country:
        yield f"exported from {_some(terms.export_country)}"
    if terms.origin_country:
        yield f"goods of {_some(terms.origin_country)} origin"
    if terms.destination is not None:
        yield f"to {_some((*terms.destination.countries, *terms.destination.regions))}"
    if terms.goods is not None:
        yield f"goods of {_some((*terms.goods.tables, *terms.goods.items))}"
    if terms.parties is not None:
        roles = f" as {_some(terms.parties.roles)}" if terms.parties.roles else ""
        programmes = f" ({', '.join(terms.parties.programmes)})" if terms.parties.programmes else ""
        yield f"a party on {_some(terms.parties.lists)}{programmes}{roles}"
    if terms.nexus is not None:
        yield f"in {_some(terms.nexus.currencies)} or with a party in {_some(terms.nexus.countries)}"
    if terms.end_use:
        yield "an end use that speaks of weapons or the military"
    if terms.value_below is not None:
        yield f"worth at most {int(terms.value_below.amount):,} {terms.value_below.currency}"


def _some(names: Sequence[str]) -> str:
    """All of a few, the number of many."""
    return ", ".join(names) if len(names) <= 5 else f"{', '.join(names[:3])} and {len(names) - 3} more"


def readme(text: str, tests: Mapping[str, Mapping[str, int]]) -> str:
    """The README with both tables made anew between their markers. ``tests``: as for ``covered_table``."""
    for name, table in (("law", covered_table(measures(), tests)), ("not covered", not_covered_table())):
        start = re.escape(f"<!-- {name}: ") + r"[^\n]*-->\n"
        text = re.sub(f"({start}).*?(<!-- /{name} -->)", lambda m, t=table: m[1] + t + m[2], text, flags=re.DOTALL)  # type: ignore[misc]
    return text
