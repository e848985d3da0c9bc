"""Settings: file, then environment, then flags; every error at once, and none of them leaks a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from sekisho.errors import SettingsError
from sekisho.settings import Kafka, SchemaRegistry, Topics, load, without_environment


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


def test_an_error_names_the_value_and_the_setting_that_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_WORKER__STRIPPING_WINDOW_DAYS", "-3")
    monkeypatch.setenv("SEKISHO_WORKER__AS_OF", "yesterday")
    monkeypatch.setenv("SEKISHO_KAFKA__BOOTSTRAP_SERVER", "broker:9092")
    with pytest.raises(SettingsError) as error:
        load()
    assert "greater than or equal to 0 (it is '-3')" in str(error.value)
    assert "(it is 'yesterday')" in str(error.value)
    assert "did you mean SEKISHO_KAFKA__BOOTSTRAP_SERVERS?" in str(error.value)


def test_a_mistyped_secret_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_KAFKA__SASL_PASWORD", "hunter2")
    with pytest.raises(SettingsError, match="did you mean SEKISHO_KAFKA__SASL_PASSWORD") as error:
        load()
    assert "hunter2" not in str(error.value)


def test_what_kubernetes_puts_there_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service named sekisho gives every pod of its namespace such variables."""
    monkeypatch.setenv("SEKISHO_PORT_9464_TCP_ADDR", "10.0.0.1")
    monkeypatch.setenv("SEKISHO_METRICS_SERVICE_HOST", "10.0.0.1")
    load()


def test_a_setting_with_one_underscore_is_no_silent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_REFERENCE_ON_STALE", "hold")
    with pytest.raises(
        SettingsError, match=r"ON_STALE: there is no such setting; did you mean SEKISHO_REFERENCE__ON_STALE\?"
    ):
        load()


def test_the_port_of_a_service_named_sekisho_metrics_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_METRICS_PORT", "tcp://10.0.0.1:9464")
    load()


@pytest.mark.parametrize(
    ("name", "value", "example"),
    [
        ("SEKISHO_REFERENCE__REQUIRED_LISTS", "us-ofac-sdn", '["one", "two"]'),
        ("SEKISHO_REFERENCE__MAX_AGE_HOURS", "un-sc=48", '{"name": "value"}'),
    ],
)
def test_a_list_that_is_no_json_names_its_variable(
    name: str, value: str, example: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as error:
        load()
    assert f"{name}: not JSON; write {example}" in str(error.value)


def test_a_level_is_written_in_either_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEKISHO_LOG__LEVEL", "debug")
    assert load().log.level == "DEBUG"


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


OAUTH = {
    "security_protocol": "SASL_SSL",
    "sasl_mechanism": "OAUTHBEARER",
    "sasl_oauthbearer_token_endpoint_url": "https://id.example/token",
    "sasl_oauthbearer_client_id": "sekisho",
    "sasl_oauthbearer_client_secret": "hunter2",
}


def test_secrets_may_stand_in_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "password").write_text("hunter2 \n")
    monkeypatch.setenv("SEKISHO_KAFKA__SASL_PASSWORD_FILE", str(tmp_path / "password"))
    monkeypatch.setenv("SEKISHO_KAFKA__SECURITY_PROTOCOL", "SASL_SSL")
    monkeypatch.setenv("SEKISHO_KAFKA__SASL_MECHANISM", "SCRAM-SHA-512")
    monkeypatch.setenv("SEKISHO_KAFKA__SASL_USERNAME", "u")
    password = load().kafka.sasl_password
    assert password is not None
    assert password.get_secret_value() == "hunter2 ", "only the line end is not part of it"


@pytest.mark.parametrize(("section", "model"), [("kafka", Kafka), ("schema_registry", SchemaRegistry)])
def test_every_secret_may_stand_in_a_file(section: str, model: type[Kafka | SchemaRegistry]) -> None:
    secret = [name for name, field in model.model_fields.items() if "SecretStr" in str(field.annotation)]
    assert secret
    assert sorted(secret) == sorted(model.secrets())
    for name in secret:
        with pytest.raises(SettingsError, match=f"{name}_file: /absent cannot be read"):
            load(**{section: {f"{name}_file": "/absent"}})


@pytest.mark.parametrize(("content", "said"), [(b"", "empty"), (b"\xff\xfe", "UTF-8")])
def test_a_secrets_file_without_a_secret_is_told(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "f").write_bytes(content)
    with pytest.raises(SettingsError, match=f"SEKISHO_KAFKA: sasl_password_file.*{said}"):
        load(kafka={"sasl_password_file": tmp_path / "f"})


