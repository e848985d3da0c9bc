"""The Commerce Control List (15 CFR part 774, Supplement No. 1) as JSON, one object an ECCN with its paragraphs.

The file at hand captures paragraphs for categories 1, 3, 4 and 5 only and lacks 3D006; what is missing is added here from the
rule itself (87 FR 49979 of 15 August 2022): 3D006, in force on 14 October 2022, and paragraph 9E003.a.2.e. The other
paragraphs of 9E003 are there in our own words, so that a declared one is met as what it is. The file says
the list as of its issue date: an item holds from that day, except the technologies of 2022, which keep their own dates.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from sekisho.errors import InputError
from sekisho.model import ControlCode, GoodsItem, Period
from sekisho.reference.loaded import LoadedList, Rejected
from sekisho.reference.sources import goods_terms

TABLE = "us-ccl"
EMERGING = "us-emerging-2022"
REGIME = "us-ccl"

_RULE = "87 FR 49979"
_IN_FORCE = date(2022, 8, 15)
_SOFTWARE_IN_FORCE = date(2022, 10, 14)

#: What the file lacks: ECCN or paragraph, start, reasons for control, wording after the rule.
_MISSING: tuple[tuple[str, date, tuple[str, ...], str], ...] = (
    (
        "3D006",
        _SOFTWARE_IN_FORCE,
        ("NS", "AT", "NS 1", "AT 1"),
        "Electronic computer-aided design (ECAD) software specially designed for the development of integrated circuits having "
        "any gate-all-around field-effect transistor (GAAFET) structure, and specially designed for implementing register "
        "transfer level (RTL) to geometrical database standard II (GDSII) or equivalent, or for optimization of power or timing rules",
    ),
    (
        "9E003.a.2.e",
        _IN_FORCE,
        ("NS", "SI", "AT", "NS 1", "AT 1"),
        "Technology required for the development or production of gas turbine engine combustors utilizing pressure gain combustion",
    ),
)
#: The paragraphs of 9E003, which the file gives without any: what each is about in our own words, not the wording of the list.
#: NS and AT apply to the entire entry, SI to a.1 to a.8, h and i, as the file says. The list has further paragraphs (k and l of
#: later rules), of which no text is at hand: a code under them meets the entry itself.
_9E003 = {
    "a.1": "gas turbine blades, vanes or tip shrouds of directionally solidified or single crystal alloys",
    "a.2": "gas turbine combustors with thermally decoupled or non-metallic liners, shells, or cooled liners for high exit temperatures",
    "a.3": "gas turbine parts of organic composites for use above 588 K, of metal matrix composites or of ceramic matrix composites",
    "a.4": "uncooled turbine blades, vanes, tip shrouds or other parts for gas path temperatures of 1,373 K or more",
    "a.5": "cooled turbine blades, vanes or tip shrouds for gas path temperatures of 1,693 K or more",
    "a.6": "airfoil-to-disk blade combinations joined in the solid state",
    "a.8": "damage tolerant gas turbine rotor parts of powder metallurgy materials",
    "a.11": "hollow fan blades of gas turbine engines",
    "b": "wind tunnel models with non-intrusive sensors; composite propeller blades or propfans of high power at high flight speed",
    "c": "cooling holes in gas turbine parts",
    "d": "power transfer systems of helicopters, and of tilt rotor or tilt wing aircraft",
    "e": "reciprocating diesel engine propulsion systems of ground vehicles with high power in a small box volume",
    "f": "production of special parts for high output diesel engines",
    "g": "high output diesel engines with solid, gas phase or liquid film cylinder wall lubrication at high temperatures",
    "h": "full authority digital engine control (FADEC) systems of gas turbine engines",
    "i": "adjustable flow path systems that keep gas turbine engines stable",
    "j": "wing-folding systems of fixed-wing aircraft with gas turbine engines",
}
_SIGNIFICANT = frozenset({"a.1", "a.2", "a.3", "a.4", "a.5", "a.6", "a.8", "h", "i"})
#: Destinations that an entry names itself, where the Country Chart has no column for the control. Of what is only referred to
#: (742.6(a)(11), 742.15, states outside the Chemical Weapons Convention) no text is at hand.
_NAMED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"Worldwide control|any destination worldwide|required for all destinations"), "worldwide"),
    (re.compile(r"ALL destinations, except Canada"), "all but Canada"),
    (re.compile(r"Macau or a destination specified in Country Group D:5"), "Macau and D:5"),
    (
        re.compile(r"United Arab Emirates or destinations specified in Country Groups D:1, D:4, and D:5"),
        "UAE, D:1, D:4 and D:5",
    ),
    (re.compile(r"China, Russia,? or Venezuela"), "China, Russia and Venezuela"),
    (re.compile(r"export or reexport to Iraq"), "Iraq"),
    (re.compile(r"export or reexport to (?:Iraq or )?Pakistan"), "Pakistan"),
)
#: A control of the entire entry; the file has two rows in one in 1A231, and the column beside the control in 1C350.
_ENTIRE = re.compile(r"(?:\w+ applies (?:to )?(?:the )?entire entry\.?(?: [A-Z]{2} Column \d\.?)?\s*)+")
#: The entries of the file that the rule of 2022 concerns.
_OF_2022 = ("3C001.d", "3C001.e", "3C001.f", "3C005", "3C006")


def load(path: Path) -> LoadedList:
    """Every ECCN of the file and what it lacks."""
    entries, issued = _entries(path)
    items: list[GoodsItem] = []
    rejected: list[Rejected] = []
    for at, entry in enumerate(entries):
        eccn, heading = str(entry.get("eccn") or ""), str(entry.get("heading") or "")
        if not re.fullmatch(r"\d[A-E]\d{3}", eccn) or not heading:
            rejected.append(Rejected(f"entries[{at}]", f"ECCN {eccn!r} with heading {heading[:40]!r} is no entry"))
            continue
        if re.match(r"\[?reserved", heading, re.IGNORECASE):
            rejected.append(Rejected(eccn, "reserved: controls nothing"))
            continue
        items.append(_item(TABLE, eccn, heading, _Reasons.of(entry), Period(from_=issued), _wording(entry)))
    items += [
        _item(TABLE, code, wording, reasons, Period(from_=start), wording, rule=True)
        for code, start, reasons, wording in _MISSING
    ]
    items += list(_paragraphs(entries, issued))
    items += [
        _item(TABLE, f"{entry['eccn']}.{paragraph}", f"{entry['heading']} (paragraph {paragraph})", reasons, Period(from_=issued), _wording(entry))
        for entry in entries
        for paragraph, reasons in _own_destinations(entry).items()
    ]  # fmt: skip
    return LoadedList(TABLE, "goods", issued.isoformat(), "15 CFR 774 Supp. 1 (eCFR)", tuple(items), tuple(rejected))


def _paragraphs(entries: list[dict[str, Any]], issued: date) -> Iterator[GoodsItem]:
    """The paragraphs of 9E003, where the file has the entry and none of them."""
    entry = next((one for one in entries if one.get("eccn") == "9E003"), None)
    if entry is None or entry.get("items"):
        return
    for paragraph, about in _9E003.items():
        reasons = [one for one in _Reasons.of(entry) if one != "SI" or paragraph in _SIGNIFICANT]
        item = _item(
            TABLE, f"9E003.{paragraph}", f"Technology for {about}", tuple(reasons), Period(from_=issued),
            f"{entry['heading']}\n{paragraph} (in our own words): {about}",
        )  # fmt: skip
        yield msgspec.structs.replace(item, legal_basis=f"{item.legal_basis} (title paraphrased)")


def load_emerging(path: Path) -> LoadedList:
    """The technologies of 87 FR 49979 as a table of their own."""
    entries, _ = _entries(path)
    words = goods_terms.read(EMERGING)
    by_eccn = {str(entry.get("eccn")): entry for entry in entries}
    items = []
    for code in _OF_2022:
        eccn, _, paragraph = code.partition(".")
        entry = by_eccn.get(eccn)
        if entry is None:
            raise InputError(f"{path}: has no entry {eccn}")
        wording = str(entry["heading"])
        if paragraph:
            text = next((p["text"] for p in entry.get("items", ()) if p.get("paragraph") == paragraph), None)
            if text is None:
                raise InputError(f"{path}: {eccn} has no paragraph {paragraph}")
            wording = f"{wording} {paragraph}. {text}"
        items.append(
            _item(EMERGING, code, words[code].title, _Reasons.of(entry), Period(from_=_IN_FORCE), wording, rule=True)
        )
    for code, start, reasons, wording in _MISSING:
        period = Period(from_=start, announced=_IN_FORCE)
        items.append(_item(EMERGING, code, words[code].title, reasons, period, wording, rule=True))
    return LoadedList(EMERGING, "goods", _SOFTWARE_IN_FORCE.isoformat(), _RULE, tuple(items))


class _Reasons:
    """Reasons for control of an entry: those of its country chart, else of its own line."""

    @staticmethod
    def of(entry: dict[str, Any]) -> tuple[str, ...]:
        said = str(entry.get("reasonForControl") or "")
        if not said:
            said = " ".join(
                str(one.get("text")) for one in entry.get("items", ()) if "Reason for Control" in str(one.get("text"))
            )
            said = said.partition(":")[2]
        if not said.strip():
            said = ",".join(str(row.get("control", "")).partition(" ")[0] for row in entry.get("countryChart") or ())
        return tuple(dict.fromkeys([*re.findall(r"\b[A-Z]{2}\b", said), *_columns(entry)]))


def _columns(entry: dict[str, Any]) -> Iterator[str]:
    """Columns of the Country Chart, or destinations that the entry names itself: ``NS 2`` where it applies to the entire entry,
    ``NS 2 in part`` where to some of it."""
    for row in entry.get("countryChart") or ():
        control, chart = str(row.get("control", "")), str(row.get("countryChart", ""))
        entire = _ENTIRE.fullmatch(control.strip()) is not None
        for named in _destinations(chart):
            if entire:
                yield named
            elif not _paragraphs_of(entry, control):
                yield f"{named} in part"
        for reason, number in re.findall(r"\b([A-Z]{2}) Column (\d)", chart):
            yield f"{reason} {number}" if entire else f"{reason} {number} in part"


def _destinations(chart: str) -> list[str]:
    """The destinations that a row of an entry names itself."""
    return [named for wording, named in _NAMED if wording.search(chart)]


def _own_destinations(entry: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Paragraphs of an entry that need a licence to destinations of their own, each with its reasons. They are items by
    themselves: of 5A992 the chips of paragraph z are controlled to every destination, and the telephones of c are not."""
    found: dict[str, list[str]] = {}
    for row in entry.get("countryChart") or ():
        control = str(row.get("control", ""))
        for named in _destinations(str(row.get("countryChart", ""))):
            for paragraph in _paragraphs_of(entry, control):
                found.setdefault(paragraph, []).extend((control.partition(" ")[0], named))
    return {paragraph: tuple(dict.fromkeys(reasons)) for paragraph, reasons in found.items()}


