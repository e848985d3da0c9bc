"""Comparing money of one currency with a limit in another, without pretending to know the day's rate.

A limit such as Japan's small-value rule (1,000,000 yen) is decided in nearly every case by the order of
magnitude. The bands below hold every daily rate of the years 2010 to 2026 with a wide margin; a value
that lies inside a band's reach of the limit is unknown.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from sekisho.model import Money
from sekisho.policy.logic import Truth

#: Yen for one unit: (never less than, never more than).
_YEN: dict[str, tuple[Decimal, Decimal]] = {
    "JPY": (Decimal(1), Decimal(1)),
    "USD": (Decimal(70), Decimal(200)),
    "EUR": (Decimal(85), Decimal(240)),
    "GBP": (Decimal(105), Decimal(280)),
    "CHF": (Decimal(70), Decimal(260)),
    "CNY": (Decimal(10), Decimal(30)),
    "AUD": (Decimal(60), Decimal(140)),
    "CAD": (Decimal(65), Decimal(150)),
    "SGD": (Decimal(55), Decimal(160)),
    "HKD": (Decimal(9), Decimal(26)),
    "TWD": (Decimal(2), Decimal(7)),
    "KRW": (Decimal("0.06"), Decimal("0.16")),
}


def amount(text: str) -> Decimal | None:
    """A finite decimal number, or None."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def exceeds(value: Decimal, currency: str, limit: Money) -> Truth:
    """Whether ``value`` is more than ``limit``; unknown where the currencies differ and the bands do not decide."""
    bound = Decimal(limit.amount)
    currency = currency.upper()
    if currency == limit.currency:
        return Truth.of(value > bound)
    ours, theirs = _YEN.get(currency), _YEN.get(limit.currency)
    if ours is None or theirs is None:
        return Truth.UNKNOWN
    if value * ours[0] > bound * theirs[1]:
        return Truth.TRUE
    return Truth.FALSE if value * ours[1] <= bound * theirs[0] else Truth.UNKNOWN
