"""`config show`: what is in force, where it comes from, and no secret, wherever one may stand."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pydantic import SecretStr

from sekisho.cli.main import cli
from sekisho.settings import Settings

SECRET = "hunter2"


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("SEKISHO_"):
            monkeypatch.delenv(name)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["config", "show", *arguments], catch_exceptions=False)


def shown(*arguments: str) -> dict[str, dict[str, Any]]:
    return {one["variable"]: one for one in map(json.loads, run("--json", *arguments).stdout.splitlines())}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "sekisho.toml"
    path.write_text(
        f"""
        [kafka]
        bootstrap_servers = "file:1"
        security_protocol = "SASL_SSL"
        sasl_mechanism = "PLAIN"
        sasl_username = "u"
        sasl_password = "{SECRET}"
        [schema_registry]
        url = "https://u:{SECRET}@registry:8081/apis?key={SECRET}"
        [sources.urls]
        uk = "https://mirror/list.csv?sig={SECRET}"
        """
    )
    return path


def test_each_setting_says_where_it_comes_from(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text(SECRET)
    monkeypatch.setenv("SEKISHO_METRICS__PORT", "9999")
    monkeypatch.setenv("SEKISHO_TOPICS", '{"alert": "a.v2"}')
    monkeypatch.setenv("SEKISHO_REFERENCE__MAX_AGE_HOURS__uk", "30")
    found = shown("--config", str(file), "--bootstrap-servers", "flag:2")
    sources = {name: one["source"] for name, one in found.items()}
    assert sources["SEKISHO_KAFKA__BOOTSTRAP_SERVERS"] == "flag"
    assert sources["SEKISHO_KAFKA__SASL_USERNAME"] == "file"
    assert sources["SEKISHO_METRICS__PORT"] == "environment"
    assert sources["SEKISHO_TOPICS__ALERT"] == "environment"
    assert sources["SEKISHO_REFERENCE__MAX_AGE_HOURS"] == "environment"
    assert found["SEKISHO_KAFKA__BOOTSTRAP_SERVERS"]["value"] == "flag:2"
    assert "SEKISHO_WORKER__GROUP" not in found
    everything = shown("--config", str(file), "--all")
    assert everything["SEKISHO_WORKER__GROUP"] == {
        "variable": "SEKISHO_WORKER__GROUP",
        "value": "sekisho",
        "source": "default",
    }
    fields = sum(len(section.annotation.model_fields) for section in Settings.model_fields.values())  # type: ignore[union-attr]
    assert len(everything) == fields


@pytest.mark.parametrize("form", [(), ("--json",), ("--all",), ("--all", "--json")])
def test_no_secret_is_shown(file: Path, form: tuple[str, ...]) -> None:
    result = run("--config", str(file), *form)
    assert SECRET not in result.output
    assert "********" in result.stdout
    assert "registry:8081/apis" in result.stdout
    assert "mirror/list.csv" in result.stdout


def test_every_secret_is_masked_also_when_it_comes_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text(SECRET)
    for section, info in Settings.model_fields.items():
        for name, field in info.annotation.model_fields.items():  # type: ignore[union-attr]
            if SecretStr in getattr(field.annotation, "__args__", ()):
                monkeypatch.setenv(f"SEKISHO_{section.upper()}__{name.upper()}_FILE", str(tmp_path / "secret"))
    monkeypatch.setenv("SEKISHO_KAFKA__SECURITY_PROTOCOL", "SASL_SSL")
    monkeypatch.setenv("SEKISHO_KAFKA__SASL_MECHANISM", "PLAIN")
    monkeypatch.setenv("SEKISHO_KAFKA__SASL_USERNAME", "u")
    for section in ("KAFKA", "SCHEMA_REGISTRY"):
        monkeypatch.setenv(f"SEKISHO_{section}__SSL_CERTIFICATE_LOCATION", "/c.pem")
    monkeypatch.delenv("SEKISHO_SCHEMA_REGISTRY__PASSWORD_FILE")  # it has a token instead
    found = shown()
    masked = {name for name, one in found.items() if one["value"] == "********"}
    assert masked == {
        "SEKISHO_KAFKA__SASL_PASSWORD",
        "SEKISHO_KAFKA__SASL_OAUTHBEARER_CLIENT_SECRET",
        "SEKISHO_KAFKA__SSL_KEY_PASSWORD",
        "SEKISHO_SCHEMA_REGISTRY__TOKEN",
        "SEKISHO_SCHEMA_REGISTRY__SSL_KEY_PASSWORD",
        "SEKISHO_WORKER__FINGERPRINT_KEY",
    }
    assert {one["source"] for name, one in found.items() if name in masked} == {"environment"}
    assert SECRET not in run("--all").output


def test_an_unset_secret_is_not_shown_as_if_it_were_set() -> None:
    assert shown("--all")["SEKISHO_KAFKA__SASL_PASSWORD"]["value"] is None
