"""How a Latin word sounds: three keys of rising coarseness, by which spellings of one name meet.

``fold``      families of spellings become one: Yemelyanenko, Emelianenko, Jemeljanenko -> ``emelianenko``
``key``       consonants in classes, each vowel group one ``a``: what the index looks up for words in Latin letters
``skeleton``  consonants alone, in the classes that Japanese and Arabic writing keep apart: for words whose vowels are
              not written (Arabic, Hebrew) or not theirs (kana)
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from sekisho.names.quick import native

# What is compiled is quicker than remembering its answers; what is not is remembered.

_DIGRAPHS: Final = (
    ("chr", "kr"), ("shch", "s"), ("sch", "s"), ("tsch", "c"), ("tch", "c"), ("dzh", "j"), ("dj", "j"), ("ch", "c"), ("sh", "s"), ("zh", "z"),
    ("kh", "h"), ("gh", "g"), ("dh", "d"), ("th", "t"), ("ph", "f"), ("bh", "b"), ("ck", "k"), ("ts", "c"), ("tz", "c"), ("cz", "c"), ("sz", "s"), ("rz", "z"),
    ("qu", "k"), ("x", "ks"), ("q", "k"), ("w", "v"), ("ou", "u"), ("oo", "u"), ("ee", "i"), ("eo", "o"), ("eu", "u"), ("ae", "e"), ("oe", "o"), ("ue", "u"),
    ("y", "i"), ("j", "i"),
)  # fmt: skip
_SOFT_C: Final = re.compile(r"(?<!s)c(?=[eiy])")
_HARD_C: Final = re.compile(r"c(?![hzk])")
_DOUBLE: Final = re.compile(r"(.)\1+")
_VOWELS: Final = re.compile(r"[aeiou]+")
_START: Final = re.compile(r"^ie")
_COARSE: Final = str.maketrans("zcgdh", "ssktx")


def _single(word: str) -> str:
    """No letter twice in a row. (The search first: most words have none, and a template is slow.)"""
    return _DOUBLE.sub(r"\1", word) if _DOUBLE.search(word) else word


def fold(word: str) -> str:
    """One spelling for a family of spellings."""
    if native is not None and (quickly := native.fold(word)) is not None:
        return quickly
    return plain_fold(word)


@lru_cache(maxsize=8192)
def plain_fold(word: str) -> str:
    """The same in Python."""
    if not word.isascii():
        return word
    if "c" in word:
        word = _HARD_C.sub("k", _SOFT_C.sub("s", word))
    if word and word[0] in "xjh":
        if word[0] == "x" or word[:3] in ("hsi", "hsu"):
            word = "s" + word[1:].removeprefix("s")  # Xi, Hsi, Shi
        elif word[0] == "j" and len(word) <= 4:
            word = "z" + word[1:]  # Jong is not Yong
    for old, new in _DIGRAPHS:
        if old in word:
            word = word.replace(old, new)
    word = _single(word)
    word = _START.sub("e", word)
    return word[:-1] if len(word) > 3 and word[-1] == "h" else word


def key(word: str) -> str:
    """``gaddafi``, ``qathafi`` and ``kadafi`` are ``katafa``."""
    if native is not None and (quickly := native.key(word)) is not None:
        return quickly
    return plain_key(word)


@lru_cache(maxsize=8192)
def plain_key(word: str) -> str:
    """The same in Python."""
    text = _VOWELS.sub("a", plain_fold(word)).translate(_COARSE).replace("x", "")
    return _single(text)


def letter_key(word: str) -> str:
    """As ``key`` but a letter at a time: what a slip inside ``kh``, ``sh`` or ``ce`` does not tear apart."""
    if native is not None and (quickly := native.letter_key(word)) is not None:
        return quickly
    return plain_letter_key(word)


@lru_cache(maxsize=8192)
def plain_letter_key(word: str) -> str:
    """The same in Python."""
    if _PLAIN.isdisjoint(word):
        return plain_key(word)
    text = _VOWELS.sub("a", _fold_y(word)).translate(_LETTERS).replace("h", "")
    return _single(text)


#: Without these letters both keys are the same.
_PLAIN: Final = frozenset("hcqxwjz")
_LETTERS: Final = str.maketrans("zcgdqwx", "skktkvk")


def _fold_y(word: str) -> str:
    return word.replace("y", "i").replace("j", "i")


_KOREAN: Final = (("eo", "o"), ("eu", "o"), ("oo", "o"), ("ou", "o"), ("wo", "o"), ("ae", "e"), ("ee", "i"), ("ch", "j"), ("sh", "s"), ("u", "o"), ("g", "k"), ("d", "t"), ("b", "p"), ("l", "r"), ("y", "i"), ("h", ""))  # fmt: skip


@lru_cache(maxsize=16384)
def korean_fold(word: str) -> str:
    """The many romanisations of one Korean syllable: Jong, Jung, Jeong, Chong, Chung."""
    short = len(word) <= 3 and "eo" not in word
    for old, new in _KOREAN:
        if not short or old not in ("u", "oo"):  # Ju is not Jo
            word = word.replace(old, new)
    return _single(word)


_KOREAN_KANA: Final = (("fa", "hwa"), ("fi", "hwi"), ("fe", "hwe"), ("fo", "hwo"), ("f", "h"), ("ng", "n"), ("oe", "e"))
_KOREAN_TAIL: Final = re.compile(r"(?<=[kgptmr])u(?=$|[^aeiouy])")


@lru_cache(maxsize=16384)
def korean_kana(word: str) -> str:
    """The same of a Korean name in kana, which has no ``ng`` and closes no syllable: ``hyonsopu`` is Hyon Sop."""
    for old, new in _KOREAN_KANA:
        word = word.replace(old, new)
    return korean_fold(_KOREAN_TAIL.sub("", word).replace("oo", "o").replace("chi", "ji"))


def consonants(word: str) -> str:
    """Consonants as the fold has them: finer than ``skeleton``."""
    if native is not None and (quickly := native.consonants(word)) is not None:
        return quickly
    return plain_consonants(word)


@lru_cache(maxsize=8192)
def plain_consonants(word: str) -> str:
    """The same in Python."""
    return _VOWELS.sub("", plain_fold(word)).translate(_FINE)


_FINE: Final = str.maketrans("qgc", "kks")


_SKELETON: Final = {
    **dict.fromkeys("bpv", "b"), **dict.fromkeys("kgqc", "k"), **dict.fromkeys("td", "t"), **dict.fromkeys("sz", "s"), **dict.fromkeys("rl", "r"),
    "f": "f", "m": "m", "n": "n", "x": "ks", "j": "s",
}  # fmt: skip
_SKELETON_PAIRS: Final = (
    ("shch", "s"), ("sch", "s"), ("tch", "s"), ("ts", "s"), ("tz", "s"), ("cz", "s"), ("ch", "s"), ("sh", "s"), ("zh", "s"), ("dzh", "s"), ("dj", "s"),
    ("ng", "n"), ("ph", "f"), ("ck", "k"), ("mb", "nb"), ("mp", "np"), ("ce", "se"), ("ci", "si"), ("cy", "si"),
)  # fmt: skip


def skeleton(word: str) -> str:
    """``zelenograd`` and ``zerenogurado`` are ``srnkrt``; ``muhammad`` and ``mhmd`` are ``mmt``; ``ai`` is ``=ai``."""
    if native is not None and (quickly := native.skeleton(word)) is not None:
        return quickly
    return plain_skeleton(word)


@lru_cache(maxsize=8192)
def plain_skeleton(word: str) -> str:
    """The same in Python."""
    text = word
    for old, new in _SKELETON_PAIRS:
        if old in text:
            text = text.replace(old, new)
    out: list[str] = []
    previous = ""
    for char in text:
        if char in "aeiouyw":
            previous = ""
            continue
        code = _SKELETON.get(char, char if char.isdigit() else "")
        if code and code != previous:
            out.append(code)
        if code:
            previous = code
    return "".join(out) or "=" + word[:3]
