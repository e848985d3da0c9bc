"""Rows and values of text files that may hold anything: each comes out as itself or as a reason."""

from __future__ import annotations

import csv
import io
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
