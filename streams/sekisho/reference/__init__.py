"""Reference data: list sources (one module a publisher), versions, reference sets, differences, the bundled pack."""

from sekisho.reference.loaded import LoadedList, Record, Rejected
from sekisho.reference.reference import Reference

__all__ = ["LoadedList", "Record", "Reference", "Rejected"]
