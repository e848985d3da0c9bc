"""``lists``: reference data: look at it, read official files, compare versions, activate, fetch, prune."""

from __future__ import annotations

import collections
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sekisho.cli.lists_fetch import fetch_lists
from sekisho.cli.lists_publish import prune_lists, publish_lists
from sekisho.cli.lists_sync import sync_lists
from sekisho.cli.options import json_option, with_settings
from sekisho.cli.output import counted, emit, progress, say, show
from sekisho.cli.reference_option import lists_option, reference_of
from sekisho.errors import InputError
from sekisho.model import Entity, Measure
from sekisho.settings import Settings

if TYPE_CHECKING:
    from sekisho.reference.loaded import LoadedList


@click.group("lists")
def command() -> None:
    """Lists of parties, tables of goods and sets of measures."""


# -- looking ------------------------------------------------------------------------------------------------------


@command.command("show")
@click.argument("list_id", required=False)
@click.option("--active", is_flag=True, help="What is active on the brokers, instead of the bundled pack.")
@click.option("--chain", is_flag=True, help="Every reference set on the brokers: who, when, why, and what it changed.")
@lists_option
@json_option
@with_settings
def show_lists(
    settings: Settings, list_id: str | None, active: bool, chain: bool, lists: tuple[Path, ...], as_json: bool
) -> None:
    """Which lists there are, or the records of one.

    Shows the bundled pack; with --lists the files given; with --active the reference set that workers screen
    with now; with --chain how it came to be, the sets that changed LIST_ID where one is given.

    \b
    Examples:
      sekisho lists show
      sekisho lists show jp-mof-asset-freeze
      sekisho lists show --active --bootstrap-servers 127.0.0.1:9092
      sekisho lists show --chain us-ofac-sdn
    """
    if chain:
        _chain(settings, list_id, as_json)
        return
    if active:
        from sekisho.cli.active import active_set

        state = active_set(settings)
        if state.sequence is None:
            raise InputError("no reference set is active; `sekisho lists publish bundled` makes the first one")
        rows = [
            {
                "list_id": one.list_id,
                "kind": one.kind,
                "version": one.version,
                "entries": one.count,
                "source": one.source,
                "published_at": one.published_at,
            }
            for one in state.lists
            if list_id in (None, one.list_id)
        ]
        say(f"reference set {state.sequence} ({state.hash[:12]}), by {state.who}: {state.why}")
        _table(rows, as_json)
        return
    found = [one for one in reference_of(lists).lists if list_id in (None, one.list_id)]
    if not found:
        raise InputError(f"there is no list {list_id}; `sekisho lists show` names them")
    if list_id is not None:
        _records(found[0], as_json)
        return
    _table(
        [
            {
                "list_id": one.list_id,
                "kind": one.kind,
                "version": one.version,
                "entries": len(one.records),
                "source": one.source,
                "published_at": one.published_at,
            }
            for one in found
        ],
        as_json,
    )