def test_a_secret_stands_in_one_place(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("one")
    with pytest.raises(SettingsError, match="both sasl_password and sasl_password_file") as error:
        load(kafka={"sasl_password": "hunter2", "sasl_password_file": tmp_path / "f"})
    assert "hunter2" not in str(error.value)


def test_what_would_do_nothing_is_told() -> None:
    """Who names a user or a certificate believes that the connection is protected."""
    with pytest.raises(SettingsError, match="sasl_username would do nothing with security_protocol=PLAINTEXT"):
        load(kafka={"sasl_username": "u"})
    user = {"sasl_mechanism": "PLAIN", "sasl_username": "u", "sasl_password": "p"}
    with pytest.raises(SettingsError, match="ssl_ca_location would do nothing with security_protocol=SASL_PLAINTEXT"):
        load(kafka={"security_protocol": "SASL_PLAINTEXT", "ssl_ca_location": "/ca.pem", **user})
    with pytest.raises(SettingsError, match="sasl_username would do nothing with OAUTHBEARER"):
        load(kafka={**OAUTH, "sasl_username": "u"})


def test_oauth_needs_an_endpoint_and_a_client() -> None:
    assert load(kafka=OAUTH).kafka.sasl_mechanism == "OAUTHBEARER"
    with pytest.raises(SettingsError, match="sasl_oauthbearer_client_secret to ask"):
        load(kafka={**OAUTH, "sasl_oauthbearer_client_secret": None})
    file = {name: OAUTH[name] for name in ("security_protocol", "sasl_mechanism")}
    load(kafka={**file, "sasl_oauthbearer_token_endpoint_url": "file:///var/run/token"})


@pytest.mark.parametrize("url", [None, "http://id.example/token", "http://127.0.0.1.evil.example/", "token"])
def test_a_clients_secret_is_not_sent_in_clear(url: str | None) -> None:
    with pytest.raises(SettingsError, match="https://"):
        load(kafka={**OAUTH, "sasl_oauthbearer_token_endpoint_url": url})


def test_a_key_needs_its_certificate() -> None:
    with pytest.raises(SettingsError, match="a key belongs to a certificate"):
        load(kafka={"security_protocol": "SSL", "ssl_key_location": "/key.pem"})
    with pytest.raises(SettingsError, match="a key belongs to a certificate"):
        load(schema_registry={"ssl_key_location": "/key.pem"})


def test_a_registry_has_a_user_or_a_token() -> None:
    with pytest.raises(SettingsError, match="username and password belong together"):
        load(schema_registry={"username": "u"})
    with pytest.raises(SettingsError, match="one of the two"):
        load(schema_registry={"username": "u", "password": "p", "token": "t"})


def test_a_heartbeat_must_fit_in_a_session() -> None:
    with pytest.raises(SettingsError, match="three heartbeats"):
        load(kafka={"session_timeout_s": 5, "heartbeat_interval_s": 3})


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("KAFKA__BOOTSTRAP_SERVERS", "", "'' is no broker; write host:port"),
        ("KAFKA__BOOTSTRAP_SERVERS", " , ", "'' is no broker"),
        ("KAFKA__BOOTSTRAP_SERVERS", "a:9092, host:abc", "'host:abc' is no broker"),
        ("KAFKA__BOOTSTRAP_SERVERS", "http://kafka:9092", "'http://kafka:9092' is no broker"),
        ("KAFKA__BOOTSTRAP_SERVERS", "kafka:70000", "'kafka:70000' is no broker"),
        ("KAFKA__BOOTSTRAP_SERVERS", ":9092", "':9092' is no broker"),
        ("KAFKA__BOOTSTRAP_SERVERS", "::1:9092", "'::1:9092' is no broker"),
        ("KAFKA__COMMIT_INTERVAL_S", "0", "greater than 0 (it is '0')"),
        ("KAFKA__SESSION_TIMEOUT_S", "-1", "greater than 0 (it is '-1')"),
        ("SCHEMA_REGISTRY__URL", "foo", "not the address of a registry; write http://host:port"),
        ("SCHEMA_REGISTRY__URL", "https://", "not the address of a registry"),
        ("SCHEMA_REGISTRY__TIMEOUT_S", "0", "greater than 0"),
        ("TOPICS__ALERT", "my alerts", "alert: 'my alerts' is no name of a topic; Kafka takes letters"),
        ("TOPICS__ALERT", "", "alert: '' is no name of a topic"),
        ("TOPICS__ALERT", "..", "alert: '..' is no name of a topic"),
        ("TOPICS__ALERT", "a" * 250, "is no name of a topic"),
        ("TOPICS__ALERT", "logistics.shipment.v1", "shipment and alert are both logistics.shipment.v1"),
        ("WORKER__GROUP", "", "at least 1 character"),
        ("METRICS__PREFIX", "my-own", "(it is 'my-own')"),
    ],
)
def test_a_value_that_cannot_work_is_told_before_anything_runs(
    variable: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"SEKISHO_{variable}", value)
    with pytest.raises(SettingsError) as caught:
        load()
    assert said in str(caught.value)
    assert f"SEKISHO_{variable.partition('__')[0]}" in str(caught.value)


@pytest.mark.parametrize(
    "servers", ["localhost", "kafka-1.svc:9092,kafka-2.svc:9093", "[::1]:9092, 127.0.0.1:1", "a_b:9092"]
)
def test_brokers_are_named_as_kafka_names_them(servers: str) -> None:
    assert load(kafka={"bootstrap_servers": servers}).kafka.bootstrap_servers == servers


def test_a_password_in_an_address_is_not_told() -> None:
    for section, field, address in (
        ("kafka", "bootstrap_servers", "user:geheim@kafka:9092"),
        ("schema_registry", "url", "ftp://user:geheim@registry"),
    ):
        with pytest.raises(SettingsError) as caught:
            load(**{section: {field: address}})
        assert "geheim" not in str(caught.value)


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


def test_a_severity_rule_with_a_wrong_word_is_told_by_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "SEKISHO_OUTPUT__SEVERITIES",
        '[{"when": {"grade": "exact"}, "severity": "low"}, {"when": {"verdikt": "review", "grade": "sure"}, "severity": "loud"}]',
    )
    with pytest.raises(SettingsError) as error:
        load()
    said = str(error.value)
    for where in ("1__SEVERITY", "1__WHEN__VERDIKT", "1__WHEN__GRADE"):
        assert f"SEKISHO_OUTPUT__SEVERITIES__{where}" in said
    assert "SEVERITIES__0" not in said


def test_a_severity_rule_that_is_never_asked_is_told() -> None:
    rules = [{"when": {"grade": "exact"}, "severity": "low"}, {"severity": "low"}, {"severity": "high"}]
    with pytest.raises(SettingsError, match="rule 1 has no condition"):
        load(output={"severities": rules})
    assert load(output={"severities": rules[:2]}).output.severities[0].when.grade == ("exact",)
