"""Where things are written: data on stdout, talk on stderr, so that output can be piped while a person reads along."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

_ENCODER = msgspec.json.Encoder(decimal_format="string")

#: One colour a verdict, in every table; the word is always there too.
COLOURS = {
    "clear": "green",
    "review": "yellow",
    "licence_required": "dark_orange3",
    "prohibited": "bold red",
    "unscreened": "magenta",
}


def talk() -> Console:
    """The console for people, on stderr. Made anew, since tests and pipes replace the stream."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


def say(text: str) -> None:
    """One line for people."""
    talk().print(plain(text), markup=False)


def emit(record: Any) -> None:
    """One JSON object a line on stdout: a record of the model, or plain data."""
    sys.stdout.write(_ENCODER.encode(record).decode() + "\n")


def show(columns: Sequence[str], rows: Iterable[Sequence[str]], *, title: str | None = None) -> None:
    """A table on stdout: for people on a terminal; a pipe gets the same at its full width. Cells are plain text."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        # An ellipsis would eat the end of a line that Rich believes too long, as it does of lines with wide characters.
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(plain(cell)) for cell in row))
    console = Console(highlight=False)
    if console.is_terminal:
        console.print(table)
        return
    console = Console(highlight=False, width=240)
    with console.capture() as written:
        console.print(table)
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in written.get().removesuffix("\n").split("\n")))


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on a terminal's stderr while something takes long: call what it gives with a word, how much is done, and of
    how much. A pipe or a log gets nothing."""
    console = talk()
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns, TimeElapsedColumn(), console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("", total=None)
        yield lambda what, done, total: bar.update(task, description=plain(what), completed=done, total=total)


def plain(text: str) -> str:
    """Text of an event or a list as it may be shown on a terminal: what would act on it (escape sequences, a reversed
    writing direction) is shown as a mark instead. A listed name could be hidden from a person's eye that way."""
    return text.translate(_MARKS)


#: Control characters (C0 but tab and line end, C1), the characters that turn the writing direction, and those without any
#: width that no script needs.
_MARKS = dict.fromkeys((*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0)), "␦") | dict.fromkeys(
    (0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF), "␦"
)


def counted(count: int, noun: str) -> str:
    """A number with its noun, in the singular where there is one."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def coloured(verdict: str) -> str:
    """A verdict's word with its colour, as Rich markup."""
    colour = COLOURS.get(verdict, "white")
    return f"[{colour}]{verdict.replace('_', ' ')}[/]"
