"""The corpus, and every input that once was a defect, through their targets; the fuzzer itself for some seconds."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.fuzz import CORPUS, ROOT, fuzz
from tests.fuzz.targets import GROUPS, TARGETS
from tests.support.absent import absent

INPUTS = sorted(path for path in CORPUS.glob("*/*") if path.is_file())

#: Of each group; `make fuzz` takes minutes of each target.
SECONDS = 10


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_corpus(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())


def test_each_target_has_a_corpus() -> None:
    assert {path.parent.name for path in INPUTS} == set(TARGETS) - set(GROUPS)


@pytest.fixture
def fuzzer() -> None:
    if importlib.util.find_spec("atheris") is None:
        absent("decoders were not fuzzed: atheris has no wheel for this Python")


@pytest.mark.usefixtures("fuzzer")
@pytest.mark.parametrize("group", GROUPS)
def test_some_seconds_of_fuzzing_find_nothing(group: str, tmp_path: Path) -> None:
    runs, fault = fuzz(group, SECONDS, seed=0, build=tmp_path)
    assert fault == ""
    assert runs > len(INPUTS), "it got no further than the corpus"


@pytest.mark.usefixtures("fuzzer")
def test_the_fuzzer_finds_what_is_there_to_be_found(tmp_path: Path) -> None:
    """Four bytes in a row: chance alone would need 2^32 tries, coverage a few thousand."""
    program = tmp_path / "planted.py"
    program.write_text(
        "import sys, atheris\n"
        "@atheris.instrument_func\n"
        "def target(data):\n"
        "    if data[:1] == b'S' and data[1:2] == b'E' and data[2:3] == b'K' and data[3:4] == b'I':\n"
        "        raise ValueError('found')\n"
        "atheris.Setup(sys.argv, target)\n"
        "atheris.Fuzz()\n"
    )
    command = [sys.executable, str(program), "-max_total_time=60", "-seed=7", f"-artifact_prefix={tmp_path}/"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120)
    assert done.returncode != 0
    assert [one.read_bytes()[:4] for one in tmp_path.glob("crash-*")] == [b"SEKI"]
