"""Which names of a segment may score above the threshold (see ``index``)."""

from __future__ import annotations

from heapq import nsmallest
from itertools import pairwise
from operator import itemgetter
from typing import Final, cast

from rapidfuzz.distance import OSA

from sekisho.names import acronyms, quick, whole
from sekisho.names.lexicon import SERVANT, Lexicon, Sounds
from sekisho.names.lines import joined_key
from sekisho.names.pairing import LOOSE_JOINED
from sekisho.names.parse import Parsed
from sekisho.names.postings import HASH, MASK
from sekisho.names.score import CONFLICT, EXCESS_ORGANISATION, EXCESS_PERSON, PLACE_ALONE, THRESHOLD
from sekisho.names.segment import (
    ALONE,
    BONES,
    Record,
    Segment,
    character_keys,
    content,
    missed,
    pair_key,
    two_bones,
    weight_of,
)
from sekisho.names.similar import letters
from sekisho.names.sounds import fold, korean_fold, korean_kana, skeleton
from sekisho.names.tokens import CONTENT, GENERIC, INITIAL, LOOSE, NUMBER, PLACE, WEIGHTS, Token, token_of

#: Two words that both are but half alike carry no name.
_BOTH: Final = 1.5
#: A candidate is scored if its bound comes this near to the threshold.
_SLACK: Final = 0.06
_LEAST: Final = THRESHOLD - _SLACK
#: Words without a class in common may still be a little alike: what they cost of their weight, and where one is so long (a
#: patronymic) that it may be half alike and lead nowhere.
_SHARE: Final = 0.75
_LONG_SHARE: Final = 0.35
_LONG: Final = 11
#: What the whole name counts beside a key that a part of it gives.
_WHOLE_NAME: Final = 100
#: The place of "an initial met" among the words of a query.
_LETTER: Final = 16

#: Words that are remembered with the names that write them as two.
_REMEMBERED: Final = 20_000

#: More than any name weighs.
_NO_BOUND: Final = 1e9

#: Shorter words are not looked for as two.
_SPLIT: Final = 7
#: How such a word begins whose first letters changed places, but were "servant of".
_SLIPPED_SERVANT: Final = frozenset(
    [SERVANT[:at] + SERVANT[at + 1] + SERVANT[at] + SERVANT[at + 2 :] for at in range(4)]
)
#: Consonants of a word that is looked for as two by them, where kana does not tell its vowels.
_TWO_BONES: Final = 4
#: How alike two words together must be to one word of the other side.
_JOINED: Final = 0.8
#: Kinds of words of which two may be one elsewhere.
_JOINABLE: Final = frozenset([CONTENT, INITIAL])

#: How alike two whole names without spaces must be, and how many of them are taken.
_SLIPPED: Final = 1.0 - whole.SLIPS
_SPELLINGS: Final = 12

#: What a word of trade, and a place that is missed, weigh at most.
_BARE: Final = {GENERIC: 0.9, PLACE: 0.8 * PLACE_ALONE}
#: Scripts whose words are rarely one for another.
_WHOLE: Final = frozenset(["hangul", "han"])

_osa: Final = OSA.normalized_similarity

#: For each word of a query the sound classes it may belong to.
_Heard = list[Sounds | quick.Heard]
#: How alike, which word of the query, records whose word is at least so alike.
_PlainHits = list[tuple[float, int, list[int]]]
Hits = _PlainHits | quick.Hits


class Memory:
    """What the words of one query lead to, and its whole name: the same for a name read as a person's and as an
    organisation's, where it has no word of trade. One for the readings of one query in one segment."""

    __slots__ = ("wholes", "words")

    def __init__(self) -> None:
        self.words: list[tuple[list[Token], Hits]] = []
        self.wholes: dict[tuple[str, str, str], dict[int, int]] = {}


def candidates(
    segment: Segment, parsed: Parsed, person: bool, limit: int, memory: Memory | None = None
) -> list[Record]:
    """Records that may match, by what their words promise, at most ``limit``; ``memory`` spares a second look."""
    words = content(parsed) or list(parsed.tokens)
    own = sum([t.kind == CONTENT for t in words])
    lexicon = segment.lexicon
    heard = [lexicon.similar(t) for t in words]
    total = weight_of(parsed)
    if memory is None:
        memory = Memory()
    found: Hits | None = None
    for others, hits in memory.words:
        if _same(words, others):
            found = hits
            break
    if found is None:
        found = _words(segment, words, heard, own, total)
        memory.words.append((words, found))
    if person:
        found = _initials(segment, parsed, words, heard, found)
    texts = (parsed.joined, parsed.letters, parsed.written)
    wholes = memory.wholes.get(texts)
    if wholes is None:
        wholes = memory.wholes[texts] = _wholes(segment, parsed)
    # how many of these keys a record shares: characters that many names have (有限公司) must not crowd out the name itself
    promised: dict[int, float] = {**wholes}
    for text in _part_keys(segment, parsed, person):
        for at in segment.whole.get(hash(text)):
            promised[at] = promised.get(at, 0) + 1
    if own >= 2 or (own and parsed.written):
        for at, bound in _joins(segment, parsed, words, heard, total, person).items():
            promised[at] = promised.get(at, 0) + bound
    _splits(segment, words, heard, person, promised)
    return _ranked(segment, words, found, promised, total, limit, person) if found or promised else []


