"""Liveness, readiness and metrics over HTTP."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable

import aiohttp
import pytest

from sekisho.agents.gate import Gate
from sekisho.agents.health import HealthServer
from sekisho.errors import UnreachableError
from sekisho.metrics import Metrics


def serve(test: Callable[[Gate, Callable[[str], Awaitable[tuple[int, str, str]]]], Awaitable[None]]) -> None:
    async def run() -> None:
        metrics = Metrics()
        gate = Gate(metrics)
        server = HealthServer(gate, metrics, host="127.0.0.1", port=0)
        await server.start()
        try:
            async with aiohttp.ClientSession() as session:

                async def get(path: str) -> tuple[int, str, str]:
                    async with session.get(server.url + path) as answer:
                        return answer.status, answer.headers["Content-Type"], await answer.text()

                await test(gate, get)
        finally:
            await server.stop()

    asyncio.run(run())


def test_alive_while_it_holds_and_ready_only_when_it_screens() -> None:
    async def test(gate: Gate, get: Callable[[str], Awaitable[tuple[int, str, str]]]) -> None:
        assert (await get("/live"))[0] == 200
        status, _, text = await get("/ready")
        assert status == 503
        assert "reference" in json.loads(text)["holding"]
        gate.release("reference")
        status, _, text = await get("/ready")
        assert (status, list(json.loads(text)["holding"])) == (503, ["group"])
        gate.assigned(True)
        assert (await get("/ready"))[0] == 200

    serve(test)


def test_metrics_are_prometheus_text() -> None:
    async def test(gate: Gate, get: Callable[[str], Awaitable[tuple[int, str, str]]]) -> None:
        status, kind, text = await get("/metrics")
        assert status == 200
        assert kind.startswith("text/plain; version=0.0.4")
        assert "sekisho_ready 0.0" in text
        assert (await get("/other"))[0] == 404

    serve(test)


def test_a_port_that_is_taken_is_told_with_the_setting() -> None:
    async def run() -> None:
        metrics = Metrics()
        with socket.create_server(("127.0.0.1", 0)) as taken:
            server = HealthServer(Gate(metrics), metrics, host="127.0.0.1", port=taken.getsockname()[1])
            with pytest.raises(UnreachableError, match="SEKISHO_METRICS__PORT"):
                await server.on_start()

    asyncio.run(run())
