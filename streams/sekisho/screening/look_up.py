"""Looking up an event's subjects in the tables: which entries, items and places each of them meets.

The result is one ``Findings``: the subjects with their matches, and the facts that measures ask for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache

import msgspec

from sekisho.goods import GoodsMatch, GoodsResult
from sekisho.goods.codes import none_applies, regime
from sekisho.model import Evidence, GoodsLine, Identifier, Location, Match, Party, Payment, Shipment, Transport
from sekisho.model.event import PAYMENT, SHIPMENT, Event
from sekisho.names import EntityMatch, Query
from sekisho.names.fields import is_text, stands_out
from sekisho.names.fields import others as other_names
from sekisho.names.identifiers import imo_numbers
from sekisho.names.parse import parse
from sekisho.names.tokens import LEGAL, PARTICLE
from sekisho.places import LISTED_REGIONS, RegionHit, Whereabouts
from sekisho.places import VERSION as PLACES_VERSION
from sekisho.places.countries import ISO
from sekisho.policy import Facts, GoodsHit, PartyHit, PlaceHit, undated
from sekisho.policy.conditions import countries_of, folded_role
from sekisho.screening import subjects
from sekisho.screening.seats import seats
from sekisho.screening.subjects import Screened
from sekisho.screening.tables import Tables

#: Roles of those who get the goods: their country and address say where goods go, when nothing else does.
RECEIVERS = frozenset(
    {"consignee", "intermediate_consignee", "ultimate_consignee", "end_user", "notify_party", "buyer", "importer"}
)
#: Roles that only a financial institution fills (ISO 20022); a carrier or forwarder may be a person.
_ORGANISATIONS = frozenset(
    {"debtor_agent", "creditor_agent", "intermediary_agent", "instructing_agent", "instructed_agent"}
)
_DESTINATION_ROLES = frozenset({"destination", "discharge"})
_LOADING_ROLES = frozenset({"origin", "loading"})
#: Countries of which a part is under a territorial measure.
_REGIONAL = countries_of(LISTED_REGIONS)
_UNDATED = Evidence("listed_on", "", "", "its list tells no day of listing: it counts on every day")
#: The gazetteer's hits are shown like a list's: a region is its entry.
PLACES_LIST = "places"


class Found(msgspec.Struct):
    """One subject with everything it met. Hits keep the model records that policy dates."""

    screened: Screened
    matches: list[tuple[Match, PartyHit | RegionHit]] = []
    #: goods are shown only where a measure speaks of them, and of most it does not
    goods: list[tuple[GoodsMatch, GoodsHit]] = []


class Findings(msgspec.Struct):
    """All subjects of an event, the facts for the measures, and the notes for the verdict."""

    found: list[Found]
    facts: Facts
    notes: list[str]
    #: the version of a goods table
    version_of: Callable[[str], str]


def shown(match: GoodsMatch, line: GoodsLine, version: str) -> Match:
    """A match with an item of a goods table, as an alert shows it."""
    item = match.item
    met = {"code": "declared control code", "hs": f"HS {line.hs_code}", "words": line.description}[match.via]
    return Match(
        list_id=item.table_id,
        list_version=version,
        entry_id=item.item_id,
        name=item.title.get("en") or next(iter(item.title.values()), item.item_id),
        matched_name=met,
        score=round(match.score, 4),
        name_score=round(match.score, 4),
        identity="neutral",
        grade=match.grade,
        evidence=match.evidence,
    )


def look_up(
    event: Event,
    tables: Tables,
    *,
    reference: str,
    known_at: datetime,
    rescreen: bool = False,
    gone_since: datetime | None = None,
) -> Findings:
    """Every subject of ``event``, looked up once."""
    search = _Search(tables)
    kind = SHIPMENT if isinstance(event, Shipment) else PAYMENT
    event_subject = search.subject(subjects.of_event(kind, reference))
    for party in event.parties:
        search.party(party)
    lines: tuple[GoodsLine, ...] = ()
    if isinstance(event, Shipment):
        lines = search.shipment(event)
    else:
        search.payment(event)
    for text in event.deal_references:
        search.text("deal_reference", text, places=False)
    for text in event.extra.values():
        # A field that the contract does not know may still name somebody.
        search.text("extra", text, places=False)
    facts = Facts(
        event=event,
        kind=kind,
        known_at=known_at,
        export_country=search.country(event.export_country) if isinstance(event, Shipment) else None,
        loading_countries=frozenset(search.loading),
        destination_countries=frozenset(search.destinations),
        possible_destinations=frozenset(search.possible),
        localities=frozenset(search.localities),
        receiver_countries=frozenset(search.receiver_countries),
        receiver_addresses=frozenset(search.receiver_addresses),
        party_countries=frozenset(search.party_countries),
        unseated=search.unseated,
        places=tuple(search.places),
        parties=tuple(search.parties),
        goods=tuple(search.goods),
        unclear=tuple(search.unclear),
        lines=lines,
        event_subject=event_subject,
        rescreen=rescreen,
        gone_since=gone_since,
        day_cache={},
    )
    return Findings(search.found, facts, search.notes, tables.version_of)


class _Search:
    """Collects the subjects and hits of one event. Equal subjects merge."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.found: list[Found] = []
        self.numbers: dict[tuple[str, ...], int] = {}
        self.parties: list[PartyHit] = []
        self.goods: list[GoodsHit] = []
        self.places: list[PlaceHit] = []
        self.unclear: list[tuple[int, GoodsLine]] = []
        self.notes: list[str] = []
        self.loading: set[str] = set()
        self.destinations: set[str] = set()
        self.possible: set[str] = set()
        self.localities: set[str] = set()
        self.receiver_countries: set[str] = set()
        self.receiver_addresses: set[str] = set()
        self.party_countries: set[str] = set()
        self.unseated = False

    def subject(self, screened: Screened) -> int:
        number = self.numbers.get(screened.key)
        if number is None:
            number = self.numbers[screened.key] = len(self.found)
            self.found.append(Found(screened))
        return number

    def country(self, text: str | None) -> str | None:
        """The ISO code; a name, three letters or UK in its place are understood too. What is no country says nothing."""
        if not text or text in ISO:
            return text or None
        return self.tables.places.country_code(text)

    # -- parties, vessels, texts --------------------------------------------------------------

    def party(self, party: Party) -> None:
        country = self.country(party.country)
        receives = folded_role(party.role) in RECEIVERS
        if receives and country:
            self.receiver_countries.add(country)
        found = seats(party, country)
        self.party_countries |= found
        self.unseated = self.unseated or not found
        matches = self.bearers(party, country)
        inside = self.inside(party.name, matches) if is_text(party.name) else []
        if matches or inside:
            number = self.subject(subjects.of_party(party))
            self.entries(number, "party", party.role, matches)
            self.entries(number, "party", party.role, inside, _INSIDE_A_FIELD)
        if party.address:
            there = self.tables.places.read_address(party.address, country)
            if receives:
                lies_in = there.countries or ((country,) if country else ())
                # An address that says no more than a country does not tell where in it.
                if _REGIONAL.isdisjoint(lies_in) or self.tables.places.says_place(party.address):
                    self.receiver_addresses.update(lies_in)
            if there.regions:
                number = self.subject(subjects.of_place(f"{party.role}_address", party.address))
                self.regions(number, party.address, there, destination=False)

    def bearers(self, party: Party, country: str | None) -> list[EntityMatch]:
        """The entries that the party may be."""
        kind = kind_of(party)
        if is_text(party.name):
            # no stranger is remembered by so long a name: it is searched for at once
            countries = (country,) if country else ()
            return self.search(
                Query(
                    name=party.name,
                    kind=kind,
                    birth_date=party.birth_date,
                    gender=party.gender,
                    countries=countries,
                    identifiers=party.identifiers,
                    address=party.address,
                )
            )
        if self.tables.strangers.knows(party.name, kind):
            return self.identified(kind, party.identifiers)
        # What no entry near the name has to be held against is left out: then the index knows its answer for the next event.
        said = self.tables.strangers.said_of(party.name, kind)
        query = Query(
            name=party.name,
            kind=kind,
            birth_date=party.birth_date if "birth_dates" in said else None,
            gender=party.gender if "genders" in said else None,
            countries=(country,) if country and "countries" in said else (),
            identifiers=party.identifiers,
            address=party.address if "addresses" in said or "birth_places" in said else None,
        )
        return self.search(query)

    def inside(self, field: str, met: list[EntityMatch]) -> list[EntityMatch]:
        """The entries that are named anywhere in a field that is a text, beside those that its pieces have met."""
        known = {match.entity.key for match in met}
        return [
            match
            for match in self.tables.names.scan(field, _INSIDE)
            if match.entity.key not in known and _stands_out(match)
        ]

    def identified(self, kind: str, identifiers: tuple[Identifier, ...]) -> list[EntityMatch]:
        """The entries that a stranger may be: those with one of his identifiers."""
        return self.tables.names.search(Query(name="", kind=kind, identifiers=identifiers)) if identifiers else []

    def search(self, query: Query) -> list[EntityMatch]:
        """Under the name as it stands, and under each other name that the field may hold."""
        matches = self.tables.names.search(query)
        others = other_names(query.name, query.kind)
        if not others:
            return matches
        best = {match.entity.key: match for match in matches}
        for name in others:
            for match in self.tables.names.search(msgspec.structs.replace(query, name=name)):
                held = best.get(match.entity.key)
                if held is None or (_CERTAINTY[match.grade], match.score) > (_CERTAINTY[held.grade], held.score):
                    best[match.entity.key] = match
        return sorted(best.values(), key=lambda match: (-match.score, match.entity.key))[:_MATCHES]

    def entries(
        self, number: int, kind: str, role: str, matches: Iterable[EntityMatch], doubt: str | None = None
    ) -> None:
        """``doubt``: why none of them can carry an effect by itself, where the match does not say so."""
        for match in matches:
            entity = match.entity
            hit = PartyHit(number, kind, role, entity, _doubt(kind, match) or doubt)
            self.parties.append(hit)
            shown = Match(
                list_id=entity.list_id,
                list_version=self.tables.version_of(entity.list_id),
                entry_id=entity.entry_id,
                name=entity.primary_name,
                matched_name=match.matched_name.text,
                score=round(match.score, 4),
                name_score=round(match.name_score, 4),
                identity=match.identity,
                grade=match.grade,
                evidence=(*match.evidence, _UNDATED) if undated(entity) else match.evidence,
            )
            self.found[number].matches.append((shown, hit))

    def text(self, role: str, text: str, *, places: bool = True) -> None:
        if not text.strip():
            return
        matches = self.tables.names.scan(text)
        there = self.tables.places.read_address(text, None) if places else None
        if not matches and not (there and there.regions):
            return
        number = self.subject(subjects.of_text(role, text))
        self.entries(number, "text", role, matches)
        if there and there.regions:
            self.regions(number, text, there, destination=False)

    # -- goods and places ----------------------------------------------------------------------

    def shipment(self, event: Shipment) -> tuple[GoodsLine, ...]:
        """Its goods lines, as they were looked up."""
        lines = tuple(self.with_origin(line) for line in event.goods)
        for line in lines:
            self.line(line)
        if importer := self.country(event.import_country):
            self.destinations.add(importer)
        for location in event.locations:
            self.location(location, importer)
        transport = event.transport
        if transport and (transport.vessel_name or transport.vessel_imo_number):
            matches = self.vessels(transport)
            if matches:
                name, imo = transport.vessel_name or "", transport.vessel_imo_number or ""
                self.entries(self.subject(subjects.of_vessel(name, imo)), "vessel", "vessel", matches)
        if event.end_use:
            self.text("end_use", event.end_use)
        return lines

    def with_origin(self, line: GoodsLine) -> GoodsLine:
        """The line with its origin as a code, where it is written otherwise."""
        said = line.origin_country
        if not said or said in ISO:
            return line
        return msgspec.structs.replace(line, origin_country=self.country(said))

    def vessels(self, transport: Transport) -> list[EntityMatch]:
        """The entries that the vessel may be."""
        name, imo = transport.vessel_name or "", transport.vessel_imo_number or ""
        numbers = dict.fromkeys([*([imo] if imo else ()), *imo_numbers(name)])
        identifiers = tuple(Identifier("IMO", number) for number in numbers)
        if self.tables.strangers.knows(name, "Vessel"):
            return self.identified("Vessel", identifiers)
        flag = self.country(transport.vessel_flag)
        return self.search(Query(name=name, kind="Vessel", countries=(flag,) if flag else (), identifiers=identifiers))

    def payment(self, event: Payment) -> None:
        for text in event.remittance_information:
            self.text("remittance_information", text)

    def line(self, line: GoodsLine) -> None:
        result = self.tables.goods.match(line)
        if result.notes:
            self.notes.extend(f"goods line {line.line}: {note}" for note in result.notes)
        for shown in _not_judged(line, result) if line.control_codes else ():
            self.notes.append(
                f"goods line {line.line}: the list of control code {shown} is not at hand: it is not judged"
            )
        if not result.matches and result.described:
            return
        number = self.subject(subjects.of_line(line))
        if not result.described:
            self.unclear.append((number, line))
        # Of the item's own table, so that whatever the code may mean is among what was met.
        regimes = {regime(code.regime) for code in line.control_codes}
        for match in result.matches:
            item = match.item
            hit = GoodsHit(
                subject=number,
                line=line,
                item=item,
                periods=tuple(item.validity[i] for i in match.periods),
                doubt=None if match.certain else _goods_doubt(match),
                one_of=match.via == "code" and not match.certain and item.table_id in regimes,
            )
            self.goods.append(hit)
            self.found[number].goods.append((match, hit))

    def location(self, location: Location, importer: str | None) -> None:
        role = folded_role(location.role)
        destination = role in _DESTINATION_ROLES
        there = self.tables.places.locate(location, importer if destination else None)
        countries = there.countries
        if not countries and (said := self.country(location.country)):
            countries = (said,)
        if destination:
            self.destinations.update(countries)
            if not countries:
                self.possible.update(there.possible)
            if there.local:
                final = role == "destination"
                self.localities.update(countries or ((importer,) if importer and final else ()))
        elif role in _LOADING_ROLES:
            self.loading.update(countries)
        if there.notes:
            self.notes.extend(f"location {location.role}: {note}" for note in there.notes)
        if there.regions:
            value = ", ".join(v for v in (location.name, location.un_location_code, location.country) if v)
            number = self.subject(subjects.of_place(location.role, value))
            self.regions(number, value, there, destination=destination)

    def regions(self, number: int, text: str, there: Whereabouts, *, destination: bool) -> None:
        for hit in there.regions:
            self.places.append(PlaceHit(number, hit.region, hit.certain, destination))
            shown = Match(
                list_id=PLACES_LIST,
                list_version=PLACES_VERSION,
                entry_id=hit.region,
                name=hit.title,
                matched_name=text,
                score=1.0 if hit.certain else 0.7,
                name_score=1.0 if hit.certain else 0.7,
                identity="neutral",
                grade="exact" if hit.certain else "possible",
                evidence=hit.evidence or (Evidence("place", text, hit.title, "lies in this region"),),
            )
            self.found[number].matches.append((shown, hit))


