"""Flags that many commands share, and the settings they make.

A command decorated with ``@with_settings`` takes ``settings`` as its first argument, made of the TOML
file, the ``SEKISHO_…`` variables and the flags given, the later ones winning.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from sekisho import logs
from sekisho.settings import Settings, load

#: Where a command finds the TOML file and the flags that it was given, in the context's ``meta``.
CONFIG, FLAGS = "sekisho.config", "sekisho.flags"

#: flag's parameter name: where its value goes in the settings
_PLACES = {
    "bootstrap_servers": ("kafka", "bootstrap_servers"),
    "security_protocol": ("kafka", "security_protocol"),
    "schema_registry_url": ("schema_registry", "url"),
    "log_level": ("log", "level"),
    "log_format": ("log", "format"),
}

_FLAGS = (
    click.option("--config", type=click.Path(path_type=Path), help="TOML file with settings [SEKISHO_CONFIG]."),
    click.option("--bootstrap-servers", metavar="HOST:PORT", help="The brokers [SEKISHO_KAFKA__BOOTSTRAP_SERVERS]."),
    click.option(
        "--security-protocol",
        type=click.Choice(["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]),
        help="How to talk to the brokers [SEKISHO_KAFKA__SECURITY_PROTOCOL].",
    ),
    click.option(
        "--schema-registry-url", metavar="URL", help="Confluent-compatible registry [SEKISHO_SCHEMA_REGISTRY__URL]."
    ),
    click.option(
        "--log-level",
        type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"], case_sensitive=False),
        help="What is logged on stderr [SEKISHO_LOG__LEVEL].",
    ),
    click.option("--log-format", type=click.Choice(["text", "json"]), help="[SEKISHO_LOG__FORMAT]."),
)

json_option = click.option("--json", "as_json", is_flag=True, help="JSON, one object a line, instead of a table.")

csv_option = click.option(
    "--csv", "as_csv", is_flag=True, help="CSV in UTF-8 for spreadsheets: no cell is taken for a formula."
)


def one_form(as_json: bool, as_csv: bool) -> None:
    """Raises UsageError where two are asked for."""
    if as_json and as_csv:
        raise click.UsageError("--json and --csv: choose one")


def with_settings(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the common flags and pass ``settings``; logging is configured by them."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        flags: dict[str, dict[str, Any]] = {}
        for name, (section, field) in _PLACES.items():
            value = kwargs.pop(name)
            if value is not None:
                flags.setdefault(section, {})[field] = value.upper() if name == "log_level" else value
        config = kwargs.pop("config")
        click.get_current_context().meta.update({CONFIG: config, FLAGS: flags})
        settings = _load(config, flags)
        return command(settings, *args, **kwargs)

    for flag in reversed(_FLAGS):
        run = flag(run)
    return run


def _load(config: Path | None, flags: dict[str, dict[str, Any]]) -> Settings:
    """The settings, with logs as they say."""
    settings = load(config, **flags)
    logs.configure(settings.log.level, settings.log.format)
    return settings
