"""Country names in some fifty languages, with historic and colloquial ones, to ISO 3166-1."""

from __future__ import annotations

from functools import cache
from typing import Final

from sekisho.places.sorted_lines import read_rows, read_text
from sekisho.places.text import tokens

#: ISO 3166-1 alpha-2, officially assigned; XK is user-assigned and in wide use for Kosovo.
_ASSIGNED: Final = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG "
    "CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL "
    "GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA "
    "LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP "
    "NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV "
    "SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW"
)
ISO: Final = frozenset(_ASSIGNED.split())
#: ISO 3166-1 alpha-3 codes that are written in place of names.
_ALPHA3: Final = {
    "RUS": "RU", "UKR": "UA", "BLR": "BY", "CHN": "CN", "JPN": "JP", "USA": "US", "GBR": "GB", "DEU": "DE", "FRA": "FR", "ITA": "IT",
    "KOR": "KR", "PRK": "KP", "TWN": "TW", "HKG": "HK", "TUR": "TR", "ARE": "AE", "IRN": "IR", "SYR": "SY", "KAZ": "KZ", "KGZ": "KG",
    "UZB": "UZ", "ARM": "AM", "GEO": "GE", "AZE": "AZ", "IND": "IN", "SGP": "SG", "NLD": "NL", "POL": "PL", "CUB": "CU", "VEN": "VE",
}  # fmt: skip


#: Country names that end other names too (South Holland, Atlanta Georgia, Michael Jordan).
_ALSO_OTHER: Final = (
    "Georgia Jordan Chad Jersey Guinea Mali Niger Sudan Cuba Panama Lebanon Holland America Norway Samoa England Scotland Wales "
    "Britain Guernsey Macedonia Palestine Korea Siam Peru Mexico Montenegro Oman Togo Malta Cyprus Poland"
)


class Countries:
    """Names of countries, and of the cities that name a time zone (the leading ones of each country)."""

    def __init__(self, names: dict[str, str], cities: dict[str, str], plain: frozenset[str]) -> None:
        self._names = names
        #: the last words of names: where a text ends in another, it ends in no country
        self.last_words = frozenset(name.rpartition(" ")[2] for name in names)
        self._plain = plain
        self._cities = cities

    @classmethod
    @cache
    def load(cls) -> Countries:
        names: dict[str, str] = {}
        plain: set[str] = set()
        for line in read_text("country_names.tsv.xz").splitlines():
            name, code = line.split("\t")
            names[name] = code[:2]
            if code.endswith("*"):
                plain.add(name)
        for code, spellings in read_rows("countries.tsv"):
            keys = [joined(spelling) for spelling in spellings.split(",")]
            names.update((key, code) for key in keys)
            plain.update(keys)
        cities = dict(line.split("\t") for line in read_text("cities.tsv.xz").splitlines())
        return cls(names, cities, frozenset(plain - {joined(name) for name in _ALSO_OTHER.split()}))

    def code(self, text: str) -> str | None:
        """ISO 3166-1 alpha-2 of a code or a name in any of the languages; None if it is neither."""
        plain = text.strip().upper()
        if plain in ISO:
            return plain
        return _ALPHA3.get(plain) or self.by_key(joined(text))

    def by_key(self, key: str) -> str | None:
        """The same for a name that is folded already (its keys joined by spaces)."""
        return self._names.get(key)

    def ending(self, key: str) -> str | None:
        """The country of a folded name that stands at the end of a longer text: only names that are nothing else there."""
        return self._names.get(key) if key in self._plain else None

    def of_city(self, key: str) -> str | None:
        """The country of a leading city, by its folded name."""
        return self._cities.get(key)


def joined(text: str) -> str:
    """The folded name of ``text`` as the tables hold it."""
    return " ".join(word for word in tokens(text) if word != ",")
