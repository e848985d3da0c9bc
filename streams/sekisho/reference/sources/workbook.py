"""Workbooks (.xlsx), read row by row."""

from __future__ import annotations

import html
import re
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

import openpyxl

from sekisho.errors import InputError

#: A workbook is a zip file; unpacked it may be this large (bytes). The largest at hand is 12 MB.
MAX_UNPACKED = 256 << 20

#: What openpyxl raises for a workbook that is broken, in its zip or in its XML.
_BROKEN = (
    ArithmeticError,
    AttributeError,
    BadZipFile,
    EOFError,
    LookupError,
    OSError,
    ParseError,
    RuntimeError,
    TypeError,
    ValueError,
    zlib.error,
)

#: What is looked at to tell whose workbook it is (bytes).
_LOOKED_AT = 4 << 20


def open_workbook(path: Path) -> Any:
    """A workbook to read row by row; close it. Raises InputError for what is none, or unpacks to more than a list has."""
    try:
        with ZipFile(path) as archive:
            size = sum(part.file_size for part in archive.infolist())
        if size > MAX_UNPACKED:
            raise InputError(
                f"{path}: unpacked it has {size} bytes, more than any list ({MAX_UNPACKED}); it is not read"
            )
        with warnings.catch_warnings():
            # Print areas and styles that openpyxl does not know are of no concern to the rows.
            warnings.simplefilter("ignore", UserWarning)
            return openpyxl.load_workbook(path, read_only=True, data_only=True)
    except _BROKEN as error:
        raise InputError(f"{path}: not a readable workbook: {type(error).__name__}: {error}") from None


def rows(path: Path, sheet: Any) -> Iterator[tuple[Any, ...]]:
    """The rows of a sheet, by their values. Raises InputError where the sheet breaks off: half a list is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            yield from sheet.iter_rows(values_only=True)
    except _BROKEN as error:
        sheet.parent.close()
        raise InputError(f"{path}: the sheet {sheet.title} cannot be read: {type(error).__name__}: {error}") from None


def says(path: Path, words: str) -> bool:
    """Whether ``words`` stand in the beginning of a workbook's texts.

    openpyxl would take all texts apart, with their fonts, before the first row: seconds for the largest list.
    """
    try:
        with ZipFile(path) as archive:
            names = archive.namelist()
            # Excel keeps all texts in one part; other writers leave them in the sheets.
            shared = [name for name in names if name == "xl/sharedStrings.xml"]
            for part in shared or [name for name in names if name.startswith("xl/worksheets/")]:
                with archive.open(part) as stream:
                    text = stream.read(_LOOKED_AT).decode("utf-8", "ignore")
                if words in html.unescape(re.sub(r"<[^>]*>", "", text)):
                    return True
    except (BadZipFile, OSError, KeyError, RuntimeError, zlib.error):
        return False
    return False
