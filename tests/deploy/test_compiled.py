"""What pyproject.toml names for compilation can be compiled, and where the compiled wheel is installed it is what runs."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sekisho.compiled import COMPILED

ROOT = Path(__file__).resolve().parents[2]
HOOK: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["custom"]  # fmt: skip


@pytest.fixture(scope="module")
def hatch_build() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "deploy" / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def named(hatch_build: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    monkeypatch.chdir(ROOT)
    return [ROOT / path for path in hatch_build.named(HOOK)]


def test_it_is_off_unless_it_is_asked_for() -> None:
    assert HOOK["enable-by-default"] is False


def test_no_module_that_defines_a_struct_is_compiled(named: list[Path]) -> None:
    """It would lose what the class says of itself: frozen, and so hashable."""
    assert named
    for path in named:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                assert not any("Struct" in ast.unparse(base) for base in node.bases), f"{path.name}: {node.name}"


def test_a_pattern_that_fits_nothing_is_refused(hatch_build: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    with pytest.raises(ValueError, match=r"sekisho/no_such_room/\*\.py"):
        hatch_build.named({**HOOK, "compile": ["sekisho/no_such_room/*.py"]})


def test_an_editable_install_stays_plain(hatch_build: ModuleType, tmp_path: Path) -> None:
    hook = hatch_build.CompiledModules(str(tmp_path), HOOK, None, None, str(tmp_path), "wheel")
    data: dict[str, Any] = {}
    hook.initialize("editable", data)
    assert data == {}
    assert list(tmp_path.iterdir()) == []


def test_all_that_is_named_runs_compiled_or_none_of_it(named: list[Path]) -> None:
    for path in named:
        name = ".".join(path.relative_to(ROOT / "streams").with_suffix("").parts)
        file = importlib.import_module(name).__file__
        assert file is not None
        assert file.endswith(".py") is not COMPILED, f"{name} is {file}"
