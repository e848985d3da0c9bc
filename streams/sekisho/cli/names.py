"""``names``: compare pairs of names, and search one name in the lists."""

from __future__ import annotations

import csv
import re
import sys
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from sekisho.cli.files import rows
from sekisho.cli.options import json_option
from sekisho.cli.output import counted, emit, plain, say
from sekisho.cli.reference_option import lists_option, reference_of
from sekisho.errors import InputError

if TYPE_CHECKING:
    from sekisho.model import Evidence

#: What the column ``schema`` may say; Company and LegalEntity are the words that other tools' exports use.
SCHEMAS = ("Person", "Organization", "Company", "LegalEntity", "Vessel", "Unknown")


@click.group("names")
def command() -> None:
    """Names of people, organisations and vessels, in any script."""


@command.command("compare")
@click.argument("given", nargs=-1, required=True, metavar="FILE.csv | NAME1 NAME2")
@click.option("--schema", type=click.Choice(SCHEMAS), help="What two given names are of; a file has a column for it.")
@json_option
def compare(given: tuple[str, ...], schema: str | None, as_json: bool) -> None:
    """Score pairs of names: are these two the same?

    Two names are compared with the evidence for and against. FILE has the columns name1, name2 and schema (Person,
    Organization, Company, LegalEntity, Vessel; empty if not known); other columns are kept. The same rows come out
    on stdout with `score` (0-1, it ranks and is no probability) and `match` (true where the score reaches our
    threshold). `-` reads stdin.

    \b
    Examples:
      sekisho names compare "Usama bin Ladin" "أسامة بن لادن"
      printf 'name1,name2,schema\\nプーチン,Putin,Person\\n' | sekisho names compare -
    """
    if len(given) > 2:
        raise click.UsageError(f"{len(given)} arguments: give a file, or two names, each in quotes")
    if len(given) == 2:
        _compare_two(given[0], given[1], schema or "Unknown", as_json)
    elif schema is not None:
        raise click.BadOptionUsage("--schema", "--schema goes with two names; a file has the column schema")
    else:
        _compare_file(given[0], as_json)


def _compare_two(name1: str, name2: str, schema: str, as_json: bool) -> None:
    from sekisho.names import THRESHOLD, compare_names

    for name in (name1, name2):
        if not name.strip():
            raise click.BadParameter("a name is empty; give two, each in quotes", param_hint="NAME1 NAME2")
    found = compare_names(name1, name2, schema)
    if as_json:
        result = {"name1": name1, "name2": name2, "schema": schema}
        emit({**result, "score": round(found.score, 4), "match": found.match, "evidence": found.evidence})
        return
    click.echo(f"{'match' if found.match else 'no match'}: score {found.score:.2f} (threshold {THRESHOLD:g})")
    _show_evidence(found.evidence)


def _compare_file(file: str, as_json: bool) -> None:
    from sekisho.names import THRESHOLD, compare_names

    began, count, matches = time.perf_counter(), 0, 0
    writer: Any = None
    for line, row in rows(file, ("name1", "name2")):
        schema = row.get("schema", "").strip() or "Unknown"
        if schema not in SCHEMAS:
            raise InputError(f"{file}, line {line}: schema {schema!r} is none of {', '.join(SCHEMAS)}")
        found = compare_names(row["name1"], row["name2"], schema)
        result = {**row, "score": f"{found.score:.4f}", "match": "true" if found.match else "false"}
        count, matches = count + 1, matches + found.match
        if as_json:
            emit({**row, "score": round(found.score, 4), "match": found.match, "evidence": found.evidence})
        else:
            if writer is None:
                writer = csv.DictWriter(sys.stdout, fieldnames=list(result), lineterminator="\n")
                writer.writeheader()
            writer.writerow(result)
    seconds = time.perf_counter() - began
    say(f"{counted(count, 'pair')}, {matches} match (threshold {THRESHOLD:g}), {seconds:.2f} s")


