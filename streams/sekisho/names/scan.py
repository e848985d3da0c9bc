"""Names inside free text: found by the word of each name that says most, then held word by word against what is around.

Everything that a name says must stand there, close together, in any order. What is around it lends no support, so a name
of one word counts only where the word is nobody's but its own, and a name of ordinary words only as it is written. A vessel's
name of one word counts where the text says that it is a vessel's (MV, tanker).

A name in another spelling is found by two words of its own that stand close together, whatever they are alike to; everyday
words are none. The matcher says whether it is one.

A number that the text calls an IMO number, an INN and the like decides by itself where it is valid, as a party's does.
"""

# ruff: noqa: SIM905 - words read better as a text
from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import OSA

from sekisho.model import EntryKey
from sekisho.names.candidates import within
from sekisho.names.identifiers import in_text
from sekisho.names.parse import words_of
from sekisho.names.phrases import Phrases, naming
from sekisho.names.segment import PAIRED, Record, Segment
from sekisho.names.similar import word_similarity
from sekisho.names.text import clean
from sekisho.names.tokens import CONTENT, GENERIC, LEGAL, NUMBER, PARTICLE, PLACE, Token
from sekisho.names.types import EntityMatch, Query
from sekisho.names.words import family, ordinary

if TYPE_CHECKING:
    from sekisho.names.index import NameIndex

#: Characters of a text that are read.
READ: Final = 70_000
#: Words are looked at in pieces; they overlap by as much as a long name has words.
_PIECE: Final = 48
_OVERLAP: Final = 12
#: What the matcher must say of the words that were met, and where a name lacks a word of its own (a patronymic).
SURE: Final = 0.8
_LACKING: Final = 0.85
#: From here on the text has the name as the list writes it, people's common names among them.
_THE_SAME: Final = 0.98
#: The words of a name that a text must hold.
_NAMING: Final = frozenset([CONTENT, GENERIC, PLACE, NUMBER])
#: How alike a word with a slip must be, and how much longer or shorter it may be by slips.
_SLIPPED: Final = 0.79
_SLIPS: Final = 2
_OTHER_LENGTHS: Final = range(-_SLIPS, _SLIPS + 1)
#: Words between the words of one name: particles, a legal form, an initial.
_BETWEEN: Final = 2
#: A single word names an organisation only from this length on, and a word with a slip is still the same.
_SINGLE: Final = 5
#: Bearers whose single names are words of everyday texts.
_NO_WORD_OF_THEIR_OWN: Final = frozenset(["Vessel", "Aircraft", "Person"])
#: What a word weighs that few names have; and how many ordinary words name an organisation in whatever order and language.
_RARE: Final = 0.9
_MANY: Final = 3
#: Two ordinary words name an organisation by themselves from this many letters on.
_LONG: Final = 22
#: Bodies of which a place has one, and the families of what is a state's or fights.
_TWO: Final = 2
_BODIES: Final = frozenset(
    "finance.bank finance.insurance ship.port ship.shipyard ship.shipping transport.railway aviation.air aviation.airline learn.university "
    "learn.polytechnic trade.exchange info.telecom bureau.kb plant.plant oil.refinery control.prison control.police control.guard drug".split()
)
_STATE: Final = frozenset(["state", "defence"])
_DIRECTIONS: Final = frozenset(["north", "south", "east", "west", "orient"])
_WORDS: Final = re.compile(r"\w+")
#: What stands before a vessel's name, beside the words for a ship: motor vessel, motor tanker, steamship, теплоход.
_SHIP: Final = "ship.ship"
_SHIPS: Final = frozenset(["mv", "mt", "ss", "vsl", "tanker", "tkh"])
#: Records that one word of a text may lead to; a word that leads to more names nobody by itself.
_LEADS: Final = 400
#: How alike two words that lead to a name must be together, and each word that is taken for one of its.
BOTH: Final = 1.6
_ALIKE: Final = 0.75
#: Letters of a word, at least, for which a text is read as people's names are.
_PERSONS_WORD: Final = 4
#: Words that stand in a row, the letters of a name, at most; and those letters, at least.
_IN_A_ROW: Final = 6
_LETTERS_IN_A_ROW: Final = 8
_IN_ROWS: Final = frozenset([CONTENT, GENERIC, PLACE, PARTICLE])
#: Scripts whose characters are words by themselves, many of one sound.
_SYLLABLES: Final = frozenset(["han", "hangul", "kana"])
#: Records that the words of one passage may lead to, the most promising first, as persons and as organisations.
_PROMISING: Final = 12


