"""Reading an address or a free text: which listed regions it names, and which it only sounds like.

A name is weighed by the words around it. After a street word it is a street (вулиця Донецька), beside a house word a
house (Hotel Yalta). A case form counts where a preposition or a settlement word stands before it. A name that other
places share counts where Ukraine, Russia or a listed region is named, and never with certainty against a namesake.
"""

from __future__ import annotations

from typing import Final

import msgspec

from sekisho.places.countries import Countries
from sekisho.places.index import PlaceIndex
from sekisho.places.other_oblasts import OTHER_OBLASTS
from sekisho.places.regions import PARTLY_IN, coded_regions, postal_region
from sekisho.places.text import key, tokens
from sekisho.places.types import Around, Found, PlaceName, Reading
from sekisho.places.words import (
    CONTACT,
    EVENT,
    NOT_A_TOWN,
    OBLAST,
    PARTICLE,
    PREPOSITION,
    REPUBLIC,
    ROSTOV,
    RUSSIA,
    SETTLEMENT_BEFORE,
    STREET_AFTER,
    STREET_BEFORE,
    UKRAINE,
    VILLAGE_BEFORE,
)

#: Characters of a text that are read. More is noted: a text of this length is no address.
LIMIT: Final = 20_000
_LONGEST_UNIT: Final = 4
#: Words of a country's longest name, the breaks in it with them.
_LONGEST_COUNTRY: Final = 8
#: Words of a segment that are looked at on each side of a name.
_REACH: Final = 12
#: Georgia at the end of an address is as often the state: it says no country (as a typed country it does).
_GEORGIA: Final = key("georgia")