def _table(rows: Sequence[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        for row in rows:
            emit(row)
    elif rows:
        columns = [name for name in rows[0] if any(row[name] is not None for row in rows)]
        show(columns, [["" if row[name] is None else str(row[name]) for name in columns] for row in rows])


def _chain(settings: Settings, list_id: str | None, as_json: bool) -> None:
    from sekisho.cli.active import chain_of, links

    found = [one for one in links(chain_of(settings)) if list_id is None or list_id in (*one.changed, *one.dropped)]
    if as_json:
        for one in found:
            emit(one)
        return
    show(
        ("set", "hash", "when", "who", "why", "changed", "not whole"),
        [
            (
                str(one.sequence),
                one.hash[:12],
                f"{one.created_at:%Y-%m-%d %H:%M}",
                one.who,
                one.why,
                ", ".join((*one.changed, *(f"{gone} (gone)" for gone in one.dropped))),
                one.lacks or "",
            )
            for one in found
        ],
    )
    say(counted(len(found), "reference set"))


def _records(one: LoadedList, as_json: bool) -> None:
    from sekisho.reference.versions import record_id, record_title

    if as_json:
        for record in one.records:
            emit(record)
        return
    show(
        ("id", "what", "also", "from"),
        [(record_id(r), record_title(r), _also(r), _from(r)) for r in one.records],
        title=f"{one.list_id} {one.version}",
    )


def _also(record: Any) -> str:
    if isinstance(record, Entity):
        return "; ".join(name.text for name in record.names if name.text != record.primary_name)
    return record.legal_basis  # type: ignore[no-any-return]


def _from(record: Any) -> str:
    if isinstance(record, Entity):
        day = record.in_force_from or record.listed_on
        return str(day) if day else "unknown"
    if isinstance(record, Measure):
        return str(record.in_force_from)
    return ", ".join(str(period.from_) for period in record.validity)


@command.command("load")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--strict", is_flag=True, help="Exit 1 if any row could not be read.")
@json_option
def load(paths: tuple[Path, ...], strict: bool, as_json: bool) -> int:
    """Read official files and say what is in them: every row is read or reported.

    Recognises the publishers' own formats by their content, and our own JSON lines, CSV and YAML. A row that
    cannot be read is named with its line and reason (official files have some), and counted.

    \b
    Example:
      sekisho lists load --json sdn.csv alt.csv mof_asset_freeze.xlsx
    """
    from sekisho.reference.load import load_paths

    rejected = 0
    with progress() as bar:
        loaded = load_paths(paths, bar)
    rows = []
    for one in loaded:
        rejected += len(one.rejected)
        rows.append(
            {
                "list_id": one.list_id,
                "version": one.version,
                "entries": len(one.records),
                "names": sum(len(record.names) for record in one.records if isinstance(record, Entity)),
                "rejected": len(one.rejected),
            }
        )
        for row in one.rejected:
            say(f"{one.list_id}: {row.where}: {row.reason}")
    _table(rows, as_json)
    entries = sum(len(one.records) for one in loaded)
    read = f"{entries} {'entry' if entries == 1 else 'entries'}, {counted(rejected, 'row')} not read"
    say(f"{counted(len(loaded), 'list')}, {read}")
    return 1 if strict and rejected else 0


@command.command("diff")
@click.argument("before", metavar="active|BEFORE")
@click.argument("after", type=click.Path(path_type=Path, exists=True))
@json_option
@with_settings
def diff_lists(settings: Settings, before: str, after: Path, as_json: bool) -> None:
    """What two versions of a list differ in: added, changed, removed.

    BEFORE and AFTER are files (or folders) as `lists load` reads them; lists are compared by their id. Where
    two single files have different ids, they are compared all the same. The word active compares AFTER with
    what workers screen with now: what publishing it would change.

    \b
    Examples:
      sekisho lists diff sdn-2026-07-30.csv sdn-2026-07-31.csv
      sekisho lists diff active sdn.csv --bootstrap-servers 127.0.0.1:9092
    """
    from sekisho.reference.load import load_paths
    from sekisho.reference.versions import diff, record_id, record_title

    new = {one.list_id: one.records for one in load_paths([after])}
    if before == "active":
        from sekisho.cli.active import active_records

        old = active_records(settings, new)
    else:
        old = {one.list_id: one.records for one in load_paths([before])}
        if len(old) == len(new) == 1 and old.keys() != new.keys():
            (only,) = new
            old = {only: next(iter(old.values()))}
    counts: collections.Counter[str] = collections.Counter()
    for list_id in sorted(old.keys() | new.keys()):
        found = diff(list_id, old.get(list_id, ()), new.get(list_id, ()))
        # Two files of one list may carry different ids in their names; that is no change of an entry.
        edits = [(c.after, tuple(f for f in c.fields if f not in ("list_id", "table_id"))) for c in found.changed]
        lines = [
            *(("added", record, ()) for record in found.added),
            *(("changed", record, fields) for record, fields in edits if fields),
            *(("removed", record, ()) for record in found.removed),
        ]
        counts.update(word for word, _, _ in lines)
        for word, record, fields in lines:
            if as_json:
                emit({"list_id": list_id, "change": word, "id": record_id(record), "fields": fields, "record": record})
            else:
                what = f" ({', '.join(fields)})" if fields else ""
                click.echo(f"{word:<8} {list_id} {record_id(record)}  {record_title(record)}{what}")
    say(f"{counts['added']} added, {counts['changed']} changed, {counts['removed']} removed")


# -- acting: modules of their own ---------------------------------------------------------------------------------

for _acting in (publish_lists, fetch_lists, sync_lists, prune_lists):
    command.add_command(_acting)
