"""The Screener as the settings want it: the same for everything that screens again what a worker has screened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sekisho.settings import Settings

if TYPE_CHECKING:
    from sekisho.screening import Screener, Tables


def screener_of(settings: Settings, tables: Tables) -> Screener:
    """A Screener for ``tables`` under the options of ``settings``."""
    from sekisho.screening import Screener

    return Screener(tables)
