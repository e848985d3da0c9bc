"""The entry point: which commands there are, and what an error looks like.

A command's module is imported when it is called or listed; what it needs (Kafka, Faust, the name index)
when it runs, so that ``--help`` is quick.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import click

from sekisho.compiled import CODE
from sekisho.errors import SekishoError, SettingsError
from sekisho.version import VERSION

#: command: the module that holds it, in the order in which a newcomer needs them
COMMANDS = {
    "demo": "sekisho.cli.demo.command",
    "screen": "sekisho.cli.screen",
    "names": "sekisho.cli.names",
    "goods": "sekisho.cli.goods",
    "lists": "sekisho.cli.lists",
    "measures": "sekisho.cli.measures",
    "topics": "sekisho.cli.topics",
    "schemas": "sekisho.cli.schemas",
    "worker": "sekisho.cli.worker",
    "publish": "sekisho.cli.publish",
    "alerts": "sekisho.cli.alerts",
    "backtest": "sekisho.cli.backtest.command",
    "explain": "sekisho.cli.explain",
    "replay": "sekisho.cli.replay",
    "rescreen": "sekisho.cli.rescreen",
    "dead-letters": "sekisho.cli.dead_letters",
    "erase": "sekisho.cli.erase",
    "config": "sekisho.cli.config",
    "doctor": "sekisho.cli.doctor",
}
FAILED = 1
USAGE = 2
INTERRUPTED = 130


class Commands(click.Group):
    """Finds a command by its module; each module holds one function or group named ``command``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        found = importlib.import_module(module).command
        if not isinstance(found, click.Command):
            raise TypeError(f"{module}.command is not a command")
        return found


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Data goes to stdout, talk to stderr. Exit codes: 0 ran, 1 failed, 2 wrong usage or settings.",
)
@click.version_option(VERSION, prog_name="sekisho", message=f"%(prog)s, version %(version)s ({CODE})")
def cli() -> None:
    """Screen shipments and payments against sanctions and export controls.

    \b
    Start here:
      sekisho demo                     a whole checkpoint on this machine, with real events
      sekisho screen events.jsonl      screen a file, without a broker
      sekisho names search "ドゥーギン"  who is that?
      sekisho doctor                   what is reachable, which lists are active, what to do

    Every command has --help with an example. Settings come from a TOML file (--config), then from
    SEKISHO_… variables, then from flags; later ones win.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run and exit: an error is one clear line, never a stack of ours."""
    try:
        code = cli.main(args=arguments, prog_name="sekisho", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        sys.exit(USAGE if isinstance(error, click.UsageError) else FAILED)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except SekishoError as error:
        click.echo(f"sekisho: {error}", err=True)
        sys.exit(USAGE if isinstance(error, SettingsError) else FAILED)
    except BrokenPipeError:
        # `sekisho … | head`: the reader has seen enough. Python would complain once more while it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
