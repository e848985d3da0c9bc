"""A file that a list may be read from, and what is looked at to tell whose it is."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sekisho.errors import InputError
from sekisho.reference.loaded import LoadedList
from sekisho.reference.rows import csv_rows

#: Bytes at the beginning that tell a file's format.
HEAD = 4096

#: No list at hand is a tenth of this; a file beyond it is not a list.
MAX_BYTES = 512 << 20


@dataclass(frozen=True)
class SourceFile:
    """A file with the bytes it begins with."""

    path: Path
    head: bytes = field(repr=False)

    @classmethod
    def open(cls, path: Path) -> SourceFile:
        """Raises InputError where the file cannot be read or is larger than any list."""
        try:
            size = path.stat().st_size
            with path.open("rb") as stream:
                head = stream.read(HEAD)
        except OSError as error:
            raise InputError(f"{path}: cannot be read: {error.strerror or type(error).__name__}") from None
        if size > MAX_BYTES:
            raise InputError(f"{path}: {size} bytes are more than any list has ({MAX_BYTES}); is it a list?")
        return cls(path, head)

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def first_line(self) -> str:
        return self.head.decode("utf-8-sig", "replace").lstrip().partition("\n")[0].rstrip("\r")

    @property
    def first_cells(self) -> list[str]:
        """The first line taken apart at commas."""
        return next((cells for _, cells, _ in csv_rows(self.first_line)), [])

    @property
    def is_utf16(self) -> bool:
        """As spreadsheets save "Unicode text"; nothing here reads it."""
        return self.head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))

    def text(self) -> str:
        """All of it: UTF-8, and where it is not that, the Latin code page that older American files are in.

        Where most of what is not ASCII is UTF-8, the file is UTF-8 with some damage: in the code page each of its other
        names would be letters that nobody is called by, and no row would say so.
        """
        raw = self.path.read_bytes()
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            damaged = raw.decode("utf-8-sig", "replace")
        faults = damaged.count("\ufffd")
        whole = sum(not character.isascii() for character in damaged) - faults
        return damaged if whole > faults else raw.decode("cp1252", "replace")

    def utf8(self) -> str:
        """All of it as UTF-8; a byte that is none becomes a lone surrogate (``rows.not_utf8`` finds it)."""
        return self.path.read_bytes().decode("utf-8-sig", "surrogateescape")

    @property
    def digest(self) -> str:
        """A version for a file that names none: the beginning of its SHA-256."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()[:12]

    @property
    def dated(self) -> str:
        """The date in the file's name, else its digest."""
        found = re.search(r"\d{4}-\d{2}(?:-\d{2})?(?!\d)", self.path.stem)
        return found.group() if found else self.digest


@dataclass(frozen=True)
class Format:
    """One publisher's format: how a file of it is recognised, and what reads the files of it that were given."""

    name: str
    recognises: Callable[[SourceFile], bool]
    load: Callable[[Sequence[SourceFile]], Iterable[LoadedList]]