def _same(words: list[Token], others: list[Token]) -> bool:
    """Whether they lead to the same names."""
    if len(words) != len(others):
        return False
    for at, one in enumerate(words):
        two = others[at]
        if one is not two and (one.text != two.text or one.kind != two.kind or one.weight != two.weight):
            return False
    return True


def _part_keys(segment: Segment, parsed: Parsed, person: bool) -> list[str]:
    """Neighbouring characters, and acronyms."""
    keys = character_keys(parsed.characters) if parsed.characters else []
    if not person:
        if brief := acronyms.short(parsed):
            keys.append("=" + brief)
        keys += ["#" + letters for letters in acronyms.spelled(parsed, segment.brief_heads)]
        keys += beside_keys(segment, parsed)
    return keys


def beside_keys(segment: Segment, parsed: Parsed) -> list[str]:
    """An acronym beside a word of the name's own, for names that spell it out, and the other way round."""
    tokens = parsed.tokens
    keys: list[str] = []
    if len(tokens) < 2:
        return keys
    if not segment.spelled_out.isdisjoint([token.text for token in tokens]):
        keys += ["@" + text for text in acronyms.beside(parsed)]
    if len(tokens) > acronyms.SHORTEST:
        keys += ["&" + text for text in acronyms.spelled_beside(parsed, segment.beside_heads)]
    return keys


def _wholes(segment: Segment, parsed: Parsed) -> dict[int, int]:
    """Names that are the same or the same but for a slip, wherever their spaces are; with their legal forms, and without."""
    if segment.finder is not None:
        return segment.finder.wholes(
            parsed.joined,
            parsed.letters,
            parsed.written,
            whole.END,
            whole.END_IN_KANA,
            whole.SLIPS,
            whole.STEP,
            whole.CROWD,
            _SLIPPED,
            _SPELLINGS,
            _WHOLE_NAME,
        )
    promised: dict[int, int] = {}
    numbers: set[int] = set()
    for text in whole.spellings(parsed):
        for at in segment.whole.get(hash(text)):
            promised[at] = promised.get(at, 0) + _WHOLE_NAME
        whole.found(text, segment.whole, numbers)
    if not numbers:
        return promised
    found = sorted(numbers)
    for wanted, all_texts in (
        (parsed.joined, segment.joined),
        (parsed.letters, segment.all_letters),
        (parsed.written, segment.written),
    ):
        if wanted:
            near = quick.alike(wanted, all_texts, found, _SLIPPED)
            if len(near) > _SPELLINGS:
                near = nsmallest(_SPELLINGS, near, key=_most_alike)
            for at, _ in near:
                promised[at] = max(_WHOLE_NAME, promised.get(at, 0))
    return promised


def _most_alike(found: tuple[int, float]) -> tuple[float, int]:
    return -found[1], found[0]


def split_keys(token: Token) -> list[str]:
    """What names are filed under that write this word as two: by its spelling, also with a slip in "servant of" (bAdulwasea), in
    a script without their vowels by its consonants (عبدالرحمان, Abdul Rahman), and in kana as Korean syllables, each of which
    may end in the u that stands before the next (ム of スム, ムン)."""
    keys = ["+" + token.fold] if len(token.text) >= _SPLIT else []
    if token.text[:5] in _SLIPPED_SERVANT and keys:
        keys.append("+" + SERVANT + fold(token.text[5:]))
    by_bones = token.script == "kana" or (token.script in ("arabic", "hebrew") and len(token.skeleton) >= _TWO_BONES)
    if by_bones and (bones := two_bones(token.skeleton)):
        keys.append(bones)
    if token.script == "kana":
        keys.append("~" + korean_kana(token.text))
        if token.text.endswith("u"):
            keys.append("~" + korean_fold(token.text[:-1]))
    return keys


