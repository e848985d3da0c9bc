"""An authority of the test's own, with certificates for a broker and for a client, all as PEM files."""

from __future__ import annotations

from pathlib import Path

import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)


class Authority:
    """``ca`` names the authority's certificate; ``server`` and ``client`` write chain and key (PKCS 8) into one file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ca = trustme.CA()
        self.ca = folder / "ca.pem"
        self._ca.cert_pem.write_to_path(self.ca)

    def server(self, name: str = "server") -> Path:
        """For 127.0.0.1 and localhost."""
        return self._write(name, self._ca.issue_cert("127.0.0.1", "localhost"))

    def client(self, common_name: str, *, password: str | None = None) -> Path:
        """Kafka's principal is ``User:CN=common_name,OU=…``; with ``password`` the key is encrypted."""
        leaf = self._ca.issue_cert("client.test", common_name=common_name)
        return self._write(common_name, leaf, password)

    def _write(self, name: str, leaf: trustme.LeafCert, password: str | None = None) -> Path:
        encryption: KeySerializationEncryption = (
            BestAvailableEncryption(password.encode()) if password else NoEncryption()
        )
        key = load_pem_private_key(leaf.private_key_pem.bytes(), None)
        path = self._folder / f"{name}.pem"
        chain = b"".join(pem.bytes() for pem in leaf.cert_chain_pems)
        path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption) + chain)
        return path
