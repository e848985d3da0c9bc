"""The Screener never raises for a decoded event, whatever it says, and says the same of the same event."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sekisho import GoodsLine, Identifier, Location, Money, Origin, Party, Reference, Screener, Transport
from tests.factories import payment, shipment, utc

SCREENER = Screener(Reference.bundled())

#: Any text, and texts made of what the scripts of lists and hostile senders use.
texts = st.one_of(
    st.text(max_size=60),
    st.text(
        st.sampled_from("KАМАZ камаз関所カマズ公開株式会社관문 العربية()（・）'-.,0123456789\u200b\u0301ﾊﾟ"), max_size=40
    ),
)
maybe = st.one_of(st.none(), texts)
parties = st.builds(
    Party,
    role=texts,
    name=texts,
    address=maybe,
    country=maybe,
    birth_date=maybe,
    gender=maybe,
    identifiers=st.lists(st.builds(Identifier, texts, texts), max_size=2).map(tuple),
)
money = st.builds(Money, texts, texts)
lines = st.builds(
    GoodsLine,
    line=st.integers(),
    description=texts,
    hs_code=maybe,
    origin_country=maybe,
    quantity=maybe,
    value=st.one_of(st.none(), money),
)
locations = st.builds(Location, role=texts, country=maybe, un_location_code=maybe, name=maybe)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(parties, max_size=2).map(tuple),
    st.lists(lines, max_size=2).map(tuple),
    st.lists(locations, max_size=2).map(tuple),
    st.one_of(st.none(), st.builds(Transport, maybe, maybe, maybe, maybe, maybe)),
    st.sampled_from(["booked", "departed", "delivered", "cancelled", "?"]),
    maybe,
)
def test_any_shipment(
    who: tuple, what: tuple, where: tuple, how: Transport | None, status: str, use: str | None
) -> None:  # type: ignore[type-arg]
    event = shipment(
        parties=who, goods=what, locations=where, transport=how, status=status, end_use=use, import_country=None
    )
    one = SCREENER.screen(event, Origin("t", 0, 0), known_at=event.event_time, now=utc("2026-01-01"))
    two = SCREENER.screen(event, Origin("t", 0, 0), known_at=event.event_time, now=utc("2026-01-01"))
    assert one.alerts == two.alerts
    assert one.verdict.verdict_id == two.verdict.verdict_id


@settings(deadline=None, max_examples=100)
@given(st.lists(parties, max_size=2).map(tuple), st.lists(texts, max_size=2).map(tuple), money)
def test_any_payment(who: tuple, what: tuple, amount: Money) -> None:  # type: ignore[type-arg]
    event = payment(parties=who, remittance_information=what, amount=amount)
    found = SCREENER.screen(event, Origin("t", 0, 0), known_at=event.event_time, now=utc("2026-01-01"))
    assert len(found.verdict.alerts) == len(found.alerts)