def _splits(segment: Segment, words: list[Token], heard: _Heard, person: bool, promised: dict[int, float]) -> None:
    """Names that write a long word of the query as two, where what else they share is enough."""
    share = total = 0.0
    known = segment.splits
    for i, token in enumerate(words):
        if len(token.text) < _SPLIT and token.script not in LOOSE:
            continue  # it has no keys
        found = known.get(token)
        if found is None:
            if len(known) >= _REMEMBERED:
                known.clear()
            found = known[token] = _written_as_two(segment, token)
        for at, weight in found:
            if at in promised:
                continue
            if not share:
                share, total = _share(words), sum([missed(word) for word in words], 0.0)
            # initials, on either side, may have met
            theirs = content(segment.records[at].parsed)
            classes = {segment.lexicon.class_of(word) for word in theirs}
            full = alike = token.weight
            rest = sum([missed(word) for word in theirs], 0.0) - weight
            for j, sound in enumerate(heard):
                if j != i:
                    for number, likeness in sound.classes:
                        if number in classes:
                            full += words[j].weight
                            alike += words[j].weight * likeness
                            rest -= words[j].weight
                            break
            if _bound(alike, full, total - full, rest, share, person) >= _LEAST:
                promised[at] = 1


def _written_as_two(segment: Segment, token: Token) -> list[tuple[int, float]]:
    """Records that have two neighbouring words which are this one, and what those weigh there."""
    text = token.text
    found: dict[int, float] = {}
    for key in split_keys(token):
        for at in segment.whole.get(hash(key)):
            for one, two in pairwise(segment.records[at].parsed.tokens):
                own = one.text + two.text
                if (
                    _osa(text, own, score_cutoff=_JOINED)
                    or "~" + korean_fold(own) == key
                    or (key[0] == BONES and _as_two(token, own, key))
                ):
                    found[at] = max(found.get(at, 0.0), one.weight + two.weight)
    return list(found.items())


def _as_two(token: Token, other: str, key: str) -> bool:
    """Whether a word in a script without its vowels is two words in Latin letters."""
    return (
        two_bones(skeleton(other)) == key
        and letters(token, token_of(other, CONTENT, "", "latin", False)) >= LOOSE_JOINED
    )


def _words(segment: Segment, words: list[Token], heard: _Heard, own: int, total: float) -> Hits:
    """Names that have two words of the query, or one that can carry a name."""
    # what two words may lose together: beyond it not even a name that has all the others reaches the bound
    room = total if own == len(words) else total + sum([t.weight - missed(t) for t in words if t.kind == PLACE])
    room = room * (1.0 - _LEAST) / (1.0 + (CONFLICT - 1.0) * _LEAST) + 1e-9
    if segment.finder is not None:
        weights, owns = [t.weight for t in words], [t.kind == CONTENT for t in words]
        return segment.finder.words(heard, weights, owns, total, room, _BOTH, ALONE)
    found: _PlainHits = []
    _pairs(segment, words, cast(list[Sounds], heard), own, room, _BOTH, found)
    for i, token in enumerate(words):
        if total - token.weight <= ALONE * token.weight:
            for number, alike in heard[i].classes:
                records = segment.alone.get(number)
                if records:
                    found.append((alike, i, records))
    return found


def within(segment: Segment, words: list[Token], both: float, limit: int) -> list[Record]:
    """Records that two of ``words`` may belong to, which together must be so alike; what else stands there costs them nothing.

    At most ``limit`` of persons and of organisations, by how much of the name is there. For passages of texts.
    """
    heard = [segment.lexicon.similar(word) for word in words]
    hits: Hits
    if segment.finder is not None:
        weights, owns = [word.weight for word in words], [True] * len(words)
        hits = segment.finder.words(heard, weights, owns, _NO_BOUND, _NO_BOUND, both, ALONE)
    else:
        hits = []
        _pairs(segment, words, cast(list[Sounds], heard), len(words), _NO_BOUND, both, hits)
    if not len(hits):
        return []
    return [one for person in (True, False) for one in _ranked(segment, words, hits, {}, 0.0, limit, person)]


