"""What a test needs and this machine lacks: a skip that says so, and in CI a failure."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def absent(message: str) -> NoReturn:
    """Skip with ``message`` for the last lines of the run; where ``CI=true`` nothing is skipped."""
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)