def scan(index: NameIndex, text: str, limit: int) -> list[EntityMatch]:
    """The entries whose names stand in ``text``, best first."""
    best: dict[EntryKey, EntityMatch] = {}
    text = text[:READ]
    for segment, phrases in zip(index._segments, index.phrases, strict=True):
        # names that are found as they are written need not be looked for further down
        found: set[int] = set()
        for record, window, least in _met(segment, phrases, text, found):
            if _keep(index, record, window, least, best):
                found.add(id(record))
    for scheme, value in in_text(text):
        best.update((match.entity.key, match) for match in index.by_identifier(scheme, value))
    return sorted(best.values(), key=lambda m: (-m.score, m.entity.key))[:limit]


def _keep(index: NameIndex, record: Record, window: str, least: float, best: dict[EntryKey, EntityMatch]) -> bool:
    """The matcher has the last word on what was met, and gives the numbers and the evidence. Whether all who bear the name are
    found, quite as they are called."""
    wanted = {entity.key: entity for entity, name in record.bearers if name.kind != "weak_alias"}
    for match in index.search(Query(window), 20):
        key = match.entity.key
        if key not in wanted or match.name_score < least or match.matched_name.kind == "weak_alias":
            continue
        old = best.get(key)
        if old is None or old.score < match.score:
            best[key] = match
    return all(key in best and best[key].score >= _THE_SAME for key in wanted)


def _met(segment: Segment, phrases: Phrases, text: str, found: set[int]) -> Iterable[tuple[Record, str, float]]:
    """Records whose name stands in the text, with the words that say it, and what the matcher must say of them; none that is
    ``found`` meanwhile."""
    for record, name in phrases.inside(text):
        yield record, name, SURE
    words = text.split()
    for start in range(0, len(words), _PIECE - _OVERLAP):
        piece = clean(" ".join(words[start : start + _PIECE])).text
        tokens = words_of(piece, False)
        yield from _met_among(segment, phrases, piece, tokens, found, False)
        if people := people_of(piece, tokens):
            yield from _met_among(segment, phrases, piece, people, found, True)
        if start + _PIECE >= len(words):
            break


def people_of(piece: str, tokens: list[Token]) -> list[Token]:
    """The words of a piece as people's names have them, where a word is read otherwise there: Abdulrahman is two words, عبد الله
    and هدايت الله are one, Alharbi is Harbi. Empty where ``tokens``, the words of organisations' names, say the same, and where it is
    characters alone that are read otherwise: in a sentence of them (四　長さが) their sounds are many a name."""
    people = words_of(piece, True)
    said = {token.fold for token in tokens}
    common = ordinary()
    for token in people:
        # small words and numbers, which organisations' names leave out or write otherwise, are no names
        fold = token.fold
        if (
            token.kind == CONTENT
            and len(fold) >= _PERSONS_WORD
            and token.script not in _SYLLABLES
            and fold not in said
            and fold not in common
            and fold.isalpha()
        ):
            return people
    return []


def _met_among(
    segment: Segment, phrases: Phrases, piece: str, tokens: list[Token], found: set[int], people: bool
) -> Iterable[tuple[Record, str, float]]:
    """The same among the words of a piece; ``people``: names of persons alone."""
    said = {token.fold for token in tokens} | {token.concept for token in tokens if token.concept}
    common = ordinary()
    slipped = {len(t.fold) + more for t in tokens if _may_slip(t) and t.fold not in common for more in _OTHER_LENGTHS}
    for at, token in enumerate(tokens):
        if token.kind not in _NAMING:
            continue
        for number, record in enumerate(phrases.at(token)):
            if number == _LEADS:
                break
            if id(record) in found or (people and not record.parsed.person):
                continue
            if (met := _window(record, tokens, said, slipped, at, piece, people)) is not None:
                yield record, *met
    for passage in passages(tokens):
        for record in within(segment, [tokens[at] for at in passage], BOTH, _PROMISING):
            if id(record) in found or (people and not record.parsed.person):
                continue
            if (met := _passage(record, tokens, passage, piece, people)) is not None:
                yield record, *met
    if not people:
        for record, row in in_a_row(segment, tokens):
            if id(record) not in found:
                yield record, _as_said(row, piece), SURE


