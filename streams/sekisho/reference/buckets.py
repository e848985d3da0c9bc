"""Buckets: the members of a list version, grouped by the leading bits of their hashes.

A list of 20,000 entries is 640 kB of hashes. Were they one record, each edit would write them all anew and a large list
would not fit a Kafka record. Grouped by leading bits, an edit rewrites the buckets of the changed hashes only, and which
bucket a hash belongs to follows from the hash alone: two publishers make the same buckets of the same list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from sekisho.errors import ReferenceDataError
from sekisho.model import Bucket

#: Bytes of one raw SHA-256.
HASH_BYTES = 32

#: The contract's limit for one bucket.
MAX_BYTES = 512_000

#: A bucket is split beyond this many members. 1,024 of them are 32 kB: small enough that an edit is cheap, large
#: enough that the largest list at hand (20,000 entries) has a few dozen buckets. It is part of the format: the same
#: list must give the same buckets to every publisher.
MAX_MEMBERS = 1024


def group(hashes: Iterable[str]) -> tuple[Bucket, ...]:
    """The buckets of a set of hexadecimal hashes, in the order of their bits; one empty bucket for an empty list."""
    members = sorted({bytes.fromhex(one) for one in hashes})
    return tuple(_split(members, ""))


def _split(members: Sequence[bytes], bits: str) -> Iterator[Bucket]:
    if len(members) <= MAX_MEMBERS:
        yield Bucket(bits=bits, members=b"".join(members))
        return
    at, mask = divmod(len(bits), 8)
    mask = 0x80 >> mask
    zeros = [member for member in members if not member[at] & mask]
    yield from _split(zeros, bits + "0")
    yield from _split(members[len(zeros) :], bits + "1")


def members(bucket: Bucket) -> tuple[str, ...]:
    """The hexadecimal hashes in a bucket. Raises ReferenceDataError where it breaks its format."""
    raw = bucket.members
    if len(raw) % HASH_BYTES or len(raw) > MAX_BYTES:
        raise ReferenceDataError(
            f"bucket {bucket.bits or '(all)'}: {len(raw)} bytes are not whole hashes up to {MAX_BYTES}"
        )
    found = tuple(raw[at : at + HASH_BYTES].hex() for at in range(0, len(raw), HASH_BYTES))
    if any(a >= b for a, b in pairwise(found)):
        raise ReferenceDataError(f"bucket {bucket.bits or '(all)'}: its hashes are not ascending")
    return found
