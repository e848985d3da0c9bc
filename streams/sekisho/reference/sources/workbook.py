"""Workbooks (.xlsx), read row by row."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import openpyxl

from sekisho.errors import InputError

#: A workbook is a zip file; unpacked it may be this large (bytes). The largest at hand is 12 MB.
MAX_UNPACKED = 256 << 20


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
    except (BadZipFile, KeyError, ValueError, OSError, TypeError) as error:
        raise InputError(f"{path}: not a readable workbook: {type(error).__name__}: {error}") from None
