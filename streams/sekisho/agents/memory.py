"""How a worker's memory is kept: what stays for days is not looked through for garbage, and what is freed is given back."""

from __future__ import annotations

import contextlib
import ctypes
import gc

#: New objects between two collections. An event makes thousands that live on in caches or die at once, and hardly a cycle:
#: Python's 700 spend a tenth of the time on looking for them.
YOUNG = 10_000


def settle() -> None:
    """Take the tables, which live for days, out of what each garbage collection looks through, and give memory back.

    With all lists they are millions of objects; a full collection over them stops the worker for half a second.
    """
    gc.set_threshold(YOUNG)
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    # glibc keeps what building has freed (50 MB with all lists) until it is asked; other C libraries have no such call
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
