"""Short names made of first letters: SMP is Severny Morskoy Put, and TsAGI the Central Aerohydrodynamic Institute.

Letters are taken as the name has them, and as its words would have them in Russian: lists give Russian bodies in English
and their customers call them by Russian letters (ЦАГИ, MAI, NIIP). A word made of two roots gives one letter or two
(aero-hydro: A or AG). Legal forms and small words give none.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from functools import cache, lru_cache
from typing import Final

from sekisho.names.parse import Parsed
from sekisho.names.romanise import romanise
from sekisho.names.tokens import CONTENT, GENERIC, LEGAL, NUMBER, PARTICLE, PLACE, Token
from sekisho.names.words import family, russian_forms, topics

#: An acronym has this many letters: fewer are anybody's, more are a word.
SHORTEST: Final = 3
LONGEST: Final = 8
#: Of so many letters there are fewer than names that they could be.
FEW: Final = 4
#: How alike an acronym and the words it stands for are.
FIVE_LETTERS: Final = 0.9
FEWER_LETTERS: Final = 0.87
#: Three or four letters are many bodies' (a listed ASOC is not every Al-Sayed Osaka Chemicals): they need another word
#: that meets, or words that all say what a body is (Moscow Aviation Institute), as such bodies go by their letters.
ANYBODYS: Final = 0.8
#: Roots that give a letter of their own inside a word, in Latin and in Russian letters.
_ROOTS: Final = re.compile(
    r"^(aero|hydro|gidro|electro|elektro|radio|avia|auto|avto|micro|mikro|petro|nefte|bio|geo|thermo|termo|teplo|photo|foto|opto|tele|machine|mashino|"
    r"sudo|pribor(?:o)?|аэро|гидро|электро|радио|авиа|авто|микро|нефте|био|гео|термо|тепло|фото|опто|теле|машино|судо|приборо)(?=\w{5})"
)
_ROOT_HEADS: Final = frozenset(re.findall(r"(?<=[(|])\w\w", _ROOTS.pattern))
#: Words of names, however they are written.
_NO_LETTERS: Final = frozenset(["abu", "bin", "ibn", "umm"])
_SMALL: Final = frozenset(["of", "and", "for", "the", "in", "de", "по"])
_WORDS: Final = re.compile(r"[^\W\d_]+")
#: Acronyms of one name that are made at most, in each language.
_MOST_SPELLINGS: Final = 4
#: Lists of words longer than this are no bodies that go by their letters.
_MOST_WORDS: Final = 9


_LETTERED: Final = frozenset([CONTENT, GENERIC, PLACE])
#: What an acronym may stand beside, and how many such words a name has at most.
_OWN: Final = frozenset([CONTENT, NUMBER])
_MOST_BESIDE: Final = 3
#: Letters of such an acronym at most, and words of a name that spells one out beside one or two others.
_LONGEST_BESIDE: Final = 6
_MOST_SPELLED: Final = 8
#: Scripts whose letters a name's acronym has.
_OWN_LETTERS: Final = frozenset(["latin", "cyrillic", "greek"])


def _written_out(token: Token) -> bool:
    return token.kind == LEGAL and token.concept in ("corp", "company") and len(token.text) > 4


def short(parsed: Parsed) -> str:
    """The acronym that a whole name is, in Latin letters; empty where it is none."""
    own = [token for token in parsed.tokens if token.kind not in (LEGAL, PARTICLE)]
    return own[0].text if len(own) == 1 and _may_be_short(own[0]) else ""


def spelled(parsed: Parsed, heads: Container[str] | None = None) -> set[str]:
    """All acronyms that a whole name may go by, in Latin letters: what an index files it under.

    ``heads``: the beginnings of those that come into question; None: all do.
    """
    if parsed.person:
        return set()
    own: list[Token] = []
    written_out = False
    for token in parsed.tokens:
        if token.kind in _LETTERED:
            own.append(token)
        elif _written_out(token):
            written_out = True
    found = _spellings(own, heads)
    others = len(own) - 1
    if others > 1:
        for at, token in enumerate(own):
            # a name that gives its acronym too: Naftiran Trading Services Co. (NTS) Limited; a word gives a letter or two
            if others <= len(token.text) <= 2 * others and _may_be_short(token):
                rest = own[:at] + own[at + 1 :]
                if _spells(token.text, rest):
                    found |= _spellings(rest, heads)
                    break
    if written_out:
        # a corporation or company gives its letter too: UAC, ОАК
        more = [token for token in parsed.tokens if token.kind in _LETTERED or _written_out(token)]
        found |= _spellings(more, heads)
    return found


def beside(parsed: Parsed) -> list[str]:
    """Each word of an organisation's name that may be an acronym, with each other word of its own: ``nvp protek``."""
    if parsed.person:
        return []
    words = [token for token in parsed.tokens if token.kind in _OWN]
    if not words or len(words) > _MOST_BESIDE:
        return []
    return [
        f"{one.text} {other.fold}"
        for one in parsed.tokens
        if len(one.text) <= _LONGEST_BESIDE and _may_be_short(one) and one.text not in _NO_LETTERS
        for other in words
        if other is not one
    ]


