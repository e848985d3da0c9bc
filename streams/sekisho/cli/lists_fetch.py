"""``lists fetch``: official files from their publishers into a cache folder."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

import click
import msgspec

from sekisho.cli.options import json_option
from sekisho.cli.output import emit, say, show
from sekisho.errors import InputError, SekishoError


def default_cache() -> Path:
    """``$XDG_CACHE_HOME/sekisho/lists``, or the same under ``~/.cache``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sekisho" / "lists"


@click.command("fetch")
@click.argument("sources", nargs=-1, metavar="[SOURCE|NAME=URL]...")
@click.option("--cache", type=click.Path(path_type=Path, file_okay=False), help="Folder [~/.cache/sekisho/lists].")
@json_option
def fetch_lists(sources: tuple[str, ...], cache: Path | None, as_json: bool) -> int:
    """Download official lists into a cache folder, one folder a source.

    Only what changed is downloaded, whole or not at all: what is in the cache is always the last good file.
    Nothing becomes active; `lists publish` does that. Without SOURCE: every source whose publisher keeps one
    address. NAME=URL fetches another file (Japan's ministries name theirs anew with each revision).

    \b
    Examples:
      sekisho lists fetch us-ofac-sdn un-sc
      sekisho lists fetch jp-mof=https://www.mof.go.jp/…/list.xlsx
      sekisho lists publish ~/.cache/sekisho/lists/us-ofac-sdn
    """
    from sekisho.reference.fetch import DEFAULT_SOURCES, Download, fetch

    wanted: dict[str, tuple[Download, ...]] = {}
    for one in sources or tuple(DEFAULT_SOURCES):
        name, equals, url = one.partition("=")
        if equals:
            file = PurePosixPath(urlsplit(url).path).name
            if not file or not name or any(part in name for part in ("/", "\\", "..")):
                raise InputError(f"{one!r} is not NAME=URL of a file, as in jp-mof=https://…/list.xlsx")
            wanted[name] = (Download(url, file),)
        elif name in DEFAULT_SOURCES:
            wanted[name] = DEFAULT_SOURCES[name]
        else:
            known = ", ".join(sorted(DEFAULT_SOURCES))
            raise InputError(f"there is no source {name}; sources are {known}, or give NAME=URL")
    folder = cache or default_cache()
    rows, failed = [], 0
    for name, downloads in wanted.items():
        try:
            found = fetch(downloads, folder / name)
        except SekishoError as error:  # the other sources are fetched all the same
            failed += 1
            say(f"{name}: {error}")
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
    say(f"{len(rows)} files current, {changed} of them new" + (f"; {failed} sources failed" if failed else ""))
    return 1 if failed else 0
