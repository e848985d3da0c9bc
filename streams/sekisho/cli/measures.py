"""``measures``: the rules of law as data: read them, check them, watch one being applied."""

from __future__ import annotations

import difflib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from sekisho.cli.options import json_option
from sekisho.cli.output import counted, emit, say, show
from sekisho.cli.reference_option import jurisdictions_option, lists_option, reference_of, screener_of
from sekisho.errors import EventError, InputError

if TYPE_CHECKING:
    from sekisho.model import Measure
    from sekisho.reference import Reference


@click.group("measures")
def command() -> None:
    """Rules of law as data: read, check, explain."""


@command.command("show")
@click.argument("measure_id", required=False)
@click.option(
    "--event",
    "event_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file with one event as JSON: show how each measure reads it.",
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Only measures known that day, and how they stood; with --event, the law known that day [event time].",
)
@click.option(
    "--calendar",
    is_flag=True,
    help="The days on which a measure, or items of its goods tables, were announced, begin or end.",
)
@click.option("--not-covered", is_flag=True, help="What no measure of the pack decides, and why.")
@lists_option
@json_option
def show_measures(
    measure_id: str | None,
    event_file: Path | None,
    as_of: datetime | None,
    calendar: bool,
    not_covered: bool,
    lists: tuple[Path, ...],
    as_json: bool,
) -> None:
    """All measures in a table, or one in full, or how they decide about an event.

    \b
    Examples:
      sekisho measures show
      sekisho measures show jp-etco-2-1-item-1-4
      sekisho measures show --as-of 2023-01-27
      sekisho measures show --calendar
      sekisho measures show --not-covered
      sekisho measures show --event shipment.json
    """
    if not_covered:
        _not_covered(as_json)
        return
    reference = reference_of(lists)
    measures = [m for m in reference.tables.measures if measure_id in (None, m.id)]
    if as_of and not event_file:
        measures = [m for m in measures if (m.announced or m.in_force_from) <= as_of.date()]
    if not measures:
        raise InputError(_none(measure_id, as_of, reference))
    if event_file:
        _explain(reference, event_file, measure_id, as_of, as_json)
    elif calendar:
        _calendar(measures, reference, as_json)
    elif as_json:
        for measure in measures:
            emit({**msgspec.to_builtins(measure), "on_that_day": _on(measure, as_of)} if as_of else measure)
    elif measure_id:
        import yaml

        click.echo(yaml.safe_dump(_said(measures[0]), sort_keys=False, allow_unicode=True, width=100), nl=False)
    else:
        show(
            (
                "measure",
                "title",
                "effect",
                "for",
                "in force",
                *([f"on {as_of:%Y-%m-%d}"] if as_of else []),
                "legal basis",
                "authority",
            ),
            [
                (
                    m.id,
                    m.title,
                    m.effect.replace("_", " "),
                    ", ".join(m.applies_to),
                    f"from {m.in_force_from}" + (f" until {m.in_force_until}" if m.in_force_until else ""),
                    *([_on(m, as_of)] if as_of else []),
                    m.legal_basis,
                    m.authority or "",
                )
                for m in measures
            ],
        )


def _on(measure: Measure, as_of: datetime) -> str:
    """How the measure stood on that day of its own time zone, to an act of the same day."""
    from sekisho.policy import Standing
    from sekisho.policy.calendar import Days, standing_of_measure

    standing = standing_of_measure(measure, Days(as_of.date(), as_of.date()))
    return {Standing.ENDED: "ended", Standing.LATER: "announced", Standing.IN_FORCE: "in force"}[standing]


def _none(measure_id: str | None, as_of: datetime | None, reference: Reference) -> str:
    """Why there is nothing to show: an unknown id with those like it, or a day before any measure was announced."""
    known = {m.id: m for m in reference.tables.measures}
    if measure_id in known or measure_id is None:
        first = min(
            (m.announced or m.in_force_from for m in known.values() if measure_id in (None, m.id)), default=None
        )
        which = measure_id or "any measure"
        until = f"; the first day of {which} is {first}" if first else ""
        return f"no measure was known on {as_of:%Y-%m-%d}{until}" if as_of else "there are no measures"
    near = difflib.get_close_matches(measure_id, known, n=3)
    like = f"; like it are {', '.join(near)}" if near else ""
    return f"there is no measure {measure_id}{like}; `sekisho measures show` names all"


