"""Tokens: asked for with the client's credentials, used for most of their life, never shown."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs

import httpx
import pytest

from sekisho.errors import UnreachableError
from sekisho.settings import Kafka
from sekisho.wire.oauth import Tokens

URL = "https://id.example/token"


def settings(**more: str) -> Kafka:
    return Kafka.model_validate(
        {
            "security_protocol": "SASL_SSL",
            "sasl_mechanism": "OAUTHBEARER",
            "sasl_oauthbearer_token_endpoint_url": URL,
            "sasl_oauthbearer_client_id": "sekisho",
            "sasl_oauthbearer_client_secret": "hunter2",
            **more,
        }
    )


def endpoint(answer: httpx.Response, asked: list[httpx.Request] | None = None) -> httpx.MockTransport:
    def say(request: httpx.Request) -> httpx.Response:
        if asked is not None:
            asked.append(request)
        return answer

    return httpx.MockTransport(say)


def test_a_token_is_asked_for_with_the_clients_credentials() -> None:
    asked: list[httpx.Request] = []
    answer = httpx.Response(200, json={"access_token": "t1", "expires_in": 100})
    tokens = Tokens(settings(sasl_oauthbearer_scope="kafka"), transport=endpoint(answer, asked))
    assert tokens.token() == "t1"
    (request,) = asked
    assert str(request.url) == URL
    assert parse_qs(request.content.decode()) == {"grant_type": ["client_credentials"], "scope": ["kafka"]}
    assert base64.b64decode(request.headers["authorization"].removeprefix("Basic ")) == b"sekisho:hunter2"


@pytest.mark.parametrize(("seconds", "times"), [(79.0, 1), (81.0, 2)])
def test_a_token_is_used_for_four_fifths_of_its_life(seconds: float, times: int) -> None:
    asked: list[httpx.Request] = []
    now = [1000.0]
    answer = httpx.Response(200, json={"access_token": "t", "expires_in": 100})
    tokens = Tokens(settings(), transport=endpoint(answer, asked), clock=lambda: now[0])
    tokens.token()
    now[0] += seconds
    tokens.token()
    assert len(asked) == times


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(401, json={"error": "invalid_client", "hint": "hunter2"}),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=["t"]),
        httpx.Response(200, json={"token_type": "bearer"}),
    ],
    ids=["refused", "no JSON", "a list", "no token"],
)
def test_no_token_is_told_without_the_secret(answer: httpx.Response) -> None:
    with pytest.raises(UnreachableError, match=r"https://id\.example/token") as error:
        Tokens(settings(), transport=endpoint(answer)).token()
    assert "hunter2" not in str(error.value)


def from_file(path: Path) -> Kafka:
    return Kafka.model_validate(
        {
            "security_protocol": "SASL_SSL",
            "sasl_mechanism": "OAUTHBEARER",
            "sasl_oauthbearer_token_endpoint_url": path.as_uri(),
        }
    )


def test_a_token_in_a_file_is_read_each_time(tmp_path: Path) -> None:
    file = tmp_path / "a token"
    file.write_text("first\n")
    tokens = Tokens(from_file(file))
    assert tokens.token() == "first"
    file.write_text("second\n")
    assert tokens.token() == "second"


@pytest.mark.parametrize("prepare", [lambda file: None, lambda file: file.write_text("\n")], ids=["absent", "empty"])
def test_a_file_without_a_token_is_named(tmp_path: Path, prepare: Callable[[Path], object]) -> None:
    prepare(tmp_path / "token")
    with pytest.raises(UnreachableError, match=str(tmp_path / "token")):
        Tokens(from_file(tmp_path / "token")).token()


def test_extensions_are_read_as_librdkafka_writes_them() -> None:
    tokens = Tokens(settings(sasl_oauthbearer_extensions="logicalCluster=lkc-1, identityPoolId=pool=x"))
    assert tokens.extensions == {"logicalCluster": "lkc-1", "identityPoolId": "pool=x"}
    assert Tokens(settings()).extensions == {}
