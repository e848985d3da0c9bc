"""The open events of the partitions that this worker owns, in memory: the newest record of each business reference.

A record is kept as it is encoded, deflated, with its mark before it: what a change does not reach is never decoded. The
log is the open-event topic; whoever takes a partition over reads it to its end before it takes anything else of it.
"""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterable
from typing import ClassVar, Literal

from sekisho.agents import marks
from sekisho.agents.marks import Mark
from sekisho.model import OpenEvent, OpenEventBeginning, Progress
from sekisho.wire import decode, read_beginning

Kind = Literal["shipment", "payment"]

#: Records are small and written all the time: the quickest level is a tenth larger and three times quicker.
_LEVEL = 1
#: The mark's length and the dictionary's number.
_HEAD = struct.Struct(">HH")
#: Deflate looks back no further.
_DICTIONARY_BYTES = 32_768
#: A process has no more than so many (1 to 2 kB each); 180 days of a new set a day make 360.
_DICTIONARIES = 4096


class Kept:
    """Making and reading the bytes that are kept: the mark's length, a dictionary's number, the mark, the deflated record.

    Half of each record stands in every other of its kind and reference set, whose hash it carries, too: the first of these
    that a process keeps is the dictionary of the others.
    """

    _dictionaries: ClassVar[list[bytes]] = []
    _numbers: ClassVar[dict[tuple[Kind, int], int]] = {}

    @classmethod
    def pack(cls, kind: Kind, mark: Mark, value: bytes) -> bytes:
        number = cls._numbers.get((kind, mark.sequence))
        if number is None:
            number = cls._learn(kind, mark.sequence, value)
        head = mark.pack()
        deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, cls._dictionaries[number])
        return _HEAD.pack(len(head), number) + head + deflate.compress(value) + deflate.flush()

    @classmethod
    def _learn(cls, kind: Kind, sequence: int, value: bytes) -> int:
        if len(cls._dictionaries) < _DICTIONARIES:
            cls._dictionaries.append(value[:_DICTIONARY_BYTES])
        number = cls._numbers[kind, sequence] = len(cls._dictionaries) - 1
        return number

    @staticmethod
    def mark(kept: bytes) -> Mark:
        mark = Mark.unpack(kept[_HEAD.size : _start(kept)])
        assert mark is not None  # packed by us
        return mark

    @staticmethod
    def sequence(kept: bytes) -> int:
        return marks.sequence_at(kept, _HEAD.size)

    @staticmethod
    def open_until(kept: bytes) -> int:
        return marks.open_until_at(kept, _HEAD.size)

    @staticmethod
    def silent_probes(kept: bytes) -> tuple[int, ...] | None:
        """The probes of an event of which no alert stands; None where they are not known, or one does."""
        return marks.silent_probes_at(kept, _HEAD.size, _start(kept) - _HEAD.size)

    @classmethod
    def record(cls, kept: bytes) -> OpenEvent:
        found: OpenEvent = decode("open_event", cls._value(kept))
        return found

    @classmethod
    def beginning(cls, kept: bytes) -> OpenEventBeginning | None:
        """The event of the record without what was said of it, for a quarter of the time; None where it is of an old version."""
        return read_beginning(OpenEventBeginning, "open_event", cls._value(kept))

    @classmethod
    def _value(cls, kept: bytes) -> bytes:
        inflate = zlib.decompressobj(-15, cls._dictionaries[int.from_bytes(kept[2:4], "big")])
        return inflate.decompress(kept[_start(kept) :]) + inflate.flush()


def _start(kept: bytes) -> int:
    """Where the deflated record begins."""
    return _HEAD.size + int.from_bytes(kept[:2], "big")


class OpenPartition:
    """The open events of one partition of an input topic."""

    def __init__(self, kind: Kind, topic: str, partition: int) -> None:
        self.kind: Kind = kind
        self.topic = topic
        self.partition = partition
        self._kept: dict[str, bytes] = {}
        #: the next offset of the open-event topic that is not known here
        self.position = 0
        #: whether the log has been read to its end since the partition came
        self.loaded = False
        self.progress: Progress | None = None
        #: references whose records of live events are on their way out
        self.answering: Counter[str] = Counter()
        #: references whose records of a rescreening are on their way out
        self.rescreening: set[str] = set()
        #: whether a live event waits for one of these
        self.is_waited_for = False

    def __len__(self) -> int:
        return len(self._kept)

    def references(self) -> list[str]:
        return list(self._kept)

    def past(self, reference: str) -> OpenEvent | None:
        kept = self._kept.get(reference)
        return Kept.record(kept) if kept is not None else None

    def kept(self, reference: str) -> bytes | None:
        return self._kept.get(reference)

    def put(self, reference: str, kept: bytes | None) -> None:
        """None: it is no longer open."""
        if kept is None:
            self._kept.pop(reference, None)
        else:
            self._kept[reference] = kept

    def acknowledged(self, offsets: Iterable[int]) -> None:
        """These offsets of the log are our own records: they need not be read again."""
        for offset in sorted(offsets):
            if offset == self.position:
                self.position += 1

    def forget(self) -> None:
        """What is here may be ahead of the log: read it from its beginning."""
        self._kept.clear()
        self.position = 0
        self.loaded = False
        self.progress = None
        self.release()

    def ready(self, sequence: int) -> bool:
        """Whether events may be taken under the set ``sequence``: nothing is screened under an older one than before."""
        return self.loaded and (self.progress is None or sequence >= self.progress.sequence)

    def answers(self, references: Iterable[str]) -> None:
        """Records of these are on their way out."""
        self.answering.update(list(references))

    def answered(self, references: Iterable[str]) -> None:
        """They are acknowledged."""
        for reference in references:
            if self.answering[reference] <= 1:
                del self.answering[reference]
            else:
                self.answering[reference] -= 1

    def release(self) -> None:
        """Nothing is on its way out any more."""
        self.answering.clear()
        self.rescreening.clear()
        self.is_waited_for = False

    def bytes(self) -> int:
        """Memory of what is kept, dictionaries aside."""
        return sum(len(kept) + 33 + len(reference) + 49 for reference, kept in self._kept.items())


class OpenEvents:
    """The partitions that this worker owns."""

    def __init__(self) -> None:
        self._partitions: dict[tuple[str, int], OpenPartition] = {}

    def own(self, kinds: dict[str, Kind], owned: Iterable[tuple[str, int]]) -> list[OpenPartition]:
        """Own these (topic, partition) from now on; those that were owned before are to be read on from where they are."""
        before, self._partitions = self._partitions, {}
        for topic, partition in owned:
            if topic in kinds:
                one = before.get((topic, partition)) or OpenPartition(kinds[topic], topic, partition)
                one.loaded = False
                one.release()
                self._partitions[topic, partition] = one
        return list(self._partitions.values())

    def of(self, topic: str, partition: int) -> OpenPartition | None:
        return self._partitions.get((topic, partition))

    def all(self) -> list[OpenPartition]:
        return list(self._partitions.values())
