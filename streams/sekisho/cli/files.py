"""Files that commands read: CSV with columns by name, and lines of bytes; errors name file and line."""

from __future__ import annotations

import codecs
import contextlib
import csv
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

import click

from sekisho.cli.output import counted
from sekisho.errors import InputError

#: A cell longer than this is not a name or a description but a broken quote (characters).
MAX_CELL = 1_000_000


@contextlib.contextmanager
def opened(file: str) -> Iterator[TextIO]:
    """``file`` for reading, or stdin for ``-``. UTF-8, with or without a byte order mark, as spreadsheets write it."""
    if file == "-":
        yield sys.stdin
        return
    try:
        with open(file, encoding="utf-8-sig", newline="") as stream:
            yield stream
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from None


def check_writable(file: Path, option: str) -> None:
    """Before long work whose result goes there. Raises UsageError where the file could not be written; leaves it as it is.

    Rights alone do not tell: a file system may be read-only, and root may do what it likes. So it is opened.
    """
    try:
        there = file.exists()
        if file.is_dir():
            raise click.UsageError(f"{option} {file}: is a folder; name a file in it")
        if there and not file.is_file():
            return  # a pipe or a device: opening it would be heard at its other end
        with file.open("ab"):
            pass
        if not there:
            file.unlink()
    except OSError as error:
        if not file.parent.is_dir():
            raise click.UsageError(
                f"{option} {file}: there is no folder {file.parent}; make it, or name another"
            ) from None
        raise click.UsageError(
            f"{option} {file}: cannot be written: {error.strerror}; name a file that can, or mend the rights of {file.parent}"
        ) from None


def _named(header: Sequence[str], required: Sequence[str]) -> str:
    """The columns that a first line names. What has not the form of a column's name may be a person's, and is not told."""
    known = [name for name in header if re.fullmatch(r"[a-z][a-z0-9_]{0,30}", name) or name.lower() in required]
    other = len(header) - len(known)
    return ", ".join([*known, *([counted(other, "cell") + " that name no column"] if other else [])]) or "nothing"


def rows(file: str, required: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """``(line, row)`` of a CSV with a header. Raises InputError where ``required`` columns are missing or it is not text."""
    csv.field_size_limit(MAX_CELL)
    with opened(file) as stream:
        reader = csv.DictReader(stream, restkey="", restval="")
        try:
            header = [name.strip() for name in reader.fieldnames or []]
            missing = [name for name in required if name not in header]
            if missing:
                lacks = f"column {missing[0]} is" if len(missing) == 1 else f"columns {', '.join(missing)} are"
                raise InputError(
                    f"{file}: {lacks} missing; the first line must name the columns "
                    f"{', '.join(required)}, separated by commas (it names: {_named(header, required)})"
                )
            reader.fieldnames = header
            for row in reader:
                if "" in row and "" not in header:
                    raise InputError(f"{file}, line {reader.line_num}: more cells than columns; is a comma not quoted?")
                yield reader.line_num, row
        except (csv.Error, UnicodeDecodeError) as error:
            what = "not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
            raise InputError(f"{file}, line {reader.line_num + 1}: {what}; save it as CSV in UTF-8") from None


def name_of(file: str) -> str:
    """A file as people call it."""
    return "stdin" if file == "-" else file


def one_a_line(file: str) -> str:
    """What to do when a file is JSON, but not JSON lines: many tools write one array or one indented object."""
    if file != "-":
        with contextlib.suppress(OSError), open(file, "rb") as stream:
            if stream.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
                return f"{file} is UTF-16; save it as UTF-8, or `iconv -f UTF-16 -t UTF-8` it"
    return f"{file} must hold one JSON object a line; `jq -c .` makes a line of an indented object, `jq -c '.[]'` of each in an array"


def binary_lines(file: str) -> Iterator[tuple[int, bytes]]:
    """Numbered lines of ``file`` (or stdin for ``-``) as bytes; blank ones are passed over."""
    try:
        stream = sys.stdin.buffer if file == "-" else open(file, "rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from None
    with stream:
        for number, line in enumerate(stream, 1):
            if line.strip():
                yield number, line.strip()
