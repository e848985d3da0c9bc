"""What the field of a vessel's name holds beside it: that she is a ship, a voyage, a number, a flag, a name that she had.

``MV OCEAN PEARL V.123E``, ``M/T OCEAN PEARL (EX SEA STAR)``, ``OCEAN PEARL / 024W``. DCSA's ``vesselName`` is the name alone (35
characters); bookings and bills of lading write the rest with it.
"""

from __future__ import annotations

import re
from typing import Final

#: That it is a ship, before her name.
_SHIP: Final = re.compile(
    r"(?:(?:m\s?[/.]?\s?[vtsy]|s\s?/?\s?s|s\.\s?s|f\s?/?\s?v|t\s?/\s?b|l\.?[np]\.?g(?:/c)?|vlcc|vsl|vessel(?:'?s)?(?:\s+name)?|ship|"
    r"motor\s?(?:vessel|tanker|ship|yacht)|steam\s?ship|tanker|tug|barge|yacht|container\s?ship|bulk\s?carrier|feeder|mother\s+vessel|"
    r"т/х|м/в|теплоход|танкер|судно|пароход|船名|本船)(?![^\W_])[\s.:/\"'“«-]*)",
    re.IGNORECASE,
)
#: What stands behind the name: a voyage, her numbers, what she is, whom the carrier may send instead. It is looked for
#: from where a run of signs begins: from each of them a long run would cost the square of its length.
_BEHIND: Final = re.compile(
    r"(?<![\s,;/(\[-])[\s,;/(\[-]+(?:v(?:oy(?:age)?)?\b[\s.:#]*(?:no\b[\s.:]*)?[a-z]{0,2}\d[\w-]*|v\d[\w-]*|\d{2,5}\s?[newsr]\b|[a-z]{0,3}\d{3,5}[newsr]\b|"
    r"imo\b|mmsi\b|call\s?sign\b|c/s\b|flag\b|built\b|dwt\b|grt\b|or\s+(?:sub|similar|equivalent|vessel)|航次|第\d+航|рейс\b|[(\[]).*$",
    re.IGNORECASE | re.DOTALL,
)
#: Between two of her names, and between two ships; M/V is none of that.
_NAMES: Final = re.compile(
    r"(?:(?<![\s,;(\[])[\s,;(\[]+)?(?<![^\W_])(?:ex|f/?k/?a|a/?k/?a|formerly(?:\s+known\s+as)?|previously(?:\s+named)?|renamed|now|旧名|旧船名|бывш\w*)(?![^\W_])[\s.:-]*"
    r"|(?:(?<!\s)\s+)?(?:(?<![\W_][mfslt])(?<!^[mfslt])/|/(?![vtsyb](?![^\W_]))|[;\n])\s*",
    re.IGNORECASE,
)
_EDGES: Final = " \t\r\n,;:()[]\"'“”«».-/"
#: Letters and digits of a ship's name, at least.
_SHORTEST: Final = 3
#: A longer field is no ship's (characters), and no ship had more names.
_LONGEST: Final = 300
_MOST: Final = 12


def ship_names(field: str) -> tuple[str, ...]:
    """The names that a vessel's field may hold beside, or instead of, itself."""
    if len(field) > _LONGEST:
        return ()
    found: dict[str, None] = {}
    bare = field.strip(_EDGES)
    whole = _without_ship(bare)
    for piece in (bare, whole, *_NAMES.split(whole)):
        name = piece.strip(_EDGES)
        # a name may begin with such a word: MS MELENIA
        for text in (name, _without_ship(name)):
            # a comma begins what is no part of her name: a flag, a port, her owner's street
            for one in (text.strip(_EDGES), _BEHIND.sub("", text).strip(_EDGES), text.partition(",")[0].strip(_EDGES)):
                if sum(map(str.isalnum, one)) >= _SHORTEST and not one.isdigit() and one != field:
                    found[one] = None
    return tuple(found)[:_MOST]


def _without_ship(name: str) -> str:
    ship = _SHIP.match(name)
    return name[ship.end() :] if ship else name
