"""A name taken apart: words in Latin letters, each with what kind of word it is, how much it weighs and how it sounds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from sekisho.names import han, kana, people
from sekisho.names.romanise import HANGUL_FAMILY, hangul_syllables, romanise
from sekisho.names.sounds import fold, key, korean_fold, skeleton
from sekisho.names.text import LIMIT, clean, has_digit, script_of, without_marks
from sekisho.names.words import (
    CYRILLIC_STEM,
    KANA_LETTERS,
    Word,
    kana_names,
    phrase_stem,
    plain_arabic,
    stem,
    topics,
    vocabulary,
)

#: Words of a name that are compared; the rest is cut (a name of more is a text: see ``scan``).
MAX_TOKENS = 16

CONTENT, NUMBER, GENERIC, PLACE, LEGAL, PARTICLE, INITIAL = range(7)
#: What one word of each class weighs. A legal form and a particle say nearly nothing, yet not nothing;
#: what an organisation does says a third of its own name; a number must agree (see ``score``).
WEIGHTS = {CONTENT: 1.0, NUMBER: 0.9, GENERIC: 0.4, PLACE: 0.5, LEGAL: 0.07, PARTICLE: 0.06, INITIAL: 0.4}
#: The same where a name has no word of its own ("World Bank"): then they are the name.
_BARE_WEIGHTS = {**WEIGHTS, GENERIC: 0.8, PLACE: 0.8}
#: What the trade is in (helicopters, insurance) says more than that it trades.
TOPIC_WEIGHT, _BARE_TOPIC = 0.55, 0.9
_KIND = {"legal": LEGAL, "generic": GENERIC, "topic": GENERIC, "place": PLACE, "particle": PARTICLE, "title": PARTICLE, "number": NUMBER}  # fmt: skip

#: Scripts whose vowels are not written, or are not the name's own: compared by their consonants.
LOOSE = frozenset({"arabic", "hebrew", "kana", "thai", "khmer", "other"})


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


class Parsed(NamedTuple):
    """One reading of a name. ``joined`` is all its content without spaces; ``characters`` Han or Hangul, one by one."""

    tokens: tuple[Token, ...]
    person: bool
    joined: str
    #: all its letters and digits, small words too
    letters: str
    characters: tuple[str, ...]
    characters_script: str
    notes: tuple[str, ...]
    #: a name with kana as it is written, without spaces and dots; else empty
    written: str = ""


_SPLIT = re.compile(r"[\s,;:/\\|·・‧∙•＝=_+*#^~<>\[\]{}()（）「」『』《》〈〉“”„«»!?、。，‐‑‒–—―−\"&-]+")
_DOTTED = re.compile(r"^(?:[^\W\d_]\.)+[^\W\d_]?\.?$")
_ORDINAL = re.compile(r"^(\d+)(?:st|nd|rd|th|-?й|-?я|го)?$")
_NUMBERED = re.compile(r"^(?:第|no|n|num|№)?(\d+)(?:号|th)?$")
#: A short form in brackets after the name says nothing new: "Haqqani Network (HQN)".
_SHORT_FORM = re.compile(r"(?<=[^\s(（])\s*[(（][A-Z][A-Z-]{1,9}[)）]\s*$")
_LETTERS_ALONE = {code: None for code in range(128) if not chr(code).isalnum()}
#: The signs of ``_SPLIT`` that are ASCII, as spaces, for words without a full stop.
_SPACED = str.maketrans(dict.fromkeys(',;:/\\|=_+*#^~<>[]{}()!?"&-', " "))
_ROMAN = {
    "ii",
    "iii",
    "iv",
    "vi",
    "vii",
    "viii",
    "ix",
    "xi",
    "xii",
    "xiii",
    "xiv",
    "xv",
    "xvi",
    "xvii",
    "xviii",
    "xix",
    "xx",
}
_EMPTY: frozenset[str] = frozenset()


@cache
def _common() -> dict[str, float]:
    """How common a folded word is in names on public lists: 0 (rare) to 1 (Muhammad)."""
    table = {}
    for line in files("sekisho.names").joinpath("data/common.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            word, _, level = line.partition(" ")
            table[word] = float(level)
    return table


def rarity(folded: str) -> float:
    """What a content word weighs by how many bear it: 1 for a rare one, 0.45 for the commonest."""
    return 1.0 - 0.55 * _common().get(folded, 0.0)


@cache
def _common_bones() -> dict[str, float]:
    """The same by consonants, for words whose vowels are not written: the commonest word with these consonants."""
    table: dict[str, float] = {}
    for word, level in _common().items():
        bones = skeleton(word)
        if len(word) > 3:
            table[bones] = max(level, table.get(bones, 0.0))
    return table


@lru_cache(maxsize=32768)
def _token(word: str, kind: int, concept: str, script: str, person: bool) -> Token:
    return _new_token(word, kind, concept, script, person)


def _new_token(word: str, kind: int, concept: str, script: str, person: bool) -> Token:
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
            weight = 1.0 - 0.55 * max(_common().get(folded, 0.0), _common_bones().get(skeleton(text), 0.0))
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


def parse(name: str, person: bool) -> tuple[Parsed, ...]:
    """The readings of a name, most usual first: one for most, a few for Han and Hangul."""
    return _parse(name, person)


@lru_cache(maxsize=4096)
def _parse(name: str, person: bool) -> tuple[Parsed, ...]:
    notes: tuple[str, ...] = ()
    if name.isascii() and len(name) <= LIMIT and not has_digit(name):
        # most names: nothing to clean
        text = name
        if not person and "(" in name:
            text = _SHORT_FORM.sub(" ", name)
        text = text.lower()
    else:
        cleaned = clean(
            name if person else _SHORT_FORM.sub(" ", name[: 4 * LIMIT]) if "(" in name or "（" in name else name
        )
        text, notes = cleaned.text, cleaned.notes
    if text.isascii():
        return (_finish(_words(text, person), person, notes, (), text.translate(_LETTERS_ALONE)),)
    scripts = {script_of(c) for c in text if c.isalpha()}
    if "han" in scripts and not scripts & {"kana", "latin", "cyrillic"} and (person or len(text.replace(" ", "")) <= 4):
        return _han_person(text, person, notes)
    if "hangul" in scripts and (person or len(text.replace(" ", "")) <= 4) and not scripts & {"latin", "han"}:
        return _hangul_person(text, person, notes)
    characters: tuple[str, ...] = ()
    if scripts <= {"han"} or scripts <= {"hangul"}:
        characters = tuple(c for c in text if c.isalpha())
    written = _SPLIT.sub("", text) if "kana" in scripts else ""
    return (_finish(_words(text, person), person, notes, characters, written=written),)


# Remembered, so that equal words stay one object (see ``Token``).
@lru_cache(maxsize=8192)
def _bare(token: Token) -> Token:
    """A word of a name that has none of its own."""
    return token.changed(weight=_BARE_TOPIC if token.weight == TOPIC_WEIGHT else _BARE_WEIGHTS[token.kind])


@lru_cache(maxsize=8192)
def _korean(token: Token) -> Token:
    """A word of a Korean name in Latin letters: found in each of its romanisations, and by no vowels of other peoples."""
    return token.changed(script="hangul", nick=frozenset(["=" + korean_fold(token.text)]))


def _finish(
    tokens: list[Token],
    person: bool,
    notes: tuple[str, ...],
    characters: tuple[str, ...],
    letters: str = "",
    written: str = "",
) -> Parsed:
    tokens = tokens[:MAX_TOKENS]
    if not person and tokens and not any(t.kind == CONTENT for t in tokens):
        tokens = [_bare(t) for t in tokens]
    joined = "".join(t.text for t in tokens if t.kind not in (LEGAL, PARTICLE)) or "".join(t.text for t in tokens)
    script = script_of(characters[0]) if characters else ""
    letters = letters or "".join(t.text for t in tokens)
    if letters == joined:
        letters = joined  # one string, not two: there are a hundred thousand
    return Parsed(tuple(tokens), person, joined, letters, characters, script, notes, written)


# -- words ---------------------------------------------------------------------------------------------------


#: An address on the web is named like its owner.
_WEB = re.compile(r"\bwww\.|(?<=\w)\.(?:com|net|org|info|ru|ir|cn|ua)(?:\.[a-z]{2})?(?=\s|$|[,;)])")
_BORDER = re.compile(r"(?<=[぀-ヿ㐀-鿿])(?=[a-z])|(?<=[a-z.])(?=[぀-ヿ㐀-鿿])")


def _ascii_words(text: str, person: bool) -> list[str]:
    """The words of a text in small ASCII letters."""
    if "'" in text or "`" in text:
        text = text.replace("'", "").replace("`", "")
    words: list[str] = []
    if "." not in text:
        words = text.translate(_SPACED).split()
    else:
        if not person:
            text = _WEB.sub(" ", text)
        for raw in text.split():
            if raw.isalnum():
                words.append(raw)
            elif "." not in raw:
                words.extend(raw.translate(_SPACED).split())
            elif _DOTTED.match(raw.strip(',;()"')):
                bare = raw.replace(".", "").strip(',;()"')
                if person:
                    words.extend(bare)
                else:
                    words.append(bare)
            else:
                words.extend(raw.translate(_SPACED).replace(".", " ").split())
    words = words[: 4 * MAX_TOKENS]
    return [word for word in words if word.isalnum() or any(c.isalnum() for c in word)]


def _words(text: str, person: bool) -> list[Token]:
    if text.isascii():
        words = _ascii_words(text, person)
        return _person_words(words) if person else _organisation_words(words)
    words = []
    text = _BORDER.sub(" ", text)
    if not person:
        text = _WEB.sub(" ", text)
    for raw in text.replace(". ", ".  ").split():
        if _DOTTED.match(raw.strip(",;()\"'")):
            bare = raw.replace(".", "").strip(",;()\"'")
            if person:
                words.extend(bare)
            else:
                words.append(bare)
            continue
        for piece in _SPLIT.split(raw):
            piece = without_marks(piece)
            if "." in piece:
                words.extend(part for part in piece.split(".") if part)
            elif piece:
                words.append(piece)
        if len(words) > 4 * MAX_TOKENS:
            break
    words = [word for word in words if word.isalnum() or any(c.isalnum() for c in word)]
    return _person_words(words) if person else _organisation_words(words)


def _person_words(words: list[str]) -> list[Token]:
    out: list[Token] = []
    previous = ""
    several = len(words) > 1
    for word in words:
        if word == previous and len(word) > 2:
            continue  # Sergey Sergey Shoigu
        before, previous = previous, word
        if word in _ARABIC_TAILS and out and out[-1].kind == CONTENT:
            if out[-1].text == "abdul":
                out[-1] = _token("abdullah", CONTENT, "", "latin", True).changed(source=f"{before} {word}")
            else:
                out[-1] = _token(before + _ARABIC_TAILS[word], CONTENT, "", "arabic", True)
            continue
        if word in people.RELIGION and _join_religion(word, out):
            continue
        if word in people.GOD and out and out[-1].text == "abdul":
            out[-1] = _token("abdullah", CONTENT, "", "latin", True).changed(source=f"{out[-1].source} {word}")
            continue
        read = _person_word(word)
        if read.particle is not None and several and (out or word != "ben"):
            out.append(read.particle)
        else:
            out.extend(read.tokens)
    if not any(t.kind == CONTENT for t in out):
        out = [_token(t.source, CONTENT, "", t.script, True) if t.kind == PARTICLE else t for t in out]
    if people.korean([t.text if t.kind == CONTENT and t.script == "latin" else "" for t in out]):
        out = [_korean(t) for t in out]
    return out


class _PersonWord(NamedTuple):
    """A word of a person's name: what it is by itself, and the particle or title that it is beside other words."""

    tokens: tuple[Token, ...]
    particle: Token | None


