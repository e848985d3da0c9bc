"""Why no broker answers: nobody listens there, or somebody does and speaks another protocol."""

from __future__ import annotations

import contextlib
import socket

from sekisho.settings import Kafka

#: A broker that does not take a connection in this time does not listen (seconds).
TRY_S = 1.0


def remark(kafka: Kafka) -> str:
    """Words to go after an address that does not answer; empty where nothing there takes a connection.

    With the wrong protocol, user or authorities a broker just closes the connection: "start one" would mislead.
    """
    if not any(map(_listens, kafka.bootstrap_servers.split(","))):
        return ""
    return (
        f"something there takes connections, but does not answer {kafka.security_protocol}: see that "
        "SEKISHO_KAFKA__SECURITY_PROTOCOL is the listener's, that user and certificates are right, and the broker's own log"
    )


def _listens(server: str) -> bool:
    host, _, port = server.strip().rpartition(":")
    with contextlib.suppress(OSError, ValueError):
        socket.create_connection((host.strip("[]"), int(port)), timeout=TRY_S).close()
        return True
    return False
