"""Downloads official files into a cache folder: only what changed, whole or not at all, within limits of time and size.

What is in the cache is always the last good file: a download is written beside it, read as the list that it is, and put in its
place in one step. A server that drops, truncates, redirects in circles, sends a page of HTML with status 200, a bomb or a list
without its rows changes nothing.
"""

from __future__ import annotations

import hashlib
import os
import random
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import msgspec

from sekisho.errors import InputError, ReferenceDataError, SekishoError, UnreachableError
from sekisho.reference import guards
from sekisho.reference.load import load_paths
from sekisho.reference.sources import FORMATS
from sekisho.reference.sources.file import SourceFile
from sekisho.version import VERSION


class Limits(msgspec.Struct, frozen=True):
    """How much patience a download gets."""

    #: unpacked size (bytes); the largest list at hand has 13 MB
    max_bytes: int = 256 << 20
    #: for one attempt, from the first to the last byte (seconds)
    max_seconds: float = 300.0
    #: silence on the line (seconds)
    read_seconds: float = 30.0
    connect_seconds: float = 10.0
    redirects: int = 5
    attempts: int = 4
    #: pause before the second attempt, doubled before each further one, with jitter (seconds)
    backoff_seconds: float = 1.0
    #: no pause is longer, whatever a server asks for (seconds)
    max_pause_seconds: float = 120.0


class Download(msgspec.Struct, frozen=True):
    """One file of a source: where from, and its name in the cache (formats look at the names of a family of files)."""

    url: str
    name: str


class Fetched(msgspec.Struct, frozen=True):
    """A file in the cache that is known to be current."""

    path: Path
    url: str
    #: whether its content differs from what was in the cache
    changed: bool
    sha256: str
    size: int
    #: when the server last said that this is the current file
    retrieved_at: datetime


class _Meta(msgspec.Struct):
    url: str
    sha256: str
    size: int
    retrieved_at: datetime
    etag: str | None = None
    last_modified: str | None = None


_OFAC = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/"

#: Sources whose publishers keep one address. Japan's ministries name their files anew with each revision: their addresses
#: are for the user to set.
DEFAULT_SOURCES: dict[str, tuple[Download, ...]] = {
    "us-ofac-sdn": tuple(
        Download(f"{_OFAC}{n.upper()}", n) for n in ("sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv")
    ),
    "us-ofac-cons": tuple(
        Download(f"{_OFAC}{n.upper()}", n)
        for n in ("cons_prim.csv", "cons_alt.csv", "cons_add.csv", "cons_comments.csv")
    ),
    "us-csl": (
        Download(
            "https://data.trade.gov/downloadable_consolidated_screening_list/v1/consolidated.csv", "consolidated.csv"
        ),
    ),
    "un-sc": (Download("https://scsanctions.un.org/resources/xml/en/consolidated.xml", "consolidated.xml"),),
    "uk-sanctions": (
        Download("https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.csv", "UK-Sanctions-List.csv"),
    ),
}

_HTML = (b"<!doctype html", b"<html")
_RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})


class _Again(Exception):  # noqa: N818 - a reason to try again
    """An attempt failed in a way that another may not. ``pause`` is what the server asked for (seconds)."""

    def __init__(self, reason: str, pause: float | None = None) -> None:
        super().__init__(reason)
        self.pause = pause


def fetch(
    downloads: Iterable[Download],
    cache: Path,
    *,
    limits: Limits | None = None,
    guard: guards.Limits | None = None,
    client: httpx.Client | None = None,
    allow_http: bool = False,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> list[Fetched]:
    """Bring the files of one source up to date in the folder ``cache``; all of them, or an error and what was there.

    Raises InputError where ``cache`` cannot be written, UnreachableError where a server does not answer after all attempts, ReferenceDataError for an answer that is no
    list (too large, HTML, an unknown format, no entry or too few of its rows that can be read: ``guard``) or leads away from
    TLS (``allow_http`` is for tests and mirrors at hand).
    """
    limits = limits or Limits()
    _check(cache)
    own = client is None
    client = client or httpx.Client(
        timeout=httpx.Timeout(limits.read_seconds, connect=limits.connect_seconds),
        headers={"User-Agent": f"sekisho/{VERSION}"},
        follow_redirects=False,
    )
    try:
        loads = [_Load(client, one, cache, limits, allow_http, clock) for one in downloads]
        ready: list[tuple[Path | None, _Meta]] = []
        try:
            ready += (load.attempts(sleep) for load in loads)
            if any(load.is_new(found) for load, found in zip(loads, ready, strict=True)):
                _read(loads, ready, guard)
        except BaseException:
            for part, _ in ready:
                if part is not None:
                    part.unlink(missing_ok=True)
            raise
        # A family of files is taken over together: other names of today do not fit the entries of yesterday.
        return [load.keep(found) for load, found in zip(loads, ready, strict=True)]
    finally:
        for leftover in cache.glob(".*.part"):
            if time.time() - leftover.stat().st_mtime > limits.max_seconds * 2:
                leftover.unlink(missing_ok=True)
        if own:
            client.close()


def _check(cache: Path) -> None:
    """Make the folder, and see that it can be written before anything is asked of a server."""
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=cache):
            pass
    except OSError as error:
        raise InputError(
            f"{cache}: no file can be kept there: {error.strerror}; name a folder that can be written with --cache or "
            "SEKISHO_SOURCES__CACHE"
        ) from None


