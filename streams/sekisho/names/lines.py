"""What words are filed under in a ``Lexicon``, and what they are looked for by: their sound, their letters, and for words of
other scripts their consonants.

The letter before a line says what it is. What words without their vowels ask for: ``c`` consonants, ``b`` those that all
scripts tell apart, ``s`` two of these alone, ``h`` what Japanese hears; what words with vowels ask them for: ``L`` and ``l``.
"""

from __future__ import annotations

import re
from typing import Final

from sekisho.names.quick import native
from sekisho.names.similar import EASTERN, ENGLISH_R, heard
from sekisho.names.sounds import consonants, letter_key, skeleton
from sekisho.names.tokens import LOOSE, NUMBER, Token

#: What words are filed under by their letters in order begins so.
ANAGRAM: Final = "-"
#: From so many sounds on, words of one sound are one class; of fewer, words of one spelling.
SOUND: Final = 6
#: In words of so many consonants in kana, and of more in Arabic letters, two of them may have changed places.
_SWAPPED_BONES: Final = 3
#: The h of ha, hi, he, ho in kana.
_H_ALONE: Final = re.compile("(?<![cs])h")
#: Letters of an Arabic word that may begin with an article.
_ARTICLE_AND_WORD: Final = 5
#: How a word begins that may have an article.
ARTICLES: Final = frozenset(["al", "el", "ar", "er"])
#: An article written on a name, before a consonant: Elhessan, エルハサン.
_ARTICLE: Final = re.compile("^[ae]l(?=[^aeiou]{1,2}[aeiou].{2})")
_ARTICLE_IN_KANA: Final = re.compile("^[アエ]ル(?=..)")


def class_name(token: Token) -> str:
    """Words of one name are one sound class."""
    if token.concept:
        return ":" + token.concept
    if token.kind == NUMBER:
        return "#" + token.text
    if token.script in LOOSE:
        return "~" + token.text
    # of short words the sound says too little: Jian, Chon, Song and Yong would be one
    return token.key if len(token.key) >= SOUND else "'" + token.fold


def without_article(token: Token) -> str:
    """The rest of a word that begins with an article; else empty."""
    if token.script == "latin":
        return token.text[2:] if _ARTICLE.match(token.text) else ""
    if token.script == "kana":
        return token.source[2:] if _ARTICLE_IN_KANA.match(token.source) else ""
    if token.script == "arabic":
        # a letter of it changed places with one beside it: اتلكريتي, لاتكريتي
        word = token.source
        if len(word) >= _ARTICLE_AND_WORD:
            if word[0] == "ا" and word[2] == "ل":
                return word[1] + word[3:]
            if word[:2] == "لا":
                return word[2:]
    return ""


def spoken(token: Token) -> str:
    """What a word is like at first sight: as Japanese hears it, whatever it is written in."""
    if token.script == "arabic" and "tf" in token.fold:
        # two letters between which a vowel is not written (عاطف) are no th
        return heard(token.fold.replace("tf", "taf"))
    return heard(token.fold)


def letters_line(text: str) -> str | None:
    """What words of the same letters, to a reader who knows no digraphs, are filed under."""
    sound = letter_key(text)
    if len(sound) < 4 or len(text) < 5:
        return None
    return sound if len(sound) >= 5 else sound + text[:1]


def dialect_line(text: str) -> str | None:
    """What words with a z, and with th or dh, are filed under: dialects write the one for the other (Hafaz, Hafith)."""
    with_z = "z" in text and "zh" not in text
    if not text.isascii() or (not with_z and not ("th" in text or "dh" in text)):
        return None
    line = letters_line(text)
    if line is None or not with_z:
        return line
    sound = letter_key(text).replace("s", "t")
    return sound if len(sound) >= 5 else sound + text[:1]


def joined_key(one: Token, two: Token) -> str:
    """The key of two words written as one."""
    left, right = one.key, two.key
    return left + right[1:] if left[-1:] == right[:1] else left + right


def joined_fold(one: Token, two: Token) -> str:
    """The spelling of two words written as one."""
    left, right = one.fold, two.fold
    return left + right[1:] if left[-1:] == right[:1] else left + right


def anagram(text: str) -> str:
    """What words of the same letters are filed under, in whatever order: two of them changed places."""
    if native is not None and (quickly := native.anagram(text)) is not None:
        return quickly
    return plain_anagram(text)


def plain_anagram(text: str) -> str:
    """The same in Python."""
    return ANAGRAM + "".join(sorted(text))


def in_french(text: str) -> str:
    """The word with ch for sh, or sh for ch; empty where it has neither, or both."""
    if ("ch" in text) == ("sh" in text):
        return ""
    return text.replace("ch", "sh") if "ch" in text else text.replace("sh", "ch")


