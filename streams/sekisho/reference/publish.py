"""Publishes lists as a reference set: what is new first, then the list versions, then one set that names them.

Safe to repeat, to interrupt at any point and to run twice at once: nothing that is written before the set counts, and
the set counts only if it stands on the last accepted one. The loser reads on and tries again on top.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
from kafka import KafkaProducer
from kafka.errors import KafkaError

from sekisho.errors import ReferenceDataError, UnreachableError
from sekisho.model import ListRef, ReferenceSet
from sekisho.reference.chain import AcceptedSet, Chain
from sekisho.reference.guards import Limits, objections
from sekisho.reference.hashing import content_hash
from sekisho.reference.load import once_each
from sekisho.reference.loaded import LoadedList
from sekisho.reference.log_reader import LogReader, consumer
from sekisho.reference.versions import BUNDLED, Snapshot, snapshot, whole_milliseconds
from sekisho.settings import Topics
from sekisho.wire import codec
from sekisho.wire.connecting import connecting

#: Each loss means that another publisher won, so a publisher that loses this often meets a crowd or a broken clock.
ATTEMPTS = 20

#: The broker has this long to acknowledge what was sent (seconds).
ACKNOWLEDGE_S = 120.0


class Published(msgspec.Struct, frozen=True):
    """What a publish did."""

    #: the set that now names the lists: a new one, or the last one where nothing was new
    accepted: AcceptedSet
    #: whether a new set was written
    new: bool
    #: records, buckets and list versions written
    written: int
    #: list ids whose version changed, and those that were left alone
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    #: lists of the bundled pack that were not published because an official version is there
    kept_official: tuple[str, ...]


Progress = Callable[[int, int], None]


class Publisher:
    """``options`` are kafka-python's for address and security, the same for its producer and its consumer."""

    def __init__(self, topics: Topics, options: Mapping[str, Any], *, limits: Limits | None = None) -> None:
        self._topics = topics
        self._options = dict(options)
        self._limits = limits

    def publish(
        self,
        lists: Iterable[LoadedList],
        *,
        who: str,
        why: str,
        force: bool = False,
        progress: Progress | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> Published:
        """Make ``lists`` the newest versions of themselves; every other list stays as it is.

        A list of the bundled pack never replaces one from elsewhere. A list that a guard objects to is refused, with
        all that were named beside it, unless ``force``: then who and why stand in the set with the objection. Raises
        ReferenceDataError (refused), UnreachableError (the broker does not answer; nothing became active, or all did).
        """
        named = once_each(tuple(lists))
        with self._session() as session:
            return session.publish(
                named, who=who, why=why, force=force, limits=self._limits, progress=progress, clock=clock
            )

    def chain(self) -> Chain:
        """The chain as it stands: for ``lists show`` and ``lists diff``."""
        with consumer(self._options) as client:
            return LogReader(client, self._topics).refresh()

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with connecting():
            producer = KafkaProducer(
                **self._options,
                acks="all",
                linger_ms=5,
                # a fifth of the bytes, and of the time for the checksum, which kafka-python computes in Python
                compression_type="gzip",
                allow_auto_create_topics=False,
                delivery_timeout_ms=int(ACKNOWLEDGE_S * 1000),
            )
        try:
            with consumer(self._options) as client:
                yield Session(LogReader(client, self._topics), producer, self._topics)
        finally:
            producer.close(timeout=5)


class Session:
    """One reader and one producer: what ``publish`` and ``prune`` do with them."""

    def __init__(self, log: LogReader, producer: Any, topics: Topics) -> None:
        self.log = log
        self._producer = producer
        self._topics = topics
        self._topic_of = {
            "entities": topics.entity,
            "goods": topics.goods,
            "measures": topics.measure,
        }

    def publish(
        self,
        lists: Sequence[LoadedList],
        *,
        who: str,
        why: str,
        force: bool,
        limits: Limits | None,
        progress: Progress | None,
        clock: Callable[[], datetime],
    ) -> Published:
        written = 0
        snapshots = [snapshot(one) for one in lists]
        for _ in range(ATTEMPTS):
            chain = self.log.refresh()
            taken = [one for one in snapshots if not _official_is_there(chain, one)]
            kept = tuple(one.version.list_id for one in snapshots if one not in taken)
            refused = _objections(chain, [one for one in lists if one.list_id not in kept], limits)
            if refused and not force:
                raise ReferenceDataError("refused, what was active stays active: " + "; ".join(refused))
            written += self._write_missing(chain, taken, progress)
            refs = _merged(chain, taken)
            before = {ref.list_id: ref for ref in chain.head.set.lists} if chain.head else {}
            changed = tuple(ref.list_id for ref in refs if before.get(ref.list_id) != ref)
            unchanged = tuple(one.version.list_id for one in taken if one.version.list_id not in changed)
            if chain.head and not changed:
                return Published(chain.head, False, written, (), unchanged, kept)
            reason = f"{why} (forced: {'; '.join(refused)})" if refused else why
            accepted = self._append(chain, refs, who, reason, clock())
            if accepted is not None:
                # A prune that ran meanwhile may have dropped a record which this publish had found in place.
                written += self._write_missing(self.log.refresh(), taken, None)
                return Published(accepted, True, written, changed, unchanged, kept)
        raise ReferenceDataError(f"another publisher was quicker {ATTEMPTS} times in a row; try again later")

    def _write_missing(self, chain: Chain, snapshots: Sequence[Snapshot], progress: Progress | None) -> int:
        """Members first, then buckets, then list versions: what names comes after what it names, acknowledged."""
        members = [
            (self._topic_of[one.version.kind], key, record)
            for one in snapshots
            for key, record in one.records.items()
            if not chain.has(key)
        ]
        lists = [
            (self._topics.list_version, key, record)
            for one in snapshots
            for key, record in (*one.buckets.items(), (one.hash, one.version))
            if not chain.has(key)
        ]
        total = len(members) + len(lists)
        self.write(members, (lambda done: progress(done, total)) if progress else None)
        self.write(lists, None)
        if progress:
            progress(total, total)
        return total

    def write(
        self, records: Iterable[tuple[str, str, msgspec.Struct | None]], progress: Callable[[int], None] | None = None
    ) -> None:
        """Send ``(topic, key, record)`` (no record: a tombstone) and wait until all are acknowledged."""
        pending = []
        try:
            for topic, key, record in records:
                value = None if record is None else codec.encode(record)
                pending.append(self._producer.send(topic, key=key.encode(), value=value))
            for done, future in enumerate(pending, 1):
                future.get(timeout=ACKNOWLEDGE_S)
                if progress and done % 500 == 0:
                    progress(done)
        except KafkaError as error:
            raise UnreachableError(
                f"the broker did not acknowledge reference records: {type(error).__name__}; nothing became active, "
                "publish again when it answers"
            ) from error

    def _append(self, chain: Chain, refs: tuple[ListRef, ...], who: str, why: str, now: datetime) -> AcceptedSet | None:
        """Write a set on top of the last one, and read back to it. None if another publisher's came first."""
        head = chain.head
        moment = whole_milliseconds(now)
        assert moment is not None
        one = ReferenceSet(
            sequence=head.set.sequence + 1 if head else 0,
            parent=head.hash if head else "",
            lists=refs,
            who=who,
            why=why,
            created_at=moment,
        )
        key = content_hash(one)
        future = self._producer.send(self._topics.reference, key=key.encode(), value=codec.encode(one))
        try:
            offset = future.get(timeout=ACKNOWLEDGE_S).offset
        except KafkaError:
            # It may have been written all the same: the log knows. If it comes later, it stands on the wrong parent
            # or is the next set: both are fine.
            self.log.refresh()
        else:
            self.log.read_past(self._topics.reference, offset)
        return AcceptedSet(key, one) if key in self.log.chain else None


def _official_is_there(chain: Chain, one: Snapshot) -> bool:
    if one.version.source != BUNDLED or chain.head is None:
        return False
    version = _version(chain, chain.head, one.version.list_id)
    return version is not None and version.source != BUNDLED


def _version(chain: Chain, head: AcceptedSet, list_id: str) -> Any:
    for ref in head.set.lists:
        if ref.list_id == list_id:
            return chain.record(ref.hash)
    return None


def _merged(chain: Chain, snapshots: Sequence[Snapshot]) -> tuple[ListRef, ...]:
    """The last set's lists with these in place of their former versions, in the order of ids."""
    refs = {ref.list_id: ref for ref in chain.head.set.lists} if chain.head else {}
    refs |= {one.version.list_id: one.ref for one in snapshots}
    return tuple(refs[list_id] for list_id in sorted(refs))


def _objections(chain: Chain, lists: Sequence[LoadedList], limits: Limits | None) -> list[str]:
    """Against the last set's versions, as far as they are all there; the bundled pack is no measure of a list."""
    found = []
    for one in lists:
        ref = next((x for x in chain.head.set.lists if x.list_id == one.list_id), None) if chain.head else None
        version = chain.record(ref.hash) if ref else None
        before = None
        if ref is not None and version is not None and version.source != BUNDLED:
            try:
                before = list(chain.list_records(ref))
            except ReferenceDataError:
                before = None
        found += [f"{one.list_id}: {objection}" for objection in objections(before, one, limits)]
    return found
