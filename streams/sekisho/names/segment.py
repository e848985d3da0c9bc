"""One base of names, filed under pairs of sound classes (see ``index``): built once, then only read."""

from __future__ import annotations

import gc
from array import array
from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from sekisho.model import Entity, Name
from sekisho.names import acronyms, quick, whole
from sekisho.names.cut import Beginnings
from sekisho.names.lexicon import COMPANY, Lexicon, company_bit
from sekisho.names.lines import SOUND, anagram, joined_fold, joined_key
from sekisho.names.parse import Parsed, parse_listed
from sekisho.names.postings import Postings
from sekisho.names.score import PLACE_ALONE
from sekisho.names.sounds import korean_fold, skeleton
from sekisho.names.tokens import CONTENT, GENERIC, INITIAL, LEGAL, LOOSE, NUMBER, PARTICLE, PLACE, Token
from sekisho.names.words import vocabulary

if TYPE_CHECKING:
    from sekisho.names.phrases import Phrases

#: Content words of one name that are paired; more add nothing.
PAIRED: Final = 8
#: Names of more words of their own are not looked for with two of them written as one.
_MOST_AS_ONE: Final = 7
#: A name is also filed under one word that carries it: the rest weighs at most this share of the word.
ALONE: Final = 0.62
_NAME_AND_TRADE: Final = frozenset([CONTENT, GENERIC])


class Record:
    """One reading of one name text, with everyone who bears it."""

    __slots__ = ("bearers", "parsed", "weight")

    def __init__(self, parsed: Parsed) -> None:
        self.parsed = parsed
        self.weight = sure_weight(parsed, weight_of(parsed))
        self.bearers: list[tuple[Entity, Name]] = []


def weight_of(parsed: Parsed) -> float:
    """Without legal forms and particles: whether they meet is seen when the name is scored. Places as where they are missed."""
    tokens = parsed.tokens
    if parsed.person:
        return sum([token.weight for token in tokens if token.kind not in (LEGAL, PARTICLE)])
    return sum([missed(token) for token in tokens if token.kind not in (LEGAL, PARTICLE)])


def sure_weight(parsed: Parsed, weight: float) -> float:
    """Of what a name weighs, all but a particle or a title that begins an organisation's name (bin, haji) and is no word of its
    own elsewhere: it may meet there, and no class leads to it."""
    if not parsed.person and parsed.tokens:
        first = parsed.tokens[0]
        if first.kind == CONTENT and first.source in vocabulary().small:
            return weight - first.weight
    return weight


def missed(token: Token) -> float:
    """What a word weighs where the other side lacks it."""
    return token.weight * PLACE_ALONE if token.kind == PLACE else token.weight


def content(parsed: Parsed) -> list[Token]:
    """The words that names are found by; what an organisation does and its number only beside its own words."""
    return [t for t in parsed.tokens if t.kind in (CONTENT, GENERIC, PLACE, NUMBER)][:PAIRED]


