"""The Helm chart: what it renders is valid Kubernetes, agrees with itself, and runs commands and settings that exist.

Not shown here: that a cluster runs it. There was none.
"""

from __future__ import annotations

import functools
import json
import re
import warnings
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from jsonschema import Draft7Validator

from sekisho.settings import load
from sekisho.version import VERSION
from tests.deploy.charts import CASES, CHART, KUBERNETES, ROOT, Manifest, helm, rendered, template
from tests.deploy.test_compose import parse

PLAIN, SCRAM, OAUTH, CERTIFICATE = (
    CHART / f"ci/{name}-values.yaml" for name in ("plain", "scram", "oauth", "certificate")
)
#: Kinds that an operator brings; their schemas are not Kubernetes' own.
OPERATORS = {
    "ServiceMonitor": "monitoring.coreos.com/v1",
    "PrometheusRule": "monitoring.coreos.com/v1",
    "ScaledObject": "keda.sh/v1alpha1",
    "TriggerAuthentication": "keda.sh/v1alpha1",
}


def closed(required: str, **fields: Any) -> dict[str, Any]:
    """An object with these fields and no others."""
    return {"type": "object", "properties": fields, "required": required.split(), "additionalProperties": False}


TEXT, WHOLE = {"type": "string"}, {"type": "integer"}


def several(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema, "minItems": 1}


_RELABELING = closed("targetLabel", targetLabel=TEXT, replacement=TEXT, sourceLabels=several(TEXT))
_SCALING = closed(
    "stabilizationWindowSeconds",
    stabilizationWindowSeconds={"type": "integer", "maximum": 3600},
    policies=several(closed("type value periodSeconds", type=TEXT, value=WHOLE, periodSeconds=WHOLE)),
)
_TARGET = several(closed("parameter name key", parameter=TEXT, name=TEXT, key=TEXT))
#: Their specs, as far as the chart uses them, by the operators' documentation: a field that is misspelt is none of these.
SPECS = {
    "ServiceMonitor": closed(
        "selector endpoints",
        selector=closed("matchLabels", matchLabels={"type": "object"}),
        endpoints=several(closed("port", port=TEXT, path=TEXT, interval=TEXT, relabelings=several(_RELABELING))),
    ),
    "PrometheusRule": closed(
        "groups",
        groups=several(
            closed(
                "name rules",
                name=TEXT,
                rules=several(
                    closed(
                        "alert expr labels annotations",
                        **{"alert": TEXT, "expr": TEXT, "for": TEXT},
                        labels={"type": "object", "additionalProperties": TEXT},
                        annotations={"type": "object", "additionalProperties": TEXT},
                    )
                ),
            )
        ),
    ),
    "ScaledObject": closed(
        "scaleTargetRef triggers minReplicaCount maxReplicaCount",
        scaleTargetRef=closed("apiVersion kind name", apiVersion=TEXT, kind=TEXT, name=TEXT),
        minReplicaCount=WHOLE,
        maxReplicaCount=WHOLE,
        pollingInterval=WHOLE,
        cooldownPeriod=WHOLE,
        advanced=closed(
            "horizontalPodAutoscalerConfig",
            horizontalPodAutoscalerConfig=closed(
                "behavior", behavior=closed("scaleDown", scaleUp=_SCALING, scaleDown=_SCALING)
            ),
        ),
        triggers=several(
            closed(
                "type metadata",
                type={"const": "kafka"},
                name=TEXT,
                metadata=closed(
                    "bootstrapServers consumerGroup topic lagThreshold",
                    **dict.fromkeys(
                        [
                            "bootstrapServers",
                            "consumerGroup",
                            "topic",
                            "lagThreshold",
                            "offsetResetPolicy",
                            "version",
                            "allowIdleConsumers",
                            "sasl",
                            "tls",
                        ],
                        TEXT,
                    ),
                ),
                authenticationRef=closed("name", name=TEXT),
            )
        ),
    ),
    "TriggerAuthentication": closed("secretTargetRef", secretTargetRef=_TARGET, configMapTargetRef=_TARGET),
}
CASE = pytest.mark.parametrize("values", CASES, ids=lambda path: path.stem)


@functools.cache
def manifests(values: Path) -> tuple[Manifest, ...]:
    return tuple(rendered(values))


def of_kind(values: Path, kind: str) -> list[Manifest]:
    return [one for one in manifests(values) if one["kind"] == kind]


