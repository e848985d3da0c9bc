"""``lists fetch``: official files from their publishers into a cache folder."""

from __future__ import annotations

import os
from pathlib import Path

import click
import msgspec

from sekisho.cli.options import json_option, with_settings
from sekisho.cli.output import emit, say, show
from sekisho.errors import SekishoError
from sekisho.settings import Settings


def default_cache() -> Path:
    """``$XDG_CACHE_HOME/sekisho/lists``, or the same under ``~/.cache``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sekisho" / "lists"


cache_option = click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder [SEKISHO_SOURCES__CACHE, ~/.cache/sekisho/lists].",
)


@click.command("fetch")
@click.argument("sources", nargs=-1, metavar="[SOURCE|NAME=URL]...")
@cache_option
@json_option
@with_settings
def fetch_lists(settings: Settings, sources: tuple[str, ...], cache: Path | None, as_json: bool) -> int:
    """Download official lists into a cache folder, one folder a source.

    Only what changed is downloaded, whole or not at all, and read before it is kept: what is in the cache is
    always the last good file.
    Nothing becomes active; `lists publish` does that. Without SOURCE: those of the setting sources.fetch, else
    every source that has an address (its publisher's, or yours in sources.urls). NAME=URL fetches another file
    (Japan's ministries name theirs anew with each revision).

    \b
    Examples:
      sekisho lists fetch us-ofac-sdn un-sc
      sekisho lists fetch jp-mof=https://www.mof.go.jp/…/list.xlsx
      sekisho lists publish ~/.cache/sekisho/lists/us-ofac-sdn
    """
    from sekisho.reference.addresses import downloads, guard, limits
    from sekisho.reference.fetch import fetch

    wanted = downloads(settings.sources, sources)
    folder = cache or settings.sources.cache or default_cache()
    rows, failed = [], 0
    for name, files in wanted.items():
        try:
            found = fetch(
                files,
                folder / name,
                limits=limits(settings.sources),
                guard=guard(settings.reference),
                allow_http=settings.sources.allow_http,
            )
        except SekishoError as error:  # the other sources are fetched all the same
            failed += 1
            say(f"{name}: {error}")
            continue
        except OSError as error:  # a disk that is full
            failed += 1
            say(f"{name}: {folder / name}: {error.strerror}; the files in the cache stay as they are")
            continue
        for current in found:
            rows.append((name, current))
            if as_json:
                emit({"source": name, **msgspec.to_builtins(current, builtin_types=(Path,)), "path": str(current.path)})
    if rows and not as_json:
        show(
            ("source", "file", "", "bytes", "as of"),
            [
                (
                    name,
                    str(f.path),
                    "new" if f.changed else "unchanged",
                    str(f.size),
                    f"{f.retrieved_at:%Y-%m-%d %H:%M}",
                )
                for name, f in rows
            ],
        )
    changed = sum(current.changed for _, current in rows)
    say(
        f"{len(rows)} files current, {changed} of them new"
        + (f"; {failed} source{'s' * (failed > 1)} failed" if failed else "")
    )
    return 1 if failed else 0
