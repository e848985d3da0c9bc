"""The words of all names of a segment: which of them may be the word that a query says, and how alike they are.

Each word belongs to a *sound class* (a number); names are filed under classes. A word of a query leads to classes

- by letters: every word a slip or two away. Short words are filed under what is left of them without any one or two of
  their letters, so that two words a slip apart meet. Of long words, that would be too many: a word's *signature* has a
  bit for each letter that it has and one more for each that it has twice; a slip changes two bits at most, so one pass
  over the array of all signatures leaves a few dozen. rapidfuzz measures what is found.
- by sound: the same consonants in the same classes with any vowels, nicknames, and the slips that tear a ``kh`` apart.
- across scripts: by the consonants that the other script writes; those few are compared as the score compares them.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from heapq import nsmallest
from typing import Final, NamedTuple, cast

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from sekisho.names import people, quick
from sekisho.names.lines import (
    ARTICLES,
    SOUND,
    anagram,
    class_name,
    dialect_line,
    filed_lines,
    in_french,
    joined_fold,
    joined_key,
    letters_line,
    own_lines,
    spoken,
    wanted_lines,
    without_article,
)
from sekisho.names.postings import MASK, Postings
from sekisho.names.similar import (
    MISSPELT,
    NEAR_FAMILIES,
    SAME_FOLD,
    SAME_KEY,
    SAME_LETTERS,
    SAME_NICK,
    SHORT_FORM,
    word_similarity,
)
from sekisho.names.slips import LEADS, neighbours, reordered, shortened, signature, slips
from sekisho.names.sounds import fold, korean_fold, korean_kana, letter_key
from sekisho.names.tokens import CONTENT, GENERIC, LOOSE, NUMBER, Token, token_of
from sekisho.names.words import family

#: The same for words that only consonants tell apart.
_LEADS_LOOSELY: Final = 0.66
#: What the sound says of a word of four and of five sounds; the rest is said by its letters (see ``similar.letters``).
_SHARE: Final = {4: 0.5, 5: 0.7}
#: What a word of the same sound class is at least taken for, until it is looked at closely.
_SAME_SOUND: Final = 0.86
#: What a word of trade is taken for where a name has another of its family (group, holding): met by half, and what is not
#: met costs half of what it costs elsewhere.
_NEAR_TRADE: Final = 0.65
#: The same three letters in another order.
_SWAPPED: Final = 0.7
#: Sound classes that one word may lead to, best first. Arabic names are near many: amjid is a slip from majid and forty others.
CLASSES: Final = 64
#: Words of other scripts that are compared closely, for one word of a query: at most so many, whose letters are at
#: least so alike (short vowels are not written, so that half of a word may be missing). A word without its vowels is spelled
#: in more ways with them: so many.
_CLOSELY: Final = 5
_FAR: Final = 96
#: A hair less than a half, and for a word without vowels of its own and one with the same consonants less than three tenths,
#: which are let in: rounding leaves it on either side.
_ROUGHLY: Final = 0.499
_MORE_ROUGHLY: Final = 0.299
#: Of the latter so many, the most alike.
_MORE: Final = 10
#: Words of queries that are remembered.
_REMEMBERED: Final = 20_000

#: Words of so many letters may be written as two.
_TWO_WORDS: Final = 7
#: Two words with a slip are looked for as one where one of them has so few letters: Ali Reza, Xiu Ling.
_SHORT_WORD: Final = 4
#: Words of more letters than this are folded by Python (see ``_sounds.h``).
_PLAIN: Final = 240
#: Words of more letters are found by their signatures alone, and so is all for queries of as many letters.
_DELETED: Final = 9

#: Letters of the shortest fold that is looked for beside the word.
_FOLDED: Final = 4

#: "Servant of", however it is spelled (see ``person``).
SERVANT: Final = "abdul"

#: (first row, last row + 1, bits of the letters and of the neighbours that each row may differ in)
_Window = tuple[int, int, "np.ndarray", "np.ndarray"]


#: Bits by which a class is told who else stands in its names.
COMPANY: Final = 1024
_BITS: Final = tuple([1 << at for at in range(COMPANY)])


def company_bit(number: int) -> int:
    """The bit of a class; classes share them."""
    return _BITS[number & COMPANY - 1]


#: A family name beside an initial must be so alike (two letters of five that changed places are); of its classes, the first
#: few are looked at.
_SURELY: Final = 0.85
_SURE: Final = 8


class Sounds(NamedTuple):
    """What a word of a query may be."""

    #: sound classes and how alike their words are, best first
    classes: tuple[tuple[int, float], ...]
    #: the first classes, where they are most alike
    sure: tuple[int, ...]
    #: of each class its bit, and the bits of all (see ``Segment.company``)
    bits: tuple[int, ...]
    mask: int


def _sounds(classes: tuple[tuple[int, float], ...]) -> Sounds:
    sure = tuple([number for number, alike in classes[:_SURE] if alike >= _SURELY])
    return Sounds(classes, sure, tuple([_BITS[number & COMPANY - 1] for number, _ in classes]), mask_of(classes))


def mask_of(classes: Iterable[tuple[int, float]]) -> int:
    """The bits of all these classes."""
    mask = 0
    for number, _ in classes:
        mask |= _BITS[number & COMPANY - 1]
    return mask


class Lexicon:
    """``add`` each word, then ``freeze`` once, then ask ``similar``."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        #: words of trade that may be said for one another
        self._families: dict[str, list[int]] = {}
        #: one spelling of each class
        self._named: list[str] = []
        self._namesakes: list[str] | quick.Texts = []
        self._known: dict[tuple[str, str, int, str], int] = {}
        #: (letters, class) -> a word with them
        self._words: dict[tuple[str, int], Token] = {}
        #: sounds and nicknames -> classes; consonants -> rows
        self._heard_as, self._bones = Postings(), Postings()
        #: what is left of a spelling without some of its letters -> rows
        self._shortened = Postings()
        self._rows: list[Token] = []
        self._texts: list[str] = []
        #: what Japanese hears of a word in kana, the plainest spelling of another
        self._spoken: list[str] | quick.Texts = []
        self._classes: array[int] = array("I")
        self._signatures = self._neighbours = np.empty(0, dtype=np.uint64)
        self._lengths = np.empty(0, dtype=np.uint8)
        self._windows: dict[int, _Window] = {}
        #: all of this for compiled code, where that runs; else the three above
        self._ear: quick.Ear | None = None
        self._memory: dict[tuple[str, str, str, int, str, bool], Sounds | quick.Heard] = {}
        #: the same by the words themselves: most are one object wherever they stand
        self._by_word: dict[Token, Sounds | quick.Heard] = {}

    # -- filing ------------------------------------------------------------------------------------------

    def add(self, token: Token) -> int:
        """The sound class of a word."""
        number = self._number(token)
        if token.text == SERVANT and token.source.isascii() and token.source.isalpha():
            # each of its spellings: Abdo and Abod are a slip apart
            self._words.setdefault((token.source, number), token)
        elif (
            _in_two_letters(token.text, False)
            and token.script not in LOOSE
            and token.kind == CONTENT
            and len(token.fold) >= _FOLDED
        ):
            self._words.setdefault((token.fold, number), token)
        return number

    def _number(self, token: Token) -> int:
        identity = (token.text, token.script, token.kind, token.concept)
        number = self._known.get(identity)
        if number is None:
            name = class_name(token)
            number = self._numbers.get(name)
            if number is None:
                number = self._numbers[name] = len(self._numbers)
                self._named.append(token.fold)
                if token.kind == GENERIC and (head := family(token.concept)) in NEAR_FAMILIES:
                    self._families.setdefault(head, []).append(number)
            self._known[identity] = number
            if token.kind != NUMBER:
                self._words.setdefault((token.text, number), token)
                self._hear(token, number)
        return number

    def _hear(self, token: Token, number: int) -> None:
        add = self._heard_as.add
        for head in token.nick:
            add(hash("n" + head), number)
        if token.script == "kana":
            add(hash("n=" + korean_kana(token.text)), number)
        if token.script not in LOOSE:
            if token.fold != token.text:
                add(hash("f" + token.fold), number)
            if french := in_french(token.text):
                add(hash("f" + fold(french)), number)
            if token.script == "hangul":
                add(hash("n=" + korean_kana(token.text)), number)
            if len(token.key) in _SHARE:
                add(hash("s" + token.key), number)
            sound = letter_key(token.text)
            if len(sound) >= 5:
                add(hash("k" + sound), number)
            elif len(sound) == 4:
                add(hash("k" + sound + token.text[:1]), number)
            if dialect := dialect_line(token.text):
                add(hash("z" + dialect), number)
            if token.kind == CONTENT and len(token.text) >= _TWO_WORDS:
                add(hash(anagram(token.text)), number)

    def freeze(self) -> None:
        """Lay the words out by length; from here on the lexicon is only read."""
        rows = sorted(self._words.items(), key=lambda row: len(row[0][0]))
        # new strings one beside the other: they are read together
        self._texts = [(spelling + " ")[:-1] for (spelling, _), _ in rows]
        self._classes = array("I", [number for (_, number), _ in rows])
        self._rows = [token for _, token in rows]
        spelled_so = [text == token.text for text, token in zip(self._texts, self._rows, strict=True)]
        self._spoken = quick.texts([spoken(token) for token in self._rows])
        self._namesakes = quick.texts(self._named)
        native = quick.native
        spellings = None
        if native is not None:
            loose = bytes([token.script in LOOSE for token in self._rows])
            spellings = native.Spellings(self._texts, LEADS, _DELETED, self._classes, loose)
            self._texts, self._named = [], []
        else:
            self._lay_out_spellings()
        self._heard_as.freeze()
        for row, token in enumerate(self._rows):
            if spelled_so[row]:
                for line in filed_lines(token):
                    self._bones.add(hash(line), row)
        self._bones.freeze()
        if native is not None and spellings is not None:
            self._ear = native.Ear(
                spellings,
                cast(quick.File, self._heard_as.compiled),
                cast(quick.File, self._bones.compiled),
                cast(quick.Texts, self._namesakes),
                cast(quick.Texts, self._spoken),
                self._numbers,
                self._rows,
                word_similarity,
                (
                    _SWAPPED,
                    SAME_NICK,
                    SAME_FOLD,
                    SAME_KEY,
                    SAME_LETTERS,
                    _SAME_SOUND,
                    _SHARE[4],
                    _SHARE[5],
                    _ROUGHLY,
                    _MORE_ROUGHLY,
                    _LEADS_LOOSELY,
                    _SURELY,
                ),
                (SOUND, _CLOSELY, _FAR, _MORE, CLASSES, _SURE, _FOLDED),
            )
        self._words, self._known = {}, {}

    def _lay_out_spellings(self) -> None:
        self._signatures = np.array([signature(spelling) for spelling in self._texts], dtype=np.uint64)
        self._neighbours = np.array([neighbours(spelling) for spelling in self._texts], dtype=np.uint64)
        self._lengths = np.array([min(255, len(spelling)) for spelling in self._texts], dtype=np.uint8)
        key, number = self._shortened.add_key, self._shortened.add_number
        for row, spelling in enumerate(self._texts):
            if len(spelling) > _DELETED:
                break
            for less in shortened(spelling):
                key(hash(less))
                number(row)
        self._shortened.freeze()

    # -- asking ------------------------------------------------------------------------------------------

    def similar(self, token: Token) -> Sounds | quick.Heard:
        """Sound classes with a word like this one, and how alike it is, best first."""
        found = self._by_word.get(token)
        if found is None:
            found = self._remembered(token)
            if len(self._by_word) >= _REMEMBERED:
                self._by_word.clear()
            self._by_word[token] = found
        return found

    def _remembered(self, token: Token) -> Sounds | quick.Heard:
        nick = token.nick
        # one spelling may be another word: 정일 and Jongil, which are folded otherwise; a word of trade that says two things
        spelled = token.source if token.script in LOOSE or token.text == SERVANT else token.text
        key = (spelled, token.fold, token.concept, token.kind, token.script, bool(nick))
        memory = self._memory
        known = memory.get(key)
        if known is not None:
            return known
        if nick:
            # the rest is what the same word is in the name of an organisation
            plain = (*key[:-1], False)
            known = memory.get(plain)
            if known is None:
                known = memory[plain] = self._similar(token)
            known = self._with_nick(known, nick)
        else:
            known = self._similar(token)
        if len(memory) >= _REMEMBERED:
            memory.clear()
        memory[key] = known
        return known

    def _with_nick(self, known: Sounds | quick.Heard, nick: frozenset[str]) -> Sounds | quick.Heard:
        """The same, and the classes that have one of these names."""
        if self._ear is not None:
            return self._ear.also(known, nick)
        best = dict(known.classes)
        for head in nick:
            for number in self._heard_as.get(hash("n" + head)):
                best[number] = max(SAME_NICK, best.get(number, 0.0))
        return _sounds(tuple(sorted(best.items(), key=_best_first)[:CLASSES]))

    def class_of(self, token: Token) -> int | None:
        """The class of a word of some name."""
        return self._numbers.get(class_name(token))

    def together(self, one: Token, two: Token) -> list[int]:
        """The classes of two words written as one, also with two letters that changed places."""
        sound = joined_key(one, two)
        number = self._numbers.get(sound if len(sound) >= SOUND else "'" + joined_fold(one, two))
        text = one.text + two.text
        if one.script == two.script == "hangul":
            # the given name is one word in kana
            return [*self._heard_as.get(hash("n=" + korean_fold(text))), *([] if number is None else [number])]
        if len(text) < _TWO_WORDS or one.script in LOOSE or min(len(one.text), len(two.text)) > _SHORT_WORD:
            return [] if number is None else [number]
        found = self._heard_as.get(hash(anagram(text)))
        if number is not None and number not in found:
            found.append(number)
        return found

    def _similar(self, token: Token) -> Sounds | quick.Heard:
        """Without what its names lead to."""
        if token.kind == NUMBER or token.concept:
            number = self._numbers.get(class_name(token))
            best = {} if number is None else {number: 1.0}
            if token.kind != NUMBER:
                # a list may misspell it, or write it in letters that are no word of our vocabulary
                for other, alike in self._as_spelled(token).classes:
                    if alike >= MISSPELT:
                        best.setdefault(other, alike)
            if token.kind == GENERIC:
                for other in self._families.get(family(token.concept), ()):
                    best.setdefault(other, _NEAR_TRADE)
            classes = tuple(best.items())[:CLASSES]
            if self._ear is None or quick.native is None:
                return _sounds(classes)
            return quick.native.Heard(classes, _SURELY, _SURE)
        known = self._as_spelled(token)
        if token.script == "kana":
            # what may be a Korean syllable: チェ is Choe
            known = self._with_nick(known, frozenset(["=" + korean_kana(token.text)]))
        elif token.text.endswith(people.TAILS) and (short := people.without_tail(token.text)):
            # a name and its short form: Saidullah, Said
            return self._also_as(known, short, "latin", SAME_FOLD, SHORT_FORM)
        if token.text == SERVANT and token.source != SERVANT:
            return self._also_as(known, token.source, "latin", LEADS, 1.0)
        if (token.text[:2] in ARTICLES or token.script == "arabic") and (bare := without_article(token)):
            return self._also_as(known, bare, token.script, SHORT_FORM, 1.0)
        return known

    def _also_as(
        self, known: Sounds | quick.Heard, word: str, script: str, least: float, most: float
    ) -> Sounds | quick.Heard:
        """The same, and the classes of ``word`` that are so alike, at most so."""
        best = dict(known.classes)
        for number, alike in self._as_spelled(token_of(word, CONTENT, "", script, False)).classes:
            if alike >= least:
                best[number] = max(min(alike, most), best.get(number, 0.0))
        classes = tuple(sorted(best.items(), key=_best_first)[:CLASSES])
        if self._ear is None or quick.native is None:
            return _sounds(classes)
        return quick.native.Heard(classes, _SURELY, _SURE)

    def _as_spelled(self, token: Token) -> Sounds | quick.Heard:
        """Whatever it means."""
        loose, text = token.script in LOOSE, token.text
        ear = self._ear
        if ear is not None:
            if loose:
                return ear.hear(token, True, [*own_lines(token), "", *wanted_lines(token, True)], None, spoken(token))
            if not text.isascii() or len(text) > _PLAIN:
                return ear.hear(token, False, list(wanted_lines(token, False)), letters_line(text), spoken(token))
            return ear.hear(token, False, None, None, spoken(token))
        best: dict[int, float] = {}
        classes_of, rows = self._classes, self._rows
        closely = self._spelled_like(text, loose, best, 1.0)
        if not loose:
            self._sounded_like(token, best)
            if _in_two_letters(text, not best or max(best.values()) < SAME_KEY) and len(token.fold) >= _FOLDED:
                closely += self._spelled_like(token.fold, loose, best, SAME_FOLD)
        for row in {*closely, *self._boned_like(token, loose)}:
            alike = word_similarity(token, rows[row])
            if alike >= _LEADS_LOOSELY and alike > best.get(classes_of[row], 0.0):
                best[classes_of[row]] = alike
        return _sounds(tuple(sorted(best.items(), key=_best_first)[:CLASSES]))

    def _sounded_like(self, token: Token, best: dict[int, float]) -> None:
        """Classes of the same sound, or of the same letters to a reader who knows no digraphs."""
        heard_as = self._heard_as.get
        sound = token.key
        for number in heard_as(hash("f" + token.fold)):
            best[number] = max(SAME_FOLD, best.get(number, 0.0))
        same = self._numbers.get(sound if len(sound) >= SOUND else "'" + token.fold)
        if same is not None and best.get(same, 0.0) < _SAME_SOUND:
            best[same] = _SAME_SOUND
        share = _SHARE.get(len(sound))
        if share is not None:
            for number in heard_as(hash("s" + sound)):
                alike = share * SAME_KEY + (1.0 - share) * OSA.normalized_similarity(token.fold, self._named[number])
                if alike > best.get(number, 0.0):
                    best[number] = alike
        for head, line in (("k", letters_line(token.text)), ("z", dialect_line(token.text))):
            if line is not None:
                for number in heard_as(hash(head + line)):
                    if best.get(number, 0.0) < SAME_LETTERS:
                        best[number] = SAME_LETTERS

    def _spelled_like(self, spelling: str, loose: bool, best: dict[int, float], most: float) -> list[int]:
        """Puts the classes of words that are few slips away into ``best``, and gives the rows to look at closely: those of
        a script whose letters say less, or all for a word in such a script. None is more alike than ``most``."""
        closely: list[int] = []
        classes, rows = self._classes, self._rows
        for row, alike in self._few_slips_away(spelling):
            if loose or rows[row].script in LOOSE:
                closely.append(row)
            elif min(alike, most) > best.get(classes[row], 0.0):
                best[classes[row]] = min(alike, most)
        return closely

    def _few_slips_away(self, spelling: str) -> list[tuple[int, float]]:
        """Rows that are few slips away, each with how alike it is."""
        rows = list(self._less_letters(spelling)) if len(spelling) < _DELETED else self._same_letters(spelling)
        if not rows:
            return []
        if len(spelling) == 3:
            return [
                (row, 1.0 if self._texts[row] == spelling else _SWAPPED) for row in rows if len(self._texts[row]) == 3
            ]
        texts = self._texts
        measured = extract(
            spelling, [texts[row] for row in rows], scorer=OSA.normalized_similarity, score_cutoff=LEADS, limit=None
        )
        return [(rows[at], reordered(spelling, text, alike)) for text, alike, at in measured]

    def _less_letters(self, spelling: str) -> set[int]:
        rows: set[int] = set()
        find, flags, down = self._shortened.find, self._shortened.flags, self._shortened.down
        for less in shortened(spelling):
            place = hash(less) & MASK
            bit = place >> down
            if flags[bit >> 3] >> (bit & 7) & 1:
                rows.update(find(place))
        return rows

    def _same_letters(self, spelling: str) -> list[int]:
        first, last, letters, beside = self._window(len(spelling))
        if first == last:
            return []
        apart = np.bitwise_count(self._signatures[first:last] ^ np.uint64(signature(spelling)))
        near = (apart <= letters).nonzero()[0]
        apart = np.bitwise_count(self._neighbours[first:last][near] ^ np.uint64(neighbours(spelling)))
        near = near[apart <= beside[near]]
        return (near + first).tolist()  # type: ignore[no-any-return]

    def _window(self, length: int) -> _Window:
        """The rows whose length comes into question, and how many bits of each may differ."""
        length = min(length, 255)
        known = self._windows.get(length)
        if known is None:
            shortest, longest = length, length
            while shortest > 1 and length - shortest + 1 <= slips(length):
                shortest -= 1
            while longest + 1 - length <= slips(longest + 1):
                longest += 1
            first = int(np.searchsorted(self._lengths, shortest))
            last = int(np.searchsorted(self._lengths, min(longest, 255), side="right"))
            lengths = np.arange(256)
            most = (1.0 - LEADS) * np.maximum(lengths, length) + 1e-9
            most, apart = most.astype(int), np.abs(lengths - length)
            # the letters that a word has more are edits that change one bit, or three, and not two, or four
            letters = (2 * most - apart).clip(0, 64).astype(np.uint8)
            # one of the slips may be a swap, or stand at the beginning
            beside = (4 * most - apart + 2).clip(0, 64).astype(np.uint8)
            rows = self._lengths[first:last]
            known = self._windows[length] = (first, last, letters[rows], beside[rows])
        return known

    def _boned_like(self, token: Token, loose: bool) -> Iterable[int]:
        """Rows of other scripts that have the same consonants, or one fewer; the most promising ones."""
        get = self._bones.get
        options = {row for line in wanted_lines(token, loose) for row in get(hash(line))}
        same = {row for line in own_lines(token) for row in get(hash(line))} if loose else set()
        found = [
            (row, alike)
            for row, alike in quick.alike(spoken(token), self._spoken, sorted(options | same), _MORE_ROUGHLY)
            if alike >= _ROUGHLY or row in same
        ]
        sure = sum([alike >= _ROUGHLY for _, alike in found])
        most = min(_FAR if loose else _CLOSELY, sure + _MORE)
        if len(found) > most:
            found = nsmallest(most, found, key=_best_first)
        return [row for row, _ in found]


def _in_two_letters(text: str, unknown: bool) -> bool:
    """Whether a word has two letters for one sound, which make a slip two (Khaliq, Malik): such words are looked for by their
    fold too. Words with ch or sh are many: they are where no word is known that is quite like them, and are not filed so."""
    return "kh" in text or (unknown and ("ch" in text or "sh" in text))


def _best_first(found: tuple[int, float]) -> tuple[float, int]:
    return -found[1], found[0]
