"""The build hook of the compiled wheel: what pyproject.toml names, as C extensions made by mypyc (``make native``).

Off unless HATCH_BUILD_HOOKS_ENABLE is set: sekisho is plain Python by default. Nothing is written beside the sources, where
a compiled module would go on being imported after its source is edited: C files and objects lie in ``build/native``, compiled
modules go from there into the wheel. For the same reason an editable install is always plain.

The modules of a folder make one extension, so that calls within it stay calls in C, and folders are compiled side by side.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections import defaultdict
from importlib import metadata
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = "streams"

#: Nothing but a module's entry is for others to call or to replace: without this a compiler must take every call between
#: functions of one library through a table, and may inline none. A twelfth of the time of a search.
#: https://gcc.gnu.org/onlinedocs/gcc/Optimize-Options.html#index-fno-semantic-interposition
OWN_CALLS = ("-fvisibility=hidden", "-fno-semantic-interposition")


class CompiledModules(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name != "wheel" or version == "editable":
            return
        work = Path(self.root, "build", "native", sys.implementation.cache_tag)
        work.mkdir(parents=True, exist_ok=True)
        with contextlib.chdir(self.root):
            built = compiled(self.config, work)
        build_data["pure_python"] = False
        build_data["infer_tag"] = True
        build_data["force_include"].update({str(path): str(path.relative_to(work / "lib")) for path in built})
        # mypyc's runtime library is compiled in, and its licence asks to go with it.
        for file in metadata.files("mypy") or ():
            if file.parts[-2:] == ("licenses", "LICENSE"):
                build_data["force_include"][str(file.locate())] = "sekisho/_licences/mypyc.txt"


def named(config: dict[str, Any]) -> list[Path]:
    """The modules to compile; a pattern that fits nothing is a mistake in the configuration."""
    found: dict[str, set[Path]] = {}
    for pattern in [*config["compile"], *config["plain"]]:
        found[pattern] = set(Path(SOURCES).glob(pattern))
        if not found[pattern]:
            raise ValueError(f"no file of {SOURCES} fits the pattern {pattern} of the build hook in pyproject.toml")
    plain = set().union(*(found[pattern] for pattern in config["plain"]))
    return sorted(set().union(*(found[pattern] for pattern in config["compile"])) - plain)


def compiled(config: dict[str, Any], work: Path) -> list[Path]:
    """The shared libraries that have been made of the modules. What the tools say is in ``work/log``."""
    from mypyc.build import mypycify
    from setuptools import Distribution, Extension

    folders: dict[Path, list[str]] = defaultdict(list)
    for file in named(config):
        folders[file.parent].append(str(file))
    # The largest folder first: the others are compiled beside it.
    groups: list[tuple[list[str], str | None]] = [
        (files, f"{'.'.join(folder.relative_to(SOURCES).parts)}.compiled")
        for folder, files in sorted(folders.items(), key=lambda item: -sum(Path(f).stat().st_size for f in item[1]))
    ]
    options = config.get("options", {})
    os.environ["MYPYPATH"] = SOURCES
    with open(work / "log", "w") as log, contextlib.redirect_stdout(log):
        try:
            extensions = mypycify(
                [f"--cache-dir={work / 'mypy'}", *(file for files, _ in groups for file in files)],
                separate=groups,
                target_dir=str(work / "c"),
                **options,
            )
        except SystemExit:  # its way of saying that types are wrong
            log.flush()
            sys.stderr.write(Path(log.name).read_text())
            raise
        if os.name == "posix":
            for extension in extensions:
                extension.extra_compile_args.extend(OWN_CALLS)
        # Modules that are C by hand, with the options that `make install` gives them.
        by_hand = [
            Extension(
                ".".join(source.relative_to(SOURCES).with_suffix("").parts),
                [str(source)],
                extra_compile_args=["-O3", "-ffp-contract=off"],
            )
            for source in sorted(Path(SOURCES).rglob("*.c"))
        ]
        distribution = Distribution({"name": "sekisho", "ext_modules": [*extensions, *by_hand]})
        build: Any = distribution.get_command_obj("build_ext")
        build.build_lib, build.build_temp = str(work / "lib"), str(work / "objects")
        build.parallel = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        build.ensure_finalized()
        build.run()
    return [Path(path) for path in build.get_outputs()]
