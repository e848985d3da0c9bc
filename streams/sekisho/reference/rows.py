"""Rows and values of text files that may hold anything: each comes out as itself or as a reason."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import msgspec

#: ``(line on which it ends, cells, reason)``: cells are empty where the row could not be taken apart.
Row = tuple[int, list[str], str]


def csv_rows(text: str, delimiter: str = ",") -> Iterator[Row]:
    """Every row that is not blank. A field that is too large (a quotation mark that never closes) is a reason, and the
    reading goes on behind it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=delimiter == ",")
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield reader.line_num, [], str(error)
        else:
            if row:
                yield reader.line_num, row, ""


def csv_records(text: str, delimiter: str = ",") -> tuple[list[str], Iterator[tuple[int, dict[str, str], str]]]:
    """The heading, and a dictionary a row; a row with more or fewer cells than the heading is a reason."""
    rows = csv_rows(text, delimiter)
    _, heading, _ = next(rows, (0, [], ""))
    heading = [cell.strip() for cell in heading]

    def records() -> Iterator[tuple[int, dict[str, str], str]]:
        for line, cells, reason in rows:
            if not reason and len(cells) != len(heading):
                reason = f"the row has {len(cells)} cells and the heading {len(heading)}"
            yield line, {} if reason else dict(zip(heading, cells, strict=True)), reason

    return heading, records()


_NOT_UTF8 = re.compile("[\udc80-\udcff]")


def not_utf8(*texts: str) -> str:
    """Why a row is not taken that was not UTF-8 and was decoded with ``surrogateescape``; empty where it was.

    Who writes a list by hand may be on any code page, and in the wrong one its names are met by nobody.
    """
    if not any(map(_NOT_UTF8.search, texts)):
        return ""
    return (
        "not UTF-8, so its names cannot be told; save the file in UTF-8 (`iconv -f CP932 -t UTF-8`, with its code page)"
    )


def json_value(raw: bytes | str) -> Any:
    """The JSON value. Raises ValueError, in words of ours, for whatever else it is."""
    try:
        return msgspec.json.decode(raw)
    except RecursionError:
        raise ValueError("the JSON is nested too deep") from None
    except UnicodeDecodeError:
        raise ValueError("the text is not UTF-8") from None
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from None
