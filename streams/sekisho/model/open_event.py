"""An open event: what is kept of a shipment until it is delivered or cancelled, of a payment until it is settled.

One record a business reference (``schemas/open_event.v2.avsc``), so that a change of a list or a law can be held
against what has already passed.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from sekisho.model.alert import Alert, Verdict
from sekisho.model.event import Origin


class OpenEventBeginning(msgspec.Struct, frozen=True):
    """The latest event of one business reference, without what was said of it: the first fields of its record."""

    business_reference: str
    #: ``shipment`` or ``payment``
    kind: str
    origin: Origin
    event_time: datetime
    #: the latest event exactly as it came, so that it can be screened again by a later engine
    value: bytes
    content_type: str | None
    #: ``event_time`` of the first event that showed the shipment gone
    gone_since: datetime | None
    #: sequence of the reference set that it was last screened under
    reference_sequence: int


class OpenEvent(OpenEventBeginning, frozen=True):
    """The whole record: the latest event of one business reference, and what was said of it."""

    verdict: Verdict
    #: the last record of each alert that is still open
    live: tuple[Alert, ...] = ()
    #: the alert records that went out with ``verdict``: a redelivery sends them again
    sent: tuple[Alert, ...] = ()