class _Load:
    """One file on its way into the cache."""

    def __init__(
        self,
        client: httpx.Client,
        download: Download,
        cache: Path,
        limits: Limits,
        allow_http: bool,
        clock: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._download = download
        self._limits = limits
        self._allow_http = allow_http
        self._clock = clock
        self._path = cache / download.name
        self._meta_path = cache / f"{download.name}.meta.json"
        self._known = self._read_meta()

    def attempts(self, sleep: Callable[[float], None]) -> tuple[Path | None, _Meta]:
        """The new file beside the cache's (None: it is unchanged) and what is known of it."""
        pause = self._limits.backoff_seconds
        for attempt in range(1, self._limits.attempts + 1):
            try:
                return self._attempt()
            except (_Again, httpx.TransportError) as error:
                if attempt == self._limits.attempts:
                    reason = str(error) or type(error).__name__
                    raise UnreachableError(
                        f"{self._download.url}: not downloaded after {attempt} attempts: {reason}; the file in the cache "
                        "stays as it is"
                    ) from error
                asked = error.pause if isinstance(error, _Again) else None
                wait = asked if asked is not None else pause * random.uniform(0.5, 1.5)  # noqa: S311 - jitter
                sleep(min(wait, self._limits.max_pause_seconds))
                pause *= 2
        raise AssertionError("unreachable")

    @property
    def name(self) -> str:
        return self._download.name

    @property
    def url(self) -> str:
        return self._download.url

    def is_new(self, found: tuple[Path | None, _Meta]) -> bool:
        """Whether the file differs from the cache's."""
        part, meta = found
        return part is not None and (self._known is None or self._known.sha256 != meta.sha256)

    def at(self, found: tuple[Path | None, _Meta]) -> Path:
        """Where the file is that would be the cache's."""
        return found[0] or self._path

    def keep(self, found: tuple[Path | None, _Meta]) -> Fetched:
        """Put the file in its place."""
        part, meta = found
        changed = self.is_new(found)
        if part is not None:
            os.replace(part, self._path)
        _write_whole(self._meta_path, msgspec.json.encode(meta))
        return Fetched(self._path, self._download.url, changed, meta.sha256, meta.size, meta.retrieved_at)

    def _attempt(self) -> tuple[Path | None, _Meta]:
        headers = {"Accept-Encoding": "identity"}
        if self._known and self._known.etag:
            headers["If-None-Match"] = self._known.etag
        if self._known and self._known.last_modified:
            headers["If-Modified-Since"] = self._known.last_modified
        url = self._download.url
        for _ in range(self._limits.redirects + 1):
            self._refuse_unsafe(url)
            with self._client.stream("GET", url, headers=headers) as response:
                if response.has_redirect_location:
                    url = str(response.url.join(response.headers["location"]))
                    continue
                if response.status_code == 304 and self._known:
                    return None, msgspec.structs.replace(self._known, retrieved_at=self._clock())
                if response.status_code in _RETRIED:
                    raise _Again(f"status {response.status_code}", _retry_after(response))
                if response.status_code != 200:
                    raise ReferenceDataError(f"{url}: status {response.status_code}; is the address still right?")
                return self._receive(response)
        raise ReferenceDataError(f"{self._download.url}: more than {self._limits.redirects} redirects")

    def _refuse_unsafe(self, url: str) -> None:
        scheme = urlsplit(url).scheme
        if scheme != "https" and not (self._allow_http and scheme == "http"):
            raise ReferenceDataError(f"{self._download.url}: leads to {scheme}://; only https is followed")

    def _receive(self, response: httpx.Response) -> tuple[Path, _Meta]:
        digest, size = hashlib.sha256(), 0
        # The name ends as the cache's does: formats look at endings.
        handle, name = tempfile.mkstemp(
            prefix=f".{os.getpid()}.", suffix=f".{self._download.name}.part", dir=self._path.parent
        )
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as out:
                for block in _unpacked(self._within_time(response), response.headers.get("content-encoding", "")):
                    size += len(block)
                    if size > self._limits.max_bytes:
                        raise ReferenceDataError(
                            f"{self._download.url}: more than {self._limits.max_bytes} bytes; no list is that large"
                        )
                    digest.update(block)
                    out.write(block)
                out.flush()
                os.fsync(out.fileno())
            self._look_at(part, size)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        meta = _Meta(
            url=self._download.url,
            sha256=digest.hexdigest(),
            size=size,
            retrieved_at=self._clock(),
            etag=response.headers.get("etag"),
            last_modified=response.headers.get("last-modified"),
        )
        return part, meta

    def _within_time(self, response: httpx.Response) -> Iterator[bytes]:
        """A server that sends a byte now and then never meets the read timeout."""
        end = time.monotonic() + self._limits.max_seconds
        for block in response.iter_raw():
            yield block
            if time.monotonic() > end:
                raise _Again(f"not complete within {self._limits.max_seconds:.0f} s")

    def _look_at(self, part: Path, size: int) -> None:
        with part.open("rb") as stream:
            head = stream.read(4096)
        if size == 0:
            raise _Again("an empty file")
        if head.lstrip()[:20].lower().startswith(_HTML):
            raise ReferenceDataError(
                f"{self._download.url}: the server sent a page of HTML with status 200, not a list"
            )
        # Recognised under its own name: the format looks at the ending.
        file = SourceFile(self._path.with_name(self._path.name), head)
        if self._path.suffix.lower() == ".xlsx":
            if not head.startswith(b"PK"):
                raise ReferenceDataError(f"{self._download.url}: not a workbook")
        elif not any(form.recognises(file) for form in FORMATS):
            raise ReferenceDataError(f"{self._download.url}: no format recognises what the server sent")

    def _read_meta(self) -> _Meta | None:
        """What is known of the file in the cache, if that is the file it was written for."""
        try:
            meta = msgspec.json.decode(self._meta_path.read_bytes(), type=_Meta)
            digest = hashlib.sha256(self._path.read_bytes()).hexdigest()
        except (OSError, msgspec.MsgspecError):
            return None
        return meta if meta.sha256 == digest and meta.url == self._download.url else None


def _read(loads: list[_Load], ready: list[tuple[Path | None, _Meta]], guard: guards.Limits | None) -> None:
    """Read the files of a source as they will be in the cache. Raises ReferenceDataError where they are no list to keep."""
    with tempfile.TemporaryDirectory(prefix="sekisho-") as folder:
        # Under the names that they will have, for formats look at names; hidden from whoever reads the cache meanwhile.
        there = {Path(folder, load.name): load for load in loads}
        for (path, load), found in zip(there.items(), ready, strict=True):
            path.symlink_to(load.at(found).resolve())
        try:
            reasons = [why for one in load_paths(there) for why in guards.objections(None, one, guard)]
        except SekishoError as error:
            reasons = [str(error)]
        if not reasons:
            return
        told = "; ".join(reasons)
        for path, load in there.items():
            told = told.replace(str(path), load.name)
    new = ", ".join(load.url for load, found in zip(loads, ready, strict=True) if load.is_new(found))
    raise ReferenceDataError(f"{new}: {told}; the files in the cache stay as they are")


def _unpacked(blocks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Unpacked a bounded piece at a time, so that a bomb is met by the size limit and not by the memory."""
    if encoding.lower() in ("", "identity"):
        yield from blocks
        return
    if encoding.lower() not in ("gzip", "x-gzip", "deflate"):
        raise ReferenceDataError(f"the server packed its answer as {encoding}, which was not asked for")
    unpacker = zlib.decompressobj(wbits=47)
    for block in blocks:
        while block:
            yield unpacker.decompress(block, 1 << 20)
            block = unpacker.unconsumed_tail
    rest = unpacker.flush()
    if not unpacker.eof:
        raise _Again("the packed answer is cut off")
    yield rest


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("retry-after", "")
    return float(value) if value.isdigit() else None


def _write_whole(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
    os.replace(name, path)
