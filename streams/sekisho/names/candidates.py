"""Which names of a segment may score above the threshold (see ``index``)."""

from __future__ import annotations

from heapq import nsmallest
from operator import itemgetter
from typing import Final, cast

from sekisho.names import acronyms, quick, whole
from sekisho.names.bounds import BARE, LEAST, SHARE, bound_of, least_of, share_of, weight_there
from sekisho.names.lexicon import Sounds
from sekisho.names.parse import Parsed
from sekisho.names.postings import HASH, MASK
from sekisho.names.score import CONFLICT, EXCESS_ORGANISATION, EXCESS_PERSON
from sekisho.names.segment import (
    ALONE,
    Record,
    Segment,
    character_keys,
    content,
    missed,
    sure_weight,
    weight_of,
)
from sekisho.names.spaces import Heard, joins, splits
from sekisho.names.tokens import CONTENT, INITIAL, LOOSE, PLACE, WEIGHTS, Token

#: Two words that both are but half alike carry no name.
_BOTH: Final = 1.5
#: What the whole name counts beside a key that a part of it gives.
_WHOLE_NAME: Final = 100
#: The place of "an initial met" among the words of a query.
_LETTER: Final = 16

#: More than any name weighs.
_NO_BOUND: Final = 1e9

#: How alike two whole names without spaces must be, and how many of them are taken.
SLIPPED: Final = 1.0 - whole.SLIPS
_SPELLINGS: Final = 12

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
    sure = sure_weight(parsed, total)
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
        for at, bound in joins(segment, parsed, words, heard, sure, person).items():
            promised[at] = promised.get(at, 0) + bound
    splits(segment, words, heard, person, promised)
    return _ranked(segment, words, found, promised, sure, limit, person) if found or promised else []


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
    if len(tokens) >= acronyms.SHORTEST:
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
            SLIPPED,
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
            near = quick.alike(wanted, all_texts, found, SLIPPED)
            if len(near) > _SPELLINGS:
                near = nsmallest(_SPELLINGS, near, key=_most_alike)
            for at, _ in near:
                promised[at] = max(_WHOLE_NAME, promised.get(at, 0))
    return promised


def _most_alike(found: tuple[int, float]) -> tuple[float, int]:
    return -found[1], found[0]


def _words(segment: Segment, words: list[Token], heard: Heard, own: int, total: float) -> Hits:
    """Names that have two words of the query, or one that can carry a name."""
    # what two words may lose together: beyond it not even a name that has all the others reaches the bound
    room = total if own == len(words) else total + sum([t.weight - missed(t) for t in words if t.kind == PLACE])
    room = room * (1.0 - LEAST) / (1.0 + (CONFLICT - 1.0) * LEAST) + 1e-9
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


def _initials(segment: Segment, parsed: Parsed, words: list[Token], heard: Heard, hits: Hits) -> Hits:
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
    lost, share = EXCESS_PERSON if person else EXCESS_ORGANISATION, share_of(words) if words else SHARE
    weights = same = near = [t.weight for t in words]
    if person:
        # a word in kana weighs as the commonest that it may be
        same = near = [1.0 if t.script == "kana" else t.weight for t in words]
    else:
        same = [BARE.get(t.kind, 1.0 if t.script in LOOSE else t.weight) for t in words]
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
            least_of(person),
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
        # an initial may stand for a word of theirs, which weighs more
        as_same, as_near = (same[word], near[word]) if word < len(words) else (1.0, 1.0)
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
    least = least_of(person)
    for at, shared in met.items():
        record = records[at]
        if record.parsed.person != person or at in promised:
            continue
        whole = full[at]
        bound = bound_of(shared, whole, total - whole, record.weight - theirs[at], share, person)
        if bound >= least:
            ranked.append((bound, at))
    ranked.sort(reverse=True)
    return [records[at] for _, at in ranked[:limit]]


_by_likeness: Final = itemgetter(0)
