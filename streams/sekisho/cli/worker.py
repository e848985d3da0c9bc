"""``worker``: the Faust worker, in the foreground."""

from __future__ import annotations

from typing import Any

import click

from sekisho.cli.options import with_settings
from sekisho.settings import Settings


@click.command("worker")
@click.option(
    "--as-of", type=click.Choice(["now", "event"]), help="Whose law and lists: of now, or of each event's time."
)
@click.option("--metrics-port", type=click.IntRange(0, 65535), help="[SEKISHO_METRICS__PORT], 0 for any free one.")
@click.option("--worker-id", help="Static group member; only where names are stable [SEKISHO_WORKER__ID].")
@click.option(
    "--shadow",
    metavar="PREFIX",
    help="Screen beside the live worker, with a group and output topics of its own that begin with PREFIX "
    "[SEKISHO_WORKER__SHADOW].",
)
@with_settings
def command(
    settings: Settings, as_of: str | None, metrics_port: int | None, worker_id: str | None, shadow: str | None
) -> int:
    """Screen shipments and payments as they come.

    Holds until a reference set with every required list is active, then screens. SIGTERM (or Ctrl-C) lets
    it finish what it has in hand and commit. Prometheus metrics, /live and /ready are on the metrics port.

    A shadow worker shows what another version, or other settings, would say of live traffic: make its topics
    with `sekisho topics create --shadow PREFIX`, compare with `sekisho backtest --shadow PREFIX`.

    \b
    Example:
      sekisho topics create && sekisho lists publish bundled
      sekisho worker --bootstrap-servers 127.0.0.1:9092 --metrics-port 9464
    """
    from sekisho.agents import run_worker

    prefix = settings.worker.shadow if shadow is None else shadow
    if prefix is not None:
        from sekisho.shadow import shadowed

        settings = shadowed(settings, prefix)
    worker = _given(as_of=as_of, id=worker_id)
    metrics = _given(port=metrics_port)
    return run_worker(
        settings.model_copy(
            update={
                "worker": settings.worker.model_copy(update=worker),
                "metrics": settings.metrics.model_copy(update=metrics),
            }
        )
    )


def _given(**flags: Any) -> dict[str, Any]:
    return {name: value for name, value in flags.items() if value is not None}
