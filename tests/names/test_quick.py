"""The compiled loops give the answers of the plain ones, and refuse what they cannot read."""

from __future__ import annotations

import os
import random
import sys
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from sekisho.names import NameIndex, Query, lines, quick, sounds
from sekisho.names.candidates import candidates
from sekisho.names.index import SCORED
from sekisho.names.lexicon import _DELETED, _SWAPPED, Lexicon
from sekisho.names.parse import parse
from sekisho.names.postings import Postings
from sekisho.names.similar import _OPEN, letters, plain_heard, plain_loose
from sekisho.names.slips import LEADS
from sekisho.names.text import script_of_word
from sekisho.names.tokens import CONTENT, LOOSE, token_of
from sekisho.reference import bundled

if quick.native is None:
    if os.environ.get("CI") and not os.environ.get("SEKISHO_PLAIN"):
        raise RuntimeError("CI has a C compiler: `make install` should have compiled the loops of names")
    pytest.skip("the loops of names are not compiled here (no C compiler, or SEKISHO_PLAIN)", allow_module_level=True)

native = quick.native
LATIN = st.text("abcdefghijklmnopqrstuvwxyz' -0189", max_size=14)
#: More letters than a word of the processor has bits, and much alike.
LONG = st.builds(
    lambda middle, at: "abcdefghij" * 8 + "kl"[at : at + 1] + middle + "mnopqrst" * at,
    st.text("abck", max_size=9),
    st.integers(0, 2),
)
#: What the rules of sounds are about, so that chance meets them.
PIECES = st.lists(
    st.sampled_from(
        ["sch", "ch", "x", "hsi", "ie", "jo", "cz", "ck", "shch", "dzh", "tsch", "qu", "ce", "mb", "ng", "a", "i", "h"]
    ),
    max_size=6,
).map("".join)


@pytest.mark.parametrize("sound", ["fold", "key", "letter_key", "consonants", "skeleton"])
@given(word=LATIN | PIECES | st.text(max_size=8) | st.text("xa\0é", min_size=200, max_size=260))
def test_a_word_sounds_the_same(sound: str, word: str) -> None:
    quickly = getattr(native, sound)(word)
    if quickly is None:
        assert not word.isascii() or len(word) > 200
    else:
        assert quickly == getattr(sounds, f"plain_{sound}")(word)


@given(word=LATIN | PIECES | st.text(max_size=8) | st.text("xa\0é", min_size=56, max_size=70))
def test_a_word_has_the_same_anagram(word: str) -> None:
    quickly = native.anagram(word)
    if quickly is None:
        assert not word.isascii() or len(word) > 60
    else:
        assert quickly == lines.plain_anagram(word)


@given(word=LATIN | PIECES | st.text("lvfhtkpngouqcyrsm", max_size=12) | st.text(max_size=8))
def test_a_word_is_heard_the_same(word: str) -> None:
    quickly = native.heard(word)
    assert quickly == plain_heard(word) if word.isascii() else quickly is None


@given(
    word=LATIN | st.text(max_size=70) | LONG,
    words=st.lists(LATIN | st.text(max_size=70) | LONG, min_size=1, max_size=12),
    least=st.sampled_from([0.0, 0.4, 0.7, 0.87, 1.0]),
)
def test_words_are_as_alike_as_rapidfuzz_says(word: str, words: list[str], least: float) -> None:
    texts = native.Texts(words)
    expected = [(at, OSA.normalized_similarity(word, other)) for at, other in enumerate(words)]
    assert texts.alike(word, list(range(len(words))), least) == [
        (at, pytest.approx(alike, abs=1e-12)) for at, alike in expected if alike >= least
    ]


@given(
    lines=st.lists(st.tuples(st.integers(-(2**63), 2**63 - 1), st.integers(0, 1000)), max_size=60), spread=st.booleans()
)
def test_a_file_gives_what_was_filed(lines: list[tuple[int, int]], spread: bool) -> None:
    files = Postings(spread=spread)
    if spread:
        lines = [(abs(key) >> 16, number) for key, number in lines]
    for key, number in lines:
        files.add(key, number)
    files.freeze()
    assert files.compiled is not None
    for key in [*{key for key, _ in lines}, 1, -1, 12345]:
        assert set(files.get(key)) >= {number for other, number in lines if other == key}
        assert files.get(key) == files.find((key * 0x9E3779B97F4A7C15 if spread else key) & (1 << 40) - 1)


