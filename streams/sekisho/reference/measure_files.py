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

import difflib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import msgspec
import yaml

from sekisho.errors import InputError
from sekisho.model import Destination, GoodsTerm, Measure, Money, Nexus, PartyTerm, Terms
from sekisho.model.measure import Effect
from sekisho.reference.loaded import LoadedList

_OWN = frozenset({"list_id", "version", "lists", "measures"})


def _names(record: type[msgspec.Struct]) -> frozenset[str]:
    return frozenset(field.encode_name for field in msgspec.structs.fields(record))


_FIELDS = _names(Measure)
_TERMS = _names(Terms)
#: The mappings inside terms, and what each may hold.
_INSIDE = {
    "destination": _names(Destination),
    "goods": _names(GoodsTerm),
    "parties": _names(PartyTerm),
    "nexus": _names(Nexus),
    "value_below": _names(Money),
}
#: What a record's field is not, in the words of its decoder, and how to write it.
_REMEDIES = {
    "Invalid RFC3339 encoded date": "is no day of the calendar; write one like 2023-02-03",
    "Expected `array`, got `str`": "is a single word where a list belongs; write it in brackets: [JP]",
}


class _TwiceError(yaml.constructor.ConstructorError):
    """A key that stands twice in one mapping."""


class _Loader(yaml.BaseLoader):
    """A file is ours or the user's own; the base loader makes text of every scalar and no objects.

    Of two equal keys YAML would take the last, and a measure would lose its first `effect` without a word.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                if key.value in seen:
                    raise _TwiceError(problem=f"`{key.value}` stands there twice", problem_mark=key.start_mark)
                seen.add(key.value)
        return super().construct_mapping(node, deep)


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
        document = yaml.load(file.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
    except UnicodeDecodeError:
        raise InputError(f"{file}: not a readable YAML file: it is not text in UTF-8") from None
    except _TwiceError as error:
        raise InputError(f"{file}: {_where(error)}: {error.problem}") from None
    except (OSError, yaml.YAMLError) as error:
        raise InputError(f"{file}: not a readable YAML file: {_where(error)}") from None
    if not isinstance(document, dict) or not isinstance(document.get("measures"), list):
        raise InputError(f"{file}: a measure file is a mapping with a list under `measures`")
    for key in ("list_id", "version"):
        if not isinstance(document.get(key), str) or not document[key].strip():
            raise InputError(f"{file}: `{key}` is missing at the top of the file")
    shared = {key: value for key, value in document.items() if key not in _OWN}
    return document["list_id"], document["version"], [_measure(file, shared, m) for m in document["measures"]]


def _measure(file: Path, shared: dict[str, Any], own: Any) -> Measure:
    if not isinstance(own, dict) or not isinstance(own.get("id"), str):
        raise InputError(f"{file}: each measure is a mapping with an `id`")
    where = f"{file}: measure {own['id']}"
    written = {**shared, **own}
    for problem in _unknown_keys(written):
        raise InputError(f"{where}: {problem}")
    try:
        return msgspec.convert(written, Measure, strict=False)
    except msgspec.ValidationError as error:
        raise InputError(f"{where}: {_said(error)}") from None


def _unknown_keys(written: Mapping[str, Any]) -> Iterator[str]:
    """Keys that no record has, at every depth: a condition under a misspelt key would be no condition at all."""
    yield from _beyond(written, _FIELDS, "")
    exceptions = written.get("except")
    every = [("when", written.get("when"))]
    every += [(f"except {n}", one) for n, one in enumerate(exceptions, 1)] if isinstance(exceptions, list) else []
    for where, terms in every:
        if not isinstance(terms, dict):
            continue
        yield from _beyond(terms, _TERMS, f"{where}: ")
        for key, fields in _INSIDE.items():
            if isinstance(inner := terms.get(key), dict):
                yield from _beyond(inner, fields, f"{where}: {key}: ")


def _beyond(written: Mapping[str, Any], fields: frozenset[str], where: str) -> Iterator[str]:
    unknown = sorted(written.keys() - fields)
    if not unknown:
        return
    near = [one for key in unknown for one in difflib.get_close_matches(key, fields, n=1)]
    meant = f" (perhaps {', '.join(near)} was meant)" if near else ""
    yield f"{where}unknown field {', '.join(unknown)}{meant}; fields are {', '.join(sorted(fields))}"


def _said(error: msgspec.ValidationError) -> str:
    """The decoder's words, and how to write it right where they do not say so."""
    what, _, at = str(error).partition(" - at `$.")
    if what.startswith("Invalid enum value") and at == "effect`":
        return f"{what.removeprefix('Invalid enum value ')} is no effect; effects are {', '.join(get_args(Effect))}"
    remedy = _REMEDIES.get(what)
    return f"{at.rstrip('`')} {remedy}" if remedy and at else str(error)


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
