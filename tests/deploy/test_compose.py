"""The deployment without a container engine: every path, port, command, variable and metric is resolved against the repo.

What this cannot show: that the images start. They have not been run here.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from check_jsonschema.builtin_schemas import get_builtin_schema
from jsonschema import Draft7Validator

from sekisho.cli.main import cli
from sekisho.settings import load
from sekisho.version import VERSION

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"].startswith("sekisho:")}
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text()


SCHEMA: dict[str, Any] = get_builtin_schema("vendor.compose-spec")


def against_the_specification(compose: dict[str, Any]) -> list[str]:
    """Where ``compose`` is not what the Compose specification's schema allows."""
    return [f"{error.json_path}: {error.message}" for error in Draft7Validator(SCHEMA).iter_errors(compose)]


def test_it_is_a_compose_file() -> None:
    assert against_the_specification(COMPOSE) == []


@pytest.mark.parametrize(
    "change",
    [
        {"depends_on": {"kafka": {"condition": "service_well"}}},
        {"healthchek": {"test": ["CMD", "true"]}},
        {"ports": [{"published": True}]},
        {"read_only": []},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_check_can_fail(change: dict[str, Any]) -> None:
    services = {**SERVICES, "worker": {**SERVICES["worker"], **change}}
    assert against_the_specification({**COMPOSE, "services": services})


def test_nothing_is_left_to_variables_of_the_shell() -> None:
    """`docker compose up` is enough; a variable that nobody sets would be an empty word in the middle of a value."""
    assert "$" not in (ROOT / "docker-compose.yml").read_text()


def test_the_image_is_of_this_version() -> None:
    assert {service["image"] for service in OURS.values()} == {f"sekisho:{VERSION}"}


def test_our_containers_run_with_the_least() -> None:
    for name, service in OURS.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
    users = re.findall(r"^USER (\S+)", DOCKERFILE, re.M)
    assert users, "the image would run as root"
    assert int(users[-1]) > 0
    assert len(re.findall(r"^FROM", DOCKERFILE, re.M)) > 1, "the tools that build it are not in the image"
    assert "--require-hashes -r deploy/locks/runtime.txt" in DOCKERFILE


def test_demo_traffic_is_of_every_kind_that_is_screened() -> None:
    demo = [service["command"] for service in OURS.values() if service.get("profiles") == ["demo"]]
    assert {command[1] for command in demo} == {"shipments", "payments"}


def parse(arguments: list[str]) -> click.Command:
    """The command that ``arguments`` call, its flags and values checked by click itself."""
    command: click.Command = cli
    rest = list(arguments)
    with click.Context(cli) as context:
        while isinstance(command, click.Group):
            found = command.get_command(context, rest.pop(0))
            assert found is not None, f"no such command: {arguments}"
            command = found
    command.make_context(arguments[-1], rest)
    return command


@pytest.mark.parametrize("name", sorted(OURS))
def test_commands_are_ours(name: str) -> None:
    parse(OURS[name]["command"])


def test_the_image_runs_the_command_line() -> None:
    assert 'ENTRYPOINT ["sekisho"]' in DOCKERFILE
    parse(json.loads(re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.M)[-1]))


@pytest.mark.parametrize("name", sorted(OURS))
def test_variables_are_settings(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    variables = dict(re.findall(r"(SEKISHO_\w+)=(\S+)", DOCKERFILE)) | OURS[name]["environment"]
    assert variables
    for variable, value in variables.items():
        assert isinstance(value, str), f"{variable}: quote it; YAML would make a {type(value).__name__} of it"
        monkeypatch.setenv(variable, value)
    settings = load()  # raises for a section or a field that does not exist
    host, port = settings.kafka.bootstrap_servers.split(":")
    assert f"INSIDE://{host}:{port}" in SERVICES[host]["environment"]["KAFKA_ADVERTISED_LISTENERS"]


def test_images_are_pinned() -> None:
    images = [service["image"] for service in SERVICES.values()] + re.findall(r"^FROM (\S+)", DOCKERFILE, re.M)
    for image in images:
        tag = image.rpartition(":")[2]
        assert tag not in ("", "latest"), image
        assert any(c.isdigit() for c in tag), f"{image} is not pinned"


def test_the_broker_is_the_one_that_is_tested() -> None:
    pom = (ROOT / "deploy/kafka/pom.xml").read_text()
    version = re.search(r"kafka_2\.13</artifactId>\s*<version>([\d.]+)", pom)
    assert version is not None
    assert SERVICES["kafka"]["image"] == f"apache/kafka:{version[1]}"


def test_mounted_and_copied_paths_exist() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (ROOT / source).exists(), source
            else:
                assert source in COMPOSE["volumes"], source
    for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.M):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
            ignored = (ROOT / ".dockerignore").read_text().splitlines()
            assert f"!{source}" in ignored, f"{source} is not sent to the builder"


def test_only_loopback_ports_are_opened_and_none_twice() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert len({port.split(":")[1] for port in ports}) == len(ports)


def test_who_waits_for_whom_exists_and_can_be_healthy() -> None:
    for name, service in SERVICES.items():
        for other, wait in service.get("depends_on", {}).items():
            assert other in SERVICES, f"{name} waits for {other}"
            if wait["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other], f"{name} waits for the health of {other}, which has no check"
    assert SERVICES["worker"]["depends_on"]["lists"]["condition"] == "service_completed_successfully"


def test_prometheus_scrapes_the_port_that_the_worker_opens() -> None:
    config = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    (discovery,) = config["scrape_configs"][0]["dns_sd_configs"]
    (host,) = discovery["names"]
    port = str(discovery["port"])
    assert SERVICES[host]["environment"]["SEKISHO_METRICS__PORT"] == port
    assert SERVICES[host]["ports"][0].endswith(f":{port}")
    assert f":{port}/ready" in " ".join(SERVICES[host]["healthcheck"]["test"])


def test_prometheus_scrapes_the_sync_under_its_own_job() -> None:
    """Not as a worker: `SekishoDown` counts those."""
    config = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    job = config["scrape_configs"][1]
    assert job["job_name"] != config["scrape_configs"][0]["job_name"]
    (discovery,) = job["dns_sd_configs"]
    (host,) = discovery["names"]
    port = str(discovery["port"])
    assert SERVICES[host]["environment"]["SEKISHO_METRICS__PORT"] == port
    assert f":{port}/metrics" in " ".join(SERVICES[host]["healthcheck"]["test"])


def test_prometheus_finds_its_rules() -> None:
    config = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    for pattern in config["rule_files"]:
        assert list((ROOT / "deploy/prometheus").glob(pattern)), pattern
    mounts = dict(volume.split(":")[:2] for volume in SERVICES["prometheus"]["volumes"])
    assert mounts["./deploy/prometheus/rules"] == "/etc/prometheus/rules"
    assert mounts["./deploy/prometheus/prometheus.yml"] == "/etc/prometheus/prometheus.yml"


def test_health_checks_ask_pages_that_the_worker_has() -> None:
    asked = " ".join(SERVICES["worker"]["healthcheck"]["test"]) + DOCKERFILE
    pages = set(re.findall(r"127\.0\.0\.1:9464(/\w+)", asked))
    routes = set(re.findall(r'add_get\("(/\w+)"', (ROOT / "streams/sekisho/agents/health.py").read_text()))
    assert pages == {"/ready", "/live"}
    assert pages <= routes


def test_files_inside_the_image_are_in_the_package() -> None:
    version = re.findall(r"^FROM python:(\d+\.\d+)", DOCKERFILE, re.M)[-1]
    packages = f"/opt/sekisho/lib/python{version}/site-packages/"
    inside = [word for service in OURS.values() for word in service["command"] if word.startswith("/")]
    assert inside
    for path in inside:
        assert path.startswith(packages), path
        assert (ROOT / "streams" / path.removeprefix(packages)).is_file(), path


def test_every_service_is_bounded_and_those_that_stay_come_back() -> None:
    for name, service in SERVICES.items():
        limits = service["deploy"]["resources"]["limits"]
        assert {"memory", "cpus"} <= set(limits), name
        stays = "healthcheck" in service
        assert (service.get("restart") == "unless-stopped") == stays, name


def test_grafana_finds_its_dashboard_and_prometheus() -> None:
    grafana = SERVICES["grafana"]
    mounts = dict(volume.split(":")[:2] for volume in grafana["volumes"])
    provider = yaml.safe_load((ROOT / "deploy/grafana/provisioning/dashboards/sekisho.yml").read_text())
    assert provider["providers"][0]["options"]["path"] == mounts["./deploy/grafana/dashboards"]
    home = grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert (ROOT / home.replace(mounts["./deploy/grafana/dashboards"], "deploy/grafana/dashboards")).is_file()
    source = yaml.safe_load((ROOT / "deploy/grafana/provisioning/datasources/prometheus.yml").read_text())
    assert source["datasources"][0]["url"] == "http://prometheus:9090"
