"""``lists sync``: fetch, compare and publish, once or as a service with metrics."""

from __future__ import annotations

import errno
import functools
import getpass
import logging
import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sekisho.cli.lists_fetch import cache_option, default_cache
from sekisho.cli.options import json_option, with_settings
from sekisho.cli.output import emit
from sekisho.errors import UnreachableError
from sekisho.settings import Settings

if TYPE_CHECKING:
    from sekisho.metrics import SyncMetrics
    from sekisho.reference.sync import Synced

logger = logging.getLogger(__name__)

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}

#: So many entries are named in the log for each list and kind of change; the rest is a number.
NAMED = 5


class Duration(click.ParamType):
    """``30m``, ``1h``, ``1d``: seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        number, unit = value[:-1], value[-1:]
        if not (number.isascii() and number.isdigit() and int(number) and unit in _UNITS):
            self.fail(f"{value!r} is not a time such as 30m, 1h or 1d", param, ctx)
        return int(number) * _UNITS[unit]


class Ended(BaseException):
    """SIGTERM or Ctrl-C: no error, and nothing that an ``except Exception`` may swallow."""


@click.command("sync")
@click.argument("sources", nargs=-1, metavar="[SOURCE|NAME=URL]...")
@click.option("--every", type=Duration(), default="1h", show_default=True, help="How often: 30m, 1h, 1d.")
@click.option("--once", is_flag=True, help="One round, then end; exit 1 if any source failed.")
@click.option("--who", help="Who publishes [your user name].")
@click.option("--metrics-port", type=click.IntRange(0, 65535), help="[SEKISHO_METRICS__PORT], 0 for any free one.")
@cache_option
@json_option
@with_settings
def sync_lists(
    settings: Settings,
    sources: tuple[str, ...],
    every: int,
    once: bool,
    who: str | None,
    metrics_port: int | None,
    cache: Path | None,
    as_json: bool,
) -> int:
    """Keep lists current: fetch what changed, say what it changes, publish it.

    Runs until SIGTERM or Ctrl-C, with Prometheus metrics on the metrics port. A source that fails, shrinks too
    much or cannot be read stays as it was, is told in the log and on the metrics, and is tried again in the
    next round; the others go on. It may be ended at any moment: half a file or half a list is never in use.
    SOURCE as in `lists fetch`.

    \b
    Examples:
      sekisho lists sync --once us-ofac-sdn un-sc
      sekisho lists sync --every 1h --metrics-port 9465
    """
    from sekisho.cli.clients import waiting
    from sekisho.cli.lists_publish import publisher
    from sekisho.metrics import SyncMetrics
    from sekisho.reference.addresses import downloads, guard, limits
    from sekisho.reference.fetch import fetch
    from sekisho.reference.sync import sync

    wanted = downloads(settings.sources, sources)
    metrics = SyncMetrics(prefix=settings.metrics.prefix)
    do_round = functools.partial(
        sync,
        wanted,
        cache or settings.sources.cache or default_cache(),
        publisher(settings),
        who=who or getpass.getuser(),
        fetch=functools.partial(
            fetch,
            limits=limits(settings.sources),
            guard=guard(settings.reference),
            allow_http=settings.sources.allow_http,
        ),
    )
    try:
        with _ended_by_signals():
            if once:
                with waiting(settings):
                    return 1 if _take(do_round(), metrics, as_json) else 0
            port = settings.metrics.port if metrics_port is None else metrics_port
            with _served(metrics, settings.metrics.host, port):
                while True:
                    began = time.monotonic()
                    failed = _take(do_round(), metrics, as_json)
                    logger.info("%d of %d sources are current; the next round is in %d s at most", len(wanted) - failed, len(wanted), every)  # fmt: skip
                    time.sleep(max(0.0, began + every - time.monotonic()))
    except Ended:
        logger.info("ended")
        return 0


def _take(done: Iterable[Synced], metrics: SyncMetrics, as_json: bool) -> int:
    """Tell what became of each source, as it comes; how many failed."""
    failed = 0
    for one in done:
        if one.error is not None:
            failed += 1
            metrics.failed(one.source)
            logger.error("%s: %s", one.source, one.error)
        else:
            new = one.published is not None and one.published.new
            metrics.succeeded(one.source, published=new, at=datetime.now(UTC))
            _tell(one, metrics)
        if as_json:
            emit(_row(one))
    return failed


def _tell(one: Synced, metrics: SyncMetrics) -> None:
    from sekisho.reference.versions import record_id, record_title

    published = one.published
    if published is None or not published.new:
        logger.info("%s: current, nothing is new", one.source)
        return
    for list_id, change in one.changes.items():
        groups = {"added": change.added, "changed": [c.after for c in change.changed], "removed": change.removed}
        for word, records in groups.items():
            if list_id in published.changed and records:
                metrics.changes.labels(list_id, word).inc(len(records))
                named = "; ".join(f"{record_id(record)} {record_title(record)}" for record in records[:NAMED])
                more = f" and {len(records) - NAMED} more" if len(records) > NAMED else ""
                logger.info("%s: %d %s: %s%s", list_id, len(records), word, named, more)
    changed = ", ".join(published.changed)
    logger.info("%s: reference set %d is active; changed: %s", one.source, published.accepted.set.sequence, changed)


def _row(one: Synced) -> dict[str, Any]:
    """One line of ``--json``."""
    new = one.published is not None and one.published.new
    return {
        "source": one.source,
        "outcome": "failed" if one.error is not None else "published" if new else "unchanged",
        "error": one.error,
        "sequence": one.published.accepted.set.sequence if one.published else None,
        "lists": {
            list_id: {"added": len(c.added), "changed": len(c.changed), "removed": len(c.removed)}
            for list_id, c in one.changes.items()
        },
    }


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM and SIGINT raise ``Ended``, once, wherever we are: every step may be interrupted."""

    def end(*_: object) -> None:
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        raise Ended

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _served(metrics: SyncMetrics, host: str, port: int) -> Iterator[None]:
    from prometheus_client import start_http_server

    try:
        server, thread = start_http_server(port, host, metrics.registry)
    except OSError as error:
        remedy = "a worker on this machine may have the port: give --metrics-port, 0 for any free one"
        if error.errno not in (errno.EADDRINUSE, errno.EACCES):
            remedy = "set SEKISHO_METRICS__HOST to an address of this machine, or to 0.0.0.0 for all of them"
        raise UnreachableError(f"cannot listen on {host}:{port} for metrics ({error.strerror}); {remedy}") from error
    logger.info("metrics at http://%s:%d/metrics", host, server.server_port)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
