"""The gazetteer: where a location or an address is, with the evidence for it."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import msgspec

from sekisho.model import Evidence, Location
from sekisho.places.countries import ISO, Countries, joined
from sekisho.places.index import PlaceIndex
from sekisho.places.locodes import Locodes
from sekisho.places.reader import LIMIT, Reader
from sekisho.places.regions import AREA_SOURCE, LISTED_REGIONS, PARTLY_IN, SINCE
from sekisho.places.text import tokens
from sekisho.places.types import Locode, PlaceName, Reading, RegionHit, Whereabouts
from sekisho.places.words import NO_PLACE

#: Distinct texts whose answer is kept; each entry is small and texts longer than the limit are not kept.
_CACHE: Final = 8_192
_CACHED_LENGTH: Final = 300
_NOWHERE: Final = Whereabouts()
#: Numbers of houses and invoices make every text another. They say nothing of a place, but where they are a postal code.
_NUMBERS: Final = re.compile(r"\d+")
_POSTAL_CODES: Final = frozenset({"UA", "RU"})
#: Countries beside which the names of towns in the listed regions are read: their own, and the one that claims them.
_READ_AS: Final = frozenset({"UA", "RU"})


class Gazetteer:
    """Pure and immutable but for a bounded cache of answers; share one."""

    def __init__(self, countries: Countries, locodes: Locodes, index: PlaceIndex) -> None:
        self._countries = countries
        self._locodes = locodes
        self._reader = Reader(index, countries)
        self._cache: dict[tuple[str, str | None, bool], Whereabouts] = {}
        self._silent: dict[tuple[str, str | None, bool], Whereabouts] = {}
        self._located: dict[tuple[str | None, str | None, str | None, str | None], Whereabouts] = {}

    @classmethod
    @cache
    def load(cls) -> Gazetteer:
        """The gazetteer of the package's own data, read once a process."""
        return cls(Countries.load(), Locodes.load(), PlaceIndex.load())

    def country_code(self, name: str) -> str | None:
        """ISO 3166-1 alpha-2 of a code (two or three letters) or a name in any of some fifty languages."""
        return self._countries.code(name)

    def read_address(self, text: str, country: str | None) -> Whereabouts:
        """Where an address or a free text is. ``country`` is what the event declares beside it, or None."""
        return self._read(text, country, whole=False)

    def locate(self, location: Location, within: str | None = None) -> Whereabouts:
        """Where a typed location is: by its UN/LOCODE, its country and its name. Contradictions are notes.

        ``within`` is the country that the event declares for such a place elsewhere (the import country of a destination).
        It says which place of a name is meant where the location itself names no country.
        """
        key = (location.country, location.un_location_code, location.name, within)
        held = self._located.get(key)
        if held is None:
            held = self._locate(location, within)
            if sum(len(part or "") for part in key) <= _CACHED_LENGTH:
                if len(self._located) >= _CACHE:
                    self._located.clear()
                self._located[key] = held
        return held

    def says_place(self, text: str) -> bool:
        """Whether a text in the field of a place or an address says more than a country (``Ukraine``, ``TBA``, ``any port``)."""
        words = [word for word in tokens(text[:LIMIT]) if word != "," and not word.isdigit()]
        if self._countries.by_key(" ".join(words)):
            return False
        return any(
            word not in NO_PLACE and word.upper() not in ISO and self._countries.by_key(word) is None for word in words
        )

    def _locate(self, location: Location, within: str | None) -> Whereabouts:
        evidence: list[Evidence] = []
        notes: list[str] = []
        countries: list[str] = []
        hits: dict[str, RegionHit] = {}
        declared = self._declared(location.country, notes)
        locode = self._locode(location.un_location_code, notes)
        if locode is not None:
            countries.append(locode.country)
            evidence.append(
                Evidence(
                    "un_location_code", locode.code, locode.name or "not in our table", f"country {locode.country}"
                )
            )
            if declared and declared != locode.country:
                notes.append(f"the country declared is {declared}, UN/LOCODE {locode.code} is in {locode.country}")
            for hit in self._hits_of_locode(locode):
                hits[hit.region] = hit
        if location.country and declared is None:
            # "Crimea" or "Russia (Crimea)" in the field of the country.
            for hit in self._read(location.country, None, whole=True).regions:
                hits[hit.region] = hit if hit.region not in hits else _merge(hits[hit.region], hit)
        possible: tuple[str, ...] = ()
        if location.name:
            country = declared or (locode.country if locode else None)
            there = self._read(location.name, country, whole=True)
            named = [code for code in there.countries if code != country]
            elsewhere = bool(there.regions) and locode is not None and _is_elsewhere(locode, location.name)
            for hit in there.regions:
                if elsewhere and not hit.certain:
                    continue  # the code says which of the places of this name it is
                held = hits.get(hit.region)
                hits[hit.region] = hit if held is None else _merge(held, hit)
            countries.extend(named)
            evidence.extend(there.evidence)
            notes.extend(there.notes)
            if not countries and not declared:
                possible, more = self._by_name(location.name)
                evidence.extend(more)
                if within in possible or (within and not possible):
                    evidence.append(Evidence("country", within, within, "the import country, as the place names none"))
                    countries.append(within)
                elif len(possible) == 1:
                    countries.append(possible[0])
                possible = () if countries else possible
                for country in dict.fromkeys((*countries, within)):
                    # Names of towns count only beside their country, and now it is known.
                    if country not in _READ_AS:
                        continue
                    sure = country in countries[:1]
                    for hit in self._read(location.name, country, whole=True).regions:
                        hit = hit if sure else msgspec.structs.replace(hit, certain=False)
                        held = hits.get(hit.region)
                        hits[hit.region] = hit if held is None else _merge(held, hit)
        if declared:
            evidence.append(Evidence("country", location.country or "", declared, "declared"))
            countries.append(declared)
        if hits and declared and declared != "UA":
            lies = "is" if any(hit.certain for hit in hits.values()) else "may be"
            titles = ", ".join(LISTED_REGIONS[region] for region in hits)
            notes.append(f"the country declared is {declared}, the place {lies} in Ukraine ({titles})")
        if any(hit.certain for hit in hits.values()):
            countries.insert(0, "UA")
        return Whereabouts(
            countries=tuple(dict.fromkeys(countries)),
            regions=tuple(hits.values()),
            evidence=tuple(evidence),
            notes=tuple(dict.fromkeys(notes)),
            possible=possible,
            local=(locode is not None and locode.name is not None) or self.says_place(location.name or ""),
        )

    # -- parts ---------------------------------------------------------------------------------------

    def _declared(self, text: str | None, notes: list[str]) -> str | None:
        if not text or not text.strip():
            return None
        code = self._countries.code(text)
        if code is None:
            notes.append(f"unknown country {text[:40]!r}")
        return code

    def _locode(self, text: str | None, notes: list[str]) -> Locode | None:
        if not text or not text.strip():
            return None
        found = self._locodes.find(text)
        if found is None:
            notes.append(f"not a UN/LOCODE: {text[:20]!r}")
        elif found.name is None and found.country == "UA":
            # our table lacks codes (places without a subdivision); it matters only where the region does
            notes.append(f"UN/LOCODE {found.code} is not in our table: whether it is in a listed region is not known")
        return found

    def _hits_of_locode(self, locode: Locode) -> list[RegionHit]:
        if locode.region not in LISTED_REGIONS:
            return []
        assert locode.region is not None
        assert locode.name is not None
        known = self._read(locode.name, "UA", whole=True).regions
        own = [hit for hit in known if hit.region in {locode.region, PARTLY_IN.get(locode.region)}]
        said = Evidence("un_location_code", locode.code, locode.name, f"a place in {LISTED_REGIONS[locode.region]}")
        if not any(hit.region == locode.region for hit in own):
            own = _hits(
                PlaceName(locode.name, locode.region, "town", in_area=_unknown(locode.region)), locode.code, True, ""
            )
        return [
            msgspec.structs.replace(
                hit, certain=hit.certain or hit.region == locode.region, evidence=(said, *hit.evidence)
            )
            for hit in own
        ]

    def _by_name(self, name: str) -> tuple[tuple[str, ...], list[Evidence]]:
        """The countries of a place name that nothing else explains."""
        found: tuple[str, ...] = ()
        for folded in dict.fromkeys((joined(name), joined(name.split(",")[0]), _bare(name))):
            if country := self._countries.of_city(folded):
                return (country,), [Evidence("name", name, country, "a leading city of this country")]
            found = found or self._locodes.countries(folded)
        if not found:
            return (), []
        if len(found) == 1:
            return found, [Evidence("name", name, found[0], "the only country with a UN/LOCODE of this name")]
        return found, [Evidence("name", name, ", ".join(found), "each has a place of this name")]

    def _read(self, text: str, country: str | None, *, whole: bool) -> Whereabouts:
        # The number in UA-43 is the region's.
        told = country in _POSTAL_CODES or ("-" in text and "ua-" in text.lower())
        shape = (text if told else _NUMBERS.sub("0", text), country, whole)
        held = self._silent.get(shape) or self._cache.get((text, country, whole))
        if held is not None:
            return held
        answer = _answer(text, country, self._reader.read(text, country, whole=whole))
        if len(text) <= _CACHED_LENGTH:
            # What is found shows the text as it stood, so another number makes it another answer.
            speaks = answer.evidence or answer.regions
            cache, key = (self._cache, (text, country, whole)) if speaks else (self._silent, shape)
            if len(cache) >= _CACHE:
                cache.clear()
            cache[key] = answer
        return answer


