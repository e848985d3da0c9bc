"""Names of people, organisations and vessels: comparing two, and finding one in all lists."""

from sekisho.names.compare import compare_names
from sekisho.names.index import NameIndex
from sekisho.names.score import THRESHOLD
from sekisho.names.types import Comparison, EntityMatch, Query

__all__ = ["THRESHOLD", "Comparison", "EntityMatch", "NameIndex", "Query", "compare_names"]
