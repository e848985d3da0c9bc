"""``config show``: the settings as a worker would use them, where each comes from, and no secret."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import click
import msgspec
from pydantic import BaseModel, SecretStr

from sekisho.cli.options import CONFIG, FLAGS, json_option, with_settings
from sekisho.cli.output import emit, say, show
from sekisho.settings import Settings

#: What stands for a secret; as long for a short one as for a long one.
MASK = "********"

Source = Literal["default", "file", "environment", "flag"]


class Setting(msgspec.Struct, frozen=True):
    """One setting. ``variable`` is its name in the environment; a secret's ``value`` is the mask."""

    variable: str
    value: Any
    source: Source


@click.group("config")
def command() -> None:
    """The settings, from file, environment and flags."""


@command.command("show")
@click.option("--all", "everything", is_flag=True, help="Also what is as it is by default.")
@json_option
@with_settings
def show_settings(settings: Settings, everything: bool, as_json: bool) -> None:
    """Show the settings in force and where each comes from. Secrets are masked.

    Wrong settings are all told at once, with exit code 2; so it also checks a deployment's configuration.

    \b
    Example:
      sekisho config show --config sekisho.toml --all
    """
    found = [one for one in described(settings, _said()) if everything or one.source != "default"]
    if as_json:
        for one in found:
            emit(one)
        return
    show(("setting", "value", "from"), [(one.variable, _written(one.value), one.source) for one in found])
    if not everything:
        say("--all shows those that are as they are by default, too")


def described(settings: Settings, said: Mapping[Source, Mapping[str, Any]]) -> Iterator[Setting]:
    """Every setting, in the order of the sections. ``said`` is what each source says, by section and field; the first
    that speaks of a setting won."""
    for name in type(settings).model_fields:
        section = getattr(settings, name)
        for field in type(section).model_fields:
            sources = (
                source for source, sections in said.items() if {field, f"{field}_file"} & {*sections.get(name, {})}
            )
            variable = f"SEKISHO_{name.upper()}__{field.upper()}"
            yield Setting(variable, _shown(getattr(section, field)), next(sources, "default"))


def _said() -> Mapping[Source, Mapping[str, Any]]:
    """What flags, environment and TOML file say; all of it was read without a fault before."""
    context = click.get_current_context()
    environment: dict[str, dict[str, Any]] = {}
    for name, value in os.environ.items():
        section, delimiter, field = name.removeprefix("SEKISHO_").lower().partition("__")
        if name.startswith("SEKISHO_") and section in Settings.model_fields:
            fields = {field.partition("__")[0]: value} if delimiter else json.loads(value)
            environment.setdefault(section, {}).update(fields)
    path = context.meta[CONFIG] or os.environ.get("SEKISHO_CONFIG")
    file: dict[str, Any] = tomllib.loads(Path(path).read_text(encoding="utf-8")) if path else {}
    return {"flag": context.meta[FLAGS], "environment": environment, "file": file}


def _shown(value: Any) -> Any:
    """Plain data without secrets: passwords, and what an address may carry before ``@`` and after ``?``."""
    if isinstance(value, SecretStr):
        return MASK
    if isinstance(value, BaseModel):
        return {name: _shown(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, Mapping):
        return {str(key): _shown(one) for key, one in value.items()}
    if isinstance(value, tuple | list):
        return [_shown(one) for one in value]
    if isinstance(value, Path):
        return str(value)
    return _address(value) if isinstance(value, str) and "://" in value else value


def _address(url: str) -> str:
    parts = urlsplit(url)
    _, found, host = parts.netloc.rpartition("@")
    query = f"?{MASK}" if parts.query else ""
    return f"{parts.scheme}://{MASK + '@' if found else ''}{host}{parts.path}{query}"


def _written(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()