def _pairs(
    segment: Segment,
    words: list[Token],
    heard: list[Sounds],
    own: int,
    room: float,
    both: float,
    found: _PlainHits,
) -> None:
    find, flags, down = segment.pairs.find, segment.pairs.flags, segment.pairs.down
    company = segment.company
    for i, (one, _, _, _) in enumerate(heard):
        if not one:
            continue
        weight, content_too = words[i].weight, words[i].kind == CONTENT or own <= 1
        for j in range(i + 1, len(heard)):
            two, _, bits, mask = heard[j]
            if not two or not (content_too or words[j].kind == CONTENT):
                continue
            weight_too = words[j].weight
            for a, alike in one:
                beside = company[a]
                if not beside & mask:
                    continue
                left = room - weight * (1.0 - alike)
                if left < 0.0:
                    break
                least = max(both - alike, 1.0 - left / weight_too)
                for (b, other), bit in zip(two, bits, strict=True):
                    if other < least:
                        break
                    if beside & bit:
                        place = (a << 24 | b if a < b else b << 24 | a) * HASH & MASK
                        at = place >> down
                        if flags[at >> 3] >> (at & 7) & 1:
                            records = find(place)
                            if records:
                                found.append((alike, i, records))
                                found.append((other, j, records))


def _initials(segment: Segment, parsed: Parsed, words: list[Token], heard: _Heard, hits: Hits) -> Hits:
    """With a family name beside an initial, on either side."""
    letters = {ord(t.text[0]) & 0x7F for t in parsed.tokens if t.kind == INITIAL}
    if not letters and len(words) > 3:
        return hits
    if segment.finder is not None:
        firsts = bytes([ord(t.text[0]) & 0x7F if t.text else 0x80 for t in words])
        return segment.finder.initials(hits, heard, bytes(letters), firsts)
    get, initialled = segment.letters.get, segment.initialled
    more = list(cast(_PlainHits, hits))
    for i, sound in enumerate(heard):
        if not letters and initialled.isdisjoint(sound.sure):
            continue
        others = {ord(t.text[0]) & 0x7F for at, t in enumerate(words) if at != i and t.text}
        for number, alike in sound.classes[: len(sound.sure)]:
            found = [at for letter in others for at in get(number << 8 | 0x80 | letter)] if number in initialled else []
            for letter in letters:
                found.extend(get(number << 8 | letter))
                found.extend(get(number << 8 | 0x80 | letter))
            if found:
                more.append((alike, i, found))
                more.append((1.0, _LETTER, found))
    return more


def joined_classes(lexicon: Lexicon, one: Token, two: Token) -> list[int]:
    """The classes of two words written as one. In kana a word of trade is cut off wherever it ends a name (プロムスヴャジ | バンク),
    and a single sign is no name, but a dot that slipped (ペ・ラマシュ)."""
    kana = one.script == two.script == "kana"
    if one.kind in _JOINABLE and two.kind in _JOINABLE and (not kana or (len(one.source) > 1 and len(two.source) > 1)):
        number = lexicon.together(one, two)
        return [] if number is None else [number]
    if kana and CONTENT in (one.kind, two.kind) and NUMBER not in (one.kind, two.kind):
        return [number for number, alike in lexicon.similar(_in_kana(one, two)).classes if alike >= LOOSE_JOINED]
    return []


def joined_pairs(parsed: Parsed, words: list[Token]) -> list[tuple[Token, Token]]:
    """Neighbours that may be one word elsewhere; of a person also a letter torn off (Sa'i,d)."""
    pairs = list(pairwise(words))
    # most names have no letter alone
    if parsed.person and len(parsed.tokens) > len(words):
        for one, two in pairwise(parsed.tokens):
            if (one.kind == INITIAL and two.kind == CONTENT) or (one.kind == CONTENT and two.kind == INITIAL):
                pairs.append((one, two))
    return pairs


def _joins(
    segment: Segment, parsed: Parsed, words: list[Token], heard: _Heard, total: float, person: bool
) -> dict[int, float]:
    """Words that the entry may write together, and what such an entry promises."""
    promised: dict[int, float] = {}
    share = 0.0
    for one, two in joined_pairs(parsed, words):
        for number in joined_classes(segment.lexicon, one, two):
            share = share or _share(words)
            # what else they share weighs, and how much of it is alike
            found: dict[int, tuple[float, float]] = {}
            for j, sound in enumerate(heard):
                if words[j] is not one and words[j] is not two:
                    best: dict[int, float] = {}
                    for b, alike in sound.classes:
                        for at in segment.pairs.get(pair_key(number, b)):
                            best.setdefault(at, alike)
                    for at, alike in best.items():
                        full, shared = found.get(at, (0.0, 0.0))
                        found[at] = (full + words[j].weight, shared + words[j].weight * alike)
            over = total - one.weight - two.weight
            if over <= 0.5:
                for at in segment.alone.get(number):
                    found.setdefault(at, (0.0, 0.0))
            for at, (full, shared) in found.items():
                record = segment.records[at]
                for token in record.parsed.tokens:
                    bound = _bound(
                        shared + token.weight,
                        full + token.weight,
                        over - full,
                        record.weight - full - token.weight,
                        share,
                        person,
                    )
                    if bound >= _LEAST and bound > promised.get(at, 0.0) and _as_one(one, two, token, person):
                        promised[at] = bound
    return promised


