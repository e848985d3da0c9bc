"""The words of a person's name: particles and titles, and names that are written in one word or in several."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from sekisho.names import people
from sekisho.names.sounds import fold
from sekisho.names.text import RUN, script_of_word
from sekisho.names.tokens import CONTENT, INITIAL, PARTICLE, Token, common, korean_token, new_token, token_of
from sekisho.names.words import kana_names, vocabulary


def person_words(words: list[str]) -> list[Token]:
    out: list[Token] = []
    previous = ""
    several = len(words) > 1
    if len(words) > 2 and not _TORN_HEADS.isdisjoint(words):
        words = _mended(words)
    for word in words:
        if word == previous and len(word) > 2:
            continue  # Sergey Sergey Shoigu
        before, previous = previous, word
        if word in _ARABIC_TAILS and out and out[-1].kind == CONTENT:
            if out[-1].text == "abdul":
                out[-1] = token_of("abdullah", CONTENT, "", "latin", True).changed(source=f"{before} {word}")
            else:
                out[-1] = token_of(before + _ARABIC_TAILS[word], CONTENT, "", "arabic", True)
            continue
        if word in people.RELIGION and _join_religion(word, out):
            continue
        if word in people.GOD and out and out[-1].text == "abdul":
            out[-1] = token_of("abdullah", CONTENT, "", "latin", True).changed(source=f"{out[-1].source} {word}")
            continue
        read = _person_word(word)
        if read.particle is not None and several and (out or word != "ben"):
            out.append(read.particle)
        else:
            out.extend(read.tokens)
    if not any(t.kind == CONTENT for t in out):
        out = [token_of(t.source, CONTENT, "", t.script, True) if t.kind == PARTICLE else t for t in out]
    if 2 <= len(out) <= 4 and people.korean([t.text if t.kind == CONTENT and t.script == "latin" else "" for t in out]):
        out = [korean_token(t) for t in out]
    return out


class _PersonWord:
    """A word of a person's name: what it is by itself, and the particle or title that it is beside other words."""

    __slots__ = ("particle", "tokens")

    def __init__(self, tokens: tuple[Token, ...], particle: Token | None) -> None:
        self.tokens = tokens
        self.particle = particle


@lru_cache(maxsize=32768)
def _person_word(word: str) -> _PersonWord:
    table = vocabulary().small
    script = script_of_word(word)
    found = table.get(word)
    particle = None
    if found is not None:
        particle = token_of(word, PARTICLE, found.concept, script, True)
    tokens: list[Token] = []
    if len(word) == 1 and script not in ("han", "kana", "hangul"):
        tokens.append(token_of(word, INITIAL, "", script, True))
    elif script == "arabic":
        tokens.extend(arabic(word, True))
    elif script == "kana":
        known = kana_names().get(word)
        servant = _SERVANT_KANA.match(word)
        if known is not None:
            tokens.extend(_latin_person(known))
        elif servant and len(word) - servant.end() >= 2:
            tokens.append(token_of("abdul", CONTENT, "", "latin", True))
            tokens.append(token_of(word[servant.end() :], CONTENT, "", "kana", True))
        else:
            tokens.append(token_of(word, CONTENT, "", "kana", True))
    elif script == "mixed":
        pieces = [p for p in RUN.findall(word) if p not in table]
        tokens.extend([token_of(piece, CONTENT, "", script_of_word(piece), True) for piece in pieces])
    elif script == "latin":
        tokens.extend(_latin_person(word))
    else:
        tokens.append(token_of(word, CONTENT, "", script, True))
    return _PersonWord(tuple(tokens), particle)


