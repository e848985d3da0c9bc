"""Country names as the lists write them, to ISO 3166-1 alpha-2."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from babel import Locale

#: Wordings of the lists at hand that CLDR's names do not cover.
_ALIASES = {
    "korea north": "KP", "north korea": "KP", "dprk": "KP", "democratic peoples republic of korea": "KP",
    "korea south": "KR", "south korea": "KR", "korea": "KR",
    "burma": "MM", "ivory coast": "CI", "cote d ivoire": "CI", "cape verde": "CV", "czech republic": "CZ",
    "swaziland": "SZ", "macedonia": "MK", "former yugoslav republic of macedonia": "MK", "turkey": "TR", "turkiye": "TR",
    "palestinian": "PS", "palestine": "PS", "palestine state of": "PS", "state of palestine": "PS", "region gaza": "PS",
    "west bank": "PS", "gaza": "PS", "occupied palestinian territories": "PS", "palestinian territory occupied": "PS",
    "congo": "CG", "congo republic of": "CG", "congo republic of the": "CG", "republic of the congo": "CG",
    "congo democratic republic of the": "CD", "congo democratic republic": "CD", "congo kinshasa": "CD", "drc": "CD",
    "bahamas the": "BS", "gambia the": "GM", "uae": "AE", "uk": "GB", "great britain": "GB", "england": "GB", "scotland": "GB",
    "usa": "US", "united states of america": "US", "holland": "NL", "virgin islands british": "VG",
    "british virgin islands": "VG", "virgin islands us": "VI", "hong kong": "HK", "macau": "MO", "macao": "MO",
    "viet nam": "VN", "lao": "LA", "lao peoples democratic republic": "LA", "syrian arab republic": "SY",
    "russian federation": "RU", "region crimea": "UA", "crimea": "UA", "kosovo": "XK", "east timor": "TL",
    "saint kitts": "KN", "st kitts and nevis": "KN", "brunei darussalam": "BN", "republic of moldova": "MD",
    "moldova republic of": "MD", "tanzania united republic of": "TZ", "united republic of tanzania": "TZ",
    "micronesia federated states of": "FM", "iran islamic republic of": "IR", "islamic republic of iran": "IR",
    "venezuela bolivarian republic of": "VE", "bolivia plurinational state of": "BO", "peoples republic of china": "CN",
    "china peoples republic of": "CN", "chinese": "CN", "islamic republic of afghanistan": "AF", "federal republic of germany": "DE",
    "taiwan province of china": "TW", "reunion": "RE", "sao tome and principe": "ST", "vatican": "VA", "holy see": "VA",
    "ロシア連邦": "RU", "朝鮮民主主義人民共和国": "KP", "北朝鮮": "KP", "中華人民共和国": "CN", "中国": "CN", "大韓民国": "KR",
    "韓国": "KR", "台湾": "TW", "香港": "HK", "マカオ": "MO", "コンゴ民主共和国": "CD", "コンゴ共和国": "CG", "アメリカ": "US",
    "米国": "US", "英国": "GB", "ウズベキスタン": "UZ", "ベラルーシ共和国": "BY", "ベラルーシ": "BY", "キルギス": "KG",
    "シリア": "SY", "イラン": "IR", "イラク": "IQ", "パレスチナ": "PS", "スーダン": "SD", "南スーダン": "SS", "南アフリカ": "ZA",
    "ミャンマー": "MM", "ラオス": "LA", "ブルネイ": "BN", "ボスニア・ヘルツェゴヴィナ": "BA", "エスワティニ": "SZ",
    "アラブ首長国連邦": "AE", "中央アフリカ共和国": "CF", "ドミニカ共和国": "DO", "モルドバ共和国": "MD", "ギニアビサウ": "GW",
    "ギニアビサウ共和国": "GW", "セルビア・モンテネグロ": "RS", "サウディアラビア": "SA", "サウジアラビア王国": "SA",
    "モーリタニア・イスラム共和国": "MR", "ウガンダ共和国": "UG", "チェチェン": "RU", "ジョージア": "GE", "グルジア": "GE",
}  # fmt: skip

#: Endings of the long forms of Japanese country names.
_JA_LONG = re.compile(r"(?:イスラム共和国|民主共和国|連邦共和国|アラブ共和国|共和国|王国|連邦|国)$")
_EN_LONG = re.compile(
    r"^(?:the )?(?:islamic |democratic |federal |arab |federative |bolivarian |socialist |peoples |democratic socialist )*"
    r"(?:republic|kingdom|state|sultanate|commonwealth|principality|grand duchy|hashemite kingdom|federation) of (?:the )?"
)


def country_code(name: str) -> str | None:
    """ISO 3166-1 alpha-2 of a country's English or Japanese name (or of a code); None if it names none."""
    if re.fullmatch(r"[A-Z]{2}", name.strip()):
        return name.strip() if name.strip() in _codes() else None
    plain = _plain(name)
    if not plain:
        return None
    known = _names()
    if found := known.get(plain) or known.get(plain.removeprefix("the ")):
        return found
    short = _EN_LONG.sub("", plain)
    return known.get(short) or known.get(_JA_LONG.sub("", plain))


def country_codes(names: list[str]) -> tuple[str, ...]:
    """The codes of those that name a country, without repetitions."""
    return tuple(dict.fromkeys(code for name in names if (code := country_code(name))))


@cache
def _names() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in ("en", "ja"):
        for code, title in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "QO", "ZZ", "XA", "XB"):
                found.setdefault(_plain(title), code)
    return found | _ALIASES


@cache
def _codes() -> frozenset[str]:
    return frozenset(_names().values())


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name)).casefold()
    if not any("\u3040" <= char <= "\u9fff" for char in folded):
        folded = "".join(char for char in folded if not unicodedata.combining(char))
    else:
        return unicodedata.normalize("NFC", folded).strip()
    folded = folded.replace("'", "").replace("\u2019", "").replace("&", " and ").replace(".", "")
    return " ".join("".join(char if char.isalnum() else " " for char in folded).split())
