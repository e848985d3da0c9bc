"""All settings in one place: a TOML file, then ``SEKISHO_…`` variables (nested with ``__``), then flags; later ones win.

``SEKISHO_CONFIG`` (or ``--config``) names the TOML file. Every error is reported at once.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, get_args, get_origin
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)
from pydantic_settings import SettingsError as SettingsSourceError

from sekisho.errors import SettingsError
from sekisho.policy.jurisdictions import read as read_jurisdictions


class Section(BaseModel):
    """A group of settings; a name that does not exist is an error, not a silent nothing.

    Each secret may also stand in a file, as container platforms mount them: ``sasl_password_file`` names the file of
    ``sasl_password``. It is read once, when the settings are; a line end after it does not belong to it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def secrets(cls) -> tuple[str, ...]:
        """The settings of this section that must not be shown."""
        return tuple(name for name, field in cls.model_fields.items() if SecretStr in _types(field.annotation))

    @model_validator(mode="before")
    @classmethod
    def _secrets_from_files(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        values = dict(given)
        for name in cls.secrets():
            path = values.pop(f"{name}_file", None)
            if path is None:
                continue
            if values.get(name) is not None:
                raise ValueError(f"both {name} and {name}_file are set; set one of them")
            values[name] = _secret_in(f"{name}_file", Path(path))
        return values


def _types(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) or (annotation,)


def _secret_in(name: str, path: Path) -> str:
    """The content of a secret's file, which no message shows."""
    try:
        text = path.read_text(encoding="utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise ValueError(f"{name}: {path} is not text in UTF-8") from None
    except OSError as error:
        raise ValueError(f"{name}: {path} cannot be read: {error.strerror}") from None
    if not text:
        raise ValueError(f"{name}: {path} is empty")
    return text


#: A host by name or address (an IPv6 address in brackets), and its port.
_SERVER = re.compile(r"(?:\[[0-9A-Fa-f:.]+\]|[^\s:/@\[\]]+)(?::(\d{1,5}))?")
#: Kafka's own rule for the names of topics.
_TOPIC = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}")

_USER = ("sasl_username", "sasl_password")
_CLIENT = ("sasl_oauthbearer_client_id", "sasl_oauthbearer_client_secret")


class Kafka(Section):
    """The broker, under the names that librdkafka and Java give to the same things (dots as underscores)."""

    bootstrap_servers: str = Field("127.0.0.1:9092", description="host:port[,host:port…]")
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"] | None = None
    sasl_username: str | None = None
    sasl_password: SecretStr | None = None
    sasl_oauthbearer_token_endpoint_url: str | None = Field(
        None, description="where a token is asked for (client credentials), or file:///… that something else keeps new"
    )
    sasl_oauthbearer_client_id: str | None = None
    sasl_oauthbearer_client_secret: SecretStr | None = None
    sasl_oauthbearer_scope: str | None = None
    sasl_oauthbearer_extensions: str | None = Field(None, description="name=value[,name=value…], told to the broker")
    https_ca_location: Path | None = Field(None, description="authorities (PEM) of the token endpoint")
    ssl_ca_location: Path | None = Field(None, description="authorities (PEM) of the brokers; else the system's")
    ssl_certificate_location: Path | None = Field(None, description="our own certificate (PEM), for mutual TLS")
    ssl_key_location: Path | None = Field(None, description="its key (PEM); else it stands in the certificate's file")
    ssl_key_password: SecretStr | None = None
    # A killed worker's partitions rest for one session timeout; 60 s, Faust's default, is a minute of silence.
    session_timeout_s: float = Field(10.0, gt=0)
    heartbeat_interval_s: float = Field(3.0, gt=0)
    rebalance_timeout_s: float = Field(20.0, gt=0)
    # What is acknowledged but not committed is screened again after a rebalance: half a second bounds it.
    commit_interval_s: float = Field(0.5, gt=0)
    # The largest record we send: an open event, which holds its input (1 MiB is the broker's default) and its alerts.
    max_request_size: int = Field(4 << 20, ge=1024)

    @field_validator("bootstrap_servers")
    @classmethod
    def _servers(cls, text: str) -> str:
        """A client fails at them with a stack of its own, or waits for a host that nobody can have."""
        for server in [one.strip() for one in text.split(",") if one.strip()] or [""]:
            found = _SERVER.fullmatch(server)
            if found is None or not 0 < int(found[1] or 9092) < 65536:
                # before an @ there may stand a password
                shown = "an address with @" if "@" in server else repr(server)
                raise ValueError(f"{shown} is no broker; write host:port[,host:port…], as in kafka-1:9092,kafka-2:9092")
        return text

    @model_validator(mode="after")
    def _complete(self) -> Kafka:
        sasl, tls = self.security_protocol.startswith("SASL"), self.security_protocol.endswith("SSL")
        if sasl and self.sasl_mechanism == "OAUTHBEARER":
            self._oauth()
        elif sasl and not (self.sasl_mechanism and self.sasl_username and self.sasl_password):
            raise ValueError(
                f"{self.security_protocol} needs sasl_mechanism, sasl_username and sasl_password; set all three "
                "(OAUTHBEARER has settings of its own)"
            )
        # Whoever names a user or an authority believes that it is used.
        for used, prefix in ((sasl, "sasl_"), (tls, "ssl_")):
            idle = [name for name in type(self).model_fields if name.startswith(prefix) and getattr(self, name)]
            if idle and not used:
                raise ValueError(f"{', '.join(idle)} would do nothing with security_protocol={self.security_protocol}")
        if (self.ssl_key_location or self.ssl_key_password) and not self.ssl_certificate_location:
            raise ValueError("a key belongs to a certificate; set ssl_certificate_location, too")
        if self.heartbeat_interval_s * 3 > self.session_timeout_s:
            raise ValueError("session_timeout_s must be three heartbeats or more, or one lost packet ends a session")
        return self

    def _oauth(self) -> None:
        """What OAUTHBEARER needs, and does not use."""
        url = self.sasl_oauthbearer_token_endpoint_url
        parts = urlsplit(url or "")
        # An http address would send the client's secret in clear to another machine.
        here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
        if not (here or parts.scheme == "https" or (parts.scheme == "file" and not parts.netloc)):
            raise ValueError("OAUTHBEARER needs sasl_oauthbearer_token_endpoint_url, https://… or file:///…")
        missing = [name for name in _CLIENT if not getattr(self, name)]
        if missing and parts.scheme != "file":
            raise ValueError(f"OAUTHBEARER needs {' and '.join(missing)} to ask for a token")
        if idle := [name for name in _USER if getattr(self, name)]:
            raise ValueError(f"{' and '.join(idle)} would do nothing with OAUTHBEARER")


class SchemaRegistry(Section):
    """A Confluent-compatible registry. Without ``url`` values are Avro single-object encoded."""

    url: str | None = None
    username: str | None = None
    password: SecretStr | None = None
    token: SecretStr | None = Field(None, description="sent as a bearer token; instead of username and password")
    ssl_ca_location: Path | None = Field(None, description="authorities (PEM) of the registry; else the system's")
    ssl_certificate_location: Path | None = Field(None, description="our own certificate (PEM), for mutual TLS")
    ssl_key_location: Path | None = Field(None, description="its key (PEM); else it stands in the certificate's file")
    ssl_key_password: SecretStr | None = None
    timeout_s: float = Field(5.0, gt=0)

    @field_validator("url")
    @classmethod
    def _address(cls, url: str | None) -> str | None:
        parts = urlsplit(url or "")
        if url and (parts.scheme not in ("http", "https") or not parts.hostname):
            # it may hold a password
            raise ValueError("not the address of a registry; write http://host:port or https://host[/path]")
        return url

    @model_validator(mode="after")
    def _complete(self) -> SchemaRegistry:
        if bool(self.username) != bool(self.password):
            raise ValueError("username and password belong together; set both or neither")
        if self.username and self.token:
            raise ValueError("a token goes instead of username and password; set one of the two")
        if (self.ssl_key_location or self.ssl_key_password) and not self.ssl_certificate_location:
            raise ValueError("a key belongs to a certificate; set ssl_certificate_location, too")
        return self


class Topics(Section):
    """Every topic name is a setting."""

    shipment: str = "logistics.shipment.v1"
    payment: str = "payments.transfer.v1"
    alert: str = "screening.alert.v1"
    verdict: str = "screening.verdict.v1"
    dead_letter: str = "screening.dead-letter.v1"
    entity: str = "screening.entity.v1"
    goods: str = "screening.goods.v1"
    measure: str = "screening.measure.v1"
    list: str = "screening.list.v1"
    reference: str = "screening.reference.v1"
    alert_ocsf: str = "screening.alert.ocsf.v1"
    open_shipment: str = "screening.open.shipment.v1"
    open_payment: str = "screening.open.payment.v1"
    progress: str = "screening.progress.v1"
    fingerprint: str = "screening.fingerprint.v1"
    partitions: int = Field(
        4, ge=1, description="partitions of the topics that carry events, when `topics create` makes them"
    )
    replication: int = Field(1, ge=1)

    @model_validator(mode="after")
    def _each_its_own(self) -> Topics:
        """Alerts on the topic of shipments would be screened as shipments."""
        seen: dict[str, str] = {}
        for field in type(self).model_fields:
            name = getattr(self, field)
            if not isinstance(name, str):
                continue
            if not _TOPIC.fullmatch(name):
                raise ValueError(
                    f"{field}: {name!r} is no name of a topic; Kafka takes letters, digits, '.', '_' and '-', at most 249"
                )
            if name in seen:
                raise ValueError(f"{seen[name]} and {field} are both {name}; each needs a topic of its own")
            seen[name] = field
        return self

    @property
    def list_version(self) -> str:
        """``list`` under a name that says what is in it, for code where ``list`` would be read as the type."""
        return self.list


class Worker(Section):
    """The Faust worker."""

    group: str = Field("sekisho", min_length=1)
    id: str | None = Field(None, description="makes the worker a static group member; only where names are stable")
    as_of: Literal["now", "event"] = "now"
    shadow: str | None = Field(
        None, description="a prefix: `worker` and `topics create` work beside the live worker; see sekisho.shadow"
    )
    batch_size: int = Field(500, ge=1)
    # A quiet stream waits this long for company; 50 ms here would be 50 ms on every verdict.
    batch_within_s: float = Field(0.005, gt=0)
    web_host: str = "127.0.0.1"
    data_dir: Path | None = None
    # Input topics usually keep a week, voyages take 45 days, and a listing may come on any of them.
    rescreen_window_days: int = Field(
        180, ge=0, description="how long a shipment stays open without news; 0: nothing is kept and rescreened"
    )
    payment_open_days: int = Field(5, ge=0, description="how long a payment stays open after its settlement")
    # Who has been stopped tries again within days; a month lets a person decide before it is forgotten.
    stripping_window_days: int = Field(
        30,
        ge=0,
        description="how long a stopped event is known again when it is sent once more, altered; 0: not at all",
    )
    # Two kB each; a stream of 100 events/s of which one in a hundred is stopped fills them in a day and a half.
    stripping_max_events: int = Field(
        100_000, ge=1, description="stopped events that a worker holds; the oldest go first"
    )
    stripping_max_bytes: int = Field(256 << 20, ge=1 << 16, description="memory for them, likewise")
    fingerprint_key: SecretStr | None = Field(
        None, description="keys the hashes of stopped events: without it names can be tried against them; one for all"
    )


def _several(value: Any) -> Any:
    """One word where several may stand."""
    return (value,) if isinstance(value, str) else value


Payload = Literal["none", "minimal", "full"]
Words = Annotated[tuple[str, ...], BeforeValidator(_several)]


class SeverityWhen(Section):
    """What an alert has to be for a rule to fit; see ``sekisho.screening.severity.When``."""

    verdict: Annotated[tuple[Literal["review", "licence_required", "prohibited"], ...], BeforeValidator(_several)] = ()
    grade: Annotated[tuple[Literal["exact", "strong", "possible"], ...], BeforeValidator(_several)] = ()
    identity: Annotated[tuple[Literal["supports", "neutral", "conflicts"], ...], BeforeValidator(_several)] = ()
    lists: Words = ()
    measures: Words = ()
    jurisdictions: Words = ()
    kind: Annotated[
        tuple[Literal["party", "goods", "place", "vessel", "text", "event"], ...], BeforeValidator(_several)
    ] = ()
    role: Words = ()
    trigger: Annotated[tuple[Literal["event", "reference", "calendar"], ...], BeforeValidator(_several)] = ()


class SeverityRule(Section):
    """One rule: the severity of the alerts that fit ``when``."""

    when: SeverityWhen = SeverityWhen()
    severity: Literal["low", "medium", "high", "critical"]


class Input(Section):
    """What inputs are held to, beyond what can be screened."""

    pacs_xsd: Path | None = Field(
        None, description="an XML schema, or a folder of them, that ISO 20022 messages must fit; told by namespace"
    )


class Output(Section):
    """What is written, and how."""

    encoding: Literal["avro", "json"] = "avro"
    verdicts: Literal["all", "hits", "off"] = "all"
    ocsf: bool = Field(False, description="also write each alert as an OCSF finding (JSON) to topics.alert_ocsf")
    payload: Payload = Field("minimal", description="personal data in OCSF findings; see sekisho.wire.privacy")
    alert_payload: Payload = Field("full", description="personal data on the alert topic")
    # An analyst decides by names, dates and places; an account number helps nobody but a thief.
    account_numbers: bool = Field(False, description="whether account numbers that texts quote leave in any output")
    observe_names: bool = Field(True, description="whether a party's name is an observable of OCSF findings")
    severities: tuple[SeverityRule, ...] = Field(
        (), description="rules in order; the first that fits an alert gives its severity, else the built-in ones do"
    )
    ocsf_new_per_subject: int = Field(
        30, ge=0, description="new findings of one subject in a window; further ones are summarised; 0: no limit"
    )
    ocsf_window_s: float = Field(3600.0, gt=0, description="length of that window")

    @model_validator(mode="after")
    def _reachable(self) -> Output:
        for number, rule in enumerate(self.severities[:-1]):
            if rule.when == SeverityWhen():
                raise ValueError(
                    f"severities: rule {number} has no condition and fits every alert, so those after it are never "
                    "asked; give it a condition, or put it last"
                )
        return self


class Retention(Section):
    """How long topics keep what they hold (days), when `topics create` makes them or sets it anew.

    Alerts and verdicts are the audit trail. Findings are kept by the SIEM. Dead letters hold events as they came, account
    numbers and all: so long as somebody may have to mend and replay them. Inputs: as far as replays should reach.
    """

    alert_days: int = Field(365, ge=1)
    verdict_days: int = Field(365, ge=1)
    finding_days: int = Field(30, ge=1)
    dead_letter_days: int = Field(90, ge=1)
    input_days: int = Field(30, ge=1)


class Reference(Section):
    """Which lists must be there before anything is screened; empty: the lists of the bundled pack."""

    required_lists: tuple[str, ...] = ()
    max_age_hours: dict[str, int] = Field(default_factory=dict, description="list id: older than this is stale")
    on_stale: Literal["flag", "hold"] = "flag"
    max_shrink: float = Field(0.1, ge=0, le=1, description="a list that loses more than this share is refused")
    max_rejected: float = Field(0.02, ge=0, le=1, description="a list of which this share cannot be read is refused")


def _jurisdictions(value: Any) -> Any:
    """``JP,US`` as well as a list of them."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        value = json.loads(value)
    return read_jurisdictions(value) if isinstance(value, str | list | tuple) else value


class Policy(Section):
    """Whose law binds the firm."""

    jurisdictions: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_jurisdictions)] = Field(
        (), description="ISO 3166-1 codes, EU, UN: measures and lists of others raise nothing; empty: all bind"
    )


class Sources(Section):
    """Where `lists fetch` and `lists sync` find official files, and how much patience they have."""

    fetch: tuple[str, ...] = Field((), description="sources that are fetched; empty: all that have an address")
    urls: dict[str, str | dict[str, str]] = Field(
        default_factory=dict, description="source: the address of its file, or file name: address for several files"
    )
    cache: Path | None = Field(None, description="folder of the files; else sekisho/lists in the user's cache")
    max_bytes: int = Field(256 << 20, ge=1, description="a file that is larger, unpacked, is refused")
    max_seconds: float = Field(300.0, gt=0, description="for one attempt, from the first to the last byte")
    attempts: int = Field(4, ge=1)
    allow_http: bool = Field(False, description="follow addresses without TLS: a mirror on one's own network")


class Metrics(Section):
    """Prometheus metrics, liveness and readiness on one port; 0 picks a free one."""

    host: str = "127.0.0.1"
    port: int = Field(9464, ge=0, le=65535)
    prefix: str = Field("sekisho", pattern=r"^[a-zA-Z_][a-zA-Z0-9_]*$")


def _upper(word: object) -> object:
    """Levels are written in either case, as with --log-level."""
    return word.upper() if isinstance(word, str) else word


class Log(Section):
    """Logs carry no payloads."""

    level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)] = "INFO"
    format: Literal["text", "json"] = "text"


class Settings(BaseSettings):
    """Everything; see the sections."""

    model_config = SettingsConfigDict(
        env_prefix="SEKISHO_",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    #: whether file and environment are read
    _from_outside: ClassVar[bool] = True

    kafka: Kafka = Kafka()
    schema_registry: SchemaRegistry = SchemaRegistry()
    topics: Topics = Topics()
    worker: Worker = Worker()
    input: Input = Input()
    output: Output = Output()
    retention: Retention = Retention()
    reference: Reference = Reference()
    policy: Policy = Policy()
    sources: Sources = Sources()
    metrics: Metrics = Metrics()
    log: Log = Log()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        if not cls._from_outside:
            return (init_settings,)
        path = cls._file()
        toml = (TomlConfigSettingsSource(settings_cls, path),) if path else ()
        return (init_settings, env_settings, *toml)

    @classmethod
    def _file(cls) -> Path | None:
        path = os.environ.get("SEKISHO_CONFIG")
        return Path(path) if path else None


def load(config: Path | None = None, **flags: Any) -> Settings:
    """Settings from file, environment and ``flags`` (nested dictionaries, the last to win).

    ``config`` names the TOML file; without it ``SEKISHO_CONFIG`` does. Raises SettingsError that lists every
    wrong setting, by its variable's name.
    """

    class Loaded(Settings):
        @classmethod
        def _file(cls) -> Path | None:
            return config or super()._file()

    lines = list(_unknown_sections())
    file = Loaded._file()
    if file is not None and not file.is_file():
        lines.append(f"  SEKISHO_CONFIG: there is no file {file}; name a TOML file, or unset it")
    settings = None
    try:
        settings = Loaded(**flags)
    except ValidationError as error:
        lines += [f"  {_variable(e['loc'])}: {_fault(e)}" for e in error.errors()]
    except SettingsSourceError as error:
        lines.append(f"  {_source_fault(error)}")
    except tomllib.TOMLDecodeError as error:
        lines.append(f"  SEKISHO_CONFIG: {file} is not a TOML file: {error}")
    except UnicodeDecodeError:
        lines.append(f"  SEKISHO_CONFIG: {file} is not a TOML file: it is not text in UTF-8")
    except OSError as error:
        lines.append(f"  SEKISHO_CONFIG: {file} cannot be read: {error.strerror}")
    if lines or settings is None:
        raise SettingsError("these settings are wrong:\n" + "\n".join(lines))
    return settings


def without_environment(**flags: Any) -> Settings:
    """Settings of ``flags`` and defaults alone, whatever file and environment say: for the demo and for tests."""

    class Bare(Settings):
        _from_outside: ClassVar[bool] = False

    return Bare(**flags)


def _unknown_sections() -> Iterator[str]:
    """``SEKISHO_KAFFKA__…`` would be ignored in silence. A single underscore may be Kubernetes' own, so it passes, unless
    it spells a setting: whoever writes ``SEKISHO_REFERENCE_ON_STALE=hold`` believes that screening stops."""
    meant = {
        f"SEKISHO_{section}_{field}".upper(): _variable((section, field))
        for section, info in Settings.model_fields.items()
        for field in getattr(info.annotation, "model_fields", ())
    }
    for name in sorted(os.environ):
        if name in meant and not os.environ[name].startswith(("tcp://", "udp://")):  # Kubernetes: <SERVICE>_PORT
            yield f"  {name}: there is no such setting; did you mean {meant[name]}?"
        section, delimiter, _ = name.removeprefix("SEKISHO_").partition("__")
        if name.startswith("SEKISHO_") and delimiter and section.lower() not in Settings.model_fields:
            known = ", ".join(sorted(Settings.model_fields))
            yield f"  {name}: there is no section {section.lower()}; sections are {known}"


#: Faults of numbers, switches and words of a choice. Their values are told; a secret is none of these.
_TOLD = ("greater_than", "less_than", "int_", "float_", "bool_", "literal_error", "string_pattern_mismatch")


def _fault(error: ErrorDetails) -> str:
    """What is wrong with a setting, with its value where that can be no secret."""
    kind, message = error["type"], error["msg"].removeprefix("Value error, ")
    if kind == "extra_forbidden" and len(error["loc"]) == 2:
        section, field = map(str, error["loc"])
        known = Settings.model_fields[section].annotation
        near = difflib.get_close_matches(field, getattr(known, "model_fields", ()), n=1)
        meant = f"did you mean {_variable((section, near[0]))}? " if near else ""
        return f"there is no such setting; {meant}`sekisho config show --all` names all"
    return f"{message} (it is {error['input']!r})" if kind.startswith(_TOLD) else message


def _source_fault(error: Exception) -> str:
    """A value such as a table or a list that is not JSON in a variable."""
    wrong = [name for name, example in _written_as_json() if not _is_json(os.environ.get(name, example))]
    if not wrong:
        return f"{error}; lists and tables are written as JSON in a variable"
    examples = dict(_written_as_json())
    return "\n  ".join(f"{name}: not JSON; write {examples[name]}" for name in wrong)


def _written_as_json() -> Iterator[tuple[str, str]]:
    """Variables that hold a list or a table, each with what one looks like."""
    for section, info in Settings.model_fields.items():
        for field, one in getattr(info.annotation, "model_fields", {}).items():
            origins = {get_origin(kind) for kind in (one.annotation, *get_args(one.annotation))}
            if NoDecode not in one.metadata and origins & {tuple, list, dict}:
                items = '{"severity": "low", "when": {}}' if field == "severities" else '"one", "two"'
                yield _variable((section, field)), '{"name": "value"}' if dict in origins else f"[{items}]"


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _variable(location: tuple[int | str, ...]) -> str:
    return "SEKISHO_" + "__".join(str(part).upper() for part in location)
