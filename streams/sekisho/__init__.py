"""Sekisho (関所, "checkpoint"): event-driven screening for sanctions and export controls.

As a library, in process and without a broker::

    from datetime import UTC, datetime
    from sekisho import Origin, Reference, Screener, Shipment

    screener = Screener(Reference.bundled())
    now = datetime.now(UTC)
    found = screener.screen(shipment, Origin("in-process", 0, 0), known_at=now, now=now)
    found.verdict.verdict, [alert.message for alert in found.alerts]

What is named here is the public surface; everything else may change between versions.
"""

from sekisho.errors import (
    EventError,
    InputError,
    ReferenceDataError,
    SchemaError,
    SekishoError,
    SettingsError,
    UnreachableError,
)
from sekisho.model import (
    Alert,
    ControlCode,
    Equipment,
    GoodsLine,
    Identifier,
    Location,
    Money,
    Origin,
    Party,
    Payment,
    Shipment,
    Transport,
    Verdict,
)
from sekisho.reference import Reference
from sekisho.screening import Screener, Screening
from sekisho.version import VERSION

__version__ = VERSION

__all__ = [
    "Alert",
    "ControlCode",
    "Equipment",
    "EventError",
    "GoodsLine",
    "Identifier",
    "InputError",
    "Location",
    "Money",
    "Origin",
    "Party",
    "Payment",
    "Reference",
    "ReferenceDataError",
    "SchemaError",
    "Screener",
    "Screening",
    "SekishoError",
    "SettingsError",
    "Shipment",
    "Transport",
    "UnreachableError",
    "Verdict",
    "__version__",
]
