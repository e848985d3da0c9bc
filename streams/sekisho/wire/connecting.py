"""Whoever waits for brokers is told so: a client that is made where none answers stands still until its time is up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

#: A broker that is there answers sooner (seconds).
PATIENCE_S: Final = 1.0

_tell: ContextVar[Callable[[], None] | None] = ContextVar("tell", default=None)


@contextmanager
def told_by(tell: Callable[[], None]) -> Iterator[None]:
    """Within it, ``tell`` is called (from a thread of its own) once for each client that waits."""
    token = _tell.set(tell)
    try:
        yield
    finally:
        _tell.reset(token)


@contextmanager
def connecting() -> Iterator[None]:
    """Around the making of a client."""
    tell = _tell.get()
    if tell is None:
        yield
        return
    timer = threading.Timer(PATIENCE_S, tell)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
