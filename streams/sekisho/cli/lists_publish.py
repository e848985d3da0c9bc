"""``lists publish`` and ``lists prune``: what becomes active, and what is dropped."""

from __future__ import annotations

import getpass
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.options import json_option, with_settings
from sekisho.cli.output import emit, progress, say
from sekisho.errors import InputError
from sekisho.settings import Settings

if TYPE_CHECKING:
    from sekisho.reference.loaded import LoadedList
    from sekisho.reference.publish import Published, Publisher


@click.command("publish")
@click.argument("what", nargs=-1, required=True, metavar="bundled|PATH...")
@click.option("--why", help="Goes into the reference set, for whoever asks later.")
@click.option("--who", help="Who publishes [your user name].")
@click.option("--force", is_flag=True, help="Publish what a guard objects to; the objection stands in the set.")
@click.option("--dry-run", is_flag=True, help="Read and check; publish nothing.")
@json_option
@with_settings
def publish_lists(
    settings: Settings,
    what: tuple[str, ...],
    why: str | None,
    who: str | None,
    force: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Publish lists and activate them: one new reference set.

    `bundled` is the pack that comes with sekisho (entries, goods and measures of the case of January 2023); it
    never replaces a list that came from an official source. Files change only the lists they hold; the others
    are carried over. Nothing is active before everything has been acknowledged. A list that shrank too much or
    lost what it must have is refused, unless --force.

    \b
    Examples:
      sekisho lists publish bundled --bootstrap-servers 127.0.0.1:9092
      sekisho lists publish sdn.csv alt.csv add.csv --why "OFAC of 31 July"
    """
    loaded = _what(what)
    for one in loaded:
        for row in one.rejected:
            say(f"{one.list_id}: {row.where}: {row.reason}")
    if dry_run:
        say(f"would publish {', '.join(f'{one.list_id} {one.version}' for one in loaded)}")
        return
    said = why or f"sekisho lists publish {' '.join(what)}"
    done = _publish(settings, loaded, who or getpass.getuser(), said, force=force)
    if as_json:
        emit(done)
    _tell(done)


def _tell(done: Published) -> None:
    accepted = done.accepted.set
    if done.kept_official:
        say(f"left as they are, since an official version is there: {', '.join(done.kept_official)}")
    if not done.new:
        say(f"nothing is new: reference set {accepted.sequence} stays active")
        return
    say(
        f"reference set {accepted.sequence} is active with {len(accepted.lists)} lists, tables and measure sets; "
        f"changed: {', '.join(done.changed)}"
    )


def publish_bundled(settings: Settings, *, who: str, why: str) -> Published:
    """Publish the bundled pack."""
    return _publish(settings, _what(("bundled",)), who, why, force=False)


def _publish(settings: Settings, loaded: tuple[LoadedList, ...], who: str, why: str, *, force: bool) -> Published:
    from sekisho.cli.clients import told

    with told(settings), progress() as bar:
        return publisher(settings).publish(
            loaded, who=who, why=why, force=force, progress=lambda done, total: bar("records written", done, total)
        )


def publisher(settings: Settings) -> Publisher:
    """Under the guards of the settings."""
    from sekisho.cli.clients import security
    from sekisho.reference.addresses import guard
    from sekisho.reference.publish import Publisher

    return Publisher(settings.topics, security(settings), limits=guard(settings.reference))


def _what(what: Iterable[str]) -> tuple[LoadedList, ...]:
    from sekisho.reference import bundled
    from sekisho.reference.load import load_paths

    named = list(what)
    paths = [Path(one) for one in named if one != "bundled"]
    if absent := [str(path) for path in paths if not path.exists()]:
        raise InputError(f"{', '.join(absent)}: there is no such file; name files, folders or the word bundled")
    with progress() as bar:
        loaded = tuple(load_paths(paths, bar)) if paths else ()
    if "bundled" in named:
        own = {one.list_id for one in loaded}
        loaded += tuple(one for one in bundled.lists() if one.list_id not in own)
    return loaded


@click.command("prune")
@click.option(
    "--keep-days", type=click.IntRange(0), default=400, show_default=True, help="Sets younger than this stay."
)
@click.option("--dry-run", is_flag=True, help="Say what would be dropped; drop nothing.")
@json_option
@with_settings
def prune_lists(settings: Settings, keep_days: int, dry_run: bool, as_json: bool) -> None:
    """Drop list versions and entries that nothing refers to any more.

    Kept is what the newest set, the sets of the last --keep-days, every open event and the progress of rescreening
    refer to; reference sets themselves always stay. Verdicts made with a version that was dropped can no longer be reproduced, so keep
    what your audits may ask for.

    \b
    Example:
      sekisho lists prune --keep-days 730 --dry-run
    """
    from sekisho.cli.clients import security, told
    from sekisho.reference.prune import prune

    with told(settings):
        done = prune(settings.topics, security(settings), retention=timedelta(days=keep_days), dry_run=dry_run)
    if as_json:
        emit(done)
    sets = ", ".join(map(str, done.kept_sets)) or "none"
    say(f"{done.dropped} records {'would be ' if dry_run else ''}dropped; kept whole: reference sets {sets}")
