"""Renders the chart with Helm, as a cluster would get it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.support.absent import absent

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "deploy/helm/sekisho"
CASES = sorted((CHART / "ci").glob("*-values.yaml"))
#: What the rendered manifests are held against; Helm built as a Go module would take itself to be on a much older one.
KUBERNETES = "1.34.0"
NAMESPACE = "trade"

Manifest = dict[str, Any]


def helm(*arguments: str) -> subprocess.CompletedProcess[str]:
    found = ROOT / ".venv/bin/helm"
    binary = str(found) if found.is_file() else shutil.which("helm")
    if binary is None:
        absent("the Helm chart was not checked: there is no helm; run `make helm` (needs Go 1.24 or newer)")
    return subprocess.run([binary, *arguments], capture_output=True, text=True, check=False)


def template(values: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    where = ("--kube-version", KUBERNETES, "--namespace", NAMESPACE)
    return helm("template", "acme", str(CHART), *where, "--values", str(values), *flags)


def rendered(values: Path, *flags: str) -> list[Manifest]:
    """The manifests; each a document of its own."""
    done = template(values, *flags)
    assert done.returncode == 0, done.stderr
    return [one for one in yaml.safe_load_all(done.stdout) if one]