@command.command("search")
@click.argument("name")
@click.option("--schema", type=click.Choice(SCHEMAS), default="Unknown", show_default=True)
@click.option("--birth-date", metavar="DATE", help="1959, 1959-03 or 1959-03-17.")
@click.option("--gender", metavar="M|F", help="m, f, male or female.")
@click.option("--country", "countries", multiple=True, metavar="ISO2", help="Nationality or residence; repeatable.")
@click.option("--address")
@click.option("--identifier", "identifiers", multiple=True, metavar="SCHEME=VALUE", help="As IMO=9074729; repeatable.")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True)
@lists_option
@json_option
def search(
    name: str,
    schema: str,
    birth_date: str | None,
    gender: str | None,
    countries: tuple[str, ...],
    address: str | None,
    identifiers: tuple[str, ...],
    limit: int,
    lists: tuple[Path, ...],
    as_json: bool,
) -> None:
    """The entries that NAME may mean, best first, with the evidence for and against each.

    Two numbers: how alike the names are, and what birth date, country, identifiers and the rest say of the
    identity. Searches the bundled pack, or the lists given with --lists.

    \b
    Examples:
      sekisho names search "アンドレイ・ベロウソフ"
      sekisho names search "Belousov, Andrei" --birth-date 1959-03-17 --country RU
    """
    from sekisho.model import Identifier
    from sekisho.names import Query

    if not name.strip():
        raise click.BadParameter("the name is empty; give one, in quotes", param_hint="NAME")
    kind = "Organization" if schema in ("Company", "LegalEntity") else schema
    query = Query(
        name=name,
        kind=kind,
        birth_date=_birth_date(birth_date),
        gender=_gender(gender),
        countries=tuple(map(_country, countries)),
        identifiers=tuple(Identifier(*_pair(text)) for text in identifiers),
        address=address,
    )
    tables = reference_of(lists).tables
    began = time.perf_counter()
    found = tables.names.search(query, limit)
    micros = (time.perf_counter() - began) * 1e6
    for match in found:
        entity = match.entity
        if as_json:
            emit(
                {
                    "list_id": entity.list_id,
                    "list_version": tables.version_of(entity.list_id),
                    "entry_id": entity.entry_id,
                    "name": entity.primary_name,
                    "matched_name": match.matched_name.text,
                    "score": round(match.score, 4),
                    "name_score": round(match.name_score, 4),
                    "identity": match.identity,
                    "grade": match.grade,
                    "evidence": match.evidence,
                    "entity": msgspec.to_builtins(entity),
                }
            )
        else:
            _show(match, tables.version_of(entity.list_id))
    entries = len(tables.names.entities)
    say(f"{len(found) or 'no'} match{'' if len(found) == 1 else 'es'} among {entries} entries in {micros:.0f} µs")


def _show(match: Any, version: str) -> None:
    """One entry for people: who, the two numbers, then each piece of evidence."""
    entity = match.entity
    click.echo(f"{plain(entity.primary_name)}  [{entity.list_id} {entity.entry_id}, version {version}]")
    click.echo(
        f"  {match.grade}: name {match.name_score:.2f}, identity {match.identity}, score {match.score:.2f}"
        + (f"; in force from {day}" if (day := entity.in_force_from or entity.listed_on) else "; date unknown")
    )
    _show_evidence(match.evidence)


def _show_evidence(evidence: Iterable[Evidence]) -> None:
    for piece in evidence:
        click.echo(f"    {piece.feature}: “{plain(piece.query)}” / “{plain(piece.entry)}” — {piece.effect}")


def _country(text: str) -> str:
    """Anything else would be compared with nobody's country, in silence."""
    if not re.fullmatch("[A-Za-z]{2}", text.strip()):
        raise click.BadParameter(f"{text!r} is no code of two letters (ISO 3166-1), as in RU", param_hint="--country")
    return text.strip().upper()


def _gender(text: str | None) -> str | None:
    """Anything else would say nothing for or against anybody, in silence."""
    if text is not None and text.strip().lower() not in ("m", "f", "male", "female"):
        raise click.BadParameter(f"{text!r} is neither m, f, male nor female", param_hint="--gender")
    return text


def _birth_date(text: str | None) -> str | None:
    """A year, a month or a day that the calendar has."""
    if text is not None:
        try:
            if not re.fullmatch(r"[0-9]{4}(-[0-9]{2}){0,2}", text):
                raise ValueError
            date.fromisoformat(text + "-01-01"[len(text) - 4 :])
        except ValueError:
            told = f"{text!r} is no date; write 1959, 1959-03 or 1959-03-17"
            raise click.BadParameter(told, param_hint="--birth-date") from None
    return text


def _pair(text: str) -> tuple[str, str]:
    scheme, equals, value = text.partition("=")
    if not equals or not scheme or not value:
        raise click.BadParameter(f"{text!r} is not SCHEME=VALUE, as in IMO=9074729", param_hint="--identifier")
    return scheme.strip().upper(), value.strip()
