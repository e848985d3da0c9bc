"""How our clients reach the broker: one place that turns settings into options of Faust and of aiokafka."""

from __future__ import annotations

import ssl
from typing import Any

import faust

from sekisho.settings import Kafka


def broker_urls(kafka: Kafka) -> list[str]:
    """Bootstrap servers in Faust's form."""
    return [f"kafka://{server.strip()}" for server in kafka.bootstrap_servers.split(",") if server.strip()]


def tls_context(kafka: Kafka) -> ssl.SSLContext | None:
    """Certificate and host name are always checked; the system's authorities unless ``ssl_ca_location`` names others."""
    if "SSL" not in kafka.security_protocol.split("_"):
        return None
    return ssl.create_default_context(cafile=str(kafka.ssl_ca_location) if kafka.ssl_ca_location else None)


def faust_credentials(kafka: Kafka) -> Any:
    """Faust's credentials; nothing for PLAINTEXT.

    ``SSLCredentials(cafile=…)`` without a purpose raises a TypeError in Faust, so it always gets a context.
    """
    context = tls_context(kafka)
    if kafka.security_protocol.startswith("SASL"):
        return faust.SASLCredentials(
            username=kafka.sasl_username,
            password=kafka.sasl_password.get_secret_value() if kafka.sasl_password else None,
            mechanism=kafka.sasl_mechanism,
            ssl_context=context,
        )
    return faust.SSLCredentials(context=context) if context is not None else None


def aiokafka_options(kafka: Kafka) -> dict[str, Any]:
    """Options of an aiokafka client for the same broker and user."""
    options: dict[str, Any] = {
        "bootstrap_servers": [server.strip() for server in kafka.bootstrap_servers.split(",") if server.strip()],
        "security_protocol": kafka.security_protocol,
        "ssl_context": tls_context(kafka),
    }
    if kafka.security_protocol.startswith("SASL"):
        options["sasl_mechanism"] = kafka.sasl_mechanism
        options["sasl_plain_username"] = kafka.sasl_username
        options["sasl_plain_password"] = kafka.sasl_password.get_secret_value() if kafka.sasl_password else None
    return options