_LETTER_RANGE = re.compile(r"([a-z]) to ([a-z])")
_PARAGRAPH = re.compile(r"[a-z](?:\.\d+)*(?:\.[a-z])?")


def _paragraphs_of(entry: dict[str, Any], control: str) -> tuple[str, ...]:
    """``RS applies to 3A001.z.1.a, z.2.a`` → its paragraphs; nothing where the row says it in another way."""
    eccn = str(entry.get("eccn"))
    said = re.fullmatch(
        rf"\w+ applies (?:to )?(?:items |“software” )?(?:controlled by )?{eccn}\.(.+?)\.?", control.strip()
    )
    if said is None:
        return ()
    found: list[str] = []
    for part in re.split(r",\s*(?:and\s+)?|\s+and\s+", said.group(1)):
        part = part.strip().removeprefix(f"{eccn}.")
        part = part if " to " in part else part.replace(" ", "")
        if between := _LETTER_RANGE.fullmatch(part):
            found += [chr(letter) for letter in range(ord(between[1]), ord(between[2]) + 1)]
        elif _PARAGRAPH.fullmatch(part):
            found.append(part)
        else:
            return ()
    return tuple(found)


def _entries(path: Path) -> tuple[list[dict[str, Any]], date]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return list(document["entries"]), date.fromisoformat(document["ecfrIssueDate"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: not a Commerce Control List in JSON: {type(error).__name__}: {error}") from None


def _wording(entry: dict[str, Any]) -> str:
    paragraphs = (f"{p.get('paragraph') or ''} {p.get('text')}".strip() for p in entry.get("items") or ())
    return "\n".join((str(entry["heading"]), *paragraphs))


def _item(
    table: str, code: str, title: str, reasons: tuple[str, ...], period: Period, wording: str, *, rule: bool = False
) -> GoodsItem:
    entry = goods_terms.read(EMERGING).get(code) if table == EMERGING else None
    basis = f"EAR, 15 CFR 774 Supp. 1, ECCN {code}" + (f" ({_RULE})" if rule else "")
    return GoodsItem(
        table_id=table,
        item_id=code,
        title={"en": title},
        validity=(period,),
        legal_basis=basis,
        control_codes=(ControlCode(REGIME, code),),
        terms=entry.terms if entry else {},
        parameters=wording,
        reasons_for_control=reasons,
    )
