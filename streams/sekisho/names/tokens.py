"""A word of a name: what kind of word it is, how much it weighs and how it sounds."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from sekisho.names import han, people
from sekisho.names.romanise import romanise
from sekisho.names.sounds import fold, key, korean_fold, skeleton
from sekisho.names.words import topics

CONTENT: Final = 0
NUMBER: Final = 1
GENERIC: Final = 2
PLACE: Final = 3
LEGAL: Final = 4
PARTICLE: Final = 5
INITIAL: Final = 6
#: What one word of each class weighs. A legal form and a particle say nearly nothing, yet not nothing;
#: what an organisation does says a third of its own name; a number must agree (see ``score``).
WEIGHTS: Final = {CONTENT: 1.0, NUMBER: 0.9, GENERIC: 0.4, PLACE: 0.5, LEGAL: 0.07, PARTICLE: 0.06, INITIAL: 0.4}
#: The same where a name has no word of its own ("World Bank"): then they are the name.
_BARE_WEIGHTS: Final = {**WEIGHTS, GENERIC: 0.8, PLACE: 0.8}
#: What the trade is in (helicopters, insurance) says more than that it trades.
TOPIC_WEIGHT: Final = 0.55
_BARE_TOPIC: Final = 0.9
KIND: Final = {"legal": LEGAL, "generic": GENERIC, "topic": GENERIC, "place": PLACE, "particle": PARTICLE, "title": PARTICLE, "number": NUMBER}  # fmt: skip

#: Scripts whose vowels are not written, or are not the name's own: compared by their consonants.
LOOSE: Final = frozenset({"arabic", "hebrew", "kana", "thai", "khmer", "other"})


class Token:
    """One word: ``text`` in Latin letters as written, ``fold``, ``key`` and ``skeleton`` of :mod:`sekisho.names.sounds`.

    Compared by identity: equal words of one kind are one object as long as the cache holds them.
    """

    __slots__ = ("concept", "fold", "key", "kind", "nick", "script", "skeleton", "source", "text", "weight")

    def __init__(
        self, text: str, kind: int, concept: str, weight: float, script: str, folded: str, sound: str, bones: str, nick: frozenset[str], source: str
    ) -> None:  # fmt: skip
        self.text = text
        self.kind = kind
        self.concept = concept
        self.weight = weight
        self.script = script
        self.fold = folded
        self.key = sound
        self.skeleton = bones
        #: given names that it may be a short form of
        self.nick = nick
        #: the word as the name writes it
        self.source = source

    def changed(
        self,
        *,
        weight: float | None = None,
        script: str = "",
        fold: str = "",
        source: str | None = None,
        nick: frozenset[str] | None = None,
    ) -> Token:
        """A copy with other values."""
        return Token(
            self.text,
            self.kind,
            self.concept,
            self.weight if weight is None else weight,
            script or self.script,
            fold or self.fold,
            self.key,
            self.skeleton,
            self.nick if nick is None else nick,
            self.source if source is None else source,
        )

    def __repr__(self) -> str:
        return f"Token({self.text!r}, {self.kind}, {self.concept!r}, {self.weight:.2f})"


_EMPTY: Final[frozenset[str]] = frozenset()


@cache
def common() -> dict[str, float]:
    """How common a folded word is in names on public lists: 0 (rare) to 1 (Muhammad)."""
    table = {}
    for line in files("sekisho.names").joinpath("data/common.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            word, _, level = line.partition(" ")
            table[word] = float(level)
    return table


def rarity(folded: str) -> float:
    """What a content word weighs by how many bear it: 1 for a rare one, 0.45 for the commonest."""
    return 1.0 - 0.55 * common().get(folded, 0.0)


@cache
def _common_bones() -> dict[str, float]:
    """The same by consonants, for words whose vowels are not written: the commonest word with these consonants."""
    table: dict[str, float] = {}
    for word, level in common().items():
        bones = skeleton(word)
        if len(word) > 3:
            table[bones] = max(level, table.get(bones, 0.0))
    return table


@lru_cache(maxsize=32768)
def token_of(word: str, kind: int, concept: str, script: str, person: bool) -> Token:
    return new_token(word, kind, concept, script, person)


def new_token(word: str, kind: int, concept: str, script: str, person: bool) -> Token:
    text = word
    if script != "latin" or not word.isascii():
        text = romanise(word, script) if script != "han" else "".join(map(han.pinyin, word))
        text = text or word
    if " " in text:
        text = text.replace(" ", "")
    folded = fold(text.replace("j", "z") if script == "hangul" else text)
    weight = WEIGHTS[kind]
    if kind == CONTENT:
        weight = rarity(folded)
        if script in LOOSE:
            weight = 1.0 - 0.55 * max(common().get(folded, 0.0), _common_bones().get(skeleton(text), 0.0))
        if len(text) <= 2 and not person:
            weight *= 0.8
    elif kind == GENERIC and concept in topics():
        weight = TOPIC_WEIGHT
    return Token(
        text,
        kind,
        concept,
        weight,
        script,
        folded,
        key(text),
        skeleton(text),
        people.families(text, script not in LOOSE) if person else _EMPTY,
        word,
    )


# Remembered, so that equal words stay one object (see ``Token``).
@lru_cache(maxsize=8192)
def bare(token: Token) -> Token:
    """A word of a name that has none of its own."""
    return token.changed(weight=_BARE_TOPIC if token.weight == TOPIC_WEIGHT else _BARE_WEIGHTS[token.kind])


@lru_cache(maxsize=8192)
def korean_token(token: Token) -> Token:
    """A word of a Korean name in Latin letters: found in each of its romanisations, and by no vowels of other peoples."""
    return token.changed(script="hangul", nick=frozenset(["=" + korean_fold(token.text)]))
