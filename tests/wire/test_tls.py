"""TLS: the other side is always checked, our own certificate is shown, and a file that cannot be used is named."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from pydantic import SecretStr

from sekisho.errors import SettingsError, UnreachableError
from sekisho.settings import Kafka, SchemaRegistry
from sekisho.wire import tls
from sekisho.wire.registry import Registry
from tests.support.certificates import Authority


class Subjects(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b'["a-value"]'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def server(authority: Authority) -> Iterator[str]:
    """It asks for a client's certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.server())
    context.load_verify_locations(authority.ca)
    context.verify_mode = ssl.CERT_REQUIRED
    with HTTPServer(("127.0.0.1", 0), Subjects) as web:
        web.socket = context.wrap_socket(web.socket, server_side=True)
        thread = threading.Thread(target=web.serve_forever)
        thread.start()
        try:
            yield f"https://127.0.0.1:{web.server_port}"
        finally:
            web.shutdown()
            thread.join()


def registry(url: str, **more: object) -> Registry:
    made = Registry.from_settings(SchemaRegistry.model_validate({"url": url, **more}))
    assert made is not None
    return made


@pytest.mark.parametrize("password", [None, "of-the-key"])
def test_a_registry_with_mutual_tls_is_reached(authority: Authority, server: str, password: str | None) -> None:
    mine = authority.client("sekisho", password=password)
    more = {"ssl_key_password": SecretStr(password)} if password else {}
    with registry(server, ssl_ca_location=authority.ca, ssl_certificate_location=mine, **more) as one:
        assert one.subjects() == ["a-value"]


def test_a_registry_of_an_unknown_authority_is_not_spoken_to(authority: Authority, server: str) -> None:
    with registry(server) as one, pytest.raises(UnreachableError, match="does not answer"):
        one.subjects()


def test_without_our_certificate_it_does_not_answer(authority: Authority, server: str) -> None:
    with registry(server, ssl_ca_location=authority.ca) as one, pytest.raises(UnreachableError):
        one.subjects()


def test_no_context_is_made_where_there_is_no_tls() -> None:
    assert tls.for_brokers(Kafka()) is None
    assert tls.for_registry(SchemaRegistry(url="http://127.0.0.1:1")) is None


def test_certificate_and_name_are_checked(authority: Authority) -> None:
    made = tls.context(ca=authority.ca)
    assert made.verify_mode is ssl.CERT_REQUIRED
    assert made.check_hostname


@pytest.mark.parametrize(
    "broken",
    [
        {"ca": "absent.pem"},
        {"ca": "text"},
        {"certificate": "absent.pem"},
        {"certificate": "text"},
        {"certificate": "locked"},
        {"certificate": "locked", "key_password": "hunter2"},
    ],
    ids=str,
)
def test_a_file_that_cannot_be_used_is_named(authority: Authority, tmp_path: Path, broken: dict[str, str]) -> None:
    (tmp_path / "text").write_text("not PEM")
    (tmp_path / "locked").write_bytes(authority.client("locked", password="right").read_bytes())
    files = {name: tmp_path / value for name, value in broken.items() if name != "key_password"}
    with pytest.raises(SettingsError, match=str(next(iter(files.values())))) as error:
        tls.context(**files, key_password=broken.get("key_password"))
    assert "hunter2" not in str(error.value)