def _window(
    record: Record, tokens: list[Token], said_here: set[str], slipped: set[int], at: int, piece: str, people: bool
) -> tuple[str, float] | None:
    """The words around ``at`` that say the whole name, and how alike they must be; None if they do not say it, or could as
    well be ordinary words.

    ``said_here`` are the spellings and meanings of all words of the piece, and ``slipped`` the lengths of words that one of
    them may be with a slip: most names lack a word that no other can say.
    """
    for one in record.parsed.tokens:
        if (
            one.kind in _NAMING
            and one.fold not in said_here
            and (not one.concept or one.concept not in said_here)
            and not (len(one.fold) in slipped and _may_slip(one))
        ):
            return None
    wanted = naming(record.parsed.tokens)
    reach = _reach(record, wanted)
    low, high = max(0, at - reach), min(len(tokens), at + reach + 1)
    places = sorted(range(low, high), key=lambda place: abs(place - at))
    taken: list[int] = []
    exact = True
    for one in wanted:
        # the nearest word to the anchor that says it, each word once
        place = next((p for p in places if p not in taken and _same(one, tokens[p])), None)
        if place is None:
            return None
        taken.append(place)
        exact = exact and tokens[place].fold == one.fold
    if max(taken) - min(taken) + 1 > reach or (people and _in_one_word([tokens[place] for place in taken], piece)):
        return None
    said = _with_forms(tokens, min(taken), max(taken), low, high)
    forms = {token.concept for token in said if token.kind == LEGAL}
    in_order = taken == sorted(taken)
    before, after = tokens[: min(taken)], tokens[max(taken) + 1 :]
    led = bool(before) and not any(map(_is_own, wanted)) and _is_led(before[-1], tokens[min(taken)], piece)
    least = _says_enough(record, wanted, before, after, led=led, exact=exact, forms=forms, in_order=in_order)
    if not least and exact and in_order and not led and _is_a_body_there(wanted) and _stands_as_listed(record, piece):
        least = SURE
    if not least:
        return None
    if exact and in_order:
        # word for word: as the list writes it, for a phrase of several words has lost its spaces here
        return record.bearers[0][1].text, least
    return _as_said(said, piece), least


def _in_one_word(said: list[Token], piece: str) -> bool:
    """Whether they are one word of the text, which is a single name: Abdulhadi, محمدعلي."""
    sources = [token.source for token in said if token.text != "abdul"]
    return any(all(source in word for source in sources) for word in piece.split())


def _reach(record: Record, wanted: list[Token]) -> int:
    """Over how many words a name may reach: its own, its small words (bin, ould), and what may stand between."""
    return len(wanted) + sum([token.kind == PARTICLE for token in record.parsed.tokens]) + _BETWEEN


def _with_forms(tokens: list[Token], first: int, last: int, low: int, high: int) -> list[Token]:
    """The words from ``first`` to ``last``; a legal form beside a name belongs to it."""
    while first > low and tokens[first - 1].kind == LEGAL:
        first -= 1
    while last + 1 < high and tokens[last + 1].kind == LEGAL:
        last += 1
    return tokens[first : last + 1]


def _as_said(said: list[Token], piece: str) -> str:
    """What stood there; of a word that people's names have as two ("servant of") what it is read as."""
    return " ".join(
        token.source if token.source in piece else token.text
        for token in said
        if token.kind == CONTENT or token.source in piece
    )


# -- names in another spelling ----------------------------------------------------------------------------------------


