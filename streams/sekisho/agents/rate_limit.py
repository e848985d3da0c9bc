"""One noisy subject must not drown the rest: so many new findings each in a window, then they are summarised.

Pure but for the caller's clock, and bounded: it remembers the subjects that spoke last. One that is forgotten starts
anew, which lets more through, never less.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta

import msgspec

#: Subjects that are remembered, some 300 bytes each.
MAX_SUBJECTS = 10_000


class Window(msgspec.Struct):
    """What a subject has said in its present window."""

    began: datetime
    passed: int = 0
    summarised: int = 0
    #: the loudest severity among the summarised
    severity: str = "low"


class RateLimit:
    """Lets ``per_subject`` findings of a subject pass in each ``window_s`` seconds; 0 lets all pass."""

    def __init__(self, per_subject: int, window_s: float, max_subjects: int = MAX_SUBJECTS) -> None:
        self._per_subject = per_subject
        self._length = timedelta(seconds=window_s)
        self._max_subjects = max_subjects
        self._windows: OrderedDict[str, Window] = OrderedDict()

    def __len__(self) -> int:
        return len(self._windows)

    def over(self, subject: str, now: datetime) -> Window | None:
        """Count one finding of ``subject``. Nothing: it may pass; a window: it is over, and belongs to its summary."""
        if not self._per_subject:
            return None
        window = self._windows.get(subject)
        # A clock that was set back begins anew, too.
        if window is None or not window.began <= now < window.began + self._length:
            window = self._windows[subject] = Window(now)
        self._windows.move_to_end(subject)
        while len(self._windows) > self._max_subjects:
            self._windows.popitem(last=False)
        if window.passed < self._per_subject:
            window.passed += 1
            return None
        window.summarised += 1
        return window
