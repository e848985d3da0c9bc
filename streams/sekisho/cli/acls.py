"""``topics acls``: the least that each role needs from the broker's authorizer, under the names of your settings.

Whoever writes to the reference topics decides what is let through, and whoever writes verdicts answers for us; so
each part gets a user of its own. A test runs every role on a broker with ``StandardAuthorizer``.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import click
import msgspec

from sekisho.cli.options import json_option, with_settings
from sekisho.cli.output import emit, say
from sekisho.settings import Settings

Operation = Literal["Read", "Write", "Create", "Delete", "Alter", "Describe", "DescribeConfigs", "AlterConfigs"]

#: Role: what it is for.
ROLES = {
    "worker": "sekisho worker",
    "publisher": "a platform or bank that publishes events and waits for verdicts",
    "lists": "sekisho lists publish, sync and prune",
    "analyst": "those who read alerts, verdicts and dead letters, and explain them",
    "operator": "sekisho doctor and dead-letters replay",
    "privacy": "sekisho erase",
    "deployer": "sekisho topics create",
}


class Grant(msgspec.Struct, frozen=True):
    """What one role may do with several topics or groups alike. Read and Write imply Describe."""

    role: str
    principal: str
    resource: Literal["topic", "group"]
    names: tuple[str, ...]
    operations: tuple[Operation, ...]


def grants(settings: Settings, role: str, principal: str | None = None) -> list[Grant]:
    """The least that ``role`` needs; ``principal`` is ``User:sekisho-ROLE`` where none is given."""
    made = []
    for resource, names, operations in _needs(settings, role):
        made.append(Grant(role, principal or f"User:sekisho-{role}", resource, tuple(names), operations))
    return made


_Need = tuple[Literal["topic", "group"], Sequence[str], tuple[Operation, ...]]


def _needs(settings: Settings, role: str) -> Iterator[_Need]:
    topics = settings.topics
    inputs = [topics.shipment, topics.payment]
    outputs = [topics.alert, topics.verdict]
    findings = [topics.alert_ocsf] if settings.output.ocsf else []
    reference = [topics.entity, topics.goods, topics.measure, topics.list, topics.reference]
    still_open = [topics.open_shipment, topics.open_payment]
    keeps, knows = bool(settings.worker.rescreen_window_days), bool(settings.worker.stripping_window_days)
    if role == "worker":
        yield "topic", [*inputs, *reference], ("Read",)
        yield "topic", [*outputs, *findings, topics.dead_letter], ("Write",)
        if keeps:
            yield "topic", [topics.progress], ("Read", "Write")
            # A partition that an input gains is made in the log of open events, too.
            yield "topic", still_open, ("Read", "Write", "Alter")
        if knows:
            yield "topic", [topics.fingerprint], ("Read", "Write")
        yield "group", [settings.worker.group], ("Read",)
    elif role == "publisher":
        yield "topic", inputs, ("Write",)
        yield "topic", [topics.verdict], ("Read",)
    elif role == "lists":
        yield "topic", reference, ("Read", "Write")
        # What open events, and their rescreening, were screened against is not pruned.
        yield "topic", [*still_open, topics.progress], ("Read",)
    elif role == "analyst":
        yield "topic", [*outputs, *findings, topics.dead_letter, *inputs, *reference], ("Read",)
        # Where explain, backtest and rescreen status look, too, whatever this worker keeps.
        yield "topic", [*still_open, topics.progress, topics.fingerprint], ("Read",)
    elif role == "operator":
        yield "topic", [topics.dead_letter], ("Read",)
        yield "topic", inputs, ("Read", "Write")
        yield "topic", reference, ("Read",)
        yield "topic", sorted({*_all(settings)}), ("Describe", "DescribeConfigs")
        yield "group", [settings.worker.group], ("Describe",)
    elif role == "privacy":
        kept = [topics.dead_letter, *outputs, topics.alert_ocsf, topics.open_shipment, topics.open_payment]
        kept.append(topics.fingerprint)
        yield "topic", kept, ("Read", "Write", "Delete", "DescribeConfigs")
        yield "topic", inputs, ("Read", "DescribeConfigs")
    elif role == "deployer":
        yield "topic", _all(settings), ("Create", "Describe", "DescribeConfigs", "AlterConfigs")
    else:
        raise ValueError(role)


def _all(settings: Settings) -> list[str]:
    from sekisho.cli.topics import wanted

    return [topic.name for topic in wanted(settings)]


def command_line(grant: Grant, bootstrap_servers: str) -> str:
    """The same for Kafka's own tool."""
    words = ["kafka-acls.sh", "--bootstrap-server", bootstrap_servers, "--add", "--allow-principal", grant.principal]
    for operation in grant.operations:
        words += ["--operation", operation]
    for name in grant.names:
        words += [f"--{grant.resource}", name]
    return shlex.join(words)


