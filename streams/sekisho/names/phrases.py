"""Where the names of a segment could begin in a running text: filed under the one word of each name that says most.

A word of the text leads to the names filed under it, and, where it is no everyday word, to those filed under what it may be
with a slip or in another spelling. A name that is written without spaces (kanji, kana, Hangul) is filed under its first
three characters as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from sekisho.names.lexicon import Lexicon
from sekisho.names.postings import Postings
from sekisho.names.segment import Record
from sekisho.names.text import script_of
from sekisho.names.tokens import CONTENT, GENERIC, NUMBER, PLACE, Token
from sekisho.names.words import ordinary

#: A name in characters shorter than this is also a word of a sentence.
MIN_CHARACTERS: Final = 4
_GRAM: Final = 3
_CHARACTERS: Final = ("han", "kana", "hangul")
#: Scripts in which three characters are a person's whole name.
_SYLLABLES: Final = frozenset(["han", "hangul"])
#: How alike a word of a text must be to one that names are filed under, and from how many letters, or sounds, on it may be
#: another: one slip in five letters.
_LEADS: Final = 0.79
_LONG: Final = 5
#: What more names than this have in common leads to none of them by a slip, only by its sound; two words do (see ``scan``).
_FEW: Final = 12
#: Legal forms that stand before or after a name in characters.
_FORMS: Final = re.compile(
    r"^(?:株式会社|有限会社|合同会社|公開株式会社|公共株式会社|連邦国家単一企業|주식회사|㈱|\(株\))+"
    r"|(?:株式会社|有限会社|合同会社|公開株式会社|公共株式会社|股份有限公司|有限责任公司|有限責任公司|有限公司|公司|주식회사|㈱|\(株\))+$"
)


def naming(tokens: Sequence[Token]) -> list[Token]:
    """The words of a name that a text must hold."""
    return [token for token in tokens if token.kind in (CONTENT, GENERIC, PLACE, NUMBER)]


def without_spaces(text: str) -> str:
    """A text as names in characters are looked for in it."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split()).replace("・", "")


def core(text: str, person: bool) -> str:
    """A name in characters, without spaces and legal form; empty where it is written in letters, or too short for a text."""
    if text.isascii():
        return ""
    plain = without_spaces(text)
    if person and len(plain) == _GRAM and len(scripts := {script_of(char) for char in plain}) == 1:
        # a family name and a given name
        return plain if scripts <= _SYLLABLES else ""
    if sum(script_of(char) in _CHARACTERS for char in plain) < MIN_CHARACTERS:
        return ""
    bare = _FORMS.sub("", plain)
    return bare if len(bare) >= MIN_CHARACTERS else ""


def _begins_a_word(bare: str, text: str) -> bool:
    """Whether so short a name in Hangul, of syllables that many words have, is one by itself somewhere in ``text`` (NFKC): Korean
    has spaces before words."""
    if len(bare) > _GRAM or script_of(bare[0]) != "hangul":
        return True
    return re.search(rf"(?<![가-힣]){bare[0]}\s?{bare[1:]}", text) is not None


def _file(token: Token) -> int:
    """A word of trade or a town is filed under what it means, so that its translations meet it."""
    return hash(":" + token.concept if token.concept else "f" + token.fold)


def _has_a_sound(token: Token) -> bool:
    """Whether the sound of a word says enough."""
    return token.kind == CONTENT and len(token.key) >= _LONG and token.fold not in ordinary()


def _may_be_another(token: Token) -> bool:
    """Whether a word of a text may be this one with a slip. What digits stand in a word makes no difference to that, and none
    is taken: texts are remembered without theirs."""
    return token.kind == CONTENT and len(token.fold) >= _LONG and token.fold.isalpha() and token.fold not in ordinary()


class Phrases:
    """The names of some records, ready to be met in a text. Built once, then only read."""

    def __init__(self, records: Sequence[Record], lexicon: Lexicon) -> None:
        self._records = records
        self._lexicon = lexicon
        #: what a word is or means, and its sound -> records; sound class -> records; three characters -> records
        self._words, self._classes, self._grams = Postings(), Postings(spread=True), Postings()
        common = ordinary()
        for number, record in enumerate(records):
            tokens = naming(record.parsed.tokens)
            if tokens:
                anchor = max(tokens, key=lambda t: (t.kind == CONTENT, t.fold not in common, t.weight, len(t.fold)))
                self._words.add(_file(anchor), number)
                if _has_a_sound(anchor):
                    self._words.add(hash("k" + anchor.key), number)
                sound = lexicon.class_of(anchor) if _may_be_another(anchor) else None
                if sound is not None:
                    self._classes.add(sound, number)
            for _, name in record.bearers:
                if bare := core(name.text, record.parsed.person):
                    self._grams.add(hash(bare[:_GRAM]), number)
        self._words.freeze()
        self._classes.freeze()
        self._grams.freeze()

    def at(self, token: Token) -> Iterator[Record]:
        """Records whose anchor this word of a text may be."""
        numbers = dict.fromkeys(self._words.get(_file(token)))
        if token.concept:
            # a family name that is a town or a word of trade in organisations' names: Al-Shammari, Riad; no name of one word is
            # meant by what sounds like it (UK Ltd and UEC Ltd)
            named = self._words.get(hash("f" + token.fold))
            numbers.update(dict.fromkeys([number for number in named if self._of_several_words(number)]))
        if _has_a_sound(token):
            numbers.update(dict.fromkeys(self._words.get(hash("k" + token.key))))
        if _may_be_another(token):
            for sound, alike in self._lexicon.similar(token).classes:
                if alike < _LEADS:
                    break
                others = self._classes.get(sound)
                if len(others) <= _FEW:
                    numbers.update(dict.fromkeys(others))
        for number in numbers:
            yield self._records[number]

    def _of_several_words(self, number: int) -> bool:
        return len(naming(self._records[number].parsed.tokens)) > 1

    def inside(self, text: str) -> Iterator[tuple[Record, str]]:
        """Records whose name in characters stands in ``text``, with what stood there."""
        if text.isascii():
            return
        text = unicodedata.normalize("NFKC", text)
        plain = without_spaces(text)
        seen: set[int] = set()
        # asked once a name, however often it stands there: the whole text is read for it
        begins: dict[str, bool] = {}
        for at in range(len(plain) - _GRAM + 1):
            gram = plain[at : at + _GRAM]
            if script_of(gram[0]) not in _CHARACTERS:
                continue
            for number in self._grams.get(hash(gram)):
                if number in seen:
                    continue
                for _, name in self._records[number].bearers:
                    bare = core(name.text, self._records[number].parsed.person)
                    if not bare or not plain.startswith(bare, at):
                        continue
                    if bare not in begins:
                        begins[bare] = _begins_a_word(bare, text)
                    if begins[bare]:
                        seen.add(number)
                        yield self._records[number], name.text
                        break
