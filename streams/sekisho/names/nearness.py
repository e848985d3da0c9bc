"""What names and texts come near few entries, asked of very many: those of a change are asked of all that has passed.

Nearly no name comes near. A search tells that by taking every way that leads from a name to an entry; here the ends of these
ways are looked at first, each once a word, and a name that none of them lets in is out of reach without a search. What is
told errs to one side only: whatever a search finds, is let in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from rapidfuzz.distance import OSA

from sekisho.names import THRESHOLD, NameIndex, acronyms, whole
from sekisho.names.bounds import least_of, share_of, weight_there
from sekisho.names.candidates import SLIPPED, beside_keys, within
from sekisho.names.cut import may_be_cut
from sekisho.names.fields import others
from sekisho.names.identifiers import in_text
from sekisho.names.index import distinctive
from sekisho.names.lexicon import mask_of
from sekisho.names.lines import class_name
from sekisho.names.parse import Parsed, parse, words_of
from sekisho.names.phrases import naming
from sekisho.names.scan import _OVERLAP, _PIECE, BOTH, READ, _same, in_a_row, passages, people_of
from sekisho.names.score import CONFLICT, EXCESS_ORGANISATION, EXCESS_PERSON
from sekisho.names.segment import Segment, content, sure_weight, weight_of
from sekisho.names.spaces import joined_classes, joined_pairs, split_keys
from sekisho.names.text import clean
from sekisho.names.tokens import CONTENT, GENERIC, INITIAL, NUMBER, PLACE, Token
from sekisho.names.whole import END

#: The ways of words that are remembered.
REMEMBERED_BYTES: Final = 50_000_000
#: What shorter names begin and end with (see ``names.whole``).
_HALF: Final = END // 2
#: What is lost of a weight by rounding; names are told apart by their weight in steps of a twentieth.
_ROUNDED: Final = 1e-4
_STEPS: Final = 20
#: Of more entries many names are near enough to be searched for, and then these looks are in vain.
FEW: Final = 1_000

_osa: Final = OSA.normalized_similarity
_DIGIT: Final = re.compile(r"\d")
_NAMING: Final = frozenset([CONTENT, GENERIC, PLACE, NUMBER])


class _Ways(NamedTuple):
    """Where one word leads to."""

    #: bits of its sound classes, and of those that stand beside them in some name
    classes: int
    beside: int
    #: whether a name is filed under this word alone, and whether one has two words that this one may be
    alone: bool
    split: bool
    #: bits of the letters that stand beside it as an initial in some name, and of those that begin words beside it
    initials: int
    letters: int
    #: the records of organisations, and those of persons, that have a word which this one may be
    bearers: tuple[tuple[int, ...], tuple[int, ...]]


class _Ends:
    """Of one segment. Immutable, its memory aside."""

    def __init__(self, segment: Segment) -> None:
        self._segment = segment
        self._ways: dict[Token, _Ways] = {}
        parsed = [record.parsed for record in segment.records]
        self._remembered = REMEMBERED_BYTES // (1000 + 8 * len(parsed))
        #: of organisations and of persons, what each record weighs; class: the records that have it
        sides = [[record for record in segment.records if record.parsed.person == person] for person in (False, True)]
        self._weights = tuple([np.array([record.weight for record in side]) for side in sides])
        #: what each record must share with a name, and the least of them, by what the name weighs
        self._wanted: dict[tuple[bool, int, float], tuple[list[float], float]] = {}
        self._bearers: dict[int, list[tuple[int, int]]] = {}
        for person, side in enumerate(sides):
            for at, record in enumerate(side):
                for token in content(record.parsed):
                    number = segment.lexicon._numbers[class_name(token)]
                    self._bearers.setdefault(number, []).append((person, at))
        #: all names without spaces, how they begin and end, and whether one of them is an acronym
        self._texts = {text for one in parsed for text in whole.spellings(one)}
        ends = {key[:-1] for text in self._texts for key in whole.keys(text)}
        self._heads = {end[1:] for end in ends if end[0] in "<("}
        self._tails = {end[1:] for end in ends if end[0] in ">)"}
        self._brief = any(not one.person and acronyms.short(one) for one in parsed)

    def goes_on(self, parsed: Parsed) -> bool:
        """Whether a name begins so and goes on."""
        return bool(self._segment.beginnings.of(parsed))

    def lead(self, parsed: Parsed, person: bool) -> bool:
        """Whether any way leads from this reading to a name: those of ``names.candidates``, each by its end."""
        if parsed.characters:
            return True
        words = content(parsed) or list(parsed.tokens)
        known = self._ways
        ways = [known.get(token) or self._way(token) for token in words]
        own = sum([token.kind == CONTENT for token in words])
        led = initials = person and self._by_initial(parsed, words, ways)
        # two words that stand together in a name, or one that may be a name
        beside = beside_own = 0
        for token, way in zip(words, ways, strict=True):
            if way.split:
                return True
            if way.classes:
                names_it = token.kind == CONTENT or own <= 1
                if way.alone or way.classes & (beside if names_it else beside_own):
                    led = True
                beside |= way.beside
                if names_it:
                    beside_own |= way.beside
        if led and self._enough(parsed, words, ways, person, initials):
            return True
        if own >= 2 or (own and parsed.written):
            # two words that a name writes as one
            lexicon = self._segment.lexicon
            if any(joined_classes(lexicon, one, two) for one, two in joined_pairs(parsed, words)):
                return True
        return self._as_a_whole(parsed, person)

    def _way(self, token: Token) -> _Ways:
        segment = self._segment
        sounds = segment.lexicon.similar(token)
        beside = initials = letters = 0
        bearers: tuple[set[int], set[int]] = (set(), set())
        for number, _ in sounds.classes:
            beside |= segment.company_of(number)
            for person, at in self._bearers.get(number, ()):
                bearers[person].add(at)
        get = segment.letters.get
        for number in sounds.sure:
            for letter in range(128):
                initials |= bool(get(number << 8 | 0x80 | letter)) << letter
                letters |= bool(get(number << 8 | letter)) << letter
        way = _Ways(
            mask_of(sounds.classes),
            beside,
            any(segment.alone.get(number) for number, _ in sounds.classes),
            any(segment.whole.get(hash(key)) for key in split_keys(token)),
            initials,
            letters,
            (tuple(bearers[0]), tuple(bearers[1])),
        )
        if len(self._ways) >= self._remembered:
            self._ways.clear()
        self._ways[token] = way
        return way

    def _by_initial(self, parsed: Parsed, words: Sequence[Token], ways: Sequence[_Ways]) -> bool:
        """A family name with an initial, on either side."""
        letters = 0
        for token in parsed.tokens:
            if token.kind == INITIAL:
                letters |= 1 << (ord(token.text[0]) & 0x7F)
        if not letters and len(words) > 3:
            return False
        for at, way in enumerate(ways):
            if way.initials | way.letters:
                if letters & (way.initials | way.letters):
                    return True
                for i, token in enumerate(words):
                    if i != at and token.text and way.initials >> (ord(token.text[0]) & 0x7F) & 1:
                        return True
        return False

    def _enough(self, parsed: Parsed, words: list[Token], ways: Sequence[_Ways], person: bool, initials: bool) -> bool:
        """Whether the words that a name shares may reach the bound of candidates, were they all quite alike there."""
        total = int(sure_weight(parsed, weight_of(parsed)) * _STEPS)
        key = (person, total, share_of(words))
        known = self._wanted.get(key)
        if known is None:
            known = self._wanted[key] = self._bound(*key)
        wanted, least = known
        initial = 1.0 if initials else 0.0  # it may stand for a word
        if initial >= least:
            return True
        # most records share nothing
        shared: dict[int, float] = {}
        for token, way in zip(words, ways, strict=True):
            if way.classes:
                # on whichever side the word weighs more: a place weighs less where the other name lacks it
                weight = token.weight if person else max(token.weight, weight_there(token))
                for at in way.bearers[person]:
                    found = shared.get(at, initial) + weight
                    if found >= wanted[at]:
                        return True
                    shared[at] = found
        return False

    def _bound(self, person: bool, steps: int, share: float) -> tuple[list[float], float]:
        """What each record must share with a name of ``steps`` or more weight: ``candidates`` solved for that.

        Where one side has more than is shared, and the other too, both lose; where one has, it alone does.
        """
        total, weights = steps / _STEPS, self._weights[person]
        lost = EXCESS_PERSON if person else EXCESS_ORGANISATION
        against = CONFLICT * share
        less = np.minimum(weights, total)
        least = least_of(person)
        both = least * (against * less + lost * np.abs(weights - total)) / (1.0 - least + least * against)
        alone = least * lost * total / (1.0 - least + least * lost)
        wanted = np.where((both <= less) | (weights >= total), both, np.maximum(less, alone)) - _ROUNDED
        return wanted.tolist(), float(wanted.min(initial=np.inf))

    def _as_a_whole(self, parsed: Parsed, person: bool) -> bool:
        """A whole name without its spaces, with a slip in it, or its first letters."""
        segment = self._segment
        files = segment.whole
        begun: set[int] = set()
        for text in whole.spellings(parsed):
            if text in self._texts:
                return True
            if text.isascii():
                length = len(text)
                # most names begin and end like none of these
                if (length <= END or (text[:END] not in self._heads and text[-END:] not in self._tails)) and (
                    length > 2 * END + 1 or (text[:_HALF] not in self._heads and text[-_HALF:] not in self._tails)
                ):
                    continue
            whole.found(text, files, begun)
        for at in begun:
            listed = segment.records[at].parsed
            if (
                (parsed.joined and _osa(parsed.joined, listed.joined, score_cutoff=SLIPPED))
                or (parsed.letters and _osa(parsed.letters, listed.letters, score_cutoff=SLIPPED))
                or (parsed.written and _osa(parsed.written, listed.written, score_cutoff=SLIPPED))
            ):
                return True
        if person:
            return False
        if (brief := acronyms.short(parsed)) and files.get(hash("=" + brief)):
            return True
        if any(files.get(hash(key)) for key in beside_keys(segment, parsed)):
            return True
        return self._brief and any(
            files.get(hash("#" + letters)) for letters in acronyms.spelled(parsed, segment.brief_heads)
        )


class Nearness:
    """Of the entries of one index."""

    def __init__(self, names: NameIndex, *, few: int = FEW) -> None:
        """Of more entries than ``few`` all is near."""
        self.names = names
        segments = names._segments
        #: whether ``lets_in`` tells anything
        self.few = sum(map(len, segments)) <= few
        self._ends = [_ends_of(segment) for segment in segments] if self.few else None

    def of_name(self, name: str, kind: str) -> bool:
        """Whether an entry could be met by ``name`` in any of its readings, whatever else is known of its bearer, of that kind.

        Where names are less alike than they must be, only the same birth date or identifier can make up for it.
        """
        return self.lets_in(name, kind) and any(
            pairing.score * distinctive(parsed) >= THRESHOLD
            or any(entity.birth_dates or entity.identifiers for entity, _ in record.bearers)
            for text in (name, *others(name, kind))
            for record, pairing, parsed in self.names._named(text, kind)
        )

    def lets_in(self, name: str, kind: str) -> bool:
        """Whether any way leads from ``name`` to an entry; where one is near, one does."""
        if self._ends is None:
            return True
        for text in (name, *others(name, kind)):
            for person in (True, False):
                if not (kind in ("Person", "Unknown") if person else kind != "Person"):
                    continue
                for parsed in parse(text, person):
                    for ends in self._ends:
                        if ends.lead(parsed, person) or (may_be_cut(text) and ends.goes_on(parsed)):
                            return True
        return False


def _ends_of(segment: Segment) -> _Ends:
    """A segment is shared by many indexes; its ends are looked up once."""
    found = segment.ends
    if not isinstance(found, _Ends):
        segment.ends = found = _Ends(segment)
    return found


class Texts:
    """What stands in free texts of the names of an index, and whether digits have a part in that."""

    def __init__(self, names: NameIndex) -> None:
        self._names = names
        self._segments, self._phrases = names._segments, names.phrases
        records = [record for segment in names._segments for record in segment.records]
        own = [naming(record.parsed.tokens) for record in records]
        #: the other words of names that a text may be led to by a number: those without a word of their own
        self._by_number = [
            [token for token in words if token.kind != NUMBER]
            for words in own
            if any(token.kind == NUMBER for token in words) and not any(token.kind == CONTENT for token in words)
        ]
        #: whether a name has a digit inside a word or among characters
        self._digits_in_words = any(
            token.kind != NUMBER and _DIGIT.search(token.source) for words in own for token in words
        )
        self._digits_in_characters = any(
            not name.text.isascii() and _DIGIT.search(unicodedata.normalize("NFKC", name.text))
            for record in records
            for _, name in record.bearers
        )

    def meet(self, text: str) -> tuple[bool, bool]:
        """Whether a name stands in ``text``; and, where none does, whether none would with other digits either."""
        leads, settled = self._led_to(text)
        if leads and self._names.scan(text):
            return True, False
        return False, settled and not (leads and _DIGIT.search(text))

    def _led_to(self, text: str) -> tuple[bool, bool]:
        """Whether a word of ``text`` may begin a name for a scan, and whether digits have no part in that."""
        text = text[:READ]
        words = text.split()
        leads = bool(in_text(text))
        # &#39; is a letter whose number is its digits
        settled = not leads and "&#" not in text and not any(map(_digits_may_be_letters, words))
        if not text.isascii():
            leads = leads or any(True for phrases in self._phrases for _ in phrases.inside(text))
            settled = settled and not self._digits_in_characters
        said: list[Token] = []
        numbers = False
        # in the pieces that a scan reads
        for start in range(0, len(words), _PIECE - _OVERLAP):
            piece = clean(" ".join(words[start : start + _PIECE])).text
            tokens = words_of(piece, False)
            leads = (
                leads
                or self._lead(tokens)
                or self._lead(people_of(piece, tokens))
                or any(True for segment in self._segments for _ in in_a_row(segment, tokens))
            )
            for token in tokens:
                if token.kind not in _NAMING:
                    continue
                if token.kind == NUMBER:
                    numbers = True
                elif self._digits_in_words and _DIGIT.search(token.source):
                    settled = False
                said.append(token)
            if start + _PIECE >= len(words):
                break
        if numbers and settled:
            settled = not any(all(any(_same(one, two) for two in said) for one in some) for some in self._by_number)
        return leads, settled

    def _lead(self, tokens: list[Token]) -> bool:
        """Whether one of these words, or two of them, may begin a name."""
        return any(
            True
            for passage in passages(tokens)
            for segment in self._segments
            if within(segment, [tokens[at] for at in passage], BOTH, 1)
        ) or any(
            True for token in tokens if token.kind in _NAMING for phrases in self._phrases for _ in phrases.at(token)
        )


def _digits_may_be_letters(word: str) -> bool:
    """Whether the digits of a word may be read as letters (``sech1n``), whichever they are: single ones, beside letters."""
    if not _DIGIT.search(word) or not any(map(str.isalpha, word)):
        return False
    return not any(one.isdigit() and two.isdigit() for one, two in pairwise(word))
