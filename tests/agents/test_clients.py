"""Settings of the broker become options of Faust and aiokafka: the same user, the same certificates."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import faust
import pytest

from sekisho.agents import clients
from sekisho.settings import Kafka


def secure(protocol: str, **more: str) -> Kafka:
    user = {"sasl_mechanism": "SCRAM-SHA-512", "sasl_username": "sekisho", "sasl_password": "secret"}
    return Kafka.model_validate({"security_protocol": protocol, **(user if "SASL" in protocol else {}), **more})


def test_plaintext_has_no_credentials() -> None:
    assert clients.faust_credentials(Kafka()) is None
    assert clients.aiokafka_options(Kafka())["ssl_context"] is None


@pytest.mark.parametrize("protocol", ["SSL", "SASL_SSL"])
def test_tls_checks_certificate_and_name(protocol: str) -> None:
    context = clients.aiokafka_options(secure(protocol))["ssl_context"]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_tls_reaches_faust() -> None:
    credentials = clients.faust_credentials(secure("SSL"))
    assert isinstance(credentials, faust.SSLCredentials)
    assert credentials.protocol.name == "SSL"


@pytest.mark.parametrize("protocol", ["SASL_PLAINTEXT", "SASL_SSL"])
def test_the_user_reaches_both_clients(protocol: str) -> None:
    credentials = clients.faust_credentials(secure(protocol))
    options = clients.aiokafka_options(secure(protocol))
    assert (credentials.username, credentials.password) == ("sekisho", "secret")
    assert (options["sasl_plain_username"], options["sasl_plain_password"]) == ("sekisho", "secret")
    assert options["sasl_mechanism"] == "SCRAM-SHA-512"
    assert credentials.protocol.name == protocol == options["security_protocol"]


def test_several_brokers() -> None:
    kafka = Kafka(bootstrap_servers="a:9092, b:9093")
    assert clients.broker_urls(kafka) == ["kafka://a:9092", "kafka://b:9093"]
    assert clients.aiokafka_options(kafka)["bootstrap_servers"] == ["a:9092", "b:9093"]


def test_tokens_reach_both_clients(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t1")
    kafka = Kafka.model_validate(
        {
            "security_protocol": "SASL_SSL",
            "sasl_mechanism": "OAUTHBEARER",
            "sasl_oauthbearer_token_endpoint_url": (tmp_path / "token").as_uri(),
            "sasl_oauthbearer_extensions": "pool=a",
        }
    )
    options = clients.aiokafka_options(kafka)
    credentials = clients.faust_credentials(kafka)
    assert credentials.protocol.name == options["security_protocol"] == "SASL_SSL"
    for provider in (options["sasl_oauth_token_provider"], credentials.oauth_cb):
        assert asyncio.run(provider.token()) == "t1"
        assert provider.extensions() == {"pool": "a"}