def plainly(monkeypatch: pytest.MonkeyPatch, make):  # type: ignore[no-untyped-def]
    """What ``make`` gives where nothing is compiled."""
    with monkeypatch.context() as patched:
        patched.setattr(quick, "native", None)
        return make()


WORDS = [
    "ivanov", "ivanova", "ivanow", "petrov", "petrow", "sergey", "sergei", "sergej", "emelianenko", "yemelyanenko",
    "muhammad", "mohammed", "mohamad", "ali", "aly", "lia", "kim", "kin", "mik", "abdurrahman", "abdulrahman", "rahman",
    "konstantinopolsky", "konstantinopolskij", "constantinopolski", "abcdefghijk", "abcdefghjik", "bcdefghijkl", "zelenograd",
]  # fmt: skip


ACROSS = [
    "сергей", "иванов", "емельяненко", "зеленоград", "محمد", "احمد", "عبدالرحمن", "ضياء", "رضا", "هيثم", "علی", "כהן", "משה", "セルゲイ", "エメリヤネンコ",
    "ゼレノグラード", "ムハンマド", "タイマー", "チコフ", "フォルクス", "キム", "김정은", "박", "ประยุทธ์", "ហ៊ុន", "საქართველო", "王小明", "tema", "emelyanenko",
    "hitoshi", "chikov", "folks", "diya", "riza", "haytham", "george", "purpose", "gerber", "straße", "ångström", "x" * 250,
]  # fmt: skip