@lru_cache(maxsize=32768)
def _person_word(word: str) -> _PersonWord:
    table = vocabulary().small
    script = _script(word)
    found = table.get(word)
    particle = None
    if found is not None:
        particle = _token(word, PARTICLE, found.concept, script, True)
    tokens: list[Token] = []
    if len(word) == 1 and script not in ("han", "kana", "hangul"):
        tokens.append(_token(word, INITIAL, "", script, True))
    elif script == "arabic":
        tokens.extend(_arabic(word, True))
    elif script == "kana":
        known = kana_names().get(word)
        servant = _SERVANT_KANA.match(word)
        if known is not None:
            tokens.extend(_latin_person(known))
        elif servant and len(word) - servant.end() >= 2:
            tokens.append(_token("abdul", CONTENT, "", "latin", True))
            tokens.append(_token(word[servant.end() :], CONTENT, "", "kana", True))
        else:
            tokens.append(_token(word, CONTENT, "", "kana", True))
    elif script == "mixed":
        pieces = [p for p in _RUN.findall(word) if p not in table]
        tokens.extend([_token(piece, CONTENT, "", _script(piece), True) for piece in pieces])
    elif script == "latin":
        tokens.extend(_latin_person(word))
    else:
        tokens.append(_token(word, CONTENT, "", script, True))
    return _PersonWord(tuple(tokens), particle)


