"""Passing over a candidate at a glance never passes over a stopped event that came again under another reference."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest

from sekisho.model import Origin, Stop
from sekisho.screening import stripping
from sekisho.screening.fingerprinting import fingerprint_of
from sekisho.screening.sketch import Sketcher
from sekisho.screening.stripping import compare, is_near_equal, resubmission
from tests.benchmarks.traffic import Traffic
from tests.factories import utc

SKETCHER = Sketcher(b"a key")


def altered(event: Any, rng: random.Random, times: int) -> Any:
    """``event`` with some of what it says left out, replaced or filled in."""
    for _ in range(times):
        name = rng.choice([name for name in event.__struct_fields__ if isinstance(getattr(event, name), tuple)] or [""])
        some = list(getattr(event, name, ()))
        if not some:
            continue
        at = rng.randrange(len(some))
        one = some[at]
        if rng.random() < 0.3:
            some.pop(at)
        elif isinstance(one, msgspec.Struct):
            field = rng.choice([name for name in one.__struct_fields__ if isinstance(getattr(one, name), str | None)])
            some[at] = msgspec.structs.replace(one, **{field: f"{getattr(one, field) or 'X'}{rng.randint(1, 3)}"})
        event = msgspec.structs.replace(event, **{name: tuple(some)})
    return event


@pytest.mark.parametrize("seed", range(4))
def test_what_is_passed_over_at_a_glance_is_not_near_equal(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(seed)
    events = list(Traffic(["Zorkovian Dynamics"], seed=seed).events(60))
    near = passed_over = 0
    for number, event in enumerate(events):
        for times in range(8):
            other = altered(rng.choice(events) if times == 7 else event, rng, times)
            parts, again = SKETCHER.sketch(event), SKETCHER.sketch(other)
            party = next(one for one in parts if one.part.kind == "party")
            stops = [Stop(party.part.subject, "party", party.part.role, "prohibited", ("xx-list 1",))]
            origin = Origin("t", 0, number)
            was = fingerprint_of(event, "A", origin, parts, stops, SKETCHER, at=utc("2023-02-10"))
            assert was is not None
            found = resubmission(other, "B", again, {}, was)
            with monkeypatch.context() as slowly:
                slowly.setattr(stripping, "_may_be_near_equal", lambda *_: True)
                assert resubmission(other, "B", again, {}, was) == found
            near += found is not None
            glance = stripping._may_be_near_equal(was, stripping.said_by(again))
            assert glance or not is_near_equal(compare(was.parts, again), was, again)
            passed_over += not glance
    assert near
    assert passed_over
