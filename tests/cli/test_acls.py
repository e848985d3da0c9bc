"""`topics acls`: rights under the names of the settings, and no more than what is switched on needs."""

from __future__ import annotations

import json
import shlex
from typing import Any

import pytest

from sekisho.cli.acls import ROLES, bindings, command_line, grants
from sekisho.settings import Settings, without_environment
from tests.cli.conftest import Run


def allowed(settings: Settings, role: str) -> dict[str, set[str]]:
    """Topic or group: operations."""
    found: dict[str, set[str]] = {}
    for one in grants(settings, role):
        for name in one.names:
            found.setdefault(name, set()).update(one.operations)
    return found


def made(**flags: Any) -> Settings:
    return without_environment(**flags)


def test_names_come_from_the_settings() -> None:
    settings = made(topics={"shipment": "acme.shipments"}, worker={"group": "acme"})
    assert allowed(settings, "worker")["acme.shipments"] == {"Read"}
    assert allowed(settings, "worker")["acme"] == {"Read"}


def test_what_is_switched_off_is_not_granted() -> None:
    settings = made(worker={"rescreen_window_days": 0})
    topics = settings.topics
    assert not {topics.open_shipment, topics.progress, topics.alert_ocsf} & set(allowed(settings, "worker"))
    assert allowed(settings, "worker")[topics.fingerprint] == {"Read", "Write"}
    assert topics.fingerprint not in allowed(made(worker={"stripping_window_days": 0}), "worker")
    assert topics.alert_ocsf in allowed(made(output={"ocsf": True}), "worker")


@pytest.mark.parametrize("days", [0, 30])
def test_an_analyst_may_read_all_that_explaining_and_back_testing_read(days: int) -> None:
    settings = made(worker={"rescreen_window_days": days, "stripping_window_days": days}, output={"ocsf": True})
    topics = settings.topics.model_dump(exclude={"partitions", "replication"})
    assert {name for name, some in allowed(settings, "analyst").items() if some == {"Read"}} == set(topics.values())


def test_who_prunes_lists_sees_what_still_refers_to_them() -> None:
    settings = made(worker={"rescreen_window_days": 0})
    for name in (settings.topics.open_shipment, settings.topics.open_payment, settings.topics.progress):
        assert allowed(settings, "lists")[name] == {"Read"}


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"lists"}))
def test_only_the_publisher_of_lists_writes_lists(role: str) -> None:
    settings = made()
    topics = settings.topics
    for name in (topics.entity, topics.goods, topics.measure, topics.list, topics.reference):
        assert "Write" not in allowed(settings, role).get(name, set())


@pytest.mark.parametrize("role", sorted(set(ROLES) - {"worker", "privacy"}))
def test_only_the_worker_answers(role: str) -> None:
    settings = made()
    assert "Write" not in allowed(settings, role).get(settings.topics.verdict, set())
    assert "Write" not in allowed(settings, role).get(settings.topics.alert, set())


@pytest.mark.parametrize("role", sorted(ROLES))
def test_both_forms_say_the_same(role: str) -> None:
    for grant in grants(made(), role, "User:CN=a b"):
        words = shlex.split(command_line(grant, "h:1"))
        assert words[:5] == ["kafka-acls.sh", "--bootstrap-server", "h:1", "--add", "--allow-principal"]
        assert words[5] == "User:CN=a b"
        told = {(words[i], words[i + 1]) for i in range(6, len(words), 2)}
        assert told == {("--operation", one) for one in grant.operations} | {
            (f"--{grant.resource}", name) for name in grant.names
        }
        assert {acl.resource_pattern.resource_name for acl in bindings(grant)} == set(grant.names)
        assert {acl.operation.name.replace("_", "").lower() for acl in bindings(grant)} == {
            one.lower() for one in grant.operations
        }
        assert {acl.principal for acl in bindings(grant)} == {"User:CN=a b"}


def test_the_command_tells_every_role_and_changes_nothing(run: Run) -> None:
    told = run("topics", "acls")
    assert told.code == 0
    assert all(f"User:sekisho-{role}" in told.out for role in ROLES)
    one = run("topics", "acls", "worker", "--principal", "User:x", "--json")
    assert {json.loads(line)["principal"] for line in one.out.splitlines()} == {"User:x"}


def test_a_shadow_worker_reads_what_the_live_one_reads_and_writes_nothing_of_it(run: Run) -> None:
    told = run("topics", "acls", "worker", "--shadow", "canary.", "--principal", "User:canary", "--json")
    written = {
        name for one in map(json.loads, told.out.splitlines()) if "Write" in one["operations"] for name in one["names"]
    }
    assert written
    assert all(name.startswith("canary.") for name in written)
    read = {name for one in map(json.loads, told.out.splitlines()) for name in one["names"]} - written
    assert read == {"canary.sekisho"} | {
        getattr(made().topics, field)
        for field in ("shipment", "payment", "entity", "goods", "measure", "list", "reference")
    }


def test_a_principal_goes_with_one_role(run: Run) -> None:
    assert run("topics", "acls", "--principal", "User:x").code == 2
