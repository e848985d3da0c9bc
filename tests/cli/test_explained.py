"""What `explain` shows side by side, without a broker."""

from __future__ import annotations

import pytest

from sekisho.cli.explain import Explained, _rows, _tell
from tests.cli.test_alert_table import alert


def test_an_alert_that_is_closed_then_and_now_differs_in_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    one = Explained(alert(status="closed", verdict="clear"), "same", None)
    assert not any("≠" in label for label, _, _ in _rows(one))
    _tell(one)
    assert "screened again, it is not raised either" in capsys.readouterr().err


def test_what_differs_is_marked() -> None:
    one = Explained(alert(), "differs", alert(severity="high"))
    assert [label for label, _, _ in _rows(one) if "≠" in label] == ["≠ verdict"]
