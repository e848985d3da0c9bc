"""Sekisho (関所, "checkpoint"): event-driven screening for sanctions and export controls."""

__version__ = "0.1.0"
