"""Which names of a segment may score above the threshold: files under pairs of sound classes (see ``index``)."""

from __future__ import annotations

import gc
from array import array
from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise
from operator import itemgetter

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from sekisho.model import Entity, Name
from sekisho.names.parse import (
    CONTENT,
    GENERIC,
    INITIAL,
    LEGAL,
    LOOSE,
    NUMBER,
    PARTICLE,
    PLACE,
    WEIGHTS,
    Parsed,
    Token,
    parse,
)
from sekisho.names.postings import HASH, MASK, Postings
from sekisho.names.score import CONFLICT, EXCESS_ORGANISATION, EXCESS_PERSON, THRESHOLD
from sekisho.names.similar import EASTERN, heard, word_similarity
from sekisho.names.sounds import consonants, fold, letter_key, skeleton

#: Content words of one name that are paired; more add nothing.
_PAIRED = 8
#: Classes that one query word may sound like, best first.
_CLASSES = 16
#: How alike a word must be to lead to a name: below, the other words of the name must lead there.
_LEADS = 0.66
#: What a word of the same sound class is at least taken for, until it is looked at closely.
_SAME_SOUND = 0.86
#: Two words that both are but half alike carry no name.
_BOTH = 1.5
#: A candidate is scored if its bound comes this near to the threshold.
_SLACK = 0.06
_LEAST = THRESHOLD - _SLACK
#: Words of a query whose classes are remembered.
_REMEMBERED = 20_000
#: A name is also filed under one word that carries it: the rest weighs at most this share of the word.
_ALONE = 0.62


#: What the whole name counts beside a key that a part of it gives.
_WHOLE_NAME = 100

#: The place of "an initial met" among the words of a query.
_LETTER = 15


def _weight(parsed: Parsed) -> float:
    """Without legal forms and particles: whether they meet is seen when the name is scored."""
    return sum([token.weight for token in parsed.tokens if token.kind not in (LEGAL, PARTICLE)])


class Record:
    """One reading of one name text, with everyone who bears it."""

    __slots__ = ("bearers", "parsed", "weight")

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed
        self.weight = _weight(parsed)
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


def _eastern(text: str) -> str:
    """As Persian, Dari and Urdu read it."""
    return text.replace("dh", "z").replace("th", "s").replace("d", "z")


def _letter_lines(token: Token) -> list[str]:
    """Letters with one slip, and sounds: of short words, where sounds say little, only with the first letter."""
    lines = ["f" + token.fold]
    if len(token.fold) >= 3:
        lines.extend(["f" + shorter for shorter in _deletions(token.fold)])
    text = token.text
    if len(text) >= 6 and text[:2] in ("al", "el") and text[2] not in "aeiou":
        lines.append("f" + fold(text[2:]))  # Alghamdi, al-Ghamdi
    key, other = token.key, letter_key(text)
    for sound in (key, other) if key != other else (key,):
        if len(sound) >= 5:
            lines.append("k" + sound)
            if len(sound) >= 7:
                lines.append("d" + sound)
                lines.extend(["d" + shorter for shorter in _deletions(sound)])
        elif len(sound) == 4:
            lines.append("k" + sound + token.fold[:1])
    return lines


