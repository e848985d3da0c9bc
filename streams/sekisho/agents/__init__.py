"""The worker: Faust agents that screen events, the reader that fills their tables, health and metrics.

Importing this package does not import Faust, which takes a second: the command line stays quick.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sekisho.settings import Settings


def run_worker(
    settings: Settings,
    *,
    on_ready: Callable[[str], None] | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> int:
    """Run a worker in the foreground until SIGTERM or SIGINT; returns the exit code. See ``sekisho.agents.app``."""
    from sekisho.agents import app

    return app.run_worker(settings, on_ready=on_ready, clock=clock)


__all__ = ["run_worker"]