def spelled_beside(parsed: Parsed, heads: Container[str] | None = None) -> list[str]:
    """The same of a name that spells the acronym out, all but a word or two at its beginning or its end."""
    if parsed.person:
        return []
    words = [
        token
        for at, token in enumerate(parsed.tokens)
        if token.kind in _LETTERED or token.kind == NUMBER or (_written_out(token) and 0 < at < len(parsed.tokens) - 1)
    ]
    if not SHORTEST <= len(words) <= _MOST_SPELLED:
        return []
    splits = [(words[:1], words[1:]), (words[-1:], words[:-1])]
    if len(words) > SHORTEST + 1:
        splits += [(words[:2], words[2:]), (words[-2:], words[:-2])]
    elif len(words) == SHORTEST and not any(word.concept for word in words):
        # two words are three letters where one of them says what the body is (an institute: НИИ)
        return []
    return [
        f"{short} {other.fold}"
        for others, rest in splits
        if others[0].kind in _OWN or others[-1].kind in _OWN
        for short in _spellings(rest, heads)
        if len(short) <= _LONGEST_BESIDE
        for other in others
        if other.kind in _OWN
    ]


def meet(words: Sequence[Token], others: Sequence[Token]) -> tuple[Token, list[Token]] | None:
    """A word of ``words`` that is an acronym of ``others``, all of them or a run of them, with those."""
    if len(others) < 2 or not words:
        return None
    rest = [token for token in others if token.kind in _LETTERED or _written_out(token)]
    for word in words:
        if not _may_be_short(word) or word.text in _NO_LETTERS:
            continue
        text = word.text
        for start in range(len(rest) - 1):
            if text[0] in _firsts(rest[start]):
                for stop in range(min(len(rest), start + len(text)), start + 1, -1):
                    if _spells(text, rest[start:stop]):
                        return word, rest[start:stop]
    return None


def repeats(word: Token, name: Parsed, other: Parsed) -> bool:
    """Whether a word of ``name`` is the acronym of the rest of it or of the ``other`` name: it says nothing new."""
    if not _may_be_short(word):
        return False
    first = word.text[0]
    for rest in (
        [token for token in name.tokens if token is not word and token.kind in _LETTERED],
        [token for token in other.tokens if token.kind in _LETTERED],
    ):
        if len(rest) > 1 and first in _firsts(rest[0]) and _spells(word.text, rest):
            return True
    return False


def _spells(text: str, tokens: Sequence[Token]) -> bool:
    """Whether these words in order, each giving some of its letters, give the text: all in their language or in Russian."""
    if len(tokens) < 2 or text[0] not in _firsts(tokens[0]):
        return False
    for russian in (False, True):
        at = {0}
        for token in tokens if russian else _once(tokens):
            at = {place + len(o) for o in _options(token, russian) for place in at if text.startswith(o, place)}
            if not at:
                break
        if len(text) in at:
            return True
    return False


@lru_cache(maxsize=32768)
def _firsts(token: Token) -> str:
    """The letters that a word may give first."""
    return "".join({o[:1] for russian in (False, True) for o in _options(token, russian)})


def _options(token: Token, russian: bool) -> tuple[str, ...]:
    """What letters one word may give."""
    if token.concept or token.kind == LEGAL:
        return _all_options(token, russian)
    # most words: their first letter, and that of a second root
    word, script = token.source, token.script
    if not russian and script not in _OWN_LETTERS:
        return ()
    if len(word) > 1 and word[:2] not in _ROOT_HEADS and word not in _SMALL and word.isalpha():
        first = word[0] if word.isascii() else _first_letter(word[0], script)
        return (first,) if first else ()
    brief = long = ""
    for one in (word,) if word.isalpha() else _WORDS.findall(word):
        if len(one) > 1 and one in _SMALL:
            continue
        first = one[0] if one.isascii() else _first_letter(one[0], script)
        brief += first
        long += first
        if one[:2] in _ROOT_HEADS and (root := _ROOTS.match(one)):
            long += romanise(one[root.end()], "latin" if one[0].isascii() else script)
    return tuple([letters for letters in dict.fromkeys((brief, long)) if letters])


@lru_cache(maxsize=4096)
def _first_letter(letter: str, script: str) -> str:
    return romanise(letter, "latin" if letter.isascii() else script)


