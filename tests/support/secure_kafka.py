"""Apache Kafka with TLS, users and an authorizer that denies what nobody was granted.

Everyone may be one of the roles of `sekisho topics acls`, under each way to log in; the plain listener is the door of
the broker itself and of the test (its principal is the super user).
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from deploy.kafka.broker import ApacheKafka
from sekisho.cli.acls import ROLES
from tests.support.certificates import Authority

PASSWORD = "correct horse"
_SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
_PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule required"
_OAUTH = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required"


class SecureKafka:
    """``login`` gives the settings, as variables, with which a role connects."""

    def __init__(self, folder: Path, token_url: str) -> None:
        self._authority = Authority(folder)
        self._folder = folder
        self._token_url = token_url
        self.users = [f"sekisho-{role}" for role in ROLES]
        (folder / "password").write_text(PASSWORD + "\n")
        scram = [f"--add-scram=SCRAM-SHA-512=[name={user},password={PASSWORD}]" for user in self.users]
        plain = " ".join(f'user_{user}="{PASSWORD}"' for user in self.users)
        self.broker = ApacheKafka(
            folder / "kafka",
            listeners={"SASL_SSL": "SASL_SSL", "SSL": "SSL", "TOKEN": "SASL_SSL"},
            format_options=scram,
            properties={
                "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "super.users": "User:ANONYMOUS",
                "ssl.keystore.type": "PEM",
                "ssl.keystore.location": str(self._authority.server()),
                "ssl.truststore.type": "PEM",
                "ssl.truststore.location": str(self._authority.ca),
                "ssl.principal.mapping.rules": "RULE:^.*CN=([^,]+).*$/$1/",
                "listener.name.ssl.ssl.client.auth": "required",
                "listener.name.sasl_ssl.sasl.enabled.mechanisms": "SCRAM-SHA-512,PLAIN",
                "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": _SCRAM,
                "listener.name.sasl_ssl.plain.sasl.jaas.config": f"{_PLAIN} {plain};",
                "listener.name.token.sasl.enabled.mechanisms": "OAUTHBEARER",
                "listener.name.token.oauthbearer.sasl.jaas.config": f'{_OAUTH} unsecuredLoginStringClaim_sub="broker";',
            },
        )

    def login(self, role: str, way: str = "SCRAM-SHA-512") -> dict[str, str]:
        """``way``: a SASL mechanism, or ``certificate``."""
        listener = {"certificate": "SSL", "OAUTHBEARER": "TOKEN"}.get(way, "SASL_SSL")
        user = f"sekisho-{role}"
        values = {
            "bootstrap_servers": f"127.0.0.1:{self.broker.ports[listener]}",
            "security_protocol": "SSL" if way == "certificate" else "SASL_SSL",
            "ssl_ca_location": str(self._authority.ca),
        }
        if way == "certificate":
            path = self._authority.client(user, password=PASSWORD)
            values |= {"ssl_certificate_location": str(path), "ssl_key_password": PASSWORD}
        elif way == "OAUTHBEARER":
            values |= {
                "sasl_mechanism": way,
                "sasl_oauthbearer_token_endpoint_url": self._token_url,
                "sasl_oauthbearer_client_id": user,
                "sasl_oauthbearer_client_secret": PASSWORD,
            }
        else:
            secret = str(self._folder / "password")
            values |= {"sasl_mechanism": way, "sasl_username": user, "sasl_password_file": secret}
        return {f"SEKISHO_KAFKA__{name.upper()}": value for name, value in values.items()}


@contextmanager
def secure_kafka(folder: Path) -> Iterator[SecureKafka]:
    """Started, with a token endpoint beside it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _TokenEndpoint) as web:
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        try:
            made = SecureKafka(folder, f"http://127.0.0.1:{web.server_port}/token")
            with made.broker:
                yield made
        finally:
            web.shutdown()
            thread.join()


class _TokenEndpoint(BaseHTTPRequestHandler):
    """Gives a client that knows the password a token on its own name; unsigned, as the broker's development handler reads."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        given = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        user, _, password = given.partition(":")
        now = int(time.time())
        claims = {"sub": user, "iat": now, "exp": now + 300}
        parts = (_part({"alg": "none"}), _part(claims), "")
        body = json.dumps({"access_token": ".".join(parts), "expires_in": 300}).encode()
        self.send_response(200 if password == PASSWORD else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
