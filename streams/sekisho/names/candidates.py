"""Which names of a segment may score above the threshold: files under pairs of sound classes (see ``index``)."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import combinations

from sekisho.model import Entity, Name
from sekisho.names.parse import CONTENT, GENERIC, INITIAL, LOOSE, NUMBER, PLACE, Parsed, Token, parse
from sekisho.names.similar import ALIKE, word_similarity
from sekisho.names.sounds import letter_key

#: Content words of one name that are paired; more add nothing.
_PAIRED = 8
#: Classes that one query word may sound like, best first.
_CLASSES = 24
#: Words of one class that are compared with a query word.
_MEMBERS = 48
_BITS = 24
_HASH = 0x9E3779B97F4A7C15
_MASK64 = (1 << 64) - 1


class Record:
    """One reading of one name text, with everyone who bears it."""

    __slots__ = ("bearers", "parsed", "weight")

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed
        self.weight = sum(token.weight for token in parsed.tokens)
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


def _deletions(key: str) -> Iterator[str]:
    for at in range(len(key)):
        yield key[:at] + key[at + 1 :]


class Segment:
    """The files of some entries. Built once, then only read."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._numbers: dict[str, int] = {}
        self._members: list[list[Token]] = []
        self._near: dict[str, tuple[int, ...]] = {}
        self._bones: dict[str, tuple[int, ...]] = {}
        self._loose_bones: dict[str, tuple[int, ...]] = {}
        self._nick: dict[str, tuple[int, ...]] = {}
        self._alone: dict[int, list[int]] = {}
        self._joined: dict[str, list[int]] = {}
        self._characters: dict[str, list[int]] = {}
        self._pair_keys: array[int] = array("Q")
        self._pair_records: array[int] = array("I")
        self._filter = bytearray(1 << (_BITS - 3))
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
        segment = cls()
        made: dict[tuple[str, bool], list[Record]] = {}
        interned: dict[Token, Token] = {}
        for entity in entities:
            segment._size += 1
            persons = (True,) if entity.schema == "Person" else (True, False) if entity.schema == "Unknown" else (False,)
            for name in entity.names:
                for person in persons:
                    records = made.get((name.text, person))
                    if records is None:
                        records = []
                        for parsed in parse(name.text, person):
                            if parsed.tokens:
                                tokens = tuple(interned.setdefault(t, t) for t in parsed.tokens)
                                records.append(Record(parsed._replace(tokens=tokens)))
                        made[name.text, person] = records
                        segment.records.extend(records)
                    for record in records:
                        record.bearers.append((entity, name))
        segment._file()
        return segment

    def _class(self, token: Token) -> int:
        name = _class_name(token)
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = len(self._members)
            self._members.append([])
        return number

    def _file(self) -> None:
        pairs: dict[int, None] = {}
        known: dict[Token, int] = {}
        nick: dict[str, set[int]] = {}
        keys: list[int] = []
        numbers: list[int] = []
        for at, record in enumerate(self.records):
            parsed = record.parsed
            words = content(parsed)
            classes = []
            for token in words:
                number = known.get(token)
                if number is None:
                    number = known[token] = self._class(token)
                    members = self._members[number]
                    if all(m.fold != token.fold or m.nick != token.nick for m in members):
                        members.append(token)
                    for head in token.nick:
                        nick.setdefault(head, set()).add(number)
                classes.append(number)
            own = sum(t.kind == CONTENT for t in words)
            pairs.clear()
            for i, j in combinations(range(len(words)), 2):
                if own and words[i].kind != CONTENT and words[j].kind != CONTENT and own > 1:
                    continue
                pairs[_pair(classes[i], classes[j])] = None
            # words that the query may write together
            if 2 <= own <= 5:
                spots = [i for i, t in enumerate(words) if t.kind == CONTENT]
                for first, second in zip(spots, spots[1:], strict=False):
                    joined = words[first].key + words[second].key
                    number = self._numbers.get(joined, -1)
                    if number < 0:
                        number = self._numbers[joined] = len(self._members)
                        self._members.append([])
                    both = _joined_token(words[first], words[second])
                    if len(self._members[number]) < 8 and all(m.fold != both.fold for m in self._members[number]):
                        self._members[number].append(both)
                    for k in spots:
                        if k not in (first, second):
                            pairs[_pair(number, classes[k])] = None
                    if own == 2:
                        self._alone.setdefault(number, []).append(at)
            if parsed.person and own <= 4:
                letters = [t for t in parsed.tokens if t.kind == INITIAL]
                for i, token in enumerate(words):
                    for other in words:
                        if other is not token and token.kind == CONTENT:
                            pairs[_letter(classes[i], other.text[0], False)] = None
                    for other in letters:
                        pairs[_letter(classes[i], other.text[0], True)] = None
            for pair in pairs:
                keys.append(pair)
                numbers.append(at)
            # a name that one word can carry
            for i, token in enumerate(words):
                if record.weight - token.weight <= 0.62 * token.weight:
                    self._alone.setdefault(classes[i], []).append(at)
            if len(parsed.joined) >= 5:
                self._joined.setdefault(parsed.joined, []).append(at)
                acronym = _acronym(parsed)
                if acronym:
                    self._joined.setdefault("=" + acronym, []).append(at)
            if parsed.characters:
                for key in _character_keys(parsed.characters):
                    self._characters.setdefault(key, []).append(at)
        order = sorted(range(len(keys)), key=keys.__getitem__)
        self._pair_keys = array("Q", (keys[i] for i in order))
        self._pair_records = array("I", (numbers[i] for i in order))
        mask = (1 << _BITS) - 1
        for pair in keys:
            bit = ((pair * _HASH) & _MASK64) >> 40 & mask
            self._filter[bit >> 3] |= 1 << (bit & 7)
        near: dict[str, list[int]] = {}
        bones: dict[str, set[int]] = {}
        loose: dict[str, set[int]] = {}
        for name, number in self._numbers.items():
            first = name[0] if name else ""
            if first in "#:":
                continue
            members = self._members[number]
            for member in members:
                if member.script in LOOSE:
                    loose.setdefault(member.skeleton, set()).add(number)
                bones.setdefault(member.skeleton, set()).add(number)
            if first != "~":
                for spelling in {name, *(letter_key(m.text) for m in members)}:
                    near.setdefault(spelling, []).append(number)
                    if len(spelling) >= 4:
                        for shorter in _deletions(spelling):
                            near.setdefault(shorter, []).append(number)
        self._near = {name: tuple(set(found)) for name, found in near.items()}
        self._bones = {name: tuple(found) for name, found in bones.items()}
        self._loose_bones = {name: tuple(found) for name, found in loose.items()}
        self._nick = {name: tuple(found) for name, found in nick.items()}

    # -- looking up --------------------------------------------------------------------------------------

    def similar(self, token: Token) -> tuple[tuple[int, float], ...]:
        """Sound classes with a word like this one, and how alike it is, best first."""
        key = (token.source if token.script in LOOSE else token.text, token.kind, token.script)
        known = self._similar_cache.get(key)
        if known is None:
            known = self._similar(token)
            if len(self._similar_cache) > 200_000:
                self._similar_cache.clear()
            self._similar_cache[key] = known
        return known

    def _similar(self, token: Token) -> tuple[tuple[int, float], ...]:
        name = _class_name(token)
        if name[:1] in ("#", ":"):
            number = self._numbers.get(name)
            return () if number is None else ((number, 0.95 if name[0] == ":" else 1.0),)
        options: set[int] = set()
        if token.script in LOOSE:
            bones = token.skeleton
            options.update(self._bones.get(bones, ()))
            if len(bones) >= 3:
                for shorter in _deletions(bones):
                    options.update(self._bones.get(shorter, ()))
        else:
            for key in {token.key, letter_key(token.text)}:
                options.update(self._near.get(key, ()))
                if len(key) >= 4:
                    for shorter in _deletions(key):
                        options.update(self._near.get(shorter, ()))
            options.update(self._loose_bones.get(token.skeleton, ()))
            if len(token.skeleton) >= 4:
                for shorter in _deletions(token.skeleton):
                    options.update(self._loose_bones.get(shorter, ()))
        for head in token.nick:
            options.update(self._nick.get(head, ()))
        found = []
        for number in options:
            best = 0.0
            for member in self._members[number][:_MEMBERS]:
                alike = word_similarity(token, member)
                if alike > best:
                    best = alike
            if best >= ALIKE:
                found.append((number, best))
        found.sort(key=lambda f: -f[1])
        return tuple(found[:_CLASSES])

    def candidates(self, parsed: Parsed, person: bool, limit: int) -> list[Record]:
        """Records that may match, by what their words promise, at most ``limit``."""
        words = content(parsed)
        if not words:
            words = list(parsed.tokens)
        own = [t for t in words if t.kind == CONTENT]
        hits: dict[int, int] = {}
        sounds = [self.similar(t) for t in words]
        total = sum(t.weight for t in parsed.tokens)
        for i, j in combinations(range(len(words)), 2):
            if not sounds[i] or not sounds[j]:
                continue
            if len(own) > 1 and words[i].kind != CONTENT and words[j].kind != CONTENT:
                continue
            bits = (1 << i) | (1 << j)
            self._pairs(sounds[i], sounds[j], bits, hits)
        for i, token in enumerate(words):
            if total - token.weight <= 0.62 * token.weight:
                for number, _ in sounds[i]:
                    for at in self._alone.get(number, ()):
                        hits[at] = hits.get(at, 0) | (1 << i)
        if person:
            self._initials(parsed, words, sounds, hits)
        if len(own) >= 2:
            self._joins(words, sounds, hits, total)
        for at in self._joined.get(parsed.joined, ()):
            hits[at] = hits.get(at, 0) | ((1 << len(words)) - 1)
        if parsed.characters:
            for key in _character_keys(parsed.characters):
                for at in self._characters.get(key, ()):
                    hits[at] = hits.get(at, 0) | ((1 << len(words)) - 1)
        if not hits:
            return []
        return self._ranked(words, hits, total, limit, person)

    def _pairs(
        self, one: tuple[tuple[int, float], ...], two: tuple[tuple[int, float], ...], bits: int, hits: dict[int, int]
    ) -> None:
        flags = self._filter
        mask = (1 << _BITS) - 1
        for a, _ in one:
            for b, _ in two:
                pair = a << 32 | b if a < b else b << 32 | a
                bit = ((pair * _HASH) & _MASK64) >> 40 & mask
                if flags[bit >> 3] >> (bit & 7) & 1:
                    self._take(pair, bits, hits)

    def _take(self, pair: int, bits: int, hits: dict[int, int]) -> None:
        keys, records = self._pair_keys, self._pair_records
        at, count = bisect_left(keys, pair), len(keys)
        while at < count and keys[at] == pair:
            number = records[at]
            hits[number] = hits.get(number, 0) | bits
            at += 1

    def _probe(self, pair: int, bits: int, hits: dict[int, int]) -> None:
        bit = ((pair * _HASH) & _MASK64) >> 40 & ((1 << _BITS) - 1)
        if self._filter[bit >> 3] >> (bit & 7) & 1:
            self._take(pair, bits, hits)

    def _initials(self, parsed: Parsed, words: list[Token], sounds: list[tuple[tuple[int, float], ...]], hits: dict[int, int]) -> None:
        letters = {t.text[0] for t in parsed.tokens if t.kind == INITIAL}
        for i, token in enumerate(words):
            others = {t.text[0] for t in words if t is not token}
            for number, _ in sounds[i]:
                for letter in letters:
                    self._probe(_letter(number, letter, False), 1 << i, hits)
                    self._probe(_letter(number, letter, True), 1 << i, hits)
                if len(words) <= 4:
                    for letter in others:
                        self._probe(_letter(number, letter, True), 1 << i, hits)

    def _joins(self, words: list[Token], sounds: list[tuple[tuple[int, float], ...]], hits: dict[int, int], total: float) -> None:
        """Words that the entry may write together."""
        for i in range(len(words) - 1):
            if words[i].kind != CONTENT or words[i + 1].kind != CONTENT:
                continue
            numbers = self._near.get(words[i].key + words[i + 1].key, ())
            if not numbers:
                continue
            joined = tuple((n, 1.0) for n in numbers)
            bits = (1 << i) | (1 << i + 1)
            for j in range(len(words)):
                if j not in (i, i + 1) and sounds[j]:
                    self._pairs(joined, sounds[j], bits | 1 << j, hits)
            if total - words[i].weight - words[i + 1].weight <= 0.5:
                for number, _ in joined:
                    for at in self._alone.get(number, ()):
                        hits[at] = hits.get(at, 0) | bits

    def _ranked(self, words: list[Token], hits: dict[int, int], total: float, limit: int, person: bool) -> list[Record]:
        """Those whose shared weight can reach the threshold, most promising first."""
        weights: dict[int, float] = {}
        ranked: list[tuple[float, int]] = []
        for at, bits in hits.items():
            met = weights.get(bits)
            if met is None:
                met = weights[bits] = sum(t.weight for i, t in enumerate(words) if bits >> i & 1)
            record = self.records[at]
            if record.parsed.person != person:
                continue
            weight = record.weight
            ranked.append((2 * met / (total + weight), at))
        ranked.sort(reverse=True)
        return [self.records[at] for _, at in ranked[:limit]]


def _pair(a: int, b: int) -> int:
    return a << 32 | b if a < b else b << 32 | a


def _letter(number: int, letter: str, initial: bool) -> int:
    """A class with the first letter of another word: its own space of pairs, above all classes."""
    return number << 32 | (0xFFF00000 if initial else 0xFFE00000) + ord(letter) % 0xFFFF


def _joined_token(a: Token, b: Token) -> Token:
    text = a.text + b.text
    return a._replace(text=text, fold=a.fold + b.fold, key=a.key + b.key, skeleton=a.skeleton + b.skeleton, source=a.source + b.source)


def _acronym(parsed: Parsed) -> str:
    words = [t for t in parsed.tokens if t.kind not in (NUMBER,) and t.script == "latin"]
    return "" if parsed.person or len(words) < 3 else "".join(t.text[0] for t in words)


def _character_keys(characters: tuple[str, ...]) -> set[str]:
    """Two neighbouring characters: two names of one script share them unless they are too short to slip."""
    return {a + b for a, b in zip(characters, characters[1:], strict=False)} or set(characters)


__all__ = ["Record", "Segment", "content"]
