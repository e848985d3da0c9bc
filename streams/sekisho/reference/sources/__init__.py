"""One module a publisher: an official file in, a LoadedList out. ``FORMATS`` are asked in their order."""

from sekisho.reference.sources import own_files
from sekisho.reference.sources.file import Format

FORMATS: tuple[Format, ...] = (own_files.FORMAT,)

__all__ = ["FORMATS"]