def passages(tokens: list[Token]) -> Iterable[list[int]]:
    """Places of words that stand close together and are no everyday words, at most ``PAIRED``; the next overlap by half."""
    common = ordinary()
    run: list[int] = []
    for at, token in enumerate(tokens):
        # what digits stand in a word makes no difference (see ``nearness.Texts``)
        if token.kind != CONTENT or token.fold in common or not token.fold.isalpha():
            continue
        if run and at - run[-1] > _BETWEEN + 1:
            if len(run) > 1:
                yield run
            run = []
        elif len(run) == PAIRED:
            yield run
            run = run[PAIRED // 2 :]
        run.append(at)
    if len(run) > 1:
        yield run


def _passage(
    record: Record, tokens: list[Token], passage: list[int], piece: str, people: bool
) -> tuple[str, float] | None:
    """The words of a passage that may say the name, and how alike they must be; None where too little of it stands there."""
    wanted = naming(record.parsed.tokens)
    reach = _reach(record, wanted)
    low, high = max(0, passage[0] - reach), min(len(tokens), passage[-1] + reach + 1)
    own = set(passage)
    taken: list[int] = []
    met = lacking = 0
    for one in wanted:
        best, place = _ALIKE, -1
        for at in range(low, high):
            if at not in taken and (alike := word_similarity(tokens[at], one)) >= best and (alike > best or place < 0):
                best, place = alike, at
        if place >= 0:
            taken.append(place)
            met += place in own
        elif one.kind == NUMBER:
            return None
        elif one.kind == CONTENT:
            lacking += 1
    # two words of its own; it may lack fewer than it has
    if met < 2 or lacking >= met or max(taken) - min(taken) + 1 > reach:
        return None
    if people and _in_one_word([tokens[place] for place in taken], piece):
        return None
    said = _as_said(_with_forms(tokens, min(taken), max(taken), low, high), piece)
    return said, _LACKING if lacking else SURE


# -- names with their spaces elsewhere --------------------------------------------------------------------------------


def in_a_row(segment: Segment, tokens: list[Token]) -> Iterable[tuple[Record, list[Token]]]:
    """Names whose letters stand in a row, wherever their spaces are, with the words that they stand in: Chen Guoping is Chen Guo
    Ping, and Guoping Chen as well."""
    common = ordinary()
    run: list[Token] = []
    # for each word of the run, whether it is the name's own: a name of everyday words alone is found as it is written
    own: list[bool] = []
    for token in tokens:
        # a word with digits stands in no row, for texts are remembered without theirs (see ``passages``)
        if token.kind not in _IN_ROWS or token.script in _SYLLABLES or not token.text.isalpha():
            run, own = [], []
            continue
        run.append(token)
        own.append(token.kind == CONTENT and len(token.text) > 1 and token.fold not in common)
        if len(run) > _IN_A_ROW:
            del run[0], own[0]
        for start in range(len(run)):
            if not any(own[start:]):
                break
            row = run[start:]
            words = [one.text for one in row]
            orders = [words]
            if not all(own[start:]):
                if start and own[start - 1]:
                    continue  # a town and a word of trade end many names: Tran Lagos Marine is not LAGOSMARINE
            elif len(words) > 1:
                orders += [words[1:] + words[:1], words[-1:] + words[:-1]]
            for order in orders:
                text = "".join(order)
                if len(text) < _LETTERS_IN_A_ROW:
                    continue
                for at in segment.whole.get(hash(text)):
                    record = segment.records[at]
                    if text in (record.parsed.joined, record.parsed.letters) and _may_be_split(record, len(words)):
                        yield record, row


def _may_be_split(record: Record, words: int) -> bool:
    """Whether so many words may be a name in a row: one word is no person's name and no vessel's, nor are two that are one there;
    and what is one word on both sides stands as it is written."""
    wanted = len(naming(record.parsed.tokens))
    if record.parsed.person or {entity.schema for entity, _ in record.bearers} <= _NO_WORD_OF_THEIR_OWN:
        return words > 1 and wanted > 1
    return words > 1 or wanted > 1


# -- what says enough --------------------------------------------------------------------------------------------------


def _says_enough(
    record: Record,
    wanted: list[Token],
    before: list[Token],
    after: list[Token],
    *,
    led: bool,
    exact: bool,
    forms: set[str],
    in_order: bool,
) -> float:
    """What the matcher must say of the words that were met; nought where they could as well be other words.

    ``before`` and ``after`` is what stands around them; ``led``: the words before may be of the same name.
    """
    common = ordinary()
    own = [token for token in wanted if token.kind == CONTENT and token.fold not in common]
    same_form = not forms.isdisjoint(token.concept for token in record.parsed.tokens if token.kind == LEGAL)
    if len(wanted) == 1:
        (only,) = wanted
        schemas = {entity.schema for entity, _ in record.bearers}
        if "Vessel" in schemas and exact and _is_a_ship(before) and not (after and _is_own(after[0])):
            return SURE  # MV PIONEER GLORY is not PIONEER
        if record.parsed.person or schemas <= _NO_WORD_OF_THEIR_OWN:
            return 0.0
        if not own:
            # a word of trade ends many names: Durban Steel GmbH is not STEEL GmbH
            return SURE if exact and same_form and not (led and only.kind != CONTENT) else 0.0
        rare = len(only.fold) >= _SINGLE and only.weight >= _RARE
        return SURE if (exact and (forms or rare)) or (rare and same_form) else 0.0
    if len(own) >= 2 or (own and len(wanted) >= 3):
        return SURE
    if own:
        return SURE if exact or same_form else _LACKING if own[0].weight >= _RARE else 0.0
    # ordinary words: enough of them, and as they are written unless there are many
    enough = len(wanted) >= 3 or same_form or sum(len(token.fold) for token in wanted) >= _LONG
    if exact and in_order and enough:
        return SURE
    return _LACKING if len(wanted) >= _MANY and not led else 0.0


def _is_a_body_there(wanted: list[Token]) -> bool:
    """Whether a place and one other word name a body that is the only one: Bank of Moscow, Russian Railways; not the steel of a
    country, nor anything of the north."""
    return (
        len(wanted) == _TWO
        and any(token.kind == PLACE and token.concept not in _DIRECTIONS for token in wanted)
        and any(
            token.concept in _BODIES or family(token.concept) in _STATE for token in wanted if token.kind == GENERIC
        )
    )


def _stands_as_listed(record: Record, piece: str) -> bool:
    """Whether the text has the name word for word, small words too: a bank, Moscow is not Bank of Moscow."""
    words = f" {' '.join(_WORDS.findall(piece))} "
    return any(
        name.kind != "weak_alias" and f" {' '.join(_WORDS.findall(clean(name.text).text))} " in words
        for _, name in record.bearers
    )


def _is_led(before: Token, first: Token, piece: str) -> bool:
    """Whether the word before may be of one name with the first; not where a small word (of, for) stands between."""
    if not _is_own(before) and before.kind != PLACE:
        return False
    return re.search(f"{re.escape(before.source)}[^a-z0-9]{{1,3}}{re.escape(first.source)}", piece) is not None


def _is_a_ship(before: list[Token]) -> bool:
    """Whether the words before a name say that it is a vessel's; in ``500 mt`` they are tonnes."""
    if not before:
        return False
    word = before[-1]
    tonnes = word.text == "mt" and len(before) > 1 and before[-2].kind == NUMBER
    return word.concept == _SHIP or (word.text in _SHIPS and not tonnes)


def _is_own(token: Token) -> bool:
    """Whether a word beside a name may be of another: no single letter, and no everyday word."""
    return token.kind == CONTENT and len(token.fold) > 1 and token.fold not in ordinary()


def _may_slip(word: Token) -> bool:
    """Whether a word with a slip is still this one: not a short one, nor a number."""
    return word.kind != NUMBER and len(word.fold) >= _SINGLE


def _same(wanted: Token, said: Token) -> bool:
    if wanted.fold == said.fold or (wanted.concept and wanted.concept == said.concept):
        return True
    if abs(len(wanted.fold) - len(said.fold)) > _SLIPS or not _may_slip(wanted) or not _may_slip(said):
        return False
    if said.fold in ordinary():
        return False
    slips = OSA.distance(wanted.fold, said.fold, score_cutoff=_SLIPS)
    return slips <= 1 or (slips <= _SLIPS and wanted.key == said.key) or word_similarity(said, wanted) >= _SLIPPED
