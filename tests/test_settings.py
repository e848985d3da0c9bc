"""Settings: file, then environment, then flags; every error at once, and none of them leaks a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from sekisho.errors import SettingsError
from sekisho.settings import Topics, load, without_environment


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("SEKISHO_"):
            monkeypatch.delenv(name)


def test_later_ones_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "sekisho.toml"
    file.write_text('[kafka]\nbootstrap_servers = "file:1"\ncommit_interval_s = 1.5\n[topics]\nalert = "a.v2"\n')
    assert load(file).kafka.bootstrap_servers == "file:1"
    monkeypatch.setenv("SEKISHO_KAFKA__BOOTSTRAP_SERVERS", "env:2")
    assert load(file).kafka.bootstrap_servers == "env:2"
    settings = load(file, kafka={"bootstrap_servers": "flag:3"})
    assert settings.kafka.bootstrap_servers == "flag:3"
    assert settings.kafka.commit_interval_s == 1.5, "a flag must not take the rest of its section away"
    assert settings.topics.alert == "a.v2"


def test_the_environment_can_name_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "sekisho.toml"
    file.write_text("[metrics]\nport = 9999\n")
    monkeypatch.setenv("SEKISHO_CONFIG", str(file))
    assert load().metrics.port == 9999


def test_all_errors_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SEKISHO_METRICS__PORT", "many")
    monkeypatch.setenv("SEKISHO_WORKER__AS_OF", "yesterday")
    monkeypatch.setenv("SEKISHO_KAFKA__BOOTSTRAP_SERVER", "typo:1")
    monkeypatch.setenv("SEKISHO_KAFFKA__BOOTSTRAP_SERVERS", "typo:2")
    with pytest.raises(SettingsError) as error:
        load(tmp_path / "absent.toml")
    for name in (
        "SEKISHO_METRICS__PORT",
        "SEKISHO_WORKER__AS_OF",
        "SEKISHO_KAFKA__BOOTSTRAP_SERVER:",
        "SEKISHO_KAFFKA__BOOTSTRAP_SERVERS",
        "absent.toml",
    ):
        assert name in str(error.value)


def test_what_kubernetes_puts_there_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service named sekisho gives every pod of its namespace such variables."""
    monkeypatch.setenv("SEKISHO_PORT_9464_TCP_ADDR", "10.0.0.1")
    monkeypatch.setenv("SEKISHO_METRICS_SERVICE_HOST", "10.0.0.1")
    load()


def test_a_broken_file_names_file_and_place(tmp_path: Path) -> None:
    file = tmp_path / "sekisho.toml"
    file.write_text("[kafka\n")
    with pytest.raises(SettingsError, match=r"sekisho\.toml is not a TOML file.*line 1"):
        load(file)


def test_half_of_sasl_is_told_before_anything_connects() -> None:
    with pytest.raises(SettingsError, match="sasl_mechanism, sasl_username and sasl_password"):
        load(kafka={"security_protocol": "SASL_SSL", "sasl_username": "u"})


def test_a_password_shows_nowhere() -> None:
    settings = load(
        kafka={
            "security_protocol": "SASL_SSL",
            "sasl_mechanism": "PLAIN",
            "sasl_username": "u",
            "sasl_password": "hunter2-secret",
        }
    )
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in settings.model_dump_json()
    with pytest.raises(SettingsError) as error:
        load(kafka={"security_protocol": "SASL_SSL", "sasl_username": "u", "sasl_password": "hunter2-secret"})
    assert "hunter2" not in str(error.value)


def test_a_heartbeat_must_fit_in_a_session() -> None:
    with pytest.raises(SettingsError, match="three heartbeats"):
        load(kafka={"session_timeout_s": 5, "heartbeat_interval_s": 3})


def test_without_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_KAFKA__BOOTSTRAP_SERVERS", "production:9092")
    assert without_environment().kafka.bootstrap_servers == "127.0.0.1:9092"


@pytest.mark.parametrize("name", sorted(set(Topics.model_fields) - {"partitions", "replication"}))
def test_every_topic_can_be_renamed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"SEKISHO_TOPICS__{name.upper()}", "other.v9")
    assert getattr(load().topics, name) == "other.v9"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00a", b"\x80\x81"])
def test_a_file_that_is_no_text_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "sekisho.toml"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"sekisho\.toml is not a TOML file: it is not text in UTF-8"):
        load(file)


@pytest.mark.parametrize("written", ["JP,US", "jp, us", '["JP", "US", "JP"]'])
def test_jurisdictions_are_written_as_people_write_them(written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_POLICY__JURISDICTIONS", written)
    assert load().policy.jurisdictions == ("JP", "US")


def test_all_jurisdictions_bind_where_none_is_named() -> None:
    assert load().policy.jurisdictions == ()
    assert load(policy={"jurisdictions": ["EU"]}).policy.jurisdictions == ("EU",)


@pytest.mark.parametrize(("written", "said"), [("UK", "GB"), ("Japan", "ISO 3166-1"), ("JP;US", "ISO 3166-1")])
def test_a_jurisdiction_that_is_none_is_told(written: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_POLICY__JURISDICTIONS", written)
    with pytest.raises(SettingsError, match=f"SEKISHO_POLICY__JURISDICTIONS.*{said}"):
        load()
