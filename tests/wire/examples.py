"""A shipment, a payment, an alert and a verdict with every field filled, for round trips."""

from datetime import UTC, date, datetime

from sekisho.model import (
    Alert,
    AppliedMeasure,
    ControlCode,
    Engine,
    Equipment,
    EventRef,
    Evidence,
    GoodsLine,
    Identifier,
    Location,
    Match,
    Money,
    Party,
    Payment,
    Shipment,
    Subject,
    Transport,
    Verdict,
)

NOON = datetime(2023, 1, 27, 12, 0, 0, 123000, UTC)

PARTY = Party(
    role="consignee",
    name="ООО «Ромашка»",
    address="ул. Ленина 1, Москва",
    country="RU",
    birth_date="1970-05",
    gender="male",
    identifiers=(Identifier("LEI", "HWUPKR0MPOU8FGXBT394"), Identifier("PASSPORT", "75 1234567")),
    account="DE89370400440532013000",
)

SHIPMENT = Shipment(
    event_id="evt-1",
    event_time=NOON,
    shipment_reference="SHP-2023-0001",
    status="departed",
    export_date=date(2023, 1, 26),
    export_country="JP",
    import_country="RU",
    parties=(PARTY, Party(role="carrier", name="Hakusan Lines")),
    goods=(
        GoodsLine(
            line=1,
            description="Portable generator 5 kVA 発電機",
            hs_code="8502.11",
            control_codes=(ControlCode("jp-eto-2-3", "2(69)"),),
            origin_country="JP",
            quantity="12.50",
            unit="C62",
            value=Money("1250000", "JPY"),
        ),
    ),
    locations=(Location(role="loading", country="JP", un_location_code="JPYOK", name="Yokohama"),),
    transport=Transport("maritime", "HAKUSAN STAR", "9074729", "JP", "23017W"),
    equipment=(Equipment("CSQU3054383"),),
    end_use="Backup power of a cold store",
    deal_references=("INV-77",),
    extra={"incoterms": "FOB Yokohama"},
)

PAYMENT = Payment(
    event_id="evt-2",
    event_time=NOON,
    message_id="MSG-1",
    end_to_end_id="E2E-1",
    amount=Money("12345678901234567.89", "USD"),
    uetr="86d7da8e-6e41-4466-b9bb-9b41d5814d5a",
    settlement_date=date(2023, 1, 30),
    parties=(PARTY,),
    purpose_code="GDDS",
    remittance_information=("Invoice 77", "請求書"),
    deal_references=("INV-77",),
    extra={"branch": "014"},
)

EVENT_REF = EventRef("logistics.shipment.v1", 3, 2**40, 0, "SHP-2023-0001", "evt-1", NOON, "SHP-2023-0001")
ENGINE = Engine("0.1.0", 12, "ab" * 32, NOON)

ALERT = Alert(
    alert_id="c0" * 32,
    verdict="prohibited",
    severity="critical",
    status="new",
    trigger="event",
    raised_at=NOON,
    event=EVENT_REF,
    subject=Subject("party", "consignee", "ООО «Ромашка»"),
    matches=(
        Match(
            list_id="jp-mof-asset-freeze",
            list_version="2023-01-27",
            entry_id="77",
            name="Romashka LLC",
            matched_name="Ромашка",
            score=0.9731,
            name_score=0.9731,
            identity="neutral",
            grade="strong",
            evidence=(Evidence("name", "ООО «Ромашка»", "Romashka LLC", "same name in another script"),),
        ),
    ),
    measures=(AppliedMeasure("jp-1", "Asset freeze", "JP", "FEFA art. 16", "prohibited", date(2023, 1, 27), True),),
    message="Hold the goods.",
    engine=ENGINE,
    stale_lists=("us-csl",),
)

VERDICT = Verdict(
    verdict_id="d1" * 32,
    event=EVENT_REF,
    verdict="prohibited",
    trigger="event",
    alerts=(ALERT.alert_id,),
    notes=("no export date: today is taken",),
    screened_at=NOON,
    duration_us=812,
    engine=ENGINE,
    supersedes="e2" * 32,
    stale_lists=("us-csl",),
)
