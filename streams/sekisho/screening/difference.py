"""What two screenings of one event differ in: which alerts are new, lost or changed, and one alert field by field.

Pure. Back-testing, replaying and explaining all ask this one. Clocks, the state of an alert's life and the engine that
spoke are no part of what an alert *says*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from sekisho.model import Alert
from sekisho.screening.lifecycle import says

#: Fields of an alert that may differ between two screenings which say the same.
APART = frozenset({"status", "trigger", "raised_at", "event", "engine", "stale_lists"})

#: Lists of records whose members have a name of their own: what is compared is what has the same name.
_NAMED = {"matches": ("list_id", "entry_id"), "measures": ("measure_id",)}


class Delta(msgspec.Struct, frozen=True):
    """The alerts of one event under two screenings, in the order of their ids."""

    new: tuple[Alert, ...] = ()
    lost: tuple[Alert, ...] = ()
    #: before and after: the same subject, but another verdict, other matches or other measures
    changed: tuple[tuple[Alert, Alert], ...] = ()
    same: tuple[Alert, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.lost or self.changed)


class Change(msgspec.Struct, frozen=True):
    """One field that differs. ``field`` is a path such as ``matches[xx-list 12].score``; None: it is not there."""

    field: str
    before: Any
    after: Any


def delta(before: Iterable[Alert], after: Iterable[Alert]) -> Delta:
    """What turns ``before`` into ``after``. *Changed* is what the worker would publish as ``updated``."""
    old = {alert.alert_id: alert for alert in before}
    new = {alert.alert_id: alert for alert in after}
    both = sorted(old.keys() & new.keys())
    return Delta(
        new=tuple(new[one] for one in sorted(new.keys() - old.keys())),
        lost=tuple(old[one] for one in sorted(old.keys() - new.keys())),
        changed=tuple((old[one], new[one]) for one in both if says(old[one]) != says(new[one])),
        same=tuple(new[one] for one in both if says(old[one]) == says(new[one])),
    )


def changes(before: Alert, after: Alert) -> tuple[Change, ...]:
    """Every field of its content in which one alert differs from another, down to each piece of evidence."""
    old, new = msgspec.to_builtins(before), msgspec.to_builtins(after)
    return tuple(
        change for field in new if field not in APART for change in _within(field, old.get(field), new.get(field))
    )


def _within(path: str, before: Any, after: Any) -> Iterable[Change]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in (*before, *(name for name in after if name not in before)):
            yield from _within(f"{path}.{name}", before.get(name), after.get(name))
        return
    if isinstance(before, list | tuple) and isinstance(after, list | tuple):
        old, new = _by_name(path, before), _by_name(path, after)
        found = [
            change
            for name in (*old, *(name for name in new if name not in old))
            for change in _within(f"{path}[{name}]", old.get(name), new.get(name))
        ]
        # The same members in another order are a difference too, if the only one.
        yield from found or [Change(path, list(old), list(new))]
        return
    yield Change(path, before, after)


def _by_name(path: str, members: Iterable[Any]) -> dict[str, Any]:
    keys = _NAMED.get(path.rpartition(".")[2])
    return {
        " ".join(str(member[key]) for key in keys) if keys else str(number): member
        for number, member in enumerate(members)
    }
