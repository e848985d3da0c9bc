"""The lexicon: forms of four languages to one concept, and slips brought back without inventing any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekisho.goods.lexicon import Lexicon, bundled
from sekisho.goods.text import MAX_CHARS, fold, stem, words


def concepts(text: str) -> list[str]:
    return [token.concept for token in bundled().tokens(text)]


@pytest.mark.parametrize(
    "text", ["generators", "gen-set", "Generating Set", "発電機", "генераторов", "发电机", "ｇｅｎｅｒａｔｏｒ"]
)
def test_one_concept_in_four_languages(text: str) -> None:
    assert concepts(text) == ["generator"]


def test_the_longest_form_wins() -> None:
    assert concepts("玉軸受") == ["ball_bearing"]
    assert concepts("ultra high vacuum") == ["high_vacuum"]


@pytest.mark.parametrize("text", ["generater", "genrator", "geenrator", "generatorr"])
def test_a_slip_is_mended_and_says_so(text: str) -> None:
    (token,) = bundled().tokens(text)
    assert (token.concept, token.mended) == ("generator", True)


@pytest.mark.parametrize("text", ["rabot", "booklet", "leaser", "plates", "batten", "honey"])
def test_a_word_of_its_own_is_no_slip(text: str) -> None:
    assert not any(token.mended for token in bundled().tokens(text))


def test_letters_of_another_script_and_unseen_characters_do_not_hide_a_word() -> None:
    assert concepts("genеrаtor") == ["generator"]  # Cyrillic е and а
    assert concepts("gener\u200bator") == ["generator"]


def test_two_indexes_do_not_teach_each_other_words() -> None:
    other = bundled().knowing(["frobnicator 謎機械"])
    assert other.tokens("frobnicatr")[0].concept == "frobnicator"
    assert bundled().tokens("frobnicatr")[0].concept == "frobnicatr"
    assert [token.concept for token in other.tokens("新型謎機械")][-1:] == ["machine"]
    assert "謎" in [token.concept for token in other.tokens("謎機械")]


def test_lines_are_read_by_their_marks() -> None:
    lexicon = Lexicon(iter(["!toy: toys", "~part: parts", ">for: for", "pump: насос* vacuum_pump"]))
    assert [lexicon.role(token.concept) for token in lexicon.tokens("toys for parts")] == ["!", ">", "~"]
    assert [token.concept for token in lexicon.tokens("насосный vacuum pump vacuumpump")] == ["pump"] * 3


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("pumps", "pump"),
        ("batteries", "battery"),
        ("glass", "glass"),
        ("lenses", "lense"),
        ("boxes", "box"),
        ("gas", "gas"),
        ("analysis", "analysis"),
    ],
)
def test_plurals(word: str, expected: str) -> None:
    assert stem(word) == expected


@given(st.text(max_size=300))
def test_tokens_never_raises(text: str) -> None:
    for token in bundled().tokens(text):
        assert token.concept


def test_a_long_text_is_cut_before_it_is_read() -> None:
    assert sum(map(len, words(fold("generator " * 100_000)))) <= MAX_CHARS
    assert len(fold("\ufdfa" * 100_000)) <= MAX_CHARS  # one character that becomes eighteen


@pytest.mark.parametrize(
    ("short", "whole"),
    [
        ("BALL BRGS", "ball bearings"),
        ("GATE VLV", "gate valve"),
        ("integr. ckts", "integrated circuits"),
        ("CNC M/C", "CNC machine"),
        ("coordinate meas. m/c", "coordinate measuring machine"),
        ("stnls steel", "stainless steel"),
        ("chip design S/W", "chip design software"),
    ],
)
def test_abbreviations_of_shipping_documents(short: str, whole: str) -> None:
    read = [token.concept for token in bundled().tokens(short)]
    assert read[:2] == [token.concept for token in bundled().tokens(whole)][:2]


@pytest.mark.parametrize(("text", "word"), [("printing press", "pressure"), ("10 PRS", "pressure")])
def test_units_and_other_words_are_no_abbreviations(text: str, word: str) -> None:
    assert word not in {token.concept for token in bundled().tokens(text)}
