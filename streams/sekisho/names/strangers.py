"""Strangers: names that are near no entry of the lists, remembered, so that who trades every day is searched for once.

Most names of a stream are strangers, and a few of them stand in most of its events. An index answers for a name together
with all that is said of its bearer, and addresses and countries differ from event to event; that a name is near no entry
is true of the name alone, whatever else is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol

from sekisho.names.fields import others

#: Names remembered in each of the two generations (about 250 bytes each).
GENERATION: Final = 50_000
#: A longer name is searched for each time: a hostile stream must not fill the memory with them (characters).
_LONGEST: Final = 200

#: Fields of an entry that its identity is judged by, identifiers aside: those lead to an entry by themselves.
IDENTITY: Final = ("birth_dates", "genders", "countries", "addresses", "birth_places")


class HasNames(Protocol):
    """The part of ``NameIndex`` that is asked: entries near a name, whatever else is known of its bearer."""

    def _named(self, text: str, kind: str) -> Iterable[Any]: ...


class Strangers:
    """Of one index of names. The two generations stand for the order of use: what is met again moves to the younger."""

    def __init__(
        self, names: HasNames, lets_in: Callable[[str, str], bool] | None = None, *, generation: int = GENERATION
    ) -> None:
        """``lets_in``: whether a name of a kind of bearer may come near at all, where that costs less than to search for it."""
        self._names = names
        self._generation = generation
        self._lets_in = lets_in
        self._young: set[tuple[str, str]] = set()
        self._old: set[tuple[str, str]] = set()
        #: names that are no strangers: after a change of the lists some stand in hundreds of events
        self._met: set[tuple[str, str]] = set()
        #: what is known of the entries near such a name
        self._said: dict[tuple[str, str], frozenset[str]] = {}

    def __len__(self) -> int:
        return len(self._young | self._old)

    def has(self, name: str, kind: str) -> bool:
        """Whether he is known as a stranger already."""
        key = (name, kind)
        return key in self._young or key in self._old

    def knows(self, name: str, kind: str) -> bool:
        """Whether no entry is near ``name`` in any of its readings, for a bearer of that kind."""
        key = (name, kind)
        if key in self._young:
            return True
        if key in self._met:
            return False
        may_be = key not in self._old and (self._lets_in is None or self._lets_in(name, kind))
        if may_be and near(self._names, name, kind):
            if len(name) <= _LONGEST and len(self._met) < self._generation:
                self._met.add(key)
            return False
        if len(name) <= _LONGEST:
            if len(self._young) >= self._generation:
                self._old, self._young = self._young, set()
            self._young.add(key)
        return True

    def said_of(self, name: str, kind: str) -> frozenset[str]:
        """The fields of ``IDENTITY`` that any entry near ``name`` has: what else a bearer says of himself moves nothing."""
        key = (name, kind)
        found = self._said.get(key)
        if found is None:
            found = frozenset(
                field
                for text in (name, *others(name, kind))
                for record, *_ in self._names._named(text, kind)
                for entity, _ in record.bearers
                for field in IDENTITY
                if getattr(entity, field)
            )
            if len(name) <= _LONGEST and len(self._said) < self._generation:
                self._said[key] = found
        return found


def near(names: HasNames, name: str, kind: str) -> bool:
    """Whether an entry comes near enough that anything known of the bearer's identity could make it a match."""
    return any(True for text in (name, *others(name, kind)) for _ in names._named(text, kind))