def only(values: Path, kind: str, suffix: str = "") -> Manifest:
    (one,) = (one for one in of_kind(values, kind) if one["metadata"]["name"].endswith(suffix))
    return one


def workloads(values: Path) -> list[Manifest]:
    return [one for one in manifests(values) if one["kind"] in ("StatefulSet", "Deployment", "Job")]


def pods(values: Path) -> list[Manifest]:
    return [one["spec"]["template"] for one in workloads(values)]


def containers(values: Path) -> list[Manifest]:
    return [one for pod in pods(values) for one in pod["spec"]["containers"]]


def environment(values: Path, container: Manifest) -> dict[str, str]:
    """What the container sees; a Secret's value and a pod's name stand for themselves."""
    seen: dict[str, str] = {}
    for source in container["envFrom"]:
        seen |= only(values, "ConfigMap", source["configMapRef"]["name"])["data"]
    for one in container["env"]:
        source = one.get("valueFrom", {})
        seen[one["name"]] = one.get("value") or source.get("secretKeyRef", {}).get("key") or "acme-sekisho-0"
    return seen


@CASE
def test_it_lints(values: Path) -> None:
    done = helm("lint", "--strict", str(CHART), "--values", str(values))
    assert done.returncode == 0, done.stdout + done.stderr


@CASE
def test_every_manifest_is_valid_kubernetes(values: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the library's own reading of its schemas
        for one in manifests(values):
            if one["kind"] in OPERATORS:
                assert one["apiVersion"] == OPERATORS[one["kind"]]
                Draft7Validator(SPECS[one["kind"]]).validate(one["spec"])
            else:
                kubernetes_validate.validate(one, KUBERNETES.rpartition(".")[0], strict=True)


def test_the_check_of_manifests_can_fail() -> None:
    broken = json.loads(json.dumps(only(PLAIN, "StatefulSet")))
    broken["spec"]["replica"] = broken["spec"].pop("replicas")
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(broken, KUBERNETES.rpartition(".")[0], strict=True)


@CASE
def test_names_are_used_once_and_short_enough(values: Path) -> None:
    names = [(one["kind"], one["metadata"]["name"]) for one in manifests(values)]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 63 for _, name in names)


def test_the_longest_release_name_still_fits() -> None:
    done = helm("template", "a" * 53, str(CHART), "--kube-version", KUBERNETES, "--values", str(SCRAM))
    assert done.returncode == 0, done.stderr
    named = [one["metadata"]["name"] for one in yaml.safe_load_all(done.stdout) if one]
    assert max(map(len, named)) <= 63


@CASE
def test_selectors_meet_the_pods_they_mean(values: Path) -> None:
    def selected(labels: dict[str, str]) -> list[Manifest]:
        return [pod for pod in pods(values) if labels.items() <= pod["metadata"]["labels"].items()]

    for one in workloads(values):
        if "selector" in one["spec"]:
            assert selected(one["spec"]["selector"]["matchLabels"]) == [one["spec"]["template"]]
    worker = only(values, "StatefulSet")
    assert only(values, "Service", worker["spec"]["serviceName"])["spec"]["clusterIP"] == "None"
    for service in of_kind(values, "Service"):
        (pod,) = selected(service["spec"]["selector"])
        names = {port["name"] for container in pod["spec"]["containers"] for port in container["ports"]}
        assert {port["targetPort"] for port in service["spec"]["ports"]} <= names
    for budget in of_kind(values, "PodDisruptionBudget"):
        assert selected(budget["spec"]["selector"]["matchLabels"]) == [worker["spec"]["template"]]
    for monitor in of_kind(values, "ServiceMonitor"):
        (service,) = (
            one
            for one in of_kind(values, "Service")
            if monitor["spec"]["selector"]["matchLabels"].items() <= one["metadata"]["labels"].items()
        )
        assert monitor["spec"]["endpoints"][0]["port"] in {port["name"] for port in service["spec"]["ports"]}


@CASE
def test_commands_are_ours(values: Path) -> None:
    for container in containers(values):
        parse(container["args"])
        assert "command" not in container, "the image's entry point is the command line"


