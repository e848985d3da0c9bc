"""The fingerprint of an event that was stopped: what must be kept to know it again when it is sent once more, altered.

One record a stopped version (``schemas/fingerprint.v1.avsc``), on a compacted topic that every worker reads. What the
event said is in it as hashes only; in the clear are references, coordinates, roles and the entries that were met.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from sekisho.model.event import Origin


class Stop(msgspec.Struct, frozen=True):
    """One reason why the event was stopped: an alert that was raised for it."""

    #: hash of the subject, its role aside
    subject: int
    #: kind and role of the alert's subject
    kind: str
    role: str
    verdict: str
    #: list and entry of what was met, best first (``us-ofac-sdn 1234``), else the measures that spoke (``measure jp-…``);
    #: empty where the alert only asks for something that was not stated
    met: tuple[str, ...] = ()


class Part(msgspec.Struct, frozen=True):
    """One thing that the event said: a party, a goods line, a place, an amount, a reference, a text."""

    kind: str
    role: str
    #: hash of the subject that it is screened as, role aside
    subject: int
    #: field: hash of what stands in it, normalised
    fields: dict[str, int]
    #: whether an alert named it
    stopped: bool = False


class Fingerprint(msgspec.Struct, frozen=True):
    """An event whose verdict was above ``clear``."""

    #: digest of kind, reference and parts in any order, with the key of the hashes: the record's key
    fingerprint_id: str
    #: version of the normalisation; hashes of another cannot be compared
    sketch: int
    #: tells which secret the hashes were made with, not the secret
    key_id: str
    #: ``shipment`` or ``payment``
    kind: str
    business_reference: str
    origin: Origin
    event_id: str
    event_time: datetime
    #: when its verdict was given
    stopped_at: datetime
    verdict: str
    stops: tuple[Stop, ...]
    parts: tuple[Part, ...]
    #: hashes under which a near-equal event under another reference is found
    anchors: tuple[int, ...]
    #: False: it had more parts than are kept
    whole: bool = True