#: "Servant of …": Abd al-Rahman, Abdul Rahman, Abdurrahman, عبدالرحمن are written in one, two or three words.
_SERVANT: Final = re.compile(
    r"^(?:abd|abed|abid|abdou|abdu|abdo|abde|abdi)(?:e?l|u?l|al|il|oul|ul|ur|us|ush|un|ad|ar|as|ol|or)?(?=[^aeiou])"
)
_SERVANT_WORDS: Final = frozenset(
    [
        "abd",
        "abdul",
        "abdel",
        "abdal",
        "abdoul",
        "abdol",
        "abdur",
        "abdou",
        "abdu",
        "abed",
        "abdo",
        "abdil",
        "abdi",
        "abdelal",
    ]
)
#: The same where a letter has moved over the space: Ab dal-Khaliq, AbdA l-Aziz, A bdul Karim.
_TORN: Final = frozenset(
    [("ab", word[2:]) for word in _SERVANT_WORDS if word == "abd" or (len(word) == 5 and word[-1] in "lr")]
    + [("a", word[1:]) for word in _SERVANT_WORDS if word[2] == "d"]
    + [("abda", "l"), ("abde", "l"), ("abdu", "l")]
)
_TORN_HEADS: Final = frozenset([head for head, _ in _TORN])
_SERVANT_KANA: Final = re.compile(r"^アブド[ゥル]?[ルッァ]?|^アブデル")


def _mended(words: list[str]) -> list[str]:
    """With "servant of" in one word where it is torn in two, before another word."""
    out: list[str] = []
    for at, word in enumerate(words):
        if out and (out[-1], word) in _TORN and at + 1 < len(words):
            out[-1] += word
        else:
            out.append(word)
    return out


def _join_religion(word: str, out: list[Token]) -> bool:
    """Badr al-Din is written in one word as well: Badruddin, Badreddine."""
    at = len(out) - 1
    while at >= 0 and out[at].kind == PARTICLE and out[at].concept == "al":
        at -= 1
    if at < 0 or at == len(out) - 1 or out[at].kind != CONTENT or out[at].script != "latin" or out[at].text == "abdul":
        return False
    head = out[at]
    out[at:] = [token_of(head.text + "uddin", CONTENT, "", "latin", True).changed(source=f"{head.source} {word}")]
    return True


def _latin_person(word: str) -> list[Token]:
    plain = people.one_tail(word)
    if plain != word:
        return [token_of(plain, CONTENT, "", "latin", True).changed(source=word)]
    if word.startswith("ab"):
        if word in _SERVANT_WORDS:
            return [token_of("abdul", CONTENT, "", "latin", True).changed(source=word)]
        if len(word) >= 8 and not word.startswith(("abdulla", "abdala", "abdalla", "abdella")):
            found = _SERVANT.match(word)
            if found and len(word) - found.end() >= 3:
                return [
                    token_of("abdul", CONTENT, "", "latin", True),
                    token_of(word[found.end() :], CONTENT, "", "latin", True),
                ]
    if word[:2] in ("al", "el") and len(word) >= _WITH_ARTICLE and fold(word[2:]) in common():
        # the article written on a name that is known without it: Alzahrani
        return [token_of(word[:2], PARTICLE, "al", "latin", True), token_of(word[2:], CONTENT, "", "latin", True)]
    # remembered by _person_word
    return [new_token(word, CONTENT, "", "latin", True)]


#: Shorter words begin so by chance (Alina).
_WITH_ARTICLE: Final = 7
#: Latin writes these with the word before: Aminullah, Jalaluddin.
_ARABIC_TAILS: Final = {"الله": "الله", "اللہ": "الله", "الدين": "دين", "الدین": "دين"}


def arabic(word: str, person: bool) -> list[Token]:
    """The article is written together with its word: الفتاح is al Fattah."""
    if person and word.startswith("عبد"):
        rest = word[3:].removeprefix("ال")
        servant = token_of("abdul", CONTENT, "", "latin", True)
        if rest in ("له", "الله", "لله"):
            return [token_of("abdullah", CONTENT, "", "latin", True).changed(source=word)]
        if not rest:
            return [servant]
        if len(rest) >= 3:
            return [servant, token_of(rest, CONTENT, "", "arabic", True)]
    if person and word.startswith("محمد") and len(word) >= 7 and word[4] not in "ايی":
        # written together with the name that follows: محمدحسین
        return [token_of(word[:4], CONTENT, "", "arabic", True), *arabic(word[4:], True)]
    if word.startswith("ال") and len(word) >= 4 and word != "الله":
        return [token_of("ال", PARTICLE, "al", "arabic", person), token_of(word[2:], CONTENT, "", "arabic", person)]
    return [token_of(word, CONTENT, "", "arabic", person)]
