"""kafka-python clients made from the settings, and its errors as ours.

``kafka-python`` spreads keyed records as Java clients do (murmur2), so an update lands on the partition
of the event it updates.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.errors import KafkaError
from kafka.net.sasl.oauth import AbstractTokenProvider

from sekisho.cli.output import say
from sekisho.errors import UnreachableError
from sekisho.settings import Kafka, Settings
from sekisho.wire import silence, tls
from sekisho.wire.connecting import connecting, told_by
from sekisho.wire.oauth import Tokens

#: A person waits: a broker that does not answer in this time is told as unreachable.
CONNECT_MS = 10_000


def security(settings: Settings) -> dict[str, Any]:
    """Address and credentials, as kafka-python names them."""
    kafka = settings.kafka
    options: dict[str, Any] = {
        "bootstrap_servers": [server.strip() for server in kafka.bootstrap_servers.split(",") if server.strip()],
        "security_protocol": kafka.security_protocol,
        "client_id": "sekisho-cli",
        "bootstrap_timeout_ms": CONNECT_MS,
    }
    context = tls.for_brokers(kafka)
    if context is not None:
        options["ssl_context"] = context
    if not kafka.security_protocol.startswith("SASL"):
        return options
    options["sasl_mechanism"] = kafka.sasl_mechanism
    if kafka.sasl_mechanism == "OAUTHBEARER":
        options["sasl_oauth_token_provider"] = TokenProvider(kafka)
    else:
        options["sasl_plain_username"] = kafka.sasl_username
        options["sasl_plain_password"] = kafka.sasl_password.get_secret_value() if kafka.sasl_password else None
    return options


class TokenProvider(AbstractTokenProvider):  # type: ignore[misc]
    """Tokens as kafka-python asks for them."""

    def __init__(self, kafka: Kafka) -> None:
        super().__init__()
        self._tokens = Tokens(kafka)

    def token(self) -> str:
        return self._tokens.token()

    def extensions(self) -> dict[str, str]:
        return self._tokens.extensions


@contextmanager
def admin(settings: Settings) -> Iterator[KafkaAdminClient]:
    with told(settings):
        with connecting():
            client = KafkaAdminClient(**security(settings))
        try:
            yield client
        finally:
            client.close()


@contextmanager
def producer(settings: Settings, **options: Any) -> Iterator[KafkaProducer]:
    """Acknowledged by all in-sync replicas; flushed on a clean end."""
    with told(settings):
        with connecting():
            client = KafkaProducer(
                **security(settings),
                acks="all",
                linger_ms=5,
                max_request_size=settings.kafka.max_request_size,
                allow_auto_create_topics=False,
                max_block_ms=CONNECT_MS,
                **options,
            )
        try:
            yield client
            client.flush(timeout=60)
        finally:
            client.close(timeout=5)


@contextmanager
def reader(settings: Settings, **options: Any) -> Iterator[KafkaConsumer]:
    """Reads without a group: looking on must not take records away from a worker, nor leave offsets behind."""
    with told(settings):
        with connecting():
            client = KafkaConsumer(
                **security(settings),
                group_id=None,
                enable_auto_commit=False,
                allow_auto_create_topics=False,
                max_partition_fetch_bytes=4 << 20,
                **options,
            )
        try:
            yield client
        finally:
            client.close()


@contextmanager
def told(settings: Settings) -> Iterator[None]:
    """kafka-python's errors as UnreachableError, with the address and what to look at; and a word while brokers are waited for."""
    try:
        with waiting(settings):
            yield
    except (KafkaError, ssl.SSLError, OSError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        servers = settings.kafka.bootstrap_servers
        away = "Unable to bootstrap" in str(error)
        what = "cannot be reached" if away else f"do not serve this: {_name(error)}"
        check = silence.remark(settings.kafka) if away else ""
        check = (
            check
            or "check SEKISHO_KAFKA__BOOTSTRAP_SERVERS (host:port) and the security settings, or run `sekisho doctor`"
        )
        raise UnreachableError(f"the brokers at {servers} {what}; {check}") from error


@contextmanager
def waiting(settings: Settings) -> Iterator[None]:
    """A person is told where brokers do not answer at once, and how long they are tried."""
    servers = settings.kafka.bootstrap_servers
    with told_by(lambda: say(f"waiting for the brokers at {servers}, up to {CONNECT_MS / 1000:g} s …")):
        yield


def _name(error: BaseException) -> str:
    text, _, answer = str(error).partition(": Request '")  # kafka-python quotes request and response in full
    if told := re.search(r"error_message='([^']+)'", answer):
        text += f": {told[1]}"
    name = type(error).__name__
    return text if text.startswith(name) or not text else f"{name}: {text}"
