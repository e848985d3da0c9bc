"""Finding chemicals by their names, which are met as a whole or not at all.

``硫酸`` is sulphuric acid and no part of ``硫酸バリウム``; ``ammonia`` is none in an ammonia sensor. So a name counts only where
everything beside it says in what form the substance comes: its purity, its grade, its packing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from sekisho.goods.text import fold, words
from sekisho.goods.types import Substance
from sekisho.model import GoodsItem

#: The subtag of a language (BCP 47, private use) whose terms are names of substances: ``ja-x-chem``. A day may follow, from
#: which the item names them: ``ja-x-chem-20230203``.
CHEMICAL: Final = "-x-chem"

#: Names that two items bear are as certain as those of one; below a declared code, above any other words.
SCORE: Final = 0.95

#: Words of a segment of a text at most; a line that lists more says something else.
_MAX_WORDS: Final = 12

#: Older or other writings of the same syllables in names of chemicals.
_WRITINGS: Final = (
    ("ふっ", "フッ"), ("弗", "フッ"), ("りん", "リン"), ("燐", "リン"), ("しゅう酸", "シュウ酸"), ("蓚酸", "シュウ酸"), ("けい", "ケイ"),
    ("珪", "ケイ"), ("ひ素", "ヒ素"), ("砒素", "ヒ素"), ("ほう", "ホウ"), ("硼", "ホウ"), ("よう化", "ヨウ化"), ("沃化", "ヨウ化"),
    ("よう素", "ヨウ素"), ("ぎ酸", "ギ酸"), ("蟻酸", "ギ酸"), ("いおう", "硫黄"), ("青酸", "シアン化水素"),
)  # fmt: skip
_KANJI_DIGITS: Final = str.maketrans("一二三四五六七八九", "123456789")
_LOCANT: Final = re.compile("[一二三四五六七八九](?=[-―‐－・,])|(?<=[-―‐－・])[一二三四五六七八九](?=[-―‐－・])")
_JOINTS: Final = re.compile(r"[\s\-―‐‑–−－・,=＝()\[\]〔〕［］'’′]+")
_BETWEEN: Final = re.compile(r"[;、。/:|\n]+|,\s+| - | {2,}")
_BRACKETS: Final = re.compile(r"\([^()]*\)")
_NUMBER: Final = re.compile(
    r"\d+(?:[.,]\d+)?%?|\d+(?:\.\d+)?(?:kg|g|l|ml|lb|t|mt|n|m|x)|cas(?:no)?|no|un\d{4}|\d{2,7}-\d{2}-\d"
)

#: Words and pieces of words that say in what form a substance comes.
_FORMS: Final = frozenset(
    """anhydrous high ultra purity pure grade reagent technical tech industrial electronic semiconductor gas gaseous liquid
    liquefied solution aqueous aq powder crystal crystals crystalline granular flakes solid drum drums cylinder cylinders
    bottle bottles tank ibc iso can bag bags in of for analysis laboratory lab ar cp acs hplc chemical chemicals packing
    packed net min wt vol безводный безводная раствор водный чистый технический технич газ жидкий хч чда осч""".split()  # noqa: SIM905
)
_JA_BEFORE: Final = (
    "超高純度", "高純度", "無水", "工業用", "工業", "電子工業用", "半導体用", "半導体グレード", "半導体製造用", "試薬特級", "試薬", "液化", "液体", "気体",
    "粉末", "濃", "希", "発煙", "特級", "一級", "精製", "高纯", "高純", "无水", "工业级", "电子级", "液态",
)  # fmt: skip
_JA_AFTER: Final = (
    "水溶液", "溶液", "ガス", "試薬", "粉末", "結晶", "原液", "ボンベ", "ドラム", "缶入り", "工業用", "高純度", "特級", "一級", "水", "液", "气体", "溶液",
    "粉", "试剂",
)  # fmt: skip


class SubstanceIndex:
    """The names of substances of all items. Built once and never changed."""

    def __init__(self, items: Sequence[GoodsItem]) -> None:
        found: dict[str, tuple[str, dict[int, tuple[int, ...]]]] = {}
        for number, item in enumerate(items):
            # Without a day first: a name that stands under both holds from the start.
            for language in sorted(item.terms, key=len):
                if CHEMICAL not in language:
                    continue
                since = language.partition(f"{CHEMICAL}-")[2]
                periods = tuple(at for at, period in enumerate(item.validity) if f"{period.from_:%Y%m%d}" >= since)
                for term in item.terms[language]:
                    found.setdefault(key(term), (term, {}))[1].setdefault(number, periods)
        self._names = {name: (term, tuple(held.items())) for name, (term, held) in found.items()}
        #: every word that stands in a name: a segment with another one cannot be a substance
        self._words = frozenset(word for term, _ in self._names.values() for word in fold(term).split())
        #: of each of them its longest piece, as ``text.words`` cuts it: a text without any names no substance
        pieces = (words(word) for word in self._words if word.isascii())
        self._pieces = frozenset(max(some, key=len) for some in pieces if some)

    def search(self, text: str, found: Iterable[str]) -> list[Substance]:
        """Every substance that ``text`` names, each once, in order. ``found`` are its words (``text.words``)."""
        folded = fold(text)
        if not self._names or (folded.isascii() and self._pieces.isdisjoint(found)):
            return []
        segments = {folded: None, **dict.fromkeys(_BETWEEN.split(folded))}
        if "(" in folded:
            plain = _BRACKETS.sub(" ", folded)
            segments |= {plain: None, **dict.fromkeys(_BETWEEN.split(plain))}
        met: dict[str, Substance] = {}
        for segment in segments:
            if known := self._segment(segment):
                met.setdefault(known.name, known)
        return list(met.values())

    def _segment(self, segment: str) -> Substance | None:
        said = segment.split()
        if not said or len(said) > _MAX_WORDS:
            return None
        known_words = self._words
        for word in said:
            # Kana and kanji are written together, so a name may be a part of such a word.
            if word not in known_words and word.isascii() and not _is_form(word):
                return None
        # From the longest name to the shortest: "sodium hydrogen fluoride" is not hydrogen fluoride.
        whole, core = " ".join(said), [word for word in said if not _is_form(word)]
        while said and _is_form(said[0]):
            said.pop(0)
        while said and _is_form(said[-1]):
            said.pop()
        for name in dict.fromkeys((whole, " ".join(said), " ".join(core))):
            for bare in _bare(name):
                if (known := self._names.get(key(bare))) is not None:
                    return Substance(known[1], known[0], name)
        return None


def key(name: str) -> str:
    """One writing for all of a name: ``二―メチル―二―ブテン`` and ``2-メチル-2-ブテン`` are the same."""
    text = _LOCANT.sub(lambda met: met.group().translate(_KANJI_DIGITS), fold(name))
    for old, new in _WRITINGS:
        text = text.replace(old, new)
    return _JOINTS.sub("", text)


@lru_cache(maxsize=8192)
def _is_form(word: str) -> bool:
    bare = word.strip("().,%[]")
    return not bare or bare in _FORMS or bare in _JA_BEFORE or bare in _JA_AFTER or _NUMBER.fullmatch(bare) is not None


def _bare(text: str) -> Iterable[str]:
    """``text``, and what is left of it without the pieces of Japanese and Chinese that name its form."""
    yield text
    if text.isascii():
        return
    before = next((one for one in _JA_BEFORE if text.startswith(one) and len(text) > len(one) + 1), "")
    after = next((one for one in _JA_AFTER if text.endswith(one) and len(text) > len(one) + 1), "")
    if before:
        yield text[len(before) :]
    if after:
        yield text[: -len(after)]
    if before and after:
        yield text[len(before) : -len(after)]
