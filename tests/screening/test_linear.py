"""An event twice as large costs at most about twice the work, in whichever direction it grows.

Work is counted, not timed: lines of Python run and C functions called, so that a loaded machine changes nothing. What
is quadratic costs sixteen times as much where the event is four times as large.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from types import FrameType
from typing import Any

import msgspec
import pytest

from sekisho import ControlCode, Identifier, Money, Origin, Payment, Reference, Screener, Shipment
from sekisho.compiled import COMPILED
from sekisho.names.strangers import Strangers
from sekisho.screening.resubmitted import StoppedBefore
from sekisho.screening.screener import Screening
from sekisho.screening.sketch import Sketcher
from tests.factories import at, line, party, payment, shipment, utc

pytestmark = pytest.mark.skipif(COMPILED, reason="work is counted in lines of Python, and compiled modules run none")

TABLES = Reference.bundled().tables

#: Names on the bundled lists, and people and firms that sound like nobody on them.
LISTED = ("Joint Stock Company Remdizel", "Huawei Technologies Co., Ltd.", "Admiralty Shipyards JSC")
HONEST = ("Honest Trading of Osaka", "Sato Hanako", "Gouda Kaashandel BV", "Nguyen Thi Mai")


def _name(number: int, salt: int) -> str:
    """Every third is listed; no name comes twice, so that nothing is answered from memory."""
    names = LISTED if number % 3 == 0 else HONEST
    return f"{names[number % len(names)]} {chr(97 + salt % 26)}{number}"


def _parties(count: int, salt: int) -> Shipment:
    return shipment(parties=tuple(party(_name(n, salt), address=f"{n} Nevsky Prospekt, Moscow") for n in range(count)))


def _payees(count: int, salt: int) -> Payment:
    return payment(parties=tuple(party(_name(n, salt), "creditor") for n in range(count)))


def _lines(count: int, salt: int) -> Shipment:
    def one(number: int) -> Any:
        code = "8502.11" if number % 2 else "6109.10"
        return line(
            f"portable generator set {salt}-{number}" if number % 3 == 0 else f"cotton shirt {salt}-{number}",
            line=number,
            hs_code=code,
            control_codes=(ControlCode("jp-eto-2-3", f"2({number % 90})"),),
            value=Money(f"{number}.50", "JPY"),
        )

    return shipment(goods=tuple(one(number) for number in range(count)), import_country="RU")


def _open_codes(count: int, salt: int) -> Shipment:
    """Lines of a declared item that leaves open which of 85 paragraphs it is."""
    code = (ControlCode("jp-eto-2-3", "2"),)
    goods = (line(f"machine {salt}-{number}", line=number, control_codes=code) for number in range(count))
    return shipment(goods=tuple(goods), import_country="RU")


def _locations(count: int, salt: int) -> Shipment:
    towns = ("Donetsk", "Simferopol", "Hamburg", "Yokohama")
    return shipment(locations=tuple(at("transshipment", None, f"{towns[n % 4]} {salt}-{n}") for n in range(count)))


def _remittance(count: int, salt: int) -> Payment:
    return payment(remittance_information=tuple(f"invoice {salt} of {_name(n, salt)}" for n in range(count)))


def _one_text(count: int, salt: int) -> Payment:
    return payment(remittance_information=(" ".join(_name(n, salt) for n in range(count)),))


def _deals(count: int, salt: int) -> Shipment:
    return shipment(deal_references=tuple(f"contract with {_name(n, salt)}" for n in range(count)))


def _extra(count: int, salt: int) -> Shipment:
    return shipment(extra={f"field{n}": f"agent {_name(n, salt)}" for n in range(count)})


def _long_name(count: int, salt: int) -> Shipment:
    return shipment(parties=(party(" ".join(_name(n, salt) for n in range(count))),))


def _long_address(count: int, salt: int) -> Shipment:
    words = " ".join(f"{n} Nevsky Prospekt, Donetsk {chr(97 + salt % 26)}{n}," for n in range(count))
    return shipment(parties=(party("Honest Trading", address=words),))


def _long_description(count: int, salt: int) -> Shipment:
    return shipment(goods=(line(" ".join(f"portable generator {salt}-{n}" for n in range(count))),))


def _identifiers(count: int, salt: int) -> Shipment:
    many = tuple(Identifier("PASSPORT", f"{salt}{n:07}") for n in range(count))
    return shipment(parties=(party(LISTED[0], identifiers=many),))


def _brackets(count: int, salt: int) -> Shipment:
    return shipment(parties=(party(" ".join(f"{_name(n, salt)} (a.k.a. {n})" for n in range(count))),))


def _names_in_a_field(count: int, salt: int) -> Shipment:
    return shipment(parties=(party("\n".join(_name(n, salt) for n in range(count))),))


def _long_fields(count: int, salt: int) -> Shipment:
    blocks = ("; ".join(f"{_name(n, salt)}-{m}, 12 High Street" for m in range(9)) for n in range(count))
    return shipment(parties=tuple(party(block) for block in blocks))


def _marks(count: int, salt: int) -> Shipment:
    """Zero-width and combining characters, half of a name each."""
    return shipment(parties=(party("".join(f"К\u0301а\u200bм{n}ﾊﾟ株式会社" for n in range(count)) + str(salt)),))


GROWTHS: tuple[tuple[Callable[[int, int], Shipment | Payment], int], ...] = (
    (_parties, 24), (_payees, 24), (_lines, 24), (_locations, 24), (_remittance, 24), (_one_text, 24), (_deals, 24), (_extra, 24), (_open_codes, 8),
    (_long_name, 16), (_long_address, 16), (_long_description, 24), (_identifiers, 24), (_brackets, 16), (_marks, 24), (_names_in_a_field, 12), (_long_fields, 4),
)  # fmt: skip


def _screen(screener: Screener, event: Shipment | Payment, stopped: StoppedBefore | None = None) -> Screening:
    now = utc("2026-01-01") + timedelta(seconds=1)
    return screener.screen(event, Origin("t", 0, 0), known_at=event.event_time, now=now, stopped=stopped)


def _unacquainted() -> Screener:
    """One that remembers no stranger of another growth."""
    return Screener(msgspec.structs.replace(TABLES, strangers=Strangers(TABLES.names)))


def work(event: Shipment | Payment, stopped: StoppedBefore | None = None) -> int:
    """Lines run and C functions called in one screening."""
    count = 0
    screener = _unacquainted()

    def traced(frame: FrameType, what: str, _: Any) -> Any:
        nonlocal count
        count += what == "line"
        return traced

    def profiled(frame: FrameType, what: str, _: Any) -> None:
        nonlocal count
        count += what == "c_call"

    trace, profile = sys.gettrace(), sys.getprofile()
    sys.settrace(traced)
    sys.setprofile(profiled)
    try:
        _screen(screener, event, stopped)
    finally:
        sys.settrace(trace)
        sys.setprofile(profile)
    return count


@pytest.mark.parametrize(("make", "size"), GROWTHS, ids=lambda value: getattr(value, "__name__", "").strip("_"))
def test_four_times_the_event_is_at_most_some_six_times_the_work(
    make: Callable[[int, int], Shipment | Payment], size: int
) -> None:
    _screen(_unacquainted(), make(3, 0))  # tables that are made when they are first asked
    small, large = work(make(size, 1)), work(make(4 * size, 2))
    assert small > 50 * size or make is _identifiers, "the event is looked at"
    assert large < 6 * small, f"{size}: {small}, {4 * size}: {large} ({large / small:.1f} times)"


@pytest.mark.parametrize(
    "make", [_lines, _locations, _remittance, _identifiers], ids=lambda make: make.__name__.strip("_")
)
def test_so_it_is_with_the_past(make: Callable[[int, int], Shipment | Payment]) -> None:
    """An event that was stopped comes again with every second part altered; of the work only what the past adds counts."""
    sketcher = Sketcher()

    def added(size: int, salt: int) -> int:
        was = _screen(_unacquainted(), make(size, salt), StoppedBefore(sketcher)).fingerprint
        assert was is not None
        event, other = make(size, salt), make(size, salt + 1)
        for name in ("parties", "goods", "locations", "remittance_information"):
            if some := getattr(event, name, ()):
                mixed = tuple(
                    a if n % 2 else b for n, (a, b) in enumerate(zip(some, getattr(other, name), strict=True))
                )
                event = msgspec.structs.replace(event, **{name: mixed})
        _screen(_unacquainted(), event)  # what is remembered of its words is no work of either
        return work(event, StoppedBefore(sketcher, (was,) * 4)) - work(event)

    small, large = added(24, 1), added(96, 1)
    assert small > 0
    assert large < 6 * small, f"{small}, {large} ({large / small:.1f} times)"


def test_the_count_would_see_what_is_quadratic() -> None:
    def quadratic(count: int) -> int:
        done = 0

        def traced(frame: FrameType, what: str, _: Any) -> Any:
            nonlocal done
            done += what == "line"
            return traced

        def run() -> None:
            for _ in range(count):
                for _ in range(count):
                    pass

        trace = sys.gettrace()
        sys.settrace(traced)
        try:
            run()
        finally:
            sys.settrace(trace)
        return done

    assert quadratic(96) > 12 * quadratic(24)