def slipped(chance: random.Random) -> str:
    if chance.random() < 0.4:
        return chance.choice(ACROSS)
    letters = list(chance.choice(WORDS))
    for _ in range(chance.randrange(0, 4)):
        at = chance.randrange(len(letters) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            letters.insert(at, chance.choice("abkrsz"))
        elif at < len(letters) and len(letters) > 2:
            if kind == 1:
                del letters[at]
            elif kind == 2:
                letters[at] = chance.choice("abkrsz")
            elif at:
                letters[at - 1], letters[at] = letters[at], letters[at - 1]
    return "".join(letters)


@pytest.mark.parametrize("seed", range(8))
def test_a_word_leads_to_the_same_words(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(seed)
    tokens = [t for _ in range(300) for p in parse(slipped(chance), seed % 2 == 0) for t in p.tokens]

    def made() -> Lexicon:
        lexicon = Lexicon()
        for token in tokens:
            lexicon.add(token)
        lexicon.freeze()
        return lexicon

    compiled, plain = made(), plainly(monkeypatch, made)
    rows = plain._texts
    spellings = native.Spellings(rows, LEADS, _DELETED, array("I", range(len(rows))), bytes(len(rows)))
    for _ in range(300):
        for reading in parse(slipped(chance), seed % 2 == 0):
            for token in reading.tokens:
                mine, theirs = compiled.similar(token), plain.similar(token)
                assert (mine.classes, mine.sure) == (theirs.classes, theirs.sure), token
                assert spellings.like(token.text, _SWAPPED) == sorted(plain._few_slips_away(token.text)), token


def test_slips_are_found_up_to_the_share_that_leads() -> None:
    rows = sorted(WORDS, key=len)
    spellings = native.Spellings(rows, LEADS, 9, array("I", range(len(rows))), bytes(len(rows)))
    found = {rows[at] for at, alike in spellings.like("konstantinopolski", 0.7) if alike >= LEADS}
    assert found == {"konstantinopolsky", "konstantinopolskij", "constantinopolski"}
    assert {rows[at]: alike for at, alike in spellings.like("mik", 0.7)} == {"mik": 1.0, "kim": 0.7}


def test_an_index_answers_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    entities = [record for one in bundled.lists() if one.kind == "entities" for record in one.records][:1500]
    compiled = NameIndex.build(entities)
    plain = plainly(monkeypatch, lambda: NameIndex.build(entities))
    chance = random.Random(5)
    names = [name.text for entity in entities for name in entity.names]
    queries = [*chance.sample(names, 150), "Maria da Silva", "Kim Min", "J. Smith", "平和商事", "Nordic Trading AS"]
    for text in queries:
        letters = list(text)
        if len(letters) > 5:
            at = chance.randrange(1, len(letters) - 1)
            letters[at], letters[at - 1] = letters[at - 1], letters[at]
        for asked in (text, "".join(letters)):
            for person in (True, False):
                for parsed in parse(asked, person):
                    mine = candidates(compiled._segments[0], parsed, person, SCORED)
                    theirs = candidates(plain._segments[0], parsed, person, SCORED)
                    assert [r.bearers for r in mine] == [r.bearers for r in theirs], asked
            assert compiled.search(Query(asked)) == plain.search(Query(asked))


def test_a_file_that_is_gone_lets_its_arrays_go() -> None:
    numbers = array("I", [7])
    before = sys.getrefcount(numbers)
    file = native.File(*ARRAYS[:3], numbers, ARRAYS[4], 39, 37, False)
    held = sys.getrefcount(numbers)
    del file
    after = sys.getrefcount(numbers)
    assert (held, after) == (before + 1, before)


ARRAYS = (array("I", [0, 1, 1]), array("Q", [5]), array("I", [0, 1]), array("I", [7]), bytearray(2))


@pytest.mark.parametrize(
    "change",
    [
        {0: array("I", [0, 1])},  # too few buckets
        {0: array("I", [0, 9, 1])},  # lines that are not there
        {1: b"123"},  # no numbers of eight bytes
        {2: array("I", [0])},
        {2: array("I", [0, 5])},  # numbers that are not there
        {4: bytearray(0)},
        {5: 41},
        {6: -1},
    ],
    ids=str,
)
def test_arrays_that_are_no_file_are_refused(change: dict[int, object]) -> None:
    whole = [*ARRAYS, 39, 37, False]
    native.File(*whole)
    for at, value in change.items():
        whole[at] = value
    with pytest.raises(ValueError, match="array"):
        native.File(*whole)


LETTERS = {
    "arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهويىیکئءآأ",
    "hebrew": "אבגדהוזחטיכלמנסעפצקרשת",
    "kana": "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワンーッャュョガギグゲゴジズダデドバビブベボパピプペポヴ",
    "thai": "กขคงจฉชซญดตถทธนบปผฝพฟมยรลวศษสหอาะิี",
    "cyrillic": "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "latin": "abcdefghijklmnopqrstuvwxyz",
}


@given(st.data())
def test_words_of_two_scripts_are_as_alike(data: st.DataObject) -> None:
    """Chance rarely makes two words that are somewhat alike: half of the second words sound like the first."""
    tokens = []
    for script in data.draw(st.lists(st.sampled_from(sorted(LETTERS)), min_size=2, max_size=2, unique=True)):
        word = data.draw(st.text(LETTERS[script], min_size=1, max_size=9) | st.sampled_from(ACROSS))
        if tokens and script == "latin" and data.draw(st.booleans()):
            word = tokens[0].text + data.draw(st.sampled_from(["", "a", "er", "i", "y", "ge", "or"]))
        tokens.append(token_of(word, CONTENT, "", script_of_word(word), True))
    one, two = tokens
    if one.script == two.script or not {one.script, two.script} & LOOSE or not {one.script, two.script} & _OPEN:
        return
    quickly = native.across(one, two)
    if quickly is None:
        assert (
            not (one.text + two.text).isascii()
            or len(one.text + two.text) > 200
            or "hangul" in (one.script, two.script)
        )
        return
    if one.fold == two.fold:
        assert quickly == letters(one, two)
    else:
        assert quickly == plain_loose(one, two), (one, two)
    assert native.across(two, one) == quickly


def files(lines: dict[int, list[int]]) -> Postings:
    made = Postings(spread=True)
    for key, numbers in lines.items():
        for number in numbers:
            made.add(key, number)
    made.freeze()
    return made


def finder(*, pairs: dict[int, list[int]], records: int = 2) -> quick.Finder:
    company = bytearray(3 * 128)
    company[0] = 0b10  # class 0 stands beside class 1
    company[128] = 0b01
    made = [files(lines).compiled for lines in (pairs, {2: [1]}, {0 << 8 | 0x80 | ord("s"): [1]})]
    texts = native.Texts(["ab"] * records)
    made.append(files({}).compiled)
    return native.Finder(
        *made, texts, texts, texts, bytes(company), bytes([1, 0, 0]), array("d", [2.0] * records), bytes([1] * records)
    )


def test_a_finder_finds_by_two_words_by_one_and_by_an_initial() -> None:
    found = finder(pairs={0 << 24 | 1: [0, 1]})
    first, second, third = (native.Heard(((at, 1.0),), 0.9, 8) for at in range(3))
    rest = (0.4, 2.0, True, 10, 0.75, 2.1, 0.35, 0.64)
    hits = found.words([first, second], [1.0, 1.0], [True, True], 2.0, 1.0, 1.5, 0.62)
    assert found.ranked(hits, {}, [1.0, 1.0], [1.0, 1.0], [1.0, 1.0], *rest) == [1, 0]
    assert found.ranked(hits, {0: 3}, [1.0, 1.0], [1.0, 1.0], [1.0, 1.0], *rest) == [0, 1]
    assert len(found.words([first], [1.0], [True], 2.0, 1.0, 1.5, 0.62)) == 0
    assert found.ranked(found.words([third], [2.0], [True], 2.0, 1.0, 1.5, 0.62), {}, [2.0], [2.0], [2.0], *rest) == [1]
    nothing = found.words([first], [1.8], [True], 9.0, 1.0, 1.5, 0.1)
    assert found.ranked(found.initials(nothing, [first], b"s", b"i"), {}, [1.8], [1.8], [1.8], *rest) == [1]
    assert found.ranked(found.initials(nothing, [first], b"t", b"i"), {}, [1.8], [1.8], [1.8], *rest) == []


def test_what_is_no_record_is_refused() -> None:
    found, another = finder(pairs={1: [0, 1]}), finder(pairs={1: [0, 1]})
    one, two = native.Heard(((0, 1.0),), 0.9, 8), native.Heard(((1, 1.0),), 0.9, 8)
    hits = found.words([one, two], [1.0, 1.0], [True, True], 2.0, 1.0, 1.5, 0.62)
    rest = (0.4, 2.0, True, 10, 0.75, 2.1, 0.35, 0.64)
    assert found.ranked(hits, {}, [1.0, 1.0], [1.0, 1.0], [1.0, 1.0], *rest) == [1, 0]
    for sure, weights in (({7: 1}, [1.0]), ({-1: 1}, [1.0]), ({}, [0.0]), ({"x": 1}, [1.0]), ({}, [1.0] * 17)):
        with pytest.raises((IndexError, ValueError, TypeError, OverflowError)):
            found.ranked(hits, sure, weights, weights, weights, *rest)
        # and nothing of the refused call is left in what comes next
        assert found.ranked(hits, {}, [1.0, 1.0], [1.0, 1.0], [1.0, 1.0], *rest) == [1, 0]
    with pytest.raises(ValueError, match="this Finder"):
        another.ranked(hits, {}, [1.0, 1.0], [1.0, 1.0], [1.0, 1.0], *rest)
    with pytest.raises(ValueError, match="for each word"):
        found.ranked(hits, {}, [1.0, 1.0], [1.0], [1.0, 1.0], *rest)
    with pytest.raises(ValueError, match="this Finder"):
        another.initials(hits, [one], b"", b"a")
    with pytest.raises(TypeError):
        found.words([(0, 1.0)], [1.0], [True], 2.0, 1.0, 1.5, 0.62)
    with pytest.raises(ValueError, match="weight"):
        found.words([one, two], [1.0], [True, True], 2.0, 1.0, 1.5, 0.62)
    with pytest.raises(ValueError, match="not there"):
        finder(pairs={1: [5]})
    with pytest.raises(TypeError):
        native.Heard((("x", 1.0),), 0.9, 8)
    with pytest.raises(TypeError):
        type(hits)()


def test_an_ear_takes_only_the_files_of_one_lexicon() -> None:
    empty, texts = files({}).compiled, native.Texts(["ab"])
    spellings = native.Spellings(["ab"], 0.7, 9, array("I", [0]), bytes(1))
    rest = ((0.7,) * 12, (6, 10, 10, 4, 32, 8, 4))
    word = token_of("ab", CONTENT, "", "latin", False)
    native.Ear(spellings, empty, empty, texts, texts, {}, [word], print, *rest)
    with pytest.raises(AttributeError):
        native.Ear(spellings, empty, empty, texts, texts, {}, [None], print, *rest)
    for rows, namesakes in (([], texts), ([word], native.Texts([]))):
        with pytest.raises(ValueError, match="one frozen Lexicon"):
            native.Ear(spellings, empty, empty, namesakes, texts, {}, rows, print, *rest)


def test_words_must_come_by_length() -> None:
    with pytest.raises(ValueError, match="ascending"):
        native.Spellings(["ab", "a"], 0.7, 9, array("I", [0, 1]), bytes(2))
    with pytest.raises(TypeError):
        native.Spellings(["ab", 5], 0.7, 9, array("I", [0, 1]), bytes(2))
    with pytest.raises(ValueError, match="one class"):
        native.Spellings(["ab"], 0.7, 9, array("I", []), bytes(1))
    with pytest.raises(IndexError):
        native.Texts(["ab"]).alike("ab", [1], 0.0)
