"""Which files are fetched from where, and what is taken: the publishers' addresses, those of the settings and of a command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from sekisho.errors import InputError
from sekisho.reference import guards
from sekisho.reference.fetch import DEFAULT_SOURCES, Download, Limits
from sekisho.settings import Reference, Sources

_FORBIDDEN = ("/", "\\", "..", "\0")


def downloads(settings: Sources, wanted: Iterable[str] = ()) -> dict[str, tuple[Download, ...]]:
    """Source: its files. ``wanted`` are names of sources or ``NAME=URL``; without it those of the settings.

    An address of the settings goes before the publisher's, one in ``wanted`` before both. Raises InputError for a source
    that has no address, and for a name or an address that cannot be used.
    """
    known = known_sources(settings)
    found: dict[str, tuple[Download, ...]] = {}
    for one in tuple(wanted) or settings.fetch or tuple(known):
        name, equals, url = one.partition("=")
        if equals:
            found[name] = _files(name, url)
        elif name in known:
            found[name] = known[name]
        else:
            raise InputError(f"there is no source {name}; sources are {', '.join(sorted(known))}, or give NAME=URL")
    return found


def known_sources(settings: Sources) -> dict[str, tuple[Download, ...]]:
    """Every source that has an address."""
    return DEFAULT_SOURCES | {name: _files(name, address) for name, address in settings.urls.items()}


def limits(settings: Sources) -> Limits:
    """How much patience a download gets."""
    return Limits(max_bytes=settings.max_bytes, max_seconds=settings.max_seconds, attempts=settings.attempts)


def guard(settings: Reference) -> guards.Limits:
    """How far a list may move, and how much of it may be unreadable."""
    return guards.Limits(max_shrink=settings.max_shrink, max_rejected=settings.max_rejected)


def _files(name: str, address: str | Mapping[str, str]) -> tuple[Download, ...]:
    """Names become paths in the cache: none may lead out of it."""
    if not isinstance(address, str):
        named = tuple(Download(url, file) for file, url in address.items())
    else:
        several = DEFAULT_SOURCES.get(name, ())
        if len(several) > 1:
            files = ", ".join(one.name for one in several)
            raise InputError(
                f"{name} has several files: give an address for each of {files} in the settings sources.urls"
            )
        file = PurePosixPath(urlsplit(address).path)
        # A mirror may answer under an address that ends in no file's name; formats look at the ending.
        named = (Download(address, several[0].name if several and not file.suffix else file.name),)
    for part in (name, *(one.name for one in named)):
        if not part or part.startswith(".") or any(sign in part for sign in _FORBIDDEN):
            raise InputError(f"{name}={address} is not NAME=URL of a file, as in jp-mof=https://…/list.xlsx")
    if not named or not all(
        urlsplit(one.url).scheme in ("https", "http") and urlsplit(one.url).netloc for one in named
    ):
        raise InputError(f"{name}={address} is not NAME=URL of a file, as in jp-mof=https://…/list.xlsx")
    return named
