"""The command line as a user meets it: help that teaches, errors in one line, exit codes that scripts can trust."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from sekisho.cli.main import COMMANDS, cli, main
from sekisho.compiled import CODE
from sekisho.errors import SekishoError, UnreachableError
from sekisho.version import VERSION


def walk(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        with click.Context(command) as context:
            for name in command.list_commands(context):
                found = command.get_command(context, name)
                assert found is not None
                yield from walk(found, (*path, name))


EVERY = list(walk(cli))


def run(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


@pytest.mark.parametrize(("path", "command"), EVERY, ids=[" ".join(path) or "sekisho" for path, _ in EVERY])
def test_every_command_says_what_it_does(path: tuple[str, ...], command: click.Command) -> None:
    assert command.help, f"{path} has no help"
    if not isinstance(command, click.Group):
        assert "Example" in command.help, f"{path} shows no example"
        assert f"sekisho {' '.join(path)}" in command.help, f"the example of {path} does not call it"


@pytest.mark.parametrize(("path", "command"), EVERY, ids=[" ".join(path) or "sekisho" for path, _ in EVERY])
def test_every_flag_is_explained(path: tuple[str, ...], command: click.Command) -> None:
    own_words = {"--schema", "--gender", "--address", "--limit", "--log-format"}
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not own_words & set(parameter.opts):
            assert parameter.help, f"{path}: {parameter.opts} has no help"


def test_commands_of_the_contract_are_there() -> None:
    names = {" ".join(path) for path, _ in EVERY}
    wanted = """demo worker screen
        names|compare names|search goods|classify measures|show measures|check
        lists|show lists|load lists|diff lists|publish lists|fetch lists|sync lists|prune
        publish|shipments publish|payments alerts|tail topics|create schemas|check schemas|register
        dead-letters|list dead-letters|show dead-letters|replay doctor"""
    assert {word.replace("|", " ") for word in wanted.split()} <= names


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run("--version", capsys=capsys)
    assert (code, out.strip()) == (0, f"sekisho, version {VERSION} ({CODE})")


def test_wrong_usage_is_2(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run("topics", "create", "--no-such-flag", capsys=capsys)
    assert code == 2
    assert out == ""
    assert "--no-such-flag" in err


def test_wrong_settings_are_2_and_told_all_at_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEKISHO_METRICS__PORT", "99999")
    monkeypatch.setenv("SEKISHO_KAFKA__SECURITY_PROTOCOL", "TELNET")
    code, _, err = run("topics", "create", "--dry-run", capsys=capsys)
    assert code == 2
    assert "SEKISHO_METRICS__PORT" in err
    assert "SEKISHO_KAFKA__SECURITY_PROTOCOL" in err
    assert "Traceback" not in err


def test_an_error_of_ours_is_one_line_and_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise UnreachableError("the brokers are away; look for them")

    monkeypatch.setattr("sekisho.cli.topics.ensure", fail)
    code, out, err = run("topics", "create", capsys=capsys)
    assert (code, out) == (1, "")
    assert err == "sekisho: the brokers are away; look for them\n"
    assert issubclass(UnreachableError, SekishoError)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # kafka-python leaves its socket open
def test_an_unknown_broker_is_told_once_with_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sekisho.cli.clients.CONNECT_MS", 300)
    from sekisho.cli.clients import admin
    from sekisho.settings import without_environment

    settings = without_environment(kafka={"bootstrap_servers": "127.0.0.1:1"})
    with pytest.raises(UnreachableError, match=r"127\.0\.0\.1:1 cannot be reached; .*sekisho doctor"), admin(settings):
        pass
    gc.collect()


def test_a_closed_pipe_is_no_error() -> None:
    """`sekisho … | head`: the reader goes away, and nothing is printed about it."""
    script = f"{sys.executable} -m sekisho.cli.main topics create --dry-run --json | head -1"
    done = subprocess.run(  # the shell's pipe is what is tested
        ["bash", "-c", f"set -o pipefail; {script}"], capture_output=True, text=True, timeout=60, env=os.environ.copy()
    )
    assert done.stdout.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_every_module_of_a_command_exists() -> None:
    with click.Context(cli) as context:
        assert all(cli.get_command(context, name) is not None for name in COMMANDS)
        assert cli.get_command(context, "no-such-command") is None
