"""The mark of an open event: what is known without decoding its record."""

import pytest

from sekisho.agents.marks import (
    HEADER,
    MAX_PROBES,
    Mark,
    mark_in,
    mark_of,
    open_until_at,
    sequence_at,
    silent_probes_at,
)

MARK = Mark(12, 1_700_000_000, True, (1, 2**64 - 1))


def test_a_mark_comes_back_as_it_was() -> None:
    for mark in (MARK, Mark(-1, 0, False, None), Mark(2**40, 2**40, False, (7,))):
        assert Mark.unpack(mark.pack()) == mark
        assert sequence_at(b"xx" + mark.pack(), 2) == mark.sequence
        assert open_until_at(b"xx" + mark.pack(), 2) == mark.open_until


def test_probes_are_told_at_a_glance_where_no_alert_stands() -> None:
    def told(mark: Mark) -> tuple[int, ...] | None:
        packed = mark.pack()
        return silent_probes_at(b"xx" + packed + b"the record", 2, len(packed))

    assert told(MARK) is None
    assert told(Mark(1, 2, False, MARK.probes)) == MARK.probes
    assert told(Mark(1, 2, False, None)) is None


def test_a_probe_stands_once_and_too_many_are_none() -> None:
    assert mark_of(1, 2, alerts=False, probes=[5, 5, 6]).probes == (5, 6)
    assert mark_of(1, 2, alerts=False, probes=range(MAX_PROBES + 1)).probes is None
    assert mark_of(1, 2, alerts=False, probes=()).probes is None


@pytest.mark.parametrize("value", [b"", b"\x02" + MARK.pack()[1:], MARK.pack()[:-1], MARK.pack()[:10]])
def test_a_mark_of_another_version_or_cut_is_none(value: bytes) -> None:
    assert mark_in([("other", b"x"), (HEADER, value)]) is None


def test_it_is_found_among_headers() -> None:
    assert mark_in([("content-type", b"x"), (HEADER, MARK.pack())]) == MARK
    assert mark_in(None) is None
    assert mark_in([]) is None
