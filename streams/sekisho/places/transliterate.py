"""Ukrainian place names in Latin, Russian and Japanese writing, for the thousands that nobody lists in four languages.

Latin follows resolution 55 of the Cabinet of Ministers of Ukraine (2010). Russian forms cannot be derived with
certainty (``і`` is ``о``, ``е`` or ``и``), so every likely one is given. Japanese follows the usual rules of transcription.
"""

from __future__ import annotations

from itertools import product
from typing import Final

_KMU_LATIN: Final = "a b v h g d e zh z y i k l m n o p r s t u f kh ts ch sh shch  iu ia ie i i"
_KMU: Final = dict(
    zip(
        "абвгґдежзиіклмнопрстуфхцчшщьюяєїй",
        _KMU_LATIN.split(" "),
        strict=True,
    )
)
_KMU_FIRST: Final = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_RU_SOUNDS: Final = "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch  y  e yu ya"
_RU_LATIN: Final = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        _RU_SOUNDS.split(" "),
        strict=True,
    )
)
#: Given names inside place names differ as words, not as sounds.
_RU_STEMS: Final = (
    ("олександр", "александр"), ("олексі", "алексе"), ("микол", "никол"), ("михайл", "михайл"), ("дмитр", "дмитр"),
    ("василі", "василье"), ("григор", "григор"), ("катерин", "екатерин"), ("єлизавет", "елизавет"), ("павл", "павл"),
    ("пилип", "филипп"), ("андрі", "андре"), ("матві", "матве"), ("юхим", "ефим"), ("йосип", "иосиф"), ("ганн", "анн"),
    ("олен", "елен"), ("тимофі", "тимофе"), ("сергі", "серге"), ("нов", "нов"), ("красн", "красн"), ("червон", "красн"),
    ("вишнев", "вишнев"), ("зелен", "зелен"), ("степ", "степ"), ("велик", "больш"), ("мал", "мал"), ("верхн", "верхн"),
    ("нижн", "нижн"), ("біл", "бел"), ("сонячн", "солнечн"), ("озерн", "озерн"), ("лісн", "лесн"), ("мирн", "мирн"),
)  # fmt: skip
_RU_ENDINGS: Final = (
    ("івка", ("овка", "евка", "ивка")), ("ївка", ("евка", "ёвка")), ("ське", ("ское",)), ("цьке", ("цкое",)), ("ська", ("ская",)),
    ("цька", ("цкая",)), ("ський", ("ский",)), ("цький", ("цкий",)), ("ськ", ("ск",)), ("цьк", ("цк",)), ("ове", ("ово", "овое")),
    ("еве", ("ево", "евое")), ("єве", ("ево",)), ("ине", ("ино",)), ("їне", ("ино",)), ("не", ("ное", "нее")), ("ний", ("ный", "ний")),
    ("на", ("ная", "на")), ("не", ("ное",)), ("ий", ("ый", "ий")), ("а", ("а", "ая")), ("е", ("ое", "е", "о")), ("ля", ("ля",)),
    ("ів", ("ов", "ев")), ("їв", ("ев",)), ("ці", ("цы",)), ("і", ("и", "ы")), ("и", ("и", "ы")),
)  # fmt: skip
_LIMIT: Final = 12


def to_latin(name: str) -> str:
    """``Донецьк`` → ``Donetsk``."""
    words = name.lower().replace("’", "").replace("'", "").replace("зг", "zgh").split(" ")
    return " ".join(
        _KMU_FIRST.get(word[:1], _KMU.get(word[:1], word[:1])) + "".join(_KMU.get(char, char) for char in word[1:])
        for word in words
    )


def to_russian(name: str) -> list[str]:
    """Likely Russian forms of a Ukrainian settlement name, at most a dozen, lower case."""
    words = [_russian_word(word) for word in name.lower().replace("’", "ъ").split(" ")]
    return [" ".join(choice) for choice in list(product(*words))[:_LIMIT]]


