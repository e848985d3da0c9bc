"""One TLS context for everything that talks: brokers, schema registry, token endpoint.

Certificate and host name of the other side are always checked; there is no setting to leave that out.
"""

from __future__ import annotations

import ssl
from pathlib import Path

from sekisho.errors import SettingsError
from sekisho.settings import Kafka, SchemaRegistry


def for_brokers(kafka: Kafka) -> ssl.SSLContext | None:
    """Nothing where the protocol has no TLS."""
    return _of(kafka) if kafka.security_protocol.endswith("SSL") else None


def for_registry(registry: SchemaRegistry) -> ssl.SSLContext | None:
    """Nothing where the registry is reached without TLS."""
    return _of(registry) if (registry.url or "").startswith("https:") else None


def _of(section: Kafka | SchemaRegistry) -> ssl.SSLContext:
    return context(
        ca=section.ssl_ca_location,
        certificate=section.ssl_certificate_location,
        key=section.ssl_key_location,
        key_password=section.ssl_key_password.get_secret_value() if section.ssl_key_password else None,
    )


def context(
    *,
    ca: Path | None = None,
    certificate: Path | None = None,
    key: Path | None = None,
    key_password: str | None = None,
) -> ssl.SSLContext:
    """All files are PEM. ``ca`` names the authorities, else the system's; ``certificate`` is ours, for mutual TLS, and
    ``key`` its key, where it does not stand in the same file.

    Raises SettingsError that names the file which cannot be used.
    """
    try:
        made = ssl.create_default_context(cafile=str(ca) if ca else None)
    except OSError as error:  # an ssl.SSLError is one, too
        raise _unusable(ca, "authorities", error) from error
    if certificate is not None:
        try:
            # Without a password OpenSSL would ask for one at the terminal.
            made.load_cert_chain(certificate, key, password=lambda: key_password or "")
        except OSError as error:
            files = f"{certificate} and {key}" if key else certificate
            raise _unusable(files, "our certificate and its key", error) from error
    return made


def _unusable(files: object, what: str, error: OSError) -> SettingsError:
    why = (
        error.strerror
        if not isinstance(error, ssl.SSLError)
        else f"not PEM, a wrong key or a wrong password ({error.reason})"
    )
    return SettingsError(f"{files} cannot be used as {what}: {why}")
