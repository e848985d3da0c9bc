"""``schemas``: the contracts of the topics: may they change as they did, and does the registry have them."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.cli.options import json_option, with_settings
from sekisho.cli.output import counted, emit, say, show
from sekisho.errors import SettingsError
from sekisho.settings import Settings


@click.group("schemas")
def command() -> None:
    """The contracts of the topics (Avro)."""


@command.command("check")
@click.argument("folder", required=False, type=click.Path(path_type=Path, exists=True, file_okay=False))
@json_option
def check_schemas(folder: Path | None, as_json: bool) -> int:
    """Check every version of every contract against all others of it.

    Inputs must be BACKWARD_TRANSITIVE (we read what anybody wrote under any older version), outputs
    FULL_TRANSITIVE (old readers also read what we write now); every field must say what it is. FOLDER holds the
    .avsc files; without it, those of the installation.

    \b
    Example:
      sekisho schemas check schemas/
    """
    from sekisho.wire import compatibility, contracts

    problems = compatibility.check(folder)
    for problem in problems:
        if as_json:
            emit(problem)
        else:
            click.echo(f"{problem.contract}: {problem.message}")
    found = contracts.load(folder or contracts.folder())
    versions = sum(len(each) for each in found.values())
    say(f"{len(found)} contracts in {versions} versions, {len(problems)} problems")
    return 1 if problems else 0


@command.command("register")
@json_option
@with_settings
def register_schemas(settings: Settings, as_json: bool) -> None:
    """Register the contracts that others use with the schema registry, and set their compatibility.

    One subject a topic (`<topic>-value`), every committed version, oldest first. Doing it again changes nothing.

    \b
    Example:
      sekisho schemas register --schema-registry-url http://127.0.0.1:8081
    """
    from sekisho.wire.registration import register
    from sekisho.wire.registry import Registry

    registry = Registry.from_settings(settings.schema_registry)
    if registry is None:
        raise SettingsError("no registry is set; give --schema-registry-url or SEKISHO_SCHEMA_REGISTRY__URL")
    rows = []
    for one in register(registry, settings.topics):
        rows.append(one)
        if as_json:
            emit(one)
    if not as_json:
        show(
            ("subject", "contract", "version", "id", "compatibility"),
            [(one.subject, one.contract, str(one.version), str(one.id), one.compatibility) for one in rows],
        )
    say(f"{counted(len(rows), 'version')} registered at {registry.shown}")


@command.command("asyncapi")
@with_settings
def asyncapi(settings: Settings) -> None:
    """The AsyncAPI document of the topics, made from the contracts, with the topic names of your settings.

    \b
    Example:
      sekisho schemas asyncapi > asyncapi.yaml
    """
    from sekisho.wire.asyncapi import render

    click.echo(render(settings.topics), nl=False)
