"""Coverage-guided fuzzing of every decoder, parser and matcher.

    python -m tests.fuzz.fuzz [TARGET …] [--seconds 60] [--seed 0]

Without targets each is run for so long; `decoders` and `matchers` are several in one. Inputs begin with `tests/fuzz/corpus/TARGET`; what reaches new code is kept in
`build/fuzz/TARGET`, and is worth a place in the corpus where it is small and says something. An input that raises, takes
more than ``SLOW_S`` or 2 GB is written there too, as `crash-…`, `timeout-…` or `oom-…`: it goes into the corpus with the
fix, where `tests/fuzz/test_corpus.py` holds it. Exit code 1 if there was one. Needs atheris (Linux on x86-64).
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CORPUS = HERE / "corpus"
BUILD = ROOT / "build" / "fuzz"

#: One input may take this long, instrumented and on a loaded machine (seconds).
SLOW_S = 20
#: Bytes of one input: what is long is tested by its length (`test_malformed.py`), not by its content.
LONGEST = 4096


def child(name: str, options: list[str]) -> None:
    """Fuzz in this process; libFuzzer ends it."""
    import atheris

    with atheris.instrument_imports(include=["sekisho"]):
        from tests.fuzz.targets import TARGETS
    target = TARGETS[name]
    for first in range(8):  # load the tables before the clock runs, of each target of a group
        target(bytes([first]))
    atheris.Setup([sys.argv[0], *options], target)
    atheris.Fuzz()


def fuzz(name: str, seconds: int, seed: int, build: Path = BUILD) -> tuple[int, str]:
    """How many inputs were run in ``seconds``, and what was found wrong: libFuzzer's last words, or nothing."""
    kept = build / name
    kept.mkdir(parents=True, exist_ok=True)
    seeds = CORPUS / name
    if not seeds.exists():
        seeds = _seeds_of_group(name, build / f"{name}-seeds")
    words = HERE / "words" / f"{name}.txt"
    options = [
        f"-max_total_time={seconds}",
        f"-seed={seed}" if seed else "-seed=0",
        f"-timeout={SLOW_S}",
        "-rss_limit_mb=2048",
        f"-max_len={LONGEST}",
        f"-artifact_prefix={kept}/",
        "-print_final_stats=1",
        *([f"-dict={words}"] if words.exists() else []),
        str(kept),
        str(seeds),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.fuzz", "--child", name, "--", *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=seconds + 300,
    )
    said = done.stdout + done.stderr
    count = re.search(r"stat::number_of_executed_units:\s*(\d+)", said)
    runs = int(count.group(1)) if count else 0
    return runs, "" if done.returncode == 0 and runs else said[-4000:] or "it ended without a word"


def _seeds_of_group(name: str, folder: Path) -> Path:
    """The corpora of the group's targets, each input with the byte before it that chooses the target."""
    from tests.fuzz.targets import GROUPS

    folder.mkdir(parents=True, exist_ok=True)
    for number, target in enumerate(GROUPS[name]):
        for seed in (CORPUS / target.__name__).iterdir():
            (folder / f"{target.__name__}-{seed.name}").write_bytes(bytes([number]) + seed.read_bytes())
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--seed", type=int, default=0, help="0: another one each time")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.child, arguments.targets)
        return 0
    names = arguments.targets or sorted(one.name for one in CORPUS.iterdir() if one.is_dir())
    faults = 0
    for name in names:
        began = time.monotonic()
        runs, fault = fuzz(name, arguments.seconds, arguments.seed)
        took = time.monotonic() - began
        print(f"{name:12} {runs:9,} inputs in {took:5.0f} s: {'A DEFECT' if fault else 'nothing found'}", flush=True)
        if fault:
            faults += 1
            print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