class Segment:
    """The files of some entries. Built once, then only read."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._numbers: dict[str, int] = {}
        #: the words of all names, and the class of each
        self._tokens: list[Token] = []
        self._class_of: array[int] = array("I")
        #: spellings, sounds, consonants and nicknames, each with a letter before it -> words
        self._near = Postings()
        #: pairs of classes and one class alone (each beside "is it a person"), a class with a letter -> records
        self._pairs, self._letters, self._alone = Postings(), Postings(), Postings()
        #: whole names without spaces, acronyms, neighbouring words written together -> records
        self._whole = Postings()
        self._similar_cache: dict[tuple[str, int, str, frozenset[str]], tuple[tuple[int, float], ...]] = {}
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
            persons = (
                (True,) if entity.schema == "Person" else (True, False) if entity.schema == "Unknown" else (False,)
            )
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
            number = self._numbers[name] = len(self._numbers)
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
                        name = _class_name(token)
                        number = known[identity] = self._class(name)
                        if name[:1] != "#":
                            self._file_word(token, len(self._tokens))
                            self._tokens.append(token)
                            self._class_of.append(number)
                    classes[token] = number
                numbers.append(number)
            self._file_record(at, record, words, numbers)
        for postings in (self._near, self._pairs, self._letters, self._alone, self._whole):
            postings.freeze()

    def _file_record(self, at: int, record: Record, words: list[Token], classes: list[int]) -> None:
        parsed = record.parsed
        own = [i for i, t in enumerate(words) if t.kind == CONTENT]
        for i, j in combinations(range(len(words)), 2):
            if len(own) > 1 and words[i].kind != CONTENT and words[j].kind != CONTENT:
                continue
            self._pairs.add(_pair(classes[i], classes[j]) << 1 | parsed.person, at)
        if 2 <= len(own) <= 5:
            for first, second in pairwise(own):
                self._whole.add(hash("+" + words[first].key + words[second].key), at)
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
                self._alone.add(classes[i] << 1 | parsed.person, at)
        if len(parsed.joined) >= 5:
            self._whole.add(hash(parsed.joined), at)
            acronym = _acronym(parsed)
            if acronym:
                self._whole.add(hash("=" + acronym), at)
        if parsed.characters:
            for key in _character_keys(parsed.characters):
                self._whole.add(hash(key), at)

    def _file_word(self, token: Token, number: int) -> None:
        """A word by its spelling: whoever slips once, or writes other vowels, comes here."""
        lines = ["n" + head for head in token.nick]
        fine = consonants(token.text)
        loose = token.script in LOOSE
        if loose:
            lines.append("L" + fine)
            if not EASTERN.isdisjoint(token.source):
                lines.append("L" + consonants(_eastern(token.text)))
        lines.append("c" + fine)
        if len(token.skeleton) >= 3:
            lines.append("b" + token.skeleton)
            if "f" in token.skeleton:
                lines.append("b" + token.skeleton.replace("f", ""))  # Japanese has one sound for f and h
            if loose:
                lines.append("l" + token.skeleton)
        else:
            lines.append("h" + heard(token.text))
        if not loose:
            lines.extend(_letter_lines(token))
        add = self._near.add
        for line in lines:
            add(hash(line), number)

    # -- looking up --------------------------------------------------------------------------------------

    def similar(self, token: Token) -> tuple[tuple[int, float], ...]:
        """Sound classes with a word like this one, and how alike it is, best first."""
        key = (token.source if token.script in LOOSE else token.text, token.kind, token.script, token.nick)
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
        lines: set[str] = {"n" + head for head in token.nick}
        loose = token.script in LOOSE
        bones = token.skeleton
        if loose and token.script in ("arabic", "hebrew"):
            lines.add("c" + consonants(token.text))
            if not EASTERN.isdisjoint(token.source):
                lines.add("c" + consonants(_eastern(token.text)))
            if len(bones) >= 3:
                lines.add("b" + bones)
            if len(bones) >= 5:
                lines.update(["b" + shorter for shorter in _deletions(bones)])
        elif loose:
            if len(bones) >= 3:
                lines.add("b" + bones)
            if len(bones) >= 4:
                lines.update(["b" + shorter for shorter in _deletions(bones)])
            if "f" in bones:
                lines.add("b" + bones.replace("f", ""))
            if len(bones) >= 3:
                back = token.text.replace("chi", "ti").replace("tsu", "tu").replace("ji", "di").replace("chu", "tu")
                lines.add("b" + skeleton(back))
            text = heard(token.text)
            lines.add("h" + text)
            lines.update(["h" + shorter for shorter in _deletions(text)])
        else:
            lines.update(_letter_lines(token))
            lines.add("L" + consonants(token.text))
            if len(bones) >= 3:
                lines.add("l" + bones)
        options: set[int] = set()
        get, flags, shift = self._near.get, self._near.flags, self._near.shift
        for line in lines:
            key_ = hash(line)
            bit = (key_ * HASH & MASK) << 24 >> shift
            if flags[bit >> 3] >> (bit & 7) & 1:
                options.update(get(key_))
        best: dict[int, float] = {}
        tokens = self._tokens
        found = list(options)
        if not loose:
            # by letters in C; only what another writing or a nickname may make alike is looked at closely
            key, nick, fold_ = token.key, token.nick, token.fold
            closely = []
            plain = []
            for n in found:
                other = tokens[n]
                if other.script in LOOSE or other.script != token.script or (nick and not nick.isdisjoint(other.nick)):
                    closely.append(n)
                else:
                    plain.append(n)
            near = extract(
                fold_,
                [tokens[n].fold for n in plain],
                scorer=OSA.normalized_similarity,
                score_cutoff=_LEADS,
                limit=None,
            )
            for _, alike, at in near:
                number = self._class_of[plain[at]]
                if alike > best.get(number, 0.0):
                    best[number] = alike
            same = self._numbers.get(key)
            if same is not None and len(key) >= 4 and best.get(same, 0.0) < _SAME_SOUND:
                best[same] = _SAME_SOUND
            found = closely
        for n in found:
            alike = word_similarity(token, tokens[n])
            if alike >= _LEADS:
                number = self._class_of[n]
                if alike > best.get(number, 0.0):
                    best[number] = alike
        return tuple(sorted(best.items(), key=lambda f: -f[1])[:_CLASSES])

    def candidates(self, parsed: Parsed, person: bool, limit: int) -> list[Record]:
        """Records that may match, by what their words promise, at most ``limit``."""
        words = content(parsed) or list(parsed.tokens)
        own = sum([t.kind == CONTENT for t in words])
        #: how alike, which word of the query, records whose word is at least so alike
        found: list[tuple[float, int, list[int]]] = []
        sure: set[int] = set()
        sounds = [self.similar(t) for t in words]
        total = _weight(parsed)
        pairs, flags, shift = self._pairs.get, self._pairs.flags, self._pairs.shift
        # what two words may lose together: beyond it not even a name that has all the others reaches the bound
        room = total * (1.0 - _LEAST) / (1.0 + (CONFLICT - 1.0) * _LEAST) + 1e-9
        for i, one in enumerate(sounds):
            if not one:
                continue
            weight, content_too = words[i].weight, words[i].kind == CONTENT or own <= 1
            for j in range(i + 1, len(sounds)):
                two = sounds[j]
                if not two or not (content_too or words[j].kind == CONTENT):
                    continue
                weight_too = words[j].weight
                for a, alike in one:
                    left = room - weight * (1.0 - alike)
                    if left < 0.0:
                        break
                    least = max(_BOTH - alike, 1.0 - left / weight_too)
                    for b, other in two:
                        if other < least:
                            break
                        pair = (a << 24 | b if a < b else b << 24 | a) << 1 | person
                        bit = (pair * HASH & MASK) << 24 >> shift
                        if flags[bit >> 3] >> (bit & 7) & 1:
                            records = pairs(pair)
                            if records:
                                found.append((alike, i, records))
                                found.append((other, j, records))
        for i, token in enumerate(words):
            if total - token.weight <= _ALONE * token.weight:
                for number, alike in sounds[i]:
                    records = self._alone.get(number << 1 | person)
                    if records:
                        found.append((alike, i, records))
        if person:
            self._initials(parsed, words, sounds, found)
        if own >= 2:
            self._joins(words, sounds, sure, total, person)
        whole = [parsed.joined, *(_character_keys(parsed.characters) if parsed.characters else ())]
        if len(words) == 1 and not person and 3 <= len(parsed.joined) <= 8:
            whole.append("=" + parsed.joined)
        whole.extend(["+" + token.key for token in words if len(token.text) >= 7])
        # how many of these keys a record shares: characters that many names have (有限公司) must not crowd out the name itself
        shared: dict[int, int] = {}
        for key in whole:
            for at in self._whole.get(hash(key)):
                shared[at] = shared.get(at, 0) + (_WHOLE_NAME if key == parsed.joined else 1)
        promised = {**dict.fromkeys(sure, 1), **shared}
        return self._ranked(words, found, promised, total, limit, person) if found or promised else []

    def _initials(
        self,
        parsed: Parsed,
        words: list[Token],
        sounds: list[tuple[tuple[int, float], ...]],
        hits: list[tuple[float, int, list[int]]],
    ) -> None:
        """A family name with an initial, on either side."""
        letters = {ord(t.text[0]) & 0x7F for t in parsed.tokens if t.kind == INITIAL}
        if not letters and len(words) > 3:
            return
        get = self._letters.get
        for i, token in enumerate(words):
            others = {ord(t.text[0]) & 0x7F for t in words if t is not token and t.text}
            for number, alike in sounds[i]:
                if alike < 0.9:
                    break
                found = [at for letter in others for at in get(number << 8 | 0x80 | letter)]
                for letter in letters:
                    found.extend(get(number << 8 | letter))
                    found.extend(get(number << 8 | 0x80 | letter))
                if found:
                    hits.append((alike, i, found))
                    hits.append((1.0, _LETTER, found))

    def _joins(
        self,
        words: list[Token],
        sounds: list[tuple[tuple[int, float], ...]],
        sure: set[int],
        total: float,
        person: bool,
    ) -> None:
        """Words that the entry may write together."""
        for i in range(len(words) - 1):
            if words[i].kind != CONTENT or words[i + 1].kind != CONTENT:
                continue
            numbers = {self._class_of[n] for n in self._near.get(hash("k" + words[i].key + words[i + 1].key))}
            for number in numbers:
                for j, sound in enumerate(sounds):
                    if j not in (i, i + 1):
                        for b, _ in sound:
                            sure.update(self._pairs.get(_pair(number, b) << 1 | person))
                if total - words[i].weight - words[i + 1].weight <= 0.5:
                    sure.update(self._alone.get(number << 1 | person))

    def _ranked(
        self,
        words: list[Token],
        hits: list[tuple[float, int, list[int]]],
        sure: dict[int, int],
        total: float,
        limit: int,
        person: bool,
    ) -> list[Record]:
        """Those whose shared weight can reach the threshold, most promising first."""
        # word by word, the least alike first: what is more alike overwrites it, without a look at each record
        hits.sort(key=_by_likeness)
        best: list[dict[int, float]] = [{} for _ in range(_LETTER + 1)]
        for alike, word, numbers in hits:
            best[word].update(dict.fromkeys(numbers, alike))
        met: dict[int, float] = {}
        full: dict[int, float] = {}
        for word, alikes in enumerate(best):
            if not alikes:
                continue
            weight = words[word].weight if word < len(words) else WEIGHTS[INITIAL]
            if not met:
                met = {at: weight * alike for at, alike in alikes.items()}
                full = dict.fromkeys(alikes, weight)
                continue
            for at, alike in alikes.items():
                if at in met:
                    met[at] += weight * alike
                    full[at] += weight
                else:
                    met[at] = weight * alike
                    full[at] = weight
        # long words (patronymics) may be half alike and lead nowhere
        share = 0.35 if any(len(t.text) >= 11 for t in words) else 0.75
        ranked: list[tuple[float, int]] = [
            (float(keys), at) for at, keys in sure.items() if self.records[at].parsed.person == person
        ]
        records = self.records
        lost = EXCESS_PERSON if person else EXCESS_ORGANISATION
        least = _LEAST
        for at, shared in met.items():
            record = records[at]
            if record.parsed.person != person or at in sure:
                continue
            whole = full[at]
            over1, over2 = total - whole, record.weight - whole
            if over2 < 0.0:
                over2 = 0.0
            both = over1 if over1 < over2 else over2
            # words without a class in common may still be a little alike: they count for less than their weight
            against = CONFLICT * (whole - shared + share * both) + lost * (over1 + over2 - 2 * both)
            bound = shared / (shared + against + 1e-9)
            if bound >= least:
                ranked.append((bound, at))
        ranked.sort(reverse=True)
        return [records[at] for _, at in ranked[:limit]]


_by_likeness = itemgetter(0)


def _pair(a: int, b: int) -> int:
    return a << 24 | b if a < b else b << 24 | a


def _acronym(parsed: Parsed) -> str:
    if parsed.person or len(parsed.tokens) < 3:
        return ""
    return "".join([t.text[0] for t in parsed.tokens if t.kind != NUMBER and t.script == "latin"])


def _character_keys(characters: tuple[str, ...]) -> list[str]:
    """Two neighbouring characters: two names of one script share them unless they are too short to slip."""
    return ["".join(two) for two in pairwise(characters)] or list(characters)


__all__ = ["Record", "Segment", "content"]