#: "Servant of …": Abd al-Rahman, Abdul Rahman, Abdurrahman, عبدالرحمن are written in one, two or three words.
_SERVANT = re.compile(
    r"^(?:abd|abed|abid|abdou|abdu|abdo|abde|abdi)(?:e?l|u?l|al|il|oul|ul|ur|us|ush|un|ad|ar|as|ol|or)?(?=[^aeiou])"
)
_SERVANT_WORDS = frozenset(
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
_SERVANT_KANA = re.compile(r"^アブド[ゥル]?[ルッァ]?|^アブデル")


def _join_religion(word: str, out: list[Token]) -> bool:
    """Badr al-Din is written in one word as well: Badruddin, Badreddine."""
    at = len(out) - 1
    while at >= 0 and out[at].kind == PARTICLE and out[at].concept == "al":
        at -= 1
    if at < 0 or at == len(out) - 1 or out[at].kind != CONTENT or out[at].script != "latin" or out[at].text == "abdul":
        return False
    head = out[at]
    out[at:] = [_token(head.text + "uddin", CONTENT, "", "latin", True).changed(source=f"{head.source} {word}")]
    return True


def _latin_person(word: str) -> list[Token]:
    plain = people.one_tail(word)
    if plain != word:
        return [_token(plain, CONTENT, "", "latin", True).changed(source=word)]
    if word.startswith("ab"):
        if word in _SERVANT_WORDS:
            return [_token("abdul", CONTENT, "", "latin", True).changed(source=word)]
        if len(word) >= 8 and not word.startswith(("abdulla", "abdala", "abdalla", "abdella")):
            found = _SERVANT.match(word)
            if found and len(word) - found.end() >= 3:
                return [
                    _token("abdul", CONTENT, "", "latin", True),
                    _token(word[found.end() :], CONTENT, "", "latin", True),
                ]
    if word[:2] in ("al", "el") and len(word) >= _WITH_ARTICLE and fold(word[2:]) in _common():
        # the article written on a name that is known without it: Alzahrani
        return [_token(word[:2], PARTICLE, "al", "latin", True), _token(word[2:], CONTENT, "", "latin", True)]
    # remembered by _person_word
    return [_new_token(word, CONTENT, "", "latin", True)]


#: Shorter words begin so by chance (Alina).
_WITH_ARTICLE = 7
#: Latin writes these with the word before: Aminullah, Jalaluddin.
_ARABIC_TAILS = {"الله": "الله", "اللہ": "الله", "الدين": "دين", "الدین": "دين"}


def _arabic(word: str, person: bool) -> list[Token]:
    """The article is written together with its word: الفتاح is al Fattah."""
    if person and word.startswith("عبد"):
        rest = word[3:].removeprefix("ال")
        servant = _token("abdul", CONTENT, "", "latin", True)
        if rest in ("له", "الله", "لله"):
            return [_token("abdullah", CONTENT, "", "latin", True).changed(source=word)]
        if not rest:
            return [servant]
        if len(rest) >= 3:
            return [servant, _token(rest, CONTENT, "", "arabic", True)]
    if person and word.startswith("محمد") and len(word) >= 7 and word[4] not in "ايی":
        # written together with the name that follows: محمدحسین
        return [_token(word[:4], CONTENT, "", "arabic", True), *_arabic(word[4:], True)]
    if word.startswith("ال") and len(word) >= 4 and word != "الله":
        return [_token("ال", PARTICLE, "al", "arabic", person), _token(word[2:], CONTENT, "", "arabic", person)]
    return [_token(word, CONTENT, "", "arabic", person)]


def _organisation_words(words: list[str]) -> list[Token]:
    table = vocabulary()
    words = _spelled([word if word.isascii() else KANA_LETTERS.get(word, word) for word in words])
    out: list[Token] = []
    at = 0
    while at < len(words):
        word = words[at]
        taken = 0
        read = _organisation_word(word)
        for length in range(min(read.longest, len(words) - at), 1, -1):
            phrase = " ".join(words[at : at + length])
            found = table.phrases.get(phrase)
            if found is not None:
                out.extend(_of_word(found, phrase, "latin" if phrase.isascii() else read.script))
                taken = length
                break
        if not taken and read.longest_stem > 1:
            for length in range(min(read.longest_stem, len(words) - at), 1, -1):
                found = table.stem_phrases.get(" ".join(map(phrase_stem, words[at : at + length])))
                if found is not None:
                    out.extend(_of_word(found, " ".join(words[at : at + length]), read.script))
                    taken = length
                    break
        if taken:
            at += taken
            continue
        at += 1
        if read.script in ("han", "kana", "hangul", "mixed"):
            out.extend(_cut(word))
        elif word == "i" and out and at < len(words) and not _is_legal(words[at]):
            pass  # Lashkar-i-Jhangvi: "of" in Persian, "and" in Slavic; the first of a row stands last (Trust I)
        else:
            out.extend(read.following if out or (word in _ARTICLES and at < len(words)) else read.leading)
    return _numbers(out)


#: The Arabic article and the Spanish one begin a name as they stand inside it; alone they are a name.
_ARTICLES = frozenset(["al", "el"])


def _is_legal(word: str) -> bool:
    found = vocabulary().words.get(word)
    return found is not None and found.kind == "legal"


class _OrganisationWord(NamedTuple):
    """A word of an organisation's name: of how many words the longest phrase is that begins with it, as it stands and
    stemmed, and what it is at the head of a name and behind other words."""

    script: str
    longest: int
    longest_stem: int
    leading: Sequence[Token]
    following: Sequence[Token]


@lru_cache(maxsize=32768)
def _organisation_word(word: str) -> _OrganisationWord:
    table, script = vocabulary(), _script(word)
    stemmed = len(word) >= _FOLDED and script in ("latin", "cyrillic")
    longest_stem = table.stem_starts.get(phrase_stem(word), 0) if stemmed else 0
    leading: Sequence[Token] = ()
    following: Sequence[Token] = ()
    if script not in ("han", "kana", "hangul", "mixed"):
        leading = following = _plain_word(word, script, False)
        if word in table.words:
            # a particle, a title, a number or a legal form is none at the head of a name
            following = _plain_word(word, script, True)
    return _OrganisationWord(script, table.starts.get(word, 0), longest_stem, leading, following)


def _spelled(words: list[str]) -> list[str]:
    """Single letters in a row are one word: ``l x c aviation``."""
    if not any(len(w) == 1 for w in words):
        return words
    out: list[str] = []
    run = ""
    for word in words:
        if len(word) == 1 and word.isalpha() and script_of(word) in ("latin", "cyrillic"):
            run += word
            continue
        if run:
            out.append(run)
            run = ""
        out.append(word)
    if run:
        out.append(run)
    return out


def _plain_word(word: str, script: str, follows: bool) -> Sequence[Token]:
    table = vocabulary().words
    if not word.isalpha():
        number = _NUMBERED.match(word) or _ORDINAL.match(word)
        if number:
            return [_token(number.group(1).lstrip("0") or "0", NUMBER, "", "latin", False)]
    found = table.get(word)
    if found is not None:
        if found.kind == "stop":
            return []
        if (
            (found.kind == "number" and len(word) < 3 and not (follows and word in _ROMAN | {"v", "x", "i"}))
            or (found.kind in ("particle", "title") and not follows)
            or (
                found.kind == "legal"
                and len(word) <= 2
                and not follows
                and script == "latin"
                and word not in ("ao", "oo", "pt")
            )
        ):
            found = None
    if found is None and len(word) >= _FOLDED and script in ("latin", "cyrillic"):
        found = _folds().get(fold(romanise(word, script))) or _stemmed(word)
    if found is None and len(word) >= _SLIPPED and script == "latin":
        found = _slipped(word)
    if found is not None:
        return _of_word(found, word, script)
    if script == "arabic":
        known = vocabulary().arabic.get(plain_arabic(word))
        return _of_word(known, word, script) if known else _arabic(word, False)
    if word[-1:].isdigit() and word[0].isalpha():
        letters = word.rstrip("0123456789")
        return [_token(letters, CONTENT, "", script, False), _token(word[len(letters) :], NUMBER, "", "latin", False)]
    return [_token(word, CONTENT, "", script, False)]


#: From this length on, one slip in a legal form or a word of trade is seen through: Aktiengeselschaft.
_SLIPPED = 9


#: From this length on, a word of trade or a town is known in each of its spellings: Tulsky, Tulskii, Тульский.
_FOLDED = 6


@cache
def _folds() -> dict[str, Word]:
    return {
        fold(form): word
        for form, word in vocabulary().words.items()
        if len(form) >= _FOLDED and form.isascii() and word.kind in ("place", "generic", "topic")
    }


def _stemmed(word: str) -> Word | None:
    """A Russian word by its stem; an adjective of a place (Саратовский) by the place."""
    stems = vocabulary().stems
    short = stem(word) if word.isascii() else stem(word, CYRILLIC_STEM)
    found = stems.get(short)
    if found is None and short.endswith("sk"):
        found = stems.get(short[:-2])
        if found is not None and found.kind != "place":
            return None
    return found


@cache
def _slips() -> dict[str, Word]:
    table: dict[str, Word] = {}
    for form, word in vocabulary().words.items():
        if len(form) >= _SLIPPED and form.isascii() and word.kind in ("legal", "generic", "topic"):
            for at in range(len(form)):
                table.setdefault(form[:at] + form[at + 1 :], word)
    return table


def _slipped(word: str) -> Word | None:
    table = _slips()
    if word in table:
        return table[word]
    for at in range(1, len(word)):
        shorter = word[:at] + word[at + 1 :]
        if shorter in table or shorter in vocabulary().words:
            return table.get(shorter) or vocabulary().words[shorter]
    return None


def _of_word(found: Word, word: str, script: str) -> list[Token]:
    if found.kind == "stop":
        return []
    if found.kind == "number":
        return [_token(found.concept, NUMBER, "", "latin", False)]
    if "+" in found.concept:
        return [part.changed(script=script, source=word) for part in _parts(found)]
    return [_token(word, _KIND[found.kind], found.concept, script, False)]


def _parts(word: Word) -> list[Token]:
    """A word that says two things, as two: ``legal.`` before a legal form."""
    out = []
    for concept in word.concept.split("+"):
        family, _, name = concept.partition(".")
        kind, meant = (LEGAL, name) if family == "legal" else (_KIND[word.kind], concept)
        out.append(_token(name, kind, meant, "latin", False))
    return out


def _numbers(tokens: list[Token]) -> list[Token]:
    """``forty four`` is 44."""
    if sum([token.kind == NUMBER for token in tokens]) < 2:
        return tokens
    out: list[Token] = []
    for token in tokens:
        last = out[-1] if out else None
        if (
            last is not None
            and token.kind == NUMBER == last.kind
            and len(token.text) == 1
            and last.text in {"20", "30", "40", "50", "60", "70", "80", "90"}
            and last.source == last.text
        ):
            out[-1] = _token(str(int(last.text) + int(token.text)), NUMBER, "", "latin", False)
        else:
            out.append(token)
    return out


def _script(word: str) -> str:
    if word.isascii():
        return "latin"
    found = {script_of(c) for c in word if c.isalpha() or c in "ー々"}
    if len(found) == 1:
        return found.pop()
    found.discard("latin")
    if found & {"han", "kana", "hangul"}:
        return "mixed"
    return next(iter(sorted(found)), "latin")


_RUN = re.compile(r"[ァ-ヿー゠]+|[ぁ-ゟ]+|[a-z0-9]+|[^ァ-ヿー゠ぁ-ゟa-z0-9]+")


def _cut(word: str) -> list[Token]:
    """A word of Japanese, Chinese or Korean cut into the vocabulary's words and what is left between them."""
    out: list[Token] = []
    table = vocabulary()
    for piece in _RUN.findall(word):
        first = piece[0]
        if first.isascii():
            read = _organisation_word(piece)
            out.extend(read.following if out else read.leading)
            continue
        script = script_of(first)
        if script == "kana":
            if named := kana.letters(piece):
                read = _organisation_word(named)
                out.extend(read.following if out else read.leading)
                continue
            for part in [piece] if piece in table.glued else kana.split(piece, table.glued):
                found = table.glued.get(part)
                out.extend(_of_word(found, part, "kana") if found else [_token(part, CONTENT, "", "kana", False)])
            continue
        rest = ""
        at = 0
        while at < len(piece):
            found = None
            for length in range(min(table.glued_longest, len(piece) - at), 0, -1):
                found = table.glued.get(piece[at : at + length])
                if found is not None and (length > 1 or _stands_alone(piece, at, rest)):
                    break
                found = None
            if found is None:
                rest += piece[at]
                at += 1
                continue
            if rest:
                out.append(_token(rest, CONTENT, "", script_of(rest[0]), False))
                rest = ""
            out.extend(_of_word(found, piece[at : at + length], script))
            at += length
        if rest and any(c.isalpha() for c in rest):
            out.append(_token(rest, CONTENT, "", script_of(rest[0]), False))
    return out


def _stands_alone(piece: str, at: int, rest: str) -> bool:
    """Whether one character is a word of its own: at the end (兵器廠), or before a word that is known (新石油); not the
    head of a name (海润)."""
    if at + 1 == len(piece):
        return len(rest) != 1
    if rest:
        return False
    glued = vocabulary().glued
    return any(piece[at + 1 : stop] in glued for stop in range(at + 3, min(len(piece), at + 9) + 1))


# -- names in Han and Hangul ---------------------------------------------------------------------------------


def _latin_tokens(parts: tuple[str, ...], source: str, person: bool) -> list[Token]:
    return [_token(p, CONTENT, "", "latin", person).changed(source=source, script="han") for p in parts]


def _han_person(text: str, person: bool, notes: tuple[str, ...]) -> tuple[Parsed, ...]:
    whole = "".join(c for c in text if c.isalpha())
    characters = tuple(whole)
    pieces = text.split()
    readings: list[tuple[str, ...]] = []
    if len(pieces) > 1:
        # the family name stands apart, and may come last
        readings.append(tuple("".join(map(han.pinyin, p)) for p in pieces))
        orders = [whole, "".join([pieces[-1], *pieces[:-1]])]
    else:
        readings.append(han.chinese(whole))
        orders = [whole]
    for order in orders:
        readings.extend(han.japanese(order))
    if not person:
        tokens = _words(text, False)
        if any(t.kind != CONTENT for t in tokens):
            return (_finish(tokens, False, notes, characters),)
    unique = list(dict.fromkeys(r for r in readings if r))[:8]
    return tuple(_finish(_latin_tokens(r, whole, person), person, notes, characters) for r in unique) or (
        _finish(_words(text, person), person, notes, characters),
    )


def _hangul_person(text: str, person: bool, notes: tuple[str, ...]) -> tuple[Parsed, ...]:
    pieces = text.split()
    whole = "".join(pieces)
    characters = tuple(whole)
    if not person:
        tokens = _words(text, False)
        if any(t.kind != CONTENT for t in tokens):
            return (_finish(tokens, False, notes, characters),)
    if len(pieces) > 1:
        family, given = (pieces[-1], "".join(pieces[:-1])) if len(pieces[0]) > 1 else (pieces[0], "".join(pieces[1:]))
    else:
        family, given = whole[:1], whole[1:]
    names = HANGUL_FAMILY.get(family) or ("".join(hangul_syllables(family)),)
    syllables = hangul_syllables(given)
    out = []
    for name in names:
        parts = [name, "".join(syllables)] if syllables else [name]
        tokens = [_token(part, CONTENT, "", "latin", person) for part in parts]
        out.append(
            _finish(
                [
                    t.changed(
                        script="hangul",
                        source=text,
                        fold=fold(t.text.replace("j", "z")),
                        nick=frozenset(["=" + korean_fold(t.text)]),
                    )
                    for t in tokens
                ],
                person,
                notes,
                characters,
            )
        )
    return tuple(out)