class Reader:
    """Reads texts against the index of places and the names of countries."""

    def __init__(self, index: PlaceIndex, countries: Countries) -> None:
        self.index = index
        self.countries = countries

    def read(self, text: str, country: str | None, *, whole: bool = False) -> Reading:
        """``country`` is what the event declares (ISO 3166-1). ``whole``: the text is the name of a place."""
        words = tokens(text[:LIMIT])
        named = self._country(words)
        declared = {country, named}
        ukraine = "UA" in declared or not UKRAINE.isdisjoint(words)
        reading = Reading([], named, ukraine, self._postal(words, country), False, len(text) > LIMIT)
        if "-" in text:
            for code, region in coded_regions(text[:LIMIT]):
                part = None if region in PARTLY_IN else False
                reading.found.append(Found(PlaceName(code, region, "region", in_area=part), code, True, ""))
        later: list[tuple[int, int, PlaceName]] = []
        if not self.index.phrases.keys().isdisjoint(words):
            later = self._phrases(words)
        if not later and not ukraine:
            return reading
        russia = "RU" in declared or not RUSSIA.isdisjoint(words)
        rostov = russia and not ROSTOV.isdisjoint(words)
        reading.other_oblast = ukraine and any(
            word in OTHER_OBLASTS and not OBLAST.isdisjoint(words[i + 1 : i + 2]) for i, word in enumerate(words)
        )
        named_at = {k for i, size, place in later if place.kind == "region" for k in range(i, i + size)}
        other_region = russia and any(
            k not in named_at and (word in OBLAST or word in REPUBLIC) for k, word in enumerate(words)
        )
        region_named = any(place.kind == "region" and not place.inflected for _, _, place in later)
        context = ukraine or russia or region_named
        foreign = next((one for one in (named, country) if one and one not in {"UA", "RU"}), None)
        foreign = None if "UA" in declared or "RU" in declared or ukraine else foreign
        left: set[int] = set()
        around = Around(
            words=words,
            context=context,
            foreign=foreign,
            whole=whole,
            other_region=(reading.other_oblast or other_region) and not region_named,
            region_named=region_named,
            rostov=rostov,
            russia=russia and not ukraine,
        )
        regions = {
            place.region for _, _, place in later if place.kind in {"region", "district"} and not place.inflected
        }
        for i, size, place in later:
            if (
                place.kind == "town"
                and (ukraine or region_named)
                and self._is_other_unit(words, i, size, place, regions)
            ):
                left.update(range(i, i + size))
                continue
            verdict = _weigh(around, i, size, place)
            if verdict is not None:
                certain, why = verdict
                reading.found.append(Found(place, " ".join(words[i : i + size]), certain, why))
        if ukraine or region_named:
            self._units(words, reading, {k for i, size, _ in later for k in range(i, i + size)} - left, whole=whole)
        return reading

    def _phrases(self, words: list[str]) -> list[tuple[int, int, PlaceName]]:
        """Every name of the index in order: its first word, how many words, and the place."""
        found = []
        taken = -1
        for i, word in enumerate(words):
            if i < taken or word not in self.index.phrases:
                continue
            if at := self.index.at(words, i):
                size, place = at
                taken = i + size
                found.append((i, size, place))
        return found

    def _is_other_unit(self, words: list[str], i: int, size: int, place: PlaceName, regions: set[str]) -> bool:
        """Whether a town's name is a part of a settlement's, or the name of a settlement in the region that is named."""
        segment = [word for word in _segment(words, i) if not word.isdigit() and word not in SETTLEMENT_BEFORE]
        unit = self.index.units.get(" ".join(segment))
        if unit is None:
            return False
        if len(segment) > size:
            return True
        return bool(regions) and place.region not in regions and any(one.region in regions for one in unit.units)

    def _units(self, words: list[str], reading: Reading, taken: set[int], *, whole: bool) -> None:
        """Settlements of KATOTTG: a whole segment of an address, or what follows a settlement word."""
        regions = {found.place.region for found in reading.found if found.place.kind in {"region", "district"}}
        towns = any(found.place.kind == "town" for found in reading.found)
        if towns and not regions:
            return
        start = 0
        for end in [i for i, word in enumerate(words) if word == ","] + [len(words)]:
            segment = [(i, word) for i, word in enumerate(words[start:end], start) if not word.isdigit()]
            start = end + 1
            while segment and (segment[-1][1] in UKRAINE or (segment[-1][1] in {"ua"})):
                segment.pop()
            marked = bool(segment) and segment[0][1] in SETTLEMENT_BEFORE
            if marked:
                segment = segment[1:]
            if not segment or len(segment) > _LONGEST_UNIT or any(i in taken for i, _ in segment):
                continue
            name = " ".join(word for _, word in segment)
            place = self.index.units.get(name)
            if place is not None:
                self._unit(place, name, reading, regions, marked=marked, whole=whole)

    def _unit(
        self, place: PlaceName, name: str, reading: Reading, regions: set[str], *, marked: bool, whole: bool
    ) -> None:
        if reading.other_oblast and not regions:
            return
        here = {unit.region for unit in place.units}
        narrowed = here & (regions or ({reading.postal} if reading.postal else here))
        if not narrowed:
            return
        if not regions and not reading.postal and place.elsewhere == "M":
            return
        sure = len(narrowed) == 1 and (bool(regions) or bool(reading.postal) or not place.elsewhere)
        why = "" if sure else "several settlements in Ukraine have this name"
        for region in sorted(narrowed):
            units = tuple(unit for unit in place.units if unit.region == region)
            flags = {unit.in_area for unit in units}
            in_area = flags.pop() if len(flags) == 1 else None
            one = msgspec.structs.replace(place, region=region, units=units, in_area=in_area)
            reading.found.append(Found(one, name, sure, why))

    # -- countries and postal codes ----------------------------------------------------------------

    def _country(self, words: list[str]) -> str | None:
        """The country that the text names: its last segments, or the last words of it, whom to call there aside."""
        found = self._country_before(words, len(words))
        if found is None and not CONTACT.isdisjoint(words):
            for at, word in enumerate(words):
                if word in CONTACT:
                    return self._country_before(words, at)
        return found

    def _country_before(self, words: list[str], end: int) -> str | None:
        for _ in range(3):
            while end and (words[end - 1] == "," or words[end - 1].isdigit()):
                end -= 1
            start = end
            while start and words[start - 1] != ",":
                start -= 1
            if end == start or words[end - 1] not in self.countries.last_words:
                end = start
                continue
            if words[start - 1 : start] == [","] and (found := self._inverted(words, end)):
                return found
            for size in range(min(5, end - start), 0, -1):
                name = " ".join(words[end - size : end])
                found = self.countries.by_key(name) if size == end - start else self.countries.ending(name)
                if found is None and size < end - start:
                    # Havana Cuba: a name that ends other names too is a country after a city of its own.
                    own = self.countries.by_key(name)
                    found = own if own and self._is_city(words[start : end - size], own) else None
                if found and name != _GEORGIA:
                    return found
            end = start
        return None

    def _inverted(self, words: list[str], end: int) -> str | None:
        """``Korea (Democratic People's Republic of)``: a name with a break in it, which its first part alone is not."""
        tail = words[max(0, end - _LONGEST_COUNTRY) : end]
        if "," not in tail:
            return None
        breaks = len(tail) - 1 - tail[::-1].index(",")
        for start in range(breaks):
            if tail[start] != "," and (
                found := self.countries.by_key(" ".join(word for word in tail[start:] if word != ","))
            ):
                return found
        return None

    def _is_city(self, words: list[str], country: str) -> bool:
        return any(
            self.countries.of_city(" ".join(words[at:])) == country for at in range(max(0, len(words) - 3), len(words))
        )

    @staticmethod
    def _postal(words: list[str], country: str | None) -> str | None:
        """Only beside a declared country: in a free text five digits are an invoice as well."""
        if country not in {"UA", "RU"}:
            return None
        for word in words:
            if word.isdigit() and (region := postal_region(word, ukrainian=country == "UA", russian=country == "RU")):
                return region
        return None


