"""Names in other scripts as Latin words. One word in, its most usual spelling out; families of spellings are folded later.

Cyrillic, Arabic, Hebrew, Hangul and kana by rules of their own; Han in :mod:`sekisho.names.han`; the rest by anyascii.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import jaconv
from anyascii import anyascii

_CYRILLIC: Final = {
    **dict(zip("абвгдзийклмнопрстуфыэ", "abvgdziyklmnoprstufye", strict=True)),
    **{"е": "e", "ё": "yo", "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": ""},
    **{"ю": "yu", "я": "ya", "і": "i", "ї": "yi", "є": "ye", "ґ": "g", "ў": "w", "ј": "j", "љ": "lj", "њ": "nj"},
    **{"ђ": "dj", "ћ": "c", "џ": "dz", "ѓ": "g", "ќ": "k", "ѕ": "dz", "қ": "q", "ң": "ng", "ө": "o", "ү": "u"},
    **{"ұ": "u", "һ": "h", "ә": "a", "ғ": "gh", "ҳ": "h", "ҷ": "j", "ӣ": "i", "ӯ": "u", "ӑ": "a", "ӗ": "e", "ӏ": ""},
}

#: Consonants of Arabic, Persian, Urdu and Pashto; long vowels as letters that the skeleton drops.
_ARABIC: Final = {
    **{"ا": "a", "أ": "a", "إ": "i", "آ": "a", "ٱ": "a", "ب": "b", "ت": "t", "ث": "th", "ج": "j", "ح": "h", "خ": "kh"},
    **{"د": "d", "ذ": "dh", "ر": "r", "ز": "z", "س": "s", "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": ""},
    **{"غ": "gh", "ف": "f", "ق": "q", "ك": "k", "ک": "k", "ل": "l", "م": "m", "ن": "n", "ه": "h", "ھ": "h", "ة": "a"},
    **{"و": "w", "ي": "y", "ی": "y", "ى": "a", "ئ": "y", "ؤ": "w", "ء": "", "پ": "p", "چ": "ch", "ژ": "zh", "گ": "g"},
    **{"ٹ": "t", "ڈ": "d", "ڑ": "r", "ں": "n", "ے": "y", "ہ": "h", "ۀ": "h", "ۃ": "a", "ڤ": "v", "ټ": "t", "ډ": "d"},
    **{"ړ": "r", "ږ": "zh", "ښ": "sh", "ڼ": "n", "ې": "y", "ۍ": "y", "ګ": "g", "ځ": "z", "څ": "ts", "ۆ": "o", "ێ": "e"},
    **{"َ": "a", "ِ": "i", "ُ": "u", "ً": "", "ٍ": "", "ٌ": "", "ّ": "", "ْ": "", "ٰ": "a", "ـ": "", "ﷲ": "allh"},
}

_WESTERN: Final = frozenset("іїєўґ")

_HEBREW: Final = {
    **dict(
        zip(
            "אבגדהוזחטיכלמנסעפצקרשת",
            (
                "a",
                "b",
                "g",
                "d",
                "h",
                "v",
                "z",
                "h",
                "t",
                "y",
                "k",
                "l",
                "m",
                "n",
                "s",
                "",
                "p",
                "ts",
                "k",
                "r",
                "sh",
                "t",
            ),
            strict=True,
        )
    ),
    **{"ך": "k", "ם": "m", "ן": "n", "ף": "f", "ץ": "ts", "׳": "", "״": ""},
}

_LEADS: Final = ("g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t", "p", "h")
_VOWELS: Final = (
    "a",
    "ae",
    "ya",
    "yae",
    "eo",
    "e",
    "yeo",
    "ye",
    "o",
    "wa",
    "wae",
    "oe",
    "yo",
    "u",
    "wo",
    "we",
    "wi",
    "yu",
    "eu",
    "ui",
    "i",
)
_TAILS: Final = (
    "",
    "k",
    "k",
    "k",
    "n",
    "n",
    "n",
    "t",
    "l",
    "k",
    "m",
    "l",
    "l",
    "l",
    "l",
    "l",
    "m",
    "p",
    "p",
    "t",
    "t",
    "ng",
    "t",
    "t",
    "k",
    "t",
    "p",
    "t",
)
#: Family names whose usual Latin spelling is not the official romanisation (North Korean ones among the variants).
HANGUL_FAMILY: Final = {
    "이": ("lee", "ri", "yi", "rhee"), "리": ("ri", "lee"), "박": ("pak", "park"), "최": ("choe", "choi"), "김": ("kim",),
    "정": ("jong", "jeong", "chung", "jung"), "조": ("jo", "cho"), "강": ("kang",), "장": ("jang", "chang"), "임": ("im", "rim", "lim"),
    "림": ("rim", "lim"), "백": ("paek", "baek"), "노": ("no", "roh"), "로": ("ro", "no"), "유": ("yu", "ryu", "yoo"), "류": ("ryu", "yu"),
    "오": ("o", "oh"), "우": ("u", "woo"), "여": ("yeo", "ryo"), "려": ("ryo",), "양": ("yang", "ryang"), "량": ("ryang",), "문": ("mun", "moon"),
    "권": ("kwon",), "구": ("ku", "koo"), "고": ("ko",), "국": ("kuk",), "길": ("kil",), "전": ("jon", "jeon", "chon", "jun"), "현": ("hyon", "hyun"),
}  # fmt: skip


def hangul_syllables(word: str) -> list[str]:
    """Revised romanisation, a syllable at a time; the folding treats g/k, d/t, b/p, eo/o and eu/u as spellings of one."""
    out = []
    for char in word:
        code = ord(char) - 0xAC00
        if 0 <= code < 11172:
            out.append(_LEADS[code // 588] + _VOWELS[code % 588 // 28] + _TAILS[code % 28])
        else:
            out.append(anyascii(char).lower())
    return out


def kana(word: str) -> str:
    """Hepburn of katakana or hiragana, long vowels short, ``v`` and small vowels kept (``ヴィ`` is ``vi``)."""
    word = jaconv.kata2hira(word.replace("ヴ", "ゔ"))
    out: list[str] = []
    at = 0
    while at < len(word):
        pair = word[at : at + 2]
        if pair in _PAIRS:
            out.append(_PAIRS[pair])
            at += 2
            continue
        char = word[at]
        at += 1
        if char in "ーっ・＝=":
            continue
        out.append(_KANA.get(char) or (char if char.isascii() else ""))
    return _slavic("".join(out))


#: Russian and Ukrainian family names in kana: a last ``v`` is heard as ``f`` (イワノフ), ``va`` is often written ワ.
_LAST_V: Final = re.compile(r"(?<=[oe])fu$")
_LAST_VA: Final = re.compile(r"(?<=[oe])wa$")
_V_BEFORE: Final = re.compile(r"(?<=[aeiou])fu(?=[kstcphf])")


def _slavic(text: str) -> str:
    """``iwanofu`` is ``ivanov``, ``gerashimofu`` is ``gerashimov``, ``efuchenko`` is ``evchenko``."""
    if "fu" not in text and "wa" not in text:
        return text
    found = _LAST_VA.sub("va", _LAST_V.sub("v", text))
    if found != text:
        found = found.replace("w", "v")
    return _V_BEFORE.sub("v", found)


_KANA: Final = {
    **dict(zip("あいうえおかきくけこさしすせそたちつてとなにぬねの", ["a", "i", "u", "e", "o", "ka", "ki", "ku", "ke", "ko", "sa", "shi", "su", "se", "so", "ta", "chi", "tsu", "te", "to", "na", "ni", "nu", "ne", "no"], strict=True)),
    **dict(zip("はひふへほまみむめもやゆよらりるれろわをん", ["ha", "hi", "fu", "he", "ho", "ma", "mi", "mu", "me", "mo", "ya", "yu", "yo", "ra", "ri", "ru", "re", "ro", "wa", "o", "n"], strict=True)),
    **dict(zip("がぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽゔ", ["ga", "gi", "gu", "ge", "go", "za", "ji", "zu", "ze", "zo", "da", "ji", "zu", "de", "do", "ba", "bi", "bu", "be", "bo", "pa", "pi", "pu", "pe", "po", "vu"], strict=True)),
    **dict(zip("ぁぃぅぇぉゃゅょゐゑ", ["a", "i", "u", "e", "o", "ya", "yu", "yo", "i", "e"], strict=True)),
}  # fmt: skip
_PAIRS: dict[str, str] = {}
for _head, _sound in {
    "き": "ky", "し": "sh", "ち": "ch", "に": "ny", "ひ": "hy", "み": "my", "り": "ry", "ぎ": "gy", "じ": "j", "ぢ": "j", "び": "by", "ぴ": "py",
    "て": "t", "で": "d", "ふ": "f", "ゔ": "v", "う": "w", "つ": "ts", "く": "kw", "ぐ": "gw", "い": "y", "と": "t", "ど": "d",
}.items():  # fmt: skip
    for _tail, _vowel in {
        "ゃ": "a",
        "ゅ": "u",
        "ょ": "o",
        "ぁ": "a",
        "ぃ": "i",
        "ぅ": "u",
        "ぇ": "e",
        "ぉ": "o",
    }.items():
        if _sound in ("t", "d") and _tail in "ゃょぁぉ":
            continue
        _PAIRS[_head + _tail] = _sound + _vowel
# the i that Japanese has not after s and z: スィバーイー
_PAIRS["すぃ"], _PAIRS["ずぃ"] = "si", "zi"


@lru_cache(maxsize=8192)
def romanise(word: str, script: str) -> str:
    """One word of one script in small Latin letters; Han is not for here."""
    if script == "latin":
        return word if word.isascii() else anyascii(word).lower()
    if script == "cyrillic":
        if not _WESTERN.isdisjoint(word):  # Ukrainian and Belarusian read г as h
            word = word.replace("г", "h")
        return "".join(_CYRILLIC.get(c) if c in _CYRILLIC else anyascii(c).lower() for c in word)  # type: ignore[misc]
    if script == "arabic":
        return "".join(_ARABIC.get(c, "") if c in _ARABIC or not c.isascii() else c for c in word)
    if script == "hebrew":
        return "".join(_HEBREW.get(c, "") if c in _HEBREW or not c.isascii() else c for c in word)
    if script == "hangul":
        return "".join(hangul_syllables(word))
    if script == "kana":
        return kana(word)
    if script == "indic":
        return indic(word)
    return "".join(c for c in anyascii(word).lower() if c.isalnum())


#: The nine alphabets of India share one layout of 128 places; this is it, consonants with their inherent vowel.
_INDIC_VOWELS: Final = {0x05: "a", 0x06: "a", 0x07: "i", 0x08: "i", 0x09: "u", 0x0A: "u", 0x0B: "ri", 0x0E: "e", 0x0F: "e", 0x10: "ai", 0x12: "o", 0x13: "o", 0x14: "au"}  # fmt: skip
_INDIC_SIGNS: Final = {0x3E: "a", 0x3F: "i", 0x40: "i", 0x41: "u", 0x42: "u", 0x43: "ri", 0x46: "e", 0x47: "e", 0x48: "ai", 0x4A: "o", 0x4B: "o", 0x4C: "au"}  # fmt: skip
_INDIC_CONSONANTS: Final = dict(
    enumerate(
        [
            "k",
            "kh",
            "g",
            "gh",
            "n",
            "ch",
            "chh",
            "j",
            "jh",
            "n",
            "t",
            "th",
            "d",
            "dh",
            "n",
            "t",
            "th",
            "d",
            "dh",
            "n",
            "n",
            "p",
            "ph",
            "b",
            "bh",
            "m",
            "y",
            "r",
            "r",
            "l",
            "l",
            "l",
            "v",
            "sh",
            "sh",
            "s",
            "h",
        ],
        0x15,
    )
)
_INDIC_DOTTED: Final = {0x58: "q", 0x59: "kh", 0x5A: "gh", 0x5B: "z", 0x5C: "r", 0x5D: "rh", 0x5E: "f", 0x5F: "y"}


def indic(word: str) -> str:
    """Devanagari, Bengali, Gurmukhi, Gujarati, Oriya, Tamil, Telugu, Kannada, Malayalam; a last inherent ``a`` is silent."""
    out: list[str] = []
    open_vowel = False
    for char in word:
        place = ord(char) & 0x7F
        if not 0x0900 <= ord(char) <= 0x0D7F:
            out.append(anyascii(char).lower())
            open_vowel = False
            continue
        if place in _INDIC_CONSONANTS or place in _INDIC_DOTTED:
            if open_vowel:
                out.append("a")
            out.append(_INDIC_CONSONANTS.get(place) or _INDIC_DOTTED[place])
            open_vowel = True
        elif place in _INDIC_SIGNS:
            out.append(_INDIC_SIGNS[place])
            open_vowel = False
        elif place in _INDIC_VOWELS:
            if open_vowel:
                out.append("a")
            out.append(_INDIC_VOWELS[place])
            open_vowel = False
        elif place == 0x4D:
            open_vowel = False
        elif place in (0x01, 0x02):
            if open_vowel:
                out.append("a")
            out.append("n")
            open_vowel = False
    return "".join(out)
