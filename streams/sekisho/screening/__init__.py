"""Screening: an event (and what is known of its past) in, its verdict and alerts out. Pure."""

from sekisho.screening.screener import HasTables, Screener, Screening
from sekisho.screening.subjects import digest
from sekisho.screening.tables import Tables

__all__ = ["HasTables", "Screener", "Screening", "Tables", "digest"]