@lru_cache(maxsize=65536)
def _all_options(token: Token, russian: bool) -> tuple[str, ...]:
    found = dict.fromkeys(_letters(token, russian, inner, brief) for inner in (False, True) for brief in (False, True))
    return tuple(letters for letters in found if letters)


def likeness(word: Token, meant: Iterable[Token], supported: bool) -> float:
    """How alike a word and the words it stands for are; ``supported``: another word of the name's own meets too."""
    if len(word.text) > FEW:
        return FIVE_LETTERS
    return FEWER_LETTERS if supported or _is_a_body(meant) else ANYBODYS


def anybodys(word: Token, meant: Sequence[Token]) -> bool:
    """Whether so few letters stand for words that any firm may have: Basra Medical Imports is not every BMI. An institute or
    a corporation of a state goes by its letters (MAI, UAC), one that trades does not. What is translated says more than
    letters: 新石油会社 is NNK in Russian."""
    if len(word.text) >= FEW or any(token.script not in _OWN_LETTERS for token in meant):
        return False
    return not any(
        token.concept == "corp"
        if token.kind == LEGAL
        else token.concept == "finance.bank" or (token.kind == GENERIC and family(token.concept) in _BODIES)
        for token in meant
    )


#: What bodies are called that go by their letters.
_BODIES: Final = frozenset(["institute", "bureau", "plant", "research", "production", "center"])


def _is_a_body(meant: Iterable[Token]) -> bool:
    """Whether words say what a body is, and nothing of its own: an institute, a plant, a ministry; not what it trades in."""
    kinds = [(token.kind, token.concept) for token in meant]
    return all(kind != CONTENT for kind, _ in kinds) and any(
        kind in (GENERIC, LEGAL) and concept not in topics() for kind, concept in kinds
    )


def _may_be_short(token: Token) -> bool:
    return (
        token.kind in (CONTENT, GENERIC)
        and SHORTEST <= len(token.text) <= LONGEST
        and token.script in ("latin", "cyrillic")
    )


def _spellings(tokens: Sequence[Token], heads: Container[str] | None) -> set[str]:
    """The acronyms of these words in order; of words that give many, the first."""
    found: set[str] = set()
    if not 2 <= len(tokens) <= _MOST_WORDS:
        return found
    # words that are no concept and no legal form give the same letters in Russian
    other = concepts = False
    for token in tokens:
        if token.concept or token.kind == LEGAL:
            other = concepts = True
        elif token.script not in _OWN_LETTERS:
            other = True
    for russian in (False, True) if other else (False,):
        if len(tokens) < SHORTEST:
            most = 0
            for token in tokens:
                options = _options(token, russian)
                if options:
                    most += max([len(o) for o in options]) if len(options) > 1 else len(options[0])
            if most < SHORTEST:
                continue
        made = [""]
        for token in _once(tokens) if concepts and not russian else tokens:
            options = _options(token, russian)
            if options:
                made = [
                    head + o for head in made[:_MOST_SPELLINGS] for o in options if heads is None or head + o in heads
                ]
                if not made:
                    break
        found.update(short for short in made if SHORTEST <= len(short) <= LONGEST)
    return found


def _once(tokens: Sequence[Token]) -> list[Token]:
    """A word that says two things (ОКБ) is one word, where its own letters count."""
    return [
        token for at, token in enumerate(tokens) if not at or not token.concept or token.source != tokens[at - 1].source
    ]


def _letters(token: Token, russian: bool, inner: bool, abbreviated: bool) -> str:
    """What one word gives; ``abbreviated``: an institute gives the three letters of НИИ."""
    if token.kind == LEGAL and russian:
        return "k"  # корпорация, компания
    words, script = _WORDS.findall(token.source), token.script
    if not russian and script not in _OWN_LETTERS:
        return ""
    if russian and token.concept:
        long, brief = _russian(token.concept)
        if brief:
            # НИИ gives all its letters, or that of its last word: an institute
            words = list(brief) if abbreviated else [long[-1]]
        elif long:
            words = list(long)
        script = "cyrillic" if words and not words[0].isascii() else script
    out = []
    for word in words:
        if len(word) > 1 and word in _SMALL:
            continue
        out.append(romanise(word[0], "latin" if word[0].isascii() else script))
        if inner and (root := _ROOTS.match(word)):
            out.append(romanise(word[root.end()], "latin" if word[0].isascii() else script))
    return "".join(out)


@cache
def _russian(concept: str) -> tuple[tuple[str, ...], str]:
    """The words of a concept's first Russian form, and their first letters where they are a form of it too (НИИ)."""
    forms = russian_forms().get(concept, ())
    if not forms:
        return (), ""
    for form in forms:
        if " " in form and "".join(word[0] for word in form.split()) == forms[0]:
            return tuple(form.split()), forms[0]
    return tuple(forms[0].split()), ""
