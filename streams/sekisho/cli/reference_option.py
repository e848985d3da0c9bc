"""Which lists a command works with: the bundled pack, or files that the user names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sekisho.cli.output import say
from sekisho.errors import InputError

if TYPE_CHECKING:
    from sekisho.reference import Reference
    from sekisho.screening import Screener

lists_option = click.option(
    "--lists",
    "lists",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    help="Files or folders with lists, goods tables and measures, instead of the bundled pack; repeatable.",
)

jurisdictions_option = click.option(
    "--jurisdictions",
    metavar="JP,US,…",
    help="The jurisdictions that bind you; measures and lists of others raise nothing "
    "[SEKISHO_POLICY__JURISDICTIONS, else all].",
)


def screener_of(reference: Reference, jurisdictions: str | None) -> Screener:
    """A Screener under the law that binds: of the flag, else of the settings. Raises InputError for one without measures."""
    from sekisho.policy.jurisdictions import read
    from sekisho.screening import Screener
    from sekisho.settings import load

    try:
        bound = read(jurisdictions) if jurisdictions is not None else load().policy.jurisdictions
    except ValueError as error:
        raise InputError(f"--jurisdictions: {error}") from None
    screener = Screener(reference, jurisdictions=bound)
    if screener.binding.without_measures:
        known = ", ".join(sorted({measure.jurisdiction for measure in reference.tables.measures})) or "none"
        raise InputError(
            f"no measure here is of {', '.join(screener.binding.without_measures)}; measures are of {known}"
        )
    return screener


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