def _calendar(measures: Any, reference: Reference, as_json: bool) -> None:
    days = []
    for measure in measures:
        about = {"measure_id": measure.id, "table_id": None, "title": measure.title, "time_zone": measure.time_zone}
        if measure.announced and measure.announced != measure.in_force_from:
            days.append((measure.announced, "announced", about))
        days.append((measure.in_force_from, "begins", about))
        if measure.in_force_until:
            days.append((measure.in_force_until, "ends", about))
    days += _wordings(measures, reference)
    days.sort(key=lambda day: (day[0], day[2]["measure_id"] or day[2]["table_id"], day[1]))
    if as_json:
        for day, what, about in days:
            told = {key: value for key, value in about.items() if key != "title"}
            emit({"day": day.isoformat(), "what": what, **told})
        return
    show(
        ("day", "what", "measure or goods table", "title", "days in"),
        [
            (day.isoformat(), what, about["measure_id"] or about["table_id"], about["title"], about["time_zone"])
            for day, what, about in days
        ],
    )


def _wordings(measures: Any, reference: Reference) -> list[tuple[date, str, dict[str, Any]]]:
    """The days on which items of the goods tables that the measures name are announced, begin or end, a row a day and table.

    A measure on a table is as old as its oldest item; what came later (the 40 items of 3 February 2023) stands here.
    """
    from sekisho.policy.calendar import zone_of

    named = {
        table
        for one in measures
        if one.when.goods
        for table in (*one.when.goods.tables, *(item.split("/", 1)[0] for item in one.when.goods.items))
    }
    found: dict[tuple[date, str, str], list[str]] = {}
    for (table, item_id), item in reference.tables.goods.items.items():
        if table not in named:
            continue
        for period in item.validity:
            days = [("items begin", period.from_), ("items end or change", period.until)]
            if period.announced != period.from_:
                days.append(("items announced", period.announced))
            for what, day in days:
                if day is not None:
                    held = found.setdefault((day, what, table), [])
                    if item_id not in held:
                        held.append(item_id)
    return [
        (
            day,
            what,
            {
                "measure_id": None,
                "table_id": table,
                "title": f"{counted(len(items), 'item')}: {', '.join(items[:4])}{' …' if len(items) > 4 else ''}",
                "time_zone": zone_of(table),
                "items": items,
            },
        )
        for (day, what, table), items in found.items()
    ]


def _not_covered(as_json: bool) -> None:
    from sekisho.reference import law

    rows = law.not_covered()
    if as_json:
        for row in rows:
            emit(row)
        return
    show(("jurisdiction", "not covered", "why"), [(row["jurisdiction"], row["what"], row["why"]) for row in rows])


@command.command("explain")
@click.argument("event_file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--measure", "measure_id", help="Only this measure, with every condition.")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The law known that day [event time].")
@jurisdictions_option
@lists_option
@json_option
def explain(
    event_file: Path,
    measure_id: str | None,
    as_of: datetime | None,
    jurisdictions: str | None,
    lists: tuple[Path, ...],
    as_json: bool,
) -> None:
    """How each measure decides about an event: a tree of conditions, each true, false or unknown, with the value.

    EVENT_FILE holds one event as JSON.

    \b
    Examples:
      sekisho measures explain shipment.json
      sekisho measures explain shipment.json --measure jp-etco-2-1-item-1-4 --as-of 2023-02-03
    """
    _explain(reference_of(lists), event_file, measure_id, as_of, as_json, jurisdictions)