class Segment:
    """The files of some entries. Built once, then only read."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.lexicon = Lexicon()
        #: pairs of classes, one class alone, a class with a letter -> records
        self.pairs, self.letters, self.alone = Postings(spread=True), Postings(spread=True), Postings(spread=True)
        #: classes that stand beside an initial in some name
        self.initialled: set[int] = set()
        #: for each class, a bit for each class that stands beside it in some name (classes share the bits)
        self.company: list[int] = []
        #: the same rows of bits, and all the files above, for compiled code; empty and None where none runs
        self.company_rows = b""
        self.finder: quick.Finder | None = None
        #: whole names without spaces, acronyms, neighbouring words written together -> records
        self.whole = Postings()
        #: how the acronyms begin that are names
        self.brief_heads: set[str] = set()
        #: the same of acronyms beside another word; and the acronyms that names spell out beside one
        self.beside_heads: set[str] = set()
        self.spelled_out: set[str] = set()
        #: the names without spaces, with their small words, and as kana writes them, record by record
        self.joined: list[str] | quick.Texts = []
        self.all_letters: list[str] | quick.Texts = []
        self.written: list[str] | quick.Texts = []
        #: the names by how they begin
        self.beginnings = Beginnings([])
        #: the same names, ready to be met in running text; made when they are first wanted
        self.phrases: Phrases | None = None
        #: words of queries: the records that write them as two, and what the two weigh there (see ``candidates``)
        self.splits: dict[Token, list[tuple[int, float]]] = {}
        #: what nearness has looked up of this segment
        self.ends: object = None
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def company_of(self, number: int) -> int:
        """The bits of the classes that stand beside this one in some name."""
        if not self.company_rows:
            return self.company[number]
        row = np.frombuffer(self.company_rows, np.uint64, COMPANY // 64, number * (COMPANY // 8))
        return int.from_bytes(row.astype("<u8").tobytes(), "little")

    def entities(self) -> Iterator[Entity]:
        """Each once."""
        seen: set[int] = set()
        for record in self.records:
            for entity, _ in record.bearers:
                if id(entity) not in seen:
                    seen.add(id(entity))
                    yield entity

    @classmethod
    def build(cls, entities: Iterable[Entity]) -> Segment:
        """All names of ``entities``, read and filed."""
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
                        records = [Record(parsed) for parsed in parse_listed(name.text, person) if parsed.letters]
                        made[name.text, person] = records
                        self.records.extend(records)
                    for record in records:
                        record.bearers.append((entity, name))

    def _file(self) -> None:
        classes: dict[Token, int] = {}
        add = self.lexicon.add
        for at, record in enumerate(self.records):
            words = content(record.parsed)
            numbers = []
            for token in words:
                number = classes.get(token)
                if number is None:
                    number = classes[token] = add(token)
                numbers.append(number)
            self._file_record(at, record, words, numbers)
        self.joined = quick.texts([record.parsed.joined for record in self.records])
        self.all_letters = quick.texts([record.parsed.letters for record in self.records])
        self.written = quick.texts([record.parsed.written for record in self.records])
        self.beginnings = Beginnings([record.parsed for record in self.records])
        self.lexicon.freeze()
        for postings in (self.pairs, self.letters, self.alone, self.whole):
            postings.freeze()
        if quick.native is not None:
            # a row of bytes each instead of a number each
            rows = b"".join([bits.to_bytes(COMPANY // 8, "little") for bits in self.company])
            self.company_rows = np.frombuffer(rows, "<u8").astype(np.uint64).tobytes()
            self.finder = quick.native.Finder(
                cast(quick.File, self.pairs.compiled),
                cast(quick.File, self.alone.compiled),
                cast(quick.File, self.letters.compiled),
                cast(quick.File, self.whole.compiled),
                cast(quick.Texts, self.joined),
                cast(quick.Texts, self.all_letters),
                cast(quick.Texts, self.written),
                self.company_rows,
                bytes([number in self.initialled for number in range(len(self.company))]),
                array("d", [record.weight for record in self.records]),
                bytes([record.parsed.person for record in self.records]),
            )
            self.company = []

    def _file_record(self, at: int, record: Record, words: list[Token], classes: list[int]) -> None:
        parsed = record.parsed
        own = [i for i, t in enumerate(words) if t.kind == CONTENT]
        company = self.company
        if classes and (missing := max(classes) + 1 - len(company)) > 0:
            company.extend([0] * missing)
        for i, j in combinations(range(len(words)), 2):
            if len(own) > 1 and words[i].kind != CONTENT and words[j].kind != CONTENT:
                continue
            a, b = classes[i], classes[j]
            self.pairs.add(pair_key(a, b), at)
            company[a] |= company_bit(b)
            company[b] |= company_bit(a)
        if 2 <= len(own) <= _MOST_AS_ONE:
            for first, second in pairwise(own):
                self._file_as_one(at, words[first], words[second])
                if not {words[first].script, words[second].script} & LOOSE and (
                    bones := two_bones(skeleton(words[first].text + words[second].text))
                ):
                    self.whole.add(hash(bones), at)
                if len(parsed.tokens) > len(words) and (
                    article := _between(parsed.tokens, words[first], words[second])
                ):
                    # with the article between them: أبواليزيد is Abou El Yazid
                    self.whole.add(hash(two_bones(skeleton(words[first].text + article + words[second].text))), at)
                if words[first].script == words[second].script == "hangul":
                    # the given name is one word in kana: キム・スギル
                    self.whole.add(hash("~" + korean_fold(words[first].text + words[second].text)), at)
        if own and not parsed.person:
            for one, two in pairwise(words):
                # a bank that writes its name as one word elsewhere: Sber Bank, Sberbank
                if {one.kind, two.kind} == _NAME_AND_TRADE and one.script == two.script == "latin":
                    self._file_as_one(at, one, two)
        if parsed.person and len(own) <= 4:
            for i in own:
                for other in own:
                    if other != i:
                        self.letters.add(classes[i] << 8 | ord(words[other].text[0]) & 0x7F, at)
                for token in parsed.tokens:
                    if token.kind == INITIAL:
                        self.initialled.add(classes[i])
                        self.letters.add(classes[i] << 8 | 0x80 | ord(token.text[0]) & 0x7F, at)
        rest = record.weight
        for i, token in enumerate(words):
            if rest - missed(token) <= ALONE * token.weight:
                self.alone.add(classes[i], at)
        if len(parsed.joined) >= 5 or not words:
            # without a word of its own (DELLA, 1-P, JSC) a name is found as it stands, or not at all
            for text in whole.spellings(parsed):
                self.whole.add(hash(text), at)
            for letters in acronyms.spelled(parsed):
                self.whole.add(hash("=" + letters), at)
        if not parsed.person and (brief := acronyms.short(parsed)):
            self.whole.add(hash("#" + brief), at)
            self.brief_heads.update([brief[:stop] for stop in range(1, len(brief) + 1)])
        for text in acronyms.spelled_beside(parsed):
            self.whole.add(hash("@" + text), at)
            self.spelled_out.add(text[: text.index(" ")])
        for text in acronyms.beside(parsed):
            self.whole.add(hash("&" + text), at)
            letters = text[: text.index(" ")]
            self.beside_heads.update([letters[:stop] for stop in range(1, len(letters) + 1)])
        for text in whole.spellings(parsed):
            for key in whole.keys(text):
                self.whole.add(hash(key), at)
        if parsed.characters:
            for key in character_keys(parsed.characters):
                self.whole.add(hash(key), at)

    def _file_as_one(self, at: int, one: Token, two: Token) -> None:
        """Two words as the one that they are elsewhere: by its spelling, its letters in any order, and in other vowels."""
        self.whole.add(hash("+" + joined_fold(one, two)), at)
        if one.script in LOOSE or two.script in LOOSE:
            return
        self.whole.add(hash(anagram(one.text + two.text)), at)
        if (sound := joined_key(one, two)).startswith(FATHER) and len(sound) >= SOUND:
            self.whole.add(hash(OTHER_VOWELS + sound), at)


#: What two words are filed under by their sound begins so; those are "father of" (Abu Bakr, Abou Baker) and the next.
OTHER_VOWELS: Final = "_"
FATHER: Final = "aba"
#: What two words are filed under by their consonants begins so.
BONES: Final = "%"


def two_bones(bones: str) -> str:
    """The key of two words by their consonants, of which there must be three; Japanese has one sound for f and h."""
    bones = bones.replace("f", "")
    return BONES + bones if len(bones) >= 3 and bones[0] != "=" else ""


def _between(tokens: tuple[Token, ...], first: Token, second: Token) -> str:
    """The particle that stands alone between two words in Latin letters; else empty."""
    for at in range(len(tokens) - 2):
        if tokens[at] is first and tokens[at + 2] is second:
            particle = tokens[at + 1]
            return particle.text if particle.kind == PARTICLE and particle.script == "latin" else ""
    return ""


def pair_key(a: int, b: int) -> int:
    """Two classes in any order."""
    return a << 24 | b if a < b else b << 24 | a


def character_keys(characters: tuple[str, ...]) -> list[str]:
    """Two neighbouring characters: two names of one script share them unless they are too short to slip."""
    return ["".join(two) for two in pairwise(characters)] or list(characters)
