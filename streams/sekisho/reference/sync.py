"""Sync: fetch, compare, publish. What ``lists sync`` does once an hour, a source at a time: one that fails leaves the others be."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from kafka.errors import KafkaError

from sekisho.errors import SekishoError
from sekisho.model import ListVersion
from sekisho.reference import fetch as fetching
from sekisho.reference.chain import Chain
from sekisho.reference.load import load_paths
from sekisho.reference.loaded import LoadedList, Record
from sekisho.reference.publish import Published, Publisher
from sekisho.reference.versions import Diff, diff, snapshot

logger = logging.getLogger(__name__)

#: A list that has not changed gets a new date of proof when this share of its age limit has gone by: the age of a list is
#: the time since it was last known to be current, and a set an hour only to say so would be noise.
PROOF_SHARE = 0.25


class Synced(msgspec.Struct, frozen=True):
    """What became of one source."""

    source: str
    #: list id: what changed against the active version
    changes: dict[str, Diff] = {}
    published: Published | None = None
    #: why nothing became of it; what was active stays active
    error: str | None = None


def sync(
    sources: Mapping[str, Sequence[fetching.Download]],
    cache: Path,
    publisher: Publisher,
    *,
    who: str,
    fetch: Callable[..., list[fetching.Fetched]] = fetching.fetch,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Iterator[Synced]:
    """Every source once: its files into ``cache``, and their lists onto the topics if they changed."""
    for name, downloads in sources.items():
        try:
            yield _source(name, downloads, cache / name, publisher, who, fetch, clock)
        except SekishoError as error:
            yield Synced(name, error=str(error))
        except (KafkaError, OSError) as error:  # a broker that is away, a disk that is full: the next round tries again
            yield Synced(name, error=f"{type(error).__name__}: {error}")
        except Exception as error:  # a fault of ours in one source must not keep the others from being current
            logger.exception("%s: not synchronised", name)
            yield Synced(name, error=f"{type(error).__name__}: {error}")


def _source(
    name: str,
    downloads: Sequence[fetching.Download],
    folder: Path,
    publisher: Publisher,
    who: str,
    fetch: Callable[..., list[fetching.Fetched]],
    clock: Callable[[], datetime],
) -> Synced:
    files = fetch(downloads, folder)
    current = max((file.retrieved_at for file in files), default=clock())
    lists = [msgspec.structs.replace(one, published_at=current) for one in load_paths(file.path for file in files)]
    chain = publisher.chain()
    changes = differences(chain, lists)
    lists = [_proof(chain, one, changes[one.list_id]) for one in lists]
    return Synced(name, changes, publisher.publish(lists, who=who, why=f"sync of {name}"))


def differences(chain: Chain, lists: Iterable[LoadedList]) -> dict[str, Diff]:
    """List id: what publishing would add, change and remove."""
    return {one.list_id: diff(one.list_id, active_records(chain, one.list_id), one.records) for one in lists}


def active_records(chain: Chain, list_id: str) -> list[Record]:
    """The records of a list in the set that events are screened with; none where it has no such list."""
    newest = chain.newest_complete()
    refs = newest.set.lists if newest else ()
    return [record for ref in refs if ref.list_id == list_id for record in chain.list_records(ref)]


def _proof(chain: Chain, one: LoadedList, change: Diff) -> LoadedList:
    """``one`` under the date of the active version, where it says nothing new and that date is fresh enough."""
    version = _active_version(chain, one.list_id)
    if change or version is None or version.published_at is None or one.published_at is None:
        return one
    limit = timedelta(hours=(one.max_age_hours or 24 * 7) * PROOF_SHARE)
    if one.published_at - version.published_at > limit:
        return one
    same = msgspec.structs.replace(
        one, version=version.version, source=version.source, published_at=version.published_at
    )
    return same if snapshot(same).version.buckets == version.buckets else one


def _active_version(chain: Chain, list_id: str) -> ListVersion | None:
    newest = chain.newest_complete()
    return chain.versions(newest.hash).get(list_id) if newest else None
