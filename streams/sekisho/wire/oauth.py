"""Tokens for SASL/OAUTHBEARER: asked for with a client's credentials (RFC 6749, 4.4), or read from a file.

A file is for platforms that keep one new (a projected service account token); it is read at each connection, as
Java's clients read it. An asked-for token is used until four fifths of its life are over, as librdkafka does.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx

from sekisho.errors import UnreachableError
from sekisho.settings import Kafka
from sekisho.wire import tls

#: For one request (seconds); a broker closes a connection that does not log in for 10 s or so.
TIMEOUT_S = 10.0
#: The share of a token's life in which it is used again.
USED_SHARE = 0.8
#: What an answer without ``expires_in`` is taken to last (seconds).
LIFE_S = 60.0


class Tokens:
    """Gives a valid token whenever a connection logs in. Threads may share it."""

    def __init__(
        self,
        kafka: Kafka,
        *,
        transport: httpx.BaseTransport | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kafka = kafka
        self._transport = transport
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._until = 0.0

    @property
    def extensions(self) -> dict[str, str]:
        """What the broker is told besides, from ``name=value,name=value``."""
        pairs = (
            pair.partition("=") for pair in (self._kafka.sasl_oauthbearer_extensions or "").split(",") if pair.strip()
        )
        return {name.strip(): value.strip() for name, _, value in pairs}

    def token(self) -> str:
        """Raises UnreachableError where there is none to be had; the message shows no secret."""
        url = self._kafka.sasl_oauthbearer_token_endpoint_url or ""
        if url.startswith("file:"):
            return self._read(Path(unquote(urlsplit(url).path)))
        with self._lock:
            if not self._token or self._clock() >= self._until:
                asked_at = self._clock()
                self._token, life_s = self._ask(url)
                self._until = asked_at + life_s * USED_SHARE
            return self._token

    def _read(self, path: Path) -> str:
        try:
            token = path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise UnreachableError(f"the token in {path} cannot be read: {type(error).__name__}") from None
        if not token:
            raise UnreachableError(f"there is no token in {path}; what should keep it new has not written it")
        return token

    def _ask(self, url: str) -> tuple[str, float]:
        kafka = self._kafka
        secret = kafka.sasl_oauthbearer_client_secret
        form = {"grant_type": "client_credentials"}
        if kafka.sasl_oauthbearer_scope:
            form["scope"] = kafka.sasl_oauthbearer_scope
        try:
            with httpx.Client(
                auth=(kafka.sasl_oauthbearer_client_id or "", secret.get_secret_value() if secret else ""),
                verify=tls.context(ca=kafka.https_ca_location),
                timeout=TIMEOUT_S,
                transport=self._transport,
            ) as client:
                answer = client.post(url, data=form)
            body = answer.json() if answer.is_success else {}
            token = body["access_token"] if answer.is_success else ""
            life_s = float(body.get("expires_in", LIFE_S))
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise UnreachableError(
                f"the token endpoint {shown(url)} gives no token ({type(error).__name__}); "
                "check SEKISHO_KAFKA__SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL and that it runs"
            ) from None
        if not token:
            raise UnreachableError(
                f"the token endpoint {shown(url)} answers HTTP {answer.status_code}; check client id, secret and scope"
            )
        return str(token), life_s


def shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