@CASE
def test_variables_are_settings_that_load(values: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every container's, with the files that it would have mounted."""
    for container in containers(values):
        with monkeypatch.context() as patch:
            mounted = {mount["mountPath"] for mount in container["volumeMounts"]}
            for variable, value in environment(values, container).items():
                assert isinstance(value, str), f"{variable}: quote it"
                if value.startswith("/"):
                    assert {value, value.rpartition("/")[0]} & mounted, f"{variable}: {value} is not mounted"
                    file = tmp_path / value.lstrip("/").replace("/", "-")
                    if not variable.endswith("CACHE"):
                        file.write_text("of the Secret")
                        value = str(file)
                patch.setenv(variable, value)
            load()


def test_settings_reach_the_worker_as_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    (container,) = only(SCRAM, "StatefulSet")["spec"]["template"]["spec"]["containers"]
    for variable, value in environment(SCRAM, container).items():
        if not value.startswith("/etc/"):
            monkeypatch.setenv(variable, value)
    monkeypatch.setenv("SEKISHO_KAFKA__SASL_PASSWORD", "of the Secret")
    monkeypatch.setenv("SEKISHO_SCHEMA_REGISTRY__PASSWORD", "of the Secret")
    settings = load()
    assert settings.worker.id == "acme-sekisho-0"
    assert settings.worker.group == "acme-sekisho"
    assert settings.topics.shipment == "acme.shipments"
    assert settings.topics.partitions == 12
    assert settings.output.ocsf is True
    assert settings.policy.jurisdictions == ("JP", "US")
    assert settings.reference.max_age_hours == {"us-ofac-sdn": 30}
    assert settings.sources.max_bytes == 268_435_456, "a large number is not written as 2.68e+08"
    assert settings.metrics.port == 9500


@CASE
def test_pods_run_with_the_least(values: Path) -> None:
    uid = re.search(r"^USER (\d+)", (ROOT / "deploy/Dockerfile").read_text(), re.M)
    assert uid is not None
    for pod in pods(values):
        assert pod["spec"]["securityContext"]["runAsNonRoot"]
        assert pod["spec"]["securityContext"]["runAsUser"] == int(uid[1])
        assert pod["spec"]["automountServiceAccountToken"] is False
        assert pod["spec"]["enableServiceLinks"] is False, "a Service named sekisho would look like settings"
        for container in pod["spec"]["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert "memory" in container["resources"]["limits"]
            assert {"cpu", "memory"} <= set(container["resources"]["requests"])
            volumes = {volume["name"] for volume in pod["spec"]["volumes"]}
            assert {mount["name"] for mount in container["volumeMounts"]} == volumes


@CASE
def test_secrets_are_named_and_never_written(values: Path) -> None:
    assert not of_kind(values, "Secret")
    for container in containers(values):
        for one in container["env"]:
            if re.search(r"PASSWORD|SECRET|TOKEN", one["name"]):
                assert one["name"].endswith("_FILE"), f"{one['name']}: a file is not in the list of processes"


def test_each_role_has_a_user_of_its_own() -> None:
    def secret(workload: Manifest, volume: str = "kafka") -> str:
        volumes = {one["name"]: one for one in workload["spec"]["template"]["spec"]["volumes"]}
        return str(volumes[volume]["secret"]["secretName"])

    assert secret(only(SCRAM, "StatefulSet")) == "sekisho-worker"
    assert secret(only(SCRAM, "Deployment", "-sync")) == "sekisho-lists"
    jobs = {one["metadata"]["labels"]["app.kubernetes.io/component"]: secret(one) for one in of_kind(SCRAM, "Job")}
    assert jobs == {"topics": "sekisho-deployer", "schemas": "sekisho-deployer", "lists": "sekisho-lists"}
    assert secret(of_kind(CERTIFICATE, "Job")[0], "kafka-certificate") == "sekisho-deployer-tls"
    assert secret(of_kind(OAUTH, "Job")[0]) == "sekisho-client", "who names no user for a role means the worker's"


def test_a_job_gets_a_new_name_when_what_it_runs_changes() -> None:
    """A job cannot be changed; one that did not change is not run again."""

    def name(*flags: str) -> str:
        (one,) = (one for one in rendered(PLAIN, *flags) if one["kind"] == "Job")
        return str(one["metadata"]["name"])

    assert name() == name("--set", "worker.replicas=3")
    assert name() != name("--set", "image.tag=0.2.0")
    assert name() != name("--set", "partitions=8")


@CASE
def test_probes_ask_pages_that_the_worker_has(values: Path) -> None:
    (container,) = only(values, "StatefulSet")["spec"]["template"]["spec"]["containers"]
    asked = {name: container[name]["httpGet"]["path"] for name in ("startupProbe", "livenessProbe", "readinessProbe")}
    # Alive, not ready: a worker that holds its events is not helped by a restart.
    assert asked == {"startupProbe": "/live", "livenessProbe": "/live", "readinessProbe": "/ready"}
    routes = set(re.findall(r'add_get\("(/\w+)"', (ROOT / "streams/sekisho/agents/health.py").read_text()))
    assert set(asked.values()) <= routes
    (port,) = container["ports"]
    assert str(port["containerPort"]) == environment(values, container)["SEKISHO_METRICS__PORT"]
    assert environment(values, container)["SEKISHO_METRICS__HOST"] == "0.0.0.0"


def test_a_drain_is_not_cut_off() -> None:
    from sekisho.agents.app import DRAIN_S

    assert only(PLAIN, "StatefulSet")["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > DRAIN_S


# -- scaling ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [SCRAM, OAUTH, CERTIFICATE], ids=lambda path: path.stem)
def test_workers_come_with_the_lag_and_never_exceed_the_partitions(values: Path) -> None:
    scaled, worker = only(values, "ScaledObject"), only(values, "StatefulSet")
    (container,) = worker["spec"]["template"]["spec"]["containers"]
    seen = environment(values, container)
    spec = scaled["spec"]
    assert "replicas" not in worker["spec"], "Helm would undo what KEDA did"
    assert spec["scaleTargetRef"] == {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "name": worker["metadata"]["name"],
    }
    assert 1 <= spec["minReplicaCount"] <= spec["maxReplicaCount"] <= int(seen["SEKISHO_TOPICS__PARTITIONS"])
    down = spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleDown"]
    assert down["stabilizationWindowSeconds"] >= 900
    assert down["policies"][0]["periodSeconds"] <= 1800, "more is not allowed"
    topics = load().topics
    wanted = {
        seen.get("SEKISHO_TOPICS__SHIPMENT", topics.shipment),
        seen.get("SEKISHO_TOPICS__PAYMENT", topics.payment),
    }
    assert {trigger["metadata"]["topic"] for trigger in spec["triggers"]} == wanted
    for trigger in spec["triggers"]:
        metadata = trigger["metadata"]
        assert trigger["type"] == "kafka"
        assert all(isinstance(value, str) for value in metadata.values()), "KEDA takes text"
        assert metadata["bootstrapServers"] == seen["SEKISHO_KAFKA__BOOTSTRAP_SERVERS"]
        assert metadata["consumerGroup"] == seen.get("SEKISHO_WORKER__GROUP", load().worker.group)
        assert metadata["allowIdleConsumers"] == "false"
        assert metadata["tls"] == "enable"
        assert trigger["authenticationRef"]["name"] == only(values, "TriggerAuthentication")["metadata"]["name"]


@pytest.mark.parametrize(
    ("values", "sasl", "parameters"),
    [
        (SCRAM, "scram_sha512", {"username", "password", "ca"}),
        (OAUTH, "oauthbearer", {"username", "password", "oauthTokenEndpointUri", "scopes"}),
        (CERTIFICATE, None, {"ca", "cert", "key"}),
    ],
    ids=["scram", "oauth", "certificate"],
)
def test_keda_logs_in_as_the_worker_does(values: Path, sasl: str | None, parameters: set[str]) -> None:
    spec = only(values, "TriggerAuthentication")["spec"]
    targets = spec["secretTargetRef"] + spec.get("configMapTargetRef", [])
    assert {one["parameter"] for one in targets} == parameters
    assert all(trigger["metadata"].get("sasl") == sasl for trigger in only(values, "ScaledObject")["spec"]["triggers"])
    for one in spec.get("configMapTargetRef", []):
        assert one["key"] in only(values, "ConfigMap", one["name"])["data"]


def test_keda_needs_no_secret_where_the_worker_needs_none() -> None:
    """TLS by the system's authorities, without a user: an empty TriggerAuthentication would be refused."""
    found = rendered(CERTIFICATE, "--set", "kafka.ca.secret=", "--set", "kafka.users.worker.certificate=")
    assert not [one for one in found if one["kind"] == "TriggerAuthentication"]
    (scaled,) = (one for one in found if one["kind"] == "ScaledObject")
    assert all("authenticationRef" not in trigger for trigger in scaled["spec"]["triggers"])
    assert all(trigger["metadata"]["tls"] == "enable" for trigger in scaled["spec"]["triggers"])


# -- monitoring ---------------------------------------------------------------------------------------------------------


def test_rules_are_those_that_are_tested() -> None:
    tested = (ROOT / "deploy/prometheus/rules/sekisho.yml").read_text()
    spec = only(SCRAM, "PrometheusRule")["spec"]
    assert spec == yaml.safe_load(tested.replace("deploy/runbooks/", "https://wiki.example/runbooks/"))
    assert "{{ $labels" in json.dumps(spec), "Helm did not take Prometheus' templates for its own"


def test_rules_find_the_jobs_that_the_monitors_name() -> None:
    named = {
        relabeling["replacement"]
        for monitor in of_kind(SCRAM, "ServiceMonitor")
        for relabeling in monitor["spec"]["endpoints"][0]["relabelings"]
        if relabeling.get("targetLabel") == "job" and "replacement" in relabeling
    }
    rules = (ROOT / "deploy/prometheus/rules/sekisho.yml").read_text()
    assert set(re.findall(r'job="([\w-]+)"', rules)) <= named


def test_dashboards_are_those_that_are_generated() -> None:
    data = only(SCRAM, "ConfigMap", "-dashboards")["data"]
    files = {path.name: path.read_text() for path in (ROOT / "deploy/grafana/dashboards").glob("*.json")}
    assert data == files
    assert sum(map(len, files.values())) < 1 << 20, "a ConfigMap holds one MiB"


def test_network_policy_lets_in_metrics_alone() -> None:
    (container,) = only(SCRAM, "StatefulSet")["spec"]["template"]["spec"]["containers"]
    policy = only(SCRAM, "NetworkPolicy", "acme-sekisho")["spec"]
    (rule,) = policy["ingress"]
    assert [port["port"] for port in rule["ports"]] == [container["ports"][0]["containerPort"]]
    assert rule["from"] == [{"namespaceSelector": {"matchLabels": {"name": "monitoring"}}}]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    out = {port["port"] for rule in policy["egress"] for port in rule["ports"]}
    servers = environment(SCRAM, container)["SEKISHO_KAFKA__BOOTSTRAP_SERVERS"].split(",")
    assert {int(server.rpartition(":")[2]) for server in servers} | {53, 8081} <= out
    assert not of_kind(OAUTH, "NetworkPolicy")


# -- values -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("image.repository=",), "image.repository is required"),
        (("kafka.bootstrapServers=",), "kafka.bootstrapServers is required"),
        (("worker.replicas=5",), "4 partitions"),
        (("autoscaling.enabled=true", "autoscaling.maxReplicas=5"), "4 partitions"),
        (("autoscaling.enabled=true", "autoscaling.minReplicas=5"), "more than the 4 workers"),
        (("autoscaling.minReplicas=0",), "minReplicas"),
        (("autoscaling.cooldownSeconds=10",), "cooldownSeconds"),
        (("worker.replica=3",), "replica"),
        (("kafka.securityProtocol=TLS",), "securityProtocol"),
        (("kafka.securityProtocol=SASL_SSL",), "kafka.users.worker.secret is required"),
        (("kafka.bootstrapServers=kafka",), "bootstrapServers"),
        (("settings.kafka.sasl_password=hunter2",), "sasl_password"),
        (("schemaRegistry.url=https://u:p@registry",), "url"),
        (("image.digest=latest",), "digest"),
    ],
    ids=str,
)
def test_wrong_values_are_told(flags: tuple[str, ...], said: str) -> None:
    done = template(PLAIN, *(word for flag in flags for word in ("--set", flag)))
    assert done.returncode != 0, "it was rendered"
    assert said in done.stderr


def test_every_value_is_in_the_schema_and_the_defaults_fit() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    schema = json.loads((CHART / "values.schema.json").read_text())

    def compare(values: dict[str, Any], schema: dict[str, Any], at: str) -> None:
        if schema.get("additionalProperties") is not False:
            return
        assert set(values) == set(schema["properties"]) - {"global", "claims"}, at
        for name, value in values.items():
            if isinstance(value, dict):
                compare(value, schema["properties"][name], f"{at}.{name}")

    compare(values, schema, "values")


def test_the_chart_is_of_this_version() -> None:
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    assert chart["appVersion"] == VERSION
    (container,) = only(PLAIN, "StatefulSet")["spec"]["template"]["spec"]["containers"]
    assert container["image"] == f"sekisho:{VERSION}"
    (container,) = only(SCRAM, "StatefulSet")["spec"]["template"]["spec"]["containers"]
    assert container["image"] == f"team/sekisho@sha256:{'0' * 64}"
