"""The chain of reference sets: which sets are accepted and which one to screen with, from the log alone.

A pure reducer. Records are fed as they stand in the topics, each topic in its offset order; the topics may be fed in any
order against one another, since everything but the order of the sets is content-addressed. Every reader of the same log
comes to the same chain:

- the first set with an empty parent is the genesis; then a set is accepted if and only if its parent is the last
  accepted set and its sequence is that one's plus 1, complete or not;
- *complete* is a set whose list versions, buckets and members are all there under the hash of their content. The newest
  accepted complete set is what events are screened with. An incomplete one is told and passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from sekisho.errors import EventError, ReferenceDataError
from sekisho.model import Bucket, Entity, GoodsItem, ListRef, ListVersion, Measure, ReferenceSet
from sekisho.reference import buckets
from sekisho.reference.hashing import content_hash
from sekisho.reference.loaded import Record

_KINDS: dict[type[Record], str] = {Entity: "entities", GoodsItem: "goods", Measure: "measures"}
_WORDS = {"entities": "entries", "goods": "goods items", "measures": "measures"}

Decode = Callable[[str, bytes], Any]


class AcceptedSet(msgspec.Struct, frozen=True):
    """A set of the chain and its content hash."""

    hash: str
    set: ReferenceSet


class Members(msgspec.Struct, frozen=True):
    """The members of one list version: raw content hashes."""

    version: ListVersion
    hashes: frozenset[bytes]


class Incomplete(Exception):  # noqa: N818 - a state of the log, not an error of ours
    """A set cannot be used; the message says what is missing."""


class Chain:
    """Feed it the log; ask it for ``accepted``, ``newest_complete`` and the records of a set."""

    def __init__(self) -> None:
        self.accepted: list[AcceptedSet] = []
        #: records that were refused: where and why (the newest last; bounded)
        self.faults: list[str] = []
        self._records: dict[bytes, Record] = {}
        self._versions: dict[str, ListVersion] = {}
        self._buckets: dict[str, Bucket] = {}
        self._positions: dict[str, int] = {}
        self._members: dict[str, Members] = {}

    # -- feeding ----------------------------------------------------------------------------------------------

    def feed_bytes(self, kind: str, key: bytes | None, value: bytes | None, decode: Decode) -> None:
        """One record of a topic. ``kind`` is ``entity``, ``goods_item``, ``measure``, ``list`` or ``reference_set``.

        What cannot be decoded, or does not match its key, is noted in ``faults`` and is not there: whatever names
        it is incomplete.
        """
        name = key.decode("utf-8", "replace") if key else ""
        if value is None:
            if kind != "reference_set":
                self.forget(name)
            return
        try:
            record = decode(kind, value)
        except EventError as error:
            self._fault(f"{kind} {name[:12]}: {error}")
            return
        self.feed(name, record)

    def feed(self, key: str, record: Any) -> None:
        """A decoded record under the key it has in its topic."""
        digest = content_hash(record)
        if digest != key:
            self._fault(f"{type(record).__name__} {key[:12]}: its content has the hash {digest[:12]}")
        elif isinstance(record, ReferenceSet):
            self._append(digest, record)
        elif isinstance(record, ListVersion):
            self._versions[digest] = record
        elif isinstance(record, Bucket):
            self._buckets[digest] = record
        elif type(record) in _KINDS:
            self._records[bytes.fromhex(digest)] = record
        else:
            self._fault(f"{type(record).__name__} {key[:12]}: is no reference record")

    def forget(self, key: str) -> None:
        """A tombstone. Sets have none: the chain only grows."""
        self._versions.pop(key, None)
        self._members.pop(key, None)
        if self._buckets.pop(key, None) is not None:
            self._members.clear()  # which versions it belonged to is not kept
        try:
            self._records.pop(bytes.fromhex(key), None)
        except ValueError:
            self._fault(f"tombstone {key[:12]}: is no hash")

    def _append(self, digest: str, one: ReferenceSet) -> None:
        if digest in self._positions:
            return  # a redelivery of the log
        if self.accepted:
            last = self.accepted[-1]
            follows = one.parent == last.hash and one.sequence == last.set.sequence + 1
        else:
            follows = one.parent == ""
        if follows:
            self._positions[digest] = len(self.accepted)
            self.accepted.append(AcceptedSet(digest, one))

    def _fault(self, text: str) -> None:
        self.faults.append(text)
        del self.faults[:-100]

    # -- asking -----------------------------------------------------------------------------------------------

    def __contains__(self, set_hash: str) -> bool:
        return set_hash in self._positions

    def get(self, set_hash: str) -> ReferenceSet:
        """Raises ReferenceDataError for a set that is not in the chain."""
        if set_hash not in self._positions:
            raise ReferenceDataError(
                f"reference set {set_hash[:12]} is not in the chain; `sekisho lists show` shows it"
            )
        return self.accepted[self._positions[set_hash]].set

    @property
    def head(self) -> AcceptedSet | None:
        """The last accepted set, complete or not: the parent of the next."""
        return self.accepted[-1] if self.accepted else None

    def newest_complete(self) -> AcceptedSet | None:
        """What events are screened with."""
        for one in reversed(self.accepted):
            if self.lacks(one.hash) is None:
                return one
        return None

    def problem(self) -> str | None:
        """Why the newest accepted set cannot be used; None if it can, or where there is none."""
        head = self.head
        if head is None:
            return None
        lacks = self.lacks(head.hash)
        return f"reference set {head.set.sequence} ({head.hash[:12]}): {lacks}" if lacks else None

    def lacks(self, set_hash: str) -> str | None:
        """What is missing of a set, in words; None if it is complete."""
        refs = self.get(set_hash).lists
        if len({ref.list_id for ref in refs}) != len(refs):
            return "it names a list twice"
        try:
            for ref in refs:
                self._complete(ref)
        except Incomplete as reason:
            return str(reason)
        return None

    def versions(self, set_hash: str) -> dict[str, ListVersion]:
        """List id: the version that a complete set has of it."""
        return {ref.list_id: self._complete(ref).version for ref in self.get(set_hash).lists}

    def records(self, set_hash: str) -> Iterator[Record]:
        """Every record of a complete set."""
        for ref in self.get(set_hash).lists:
            yield from self.list_records(ref)

    def list_records(self, ref: ListRef) -> Iterator[Record]:
        """Every record of one list version. Raises ReferenceDataError where some are missing."""
        try:
            members = self._complete(ref)
        except Incomplete as reason:
            raise ReferenceDataError(f"{reason}; publish the list anew") from None
        for member in members.hashes:
            yield self._records[member]

    def difference(self, before: str, after: str) -> tuple[list[Record], list[Record]]:
        """``(removed, added)`` between two complete sets: lists that both have in one version are not looked at."""
        old = {ref.hash: ref for ref in self.get(before).lists}
        new = {ref.hash: ref for ref in self.get(after).lists}
        left = self._hashes(old[one] for one in old.keys() - new.keys())
        right = self._hashes(new[one] for one in new.keys() - old.keys())
        return [self._records[one] for one in left - right], [self._records[one] for one in right - left]

    def names(self, refs: Iterable[ListRef]) -> Iterator[str]:
        """Every key that ``refs`` lead to, as far as it is there: list versions, buckets and members."""
        for ref in refs:
            yield ref.hash
            version = self._versions.get(ref.hash)
            for bucket_hash in version.buckets if version else ():
                yield bucket_hash
                if bucket := self._buckets.get(bucket_hash):
                    yield from buckets.members(bucket)

    def has(self, key: str) -> bool:
        """Whether a list version, bucket or member is there."""
        return key in self._versions or key in self._buckets or bytes.fromhex(key) in self._records

    def stored(self) -> Mapping[str, str]:
        """Key: the contract's name, of everything that could be pruned."""
        kinds = {Entity: "entity", GoodsItem: "goods_item", Measure: "measure"}
        found = {key.hex(): kinds[type(record)] for key, record in self._records.items()}
        return found | dict.fromkeys((*self._versions, *self._buckets), "list")

    def record(self, key: str) -> Any:
        """The list version, bucket or member under ``key``; None if it is not there."""
        return self._versions.get(key) or self._buckets.get(key) or self._records.get(bytes.fromhex(key))

    # -- completeness -----------------------------------------------------------------------------------------

    def _hashes(self, refs: Iterable[ListRef]) -> set[bytes]:
        return set().union(*(self._complete(ref).hashes for ref in refs))

    def _complete(self, ref: ListRef) -> Members:
        members = self._members.get(ref.hash) or self._gather(ref)
        version = members.version
        if (version.list_id, version.kind) != (ref.list_id, ref.kind):
            raise Incomplete(f"{ref.list_id}: its version {ref.hash[:12]} is one of {version.list_id}")
        missing = sum(member not in self._records for member in members.hashes)
        if missing:
            raise Incomplete(f"{ref.list_id} lacks {missing} of {version.count} {_WORDS[version.kind]}")
        self._members[ref.hash] = members
        return members

    def _gather(self, ref: ListRef) -> Members:
        version = self._versions.get(ref.hash)
        if version is None:
            raise Incomplete(f"{ref.list_id}: its version {ref.hash[:12]} is not there")
        hashes: set[bytes] = set()
        for bucket_hash in version.buckets:
            bucket = self._buckets.get(bucket_hash)
            if bucket is None:
                raise Incomplete(f"{ref.list_id}: bucket {bucket_hash[:12]} is not there")
            try:
                hashes.update(bytes.fromhex(member) for member in buckets.members(bucket))
            except ReferenceDataError as error:
                raise Incomplete(f"{ref.list_id}: {error}") from None
        if len(hashes) != version.count:
            raise Incomplete(f"{ref.list_id}: its buckets name {len(hashes)} records, its version {version.count}")
        if any(_KINDS[type(self._records[one])] != version.kind for one in hashes if one in self._records):
            raise Incomplete(f"{ref.list_id}: a member is not of the kind {version.kind}")
        return Members(version, frozenset(hashes))
