"""Which lists a command works with: the bundled pack, or files that the user names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.output import say

if TYPE_CHECKING:
    from sekisho.reference import Reference

lists_option = click.option(
    "--lists",
    "lists",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="Files or folders with lists, goods tables and measures, instead of the bundled pack; repeatable.",
)


def reference_of(paths: tuple[Path, ...]) -> Reference:
    """The reference data of ``paths``, or the bundled pack where none are given. Rejected rows are told."""
    from sekisho.reference import Reference

    if not paths:
        return Reference.bundled()
    reference = Reference.load(paths)
    for one in reference.lists:
        for rejected in one.rejected[:5]:
            say(f"{one.list_id}: not read: {rejected.where}: {rejected.reason}")
        if len(one.rejected) > 5:
            say(f"{one.list_id}: {len(one.rejected) - 5} more were not read; `sekisho lists load` shows them all")
    return reference
