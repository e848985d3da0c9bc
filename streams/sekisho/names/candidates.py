"""Which names of a segment may score above the threshold: files under pairs of sound classes (see ``index``)."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from itertools import combinations

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from sekisho.model import Entity, Name
from sekisho.names.parse import CONTENT, GENERIC, INITIAL, LOOSE, NUMBER, PLACE, Parsed, Token, parse
from sekisho.names.postings import Postings
from sekisho.names.score import CONFLICT, EXCESS_ORGANISATION, EXCESS_PERSON, THRESHOLD
from sekisho.names.similar import word_similarity
from sekisho.names.sounds import letter_key

#: Content words of one name that are paired; more add nothing.
_PAIRED = 8
#: Classes that one query word may sound like, best first.
_CLASSES = 24
#: How alike a word must be to lead to a name: below, the other words of the name must lead there.
_LEADS = 0.66
#: A candidate is scored if its bound comes this near to the threshold.
_SLACK = 0.12
#: Words of a query whose classes are remembered.
_REMEMBERED = 20_000
#: A name is also filed under one word that carries it: the rest weighs at most this share of the word.
_ALONE = 0.62


class Record:
    """One reading of one name text, with everyone who bears it."""

    __slots__ = ("bearers", "parsed", "weight")

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed
        self.weight = sum([token.weight for token in parsed.tokens])
        self.bearers: list[tuple[Entity, Name]] = []


def content(parsed: Parsed) -> list[Token]:
    """The words that names are found by; what an organisation does and its number only beside its own words."""
    return [t for t in parsed.tokens if t.kind in (CONTENT, GENERIC, PLACE, NUMBER)][:_PAIRED]


def _class_name(token: Token) -> str:
    if token.concept:
        return ":" + token.concept
    if token.kind == NUMBER:
        return "#" + token.text
    if token.script in LOOSE:
        return "~" + token.skeleton
    return token.key


def _deletions(key: str) -> list[str]:
    return [key[:at] + key[at + 1 :] for at in range(len(key))]


class Segment:
    """The files of some entries. Built once, then only read."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._numbers: dict[str, int] = {}
        self._members: list[list[Token]] = []
        #: class spelling (and its deletions) -> classes
        self._near = Postings()
        #: consonants -> classes; only those written without vowels of their own
        self._bones, self._loose_bones = Postings(), Postings()
        self._nick = Postings()
        #: pairs of classes, a class with a letter, one class alone, whole names -> records
        self._pairs, self._letters, self._alone, self._whole = Postings(), Postings(), Postings(), Postings()
        self._similar_cache: dict[tuple[str, int, str], tuple[tuple[int, float], ...]] = {}
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def entities(self) -> Iterator[Entity]:
        seen: set[int] = set()
        for record in self.records:
            for entity, _ in record.bearers:
                if id(entity) not in seen:
                    seen.add(id(entity))
                    yield entity

    # -- building ----------------------------------------------------------------------------------------

    @classmethod
    def build(cls, entities: Iterable[Entity]) -> Segment:
        # hundreds of thousands of objects that all stay: the collector would walk them again and again
        collecting = gc.isenabled()
        gc.disable()
        try:
            segment = cls()
            segment._read(entities)
            segment._file()
            return segment
        finally:
            if collecting:
                gc.enable()

    def _read(self, entities: Iterable[Entity]) -> None:
        made: dict[tuple[str, bool], list[Record]] = {}
        for entity in entities:
            self._size += 1
            persons = (True,) if entity.schema == "Person" else (True, False) if entity.schema == "Unknown" else (False,)
            for name in entity.names:
                for person in persons:
                    records = made.get((name.text, person))
                    if records is None:
                        records = [Record(parsed) for parsed in parse(name.text, person) if parsed.tokens]
                        made[name.text, person] = records
                        self.records.extend(records)
                    for record in records:
                        record.bearers.append((entity, name))

    def _class(self, name: str) -> int:
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = len(self._members)
            self._members.append([])
        return number

    def _file(self) -> None:
        classes: dict[Token, int] = {}
        known: dict[tuple[str, str, int, str], int] = {}
        for at, record in enumerate(self.records):
            words = content(record.parsed)
            numbers = []
            for token in words:
                number = classes.get(token)
                if number is None:
                    identity = (token.text, token.script, token.kind, token.concept)
                    number = known.get(identity)
                    if number is None:
                        number = known[identity] = self._class(_class_name(token))
                        self._members[number].append(token)
                    classes[token] = number
                numbers.append(number)
            self._file_record(at, record, words, numbers)
        for name, number in self._numbers.items():
            if name[:1] not in ("#", ":"):
                self._file_class(name, number)
        for postings in (self._near, self._bones, self._loose_bones, self._nick, self._pairs, self._letters, self._alone, self._whole):
            postings.freeze()

    def _file_record(self, at: int, record: Record, words: list[Token], classes: list[int]) -> None:
        parsed = record.parsed
        own = [i for i, t in enumerate(words) if t.kind == CONTENT]
        for i, j in combinations(range(len(words)), 2):
            if len(own) > 1 and words[i].kind != CONTENT and words[j].kind != CONTENT:
                continue
            self._pairs.add(_pair(classes[i], classes[j]), at)
        if 2 <= len(own) <= 5:
            self._file_joined(at, words, classes, own)
        if parsed.person and len(own) <= 4:
            for i in own:
                for other in own:
                    if other != i:
                        self._letters.add(classes[i] << 8 | ord(words[other].text[0]) & 0x7F, at)
                for token in parsed.tokens:
                    if token.kind == INITIAL:
                        self._letters.add(classes[i] << 8 | 0x80 | ord(token.text[0]) & 0x7F, at)
        for i, token in enumerate(words):
            if record.weight - token.weight <= _ALONE * token.weight:
                self._alone.add(classes[i], at)
        if len(parsed.joined) >= 5:
            self._whole.add(hash(parsed.joined), at)
            acronym = _acronym(parsed)
            if acronym:
                self._whole.add(hash("=" + acronym), at)
        if parsed.characters:
            for key in _character_keys(parsed.characters):
                self._whole.add(hash(key), at)

    def _file_joined(self, at: int, words: list[Token], classes: list[int], own: list[int]) -> None:
        """Neighbours that a query may write together."""
        for first, second in zip(own, own[1:], strict=False):
            number = self._class(words[first].key + words[second].key)
            members = self._members[number]
            if len(members) < 4:
                members.append(_joined_token(words[first], words[second]))
            for k in own:
                if k not in (first, second):
                    self._pairs.add(_pair(number, classes[k]), at)
            if len(own) == 2:
                self._alone.add(number, at)

    def _file_class(self, name: str, number: int) -> None:
        members = self._members[number]
        for bones in {m.skeleton for m in members}:
            self._bones.add(hash(bones), number)
            if members[0].script in LOOSE:
                self._loose_bones.add(hash(bones), number)
        for member in members:
            for head in member.nick:
                self._nick.add(hash(head), number)
        if name[0:1] == "~":
            return
        spellings = {name}
        for member in members:
            spellings.add(letter_key(member.text))
        for spelling in spellings:
            self._near.add(hash(spelling), number)
            if len(spelling) >= 4:
                for shorter in _deletions(spelling):
                    self._near.add(hash(shorter), number)

    # -- looking up --------------------------------------------------------------------------------------

    def similar(self, token: Token) -> tuple[tuple[int, float], ...]:
        """Sound classes with a word like this one, and how alike it is, best first."""
        key = (token.source if token.script in LOOSE else token.text, token.kind, token.script)
        known = self._similar_cache.get(key)
        if known is None:
            known = self._similar(token)
            if len(self._similar_cache) >= _REMEMBERED:
                self._similar_cache.clear()
            self._similar_cache[key] = known
        return known

    def _similar(self, token: Token) -> tuple[tuple[int, float], ...]:
        name = _class_name(token)
        if name[:1] in ("#", ":"):
            number = self._numbers.get(name)
            return () if number is None else ((number, 1.0),)
        loose = token.script in LOOSE
        options: set[int] = set()
        bones = token.skeleton
        if loose:
            options.update(self._bones.get(hash(bones)))
            if len(bones) >= 3:
                for shorter in _deletions(bones):
                    options.update(self._bones.get(hash(shorter)))
        else:
            for key in {token.key, letter_key(token.text)}:
                options.update(self._near.get(hash(key)))
                if len(key) >= 4:
                    for shorter in _deletions(key):
                        options.update(self._near.get(hash(shorter)))
            options.update(self._loose_bones.get(hash(bones)))
            if len(bones) >= 4:
                for shorter in _deletions(bones):
                    options.update(self._loose_bones.get(hash(shorter)))
        for head in token.nick:
            options.update(self._nick.get(hash(head)))
        best: dict[int, float] = {}
        members: list[tuple[int, Token]] = []
        for number in options:
            for member in self._members[number]:
                members.append((number, member))
        if not loose and len(members) > 12:
            # letters first, in C; what shares sound or a nickname is looked at anyway
            folds = [member.fold for _, member in members]
            near = {hit[2] for hit in extract(token.fold, folds, scorer=OSA.normalized_similarity, score_cutoff=_LEADS - 0.08, limit=None)}
            members = [
                m
                for i, m in enumerate(members)
                if i in near or m[1].key == token.key or m[1].script in LOOSE or (token.nick and not token.nick.isdisjoint(m[1].nick))
            ]
        for number, member in members:
            alike = word_similarity(token, member)
            if alike >= _LEADS and alike > best.get(number, 0.0):
                best[number] = alike
        return tuple(sorted(best.items(), key=lambda f: -f[1])[:_CLASSES])

    def candidates(self, parsed: Parsed, person: bool, limit: int) -> list[Record]:
        """Records that may match, by what their words promise, at most ``limit``."""
        words = content(parsed) or list(parsed.tokens)
        own = sum([t.kind == CONTENT for t in words])
        hits: dict[int, int] = {}
        sounds = [self.similar(t) for t in words]
        total = sum([t.weight for t in parsed.tokens])
        pairs = self._pairs.get
        for i, one in enumerate(sounds):
            if not one:
                continue
            for j in range(i + 1, len(sounds)):
                two = sounds[j]
                if not two or (own > 1 and words[i].kind != CONTENT and words[j].kind != CONTENT):
                    continue
                bits = 1 << i | 1 << j
                for a, _ in one:
                    for b, _ in two:
                        for at in pairs(a << 24 | b if a < b else b << 24 | a):
                            hits[at] = hits.get(at, 0) | bits
        for i, token in enumerate(words):
            if total - token.weight <= _ALONE * token.weight:
                for number, _ in sounds[i]:
                    for at in self._alone.get(number):
                        hits[at] = hits.get(at, 0) | 1 << i
        if person:
            self._initials(parsed, words, sounds, hits)
        if own >= 2:
            self._joins(words, sounds, hits, total)
        every = (1 << len(words)) - 1
        whole = [parsed.joined, *(_character_keys(parsed.characters) if parsed.characters else ())]
        if len(words) == 1 and not person and 3 <= len(parsed.joined) <= 8:
            whole.append("=" + parsed.joined)
        for key in whole:
            for at in self._whole.get(hash(key)):
                hits[at] = hits.get(at, 0) | every
        return self._ranked(words, hits, total, limit, person) if hits else []

    def _initials(self, parsed: Parsed, words: list[Token], sounds: list[tuple[tuple[int, float], ...]], hits: dict[int, int]) -> None:
        letters = {ord(t.text[0]) & 0x7F for t in parsed.tokens if t.kind == INITIAL}
        every = (1 << len(words)) - 1
        get = self._letters.get
        for i, token in enumerate(words):
            others = {ord(t.text[0]) & 0x7F for t in words if t is not token} if len(words) <= 4 else set()
            for number, _ in sounds[i]:
                for letter in letters:
                    for at in get(number << 8 | letter):
                        hits[at] = hits.get(at, 0) | 1 << i
                    for at in get(number << 8 | 0x80 | letter):
                        hits[at] = hits.get(at, 0) | every
                for letter in others:
                    for at in get(number << 8 | 0x80 | letter):
                        hits[at] = hits.get(at, 0) | every

    def _joins(self, words: list[Token], sounds: list[tuple[tuple[int, float], ...]], hits: dict[int, int], total: float) -> None:
        """Words that the entry may write together."""
        for i in range(len(words) - 1):
            if words[i].kind != CONTENT or words[i + 1].kind != CONTENT:
                continue
            numbers = self._near.get(hash(words[i].key + words[i + 1].key))
            bits = 1 << i | 1 << i + 1
            for number in numbers:
                for j, sound in enumerate(sounds):
                    if j not in (i, i + 1):
                        for b, _ in sound:
                            for at in self._pairs.get(_pair(number, b)):
                                hits[at] = hits.get(at, 0) | bits | 1 << j
                if total - words[i].weight - words[i + 1].weight <= 0.5:
                    for at in self._alone.get(number):
                        hits[at] = hits.get(at, 0) | bits

    def _ranked(self, words: list[Token], hits: dict[int, int], total: float, limit: int, person: bool) -> list[Record]:
        """Those whose shared weight can reach the threshold, most promising first."""
        weights: dict[int, float] = {}
        ranked: list[tuple[float, int]] = []
        records = self.records
        lost = EXCESS_PERSON if person else EXCESS_ORGANISATION
        least = THRESHOLD - _SLACK
        for at, bits in hits.items():
            record = records[at]
            if record.parsed.person != person:
                continue
            met = weights.get(bits)
            if met is None:
                met = weights[bits] = sum([t.weight for i, t in enumerate(words) if bits >> i & 1])
            over1, over2 = total - met, record.weight - met
            if over2 < 0.0:
                over2 = 0.0
            both = over1 if over1 < over2 else over2
            bound = met / (met + CONFLICT * 0.7 * both + lost * (over1 + over2 - 2 * both) + 1e-9)
            if bound >= least:
                ranked.append((bound, at))
        ranked.sort(reverse=True)
        return [records[at] for _, at in ranked[:limit]]


def _pair(a: int, b: int) -> int:
    return a << 24 | b if a < b else b << 24 | a


def _joined_token(a: Token, b: Token) -> Token:
    return a.changed(
        text=a.text + b.text, fold=a.fold + b.fold, key=a.key + b.key, skeleton=a.skeleton + b.skeleton, source=a.source + b.source, nick=frozenset()
    )  # fmt: skip


def _acronym(parsed: Parsed) -> str:
    if parsed.person or len(parsed.tokens) < 3:
        return ""
    return "".join([t.text[0] for t in parsed.tokens if t.kind != NUMBER and t.script == "latin"])


def _character_keys(characters: tuple[str, ...]) -> list[str]:
    """Two neighbouring characters: two names of one script share them unless they are too short to slip."""
    return ["".join(two) for two in zip(characters, characters[1:], strict=False)] or list(characters)


__all__ = ["Record", "Segment", "content"]
