"""Events as they come from the input topics: a shipment (field names after DCSA) or a payment (after ISO 20022).

The records are plain and frozen. They hold what the publisher said, unchanged; normalising is the
business of the rooms that compare (``names``, ``goods``, ``places``). The Avro contracts are
``schemas/shipment.v1.avsc`` and ``schemas/payment.v1.avsc``; a test holds the two together.
"""

from __future__ import annotations

from datetime import date, datetime

import msgspec

SHIPMENT = "shipment"
PAYMENT = "payment"

#: Statuses of a shipment that has left: the act of exporting is done (design: ``act_date``).
GONE = frozenset({"departed", "in_transit", "arrived", "delivered"})

#: The value that ISO 20022 prescribes where a payment has no end-to-end reference.
NOT_PROVIDED = "NOTPROVIDED"


class Identifier(msgspec.Struct, frozen=True):
    """One identifier of a party: ``scheme`` says which kind (``LEI``, ``BIC``, ``IMO``, ``PASSPORT``, ``INN`` …)."""

    scheme: str
    value: str


class Party(msgspec.Struct, frozen=True):
    """Somebody who takes part; ``role`` is an open vocabulary, so that an unknown role is screened too."""

    role: str
    name: str
    address: str | None = None
    country: str | None = None
    #: EDTF: ``1970``, ``1970-05``, ``1970-05-17``
    birth_date: str | None = None
    gender: str | None = None
    identifiers: tuple[Identifier, ...] = ()
    account: str | None = None


class ControlCode(msgspec.Struct, frozen=True):
    """An export control classification that the exporter declares, under ``regime`` (``jp-eto-1``, ``jp-eto-2-3``, ``us-ccl``)."""

    regime: str
    code: str


class Money(msgspec.Struct, frozen=True):
    """``amount`` is a decimal string (never a float), ``currency`` ISO 4217."""

    amount: str
    currency: str


class GoodsLine(msgspec.Struct, frozen=True):
    """One line of goods; ``hs_code`` has 4 to 10 digits of the Harmonized System, dots allowed."""

    line: int
    description: str
    hs_code: str | None = None
    control_codes: tuple[ControlCode, ...] = ()
    origin_country: str | None = None
    #: decimal string, in ``unit`` (UN/ECE Recommendation 20)
    quantity: str | None = None
    unit: str | None = None
    value: Money | None = None


class Location(msgspec.Struct, frozen=True):
    """A place on the way; ``role`` is origin, loading, transshipment, discharge or destination."""

    role: str
    country: str | None = None
    un_location_code: str | None = None
    name: str | None = None


class Transport(msgspec.Struct, frozen=True):
    """The means of transport of the main leg."""

    mode: str | None = None
    vessel_name: str | None = None
    vessel_imo_number: str | None = None
    vessel_flag: str | None = None
    voyage_number: str | None = None


class Equipment(msgspec.Struct, frozen=True):
    """A container or other unit of equipment (ISO 6346)."""

    equipment_reference: str


class Shipment(msgspec.Struct, frozen=True):
    """One state of one shipment. Updates of it share ``shipment_reference``."""

    event_id: str
    event_time: datetime
    shipment_reference: str
    status: str
    export_date: date | None = None
    export_country: str | None = None
    import_country: str | None = None
    parties: tuple[Party, ...] = ()
    goods: tuple[GoodsLine, ...] = ()
    locations: tuple[Location, ...] = ()
    transport: Transport | None = None
    equipment: tuple[Equipment, ...] = ()
    end_use: str | None = None
    deal_references: tuple[str, ...] = ()
    extra: dict[str, str] = {}

    @property
    def business_reference(self) -> str:
        return self.shipment_reference


class Payment(msgspec.Struct, frozen=True):
    """One credit transfer."""

    event_id: str
    event_time: datetime
    message_id: str
    end_to_end_id: str
    amount: Money
    uetr: str | None = None
    settlement_date: date | None = None
    parties: tuple[Party, ...] = ()
    purpose_code: str | None = None
    remittance_information: tuple[str, ...] = ()
    deal_references: tuple[str, ...] = ()
    extra: dict[str, str] = {}

    @property
    def business_reference(self) -> str:
        """The UETR, else the end-to-end id with the message id (it is unique only together with it), else nothing."""
        if self.uetr:
            return self.uetr
        if self.end_to_end_id and self.end_to_end_id != NOT_PROVIDED:
            return f"{self.end_to_end_id}/{self.message_id}"
        return ""


Event = Shipment | Payment


class Origin(msgspec.Struct, frozen=True):
    """Where an event came from: its coordinates in Kafka. ``index`` counts the transactions of one message."""

    topic: str
    partition: int
    offset: int
    index: int = 0
    key: str | None = None


def event_type(event: Event) -> str:
    """``shipment`` or ``payment``: the bounded label for metrics and ids."""
    return SHIPMENT if isinstance(event, Shipment) else PAYMENT


def business_reference(event: Event, origin: Origin) -> str:
    """What the event is about; where it names nothing itself, its own coordinates."""
    return event.business_reference or f"{origin.topic}/{origin.partition}/{origin.offset}/{origin.index}"