def _weigh(around: Around, i: int, size: int, place: PlaceName) -> tuple[bool, str] | None:
    """(certain, why), or None where the name is not that place."""
    words, foreign = around.words, around.foreign
    before = words[i - 1] if i else ","
    after = words[i + size] if i + size < len(words) else ","
    if not place.anywhere and not around.context:
        return None
    house = before in NOT_A_TOWN or after in NOT_A_TOWN
    if (house and (foreign or not around.whole)) or _event(words, i):
        return None
    if after == "in" and (words[i + size + 1 : i + size + 2] or [","])[0] == ",":
        # Double letters fold to one: *in* at the end of a segment is an inn.
        return None
    if place.kind == "town" and after in OBLAST and "RU" in place.namesakes:
        # Sverdlovsk oblast lies in the Urals, whatever town of Luhansk oblast was once called Sverdlovsk.
        return None
    if place.kind == "region" and size == 1 and before in VILLAGE_BEFORE:
        return None
    # The name of a place where goods go is asked about, not passed over: Kerch bridge, Sevastopol museum.
    unclear = "a house may bear this name" if house else ""
    if place.kind != "region" or place.inflected or size == 1:
        marked = before in SETTLEMENT_BEFORE
        adjective = before not in PREPOSITION and _adjective(words[i])
        street = _street_governs(words, i, inflected=place.inflected)
        if before == "via" and foreign != "IT" and not _numbered(words, i + size):
            # *via Kerch* is the way there; an Italian street has a number.
            street = False
        if not marked and (adjective or street):
            return None
        if after in STREET_AFTER and not marked:
            follower = words[i + size + 1] if i + size + 1 < len(words) else ","
            if follower == "," or follower.isdigit() or foreign:
                return None
            unclear = "the word after it may make it a street"
    if place.inflected and before not in PREPOSITION and not STREET_BEFORE.isdisjoint(_segment(words, i)):
        return None
    if foreign:
        if foreign in place.namesakes or not place.anywhere or not (around.whole or _alone(words, i, size)):
            return None
        return False, f"the name is of this place, the country given is {foreign}"
    if around.rostov and "RU" in place.namesakes:
        return None
    if around.rostov and place.kind == "region" and size == 1:
        return False, "Rostov oblast has a village of this name"
    if around.other_region and place.kind != "region":
        if place.elsewhere or place.namesakes or not place.anywhere:
            return None
        return False, "another region is named beside it"
    if around.russia and "RU" in place.namesakes and not around.region_named:
        # Primorsk in Russia is Russia's port; of Donetsk that cannot be said
        return (False, "Russia has a place of this name too") if place.anywhere else None
    if not around.region_named and (place.elsewhere == "M" or "UA" in place.namesakes) and not around.russia:
        return False, "another town in Ukraine has this name"
    if unclear:
        return False, unclear
    return True, ""


def _event(words: list[str], i: int) -> bool:
    """Battle of Sevastopol, Crimean War: what happened there, not what is sent there."""
    back = i - 1
    while back >= 0 and words[back] in PARTICLE:
        back -= 1
    return back >= 0 and words[back] in EVENT


def _alone(words: list[str], i: int, size: int) -> bool:
    """Whether the name is all that its segment says, numbers and settlement words aside."""
    rest = [word for word in _segment(words, i) if not word.isdigit() and word not in SETTLEMENT_BEFORE]
    return len(rest) == size


def _segment(words: list[str], i: int) -> list[str]:
    start = i
    while start and words[start - 1] != "," and i - start < _REACH:
        start -= 1
    end = i
    while end < len(words) and words[end] != "," and end - i < _REACH:
        end += 1
    return words[start:end]


def _street_governs(words: list[str], i: int, *, inflected: bool) -> bool:
    """A street word just before, or (for a case form) up to three words before in the same segment."""
    steps = 3 if inflected else 1
    back = i - 1
    while back >= 0 and steps and words[back] != "," and not words[back].isdigit():
        if words[back] in STREET_BEFORE:
            return True
        if words[back] not in PARTICLE:
            steps -= 1
        back -= 1
    return False


def _numbered(words: list[str], at: int) -> bool:
    """Whether a number follows, behind a comma or without one."""
    return any(word.isdigit() for word in words[at : at + (2 if words[at : at + 1] == [","] else 1)])


def _adjective(word: str) -> bool:
    """Донецька, Кримська: the case form of a town is also the adjective that names streets."""
    return word.endswith(("ська", "цька", "ского", "цкого", "ського", "цького"))
