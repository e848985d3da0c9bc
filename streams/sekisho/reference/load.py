"""Reads lists from files and folders: each file is recognised by what is in it, not by its name alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from sekisho.errors import InputError, ReferenceDataError
from sekisho.reference import bundled, measure_files, own
from sekisho.reference.loaded import LoadedList
from sekisho.reference.sources import FORMATS
from sekisho.reference.sources.file import Format, SourceFile

_MEASURES = frozenset({".yaml", ".yml"})


#: What is being read, how many files have been, and of how many.
Progress = Callable[[str, int, int], None]


def load_paths(paths: Iterable[Path | str], progress: Progress | None = None) -> tuple[LoadedList, ...]:
    """Every list in ``paths``, in the order of list ids. ``bundled`` names the pack in the package.

    A file that no format recognises is an error where it is named, and passed over in a folder. Raises InputError, and
    ReferenceDataError where one list comes from two files of different sources.
    """
    names = [str(path) for path in paths]
    lists: list[LoadedList] = list(bundled.lists()) if BUNDLED_WORD in names else []
    measures: list[Path] = []
    claimed: dict[str, tuple[Format, list[SourceFile]]] = {}
    for path, named in _files(Path(name) for name in names if name != BUNDLED_WORD):
        if path.suffix.lower() in _MEASURES:
            measures.append(path)
            continue
        file = SourceFile.open(path)
        form = next((one for one in FORMATS if one.recognises(file)), None)
        if form is not None:
            claimed.setdefault(form.name, (form, []))[1].append(file)
        elif named:
            if not path.stat().st_size:
                raise InputError(f"{path}: the file is empty; fetch it again")
            if file.is_utf16:
                raise InputError(f"{path}: the file is UTF-16; save it as UTF-8, or `iconv -f UTF-16 -t UTF-8` it")
            own_list = _own(file)
            raise InputError(
                f"{path}: no format recognises this file; {own_list}known are {', '.join(f.name for f in FORMATS)}"
            )
    done, total = 0, sum(len(files) for _, files in claimed.values())
    for form, files in claimed.values():
        if progress:
            progress(form.name, done, total)
        lists += form.load(files)
        done += len(files)
    lists += _measures(measures)
    if not lists:
        raise InputError(f"no list was found in {', '.join(names) or 'nothing'}; name files or folders with lists")
    return once_each(lists)


def _own(file: SourceFile) -> str:
    """What a list of one's own lacks, where the file's name says that it may be one."""
    suffix = file.path.suffix.lower()
    if suffix == ".csv":
        columns = [cell.strip() for cell in file.first_cells]
        unknown = [name for name in columns if name not in own.CSV_COLUMNS]
        if "name" in columns:
            # What has not the form of a column's name may be a person's, and is not told.
            shown = ", ".join(name for name in unknown if name.isidentifier() and name.islower()) or "others"
            return f"a CSV of your own cannot have the columns {shown}, only {', '.join(sorted(own.CSV_COLUMNS))}; "
        return f"a CSV of your own names its columns in the first line, separated by commas, `name` and any of {', '.join(sorted(own.CSV_COLUMNS - {'name'}))}; "
    if suffix in (".jsonl", ".ndjson"):
        return "a list of your own has one JSON object a line, with `names` (an entry) or `table_id` (a goods item); "
    return ""


#: Where a path is asked for, this word is the pack in the package.
BUNDLED_WORD = "bundled"


def once_each(lists: Sequence[LoadedList]) -> tuple[LoadedList, ...]:
    """In the order of ids. Raises ReferenceDataError where a list comes from two sources: which one is right?"""
    by_id: dict[str, LoadedList] = {}
    for one in lists:
        other = by_id.setdefault(one.list_id, one)
        if other is not one:
            raise ReferenceDataError(
                f"{one.list_id} comes from two sources: {other.source} and {one.source}; give one of them"
            )
    return tuple(by_id[list_id] for list_id in sorted(by_id))


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Each file, and whether it was named itself."""
    for path in paths:
        if path.is_dir():
            # hidden files are downloads on their way, and other people's bookkeeping
            found = (file for file in sorted(path.rglob("*")) if file.is_file() and not file.name.startswith("."))
            yield from ((file, False) for file in found)
        elif path.exists():
            yield path, True
        else:
            raise InputError(f"{path}: there is no such file or folder")


def _measures(files: Sequence[Path]) -> Iterator[LoadedList]:
    """One measure set may stand in several files."""
    sets: dict[str, LoadedList] = {}
    for file in files:
        for one in measure_files.load(file):
            if one.list_id in sets:
                other = sets[one.list_id]
                one = msgspec.structs.replace(
                    other,
                    records=(*other.records, *one.records),
                    version=max(one.version, other.version),
                    source=f"{other.source}, {one.source}",
                )
            sets[one.list_id] = one
    yield from sets.values()
