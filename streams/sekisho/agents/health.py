"""Liveness, readiness and metrics on one port.

/metrics   Prometheus text
/live      200 while the event loop turns
/ready     200 while events are screened, else 503 with the reasons and what to do about them
"""

from __future__ import annotations

import errno
import json

from aiohttp import web
from mode import Service

from sekisho.agents.gate import Gate
from sekisho.errors import UnreachableError
from sekisho.metrics import Metrics


class HealthServer(Service):  # type: ignore[misc]
    """Answers while the reference data is still being read, so it starts first. ``url`` is set once it has started."""

    def __init__(self, gate: Gate, metrics: Metrics, *, host: str, port: int, **options: object) -> None:
        super().__init__(**options)
        self._gate = gate
        self._metrics = metrics
        self._host = host
        self._port = port
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def on_start(self) -> None:
        app = web.Application()
        app.router.add_get("/metrics", self._show_metrics)
        app.router.add_get("/live", self._show_live)
        app.router.add_get("/ready", self._show_ready)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            remedy = "set SEKISHO_METRICS__PORT to a free port, or to 0 for any"
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                remedy = "set SEKISHO_METRICS__HOST to an address of this machine, or to 0.0.0.0 for all of them"
            raise UnreachableError(
                f"cannot listen on {self._host}:{self._port} for metrics and health ({error.strerror}); {remedy}"
            ) from error
        address = self._runner.addresses[0]
        host = f"[{address[0]}]" if ":" in address[0] else address[0]
        self.url = f"http://{host}:{address[1]}"

    async def on_stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _show_metrics(self, _: web.Request) -> web.Response:
        return web.Response(body=self._metrics.exposition(), headers={"Content-Type": "text/plain; version=0.0.4"})

    async def _show_live(self, _: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def _show_ready(self, _: web.Request) -> web.Response:
        holding = dict(self._gate.reasons)
        if not holding and not self._gate.ready:
            holding["group"] = "the worker has not joined its group yet"
        return web.Response(
            status=200 if self._gate.ready else 503,
            text=json.dumps({"ready": self._gate.ready, "holding": holding}, ensure_ascii=False) + "\n",
            content_type="application/json",
        )
