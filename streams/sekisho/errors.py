"""Every error that sekisho raises on purpose.

    SekishoError
    ├── SettingsError          a setting is missing or wrong; all of them are told at once
    ├── InputError             a file, a line or an argument that the user gave cannot be used
    │   └── EventError         an event cannot be decoded or screened; becomes a dead letter (``reason`` is its metric label)
    ├── ReferenceDataError      reference data is broken, incomplete or refused by a guard
    ├── SchemaError            a schema is unknown, incompatible or not registered
    └── UnreachableError       the broker, the registry or a download does not answer

Each message names the value and says what to do next. Messages never carry payloads or secrets:
an event's content may be personal data.
"""

from __future__ import annotations


class SekishoError(Exception):
    """The root: catch this to catch all of them."""


class SettingsError(SekishoError):
    """One or more settings are wrong; the message lists each with its name, the value's fault and the remedy."""


class InputError(SekishoError):
    """A file or an argument cannot be used; the message names file, line and field."""


class EventError(InputError):
    """An event that cannot be decoded or screened. ``reason`` is a bounded word for metrics."""

    def __init__(self, message: str, *, reason: str = "invalid") -> None:
        super().__init__(message)
        self.reason = reason


class ReferenceDataError(SekishoError):
    """Reference data is broken, incomplete or refused by a guard; what was active stays active."""


class SchemaError(SekishoError):
    """A schema is unknown, incompatible or not registered."""


class UnreachableError(SekishoError):
    """A broker, registry or download does not answer; says which address was tried and what to check."""