def _explain(
    reference: Any,
    file: Path,
    measure_id: str | None,
    as_of: datetime | None,
    as_json: bool,
    jurisdictions: str | None = None,
) -> None:
    from sekisho.model import Origin, Shipment
    from sekisho.policy.explain import as_lines, as_tree
    from sekisho.wire.events import event_from_json

    try:
        event = event_from_json(file.read_bytes()).event
    except EventError as error:
        raise InputError(f"{file}: {error}; the file must hold one event, a JSON object") from None
    screener = screener_of(reference, jurisdictions)
    if measure_id is not None and measure_id not in {measure.id for measure in screener.measures}:
        left_out = next((m.jurisdiction for m in reference.tables.measures if m.id == measure_id), None)
        raise InputError(
            f"the settings leave out {left_out}, the jurisdiction of {measure_id}"
            if left_out
            else _none(measure_id, None, reference)
        )
    # Noon is the same day from New York to Tokyo, as for `screen`.
    known_at = as_of.replace(hour=12, tzinfo=UTC) if as_of else event.event_time
    steps = [
        step
        for step in screener.explain(event, Origin(str(file), 0, 0), known_at=known_at)
        if measure_id in (None, step.measure.id)
    ]
    if isinstance(event, Shipment) and event.status == "cancelled":
        say(
            "the shipment is cancelled: nothing is exported, so nothing is screened; this is how the measures would read it"
        )
    if as_json:
        for step in steps:
            emit(as_tree(step))
        return
    lines = list(as_lines(steps, everything=measure_id is not None))
    for line in lines:
        click.echo(line)
    if not lines:
        say(
            "no measure comes near this event (a listed party or place is review without any: see `sekisho screen`); "
            "--json shows what ended each of them"
        )


def _said(measure: Any) -> dict[str, Any]:
    """The measure as it would be written in YAML: what is empty is left out."""

    def trim(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: trimmed for key, one in value.items() if (trimmed := trim(one)) not in (None, [], {}, "")}
        return [trim(one) for one in value] if isinstance(value, list | tuple) else value

    said: dict[str, Any] = trim(msgspec.to_builtins(measure))
    return said


@command.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@lists_option
@json_option
def check_measures(paths: tuple[Path, ...], lists: tuple[Path, ...], as_json: bool) -> int:
    """Check measures: dead references, conditions that cannot hold, overlaps and gaps.

    Checks the bundled measures, or the YAML files and folders given, against the lists, tables, regions
    and countries that exist; with --lists against yours, and tells which of them no measure names. An error
    makes the command fail (exit 1); a warning is worth a look.

    \b
    Examples:
      sekisho measures check
      sekisho measures check my-measures/
      sekisho measures check --lists screening-list.json
    """
    from sekisho.places import LISTED_REGIONS
    from sekisho.policy.check import Known, check
    from sekisho.reference import bundled, law, measure_files
    from sekisho.wire.codes import countries, currencies

    reference = reference_of(lists)
    # With --lists the pack is not loaded, but what its measures name is no slip.
    packed: dict[str, set[str]] = {}
    for loaded in bundled.lists():
        packed.setdefault(loaded.kind, set()).add(loaded.list_id)
    sets = [one for path in paths for one in measure_files.load(path)]
    if paths and not any(one.records for one in sets):
        # A check of nothing passes, and a pipeline would go on with what was never looked at.
        raise InputError(
            f"no measure was found in {', '.join(map(str, paths))}; name YAML files, or folders that hold some"
        )
    measures = [record for one in sets for record in one.records] if paths else list(reference.tables.measures)
    items = reference.tables.goods.items
    programmes: dict[str, set[str]] = {one.list_id: set() for one in reference.lists if one.kind == "entities"}
    for entity in reference.tables.names.entities.values():
        programmes[entity.list_id].update(entity.programmes)
    reasons: dict[str, set[str]] = {}
    for (table, _), item in items.items():
        reasons.setdefault(table, set()).update(item.reasons_for_control)
    known = Known(
        lists=programmes.keys() | law.READABLE_LISTS | packed["entities"],
        tables=reasons.keys() | law.READABLE_TABLES | packed["goods"],
        items={f"{table}/{item}" for table, item in items},
        regions=set(LISTED_REGIONS),
        countries=countries(),
        currencies=currencies(),
        programmes=programmes,
        reasons=reasons,
        complete=not paths,
    )
    problems = check(measures, known)  # type: ignore[arg-type]
    for problem in problems:
        if as_json:
            emit(problem)
        else:
            click.echo(f"{problem.level}: {problem.measure_id}: {problem.message}")
    errors = sum(problem.level == "error" for problem in problems)
    warnings = len(problems) - errors
    say(f"{counted(len(measures), 'measure')}, {counted(errors, 'error')}, {counted(warnings, 'warning')}")
    return 1 if errors else 0
