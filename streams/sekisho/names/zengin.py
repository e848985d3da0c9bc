"""How letters and banks of Japan write names: ㈱, 御中, and the kana of a bank transfer (``ｶ)ﾋﾂﾄﾞ ｴｱﾛｽﾍﾟ-ｽ``).

The record format of the Japanese Bankers Association (全国銀行協会, 全銀) has half-width kana without small signs, a hyphen or ｰ for
a long vowel, and a sign and a bracket for a legal form: カ) before a name, (カ behind it, (カ) within.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_HALF_WIDTH: Final = re.compile("[\uff66-\uff9f]")
#: A hyphen behind a half-width sign is a long vowel.
_LONG: Final = re.compile("(?<=[\uff66-\uff9f])[-‐−–]")
#: What may be one of the signs below.
_SIGNS: Final = frozenset("㈱㈲㈳㈶(（)）様殿御귀カユゴ")
#: Legal forms in brackets or as one sign (after NFKC), and those of bank transfers: at the head, at the end or in the midst.
_FORMS: Final = {
    "株": "株式会社", "有": "有限会社", "合": "合同会社", "名": "合名会社", "資": "合資会社", "社": "社団法人", "財": "財団法人", "独": "独立行政法人",
    "カ": "株式会社", "ユ": "有限会社", "ド": "合同会社", "メ": "合名会社", "シ": "合資会社", "シヤ": "社団法人", "ザイ": "財団法人", "ゴ": "合同会社",
}  # fmt: skip
_BRACKETED: Final = re.compile(r"\((株|有|合|名|資|社|財|独)\)")
_BANKS: Final = re.compile(
    r"^(カ|ユ|ド|メ|シヤ|シ|ザイ)\)|\((カ|ユ|ド|メ|シヤ|シ|ザイ)$|\((カ|ユ|ド|メ|シヤ|シ|ザイ)\)"
)
_SPELLED: Final = re.compile(r"カブシキガイシ[ヤャ]|カブシキカイシ[ヤャ]|ユウゲンガイシ[ヤャ]|ゴウドウガイシ[ヤャ]")
#: How a letter addresses somebody.
_ADDRESSED: Final = re.compile(r"(?<=\S)[\s\u3000]*(?:御中|様|殿|귀하|귀중)$")

#: What a sign that is written large may be small: behind a syllable of the i row, of f, v, t, d, sh, j and ch; and a doubled consonant.
_LARGE: Final = re.compile(
    "(?<=[キギシジチヂニヒビピミリ])[ヤユヨ]|(?<=[フヴ])[アイエオ]|(?<=[シジチ])エ|(?<=[テデ])イ|(?<=[トド])ウ(?=[ァ-ヺー])|(?<=ウ)[イエオ]"
    "|(?<=[ァ-ヺー])ツ(?=[カキクケコサシスセソタチツテトパピプペポガギグゲゴザジズゼゾダヂヅデドバビブベボラリルレロ])"
)
_SMALL: Final = dict(zip("アイウエオヤユヨツ", "ァィゥェォャュョッ", strict=True))
_HAS_SMALL: Final = re.compile("[ァィゥェォャュョッ]")


def plain(name: str) -> str:
    """A name with its legal form in full and without what addresses its bearer."""
    if _HALF_WIDTH.search(name):
        name = unicodedata.normalize("NFKC", _LONG.sub("ｰ", name))
    elif _SIGNS.isdisjoint(name):
        return name
    else:
        name = unicodedata.normalize("NFKC", name)
    name = _ADDRESSED.sub("", name.strip())
    name = _BRACKETED.sub(_form, name)
    name = _BANKS.sub(_form, name)
    return _SPELLED.sub(_spelled, name)


def _form(found: re.Match[str]) -> str:
    return f" {_FORMS[next(sign for sign in found.groups() if sign)]} "


def _spelled(found: re.Match[str]) -> str:
    return f" {_FORMS[found.group()[0]]} "


def small(text: str) -> str:
    """Kana that has no small sign, as a bank transfer has it, with those that it may stand for; empty where there are none."""
    if _HAS_SMALL.search(text) or not _LARGE.search(text):
        return ""
    return _LARGE.sub(lambda found: _SMALL[found.group()], text)