def bindings(grant: Grant) -> list[Any]:
    """The same for kafka-python's admin client."""
    from kafka.admin import ACL, ACLOperation, ACLPermissionType, ResourcePattern, ResourceType

    return [
        ACL(
            principal=grant.principal,
            host="*",
            operation=ACLOperation[_WORDS.get(operation, operation.upper())],
            permission_type=ACLPermissionType.ALLOW,
            resource_pattern=ResourcePattern(ResourceType[grant.resource.upper()], name),
        )
        for operation in grant.operations
        for name in grant.names
    ]


_WORDS = {"DescribeConfigs": "DESCRIBE_CONFIGS", "AlterConfigs": "ALTER_CONFIGS"}


@click.command("acls")
@click.argument("roles", nargs=-1, type=click.Choice(list(ROLES)))
@click.option("--principal", metavar="User:NAME", help="Instead of User:sekisho-ROLE; with one role.")
@click.option("--shadow", metavar="PREFIX", help="For a shadow worker with this prefix [SEKISHO_WORKER__SHADOW].")
@click.option("--apply", "do", is_flag=True, help="Add them on the broker; needs a user that may.")
@json_option
@with_settings
def acls(
    settings: Settings, roles: tuple[str, ...], principal: str | None, shadow: str | None, do: bool, as_json: bool
) -> None:
    """Show the least rights that each role needs, as lines for kafka-acls.sh.

    Topic names, the group and what is switched on come from the settings. All roles where none is named.

    \b
    worker      reads events and lists, writes alerts, verdicts and dead letters; cannot write lists
    publisher   writes events, reads verdicts; cannot write alerts, verdicts or lists
    lists       writes reference data; sees no event but what is still open
    analyst     reads, and writes nothing
    operator    replays dead letters and looks at everything's state
    privacy     erases
    deployer    creates topics

    \b
    Example:
      sekisho topics acls worker --principal User:screening
    """
    if principal and len(roles) != 1:
        raise click.UsageError("--principal goes with exactly one role")
    if prefix := settings.worker.shadow if shadow is None else shadow:
        from sekisho.shadow import shadowed

        settings = shadowed(settings, prefix)
    found = [grant for role in roles or ROLES for grant in grants(settings, role, principal)]
    if do:
        _add(settings, found)
        say(f"{sum(len(grant.names) * len(grant.operations) for grant in found)} rights are set")
    for grant in found:
        if as_json:
            emit(grant)
        elif not do:
            click.echo(command_line(grant, settings.kafka.bootstrap_servers))


def _add(settings: Settings, found: list[Grant]) -> None:
    from sekisho.cli.clients import admin
    from sekisho.errors import UnreachableError

    with admin(settings) as client:
        done = client.create_acls([acl for grant in found for acl in bindings(grant)])
    if refused := done["failed"]:
        first = refused[0].__name__
        why = "; it has no authorizer, so everybody may do everything" if first == "SecurityDisabledError" else ""
        raise UnreachableError(f"the broker refuses {len(refused)} rights, the first with {first}{why}")