#: As many of a long field are looked at.
_INSIDE = 40
#: Streets and towns are called like them.
_NO_PARTIES = frozenset({"Vessel", "Aircraft"})
_INSIDE_A_FIELD = "named inside a longer text, not as the party"
#: Letters of a name that says too little by itself: HM, MSC.
_SHORT = 3
_CERTAINTY = {"possible": 0, "strong": 1, "exact": 2}
#: As many matches as one search gives.
_MATCHES = 10


def kind_of(party: Party) -> str:
    if party.birth_date or party.gender:
        return "Person"
    return "Organization" if folded_role(party.role) in _ORGANISATIONS else "Unknown"


def _doubt(kind: str, match: EntityMatch) -> str | None:
    """Why this match cannot carry an effect by itself (design §5: certainty caps effect)."""
    if match.identity == "conflicts":
        return "what is known of the identity speaks against it"
    if match.grade == "possible":
        return "the name is only possibly the same"
    if match.identity != "supports" and match.name_score:
        if match.matched_name.kind == "weak_alias":
            return "a weak alias without support from the identity"
        words = _own_words(match.matched_name.text)
        if len(words) < 2 and any(one.feature == "word" and one.query and one.entry for one in match.evidence):
            return "a name of one word that is spelled otherwise"
        if len("".join(words)) <= _SHORT and any(
            one.feature == "country" and one.effect.startswith("another") for one in match.evidence
        ):
            return "a name of few letters, of another country"
    return "named inside a text, not as a party" if kind == "text" else None