def weight_there(token: Token) -> float:
    """What a word weighs at most in an organisation's name where it is met, not quite the same. A rare one may look like a common
    one of ours, but for names of Korea and China; and a word of trade may be all that a name has."""
    return _BARE.get(token.kind, token.weight if token.script in _WHOLE else 1.0)


def _share(words: list[Token]) -> float:
    """What words cost of their weight that have no class in common with a name. Korean syllables have so few letters that they
    lead nowhere, a letter apart (Tong, Yong)."""
    if words[0].script == "hangul":
        return _LONG_SHARE
    return _LONG_SHARE if max([len(token.text) for token in words]) >= _LONG else _SHARE


def _bound(shared: float, whole: float, over1: float, over2: float, share: float, person: bool) -> float:
    """What a name scores at most that shares so much of its words, and each side so much more."""
    over1, over2 = max(0.0, over1), max(0.0, over2)
    both = min(over1, over2)
    lost = EXCESS_PERSON if person else EXCESS_ORGANISATION
    against = CONFLICT * (whole - shared + share * both) + lost * (over1 + over2 - 2 * both)
    return shared / (shared + against + 1e-9)


def _as_one(one: Token, two: Token, other: Token, person: bool) -> bool:
    """Whether two words are one word of another name. The same class is not yet the same word: Chen Zhong, Song Song."""
    text = one.text + two.text
    if _osa(text, other.text, score_cutoff=_JOINED):
        return True
    # people's in other vowels too: Abu Zaid, Abouzid
    if (
        person
        and not {one.script, other.script} & _WHOLE
        and other.key == joined_key(one, two)
        and letters(token_of(text, CONTENT, "", "latin", False), other) >= _JOINED
    ):
        return True
    return (
        one.script == two.script == "kana"
        and other.script not in LOOSE
        and letters(_in_kana(one, two), other) >= LOOSE_JOINED
    )


def _in_kana(one: Token, two: Token) -> Token:
    return token_of(one.source + two.source, CONTENT, "", "kana", False)


def _ranked(
    segment: Segment,
    words: list[Token],
    hits: Hits,
    promised: dict[int, float],
    total: float,
    limit: int,
    person: bool,
) -> list[Record]:
    """Those whose shared weight can reach the threshold, most promising first."""
    lost, share = EXCESS_PERSON if person else EXCESS_ORGANISATION, _share(words) if words else _SHARE
    weights = same = near = [t.weight for t in words]
    if not person:
        same = [_BARE.get(t.kind, 1.0 if t.script in LOOSE else t.weight) for t in words]
        near = [weight_there(t) for t in words]
    records = segment.records
    if segment.finder is not None:
        best_first = segment.finder.ranked(
            hits,
            promised,
            weights,
            same,
            near,
            WEIGHTS[INITIAL],
            total,
            person,
            limit,
            share,
            CONFLICT,
            lost,
            _LEAST,
        )
        return [records[at] for at in best_first]
    # word by word, the least alike first: what is more alike overwrites it, without a look at each record
    best: list[dict[int, float]] = [{} for _ in range(_LETTER + 1)]
    for alike, word, numbers in sorted(cast(_PlainHits, hits), key=_by_likeness):
        best[word].update(dict.fromkeys(numbers, alike))
    met: dict[int, float] = {}
    full: dict[int, float] = {}
    theirs: dict[int, float] = {}
    for word, alikes in enumerate(best):
        if not alikes:
            continue
        weight = weights[word] if word < len(words) else WEIGHTS[INITIAL]
        as_same, as_near = (same[word], near[word]) if word < len(words) else (weight, weight)
        for at, alike in alikes.items():
            if at in met:
                met[at] += weight * alike
                full[at] += weight
                theirs[at] += as_near if alike < 1.0 else as_same
            else:
                met[at] = weight * alike
                full[at] = weight
                theirs[at] = as_near if alike < 1.0 else as_same
    ranked: list[tuple[float, int]] = [
        (float(keys), at) for at, keys in promised.items() if records[at].parsed.person == person
    ]
    least = _LEAST
    for at, shared in met.items():
        record = records[at]
        if record.parsed.person != person or at in promised:
            continue
        whole = full[at]
        bound = _bound(shared, whole, total - whole, record.weight - theirs[at], share, person)
        if bound >= least:
            ranked.append((bound, at))
    ranked.sort(reverse=True)
    return [records[at] for _, at in ranked[:limit]]


_by_likeness: Final = itemgetter(0)
