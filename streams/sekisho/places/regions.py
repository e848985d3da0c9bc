"""The listed regions: six of Ukraine's units, and areas that a law draws inside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

#: Version of the gazetteer's data, shown as the list version of ``places`` in alerts.
VERSION: Final = "KATOTTG 2025-05-16, official list of occupied territories 2025-05-07, UN/LOCODE 2021"

#: Japan's export ban to Donetsk and Luhansk (Export Trade Control Order art. 2(1) item 1-5).
#: The METI notice that draws the area is not in our sources. METI described the destination as the two self-proclaimed
#: "republics", from 26 February 2022. We read it as what Ukraine's official list (7 May 2025) shows as occupied in both
#: oblasts since before the invasion of 24 February 2022. That is an interpretation and the evidence says so.
JP_AREA: Final = "jp-etco-1-5"

_TITLES: Final = {
    "UA-43": "Crimea (Autonomous Republic of Crimea)",
    "UA-40": "Sevastopol",
    "UA-14": "Donetsk oblast",
    "UA-09": "Luhansk oblast",
    "UA-65": "Kherson oblast",
    "UA-23": "Zaporizhzhia oblast",
    JP_AREA: "the self-proclaimed republics in Donetsk and Luhansk as of 26 February 2022",
}
#: Region id → title. A hit on any of them is at least a review.
LISTED_REGIONS: Final[Mapping[str, str]] = MappingProxyType(_TITLES)

#: The first day that Ukraine's official list gives for a part of the region (section II); for the area, the day of the ban.
SINCE: Final[Mapping[str, date]] = MappingProxyType(
    {
        "UA-43": date(2014, 2, 20),
        "UA-40": date(2014, 2, 20),
        "UA-14": date(2014, 4, 7),
        "UA-09": date(2014, 4, 7),
        "UA-65": date(2022, 2, 24),
        "UA-23": date(2022, 2, 24),
        JP_AREA: date(2022, 2, 26),
    }
)
AREA_SOURCE: Final = (
    "inside the area by our reading: occupied since before 24 February 2022 by Ukraine's official list of 7 May 2025; "
    "METI's notice itself is not in our sources"
)
#: Regions of which a part lies in the area.
PARTLY_IN: Final[Mapping[str, str]] = MappingProxyType({"UA-14": JP_AREA, "UA-09": JP_AREA})

#: Ukrainian postal codes (two leading digits) of the regions; Russia writes a 2 before them.
_POSTAL: Final = {
    "UA-43": ("95", "96", "97", "98"),
    "UA-40": ("99",),
    "UA-14": ("83", "84", "85", "86", "87"),
    "UA-09": ("91", "92", "93", "94"),
    "UA-65": ("73", "74", "75"),
    "UA-23": ("69", "70", "71", "72"),
}
_BY_POSTAL: Final = {prefix: region for region, prefixes in _POSTAL.items() for prefix in prefixes}


def postal_region(code: str, *, ukrainian: bool, russian: bool) -> str | None:
    """The region of a postal code: five digits in Ukraine's system, six with a leading 2 in Russia's for Crimea."""
    if ukrainian and len(code) == 5:
        return _BY_POSTAL.get(code[:2])
    if russian and len(code) == 6 and code[0] == "2":
        return _BY_POSTAL.get(code[1:3]) if code[1] == "9" and code[2] in "56789" else None
    return None


#: ISO 3166-2, and the codes that systems in Russia give the same regions.
_CODE: Final = re.compile(r"(?<![a-z0-9])(ua-(?:43|40|14|09|65|23)|ru-(?:cr|sev|dnr|lnr))(?![a-z0-9])", re.IGNORECASE)
_RUSSIAN: Final = {"RU-CR": "UA-43", "RU-SEV": "UA-40", "RU-DNR": "UA-14", "RU-LNR": "UA-09"}


def coded_regions(text: str) -> Iterator[tuple[str, str]]:
    """The codes of listed regions in a text, each with the region: ``UA-43``; five digits after ``UA-`` are a postal code."""
    for met in _CODE.finditer(text):
        code = met.group().upper()
        yield code, _RUSSIAN.get(code, code)
