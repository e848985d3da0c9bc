"""Names of people, organisations and vessels: comparing two, and finding one in all lists."""

from sekisho.names.index import THRESHOLD, NameIndex, compare_names
from sekisho.names.types import Comparison, EntityMatch, Query

__all__ = ["THRESHOLD", "Comparison", "EntityMatch", "NameIndex", "Query", "compare_names"]
