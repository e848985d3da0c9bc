"""Measures as YAML, one file a legal act: what its measures share stands at the top, each measure below.

    list_id: measures-jp          # the measure set that the file belongs to
    version: "2023-07-23"
    jurisdiction: JP
    time_zone: Asia/Tokyo
    legal_basis: …                # any field of a measure may be shared
    measures:
      - id: jp-etco-2-1-item-1-4
        title: …
        when: {export_country: [JP], destination: {countries: [RU]}, goods: {tables: [jp-eto-2-3]}}
        effect: prohibited

``lists:`` at the top is free for YAML anchors. Every scalar is read as text and typed by the record, so
that Norway's code stays ``NO``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import yaml

from sekisho.errors import InputError
from sekisho.model import Measure
from sekisho.reference.loaded import LoadedList

_OWN = frozenset({"list_id", "version", "lists", "measures"})
_FIELDS = frozenset(field.encode_name for field in msgspec.structs.fields(Measure))


def load(folder: Path) -> tuple[LoadedList, ...]:
    """Every measure set in the YAML files of ``folder`` (or in one file), one LoadedList a ``list_id``."""
    files = sorted(folder.glob("*.yaml")) if folder.is_dir() else [folder]
    sets: dict[str, list[tuple[str, Measure]]] = {}
    for file in files:
        list_id, version, measures = read(file)
        sets.setdefault(list_id, []).extend((version, measure) for measure in measures)
    return tuple(_loaded(list_id, found, str(folder)) for list_id, found in sorted(sets.items()))


def read(file: Path) -> tuple[str, str, list[Measure]]:
    """``(list_id, version, measures)`` of one file. Raises InputError that names file, measure and field."""
    try:
        # A file is ours or the user's own; the base loader makes text of every scalar and no objects.
        document = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    except UnicodeDecodeError:
        raise InputError(f"{file}: not a readable YAML file: it is not text in UTF-8") from None
    except (OSError, yaml.YAMLError) as error:
        raise InputError(f"{file}: not a readable YAML file: {_where(error)}") from None
    if not isinstance(document, dict) or not isinstance(document.get("measures"), list):
        raise InputError(f"{file}: a measure file is a mapping with a list under `measures`")
    for key in ("list_id", "version"):
        if not isinstance(document.get(key), str):
            raise InputError(f"{file}: `{key}` is missing at the top of the file")
    shared = {key: value for key, value in document.items() if key not in _OWN}
    return document["list_id"], document["version"], [_measure(file, shared, m) for m in document["measures"]]


def _measure(file: Path, shared: dict[str, Any], own: Any) -> Measure:
    if not isinstance(own, dict) or not isinstance(own.get("id"), str):
        raise InputError(f"{file}: each measure is a mapping with an `id`")
    where = f"{file}: measure {own['id']}"
    unknown = (shared.keys() | own.keys()) - _FIELDS
    if unknown:
        raise InputError(
            f"{where}: unknown field {', '.join(sorted(unknown))}; fields are {', '.join(sorted(_FIELDS))}"
        )
    try:
        return msgspec.convert({**shared, **own}, Measure, strict=False)
    except msgspec.ValidationError as error:
        raise InputError(f"{where}: {error}") from None


def _loaded(list_id: str, found: Iterable[tuple[str, Measure]], source: str) -> LoadedList:
    pairs = list(found)
    ids = [measure.id for _, measure in pairs]
    for measure_id in ids:
        if ids.count(measure_id) > 1:
            raise InputError(f"{source}: measure {measure_id} stands there twice; an id names one measure")
    version = max(version for version, _ in pairs)
    return LoadedList(list_id, "measures", version, source, tuple(measure for _, measure in pairs))


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"line {mark.line + 1}, column {mark.column + 1}" if mark is not None else type(error).__name__
