"""The first line of a report: what is measured, and whether compiled modules or plain Python run it."""

from __future__ import annotations

import platform

from sekisho.compiled import CODE


def heading(what: str) -> None:
    """Print it."""
    print(f"{what}: {CODE}, Python {platform.python_version()}")