def _bare(name: str) -> str:
    """The folded name without what is said of it: ``CIF Bandar Abbas Port`` is Bandar Abbas. Port Said stays, tried whole first."""
    words = [word for word in tokens(name[:LIMIT]) if word != ","]
    while words and words[0] in NO_PLACE:
        words.pop(0)
    while words and words[-1] in NO_PLACE:
        words.pop()
    return " ".join(words)


def _is_elsewhere(locode: Locode, name: str) -> bool:
    """Whether the code is of another place of this name than those in the listed regions."""
    if locode.region is not None and locode.region not in LISTED_REGIONS:
        return True
    return locode.country != "UA" and locode.name is not None and joined(locode.name) in joined(name)


def _answer(text: str, country: str | None, reading: Reading) -> Whereabouts:
    if not reading.found and not reading.postal and not reading.country and not reading.truncated:
        return Whereabouts((country,)) if country else _NOWHERE
    hits: dict[str, RegionHit] = {}
    evidence: list[Evidence] = []
    notes: list[str] = []
    # a town says more than its oblast: what is known of the town's part of the area replaces "a part of it"
    precise = {found.place.region for found in reading.found if found.place.in_area is not None and found.certain}
    for found in {(id(one.place), one.certain): one for one in reversed(reading.found)}.values():
        vague = found.place.in_area is None and found.place.region in precise
        for hit in _hits(found.place, found.words, found.certain, found.why)[: 1 if vague else None]:
            held = hits.get(hit.region)
            hits[hit.region] = hit if held is None else _merge(held, hit)
    if reading.postal:
        said = Evidence("postal_code", text[:200], LISTED_REGIONS[reading.postal], "a postal code of this region")
        held = hits.get(reading.postal)
        if held is not None:
            hits[reading.postal] = _merge(
                held, RegionHit(held.region, held.title, held.since, held.until, held.certain, (said,))
            )
        elif not any(hit.certain for hit in hits.values()):
            place = PlaceName("postal code", reading.postal, "region", in_area=_unknown(reading.postal))
            for hit in _hits(place, said.query, False, "only the postal code says so"):
                hits[hit.region] = hit
    countries: list[str] = []
    if any(hit.certain for hit in hits.values()):
        countries.append("UA")
    if reading.country:
        evidence.append(Evidence("country", text[:200], reading.country, "named in the text"))
        countries.append(reading.country)
        if country and country != reading.country:
            notes.append(f"the country declared is {country}, the text names {reading.country}")
    if country:
        countries.append(country)
    if reading.truncated:
        notes.append(f"only the first {LIMIT} characters were read for places")
    return Whereabouts(tuple(dict.fromkeys(countries)), tuple(hits.values()), tuple(evidence), tuple(notes))