def _stands_out(match: EntityMatch) -> bool:
    """Whether what is met in the midst of addresses is named there; a number that the text calls an IMO number, an INN … is."""
    if not match.name_score:
        return True
    return match.entity.schema not in _NO_PARTIES and stands_out(match.matched_name.text, match.name_score)


@lru_cache(maxsize=4096)
def _own_words(name: str) -> tuple[str, ...]:
    """The words of an entry's name that are not its legal form."""
    return tuple(word.text for word in parse(name, False)[0].tokens if word.kind not in (LEGAL, PARTICLE))


def _not_judged(line: GoodsLine, result: GoodsResult) -> Iterable[str]:
    """Declared codes of a list that no table holds (EU dual use, a national list): they met nothing, which says nothing."""
    met = {one.query for match in result.matches for one in match.evidence if one.feature == "control_code"}
    noted = set(result.notes)
    for code in dict.fromkeys(line.control_codes):
        shown = f"{code.regime} {code.code}"
        said = (
            f"control code {shown[:80]!r} cannot be read",
            f"control code {shown[:80]} is in none of the tables at hand",
        )
        if shown not in met and noted.isdisjoint(said) and not none_applies(code.code):
            yield shown[:80]


def _goods_doubt(match: GoodsMatch) -> str:
    if match.via == "words":
        return "met by words alone"
    if match.via == "code":
        return "the declared code leaves open which paragraph it is"
    return "met by HS code, where the law defines the item by its parameters"