def filed_lines(token: Token) -> list[str]:
    """What another script may find this word by."""
    fine, bones = consonants(token.text), token.skeleton
    loose = token.script in LOOSE
    lines = ["c" + fine]
    if loose:
        lines.append("L" + fine)
        if not EASTERN.isdisjoint(token.source):
            lines.append("L" + consonants(_eastern(token.text)))
    if len(bones) >= 3 and bones[0] != "=":
        lines.append("b" + bones)
        if "f" in bones:
            lines.append("b" + bones.replace("f", ""))  # Japanese has one sound for f and h
        if loose:
            lines.append("l" + bones)
    else:
        lines.append("h" + heard(token.text))
        if not loose and token.text.endswith("ye"):
            # a last e that is mute: ゲイ is Geye
            lines.append("h" + heard(token.text[:-1]))
        if len(bones) == 2:
            lines.append("s" + bones)
    if not loose and (text := ENGLISH_R.sub("a", token.text).replace("ge", "je").replace("gi", "ji")) != token.text:
        # one long vowel of English, and a soft g: セタン is Saturn, アイロジック Ilogik
        bones = skeleton(text)
        lines.append(("b" if len(bones) > 2 else "s") + bones)
    if token.script == "kana":
        # an h that stands before a consonant, one for kh, and a t that Japanese has not: メフディ, ハミース, マルチ
        text = token.text
        as_f = text.replace("v", "f") if "フ" in token.source else text
        for plain in {text.replace("fu", "h"), _H_ALONE.sub("k", text), _read_back(text), as_f} - {text}:
            lines.append("L" + consonants(plain))
            if len(hard := skeleton(plain)) >= 3:
                lines.append("l" + hard)
    return lines


def _read_back(text: str) -> str:
    """Japanese has no ti, tu, di: what stands for them is read back."""
    return text.replace("chi", "ti").replace("tsu", "tu").replace("ji", "di").replace("chu", "tu").replace("cha", "tia")


def _deletions(key: str) -> list[str]:
    return [key[:at] + key[at + 1 :] for at in range(len(key))]


def _swaps(key: str) -> list[str]:
    return [key[:at] + key[at + 1] + key[at] + key[at + 2 :] for at in range(len(key) - 1)]


def _eastern(text: str) -> str:
    """As Persian, Dari and Urdu read it."""
    return text.replace("dh", "z").replace("th", "s").replace("d", "z")


def own_lines(token: Token) -> list[str]:
    """What words of other scripts are filed under that have just the same consonants as a word without vowels of its own, in
    Arabic letters with two that changed places: they may be less alike at first sight than what else is wanted."""
    if token.script == "arabic":
        fine = consonants(token.text)
        return ["c" + swapped for swapped in _swaps(fine)] if len(fine) > _SWAPPED_BONES else []
    bones = token.skeleton.replace("f", "")
    if token.script != "kana" or len(bones) < 2 or bones[0] == "=":
        return []
    return [("b" if len(bones) > 2 else "s") + bones]


def wanted_lines(token: Token, loose: bool) -> set[str]:
    """What words of other scripts with these consonants are filed under."""
    lines: set[str] = set()
    bones, text = token.skeleton, token.text
    if not loose:
        lines.add("L" + consonants(text))
        if len(bones) >= 3:
            lines.add("l" + bones)
    elif token.script in ("arabic", "hebrew"):
        lines.add("c" + consonants(text))
        if not EASTERN.isdisjoint(token.source):
            eastern = _eastern(text)
            lines.add("c" + consonants(eastern))
            lines.add("b" + skeleton(eastern))
        if len(bones) >= 3:
            lines.add("b" + bones)
        if len(bones) >= 5:
            lines.update(["b" + shorter for shorter in _deletions(bones)])
    else:
        if len(bones) >= 3:
            lines.add("b" + bones)
            lines.add("b" + skeleton(_read_back(text)))
        if len(bones) >= 4:
            lines.update(["b" + shorter for shorter in _deletions(bones)])
        if len(bones) >= _SWAPPED_BONES:
            lines.update(["b" + swapped for swapped in _swaps(bones)])
        if "f" in bones:
            plain = bones.replace("f", "")
            lines.add(("b" if len(plain) > 2 else "s") + plain)
        lines.add("h" + heard(text))
        if token.script == "kana":
            if text[-1:] in ("u", "o"):
                # a vowel that Japanese puts behind a consonant: ヴィヴ is Viv
                lines.add("h" + heard(text[:-1]))
            if len(bones) == 2:
                lines.add("s" + bones)
            if "wa" in text:
                # Japanese writes va so as well: ワレンチナ is Valentina
                lines.add("b" + skeleton(_read_back(text.replace("wa", "va"))))
            if "v" in text and "フ" in token.source:
                # a フ before a consonant is a v, or an f, or an h: リフキ is Rifqi, サーレフ Saleh
                short = skeleton(text.replace("v", "f"))
                for line in {short, short.replace("f", "")}:
                    if len(line) > 1 and line[0] != "=":
                        lines.add(("b" if len(line) > 2 else "s") + line)
            if "fu" in text:
                # an h before a consonant: メフディ is Mehdi
                plain = text.replace("fu", "h")
                lines.add("c" + consonants(plain))
                if len(short := skeleton(plain)) == 2:
                    lines.add("s" + short)
            if "h" in text and len(hard := skeleton(_H_ALONE.sub("k", text))) >= 3:
                # Japanese has no kh: ハミース is Khamis
                lines.add("b" + hard)
    return lines