def _hits(place: PlaceName, words: str, certain: bool, why: str) -> list[RegionHit]:
    """The region of a place, and the area file that it lies in or may."""
    title = LISTED_REGIONS[place.region]
    effect = f"in {title}" + (f"; {why}" if why else "")
    evidence = [Evidence("place", words, place.title, effect), *_occupation(place)]
    out = [RegionHit(place.region, title, SINCE[place.region], None, certain, tuple(evidence))]
    area = PARTLY_IN.get(place.region)
    if area and place.in_area is not False:
        sure = certain and place.in_area is True
        said = AREA_SOURCE if place.in_area else f"a part of it is in the area, which part is not said; {AREA_SOURCE}"
        out.append(
            RegionHit(
                area, LISTED_REGIONS[area], SINCE[area], None, sure, (Evidence("area", words, place.title, said),)
            )
        )
    return out


def _occupation(place: PlaceName) -> list[Evidence]:
    """What the official list says of the place itself, where it is one place."""
    if place.kind not in {"town", "unit"} or len(place.units) != 1:
        return []
    unit = place.units[0]
    if unit.since is None:
        said = "not on Ukraine's official list of occupied territories (7 May 2025)"
    else:
        said = (
            f"occupied from {unit.since}"
            + (f" until {unit.until}" if unit.until else "")
            + " by Ukraine's official list (7 May 2025)"
        )
    return [Evidence("occupation", place.title, str(unit.since or "-"), said)]


def _merge(one: RegionHit, other: RegionHit) -> RegionHit:
    evidence = tuple(dict.fromkeys((*one.evidence, *other.evidence)))[:8]
    return RegionHit(one.region, one.title, one.since, one.until, one.certain or other.certain, evidence)


def _unknown(region: str) -> bool | None:
    return None if region in PARTLY_IN else False
