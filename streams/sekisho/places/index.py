"""The names of places in the listed regions, looked up by their first word."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Final

import msgspec

from sekisho.places.regions import JP_AREA
from sekisho.places.sorted_lines import read_rows, read_text
from sekisho.places.text import tokens
from sekisho.places.types import PlaceName, Unit

#: Former names with a row of their own (they have namesakes that today's name has not) → the name in KATOTTG.
_TODAY: Final = {
    "Артемівськ": "Бахмут", "Дзержинськ": "Торецьк", "Торез": "Чистякове", "Стаханов": "Кадіївка", "Свердловськ": "Довжанськ",
    "Краснодон": "Сорокине", "Цюрупинськ": "Олешки", "Первомайськ": "Сокологірськ",
    "Юнокомунарівськ": "Бунге", "Кіровське": "Хрестівка", "Комсомольське": "Кальміуське", "Димитров": "Мирноград",
    "Тельманове": "Бойківське", "Кіровськ": "Голубівка", "Червонопартизанськ": "Вознесенівка", "Вахрушеве": "Боково-Хрустальне",
}  # fmt: skip


_STRIPPED: Final = str.maketrans("йї", "иі")


class PlaceIndex:
    """Phrases by their first key, longest first; settlements by their whole folded name."""

    def __init__(
        self, phrases: dict[str, list[tuple[tuple[str, ...], PlaceName]]], units: dict[str, PlaceName]
    ) -> None:
        self.phrases = phrases
        self.units = units

    @classmethod
    @cache
    def load(cls) -> PlaceIndex:
        units, districts, by_name = _read_units()
        phrases = dict(districts)
        for row in read_rows("towns.tsv"):
            for keys, place in _town(row, by_name, units):
                phrases.setdefault(keys, place)
        for region, area, spellings in read_rows("regions.tsv"):
            for spelling in spellings.split(","):
                in_area = True if area == JP_AREA else None if region in {"UA-14", "UA-09"} else False
                place = PlaceName(spelling, region, "region", in_area=in_area)
                phrases[_keys(spelling)] = place
                if " " not in spelling and not spelling.isascii():
                    for form in inflections(spelling.lower()):
                        phrases.setdefault((form,), msgspec.structs.replace(place, inflected=True))
        for keys, place in list(phrases.items()):
            # Systems that strip accents strip those of й and ї with them: Джанкои.
            plain = tuple(word.translate(_STRIPPED) for word in keys)
            phrases.setdefault(plain, place)
        table: dict[str, list[tuple[tuple[str, ...], PlaceName]]] = {}
        for keys, place in phrases.items():
            table.setdefault(keys[0], []).append((keys, place))
        for entries in table.values():
            entries.sort(key=lambda entry: -len(entry[0]))
        return cls(table, units)

    def at(self, words: list[str], start: int) -> tuple[int, PlaceName] | None:
        """The longest phrase that begins at ``start``: its length in words, and the place."""
        for keys, place in self.phrases.get(words[start], ()):
            size = len(keys)
            if size == 1 or tuple(words[start : start + size]) == keys:
                return size, place
        return None


def _keys(text: str) -> tuple[str, ...]:
    return tuple(word for word in tokens(text) if word != ",")


def _read_units() -> tuple[
    dict[str, PlaceName], list[tuple[tuple[str, ...], PlaceName]], dict[tuple[str, str], list[Unit]]
]:
    names: dict[str, PlaceName] = {}
    districts: list[tuple[tuple[str, ...], PlaceName]] = []
    by_name: dict[tuple[str, str], list[Unit]] = {}
    for line in read_text("units.tsv.xz").splitlines():
        title, spellings, elsewhere, facts = line.split("\t")
        units = tuple(_unit(fact) for fact in facts.split(";"))
        if elsewhere == "P":
            unit = units[0]
            place = PlaceName(
                f"{title} район", unit.region, "district", anywhere=False, units=units, in_area=unit.in_area
            )
            districts.extend((tuple(spelling.split(" ")), place) for spelling in spellings.split(","))
            continue
        for unit in units:
            by_name.setdefault((title, unit.region), []).append(unit)
        place = PlaceName(title, units[0].region, "unit", anywhere=False, units=units, elsewhere=elsewhere)
        for number, spelling in enumerate(spellings.split(",")):
            # an official spelling beats one that was derived for another name
            if number == 0 or spelling not in names:
                names[spelling] = place
    return names, districts, by_name


def _unit(fact: str) -> Unit:
    region, category, since, until, area = fact.split(":")
    return Unit(
        region,
        category,
        date.fromisoformat(since) if since else None,
        date.fromisoformat(until) if until else None,
        area == "1",
    )


def _town(
    row: list[str], by_name: dict[tuple[str, str], list[Unit]], names: dict[str, PlaceName]
) -> list[tuple[tuple[str, ...], PlaceName]]:
    region, scope, namesakes, ukrainian, russian, latin, japanese, others = (*row, "")[:8]
    units = by_name.get((_TODAY.get(ukrainian, ukrainian), region), [])
    towns = [unit for unit in units if unit.category in "MK"] or units
    place = PlaceName(
        title=latin.split(",")[0],
        region=region,
        kind="town",
        anywhere=scope == "anywhere",
        namesakes=frozenset(namesakes.split()),
        units=tuple(towns),
        elsewhere=_elsewhere(names, ukrainian),
        in_area=_all_or_none([unit.in_area for unit in towns]) if region in {"UA-14", "UA-09"} else False,
    )
    out = []
    for spelling in (ukrainian, russian, *latin.split(","), *japanese.split(","), *others.split(",")):
        keys = _keys(spelling)
        if keys:
            out.append((keys, place))
    for spelling in (ukrainian, russian, *others.split(",")):
        if " " not in spelling and spelling and not spelling.isascii():
            out.extend(
                ((form,), msgspec.structs.replace(place, inflected=True)) for form in inflections(_keys(spelling)[0])
            )
    return out


def _elsewhere(names: dict[str, PlaceName], ukrainian: str) -> str:
    same = names.get(" ".join(_keys(ukrainian)))
    return same.elsewhere if same is not None and same.title == ukrainian else ""


def _all_or_none(flags: list[bool]) -> bool | None:
    """Whether all are in the area; None if some are, or nothing is known of them."""
    return flags[0] if flags and len(set(flags)) == 1 else None


def inflections(word: str) -> list[str]:
    """Case forms of a Ukrainian or Russian place name (Крим → Криму; Донецк → Донецке)."""
    if word.endswith(("ий", "ый", "ій", "ой")):
        return [word[:-2] + ending for ending in ("ого", "ому", "им", "ым", "ом")]
    if word.endswith("ая"):
        return [word[:-2] + ending for ending in ("ой", "ую")]
    if word.endswith("ь"):
        return [word[:-1] + ending for ending in ("я", "ю", "ем", "е", "и", "і", "ю")]
    if word.endswith("я"):
        return [word[:-1] + ending for ending in ("и", "і", "ї", "е", "ю", "ею", "ей", "єю")]
    if word.endswith("а"):
        return [word[:-1] + ending for ending in ("и", "ы", "і", "е", "у", "ою", "ой")]
    if word.endswith(("е", "о", "є")):
        return [word[:-1] + ending for ending in ("а", "у", "ом", "і", "е", "ого", "ому", "им")]
    if word[-1:] in "бвгґджзклмнпрстфхцчшщй":
        return [word + ending for ending in ("а", "у", "ом", "е", "і", "ем", "ові")]
    return []