def _russian_word(word: str) -> list[str]:
    for stem, russian in _RU_STEMS:
        if stem in word:
            word = word.replace(stem, russian, 1)
            break
    heads = word
    tails: tuple[str, ...] = ("",)
    for ending, forms in _RU_ENDINGS:
        if word.endswith(ending):
            heads, tails = word[: -len(ending)], forms
            break
    stems = [""]
    for char in heads:
        options = {"і": ("и", "о", "е"), "и": ("и", "ы"), "є": ("е",), "ї": ("и",), "ґ": ("г",)}.get(char, (char,))
        stems = [stem + option for stem in stems for option in options][:_LIMIT]
    found = [stem.replace("ъ", "ь") + tail for stem in stems for tail in tails]
    return list(dict.fromkeys(found))[:_LIMIT]


def russian_latin(name: str) -> str:
    """``Симферополь`` → ``simferopol``."""
    return "".join(_RU_LATIN.get(char, char) for char in name.lower())


_ROWS: Final = {
    "": "アイウエオ", "к": "カキクケコ", "с": "サシスセソ", "т": "タチトゥテト", "н": "ナニヌネノ", "х": "ハヒフヘホ", "м": "マミムメモ",
    "р": "ラリルレロ", "л": "ラリルレロ", "з": "ザジズゼゾ", "д": "ダジドゥデド", "б": "バビブベボ", "п": "パピプペポ",
    "г": "ハヒフヘホ", "ґ": "ガギグゲゴ",
}  # fmt: skip
_COMPOUND: Final = {
    "в": ("ヴァ", "ヴィ", "ヴ", "ヴェ", "ヴォ"), "ф": ("ファ", "フィ", "フ", "フェ", "フォ"), "ш": ("シャ", "シ", "シュ", "シェ", "ショ"),
    "щ": ("シチャ", "シチ", "シチュ", "シチェ", "シチョ"), "ч": ("チャ", "チ", "チュ", "チェ", "チョ"), "ж": ("ジャ", "ジ", "ジュ", "ジェ", "ジョ"),
    "ц": ("ツァ", "ツィ", "ツ", "ツェ", "ツォ"), "й": ("ヤ", "イ", "ユ", "イェ", "ヨ"), "т": ("タ", "チ", "トゥ", "テ", "ト"),
    "д": ("ダ", "ジ", "ドゥ", "デ", "ド"),
}  # fmt: skip
_ALONE: Final = {
    "к": "ク", "с": "ス", "т": "ト", "н": "ン", "х": "フ", "м": "ム", "р": "ル", "л": "ル", "з": "ズ", "д": "ド", "б": "ブ", "п": "プ",
    "г": "フ", "ґ": "グ", "в": "ウ", "ф": "フ", "ш": "シュ", "щ": "シチ", "ч": "チ", "ж": "ジュ", "ц": "ツ", "й": "イ",
}  # fmt: skip
_SOFT: Final = {
    "к": "キ",
    "с": "シ",
    "т": "チ",
    "н": "ニ",
    "л": "リ",
    "р": "リ",
    "з": "ジ",
    "д": "ジ",
    "ц": "ツィ",
    "б": "ビ",
    "п": "ピ",
    "м": "ミ",
}
_VOWELS: Final = {"а": 0, "и": 1, "і": 1, "ї": 1, "у": 2, "е": 3, "о": 4, "є": 3, "ю": 2, "я": 0}
_IOTATED: Final = {"є": "イェ", "ю": "ユ", "я": "ヤ", "ї": "イ"}
_SMALL: Final = {"ю": "ュ", "я": "ャ", "є": "ェ"}


def to_katakana(name: str) -> str:
    """``Горлівка`` → ``ホルリウカ`` (words joined)."""
    return "".join(_katakana_word(word) for word in name.lower().replace("’", "").split(" "))


def _katakana_word(word: str) -> str:
    out: list[str] = []
    i = 0
    while i < len(word):
        char, after = word[i], word[i + 1 : i + 2]
        if char in _VOWELS:
            out.append(_IOTATED.get(char) or _ROWS[""][_VOWELS[char]])
        elif char not in _ALONE:
            pass  # hyphen, apostrophe, a soft sign at the start
        elif after == "ь":
            out.append(_SOFT.get(char, _ALONE[char]))
            i += 1
        elif after in _SMALL and char in _SOFT:
            out.append(_SOFT[char][0] + _SMALL[after])
            i += 1
        elif after in _VOWELS:
            row = _COMPOUND.get(char) or tuple(_ROWS[char])
            out.append(row[_VOWELS[after]])
            i += 1
        else:
            out.append(_ALONE[char])
        i += 1
    return "".join(out)
