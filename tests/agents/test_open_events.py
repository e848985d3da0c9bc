"""Open events in memory: what is kept comes back as it was, and small, whichever record a process keeps first."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekisho.agents import open_events
from sekisho.agents.marks import Mark
from sekisho.agents.open_events import Kept, Kind
from sekisho.model import OpenEvent, Origin
from sekisho.wire import encode
from tests.wire.examples import ENGINE, EVENT_REF, NOON, PAYMENT, SHIPMENT, VERDICT

KINDS: tuple[Kind, ...] = ("shipment", "payment")


@pytest.fixture(autouse=True)
def new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Kept, "_dictionaries", [])
    monkeypatch.setattr(Kept, "_numbers", {})


def state(kind: Kind, sequence: int = 3, number: int = 0) -> OpenEvent:
    """Of an event under the reference set ``sequence``, each with a hash of its own."""
    reference = f"REF-{number}"
    engine = msgspec.structs.replace(
        ENGINE, reference_sequence=sequence, reference_hash=f"{sequence * 2654435761:x}" * 8
    )
    return OpenEvent(
        business_reference=reference,
        kind=kind,
        origin=Origin(kind, 1, number),
        event_time=NOON,
        value=encode(SHIPMENT if kind == "shipment" else PAYMENT),
        content_type=None,
        gone_since=None,
        reference_sequence=sequence,
        verdict=msgspec.structs.replace(
            VERDICT, event=msgspec.structs.replace(EVENT_REF, business_reference=reference), engine=engine
        ),
    )


def pack(one: OpenEvent, *probes: int) -> bytes:
    mark = Mark(one.reference_sequence, 1_700_000_000, bool(one.live), probes or None)
    return Kept.pack("shipment" if one.kind == "shipment" else "payment", mark, encode(one))


def test_what_is_kept_comes_back() -> None:
    some = [state(kind, sequence, number) for number in range(3) for sequence in (3, 4) for kind in KINDS]
    kept = [pack(one, 5, 7) for one in some]
    for one, packed in zip(some, kept, strict=True):
        assert Kept.record(packed) == one
        beginning = Kept.beginning(packed)
        assert beginning is not None
        assert beginning.value == one.value
        assert Kept.mark(packed) == (one.reference_sequence, 1_700_000_000, False, (5, 7))
        assert (Kept.sequence(packed), Kept.open_until(packed)) == (one.reference_sequence, 1_700_000_000)
        assert Kept.silent_probes(packed) == (5, 7)
    assert len(Kept._dictionaries) == 4


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(st.sampled_from(KINDS), st.integers(-(2**63), 2**63 - 1), st.binary(max_size=70_000)), max_size=6
    )
)
def test_any_bytes_come_back(records: list[tuple[Kind, int, bytes]]) -> None:
    kept = [Kept.pack(kind, Mark(sequence, 0, False, None), value) for kind, sequence, value in records]
    assert [Kept._value(packed) for packed in kept] == [value for _, _, value in records]


@pytest.mark.parametrize("first", KINDS)
def test_neither_kind_nor_set_of_the_first_record_makes_the_others_larger(first: Kind) -> None:
    pack(state(first, 1))
    (other,) = set(KINDS) - {first}
    pack(state(other, 1))  # the dictionary of its own kind
    for kind in KINDS:
        alone, under_another_set = (
            pack(state(kind, 1, number=1)),
            (pack(state(kind, 2)), pack(state(kind, 2, number=1)))[1],
        )
        assert len(alone) < 120, "all but its reference and offset is in the dictionary"
        assert len(under_another_set) == pytest.approx(len(alone), abs=4), "the set's hash, too"


def test_there_are_so_many_dictionaries_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_events, "_DICTIONARIES", 2)
    some = [state("shipment", sequence, sequence) for sequence in range(1, 6)]
    kept = [pack(one) for one in some]
    assert len(Kept._dictionaries) == 2
    assert [Kept.record(packed) for packed in kept] == some
