"""A wrong clock for a process of its own: every call for the time of day in it, from Python or from C, is shifted.

The monotonic clock goes on, as it does when somebody sets a machine's clock. Needs a C compiler and Linux.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from pathlib import Path

from tests.support.absent import absent

SOURCE = Path(__file__).with_name("clock.c")


class WrongClock:
    """``environment`` gives a process this clock; ``jump`` sets how far it is ahead of the right one (seconds)."""

    def __init__(self, folder: Path) -> None:
        compiler = shutil.which("cc") or shutil.which("gcc")
        if compiler is None or sys.platform != "linux":
            absent("a clock that jumps was not tested: it needs Linux and a C compiler")
        self._file = folder / "ahead"
        self._file.write_bytes(struct.pack("d", 0.0))
        library = folder / "clock.so"
        subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(SOURCE)], check=True)
        self.environment = {"LD_PRELOAD": str(library), "WRONG_CLOCK": str(self._file)}

    def jump(self, ahead_s: float) -> None:
        with self._file.open("r+b") as file:
            file.write(struct.pack("d", ahead_s))
