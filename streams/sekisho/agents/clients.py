"""How our clients reach the broker: one place that turns settings into options of Faust and of aiokafka."""

from __future__ import annotations

import asyncio
from typing import Any

import faust
from aiokafka.abc import AbstractTokenProvider

from sekisho.settings import Kafka
from sekisho.wire import tls
from sekisho.wire.oauth import Tokens


def broker_urls(kafka: Kafka) -> list[str]:
    """Bootstrap servers in Faust's form."""
    return [f"kafka://{server.strip()}" for server in kafka.bootstrap_servers.split(",") if server.strip()]


class TokenProvider(AbstractTokenProvider):  # type: ignore[misc]
    """Tokens as aiokafka asks for them; a request does not keep the event loop."""

    def __init__(self, kafka: Kafka) -> None:
        self._tokens = Tokens(kafka)

    async def token(self) -> str:
        return await asyncio.to_thread(self._tokens.token)

    def extensions(self) -> dict[str, str]:
        return self._tokens.extensions


def faust_credentials(kafka: Kafka) -> Any:
    """Faust's credentials; nothing for PLAINTEXT.

    ``SSLCredentials(cafile=…)`` without a purpose raises a TypeError in Faust, so it always gets a context.
    """
    context = tls.for_brokers(kafka)
    if not kafka.security_protocol.startswith("SASL"):
        return faust.SSLCredentials(context=context) if context is not None else None
    if kafka.sasl_mechanism == "OAUTHBEARER":
        return faust.OAuthCredentials(oauth_cb=TokenProvider(kafka), ssl_context=context)
    return faust.SASLCredentials(
        username=kafka.sasl_username,
        password=kafka.sasl_password.get_secret_value() if kafka.sasl_password else None,
        mechanism=kafka.sasl_mechanism,
        ssl_context=context,
    )


def aiokafka_options(kafka: Kafka) -> dict[str, Any]:
    """Options of an aiokafka client for the same broker and user."""
    options: dict[str, Any] = {
        "bootstrap_servers": [server.strip() for server in kafka.bootstrap_servers.split(",") if server.strip()],
        "security_protocol": kafka.security_protocol,
        "ssl_context": tls.for_brokers(kafka),
    }
    if not kafka.security_protocol.startswith("SASL"):
        return options
    options["sasl_mechanism"] = kafka.sasl_mechanism
    if kafka.sasl_mechanism == "OAUTHBEARER":
        options["sasl_oauth_token_provider"] = TokenProvider(kafka)
    else:
        options["sasl_plain_username"] = kafka.sasl_username
        options["sasl_plain_password"] = kafka.sasl_password.get_secret_value() if kafka.sasl_password else None
    return options
